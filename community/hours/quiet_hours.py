"""When somebody wants no messages, and when a nudge would be welcome."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

MORNING = time(9)  # nobody is nudged before the working day begins
EVENING = time(20)  # nor when it is time for the family
_DAYS_AHEAD = 4  # a zone that skips a calendar day (Samoa, 2011) still leaves three to look at
_LATE = timedelta(hours=1)
_MINUTES = 60
_HOURS = 24
_NOON = 12

_CLOCK = (
    r"(?P<{0}half>午前|午後)?\s*(?P<{0}h>\d{{1,2}})\s*"
    r"(?:[:時h]\s*(?P<{0}m>\d{{1,2}})?\s*分?)?\s*(?P<{0}ap>am|pm|a\.m\.|p\.m\.)?"
)
_RANGE = re.compile(rf"{_CLOCK.format('a')}\s*(?:-|~|to|until|から)\s*{_CLOCK.format('b')}\s*(?:まで)?")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー〜～", "-"))


class QuietHours(msgspec.Struct, frozen=True):
    """From when to when, in the member's own time; a start after the end reaches over midnight."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def parse_quiet_hours(typed: str) -> QuietHours:
    """Read quiet hours as people write them: ``22:00-8:00``, ``10pm to 8am``, ``22時〜8時``, ``午後10時から午前8時``.

    Raises:
        ValueError: where it is no such range, or one without length.

    """
    text = unicodedata.normalize("NFKC", typed).lower().translate(_DASHES).strip()
    match = _RANGE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a range of hours: {typed[:40]!r}")
    hours = QuietHours(_clock(match, "a"), _clock(match, "b"))
    if hours.start == hours.end:
        raise ValueError("the range has no length")
    return hours


def _clock(match: re.Match[str], which: str) -> time:
    hour, minute = int(match[which + "h"]), int(match[which + "m"] or 0)
    after_noon = match[which + "half"] == "午後" or (match[which + "ap"] or "").startswith("p")
    before_noon = match[which + "half"] == "午前" or (match[which + "ap"] or "").startswith("a")
    if (after_noon or before_noon) and hour > _NOON:
        raise ValueError(f"no such hour: {match[0]!r}")
    if after_noon and hour < _NOON:
        hour += _NOON
    elif before_noon and hour == _NOON:
        hour = 0
    if hour == _HOURS and minute == 0:
        hour = 0
    if hour >= _HOURS or minute >= _MINUTES:
        raise ValueError(f"no such time of day: {match[0]!r}")
    return time(hour, minute)


def is_quiet(hours: QuietHours | None, now: datetime, zone: ZoneInfo) -> bool:
    """Tell whether somebody in this zone wants no messages now."""
    if hours is None:
        return False
    local = now.astimezone(zone).time().replace(tzinfo=None)
    if hours.start <= hours.end:
        return hours.start <= local < hours.end
    return local >= hours.start or local < hours.end


def is_decent(
    hours: QuietHours | None, now: datetime, zone: ZoneInfo, *, earliest: time = MORNING, latest: time = EVENING
) -> bool:
    """Tell whether a nudge would be welcome now: by day, and outside the quiet hours."""
    return earliest <= now.astimezone(zone).time() < latest and not is_quiet(hours, now, zone)


def later_by_day(due: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return when something that is late should come, where it would come at night now; none: let it come.

    What comes in its own hour comes whenever that is: somebody chose it.
    """
    later = next_decent_moment(None, now, zone) if now - due > _LATE else None
    return later if later is not None and later > now else None


def next_decent_moment(
    hours: QuietHours | None, now: datetime, zone: ZoneInfo, *, earliest: time = MORNING, latest: time = EVENING
) -> datetime | None:
    """Return the first moment from now on at which a nudge would be welcome; none where there is never one.

    Only a few moments can be the first: now, the start of the day, and the end of the quiet hours. Each is turned into
    a real moment and asked again, so a clock change can never move a nudge into the night.
    """
    if is_decent(hours, now, zone, earliest=earliest, latest=latest):
        return now
    today = now.astimezone(zone).date()
    starts = {earliest} if hours is None else {earliest, hours.end}
    moments = sorted(
        datetime.combine(today + timedelta(days=day), start, zone).replace(fold=fold).astimezone(UTC)
        for day in range(_DAYS_AHEAD)
        for start in starts
        for fold in (0, 1)
    )
    return next(
        (m for m in moments if m > now and is_decent(hours, m, zone, earliest=earliest, latest=latest)),
        None,
    )
