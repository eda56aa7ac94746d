"""Two replicas on one PostgreSQL: clicks are decided in the order of their acceptance, and each answers its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from bot.dispatch import CLICKS
from chat.answers import Answer, Invalid, Nothing, OpenForm, Say
from chat.events import ActionPressed
from chat.form import Form, Line
from handlers.context import Context
from handlers.routes import Feature, press
from storage.activity import Fact
from storage.engine import Database
from storage.migrate import upgrade
from storage.queues import inbox
from storage.tables import core as tables
from tests.bot.house import HOME, START, House, card, house, pressed, said, words


@pytest.fixture
async def shared(postgres_store: str) -> AsyncIterator[Database]:
    db = Database(postgres_store)
    await upgrade(db)
    yield db
    await db.close()


def answering() -> Feature:
    """Return a feature that notes each click, and answers it by its key."""

    async def note(ctx: Context, event: ActionPressed) -> Answer:
        if event.key.startswith("bad"):
            raise RuntimeError(event.key)
        ctx.db.activity.record(Fact(event.key, ctx.now), key=event.key)
        return Say(card(f"you are {event.key}"))

    return Feature("answering", routes=(press("x", note),))


async def order(home: House) -> list[str]:
    return [kind for _, kind in await home.facts()]


async def nothing_stays(db: Database) -> bool:
    async with db.reading() as conn:
        return (await conn.execute(sa.select(sa.func.count(tables.inbox.c.payload)))).scalar_one() == 0


async def test_an_older_click_of_another_replica_comes_first_and_is_answered_where_somebody_waits(
    shared: Database,
) -> None:
    async with house(shared, answering(), started=False) as one, house(shared, answering()) as two:
        first = await one.inbox.accept(pressed("x", key="first"))
        second = await two.inbox.accept(pressed("x", key="second"))
        assert words(await second.answer) == "you are second"
        assert await order(two) == ["first", "second"]
        assert not first.answer.done()
        one.dispatcher.start()
        assert words(await first.answer) == "you are first"
        await one.settled()
        assert await order(one) == ["first", "second"], "and once"
        assert await nothing_stays(shared)
    assert (one.late, two.late) == ([], [])


async def test_what_nobody_collects_is_said_by_who_decided(shared: Database) -> None:
    async with house(shared, answering(), started=False) as dead, house(shared, answering()) as alive:
        await dead.inbox.accept(pressed("x", key="first"))
        await (await alive.inbox.accept(pressed("x", key="second"))).answer
        await alive.dispatcher.stop()
        assert [(key, words(answer)) for key, answer in alive.late] == [("first", "you are first")]
        assert await nothing_stays(shared)


async def test_a_later_click_and_talk_of_another_replica_are_left_to_it(shared: Database) -> None:
    async with house(shared, answering(), started=False) as one, house(shared, answering()) as two:
        two_first = await two.inbox.accept(pressed("x", key="first"))
        await one.inbox.accept(said(key="talk"))
        await one.inbox.accept(pressed("x", key="second"))
        await two_first.answer
        await two.settled()
        assert await order(two) == ["first"]
        assert await one.states() == {"first": "done", "talk": "new", "second": "new"}


async def test_more_than_one_transaction_can_hold_still_come_in_order(shared: Database) -> None:
    async with house(shared, answering(), started=False) as one, house(shared, answering(), started=False) as two:
        homes = (one, two, one)
        receipts = [await homes[n % 3].inbox.accept(pressed("x", key=f"k{n:03}")) for n in range(2 * CLICKS + 20)]
        two.dispatcher.start()
        one.dispatcher.start()
        answers = [words(await receipt.answer) for receipt in receipts]
        assert answers == [f"you are k{n:03}" for n in range(2 * CLICKS + 20)]
        assert await order(one) == [f"k{n:03}" for n in range(2 * CLICKS + 20)]
        assert await nothing_stays(shared)


async def test_a_faulty_click_of_another_replica_takes_none_of_ours_with_it(shared: Database) -> None:
    async with house(shared, answering(), started=False) as one, house(shared, answering()) as two:
        bad = await one.inbox.accept(pressed("x", key="bad"))
        good = await two.inbox.accept(pressed("x", key="good"))
        assert words(await good.answer) == "you are good"
        assert await two.states() == {"bad": "new", "good": "done"}
        assert words(await (await two.inbox.accept(pressed("x", key="later"))).answer) == "you are later"
        assert two.dispatcher.failed == 0
        one.dispatcher.start()
        assert isinstance(await bad.answer, Say), "who pressed is told by their own replica"
        await one.settled()
        assert (await one.states())["bad"] == "failed"


async def test_ids_follow_the_commits_of_all_replicas(shared: Database) -> None:
    async with house(shared, answering()) as home:
        async with shared.writing() as conn:
            await shared.accept_in_turn(conn, "c1")
            accepting = asyncio.create_task(home.inbox.accept(pressed("x", key="second")))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.shield(accepting), 0.3)
            ids = await inbox.insert_rows(conn, [inbox.row_of("c1", pressed("x", key="first"), START)])
        await (await accepting).answer
        async with shared.reading() as conn:
            keys = (await conn.execute(sa.select(tables.inbox.c.key).order_by(tables.inbox.c.id))).scalars().all()
        assert (list(ids), list(keys)) == (["first"], ["first", "second"])
        assert await order(home) == ["first", "second"]


@pytest.mark.parametrize(
    "answer",
    [
        Say(card("嵐")),
        OpenForm(Form(id="f", title="T", fields=(Line(key="a", label="A"),), submit="S", cancel="C")),
        Invalid({"a": "empty"}, Form(id="f", title="T", fields=(Line(key="a", label="A"),), submit="S", cancel="C")),
        Nothing(),
    ],
)
async def test_any_answer_can_be_left_and_is_given_once(shared: Database, answer: Answer) -> None:
    async with shared.writing() as conn:
        ids = await inbox.insert_rows(conn, [inbox.row_of("c1", pressed("x", key="k", workspace=HOME), START)])
        await inbox.mark_done(conn, ids.values())
        await inbox.leave_answers(conn, {ids["k"]: answer})
        assert await inbox.take_answers(conn, [ids["k"]]) == {ids["k"]: answer}
        assert await inbox.take_answers(conn, [ids["k"]]) == {}
