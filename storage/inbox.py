"""The inbox: what was accepted, each happening once, until it has been handled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.codec import UNREADABLE, Arrival, dump, load_arrival
from storage.sql import Row, insert_new
from storage.tables import inbox


@dataclass(frozen=True, slots=True)
class Item:
    """An accepted event that waits to be handled."""

    id: int
    community: str
    arrival: Arrival
    received_at: datetime
    attempts: int = 0


def row_of(community: str, arrival: Arrival, now: datetime) -> Row:
    """Return the row that an arrival becomes."""
    return {
        "community": community,
        "key": arrival.key,
        "state": "new",
        "payload": dump(arrival),
        "received_at": now,
        "attempts": 0,
    }


async def insert_rows(conn: AsyncConnection, rows: Sequence[Row]) -> dict[str, int]:
    """Store rows and return the ids of those whose key was not there yet."""
    if not rows:
        return {}
    statement = insert_new(conn, inbox).returning(inbox.c.key, inbox.c.id)  # one statement, however many rows
    return {row.key: row.id for row in await conn.execute(statement, list(rows))}


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of what waits: items, those that this version cannot read, and where the next batch begins."""

    items: list[Item]
    unreadable: list[int]
    last: int | None  # None: there is no more


async def load_new(conn: AsyncConnection, *, after: int, limit: int) -> Batch:
    """Return unhandled items in the order of their arrival."""
    query = sa.select(inbox).where(inbox.c.state == "new", inbox.c.id > after).order_by(inbox.c.id).limit(limit)
    rows = (await conn.execute(query)).all()
    batch = Batch([], [], rows[-1].id if len(rows) == limit else None)
    for row in rows:
        try:
            arrival = load_arrival(row.payload)
        except UNREADABLE:
            batch.unreadable.append(row.id)
        else:
            batch.items.append(Item(row.id, row.community, arrival, row.received_at, row.attempts))
    return batch


async def set_aside(conn: AsyncConnection, ids: Sequence[int], error: str) -> None:
    """Give up items that cannot be handled; their content is kept for the operator."""
    await conn.execute(sa.update(inbox).where(inbox.c.id.in_(ids)).values(state="failed", error=error[:500]))


async def lock_new(conn: AsyncConnection, ids: Sequence[int]) -> set[int]:
    """Return which of the items are still unhandled, and hold them against other replicas."""
    query = sa.select(inbox.c.id).where(inbox.c.id.in_(ids), inbox.c.state == "new").with_for_update(skip_locked=True)
    return set((await conn.execute(query)).scalars())


async def mark_done(conn: AsyncConnection, ids: Iterable[int]) -> None:
    """Note that items were handled; their content is taken away."""
    await conn.execute(sa.update(inbox).where(inbox.c.id.in_(list(ids))).values(state="done", payload=None))


async def note_failure(conn: AsyncConnection, item: Item, error: str, *, final: bool) -> None:
    """Count a failed attempt; a final one keeps the content for the operator."""
    await conn.execute(
        sa.update(inbox)
        .where(inbox.c.id == item.id)
        .values(attempts=item.attempts + 1, error=error[:500], state="failed" if final else "new")
    )


async def forget_old(conn: AsyncConnection, *, done_before: datetime, failed_before: datetime) -> int:
    """Delete handled items, whose keys have served against late duplicates, and failed ones nobody has looked into."""
    done = sa.and_(inbox.c.state == "done", inbox.c.received_at < done_before)
    failed = sa.and_(inbox.c.state == "failed", inbox.c.received_at < failed_before)
    return (await conn.execute(sa.delete(inbox).where(done | failed))).rowcount


async def backlog(conn: AsyncConnection) -> tuple[int, datetime | None]:
    """Return how many items wait, and since when the oldest does."""
    query = sa.select(sa.func.count(), sa.func.min(inbox.c.received_at, type_=inbox.c.received_at.type)).where(
        inbox.c.state == "new"
    )
    count, oldest = (await conn.execute(query)).one()
    return int(count), oldest
