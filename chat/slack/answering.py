"""Answers on their way to who clicked or typed: by acknowledgement, by the address that came along, or in private."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
import structlog

from chat.answers import Answer, Invalid, Nothing, OpenForm, Redraw, Say
from chat.card import Card, part_text
from chat.port import ChatError, RefusedError
from chat.slack import render
from chat.slack.posting import Posting
from chat.slack.reply import Reply, Where, metadata, unpack
from chat.slack.web import SlackWeb

Json = dict[str, Any]

# Gives the words for an answer that could not be shown: the reader's locale, and ``expired_trigger`` (the form could
# not open in time), ``too_late`` (field errors after the form had closed) or ``platform_refused``.
Apologise = Callable[[str | None, str], Card]

_EXPIRED = frozenset(("expired_trigger_id", "trigger_expired", "trigger_exchanged", "invalid_trigger_id"))

_log = structlog.get_logger(__name__)


class Answering(Posting):
    """Carries answers out."""

    def __init__(self, web: SlackWeb, apologise: Apologise) -> None:
        super().__init__(web)
        self._apologise = apologise

    def acknowledge(self, reply: Reply, answer: Answer) -> tuple[Json, Answer]:
        """Return what of a form's answer fits into its acknowledgement, and what is left to carry out.

        docs.slack.dev/reference/views: an acknowledgement may show errors at the fields or replace the view.
        """
        match answer:
            case Invalid(errors=errors, form=form) if errors:
                return {"response_action": "errors", "errors": _at_fields(errors, form.fields)}, Nothing()
            case OpenForm(form):
                return {"response_action": "update", "view": render.render_form(form, metadata(reply))}, Nothing()
            case Say(card) if reply.place is Where.HOME:
                view = render.render_modal(card, self.me.team, self.me.name, metadata(reply))
                return {"response_action": "update", "view": view}, Nothing()
            case _:
                return {}, answer

    async def refuse_form(self, reply: Reply, fields: tuple[str, ...], code: str) -> Json:
        """Return an acknowledgement that keeps a form open as it was filled in, with a word at its first field."""
        said = " ".join(filter(None, map(part_text, (await self.sorry(reply, code)).parts)))
        return {"response_action": "errors", "errors": {fields[0]: said}}

    async def answer(self, reply: str, answer: Answer) -> None:
        """Give a late answer (after a restart, or when the first three seconds were missed)."""
        try:
            way_back = unpack(reply)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise RefusedError("unknown_reply", "the reply was not made by this adapter") from error
        await self.carry_out(way_back, answer)

    async def carry_out(self, reply: Reply, answer: Answer) -> None:
        """Give an answer.

        Raises:
            ChatError: when it cannot be given in any way.

        """
        match answer:
            case Nothing():
                return
            case Say(card):
                await self._say(reply, card)
            case Redraw(card):
                await self._redraw(reply, card)
            case OpenForm(form):
                await self._open(reply, render.render_form(form, metadata(reply)))
            case Invalid(card=card):
                await self._say(reply, card or await self.sorry(reply, "too_late"))

    async def _open(self, reply: Reply, view: Json) -> None:
        method = "views.push" if reply.where is Where.MODAL else "views.open"
        code = "expired_trigger"
        try:
            if reply.trigger:
                await self.web.call(method, trigger_id=reply.trigger, view=view)
                return
        except RefusedError as refused:
            _log.warning("slack.form_not_opened", code=refused.code, mend=refused.mend)
            if refused.code not in _EXPIRED:
                code = "platform_refused"
        await self._say(msgspec.structs.replace(reply, trigger=None), await self.sorry(reply, code))

    async def _say(self, reply: Reply, card: Card) -> None:
        """Say it where the reader looks; each next way is tried only when the one before is surely closed."""
        shown = render.render_card(card, self.me.team, await self.groups_called_now(card))
        if reply.place is Where.HOME and reply.where in {Where.HOME, Where.MODAL} and reply.trigger:
            method = "views.push" if reply.where is Where.MODAL else "views.open"
            view = render.render_modal(card, self.me.team, self.me.name, metadata(reply))
            try:
                await self.web.call(method, trigger_id=reply.trigger, view=view)
            except RefusedError as refused:
                _log.info("slack.said_otherwise", instead_of=method, code=refused.code)
            else:
                return
        if reply.response_url:
            thread = {"thread_ts": reply.thread} if reply.thread else {}
            try:
                await self.web.respond(
                    reply.response_url, {"response_type": "ephemeral", "replace_original": False, **thread, **shown}
                )
            except RefusedError as refused:
                _log.info("slack.said_otherwise", instead_of="response_url", code=refused.code)
            else:
                return
        if reply.channel and not reply.channel.startswith("D"):
            try:
                await self.web.call(
                    "chat.postEphemeral", channel=reply.channel, user=reply.user, thread_ts=reply.thread, **shown
                )
            except RefusedError as refused:
                _log.info("slack.said_otherwise", instead_of="chat.postEphemeral", code=refused.code)
            else:
                return
        await self.dm(self.me.member(reply.user), card, key=f"answer:{uuid4()}")

    async def _redraw(self, reply: Reply, card: Card) -> None:
        """Replace what was pressed, by whatever still reaches it; else say it."""
        shown = render.render_card(card, self.me.team, await self.groups_called_now(card))
        if reply.where is Where.MODAL and reply.view:
            view = render.render_modal(card, self.me.team, self.me.name, metadata(reply))
            if await self._managed("views.update", view_id=reply.view, view=view):
                return
        elif reply.place is Where.HOME:
            await self.show_home(self.me.member(reply.user), card)
            return
        elif reply.place is Where.MESSAGE:
            if reply.response_url:
                try:
                    await self.web.respond(reply.response_url, {"replace_original": True, **shown})
                except RefusedError as refused:
                    _log.info("slack.redrawn_otherwise", instead_of="response_url", code=refused.code)
                else:
                    return
            known = reply.channel and reply.message and not reply.ephemeral
            if known and await self._managed("chat.update", channel=reply.channel, ts=reply.message, **shown):
                return
        await self._say(reply, card)

    async def _managed(self, method: str, **arguments: Any) -> bool:  # noqa: ANN401 - as JSON
        try:
            await self.web.call(method, **arguments)
        except RefusedError as refused:
            _log.info("slack.redrawn_otherwise", instead_of=method, code=refused.code)
            return False
        return True

    async def sorry(self, reply: Reply, code: str) -> Card:
        """Return an apology in the reader's language."""
        locale = reply.locale
        if locale is None:
            try:
                told = await self.web.call("users.info", http_verb="GET", user=reply.user, include_locale=True)
                locale = told["user"].get("locale")
            except ChatError:
                _log.info("slack.language_unknown", user=reply.user)
        return self._apologise(locale, code)


def _at_fields(errors: dict[str, str], fields: tuple[Any, ...]) -> dict[str, str]:
    """Return the errors by fields that the view has; what belongs to none is said at the first."""
    keys = [str(field.key) for field in fields]
    found = {key: text for key, text in errors.items() if key in keys}
    if loose := [text for key, text in errors.items() if key not in keys]:
        found[keys[0]] = " ".join([*filter(None, [found.get(keys[0])]), *loose])
    return found
