"""The index of what was answered before, on both databases."""

import asyncio
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storage.engine import Database
from storage.questions.knowledge import Conversation, KnowledgeStore
from storage.questions.knowledge_rows import BLOCK
from storage.tables.knowledge import documents, postings, terms
from storage.unit import Unit

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


async def put(knowledge: KnowledgeStore, id_: int, title: str, question: str = "", *replies: str) -> None:
    await knowledge.put(id_, title=title, question=question, replies=replies, at=NOW)


async def found(knowledge: KnowledgeStore, text: str) -> list[int]:
    return [hit.question_id for hit in await knowledge.search(text, limit=10)]


async def test_what_was_replied_is_found_too(database: Database) -> None:
    async with database.writing() as conn:
        knowledge = Unit(conn, "main", NOW).knowledge
        await put(knowledge, 1, "Invoices", "How do I send an invoice?", "Use the Ledger page")
        await put(knowledge, 5000, "Holidays", "When are we closed?", "See the calendar")
    async with database.reading() as conn:
        knowledge = Unit(conn, "main", NOW).knowledge
        assert await found(knowledge, "ledger") == [1]
        assert await found(knowledge, "calendar") == [5000]
        assert await found(Unit(conn, "other", NOW).knowledge, "ledger") == []


async def test_putting_again_replaces_and_removing_leaves_nothing(database: Database) -> None:
    async with database.writing() as conn:
        knowledge = Unit(conn, "main", NOW).knowledge
        await put(knowledge, 1, "Invoices", "zebra", "walrus")
        await put(knowledge, 1, "Invoices", "zebra", "giraffe")
        assert (await found(knowledge, "walrus"), await found(knowledge, "giraffe")) == ([], [1])
        assert await knowledge.count() == 1
        await knowledge.remove(1)
        await knowledge.remove(1)
        assert await knowledge.count() == 0
        for table in ("knowledge_documents", "knowledge_terms", "knowledge_postings"):
            assert (await conn.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one() == 0  # noqa: S608 - ours


@pytest.mark.parametrize("asked", ["会議", "型", "ﾓﾅﾄﾞ", "モナド", "請求", "Ledger", "invoicing"])
async def test_japanese_words_of_one_and_two_characters_are_found(database: Database, asked: str) -> None:
    async with database.writing() as conn:
        knowledge = Unit(conn, "main", NOW).knowledge
        await put(knowledge, 1, "会議の予約", "型が合わないモナド", "請求は Ledger の invoice から")
        await put(knowledge, 2, "別の話", "天気がよい", "Sunshine")
        assert await found(knowledge, asked) == [1]


@pytest.mark.parametrize(
    "text",
    ["", "   ", "🎉🎉🎉", "\x00\x00", "the of and what is", "それはない", "```\n\n```", "\ud800", "()[]{}<>;"],
)
async def test_a_text_with_nothing_in_it_finds_nothing(database: Database, text: str) -> None:
    async with database.writing() as conn:
        knowledge = Unit(conn, "main", NOW).knowledge
        await put(knowledge, 1, "Invoices", "How do I send an invoice?")
        await put(knowledge, 2, text, text, text)
        assert await knowledge.search(text, limit=3) == []
        assert await found(knowledge, f"{text} invoice") == [1]


async def test_a_huge_question_with_mixed_scripts_is_searched_and_stored(database: Database) -> None:
    huge = ("invoice 請求書 счёт fn main() { let x\x00 = 1; } 🎉 " * 1000)[:40_000]
    async with database.writing() as conn:
        knowledge = Unit(conn, "main", NOW).knowledge
        await put(knowledge, 1, "Invoices", "How do I send an invoice?")
        await put(knowledge, 2, huge, huge, huge)
        assert set(await found(knowledge, huge)) == {1, 2}


async def test_the_limit_and_what_is_excluded_are_respected(database: Database) -> None:
    async with database.writing() as conn:
        knowledge = Unit(conn, "main", NOW).knowledge
        for id_ in range(1, 8):
            await put(knowledge, id_, "Invoices", f"number{id_}")
        assert len(await knowledge.search("invoice", limit=3)) == 3
        assert await knowledge.search("invoice", limit=0) == []
        hits = await knowledge.search("invoice", limit=10, exclude={7, 6, 99})
        assert {hit.question_id for hit in hits} == {1, 2, 3, 4, 5}


async def test_putting_the_same_again_writes_no_posting(database: Database) -> None:
    async with database.writing() as conn:
        knowledge = Unit(conn, "main", NOW).knowledge
        await put(knowledge, 1, "Invoices", "zebra", "walrus")
        query = sa.select(postings).order_by(postings.c.term)
        before = (await conn.execute(query)).all()
        await put(knowledge, 1, "Invoices", "zebra", "walrus")
        assert (await conn.execute(query)).all() == before


async def test_many_at_once_are_as_one_by_one_and_leave_as_little(database: Database) -> None:
    ids = [1, 2, BLOCK - 1, BLOCK, 5 * BLOCK + 7, 1 << 40]
    async with database.writing() as conn:
        one, many = Unit(conn, "one", NOW).knowledge, Unit(conn, "many", NOW).knowledge
        for id_ in ids:
            await put(one, id_, "Invoices", f"number{id_}", "ledger")
        await many.put_all([Conversation(id_, "Invoices", f"number{id_}", ["ledger"], NOW) for id_ in ids])
        for id_ in ids:
            assert (await found(many, f"number{id_}"))[0] == id_
        assert await one.search("invoice ledger", limit=9) == await many.search("invoice ledger", limit=9)
        for id_ in ids:
            await one.remove(id_)
        assert await found(one, "invoice ledger") == []
        assert set(await found(many, "invoice ledger")) == set(ids)
        for table in (documents, postings, terms):
            left = sa.select(sa.func.count()).select_from(table).where(table.c.community == "one")
            assert await conn.scalar(left) == 0


async def test_what_is_rolled_back_is_not_found(database: Database) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 - the transaction is the statement
        async with database.writing() as conn:
            await put(Unit(conn, "main", NOW).knowledge, 1, "Invoices")
            raise RuntimeError
    async with database.reading() as conn:
        assert await found(Unit(conn, "main", NOW).knowledge, "invoice") == []


async def test_writers_at_the_same_time_lose_nothing(database: Database) -> None:
    async def write(id_: int) -> None:
        async with database.writing() as conn:
            await put(Unit(conn, "main", NOW).knowledge, id_, "Invoices", f"number{id_}")

    await asyncio.gather(*(write(id_) for id_ in range(1, 9)))
    async with database.reading() as conn:
        assert set(await found(Unit(conn, "main", NOW).knowledge, "invoice")) == set(range(1, 9))
