"""One event, one effect; a fault of one is nobody else's; what the store cannot do now is done later."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.waiting import Waiting
from chat.answers import Answer, Invalid, OpenForm, Say
from chat.card import Button, Buttons
from chat.effects import Post
from chat.events import ActionPressed, FormSubmitted, HomeOpened, MemberJoined, MessagePosted
from chat.form import Form, Line
from chat.ids import Profile
from community.signals import EffectSettled, TimerDue
from handlers import FEATURES
from handlers.context import Context
from handlers.drafts import FEATURE as DRAFTS
from handlers.fallback import apology
from handlers.routes import Feature, due, form, on, press, settled
from locales import translator
from storage.activity import Fact
from storage.engine import Database
from storage.migrate import upgrade
from storage.queues import inbox
from storage.tables import core as tables
from storage.unit import Unit
from tests.bot.house import (
    AKI,
    HOME,
    OTHER_HOME,
    ROOM,
    START,
    card,
    house,
    noting,
    pressed,
    said,
    typed,
    words,
)


class FaultError(Exception):
    """A handler's own mistake."""


def failing(times: int = 99) -> tuple[Feature, list[str]]:
    """Return a feature that records and posts, and then fails for messages that say ``bad``, so many times."""
    tried: list[str] = []

    async def handle(ctx: Context, event: MessagePosted) -> None:
        ctx.db.activity.record(Fact("done", ctx.now), key=event.key)
        ctx.db.outbox.add(Post(ROOM, card(event.text)), key=f"p:{event.key}")
        if event.text == "bad":
            tried.append(event.key)
            if len(tried) <= times:
                raise FaultError

    return Feature("failing", routes=(on(MessagePosted, handle),)), tried


async def outbox_keys(db: Database) -> list[str]:
    async with db.reading() as conn:
        return list((await conn.execute(sa.select(tables.outbox.c.key).order_by(tables.outbox.c.id))).scalars())


async def test_each_event_has_its_effect_once_and_its_words_do_not_stay(database: Database) -> None:
    async with house(database, noting()) as home:
        await asyncio.gather(*(home.inbox.accept(said("secret words")) for _ in range(300)))
        await home.settled()
        assert await home.facts() == [("c1", "noted")] * 300
        assert set((await home.states()).values()) == {"done"}
        assert home.commits < 50, "they are handled in groups"
        async with database.reading() as conn:
            assert (await conn.execute(sa.select(sa.func.count(tables.inbox.c.payload)))).scalar_one() == 0


async def test_a_fault_takes_no_other_event_with_it_and_is_tried_three_times(database: Database) -> None:
    feature, tried = failing()
    async with house(database, feature, started=False) as home:
        for text in ("a", "bad", "b"):
            await home.inbox.accept(said(text, key=text))
        home.dispatcher.start()
        await home.settled()
        assert tried == ["bad"] * 4, "once with the others, then three times by itself"
        assert await home.states() == {"a": "done", "bad": "failed", "b": "done"}
        assert await outbox_keys(database) == ["p:a", "p:b"], "nothing of the failed event remains"
        assert home.dispatcher.failed == 1
        async with database.reading() as conn:
            payload = (
                await conn.execute(sa.select(tables.inbox.c.payload).where(tables.inbox.c.key == "bad"))
            ).scalar()
        assert payload, "the operator can look at it"


async def test_what_would_tell_a_secret_does_not_stay_when_it_fails_for_good(database: Database) -> None:
    async def fail(_ctx: Context, _event: ActionPressed) -> Answer:
        raise FaultError

    feature = Feature("x", routes=(press("code", fail, forgets=True), press("x", fail)))
    async with house(database, feature) as home:
        for action in ("code:SECRET", "x:open"):
            await (await home.inbox.accept(pressed(action))).answer
        await home.settled()
        async with database.reading() as conn:
            kept = (await conn.execute(sa.select(tables.inbox.c.payload).order_by(tables.inbox.c.id))).scalars().all()
    assert kept[0] is None
    assert "x:open" in kept[1]


async def test_a_fault_that_passes_leaves_its_effect_once(database: Database) -> None:
    feature, tried = failing(times=2)
    async with house(database, feature) as home:
        await home.inbox.accept(said("bad", key="k"))
        await home.settled()
        assert len(tried) == 3
        assert await home.states() == {"k": "done"}
        assert await outbox_keys(database) == ["p:k"]


@pytest.mark.parametrize(("locale", "language"), [("ja", "ja"), ("en-US", "en")])
async def test_who_pressed_is_told_the_number_that_the_operator_finds(
    database: Database, locale: str, language: str
) -> None:
    async def fail(_ctx: Context, _event: ActionPressed) -> Answer:
        raise FaultError

    async with house(database, Feature("x", routes=(press("x", fail),))) as home:
        receipt = await home.inbox.accept(pressed("x", locale=locale))
        told = words(await receipt.answer)
        await home.settled()
        async with database.reading() as conn:
            error = (await conn.execute(sa.select(tables.inbox.c.error))).scalar_one()
    incident = error.split()[0]
    assert told == words(apology(translator(language), incident, kept=False))


async def test_a_handlers_broken_sql_is_its_own_fault_and_not_the_stores(database: Database) -> None:
    async def fail(ctx: Context, event: MessagePosted) -> None:
        if event.text == "bad":
            await ctx.db.conn.execute(sa.text("SELECT nothing FROM nowhere"))
        ctx.db.activity.record(Fact("done", ctx.now), key=event.key)

    async with house(database, Feature("x", routes=(on(MessagePosted, fail),)), started=False) as home:
        for text in ("a", "bad", "b"):
            await home.inbox.accept(said(text, key=text))
        home.dispatcher.start()
        await home.settled()
        assert await home.states() == {"a": "done", "bad": "failed", "b": "done"}


async def test_clicks_go_before_talk(database: Database) -> None:
    order: list[str] = []

    async def hear(_ctx: Context, event: MessagePosted) -> None:
        order.append(event.text)

    async def take(_ctx: Context, event: ActionPressed) -> Answer:
        order.append(event.action)
        return Say(card("ok"))

    feature = Feature("x", routes=(on(MessagePosted, hear), press("x", take)))
    async with house(database, feature, started=False) as home:
        for n in range(5):
            await home.inbox.accept(said(f"m{n}"))
        receipt = await home.inbox.accept(pressed("x"))
        home.dispatcher.start()
        assert words(await receipt.answer) == "ok"
        await home.settled()
    assert order == ["x", "m0", "m1", "m2", "m3", "m4"]


async def test_now_is_when_an_event_was_accepted(database: Database) -> None:
    seen: list[datetime] = []

    async def hear(ctx: Context, event: MessagePosted) -> None:
        seen.append(ctx.now)
        ctx.db.outbox.add(Post(ROOM, card("x")), key=event.key)

    async with house(database, Feature("x", routes=(on(MessagePosted, hear),)), started=False) as home:
        for _ in range(3):
            await home.inbox.accept(said())
            home.clock.pass_(60)
        home.clock.pass_(3600)
        home.dispatcher.start()
        await home.settled()
        async with database.reading() as conn:
            due_at = list(
                (await conn.execute(sa.select(tables.outbox.c.due_at).order_by(tables.outbox.c.id))).scalars()
            )
    assert seen == due_at == [START, START + timedelta(minutes=1), START + timedelta(minutes=2)]


async def test_two_communities_in_one_group_never_mix(database: Database) -> None:
    seen: list[tuple[str, str, int]] = []

    async def hear(ctx: Context, event: MessagePosted) -> None:
        member = await ctx.db.people.ensure(event.author, "Aki", event.at)
        seen.append((ctx.db.community, ctx.config.name, member.id))
        ctx.db.activity.record(Fact("done", ctx.now, member.id), key="the same key in both")

    async with house(database, Feature("x", routes=(on(MessagePosted, hear),)), started=False) as home:
        for workspace in (HOME, OTHER_HOME, HOME):
            await home.inbox.accept(said(workspace=workspace))
        home.dispatcher.start()
        await home.settled()
        assert sorted(await home.facts()) == [("c1", "done"), ("c2", "done")]
    assert [(community, name) for community, name, _ in seen] == [("c1", "One"), ("c2", "Two"), ("c1", "One")]
    assert seen[0][2] == seen[2][2] != seen[1][2]


async def test_a_setting_holds_from_the_next_event_of_the_same_group_on(database: Database) -> None:
    seen: list[str] = []

    async def hear(ctx: Context, event: MessagePosted) -> None:
        seen.append(ctx.config.name)
        await ctx.db.settings.set("name", event.text, by=None, at=ctx.now)

    async with house(database, Feature("x", routes=(on(MessagePosted, hear),)), started=False) as home:
        for name in ("Umi", "Yama", "Kawa"):
            await home.inbox.accept(said(name))
        home.dispatcher.start()
        await home.settled()
    assert seen == ["One", "Umi", "Yama"]


async def test_signals_of_our_own_house_are_handled(database: Database) -> None:
    heard: list[str] = []

    async def ring(ctx: Context, event: TimerDue) -> None:
        heard.append(f"{event.kind} {event.subject}")
        await ctx.db.arrive(EffectSettled(key="s:1", at=ctx.now, effect_key="greet:7", kind="greet", ok=True))

    async def arrive(_ctx: Context, event: EffectSettled) -> None:
        heard.append(event.effect_key)

    feature = Feature("x", routes=(due("x.ring", ring), settled("greet", arrive)))
    async with house(database, feature) as home:
        async with database.writing() as conn:
            await Unit(conn, "c1", START).arrive(TimerDue(key="t:1", at=START, kind="x.ring", subject="7"))
        await home.dispatcher.load_waiting()
        await home.settled()
        assert await home.states() == {"t:1": "done", "s:1": "done"}
    assert heard == ["x.ring 7", "greet:7"]


async def test_a_form_that_is_not_taken_is_kept_as_a_draft_for_its_writer(database: Database) -> None:
    wanted = Form(
        id="f", title="Form", fields=(Line(key="name", label="Name", value="typed"),), submit="Send", cancel="Back"
    )

    async def refuse(_ctx: Context, _event: FormSubmitted) -> Answer:
        return Invalid({"name": "Too short."}, wanted)

    async with house(database, Feature("x", routes=(form("f", refuse),)), DRAFTS) as home:
        sent = FormSubmitted(key="k", at=START, workspace=HOME, user=AKI, form="f", values={"name": "typed"})
        answer = await (await home.inbox.accept(sent)).answer
        assert isinstance(answer, Invalid)
        assert answer.card is not None
        (row,) = [part for part in answer.card.parts if isinstance(part, Buttons)]
        (button,) = row.buttons
        assert isinstance(button, Button)
        again = await home.inbox.accept(pressed(button.action))
        assert again.opens_form
        assert await again.answer == OpenForm(wanted)


@pytest.mark.parametrize(("locale", "language"), [("ja", "ja"), ("en-US", "en")])
async def test_an_unknown_command_gets_kind_words(database: Database, locale: str, language: str) -> None:
    async with house(database) as home:
        answer = await (await home.inbox.accept(typed("tsudoi", "dance `now`", locale=locale))).answer
        assert (language == "ja") == any("ぁ" <= letter <= "ヶ" for letter in words(answer))
        assert "/tsudoi dance" in words(answer)
        assert await home.facts() == []


@pytest.mark.parametrize("locale", ["ja", "en-US"])
async def test_an_old_button_or_form_gets_kind_words_and_an_opened_home_silence(
    database: Database, locale: str
) -> None:
    async with house(database) as home:
        button = await (await home.inbox.accept(pressed("gone:1", locale=locale))).answer
        old = FormSubmitted(key="f", at=START, workspace=HOME, user=AKI, form="gone", values={}, locale=locale)
        answer = await (await home.inbox.accept(old)).answer
        assert words(button) == words(answer)
        assert "/tsudoi help" in words(button)
        opened = HomeOpened(key="h", at=START, workspace=HOME, user=AKI)
        assert not isinstance(await (await home.inbox.accept(opened)).answer, Say)


async def test_after_a_restart_what_was_accepted_is_handled_and_answered_the_late_way(database: Database) -> None:
    async with house(database, started=False) as before:
        await before.inbox.accept(pressed("hello", key="click"))
        await before.inbox.accept(said(key="talk"))

    async def hello(_ctx: Context, _event: ActionPressed) -> Answer:
        return Say(card("hello"))

    async with house(database, noting(), Feature("x", routes=(press("hello", hello),))) as after:
        assert await after.dispatcher.load_waiting() == 2
        await after.settled()
        await asyncio.sleep(0)
        assert [(key, words(answer)) for key, answer in after.late] == [("click", "hello")]
        assert await after.facts() == [("c1", "noted")]


async def test_a_click_found_in_the_store_before_its_receiver_brings_it_is_answered_to_who_waits(
    database: Database,
) -> None:
    async def hello(_ctx: Context, _event: ActionPressed) -> Answer:
        return Say(card("hello"))

    async with house(database, Feature("x", routes=(press("hello", hello),)), started=False) as home:
        event = pressed("hello")
        async with database.writing() as conn:
            ids = await inbox.insert_rows(conn, [inbox.row_of("c1", event, START)])
        await home.dispatcher.load_waiting()
        mine = Waiting(inbox.Item(ids[event.key], "c1", event, START))
        home.dispatcher.put(mine)
        home.dispatcher.start()
        assert words(await asyncio.wait_for(mine.answer, 5)) == "hello"
        await home.settled()
        assert home.late == []


async def test_a_row_of_another_version_keeps_nobody_waiting(database: Database) -> None:
    async with house(database, noting(), started=False) as home:
        await home.inbox.accept(said(key="old"))
        async with database.writing() as conn:
            await conn.execute(sa.update(tables.inbox).values(payload='{"type":"NoLongerKnown","key":"old"}'))
    async with house(database, noting()) as home:
        await home.inbox.accept(said(key="new"))
        await home.dispatcher.load_waiting()
        await home.settled()
        assert await home.states() == {"old": "failed", "new": "done"}


async def test_a_click_of_a_community_that_is_no_longer_configured_stops_nobody(database: Database) -> None:
    async with house(database, noting(), started=False) as home:
        async with database.writing() as conn:
            await inbox.insert_rows(conn, [inbox.row_of("gone", pressed("x", key="old"), START)])
        await home.dispatcher.load_waiting()
        home.dispatcher.start()
        await home.settled()
        await home.inbox.accept(said(key="new"))
        await home.settled()
        assert await home.states() == {"old": "failed", "new": "done"}


async def test_a_member_is_answered_in_the_language_that_their_profile_tells(database: Database) -> None:
    async with house(database) as home:
        async with database.writing() as conn:
            await Unit(conn, "c1", START).people.record_join(Profile(user=AKI, name="Aki", locale="ja-JP"), START)
        answer = await (await home.inbox.accept(pressed("gone:1"))).answer
        assert "以前のもの" in words(answer)


async def test_while_the_store_is_locked_work_waits_and_is_done_in_order_afterwards(tmp_path: Path) -> None:
    order: list[str] = []

    async def hear(ctx: Context, event: MessagePosted) -> None:
        order.append(event.text)
        ctx.db.activity.record(Fact("done", ctx.now), key=event.key)

    async def take(ctx: Context, event: ActionPressed) -> Answer:
        ctx.db.activity.record(Fact("click", ctx.now), key=event.key)
        return Say(card("ok"))

    db = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    await upgrade(db)
    holder = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)
    try:
        feature = Feature("x", routes=(on(MessagePosted, hear), press("x", take)))
        async with house(db, feature, started=False) as home:
            for n in range(3):
                await home.inbox.accept(said(f"m{n}"))
            english = await home.inbox.accept(pressed("x", locale="en-US"))
            japanese = await home.inbox.accept(pressed("x", locale="ja"))
            holder.execute("BEGIN EXCLUSIVE")
            home.dispatcher.start()
            for receipt, language in ((english, "en"), (japanese, "ja")):
                told = words(await asyncio.wait_for(receipt.answer, 5))
                assert told.startswith(words(apology(translator(language), "#", kept=True)).partition("#")[0])
            holder.execute("ROLLBACK")
            await home.settled()
            assert set((await home.states()).values()) == {"done"}
            assert sorted(await home.facts()) == [("c1", "click")] * 2 + [("c1", "done")] * 3
            assert home.dispatcher.failed == 0
    finally:
        holder.close()
        await db.close()
    assert order == ["m0", "m1", "m2"]


@pytest.mark.parametrize("name", ["🦊🎉", "\u202eevil\u202c مرحبا", "Z̸̢͇a̷͝l̵̛g̶o̴", " ", "x" * 500])
async def test_any_name_is_taken_as_it_is(database: Database, name: str) -> None:
    async with house(database, *FEATURES) as home:
        joined = MemberJoined(key="j", at=START, workspace=HOME, member=Profile(user=AKI, name=name))
        await home.inbox.accept(joined)
        await home.inbox.accept(said(name))
        await home.settled()
        assert set((await home.states()).values()) == {"done"}
        async with database.reading() as conn:
            held = (await conn.execute(sa.select(tables.accounts.c.name))).scalar_one()
        assert held == name[:80]
