"""Hands accepted events to the features: one transaction, one Context, no side way out.

What waits is handled in groups inside one transaction, clicks before talk. When anything in a group fails, the group is
rolled back and each of its events runs in a transaction of its own, so one bad event never takes another with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard, get_args

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError

from chat.answers import Answer, Invalid, Nothing
from chat.events import Event, Interaction, MessagePosted
from chat.ids import UserRef
from community.config import CommunitySettings
from community.languages import choose_language
from community.overrides import effective_settings
from handlers.context import Context, Directory
from handlers.drafts import keep_draft
from handlers.fallback import apology, explain_unknown
from handlers.routes import Routes
from locales import translator
from storage import inbox
from storage.codec import Arrival
from storage.engine import Database
from storage.inbox import Item
from storage.unit import Unit

log = structlog.get_logger()

GROUP = 128  # events in one transaction; a click that comes meanwhile waits for the group's commit, about 50 ms
ATTEMPTS = 3  # a handler that fails three times has a fault; the event is kept for the operator
STORE_RETRY_S = 1.0  # a full disk or a locked database is not the event's fault: it stays and is tried again
_INTERACTIONS = get_args(Interaction)


def is_interaction(arrival: Arrival) -> TypeGuard[Interaction]:
    """Whether a person waits for the answer."""
    return isinstance(arrival, _INTERACTIONS)


@dataclass(slots=True)
class Waiting:
    """An item in the queue, and who waits for its answer."""

    item: Item
    answer: asyncio.Future[Answer] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def is_urgent(self) -> bool:
        """Whether a person looks at a spinner."""
        return is_interaction(self.item.arrival)

    def settle(self, answer: Answer) -> None:
        """Let who waits have the answer."""
        if not self.answer.done():
            self.answer.set_result(answer)


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
        late_answer: Callable[[Item, Answer], Awaitable[None]],
    ) -> None:
        self._db = db
        self._routes = routes
        self._directory = directory
        self._communities = communities
        self._after_commit = after_commit
        self._late_answer = late_answer
        self._urgent: deque[Waiting] = deque()
        self._calm: deque[Waiting] = deque()
        self._known: set[int] = set()  # rows that are in the queue or being handled
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._task: asyncio.Task[None] | None = None
        self._retries: set[asyncio.TimerHandle] = set()
        self.handled = 0
        self.failed = 0

    def start(self) -> None:
        """Begin to handle."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish what is in the queue, then stop."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), timeout=10)
        for handle in self._retries:
            handle.cancel()
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def put(self, waiting: Waiting) -> None:
        """Queue an accepted item, unless it is there already."""
        if waiting.item.id in self._known:
            return
        self._known.add(waiting.item.id)
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

    async def load_waiting(self) -> int:
        """Queue what stands unhandled in the store: at start, and after signals arrived. Returns how many were new."""
        after = fresh = 0
        while True:
            async with self._db.reading() as conn:
                items = await inbox.load_new(conn, after=after, limit=500)
            for item in items:
                if item.id in self._known:
                    continue
                fresh += 1
                waiting = Waiting(item)
                if waiting.is_urgent:  # nobody waits for it in this process: answer it the late way
                    waiting.answer.add_done_callback(functools.partial(self._answer_late, item))
                self.put(waiting)
            if len(items) < 500:  # noqa: PLR2004 - the limit above
                return fresh
            after = items[-1].id

    def _answer_late(self, item: Item, done: asyncio.Future[Answer]) -> None:
        answer = done.result()
        if not isinstance(answer, Nothing):
            task = asyncio.ensure_future(self._late_answer(item, answer))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

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
                await self._handle(group)
            if not self._retries:
                self._idle.set()

    async def _handle(self, group: Sequence[Waiting]) -> None:
        try:
            answers, arrived = await self._transact(group)
        except Exception as error:  # noqa: BLE001 - any fault of a feature must end here, not the process
            if len(group) > 1 and not _is_stores_fault(error):
                for waiting in group:
                    await self._handle([waiting])
                return
            await self._recover(group, error)
            return
        for waiting in group:
            self._known.discard(waiting.item.id)
            waiting.settle(answers.get(waiting.item.id) or Nothing())
        self.handled += len(group)
        self._after_commit()
        if arrived:
            await self.load_waiting()

    async def _transact(self, group: Sequence[Waiting]) -> tuple[dict[int, Answer], bool]:
        answers: dict[int, Answer] = {}
        units: dict[str, Unit] = {}
        async with self._db.writing() as conn:
            open_ids = await inbox.lock_new(conn, [waiting.item.id for waiting in group])
            items = [waiting.item for waiting in group if waiting.item.id in open_ids]
            for community in {item.community for item in items}:
                units[community] = unit = Unit(conn, community, items[0].received_at)
                await unit.people.preload(u for i in items if i.community == community for u in _users(i))
            settings = {name: await self._settings(unit) for name, unit in units.items()}
            for item in items:
                unit = units[item.community]
                unit.now = unit.outbox.now = item.received_at
                answer = await self._run_item(unit, item, settings[item.community])
                if answer is not None:
                    answers[item.id] = answer
            for unit in units.values():
                await unit.flush()
            if items:
                await inbox.mark_done(conn, open_ids)
        return answers, any(unit.arrivals for unit in units.values())

    async def _settings(self, unit: Unit) -> CommunitySettings:
        overrides = await unit.settings.all()
        return effective_settings(self._communities[unit.community], {k: o.value for k, o in overrides.items()})

    async def _run_item(self, unit: Unit, item: Item, settings: CommunitySettings) -> Answer | None:
        arrival = item.arrival
        language = settings.language
        if is_interaction(arrival):
            if arrival.locale:
                await unit.people.record_locale(arrival.user, arrival.locale)
            member = await unit.people.by_user(arrival.user)
            language = choose_language(member.language if member else None, arrival.locale, settings.language)
        ctx = Context(unit, item.received_at, translator(language), settings, self._directory)
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

    async def _recover(self, group: Sequence[Waiting], error: Exception) -> None:
        """Put a group back that failed: for the store's sake without end, for its own a few times."""
        incident = secrets.token_hex(4)
        if _is_stores_fault(error):
            log.error("dispatch.store_failed", incident=incident, error=type(error).__name__, events=len(group))
            for waiting in group:
                self._apologise(waiting, incident, kept=True)
                self._line_up_later(waiting)
            return
        (waiting,) = group
        item = waiting.item
        final = item.attempts + 1 >= ATTEMPTS
        log.error("dispatch.failed", incident=incident, key=item.arrival.key, attempt=item.attempts + 1, exc_info=error)
        self._apologise(waiting, incident, kept=False)
        with contextlib.suppress(DBAPIError):
            async with self._db.writing() as conn:
                await inbox.note_failure(conn, item, f"{incident} {type(error).__name__}", final=final)
        if final:
            self.failed += 1
            self._known.discard(item.id)
            return
        item = Item(item.id, item.community, item.arrival, item.received_at, item.attempts + 1)
        self._line_up_later(Waiting(item, waiting.answer))

    def _apologise(self, waiting: Waiting, incident: str, *, kept: bool) -> None:
        arrival = waiting.item.arrival
        if is_interaction(arrival):
            community = self._communities[waiting.item.community]
            t = translator(choose_language(None, arrival.locale, community.language))
            waiting.settle(apology(t, incident, kept=kept))

    def _line_up_later(self, waiting: Waiting) -> None:
        handle: asyncio.TimerHandle
        self._idle.clear()

        def again() -> None:
            self._retries.discard(handle)
            self._line_up(waiting)

        handle = asyncio.get_running_loop().call_later(STORE_RETRY_S, again)
        self._retries.add(handle)


def _is_stores_fault(error: Exception) -> bool:
    return isinstance(error, OperationalError | OSError)


def _users(item: Item) -> list[UserRef]:
    arrival = item.arrival
    if isinstance(arrival, MessagePosted):
        return [arrival.author]
    user = getattr(arrival, "user", None)
    return [user] if isinstance(user, UserRef) else []
