"""Waiting for what another task, server or process brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE_S = 60.0
"""Seconds until a wait has failed. It is spent only by a test that fails, so it has room for a machine under load,
and for what is sent a second time only after some seconds."""


async def until(true: Callable[[], object], what: str = "", *, within: float = PATIENCE_S) -> None:
    """Wait until something is so; a ``TimeoutError`` says what did not come.

    Raises:
        TimeoutError: It was not so within the time.
    """
    try:
        async with asyncio.timeout(within):
            while not true():  # noqa: ASYNC110 - what is awaited tells nobody when it is so
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise TimeoutError(f"not within {within:g} s{': ' if what else ''}{what}") from None
