"""What the parts of the Discord face share: the world, the faults, and state that only Discord has."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sandbox.discord import permissions
from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import missing_access, missing_permissions, unknown
from sandbox.discord.permissions import Permission
from sandbox.discord.snowflake import snowflake
from sandbox.face import Faults
from sandbox.world import Account, Channel, ChannelKind, Json, Message, Space, SpaceKind, World

REST: Final = "/discord/api/v10"
GATEWAY: Final = "/discord/gateway/"
FILES: Final = "/discord/files"
PRIVILEGED: Final = 1 << 1 | 1 << 8 | 1 << 15  # members, presences, message content


def bot_token() -> str:
    """Return the sandbox's bot token: shaped as a real one (clients look), and worth nothing."""
    head = base64.b64encode(BOT_ID.encode()).decode().rstrip("=")
    return f"{head}.{'Sandbx'}.{'local-only' * 4}"[:72]


@dataclass(slots=True)
class Invite:
    """An invitation link of a server."""

    code: str
    space: str
    channel: str
    inviter: str
    made: datetime
    uses: int = 0
    max_age: int = 0
    max_uses: int = 0


@dataclass(slots=True)
class Hub:
    """The shared state. ``send_event`` is set by the gateway and hands an event to the bot."""

    world: World
    base_url: str
    faults: Faults = field(default_factory=Faults)
    token: str = field(default_factory=bot_token)
    allowed_privileged: int = PRIVILEGED
    commands: dict[str | None, dict[str, Json]] = field(default_factory=lambda: {None: {}})
    invites: dict[str, Invite] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    file_types: dict[str, str] = field(default_factory=dict)
    nonces: dict[str, tuple[str, str, datetime]] = field(default_factory=dict)
    renamed: dict[str, list[datetime]] = field(default_factory=dict)  # of late, by channel
    in_bulk: set[str] = field(default_factory=set)  # messages whose deletion is told of all together
    directs: dict[str, str] = field(default_factory=dict)  # user id to the channel with the bot
    interested: dict[str, set[str]] = field(default_factory=dict)
    rng: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - faults are drawn to be repeatable
    send_event: Callable[[str, Json, int, Space, bool], None] = lambda *_: None
    injected: int = 0  # replies that went wrong on purpose
    _seeded: int = 1

    # ---- ids and chance

    def new_id(self) -> str:
        """Return a fresh snowflake."""
        return snowflake(self.world.tick())

    def chance(self, share: float) -> bool:
        """Draw whether a fault happens now."""
        if self._seeded != self.faults.seed:
            self._seeded = self.faults.seed
            self.rng = random.Random(self.faults.seed)  # noqa: S311 - repeatable on purpose
        return share > 0 and self.rng.random() < share

    # ---- looking up

    def servers(self) -> Iterator[Space]:
        """Yield the Discord servers of the world."""
        for space in self.world.spaces.values():
            if space.kind is SpaceKind.DISCORD:
                yield space

    def server(self, guild_id: str) -> Space:
        """Return a server that the bot is in."""
        space = self.world.spaces.get(guild_id)
        if space is None or space.kind is not SpaceKind.DISCORD:
            raise unknown("guild")
        return space

    def find_channel(self, channel_id: str) -> tuple[Space, Channel]:
        """Return a channel and its server, seen or not."""
        for space in self.servers():
            found = space.channels.get(channel_id)
            if found is not None:
                return space, found
        raise unknown("channel")

    def member(self, space: Space, user_id: str) -> Account:
        """Return somebody who is in the server."""
        account = space.accounts.get(user_id)
        if account is None or account.left_at is not None:
            raise unknown("member")
        return account

    def find_user(self, user_id: str) -> Account:
        """Return anybody whom the sandbox knows, members of long ago included."""
        for space in self.servers():
            if user_id in space.accounts:
                return space.accounts[user_id]
        raise unknown("user")

    def message(self, space: Space, channel: Channel, message_id: str) -> Message:
        """Return a message that the bot can look up; a private reply is not to be found that way."""
        found = space.by_id.get((channel.id, message_id))
        if found is None or found.deleted or found.only_for is not None:
            raise unknown("message")
        return found

    # ---- rights

    def may(self, space: Space, channel: Channel | None = None, account: Account | None = None) -> int:
        """Return what the bot (or another account) may do in a channel or in the whole server."""
        who = account or space.accounts[BOT_ID]
        bits = permissions.base(space, who) if channel is None else permissions.in_channel(space, who, channel)
        if who.user_id == BOT_ID and self.faults.missing_scopes:
            bits &= ~permissions.named(self.faults.missing_scopes)
        return bits

    def need(self, space: Space, channel: Channel | None, *wanted: Permission) -> None:
        """Refuse if the bot lacks a permission."""
        bits = self.may(space, channel)
        if channel is not None and channel.kind is not ChannelKind.DM and not bits & Permission.VIEW_CHANNEL:
            raise missing_access()
        if any(not bits & one for one in wanted):
            raise missing_permissions()

    def seen_channel(self, channel_id: str, *wanted: Permission) -> tuple[Space, Channel]:
        """Return a channel that the bot may see and use as wanted."""
        space, channel = self.find_channel(channel_id)
        self.need(space, channel, *wanted)
        return space, channel

    def direct(self, space: Space, account: Account) -> Channel:
        """Return the one channel between the bot and a user, whichever servers they share."""
        known = self.directs.get(account.user_id)
        if known is not None:
            return self.find_channel(known)[1]
        made = Channel(self.new_id(), space.id, f"@{account.name}", ChannelKind.DM, {BOT_ID, account.user_id})
        made.private = True
        self.directs[account.user_id] = made.id
        return self.world.add_channel(made)

    def shared(self, user_id: str) -> Account | None:
        """Return the account of a user in any server where they are now."""
        for space in self.servers():
            account = space.accounts.get(user_id)
            if account is not None and account.left_at is None:
                return account
        return None

    def emit(self, name: str, data: Any, intent: int, space: Space, *, blankable: bool = False) -> None:  # noqa: ANN401 - JSON
        """Hand an event to the bot, if it asked for events of that intent."""
        self.send_event(name, data, intent, space, blankable)
