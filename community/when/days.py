"""From what words said of a day to the day: next week's Friday, the third Friday, the 4th, in two weeks."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta

import msgspec

from community.when.said import NoteKind, ProblemKind, refuse
from community.when.words import LAST, Slots

WEEK = 7
_SUNDAY = 6
_YEAR = 12
_SOON = timedelta(days=270)  # 15 January said in December is next year's; 4 November said on the 22nd is a slip
_LEAP = 8  # a leap year is never farther


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """The day, other readings of it, and if it is not what was said the days to choose from."""

    day: date
    others: tuple[tuple[NoteKind, date], ...] = ()
    wrong: ProblemKind | None = None
    choices: tuple[date, ...] = ()


def find_day(slots: Slots, now: datetime, minutes: int | None) -> Day:
    """Find the day that was said; ``now`` is local and naive, ``minutes`` is the time of day where it is known.

    Raises:
        Refusal: where no day was said, or one that does not exist.

    """
    at = time.max if minutes is None else time(minutes // 60 % 24, minutes % 60)
    try:
        day = _find(slots, now, at)
    except (ValueError, OverflowError):
        raise refuse(ProblemKind.NO_SUCH_DAY, said=_said(slots)) from None
    if slots.weekday is not None and not slots.nth and day.day.weekday() != slots.weekday:
        return _contradiction(day.day, slots.weekday, now.date())
    return day


def _said(slots: Slots) -> str:
    parts = (slots.year, slots.month, slots.day)
    return "-".join(f"{part:02}" for part in parts if part is not None and part != LAST) or "?"


def _find(slots: Slots, now: datetime, at: time) -> Day:
    today = now.date()
    if slots.nth:
        return _nth_day(slots, now, at)
    if slots.day is not None or slots.month is not None:
        return _calendar_day(slots, now, at)
    if slots.months is not None:
        month = add_months(today.replace(day=1), slots.months)
        if slots.weekday is not None or not slots.same_day:
            raise refuse(ProblemKind.NO_DATE)
        return Day(day=month.replace(day=min(today.day, _length(month))))
    if slots.days is not None:
        return _relative_day(slots, today)
    if slots.weekday is not None:
        return _week_day(slots, now, at)
    raise refuse(ProblemKind.NO_DATE)


def _relative_day(slots: Slots, today: date) -> Day:
    day = today + timedelta(days=slots.days or 0)
    if slots.weekday is not None and slots.days and slots.days % WEEK == 0:  # 2週間後の金曜
        day += timedelta(days=slots.weekday - day.weekday())
    return Day(day=day)


def _week_day(slots: Slots, now: datetime, at: time) -> Day:
    today, weekday = now.date(), slots.weekday or 0
    if slots.previous:
        return Day(day=today - timedelta(days=(today.weekday() - weekday - 1) % WEEK + 1))
    if slots.weeks is not None:
        day = _in_week(today, slots.weeks, weekday, first=0)
        other = _in_week(today, slots.weeks, weekday, first=_SUNDAY)
        return Day(day=day, others=((NoteKind.WEEK, other),) if other != day and other >= today else ())
    coming = today + timedelta(days=(weekday - today.weekday()) % WEEK)
    if slots.following:
        day = _in_week(today, 1, weekday, first=0)
        coming += timedelta(days=WEEK if coming == today else 0)
        return Day(day=day, others=((NoteKind.NEXT, coming),) if coming != day else ())
    if coming == today:
        later = today + timedelta(days=WEEK)
        if slots.coming or now.time() >= at:
            return Day(day=later)
        return Day(day=today, others=((NoteKind.TODAY, later),))
    return Day(day=coming)


def _in_week(today: date, weeks: int, weekday: int, *, first: int) -> date:
    begin = today - timedelta(days=(today.weekday() - first) % WEEK) + timedelta(days=WEEK * weeks)
    return begin + timedelta(days=(weekday - first) % WEEK)


def _nth_day(slots: Slots, now: datetime, at: time) -> Day:
    today, weekday = now.date(), slots.weekday or 0
    if len(slots.nth) > 1:
        raise refuse(ProblemKind.SERIES)
    which = slots.nth[0]
    if slots.month is not None:
        year = _year(slots, today)
        years = (year,) if year else (today.year, today.year + 1)
        months = [date(y, slots.month, 1) for y in years if year or add_months(date(y, slots.month, 1), 1) > today]
        days = [nth_of(month, weekday, which) for month in months][: 1 if now.month != slots.month else None]
    elif slots.months is not None:
        days = [nth_of(add_months(today.replace(day=1), slots.months), weekday, which)]
    else:
        days = [nth_of(add_months(today.replace(day=1), n), weekday, which) for n in range(_YEAR)]
    real = [day for day in days if day]
    if not real:
        raise refuse(ProblemKind.NO_SUCH_DAY, said=f"{which} × {calendar.day_abbr[weekday]}")
    return Day(day=next((day for day in real if datetime.combine(day, at) > now), real[0]))


def _calendar_day(slots: Slots, now: datetime, at: time) -> Day:
    today = now.date()
    if slots.day is None:
        raise refuse(ProblemKind.NO_DATE)
    if slots.month is None:
        return Day(day=_day_of_month(slots, slots.day, now, at))
    year = _year(slots, today)
    if year is not None:
        day = _exact(year, slots.month, slots.day)
        return Day(day=day, others=_turned(slots, day, today))
    days = [found for y in _years(today) if (found := _perhaps(y, slots.month, slots.day))]
    if not days:
        raise refuse(ProblemKind.NO_SUCH_DAY, said=_said(slots))
    day = next(day for day in days if day.year > today.year or datetime.combine(day, at) > now)
    if day != days[0] and days[0].year == today.year and day - today > _SOON and days[0] != today:
        return Day(day=days[0], wrong=ProblemKind.PAST, choices=(day,))
    if days[0] == today:
        day = today  # its hour may be over, which is said of the hour
    return Day(day=day, others=_turned(slots, day, today))


def _day_of_month(slots: Slots, day: int, now: datetime, at: time) -> date:
    first = now.date().replace(day=1)
    if slots.months is not None or slots.year is not None or slots.years is not None:
        month = add_months(first, slots.months or 0)
        return _exact(_year(slots, month) or month.year, month.month, day)
    for n in range(_YEAR):
        month = add_months(first, n)
        found = _perhaps(month.year, month.month, day)
        if found and (found == now.date() or datetime.combine(found, at) > now):
            return found
    raise refuse(ProblemKind.NO_SUCH_DAY, said=str(day))


def _turned(slots: Slots, day: date, today: date) -> tuple[tuple[NoteKind, date], ...]:
    """Return the day with month and day the other way round."""
    if not slots.day_first or (slots.weekday is not None and day.weekday() == slots.weekday):
        return ()
    other = date(day.year, day.day, day.month)
    if other < today:
        other = other.replace(year=other.year + 1)
    return ((NoteKind.ORDER, other),)


def _contradiction(day: date, weekday: int, today: date) -> Day:
    near = day + timedelta(days=(weekday - day.weekday() + 3) % WEEK - 3)
    choices = tuple(choice for choice in (day, near) if choice >= today)
    return Day(day=day, wrong=ProblemKind.WEEKDAY, choices=choices)


def _year(slots: Slots, today: date) -> int | None:
    if slots.year is not None:
        return slots.year
    return today.year + slots.years if slots.years is not None else None


def _years(today: date) -> range:
    return range(today.year, today.year + _LEAP + 1)


def _length(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def _exact(year: int, month: int, day: int) -> date:
    return date(year, month, _length(date(year, month, 1)) if day == LAST else day)


def _perhaps(year: int, month: int, day: int) -> date | None:
    try:
        return _exact(year, month, day)
    except ValueError:
        return None


def add_months(first: date, n: int) -> date:
    """Return the first day of the month ``n`` months after another's."""
    months = first.year * _YEAR + first.month - 1 + n
    return date(months // _YEAR, months % _YEAR + 1, 1)


def nth_of(month: date, weekday: int, which: int) -> date | None:
    """Return the nth such weekday of the month that begins on this day; none where it has no fifth."""
    if which == LAST:
        end = month.replace(day=_length(month))
        return end - timedelta(days=(end.weekday() - weekday) % WEEK)
    day = 1 + (weekday - month.weekday()) % WEEK + WEEK * (which - 1)
    return month.replace(day=day) if day <= _length(month) else None
