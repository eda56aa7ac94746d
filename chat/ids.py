"""Who and where, typed: nothing guesses a platform from the look of a string.

The rule of threads, the same on both platforms: a thread that hangs on a message has that message's id, and whatever
is said in it comes in with a ``Place`` that names the channel and that id. A thread that was opened in a channel or
forum by itself has an id of its own, which stands in the place of the message that the outbox reported. So ``root`` may
be the message that a thread was opened on (a member's or the bot's own), or what ``OpenThread`` or ``Post`` became, and
``in_thread_of(event.message.place, root)`` says of a ``MessagePosted`` whether it was said in its thread. An answer
that only quotes a message stays in the channel, and has ``reply_to`` instead.

The message that a thread hangs on is known by several names: it stands in the channel, and it is the first of the
thread; some events (reactions on Slack, deletions) do not tell which. ``same_message`` compares what all have.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Platform(StrEnum):
    """A chat platform that has an adapter."""

    SLACK = "slack"
    DISCORD = "discord"


class Workspace(msgspec.Struct, frozen=True):
    """A Slack workspace or a Discord server."""

    platform: Platform
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


class UserRef(msgspec.Struct, frozen=True):
    """An account on a platform. A person may have several; ``storage.people.members`` knows which are one member."""

    platform: Platform
    workspace: str
    id: str

    @property
    def home(self) -> Workspace:
        """The workspace the account belongs to."""
        return Workspace(self.platform, self.workspace)

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}:{self.id}"


class Place(msgspec.Struct, frozen=True, tag=True):
    """A channel, or a thread in it. ``thread`` is the thread's own id on its platform."""

    platform: Platform
    workspace: str
    channel: str
    thread: str | None = None

    @property
    def home(self) -> Workspace:
        """The workspace the place belongs to."""
        return Workspace(self.platform, self.workspace)

    @property
    def top(self) -> Place:
        """The channel itself, without the thread."""
        return Place(self.platform, self.workspace, self.channel)

    def __str__(self) -> str:
        return ":".join(filter(None, (self.platform, self.workspace, self.channel, self.thread)))


class MessageRef(msgspec.Struct, frozen=True, tag=True):
    """One message at a place."""

    place: Place
    id: str

    def __str__(self) -> str:
        return f"{self.place}/{self.id}"


def thread_of(message: MessageRef) -> Place:
    """Return the thread that a message stands in, or the one that hangs, or would hang, on a channel's message."""
    place = message.place
    return place if place.thread else Place(place.platform, place.workspace, place.channel, message.id)


def in_thread_of(place: Place, root: MessageRef) -> bool:
    """Say whether a place is the thread of a message: see the rule at the head of this file."""
    return place == thread_of(root)


def same_message(one: MessageRef, other: MessageRef) -> bool:
    """Say whether two references mean one message, whether or not they tell the thread that it stands in."""
    return one.id == other.id and one.place.top == other.place.top


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform tells about an account."""

    user: UserRef
    name: str  # as shown in the chat; may be anything a person can type
    is_bot: bool = False
    is_admin: bool = False
    is_owner: bool = False
    locale: str | None = None  # BCP 47, where the platform tells
    time_zone: str | None = None  # IANA name, where the platform tells
    joined_at: datetime | None = None
    badges: frozenset[str] | None = None  # names and ids of roles or user groups; None where this was not told
    gone: bool = False  # deactivated or left


class PlaceInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A place the bot can see."""

    place: Place
    name: str
    kind: str = "text"  # text, forum, private
    closed: bool = False  # only some can read it, a forum's posts, too
    bot_is_in: bool = True
    may_post: bool = True
