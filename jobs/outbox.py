"""Carries effects out: claim, begin, call the platform, settle. No transaction is open during a call.

An attempt whose outcome is unknown is looked for on the platform before it is made again. What cannot be looked for (a
post that only one reader sees) is never made twice: its outcome is reported as unknown instead.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import effects
from chat.effects import Effect, PostedAs
from chat.ids import MessageRef, Place, Workspace
from chat.port import Chat, ChatError, RateLimitedError, RefusedError, UncertainError, UnreachableError
from community.signals import EffectSettled
from storage.engine import Database, is_stores_fault
from storage.queues import outbox
from storage.queues.outbox import Parcel
from storage.unit import Unit

log = structlog.get_logger()

AT_ONCE = 32  # rows claimed together
RETRY = (
    1.0,
    2.0,
    4.0,
    8.0,
    15.0,
    30.0,
    60.0,
    120.0,
    300.0,
    300.0,
    600.0,
    600.0,
)  # seconds; together about half an hour
LOOK_AFTER_S = 2.0  # a post that went through shows in the history a moment later
SETTLE_TRIES = 60  # about as long as the lease: then another worker may look for what became of it
POLL_S = 1.0  # due rows are looked for at least this often; commits wake the worker earlier
OUTCOMES = {
    RateLimitedError: "rate_limited",
    UnreachableError: "unreachable",
    UncertainError: "uncertain",
    ChatError: "refused",
}
IDEMPOTENT = (
    effects.RedrawPost,
    effects.Remove,
    effects.React,
    effects.MarkThread,
    effects.SetBadge,
    effects.Invite,
    effects.ShowHome,
)


class Now(Protocol):
    """What the worker needs of the clock."""

    def now(self) -> datetime:
        """Return the time, UTC."""
        ...


class _LaterError(Exception):
    """The message that this effect builds on has not been sent yet."""


class _TakenOverError(Exception):
    """The lease ran out before the call, and another process has taken the row."""


class OutboxWorker:
    """Sends what is due. ``owner`` names this process: its claims from before a crash are its own again."""

    def __init__(
        self,
        db: Database,
        clock: Now,
        chats: Mapping[Workspace, Chat],
        *,
        owner: str,
        on_signal: Callable[[], None],
        make_file: Callable[[bytes], Awaitable[bytes]] | None = None,
        observe: Callable[[str, str, float], None] = lambda _platform, _outcome, _seconds: None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._observe = observe
        self._make_file = make_file  # from a recipe, off the event loop
        self._chats = chats
        self._owner = owner
        self._on_signal = on_signal
        self._wake = asyncio.Event()
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._held_until: dict[str, datetime] = {}
        self._task: asyncio.Task[None] | None = None
        self.sent = 0
        self.dead = 0

    def start(self) -> None:
        """Begin to send."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Let running calls end, then stop; what is still queued stays queued."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._lanes:
            await asyncio.wait(self._lanes.values(), timeout=5)

    @property
    def alive(self) -> bool:
        """Whether the worker works, or has not begun."""
        return self._task is None or not self._task.done()

    def wake(self) -> None:
        """Look for due rows now."""
        self._wake.set()

    async def drain(self) -> None:
        """Send everything that is due, and wait for it (tests, ``tsudoi`` commands)."""
        while await self._claim() or self._lanes:
            if self._lanes:
                await asyncio.wait(self._lanes.values())

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_S)
            self._wake.clear()
            try:
                while await self._claim():
                    pass
            except Exception as error:  # noqa: BLE001 - whatever it was, the worker must live
                log.error("outbox.store_failed", error=type(error).__name__)  # noqa: TRY400 - no content in a log
                await asyncio.sleep(POLL_S)

    async def _claim(self) -> int:
        now = self._clock.now()
        self._held_until = {lane: until for lane, until in self._held_until.items() if until > now}
        held = [*self._lanes, *self._held_until]
        async with self._db.reading() as conn:  # most looks find nothing: they must not queue with the writers
            waiting = await outbox.has_due(conn, now=now, owner=self._owner, held=held)
        if not waiting:
            return 0
        async with self._db.writing() as conn:
            parcels = await outbox.claim(conn, owner=self._owner, now=now, limit=AT_ONCE, held=held)
        by_lane: dict[str, list[Parcel]] = {}
        for parcel in parcels:
            by_lane.setdefault(parcel.lane, []).append(parcel)
        for lane, queue in by_lane.items():
            task = asyncio.create_task(self._send_lane(lane, queue))
            self._lanes[lane] = task
            task.add_done_callback(functools.partial(self._end_lane, lane))
        return len(parcels)

    def _end_lane(self, lane: str, task: asyncio.Task[None]) -> None:
        del self._lanes[lane]
        if not task.cancelled() and (error := task.exception()):
            log.error("outbox.lane_failed", lane=lane, error=type(error).__name__)
        self.wake()

    async def _send_lane(self, lane: str, queue: list[Parcel]) -> None:
        for n, parcel in enumerate(queue):
            wait = await self._send(parcel)
            if wait is not None:  # order within a lane: the rest waits, too
                until = self._clock.now() + timedelta(seconds=wait)
                self._held_until[lane] = until
                async with self._db.writing() as conn:
                    for later in queue[n + 1 :]:
                        await outbox.settle_later(conn, later, until, "", uncertain=False, count=False)
                return

    async def _send(self, parcel: Parcel) -> float | None:  # noqa: PLR0911 - one line per outcome
        """Try one effect; returns for how many seconds its lane must wait, if so."""
        try:
            ref = await self._perform(parcel)
        except RateLimitedError as error:
            return await self._later(parcel, error.retry_after, error, uncertain=False, count=False)
        except UnreachableError as error:
            return await self._later(parcel, self._pause(parcel), error, uncertain=False)
        except UncertainError as error:
            return await self._doubt(parcel, error)
        except _TakenOverError:
            log.warning("outbox.taken_over", key=parcel.key)
            return None
        except _LaterError as error:
            await self._later(parcel, 1.0, error, uncertain=False, count=False)  # it fails or arrives, and so will this
            return None
        except ChatError as error:
            await self._settle(parcel, None, reason=str(error))
            return None
        except (SQLAlchemyError, OSError):  # the store's trouble, before anything was asked of the platform
            raise
        except Exception as error:
            # ours: what the platform did of it is unknown
            log.exception("outbox.fault", key=parcel.key, community=parcel.community, incident=secrets.token_hex(4))
            return await self._doubt(parcel, error)
        await self._settle(parcel, ref)
        return None

    async def _doubt(self, parcel: Parcel, error: Exception) -> float | None:
        if not self._may_repeat(parcel.effect):
            await self._settle(parcel, None, reason=f"outcome unknown: {error or type(error).__name__}")
            return None
        return await self._later(parcel, max(LOOK_AFTER_S, self._pause(parcel)), error, uncertain=True)

    def _pause(self, parcel: Parcel) -> float:
        return RETRY[min(parcel.attempt, len(RETRY)) - 1]

    def _may_repeat(self, effect: Effect) -> bool:
        return _is_idempotent(effect) or outbox.reader_of(effect) is not None

    async def _perform(self, parcel: Parcel) -> MessageRef | None:
        effect = await self._resolve(parcel)
        workspace = outbox.workspace_of(effect)
        chat = self._chats.get(workspace) if workspace else None
        if chat is None:
            raise RefusedError("unknown_workspace", f"no connection serves {workspace}")
        if parcel.tried_at is not None and not _is_idempotent(effect):
            spot = outbox.reader_of(effect)
            if spot is None:
                raise RefusedError("outcome_unknown", "it may have been sent before a crash, and cannot be looked for")
            if found := await chat.find(spot, _platform_key(parcel), parcel.tried_at):
                return found
        if not _is_idempotent(effect):
            async with self._db.writing() as conn:
                if not await outbox.begin(conn, parcel, now=self._clock.now()):
                    raise _TakenOverError
        began, outcome = time.perf_counter(), "sent"
        try:
            return await _act(chat, effect, _platform_key(parcel))
        except Exception as error:
            outcome = next((word for kind, word in OUTCOMES.items() if isinstance(error, kind)), "fault")
            raise
        finally:
            self._observe(workspace.platform.value if workspace else "", outcome, time.perf_counter() - began)

    async def _resolve(self, parcel: Parcel) -> Effect:
        """Put the message in the place of ``PostedAs``."""
        effect = parcel.effect
        match effect:
            case effects.OpenThread(start=PostedAs(key)):
                ref = await self._sent(parcel.community, key)
                return effects.OpenThread(ref, effect.title, effect.card, effect.private_for)
            case (
                effects.RedrawPost(target=PostedAs(key))
                | effects.Remove(target=PostedAs(key))
                | effects.React(target=PostedAs(key))
                | effects.MarkThread(target=PostedAs(key))
            ):
                return msgspec.structs.replace(effect, target=await self._sent(parcel.community, key))
            case effects.MakeFile(place, name, recipe, comment, alt):
                if self._make_file is None:
                    raise RefusedError("no_files", "this process makes no files")
                return effects.Upload(place, name, await self._make_file(recipe), comment, alt)
            case effects.PutEvent(event_id=PostedAs(key)):
                return effects.PutEvent(effect.workspace, effect.event, (await self._sent(parcel.community, key)).id)
            case _:
                return effect

    async def _sent(self, community: str, key: str) -> MessageRef:
        async with self._db.reading() as conn:
            state, ref = await outbox.sent_ref(conn, community, key)
        if ref is not None:
            return ref
        if state in {"queued", "claimed"}:
            raise _LaterError(f"{key} has not been sent yet")
        raise RefusedError("nothing_to_change", f"{key} is {state}")

    async def _later(
        self, parcel: Parcel, wait: float, error: Exception, *, uncertain: bool, count: bool = True
    ) -> float | None:
        if parcel.attempt >= len(RETRY) and count:
            await self._settle(parcel, None, reason=f"given up after {parcel.attempt} attempts: {error}")
            return None
        log.info("outbox.later", key=parcel.key, wait=wait, reason=type(error).__name__, attempt=parcel.attempt)
        due = self._clock.now() + timedelta(seconds=wait)

        async def put_back(conn: AsyncConnection) -> None:
            await outbox.settle_later(conn, parcel, due, str(error), uncertain=uncertain, count=count)

        await self._write_down(put_back)
        return wait

    async def _write_down(self, work: Callable[[AsyncConnection], Awaitable[None]]) -> None:
        """Write an outcome, patiently: it is known only here, and lost with the process."""
        for attempt in range(SETTLE_TRIES):
            try:
                async with self._db.writing() as conn:
                    await work(conn)
            except Exception as error:
                if not is_stores_fault(error) or attempt == SETTLE_TRIES - 1:
                    raise
                log.error("outbox.not_settled", error=type(error).__name__)  # noqa: TRY400 - tried again
                await asyncio.sleep(POLL_S)
            else:
                return

    async def _settle(self, parcel: Parcel, ref: MessageRef | None, *, reason: str = "") -> None:
        now = self._clock.now()
        ok = not reason
        incident = "" if ok else secrets.token_hex(4)

        async def settle(conn: AsyncConnection) -> None:
            if ok:
                await outbox.settle_sent(conn, parcel, ref, now)
            else:
                await outbox.settle_dead(conn, parcel, reason, now)
            if parcel.report or not ok:
                await Unit(conn, parcel.community, now).arrive(
                    EffectSettled(
                        key=f"settled:{parcel.id}:{parcel.version}",
                        at=now,
                        effect_key=parcel.key,
                        kind=parcel.key.partition(":")[0],
                        ok=ok,
                        expected=parcel.report,
                        ref=ref,
                        reason=reason,
                        incident=incident,
                    )
                )

        await self._write_down(settle)
        if ok:
            self.sent += 1
        else:
            self.dead += 1
            facts = {"community": parcel.community, "effect": type(parcel.effect).__name__, "incident": incident}
            log.warning("outbox.dead", key=parcel.key, reason=reason[:200], **facts)
        if parcel.report or not ok:
            self._on_signal()


def _is_idempotent(effect: Effect) -> bool:
    """Whether doing it twice is the same as doing it once."""
    return isinstance(effect, IDEMPOTENT) or (isinstance(effect, effects.PutEvent) and effect.event_id is not None)


def _platform_key(parcel: Parcel) -> str:
    """Return what makes the effect recognisable on the platform: never shared by two messages."""
    return f"{parcel.community}:{parcel.key}"


async def _act(chat: Chat, effect: Effect, key: str) -> MessageRef | None:
    """Carry one effect out; returns the message it became, if it became one."""
    match effect:
        case effects.Post(place, card, only_for):
            return await chat.post(place, card, key=key, only_for=only_for)
        case effects.DirectMessage(user, card):
            return await chat.dm(user, card, key=key)
        case effects.OpenThread(start=MessageRef() | Place() as start):
            return await chat.open_thread(start, effect.title, effect.card, key=key, private_for=effect.private_for)
        case effects.Upload(place, name, content, comment, alt):
            return await chat.upload(place, name, content, comment=comment, alt=alt)
        case effects.PutEvent(workspace, event, str() | None as event_id):
            made = await chat.put_event(workspace, event, event_id=event_id)
            return MessageRef(Place(workspace.platform, workspace.id, "events"), made) if made else None
        case _:
            await _change(chat, effect)
            return None


async def _change(chat: Chat, effect: Effect) -> None:
    """Carry out an effect that may be repeated without harm."""
    match effect:
        case effects.RedrawPost(target=MessageRef() as target, card=card):
            await chat.redraw(target, card)
        case effects.Remove(target=MessageRef() as target):
            await chat.remove(target)
        case effects.React(target=MessageRef() as target, emoji=emoji, on=on):
            await chat.react(target, emoji, on=on)
        case effects.MarkThread(target=MessageRef() | Place() as target):
            await chat.mark_thread(target, effect.shown())
        case effects.SetBadge(user, badge, on):
            await chat.set_badge(user, badge, on=on)
        case effects.Invite(user, place):
            await chat.invite(user, place)
        case effects.ShowHome(user, card):
            await chat.show_home(user, card)
        case _:
            raise RefusedError("unresolved", f"{type(effect).__name__} points to a message that is not known")
