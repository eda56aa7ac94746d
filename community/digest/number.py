"""The one number of the week: of the questions asked, how many had a human answer within a day. Always this one.

A measure that changes with the season flatters; this one is told in good weeks and in bad ones, with how many questions
it is made of and how the weeks before were.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from statistics import median

from community.kpi.intervals import wilson

WITHIN = timedelta(hours=24)
WEEK = timedelta(days=7)
BEFORE = 4  # weeks to compare with: a month, in which weekdays weigh the same
_TINY = 1e-9  # the interval of none of n begins at zero, but for rounding
SPAN = WITHIN + WEEK * (BEFORE + 1)  # of the log that is looked at


class Change(Enum):
    """How the number stands to the weeks before."""

    BETTER = auto()
    WORSE = auto()
    SAME = auto()  # the weeks before lie where this one may well lie by chance
    UNKNOWN = auto()  # nothing to compare, or with nothing


@dataclass(frozen=True, slots=True)
class Number:
    """Questions answered within a day, of those that are a day old."""

    hits: int
    n: int
    before: float | None  # the median share of the weeks before that had questions

    @property
    def share(self) -> float | None:
        """The share, where there is one."""
        return self.hits / self.n if self.n else None

    @property
    def change(self) -> Change:
        """How it stands to the weeks before, by the Wilson interval of this week's share."""
        if not self.n or self.before is None:
            return Change.UNKNOWN
        low, high = wilson(self.hits, self.n)
        if low - _TINY <= self.before <= high + _TINY:
            return Change.SAME
        return Change.BETTER if self.before < low else Change.WORSE


def answered_within_a_day(asked: Sequence[datetime], waited: Mapping[int, timedelta], until: datetime) -> Number:
    """Return the number of the week that ends at a moment.

    ``asked`` holds when questions were asked, ``waited`` by their place in it how long the first human answer took. A
    question younger than a day cannot be judged yet: each week ends a day before the digest.
    """
    end = until - WITHIN
    weeks: list[tuple[int, int]] = []
    for nth in range(BEFORE + 1):
        last, first = end - WEEK * nth, end - WEEK * (nth + 1)
        these = [i for i, at in enumerate(asked) if first < at <= last]
        weeks.append((sum(i in waited and waited[i] <= WITHIN for i in these), len(these)))
    shares = [hits / n for hits, n in weeks[1:] if n]
    return Number(*weeks[0], median(shares) if shares else None)
