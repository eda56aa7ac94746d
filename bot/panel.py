"""What is in the store, as tables for people: the sandbox's page shows it beside the chat."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables.core import accounts, activity, inbox, members, outbox, timers

Section = dict[str, Any]
NEWEST = 15


async def sections(conn: AsyncConnection) -> list[Section]:
    """Return the tables: members, newest facts, timers, queues."""
    return [
        await _rows(
            conn,
            "Members",
            sa.select(members.c.id, members.c.name, accounts.c.platform, accounts.c.locale, members.c.left_at)
            .join(accounts, accounts.c.member_id == members.c.id)
            .order_by(members.c.id.desc())
            .limit(NEWEST),
        ),
        await _rows(
            conn,
            "Facts",
            sa.select(activity.c.at, activity.c.kind, activity.c.actor, activity.c.platform, activity.c.data)
            .order_by(activity.c.id.desc())
            .limit(NEWEST),
        ),
        await _rows(
            conn,
            "Facts by kind",
            sa.select(activity.c.kind, sa.func.count().label("n")).group_by(activity.c.kind).order_by(sa.desc("n")),
        ),
        await _rows(
            conn, "Timers", sa.select(timers.c.kind, timers.c.subject, timers.c.due_at).order_by(timers.c.due_at)
        ),
        await _rows(
            conn,
            "Outbox",
            sa.select(outbox.c.key, outbox.c.state, outbox.c.attempt, outbox.c.error)
            .order_by(outbox.c.id.desc())
            .limit(NEWEST),
        ),
        await _rows(conn, "Inbox", sa.select(inbox.c.state, sa.func.count().label("n")).group_by(inbox.c.state)),
    ]


async def _rows(conn: AsyncConnection, title: str, query: sa.Select[Any]) -> Section:
    result = await conn.execute(query)
    return {"title": title, "columns": list(result.keys()), "rows": [[_cell(v) for v in row] for row in result]}


def _cell(value: object) -> str | int | float | bool | None:
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
