"""How a meetup that has a time already is to repeat: its own hour and weekday fill in what the words leave out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from community.meetups.series import Series, SeriesError, first_date, upcoming
from community.meetups.series_words import DAYS, read_series
from community.when.said import ProblemKind as Kind
from community.when.said import WhenProblem, refuse
from community.when.wall import on_wall

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_JAPANESE_DAYS = "月火水木金土日"
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_DATE = re.compile(
    r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}|[0-9]{1,2}/[0-9]{1,2}|[^a-z]*[0-9]{1,2}月(?:[0-9]{1,2}日|末)?"
)
_TIMES = re.compile(r"[0-9]{1,4}")
_WEEKLY = re.compile(r"FREQ=WEEKLY(?P<every>;INTERVAL=[0-9]+)?(?:;BYDAY=(?P<day>[A-Z]{2}))?")
_NTH = re.compile(r"FREQ=MONTHLY(?P<every>;INTERVAL=[0-9]+)?;BYDAY=(?P<nth>-?[0-9])(?P<day>[A-Z]{2})")
_MONTHDAY = re.compile(r"FREQ=MONTHLY(?P<every>;INTERVAL=[0-9]+)?;BYMONTHDAY=(?P<day>[0-9]+)")
_LAST_WEEK = timedelta(days=7)


def read_repeat(
    how: str,
    end: str,
    *,
    starts: datetime,
    duration: timedelta,
    zone: ZoneInfo,
    now: datetime,
    country: str,
    open_ended: bool = False,
) -> Series | WhenProblem:
    """Read how a meetup repeats from its first time on. Its first date is the meetup's own, or the next that fits."""
    local = on_wall(starts, zone)
    words = f"{how} {_end(end)}".strip()
    own_hour = True

    def read(typed: str) -> Series | WhenProblem:
        return read_series(typed, zone=zone, now=now, country=country, open_ended=open_ended)

    found = read(words)
    if isinstance(found, WhenProblem) and found.kind is Kind.NO_RULE:
        for day in _days(how, local):
            more = read(f"{words} {day}")
            if not (isinstance(more, WhenProblem) and more.kind is Kind.NO_RULE):
                words, found = f"{words} {day}", more
                break
    if isinstance(found, WhenProblem) and found.kind is Kind.NO_HOUR:
        own_hour, found = False, read(f"{words} {local:%H:%M}")
    if isinstance(found, WhenProblem):
        return found
    try:
        begin = datetime.combine(local.date(), found.first.time())
        first = max(found.first, first_date(found.rule, begin.time(), begin))
        return _with_a_date(replace(found, first=first, duration=found.duration if own_hour else duration), now)
    except SeriesError:
        return refuse(Kind.BARREN).problem


def moved_rule(rule: str, to: datetime) -> str:
    """Return the rule of the same rhythm on another day: every Friday becomes every Thursday.

    Raises:
        SeriesError: the rule names several days, so that it is not clear which of them moves.

    """
    day = DAYS[to.weekday()]
    if found := _WEEKLY.fullmatch(rule):
        return f"FREQ=WEEKLY{found['every'] or ''};BYDAY={day}"
    if found := _NTH.fullmatch(rule):
        nth = "-1" if found["nth"] == "-1" and _is_last(to) else str((to.day - 1) // 7 + 1)
        return f"FREQ=MONTHLY{found['every'] or ''};BYDAY={nth}{day}"
    if found := _MONTHDAY.fullmatch(rule):
        return f"FREQ=MONTHLY{found['every'] or ''};BYMONTHDAY={to.day}"
    raise SeriesError(f"{rule} has several days in its rhythm")


def _with_a_date(series: Series, now: datetime) -> Series:
    if not upcoming(series, now, 1):
        raise SeriesError("no date to come")
    return series


def _end(typed: str) -> str:
    """Return an end as the reader of series knows it: a bare date is until then, a bare number so many times."""
    end = typed.strip()
    if _TIMES.fullmatch(end):
        return f"{end} times"
    if _DATE.fullmatch(end):
        return f"{end}まで"
    return end


def _days(how: str, local: datetime) -> tuple[str, ...]:
    """Return the meetup's own weekday as words: the day of the week, and its place in the month."""
    nth = (local.day - 1) // 7
    if _JAPANESE.search(how):
        day = f"{_JAPANESE_DAYS[local.weekday()]}曜"
        return (day, f"第{nth + 1}{day}")
    day = _ENGLISH_DAYS[local.weekday()]
    return (day, f"on the {_ORDINALS[nth]} {day}")


def _is_last(day: datetime) -> bool:
    return (day + _LAST_WEEK).month != day.month
