"""Applications for a seat: kept, counted, and nobody who waits is taken for a member."""

from datetime import UTC, datetime, timedelta

import msgspec

from chat.ids import Platform, Profile, UserRef
from community.membership.values import Answers, Standing
from storage.engine import Database
from storage.unit import Unit

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


async def _join(unit: Unit, name: str) -> int:
    user = UserRef(Platform.SLACK, "T1", name)
    return (await unit.people.record_join(Profile(user=user, name=name), NOW)).member.id


async def test_who_waits_is_here_but_no_member(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        aiko, ben = await _join(unit, "Aiko"), await _join(unit, "Ben")
        application = await unit.applications.arrive(ben, UserRef(Platform.SLACK, "T1", "Ben"), NOW)
        assert application.standing is Standing.WAITING
        assert await unit.applications.waiting_ids() == {ben}
        assert await unit.applications.is_waiting(ben)
        assert not await unit.applications.is_waiting(aiko)
        assert await unit.people.count_present() == await unit.applications.seats_taken() == 1
        assert [member.id for member in await unit.people.present()] == [aiko]
        await unit.applications.save([msgspec.structs.replace(application, standing=Standing.SEATED, decided_at=NOW)])
        assert await unit.applications.waiting_ids() == set()
        assert await unit.people.count_present() == 2
        assert await unit.applications.seats_taken(without=ben) == 1
        assert await unit.applications.seated_since(NOW - timedelta(days=1)) == [NOW]


async def test_an_application_comes_back_as_it_was_written(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        ben = await _join(unit, "Ben")
        first = await unit.applications.arrive(ben, UserRef(Platform.SLACK, "T1", "Ben"), NOW)
        written = msgspec.structs.replace(
            first,
            standing=Standing.OFFERED,
            rank=2.5,
            answers=Answers(purpose="学びたい", share="<@U1> & co", give=("python",)),
            applied_at=NOW,
            offered_at=NOW + timedelta(hours=1),
            claim_until=NOW + timedelta(hours=49),
            rests_until=NOW + timedelta(hours=2),
            lapsed=1,
            decided_by=ben,
            decided_at=NOW,
            reason="earlier guest",
        )
        await unit.applications.save([written])
    async with database.reading() as conn:
        unit = Unit(conn, "main", NOW)
        assert await unit.applications.of(ben) == written
        assert await unit.applications.by_id(first.id) == written
        assert await unit.applications.open() == [written]
        assert await unit.applications.last_rank() == 2.5
        assert await Unit(conn, "other", NOW).applications.of(ben) is None
        assert await Unit(conn, "other", NOW).applications.waiting_ids() == set()


async def test_who_comes_again_begins_anew_and_keeps_their_answers(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        user = UserRef(Platform.SLACK, "T1", "Ben")
        ben = await _join(unit, "Ben")
        first = await unit.applications.arrive(ben, user, NOW)
        answers = Answers(purpose="to learn")
        closed = msgspec.structs.replace(
            first, standing=Standing.CLOSED, rank=4.0, answers=answers, applied_at=NOW, lapsed=3, reason="-"
        )
        await unit.applications.save([closed])
        again = await unit.applications.arrive(ben, user, NOW + timedelta(days=9))
        expected = msgspec.structs.replace(first, came_at=NOW + timedelta(days=9), answers=answers)
        assert again == expected
        assert await unit.applications.counted() == {Standing.WAITING: 1}


async def test_the_line_comes_in_order_and_who_has_not_applied_last(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        found = {}
        for name in ("Aiko", "Ben", "Chie"):
            member = await _join(unit, name)
            found[name] = await unit.applications.arrive(member, UserRef(Platform.SLACK, "T1", name), NOW)
        await unit.applications.save(
            [
                msgspec.structs.replace(found["Ben"], standing=Standing.APPLIED, rank=2.0),
                msgspec.structs.replace(found["Chie"], standing=Standing.APPLIED, rank=1.5),
            ]
        )
        line = [one.member for one in await unit.applications.open()]
        assert line == [found["Chie"].member, found["Ben"].member, found["Aiko"].member]
