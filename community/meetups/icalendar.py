"""Writes meetups as iCalendar (RFC 5545, RFC 7986): a feed for the community, and a file for one meetup.

Times are in UTC (RFC 5545, 3.3.5, form 2): every meetup is one event without a recurrence rule, so its moment is all a
calendar needs, and no client has to understand a VTIMEZONE that we wrote. ``X-WR-TIMEZONE`` is for those that show a
feed in a zone of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

import msgspec

if TYPE_CHECKING:
    from icalendar import Calendar, Event

REFRESH = timedelta(hours=1)  # how often a subscriber is asked to look; clients do as they please
KEPT = timedelta(days=90)  # a meetup stays in the feed for a season, then the feed lets it go
MAKER = "-//Tsudoi//Tsudoi//{}"
_UIDS = UUID("6b1f3f0c-5d3c-4d0e-9a52-6f7c5c7e2d11")  # any; it must never change
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_ADDRESS = re.compile(r"https?://[!-~]+")
_UID = re.compile(r"[!-~]{1,255}")


class EventState(StrEnum):
    """What calendars show of a meetup."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class CalendarEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A meetup as a calendar sees it. A change that people should notice raises ``sequence``."""

    uid: str
    title: str
    starts: datetime
    ends: datetime
    changed: datetime  # when it was last edited
    sequence: int = 0
    description: str = ""
    place: str = ""
    url: str = ""
    state: EventState = EventState.CONFIRMED

    def __post_init__(self) -> None:
        """Refuse what no calendar could hold, or what could end a line early."""
        if not _UID.fullmatch(self.uid):
            raise ValueError(f"not an identifier for calendars: {self.uid!r}")
        if self.url and not _ADDRESS.fullmatch(self.url):
            raise ValueError(f"not a web address for calendars: {self.url!r}")
        if self.sequence < 0:
            raise ValueError(f"a sequence counts up from 0: {self.sequence}")
        if any(at.tzinfo is None for at in (self.starts, self.ends, self.changed)):
            raise ValueError("a moment needs its zone")
        if self.ends <= self.starts:
            raise ValueError("an event ends after it begins")


def uid_of(community: str, meetup: int) -> str:
    """Return the identifier of a meetup: the same for ever, and telling nothing of the machine (RFC 7986, 5.3)."""
    return f"{uuid5(_UIDS, f'{community}/{meetup}')}@tsudoi"


def calendar_of(
    name: str, events: Sequence[CalendarEvent], now: datetime, *, lang: str, zone: str | None = None
) -> bytes:
    """Write the feed: what is to come and the last season, cancelled ones included so that calendars learn of it.

    It has no METHOD, so DTSTAMP is the last change (RFC 5545, 3.8.7.2), and a feed in which nothing happened is the
    same to the last byte; a server may answer that it has not changed.
    """
    from icalendar import vText  # noqa: PLC0415 - half a second, for whoever looks at a calendar

    calendar = _calendar(lang)
    calendar.add("name", vText(_clean_line(name)), parameters={"LANGUAGE": lang})
    calendar.add("x-wr-calname", vText(_clean_line(name)))
    if zone:
        calendar.add("x-wr-timezone", vText(zone))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vText(f"PT{int(REFRESH.total_seconds() // 3600)}H"))
    shown = sorted((e for e in events if e.ends > now - KEPT), key=lambda e: (e.starts.astimezone(UTC), e.uid))
    if len({event.uid for event in shown}) != len(shown):
        raise ValueError("two events of one calendar have the same identifier")
    for event in shown:
        calendar.add_component(_event(event))
    return bytes(calendar.to_ical(sorted=False))


def event_file(event: CalendarEvent, *, lang: str = "en") -> bytes:
    """Write the file of one meetup, to be added to a calendar by hand: published, so nobody is asked for an answer."""
    calendar = _calendar(lang)
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(event))
    return bytes(calendar.to_ical(sorted=False))


def _calendar(lang: str) -> Calendar:
    from icalendar import Calendar  # noqa: PLC0415 - see above

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", MAKER.format(lang.upper()))
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _event(event: CalendarEvent) -> Event:
    from icalendar import Event  # noqa: PLC0415 - see above

    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.changed.astimezone(UTC))
    entry.add("last-modified", event.changed.astimezone(UTC))
    entry.add("dtstart", event.starts.astimezone(UTC))
    entry.add("dtend", event.ends.astimezone(UTC))
    entry.add("summary", _clean_line(event.title))
    if event.description:
        entry.add("description", _clean(event.description))
    if event.place:
        entry.add("location", _clean(event.place))
    if event.url:
        entry.add("url", event.url)
    entry.add("status", event.state.value)
    entry.add("transp", "TRANSPARENT" if event.state is EventState.CANCELLED else "OPAQUE")
    return entry


def _clean(text: str) -> str:
    """Make every line break the same one and drop control characters, which RFC 5545 has no place for (3.1)."""
    return _CONTROLS.sub("", _BREAKS.sub("\n", text)).strip()


def _clean_line(text: str) -> str:
    """Return a title on one line: an escaped break is allowed, but most calendars show it as two odd letters."""
    return " ".join(_clean(text).split())
