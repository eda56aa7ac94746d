"""Finds the meetups, series and ledgers that name a member, for an erasure: they stand in JSON."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.meetups.people import without
from community.meetups.plan import Meetup
from community.seats.values import Entry, Ledger
from storage.codec import dump
from storage.tables.meetups import meetups, seats, series


class MeetupErasure:
    """The meetups of one community, for an erasure."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def leave(self, member: int) -> list[int]:
        """Take a member out of what is said of meetups and series; returns the meetups whose card shows it."""
        changed = []
        for table in (meetups, series):
            query = sa.select(table.c.id, table.c.meetup).where(
                table.c.community == self._community, table.c.meetup.contains(str(member), autoescape=True)
            )
            for row in (await self._conn.execute(query)).all():
                meetup = msgspec.json.decode(row.meetup, type=Meetup)
                rid = without(meetup, member)
                if rid != meetup:
                    await self._conn.execute(
                        sa.update(table).where(table.c.id == row.id).values(meetup=dump(rid)),
                    )
                    changed += [row.id] if table is meetups else []
        return changed

    async def number_ledgers(self, member: int, number: int) -> None:
        """Put a number in the place of a member who noted others' attendance; forget their aliases and clicks.

        The ledgers are written here, so none may be held by the unit any more.
        """
        named = meetups.c.ledger.contains(str(member), autoescape=True)
        query = sa.select(meetups.c.id, meetups.c.ledger).where(meetups.c.community == self._community, named)
        for row in (await self._conn.execute(query)).all():
            ledger = msgspec.json.decode(row.ledger, type=Ledger)
            rid = msgspec.structs.replace(
                ledger,
                clicks=tuple(click for click in ledger.clicks if str(member) not in click.split(":")),
                aliases={a: b for a, b in ledger.aliases.items() if member not in {a, b}},
            )
            await self._conn.execute(sa.update(meetups).where(meetups.c.id == row.id).values(ledger=dump(rid)))
        named = seats.c.entry.contains(f'"marked_by":{member}', autoescape=True)
        chosen = sa.select(seats.c.meetup_id, seats.c.member_id, seats.c.entry)
        for seat in (await self._conn.execute(chosen.where(seats.c.community == self._community, named))).all():
            entry = msgspec.json.decode(seat.entry, type=Entry)
            if entry.marked_by == member:
                here = sa.and_(seats.c.meetup_id == seat.meetup_id, seats.c.member_id == seat.member_id)
                marked = msgspec.structs.replace(entry, marked_by=number)
                await self._conn.execute(sa.update(seats).where(here).values(entry=dump(marked)))
