"""Takes the name off what has to do with an anonymous report, before it is stored, and keeps only the language."""

from __future__ import annotations

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from chat.events import Event, Interaction
from chat.ids import UserRef
from community.languages import known_language
from handlers.conduct.nameless import take_name
from storage.engine import Database
from storage.people.members import PeopleStore


async def without_name(db: Database, community: str, event: Event) -> Event:
    """Return what may be stored of an event; see ``handlers.conduct.nameless``.

    Who has no name has no language either, so the words it is answered in go along: looked up now, in memory only.
    """
    kept = take_name(event)
    if kept is event or not isinstance(event, Interaction) or not isinstance(kept, Interaction):
        return event
    spoken = await _language(db, community, event.user) or event.locale
    return msgspec.structs.replace(kept, locale=known_language(spoken))


async def _language(db: Database, community: str, user: UserRef) -> str | None:
    """Return the language somebody chose, or else has on the platform; none where the store does not answer."""
    try:
        async with db.reading() as conn:
            member = await PeopleStore(conn, community).by_user(user)
    except (SQLAlchemyError, OSError):
        return None
    if member is None:
        return None
    return member.language or next((a.locale for a in member.accounts if a.user == user), None)
