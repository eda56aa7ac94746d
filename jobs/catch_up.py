"""After a gap: reads what was said and who came and went, and lets it arrive by the way of live events.

Every event has the key that the live one had, so reading too much is harmless; each place is read from well before its
cursor, because an event can have been lost while a later one arrived.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
import structlog

from chat.events import Event, MemberJoined
from chat.ids import PlaceInfo, Profile, UserRef, Workspace
from chat.port import Adapter, ChatError, Intake, RateLimitedError
from jobs.outbox import Now
from storage import progress
from storage.engine import Database
from storage.people import PeopleStore
from storage.unit import Unit

log = structlog.get_logger()
T = TypeVar("T")

OVERLAP = timedelta(minutes=10)
AT_ONCE = 64  # events handed in without waiting for their commit
PAUSE_S = 1.0  # before a failed read is tried again; doubled each time
TRIES = 8  # a read that is rate limited or fails is tried again from where it stood


class CatchUp:
    """Catches up with one adapter whenever it says that there was a gap."""

    def __init__(
        self,
        db: Database,
        clock: Now,
        intake: Intake,
        community_of: Callable[[Workspace], str | None],
        *,
        overlap: timedelta = OVERLAP,
    ) -> None:
        self._db = db
        self._clock = clock
        self._intake = intake
        self._community_of = community_of
        self._overlap = overlap
        self._seen: dict[int, int] = {}
        self._running: dict[int, asyncio.Task[None]] = {}

    def check(self, adapter: Adapter) -> None:
        """Begin to catch up if there was a gap since the last time."""
        gap = adapter.gap()
        name = id(adapter)
        if self._seen.get(name) == gap or name in self._running:
            return
        self._seen[name] = gap
        task = asyncio.create_task(self.run(adapter))
        self._running[name] = task
        task.add_done_callback(lambda done: self._ended(name, done))

    def _ended(self, name: int, task: asyncio.Task[None]) -> None:
        del self._running[name]
        if not task.cancelled() and (error := task.exception()):
            self._seen.pop(name, None)  # try again at the next look
            log.error("catch_up.failed", error=type(error).__name__)

    async def idle(self) -> None:
        """Wait until no catch-up runs."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def stop(self) -> None:
        """Break off; the next start begins from the cursors again."""
        for task in list(self._running.values()):
            task.cancel()
        if self._running:
            await asyncio.wait(list(self._running.values()))

    async def run(self, adapter: Adapter) -> None:
        """Read everything that one adapter may have missed."""
        for workspace in adapter.workspaces():
            community = self._community_of(workspace)
            if community is None:
                continue
            await self._members(adapter, workspace, community)
            found = 0
            for info in await _patiently(functools.partial(adapter.places, workspace)):
                if info.bot_is_in:
                    found += await self._place(adapter, info)
            log.info("catch_up.done", workspace=str(workspace), messages_read=found)

    async def _members(self, adapter: Adapter, workspace: Workspace, community: str) -> None:
        now = self._clock.now()
        profiles = [p async for p in _persistently(lambda: adapter.members(workspace), lambda p: p.user.id)]
        async with self._db.reading() as conn:
            known = await PeopleStore(conn, community).known_users(workspace.platform, workspace.id)
        if not known:  # the first start: whoever is here already was here before us
            await self._import(community, [p for p in profiles if not p.gone], now)
            return
        here = {p.user.id for p in profiles if not p.gone}
        new = [adapter.joined(p, now) for p in profiles if not p.gone and not known.get(p.user.id)]
        events: list[Event] = [_again(e, now) if e.member.user.id in known else e for e in new]
        events += [adapter.left(p.user, now) for p in profiles if p.gone and known.get(p.user.id)]
        listed = {p.user.id for p in profiles}
        if here:  # an empty list is no news of everybody leaving
            missing = [user_id for user_id, present in known.items() if present and user_id not in listed]
            events += [adapter.left(UserRef(workspace.platform, workspace.id, u), now) for u in missing]
        for event in events:
            await self._intake.accept(event)

    async def _import(self, community: str, profiles: list[Profile], now: datetime) -> None:
        async with self._db.writing() as conn:
            unit = Unit(conn, community, now)
            for profile in profiles:
                await unit.people.record_join(profile, profile.joined_at or now)
            await unit.flush()

    async def _place(self, adapter: Adapter, info: PlaceInfo) -> int:
        async with self._db.reading() as conn:
            cursor = await progress.cursor(conn, info.place)
        if cursor is None:  # never seen: history from before us is imported, not caught up with
            return 0
        found = 0
        pending: set[asyncio.Task[object]] = set()
        since = cursor - self._overlap
        try:
            async for event in _persistently(lambda: adapter.history(info.place, since), lambda e: e.key):
                found += 1
                pending.add(asyncio.ensure_future(self._intake.accept(event)))
                if len(pending) >= AT_ONCE:
                    await asyncio.gather(*pending)
                    pending.clear()
        finally:
            if pending:
                await asyncio.gather(*pending)
        return found


async def _patiently(read: Callable[[], Awaitable[T]]) -> T:
    """Read, waiting and trying again when the platform does not answer."""
    for attempt in range(TRIES):
        try:
            return await read()
        except ChatError as error:
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(_wait(error, attempt))
    raise AssertionError("the last try returns or raises")


async def _persistently(read: Callable[[], AsyncIterator[T]], key: Callable[[T], str]) -> AsyncIterator[T]:
    """Read to the end, beginning anew after a failure without giving anything twice."""
    given: set[str] = set()
    for attempt in range(TRIES):
        try:
            async for item in read():
                if key(item) not in given:
                    given.add(key(item))
                    yield item
        except ChatError as error:
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(_wait(error, attempt))
        else:
            return


def _again(join: MemberJoined, now: datetime) -> MemberJoined:
    """Give a second join of one account a key of its own where the platform's key has no time in it."""
    return msgspec.structs.replace(join, key=f"{join.key}:again:{now:%Y-%m-%d}")


def _wait(error: ChatError, attempt: int) -> float:
    return error.retry_after if isinstance(error, RateLimitedError) else PAUSE_S * 2**attempt
