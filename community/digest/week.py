"""Which week a digest tells of: slots in a zone whose clocks may change, and the span between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from community.config import CommunitySettings
from community.hours.schedule import latest_weekly, next_weekly
from community.when.zones import zone_or

MAX_LATE = timedelta(days=6)  # later than this the next one is near, and tells more
_MIDDLE = timedelta(days=3, hours=12)
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Week:
    """One digest's week: its name, when it is posted, and what it tells of (the begin not included, the end is)."""

    name: str  # ISO 8601, the week in which most of its days lie: 2026-W47
    slot: datetime
    since: datetime
    until: datetime


def zone_of_digest(settings: CommunitySettings) -> ZoneInfo:
    """Return the zone in which the digest's hour is meant."""
    return zone_or(None, settings.time_zone)


def is_wanted(settings: CommunitySettings) -> bool:
    """Say whether a digest is posted at all: it is switched on, and has a channel."""
    return settings.digest.enabled and any(w.channels.digest for w in settings.workspaces)


def next_slot(settings: CommunitySettings, after: datetime) -> datetime | None:
    """Return when the next digest comes, where one is wanted."""
    return coming_slot(settings, after) if is_wanted(settings) else None


def coming_slot(settings: CommunitySettings, after: datetime) -> datetime:
    """Return the first slot after a moment."""
    return next_weekly(settings.digest.day, settings.digest.hour, zone_of_digest(settings), after)


def latest_slot(settings: CommunitySettings, now: datetime) -> datetime:
    """Return the newest slot that is over, or is just now."""
    return latest_weekly(settings.digest.day, settings.digest.hour, zone_of_digest(settings), now)


def week_over(settings: CommunitySettings, now: datetime, told_until: datetime | None) -> Week | None:
    """Return the week of the newest slot; none where that was too long ago to be told of.

    ``told_until`` is how far the digest before it told.
    """
    slot = latest_slot(settings, now)
    return None if now - slot > MAX_LATE else _week(settings, slot, slot, told_until)


def week_running(settings: CommunitySettings, now: datetime, told_until: datetime | None) -> Week:
    """Return the week of the slot to come, as far as it has run."""
    return _week(settings, coming_slot(settings, now), now, told_until)


def name_of_slot(settings: CommunitySettings, slot: datetime) -> str:
    """Return the name of the week that a slot's digest tells of."""
    year, week, _ = (slot - _MIDDLE).astimezone(zone_of_digest(settings)).isocalendar()
    return f"{year}-W{week:02}"


def _week(settings: CommunitySettings, slot: datetime, until: datetime, told_until: datetime | None) -> Week:
    """Return a slot's week. It begins where the digest before it ended, unless that one is missing.

    A digest that was posted early told less than its week, so the next one tells the rest; one that is missing is
    never made up for: after a long absence people want the last week, not all of it.
    """
    since = latest_slot(settings, slot - _MOMENT)
    if told_until is not None and latest_slot(settings, since - _MOMENT) < told_until < until:
        since = told_until
    return Week(name_of_slot(settings, slot), slot, since, until)
