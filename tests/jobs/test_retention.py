"""What is no longer needed goes; what still serves stays."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from chat.answers import Say
from chat.effects import Post
from chat.form import Form, Line
from jobs.retention import RETENTION
from storage import inbox, tables
from storage.engine import Database
from storage.unit import Unit
from tests.bot.house import AKI, said
from tests.jobs.house import START, Office, card


async def test_old_keys_drafts_and_contents_go_and_what_waits_or_failed_stays(database: Database) -> None:
    office = Office.open(database)
    form = Form(id="f", title="F", fields=(Line(key="a", label="A"),), submit="Send", cancel="Back")
    async with database.writing() as conn:
        events = [said(key=key) for key in ("done", "waits", "failed")]
        ids = await inbox.insert_rows(conn, [inbox.row_of("c1", event, START) for event in events])
        await inbox.mark_done(conn, [ids["done"]])
        await inbox.leave_answers(conn, {ids["done"]: Say(card("uncollected"))})
        await inbox.set_aside(conn, [ids["failed"]], "fault")
        await Unit(conn, "c1", START).drafts.keep(AKI, form, START)
    await office.queue(Post(office.room, card("x")), "x")
    await office.worker.drain()
    await office.queue(Post(office.room, card("y")), "y")

    async def left(days: int) -> tuple[set[str], int, dict[str, bool]]:
        now = START + timedelta(days=days)
        async with database.writing() as conn:
            await RETENTION.run(conn, "c1", now)
            keys = set((await conn.execute(sa.select(tables.inbox.c.key))).scalars())
            drafts = len((await conn.execute(sa.select(tables.drafts.c.id))).all())
            contents = await conn.execute(sa.select(tables.outbox.c.key, tables.outbox.c.effect))
            return keys, drafts, {key: bool(effect) for key, effect in contents}

    async def kept() -> set[str]:
        query = sa.select(tables.inbox.c.key).where(tables.inbox.c.payload.is_not(None))
        async with database.reading() as conn:
            return set((await conn.execute(query)).scalars())

    assert await left(0) == ({"done", "waits", "failed"}, 1, {"x": True, "y": True})
    assert await kept() == {"done", "waits", "failed"}
    assert await left(2) == ({"done", "waits", "failed"}, 0, {"x": True, "y": True})
    assert await kept() == {"waits", "failed"}, "an answer that nobody collected is not kept"
    assert await left(31) == ({"waits", "failed"}, 0, {"x": False, "y": True})
    await office.queue(Post(office.room, card("x")), "x")
    await office.worker.drain()
    assert office.texts().count("x") == 1, "its key still keeps it from being sent again"
