"""From a time on the wall to a moment: whether it exists in a zone, once or twice.

``datetime.fold`` (PEP 495) is 0 for the first and 1 for the second of two equal hours; for an hour that was skipped,
fold 0 counts it with the offset from before the change. RFC 5545 (3.3.5) reads both cases the way fold 0 does.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

MINUTE = timedelta(minutes=1)
_LONGEST_GAP = timedelta(days=1)  # Samoa left out a whole day in 2011


class Wall(StrEnum):
    """What a time on the wall is on that day in that zone."""

    ONCE = "once"
    TWICE = "twice"  # the clocks go back over it
    NEVER = "never"  # the clocks go forward over it


def moment(local: datetime, zone: tzinfo, fold: int = 0) -> datetime:
    """Return the moment of a naive local time, in UTC, as RFC 5545 reads it."""
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def look(local: datetime, zone: tzinfo) -> Wall:
    """Tell whether a naive local time exists."""
    first, second = moment(local, zone), moment(local, zone, 1)
    if on_wall(first, zone) != local:
        return Wall.NEVER
    return Wall.ONCE if first == second else Wall.TWICE


def on_wall(at: datetime, zone: tzinfo) -> datetime:
    """Return what the wall shows at a moment, naive."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def around_gap(local: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the times nearest to one that does not exist: the last minute before the change and the first after it."""
    low, high = local - _LONGEST_GAP - MINUTE, local
    while high - low > MINUTE:  # the gap is without holes, so halving finds its edge
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle in (low, high):
            break
        low, high = (low, middle) if look(middle, zone) is Wall.NEVER else (middle, high)
    before = low
    after = on_wall(moment(before, zone) + MINUTE, zone)
    return before, after
