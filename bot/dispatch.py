"""Hands accepted events to the features: one transaction, one Context, no side way out.

What waits is handled in groups inside one transaction, clicks before talk. When anything in a group fails, the group is
rolled back and each of its events runs in a transaction of its own, so one bad event never takes another with it. When
the store fails, nothing is any event's fault: the group goes back to the head of its lane and is tried again. A group
that takes long ends early, because on SQLite nothing new can be taken in before it commits.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.replicas import Replicas
from bot.tracing import Observe, about, new_incident, traced
from bot.waiting import Waiting, is_interaction
from chat.answers import Answer, Invalid, Nothing
from chat.events import Event, MessagePosted
from chat.ids import UserRef
from community.config import CommunitySettings
from community.languages import choose_language
from community.permissions import RULES, Rule
from community.settings.overrides import effective_settings
from handlers import gate
from handlers.context import Context, Directory
from handlers.drafts import keep_draft
from handlers.fallback import apology
from handlers.peers import NoPeers, Peers
from handlers.privacy.admitting import people_in
from handlers.routes import Routes
from locales import translator
from storage.engine import Database, is_stores_fault
from storage.queues import inbox
from storage.queues.inbox import Item
from storage.unit import Unit

log = structlog.get_logger()

GROUP = 256  # events in one transaction, at most; messages take about 50 ms
CLICKS = 64  # clicks in one: they cost more, and people wait for each
BUDGET_S = 0.2  # after which a transaction takes no further event: what comes in waits for its commit
ANOTHERS_CLICK = timedelta(seconds=5)  # by then its own replica has answered it, or is dead
ATTEMPTS = 3  # a handler that fails three times has a fault; the event is kept for the operator
RETRY_S = 1.0  # before what failed is tried again


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
        rules: Mapping[str, Rule] = RULES,
        observe: Observe = lambda _kind, _seconds: None,
    ) -> None:
        self._db = db
        self._observe = observe
        self._rules = rules
        self._routes = routes
        self._directory = directory
        self._communities = communities
        self._after_commit = after_commit
        self._signal = on_signal
        self._late_answer = late_answer
        self._peers = peers or NoPeers()
        self._replicas = Replicas(db, late_answer)
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
        self._store_fails = False
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
        await self._replicas.stop()
        if self._late:
            await asyncio.wait(self._late, timeout=5)

    @property
    def alive(self) -> bool:
        """Whether events are handled, or it has not begun."""
        return self._task is None or not self._task.done()

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
                batch = await inbox.load_new(conn, after=after, limit=500, without=self._known)
            if batch.unreadable:  # of another version: it must not keep the rest from being handled
                incident = new_incident()
                log.error("dispatch.unreadable", rows=batch.unreadable, incident=incident)
                async with self._db.writing() as conn:
                    await inbox.set_aside(conn, batch.unreadable, f"{incident} this version cannot read it")
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
            log.error("dispatch.late_answer_failed", incident=new_incident(), exc_info=error)

    def _line_up(self, waiting: Waiting) -> None:
        (self._urgent if waiting.is_urgent else self._calm).append(waiting)
        self._idle.clear()
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while lane := self._urgent or self._calm:
                most = CLICKS if lane is self._urgent else GROUP
                group = [lane.popleft() for _ in range(min(most, len(lane)))]
                self._store_fails = False
                lane.extendleft(reversed(await self._handle(group)))
                if self._store_fails:
                    await asyncio.sleep(self._retry_s)
            if not self._retries:
                self._idle.set()

    async def _handle(self, group: list[Waiting], *, alone: bool = False) -> list[Waiting]:
        """Handle a group; returns what must wait, because the store fails or the group has taken long."""
        try:
            left, arrived, answers = await self._transact(group, alone=alone)
        except Exception as error:  # noqa: BLE001 - any fault of a feature must end here, not the process
            if is_stores_fault(error):
                self._wait_for_store(group, error)
                return _in_lane(group)
            if len(group) == 1:
                await self._recover(group[0], error)
                return []
            for n, waiting in enumerate(group):
                if await self._handle([waiting], alone=True):
                    return _in_lane(group[n:])
            return []
        handled = group[: len(group) - len(left)]
        for waiting in handled:
            if not waiting.others:
                self._known.pop(waiting.item.id, None)
                self._settle(waiting, answers.get(waiting.item.id) or Nothing())
        self.handled += len(handled)
        self._replicas.look_after(handled)
        self._after_commit()
        if arrived:
            self._signal()
        return _in_lane(left)

    async def _transact(
        self, group: list[Waiting], *, alone: bool
    ) -> tuple[Sequence[Waiting], bool, dict[int, Answer]]:
        """Handle a group, to which older clicks of other replicas come unless it is one event ``alone``.

        Returns the end of the group, as far as time was over, whether there are signals, and the answers.
        """
        units: dict[str, Unit] = {}
        async with self._db.writing() as conn:
            for community in sorted({waiting.item.community for waiting in group}):
                await self._db.take_turn(conn, community)
            if not alone:
                crowded_out = await self._replicas.join(conn, group, self._known, CLICKS)
                self._urgent.extendleft(reversed(crowded_out))
            open_ids = await inbox.lock_new(conn, [waiting.item.id for waiting in group])
            items = [waiting.item for waiting in group if waiting.item.id in open_ids]
            for community in sorted({item.community for item in items}):
                units[community] = unit = Unit(conn, community, items[0].received_at)
                await unit.people.preload(u for i in items if i.community == community for u in _users(i))
                await unit.erased.among(u for i in items if i.community == community for u in people_in(i.arrival))
            answers, done = await self._run_items(units, items)
            for unit in units.values():
                await unit.flush()
            undone = open_ids.difference(done)
            end = next((n for n, waiting in enumerate(group) if waiting.item.id in undone), len(group))
            if done:
                await inbox.mark_done(conn, done)
                await self._replicas.leave(conn, group[:end], answers)
            answers |= await self._replicas.collect(conn, [w.item.id for w in group[:end] if w.item.id not in open_ids])
        return group[end:], any(unit.arrivals for unit in units.values()), answers

    async def _run_items(self, units: dict[str, Unit], items: Sequence[Item]) -> tuple[dict[int, Answer], list[int]]:
        """Handle items until time is over, but one at least; returns the answers, and which were handled."""
        settings = {name: await self._settings(unit) for name, unit in units.items()}
        until = asyncio.get_running_loop().time() + BUDGET_S  # from now: a turn that was waited for is not spent
        answers: dict[int, Answer] = {}
        done: list[int] = []
        for item in items:
            if done and asyncio.get_running_loop().time() > until:
                break
            unit = units[item.community]
            unit.now = item.received_at
            if unit.settings.changed:  # by an event of this very group
                settings[item.community] = await self._settings(unit)
            answer = await self._run_item(unit, item, settings[item.community])
            if answer is not None:
                answers[item.id] = answer
            done.append(item.id)
        return answers, done

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
        file = self._communities[item.community]
        t = translator(language)
        ctx = Context(unit, item.received_at, t, settings, self._directory, self._peers, file)
        with traced(item, self._observe):
            answer = await gate.handle(ctx, arrival, self._routes.find(arrival), self._rules)
        if not is_interaction(arrival):
            return None
        if isinstance(answer, Invalid) and answer.card is None:
            answer = await keep_draft(ctx, arrival.user, answer)
        return answer

    def _wait_for_store(self, group: Sequence[Waiting], error: Exception) -> None:
        self._store_fails = True
        incident = new_incident()
        log.error("dispatch.store_failed", incident=incident, error=type(error).__name__, events=len(group))
        for waiting in group:
            self._apologise(waiting, incident, kept=True)

    async def _recover(self, waiting: Waiting, error: Exception) -> None:
        """Put an event back whose handler failed, a few times; then set it aside."""
        item = waiting.item
        waiting.incident = waiting.incident or new_incident()
        attempt = item.attempts + 1
        final = attempt >= ATTEMPTS
        log.error("dispatch.failed", incident=waiting.incident, attempt=attempt, exc_info=error, **about(item))
        if final:  # else the next try, a moment later, may still give the true answer
            self._apologise(waiting, waiting.incident, kept=False)
        with contextlib.suppress(SQLAlchemyError, OSError):
            async with self._db.writing() as conn:
                forgets = any(route.forgets for route in self._routes.find(item.arrival))
                why = f"{waiting.incident} {type(error).__name__}"
                await inbox.note_failure(conn, item, why, final=final, forgets=forgets)
        if waiting.others:  # it is in its own replica's lane, or found there when nobody handles it
            return
        if final:
            self.failed += 1
            self._known.pop(item.id, None)
            return
        waiting.item = replace(item, attempts=attempt)
        self._line_up_later(waiting)

    def _apologise(self, waiting: Waiting, incident: str, *, kept: bool) -> None:
        if waiting.others:
            return
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


def _in_lane(group: Sequence[Waiting]) -> list[Waiting]:
    """Return what has to go back: clicks of other replicas are found again in the store."""
    return [waiting for waiting in group if not waiting.others]


def _users(item: Item) -> list[UserRef]:
    arrival = item.arrival
    if isinstance(arrival, MessagePosted):
        return [arrival.author]
    user = getattr(arrival, "user", None)
    return [user] if isinstance(user, UserRef) else []
