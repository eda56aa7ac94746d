"""Turns happenings of the world into gateway events. https://discord.com/developers/docs/events/gateway-events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.discord import messages, payloads
from sandbox.discord.build import BOT_ID, owner_of
from sandbox.discord.gateway import DM_MESSAGES, DM_REACTIONS, EVENTS, GUILDS, MEMBERS, MESSAGES, REACTIONS
from sandbox.discord.hub import Hub
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import stamp
from sandbox.world import Account, Channel, ChannelKind, Happening, Json, Message, Role, Space, SpaceKind


class Teller:
    """Listens to the world and tells the bot what it may know."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._roles = {r for s in hub.servers() for r in s.roles}
        self._owners = {s.id: owner_of(s) for s in hub.servers()}
        self._events = {e for s in hub.servers() for e in s.events}
        self._by_kind: dict[str, Callable[[Space, Happening], None]] = {
            "joined": self._joined,
            "left": self._left,
            "account_changed": self._account_changed,
            "role_given": self._member_changed,
            "role_taken": self._member_changed,
            "role_changed": self._role_changed,
            "role_deleted": self._role_deleted,
            "channel_created": self._channel_event,
            "channel_changed": self._channel_event,
            "channel_deleted": self._channel_event,
            "channel_joined": self._came_or_went,
            "channel_left": self._came_or_went,
            "said": self._said,
            "edited": self._said,
            "deleted": self._deleted,
            "reacted": self._reacted,
            "unreacted": self._reacted,
            "event_changed": self._event_changed,
        }
        hub.world.listen(self.hear)

    def hear(self, happening: Happening) -> None:
        """Take one happening."""
        tell = self._by_kind.get(happening.what)
        space = self.hub.world.spaces.get(happening.space)
        if tell is not None and space is not None and space.kind is SpaceKind.DISCORD:
            tell(space, happening)

    def _sees(self, space: Space, channel: Channel | None) -> bool:
        if channel is None:
            return False
        return channel.kind is ChannelKind.DM or bool(self.hub.may(space, channel) & Permission.VIEW_CHANNEL)

    # ---- members and roles

    def _joined(self, space: Space, happening: Happening) -> None:
        account = happening.subject
        if isinstance(account, Account) and account.user_id != BOT_ID:
            data = {**payloads.member(account), "guild_id": space.id}
            self.hub.emit("GUILD_MEMBER_ADD", data, MEMBERS, space)

    def _left(self, space: Space, happening: Happening) -> None:
        if isinstance(happening.subject, Account):
            data = {"guild_id": space.id, "user": payloads.user(happening.subject)}
            self.hub.emit("GUILD_MEMBER_REMOVE", data, MEMBERS, space)

    def _account_changed(self, space: Space, happening: Happening) -> None:
        if self._owners.get(space.id) != (owner := owner_of(space)):
            self._owners[space.id] = owner
            self.hub.emit("GUILD_UPDATE", payloads.guild(space), GUILDS, space)
        self._member_changed(space, happening)

    def _member_changed(self, space: Space, happening: Happening) -> None:
        account = space.accounts.get(happening.user or "")
        if isinstance(happening.subject, Account):
            account = happening.subject
        if account is not None and account.left_at is None:
            data = {**payloads.member(account), "guild_id": space.id}
            intent = 0 if account.user_id == BOT_ID else MEMBERS  # a bot always hears of itself
            self.hub.emit("GUILD_MEMBER_UPDATE", data, intent, space)

    def _role_changed(self, space: Space, happening: Happening) -> None:
        if isinstance(happening.subject, Role):
            name = "GUILD_ROLE_UPDATE" if happening.subject.id in self._roles else "GUILD_ROLE_CREATE"
            self._roles.add(happening.subject.id)
            self.hub.emit(name, {"guild_id": space.id, "role": payloads.role(happening.subject)}, GUILDS, space)

    def _role_deleted(self, space: Space, happening: Happening) -> None:
        if isinstance(happening.subject, Role):
            self._roles.discard(happening.subject.id)
            data = {"guild_id": space.id, "role_id": happening.subject.id}
            self.hub.emit("GUILD_ROLE_DELETE", data, GUILDS, space)

    # ---- channels and threads

    def _channel_event(self, space: Space, happening: Happening) -> None:
        place = happening.subject
        if not isinstance(place, Channel) or place.kind is ChannelKind.DM or not self._sees(space, place):
            return
        act = {"channel_created": "CREATE", "channel_changed": "UPDATE", "channel_deleted": "DELETE"}[happening.what]
        if place.kind is not ChannelKind.THREAD:
            self.hub.emit(f"CHANNEL_{act}", payloads.channel(space, place), GUILDS, space)
            return
        data = payloads.channel(space, place)
        if act == "CREATE":
            data["newly_created"] = True
        elif act == "DELETE":
            data = {key: data[key] for key in ("id", "guild_id", "parent_id", "type")}
        self.hub.emit(f"THREAD_{act}", data, GUILDS, space)

    def _came_or_went(self, space: Space, happening: Happening) -> None:
        place, user = happening.subject, happening.user
        if not isinstance(place, Channel) or user is None or place.kind is ChannelKind.DM:
            return
        came = happening.what == "channel_joined"
        if place.kind is ChannelKind.THREAD:
            if came:
                place.extra.setdefault("joined", {})[user] = stamp(self.hub.world.now())
                if user == BOT_ID:
                    data = {**payloads.channel(space, place), "newly_created": False}
                    self.hub.emit("THREAD_CREATE", data, GUILDS, space)
            if not self._sees(space, place) and user != BOT_ID:
                return
            data = {"id": place.id, "guild_id": space.id, "member_count": min(len(place.members), 50)}
            if came:
                member = payloads.member(space.accounts[user]) if user in space.accounts else None
                data["added_members"] = [{**payloads.thread_member(place, user), "member": member, "presence": None}]
            else:
                data["removed_member_ids"] = [user]
            self.hub.emit("THREAD_MEMBERS_UPDATE", data, GUILDS if user == BOT_ID else MEMBERS, space)
        elif place.private or place.kind is ChannelKind.PRIVATE:
            name = "CHANNEL_UPDATE"
            if user == BOT_ID:
                name = "CHANNEL_CREATE" if came else "CHANNEL_DELETE"
            if user == BOT_ID or self._sees(space, place):
                self.hub.emit(name, payloads.channel(space, place), GUILDS, space)

    # ---- messages

    def _said(self, space: Space, happening: Happening) -> None:
        said = happening.subject
        if not isinstance(said, Message) or said.only_for is not None:
            return
        place = space.channels.get(said.channel)
        if place is None or not self._sees(space, place):
            return
        dm = place.kind is ChannelKind.DM
        data = messages.message(space, said, dm=dm)
        if not dm:
            data["guild_id"] = space.id
            author = space.accounts.get(said.author)
            if author is not None and "webhook_id" not in data:
                data["member"] = payloads.member_facts(author)
            for mention in data["mentions"]:
                mention["member"] = payloads.member_facts(space.accounts[mention["id"]])
        data["channel_type"] = payloads.channel_type(place)
        name = "MESSAGE_UPDATE"
        if happening.what == "said":
            name = "MESSAGE_CREATE"
            if "nonce" in said.body:
                data["nonce"] = said.body["nonce"]
        blankable = not dm and said.author != BOT_ID and not any(m["id"] == BOT_ID for m in data["mentions"])
        self.hub.emit(name, data, DM_MESSAGES if dm else MESSAGES, space, blankable=blankable)

    def _deleted(self, space: Space, happening: Happening) -> None:
        said = happening.subject
        place = space.channels.get(said.channel) if isinstance(said, Message) else None
        if not isinstance(said, Message) or said.only_for is not None or place is None or not self._sees(space, place):
            return
        if said.id in self.hub.in_bulk:
            return
        data: Json = {"id": said.id, "channel_id": said.channel}
        dm = place.kind is ChannelKind.DM
        if not dm:
            data["guild_id"] = space.id
        self.hub.emit("MESSAGE_DELETE", data, DM_MESSAGES if dm else MESSAGES, space)

    def _reacted(self, space: Space, happening: Happening) -> None:
        said = happening.subject
        place = space.channels.get(said.channel) if isinstance(said, Message) else None
        if not isinstance(said, Message) or said.only_for is not None or place is None or not self._sees(space, place):
            return
        data: dict[str, Any] = {
            "user_id": happening.user,
            "type": 0,
            "message_id": said.id,
            "channel_id": said.channel,
            "emoji": messages.emoji(str(happening.detail)),
            "burst": False,
        }
        dm = place.kind is ChannelKind.DM
        name = "MESSAGE_REACTION_ADD" if happening.what == "reacted" else "MESSAGE_REACTION_REMOVE"
        if happening.what == "reacted":
            data["message_author_id"] = said.author
        if not dm:
            data["guild_id"] = space.id
            member = space.accounts.get(happening.user or "")
            if happening.what == "reacted" and member is not None:
                data["member"] = payloads.member(member)
        self.hub.emit(name, data, DM_REACTIONS if dm else REACTIONS, space)

    # ---- scheduled events

    def _event_changed(self, space: Space, happening: Happening) -> None:
        event = happening.detail
        if not isinstance(event, dict):
            return
        if event["id"] not in space.events:
            self._events.discard(event["id"])
            act = "DELETE"
        else:
            act = "UPDATE" if event["id"] in self._events else "CREATE"
            self._events.add(event["id"])
        self.hub.emit(f"GUILD_SCHEDULED_EVENT_{act}", event, EVENTS, space)
