"""Effects: what must reach the platform, once. An effect is a row in the outbox; the adapters carry it out."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import msgspec

from chat import limits
from chat.card import Card
from chat.ids import MessageRef, Place, UserRef, Workspace


class PostedAs(msgspec.Struct, frozen=True, tag=True):
    """The message that the outbox row of this key became."""

    key: str


class Post(msgspec.Struct, frozen=True, tag=True):
    """A card at a place; ``only_for`` makes it visible to one reader, where the platform can."""

    place: Place
    card: Card
    only_for: UserRef | None = None


class DirectMessage(msgspec.Struct, frozen=True, tag=True):
    """A card to one member in private."""

    user: UserRef
    card: Card


class RedrawPost(msgspec.Struct, frozen=True, tag=True):
    """Another card in place of one that stands. Idempotent; only the newest per message is sent."""

    target: MessageRef | PostedAs
    card: Card


class Remove(msgspec.Struct, frozen=True, tag=True):
    """Take a message of the bot away. Idempotent."""

    target: MessageRef | PostedAs


class React(msgspec.Struct, frozen=True, tag=True):
    """A reaction (Unicode emoji) on a message, or its withdrawal. Idempotent."""

    target: MessageRef | PostedAs
    emoji: str
    on: bool = True


class OpenThread(msgspec.Struct, frozen=True, tag=True):
    """A thread with a first card: on a message, in a channel, or private for some members."""

    start: MessageRef | Place | PostedAs
    title: str
    card: Card
    private_for: tuple[UserRef, ...] = ()


CLOSED = "✔ "  # the mark that people know in the title of a closed thread


class MarkThread(msgspec.Struct, frozen=True, tag=True):
    """A thread's title, with a mark where it is closed; nothing where threads have none. Idempotent.

    ``target`` is the thread, a message in it or the message it hangs on. Queue it by ``put``: only the newest per
    thread is sent, because Discord allows two renames in ten minutes. Always name a thread in the same way.

    Raises:
        LimitError: when the title, with its mark, is too long.

    """

    target: Place | MessageRef | PostedAs
    title: str
    closed: bool = False

    def __post_init__(self) -> None:
        """Hold the limit of a title."""
        limits.check_length("thread title", self.shown(), limits.THREAD_TITLE)
        limits.check_length("thread title", self.title.strip(), limits.THREAD_TITLE)
        if isinstance(self.target, Place) and not self.target.thread:
            raise ValueError(f"{self.target} is a channel, not a thread")

    def shown(self) -> str:
        """Return the title as people see it."""
        return f"{CLOSED}{self.title}" if self.closed else self.title


class SetBadge(msgspec.Struct, frozen=True, tag=True):
    """A role (Discord) or user group (Slack), by name or id, given or taken. Idempotent."""

    user: UserRef
    badge: str
    on: bool = True


class Invite(msgspec.Struct, frozen=True, tag=True):
    """Let a member into a channel or thread. Idempotent."""

    user: UserRef
    place: Place


class ShowHome(msgspec.Struct, frozen=True, tag=True):
    """A card as the member's home tab, where the platform has one. Idempotent."""

    user: UserRef
    card: Card


class NativeEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a platform's own calendar shows of a meetup."""

    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    where: str
    cancelled: bool = False


class PutEvent(msgspec.Struct, frozen=True, tag=True):
    """Make (``event_id`` none) or change the platform's own scheduled event."""

    workspace: Workspace
    event: NativeEvent
    event_id: str | PostedAs | None = None


class Upload(msgspec.Struct, frozen=True, tag=True):
    """A file at a place, with a line beside it."""

    place: Place
    name: str
    content: bytes
    comment: str
    alt: str = ""


class MakeFile(msgspec.Struct, frozen=True, tag=True):
    """A file that is made when it is sent, because that takes long; ``recipe`` says what of. See ``jobs.outbox``."""

    place: Place
    name: str
    recipe: bytes
    comment: str
    alt: str = ""


Effect: TypeAlias = (
    Post
    | DirectMessage
    | RedrawPost
    | Remove
    | React
    | OpenThread
    | MarkThread
    | SetBadge
    | Invite
    | ShowHome
    | PutEvent
    | Upload
    | MakeFile
)
