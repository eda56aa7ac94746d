"""Alembic, told where our migrations are and which connection to use."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.migrate import MIGRATIONS


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, revision: str) -> None:
    """Run migrations inside the connection's transaction."""
    command.upgrade(alembic_config(connection), revision)


def revisions() -> list[str]:
    """Return all revisions there are, newest first."""
    return [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]
