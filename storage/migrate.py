"""Brings a database to the newest schema, by Alembic, on both databases."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.engine import Database


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration: our scripts, and the connection to use."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


async def upgrade(db: Database, revision: str = "head") -> None:
    """Run what is missing, in one transaction; a second process waits for the first."""
    async with db.writing() as conn:
        await conn.run_sync(lambda sync: _upgrade(sync, revision))


async def current(db: Database) -> str | None:
    """Return the revision a database is at (None: empty)."""
    async with db.reading() as conn:
        return await conn.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


def newest() -> str | None:
    """Return the newest revision there is."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(742190611)")  # replicas that start together
    at = MigrationContext.configure(connection).get_current_revision()
    if revision == "head" and at == newest():
        return
    command.upgrade(alembic_config(connection), revision)
