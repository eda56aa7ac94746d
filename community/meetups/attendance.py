"""Who came, in figures: shares with their n and interval, and how many will come next time.

Reference points are Peatix's (1,023 events): 67.5 % of those who signed up for a free event came, 90.1 % of those who
paid before.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from community.kpi.intervals import wilson
from community.seats.outcomes import SeatFact, What
from community.seats.values import CAME, Mark

FREE = 0.675  # Peatix, free events
PREPAID = 0.901  # Peatix, prepaid events
PRIOR_SEATS = 20.0  # the reference point weighs like one meetup of the usual size, and is soon outweighed
KAPPA = 20.0  # how alike meetups are: the rates of two differ by about ten points either way (Beta's concentration)
TAIL = 0.05  # on either side: nine forecasts of ten hold

_GOT = frozenset({What.PROMOTED, What.CLAIMED, What.SEATED, What.MOVED, What.SEATED_BY})


class Share(msgspec.Struct, frozen=True):
    """So many of so many, with Wilson's 95 % interval."""

    hits: int
    n: int

    @property
    def rate(self) -> float | None:
        """The share; none where there is nothing to share."""
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval; none where there is nothing to share."""
        return wilson(self.hits, self.n) if self.n else None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A meetup that took place, and how it went with each member."""

    meetup: int
    starts: datetime
    marks: Mapping[int, Mark]
    prepaid: bool = False

    @property
    def came(self) -> frozenset[int]:
        """Who was there, with a seat or without."""
        return frozenset(member for member, mark in self.marks.items() if mark in CAME)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How a meetup went, counted."""

    attended: int
    no_show: int
    walk_in: int
    excused: int

    @property
    def came(self) -> int:
        """How many were there."""
        return self.attended + self.walk_in


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """How many of those who hold a seat will come: nine times of ten between low and high."""

    expected: float
    low: int
    high: int
    seats: int
    rate: float
    meetups: int  # of the community's own that it rests on; with none it is the reference point alone
    seen: int  # seats at these


def tally(held: Held) -> Tally:
    """Count how it went."""
    marks = Counter(held.marks.values())
    return Tally(
        attended=marks[Mark.ATTENDED],
        no_show=marks[Mark.NO_SHOW],
        walk_in=marks[Mark.WALK_IN],
        excused=marks[Mark.EXCUSED],
    )


def attendance_rate(meetups: Iterable[Held]) -> Share:
    """出席率: of those who held a seat and were not excused, who came. Walk-ins had none, and do not count."""
    tallies = [tally(held) for held in meetups]
    return Share(sum(t.attended for t in tallies), sum(t.attended + t.no_show for t in tallies))


def no_show_rate(meetups: Iterable[Held]) -> Share:
    """Of those who held a seat and were not excused, who did not come."""
    came = attendance_rate(meetups)
    return Share(came.n - came.hits, came.n)


def first_timer_rate(held: Held, earlier: Iterable[Held]) -> Share:
    """Of those who came, who had never come before. About 30 % is healthy."""
    known: set[int] = set()
    for other in earlier:
        if other.starts < held.starts and other.meetup != held.meetup:
            known |= other.came
    return Share(len(held.came - known), len(held.came))


def repeat_rate(meetups: Iterable[Held]) -> Share:
    """Of all who came at all, who came at least twice."""
    times = Counter(member for held in meetups for member in held.came)
    return Share(sum(1 for count in times.values() if count > 1), len(times))


def waiting_conversion(facts: Sequence[SeatFact]) -> Share:
    """Of those who waited for a seat of a kind, who got one of that kind, by whatever way. Facts in their order."""
    waited: set[tuple[int, str]] = set()
    got: set[tuple[int, str]] = set()
    for fact in facts:
        if fact.what is What.MERGED and fact.member is not None:
            gone = fact.data.get("gone")
            waited = {(fact.member if member == gone else member, kind) for member, kind in waited}
            got = {(fact.member if member == gone else member, kind) for member, kind in got}
        if fact.member is None or fact.kind is None:
            continue
        who = (fact.member, fact.kind.value)
        if fact.what is What.WAITING:
            waited.add(who)
        elif fact.what in _GOT and who in waited:
            got.add(who)
    return Share(len(got), len(waited))


def forecast(seats: int, history: Iterable[Held], *, prepaid: bool = False) -> Forecast:
    """Forecast how many of so many seats will be used.

    The rate of a meetup is taken as Beta-distributed about the community's own mean, which starts at the reference
    point and moves with each meetup held. A big meetup says less than its seats would: people stay away together (rain,
    a strike), so its seats are discounted by the design effect 1 + (n - 1) / (KAPPA + 1). The number who come is then
    beta-binomial, whose quantiles are the interval.
    Source: Kish, "Survey Sampling" (1965), for the design effect of clusters.
    """
    past = [t for held in history if held.prepaid is prepaid and (t := tally(held)).attended + t.no_show > 0]
    prior = PREPAID if prepaid else FREE
    hits, weight, seen = prior * PRIOR_SEATS, PRIOR_SEATS, 0
    for one in past:
        n = one.attended + one.no_show
        counts = n / (1 + (n - 1) / (KAPPA + 1))
        hits, weight, seen = hits + counts * one.attended / n, weight + counts, seen + n
    rate = hits / weight
    spread = 1 / (KAPPA + 1) + 1 / (weight + 1)  # of this meetup about the mean, and of the mean about the truth
    size = 1 / spread - 1
    low, high = _quantiles(seats, rate * size, (1 - rate) * size)
    return Forecast(expected=seats * rate, low=low, high=high, seats=seats, rate=rate, meetups=len(past), seen=seen)


def _quantiles(n: int, a: float, b: float) -> tuple[int, int]:
    """Return the beta-binomial's quantiles of TAIL and 1 - TAIL."""
    total, low, high = 0.0, 0, n
    found = False
    for k in range(n + 1):
        total += math.exp(
            math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
            + _log_beta(k + a, n - k + b) - _log_beta(a, b)
        )  # fmt: skip
        if not found and total >= TAIL:
            low, found = k, True
        if total >= 1 - TAIL:
            high = k
            break
    return low, high


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
