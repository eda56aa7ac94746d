"""Answers to interactions, and what follows them within a quarter of an hour."""

from __future__ import annotations

from typing import Final

from sandbox.discord import compose, messages
from sandbox.discord.api_messages import shown
from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import ApiError, Problems, unknown
from sandbox.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Desk, Interaction
from sandbox.discord.messages import EPHEMERAL, LOADING
from sandbox.discord.rest import Call, Reply, Route
from sandbox.discord.validate import check_modal, numbered
from sandbox.world import Json, Message, monotonic_ms

PONG, MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, FORM = 1, 4, 5, 6, 7, 8, 9
_ALLOWED: Final = {
    COMMAND: (MESSAGE, DEFER, FORM),
    COMPONENT: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE, FORM),
    MODAL: (MESSAGE, DEFER, DEFER_UPDATE, UPDATE),
    AUTOCOMPLETE: (CHOICES,),
}


class Answers:
    """The routes of interactions, over the desk that keeps them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def routes(self) -> tuple[Route, ...]:
        """Return the entries for the table."""
        hook = "/webhooks/{application}/{token}"
        return (
            Route("POST", "/interactions/{interaction}/{token}/callback", self.callback, open=True),
            Route("POST", hook, self.follow_up, open=True),
            Route("GET", hook + "/messages/{message}", self.fetch, open=True),
            Route("PATCH", hook + "/messages/{message}", self.edit, open=True),
            Route("DELETE", hook + "/messages/{message}", self.delete, open=True),
        )

    # ---- the first answer

    async def callback(self, call: Call) -> Reply:
        """Take the first answer, within three seconds and once."""
        found = self.desk.find(call.path["token"], call.path["interaction"])
        if found.answered:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        if monotonic_ms() > found.deadline:
            raise unknown("interaction")
        kind = call.form.get("type")
        problems = Problems()
        problems.choice(("type",), kind, _ALLOWED[found.kind])
        if kind in (DEFER_UPDATE, UPDATE) and found.source is None:
            problems.choice(("type",), None, (MESSAGE, DEFER))
        problems.check()
        data = call.form.get("data") or {}
        said = self._take(call, found, int(kind or 0), data)
        found.answered = True
        found.done.set()
        if call.query.get("with_response", "").lower() not in ("1", "true"):
            return None
        told: Json = {"id": found.id, "type": found.kind, "channel_id": found.channel.id, "guild_id": found.space.id}
        resource: Json = {"type": kind}
        if said is not None:
            told |= {
                "response_message_id": said.id,
                "response_message_loading": found.loading,
                "response_message_ephemeral": said.only_for is not None,
            }
            resource["message"] = shown(found.space, found.channel, said)
        return {"interaction": told, "resource": resource} if said is not None else {"interaction": told}

    def _take(self, call: Call, found: Interaction, kind: int, data: Json) -> Message | None:
        if kind in (MESSAGE, DEFER):
            found.loading = kind == DEFER
            said = self._say(call, found, data, loading=found.loading)
            found.original = said.id
            return said
        if kind == CHOICES:
            choices = data.get("choices") or []
            problems = Problems()
            if len(choices) > 25:  # noqa: PLR2004 - Discord's limit
                problems.add(("data", "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
            for n, choice in enumerate(choices):
                problems.length(("data", "choices", n, "name"), choice.get("name"), 1, 100)
            problems.check()
            found.result = choices
        elif kind == FORM:
            check_modal(data)
            form = {**data, "components": numbered(data["components"])}
            form["sandbox"] = {
                "channel": found.channel.id,
                "source": found.source.id if found.source else None,
                "metadata": found.metadata(),
            }
            call.hub.world.open_form(found.account.space, found.account.user_id, form)
        elif found.source is not None:
            found.original = found.source.id
            if kind == UPDATE:
                return compose.change(call.hub, found.space, found.source, data, call.uploads)
            return found.source
        return None

    def _say(self, call: Call, found: Interaction, data: Json, *, loading: bool = False) -> Message:
        private = bool(int(data.get("flags") or 0) & EPHEMERAL)
        extra: Json = {
            "application_id": BOT_ID,
            "webhook_id": BOT_ID,
            "interaction_metadata": found.metadata(),
            "type": {COMMAND: 23 if "target_id" in found.data else 20}.get(found.kind, 0),
        }
        only_for = found.account.user_id if private else None
        if not loading:
            hub, space, channel = call.hub, found.space, found.channel
            return compose.post(hub, space, channel, data, call.uploads, extra=extra, only_for=only_for)
        said = Message(call.hub.new_id(), found.space.id, found.channel.id, BOT_ID, call.hub.world.now(), "")
        said.only_for = only_for
        said.body = {**extra, "flags": LOADING | (EPHEMERAL if private else 0)}
        return call.hub.world.say(said)

    # ---- what follows

    async def follow_up(self, call: Call) -> Reply:
        """Say more; after "thinking" the first follow-up takes the place of that."""
        found = self._answered(call)
        if found.loading and found.original is not None:
            said = self._fill(call, found, self._message(found, "@original"))
        else:
            said = self._say(call, found, call.form)
        return shown(found.space, found.channel, said)

    def _answered(self, call: Call) -> Interaction:
        found = self.desk.find(call.path["token"])
        if not found.answered:
            raise unknown("webhook")
        return found

    def _fill(self, call: Call, found: Interaction, said: Message) -> Message:
        found.loading = False
        said.body["flags"] = said.body.get("flags", 0) & ~LOADING
        flags = int(call.form.get("flags") or 0) & ~EPHEMERAL
        form = {**call.form, "flags": flags | said.body["flags"]}
        return compose.change(call.hub, found.space, said, form, call.uploads)

    def _message(self, found: Interaction, id_: str) -> Message:
        key = found.original if id_ == "@original" else id_
        said = found.space.by_id.get((found.channel.id, key or ""))
        ours = said is not None and (said.id == found.original or self._of(said) == found.id)
        if said is None or said.deleted or not ours:
            raise unknown("message")
        return said

    @staticmethod
    def _of(said: Message) -> str | None:
        metadata = said.body.get("interaction_metadata")
        return str(metadata["id"]) if metadata else None

    async def fetch(self, call: Call) -> Reply:
        """Return the first answer or a follow-up."""
        found = self._answered(call)
        return messages.message(found.space, self._message(found, call.path["message"]))

    async def edit(self, call: Call) -> Reply:
        """Change the first answer or a follow-up."""
        found = self._answered(call)
        said = self._message(found, call.path["message"])
        if found.loading and said.id == found.original:
            said = self._fill(call, found, said)
        else:
            compose.change(call.hub, found.space, said, call.form, call.uploads)
        return shown(found.space, found.channel, said)

    async def delete(self, call: Call) -> Reply:
        """Take the first answer or a follow-up away."""
        found = self._answered(call)
        said = self._message(found, call.path["message"])
        if said.id == found.original:
            found.loading = False  # what comes next stands for itself
        call.hub.world.delete(found.space.id, found.channel.id, said.id)
        if said.id == found.original:
            found.loading = False  # what follows is a message of its own
        return None
