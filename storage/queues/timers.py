"""Timers: what becomes due for one member, question or meetup. A job reads them and lets them arrive as events."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.signals import TimerDue
from storage.sql import insert_new, upsert
from storage.tables.core import timers

PUT_OFF = "put_off"  # in a timer's data: when it was due, before quiet days put it off
VANISHING = (
    "vanishing."  # timers whose kind begins so remember something for a while; nothing arrives when they are due
)
PUT_OFF_TIMER = timers.c.data.contains(f'"{PUT_OFF}":', autoescape=True)


class TimerStore:
    """The timers of one community, inside one unit of work. Each belongs to a kind and a subject, once."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def set(self, kind: str, subject: str | int, due_at: datetime, **data: str) -> None:
        """Let ``TimerDue`` arrive at a time; a timer of the same kind and subject is moved."""
        row = {
            "community": self._community,
            "key": f"{kind}:{subject}",
            "kind": kind,
            "subject": str(subject),
            "data": msgspec.json.encode(data).decode(),
            "due_at": due_at,
        }
        await self._conn.execute(upsert(self._conn, timers, ("community", "key"), ("due_at", "data")).values(row))

    async def set_once(self, kind: str, subject: str | int, due_at: datetime) -> None:
        """Let ``TimerDue`` arrive at a time, unless one of this kind and subject is set already."""
        row = {
            "community": self._community,
            "key": f"{kind}:{subject}",
            "kind": kind,
            "subject": str(subject),
            "data": "{}",
            "due_at": due_at,
        }
        await self._conn.execute(insert_new(self._conn, timers).values(row))

    async def put_off(self, event: TimerDue, due_at: datetime) -> None:
        """Let a timer that is due come later, over quiet days; it can be told from others by its data."""
        await self.set(event.kind, event.subject, due_at, **{**event.data, PUT_OFF: event.at.isoformat()})

    async def is_put_off(self, kind: str, subject: str | int) -> bool:
        """Say whether a timer waits for the end of quiet days."""
        query = sa.select(timers.c.id).where(
            timers.c.community == self._community, timers.c.key == f"{kind}:{subject}", PUT_OFF_TIMER
        )
        return (await self._conn.execute(query)).first() is not None

    async def all_put_off(self, after: datetime) -> list[tuple[int, str]]:
        """Return id and key of the timers that wait for the end of quiet days, as far as they come after a moment."""
        query = sa.select(timers.c.id, timers.c.key).where(
            timers.c.community == self._community, timers.c.due_at > after, PUT_OFF_TIMER
        )
        return [(row.id, row.key) for row in await self._conn.execute(query.order_by(timers.c.id))]

    async def move(self, timer_id: int, due_at: datetime) -> None:
        """Let a timer come at another time."""
        await self._conn.execute(sa.update(timers).where(timers.c.id == timer_id).values(due_at=due_at))

    async def take(self, kind: str, subject: str | int) -> dict[str, str] | None:
        """Take a timer back and return what it carries; none: there is none."""
        query = (
            sa.delete(timers)
            .where(timers.c.community == self._community, timers.c.key == f"{kind}:{subject}")
            .returning(timers.c.data)
        )
        found: str | None = (await self._conn.execute(query)).scalar_one_or_none()
        return msgspec.json.decode(found, type=dict[str, str]) if found is not None else None

    async def drop(self, kind: str, subject: str | int) -> None:
        """Take a timer back; none is fine."""
        await self._conn.execute(
            sa.delete(timers).where(timers.c.community == self._community, timers.c.key == f"{kind}:{subject}")
        )

    async def due_at(self, kind: str, subject: str | int) -> datetime | None:
        """Return when a timer is due."""
        query = sa.select(timers.c.due_at).where(
            timers.c.community == self._community, timers.c.key == f"{kind}:{subject}"
        )
        found: datetime | None = (await self._conn.execute(query)).scalar_one_or_none()
        return found

    async def remembered(self, kind: str, now: datetime) -> frozenset[str]:
        """Return the subjects of the timers of a kind that are not due yet."""
        query = sa.select(timers.c.subject).where(
            timers.c.community == self._community, timers.c.kind == kind, timers.c.due_at > now
        )
        return frozenset(await self._conn.scalars(query))


async def take_due(conn: AsyncConnection, now: datetime, limit: int) -> list[tuple[str, TimerDue]]:
    """Take due timers away, oldest first, as (community, event)."""
    query = (
        sa.select(timers)
        .where(timers.c.due_at <= now)
        .order_by(timers.c.due_at, timers.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await conn.execute(query)).all()
    if rows:
        await conn.execute(sa.delete(timers).where(timers.c.id.in_([row.id for row in rows])))
    return [
        (
            row.community,
            TimerDue(
                key=f"timer:{row.community}:{row.key}:{row.due_at.isoformat()}",
                at=row.due_at,
                kind=row.kind,
                subject=row.subject,
                data=msgspec.json.decode(row.data),
            ),
        )
        for row in rows
        if not row.kind.startswith(VANISHING)
    ]


async def next_due(conn: AsyncConnection) -> datetime | None:
    """Return when the next timer is due."""
    query = sa.select(sa.func.min(timers.c.due_at, type_=timers.c.due_at.type))
    found: datetime | None = (await conn.execute(query)).scalar_one()
    return found
