"""The pulse: three short items about how safe it feels here, answered without a name, and what may be shown of them.

The items follow what research found to matter, in words of our own. *Safe* and *heard* follow the idea of
psychological safety, the belief that one may ask, err and disagree here (Edmondson, "Psychological Safety and Learning
Behavior in Work Teams", Administrative Science Quarterly 44, 1999, whose seven items ask among others whether mistakes
are held against one and whether it is easy to ask for help). *Belonging* follows the sense of community (McMillan &
Chavis, "Sense of Community: A Definition and Theory", Journal of Community Psychology 14, 1986: membership). The five
grades of agreement are Likert's (Archives of Psychology 140, 1932); told is the share of those who agree, as grades
have no mean that everybody understands the same way.

Nothing is shown of a round before it is closed, and nothing at all where fewer than five answered: so two looks never
differ by one person's answer, and what was too little to show is deleted unread.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from community.config import CommunitySettings
from community.hours.quiet_days import is_resting, quiet_ends
from community.hours.schedule import at_local
from community.kpi.intervals import wilson
from community.when.zones import zone_or

SHOWN_FROM = 5  # answers
OPEN_FOR = timedelta(days=10)  # two weekends at most: figures should come to rest
ASKED_OVER = timedelta(days=3)  # so that not everybody is asked at once
NEWCOMERS_WAIT = timedelta(days=14)  # who has just come cannot say yet
HOUR = time(10)
GRADES = (5, 4, 3, 2, 1)
AGREES = 4  # from here on
LOOKS_BACK = 3  # rounds that the newest is compared with
_LOTS = 10_000
_NEXT_MONTH = timedelta(days=32)


class Topic(StrEnum):
    """What an item is about."""

    SAFE = "safe"
    HEARD = "heard"
    BELONGING = "belonging"


class Course(StrEnum):
    """How the newest round stands to those before it."""

    UP = "up"
    DOWN = "down"
    LEVEL = "level"
    UNKNOWN = "unknown"  # nothing to compare with


class Agreement(msgspec.Struct, frozen=True):
    """So many of so many agree."""

    agree: int
    n: int

    @property
    def share(self) -> float:
        """Their share."""
        return self.agree / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """The share's 95 % interval."""
        return wilson(self.agree, self.n)


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One month's round; ``closed_at`` none: it is open."""

    month: str
    asked: int
    opened_at: datetime
    closed_at: datetime | None


Grades = Mapping[Topic, Sequence[int]]


def results(grades: Grades) -> dict[Topic, Agreement] | None:
    """Return what may be shown of a round that is closed; none where too few answered."""
    found = {topic: tuple(grades.get(topic, ())) for topic in Topic}
    if min(len(given) for given in found.values()) < SHOWN_FROM:
        return None
    return {topic: Agreement(sum(grade >= AGREES for grade in given), len(given)) for topic, given in found.items()}


def course_of(newest: Agreement, before: Sequence[Agreement]) -> Course:
    """Compare a round with the last ones before it, taken together: a change is one that chance hardly makes.

    The difference of two shares, with the interval of Newcombe, "Interval Estimation for the Difference Between
    Independent Proportions", Statistics in Medicine 17 (1998), method 10: from both shares' score intervals.
    """
    lately = before[-LOOKS_BACK:]
    if not lately:
        return Course.UNKNOWN
    past = Agreement(sum(one.agree for one in lately), sum(one.n for one in lately))
    difference = newest.share - past.share
    (low, high), (past_low, past_high) = newest.interval, past.interval
    if difference - math.hypot(newest.share - low, past_high - past.share) > 0:
        return Course.UP
    if difference + math.hypot(high - newest.share, past.share - past_low) < 0:
        return Course.DOWN
    return Course.LEVEL


def read_grades(values: Mapping[str, object]) -> dict[Topic, int] | None:
    """Read an answer; none where an item is missing or is graded as the form does not offer."""
    offered = {str(grade): grade for grade in GRADES}
    found = {topic: offered.get(str(values.get(topic.value) or "")) for topic in Topic}
    return {topic: grade for topic, grade in found.items() if grade} if all(found.values()) else None


# ---- when


def month_of(settings: CommunitySettings, now: datetime) -> str:
    """Return the month that a round is named after."""
    return now.astimezone(_zone(settings)).strftime("%Y-%m")


def next_round(settings: CommunitySettings, after: datetime) -> datetime | None:
    """Return when members are asked next."""
    if not settings.conduct.pulse:
        return None
    zone = _zone(settings)
    first = after.astimezone(zone).replace(day=1)
    days = (first, (first + _NEXT_MONTH).replace(day=1))
    moments = (at_local(day.replace(day=settings.conduct.pulse_day), HOUR, zone) for day in days)
    return next(moment for moment in moments if moment > after)


def asked_at(begins: datetime, month: str, member: int) -> datetime:
    """Return when one member is asked: some earlier, some later, and others first in another month."""
    lot = zlib.crc32(f"{month}:{member}".encode()) % _LOTS
    return begins + ASKED_OVER * (lot / _LOTS)


def closes(settings: CommunitySettings, opened: datetime) -> datetime:
    """Return when a round closes, where no quiet days come in between."""
    zone = _zone(settings)
    return at_local((opened + OPEN_FOR).astimezone(zone), HOUR, zone).astimezone(UTC)


def closes_later(settings: CommunitySettings, now: datetime) -> datetime | None:
    """Return when a round closes that quiet days held up: some days after them. None: now."""
    ends = quiet_ends(settings)
    return closes(settings, ends - ASKED_OVER) if ends is not None and is_resting(settings, now) else None


def _zone(settings: CommunitySettings) -> ZoneInfo:
    return zone_or(None, settings.time_zone)
