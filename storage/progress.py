"""How far things have come: cursors of places that are read again after a gap, and slots of jobs that have run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Place, Workspace
from storage.sql import insert_new, newer, upsert
from storage.tables.core import cursors, job_runs


async def move_cursors(conn: AsyncConnection, newest: Mapping[tuple[str, Place], datetime]) -> None:
    """Move each place's cursor forward, never back."""
    rows = [{"community": community, "place": str(place.top), "at": at} for (community, place), at in newest.items()]
    if rows:
        statement = upsert(conn, cursors, ("place",), ("at",), where=cursors.c.at < newer("at"))
        await conn.execute(statement, rows)


async def cursor(conn: AsyncConnection, place: Place) -> datetime | None:
    """Return until when everything said at a place is stored."""
    return (await cursors_of(conn, [place])).get(place.top)


async def cursors_of(conn: AsyncConnection, places: Iterable[Place]) -> dict[Place, datetime]:
    """Return the cursors of places, where they have one."""
    wanted = {str(place.top): place.top for place in places}
    query = sa.select(cursors.c.place, cursors.c.at).where(cursors.c.place.in_(wanted))
    return {wanted[name]: at for name, at in await conn.execute(query)}


async def newest_cursor(conn: AsyncConnection, workspace: Workspace) -> datetime | None:
    """Return the newest cursor of a workspace's places; None where the workspace was never looked at."""
    query = sa.select(sa.func.max(cursors.c.at, type_=cursors.c.at.type)).where(
        cursors.c.place.startswith(f"{workspace}:", autoescape=True)
    )
    found: datetime | None = (await conn.execute(query)).scalar_one()
    return found


async def take_slot(conn: AsyncConnection, community: str, job: str, slot: datetime, now: datetime) -> bool:
    """Claim a job's slot for the running transaction; false when it was taken already."""
    statement = insert_new(conn, job_runs).values(community=community, job=job, slot=slot, ran_at=now)
    return (await conn.execute(statement.returning(job_runs.c.slot))).first() is not None


async def last_slot(conn: AsyncConnection, community: str, job: str) -> datetime | None:
    """Return the newest slot of a job that ran."""
    query = sa.select(sa.func.max(job_runs.c.slot, type_=job_runs.c.slot.type)).where(
        job_runs.c.community == community, job_runs.c.job == job
    )
    found: datetime | None = (await conn.execute(query)).scalar_one()
    return found


async def last_run(conn: AsyncConnection, community: str, job: str) -> datetime | None:
    """Return when a job ran last."""
    query = sa.select(sa.func.max(job_runs.c.ran_at, type_=job_runs.c.ran_at.type)).where(
        job_runs.c.community == community, job_runs.c.job == job
    )
    found: datetime | None = (await conn.execute(query)).scalar_one()
    return found


async def has_run_before(conn: AsyncConnection, moment: datetime) -> bool:
    """Whether any job ran before a moment: the store is older than that."""
    return (
        await conn.execute(sa.select(job_runs.c.job).where(job_runs.c.ran_at < moment).limit(1))
    ).first() is not None
