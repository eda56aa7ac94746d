"""After a gap: reads what was said and who came and went, and lets it arrive by the way of live events.

Every event has the key that the live one had, so reading too much is harmless; each place is read from before its
cursor, which itself stands where nothing was missing (see ``jobs/checkpoints``).
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
import structlog

from chat.events import Event, MemberJoined
from chat.ids import Place, Profile, UserRef, Workspace
from chat.port import Adapter, ChatError, Intake, RateLimitedError, RefusedError
from jobs.checkpoints import Checkpoints, Progress
from jobs.outbox import Now
from storage import progress
from storage.engine import Database
from storage.people.members import PeopleStore
from storage.unit import Unit

log = structlog.get_logger()
T = TypeVar("T")

OVERLAP = timedelta(minutes=10)
AT_ONCE = 64  # events handed in without waiting for their commit
PAUSE_S = 1.0  # before a failed read is tried again; doubled each time
LONGEST_PAUSE_S = 60.0
TRIES = 8  # a read that is rate limited or fails is tried again from where it stood


class CatchUp:
    """Catches up with one adapter whenever it says that there was a gap."""

    def __init__(
        self,
        db: Database,
        clock: Now,
        intake: Intake,
        community_of: Callable[[Workspace], str | None],
        made: Progress,
        *,
        overlap: timedelta = OVERLAP,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._intake = intake
        self._community_of = community_of
        self._made = made
        self._overlap = overlap
        self._checkpoints = checkpoints or Checkpoints(db, made)
        self._seen: dict[int, int] = {}
        self._failures: dict[int, int] = {}
        self._not_before: dict[int, float] = {}
        self._running: dict[int, asyncio.Task[None]] = {}

    async def check(self, adapter: Adapter) -> None:
        """Begin to catch up if there was a gap since the last time; otherwise note how far everything is stored."""
        name, gap = id(adapter), self._gap(adapter)
        if name in self._running:
            return
        if self._seen.get(name) == gap:
            await self._write_down(adapter)
            return
        self._checkpoints.forget(adapter.workspaces())
        if time.monotonic() < self._not_before.get(name, 0.0):
            return
        task = asyncio.create_task(self.run(adapter))
        self._running[name] = task
        task.add_done_callback(lambda done: self._ended(name, gap, done))

    def _gap(self, adapter: Adapter) -> int:
        return adapter.gap() + self._made.refused  # what could not be stored is missing, too

    def _ended(self, name: int, gap: int, task: asyncio.Task[None]) -> None:
        del self._running[name]
        if task.cancelled():
            return
        if error := task.exception():
            failures = self._failures[name] = self._failures.get(name, 0) + 1
            wait = min(PAUSE_S * 2**failures, LONGEST_PAUSE_S)
            self._not_before[name] = time.monotonic() + wait
            log.error("catch_up.failed", error=type(error).__name__, reason=str(error), again_in=wait)
            return
        self._failures.pop(name, None)
        self._seen[name] = gap  # a gap that came meanwhile is another number, and is caught up with next

    async def _write_down(self, adapter: Adapter, *, at_once: bool = False) -> None:
        for workspace in adapter.workspaces():
            if community := self._community_of(workspace):
                await self._checkpoints.take(workspace, community, at_once=at_once)

    async def finish(self, adapters: Iterable[Adapter]) -> None:
        """Note how far everything is stored, now that nothing more comes in."""
        for adapter in adapters:
            if self._seen.get(id(adapter)) == self._gap(adapter):
                await self._write_down(adapter, at_once=True)

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

    async def begin(self, adapter: Adapter) -> None:
        """On the very first start, note that we begin now: what is said from here on can be missed.

        Raises:
            ChatError: the platform does not tell who and what is there.

        """
        async with self._db.reading() as conn:
            begun = [await progress.newest_cursor(conn, w) is not None for w in adapter.workspaces()]
        if not all(begun):
            await self.run(adapter)

    async def run(self, adapter: Adapter) -> None:
        """Read everything that one adapter may have missed."""
        for workspace in adapter.workspaces():
            community = self._community_of(workspace)
            if community is None:
                continue
            began = self._clock.now()
            infos = await _patiently(functools.partial(adapter.places, workspace))
            places = [info.place for info in infos if info.bot_is_in]
            try:
                if await self._members(adapter, workspace, community, places):
                    continue
            except RefusedError as error:  # a missing scope must not keep what was said from being read
                log.error("catch_up.members_refused", workspace=str(workspace), reason=str(error))  # noqa: TRY400 - it says all
            found = 0
            async with self._db.reading() as conn:
                cursors = await progress.cursors_of(conn, places)
                newest = await progress.newest_cursor(conn, workspace)
            for place in places:
                # a place without a cursor is new: nobody spoke there when we last knew all that was said anywhere
                since = cursors.get(place, newest)
                if since is not None:
                    try:
                        found += await self._place(adapter, place, since - self._overlap)
                    except RefusedError as error:  # one closed channel is not every channel's end
                        log.error("catch_up.place_refused", place=str(place), reason=str(error))  # noqa: TRY400 - it says all
                        continue
                self._made.reach(place, began)
            log.info("catch_up.done", workspace=str(workspace), messages_read=found)

    async def _members(self, adapter: Adapter, workspace: Workspace, community: str, places: Sequence[Place]) -> bool:
        """Let joins and leaves that were missed arrive. True on the first start: then there is nothing to miss."""
        now = self._clock.now()
        async with self._db.reading() as conn:  # first: who joins meanwhile must not look like gone
            known = await PeopleStore(conn, community).known_users(workspace.platform, workspace.id)
            is_new = await progress.newest_cursor(conn, workspace) is None
        profiles = [p async for p in _persistently(lambda: adapter.members(workspace), lambda p: p.user.id)]
        if is_new:  # whoever is here already was here before us, and so was what they said
            present = [p for p in profiles if not p.gone and not known.get(p.user.id)]
            listed = {p.user.id for p in profiles if not p.gone}
            gone = [UserRef(workspace.platform, workspace.id, user) for user in known if user not in listed]
            await self._import(community, present, gone if listed else [], places, now)
            return True
        here = {p.user.id for p in profiles if not p.gone}
        new = [adapter.joined(p, now) for p in profiles if not p.gone and not known.get(p.user.id)]
        events: list[Event] = [_again(e, now) if e.member.user.id in known else e for e in new]
        events += [adapter.left(p.user, now) for p in profiles if p.gone and known.get(p.user.id)]
        listed = {p.user.id for p in profiles}
        if here:  # an empty list is no news of everybody leaving
            missing = [user_id for user_id, present in known.items() if present and user_id not in listed]
            events += [adapter.left(UserRef(workspace.platform, workspace.id, u), now) for u in missing]
        await asyncio.gather(*(self._intake.accept(event) for event in events))
        await self._profiles(community, [p for p in profiles if not p.gone and known.get(p.user.id)], now)
        return False

    async def _profiles(self, community: str, profiles: Sequence[Profile], now: datetime) -> None:
        """Take over names, languages and rights that changed: who is no moderator any more must not stay one."""
        for start in range(0, len(profiles), AT_ONCE):  # what comes in meanwhile must not wait for a whole workspace
            some = profiles[start : start + AT_ONCE]
            async with self._db.writing() as conn:
                people = Unit(conn, community, now).people
                await people.preload(profile.user for profile in some)
                for profile in some:
                    await people.record_profile(profile)

    async def _import(
        self, community: str, profiles: list[Profile], gone: list[UserRef], places: Sequence[Place], now: datetime
    ) -> None:
        """Take in who is there, and let go who is not: an import of history knew them. Nobody came or went just now."""
        async with self._db.writing() as conn:
            unit = Unit(conn, community, now)
            for profile in profiles:
                await unit.people.record_join(profile, profile.joined_at or now)
            await unit.people.preload(gone)
            for user in gone:
                account = await unit.people.by_user(user)
                if account is not None and any(a.user == user and a.left_at is None for a in account.accounts):
                    await unit.people.record_leave(user, now)
            await unit.flush()
            await progress.move_cursors(conn, {(community, place): now for place in places})

    async def _place(self, adapter: Adapter, place: Place, since: datetime) -> int:
        found = 0
        pending: set[asyncio.Task[object]] = set()
        try:
            async for event in _persistently(lambda: adapter.history(place, since), lambda e: e.key):
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
        except RefusedError:
            raise
        except ChatError as error:
            if attempt == TRIES - 1:
                raise
            await asyncio.sleep(_wait(error, attempt))
    raise AssertionError("the last try returns or raises")


async def _persistently(read: Callable[[], AsyncIterator[T]], key: Callable[[T], str]) -> AsyncIterator[T]:
    """Read to the end, beginning anew after a failure without giving anything twice; getting further counts."""
    given: set[str] = set()
    failures = 0
    while True:
        known = len(given)
        try:
            async for item in read():
                if key(item) not in given:
                    given.add(key(item))
                    yield item
        except RefusedError:
            raise
        except ChatError as error:
            failures = failures + 1 if len(given) == known else 1
            if failures >= TRIES:
                raise
            await asyncio.sleep(_wait(error, failures - 1))
        else:
            return


def _again(join: MemberJoined, now: datetime) -> MemberJoined:
    """Give a second join of one account a key of its own where the platform's key has no time in it."""
    return msgspec.structs.replace(join, key=f"{join.key}:again:{now:%Y-%m-%d}")


def _wait(error: ChatError, attempt: int) -> float:
    return error.retry_after if isinstance(error, RateLimitedError) else PAUSE_S * 2**attempt
