"""A meetup as an entry of a calendar: what a plan says, in the fields that calendars have."""

from __future__ import annotations

import re
from datetime import datetime

from community.meetups.icalendar import CalendarEvent, EventState, uid_of
from community.meetups.plan import Meetup, MeetupState, Where

_ADDRESS = re.compile(r"https?://[!-~]+")


def calendar_entry(community: str, meetup_id: int, meetup: Meetup, changed: datetime, card: str = "") -> CalendarEvent:
    """Return the entry. ``card`` is the address at which people take a seat; the link to join is the place online."""
    plan = meetup.plan
    place = plan.link if plan.where is Where.ONLINE and plan.link else plan.place
    more = plan.link if plan.link and plan.link != place else ""
    cancelled = meetup.state is MeetupState.CANCELLED
    return CalendarEvent(
        uid=uid_of(community, meetup_id),
        title=plan.title,
        starts=plan.starts,
        ends=plan.ends,
        changed=changed,
        sequence=meetup.revision,
        description="\n\n".join(filter(None, (meetup.reason if cancelled else "", plan.description, more, card))),
        place=place,
        url=card if _ADDRESS.fullmatch(card) else "",
        state=EventState.CANCELLED if cancelled else EventState.CONFIRMED,
    )
