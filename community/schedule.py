"""When something that happens at an hour of the day is due, in a zone whose clocks may change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


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
