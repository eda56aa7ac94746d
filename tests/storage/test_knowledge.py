"""The index of what was answered before, on both databases."""

from datetime import UTC, datetime

from storage.engine import Database
from storage.knowledge import KnowledgeStore
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
        await knowledge.remove(1)
        await knowledge.remove(1)
        for table in ("knowledge_documents", "knowledge_postings"):
            assert (await conn.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one() == 0  # noqa: S608 - ours
