"""Writes the migration that brings the schema to the tables as they stand in the code: ``make migration m=...``."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from storage.alembic_runner import alembic_config
from storage.engine import Database
from storage.migrate import newest, upgrade


async def write(message: str) -> None:
    """Bring an empty database to the newest revision and write down what is still missing."""
    number = f"{int(newest() or 0) + 1:04}"

    def generate(connection: Connection) -> None:
        command.revision(alembic_config(connection), message=message, autogenerate=True, rev_id=number)

    with tempfile.TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{Path(folder) / 'empty.sqlite'}")
        if newest():
            await upgrade(db)
        async with db.writing() as conn:
            await conn.run_sync(generate)
        await db.close()


if __name__ == "__main__":
    asyncio.run(write(" ".join(sys.argv[1:])))
