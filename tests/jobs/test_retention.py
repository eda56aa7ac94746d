"""What is no longer needed goes; what still serves stays."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from chat.answers import Say
from chat.effects import DirectMessage, Effect, Post, PostedAs, RedrawPost, Remove
from chat.form import Form, Line
from jobs.retention import RETENTION
from storage.engine import Database
from storage.queues import inbox
from storage.queues.standing import is_kept, stays
from storage.tables import core as tables
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
    await office.queue(Post(office.room, card("x")), "case:1:x")
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

    assert await left(0) == ({"done", "waits", "failed"}, 1, {"case:1:x": True, "y": True})
    assert await kept() == {"done", "waits", "failed"}
    assert await left(2) == ({"done", "waits", "failed"}, 0, {"case:1:x": True, "y": True})
    assert await kept() == {"waits", "failed"}, "an answer that nobody collected is not kept"
    assert await left(31) == ({"waits", "failed"}, 0, {"case:1:x": False, "y": True})
    await office.queue(Post(office.room, card("x")), "case:1:x")
    await office.worker.drain()
    assert office.texts().count("case:1:x") == 1, "its key still keeps it from being sent again"


async def test_what_stands_in_a_channel_keeps_its_content_so_that_somebody_can_be_taken_out(database: Database) -> None:
    office = Office.open(database)
    public = ("digest:w1", "escalated:1", "qgroup:1", "peak_review:1", "welcome_card:1")
    drawn = (
        "intro:1:1",
        "question:1",
        "meetup:1:x",
        "thanks:1:2",
        "peak:1:x",
        "applicant:1:2",
        "case:1:x",
        "case_said:1",
    )
    for key in (*public, *drawn):
        await office.queue(Post(office.room, card(key)), key)
    await office.queue(Post(office.room, card("for one"), only_for=AKI), "escalated:2")
    await office.queue(DirectMessage(AKI, card("in private")), "digest:own")
    await office.worker.drain()
    async with database.writing() as conn:
        unit = Unit(conn, "c1", START)
        for key in ("digest:w1", "peak_review:1", "meetup:1:x", "digest:own"):
            unit.outbox.put(RedrawPost(PostedAs(key), card(f"again {key}")))
        await unit.flush()
    await office.worker.drain()

    async def full(days: int) -> set[str]:
        async with database.writing() as conn:
            await RETENTION.run(conn, "c1", START + timedelta(days=days))
            query = sa.select(tables.outbox.c.key).where(tables.outbox.c.effect != "")
            return set((await conn.execute(query)).scalars())

    everything = await full(1)
    assert everything >= {*public, *drawn, "escalated:2", "digest:own", "redraw:as:meetup:1:x"}
    changes = {"redraw:as:digest:w1", "redraw:as:peak_review:1"}
    assert await full(40) == {*public, *changes}
    await office.queue(Remove(PostedAs("peak_review:1")), "gone:1")
    await office.worker.drain()
    left = await full(41)
    assert left >= {*public, *changes} - {"peak_review:1", "redraw:as:peak_review:1"}
    assert not left & {"peak_review:1", "redraw:as:peak_review:1"}, "what is taken away needs no content"
    assert await full(400) == {"digest:w1", "redraw:as:digest:w1"}


async def test_which_posts_stand_is_said_alike_of_rows_and_of_effects(database: Database) -> None:
    office = Office.open(database)
    place = office.room
    effects: dict[str, Effect] = {
        "digest:1": Post(place, card("a")),
        "question:1": Post(place, card("b")),
        "case_alarm:1": Post(place, card("c")),
        "other:1": Post(place, card("d"), only_for=AKI),
        "other:2": DirectMessage(AKI, card("e")),
    }
    for key, effect in effects.items():
        await office.queue(effect, key)
    await office.worker.drain()
    async with database.reading() as conn:
        kept = set((await conn.execute(sa.select(tables.outbox.c.key).where(stays(START)))).scalars())
    assert kept == {key for key, effect in effects.items() if is_kept(key, effect)} == {"digest:1"}
