"""The database: SQLite in one file by default, PostgreSQL by URL; one code for both.

SQLite: WAL, synchronous FULL, and ``BEGIN IMMEDIATE`` for units that write. The driver's default opens no
transaction for a SELECT (which oversold a 50-seat event to 55), and a deferred BEGIN fails with "database is locked"
in spite of the time-out; see docs/decisions/0003-two-databases.md.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

BUSY_TIMEOUT_MS = 5_000  # as long as a member may wait for a command; another process holds the lock


class StoreError(Exception):
    """The database cannot be used as configured. Says what to do."""


class Database:
    """One engine, with a write lock where the database knows only one writer."""

    def __init__(self, url: str) -> None:
        self.url = normalise_url(url)
        parsed = make_url(self.url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_size": 10, "pool_pre_ping": True}
        self.engine: AsyncEngine = create_async_engine(self.url, **options)
        self._writer = asyncio.Lock()
        if self.is_sqlite:
            _prepare_sqlite(self.engine)

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write; commits at the end, rolls back when something raises.

        Inside one process SQLite's writers queue here in order, rather than polling for the file lock.
        """
        if self.is_sqlite:
            async with self._writer, self.engine.connect() as conn, conn.begin():
                yield conn
        else:
            async with self.engine.connect() as conn, conn.begin():
                yield conn

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads."""
        async with self.engine.connect() as conn:
            reader = await conn.execution_options(tsudoi_read_only=True)
            async with reader.begin():
                yield reader

    async def close(self) -> None:
        """Let go of all connections."""
        await self.engine.dispose()


def normalise_url(url: str) -> str:
    """Name the async driver where the URL does not.

    Raises:
        StoreError: for a database that is neither SQLite nor PostgreSQL.

    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        raise StoreError(f"store.url is not a database address: {url!r}; e.g. sqlite:///data/tsudoi.sqlite") from None
    match parsed.get_backend_name():
        case "sqlite":
            return parsed.set(drivername="sqlite+aiosqlite").render_as_string(hide_password=False)
        case "postgresql":
            return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        case other:
            raise StoreError(f"store.url: {other} is not supported; use sqlite:///… or postgresql://…")


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @sa.event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
        connection.isolation_level = None  # the driver must not open transactions of its own
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(conn: sa.Connection) -> None:
        read_only = conn.get_execution_options().get("tsudoi_read_only", False)
        conn.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
