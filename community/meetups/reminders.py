"""When a member is reminded of a meetup: as they chose, by their own clock, not at night, and never twice.

A reminder is asked for by its kind. Where its moment falls into quiet hours it moves to the nearest decent moment that
still makes sense for its kind. Where there is none it is dropped, except the last one before the start, which comes at
its own hour: whoever goes to a meetup at six in the morning would rather be woken than miss it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from community.hours.quiet_hours import QuietHours, is_quiet
from community.when.wall import moment, on_wall

MORNING = time(9)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EARLY = timedelta(minutes=15)  # a reminder that moves before the quiet hours leaves time to read it
APART = timedelta(minutes=45)  # of two reminders closer than this the later one is enough


class ReminderKind(StrEnum):
    """What a member can choose; of two at one moment the last in this order counts as the last."""

    DAY = "day"  # at the same time of day, the day before
    MORNING = "morning"  # of the day itself
    HOUR = "hour"  # an hour before


DEFAULT = frozenset({ReminderKind.DAY, ReminderKind.HOUR})


class _Sense(msgspec.Struct, frozen=True):
    """How far before the start a reminder of a kind still says what it is meant to say, and how late it may come."""

    earliest: timedelta
    latest: timedelta
    again: timedelta  # after a change of time it comes again only if it is at least this much later than the first
    late: timedelta  # how long after its moment it may be sent, when the bot was away


_SENSE = {
    ReminderKind.DAY: _Sense(36 * HOUR, 3 * HOUR, 12 * HOUR, 6 * HOUR),
    ReminderKind.MORNING: _Sense(14 * HOUR, HOUR, 12 * HOUR, 2 * HOUR),
    ReminderKind.HOUR: _Sense(3 * HOUR, timedelta(minutes=10), timedelta(minutes=30), timedelta(minutes=40)),
}


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to remind, and how they want it."""

    zone: ZoneInfo
    kinds: frozenset[ReminderKind] = DEFAULT
    quiet: QuietHours | None = None


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A reminder that has gone out to this member for this meetup."""

    kind: ReminderKind
    at: datetime


class Reminder(msgspec.Struct, frozen=True, kw_only=True):
    """One reminder to come."""

    kind: ReminderKind
    at: datetime  # UTC


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What to do now, and when to look again; none: never, unless something changes."""

    now: Reminder | None = None
    look_again: datetime | None = None


def plan_reminders(
    starts: datetime, reader: Reader, *, told: datetime, sent: Sequence[Sent] = ()
) -> tuple[Reminder, ...]:
    """Return the reminders of a member for one meetup, the first one first.

    ``told`` is when the member was last told of the time: when they took their seat, or when they heard of a change.
    What would have come before is not sent afterwards.
    """
    wanted = [kind for kind in ReminderKind if kind in reader.kinds]
    own = sorted(((_own_moment(kind, starts, reader.zone), kind) for kind in wanted), key=lambda pair: pair[0])
    planned: list[Reminder] = []
    for at, kind in own:
        last = (at, kind) == own[-1]
        placed = _place(kind, at, starts, reader, told=told, last=last) if at > told else None
        if placed is not None and not _has_come(kind, placed, sent):
            planned.append(Reminder(kind=kind, at=placed))
    planned.sort(key=lambda reminder: reminder.at)
    enough = [one for one, after in pairwise(planned) if after.at - one.at >= APART]
    return (*enough, *planned[-1:])


def what_is_due(starts: datetime, reader: Reader, now: datetime, *, told: datetime, sent: Sequence[Sent] = ()) -> Due:
    """Decide which reminder goes out now: at most one, not long after its moment, and none once it has begun."""
    if now >= starts:
        return Due()
    plan = plan_reminders(starts, reader, told=told, sent=sent)
    ready = [one for one in plan if one.at <= now <= one.at + _SENSE[one.kind].late]
    ahead = [one.at for one in plan if one.at > now]
    return Due(now=ready[-1] if ready else None, look_again=min(ahead, default=None))


def _own_moment(kind: ReminderKind, starts: datetime, zone: ZoneInfo) -> datetime:
    local = on_wall(starts, zone)
    match kind:
        case ReminderKind.DAY:
            return moment(local - DAY, zone)
        case ReminderKind.MORNING:
            return min(moment(datetime.combine(local.date(), MORNING), zone), starts.astimezone(UTC) - HOUR)
        case ReminderKind.HOUR:
            return starts.astimezone(UTC) - HOUR


def _place(
    kind: ReminderKind, at: datetime, starts: datetime, reader: Reader, *, told: datetime, last: bool
) -> datetime | None:
    """Return the moment itself, or the nearest decent one that makes sense, or nothing."""
    if not is_quiet(reader.quiet, at, reader.zone) or reader.quiet is None:
        return at
    sense = _SENSE[kind]
    decent = [
        one
        for one in _edges(reader.quiet, at, reader.zone)
        if max(told, starts - sense.earliest) < one <= starts - sense.latest
        and not is_quiet(reader.quiet, one, reader.zone)
    ]
    if decent:
        return min(decent, key=lambda one: abs(one - at))
    return at if last else None


def _edges(quiet: QuietHours, at: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the decent moments beside the quiet hours around a moment: shortly before they begin, and their end."""
    today = on_wall(at, zone).date()
    found: list[datetime] = []
    for day in (today - DAY, today, today + DAY):
        found.append(moment(datetime.combine(day, quiet.start), zone) - EARLY)
        found.extend(moment(datetime.combine(day, quiet.end), zone, fold) for fold in (0, 1))
    return found


def _has_come(kind: ReminderKind, at: datetime, sent: Sequence[Sent]) -> bool:
    return any(one.kind is kind and at - one.at < _SENSE[kind].again for one in sent)
