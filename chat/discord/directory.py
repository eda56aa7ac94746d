"""What the bot knows of its servers without asking: channels, threads, roles and its own permissions (a cache)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
import structlog

from chat.card import Card
from chat.discord.inbound import FORUMS, Post, place_in, read_profile
from chat.ids import Place, PlaceInfo, Profile

Json = Mapping[str, Any]
log = structlog.get_logger()
Channel = discord.abc.GuildChannel | discord.Thread

PLACES = frozenset({0, 5, 15, 16})  # text, announcement, forum, media
_LEADS = discord.Permissions(administrator=True).value | discord.Permissions(manage_guild=True).value


class Directory:
    """Looks into the cache of one connection."""

    def __init__(self, client: discord.Client | None = None) -> None:
        self._client = client

    def guild(self, server: str) -> discord.Guild | None:
        """Return a server, once it is known."""
        return self._client.get_guild(int(server)) if self._client and server.isdecimal() else None

    def me(self) -> str | None:
        """Return the bot's user id."""
        return str(self._client.user.id) if self._client and self._client.user else None

    def channel(self, server: str, channel: str) -> Channel | None:
        """Return a channel or thread by its id."""
        guild = self.guild(server)
        return guild.get_channel_or_thread(int(channel)) if guild else None

    def place(self, server: str, channel: str) -> Place | None:
        """Return where a channel id points: a channel, or a thread in one."""
        found = self.channel(server, channel)
        if found is None:
            return None
        return place_in(server, channel, str(found.parent_id) if isinstance(found, discord.Thread) else None)

    def is_forum(self, server: str, channel: str) -> bool | None:
        """Say whether a channel holds only posts; None where the channel is unknown."""
        found = self.channel(server, channel)
        return found.type.value in FORUMS if found else None

    def post(self, place: Place) -> Post | None:
        """Return what is known of a forum post; None where the place is none, or is not known."""
        if place.thread is None or not self.is_forum(place.workspace, place.channel):
            return None
        thread = self.channel(place.workspace, place.thread)
        if not isinstance(thread, discord.Thread):
            return None
        return Post(str(thread.owner_id) if thread.owner_id else None, thread.name)

    def roles(self, server: str) -> dict[str, str]:
        """Return the names of roles by id, the one that everybody has left out."""
        guild = self.guild(server)
        return {str(role.id): role.name for role in guild.roles if not role.is_default()} if guild else {}

    def role(self, server: str, badge: str) -> discord.Role | None:
        """Return a role by id or name; of several with one name the highest."""
        guild = self.guild(server)
        held = [role for role in guild.roles if not role.is_default()] if guild else []
        by_id = next((role for role in held if str(role.id) == badge), None)
        folded = badge.casefold()
        return by_id or next((role for role in reversed(held) if role.name.casefold() == folded), None)

    def roles_of(self, server: str, card: Card) -> dict[str, str]:
        """Return the ids of the roles that a card names, by what it calls them; unknown ones are left out."""
        found = {badge: role for badge in card.badges() if (role := self.role(server, badge))}
        for badge in card.notify_badges:
            if (role := found.get(badge)) and not self._may_ping(role):
                log.warning("discord.role_without_ping", role=role.name, mend="allow anyone to @mention this role")
        return {badge: str(role.id) for badge, role in found.items()}

    def _may_ping(self, role: discord.Role) -> bool:
        me = role.guild.me
        return role.mentionable or (me is not None and me.guild_permissions.mention_everyone)

    def profile(self, server: str, member: Json) -> Profile:
        """Read a member object of a server."""
        guild = self.guild(server)
        held = {int(role) for role in member.get("roles") or ()}
        owns = guild is not None and str(guild.owner_id) == member["user"]["id"]
        leads = owns or (
            guild is not None and any(role.id in held and role.permissions.value & _LEADS for role in guild.roles)
        )
        return read_profile(server, member, self.roles(server), is_admin=leads, is_owner=owns)

    def places(self, server: str) -> tuple[PlaceInfo, ...]:
        """List the channels of a server that the bot can see, in the order of the list beside the chat."""
        guild = self.guild(server)
        if guild is None or guild.me is None:
            return ()
        found = []
        for channel in sorted(guild.channels, key=lambda c: (c.position, c.id)):
            allowed = channel.permissions_for(guild.me)
            if channel.type.value not in PLACES or not allowed.view_channel:
                continue
            kind = "forum" if channel.type.value in FORUMS else "text" if is_open(channel) else "private"
            place = place_in(server, str(channel.id))
            found.append(
                PlaceInfo(
                    place=place,
                    name=channel.name,
                    kind=kind,
                    closed=not is_open(channel),
                    may_post=allowed.send_messages,
                )
            )
        return tuple(found)

    def missing(self, place: Place, needs: tuple[str, ...]) -> str:
        """Say which of the needed permissions the bot lacks at a place, for the operator; empty if unknown."""
        guild, channel = self.guild(place.workspace), self.channel(place.workspace, place.channel)
        if guild is None or guild.me is None or channel is None:
            return ""
        allowed = channel.permissions_for(guild.me)
        lacking = [name.replace("_", " ") for name in ("view_channel", *needs) if not getattr(allowed, name)]
        return f"give the bot in #{channel.name}: {', '.join(lacking)}" if lacking else ""

    def missing_for_role(self, role: discord.Role) -> str:
        """Say why the bot cannot give a role, for the operator; empty if unknown."""
        me = role.guild.me
        if me is None:
            return ""
        if not me.guild_permissions.manage_roles:
            return "give the bot: manage roles"
        if role >= me.top_role:
            return f"move the bot's role above '{role.name}' in the server's list of roles"
        return ""


def is_open(channel: discord.abc.GuildChannel) -> bool:
    """Say whether everybody on the server sees a channel."""
    everybody = channel.guild.default_role
    decided = channel.overwrites_for(everybody).view_channel
    return everybody.permissions.view_channel if decided is None else decided
