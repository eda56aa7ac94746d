"""Days and hours as people write them, in what is said back to who typed a time: 12月4日(金) 19:00〜21:00."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from chat.text import RichText
from community.meetups.series_text import ORDINALS, WEEKDAYS
from community.when.reading import read_when
from community.when.said import Note, ProblemKind, When, WhenProblem
from locales import Translator

_DAY = re.compile(r"(?:(?P<y>[0-9]{4})-)?(?P<m>[0-9]{2})-(?P<d>[0-9]{2})(?: (?P<hour>[0-9]{2}:[0-9]{2}))?")
_NTH = re.compile(r"(?P<nth>-?[1-5]) × (?P<weekday>[A-Z][a-z]{2})")
_OF_MONTH = re.compile(r"[0-9]{1,2}")
_DASH = {"en": "–", "ja": "〜"}
_MONTHS = 12


def problem_text(problem: WhenProblem, t: Translator, now: datetime) -> str:
    """Return why a time could not be taken, and what can be written instead."""
    values = _readable(problem.values, t, now)
    if problem.kind is ProblemKind.NO_SUCH_DAY:
        values = {key: _no_day_in(str(value), t) for key, value in values.items()}
    said = t.line(problem.text, **values)
    if not problem.choices:
        return said
    return (
        said + " " + t.line("You can write: {choices}", choices=" / ".join(written(c, t, now) for c in problem.choices))
    )


def note_text(note: Note, t: Translator, now: datetime) -> RichText:
    """Return what an organiser should look at."""
    return t(note.text, **_readable(note.values, t, now))


def written(when: When, t: Translator, now: datetime) -> str:
    """Return a time in words that people would write, and that read back as the same; else in numbers that do."""
    zone = ZoneInfo(when.zone)
    said = f"{t.date(when.start, zone, now=now)} {when.local:%H:%M}"
    if when.local_end:
        said += f"{_DASH[t.language]}{when.local_end:%H:%M}"
    read = read_when(said, zone=zone, now=now)
    same = isinstance(read, When) and (read.start, read.end) == (when.start, when.end)
    return said if same else when.canonical


def _readable(values: Mapping[str, str | int], t: Translator, now: datetime) -> dict[str, str | int]:
    return {k: _day_in(v, t, now) if isinstance(v, str) and k != "left" else v for k, v in values.items()}


def _day_in(value: str, t: Translator, now: datetime) -> str:
    """Return a value with its day as people write it; what is no day stays as it is."""
    found = _DAY.fullmatch(value)
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"])) if found and found["y"] else None
    except ValueError:
        return value
    if found is None or day is None:
        return value
    said = t.day(day, today=now.date())
    return f"{said} {found['hour']}" if found["hour"] else said


def _no_day_in(value: str, t: Translator) -> str:
    """Return a day that is in no calendar as people would write it: 2月30日, fifth Friday."""
    if (found := _NTH.fullmatch(value)) and (weekday := WEEKDAYS.get(found["weekday"][:2].upper())):
        ordinal = ORDINALS[found["nth"]]
        return t.line(ordinal, weekday=t.line(weekday))
    if _OF_MONTH.fullmatch(value):
        return t.line("day {day}", day=value)
    found = _DAY.fullmatch(value)
    if found is None or not 1 <= int(found["m"]) <= _MONTHS:
        return value
    month, day = int(found["m"]), int(found["d"])
    name = get_month_names("abbreviated", locale=t.locale)[month]
    return f"{month}月{day}日" if t.language == "ja" else f"{day} {name}"


__all__ = ["note_text", "problem_text", "written"]
