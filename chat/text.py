"""Text as spans: what people typed is plain and gets escaped; mentions, times and links are values, not markup."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from chat.ids import Place, UserRef


class Bold(msgspec.Struct, frozen=True, tag=True):
    """Plain text in bold."""

    text: str


class Code(msgspec.Struct, frozen=True, tag=True):
    """Plain text in a fixed pitch, for commands."""

    text: str


class Mention(msgspec.Struct, frozen=True, tag=True):
    """An account. Shown by name where it cannot be mentioned; pings only who is in ``Card.notify``."""

    user: UserRef
    name: str


class BadgeMention(msgspec.Struct, frozen=True, tag=True):
    """A role (Discord) or user group (Slack), by name or id; ``name`` is what is shown where it cannot be mentioned.

    Pings only where the same badge stands in ``Card.notify_badges``.
    """

    badge: str
    name: str


class ChannelLink(msgspec.Struct, frozen=True, tag=True):
    """A channel or thread, shown by name on the other platform."""

    place: Place
    name: str


class MomentStyle(StrEnum):
    """How a time is shown to each reader, in the reader's own zone."""

    DATE = "date"
    TIME = "time"
    FULL = "full"
    RELATIVE = "relative"


class Moment(msgspec.Struct, frozen=True, tag=True):
    """A point in time; ``fallback`` is for readers whose client cannot show it."""

    at: datetime
    style: MomentStyle
    fallback: str


class Link(msgspec.Struct, frozen=True, tag=True):
    """A web address with a label. Only http and https."""

    url: str
    label: str

    def __post_init__(self) -> None:
        """Refuse anything but a plain web address."""
        if not self.url.startswith(("https://", "http://")) or any(c in self.url for c in "<>|\n\r \"'"):
            raise ValueError(f"not a web address that can be linked: {self.url!r}")


Span: TypeAlias = str | Bold | Code | Mention | BadgeMention | ChannelLink | Moment | Link


class RichText(msgspec.Struct, frozen=True):
    """A run of spans. Plain ``str`` spans are data: renderers escape them."""

    spans: tuple[Span, ...] = ()

    def __add__(self, other: RichText | str) -> RichText:
        more = other.spans if isinstance(other, RichText) else (other,)
        return RichText(self.spans + more)

    def __bool__(self) -> bool:
        return any(self.spans)

    def plain(self) -> str:
        """Return the text as a screen reader or a notification would have it."""
        return "".join(map(_plain, self.spans))


def rich(*spans: Span | RichText) -> RichText:
    """Put spans and texts together."""
    out: list[Span] = []
    for span in spans:
        if isinstance(span, RichText):
            out.extend(span.spans)
        else:
            out.append(span)
    return RichText(tuple(out))


def join(separator: str, texts: tuple[RichText, ...] | list[RichText]) -> RichText:
    """Put texts together with a plain separator between them."""
    out: list[Span] = []
    for n, text in enumerate(texts):
        if n:
            out.append(separator)
        out.extend(text.spans)
    return RichText(tuple(out))


def _plain(span: Span) -> str:
    match span:
        case str():
            return span
        case Bold(text) | Code(text):
            return text
        case Mention(name=name) | BadgeMention(name=name):
            return f"@{name}"
        case ChannelLink(name=name):
            return f"#{name}"
        case Moment(fallback=fallback):
            return fallback
        case Link(label=label):
            return label
