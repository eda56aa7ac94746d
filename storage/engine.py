"""The database: SQLite in one file by default, PostgreSQL by URL; one code for both.

SQLite: WAL, synchronous FULL, and ``BEGIN IMMEDIATE`` for units that write. The driver's default opens no
transaction for a SELECT (which oversold a 50-seat event to 55), and a deferred BEGIN fails with "database is locked"
in spite of the time-out; see docs/decisions/0003-two-databases.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import glob
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

# How long a statement waits while another process holds the lock: a click has to be acknowledged within three seconds,
# and one wait for a writer of our own (see ``writing``) may come before it
BUSY_TIMEOUT_MS = 1_500
OCCUPY_TRIES, OCCUPY_PAUSE_S = 10, 0.3
# sqlite.org/rescode.html: busy, locked, out of memory, read-only, interrupted, I/O error, damaged, full, cannot open,
# locking protocol, not a database. Anything else is the statement's own fault
_SQLITE_FAULTS = frozenset((5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 26))
# postgresql.org/docs/current/errcodes-appendix.html: connection, rollback (deadlock), resources, lock not available,
# operator, system; and a server that takes no writes
_POSTGRES_FAULTS = ("08", "40", "53", "55P03", "57", "58", "25006")
TIDY = "tsudoi_tidy"  # marks a connection whose transaction deletes what must be gone from the files, too
TIDY_AGAIN_S = 30.0
_ACCEPTING = 1  # the first number of the locks for it; PostgreSQL keeps locks of two numbers apart from those of one


class StoreError(Exception):
    """The database cannot be used as configured. Says what to do."""


class Database:
    """One engine, with a write lock where the database knows only one writer."""

    def __init__(self, url: str) -> None:
        self.url = normalise_url(url)
        parsed = make_url(self.url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._file = Path(parsed.database) if self.is_sqlite and parsed.database else None
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_size": 10, "pool_pre_ping": True}
        # what members wrote stands in the parameters, and errors end up in logs
        self.engine: AsyncEngine = create_async_engine(self.url, hide_parameters=True, **options)
        self._writer = asyncio.Lock()
        self._tidy_at: float | None = None  # when to try again to cut the log off
        self._name: IO[str] | None = None  # holds this process's name on SQLite
        self._named = ""
        self._session: AsyncConnection | None = None  # holds it on PostgreSQL
        if self.is_sqlite:
            _prepare_sqlite(self.engine)

    @property
    def file(self) -> Path | None:
        """The file of an SQLite store."""
        return self._file

    @contextlib.asynccontextmanager
    async def writing(self, *, patience: float | None = None) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may write; commits at the end, rolls back when something raises.

        Inside one process SQLite's writers queue here in order, rather than polling for the file lock.

        Raises:
            TimeoutError: no turn came within ``patience`` seconds.

        """
        if self.is_sqlite:
            async with asyncio.timeout(patience):
                await self._writer.acquire()
            try:
                async with self.engine.connect() as conn:
                    async with conn.begin():
                        yield conn
                    if self._is_untidy(conn):
                        await self._empty_log(conn)
            finally:
                self._writer.release()
        else:
            async with self.engine.connect() as conn, conn.begin():
                yield conn

    async def _empty_log(self, conn: AsyncConnection) -> None:
        """Bring the write-ahead log into the file and cut it off: older pages stand in it (sqlite.org/wal.html).

        A reader may keep it from being cut; then it is tried again after a later transaction, or when a process starts.
        """
        driver: Any = (await conn.get_raw_connection()).driver_connection
        async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
            busy, _, _ = await cursor.fetchone()
        now = asyncio.get_running_loop().time()
        self._tidy_at = now + TIDY_AGAIN_S if busy else None

    def _is_untidy(self, conn: AsyncConnection) -> bool:
        asked = conn.info.pop(TIDY, False)
        return asked or (self._tidy_at is not None and asyncio.get_running_loop().time() >= self._tidy_at)

    async def tidy(self) -> None:
        """Leave nothing of what was deleted in the files: of an erasure, perhaps, after which a process died."""
        if self.is_sqlite:
            async with self._writer, self.engine.connect() as conn:
                await self._empty_log(conn)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that only reads."""
        async with self.engine.connect() as conn:
            reader = await conn.execution_options(tsudoi_read_only=True)
            async with reader.begin():
                yield reader

    def check_presence(self) -> None:
        """Look whether SQLite's file is still there: a deleted one goes on working until the process ends.

        Raises:
            StoreError: it is gone.

        """
        if self._file and not self._file.exists():
            raise StoreError(f"{self._file} is gone; what is written now is lost when the bot stops")

    async def take_turn(self, conn: AsyncConnection, community: str) -> None:
        """Let replicas decide one after the other about one community, until the transaction ends.

        On SQLite the transaction itself is the only one that writes.
        """
        if not self.is_sqlite:
            await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"tsudoi:{community}"))))

    async def accept_in_turn(self, conn: AsyncConnection, community: str) -> None:
        """Let replicas store what comes in one after the other, until the transaction ends: ids follow the commits.

        A sequence alone gives a number long before it can be seen, perhaps after a greater one of another replica.
        """
        if not self.is_sqlite:
            turn = sa.func.pg_advisory_xact_lock(_ACCEPTING, sa.func.hashtext(f"tsudoi:{community}"))
            await conn.execute(sa.select(turn))

    async def occupy(self, name: str) -> None:
        """Be the only process of this name on this database, until ``close`` or death.

        Raises:
            StoreError: another one runs.

        """
        for _ in range(OCCUPY_TRIES):
            if await self._try_to_occupy(name):
                return
            await asyncio.sleep(OCCUPY_PAUSE_S)  # one that was killed a moment ago still holds the name
        raise StoreError(f"instance: {name!r} runs on this database already; stop it, or give this one another name")

    async def _try_to_occupy(self, name: str) -> bool:
        if self.is_sqlite:
            database = make_url(self.url).database
            if not database or database == ":memory:":
                return True
            file = Path(f"{database}.{name}.lock").open("w")  # noqa: ASYNC230, SIM115 - a moment; held until close
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return False
            self._name, self._named = file, name
            return True
        conn = await self.engine.connect()
        taken = await conn.scalar(sa.select(sa.func.pg_try_advisory_lock(sa.func.hashtext(f"instance:{name}"))))
        await conn.rollback()  # the lock is the session's; only the transaction ends
        if taken:
            self._session = conn
        else:
            await conn.close()
        return bool(taken)

    async def others(self) -> str:
        """Say which other processes run on this database; empty: none. To be asked after ``occupy``."""
        if self.is_sqlite:
            file = self._file
            return (
                ""
                if file is None
                else ", ".join(name for name in _names_beside(file) if name != self._named and _is_held(file, name))
            )
        # every instance holds an advisory lock of its session (see ``occupy``), and whoever works holds others
        held = sa.text(
            "SELECT count(DISTINCT pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> :ours "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        if self._session is None:
            raise StoreError("whoever asks for the others must be one itself")
        ours = await self._session.scalar(sa.select(sa.func.pg_backend_pid()))
        count = await self._session.scalar(held, {"ours": ours})
        await self._session.rollback()
        return f"{count} sessions of it" if count else ""

    async def close(self) -> None:
        """Let go of all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.invalidate()  # ends the session, and with it the lock
            await session.close()
        name, self._name = self._name, None
        if name is not None:
            name.close()
            self._named = ""
        await self.engine.dispose()


def _names_beside(file: Path) -> list[str]:
    """Return the names under which processes have run on a file."""
    return sorted(
        path.name[len(file.name) + 1 : -len(".lock")] for path in file.parent.glob(f"{glob.escape(file.name)}.*.lock")
    )


def _is_held(file: Path, name: str) -> bool:
    """Whether a process holds a name; it seems so of our own, too."""
    with file.with_name(f"{file.name}.{name}.lock").open("r") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


def is_stores_fault(error: BaseException) -> bool:
    """Whether the database could not do its work (locked, full, gone), so that the same statement may succeed later."""
    if isinstance(error, OSError | sa.exc.TimeoutError):  # the latter: no connection became free
        return True
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    code: int | None = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE_FAULTS  # the upper bits only say more about it
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state.startswith(_POSTGRES_FAULTS)
    return error.connection_invalidated or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)


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
            "secure_delete=ON",  # what is deleted is overwritten: an erasure reaches the file, see docs/privacy.md
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin(conn: sa.Connection) -> None:
        read_only = conn.get_execution_options().get("tsudoi_read_only", False)
        conn.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
