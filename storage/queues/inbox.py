"""The inbox: what was accepted, each happening once, until it has been handled."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.answers import Answer
from storage.codec import UNREADABLE, Arrival, dump, load_answer, load_arrival
from storage.sql import Row, insert_new
from storage.tables.core import inbox


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


async def load_new(conn: AsyncConnection, *, after: int, limit: int, without: Container[int] = ()) -> Batch:
    """Return unhandled items in the order of their arrival, ``without`` those that are known."""
    query = sa.select(inbox).where(inbox.c.state == "new", inbox.c.id > after).order_by(inbox.c.id).limit(limit)
    rows = (await conn.execute(query)).all()
    batch = Batch([], [], rows[-1].id if len(rows) == limit else None)
    for row in rows:
        if row.id in without:
            continue
        try:
            arrival = load_arrival(row.payload)
        except UNREADABLE:
            batch.unreadable.append(row.id)
        else:
            batch.items.append(Item(row.id, row.community, arrival, row.received_at, row.attempts))
    return batch


async def load_kinds(
    conn: AsyncConnection, communities: Collection[str], kinds: Sequence[type], *, before: int, limit: int
) -> list[Item]:
    """Return unhandled items of some kinds up to one that is given, the oldest first; none that has failed before."""
    of_kind = sa.or_(*(inbox.c.payload.startswith(f'{{"type":"{kind.__name__}"', autoescape=True) for kind in kinds))
    query = sa.select(inbox).where(inbox.c.state == "new", inbox.c.id <= before, inbox.c.attempts == 0, of_kind)
    found = []
    for row in await conn.execute(query.where(inbox.c.community.in_(communities)).order_by(inbox.c.id).limit(limit)):
        with contextlib.suppress(*UNREADABLE):  # of another version: for a replica that can read it
            found.append(Item(row.id, row.community, load_arrival(row.payload), row.received_at))
    return found


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


async def leave_answers(conn: AsyncConnection, answers: Mapping[int, Answer]) -> None:
    """Leave answers to items that were handled, for the replica that took them in."""
    for row_id, answer in answers.items():
        await conn.execute(sa.update(inbox).where(inbox.c.id == row_id).values(payload=dump(answer)))


async def take_answers(conn: AsyncConnection, ids: Sequence[int]) -> dict[int, Answer]:
    """Take the answers that were left to items; each is given once."""
    left = sa.and_(inbox.c.id.in_(ids), inbox.c.state == "done", inbox.c.payload.is_not(None))
    rows = (await conn.execute(sa.select(inbox.c.id, inbox.c.payload).where(left).with_for_update())).all()
    if rows:
        taken = [row.id for row in rows]
        await conn.execute(sa.update(inbox).where(inbox.c.id.in_(taken)).values(payload=None))
    answers = {}
    for row in rows:
        with contextlib.suppress(*UNREADABLE):  # of another version; an answer may be lost
            answers[row.id] = load_answer(row.payload)
    return answers


async def note_failure(conn: AsyncConnection, item: Item, error: str, *, final: bool, forgets: bool = False) -> None:
    """Count a failed attempt; a final one keeps the content for the operator, unless it ``forgets``."""
    values: Row = {"attempts": item.attempts + 1, "error": error[:500], "state": "failed" if final else "new"}
    if final and forgets:
        values["payload"] = None
    await conn.execute(sa.update(inbox).where(inbox.c.id == item.id).values(values))


async def forget_old(
    conn: AsyncConnection, *, done_before: datetime, failed_before: datetime, answers_before: datetime
) -> int:
    """Delete handled items, whose keys have served against late duplicates, and failed ones nobody has looked into.

    Answers that two dying replicas left behind go as well.
    """
    left = sa.and_(inbox.c.state == "done", inbox.c.payload.is_not(None), inbox.c.received_at < answers_before)
    await conn.execute(sa.update(inbox).where(left).values(payload=None))
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


async def given_up(conn: AsyncConnection) -> int:
    """Return how many items were set aside and are still there."""
    return int(await conn.scalar(sa.select(sa.func.count()).where(inbox.c.state == "failed")) or 0)
