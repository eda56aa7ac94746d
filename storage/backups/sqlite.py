"""Copies SQLite while it is written to (sqlite.org/backup.html), packs the copy, and opens it again to see it is whole.

A read transaction that is open from the first to the last page gives one moment of the store. Without it, every
commit of the bot would begin the copy anew (sqlite.org/c3ref/backup_finish.html, "Concurrent Usage"); with it and the
write-ahead log, nobody waits: writers write on, and only the log cannot be shortened meanwhile.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import shutil
import sqlite3
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

from storage.backups.files import BLOCK, Contents, make_private, sync
from storage.engine import StoreError

PAGES = 1_024  # of 4 KiB, in one step; what else the disk has to do comes in between
PAUSE_S = 0.005
LEVEL = 4  # twice as fast as the default, and some per cent larger
_SIDES = ("-wal", "-shm", "-journal")


def copy(source: Path, target: Path) -> Contents:
    """Copy a store as it is at one moment; returns what it holds."""
    make_private(target)
    with _opened(source, read_only=True) as live, _opened(target) as made:
        live.execute("BEGIN")
        contents = contents_of(live)  # the first read takes the moment
        live.backup(made, pages=PAGES, progress=_breathe)
        live.execute("ROLLBACK")
        made.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
    return contents


def check(path: Path) -> Contents:
    """Open a store, look at every page of it, and return what it holds.

    Raises:
        StoreError: it is damaged, or no store of ours.

    """
    try:
        with _opened(path, read_only=True) as conn:
            said = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if said != "ok":
                raise StoreError(f"{path.name} is damaged: {str(said)[:100]}")
            return contents_of(conn)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path.name} does not open: {error}") from None


def contents_of(conn: sqlite3.Connection) -> Contents:
    """Count what an open store holds."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name"
    names = [name for (name,) in conn.execute(query)]
    counts = {name: int(conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}  # noqa: S608 - a table's own name
    if "alembic_version" not in counts:
        raise StoreError("there is no store of Tsudoi in it")
    row = conn.execute("SELECT version_num FROM alembic_version").fetchone()
    return Contents(str(row[0]) if row else "", counts)


def pack(source: Path, target: Path) -> None:
    """Compress a copy."""
    make_private(target)
    with source.open("rb") as plain, target.open("wb") as file, gzip.GzipFile("", "wb", LEVEL, file, 0) as packed:
        shutil.copyfileobj(plain, packed, BLOCK)


def unpack(source: Path, target: Path) -> None:
    """Write a backup out again.

    Raises:
        StoreError: it cannot be unpacked.

    """
    make_private(target)
    try:
        with gzip.open(source, "rb") as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain, BLOCK)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise StoreError(f"{source} is damaged: it cannot be unpacked") from None


def put_in_place(made: Path, store: Path, aside: Path) -> bool:
    """Let a restored store take the place of the present one, which is kept ``aside``; returns whether there was one.

    At every moment there is one whole store under the name: a crash leaves the old one or the new one.
    """
    sync(made)
    there = store.exists()
    if there:
        with contextlib.suppress(sqlite3.DatabaseError), _opened(store) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            old.execute("PRAGMA journal_mode=DELETE")
        for side in _SIDES:  # left where the old one is damaged: a log must not be taken for the new one's
            with contextlib.suppress(FileNotFoundError):
                store.with_name(store.name + side).replace(aside.with_name(aside.name + side))
        os.link(store, aside)
    made.replace(store)
    sync(store.parent)
    return there


def settle(path: Path) -> None:
    """Put what stands in the write-ahead log into the file itself: it can be moved alone then."""
    with _opened(path) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        conn.execute("PRAGMA journal_mode=DELETE")
    delete_sides(path)


def delete_sides(path: Path) -> None:
    """Delete what SQLite keeps beside a file that nobody uses."""
    for side in _SIDES:
        path.with_name(path.name + side).unlink(missing_ok=True)


@contextlib.contextmanager
def _opened(path: Path, *, read_only: bool = False) -> Iterator[sqlite3.Connection]:
    mode = "ro" if read_only else "rwc"
    address = f"{path.absolute().as_uri()}?mode={mode}"
    conn = sqlite3.connect(address, uri=True, isolation_level=None, timeout=10, check_same_thread=False)
    try:
        yield conn
    finally:
        conn.close()


def _breathe(_status: int, _remaining: int, _total: int) -> None:
    time.sleep(PAUSE_S)
