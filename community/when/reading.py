"""When a meetup is, from words in Japanese or English: 来週の金曜19時, next Friday 7pm, 2026-12-04 19:00-21:00.

Nothing is guessed in silence. What cannot be taken comes back as a problem with a sentence and, where possible, with
choices; what can be taken in two ways comes back with a note. Words that nobody understood are a problem, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from community.when.clock import Clock, read_clock
from community.when.days import Day, find_day
from community.when.english import read_english_dates, warm_up
from community.when.said import Note, NoteKind, Refusal, When, WhenProblem, note, refuse
from community.when.said import ProblemKind as Kind
from community.when.wall import Wall, around_gap, look, moment, on_wall
from community.when.words import Slots, Text, read_days

__all__ = ["When", "WhenProblem", "read_when", "warm_up"]

LONGEST_TEXT = 120  # characters; the field of the form holds no more
FAR = timedelta(days=2 * 366)
MONTH_FIRST = (
    "Asia/Tokyo",
    "Japan",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Taipei",
    "America/",
    "US/",
)  # where 4/12 is April for nearly everybody
_MINUTE = timedelta(minutes=1)
_FILLERS = re.compile(
    r"\b(?:at|on|of|the|in|from|to|starts?|starting|begins?|beginning|and|a|for|until|till|day)\b"
    r"|開始|開催|スタート|から|より|まで|頃|ごろ|\(祝日?\)|次の|予定|です|[のにはで,.()・·@:/|\-]|[\s\x1f]"
)
_PARTS = re.compile(r"朝|夜|晩|夕方|昼|深夜|午前|午後|\b[ap]m\b")
_RULE = re.compile(r"毎週|毎月|毎日|隔週|\bevery\b|\beach\b|weekly|monthly|daily|週間?ごと|週間?おき")
_OFFSET = re.compile(r"\b(?:utc|gmt)(?:(?P<sign>[+-])(?P<h>[0-9]{1,2}):?(?P<m>[0-9]{2})?)?(?![0-9])")
_ZONE = re.compile(r"\b(?P<jst>jst)\b|(?P<ja>日本時間)の?")
TOKYO = ZoneInfo("Asia/Tokyo")


def read_when(typed: str, *, zone: ZoneInfo, now: datetime) -> When | WhenProblem:
    """Read when something is, in the organiser's zone."""
    try:
        return _read(typed, zone, now)
    except Refusal as refusal:
        return refusal.problem


def _read(typed: str, zone: ZoneInfo, now: datetime) -> When:
    check_length(typed)
    text, slots = Text(typed), Slots()
    clockwork = _read_zone(text, zone)
    if _RULE.search(text.left):
        raise refuse(Kind.SERIES)
    read_english_dates(text, slots)
    read_days(text, slots)
    clock = read_clock(text)
    check_leftover(text, typed, timed=clock is not None)
    if slots.ends and (clock is None or clock.end is None):
        raise refuse(Kind.CONFLICT, one=_day(slots.year, slots.month, slots.day), other=_day(*slots.ends))
    local = on_wall(now, clockwork)
    build = _Builder(clockwork, zone, now, clock)
    if slots.after is not None:
        return _later(slots, build, local)
    if not slots.dated():
        raise refuse(Kind.NO_DATE)
    day = find_day(slots, local, clock.start if clock else None)
    if clock is None:
        if day.wrong or day.day < local.date():
            raise _over_or_wrong(day, build)
        raise refuse(Kind.NO_TIME, day=day.day.isoformat())
    if day.wrong:
        raise _over_or_wrong(day, build)
    return build.when(day, slots)


def check_length(typed: str) -> None:
    """Refuse nothing, and more than a few words."""
    if not typed.strip():
        raise refuse(Kind.EMPTY)
    if len(typed) > LONGEST_TEXT:
        raise refuse(Kind.LONG)


def check_leftover(text: Text, typed: str, *, timed: bool) -> None:
    """Refuse words that nobody read."""
    left = _FILLERS.sub(" ", text.left if timed else _PARTS.sub(" ", text.left))
    if left.strip():
        printable = "".join(c for c in " ".join(left.split()) if c.isprintable())
        raise refuse(Kind.UNREAD, left=printable or typed.strip()[:1].encode("unicode_escape").decode())


def _read_zone(text: Text, zone: ZoneInfo) -> tzinfo:
    found: list[tzinfo] = []

    def offset(match: re.Match[str]) -> None:
        hours = timedelta(hours=int(match["h"] or 0), minutes=int(match["m"] or 0))
        if hours > timedelta(hours=14):
            raise refuse(Kind.UNREAD, left=match[0])
        found.append(timezone(-hours if match["sign"] == "-" else hours))

    text.take(_OFFSET, offset)
    text.take(_ZONE, lambda _: found.append(TOKYO))
    return found[0] if found else zone


class _Builder:
    """Makes moments of days and hours, and refuses hours that do not exist, exist twice, or are over."""

    def __init__(self, clockwork: tzinfo, zone: ZoneInfo, now: datetime, clock: Clock | None) -> None:
        self.clockwork, self.zone, self.now, self.clock = clockwork, zone, now, clock

    def when(self, day: Day, slots: Slots) -> When:
        """Return what was read, with its notes."""
        start = _at(day.day, self.clock.start if self.clock else 0)
        self._check_wall(start, day.day)
        taken = self._plain(start, day.day, end_day=slots.ends)
        if taken.start <= self.now:
            raise refuse(Kind.PAST, *self._again(day.day, slots), day=_shown(start, self.clock))
        if taken.start - self.now > FAR:
            raise refuse(Kind.FAR, taken, day=day.day.isoformat())
        return self._noted(taken, day, start)

    def _again(self, day: date, slots: Slots) -> tuple[When, ...]:
        """Return when it could be instead of a day that is over: tomorrow for today, the coming one for a weekday."""
        today = on_wall(self.now, self.clockwork).date()
        if slots.weekday is not None and slots.day is None:
            coming = today + timedelta(days=(day.weekday() - today.weekday()) % 7)
            return self.choices((coming, coming + timedelta(days=7)))[:1]
        return self.choices((today + timedelta(days=1),)) if day == today else ()

    def choices(self, days: Iterable[date]) -> tuple[When, ...]:
        """Return other days at the same hour, those alone that are to come and real."""
        if self.clock is None:
            return ()
        starts = [(day, _at(day, self.clock.start)) for day in days]
        whole = [self._plain(start, day) for day, start in starts if look(start, self.clockwork) is Wall.ONCE]
        return tuple(when for when in whole if when.start > self.now)

    def _plain(self, start: datetime, day: date, *, fold: int = 0, end_day: tuple[int, int, int] | None = None) -> When:
        """Return the moments. An end that comes twice is the first one after the start; RFC 5545 has the rest."""
        clock = self.clock
        begins = moment(start, self.clockwork, fold)
        ends: datetime | None = None
        if clock and clock.end is not None:
            try:
                wall = _at(date(*end_day) if end_day else day, clock.end % (24 * 60) if end_day else clock.end)
            except ValueError:
                raise refuse(Kind.NO_SUCH_DAY, said=_day(*end_day or ())) from None
            moments = (moment(wall, self.clockwork), moment(wall, self.clockwork, 1))
            ends = next((at for at in moments if at > begins), None)
            if ends is None:
                raise refuse(Kind.END)
        elif clock and clock.lasts is not None:
            ends = begins + clock.lasts
        return When(start=begins, end=ends, zone=self.zone.key)

    def _check_wall(self, start: datetime, day: date) -> None:
        kind = look(start, self.clockwork)
        shown = {"day": start.date().isoformat(), "hour": f"{start:%H:%M}"}
        if kind is Wall.NEVER:
            near = around_gap(start, self.clockwork)
            whens = [self._shifted(at, start, day) for at in near]
            raise refuse(
                Kind.NEVER,
                *(when for when in whens if when.start > self.now),
                **shown,
                before=_hour(near[0], start),
                after=_hour(near[1], start),
            )
        if kind is Wall.TWICE:
            both = (self._plain(start, day), self._plain(start, day, fold=1))
            raise refuse(Kind.TWICE, *(when for when in both if when.start > self.now), **shown)

    def _shifted(self, at: datetime, start: datetime, day: date) -> When:
        """Return the meetup at another hour: beside a gap it ends as said, else it lasts as long as said."""
        begins = moment(at, self.clockwork)
        clock = self.clock
        ends: datetime | None = None
        if clock and clock.end is not None:
            wall = _at(day, clock.end)
            ends = moment(wall if look(start, self.clockwork) is Wall.NEVER else wall + (at - start), self.clockwork)
            ends = ends if ends > begins else begins + (wall - start)
        elif clock and clock.lasts is not None:
            ends = begins + clock.lasts
        return When(start=begins, end=ends, zone=self.zone.key)

    def _noted(self, taken: When, day: Day, start: datetime) -> When:
        notes: list[Note] = []
        clock = self.clock
        for kind, other in day.others:
            if kind is NoteKind.ORDER and self.zone.key.startswith(MONTH_FIRST):
                continue
            instead = self.choices((other,))
            notes.append(note(kind, *instead, taken=day.day.isoformat(), other=other.isoformat()))
        if clock and clock.other is not None and clock.why:
            at = _at(day.day, clock.other)
            instead = ()
            if look(at, self.clockwork) is Wall.ONCE and moment(at, self.clockwork) > self.now:
                instead = (self._shifted(at, start, day.day),)
            notes.append(note(clock.why, *instead, taken=_full(start, clock.why), other=_full(at, clock.why)))
        if taken.local_end and taken.local_end.date() != taken.local.date():
            notes.append(note(NoteKind.OVERNIGHT, other=f"{taken.local_end:%Y-%m-%d %H:%M}"))
        return When(start=taken.start, end=taken.end, zone=taken.zone, notes=tuple(notes))


def _later(slots: Slots, build: _Builder, local: datetime) -> When:
    """Return a start counted from now, on the next full minute."""
    if build.clock and build.clock.lasts is None:
        raise refuse(Kind.CONFLICT, one=_span(slots.after), other=_shown(local, build.clock))
    start = (build.now + (slots.after or _MINUTE)).astimezone(UTC)
    start += (_MINUTE - timedelta(seconds=start.second, microseconds=start.microsecond)) % _MINUTE
    lasts = build.clock.lasts if build.clock else None
    return When(start=start, end=start + lasts if lasts else None, zone=build.zone.key)


def _day(*parts: int | None) -> str:
    return "-".join(f"{part:02}" for part in parts if part is not None)


def _span(length: timedelta | None) -> str:
    return f"+{length}"


def _over_or_wrong(day: Day, build: _Builder) -> Refusal:
    kind = day.wrong or Kind.PAST
    return refuse(kind, *build.choices(day.choices), day=day.day.isoformat())


def _at(day: date, minutes: int) -> datetime:
    """Return the naive local time that many minutes after a day's midnight, as the wall counts them."""
    return datetime.combine(day, time()) + timedelta(minutes=minutes)


def _shown(start: datetime, clock: Clock | None) -> str:
    return f"{start:%Y-%m-%d %H:%M}" if clock else start.date().isoformat()


def _hour(at: datetime, start: datetime) -> str:
    return f"{at:%H:%M}" if at.date() == start.date() else f"{at:%Y-%m-%d %H:%M}"


def _full(at: datetime, kind: NoteKind) -> str:
    return f"{at:%H:%M}" if kind is NoteKind.HALF else f"{at:%Y-%m-%d %H:%M}"
