"""What is queued arrives: once, in order, and when it cannot, somebody is told."""

from __future__ import annotations

import asyncio
import functools

import pytest
import sqlalchemy as sa

from chat.card import Card
from chat.effects import (
    DirectMessage,
    MarkThread,
    NativeEvent,
    OpenThread,
    Post,
    PostedAs,
    PutEvent,
    React,
    RedrawPost,
    Remove,
    SetBadge,
)
from chat.fake import FakeChat, shown
from chat.ids import MessageRef, Place, Platform, UserRef, Workspace
from chat.port import RateLimitedError, RefusedError, UnreachableError
from jobs.outbox import OutboxWorker
from storage.engine import Database
from storage.migrate import upgrade
from storage.queues import outbox
from storage.tables import core as tables
from storage.unit import Unit
from tests.jobs.house import Office, card
from tests.waiting import until


class Moody(FakeChat):
    """A chat whose next posts fail as told: ``moods`` are raised one after the other."""

    moods: list[Exception]
    called: int = 0

    async def post(self, place: Place, card: Card, *, key: str, only_for: UserRef | None = None) -> MessageRef:
        self.called += 1
        if getattr(self, "moods", []):
            raise self.moods.pop(0)
        return await super().post(place, card, key=key, only_for=only_for)


def moody(office: Office, *moods: Exception) -> Moody:
    assert isinstance(office.chat, Moody)
    office.chat.moods = list(moods)
    return office.chat


async def test_a_rate_limited_lane_waits_as_told_and_keeps_its_order(database: Database) -> None:
    office = Office.open(database)
    elsewhere = office.chat.let_be("random")
    for key in ("a", "b"):
        await office.queue(Post(office.room, card(key)), key)
    office.chat.failure = "rate_limited"
    await office.worker.drain()
    office.chat.failure = ""
    await office.queue(Post(office.room, card("c")), "c")
    await office.queue(Post(elsewhere, card("d")), "d")
    office.clock.pass_(2.9)
    await office.worker.drain()
    assert office.texts() == []
    assert len(office.chat.standing(elsewhere)) == 1, "another lane does not wait"
    office.clock.pass_(0.2)
    await office.worker.drain()
    assert office.texts() == ["a", "b", "c"]
    assert {attempt for _, attempt, _ in (await office.rows()).values()} == {1}, "being slowed down is no failure"


async def test_a_post_whose_reply_was_lost_is_found_and_not_sent_again(database: Database) -> None:
    office = Office.open(database)
    await office.queue(Post(office.room, card("a")), "a", report=True)
    await office.queue(DirectMessage(office.aki, card("b")), "b")
    office.chat.failure = "dropped"
    await office.worker.drain()
    assert await office.states() == {"a": "queued", "b": "queued"}
    office.chat.failure = ""
    office.clock.pass_(5)
    await office.worker.drain()
    assert office.texts() == ["a"]
    assert len(office.chat.direct(office.aki)) == 1
    (report,) = await office.reports()
    assert (report.ok, report.ref) == (True, office.chat.standing(office.room)[0].ref)


async def test_what_only_one_reader_sees_is_never_sent_twice_and_its_doubt_is_told(database: Database) -> None:
    office = Office.open(database)
    await office.queue(Post(office.room, card("psst"), only_for=office.aki), "w:1", report=True)
    office.chat.failure = "dropped"
    await office.worker.drain()
    office.chat.failure = ""
    office.clock.pass_(3600)
    await office.worker.drain()
    assert len(office.chat.private(office.aki)) == 1
    (report,) = await office.reports()
    assert not report.ok
    assert "unknown" in report.reason


async def test_a_refusal_is_final_reported_and_holds_nothing_up(database: Database) -> None:
    office = Office.open(database)
    nowhere = Place(Platform.SLACK, "T1", "C-gone")
    await office.queue(Post(nowhere, card("x")), "x:1")
    await office.queue(SetBadge(office.aki, "keeper"), "badge:1", report=True)
    await office.queue(Post(office.room, card("y")), "y:1")
    await office.worker.drain()
    assert await office.states() == {"x:1": "dead", "badge:1": "dead", "y:1": "sent"}
    reports = {report.effect_key: report for report in await office.reports()}
    assert (reports["x:1"].expected, reports["badge:1"].expected) == (False, True)
    assert "channel_not_found" in reports["x:1"].reason
    assert office.signals == 2
    assert (office.worker.sent, office.worker.dead) == (1, 2)


async def test_what_nobody_serves_is_dead_and_says_why(database: Database) -> None:
    office = Office.open(database)
    await office.queue(Post(Place(Platform.DISCORD, "77", "1"), card("x")), "x")
    await office.worker.drain()
    _, _, error = (await office.rows())["x"]
    assert error is not None
    assert "discord:77" in error


async def test_an_unreachable_platform_is_tried_for_half_an_hour_and_then_given_up(database: Database) -> None:
    office = Office.open(database, Moody)
    chat = moody(office, *[UnreachableError("no route")] * 99)
    await office.queue(Post(office.room, card("x")), "x")
    for _ in range(40):
        await office.worker.drain()
        office.clock.pass_(60)
    assert chat.called == 12
    state, _, error = (await office.rows())["x"]
    assert state == "dead"
    assert error is not None
    assert "12 attempts" in error
    (report,) = await office.reports()
    assert not report.expected


async def test_a_fault_of_our_own_is_tried_again_a_little_later_and_not_at_once(database: Database) -> None:
    office = Office.open(database, Moody)
    chat = moody(office, KeyError("ts"))
    await office.queue(Post(office.room, card("x")), "x")
    await office.worker.drain()
    await office.worker.drain()
    assert chat.called == 1
    office.clock.pass_(5)
    await office.worker.drain()
    assert office.texts() == ["x"]


async def test_one_effect_builds_on_the_message_that_another_became(database: Database) -> None:
    office = Office.open(database)
    office.chat.failure = "rate_limited"
    await office.queue(Post(office.room, card("first")), "p:1")
    await office.queue(React(PostedAs("p:1"), "👋"), "r:1")
    await office.queue(OpenThread(PostedAs("p:1"), "Talk", card("in the thread")), "t:1")
    async with database.writing() as conn:
        unit = Unit(conn, "c1", office.clock.now())
        unit.outbox.put(RedrawPost(PostedAs("p:1"), card("second")))
        await unit.flush()
    for _ in range(30):  # longer than an effect of its own would be tried
        await office.worker.drain()
        office.clock.pass_(2)
    office.chat.failure = ""
    for _ in range(4):
        await office.worker.drain()
        office.clock.pass_(4)
    assert set((await office.states()).values()) == {"sent"}
    (posted,) = office.chat.standing(office.room)
    assert shown(posted.card) == "second"
    assert office.chat.reactions[posted.ref] == {"👋"}
    await office.queue(Remove(PostedAs("p:1")), "rm:1")
    await office.worker.drain()
    assert office.chat.standing(office.room) == []


async def test_what_builds_on_a_message_that_never_was_dies_with_it(database: Database) -> None:
    office = Office.open(database)
    await office.queue(Post(Place(Platform.SLACK, "T1", "C-gone"), card("x")), "p:1")
    await office.queue(React(PostedAs("p:1"), "👋"), "r:1")
    for _ in range(3):
        await office.worker.drain()
        office.clock.pass_(2)
    assert await office.states() == {"p:1": "dead", "r:1": "dead"}


async def test_many_redraws_of_one_message_are_one(database: Database) -> None:
    class Counting(FakeChat):
        redraws = 0

        async def redraw(self, message: MessageRef, card: Card) -> None:
            self.redraws += 1
            await super().redraw(message, card)

    office = Office.open(database, Counting)
    await office.queue(Post(office.room, card("0 going")), "p:1")
    await office.worker.drain()
    for n in range(1, 51):
        async with database.writing() as conn:
            unit = Unit(conn, "c1", office.clock.now())
            unit.outbox.put(RedrawPost(PostedAs("p:1"), card(f"{n} going")))
            await unit.flush()
    await office.worker.drain()
    assert isinstance(office.chat, Counting)
    assert office.chat.redraws == 1
    assert shown(office.chat.standing(office.room)[0].card) == "50 going"


async def test_many_marks_of_one_thread_are_one_and_a_slow_one_holds_up_nobody(database: Database) -> None:
    class Slow(FakeChat):
        marks = 0
        slowed = True

        async def mark_thread(self, thread: Place | MessageRef, title: str) -> None:
            self.marks += 1
            if self.slowed:
                raise RateLimitedError(580)
            await super().mark_thread(thread, title)

    office = Office.open(database, functools.partial(Slow, Platform.DISCORD))
    chat = office.chat
    assert isinstance(chat, Slow)
    await office.queue(OpenThread(office.room, "How?", card("first")), "t:1")
    await office.worker.drain()
    thread = chat.posted[0].ref.place

    async def mark(target: Place | MessageRef | PostedAs, title: str, *, closed: bool) -> None:
        async with database.writing() as conn:
            unit = Unit(conn, "c1", office.clock.now())
            unit.outbox.put(MarkThread(target, title, closed))
            await unit.flush()

    await mark(PostedAs("t:1"), "How?", closed=True)
    await office.worker.drain()
    await mark(PostedAs("t:1"), "How?", closed=False)
    await mark(PostedAs("t:1"), "How??", closed=True)
    await office.queue(Post(office.room, card("hello")), "p:1")
    await office.queue(Post(thread, card("more")), "p:2")
    office.clock.pass_(100)
    await office.worker.drain()
    assert (chat.marks, chat.titles[thread]) == (1, "How?")
    assert [shown(p.card) for p in chat.standing(office.room)] == ["hello"]
    assert [shown(p.card) for p in chat.standing(thread)] == ["first", "more"]
    chat.slowed = False
    office.clock.pass_(481)
    await office.worker.drain()
    assert (chat.marks, chat.titles[thread]) == (2, "✔ How??")
    assert set((await office.states()).values()) == {"sent"}
    await mark(MessageRef(thread, "m9"), "Solved?", closed=False)
    await mark(thread, "Solved", closed=True)
    await office.worker.drain()
    assert (chat.marks, chat.titles[thread]) == (3, "✔ Solved"), "a thread and a message in it are one"


async def test_a_newer_redraw_is_sent_though_an_older_one_was_refused(database: Database) -> None:
    office = Office.open(database)
    ref = await office.chat.post(office.room, card("old"), key="x")

    async def put(text: str) -> None:
        async with database.writing() as conn:
            unit = Unit(conn, "c1", office.clock.now())
            unit.outbox.put(RedrawPost(ref, card(text)))
            await unit.flush()

    class Picky(FakeChat):
        async def redraw(self, message: MessageRef, card: Card) -> None:
            if shown(card) == "bad":
                await put("good")  # a newer state comes while the older one is under way
                raise RefusedError("invalid_blocks")
            await super().redraw(message, card)

    picky = Picky(now=office.clock.now)
    picky.rooms, picky.posted = office.chat.rooms, office.chat.posted
    office.chat = picky
    worker = office.new_worker()
    await put("bad")
    await worker.drain()
    assert shown(picky.standing(office.room)[0].card) == "good"


@pytest.mark.parametrize("called", [True, False], ids=["after the call", "before the call"])
async def test_a_crash_between_claim_and_settle_sends_nothing_twice_and_loses_nothing(
    database: Database, *, called: bool
) -> None:
    office = Office.open(database)
    await office.queue(Post(office.room, card("a")), "a")
    await office.queue(Post(office.room, card("p"), only_for=office.aki), "p")
    async with database.writing() as conn:
        parcels = await outbox.claim(conn, owner="main", now=office.clock.now(), limit=9, held=[])
        for parcel in parcels:
            if called:
                await outbox.begin(conn, parcel, now=office.clock.now())
                effect = parcel.effect
                assert isinstance(effect, Post)
                await office.chat.post(effect.place, effect.card, key=f"c1:{parcel.key}", only_for=effect.only_for)
    office.clock.pass_(1)
    await office.new_worker().drain()  # the same instance, started anew: its claims are its own
    assert office.texts() == ["a"]
    assert len(office.chat.private(office.aki)) == 1
    assert await office.states() == {"a": "sent", "p": "dead" if called else "sent"}


async def test_an_event_that_is_changed_may_be_changed_again_after_a_crash(database: Database) -> None:
    office = Office.open(database, functools.partial(FakeChat, Platform.DISCORD, "900"))
    event = NativeEvent(
        title="Meet", description="", starts_at=office.clock.now(), ends_at=office.clock.now(), where="here"
    )
    await office.queue(PutEvent(office.chat.home, event, "e7"), "ev:1")
    async with database.writing() as conn:
        (parcel,) = await outbox.claim(conn, owner="main", now=office.clock.now(), limit=9, held=[])
        await outbox.begin(conn, parcel, now=office.clock.now())
    await office.new_worker().drain()
    assert await office.states() == {"ev:1": "sent"}


async def test_two_workers_never_send_one_row_twice(postgres_store: str) -> None:
    one, two = Database(postgres_store), Database(postgres_store)
    try:
        await upgrade(one)
        office = Office.open(one)
        rooms = [office.chat.let_be(f"room{n}") for n in range(20)]
        async with one.writing() as conn:
            unit = Unit(conn, "c1", office.clock.now())
            for n in range(200):
                unit.outbox.add(Post(rooms[n % 20], card(f"{n}")), key=f"p:{n}")
            await unit.flush()
        chats: dict[Workspace, FakeChat] = {office.chat.home: office.chat}
        other = OutboxWorker(two, office.clock, chats, owner="other", on_signal=lambda: None)
        await asyncio.gather(office.worker.drain(), other.drain())
        keys = [posted.key for posted in office.chat.posted]
        assert sorted(keys) == sorted(f"c1:p:{n}" for n in range(200))
        assert office.worker.sent + other.sent == 200
        assert min(office.worker.sent, other.sent) > 0
    finally:
        await one.close()
        await two.close()


async def test_a_row_of_another_version_holds_nothing_up(database: Database) -> None:
    office = Office.open(database)
    for key in ("old", "new"):
        await office.queue(Post(office.room, card(key)), key)
    async with database.writing() as conn:
        await conn.execute(
            sa.update(tables.outbox).where(tables.outbox.c.key == "old").values(effect='{"type":"Gone"}')
        )
    await office.worker.drain()
    assert await office.states() == {"old": "dead", "new": "sent"}


async def test_the_running_worker_sends_when_it_is_woken(database: Database) -> None:
    office = Office.open(database)
    office.worker.start()
    try:
        await office.queue(Post(office.room, card("a")), "a")
        office.worker.wake()
        await until(office.texts, "the worker's post")
    finally:
        await office.worker.stop()
    assert await office.states() == {"a": "sent"}
