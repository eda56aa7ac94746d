"""Takes events in: stored and committed before the platform is told, many in one commit.

One writer for all adapters: it commits whatever has come together since its last commit, which on SQLite with
synchronous FULL carries some forty times the events of one transaction each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.nameless import without_name
from bot.suggesting import Suggesting
from bot.tracing import new_incident, remember
from bot.waiting import Waiting, is_interaction
from chat.answers import Answer, Nothing, Suggest
from chat.events import Event, OptionTyped
from chat.ids import Workspace
from chat.port import NotStoredError
from jobs.checkpoints import Progress
from storage.codec import UNREADABLE, load_event
from storage.engine import Database, is_stores_fault
from storage.queues import inbox

log = structlog.get_logger()

# How long to wait for one's turn to write; with the wait for another process's lock it stays under a click's 3 seconds
PATIENCE_S = 1.0
GROUP = 512  # events in one commit; more would only make the first of them wait


@dataclass(slots=True)
class Receipt:
    """What an adapter gets for an event."""

    fresh: bool
    opens_form: bool
    answer: asyncio.Future[Answer]


class _FoundAgainError(NotStoredError):
    """It was not stored, and the log says why beside this number."""

    def __init__(self, why: str, incident: str) -> None:
        super().__init__(f"{why}, incident {incident}")
        self.incident = incident


@dataclass(slots=True)
class _Arriving:
    event: Event
    community: str
    stored: asyncio.Future[Receipt]


class Inbox:
    """The intake that all adapters feed."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        dispatcher: Dispatcher,
        community_of: Callable[[Workspace], str | None],
        suggesting: Suggesting,
    ) -> None:
        self._db = db
        self._clock = clock
        self._dispatcher = dispatcher
        self._community_of = community_of
        self._suggesting = suggesting
        self._arriving: list[_Arriving] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self._failing = False
        self.progress = Progress()
        self.accepted = 0
        self.duplicates = 0

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._write())

    async def stop(self) -> None:
        """Write what has arrived, then stop; what comes later is not stored."""
        self._closed = True
        self._wake.set()
        if self._task:
            await self._task

    @property
    def alive(self) -> bool:
        """Whether the writer works, or has not begun."""
        return self._task is None or not self._task.done()

    @property
    def failing(self) -> bool:
        """Whether the last attempt to write failed, so that nothing can be acknowledged just now."""
        return self._failing

    async def accept(self, event: Event) -> Receipt:
        """Store an event; returns when it is committed.

        Raises:
            NotStoredError: it is not stored (disk full, database locked, …) and must not be acknowledged.

        """
        community = self._community_of(event.workspace)
        if community is None:  # a workspace that belongs to no community of ours: nothing of it is kept
            return self._known()
        if self._closed:
            raise NotStoredError("stopping")
        try:  # what is handled now is what would be handled after a crash, to the last character
            event = load_event(event)
        except UNREADABLE as error:  # a client can send anything; it would be no more readable a second time
            log.warning("inbox.unreadable", event_type=type(event).__name__, error=type(error).__name__)
            return self._known()
        except TypeError as error:
            raise NotStoredError(type(error).__name__) from None
        event = await without_name(self._db, community, event)
        if self._closed:  # while its language was looked up
            raise NotStoredError("stopping")
        arriving = _Arriving(event, community, asyncio.get_running_loop().create_future())
        self._arriving.append(arriving)
        self._wake.set()
        try:
            return await arriving.stored
        except _FoundAgainError as error:
            remember(error.incident)  # whoever apologises for it says this number
            raise

    async def suggest(self, typed: OptionTyped) -> Suggest:
        """Propose choices for what is being typed; this is stored nowhere."""
        return Suggest() if self._closed else await self._suggesting.suggest(typed)

    def _known(self) -> Receipt:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer.set_result(Nothing())
        return Receipt(fresh=False, opens_form=False, answer=answer)

    async def _write(self) -> None:
        while self._arriving or not self._closed:
            await self._wake.wait()
            self._wake.clear()
            while self._arriving:
                group, self._arriving = self._arriving[:GROUP], self._arriving[GROUP:]
                await self._store(group)

    async def _store(self, group: Sequence[_Arriving]) -> None:
        now = self._clock.now()
        try:
            rows = [inbox.row_of(arriving.community, arriving.event, now) for arriving in group]
            async with self._db.writing(patience=PATIENCE_S) as conn:
                for community in sorted({arriving.community for arriving in group}):
                    await self._db.accept_in_turn(conn, community)
                ids = await inbox.insert_rows(conn, rows)
        except Exception as error:  # whatever it was, the writer must live, and the event is not stored
            self._failing = is_stores_fault(error)
            if len(group) > 1 and not self._failing:  # perhaps only one of them cannot be stored
                for arriving in group:
                    await self._store([arriving])
                return
            incident = new_incident()
            log.exception("inbox.not_stored", incident=incident, events=len(group))
            for arriving in group:
                self.progress.refused += not is_interaction(arriving.event)  # who clicked is told; the rest is a gap
                _fail(arriving.stored, _FoundAgainError(type(error).__name__, incident))
            return
        self._failing = False
        for arriving in group:
            self.progress.note(arriving.event)
            row_id = ids.pop(arriving.event.key, None)  # popped: the same key twice in one group is fresh once
            if row_id is None:
                self.duplicates += 1
                _settle(arriving.stored, self._known())
                continue
            self.accepted += 1
            waiting = Waiting(inbox.Item(row_id, arriving.community, arriving.event, now))
            self._dispatcher.put(waiting)
            opens_form = self._dispatcher.opens_form(arriving.event)
            _settle(arriving.stored, Receipt(fresh=True, opens_form=opens_form, answer=waiting.answer))


def _settle(future: asyncio.Future[Receipt], receipt: Receipt) -> None:
    if not future.done():
        future.set_result(receipt)


def _fail(future: asyncio.Future[Receipt], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
