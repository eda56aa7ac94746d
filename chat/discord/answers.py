"""Gives answers to interactions: directly, or after a deferral, or after a restart.

Rules: discord.com/developers/docs/interactions/receiving-and-responding. The first response goes to the callback and
is due in three seconds; later ones go to the interaction's webhook for fifteen minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from chat.answers import Answer, Invalid, Nothing, OpenForm, Redraw, Say
from chat.card import Card, Text
from chat.discord.inbound import home_of
from chat.discord.interactions import Kind, Reply
from chat.discord.render import EPHEMERAL, render_card, render_form
from chat.discord.rest import DiscordRefusedError, Rest
from chat.limits import LimitError
from chat.port import RefusedError, UncertainError
from chat.text import rich

Json = dict[str, Any]
Apologise = Callable[[str | None, str], Card]
RolesOf = Callable[[str, Card], Mapping[str, str]]  # the ids of the roles that a card names, on a server

_SAY, _DEFER_SAYING, _DEFER_REDRAWING, _REDRAW, _SUGGEST, _SHOW_FORM = 4, 5, 6, 7, 8, 9  # interaction callback types
_ANSWERED: Final = 40060
_UNKNOWN: Final = 10062


class Answers:
    """Answers one adapter's interactions. ``apologise`` words what went wrong, in the reader's language."""

    def __init__(self, rest: Callable[[], Rest], apologise: Apologise, roles_of: RolesOf) -> None:
        self._rest = rest
        self._roles_of = roles_of
        self._apologise = apologise

    def sorry(self, reply: Reply, code: str) -> Say:
        """Return an apology for who acted."""
        return Say(self._apologise(reply.locale, code))

    async def respond(self, reply: Reply, answer: Answer) -> None:
        """Give the first response.

        Raises:
            ChatError: where it was not given; an answer that Discord would not show has become an apology.

        """
        if isinstance(answer, Nothing) and not reply.kind.on_message:
            await self.defer(reply)  # a command cannot be acknowledged without a message: take it away again
            await self._clear(reply)
            return
        try:
            await self._call_back(reply, self._response(reply, answer))
        except (LimitError, DiscordRefusedError) as error:
            if isinstance(error, DiscordRefusedError) and error.number in {_ANSWERED, _UNKNOWN}:
                raise
            await self._call_back(reply, self._response(reply, self.sorry(reply, "platform_refused")))

    async def suggest(self, reply: Reply, choices: list[Json]) -> None:
        """Propose choices for an option that is being typed.

        Raises:
            ChatError: where they come too late.

        """
        await self._call_back(reply, {"type": _SUGGEST, "data": {"choices": choices}})

    async def defer(self, reply: Reply) -> None:
        """Ask for fifteen minutes."""
        if reply.kind.on_message:
            await self._call_back(reply, {"type": _DEFER_REDRAWING})
        else:
            await self._call_back(reply, {"type": _DEFER_SAYING, "data": {"flags": EPHEMERAL}})

    async def follow_up(self, reply: Reply, answer: Answer) -> None:
        """Give the answer after a deferral or another answer.

        Raises:
            ChatError: where it was not given.

        """
        if isinstance(answer, OpenForm):  # only a first response can show one
            answer = self.sorry(reply, "too_late")
        match answer:
            case Nothing():
                if not reply.kind.on_message:
                    await self._clear(reply)
            case Redraw(card) if reply.kind.on_message:
                await self._webhook("PATCH", "/messages/@original", reply, self._body(reply, card, private=False))
            case _:
                await self._webhook("POST", "", reply, self._body(reply, _card(answer), private=True))

    async def late(self, reply: Reply, answer: Answer) -> None:
        """Give an answer without knowing whether there has been a first response.

        Raises:
            ChatError: where it was not given; ``too_late`` when the token has expired.

        """
        try:
            await self.respond(reply, answer)
        except DiscordRefusedError as error:
            if error.number not in {_ANSWERED, _UNKNOWN}:
                raise
        else:
            return
        try:
            await self.follow_up(reply, answer)
        except DiscordRefusedError as error:
            raise RefusedError("too_late") from error

    def _response(self, reply: Reply, answer: Answer) -> Json:
        match answer:
            case Nothing():
                return {"type": _DEFER_REDRAWING}
            case OpenForm(form) if reply.kind in {Kind.COMMAND, Kind.PRESS}:
                return {"type": _SHOW_FORM, "data": render_form(form)}
            case OpenForm():  # a form cannot follow on a form
                return self._response(reply, self.sorry(reply, "platform_refused"))
            case Redraw(card) if reply.kind.on_message:
                return {"type": _REDRAW, "data": self._body(reply, card, private=False)}
            case Say() | Redraw() | Invalid():
                return {"type": _SAY, "data": self._body(reply, _card(answer), private=True)}

    def _body(self, reply: Reply, card: Card, *, private: bool) -> Json:
        roles = self._roles_of(reply.server, card)
        return render_card(card, home_of(reply.server), private=private, roles=roles)

    async def _call_back(self, reply: Reply, body: Json) -> None:
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        try:
            await self._rest().call("POST", path, json=body, webhook_id=reply.id, webhook_token=reply.token)
        except UncertainError:
            try:
                await self._rest().call("POST", path, json=body, webhook_id=reply.id, webhook_token=reply.token)
            except DiscordRefusedError as error:
                if error.number != _ANSWERED:  # "already answered" says that the first attempt arrived
                    raise

    async def _webhook(self, method: str, path: str, reply: Reply, body: Json | None) -> None:
        path = "/webhooks/{webhook_id}/{webhook_token}" + path
        await self._rest().call(method, path, json=body, webhook_id=reply.application, webhook_token=reply.token)

    async def _clear(self, reply: Reply) -> None:
        try:
            await self._webhook("DELETE", "/messages/@original", reply, None)
        except DiscordRefusedError:
            return  # gone already, or never shown


def _card(answer: Answer) -> Card:
    match answer:
        case Say(card) | Redraw(card):
            return card
        case Invalid(errors, _, card):
            return card or Card(parts=(Text(rich("\n".join(errors.values()) or "…")),))
        case OpenForm() | Nothing():
            raise TypeError(f"{type(answer).__name__} has no card")
