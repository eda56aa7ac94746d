"""After two members became one, or one became two again, every figure is what the log says anew."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Platform, UserRef
from community.kpi.everything import KPIS, Period, PeriodSpan
from community.people.linking import kept_of
from storage.activity import Fact
from storage.engine import Database
from storage.figures import rollup
from storage.linking.log import CAME_TOO
from storage.tables.core import activity
from storage.tables.figures import rollup as rows
from storage.tables.figures import steps, totals
from storage.unit import Unit
from tests.storage.history_by_hand import History
from tests.storage.kpi_history import BEGAN, MEMBERS, NOW, Life
from tests.storage.kpis_by_hand import BY_HAND
from tests.storage.test_kpis_independently import same, store

TOKYO = ZoneInfo("Asia/Tokyo")
MONTHS = tuple(Period(PeriodSpan.MONTH, date(2026, 6, 1)).before(-n) for n in range(7))
EVERY = [kpi.id for kpi in KPIS]


def account(n: int) -> UserRef:
    platform = Platform.SLACK if n % 2 else Platform.DISCORD
    return UserRef(platform, "T1" if n % 2 else "900", f"U{n}")


async def people(database: Database) -> None:
    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        for n in range(1, MEMBERS + 1):
            assert (await unit.people.ensure(account(n), f"Member {n}", BEGAN)).id == n


async def link(database: Database, one: int, other: int) -> tuple[int, int]:
    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        first, second = await unit.people.by_user(account(one)), await unit.people.by_user(account(other))
        assert first is not None
        assert second is not None
        kept, gone = kept_of(first, second)
        await unit.links.merge(kept, gone, NOW)
        return kept.id, gone.id


async def made(conn: AsyncConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Return what figures are read from."""
    found = {}
    for table in (rows, totals, steps):
        query = sa.select(table).where(table.c.community == "c1").order_by(*table.primary_key.columns)
        found[table.name] = [tuple(row) for row in await conn.execute(query)]
    return found


async def the_log_says_the_same(database: Database) -> None:
    async with database.writing() as conn:
        await rollup.fold(conn, "c1", TOKYO)
        now = await made(conn)
        await rollup.forget(conn, "c1")
        await rollup.fold(conn, "c1", TOKYO)
        anew = await made(conn)
    for name, there in anew.items():
        assert now[name] == there, name
    assert anew["activity_rollup"]


@pytest.mark.parametrize("seed", [11, 12])
async def test_figures_of_a_merged_log_are_those_of_the_log_counted_anew(database: Database, seed: int) -> None:
    dice, life = Random(seed), Life(seed)  # noqa: S311 - a history, no secret
    await people(database)
    await store(database, life)
    async with database.writing() as conn:  # half of it has been folded by then, the rest is new
        await rollup.fold(conn, "c1", TOKYO, most=len(life.facts) // dice.choice((1, 2, 3)))
    chosen = dice.sample(range(1, MEMBERS + 1), 10)
    for one, other in zip(chosen[::2], chosen[1::2], strict=True):
        await link(database, one, other)
    await link(database, chosen[0], chosen[2])  # three accounts of one person
    await the_log_says_the_same(database)
    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        kinds = list(await conn.scalars(sa.select(activity.c.kind).distinct()))
        facts: list[Fact] = await unit.activity.facts(kinds)
        found = await unit.figures.read(EVERY, MONTHS, zone=TOKYO)
        there = {member.id for member in await unit.people.present()}
    assert len(there) == MEMBERS - 6
    assert {fact.actor for fact in facts if fact.actor is not None} <= there
    for period in MONTHS:
        history = History(facts, life.voices, TOKYO, NOW, None, period.span.value, period.start)
        for name, compute in BY_HAND.items():
            by_hand = compute(history)
            assert same(found[name, period], by_hand), f"{name} {period}: {found[name, period]}, by hand {by_hand}"


@pytest.mark.parametrize("seed", [21])
async def test_figures_of_who_is_two_again_are_those_of_the_log_counted_anew(database: Database, seed: int) -> None:
    life = Life(seed)
    await people(database)
    await store(database, life)
    async with database.writing() as conn:
        await rollup.fold(conn, "c1", TOKYO)
        before = await made(conn)
    kept, gone = await link(database, 4, 7)
    async with database.writing() as conn:
        unit = Unit(conn, "c1", NOW)
        member = await unit.people.by_id(gone)
        assert member is not None
        assert member.id == kept
        assert {a.user for a in member.accounts} == {account(4), account(7)}
        fresh = await unit.links.unlink(member, account(gone), NOW)
    assert fresh > MEMBERS
    await the_log_says_the_same(database)
    async with database.writing() as conn:
        after = await made(conn)
        joins = sa.select(activity.c.actor, activity.c.kind).where(
            activity.c.kind.in_(("member.joined", CAME_TOO)), activity.c.actor.in_((kept, fresh))
        )
        said = {(row.actor, row.kind) for row in await conn.execute(joins)}
        home = (
            sa.select(activity.c.workspace)
            .distinct()
            .where(activity.c.actor == fresh, activity.c.kind == "message.posted")
        )
        assert set(await conn.scalars(home)) <= {account(gone).workspace}
    assert said <= {(kept, "member.joined"), (fresh, "member.joined")}
    assert len(after["activity_totals"]) == len(before["activity_totals"])
