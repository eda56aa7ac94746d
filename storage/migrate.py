"""Brings a database to the newest schema, on both databases.

Alembic runs the migrations; whether there is anything to run is found out without it, because it takes a tenth of a
second to import and there hardly ever is.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import Database

MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(db: Database, revision: str = "head") -> None:
    """Run what is missing, in one transaction; a second process waits for the first."""
    if revision == "head" and await current(db) == newest():
        return
    async with db.writing() as conn:
        await conn.run_sync(lambda sync: _upgrade(sync, revision))


async def upgrade_in(conn: AsyncConnection) -> None:
    """Run what is missing inside an open transaction."""
    await conn.run_sync(lambda sync: _upgrade(sync, "head"))


async def current(db: Database) -> str | None:
    """Return the revision a database is at (None: empty)."""
    async with db.reading() as conn:
        return await conn.run_sync(_current)


def newest() -> str | None:
    """Return the newest revision there is. Revisions are numbers, and their files bear them."""
    return max((path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")), default=None)


def _current(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    return found


def _upgrade(connection: Connection, revision: str) -> None:
    from storage import alembic_runner  # noqa: PLC0415 - see above

    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(742190611)")  # replicas that start together
    if revision != "head" or _current(connection) != newest():
        alembic_runner.upgrade(connection, revision)
