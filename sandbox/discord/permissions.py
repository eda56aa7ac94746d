"""Who may do what, from roles and overwrites. https://discord.com/developers/docs/topics/permissions."""

from __future__ import annotations

from enum import IntFlag
from typing import Final

from sandbox.world import Account, Channel, ChannelKind, Json, Space


class Permission(IntFlag):
    """The permissions that the sandbox knows by name."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    CREATE_EVENTS = 1 << 44
    PIN_MESSAGES = 1 << 51


ALL: Final = sum(Permission)
P = Permission
EVERYONE: Final = int(
    P.CREATE_INSTANT_INVITE | P.ADD_REACTIONS | P.VIEW_CHANNEL | P.SEND_MESSAGES | P.EMBED_LINKS | P.ATTACH_FILES
    | P.READ_MESSAGE_HISTORY | P.USE_EXTERNAL_EMOJIS | P.CHANGE_NICKNAME | P.USE_APPLICATION_COMMANDS
    | P.CREATE_PUBLIC_THREADS | P.CREATE_PRIVATE_THREADS | P.SEND_MESSAGES_IN_THREADS
)  # fmt: skip
BOT: Final = int(
    EVERYONE | P.MANAGE_ROLES | P.MANAGE_CHANNELS | P.MANAGE_GUILD | P.MANAGE_MESSAGES | P.MANAGE_THREADS
    | P.MANAGE_EVENTS | P.CREATE_EVENTS | P.MANAGE_NICKNAMES | P.PIN_MESSAGES
)  # fmt: skip
MODERATOR: Final = int(
    EVERYONE | P.KICK_MEMBERS | P.BAN_MEMBERS | P.MANAGE_GUILD | P.MANAGE_ROLES | P.MANAGE_CHANNELS
    | P.MANAGE_MESSAGES | P.MANAGE_THREADS | P.MANAGE_EVENTS | P.CREATE_EVENTS | P.MODERATE_MEMBERS
    | P.MENTION_EVERYONE | P.PIN_MESSAGES
)  # fmt: skip


def named(names: frozenset[str]) -> int:
    """Return the bits of permission names, written in any case."""
    bits = 0
    for name in names:
        found = Permission.__members__.get(name.upper())
        bits |= int(found) if found is not None else 0
    return bits


def base(space: Space, account: Account) -> int:
    """Return what an account may do in a server, channels left aside; the owner is an administrator, too."""
    everyone = space.roles.get(space.id)
    bits = everyone.permissions if everyone is not None else EVERYONE
    for role in account.roles:
        if role in space.roles:
            bits |= space.roles[role].permissions
    if account.is_admin or account.is_owner:
        bits |= int(P.ADMINISTRATOR)
    return ALL if bits & P.ADMINISTRATOR else bits


def overwrites(space: Space, channel: Channel) -> list[Json]:
    """Return a channel's overwrites; a private channel is closed to all but its members."""
    own: list[Json] | None = channel.extra.get("permission_overwrites")
    closed = channel.kind is ChannelKind.PRIVATE or (channel.private and channel.kind is not ChannelKind.THREAD)
    if not closed:
        return own or []
    view = str(int(P.VIEW_CHANNEL))
    written = own or [{"id": space.id, "type": 0, "allow": "0", "deny": view}]
    named_ = {entry["id"] for entry in written}
    members = sorted(channel.members - named_)
    return written + [{"id": m, "type": 1, "allow": view, "deny": "0"} for m in members]


def in_channel(space: Space, account: Account, channel: Channel) -> int:
    """Return what an account may do in a channel."""
    if channel.kind is ChannelKind.DM:
        return int(EVERYONE | P.PIN_MESSAGES) if account.user_id in channel.members else 0
    bits = base(space, account)
    if bits & P.ADMINISTRATOR:
        return bits
    if channel.kind is ChannelKind.THREAD:
        parent = space.channels.get(channel.parent or "")
        if parent is None:
            return 0
        bits = in_channel(space, account, parent)
        hidden = channel.extra.get("type") == 12 and account.user_id not in channel.members  # noqa: PLR2004 - private thread
        return bits & ~int(P.VIEW_CHANNEL) if hidden and not bits & P.MANAGE_THREADS else bits
    written = overwrites(space, channel)
    if not written:
        return bits
    by_id = {entry["id"]: (int(entry.get("allow", 0)), int(entry.get("deny", 0))) for entry in written}
    allow, deny = by_id.get(space.id, (0, 0))
    bits = bits & ~deny | allow
    given = [by_id[role] for role in account.roles if role in by_id]
    for _, deny in given:
        bits &= ~deny
    for allow, _ in given:
        bits |= allow
    allow, deny = by_id.get(account.user_id, (0, 0))
    return bits & ~deny | allow
