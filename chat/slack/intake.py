"""The way of what comes in: read, stored by the process, only then acknowledged, then answered."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

import structlog

from chat.answers import Answer, Say
from chat.commands import Command
from chat.events import CommandUsed, Event, FormSubmitted, HomeOpened, Interaction
from chat.port import Accepted, ChatError, Intake, NotStoredError
from chat.slack.answering import Answering
from chat.slack.inbound import read_event
from chat.slack.interactions import read_command, read_interaction
from chat.slack.reply import unpack

Json = dict[str, Any]

FORM_WAIT = 2.5  # seconds a form's acknowledgement waits for its answer; Slack gives up after three
DRAIN = 20.0  # seconds that stopping waits for what has been accepted

_log = structlog.get_logger(__name__)


class Reception:
    """Takes payloads of either mode. ``take`` returns the acknowledgement, or raises, and then there is none."""

    def __init__(self, out: Answering, now: Callable[[], datetime]) -> None:
        self.out = out
        self._now = now
        self.closed = False
        self._intake: Intake | None = None
        self._commands: tuple[Command, ...] = ()
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, intake: Intake, commands: tuple[Command, ...]) -> None:
        """Begin to take what comes in."""
        self._intake, self._commands, self.closed = intake, commands, False

    async def take(self, payload: Json) -> Json:
        """Store what a payload tells and return its acknowledgement.

        Raises:
            Exception: whatever kept it from being stored.

        """
        if self.closed or self._intake is None:
            raise RuntimeError("taking nothing in")
        since = asyncio.get_running_loop().time()
        event = self._read(payload)
        if event is None:
            return {}
        try:
            accepted = await self._intake.accept(event)
        except NotStoredError as error:
            if not isinstance(event, Interaction):
                raise  # an event comes again
            _log.warning("slack.interaction_not_stored", kind=type(event).__name__, reason=str(error))
            return await self._not_stored(event)
        if not isinstance(event, Interaction) or isinstance(event, HomeOpened) or not accepted.fresh:
            if isinstance(event, HomeOpened) and accepted.fresh:
                self.keep(self._answer(event, accepted))
            return {}
        if isinstance(event, FormSubmitted):
            return await self._answer_form(event, accepted, since)
        self.keep(self._answer(event, accepted))
        return {}

    async def _not_stored(self, event: Interaction) -> Json:
        """Tell who waits that nothing was changed: Slack brings no click, command or form a second time."""
        if isinstance(event, HomeOpened):
            return {}
        reply = unpack(event.reply)
        if isinstance(event, FormSubmitted) and event.values:  # it stays open, with all that was typed
            return await self.out.refuse_form(reply, tuple(event.values), "not_stored")
        self.keep(self._apologise(event, "not_stored"))
        return {}

    async def _apologise(self, event: Interaction, code: str) -> None:
        await self._carry_out(event, Say(await self.out.sorry(unpack(event.reply), code)))

    def keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something on the side, held so that it is neither lost nor forgotten when stopping."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def drain(self) -> None:
        """Take no more, and finish what has been accepted."""
        self.closed = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN)
        for task in tuple(self._tasks):
            task.cancel()

    def _read(self, payload: Json) -> Event | None:
        me = self.out.me
        try:
            team = payload.get("team_id") or (payload.get("team") or {}).get("id") or me.team
            if team != me.team:
                _log.warning("slack.other_workspace", team=str(team)[:20])
                return None
            if payload.get("type") == "event_callback":
                return read_event(payload, me)
            now = self._now()
            if "command" in payload:
                event: Event | None = read_command(payload, me, self._commands, now)
            else:
                event = read_interaction(payload, me, now)
            if isinstance(event, Interaction):
                unpack(event.reply)  # there must be a way to answer
        except Exception as error:  # noqa: BLE001 - whatever shape it has, it must not come again and again
            # sending it again would not make it readable: it is acknowledged, and told to whoever reads the log
            where = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("slack.unreadable", error=type(error).__name__, at=f"{where.name}:{where.lineno}")
            return None
        else:
            return event

    async def _answer_form(self, event: FormSubmitted, accepted: Accepted, since: float) -> Json:
        answer = asyncio.ensure_future(accepted.answer)
        left = since + FORM_WAIT - asyncio.get_running_loop().time()
        done, _ = await asyncio.wait({answer}, timeout=max(0.0, left))
        if not done:
            self.keep(self._answer_when(event, answer))
            return {}
        reply = unpack(event.reply)
        acknowledgement, rest = self.out.acknowledge(reply, answer.result())
        self.keep(self._carry_out(event, rest))
        return acknowledgement

    async def _answer(self, event: Interaction, accepted: Accepted) -> None:
        await self._carry_out(event, await accepted.answer)

    async def _answer_when(self, event: Interaction, answer: asyncio.Future[Answer]) -> None:
        await self._carry_out(event, await answer)

    async def _carry_out(self, event: Interaction, answer: Answer) -> None:
        try:
            await self.out.carry_out(unpack(event.reply), answer)
        except ChatError as error:
            what = event.command if isinstance(event, CommandUsed) else type(event).__name__
            _log.warning("slack.answer_lost", what=what, key=event.key, error=str(error))
