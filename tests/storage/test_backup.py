"""Backups on both databases: one moment of a store that is written to, whole or refused, and back in its place."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import os
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.backups import postgres as backup_postgres
from storage.backups import sqlite as backup_sqlite
from storage.backups.files import Contents, Manifest, backups_in, manifest_path, prune, read_manifest, see_alike
from storage.backups.making import Restored, alone, make, restore
from storage.engine import Database, StoreError
from storage.migrate import current, newest, upgrade
from storage.tables.core import activity, members

NOW = datetime(2026, 12, 4, 3, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
_seconds = itertools.count()


async def nobody(_conn: AsyncConnection, _now: datetime) -> int:
    return 0


def fact(n: int) -> dict[str, object]:
    return {"community": "main", "key": f"fact:{n}", "at": NOW, "kind": "message.posted", "data": "a\tb\\n\n改行"}


async def add_facts(db: Database, first: int, count: int) -> None:
    async with db.writing() as conn:
        await conn.execute(sa.insert(activity), [fact(n) for n in range(first, first + count)])


async def keys(db: Database) -> set[str]:
    async with db.reading() as conn:
        return set((await conn.execute(sa.select(activity.c.key))).scalars())


@asynccontextmanager
async def occupied(db: Database) -> AsyncIterator[Database]:
    """Hold the store as `tsudoi restore` does."""
    held = Database(db.url)
    await held.occupy("main")
    try:
        yield held
    finally:
        await held.close()


async def put_back(db: Database, backup: Path, *, lists: tuple[Path, ...] = ()) -> Restored:
    await db.engine.dispose()
    async with occupied(db) as held:
        return await restore(held, backup, lists=lists, erase=nobody, now=LATER + timedelta(seconds=next(_seconds)))


async def test_a_backup_says_what_it_holds_and_only_its_owner_reads_it(database: Database, tmp_path: Path) -> None:
    await add_facts(database, 0, 300)
    folder = tmp_path / "backups"
    path, manifest = await make(database, folder, NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (path, manifest_path(path))} == {0o600}
    assert (manifest.facts, manifest.revision, manifest.made_at) == (300, newest(), NOW)
    assert manifest.counts["members"] == 0
    assert read_manifest(path) == manifest
    assert "20261204-033000Z" in path.name
    assert sorted(file.name for file in folder.iterdir()) == sorted([path.name, f"{path.name}.json"])


async def test_a_restore_brings_back_that_moment_and_keeps_what_it_replaces(database: Database, tmp_path: Path) -> None:
    await add_facts(database, 0, 300)
    path, _ = await make(database, tmp_path / "backups", NOW)
    before = await keys(database)
    await add_facts(database, 300, 50)
    done = await put_back(database, path)
    assert await keys(database) == before
    async with database.reading() as conn:
        told = (await conn.execute(sa.select(activity.c.data).where(activity.c.key == "fact:7"))).scalar_one()
        assert told == "a\tb\\n\n改行"
    await add_facts(database, 1000, 1)  # numbers go on where they were
    assert done.aside
    if database.is_sqlite:
        aside = Database(f"sqlite:///{done.aside}")
        assert len(await keys(aside)) == 350
        await aside.close()
    else:
        async with database.reading() as conn:
            schema = done.aside.removeprefix("schema ")
            count = await conn.scalar(sa.select(sa.func.count()).select_from(sa.table("activity", schema=schema)))
        assert count == 350
    again, manifest = await make(database, tmp_path / "backups", LATER)  # what is kept aside is in no backup
    assert manifest.facts == 301
    await put_back(database, again)


async def test_a_backup_made_while_facts_pour_in_is_one_moment(database: Database, tmp_path: Path) -> None:
    await add_facts(database, 0, 20_000)
    wrote, stopping = [20_000], asyncio.Event()

    async def pour() -> None:
        while not stopping.is_set():
            await add_facts(database, wrote[0], 3)  # three at a time: a moment between them would show
            wrote[0] += 3
            await asyncio.sleep(0.001)

    pouring = asyncio.create_task(pour())
    while wrote[0] < 20_030:  # noqa: ASYNC110 - what another task counts
        await asyncio.sleep(0.005)
    path, manifest = await make(database, tmp_path / "backups", NOW)
    taken_in = wrote[0]
    stopping.set()
    await pouring
    assert manifest.facts % 3 == 20_000 % 3
    assert 20_030 <= manifest.facts < taken_in, "writers wrote on"
    await put_back(database, path)
    assert await keys(database) == {f"fact:{n}" for n in range(manifest.facts)}


async def test_what_is_damaged_is_refused_and_nothing_changes(database: Database, tmp_path: Path) -> None:
    await add_facts(database, 0, 300)
    path, _ = await make(database, tmp_path / "backups", NOW)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    await add_facts(database, 300, 1)
    with pytest.raises(StoreError, match="is damaged: it is not what was written"):
        await put_back(database, path)
    assert len(await keys(database)) == 301
    path.write_bytes(content[:-20])
    with pytest.raises(StoreError, match="is damaged"):
        await put_back(database, path)
    manifest_path(path).unlink()
    with pytest.raises(StoreError, match=r"its manifest .* is missing"):
        await put_back(database, path)
    with pytest.raises(StoreError, match="no such backup"):
        await put_back(database, tmp_path / "nothing.pgdump")
    assert len(await keys(database)) == 301


def forge(path: Path, manifest: Manifest, **changes: object) -> None:
    """Change what a manifest says."""
    manifest_path(path).write_bytes(msgspec.json.encode(msgspec.structs.replace(manifest, **changes)))


async def test_a_backup_whose_content_is_not_as_said_is_not_restored_even_in_part(
    database: Database, tmp_path: Path
) -> None:
    await add_facts(database, 0, 30)
    path, manifest = await make(database, tmp_path / "backups", NOW)
    await add_facts(database, 30, 5)
    forge(path, manifest, counts=manifest.counts | {"activity": 29})
    with pytest.raises(StoreError, match="does not hold the rows that it should: activity"):
        await put_back(database, path)
    assert len(await keys(database)) == 35
    assert not [name for name in os.listdir(tmp_path) if "replaced" in name]  # noqa: PTH208 - for a moment, in a test


async def test_a_newer_or_a_strange_backup_is_refused(database: Database, tmp_path: Path) -> None:
    path, manifest = await make(database, tmp_path / "backups", NOW)
    forge(path, manifest, revision="9999")
    with pytest.raises(StoreError, match="schema 9999, and this Tsudoi knows up to"):
        await put_back(database, path)
    forge(path, manifest, format=2)
    with pytest.raises(StoreError, match="made by a newer Tsudoi"):
        await put_back(database, path)
    forge(path, manifest, database="postgresql" if manifest.database == "sqlite" else "sqlite")
    with pytest.raises(StoreError, match="they do not mix"):
        await put_back(database, path)
    manifest_path(path).write_text("{}")
    with pytest.raises(StoreError, match="is no manifest"):
        await put_back(database, path)


async def test_nothing_is_restored_under_a_running_bot(database: Database, tmp_path: Path) -> None:
    path, _ = await make(database, tmp_path / "backups", NOW)
    running = Database(database.url)
    await running.occupy("second")
    try:
        with pytest.raises(StoreError, match=r"a bot runs on this store .*; stop it"):
            await put_back(database, path)
    finally:
        await running.close()
    await put_back(database, path)


async def test_a_backup_of_an_older_schema_comes_back_with_the_newest(tmp_path: Path, postgres_url: str) -> None:
    for url in (f"sqlite:///{tmp_path / 'store.sqlite'}", postgres_url):
        db = Database(url)
        await upgrade(db, "0004")
        async with db.writing() as conn:
            await conn.execute(sa.text("INSERT INTO members (community, name, joined_at) VALUES ('main', 'Aki', :at)"),
                               {"at": "2026-12-01 00:00:00"} if db.is_sqlite else {"at": NOW})  # fmt: skip
        path, manifest = await make(db, tmp_path / "backups", NOW)
        assert manifest.revision == "0004"
        await upgrade(db)
        await put_back(db, path)
        assert await current(db) == newest()
        async with db.reading() as conn:
            assert await conn.scalar(sa.select(members.c.name)) == "Aki"
        await db.close()


async def test_a_store_that_is_not_there_any_more_is_restored_from_nothing(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    await upgrade(db)
    await add_facts(db, 0, 10)
    path, _ = await make(db, tmp_path / "backups", NOW)
    await db.close()
    (tmp_path / "store.sqlite").unlink()
    for side in ("-wal", "-shm"):
        (tmp_path / f"store.sqlite{side}").unlink(missing_ok=True)
    assert (await put_back(db, path)).aside == ""
    assert len(await keys(db)) == 10
    await db.close()


async def test_a_damaged_store_is_kept_aside_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    db = Database(f"sqlite:///{file}")
    await upgrade(db)
    await add_facts(db, 0, 10)
    path, _ = await make(db, tmp_path / "backups", NOW)
    await db.close()
    file.write_bytes(b"not a database at all" * 500)
    done = await put_back(db, path)
    assert await asyncio.to_thread(Path(done.aside).read_bytes) == b"not a database at all" * 500
    assert len(await keys(db)) == 10
    await db.close()


# ---- files


def test_old_backups_go_but_never_the_last_ones(tmp_path: Path) -> None:
    for age in (0, 1, 5, 20, 30, 40):
        at = NOW - timedelta(days=age)
        path = tmp_path / f"tsudoi-{at:%Y%m%d-%H%M%S}Z-{age:04x}.sqlite.gz"
        path.write_bytes(b"x")
        manifest = Manifest(made_at=at, database="sqlite", made_with="", revision="1", counts={}, file=path.name,
                            bytes=1, sha256="")  # fmt: skip
        manifest_path(path).write_bytes(msgspec.json.encode(manifest))
    (tmp_path / "tsudoi-20261101-000000Z-0000.sqlite.gz.part").write_bytes(b"unfinished")
    (tmp_path / "notes.txt").write_text("not ours")
    assert prune(tmp_path, keep_days=14, keep_least=4, now=NOW) == 2
    assert [(NOW - manifest.made_at).days for _, manifest in backups_in(tmp_path)] == [0, 1, 5, 20]
    assert prune(tmp_path, keep_days=0, keep_least=1, now=NOW + timedelta(days=9)) == 3
    assert len(list(tmp_path.iterdir())) == 3


async def test_two_do_not_make_one_at_the_same_time(database: Database, tmp_path: Path) -> None:
    other = Database(database.url)
    async with alone(database, tmp_path / "one") as first, alone(other, tmp_path / "one") as second:
        assert (first, second) == (True, False)
    if not database.is_sqlite:  # replicas on other machines have folders of their own
        async with alone(database, tmp_path / "one") as first, alone(other, tmp_path / "two") as second:
            assert (first, second) == (True, False)
    async with alone(other, tmp_path / "one") as again:
        assert again
    await other.close()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    db = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    await upgrade(db)
    with pytest.raises(StoreError, match=r"backup\.folder: .*file/b cannot be made"):
        await make(db, tmp_path / "file" / "b", NOW)
    await db.close()


def test_a_copy_that_lost_rows_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not hold the rows that it should: b, c"):
        see_alike(Contents("1", {"a": 1, "b": 2}), Contents("1", {"a": 1, "b": 3, "c": 0}), "the copy")
    with pytest.raises(StoreError, match="holds schema 1, not 2"):
        see_alike(Contents("1", {}), Contents("2", {}), "the copy")
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"SQLite format 3\0" + os.urandom(9000)))
    backup_sqlite.unpack(tmp_path / "x.gz", tmp_path / "x")
    with pytest.raises(StoreError, match=r"does not open|is damaged"):
        backup_sqlite.check(tmp_path / "x")


# ---- PostgreSQL's programs


async def test_the_password_is_never_on_a_command_line() -> None:
    conninfo, environment = backup_postgres.connection_of(
        "postgresql+psycopg://aki:s3cret%40@db.example:5433/tsudoi?sslmode=require"
    )
    assert "s3cret" not in conninfo
    assert {"host=db.example", "port=5433", "user=aki", "dbname=tsudoi", "sslmode=require"} == set(conninfo.split())
    assert environment["PGPASSWORD"] == "s3cret@"


def program(folder: Path, version: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "pg_dump").write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {version}'\n")
    (folder / "pg_dump").chmod(0o755)


async def test_a_missing_or_too_old_program_is_said_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_postgres, "_DEBIAN", tmp_path / "lib")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(StoreError, match=r"pg_dump is not installed.*postgresql-client-16"):
        await backup_postgres.find_program("pg_dump", 16)
    program(tmp_path / "bin", "13.4")
    with pytest.raises(StoreError, match=r"of PostgreSQL 13\.4, and 16 is needed.*install postgresql-client-16"):
        await backup_postgres.find_program("pg_dump", 16)
    (tmp_path / "lib" / "16").mkdir(parents=True)
    program(tmp_path / "lib" / "16" / "bin", "16.1 (Debian)")
    assert await backup_postgres.find_program("pg_dump", 16) == str(tmp_path / "lib" / "16" / "bin" / "pg_dump")
    assert await backup_postgres.find_program("pg_dump", 13) == str(tmp_path / "bin" / "pg_dump")
