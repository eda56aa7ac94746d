"""Migrations: from empty and from each earlier version, on both databases, to exactly the schema of the code."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from storage.alembic_runner import revisions
from storage.engine import Database
from storage.migrate import current, newest, upgrade
from storage.schema import metadata

REVISIONS = revisions()


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    sqlite = request.param == "sqlite"
    db = Database(f"sqlite:///{tmp_path / 'x.sqlite'}" if sqlite else request.getfixturevalue("postgres_url"))
    yield db
    await db.close()


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_an_empty_database_gets_the_schema_of_the_code(empty: Database) -> None:
    await upgrade(empty)
    await upgrade(empty)  # a second start finds nothing to do
    assert await current(empty) == newest() == REVISIONS[0]
    async with empty.reading() as conn:
        assert await conn.run_sync(differences) == []


@pytest.mark.parametrize("revision", REVISIONS)
async def test_each_earlier_version_is_brought_to_the_newest(empty: Database, revision: str) -> None:
    await upgrade(empty, revision)
    assert await current(empty) == revision
    await upgrade(empty)
    async with empty.reading() as conn:
        assert await conn.run_sync(differences) == []
