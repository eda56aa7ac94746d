"""Sees an interaction through: stored first, then answered within three seconds, or deferred and answered later."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import structlog

from chat.answers import Answer
from chat.discord.answers import Answers
from chat.discord.interactions import Reply, read_interaction, read_typed, reply_of, suggested
from chat.events import OptionTyped
from chat.port import Accepted, ChatError, Intake, NotStoredError

Json = dict[str, Any]
log = structlog.get_logger()

# Discord wants the first response in three seconds; what is left is for the way there.
_DEFER_AFTER: Final = 2.0
_LAST_CHANCE: Final = 2.7  # a form cannot be deferred, so it gets what time there is
_FAREWELL: Final = 10.0  # seconds that answers under way get when the process stops


class Conversations:
    """The interactions that wait for their answers."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._open: set[asyncio.Task[None]] = set()

    async def begin(
        self, interaction: Json, server: str, menus: Mapping[str, str], intake: Intake, received: float
    ) -> None:
        """Store an interaction; its answer is given in the background. ``received`` is the loop's time of arrival."""
        if typed := read_typed(interaction, server):
            self._keep(self._propose(interaction, typed, intake))
            return
        event = read_interaction(interaction, server, menus)
        if event is None:
            return
        reply = reply_of(interaction, server)
        try:
            accepted = await intake.accept(event)
        except NotStoredError as error:
            log.warning("discord.interaction_not_stored", event_type=type(event).__name__, reason=str(error))
            self._keep(self._apologise(reply, "not_stored"))
            return
        if accepted.fresh:
            self._keep(self._answer(reply, accepted, received))

    def _keep(self, work: Any) -> None:  # noqa: ANN401 - any coroutine
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def ended(self) -> None:
        """Return when all have been answered, or after a last wait."""
        if self._open:
            _, late = await asyncio.wait(tuple(self._open), timeout=_FAREWELL)
            for task in late:
                task.cancel()

    async def _answer(self, reply: Reply, accepted: Accepted, received: float) -> None:
        try:
            await self._give(reply, accepted, received)
        except ChatError as error:
            log.warning("discord.answer_lost", kind=reply.kind, reason=str(error))
        except Exception:
            log.exception("discord.answer_failed", kind=reply.kind)

    async def _give(self, reply: Reply, accepted: Accepted, received: float) -> None:
        coming: asyncio.Future[Answer] = asyncio.ensure_future(accepted.answer)
        patience = _LAST_CHANCE if accepted.opens_form else _DEFER_AFTER
        elapsed = asyncio.get_running_loop().time() - received
        done, _ = await asyncio.wait({coming}, timeout=max(0.0, patience - elapsed))
        if done:
            await self._answers.respond(reply, coming.result())
        elif accepted.opens_form:
            await self._answers.respond(reply, self._answers.sorry(reply, "too_late"))
        else:
            await self._answers.defer(reply)
            await self._answers.follow_up(reply, await coming)

    async def _propose(self, interaction: Json, typed: OptionTyped, intake: Intake) -> None:
        reply = reply_of(interaction, typed.workspace.id)
        try:
            await self._answers.suggest(reply, suggested(interaction, await intake.suggest(typed)))
        except ChatError as error:  # somebody typed on, or the command was sent meanwhile
            log.debug("discord.suggestions_lost", reason=str(error))

    async def _apologise(self, reply: Reply, code: str) -> None:
        try:
            await self._answers.respond(reply, self._answers.sorry(reply, code))
        except ChatError as error:
            log.warning("discord.answer_lost", kind=reply.kind, reason=str(error))
