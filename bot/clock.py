"""The one clock. The sandbox and the tests can move it; nothing else in the product asks what time it is."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Protocol

import aiohttp
import structlog

log = structlog.get_logger()

# How long to wait before asking a sandbox again that did not answer
RETRY_S = 0.5
# A replay moves the clock thousands of times a second; nothing here needs to know it more often than this
NOT_BEFORE_S = 0.05


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Return the time, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the time, UTC."""
        return datetime.now(UTC)


class FollowingClock:
    """The machine's clock, moved as far as the sandbox's is; follows it by a long poll."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/api/clock"
        self._offset = timedelta()
        self._task: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        """Return the sandbox's time, UTC."""
        return datetime.now(UTC) + self._offset

    async def start(self) -> None:
        """Learn the time once, then follow it."""
        async with aiohttp.ClientSession() as session, session.get(self._url) as reply:
            self._take(await reply.json())
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Stop following."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _follow(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    params = {"offset": repr(self._offset.total_seconds())}
                    async with session.get(f"{self._url}/wait", params=params) as reply:
                        self._take(await reply.json())
                    await asyncio.sleep(NOT_BEFORE_S)
                except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
                    log.warning("clock.lost", error=str(error))
                    await asyncio.sleep(RETRY_S)

    def _take(self, answer: dict[str, float]) -> None:
        self._offset = timedelta(seconds=float(answer["offset"]))
