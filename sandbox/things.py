"""What the sandbox's world holds, as values: people, accounts, spaces, channels, messages, roles, and what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class WorldError(ValueError):
    """Somebody asked for what the world does not hold, or what may not be done; the text says what.

    What a person at the page meets has a code too, by which the page says it in its own language (web/refusals.js).
    """

    def __init__(self, text: str, code: str = "", /, **values: object) -> None:
        super().__init__(text)
        self.code = code
        self.values = {key: str(value) for key, value in values.items()}


class SpaceKind(StrEnum):
    """Which platform a space imitates."""

    SLACK = "slack"
    DISCORD = "discord"


class ChannelKind(StrEnum):
    """What sort of place a channel is."""

    TEXT = "text"
    PRIVATE = "private"
    FORUM = "forum"
    DM = "dm"
    THREAD = "thread"  # Discord threads and forum posts are channels of their own; Slack threads are not channels


@dataclass(slots=True)
class Person:
    """A persona: one human being, who may have an account in several spaces."""

    id: str
    name: str
    language: str = "ja"  # BCP 47, as the person set it in the client
    time_zone: str = "Asia/Tokyo"
    role: str = "member"  # newcomer, expert, moderator, member: a label for the page
    accepts_dms: bool = True


@dataclass(slots=True)
class Account:
    """A person (or a bot) in one space."""

    space: str
    user_id: str
    name: str
    person: str | None  # None for a bot
    joined_at: datetime
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False  # of the workspace or server
    roles: set[str] = field(default_factory=set)  # ids of Discord roles or Slack user groups
    left_at: datetime | None = None
    invited_by: str | None = None
    language: str = "ja"
    time_zone: str = "Asia/Tokyo"
    pending_rules: bool = False


@dataclass(slots=True)
class Channel:
    """A place where messages stand."""

    id: str
    space: str
    name: str
    kind: ChannelKind
    members: set[str] = field(default_factory=set)
    parent: str | None = None  # the channel a thread belongs to
    topic: str = ""
    starter: str | None = None  # the message a thread was opened on
    private: bool = False
    position: int = 0
    archived: bool = False
    extra: Json = field(default_factory=dict)  # forum tags and the like, in the platform's own words


@dataclass(slots=True)
class Message:
    """One message. ``id`` is Slack's ts or Discord's snowflake."""

    id: str
    space: str
    channel: str
    author: str
    at: datetime
    text: str
    body: Json = field(default_factory=dict)  # blocks, components, embeds, metadata, flags: the platform's own JSON
    thread: str | None = None  # Slack: the root's ts. On Discord the channel itself is the thread
    reply_to: str | None = None
    only_for: str | None = None  # user id of the only reader (ephemeral)
    edited_at: datetime | None = None
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Role:
    """A Discord role or a Slack user group."""

    id: str
    space: str
    name: str
    position: int = 1
    permissions: int = 0
    extra: Json = field(default_factory=dict)


@dataclass(slots=True)
class Space:
    """A Slack workspace or a Discord server."""

    id: str
    kind: SpaceKind
    name: str
    bot: str  # the bot's user id
    accounts: dict[str, Account] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, list[Message]] = field(default_factory=dict)  # by channel, oldest first
    roles: dict[str, Role] = field(default_factory=dict)
    events: dict[str, Json] = field(default_factory=dict)  # Discord scheduled events, native JSON by id
    homes: dict[str, Json] = field(default_factory=dict)  # Slack home tab views by user id
    forms: dict[str, Json] = field(default_factory=dict)  # open modals by user id, native JSON
    by_id: dict[tuple[str, str], Message] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something changed in the world. ``what`` names it, ``subject`` is the thing after the change.

    Kinds: ``joined`` ``left`` ``account_changed`` (Account);
    ``channel_created`` ``channel_deleted`` (Channel), ``channel_changed`` (with ``detail`` = the old values by field);
    ``channel_joined`` ``channel_left`` (Channel, with ``user``);
    ``said`` ``deleted`` (Message), ``edited`` (with ``detail`` = the Message before);
    ``reacted`` ``unreacted`` (Message, with ``user`` and ``detail`` = emoji);
    ``role_given`` ``role_taken`` (Role, with ``user``), ``role_changed`` ``role_deleted`` (Role);
    ``event_changed`` ``home_changed`` ``form_opened`` ``form_closed`` (``detail`` = native JSON, with ``user``);
    ``clock_moved`` (subject None).
    """

    what: str
    space: str
    subject: Account | Channel | Message | Role | None = None
    user: str | None = None
    detail: Any = None


Listener = Callable[[Happening], None]
