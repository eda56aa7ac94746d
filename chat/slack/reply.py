"""Where an answer goes: what a click or command brought along, kept as an opaque string."""

from __future__ import annotations

from enum import StrEnum

import msgspec

METADATA = 3000  # characters of a view's private_metadata


class Where(StrEnum):
    """What was used."""

    COMMAND = "command"
    MENU = "menu"
    MESSAGE = "message"
    HOME = "home"
    MODAL = "modal"  # a card in a window of its own
    FORM = "form"


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The way back. ``response_url`` lives 30 minutes, ``trigger`` three seconds; the rest does not grow old."""

    user: str
    where: Where
    channel: str | None = None
    thread: str | None = None
    message: str | None = None
    ephemeral: bool = False
    response_url: str | None = None
    trigger: str | None = None
    view: str | None = None
    origin: Where | None = None  # of a form: where it was opened; the fields above are that place's
    locale: str | None = None

    @property
    def place(self) -> Where:
        """Where the reader looks: of a form, the place it was opened from."""
        return self.origin or self.where


def pack(reply: Reply) -> str:
    """Return the string that travels in an event."""
    return msgspec.json.encode(reply).decode()


def unpack(text: str) -> Reply:
    """Read what ``pack`` made.

    Raises:
        msgspec.ValidationError: for anything else.

    """
    return msgspec.json.decode(text, type=Reply)


def metadata(reply: Reply) -> str:
    """Return what a form or a window carries so that its answers find the place where it was opened."""
    kept = msgspec.structs.replace(reply, trigger=None)
    return packed if len(packed := pack(kept)) <= METADATA else pack(Reply(user=reply.user, where=reply.where))


def from_metadata(text: str, user: str) -> Reply:
    """Read ``metadata``; a view of another making came from nowhere we know."""
    try:
        return unpack(text)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return Reply(user=user, where=Where.FORM)
