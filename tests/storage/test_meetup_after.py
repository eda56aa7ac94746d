"""What follows meetups, on both databases: answers without names, wishes, reports."""

from __future__ import annotations

import sqlalchemy as sa

from community.meetups.survey import Voice
from community.seats.commands import CheckIn, Close
from community.seats.ledger import decide
from storage.engine import Database
from storage.meetups.after import Report
from storage.tables.core import members
from storage.tables.meetups import survey
from tests.storage.test_meetups import NOW, SOON, person, planned, unit


async def test_an_answer_counts_once_bears_no_name_and_outlives_its_member(database: Database) -> None:
    async with unit(database) as db:
        meetup = await planned(db)
        people = [await person(db, f"p{n}") for n in range(6)]
        for n, member in enumerate(people):
            assert await db.meetup_after.add_voice(meetup, member, Voice(n, 1 + n % 4, f"words {n}"))
        assert not await db.meetup_after.add_voice(meetup, people[0], Voice(10, 4))
        assert await db.meetup_after.has_answered(meetup, people[0])
    async with unit(database) as db:
        before = (await db.meetup_after.voices([meetup]))[meetup]
        assert sorted(voice.recommends for voice in before) == [0, 1, 2, 3, 4, 5]
        await db.meetup_after.forget(people[2])
        await db.conn.execute(sa.delete(members).where(members.c.id == people[3]))
        assert not await db.meetup_after.has_answered(meetup, people[3])
    async with unit(database) as db:
        assert (await db.meetup_after.voices([meetup]))[meetup] == before
    async with unit(database, "another") as db:
        assert await db.meetup_after.voices([meetup]) == {}
    assert {column.name for column in survey.columns} == {
        "id", "community", "meetup_id", "recommends", "satisfied", "words",
    }  # fmt: skip


async def test_the_order_in_which_answers_came_is_not_the_order_in_which_they_lie(database: Database) -> None:
    async with unit(database) as db:
        meetup = await planned(db)
        people = [await person(db, f"p{n}") for n in range(40)]
        came = [Voice(n % 11, 1 + n % 4, str(n)) for n in range(40)]
        for member, voice in zip(people, came, strict=True):
            await db.meetup_after.add_voice(meetup, member, voice)
        lie = [row.words for row in await db.conn.execute(sa.select(survey.c.words))]  # as the table has them
        assert sorted(lie) == sorted(voice.words for voice in came)
        assert lie != [voice.words for voice in came]


async def test_answers_that_were_shown_together_stay_together(database: Database) -> None:
    async with unit(database) as db:
        meetup = await planned(db)
        people = [await person(db, f"p{n}") for n in range(12)]
        for n, member in enumerate(people):
            await db.meetup_after.add_voice(meetup, member, Voice(n % 11, 1 + n % 4, str(n)))
            seen = [voice.words for voice in (await db.meetup_after.voices([meetup]))[meetup]]
            for begin in range(0, n + 1, 5):
                assert set(seen[begin : begin + 5]) == {str(i) for i in range(begin, min(begin + 5, n + 1))}


async def test_two_find_each_other_only_when_both_wish_and_only_once(database: Database) -> None:
    async with unit(database) as db:
        meetup = await planned(db)
        aki, ben, chie = [await person(db, name) for name in ("aki", "ben", "chie")]
        after = db.meetup_after
        assert await after.wish(meetup, aki, [ben, chie], [ben, aki]) == []
        assert await after.wishes_of(meetup, aki) == {ben: False}
        assert await after.wishes_of(meetup, ben) == {}
        assert await after.wish(meetup, ben, [aki, chie], [aki, chie]) == [aki]
        await after.note_introduced(meetup, ben, aki)
        assert await after.wish(meetup, ben, [aki, chie], [aki]) == []
        assert await after.wishes_of(meetup, ben) == {aki: True}
        assert await after.wish(meetup, ben, [aki, chie], []) == []
        assert await after.wishes_of(meetup, ben) == {aki: True}
        await after.wish(meetup, chie, [aki, ben], [aki])
        await after.drop_wishes(aki)
        assert await after.wishes_of(meetup, chie) == {}
        assert await after.wishes_of(meetup, aki) == {ben: True}
        await after.forget(aki)
        assert await after.wishes_of(meetup, ben) == {}


async def test_reports_are_changed_and_forgotten_and_settled_meetups_found(database: Database) -> None:
    async with unit(database) as db:
        meetup = await planned(db)
        aki = await person(db, "aki")
        await db.meetup_after.put_report(Report(meetup, aki, "a", "b"), NOW)
        await db.meetup_after.put_report(Report(meetup, aki, "c", ""), NOW)
        assert await db.meetup_after.report(meetup, aki) == Report(meetup, aki, "c", "")
        await db.meetup_after.forget(aki)
        assert await db.meetup_after.report(meetup, aki) is None
        assert await db.meetup_after.settled([meetup]) == set()
        ledger = await db.meetups.ledger(meetup)
        assert ledger
        ledger = decide(ledger, CheckIn(member=aki), SOON.plan.starts).state
        db.meetups.put_ledger(decide(ledger, Close(by=aki), SOON.plan.starts).state)
    async with unit(database) as db:
        assert await db.meetup_after.settled([meetup, 99]) == {meetup}
        assert await db.meetup_after.seats_taken(meetup) == 0
        assert await db.meetup_after.answered([meetup]) == {}
