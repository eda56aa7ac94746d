"""The throw-away PostgreSQL itself: a database of one's own, which the product's URL reaches."""

from __future__ import annotations

import sqlalchemy as sa

from storage.engine import Database


async def test_each_test_gets_an_empty_database_that_the_product_can_write_to(postgres_url: str) -> None:
    db = Database(postgres_url)
    try:
        async with db.writing() as conn:
            await conn.execute(sa.text("CREATE TABLE gathered (n int)"))
            await conn.execute(sa.text("INSERT INTO gathered VALUES (1)"))
        async with db.reading() as conn:
            assert (await conn.execute(sa.text("SELECT n FROM gathered"))).scalars().all() == [1]
    finally:
        await db.close()


async def test_the_next_test_sees_nothing_of_it(postgres_url: str) -> None:
    db = Database(postgres_url)
    try:
        async with db.reading() as conn:
            tables = sa.text("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
            assert (await conn.execute(tables)).scalar_one() == 0
    finally:
        await db.close()
