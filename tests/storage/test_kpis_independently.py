"""Every KPI of a generated life is what a second, independent computation finds; and the roll-up is always the log."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.kpi.everything import KPIS, Figure, Period, PeriodSpan, Unit
from community.meetups.plan import Meetup, Plan
from storage.activity import Fact
from storage.engine import Database
from storage.figures import rollup
from storage.migrate import upgrade
from storage.tables.figures import folded, steps, totals
from storage.tables.figures import rollup as rows
from storage.tables.meetups import survey
from storage.unit import Unit as Store
from tests.storage.history_by_hand import History, Result
from tests.storage.kpi_history import NOW, PLACES, Life
from tests.storage.kpis_by_hand import BY_HAND, wilson_by_hand

TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
WEEKS = tuple(Period(PeriodSpan.WEEK, date(2026, 6, 15)).before(-n) for n in range(25))
MONTHS = tuple(Period(PeriodSpan.MONTH, date(2026, 6, 1)).before(-n) for n in range(7))
EVERY = [kpi.id for kpi in KPIS]


async def store(database: Database, life: Life) -> None:
    facts = life.live()
    async with database.writing() as conn:
        unit = Store(conn, "c1", NOW)
        for n, fact in enumerate(facts):
            unit.activity.record(fact, key=f"k{n}")
        await unit.flush()
        for meetup in range(1, max(life.voices) + 1):
            starts = NOW + timedelta(days=meetup)
            plan = Plan(title="M", starts=starts, ends=starts + timedelta(hours=1), zone="UTC")
            await unit.meetups.add(Meetup(plan=plan, organiser=None), PLACES[0], NOW)
        for meetup, voices in life.voices.items():
            for n, (recommends, satisfied) in enumerate(voices):
                row = {"id": f"{meetup}-{n}", "community": "c1", "meetup_id": meetup}
                told = {"recommends": recommends, "satisfied": satisfied, "words": ""}
                await conn.execute(sa.insert(survey).values(row | told))


def same(figure: Figure, by_hand: Result) -> bool:
    pairs = [(figure.value, by_hand.value)]
    if by_hand.coverage != -1:
        pairs.append((figure.coverage, by_hand.coverage))
    close = all(a is b if a is None or b is None else abs(a - b) <= 1e-6 * max(1.0, abs(b)) for a, b in pairs)
    return close and figure.n == by_hand.n


@pytest.mark.parametrize(("platform", "zone", "seed"), [(None, TOKYO, 1), ("slack", TOKYO, 2), (None, BERLIN, 3)])
async def test_every_kpi_is_what_the_plain_computation_finds(
    database: Database, platform: str | None, zone: ZoneInfo, seed: int
) -> None:
    life = Life(seed)
    await store(database, life)
    async with database.writing() as conn:
        found = await Store(conn, "c1", NOW).figures.read(EVERY, [*WEEKS, *MONTHS], zone=zone, platform=platform)
    assert set(BY_HAND) == set(EVERY)
    told: Counter[str] = Counter()
    for period in (*WEEKS[::3], *MONTHS):
        history = History(life.facts, life.voices, zone, NOW, platform, period.span.value, period.start)
        for name, compute in BY_HAND.items():
            by_hand = compute(history)
            assert same(found[name, period], by_hand), f"{name} {period}: {found[name, period]}, by hand {by_hand}"
            told[name] += by_hand.value not in (None, 0)
    too_few = ("first_answer_p90", "solved_p90") if platform else ()  # of one platform: under five questions a period
    silent = [name for name in EVERY if not told[name] and name not in too_few]
    assert not silent, f"this life says nothing of {silent}"


async def test_shares_bear_wilsons_interval_and_times_one_that_holds_them(database: Database) -> None:
    life = Life(4)
    await store(database, life)
    async with database.writing() as conn:
        found = await Store(conn, "c1", NOW).figures.read(EVERY, MONTHS, zone=TOKYO)
    units = {kpi.id: kpi.unit for kpi in KPIS}
    looked_at: Counter[Unit] = Counter()
    for (name, _), figure in found.items():
        if figure.value is None:
            continue
        if units[name] is Unit.SHARE:
            low, high = wilson_by_hand(figure.value * figure.n, figure.n)
            assert figure.low == pytest.approx(low, abs=1e-9)
            assert figure.high == pytest.approx(high, abs=1e-9)
        elif units[name] in (Unit.DURATION, Unit.SCORE):
            assert (figure.low if figure.low is not None else 0) <= figure.value
            assert figure.high is None or figure.high >= figure.value
        else:
            assert figure.low is figure.high is None
        looked_at[units[name]] += 1
    assert set(looked_at) == set(Unit)


# ---- the roll-up


async def contents(database: Database) -> list[list[tuple[Any, ...]]]:
    async with database.reading() as conn:
        return [
            sorted(map(tuple, await conn.execute(sa.select(table))), key=repr)
            for table in (rows, totals, steps, folded)
        ]


MOMENTS = st.datetimes(datetime(2026, 9, 20), datetime(2026, 11, 10), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
LOGGED = st.builds(
    Fact,
    st.sampled_from(["message.posted", "reaction.added", "question.asked", "seat.marked", "member.joined", "other"]),
    MOMENTS,
    st.none() | st.integers(1, 3),
    st.none() | st.sampled_from(PLACES),
    st.none() | st.sampled_from(["1", "2"]),
    st.sampled_from(
        [
            {},
            {"bot": True},
            {"staff": True},
            {"mark": "attended"},
            {"mark": None},
            {"workspace": "slack:T1"},
        ]
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(logged=st.lists(st.tuples(LOGGED, st.integers(0, 3)), max_size=25), zone=st.sampled_from([TOKYO, BERLIN]))
async def test_a_roll_up_folded_as_facts_come_is_the_one_made_anew(
    logged: list[tuple[Fact, int]], zone: ZoneInfo, tmp_path: Path, counted: itertools.count[int]
) -> None:
    """``int``: how many facts are folded after each; 0: none yet."""
    database = Database(f"sqlite:///{tmp_path / f'{next(counted)}.sqlite'}")
    await upgrade(database)
    for n, (fact, at_once) in enumerate(logged):
        async with database.writing() as conn:
            unit = Store(conn, "c1", NOW)
            unit.activity.record(fact, key=f"k{n}")
            await unit.flush()
            if at_once:
                await rollup.fold(conn, "c1", zone, most=at_once)
    async with database.writing() as conn:
        await rollup.fold(conn, "c1", zone)
    as_they_came = await contents(database)
    async with database.writing() as conn:
        await rollup.forget(conn, "c1")
        await rollup.fold(conn, "c1", zone)
    assert await contents(database) == as_they_came
    expected: Counter[tuple[str, date, int | None]] = Counter()
    for fact, _ in logged:
        if fact.kind == "message.posted" and fact.actor is not None and not fact.data.get("bot"):
            day = fact.at.astimezone(zone).date()
            expected["w", day - timedelta(days=day.weekday()), fact.actor] += 1
            expected["m", day.replace(day=1), fact.actor] += 1
    posts = Counter({(row[1], row[2], row[5]): 0 for row in as_they_came[0] if row[3] == "posts"})
    for row in as_they_came[0]:
        if row[3] == "posts":
            posts[row[1], row[2], row[5]] += row[6]
    assert posts == expected
    assert as_they_came[1] == sums_of(as_they_came[0])
    await database.close()


def sums_of(contents: list[tuple[Any, ...]]) -> list[tuple[object, ...]]:
    """Return what the table of sums has to hold beside a roll-up: people and times, for each platform and together."""
    people: dict[tuple[object, ...], set[int]] = {}
    times: Counter[tuple[object, ...]] = Counter()
    for community, span, start, measure, platform, actor, n in contents:
        for where in (platform, "*"):
            key = (community, span, start, where, measure)
            people.setdefault(key, set()).add(actor)
            times[key] += n
    return sorted(((*key, len(people[key]), times[key]) for key in people), key=repr)


@pytest.fixture(scope="module")
def counted() -> itertools.count[int]:
    return itertools.count()


async def test_another_zone_makes_the_roll_up_anew_and_each_community_has_its_own(database: Database) -> None:
    life = Life(5)
    await store(database, life)
    async with database.writing() as conn:
        await rollup.fold(conn, "c2", TOKYO)
        assert await rollup.fold(conn, "c1", BERLIN) > 0
    in_berlin = await contents(database)
    async with database.writing() as conn:
        await rollup.fold(conn, "c1", TOKYO)
    assert (await contents(database))[0] != in_berlin[0]
    async with database.writing() as conn:
        await rollup.fold(conn, "c1", BERLIN)
        assert await rollup.fold(conn, "c1", BERLIN) == 0
    assert await contents(database) == in_berlin
