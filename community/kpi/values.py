"""What the KPIs are computed from: facts as they were read, spans of time, and the figures that shares become."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from community.kpi.intervals import wilson
from community.kpi.periods import Period
from community.kpi.terms import NOTHING, Figure

HOUR, DAY = 3_600.0, 86_400.0

Figures: TypeAlias = dict[tuple[str, Period], Figure]


# A fact of the log as it was read, see ``Noted``: a plain tuple where there are a hundred thousand of them
Row: TypeAlias = tuple[float, int, str, int | None, str | None, str | None, str | None]


class Noted(NamedTuple):
    """A fact of the log: seconds since 1970, its number, what, who, where, about what, and its data as JSON."""

    at: float
    id: int
    kind: str
    actor: int | None
    platform: str | None
    subject: str | None
    data: str | None


class Spans:
    """The periods that are asked for, in seconds, and what time it is."""

    def __init__(self, periods: Iterable[Period], zone: ZoneInfo, now: datetime) -> None:
        self.periods = tuple(dict.fromkeys(periods))
        self.now = now.timestamp()
        self._bounds = {period: _seconds(period, zone) for period in self.periods}

    def of(self, period: Period) -> tuple[float, float]:
        """Return when a period begins and ends."""
        return self._bounds[period]

    def is_over(self, period: Period) -> bool:
        """Say whether nothing can be added to a period any more."""
        return self.now >= self._bounds[period][1]

    @property
    def first(self) -> float:
        """When the earliest begins."""
        return min(start for start, _ in self._bounds.values())

    @property
    def last(self) -> float:
        """When the latest ends."""
        return max(end for _, end in self._bounds.values())


class Timeline:
    """Where among moments in their order a period's lie."""

    def __init__(self, times: Sequence[float]) -> None:
        self._times = times

    def within(self, bounds: tuple[float, float]) -> slice:
        """Return which lie in a span, its end not included."""
        return slice(bisect_left(self._times, bounds[0]), bisect_left(self._times, bounds[1]))


def count(n: int) -> Figure:
    """Return a count."""
    return Figure(float(n), n)


def share(hits: int, n: int, of: int | None = None) -> Figure:
    """Return a share with Wilson's interval; ``of``: how many there were, where not all could be counted."""
    coverage = None if of is None else (n / of if of else None)
    if not n:
        return Figure(None, 0, coverage)
    low, high = wilson(hits, n)
    return Figure(hits / n, n, coverage, low, high)


def ratio(part: float, of: int) -> Figure:
    """Return one figure as a part of another."""
    return Figure(part / of, of) if of else NOTHING


def only(figures: Mapping[tuple[str, Period], Figure], wanted: Iterable[str]) -> Figures:
    """Keep the figures that were asked for."""
    ids = frozenset(wanted)
    return {key: figure for key, figure in figures.items() if key[0] in ids}


def _seconds(period: Period, zone: ZoneInfo) -> tuple[float, float]:
    start, end = period.bounds(zone)
    return start.timestamp(), end.timestamp()
