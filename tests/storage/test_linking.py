"""The one transaction of a link: all of it or nothing, once, and what is known of accounts afterwards."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from chat.ids import Platform, UserRef
from community.people.linking import LASTS
from storage.engine import Database
from storage.unit import Unit

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
AKI, BEN = UserRef(Platform.SLACK, "T1", "U1"), UserRef(Platform.DISCORD, "900", "U2")


async def two(database: Database) -> tuple[int, int]:
    async with database.writing() as conn:
        db = Unit(conn, "c1", NOW)
        one = await db.people.ensure(AKI, "aki", NOW)
        other = await db.people.ensure(BEN, "ben", NOW + timedelta(days=1))
    return one.id, other.id


async def link(db: Unit) -> None:
    kept, gone = await db.people.by_user(AKI), await db.people.by_user(BEN)
    assert kept
    assert gone
    await db.links.merge(kept, gone, NOW)


async def fail(database: Database) -> None:
    async with database.writing() as conn:
        await link(Unit(conn, "c1", NOW))
        raise RuntimeError("in the middle")


async def who(database: Database) -> tuple[int, int]:
    async with database.reading() as conn:
        db = Unit(conn, "c1", NOW)
        one, other = await db.people.by_user(AKI), await db.people.by_user(BEN)
    assert one
    assert other
    return one.id, other.id


async def test_a_fault_in_the_middle_leaves_two_members(database: Database) -> None:
    before = await two(database)
    with pytest.raises(RuntimeError, match="in the middle"):
        await fail(database)
    assert await who(database) == before
    async with database.writing() as conn:
        await link(Unit(conn, "c1", NOW))
    assert await who(database) == (before[0], before[0])


async def test_of_two_replicas_with_one_code_one_links(database: Database) -> None:
    one, _ = await two(database)
    async with database.writing() as conn:
        code = await Unit(conn, "c1", NOW).links.new_code(one, AKI, NOW)

    async def use() -> bool:
        async with database.writing() as conn:
            await database.take_turn(conn, "c1")
            return await Unit(conn, "c1", NOW).links.use(code)

    assert sorted(await asyncio.gather(use(), use(), use())) == [False, False, True]


async def test_the_old_number_means_who_stays_and_an_account_seen_again_is_theirs(database: Database) -> None:
    one, gone = await two(database)
    async with database.writing() as conn:
        db = Unit(conn, "c1", NOW)
        await link(db)
        await db.start_over()
        found = await db.people.by_id(gone)
        assert found
        assert (found.id, found.former) == (one, (gone,))
        assert found.goes_by(str(gone))
        assert (await db.people.ensure(BEN, "ben", NOW)).id == one, "so an import finds linked accounts linked"
        assert (await db.people.by_id(gone + 1)) is None
        stranger = await db.people.ensure(UserRef(Platform.SLACK, "T1", "U9"), "chi", NOW)
        assert stranger.id > gone
        assert not stranger.goes_by(str(gone))


async def test_a_code_is_over_in_time_and_belongs_to_its_community(database: Database) -> None:
    one, _ = await two(database)
    async with database.writing() as conn:
        db = Unit(conn, "c1", NOW)
        code = await db.links.new_code(one, AKI, NOW)
        found = await db.links.find(code, NOW + LASTS - timedelta(seconds=1))
        assert found
        assert (found.member, found.account, found.here) == (one, str(AKI), True)
        assert await db.links.find(code, NOW + LASTS) is None
        elsewhere = Unit(conn, "c2", NOW)
        there = await elsewhere.links.find(code, NOW)
        assert there
        assert (there.member, there.account, there.here) == (0, "", False)
        assert not await elsewhere.links.use(code)


async def test_who_has_a_seat_of_their_own_is_not_merged_behind_the_ledger(database: Database) -> None:
    one, _ = await two(database)
    async with database.writing() as conn:
        db = Unit(conn, "c1", NOW)
        member = await db.people.by_id(one)
        assert member
        with pytest.raises(ValueError, match="cannot go into"):
            await db.links.merge(member, member, NOW)
