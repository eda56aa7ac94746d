"""Whom to invite to answer a question, now: the ranking's best among those who may be asked, and some first chances.

Being asked is a favour that a member does the community, so the hard rules come first and have no exception: nobody is
asked who left, is away, does not want to, was asked about this question before, has been asked often enough this week,
or has quiet hours. Everything else leans on the ranking, whose scores are logarithms of how much likelier one member is
to answer than another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from community.config import QuestionSettings
from community.hours.quiet_hours import QuietHours, is_quiet
from community.hours.waking import NIGHT, next_waking, waking_end
from community.people.topics import Level

WEEK = timedelta(days=7)
AWAY_AFTER = timedelta(days=60)  # two months without a word: their seat here is empty, and an invitation would be mail
REACH = 15  # the best of those who may be asked; rather wait for one of them to wake than ask somebody far below
HORIZON = timedelta(days=4)  # quiet hours end every day; a zone may skip one
LONGEST_SILENCE = timedelta(days=365)  # no timer needs to look further ahead

LOAD = 0.4  # each ask of the last week: a third less likely to be first again, well before the cap
CAP_LEAST, CAP_MOST = 3, 10
HEADROOM = 3.0


class Ranked(Protocol):
    """A line of the ranking."""

    @property
    def member(self) -> int:
        """Who."""
        ...

    @property
    def score(self) -> float:
        """How likely they answer: a logarithm, only meant for comparing."""
        ...


class Bar(StrEnum):
    """Why a member is not invited."""

    LEFT = "left"
    BOT = "bot"
    ASKER = "asker"
    OPTED_OUT = "opted_out"
    AWAY = "away"
    ASKED_ALREADY = "asked_already"  # about this very question
    PAUSED = "paused"  # not this week
    BUSY = "busy"  # has another invitation to look at
    AT_CAP = "at_cap"
    QUIET = "quiet"  # quiet hours, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand with one member, as far as being asked this question goes."""

    member: int
    zone: ZoneInfo
    present: bool = True
    is_bot: bool = False
    is_asker: bool = False
    opted_out: bool = False
    asked_already: bool = False
    paused_until: datetime | None = None
    busy: bool = False
    asked: tuple[datetime, ...] = ()  # when they were invited, the last week at least
    last_seen: datetime | None = None  # their last sign of life, or when they joined
    quiet_hours: QuietHours | None = None  # none: the night of their zone
    level: Level | None = None  # at the question's topic
    gives: bool = False  # said that they can help with the topic
    learns: bool = False  # said that they want to learn it
    first_chance: bool = False  # has a stated topic or was about lately, and has never been asked nor answered

    def load(self, now: datetime) -> int:
        """Return how often they were invited in the last seven days."""
        return sum(1 for at in self.asked if now - at < WEEK)


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to invite now."""

    member: int
    explored: bool  # a first chance, rather than the ranking's best


@dataclass(frozen=True, slots=True)
class Decision:
    """Whom to invite now; or until when to wait; or that nobody is left."""

    invite: tuple[Choice, ...] = ()
    wait_until: datetime | None = None  # the first of the good ones who sleep wakes then
    exhausted: bool = False  # nobody to invite and nobody to wait for


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much a community asks: what the weekly cap follows."""

    questions: float  # a week, on average
    invitations: float  # a question, on average
    answerers: int  # members who answered a question in the last four weeks


def weekly_cap(settings: QuestionSettings, pace: Pace) -> int:
    """Return how often a member is invited in seven days at most.

    What each would be asked if all were asked alike is ``questions * invitations / answerers``. Questions are not alike
    and the same few know the most, so each may be asked three times that; but never less than three times, or a small
    community could not ask anybody, and never more than ten, which is two on each working day.
    A fixed cap of three suits about ten questions a week; at thirty-three it nearly halves the chance that somebody who
    would have answered is asked at all (measured on a public chat; see docs/routing.md).
    """
    if settings.weekly_cap:
        return settings.weekly_cap
    each = pace.questions * pace.invitations / max(1, pace.answerers)
    return max(CAP_LEAST, min(CAP_MOST, math.ceil(HEADROOM * each)))


def bar_of(standing: Standing, cap: int, now: datetime) -> Bar | None:
    """Return why a member must not be invited now, the most lasting reason first; None where they may be."""
    seen, paused = standing.last_seen, standing.paused_until
    rules = (
        (Bar.BOT, standing.is_bot),
        (Bar.LEFT, not standing.present),
        (Bar.ASKER, standing.is_asker),
        (Bar.OPTED_OUT, standing.opted_out),
        (Bar.ASKED_ALREADY, standing.asked_already),
        (Bar.AWAY, seen is None or now - seen > AWAY_AFTER),
        (Bar.PAUSED, paused is not None and paused > now),
        (Bar.AT_CAP, standing.load(now) >= cap),
        (Bar.BUSY, standing.busy),
        (Bar.QUIET, is_quiet(standing.quiet_hours or NIGHT, now, standing.zone)),
    )
    return next((bar for bar, holds in rules if holds), None)


def lean(standing: Standing, level: Level | None, now: datetime) -> float:
    """Return what is added to a member's score: less for who was asked lately, and for an unfitting level."""
    return -LOAD * standing.load(now) - _misfit(standing, level)


def _misfit(standing: Standing, level: Level | None) -> float:
    """Return how far a member's level is from what a question wants, as a logarithm like the scores; set by hand.

    A beginner's question is a good first answer for who has just got past it, and experts have enough to do. Who
    learns the topic and is no further than the asker is no first choice, but not barred: two who learn together find
    out more than one.
    """
    if level is None:
        return 0.0
    order = list(Level)
    asked = order.index(level)
    if standing.level is None:
        return 0.7 if standing.learns and not standing.gives else 0.0
    theirs = order.index(standing.level)
    if theirs < asked:
        return 1.2 * (asked - theirs)
    if theirs == asked and standing.learns and not standing.gives:
        return 1.2
    return 0.4 if theirs - asked == len(order) - 1 else 0.0


def decide_invitations(
    ranking: Sequence[Ranked],
    standings: Mapping[int, Standing],
    settings: QuestionSettings,
    *,
    places: int,
    cap: int,
    level: Level | None,
    now: datetime,
    chance: float,
) -> Decision:
    """Decide who gets the ``places`` that are free.

    ``chance`` is a number in [0, 1) that is the same however often this is decided. A share of the places goes to quiet
    members: over many rounds exactly ``settings.exploration`` of them, because the rounding is by chance.
    """
    score = {line.member: line.score for line in ranking}
    bars = {member: bar_of(standing, cap, now) for member, standing in standings.items()}
    open_to = [member for member, bar in bars.items() if bar in (None, Bar.QUIET)]
    known = [member for member in open_to if member in score]
    known.sort(key=lambda member: (-(score[member] + lean(standings[member], level, now)), member))
    good = known[:REACH]
    fresh = [member for member in open_to if standings[member].first_chance]
    fresh.sort(key=lambda member: _freshness(standings[member], score.get(member), level, now))
    chosen = _fill(
        [member for member in good if bars[member] is None],
        [member for member in fresh if bars[member] is None],
        places=max(0, places),
        first_chances=math.floor(settings.exploration * max(0, places) + chance),
    )
    if chosen:
        return Decision(invite=chosen)
    wakes = _first_waking((standings[member] for member in (*good, *fresh)), now)
    return Decision(wait_until=wakes, exhausted=wakes is None)


def _fill(good: list[int], fresh: list[int], *, places: int, first_chances: int) -> tuple[Choice, ...]:
    """Fill the places: first chances beside the best, and either in place of the other where one runs out."""
    best = good[: max(0, places - first_chances)]
    new = [member for member in fresh if member not in best][: places - len(best)]
    if len(good) > len(best):
        new = new[:first_chances]
    more = [member for member in good if member not in best and member not in new][: places - len(best) - len(new)]
    return (
        *(Choice(member, explored=False) for member in best),
        *(Choice(member, explored=False) for member in more),
        *(Choice(member, explored=True) for member in new),
    )


def _freshness(
    standing: Standing, score: float | None, level: Level | None, now: datetime
) -> tuple[bool, float, float, int]:
    """Order who gets a first chance: who said they can help, then who fits, then who was here last."""
    away = (now - standing.last_seen).total_seconds() if standing.last_seen else math.inf
    fit = (score or 0.0) + lean(standing, level, now)
    return not standing.gives, -fit, away, standing.member


def _first_waking(standings: Iterable[Standing], now: datetime) -> datetime | None:
    moments = (next_waking(now, s.quiet_hours, s.zone, now + HORIZON) for s in standings)
    return min((moment for moment in moments if moment is not None), default=None)


def patience_ends(standing_hours: QuietHours | None, zone: ZoneInfo, hours: float, now: datetime) -> datetime:
    """Return when somebody has had that many waking hours to reply: nobody is silent while they sleep."""
    return waking_end(now, timedelta(hours=hours), standing_hours, zone, now + LONGEST_SILENCE)
