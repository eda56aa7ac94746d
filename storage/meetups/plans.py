"""Meetups, their seats, and where they are announced."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import MessageRef, Place, Workspace
from community.meetups.plan import Meetup, MeetupState
from community.seats.ledger import changed_entries
from community.seats.values import Entry, Ledger, Mark
from storage.codec import dump
from storage.sql import Row, insert_new, upsert
from storage.tables.meetups import meetups, seats, stands


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMeetup:
    """A meetup as it is stored."""

    id: int
    meetup: Meetup
    home: Place  # where it was planned
    series: int | None = None
    slot: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """Where a meetup's card stands in one workspace."""

    meetup: int
    workspace: Workspace
    place: Place
    root: MessageRef | None = None
    thread: Place | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Attended:
    """A meetup that a member had to do with."""

    meetup: int
    starts: datetime
    mark: Mark | None


class MeetupStore:
    """The meetups of one community, inside one unit of work.

    A ledger is read once per unit and written once, when the unit ends, however many clicks it holds. Its meetup's row
    is locked from the reading on (PostgreSQL; SQLite has one writer), so no other process can decide on it meanwhile.
    What every click of a burst asks for again is asked of the database once per unit, too.
    """

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community
        self._read: dict[int, Ledger] = {}
        self._held: dict[int, Ledger] = {}
        self._known: dict[int, StoredMeetup] = {}
        self._standing: dict[int, list[Stand]] = {}
        self.clocks: dict[int, datetime | None] = {}  # for ``handlers.meetups.steps``: when a meetup's clock will ring
        self.drawn_soon: set[int] = set()  # for the same: whose cards are going to be drawn

    # ---- meetups

    async def add(
        self, meetup: Meetup, home: Place, at: datetime, *, series: int | None = None, slot: datetime | None = None
    ) -> int | None:
        """Store a new meetup, without a ledger yet; None where the series has one for this slot."""
        row = {
            "community": self._community,
            "series_id": series,
            "slot": slot,
            **_columns(meetup),
            "ledger": "",
            "home": dump(home),
            "made_at": at,
        }
        statement = insert_new(self._conn, meetups).values(row).returning(meetups.c.id)
        new_id: int | None = (await self._conn.execute(statement)).scalar_one_or_none()
        return new_id

    async def save(self, meetup_id: int, meetup: Meetup) -> None:
        """Store what is said of a meetup now."""
        self._known.pop(meetup_id, None)
        await self._conn.execute(sa.update(meetups).where(self._is(meetup_id)).values(_columns(meetup)))

    async def delete_draft(self, meetup_id: int) -> None:
        """Forget a plan that was never announced."""
        mine = sa.and_(self._is(meetup_id), meetups.c.state == MeetupState.DRAFT.value)
        await self._conn.execute(sa.delete(meetups).where(mine))
        self._held.pop(meetup_id, None)

    async def get(self, meetup_id: int) -> StoredMeetup | None:
        """Return a meetup."""
        return next(iter(await self._load(meetups.c.id == meetup_id)), None)

    async def glance(self, meetup_id: int) -> StoredMeetup | None:
        """Return a meetup for a click on its card: of its series, what this unit saw first."""
        if meetup_id not in self._known and (found := await self.get(meetup_id)):
            self._known[meetup_id] = found
        return self._known.get(meetup_id)

    async def between(self, since: datetime, until: datetime, *states: str) -> list[StoredMeetup]:
        """Return meetups that begin in a span, the end not included, the earliest first; of all states without any."""
        conditions = [meetups.c.starts_at >= since, meetups.c.starts_at < until]
        if states:
            conditions.append(meetups.c.state.in_(states))
        return await self._load(*conditions)

    async def of_series(self, series_id: int) -> list[StoredMeetup]:
        """Return the meetups of a series, the earliest first."""
        return await self._load(meetups.c.series_id == series_id)

    async def of_ids(self, ids: Collection[int]) -> dict[int, StoredMeetup]:
        """Return several meetups by id."""
        return {m.id: m for m in await self._load(meetups.c.id.in_(ids))} if ids else {}

    async def mine(self, member_id: int, since: datetime) -> list[int]:
        """Return the meetups from then on for which a member has answered, the earliest first."""
        query = (
            sa.select(meetups.c.id)
            .join(seats, seats.c.meetup_id == meetups.c.id)
            .where(
                meetups.c.community == self._community,
                seats.c.member_id == member_id,
                seats.c.answer.is_not(None),
                meetups.c.ends_at >= since,
            )
            .order_by(meetups.c.starts_at, meetups.c.id)
        )
        await self.flush()
        return list((await self._conn.execute(query)).scalars())

    async def attended_by(self, members: Collection[int] | None, until: datetime) -> dict[int, list[Attended]]:
        """Return how it went with members at the meetups that began before a moment, the earliest first."""
        await self.flush()
        query = (
            sa.select(seats.c.member_id, seats.c.meetup_id, seats.c.mark, meetups.c.starts_at)
            .join(meetups, seats.c.meetup_id == meetups.c.id)
            .where(meetups.c.community == self._community, meetups.c.starts_at < until, seats.c.mark.is_not(None))
            .order_by(meetups.c.starts_at, meetups.c.id)
        )
        if members is not None:
            query = query.where(seats.c.member_id.in_(members))
        found: dict[int, list[Attended]] = {}
        for row in await self._conn.execute(query):
            found.setdefault(row.member_id, []).append(Attended(row.meetup_id, row.starts_at, Mark(row.mark)))
        return found

    async def _load(self, *conditions: sa.ColumnElement[bool]) -> list[StoredMeetup]:
        columns = (meetups.c.id, meetups.c.meetup, meetups.c.home, meetups.c.series_id, meetups.c.slot)
        query = sa.select(*columns).where(meetups.c.community == self._community, *conditions)
        rows = await self._conn.execute(query.order_by(meetups.c.starts_at, meetups.c.id))
        return [
            StoredMeetup(
                id=row.id,
                meetup=msgspec.json.decode(row.meetup, type=Meetup),
                home=msgspec.json.decode(row.home, type=Place),
                series=row.series_id,
                slot=row.slot,
            )
            for row in rows
        ]

    def _is(self, meetup_id: int) -> sa.ColumnElement[bool]:
        return sa.and_(meetups.c.community == self._community, meetups.c.id == meetup_id)

    # ---- seats

    async def ledger(self, meetup_id: int) -> Ledger | None:
        """Return a meetup's ledger, to decide on: nobody else decides until this unit ends."""
        if meetup_id not in self._held:
            query = sa.select(meetups.c.ledger).where(self._is(meetup_id)).with_for_update()
            head = (await self._conn.execute(query)).scalar_one_or_none()
            if not head:
                return None
            query = sa.select(seats.c.entry).where(seats.c.community == self._community, seats.c.meetup_id == meetup_id)
            rows = (await self._conn.execute(query.order_by(seats.c.member_id))).scalars()
            entries = [msgspec.json.decode(row, type=Entry) for row in rows]
            ledger = msgspec.json.decode(head, type=Ledger)
            ledger = msgspec.structs.replace(ledger, entries={entry.member: entry for entry in entries})
            self._read[meetup_id] = self._held[meetup_id] = ledger
        return self._held[meetup_id]

    def put_ledger(self, ledger: Ledger) -> None:
        """Hold a ledger as it stands now; it is written when the unit ends."""
        self._held[ledger.meetup] = ledger

    async def flush(self) -> None:
        """Write what changed in the ledgers."""
        for meetup_id, now in self._held.items():
            before = self._read.get(meetup_id)
            if before is now:
                continue
            await self._write(before, now)
            self._read[meetup_id] = now

    def forget_loaded(self) -> None:
        """Load meetups and ledgers anew; what changed in them has to be written before."""
        for known in (self._read, self._held, self._known, self._standing, self.clocks):
            known.clear()

    async def _write(self, before: Ledger | None, now: Ledger) -> None:
        blank = before or msgspec.structs.replace(now, entries={})
        written, gone = changed_entries(blank, now)
        head = msgspec.structs.replace(now, entries={})
        # What only heard the time, as a click that is repeated or refused does, leaves nothing that later ones rest on
        if before is None or msgspec.structs.replace(before, entries={}, at=now.at) != head:
            await self._conn.execute(sa.update(meetups).where(self._is(now.meetup)).values(ledger=dump(head)))
        if written:
            rows: list[Row] = [
                {
                    "community": self._community,
                    "meetup_id": now.meetup,
                    "member_id": member,
                    "answer": entry.answer.value if entry.answer else None,
                    "seat": entry.seat.value if entry.seat else None,
                    "mark": entry.mark.value if entry.mark else None,
                    "entry": dump(entry),
                }
                for member in written
                for entry in (now.entries[member],)
            ]
            change = ("answer", "seat", "mark", "entry")
            await self._conn.execute(upsert(self._conn, seats, ("meetup_id", "member_id"), change), rows)
        if gone:
            await self._conn.execute(
                sa.delete(seats).where(
                    seats.c.community == self._community,
                    seats.c.meetup_id == now.meetup,
                    seats.c.member_id.in_(gone),
                )
            )

    # ---- where it is announced

    async def stand(self, stand: Stand) -> None:
        """Store where a meetup stands in a workspace."""
        row = {
            "community": self._community,
            "meetup_id": stand.meetup,
            "workspace": str(stand.workspace),
            "place": dump(stand.place),
            "root": dump(stand.root) if stand.root else None,
            "thread": str(stand.thread) if stand.thread else None,
            "event": stand.event,
        }
        change = ("place", "root", "thread", "event")
        self._standing.pop(stand.meetup, None)
        await self._conn.execute(upsert(self._conn, stands, ("meetup_id", "workspace"), change).values(row))

    async def note_event(self, meetup_id: int, workspace: Workspace, event: str) -> None:
        """Store which of the platform's own events mirrors a meetup."""
        here = sa.and_(stands.c.community == self._community, stands.c.meetup_id == meetup_id)
        await self._conn.execute(
            sa.update(stands).where(here, stands.c.workspace == str(workspace)).values(event=event)
        )

    async def stands(self, meetup_id: int) -> list[Stand]:
        """Return where a meetup stands, in every workspace."""
        if meetup_id not in self._standing:
            self._standing[meetup_id] = await self._stands(stands.c.meetup_id == meetup_id)
        return self._standing[meetup_id]

    async def all_stands(self, of: Collection[int]) -> list[Stand]:
        """Return where several meetups stand."""
        return await self._stands(stands.c.meetup_id.in_(of)) if of else []

    async def in_thread(self, place: Place) -> Stand | None:
        """Return the meetup that is talked about at a place."""
        return next(iter(await self._stands(stands.c.thread == str(place))), None) if place.thread else None

    async def _stands(self, *conditions: sa.ColumnElement[bool]) -> list[Stand]:
        query = sa.select(stands).where(stands.c.community == self._community, *conditions)
        rows = await self._conn.execute(query.order_by(stands.c.meetup_id, stands.c.workspace))
        return [_stand(row) for row in rows]


def _columns(meetup: Meetup) -> Row:
    return {
        "state": meetup.state.value,
        "starts_at": meetup.plan.starts,
        "ends_at": meetup.plan.ends,
        "meetup": dump(meetup),
    }


def _stand(row: sa.Row[Any]) -> Stand:
    place = msgspec.json.decode(row.place, type=Place)
    root = msgspec.json.decode(row.root, type=MessageRef) if row.root else None
    thread = None
    if row.thread:
        thread = Place(place.platform, place.workspace, place.channel, row.thread.rpartition(":")[2])
    return Stand(
        meetup=row.meetup_id,
        workspace=place.home,
        place=place,
        root=root,
        thread=thread,
        event=row.event,
    )
