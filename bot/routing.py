"""Keeps the ranking of each community in memory: rebuilt from the store at the start, then following its log.

Only committed facts are read, so a transaction that is rolled back leaves no trace, and each replica comes to the same
state by itself. While a rebuild runs, the ranking answers with what it has read so far.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from community.routing.ranking import Ask, Candidate, Outcome, RoutingState, Turn
from storage.engine import Database
from storage.questions.turns import Heard, Relinked, TurnReader
from storage.unit import Unit

log = structlog.get_logger()

SLICE_S = 0.01  # of work before others get their turn: a click waits no longer than that
RETRY_S = 5.0
Portion = Callable[[TurnReader], Awaitable[tuple[Sequence[Heard], bool]]]


class Follower:
    """The ranking of one community, and how far in the log it is."""

    def __init__(self, community: str) -> None:
        self.community = community
        self.state = RoutingState()
        self.turns = 0
        self._reader = TurnReader(community)
        self._reading = asyncio.Lock()
        self._stale = False  # two members have become one, or one two, since the past was read

    async def catch_up(self, conn: AsyncConnection) -> None:
        """Read the log to its end."""
        async with self._reading:
            await self._read(lambda reader: reader.read(conn))

    async def read_on(self, db: Database) -> None:
        """Read the log to its end, a portion in each transaction: an old snapshot would keep the store from tidying."""

        async def portion(reader: TurnReader) -> tuple[Sequence[Heard], bool]:
            async with db.reading() as conn:
                return await reader.read(conn)

        async with self._reading:
            await self._read(portion)

    async def _read(self, portion: Portion) -> None:
        """Read to the end; where members are others than they were, all again, while the old state answers."""
        await self._follow(portion, self.state, self._reader)
        while self._stale:
            self._stale, self.turns = False, 0
            state, reader = RoutingState(), TurnReader(self.community)
            await self._follow(portion, state, reader)
            self.state, self._reader = state, reader

    async def _follow(self, portion: Portion, state: RoutingState, reader: TurnReader) -> None:
        more = True
        while more:
            heard, more = await portion(reader)
            await self._take_in(state, heard)

    async def _take_in(self, state: RoutingState, heard: Sequence[Heard]) -> None:
        began = time.perf_counter()
        for one in heard:
            try:
                self._take(state, one)
            except Exception as error:  # noqa: BLE001 - one odd message must not end the ranking for all others
                log.error("routing.not_understood", error=type(error).__name__, kind=type(one).__name__)  # noqa: TRY400 - its words stay out of the log
            if time.perf_counter() - began > SLICE_S:
                await asyncio.sleep(0)
                began = time.perf_counter()

    def _take(self, state: RoutingState, one: Heard) -> None:
        match one:
            case Turn():
                self.turns += 1
                state.observe(one)
            case Outcome():
                state.note(one)
            case Relinked(gone):
                self._stale = True
                if gone is not None:  # until all is read again, nobody is asked who is nobody any more
                    state.forget(gone)
            case int():
                state.forget(one)

    async def rank(self, unit: Unit, ask: Ask, *, exclude: Collection[int], limit: int) -> Sequence[Candidate]:
        """Rank by what has been read, and by what members said about the topic."""
        people = {}
        if ask.topic:
            people = {member: said.person(ask.topic) for member, said in (await unit.peers.stated(ask.topic)).items()}
        return self.state.rank(ask, people, limit=limit, exclude=exclude)


class Routing:
    """The rankings of all communities of this process."""

    def __init__(self, db: Database, communities: Iterable[str]) -> None:
        self._db = db
        self._followers = {community: Follower(community) for community in communities}
        self._wake = {community: asyncio.Event() for community in self._followers}
        self._tasks: list[asyncio.Task[None]] = []
        self._ready: set[str] = set()

    @property
    def ready(self) -> bool:
        """Whether everything in the store has been read once."""
        return len(self._ready) == len(self._followers)

    @property
    def turns(self) -> int:
        """How many messages have been read."""
        return sum(follower.turns for follower in self._followers.values())

    def start(self) -> None:
        """Begin to read, in the background."""
        self._tasks = [asyncio.create_task(self._follow(follower)) for follower in self._followers.values()]

    async def stop(self) -> None:
        """Read no more."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def catch_up(self) -> None:
        """Read everything that is committed by now."""
        for follower in self._followers.values():
            await follower.read_on(self._db)

    def wake(self) -> None:
        """Look whether there is something new: after each commit, and on each tick for what other replicas wrote."""
        for event in self._wake.values():
            event.set()

    async def rank(self, unit: Unit, ask: Ask, *, exclude: Collection[int], limit: int) -> Sequence[Candidate]:
        """Return the members of the unit's community most likely to answer, best first, with reasons."""
        follower = self._followers.get(unit.community)
        return await follower.rank(unit, ask, exclude=exclude, limit=limit) if follower else ()

    async def _follow(self, follower: Follower) -> None:
        began = time.perf_counter()
        wake = self._wake[follower.community]
        while True:
            wake.clear()
            try:
                await follower.read_on(self._db)
            except (SQLAlchemyError, OSError) as error:  # read again from the same place
                log.error("routing.not_read", community=follower.community, error=type(error).__name__)  # noqa: TRY400 - tried again
                await asyncio.sleep(RETRY_S)
                continue
            if follower.community not in self._ready:
                self._ready.add(follower.community)
                seconds = round(time.perf_counter() - began, 2)
                log.info("routing.ready", community=follower.community, messages=follower.turns, seconds=seconds)
            await wake.wait()
