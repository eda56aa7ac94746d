"""A restore erases again whoever was erased since, and nobody who has begun anew."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.backups.making import make, restore
from storage.engine import Database
from storage.erasing.marks import NAME, Mark, MarksFile, backs_of, drop, marks_of
from storage.erasing.marks import put_back as put_marks_back
from storage.tables.membership import erased, salts
from tests.storage.test_backup import LATER, NOW, occupied, put_back


async def erase(db: Database, mark: str, salt: str = "5a17") -> None:
    async with db.writing() as conn:
        if not (await marks_of(conn)):
            await conn.execute(sa.insert(salts).values(community="main", value=salt))
        await conn.execute(sa.insert(erased).values(community="main", mark=mark, at=NOW))


async def test_who_was_erased_since_is_erased_again(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    path, _ = await make(database, folder, NOW)
    await erase(database, "aa" * 32)
    marks = MarksFile(folder)
    async with database.reading() as conn:
        assert (await marks.follow(conn), await marks.follow(conn)) == (1, 0)
    await erase(database, "bb" * 32)  # the bot died before it wrote this one down: the replaced store still knows
    seen: list[set[str]] = []

    async def look(conn: AsyncConnection, _now: datetime) -> int:
        seen.append({one.mark for one in await marks_of(conn)})
        return 2

    await database.engine.dispose()
    async with occupied(database) as held:
        done = await restore(held, path, lists=(folder,), erase=look, now=LATER)
    assert done.erased == 2
    assert seen == [{"aa" * 32, "bb" * 32}]
    async with database.reading() as conn:
        assert {one.mark for one in await marks_of(conn)} == {"aa" * 32, "bb" * 32}


async def test_a_list_of_marks_survives_a_line_cut_short_and_strange_keys(database: Database, tmp_path: Path) -> None:
    marks = MarksFile(tmp_path)
    one = Mark(at=NOW, community="main", mark="aa", salt="s")
    assert marks.add([one]) == 1
    with (tmp_path / NAME).open("ab") as file:
        file.write(b'{"at":"2026')
    two = Mark(at=NOW, community="main", mark="bb", salt="s")
    assert marks.add([one, two]) == 1
    assert marks.read() == [one, two]
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    await erase(database, "cc")  # with a key of its own: marks made with another one say nothing about this store
    path, _ = await make(database, tmp_path / "b", NOW)
    await put_back(database, path, lists=(tmp_path,))
    async with database.reading() as conn:
        assert [one.mark for one in await marks_of(conn)] == ["cc"]


async def test_who_wanted_to_be_known_again_is_not_erased_by_a_restore(database: Database, tmp_path: Path) -> None:
    marks = MarksFile(tmp_path)
    for mark in ("aa", "bb"):
        await erase(database, mark)
    async with database.reading() as conn:
        assert await marks.follow(conn) == 2
    async with database.writing() as conn:
        await conn.execute(sa.delete(erased).where(erased.c.mark == "aa"))
    async with database.reading() as conn:
        assert (await marks.follow(conn), await marks.follow(conn)) == (1, 0)
    assert [one.mark for one in marks.read()] == ["bb"]
    async with database.writing() as conn:
        await conn.execute(sa.delete(erased))
    fresh = MarksFile(tmp_path)  # of a bot that finds an older store: it may lack marks for another reason
    async with database.reading() as conn:
        assert await fresh.follow(conn) == 0
    assert [one.mark for one in fresh.read()] == ["bb"]


async def test_who_began_anew_just_before_the_bot_died_is_not_erased_by_a_restore(
    database: Database, tmp_path: Path
) -> None:
    path, _ = await make(database, tmp_path, NOW)
    for mark in ("aa", "bb"):
        await erase(database, mark)
    async with database.reading() as conn:
        assert await MarksFile(tmp_path).follow(conn) == 2
    async with database.writing() as conn:  # and the bot dies before it looks again
        await conn.execute(sa.update(erased).where(erased.c.mark == "aa").values(back_at=LATER))
    fresh = MarksFile(tmp_path)  # of the bot that starts next
    async with database.reading() as conn:
        assert await fresh.follow(conn) == 1
    assert [one.mark for one in fresh.read()] == ["bb"]
    assert [one.mark for one in fresh.told] == ["aa"]
    async with database.writing() as conn:
        await drop(conn, fresh.told)
    async with database.reading() as conn:
        assert list((await conn.execute(sa.select(erased.c.mark))).scalars()) == ["bb"]
        assert await fresh.follow(conn) == 0
        assert await backs_of(conn) == []
    async with database.writing() as conn:  # another one, and nothing looks before the restore
        await conn.execute(sa.update(erased).values(back_at=LATER))
    await put_back(database, path, lists=(tmp_path,))
    async with database.reading() as conn:
        assert await marks_of(conn) == []


async def test_a_mark_that_a_store_took_back_counts_again_only_if_it_came_later(database: Database) -> None:
    await erase(database, "aa")
    async with database.writing() as conn:
        await conn.execute(sa.update(erased).values(back_at=LATER))
    old = Mark(at=NOW, community="main", mark="aa", salt="5a17")
    new = Mark(at=LATER + timedelta(days=1), community="main", mark="aa", salt="5a17")
    async with database.writing() as conn:
        assert await put_marks_back(conn, [old]) == 0
        assert await marks_of(conn) == []
        assert await put_marks_back(conn, [new]) == 1
        assert await marks_of(conn) == [new]
