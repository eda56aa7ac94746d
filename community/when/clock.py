"""Reads the hours in words for a time: 19時半, 夜7時, 7-9pm, 19:00から2時間. A time is in minutes after midnight.

Hours past 24, as late shows in Japan count them (25時), and nights belong to the day before.
"""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec

from community.when.said import NoteKind, ProblemKind, refuse
from community.when.words import GONE, Text

HOUR = 60
NOON = 12 * HOUR
DAY = 24 * HOUR
_LATEST = 29  # 29時 is five in the morning; nobody counts further
_MINUTES = 60
_PARTS = r"午前|午後|早朝|朝|お?昼|夕方|夕|深夜|夜中|夜|晩|未明|am|pm|a\.m\.|p\.m\."
_AFTER = r"am\b|pm\b|h\b|a\.m\.?|p\.m\.?|o'?clock|in the (?:morning|afternoon|evening)|at night"
_ATOM = (
    rf"(?:(?P<{{0}}part>{_PARTS})の?\s*(?:at\s+)?)?(?:(?P<{{0}}word>正午|noon\b|midnight\b)|(?P<{{0}}h>[0-9]{{{{1,2}}}})"
    rf"(?:\s*(?P<{{0}}colon>:)\s*(?P<{{0}}m>[0-9]{{{{2}}}})(?::00)?|\s*(?P<{{0}}ji>時)(?!間)\s*"
    rf"(?:(?P<{{0}}jm>[0-9]{{{{1,2}}}})\s*分|(?P<{{0}}half>半))?)?"
    rf"(?:\s*(?P<{{0}}ap>{_AFTER}))?)(?![0-9]|\s*(?:[:/%]|時間|分))"
)
_RANGE = re.compile(
    rf"(?<![0-9:/.])(?:from\s+)?{_ATOM.format('a')}\s*{GONE}?\s*(?:-|から|to\b|until\b|till\b)\s*{GONE}?\s*{_ATOM.format('b')}"
)
_ONE = re.compile(rf"(?<![0-9:/.])(?P<at>\bat\s+|@\s*)?{_ATOM.format('a')}")
_HOURS = re.compile(
    r"(?:から|for|-)?\s*(?P<h>[0-9]{1,2}(?:\.5)?)\s*(?:時間(?!後)|hours?\b|hrs?\b|(?<=for [0-9])h\b)"
    r"(?:\s*(?:(?P<m>[0-9]{1,2})\s*(?:分|min\w*)|(?P<half>半)))?"
    r"|(?:から|for|-)?\s*(?P<only>[0-9]{1,3})\s*(?:分間|min(?:ute)?s?\b)|から\s*(?P<short>[0-9]{1,3})\s*分(?!後)"
)
_WORDS = {"in the morning": "朝", "in the afternoon": "pm", "in the evening": "夜", "at night": "夜"}
_MORNING, _NOONISH, _EVENING = range(12), range(10, 18), range(15, 20)
_BY_DAY = {
    "朝": _MORNING, "早朝": _MORNING, "未明": _MORNING, "昼": _NOONISH, "お昼": _NOONISH,
    "夕方": _EVENING, "夕": _EVENING,
}  # fmt: skip
_NIGHT = ("夜", "晩", "深夜", "夜中")
_AFTER_MIDNIGHT = range(5)  # one to four at night come after midnight
_AFTERNOON = range(13, 17)  # is no night
_MAYBE_EVENING = range(1, 9)  # meetups begin at 9, hardly at 8, in the morning
_OVERNIGHT = 12 * HOUR  # 22:00-1:00 ends on the next day; 21:00-19:00 is a slip


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """The hours of a meetup, in minutes after midnight of its day."""

    start: int
    end: int | None = None
    lasts: timedelta | None = None
    other: int | None = None  # another reading of the start
    why: NoteKind | None = None  # what the other reading is about


class _Read(msgspec.Struct, frozen=True, kw_only=True):
    """One time of day as it was written."""

    hour: int
    minute: int
    part: str  # 夜, am, …; empty
    marked: bool  # it can be nothing but a time
    padded: bool  # 07:00 is the morning
    said: str

    def plain(self) -> int:
        return self.hour * HOUR + self.minute


def read_clock(text: Text) -> Clock | None:
    """Take out the hours, or nothing where there are none."""
    lasts = _read_length(text)
    found: list[tuple[_Read, _Read | None]] = []
    text.take(_RANGE, lambda m: _keep(m, found, both=True))
    text.take(_ONE, lambda m: _keep(m, found, both=False))
    if not found:
        return None
    times = [_clock(start, end, lasts) for start, end in found]
    if lasts and times[0].end not in (None, times[0].start + lasts // timedelta(minutes=1)):
        raise refuse(ProblemKind.END)
    for other, (read, _) in zip(times[1:], found[1:], strict=True):
        if other != times[0]:
            raise refuse(ProblemKind.CONFLICT, one=found[0][0].said, other=read.said)
    return times[0]


def _read_length(text: Text) -> timedelta | None:
    found: list[timedelta] = []

    def keep(match: re.Match[str]) -> None:
        if only := match["only"] or match["short"]:
            found.append(timedelta(minutes=int(only)))
        else:
            minutes = 30 if match["half"] else int(match["m"] or 0)
            found.append(timedelta(hours=float(match["h"]), minutes=minutes))

    text.take(_HOURS, keep)
    if len(set(found)) > 1 or timedelta(0) in found:
        raise refuse(ProblemKind.END)
    return found[0] if found else None


def _keep(match: re.Match[str], found: list[tuple[_Read, _Read | None]], *, both: bool) -> str:
    start = _read(match, "a")
    end = _read(match, "b") if both else None
    certain = start.marked or (end and end.marked) or (not both and match["at"])
    if not certain:
        return match[0]  # a bare number is no time; whoever looks at what is left will say so
    found.append((start, end))
    return ""


def _read(match: re.Match[str], which: str) -> _Read:
    def group(name: str) -> str:
        return match[which + name] or ""

    after = group("ap").replace(".", "")
    part = group("part").replace(".", "") or _WORDS.get(after, after if after in ("am", "pm") else "")
    if group("word"):
        midnight = group("word") == "midnight"
        return _Read(
            hour=0 if midnight else 12,
            minute=0,
            part="深夜" if midnight else "昼",
            marked=True,
            padded=True,
            said=group("word"),
        )
    minute = 30 if group("half") else int(group("m") or group("jm") or 0)
    said = match[0].replace(GONE, "").strip()
    read = _Read(
        hour=int(group("h")),
        minute=minute,
        part=part,
        marked=bool(part or group("colon") or group("ji") or after),
        padded=group("h").startswith("0"),
        said=said,
    )
    if read.hour > _LATEST or read.minute >= _MINUTES:
        raise refuse(ProblemKind.NO_SUCH_TIME, said=said)
    return read


def _clock(start: _Read, end: _Read | None, lasts: timedelta | None) -> Clock:
    if end is None:
        minutes, other, why = _start(start)
        return Clock(start=minutes, lasts=lasts, other=other, why=why)
    if end.part and not start.part and start.hour <= NOON // HOUR and not start.padded:
        # 7-9pm begins in the evening, 11am is meant by 11-1pm; 18:00-9pm needs no help
        closing = _start(end)[0]
        opening = [at for at in (start.plain() % NOON + NOON, start.plain()) if at < closing]
        if not opening:
            raise refuse(ProblemKind.END)
        return Clock(start=opening[0], end=closing, lasts=lasts)
    minutes, other, why = _start(start)
    if end.part:
        closing = _start(end)[0]
    elif start.part and end.hour <= NOON // HOUR:
        closing = next(at for at in (end.plain(), end.plain() + NOON, end.plain() + DAY) if at > minutes % DAY)
        closing += minutes // DAY * DAY
    else:
        closing = end.plain()
    if closing <= minutes:
        closing += DAY
    if closing - minutes > _OVERNIGHT and closing > DAY:
        raise refuse(ProblemKind.END)
    return Clock(start=minutes, end=closing, other=other, why=why)


def _start(read: _Read) -> tuple[int, int | None, NoteKind | None]:
    """Return the minutes, and where two readings are possible the other one and why."""
    if read.part in _NIGHT:
        return _night(read)
    if read.part in _BY_DAY:
        at = read.plain()
        found = next((choice for choice in (at, at + NOON) if choice // HOUR in _BY_DAY[read.part]), None)
        if found is None:
            raise refuse(ProblemKind.NO_SUCH_TIME, said=read.said)
        return found, None, None
    if read.part:
        return _half_day(read), None, None
    if read.hour in _MAYBE_EVENING and not read.padded:
        return read.plain(), read.plain() + NOON, NoteKind.HALF
    return read.plain(), None, None


def _night(read: _Read) -> tuple[int, int | None, NoteKind | None]:
    at = read.plain()
    if read.hour in _AFTER_MIDNIGHT:
        return at + DAY, at, NoteKind.NIGHT
    if read.hour == NOON // HOUR:
        return at + NOON, at - NOON, NoteKind.NIGHT
    if read.hour in _AFTERNOON:
        raise refuse(ProblemKind.NO_SUCH_TIME, said=read.said)
    return (at if at >= NOON else at + NOON), None, None


def _half_day(read: _Read) -> int:
    twelve = NOON // HOUR
    if read.hour == twelve and read.part in ("午前", "午後"):
        raise refuse(ProblemKind.TWELVE, said=read.said)
    if read.part in ("am", "午前"):
        if read.hour > twelve:
            raise refuse(ProblemKind.NO_SUCH_TIME, said=read.said)
        return read.plain() % NOON
    if read.hour >= DAY // HOUR:
        raise refuse(ProblemKind.NO_SUCH_TIME, said=read.said)
    return read.plain() if read.hour >= twelve else read.plain() + NOON
