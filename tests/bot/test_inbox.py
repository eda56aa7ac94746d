"""Stored and committed before the platform is told; once; and nothing acknowledged that was not stored."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from chat.answers import Nothing
from chat.events import Event
from chat.port import NotStoredError
from storage.engine import Database
from storage.migrate import upgrade
from storage.tables import core as tables
from tests.bot.house import OTHER_HOME, STRANGE, house, noting, pressed, said


async def rows(url: str) -> list[str]:
    """Look into the store by a connection of one's own: only what is committed shows."""
    other = Database(url)
    try:
        async with other.reading() as conn:
            return list((await conn.execute(sa.select(tables.inbox.c.key).order_by(tables.inbox.c.id))).scalars())
    finally:
        await other.close()


async def test_an_event_is_committed_when_accept_returns(database: Database) -> None:
    async with house(database, started=False) as home:
        receipt = await home.inbox.accept(said(key="k1"))
        assert receipt.fresh
        assert await rows(database.url) == ["k1"]


async def test_an_event_that_comes_twice_is_taken_once_within_a_group_and_across(database: Database) -> None:
    async with house(database, noting()) as home:
        together = await asyncio.gather(*(home.inbox.accept(said(key=key)) for key in ("a", "a", "b", "a")))
        again = await home.inbox.accept(said(key="a"))
        await home.settled()
        assert [receipt.fresh for receipt in together] == [True, False, True, False]
        assert not again.fresh
        assert await again.answer == Nothing()
        assert await home.facts() == [("c1", "noted")] * 2
        assert (home.inbox.accepted, home.inbox.duplicates) == (2, 3)


async def test_what_comes_together_is_committed_together(database: Database) -> None:
    commits = 0

    def count(_conn: object) -> None:
        nonlocal commits
        commits += 1

    sa.event.listen(database.engine.sync_engine, "commit", count)
    async with house(database, started=False) as home:
        await asyncio.gather(*(home.inbox.accept(said()) for _ in range(200)))
        assert home.inbox.accepted == 200
        assert commits <= 2, "one commit for who came first, one for all who came meanwhile"


async def test_one_row_that_cannot_be_stored_takes_no_other_along(database: Database) -> None:
    class Unspeakable:
        """Nothing that JSON could hold."""

    bad = said(Unspeakable(), key="bad")  # type: ignore[arg-type]
    async with house(database, started=False) as home:
        events = [said(key="a"), bad, said(key="b")]
        outcomes = await asyncio.gather(*map(home.inbox.accept, events), return_exceptions=True)
        assert isinstance(outcomes[1], NotStoredError)
        assert await rows(database.url) == ["a", "b"]
        assert (await home.inbox.accept(said(key="c"))).fresh, "the writer lives on"


async def test_half_a_character_is_stored_as_a_mark_that_something_was_there(database: Database) -> None:
    text = json.loads('"half a face: \\ud83d; a whole one: \\ud83d\\ude00"')
    async with house(database, started=False) as home:
        assert (await home.inbox.accept(said(text, key="k"))).fresh
        async with database.reading() as conn:
            payload = (await conn.execute(sa.select(tables.inbox.c.payload))).scalar_one()
    assert json.loads(payload)["text"] == "half a face: \ufffd; a whole one: 😀"


async def test_what_is_nobodys_is_acknowledged_and_not_kept(database: Database) -> None:
    async with house(database, started=False) as home:
        receipt = await home.inbox.accept(said(workspace=STRANGE))
        assert (receipt.fresh, await receipt.answer) == (False, Nothing())
        assert await rows(database.url) == []


async def test_each_event_belongs_to_the_community_of_its_workspace(database: Database) -> None:
    async with house(database, noting()) as home:
        await asyncio.gather(home.inbox.accept(said()), home.inbox.accept(said(workspace=OTHER_HOME)))
        await home.settled()
        assert sorted(await home.facts()) == [("c1", "noted"), ("c2", "noted")]


async def test_what_arrives_while_stopping_is_stored_and_what_comes_after_is_not_taken(database: Database) -> None:
    async with house(database, started=False) as home:
        arriving = [asyncio.ensure_future(home.inbox.accept(said(key=f"k{n}"))) for n in range(3)]
        await asyncio.sleep(0)
        await home.inbox.stop()
        assert [receipt.fresh for receipt in await asyncio.gather(*arriving)] == [True] * 3
        with pytest.raises(NotStoredError):
            await home.inbox.accept(said())
    assert await rows(database.url) == ["k0", "k1", "k2"]


async def test_while_the_database_is_locked_nothing_is_acknowledged_and_a_click_hears_it_in_time(
    tmp_path: Path,
) -> None:
    db = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    await upgrade(db)
    holder = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)
    try:
        async with house(db, noting()) as home:
            holder.execute("BEGIN EXCLUSIVE")
            since = asyncio.get_running_loop().time()
            events: list[Event] = [said(key="m"), pressed("x", key="p"), said(key="n")]
            outcomes = await asyncio.gather(*map(home.inbox.accept, events), return_exceptions=True)
            took = asyncio.get_running_loop().time() - since
            assert all(isinstance(outcome, NotStoredError) for outcome in outcomes)
            assert took < 2.8, "Slack and Discord give up after three seconds"
            assert home.inbox.failing
            assert home.inbox.progress.refused == 2, "what is not asked for again by a member is a gap"
            holder.execute("ROLLBACK")
            assert [(await home.inbox.accept(event)).fresh for event in events] == [True] * 3
            await home.settled()
            assert not home.inbox.failing
            assert await home.facts() == [("c1", "noted")] * 2
    finally:
        holder.close()
        await db.close()


async def test_a_full_disk_refuses_and_an_emptied_one_takes_everything(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    await upgrade(db)
    try:
        async with house(db, noting()) as home:
            await set_pages(db, spare=3)
            outcomes = await asyncio.gather(
                *(home.inbox.accept(said("long " * 4000, key=f"k{n}")) for n in range(8)), return_exceptions=True
            )
            assert all(isinstance(outcome, NotStoredError) for outcome in outcomes)
            assert home.inbox.failing
            await set_pages(db, spare=10_000)
            for n in range(8):
                assert (await home.inbox.accept(said("long " * 4000, key=f"k{n}"))).fresh
            await home.settled()
            assert await home.facts() == [("c1", "noted")] * 8
    finally:
        await db.close()


async def set_pages(db: Database, *, spare: int) -> None:
    """Let every connection's database grow by so many pages, and no further."""
    async with db.engine.connect() as conn:
        pages = (await conn.exec_driver_sql("PRAGMA page_count")).scalar_one()
    limit = int(pages) + spare

    def restrict(connection: object, *_: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"PRAGMA max_page_count={limit}")
        cursor.close()

    sa.event.listen(db.engine.sync_engine, "checkout", restrict)
