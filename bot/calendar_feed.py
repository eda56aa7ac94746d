"""The calendar feed: ``GET /calendar/<secret>.ics``, for calendars that subscribe to a community's meetups."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from community.config import CommunitySettings
from community.meetups.calendar_entry import calendar_entry
from community.meetups.icalendar import KEPT, CalendarEvent, calendar_of
from community.meetups.plan import FARTHEST, LONGEST, MeetupState
from storage.meetups.feeds import community_of
from storage.unit import Unit

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.process import Process  # the process owns the server; only its type is needed here

ROUTE = "/calendar/{secret}.ics"
MAX_AGE_S = 900  # a calendar that asks more often is answered from its own memory
TRY_LATER_S = 60
SHOWN = tuple(state.value for state in MeetupState if state is not MeetupState.DRAFT)
HEADERS = {
    "Cache-Control": f"private, max-age={MAX_AGE_S}",  # the address is somebody's own: no proxy keeps what it shows
    "Content-Disposition": 'inline; filename="meetups.ics"',
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


class CalendarFeed:
    """What the address of a feed answers with."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def answer(self, request: web.Request) -> web.Response:
        """Give the feed; an address that opens nothing gets the same answer whatever the reason."""
        now = self._process.clock.now()
        try:
            async with self._process.db.reading() as conn:
                community = self._process.communities.get(await community_of(conn, request.match_info["secret"]) or "")
                if community is None:
                    return web.Response(status=404, text="Not found", headers={"Cache-Control": "no-store"})
                events = await self._events(conn, community, now)
        except (SQLAlchemyError, OSError):
            return web.Response(status=503, headers={"Retry-After": str(TRY_LATER_S), "Cache-Control": "no-store"})
        body = await asyncio.to_thread(
            calendar_of, community.name, events, now, lang=community.language, zone=community.time_zone
        )
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {**HEADERS, "ETag": tag}
        if any(known.value == tag.strip('"') or known.value == "*" for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)

    async def _events(self, conn: AsyncConnection, community: CommunitySettings, now: datetime) -> list[CalendarEvent]:
        unit = Unit(conn, community.id, now)
        found = await unit.meetups.between(now - KEPT - LONGEST, now + FARTHEST, *SHOWN)
        changed = await unit.feeds.changed([stored.id for stored in found])
        links = {
            stand.meetup: self._process.directory.link(stand.root)
            for stand in await unit.meetups.all_stands([stored.id for stored in found])
            if stand.root is not None and stand.workspace in self._process.directory.adapters
        }
        return [
            calendar_entry(community.id, one.id, one.meetup, changed.get(one.id, now), links.get(one.id, ""))
            for one in found
        ]
