"""Which facts say that somebody did something, and as what the roll-up counts them."""

from __future__ import annotations

from enum import StrEnum

import msgspec

RULES = 1  # raise it when what is counted changes: roll-ups made by other rules are made anew


class Measure(StrEnum):
    """What is counted for each person and period."""

    ACTIVE = "active"  # anything that others could see
    POSTS = "posts"  # messages, those of staff included
    STAFF_POSTS = "staff_posts"
    JOINED = "joined"
    LEFT = "left"
    ANSWERED = "answered"  # questions, each once


class Told(msgspec.Struct, frozen=True):
    """What KPIs read of a fact's data."""

    bot: bool = False
    staff: bool = False
    helper: int | None = None
    asked: int | None = None
    state: str | None = None
    mark: str | None = None
    gone: int | None = None
    via: str | None = None
    referrer: int | None = None
    workspace: str | None = None
    platform: str | None = None


_CAME = frozenset({"attended", "walk_in"})
UNTOLD = Told()
_read = msgspec.json.Decoder(Told).decode
_ACTIVE = (Measure.ACTIVE.value,)  # plain texts: they are counted by the million
_POSTED = (*_ACTIVE, Measure.POSTS.value)
_POSTED_BY_STAFF = (*_POSTED, Measure.STAFF_POSTS.value)
_COUNTS_AS = {
    "message.posted": _POSTED,
    "reaction.added": _ACTIVE,
    "question.asked": _ACTIVE,
    "question.answered": _ACTIVE,
    "question.replied": (*_ACTIVE, Measure.ANSWERED.value),
    "seat.answered": _ACTIVE,
    "seat.seated": _ACTIVE,
    "seat.waiting": _ACTIVE,
    "seat.marked": _ACTIVE,
    "idea.supported": _ACTIVE,
    "thanks.given": _ACTIVE,
    "member.introduced": _ACTIVE,
    "member.joined": (Measure.JOINED.value,),
    "member.left": (Measure.LEFT.value,),
}
FOLDED = tuple(_COUNTS_AS)  # kinds that are looked at


def read_told(data: str | None) -> Told:
    """Read a fact's data; what does not fit is as good as not there."""
    if not data:
        return UNTOLD
    try:
        return _read(data)
    except msgspec.ValidationError:  # an import of another make
        return UNTOLD


def measures_of(kind: str, data: str | None) -> tuple[str, ...]:
    """Return as what a fact counts for its actor."""
    measures = _COUNTS_AS.get(kind, ())
    if measures is _POSTED:
        told = read_told(data)
        if told.bot:
            return ()
        return _POSTED_BY_STAFF if told.staff else _POSTED
    if kind == "seat.marked" and read_told(data).mark not in _CAME:
        return ()
    return measures


def platform_of(kind: str, platform: str | None, data: str | None) -> str:
    """Return to which platform a fact belongs; empty where to none."""
    if platform:
        return platform
    told = read_told(data)
    if told.workspace and kind.startswith("member."):
        return told.workspace.partition(":")[0]
    return told.platform or ""
