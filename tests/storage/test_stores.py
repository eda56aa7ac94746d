from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import StatementError

from chat.card import Card, Title
from chat.effects import Post, PostedAs, RedrawPost
from chat.form import Form, Line
from chat.ids import MessageRef, Place, Platform, Profile, UserRef
from storage import drafts, progress
from storage.activity import Fact
from storage.engine import Database, StoreError, normalise_url
from storage.queues import inbox, outbox, timers
from storage.unit import Unit

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AIKO = UserRef(Platform.SLACK, "T1", "U1")
AIKO_ELSEWHERE = UserRef(Platform.DISCORD, "9", "1")
ROOM = Place(Platform.SLACK, "T1", "C1")


def card(text: str) -> Card:
    return Card(parts=(Title(text),))


async def test_a_member_joins_leaves_and_comes_back_as_the_same_member(database: Database) -> None:
    async with database.writing() as conn:
        people = Unit(conn, "main", NOW).people
        first = await people.record_join(Profile(user=AIKO, name="Aiko"), NOW)
        gone = await people.record_leave(AIKO, NOW + timedelta(days=1))
        assert await people.count_present() == 0
        back = await people.record_join(Profile(user=AIKO, name="Aiko K."), NOW + timedelta(days=2))
    assert (first.is_new, first.is_back, back.is_new, back.is_back) == (True, False, False, True)
    assert gone is not None
    assert gone.left_at is not None
    assert (back.member.id, back.member.name, back.member.left_at) == (first.member.id, "Aiko K.", None)


async def test_what_one_community_stores_no_other_sees(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        joined = await unit.people.record_join(Profile(user=AIKO, name="Aiko"), NOW)
        unit.activity.record(Fact("x", NOW, joined.member.id), key="k")
        unit.outbox.add(Post(ROOM, card("a")), key="p:1")
        await unit.settings.set("name", "N", by=None, at=NOW)
        await unit.flush()
    async with database.writing() as conn:
        other = Unit(conn, "other", NOW)
        assert await other.people.by_user(AIKO) is None
        assert await other.people.by_id(joined.member.id) is None
        assert await other.activity.count("x") == 0
        assert await other.outbox.counts() == {}
        assert await other.settings.all() == {}


async def test_a_fact_is_logged_once_however_often_it_is_recorded(database: Database) -> None:
    for _ in range(2):
        async with database.writing() as conn:
            unit = Unit(conn, "main", NOW)
            unit.activity.record(Fact("x", NOW, place=ROOM, data={"n": 1, "ok": True}), key="k")
            unit.activity.record(Fact("x", NOW), key="k")
            await unit.flush()
    async with database.reading() as conn:
        facts = await Unit(conn, "main", NOW).activity.facts(["x"])
    assert [(fact.place, fact.data, fact.at) for fact in facts] == [(ROOM, {"n": 1, "ok": True}, NOW)]


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        unit.activity.record(Fact("x", datetime(2026, 1, 1)), key="k")  # noqa: DTZ001 - the mistake in question
        with pytest.raises(StatementError, match="without a zone"):
            await unit.flush()


async def test_an_effect_is_queued_once_and_claimed_once(database: Database) -> None:
    async with database.writing() as conn:
        box = Unit(conn, "main", NOW).outbox
        for text in ("first", "second"):
            box.add(Post(ROOM, card(text)), key="digest:1")
        await box.flush()
    async with database.writing() as conn:
        (parcel,) = await outbox.claim(conn, owner="a", now=NOW, limit=9, held=[])
    async with database.writing() as conn:
        assert await outbox.claim(conn, owner="b", now=NOW, limit=9, held=[]) == []
    assert parcel.effect == Post(ROOM, card("first"))
    assert (parcel.attempt, parcel.tried_at) == (1, None)


async def test_a_dead_workers_claim_is_taken_over_and_must_be_looked_for(database: Database) -> None:
    async with database.writing() as conn:
        box = Unit(conn, "main", NOW).outbox
        box.add(Post(ROOM, card("x")), key="p:1")
        await box.flush()
        (parcel,) = await outbox.claim(conn, owner="a", now=NOW, limit=9, held=[])
        assert await outbox.begin(conn, parcel, now=NOW)
    later = NOW + outbox.LEASE + timedelta(seconds=1)
    async with database.writing() as conn:
        (again,) = await outbox.claim(conn, owner="b", now=later, limit=9, held=[])
    assert (again.attempt, again.tried_at) == (2, NOW)


async def test_what_was_claimed_and_never_begun_is_not_in_doubt_and_its_first_worker_lets_go(
    database: Database,
) -> None:
    async with database.writing() as conn:
        box = Unit(conn, "main", NOW).outbox
        box.add(Post(ROOM, card("x")), key="p:1")
        await box.flush()
        (parcel,) = await outbox.claim(conn, owner="a", now=NOW, limit=9, held=[])
    later = NOW + outbox.LEASE + timedelta(seconds=1)
    async with database.writing() as conn:
        (again,) = await outbox.claim(conn, owner="b", now=later, limit=9, held=[])
        assert again.tried_at is None
        assert not await outbox.begin(conn, parcel, now=later)
        assert await outbox.begin(conn, again, now=later)


async def test_only_what_was_surely_not_sent_can_be_taken_back(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        for key in ("waits", "in doubt"):
            unit.outbox.add(Post(ROOM, card(key)), key=key)
        await unit.flush()
    async with database.writing() as conn:
        parcels = {p.key: p for p in await outbox.claim(conn, owner="w", now=NOW, limit=5, held=())}
        assert not await Unit(conn, "main", NOW).outbox.cancel("waits"), "somebody holds it"
        assert await outbox.begin(conn, parcels["in doubt"], now=NOW)
        for key, parcel in parcels.items():
            await outbox.settle_later(conn, parcel, NOW, "later", uncertain=key == "in doubt")
    async with database.writing() as conn:
        store = Unit(conn, "main", NOW).outbox
        assert not await store.cancel("in doubt"), "it may stand in the channel already"
        assert await store.cancel("waits")


async def test_only_the_newest_redraw_of_a_message_is_sent(database: Database) -> None:
    target = MessageRef(ROOM, "1")
    async with database.writing() as conn:
        box = Unit(conn, "main", NOW).outbox
        for n in range(3):
            box.put(RedrawPost(target, card(f"{n} going")))
        await box.flush()
        parcels = await outbox.claim(conn, owner="a", now=NOW, limit=9, held=[])
    assert [parcel.effect for parcel in parcels] == [RedrawPost(target, card("2 going"))]


async def test_a_redraw_that_comes_while_one_is_sent_is_sent_after_it(database: Database) -> None:
    target = PostedAs("p:1")
    async with database.writing() as conn:
        box = Unit(conn, "main", NOW).outbox
        box.put(RedrawPost(target, card("old")))
        await box.flush()
        (old,) = await outbox.claim(conn, owner="a", now=NOW, limit=9, held=[])
    async with database.writing() as conn:
        box = Unit(conn, "main", NOW).outbox
        box.put(RedrawPost(target, card("new")))
        await box.flush()
        await outbox.settle_sent(conn, old, None, NOW)
        (new,) = await outbox.claim(conn, owner="a", now=NOW, limit=9, held=[])
    assert new.effect == RedrawPost(target, card("new"))


async def test_a_timer_of_one_subject_is_moved_not_doubled(database: Database) -> None:
    async with database.writing() as conn:
        store = Unit(conn, "main", NOW).timers
        await store.set("nudge", 1, NOW, why="first")
        await store.set("nudge", 1, NOW + timedelta(hours=1), why="second")
        await store.set("nudge", 2, NOW)
        await store.drop("nudge", 2)
        assert await timers.take_due(conn, NOW, 9) == []
        ((community, event),) = await timers.take_due(conn, NOW + timedelta(hours=1), 9)
        assert await timers.next_due(conn) is None
    assert (community, event.kind, event.subject, event.data) == ("main", "nudge", "1", {"why": "second"})


async def test_the_inbox_knows_what_it_has_seen(database: Database) -> None:
    async with database.writing() as conn:
        await Unit(conn, "main", NOW).timers.set("x", 1, NOW)
        ((_, event),) = await timers.take_due(conn, NOW, 9)
        row = inbox.row_of("main", event, NOW)
        assert len(await inbox.insert_rows(conn, [row, row])) == 1
        assert await inbox.insert_rows(conn, [row]) == {}
        (item,) = (await inbox.load_new(conn, after=0, limit=9)).items
        assert item.arrival == event
        await inbox.mark_done(conn, [item.id])
        assert await inbox.backlog(conn) == (0, None)
        assert await inbox.insert_rows(conn, [row]) == {}


async def test_a_draft_opens_for_its_writer_only(database: Database) -> None:
    form = Form(id="f", title="F", fields=(Line(key="n", label="N", value="typed"),), submit="S", cancel="C")
    async with database.writing() as conn:
        store = Unit(conn, "main", NOW).drafts
        draft = await store.keep(AIKO, form, NOW)
        assert await store.load(draft, AIKO) == form
        assert await store.load(draft, AIKO_ELSEWHERE) is None
        assert await drafts.forget_old(conn, NOW + timedelta(days=2)) == 1


async def test_cursors_never_go_back_and_slots_are_taken_once(database: Database) -> None:
    async with database.writing() as conn:
        await progress.move_cursors(conn, {("main", ROOM): NOW})
        await progress.move_cursors(conn, {("main", ROOM): NOW - timedelta(days=1)})
        assert await progress.cursor(conn, ROOM) == NOW
        assert await progress.take_slot(conn, "main", "digest", NOW, NOW)
        assert not await progress.take_slot(conn, "main", "digest", NOW, NOW)
        assert await progress.last_slot(conn, "main", "digest") == NOW


def test_a_database_that_is_not_supported_is_named() -> None:
    with pytest.raises(StoreError, match="mysql is not supported"):
        normalise_url("mysql://x/y")
    with pytest.raises(StoreError, match="not a database address"):
        normalise_url("tsudoi.sqlite")


async def test_an_event_that_does_not_tell_badges_takes_none_away(database: Database) -> None:
    async with database.writing() as conn:
        people = Unit(conn, "main", NOW).people
        await people.record_join(Profile(user=AIKO, name="Aiko", badges=frozenset({"keepers"})), NOW)
        await people.record_profile(Profile(user=AIKO, name="Aiko K."))
        renamed = await people.by_user(AIKO)
        await people.record_profile(Profile(user=AIKO, name="Aiko K.", badges=frozenset()))
        resigned = await people.by_user(AIKO)
    assert renamed is not None
    assert resigned is not None
    assert (renamed.name, renamed.accounts[0].badges) == ("Aiko K.", frozenset({"keepers"}))
    assert resigned.accounts[0].badges == frozenset()


async def test_one_name_runs_once_on_one_database(database: Database) -> None:
    await database.occupy("main")
    second, rival, heir = (Database(database.url) for _ in range(3))
    await second.occupy("second")
    with pytest.raises(StoreError, match="runs on this database already"):
        await rival.occupy("main")
    await database.close()
    await heir.occupy("main")
    for each in (second, rival, heir):
        await each.close()
