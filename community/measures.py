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


_DOING = (
    "message.posted",
    "reaction.added",
    "question.asked",
    "question.answered",
    "question.replied",
    "seat.answered",
    "seat.seated",
    "seat.waiting",
    "idea.supported",
    "thanks.given",
    "member.introduced",
)
_CAME = frozenset({"attended", "walk_in"})
FOLDED = (*_DOING, "seat.marked", "member.joined", "member.left")  # kinds that are looked at
UNTOLD = Told()
_read = msgspec.json.Decoder(Told).decode
_ACTIVE = (Measure.ACTIVE,)
_POSTED = (Measure.ACTIVE, Measure.POSTS)
_POSTED_BY_STAFF = (Measure.ACTIVE, Measure.POSTS, Measure.STAFF_POSTS)


def read_told(data: str | None) -> Told:
    """Read a fact's data; what does not fit is as good as not there."""
    if not data:
        return UNTOLD
    try:
        return _read(data)
    except msgspec.ValidationError:  # an import of another make
        return UNTOLD


def measures_of(kind: str, data: str | None) -> tuple[Measure, ...]:
    """Return as what a fact counts for its actor."""
    if kind == "message.posted":
        told = read_told(data)
        if told.bot:
            return ()
        return _POSTED_BY_STAFF if told.staff else _POSTED
    if kind == "seat.marked":
        return _ACTIVE if read_told(data).mark in _CAME else ()
    if kind == "member.joined":
        return (Measure.JOINED,)
    if kind == "member.left":
        return (Measure.LEFT,)
    return _ACTIVE if kind in _DOING else ()


def platform_of(kind: str, platform: str | None, data: str | None) -> str:
    """Return to which platform a fact belongs; empty where to none."""
    if platform:
        return platform
    told = read_told(data)
    if told.workspace and kind.startswith("member."):
        return told.workspace.partition(":")[0]
    return told.platform or ""
