"""Who the bot is in its workspace, as ``auth.test`` told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec

from chat.ids import MessageRef, Place, Platform, UserRef, Workspace

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROS = 6  # digits
_ID = re.compile(r"[A-Za-z0-9._-]{0,64}", re.ASCII)


def proper(id_: str) -> str:
    """Return an id as Slack makes them: it goes into addresses, actions and keys.

    Raises:
        ValueError: it is none.

    """
    if not _ID.fullmatch(id_):
        raise ValueError("no id of Slack")
    return id_


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The bot's own ids, and those made with them."""

    team: str
    user: str
    bot: str
    url: str = ""
    name: str = "bot"
    team_name: str = ""

    @property
    def workspace(self) -> Workspace:
        """The workspace the bot serves."""
        return Workspace(Platform.SLACK, self.team)

    def member(self, user: str) -> UserRef:
        """Return an account of this workspace."""
        return UserRef(Platform.SLACK, self.team, proper(user))

    def place(self, channel: str, thread: str | None = None) -> Place:
        """Return a channel or thread of this workspace."""
        return Place(Platform.SLACK, self.team, proper(channel), thread and proper(thread))

    def message(self, channel: str, ts: str, thread: str | None = None) -> MessageRef:
        """Return a message; the root of a thread belongs to the channel, not to the thread."""
        return MessageRef(self.place(channel, None if thread == ts else thread), proper(ts))

    def key(self, *parts: str) -> str:
        """Return an event's key."""
        return f"slack:{self.team}:{':'.join(parts)}"


def moment(ts: str) -> datetime:
    """Return the time that a message's id tells, exact to the microsecond."""
    seconds, _, micros = ts.partition(".")
    if len(micros) != _MICROS:
        micros = micros.ljust(_MICROS, "0")[:_MICROS]
    return _EPOCH + timedelta(0, int(seconds or 0), int(micros))


def stamp(at: datetime) -> str:
    """Return the id that a message of this time would have."""
    since = at - _EPOCH
    return f"{since.days * 86400 + since.seconds}.{since.microseconds:06d}"
