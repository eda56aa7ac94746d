"""Waking time: how long somebody is awake between two moments, and when an amount of it has run."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.hours.quiet_hours import QuietHours, is_quiet

NIGHT = QuietHours(time(22), time(8))  # of who has said no quiet hours
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NOTHING = timedelta()


def waking_end(
    begin: datetime, length: timedelta, quiet: QuietHours | None, zone: ZoneInfo, limit: datetime
) -> datetime:
    """Return when ``length`` of waking time has run from ``begin`` on; at the latest ``limit``."""
    left = length
    for start, end in _awake(begin, limit, quiet or NIGHT, zone):
        if end - start >= left:
            return start + left
        left -= end - start
    return limit


def waking_time(begin: datetime, end: datetime, quiet: QuietHours | None, zone: ZoneInfo) -> timedelta:
    """Return how long somebody is awake between two moments."""
    return sum((stop - start for start, stop in _awake(begin, end, quiet or NIGHT, zone)), _NOTHING)


def next_waking(begin: datetime, quiet: QuietHours | None, zone: ZoneInfo, limit: datetime) -> datetime | None:
    """Return the first waking moment from ``begin`` on; none before ``limit``."""
    return next((start for start, _ in _awake(begin, limit, quiet or NIGHT, zone)), None)


def _awake(begin: datetime, end: datetime, quiet: QuietHours, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches of waking time, in order.

    Between two neighbouring moments of ``_turns`` nothing can change, so asking at the first of them is enough. All
    arithmetic is done in UTC: an hour is an hour, whatever the clocks on the wall do.
    """
    begin, end = begin.astimezone(UTC), end.astimezone(UTC)
    while begin < end:
        day_end = min(begin + _DAY, end)
        moments = [begin, *(m for m in _turns(begin, day_end, quiet, zone) if begin < m < day_end), day_end]
        for start, stop in itertools.pairwise(moments):
            if not is_quiet(quiet, start, zone):
                yield start, stop
        begin = day_end


def _turns(begin: datetime, end: datetime, quiet: QuietHours, zone: ZoneInfo) -> list[datetime]:
    """Return the moments of about a day at which quiet may begin or end: the two hours, and a change of clocks."""
    first = begin.astimezone(zone).date() - _DAY
    turns = {
        datetime.combine(first + day * _DAY, hour, zone).replace(fold=fold).astimezone(UTC)
        for day in range(4)  # the day before and after: a zone may skip a calendar day (Samoa, 2011)
        for hour in (quiet.start, quiet.end)
        for fold in (0, 1)
    }
    if begin.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
        turns.add(_change_of_clocks(begin, end, zone))
    return sorted(turns)


def _change_of_clocks(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second of the new offset between two moments, by halving."""
    old = before.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
