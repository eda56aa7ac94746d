"""What comes in, neutral. Every event has a key that is the same however often, and by whatever way, it arrives."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import msgspec

from chat.form import Values
from chat.ids import MessageRef, Place, Profile, UserRef, Workspace


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    key: str  # unique per happening; see docs/delivery.md for how each platform's is made
    at: datetime  # the platform's time, UTC
    workspace: Workspace


class MemberJoined(_Event, frozen=True, kw_only=True, tag=True):
    """Somebody entered the workspace or server."""

    member: Profile
    referrer: UserRef | None = None
    via: str | None = None  # an invitation's code or name, where the platform tells


class MemberChanged(_Event, frozen=True, kw_only=True, tag=True):
    """A profile changed: name, language, time zone, roles."""

    member: Profile


class MemberLeft(_Event, frozen=True, kw_only=True, tag=True):
    """Somebody left or was deactivated."""

    user: UserRef


class ChannelEntered(_Event, frozen=True, kw_only=True, tag=True):
    """Somebody entered a channel."""

    user: UserRef
    place: Place
    inviter: UserRef | None = None


class ChannelLeft(_Event, frozen=True, kw_only=True, tag=True):
    """Somebody left a channel."""

    user: UserRef
    place: Place


class MessagePosted(_Event, frozen=True, kw_only=True, tag=True):
    """Somebody wrote. ``text`` is as people read it, mentions as ``@name`` or the platform's raw token."""

    message: MessageRef
    author: UserRef
    author_name: str = ""
    by_bot: bool = False
    text: str
    mentions: tuple[UserRef, ...] = ()
    reply_to: str | None = None  # id of the message answered: the thread's root or the one quoted
    reply_to_author: UserRef | None = None
    title: str = ""  # of the forum post that begins with this message
    files: int = 0  # also where there are no words: a picture may be all that somebody says
    direct: bool = False  # said to the bot in private


class MessageEdited(_Event, frozen=True, kw_only=True, tag=True):
    """A message says something else now."""

    message: MessageRef
    author: UserRef
    text: str


class MessageDeleted(_Event, frozen=True, kw_only=True, tag=True):
    """A message is gone; or a whole thread: then its place is the thread, and its id the thread's own."""

    message: MessageRef


class Reacted(_Event, frozen=True, kw_only=True, tag=True):
    """Somebody put a reaction on a message, or (``on`` false) took it back."""

    message: MessageRef
    user: UserRef
    emoji: str  # Unicode where there is one, else the custom emoji's name
    on: bool = True
    author: UserRef | None = None


class _Interaction(_Event, frozen=True, kw_only=True):
    user: UserRef
    user_name: str = ""
    reply: str = ""  # opaque: only the adapter that made it reads it; holds short-lived tokens
    locale: str | None = None
    place: Place | None = None


class CommandUsed(_Interaction, frozen=True, kw_only=True, tag=True):
    """A slash command: its name, its sub-command, its options by name and (Slack) what else was typed."""

    command: str
    sub: str = ""
    options: dict[str, str] = {}
    text: str = ""


class MenuUsed(_Interaction, frozen=True, kw_only=True, tag=True):
    """An entry of the message menu."""

    menu: str
    message: MessageRef
    author: UserRef | None = None
    text: str = ""


class ActionPressed(_Interaction, frozen=True, kw_only=True, tag=True):
    """A button or a select of a card."""

    action: str  # ``name`` or ``name:argument``
    values: tuple[str, ...] = ()
    message: MessageRef | None = None  # none in the home tab


class FormSubmitted(_Interaction, frozen=True, kw_only=True, tag=True):
    """A form was sent. ``form`` is the form's id."""

    form: str
    values: Values


class HomeOpened(_Interaction, frozen=True, kw_only=True, tag=True):
    """A member opened the home tab."""


class OptionTyped(msgspec.Struct, frozen=True, kw_only=True):
    """An option of a command is being typed. No event: it is never stored, and lost without harm."""

    workspace: Workspace
    user: UserRef
    command: str
    sub: str = ""
    option: str
    typed: str
    options: dict[str, str] = {}  # the others, as far as they are filled in
    locale: str | None = None
    place: Place | None = None


Interaction: TypeAlias = CommandUsed | MenuUsed | ActionPressed | FormSubmitted | HomeOpened
Event: TypeAlias = (
    MemberJoined
    | MemberChanged
    | MemberLeft
    | ChannelEntered
    | ChannelLeft
    | MessagePosted
    | MessageEdited
    | MessageDeleted
    | Reacted
    | Interaction
)
