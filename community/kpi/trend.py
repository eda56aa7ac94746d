"""Whether a figure has changed, measured against its own past: what moves no more than it always does is level."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from enum import StrEnum
from statistics import median

import msgspec

from community.kpi.periods import PeriodSpan
from community.kpi.terms import LEAST_N, Better, Figure, Kpi, Unit

LOOK_BACK = {PeriodSpan.WEEK: 8, PeriodSpan.MONTH: 6}  # periods that the newest is compared with
LEAST_PAST = 3  # fewer tell nothing of what is usual
_LIMIT = 3.145  # times the median moving range, on either side of the median
_SAME = 1e-9  # a difference that is none, after all the arithmetic


class Direction(StrEnum):
    """Which way a figure went."""

    UP = "up"
    DOWN = "down"
    LEVEL = "level"
    UNKNOWN = "unknown"


class Trend(msgspec.Struct, frozen=True):
    """How a figure stands to its own past."""

    direction: Direction
    usual: float | None  # the median of the past
    change: float | None  # of the newest from it: relative for counts and durations, else the difference
    past: tuple[Figure, ...]

    def is_good(self, kpi: Kpi) -> bool | None:
        """Say whether that is good news; none where it is neither."""
        if self.direction not in (Direction.UP, Direction.DOWN) or kpi.better is Better.NEITHER:
            return None
        return self.direction.value == kpi.better.value


def trend_of(kpi: Kpi, figure: Figure, past: Sequence[Figure]) -> Trend:
    """Compare a figure with those before it, the oldest first.

    A share, duration or score is level while the usual value lies inside its interval. A count has none: it is level
    inside the natural limits of its past.
    Source: Wheeler, "Understanding Variation" (1993), the XmR chart with medians.
    """
    values = [each.value for each in past if each.value is not None and _tells(kpi, each)]
    if figure.value is None or len(values) < LEAST_PAST or not _tells(kpi, figure):
        return Trend(Direction.UNKNOWN, median(values) if len(values) >= LEAST_PAST else None, None, tuple(past))
    usual = median(values)
    change: float | None = figure.value - usual
    if kpi.unit in (Unit.COUNT, Unit.DURATION):
        change = (figure.value - usual) / usual if usual else None
    low, high = _level(figure, usual, values)
    if low - _SAME <= figure.value <= high + _SAME:
        direction = Direction.LEVEL
    else:
        direction = Direction.UP if figure.value > usual else Direction.DOWN
    return Trend(direction, usual, change, tuple(past))


def _level(figure: Figure, usual: float, values: Sequence[float]) -> tuple[float, float]:
    if figure.low is not None and figure.high is not None:
        inside = figure.low <= usual <= figure.high
        return (figure.low, figure.high) if inside else (usual, usual)
    reach = _LIMIT * median(abs(b - a) for a, b in itertools.pairwise(values))
    return usual - reach, usual + reach


def _tells(kpi: Kpi, figure: Figure) -> bool:
    return kpi.unit is Unit.COUNT or figure.n >= LEAST_N
