"""Interactions: what a member did with the bot, and the few seconds it has to answer.

https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.discord import messages, payloads
from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import unknown
from sandbox.discord.gateway import ALWAYS, Gateway
from sandbox.discord.hub import Hub
from sandbox.world import Account, Channel, ChannelKind, Json, Message, Space, WorldError, monotonic_ms

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
ANSWER_MS: Final = 3000
TOKEN_LIFE: Final = timedelta(minutes=15)
_KEPT: Final = 5000


@dataclass(slots=True)
class Interaction:
    """One interaction and how far it was answered."""

    id: str
    token: str
    kind: int
    account: Account
    space: Space
    channel: Channel
    at: datetime
    deadline: int
    data: Json
    source: Message | None = None  # the message whose component was used
    parent: Json | None = None  # interaction_metadata of what opened the modal
    answered: bool = False
    loading: bool = False  # answered by "thinking", the message is yet to come
    original: str | None = None
    result: Any = None
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def metadata(self) -> Json:
        """Return ``interaction_metadata`` of the messages that answer it."""
        found: Json = {
            "id": self.id,
            "type": self.kind,
            "user": payloads.user(self.account),
            "authorizing_integration_owners": {"0": self.space.id},
        }
        if self.kind == COMMAND:
            found |= {"name": self.data["name"]}
            if "target_id" in self.data:
                found["target_message_id"] = self.data["target_id"]
        elif self.kind == COMPONENT and self.source is not None:
            found["interacted_message_id"] = self.source.id
        elif self.kind == MODAL:
            found["triggering_interaction_metadata"] = self.parent
        return found


class Desk:
    """Hands interactions to the bot and keeps them as long as their tokens live."""

    def __init__(self, hub: Hub, gateway: Gateway) -> None:
        self.hub = hub
        self.gateway = gateway
        self._by_token: dict[str, Interaction] = {}

    def begin(
        self,
        kind: int,
        account: Account,
        channel: Channel,
        data: Json,
        *,
        source: Message | None = None,
        parent: Json | None = None,
    ) -> Interaction:
        """Make an interaction and send it to the bot."""
        hub = self.hub
        space = hub.world.space(channel.space)
        made = Interaction(
            hub.new_id(),
            secrets.token_urlsafe(96),
            kind,
            account,
            space,
            channel,
            hub.world.now(),
            monotonic_ms() + ANSWER_MS,
            data,
            source,
            parent,
        )
        self._by_token[made.token] = made
        while len(self._by_token) > _KEPT:
            del self._by_token[next(iter(self._by_token))]
        hub.emit("INTERACTION_CREATE", self.payload(made), ALWAYS, space)
        return made

    async def finish(self, interaction: Interaction) -> None:
        """Wait for the bot's first answer as the member's client does; without one it says so."""
        left = interaction.deadline - monotonic_ms()
        if not interaction.done.is_set() and not self.gateway.can_deliver():
            left = 0
        try:
            await asyncio.wait_for(interaction.done.wait(), max(left, 0) / 1000)
        except TimeoutError:
            raise WorldError("the application did not respond", "no_answer") from None

    def find(self, token: str, id_: str | None = None) -> Interaction:
        """Return an interaction whose token is still good."""
        found = self._by_token.get(token)
        if found is None or (id_ is not None and found.id != id_):
            raise unknown("interaction" if id_ is not None else "webhook")
        if self.hub.world.now() - found.at > TOKEN_LIFE:
            raise unknown("interaction" if id_ is not None else "webhook")
        return found

    def payload(self, made: Interaction) -> Json:
        """Return INTERACTION_CREATE."""
        space, channel, account = made.space, made.channel, made.account
        dm = channel.kind is ChannelKind.DM
        found: Json = {
            "id": made.id,
            "application_id": BOT_ID,
            "type": made.kind,
            "token": made.token,
            "version": 1,
            "data": made.data,
            "channel_id": channel.id,
            "channel": payloads.channel(space, channel),
            "app_permissions": str(self.hub.may(space, channel)),
            "locale": payloads.locale(account.language),
            "entitlements": [],
            "entitlement_sku_ids": [],
            "attachment_size_limit": 10_485_760,
            "authorizing_integration_owners": {"0": "0" if dm else space.id},
            "context": 1 if dm else 0,
        }
        if dm:
            found["user"] = payloads.user(account)
        else:
            permissions = str(self.hub.may(space, channel, account))
            found |= {
                "guild_id": space.id,
                "guild": {"id": space.id, "locale": "ja", "features": ["COMMUNITY", "NEWS"]},
                "guild_locale": "ja",
                "member": {**payloads.member(account), "permissions": permissions},
            }
            found["channel"]["permissions"] = permissions
        if made.source is not None:
            found["message"] = messages.message(space, made.source, dm=dm)
        return found


def resolved(hub: Hub, space: Space, ids: dict[str, set[str]]) -> Json:
    """Return the objects behind ids: ``ids`` maps users, channels, roles and messages to what was chosen."""
    found: Json = {}
    for id_ in sorted(ids.get("users", ())):
        account = space.accounts.get(id_)
        if account is None:
            raise WorldError(f"no member {id_!r} in {space.name}")
        found.setdefault("users", {})[id_] = payloads.user(account)
        if account.left_at is None:
            shown = {k: v for k, v in payloads.member_facts(account).items() if k not in ("mute", "deaf")}
            permissions = str(hub.may(space, None, account))
            found.setdefault("members", {})[id_] = {**shown, "permissions": permissions}
    for id_ in sorted(ids.get("channels", ())):
        place = space.channels.get(id_)
        if place is None:
            raise WorldError(f"no channel {id_!r} in {space.name}")
        found.setdefault("channels", {})[id_] = {**payloads.channel(space, place), "permissions": str(hub.may(space))}
    for id_ in sorted(ids.get("roles", ())):
        role = space.roles.get(id_)
        if role is None:
            raise WorldError(f"no role {id_!r} in {space.name}")
        found.setdefault("roles", {})[id_] = payloads.role(role)
    return found
