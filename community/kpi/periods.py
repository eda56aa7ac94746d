"""Weeks and months as a community counts them: in its own zone, a week from Monday on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

_MONTHS = 12


class PeriodSpan(StrEnum):
    """How long a period is."""

    WEEK = "w"
    MONTH = "m"


class Period(msgspec.Struct, frozen=True, order=True):
    """One week or month, by its first day."""

    span: PeriodSpan
    start: date

    @classmethod
    def of(cls, span: PeriodSpan, day: date) -> Period:
        """Return the week or month that holds a day."""
        start = day - timedelta(days=day.weekday()) if span is PeriodSpan.WEEK else day.replace(day=1)
        return cls(span, start)

    @classmethod
    def at(cls, span: PeriodSpan, moment: datetime, zone: ZoneInfo) -> Period:
        """Return the week or month that holds a moment."""
        return cls.of(span, moment.astimezone(zone).date())

    @classmethod
    def latest(cls, span: PeriodSpan, now: datetime, zone: ZoneInfo) -> Period:
        """Return the newest period that is over."""
        return cls.at(span, now, zone).before(1)

    @property
    def next(self) -> Period:
        """The period after this one."""
        return self.before(-1)

    @property
    def end(self) -> date:
        """The first day that no longer belongs to it."""
        return self.next.start

    def before(self, n: int) -> Period:
        """Return the period so many before this one."""
        if self.span is PeriodSpan.WEEK:
            return Period(self.span, self.start - timedelta(weeks=n))
        months = self.start.year * _MONTHS + self.start.month - 1 - n
        return Period(self.span, date(months // _MONTHS, months % _MONTHS + 1, 1))

    def past(self, n: int) -> tuple[Period, ...]:
        """Return this period and those before it, ``n`` in all, the oldest first."""
        return tuple(self.before(i) for i in range(n - 1, -1, -1))

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return when it begins, and when it is over; UTC."""
        return _midnight(self.start, zone), _midnight(self.end, zone)

    def is_over(self, zone: ZoneInfo, now: datetime) -> bool:
        """Say whether nothing can be added to it any more."""
        return now >= self.bounds(zone)[1]

    def __str__(self) -> str:
        """Return the name of ISO 8601: 2026-W47, 2026-11."""
        if self.span is PeriodSpan.MONTH:
            return f"{self.start:%Y-%m}"
        year, week, _ = self.start.isocalendar()
        return f"{year}-W{week:02}"


def read_period(name: str) -> Period:
    """Return the period that bears a name of ISO 8601.

    Raises:
        ValueError: none does.

    """
    if "W" in name:
        return Period(PeriodSpan.WEEK, date.fromisoformat(f"{name}-1"))
    return Period(PeriodSpan.MONTH, date.fromisoformat(f"{name}-01"))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
