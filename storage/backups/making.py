"""Makes a backup of a running store, and restores one: what is the same for both databases.

A backup counts only after it was opened and found to hold what the store held at that moment. A restore is all or
nothing, keeps what it replaces, and erases again whoever was erased since.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import glob
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.backups import postgres as backup_postgres
from storage.backups import sqlite as backup_sqlite
from storage.backups.files import (
    PART,
    Contents,
    Manifest,
    delete,
    finish,
    new_name,
    prepare,
    see_alike,
    sha256_of,
    verify,
)
from storage.engine import Database, StoreError
from storage.erasing.marks import Mark, MarksFile, backs_of, marks_of, put_back
from storage.migrate import newest, upgrade, upgrade_in

_LOCK = "tsudoi:backup"
_REPLACED = ".replaced-"


Erase = Callable[[AsyncConnection, datetime], Awaitable[int]]  # erases whom a mark in the store is of


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    aside: str  # where what was replaced is kept; empty: there was nothing
    erased: int  # members who were in the backup and had been erased since


@contextlib.asynccontextmanager
async def alone(db: Database, folder: Path) -> AsyncIterator[bool]:
    """Say whether nobody else makes a backup into this folder or of this database, and see that it stays so."""
    prepare(folder)
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        if db.is_sqlite:
            yield True
            return
        async with db.engine.connect() as conn:
            lock = sa.func.hashtext(_LOCK)
            taken = bool(await conn.scalar(sa.select(sa.func.pg_try_advisory_lock(lock))))
            await conn.rollback()  # the lock is the session's
            try:
                yield taken
            finally:
                if taken:
                    await conn.execute(sa.select(sa.func.pg_advisory_unlock(lock)))
                    await conn.rollback()


async def make(db: Database, folder: Path, now: datetime) -> tuple[Path, Manifest]:
    """Copy the store, see that the copy holds what it should, and keep it.

    Raises:
        StoreError: it could not be made, or is not what it should be.

    """
    prepare(folder)
    MarksFile(folder).add(await _present_marks(db))
    name = new_name("sqlite" if db.is_sqlite else "postgresql", now)
    part = folder / f"{name}{PART}"
    try:
        if db.is_sqlite:
            contents, made_with = await asyncio.to_thread(_copy_sqlite, _file_of(db), part)
        else:
            async with db.engine.connect() as conn:
                snapshot = await conn.execution_options(isolation_level="REPEATABLE READ")
                contents, made_with = await backup_postgres.dump(snapshot, db.url, part)
                await snapshot.rollback()
            see_alike(await backup_postgres.check(part, made_with), contents, "the copy")
        manifest = Manifest(
            made_at=now,
            database="sqlite" if db.is_sqlite else "postgresql",
            made_with=made_with,
            revision=contents.revision,
            counts=contents.counts,
            file=name,
            bytes=part.stat().st_size,
            sha256=await asyncio.to_thread(sha256_of, part),
        )
        return await asyncio.to_thread(finish, part, manifest), manifest
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"the backup could not be made: {getattr(error, 'strerror', None) or error}") from None
    finally:
        delete([part, *_helpers(part)])


async def drop_aside(db: Database, before: datetime) -> list[str]:
    """Delete stores that a restore replaced before a moment; returns their names."""
    if not db.is_sqlite:
        async with db.writing() as conn:
            return await backup_postgres.drop_aside(conn, before)
    store = _file_of(db)
    gone = []
    for path in sorted(store.parent.glob(f"{glob.escape(store.name)}{_REPLACED}*")):
        if datetime.fromtimestamp(path.lstat().st_ctime, UTC) < before:  # when it was put aside
            path.unlink(missing_ok=True)
            gone.append(path.name)
    return gone


def _helpers(part: Path) -> tuple[Path, Path]:
    """Return the files that making a backup needs for a while: the copy, and what comes out of the packed copy."""
    return part.with_name(f"{part.name}.plain"), part.with_name(f"{part.name}.again")


def _copy_sqlite(store: Path, part: Path) -> tuple[Contents, str]:
    plain, again = _helpers(part)
    contents = backup_sqlite.copy(store, plain)
    backup_sqlite.pack(plain, part)
    backup_sqlite.delete_sides(plain)
    delete([plain])
    backup_sqlite.unpack(part, again)  # what is checked is what is kept, not what it was made from
    see_alike(backup_sqlite.check(again), contents, "the copy")
    return contents, f"sqlite {sqlite3.sqlite_version}"


async def look_into(backup: Path) -> Manifest:
    """See that a backup is whole and that this version can restore it.

    Raises:
        StoreError: it is not, or cannot.

    """
    manifest = await asyncio.to_thread(verify, backup)
    known = newest() or ""
    if manifest.revision > known:
        raise StoreError(
            f"{backup} has schema {manifest.revision}, and this Tsudoi knows up to {known}: update it, then restore"
        )
    return manifest


async def restore(db: Database, backup: Path, *, lists: Sequence[Path], erase: Erase, now: datetime) -> Restored:
    """Put a backup in the place of the store, which must be occupied by the caller (``Database.occupy``).

    ``lists`` are the folders in which a list of erasures may be. The restored store has the newest schema.

    Raises:
        StoreError: nothing was changed; the text says why.

    """
    manifest = await look_into(backup)
    kind = "sqlite" if db.is_sqlite else "postgresql"
    if manifest.database != kind:
        raise StoreError(f"{backup} is a backup of {manifest.database}, and store.url is of {kind}: they do not mix")
    if running := await db.others():
        raise StoreError(f"a bot runs on this store ({running}); stop it before you restore")
    backs = {one.mark for one in await _present_marks(db, backs_of)}  # the bot may have died before it wrote them down
    listed = [mark for folder in dict.fromkeys(lists) for mark in MarksFile(folder).read() if mark.mark not in backs]
    marks = listed + await _present_marks(db)

    async def erase_again(conn: AsyncConnection) -> int:
        await put_back(conn, marks)
        return await erase(conn, now)

    put = _restore_sqlite if db.is_sqlite else _restore_postgres
    try:
        return await put(db, backup, manifest, erase_again, now)
    except (OSError, sqlite3.Error, SQLAlchemyError) as error:
        said = getattr(error, "strerror", None) or getattr(error, "orig", None) or error
        raise StoreError(f"nothing was restored: {said}") from None


async def _restore_sqlite(
    db: Database,
    backup: Path,
    manifest: Manifest,
    erase_again: Callable[[AsyncConnection], Awaitable[int]],
    now: datetime,
) -> Restored:
    store = _file_of(db)
    made = store.with_name(f"{store.name}.restoring")
    aside = store.with_name(f"{store.name}{_REPLACED}{now:%Y%m%d-%H%M%S}Z")
    delete([made])
    backup_sqlite.delete_sides(made)
    try:
        await asyncio.to_thread(backup_sqlite.unpack, backup, made)
        expected = Contents(manifest.revision, manifest.counts)
        see_alike(await asyncio.to_thread(backup_sqlite.check, made), expected, str(backup))
        fresh = Database(f"sqlite:///{made}")
        try:
            await upgrade(fresh)
            async with fresh.writing() as conn:
                gone = await erase_again(conn)
        finally:
            await fresh.close()
        await asyncio.to_thread(backup_sqlite.settle, made)
        await db.engine.dispose()  # no connection of ours may hold the old file while it is moved
        was_there = await asyncio.to_thread(backup_sqlite.put_in_place, made, store, aside)
    finally:
        delete([made])
        backup_sqlite.delete_sides(made)
    return Restored(manifest, str(aside) if was_there else "", gone)


async def _restore_postgres(
    db: Database,
    backup: Path,
    manifest: Manifest,
    erase_again: Callable[[AsyncConnection], Awaitable[int]],
    now: datetime,
) -> Restored:
    aside = f"{backup_postgres.ASIDE}{now:%Y%m%d_%H%M%S}"
    async with db.writing() as conn:  # one transaction: a crash leaves the old store
        was_there = await backup_postgres.move_aside(conn, aside)
        await backup_postgres.write_back(conn, backup, manifest.made_with)
        expected = Contents(manifest.revision, manifest.counts)
        see_alike(await backup_postgres.contents_of(conn), expected, str(backup))
        await upgrade_in(conn)
        gone = await erase_again(conn)
    return Restored(manifest, f"schema {aside}" if was_there else "", gone)


async def _present_marks(
    db: Database, which: Callable[[AsyncConnection], Awaitable[list[Mark]]] = marks_of
) -> list[Mark]:
    """Return the marks of a store, if it opens; the list beside the backups has most."""
    if db.file is not None and not db.file.exists():
        return []  # opening it would make it
    try:
        async with db.reading() as conn:
            return await which(conn)
    except (SQLAlchemyError, OSError):  # damaged, empty or of an older schema
        return []


def _file_of(db: Database) -> Path:
    """Return the file of an SQLite store.

    Raises:
        StoreError: it is in memory only.

    """
    if db.file is None:
        raise StoreError("a store in memory has no file to back up")
    return db.file
