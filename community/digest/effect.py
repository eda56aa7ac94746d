"""What followed a digest: replies where it pointed, seats asked for at meetups it named, presses of its button.

What follows within three days need not follow from it: people would have come by themselves, too. The figures compare
one week's digest with another's; they prove nothing, and say so where they are shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

WITHIN = timedelta(hours=72)


class DeedKind(Enum):
    """What somebody did."""

    REPLY = auto()  # in a thread that was shown
    SEAT = auto()  # said they will come, or may
    PRESS = auto()  # in the digest itself


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did about a subject of the log."""

    kind: DeedKind
    subject: str
    member: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """What followed."""

    replies: int = 0
    seats: int = 0  # each member and meetup once, however often they changed their mind
    presses: int = 0  # each member once
    people: int = 0  # who did any of it


def effect_of(posted_at: datetime, week: str, showed: Collection[str], deeds: Iterable[Deed]) -> Effect:
    """Return what followed a week's digest within three days, about what it showed."""
    counted = [
        deed
        for deed in deeds
        if posted_at < deed.at <= posted_at + WITHIN
        and (deed.subject == week if deed.kind is DeedKind.PRESS else deed.subject in showed)
    ]
    return Effect(
        replies=sum(deed.kind is DeedKind.REPLY for deed in counted),
        seats=len({(deed.member, deed.subject) for deed in counted if deed.kind is DeedKind.SEAT}),
        presses=len({deed.member for deed in counted if deed.kind is DeedKind.PRESS}),
        people=len({deed.member for deed in counted}),
    )
