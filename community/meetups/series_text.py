"""Says in words how a meetup repeats, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from chat.marks import msg
from chat.text import RichText
from community.meetups.series import Series
from community.when.wall import moment

WEEKDAYS = {
    "MO": msg("Monday"),
    "TU": msg("Tuesday"),
    "WE": msg("Wednesday"),
    "TH": msg("Thursday"),
    "FR": msg("Friday"),
    "SA": msg("Saturday"),
    "SU": msg("Sunday"),
}
ORDINALS = {
    "1": msg("first {weekday}"),
    "2": msg("second {weekday}"),
    "3": msg("third {weekday}"),
    "4": msg("fourth {weekday}"),
    "5": msg("fifth {weekday}"),
    "-1": msg("last {weekday}"),
}


class Words(Protocol):
    """What speaks the reader's language: a translator."""

    def line(self, text: str, /, **values: str | int) -> str:
        """Return a message."""

    def n(self, singular: str, plural: str, n: int, /, **values: str | int) -> RichText:
        """Return the form of a message that fits the number."""

    def date(self, at: datetime, zone: ZoneInfo) -> str:
        """Return a day."""


def describe(series: Series, t: Words) -> str:
    """Return a series as people say it: every second Friday of the month at 19:00, 10 times, not on holidays."""
    parts = dict(part.split("=") for part in series.rule.split(";"))
    interval = int(parts.get("INTERVAL", 1))
    days = _days(parts.get("BYDAY", ""), t)
    words = [
        t.line("{rule} at {hour}", rule=_rule(parts, interval, days, series.first, t), hour=f"{series.first:%H:%M}")
    ]
    if series.count is not None:
        words.append(t.n("{n} time", "{n} times", series.count).plain())
    elif series.until is not None:
        words.append(t.line("until {day}", day=_date(series, series.until, t)))
    else:
        words.append(t.line("with no end set"))
    if series.skip_holidays:
        words.append(t.line("not on national holidays"))
    ahead = [_date(series, day, t) for day in series.skips]
    if ahead:
        words.append(t.line("not on {days}", days=t.line(", ").join(ahead)))
    return t.line("; ").join(words)


def _rule(parts: dict[str, str], interval: int, days: str, first: datetime, t: Words) -> str:
    frequency, day = parts["FREQ"], parts.get("BYMONTHDAY", str(first.day))
    if frequency == "MONTHLY":
        which = days or (t.line("last day") if day == "-1" else t.line("day {day}", day=day))
        if interval == 1:
            return t.line("{which} of every month", which=which)
        return t.line("{which}, every {n} months", which=which, n=interval)
    if frequency == "WEEKLY":
        which = days or t.line(WEEKDAYS[list(WEEKDAYS)[first.weekday()]])
        if interval == 1:
            return t.line("every week on {which}", which=which)
        return t.line("every {n} weeks on {which}", which=which, n=interval)
    if frequency == "DAILY":
        return t.line("every day") if interval == 1 else t.line("every {n} days", n=interval)
    return t.line("every year") if interval == 1 else t.line("every {n} years", n=interval)


def _days(by_day: str, t: Words) -> str:
    names: list[str] = []
    for day in by_day.split(",") if by_day else []:
        weekday = t.line(WEEKDAYS[day[-2:]])
        names.append(t.line(ORDINALS[day[:-2]], weekday=weekday) if day[:-2] else weekday)
    return t.line(", ").join(names)


def _date(series: Series, day: date, t: Words) -> str:
    zone = ZoneInfo(series.zone)
    return t.date(moment(datetime.combine(day, series.first.time()), zone), zone)
