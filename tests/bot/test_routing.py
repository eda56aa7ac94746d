"""The ranking of the running bot: read from what is committed, again after a restart, and the same in each replica."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.routing import Routing
from chat.ids import Place, Platform, Profile, UserRef
from community.routing.ranking import Ask, Candidate
from storage.activity import Fact
from storage.engine import Database
from storage.unit import Unit
from tests.waiting import until

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
CHANNEL = Place(Platform.SLACK, "T1", "C1")


class Rollback(Exception):  # noqa: N818 - no error: the test's own way out
    """Ends a transaction without committing it."""


@asynccontextmanager
async def routing(db: Database) -> AsyncIterator[Routing]:
    made = Routing(db, ("c1", "c2"))
    made.start()
    try:
        await made.catch_up()
        yield made
    finally:
        await made.stop()


async def people(db: Database, *names: str) -> list[int]:
    async with db.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        found = []
        for name in names:
            profile = Profile(user=UserRef(Platform.SLACK, "T1", name), name=name)
            found.append((await unit.people.record_join(profile, NOW)).member.id)
        return found


async def talk(db: Database, asker: int, helper: int, first: int, n: int, *, keep: bool = True) -> None:
    """Let one member open conversations and another reply."""
    async with db.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        for number in range(first, first + n):
            at = NOW + timedelta(minutes=10 * number)
            thread = Place(Platform.SLACK, "T1", "C1", f"{number}")
            opening = Fact("message.posted", at, asker, CHANNEL, f"{number}", {"length": 40})
            reply = Fact("message.posted", at + timedelta(minutes=1), helper, thread, f"{number}r", {"length": 9})
            unit.activity.record(opening, key=f"{number}")
            unit.activity.record(reply, key=f"{number}r")
        await unit.flush()
        if not keep:
            raise Rollback


async def best(db: Database, made: Routing, asker: int, community: str = "c1") -> list[int]:
    at = (NOW + timedelta(days=1)).timestamp()
    ask = Ask(at=at, asker=asker, channel=str(CHANNEL), conversation="slack:T1:C1:999", text="Why is it slow?")
    async with db.reading() as conn:
        found: Sequence[Candidate] = await made.rank(Unit(conn, community, NOW), ask, exclude=(), limit=5)
    return [candidate.member for candidate in found]


async def test_what_stands_in_the_store_is_read_at_the_start_and_then_followed(database: Database) -> None:
    aki, ben, cho = await people(database, "aki", "ben", "cho")
    await talk(database, aki, ben, 0, 3)
    async with routing(database) as made:
        assert made.turns == 6
        assert await best(database, made, aki) == [ben]
        await talk(database, aki, cho, 3, 20)
        await made.catch_up()
        assert made.turns == 46
        assert (await best(database, made, aki))[0] == cho
        assert await best(database, made, aki, "c2") == []
        assert await best(database, made, aki, "another") == []
        followed = await best(database, made, ben)
    async with routing(database) as again:
        assert await best(database, again, ben) == followed, "a restart comes to the same ranking"


async def test_a_transaction_that_is_rolled_back_leaves_no_trace(database: Database) -> None:
    aki, ben = await people(database, "aki", "ben")
    async with routing(database) as made:
        with pytest.raises(Rollback):
            await talk(database, aki, ben, 0, 3, keep=False)
        await talk(database, ben, aki, 10, 1)
        await made.catch_up()
        assert made.turns == 2
        assert await best(database, made, aki) == [ben]


async def test_the_loop_is_not_held_up_by_a_rebuild(database: Database) -> None:
    aki, ben = await people(database, "aki", "ben")
    await talk(database, aki, ben, 0, 2_000)
    made = Routing(database, ("c1",))
    made.start()
    turns = 0
    try:
        while not made.ready:
            turns += 1
            await asyncio.sleep(0)
    finally:
        await made.stop()
    assert made.turns == 4_000
    assert turns > 10, "others had their turn in between"


async def test_a_wake_is_enough_to_read_on(database: Database) -> None:
    aki, ben = await people(database, "aki", "ben")
    async with routing(database) as made:
        await talk(database, aki, ben, 0, 1)
        made.wake()
        await until(lambda: made.turns >= 2, "its second turn")
