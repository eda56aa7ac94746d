"""Meetups and their ledgers, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from chat.ids import MessageRef, Place, Platform, UserRef
from community.meetups.plan import Meetup, Plan
from community.seats.commands import CheckIn, Rsvp
from community.seats.ledger import decide, open_ledger
from community.seats.settings import MeetupSettings
from community.seats.values import Allotment, Answer, Mark, SeatKind
from storage.engine import Database
from storage.meetups.plans import Stand, StoredMeetup
from storage.tables.core import metadata
from storage.unit import Unit

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
CHANNEL = Place(Platform.DISCORD, "900", "C1")
THREAD = Place(Platform.DISCORD, "900", "C1", "77")
SOON = Meetup(
    plan=Plan(title="Quiet work", starts=NOW + timedelta(days=7), ends=NOW + timedelta(days=7, hours=2), zone="UTC"),
    organiser=1,
)


@asynccontextmanager
async def unit(db: Database, community: str = "c1") -> AsyncIterator[Unit]:
    async with db.writing() as conn:
        await conn.run_sync(metadata.create_all)
        open_unit = Unit(conn, community, NOW)
        yield open_unit
        await open_unit.flush()


async def planned(db: Unit, cap: int | None = 1) -> int:
    new_id = await db.meetups.add(SOON, CHANNEL, NOW)
    assert new_id
    ledger = open_ledger(
        meetup=new_id,
        starts=SOON.plan.starts,
        ends=SOON.plan.ends,
        zone="UTC",
        allotments={SeatKind.VENUE: Allotment(cap=cap), SeatKind.ONLINE: Allotment()},
        rules=MeetupSettings().rules,
        at=NOW,
    )
    db.meetups.put_ledger(ledger)
    return new_id


async def person(db: Unit, name: str) -> int:
    return (await db.people.ensure(UserRef(Platform.DISCORD, "900", name), name, NOW)).id


async def test_a_ledger_is_read_back_as_it_was_held(database: Database) -> None:
    async with unit(database) as db:
        meetup = await planned(db)
        people = [await person(db, name) for name in ("aki", "ben", "chie")]
        for n, member in enumerate(people):
            ledger = await db.meetups.ledger(meetup)
            assert ledger
            click = Rsvp(member=member, answer=Answer.GOING, kind=SeatKind.VENUE, key=f"e{n}")
            db.meetups.put_ledger(decide(ledger, click, NOW).state)
        held = await db.meetups.ledger(meetup)
    async with unit(database) as db:
        assert await db.meetups.ledger(meetup) == held
        assert held
        assert [e.seat for e in held.entries.values()] == [SeatKind.VENUE, None, None]
        assert await db.meetups.mine(people[1], NOW) == [meetup]
    async with unit(database, "another") as db:
        assert await db.meetups.ledger(meetup) is None
        assert await db.meetups.get(meetup) is None


async def test_a_click_that_comes_to_nothing_writes_no_ledger_anew(database: Database) -> None:
    later = NOW + timedelta(minutes=5)
    async with unit(database) as db:
        meetup = await planned(db)
        aki, ben = await person(db, "aki"), await person(db, "ben")
    click = Rsvp(member=aki, answer=Answer.GOING, kind=SeatKind.VENUE, key="e1")
    for now in (NOW, later):  # the second time it is the click's late twin
        async with unit(database) as db:
            ledger = await db.meetups.ledger(meetup)
            assert ledger
            db.meetups.put_ledger(decide(ledger, click, now).state)
    async with unit(database) as db:
        ledger = await db.meetups.ledger(meetup)
        assert ledger
        assert (ledger.at, ledger.entries[aki].seat) == (NOW, SeatKind.VENUE)
        other = Rsvp(member=ben, answer=Answer.GOING, kind=SeatKind.VENUE, key="e2")
        db.meetups.put_ledger(decide(ledger, other, later).state)
    async with unit(database) as db:
        ledger = await db.meetups.ledger(meetup)
        assert ledger
        assert ledger.at == later


async def test_what_left_the_ledger_leaves_the_store_and_attendance_is_found(database: Database) -> None:
    async with unit(database) as db:
        meetup = await planned(db)
        aki = await person(db, "aki")
        ledger = await db.meetups.ledger(meetup)
        assert ledger
        ledger = decide(ledger, Rsvp(member=aki, answer=Answer.GOING, kind=SeatKind.ONLINE), NOW).state
        here = decide(ledger, CheckIn(member=aki), SOON.plan.starts).state
        db.meetups.put_ledger(here)
    async with unit(database) as db:
        found = await db.meetups.attended_by(None, NOW + timedelta(days=30))
        assert [(a.meetup, a.mark) for a in found[aki]] == [(meetup, Mark.ATTENDED)]
        ledger = await db.meetups.ledger(meetup)
        assert ledger
        db.meetups.put_ledger(
            type(ledger)(**{f: getattr(ledger, f) for f in ledger.__struct_fields__} | {"entries": {}})
        )
    async with unit(database) as db:
        assert await db.meetups.mine(aki, NOW) == []


async def test_a_meetup_stands_in_several_workspaces_and_is_found_by_its_thread(database: Database) -> None:
    async with unit(database) as db:
        meetup = await planned(db)
        stored = await db.meetups.get(meetup)
        assert stored == StoredMeetup(id=meetup, meetup=SOON, home=CHANNEL)
        stand = Stand(
            meetup=meetup, workspace=CHANNEL.home, place=CHANNEL, root=MessageRef(CHANNEL, "77"), thread=THREAD
        )
        await db.meetups.stand(stand)
        assert await db.meetups.in_thread(THREAD) == stand
        assert await db.meetups.in_thread(CHANNEL) is None
        assert await db.meetups.stands(meetup) == [stand]
        assert [m.id for m in await db.meetups.between(NOW, NOW + timedelta(days=8), "planned")] == [meetup]
        assert await db.meetups.between(NOW, NOW + timedelta(days=1)) == []
