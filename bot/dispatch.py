"""Hands accepted events to the features: one transaction, one Context, no side way out.

What waits is handled in groups inside one transaction, clicks before talk. When anything in a group fails, the group is
rolled back and each of its events runs in a transaction of its own, so one bad event never takes another with it. When
the store fails, nothing is any event's fault: the group goes back to the head of its lane and is tried again.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeGuard, get_args

import structlog
from sqlalchemy.exc import SQLAlchemyError

from chat.answers import Answer, Invalid, Nothing
from chat.events import Event, Interaction, MessagePosted
from chat.ids import UserRef
from community.config import CommunitySettings
from community.languages import choose_language
from community.overrides import effective_settings
from handlers.context import Context, Directory
from handlers.drafts import keep_draft
from handlers.fallback import apology, explain_unknown
from handlers.peers import NoPeers, Peers
from handlers.routes import Routes
from locales import translator
from storage import inbox
from storage.codec import Arrival
from storage.engine import Database, is_stores_fault
from storage.inbox import Item
from storage.unit import Unit

log = structlog.get_logger()

GROUP = 256  # events in one transaction; a click that comes meanwhile waits for the group's commit, about 50 ms
ANOTHERS_CLICK = timedelta(seconds=5)  # by then its own replica has answered it, or is dead
ATTEMPTS = 3  # a handler that fails three times has a fault; the event is kept for the operator
RETRY_S = 1.0  # before what failed is tried again
_INTERACTIONS = get_args(Interaction)


def is_interaction(arrival: Arrival) -> TypeGuard[Interaction]:
    """Whether a person waits for the answer."""
    return isinstance(arrival, _INTERACTIONS)


@dataclass(slots=True)
class Waiting:
    """An item in the queue, and who waits for its answer."""

    item: Item
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    late: bool = False  # nobody waits in this process: the answer goes the way of late ones
    incident: str = ""  # of its first failure: the number that the member was told

    @property
    def is_urgent(self) -> bool:
        """Whether a person looks at a spinner."""
        return is_interaction(self.item.arrival)


class Dispatcher:
    """The queue between the inbox and the features."""

    def __init__(
        self,
        db: Database,
        routes: Routes,
        directory: Directory,
        communities: dict[str, CommunitySettings],
        *,
        after_commit: Callable[[], None],
        on_signal: Callable[[], None],
        late_answer: Callable[[Item, Answer], Awaitable[None]],
        peers: Peers | None = None,
        retry_s: float = RETRY_S,
    ) -> None:
        self._db = db
        self._routes = routes
        self._directory = directory
        self._communities = communities
        self._after_commit = after_commit
        self._signal = on_signal
        self._late_answer = late_answer
        self._peers = peers or NoPeers()
        self._retry_s = retry_s
        self._urgent: deque[Waiting] = deque()
        self._calm: deque[Waiting] = deque()
        self._known: dict[int, Waiting] = {}  # rows that are in the queue or being handled
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._retries: set[asyncio.TimerHandle] = set()
        self._late: set[asyncio.Future[None]] = set()
        self.handled = 0
        self.failed = 0

    def start(self) -> None:
        """Begin to handle."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish what is in the queue, then stop."""
        if self._task:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._idle.wait(), timeout=10)
        for handle in self._retries:
            handle.cancel()
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._late:
            await asyncio.wait(self._late, timeout=5)

    def put(self, waiting: Waiting) -> None:
        """Queue an accepted item, unless it is there already."""
        known = self._known.get(waiting.item.id)
        if known is not None:  # found in the store a moment before its receiver came with it
            waiting.answer, known.late = known.answer, known.late and waiting.late
            return
        self._known[waiting.item.id] = waiting
        self._line_up(waiting)

    def opens_form(self, event: Event) -> bool:
        """Say whether the answer to an event is a form."""
        return any(route.opens_form for route in self._routes.find(event))

    @property
    def backlog(self) -> int:
        """How many items wait in memory."""
        return len(self._urgent) + len(self._calm)

    async def idle(self) -> None:
        """Wait until nothing is queued."""
        await self._idle.wait()

    async def load_waiting(self, *, now: datetime | None = None) -> int:
        """Queue what stands unhandled in the store, and return how much that was.

        Without ``now``, at the start, that is everything. Later, clicks that are a few seconds old are left to the
        replica that took them in: only it can answer them.
        """
        after = fresh = 0
        while True:
            async with self._db.reading() as conn:
                batch = await inbox.load_new(conn, after=after, limit=500)
            if batch.unreadable:  # of another version: it must not keep the rest from being handled
                log.error("dispatch.unreadable", rows=batch.unreadable)
                async with self._db.writing() as conn:
                    await inbox.set_aside(conn, batch.unreadable, "this version cannot read it")
                self.failed += len(batch.unreadable)
            for item in batch.items:
                waiting = Waiting(item, late=True)
                if now is not None and waiting.is_urgent and now - item.received_at < ANOTHERS_CLICK:
                    continue
                if item.id not in self._known:
                    fresh += 1
                    self.put(waiting)
            if batch.last is None:
                return fresh
            after = batch.last

    def _settle(self, waiting: Waiting, answer: Answer) -> None:
        if waiting.answer.done():
            return
        waiting.answer.set_result(answer)
        if waiting.late and waiting.is_urgent and not isinstance(answer, Nothing):
            task = asyncio.ensure_future(self._late_answer(waiting.item, answer))
            self._late.add(task)  # the loop itself keeps only weak references
            task.add_done_callback(self._ended)

    def _ended(self, late: asyncio.Future[None]) -> None:
        self._late.discard(late)
        if not late.cancelled() and (error := late.exception()):
            log.error("dispatch.late_answer_failed", error=type(error).__name__)

    def _line_up(self, waiting: Waiting) -> None:
        (self._urgent if waiting.is_urgent else self._calm).append(waiting)
        self._idle.clear()
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while lane := self._urgent or self._calm:
                group = [lane.popleft() for _ in range(min(GROUP, len(lane)))]
                if unhandled := await self._handle(group):
                    lane.extendleft(reversed(unhandled))
                    await asyncio.sleep(self._retry_s)
            if not self._retries:
                self._idle.set()

    async def _handle(self, group: Sequence[Waiting]) -> Sequence[Waiting]:
        """Handle a group; returns what must wait because the store fails."""
        try:
            answers, arrived = await self._transact(group)
        except Exception as error:  # noqa: BLE001 - any fault of a feature must end here, not the process
            if is_stores_fault(error):
                self._wait_for_store(group, error)
                return group
            if len(group) == 1:
                await self._recover(group[0], error)
                return ()
            for n, waiting in enumerate(group):
                if await self._handle([waiting]):
                    return group[n:]
            return ()
        for waiting in group:
            self._known.pop(waiting.item.id, None)
            self._settle(waiting, answers.get(waiting.item.id) or Nothing())
        self.handled += len(group)
        self._after_commit()
        if arrived:
            self._signal()
        return ()

    async def _transact(self, group: Sequence[Waiting]) -> tuple[dict[int, Answer], bool]:
        answers: dict[int, Answer] = {}
        units: dict[str, Unit] = {}
        async with self._db.writing() as conn:
            open_ids = await inbox.lock_new(conn, [waiting.item.id for waiting in group])
            items = [waiting.item for waiting in group if waiting.item.id in open_ids]
            for community in sorted({item.community for item in items}):
                await self._db.take_turn(conn, community)
                units[community] = unit = Unit(conn, community, items[0].received_at)
                await unit.people.preload(u for i in items if i.community == community for u in _users(i))
            settings = {name: await self._settings(unit) for name, unit in units.items()}
            for item in items:
                unit = units[item.community]
                unit.now = unit.outbox.now = item.received_at
                if unit.settings.changed:  # by an event of this very group
                    settings[item.community] = await self._settings(unit)
                answer = await self._run_item(unit, item, settings[item.community])
                if answer is not None:
                    answers[item.id] = answer
            for unit in units.values():
                await unit.flush()
            if items:
                await inbox.mark_done(conn, open_ids)
        return answers, any(unit.arrivals for unit in units.values())

    async def _settings(self, unit: Unit) -> CommunitySettings:
        unit.settings.changed = False
        overrides = await unit.settings.all()
        return effective_settings(self._communities[unit.community], {k: o.value for k, o in overrides.items()})

    async def _run_item(self, unit: Unit, item: Item, settings: CommunitySettings) -> Answer | None:
        arrival = item.arrival
        language = settings.language
        if is_interaction(arrival):
            if arrival.locale:
                await unit.people.record_locale(arrival.user, arrival.locale)
            member = await unit.people.by_user(arrival.user)
            account = next((a for a in member.accounts if a.user == arrival.user), None) if member else None
            locale = arrival.locale or (account.locale if account else None)  # Slack tells it with the profile only
            language = choose_language(member.language if member else None, locale, settings.language)
        ctx = Context(unit, item.received_at, translator(language), settings, self._directory, self._peers)
        routes = self._routes.find(arrival)
        answer: Answer | None = None
        for route in routes:
            said = await route.handler(ctx, arrival)
            answer = said if said is not None else answer
        if not is_interaction(arrival):
            return None
        if not routes:
            return explain_unknown(ctx, arrival)
        if isinstance(answer, Invalid) and answer.card is None:
            answer = await keep_draft(ctx, arrival.user, answer)
        return answer

    def _wait_for_store(self, group: Sequence[Waiting], error: Exception) -> None:
        incident = secrets.token_hex(4)
        log.error("dispatch.store_failed", incident=incident, error=type(error).__name__, events=len(group))
        for waiting in group:
            self._apologise(waiting, incident, kept=True)

    async def _recover(self, waiting: Waiting, error: Exception) -> None:
        """Put an event back whose handler failed, a few times; then set it aside."""
        item = waiting.item
        waiting.incident = waiting.incident or secrets.token_hex(4)
        attempt = item.attempts + 1
        final = attempt >= ATTEMPTS
        log.error("dispatch.failed", incident=waiting.incident, key=item.arrival.key, attempt=attempt, exc_info=error)
        if final:  # else the next try, a moment later, may still give the true answer
            self._apologise(waiting, waiting.incident, kept=False)
        with contextlib.suppress(SQLAlchemyError, OSError):
            async with self._db.writing() as conn:
                await inbox.note_failure(conn, item, f"{waiting.incident} {type(error).__name__}", final=final)
        if final:
            self.failed += 1
            self._known.pop(item.id, None)
            return
        waiting.item = replace(item, attempts=attempt)
        self._line_up_later(waiting)

    def _apologise(self, waiting: Waiting, incident: str, *, kept: bool) -> None:
        arrival = waiting.item.arrival
        if is_interaction(arrival):
            community = self._communities.get(waiting.item.community)  # none: taken out of the file since
            t = translator(choose_language(None, arrival.locale, community.language if community else None))
            self._settle(waiting, apology(t, incident, kept=kept))

    def _line_up_later(self, waiting: Waiting) -> None:
        handle: asyncio.TimerHandle
        self._idle.clear()

        def again() -> None:
            self._retries.discard(handle)
            self._line_up(waiting)

        handle = asyncio.get_running_loop().call_later(self._retry_s, again)
        self._retries.add(handle)


def _users(item: Item) -> list[UserRef]:
    arrival = item.arrival
    if isinstance(arrival, MessagePosted):
        return [arrival.author]
    user = getattr(arrival, "user", None)
    return [user] if isinstance(user, UserRef) else []
