"""When something that happens at an hour of the day is due, in a zone whose clocks may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.config import CommunitySettings

WEEK = 7  # days
ONE = "-"  # the subject of a standing timer, of which a community has one


def at_local(day: datetime, at: time, zone: ZoneInfo) -> datetime:
    """Return an hour of a local day, UTC.

    An hour that does not exist on the day the clocks go forward is taken as much later as they went forward (02:30
    becomes 03:30); an hour that exists twice is taken the first time. Source: RFC 5545, section 3.3.5.
    """
    local = datetime.combine(day.date(), at, tzinfo=zone)  # fold=0: the first of two, the offset before a gap
    return local.astimezone(UTC)


def latest_daily(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the newest moment, not after ``now``, at which it was that hour in the zone; UTC."""
    today = now.astimezone(zone)
    moment = at_local(today, at, zone)
    while moment > now:
        today -= timedelta(days=1)
        moment = at_local(today, at, zone)
    return moment


def latest_weekly(weekday: int, at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the newest moment, not after ``now``, at which it was that hour of that day (0: Monday); UTC."""
    today = now.astimezone(zone)
    day = today - timedelta(days=(today.weekday() - weekday) % WEEK)
    moment = at_local(day, at, zone)
    return moment if moment <= now else at_local(day - timedelta(days=WEEK), at, zone)


def next_weekly(weekday: int, at: time, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first moment after ``after`` at which it is that hour of that day (0: Monday); UTC."""
    day = latest_weekly(weekday, at, zone, after).astimezone(zone)
    return at_local(day + timedelta(days=WEEK), at, zone)


def next_daily(at: time, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first moment after ``after`` at which it is that hour; UTC."""
    day = latest_daily(at, zone, after).astimezone(zone)
    return at_local(day + timedelta(days=1), at, zone)


def next_monthly(at: time, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the first moment after ``after`` at which it is that hour of a month's first day; UTC."""
    first = after.astimezone(zone).replace(day=1)
    moment = at_local(first, at, zone)
    return moment if moment > after else at_local((first + timedelta(days=32)).replace(day=1), at, zone)


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that comes again by itself. Its timer is kept by ``jobs.standing``; its event bears ``kind``.

    A moment that was missed comes once, late: whoever handles it looks for the newest slot that is over.
    """

    kind: str
    next: Callable[[CommunitySettings, datetime], datetime | None]  # the first moment after one; none: not at all
