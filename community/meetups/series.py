"""Meetups that repeat: a rule, an end, what is left out, and the moments that follow.

The rule is an RFC 5545 recurrence rule without its end. Dates are computed on the wall of the organiser's zone, so
19:00 stays 19:00 when clocks change; a time that does not exist on one of the dates is read as RFC 5545 (3.3.10, 3.3.5)
says, with the offset from before the change: 02:30 becomes 03:30, and of two equal hours it is the first.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from community.when.wall import moment, on_wall

if TYPE_CHECKING:
    from dateutil.rrule import rrule

AHEAD = 3  # meetups of a series are made this far ahead: a weekly one then always fills the 14 days of the digest
MOST = 520  # ten years of weeks
_LOOK = timedelta(days=10 * 366)  # a rule whose dates are all left out comes to an end here
_DAYS = "(?:MO|TU|WE|TH|FR|SA|SU)"
_NTH_DAYS = rf"(?:-1|[1-5]){_DAYS}"
_EVERY = "(?:;INTERVAL=[1-9][0-9]?)?"
_RULE = re.compile(
    rf"FREQ=(?:DAILY|YEARLY){_EVERY}|FREQ=WEEKLY{_EVERY}(?:;BYDAY={_DAYS}(?:,{_DAYS})*)?"
    rf"|FREQ=MONTHLY{_EVERY}(?:;BYDAY={_NTH_DAYS}(?:,{_NTH_DAYS})*|;BYMONTHDAY=(?:-1|[1-9]|[12][0-9]|3[01]))?"
)
_DAY = timedelta(days=1)


class SeriesError(ValueError):
    """A series that cannot be."""


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """A rule and its bounds. ``count`` counts dates of the rule, those left out included, as RFC 5545 does."""

    rule: str  # FREQ=MONTHLY;BYDAY=3FR
    zone: str
    first: datetime  # naive: on the organiser's wall; a date of the rule
    duration: timedelta
    until: date | None = None  # the last day on which one may begin
    count: int | None = None
    open_ended: bool = False  # said on purpose: it goes on until somebody ends it
    skips: tuple[date, ...] = ()
    skip_holidays: str | None = None  # ISO 3166-1 code of the country

    def __post_init__(self) -> None:
        """Refuse what would never end, never begin, or not be what it says."""
        if self.first.tzinfo is not None:
            raise SeriesError("the first date of a series is a time on the wall, without a zone")
        if [self.until is not None, self.count is not None, self.open_ended].count(True) != 1:
            raise SeriesError("a series has one end: a last day, a number of times, or none on purpose")
        if self.count is not None and not 1 <= self.count <= MOST:
            raise SeriesError(f"a series has 1 to {MOST} meetups: {self.count}")
        if self.duration <= timedelta(0):
            raise SeriesError("a meetup takes some time")
        if self.until is not None and self.until < self.first.date():
            raise SeriesError(f"a series that begins on {self.first.date()} cannot end on {self.until}")
        if self.skip_holidays is not None and self.skip_holidays not in countries():
            raise SeriesError(f"no national holidays are known for {self.skip_holidays!r}")
        if next(iter(_rule(self.rule, self.first)), None) != self.first:
            raise SeriesError(f"{self.first} is no date of {self.rule}")


class Occurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One meetup of a series. Its day on the organiser's calendar is what it is known by, whatever becomes of it."""

    day: date
    starts: datetime  # UTC
    ends: datetime


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """A date of the rule on which there is no meetup, by wish or because it is a holiday."""

    day: date
    holiday: bool = False


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes different from one date on; none: it stays."""

    rule: str | None = None
    time: time | None = None
    duration: timedelta | None = None


def first_date(rule: str, at: time, not_before: datetime) -> datetime:
    """Return the first date of a rule at or after a time on the wall; intervals are counted from it."""
    begin = datetime.combine(not_before.date(), at)
    every = re.sub(";INTERVAL=[0-9]+", "", rule)
    found = next((day for day in islice(_rule(every, begin), 2) if day >= not_before), None)
    if found is None:
        raise SeriesError(f"{rule} has no date")
    return found


def dates(series: Series) -> Iterator[Occurrence | Skipped]:
    """Return every date of the rule in order, those left out with the reason."""
    zone = ZoneInfo(series.zone)
    for n, local in enumerate(_rule(series.rule, series.first)):
        day = local.date()
        if (series.count is not None and n >= series.count) or (series.until is not None and day > series.until):
            return
        holiday = series.skip_holidays is not None and holiday_on(series.skip_holidays, day) is not None
        if day in series.skips or holiday:
            yield Skipped(day=day, holiday=holiday)
        else:
            starts = moment(local, zone)
            yield Occurrence(day=day, starts=starts, ends=starts + series.duration)


def upcoming(series: Series, now: datetime, n: int = AHEAD) -> tuple[Occurrence, ...]:
    """Return the next meetups to come: those that are made ready, of an open-ended series as of any other."""
    ahead = (date_ for date_ in _near(series, now) if isinstance(date_, Occurrence) and date_.starts > now)
    return tuple(islice(ahead, n))


def is_date(series: Series, day: date) -> bool:
    """Tell whether there is a meetup of the series on this day."""
    return any(isinstance(one, Occurrence) and one.day == day for one in _upto(series, day))


def skip(series: Series, day: date) -> Series:
    """Leave out one date. One that is moved on its own is left out, too: its meetup has a life of its own from then."""
    if not any(one.day == day for one in _upto(series, day)):
        raise SeriesError(f"{day} is no date of this series")
    return replace(series, skips=tuple(sorted({*series.skips, day})))


def unskip(series: Series, day: date) -> Series:
    """Take one date back in."""
    return replace(series, skips=tuple(skipped for skipped in series.skips if skipped != day))


def end_before(series: Series, day: date) -> Series | None:
    """Let a series end before this day; none where nothing of it is left."""
    if day <= series.first.date():
        return None
    return replace(series, until=min(day - _DAY, series.until or date.max), count=None, open_ended=False)


def this_and_following(series: Series, day: date, change: Change) -> tuple[Series | None, Series]:
    """Split a series at one of its dates: what was before, if anything, and what goes on differently.

    The number of times that are left goes over to the second part, and so do dates left out after the split, as long
    as the rule stays: with another rule they would be other dates.
    """
    past = [one for one in _upto(series, day) if one.day < day]
    if not any(one.day == day for one in _upto(series, day)):
        raise SeriesError(f"{day} is no date of this series")
    rule = change.rule or series.rule
    begin = datetime.combine(day, change.time or series.first.time())
    after = replace(
        series,
        rule=rule,
        first=first_date(rule, begin.time(), begin),
        duration=change.duration or series.duration,
        count=series.count - len(past) if series.count is not None else None,
        skips=() if change.rule else tuple(skipped for skipped in series.skips if skipped >= day),
    )
    return end_before(series, day), after


def holiday_on(country: str, day: date, language: str = "") -> str | None:
    """Return the name of a national holiday, in the reader's language or else the country's own."""
    return _holidays(country, day.year, language).get(day)


@functools.cache
def countries() -> frozenset[str]:
    """Return the codes of the countries whose national holidays are known."""
    from holidays import list_supported_countries  # noqa: PLC0415 - half a second, for series that leave out holidays

    return frozenset(list_supported_countries(include_aliases=False))


@functools.lru_cache(maxsize=256)
def _holidays(country: str, year: int, language: str) -> dict[date, str]:
    from holidays import country_holidays  # noqa: PLC0415 - see above

    kind = type(country_holidays(country))
    known = (name for name in kind.supported_languages if language and name.startswith(language))
    # A language is always named: left out, the library takes the one of the machine
    spoken = next(known, kind.default_language)
    return dict(country_holidays(country, years=year, expand=False, language=spoken).items())


def _rule(rule: str, first: datetime) -> rrule:
    """Return the dates of a rule on the wall.

    Raises:
        SeriesError: where it is no rule, or says more than how it repeats.

    """
    from dateutil.rrule import rrule, rrulestr  # noqa: PLC0415 - a twentieth of a second, once there is a series

    if not _RULE.fullmatch(rule):
        raise SeriesError(f"not a rule that meetups repeat by: {rule[:80]!r}")
    found = rrulestr(rule, dtstart=first)
    if not isinstance(found, rrule):
        raise SeriesError(f"not one rule: {rule!r}")
    return found


def _near(series: Series, now: datetime) -> Iterator[Occurrence | Skipped]:
    """Return the dates around now: all before it, and not for ever after it."""
    last = on_wall(now, ZoneInfo(series.zone)).date() + _LOOK
    return takewhile(lambda one: one.day <= last, dates(series))


def _upto(series: Series, day: date) -> Iterator[Occurrence | Skipped]:
    return takewhile(lambda one: one.day <= day, dates(series))
