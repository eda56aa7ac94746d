"""The activation clock: how many of a week's newcomers take each step, and how long it takes them.

A share says nothing without the number of people behind it, so each comes with its n.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import msgspec

from community.people.onboarding import Stage, Stages

STEPS = tuple(stage for stage in Stage if stage is not Stage.JOINED)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One stage of one cohort."""

    n: int  # how many reached it
    share: float  # of the cohort
    median: timedelta | None  # from joining, of those who reached it


class Cohort(msgspec.Struct, frozen=True, kw_only=True):
    """Those who joined in one calendar week."""

    week: date  # its Monday
    n: int
    steps: dict[Stage, Step]


def cohorts(newcomers: Mapping[int, Stages], zone: ZoneInfo) -> tuple[Cohort, ...]:
    """Return the cohorts, the newest first. Weeks begin on Monday in the community's zone."""
    weeks: dict[date, list[Stages]] = {}
    for stages in newcomers.values():
        if joined := stages.get(Stage.JOINED):
            weeks.setdefault(monday(joined, zone), []).append(stages)
    return tuple(_cohort(week, weeks[week]) for week in sorted(weeks, reverse=True))


def monday(at: datetime, zone: ZoneInfo) -> date:
    """Return the Monday of the week, as the community counts it."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _cohort(week: date, members: list[Stages]) -> Cohort:
    steps: dict[Stage, Step] = {}
    for stage in STEPS:
        # A step that a clock put before the join (an account known for longer) took no time
        took = [max(0.0, (s[stage] - s[Stage.JOINED]).total_seconds()) for s in members if stage in s]
        middle = timedelta(seconds=median(took)) if took else None
        steps[stage] = Step(n=len(took), share=len(took) / len(members), median=middle)
    return Cohort(week=week, n=len(members), steps=steps)
