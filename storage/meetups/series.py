"""Series of meetups: how they repeat, what is repeated, and how far ahead they stand as meetups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.meetups.plan import Meetup
from community.meetups.series import Series
from community.seats.values import Allotment, SeatKind
from storage.codec import dump
from storage.sql import Row
from storage.tables.meetups import meetups, series

Seats = dict[SeatKind, Allotment]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSeries:
    """A series as it is stored. Nothing planned yet: its first meetup is a plan in the making."""

    id: int
    series: Series
    meetup: Meetup  # what is repeated
    seats: Seats
    planned_until: datetime | None = None
    ended: bool = False


class SeriesStore:
    """The series of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def add(self, rule: Series, meetup: Meetup, seats: Seats) -> int:
        """Store a series of which nothing stands yet."""
        row = {"community": self._community, **_columns(rule, meetup, seats), "planned_until": None, "ended": False}
        statement = sa.insert(series).values(row).returning(series.c.id)
        return int((await self._conn.execute(statement)).scalar_one())

    async def save(self, stored: StoredSeries) -> None:
        """Store a series as it stands now."""
        row = {
            **_columns(stored.series, stored.meetup, stored.seats),
            "planned_until": stored.planned_until,
            "ended": stored.ended,
        }
        await self._conn.execute(sa.update(series).where(self._is(stored.id)).values(row))

    async def get(self, series_id: int) -> StoredSeries | None:
        """Return a series; two processes that change one wait for each other."""
        return next(iter(await self._load(self._is(series_id), lock=True)), None)

    async def living(self) -> list[StoredSeries]:
        """Return the series that go on."""
        return await self._load(
            series.c.community == self._community, series.c.ended.is_(False), series.c.planned_until.is_not(None)
        )

    async def delete(self, series_id: int) -> None:
        """Forget a series; meetups of it stand on their own."""
        await self._conn.execute(sa.delete(series).where(self._is(series_id)))

    async def attach(self, meetup_id: int, series_id: int | None, slot: datetime | None) -> None:
        """Let a meetup be one of a series, at the series' own time for it, or of none."""
        mine = sa.and_(meetups.c.community == self._community, meetups.c.id == meetup_id)
        await self._conn.execute(sa.update(meetups).where(mine).values(series_id=series_id, slot=slot))

    def _is(self, series_id: int) -> sa.ColumnElement[bool]:
        return sa.and_(series.c.community == self._community, series.c.id == series_id)

    async def _load(self, *conditions: sa.ColumnElement[bool], lock: bool = False) -> list[StoredSeries]:
        query = sa.select(series).where(*conditions).order_by(series.c.id)
        rows = await self._conn.execute(query.with_for_update() if lock else query)
        return [
            StoredSeries(
                id=row.id,
                series=msgspec.json.decode(row.rule, type=Series),
                meetup=msgspec.json.decode(row.meetup, type=Meetup),
                seats=msgspec.json.decode(row.seats, type=Seats),
                planned_until=row.planned_until,
                ended=row.ended,
            )
            for row in rows
        ]


def _columns(rule: Series, meetup: Meetup, seats: Seats) -> Row:
    return {"rule": dump(rule), "meetup": dump(meetup), "seats": dump(seats)}
