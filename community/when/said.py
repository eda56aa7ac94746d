"""What was read from somebody's words for a time, what is worth asking back, and why it could not be taken.

A sentence is a message of the catalogues, its English text the key. Days and hours in its values are written in
numbers (2026-12-04, 19:00), which are the same in every language.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from chat.marks import msg
from community.when.wall import Wall, look


class NoteKind(StrEnum):
    """What the organiser should look at before confirming."""

    WEEK = "week"  # weeks that begin on Sunday would put it elsewhere
    NEXT = "next"  # "next Friday" is the coming one for some
    TODAY = "today"  # a weekday that is today's
    HALF = "half"  # 7 o'clock: morning or evening
    NIGHT = "night"  # one in the night: of this day or after it
    ORDER = "order"  # 4/12: April or December
    OVERNIGHT = "overnight"  # it ends on another day


class ProblemKind(StrEnum):
    """Why words could not be taken for a time."""

    EMPTY = "empty"
    LONG = "long"
    UNREAD = "unread"  # some words make no sense here
    CONFLICT = "conflict"  # two dates, or two times
    NO_DATE = "no_date"
    NO_TIME = "no_time"
    NO_HOUR = "no_hour"  # the same for a series
    NO_SUCH_DAY = "no_such_day"
    NO_SUCH_TIME = "no_such_time"
    WEEKDAY = "weekday"  # the date has another weekday
    TWELVE = "twelve"  # 午後12時
    PAST = "past"
    FAR = "far"
    NEVER = "never"
    TWICE = "twice"
    END = "end"
    SERIES = "series"  # a rule where one date was asked for
    NO_RULE = "no_rule"  # one date where a rule was asked for
    NO_END = "no_end"
    BARREN = "barren"  # the rule has no date to come
    COUNTRY = "country"


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at. ``instead`` is the other reading, for a button."""

    kind: NoteKind
    text: str
    values: dict[str, str | int] = {}
    instead: When | None = None


class When(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when. Moments are in UTC; ``zone`` is the one it was said in."""

    start: datetime
    end: datetime | None
    zone: str
    notes: tuple[Note, ...] = ()

    @property
    def local(self) -> datetime:
        """The start as the organiser sees it."""
        return self.start.astimezone(ZoneInfo(self.zone))

    @property
    def local_end(self) -> datetime | None:
        """The end as the organiser sees it."""
        return self.end.astimezone(ZoneInfo(self.zone)) if self.end else None

    @property
    def duration(self) -> timedelta | None:
        """How long it takes, by the watch rather than by the wall."""
        return self.end - self.start if self.end else None

    @property
    def canonical(self) -> str:
        """What was understood, in a form that reads back as the same."""
        zone, local, end = ZoneInfo(self.zone), self.local, self.local_end
        text = f"{local:%Y-%m-%d %H:%M}"
        if end:
            text += f"-{end:%H:%M}" if end.date() == local.date() else f" - {end:%Y-%m-%d %H:%M}"
        if look(local.replace(tzinfo=None, fold=0), zone) is Wall.TWICE:
            text += f" {local:UTC%z}"
        return text


class WhenProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why it cannot be taken, in words that help. ``choices`` are what may have been meant, for buttons."""

    kind: ProblemKind
    text: str
    values: dict[str, str | int] = {}
    choices: tuple[When, ...] = ()


class Refusal(Exception):  # noqa: N818 - it carries a problem from deep in a reading to its top, and is no error
    """Ends a reading early."""

    def __init__(self, problem: WhenProblem) -> None:
        super().__init__(problem.kind)
        self.problem = problem


def refuse(kind: ProblemKind, *choices: When, **values: str | int) -> Refusal:
    """Return the refusal of a kind, with its sentence."""
    return Refusal(WhenProblem(kind=kind, text=SENTENCES[kind], values=values, choices=choices))


def note(kind: NoteKind, instead: When | None = None, **values: str | int) -> Note:
    """Return a note of a kind, with its sentence."""
    return Note(kind=kind, text=NOTES[kind], values=values, instead=instead)


NOTES = {
    NoteKind.WEEK: msg("I let weeks begin on Monday, so this is {taken}. Counted from Sunday it would be {other}."),
    NoteKind.NEXT: msg("I took “next” for the week after this one: {taken}. The coming one is {other}."),
    NoteKind.TODAY: msg("That is today. If you mean the one in a week, it is {other}."),
    NoteKind.HALF: msg("I took it for {taken}. For the evening, write {other}."),
    NoteKind.NIGHT: msg("In the night between two days: I took {taken}. It could also be {other}."),
    NoteKind.ORDER: msg("I read the month first: {taken}. With the day first it would be {other}."),
    NoteKind.OVERNIGHT: msg("It ends on the next day, {other}."),
}

SENTENCES = {
    ProblemKind.EMPTY: msg("When is it? For example: next Friday 7pm, or 2026-12-04 19:00-21:00."),
    ProblemKind.LONG: msg("That is more than I can read. Just the day and the hour, like 2026-12-04 19:00-21:00."),
    ProblemKind.UNREAD: msg("I don't understand “{left}”. Try a day and an hour, like next Friday 7pm."),
    ProblemKind.CONFLICT: msg("I found both “{one}” and “{other}”. Which one is it? Write only that."),
    ProblemKind.NO_DATE: msg("On which day? Add it to the hour, like Friday 19:00 or 2026-12-04 19:00."),
    ProblemKind.NO_TIME: msg("At what time on {day}? For example: {day} 19:00-21:00."),
    ProblemKind.NO_HOUR: msg("At what time? For example: every Friday 19:00-21:00."),
    ProblemKind.NO_SUCH_DAY: msg("“{said}” is not in the calendar. Please look at the date once more."),
    ProblemKind.NO_SUCH_TIME: msg("“{said}” is not a time of day. Write it like 19:00 or 7pm."),
    ProblemKind.WEEKDAY: msg("The date and the weekday do not go together. Which of them did you mean?"),
    ProblemKind.TWELVE: msg("“{said}” can be noon or midnight. Write 12:00 or 24:00."),
    ProblemKind.PAST: msg("{day} is over. Which day did you mean?"),
    ProblemKind.FAR: msg("{day} is more than two years ahead. Is the year right?"),
    ProblemKind.NEVER: msg(
        "On {day} the clocks go forward and {hour} is left out. The nearest times are {before} and {after}."
    ),
    ProblemKind.TWICE: msg("On {day} the clocks go back and {hour} comes twice. The first or the second?"),
    ProblemKind.END: msg("It would end before it begins. Write both, like 19:00-21:00."),
    ProblemKind.SERIES: msg("That sounds like a series. Say when the first one is, and choose how it repeats."),
    ProblemKind.NO_RULE: msg(
        "How does it repeat? For example: every Monday 19:00, every two weeks, or third Friday 19:00."
    ),
    ProblemKind.NO_END: msg("When does the series end? Add “until 2027-03-31” or “10 times”, or choose “no end”."),
    ProblemKind.BARREN: msg(
        "With this rule there is no meetup to come, or far too many. Please look at its end and at what is left out."
    ),
    ProblemKind.COUNTRY: msg("I don't know the national holidays of “{country}”. Write a code like JP or DE."),
}
