"""What comes again by itself comes at the settings' moments: once after a pause, and never in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from community.config import CommunitySettings
from community.hours.schedule import Standing, latest_weekly, next_daily, next_monthly, next_weekly
from jobs.standing import keep_standing
from jobs.ticker import Ticker
from storage.engine import Database
from storage.settings import SettingStore
from storage.tables import core as tables
from tests.jobs.house import START, HandClock

ZONES = [ZoneInfo(name) for name in ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Pacific/Apia")]
NINE = time(9)


def _weekly(settings: CommunitySettings, after: datetime) -> datetime | None:
    return next_weekly(0, NINE, ZoneInfo(settings.time_zone), after) if settings.onboarding.enabled else None


MONDAYS = Standing("mondays", _weekly)
TOKYO = CommunitySettings(id="c1")


def _ticker(db: Database, clock: HandClock) -> Ticker:
    async def rest() -> None:
        """Do nothing else."""

    return Ticker(
        db,
        clock,
        communities={"c1": TOKYO},
        jobs=(),
        standing=(MONDAYS,),
        on_signal=lambda: None,
        each_tick=rest,
    )


async def _arrived(db: Database) -> list[str]:
    async with db.reading() as conn:
        return list((await conn.execute(sa.select(tables.inbox.c.key).order_by(tables.inbox.c.id))).scalars())


async def test_three_missed_weeks_come_once_and_the_next_one_stands_already(database: Database) -> None:
    clock = HandClock()
    ticker = _ticker(database, clock)
    await ticker.keep_standing()
    clock.time = START + timedelta(weeks=4)
    await ticker.tick()
    await ticker.tick()
    assert len(await _arrived(database)) == 1
    clock.time += timedelta(weeks=1)
    await ticker.tick()
    assert len(await _arrived(database)) == 2


async def test_what_was_changed_in_the_chat_moves_it_and_switching_off_takes_it_away(database: Database) -> None:
    async def due(now: datetime) -> datetime | None:
        async with database.writing() as conn:
            await keep_standing(conn, TOKYO, (MONDAYS,), now)
            query = sa.select(tables.timers.c.due_at)
            return (await conn.execute(query)).scalar_one_or_none()

    first = await due(START)
    assert first == next_weekly(0, NINE, ZONES[0], START)
    async with database.writing() as conn:
        await SettingStore(conn, "c1").set("time_zone", "Europe/Berlin", by=None, at=START)
    assert await due(START) == next_weekly(0, NINE, ZONES[1], START)
    async with database.writing() as conn:
        await SettingStore(conn, "c1").set("onboarding.enabled", "false", by=None, at=START)
    assert await due(START) is None


moments = st.datetimes(datetime(2012, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(st.sampled_from(ZONES), st.times(), st.integers(0, 6), moments)
def test_weeks_follow_each_other_without_gap_or_doubling(zone: ZoneInfo, at: time, weekday: int, now: datetime) -> None:
    last, coming = latest_weekly(weekday, at, zone, now), next_weekly(weekday, at, zone, now)
    assert last <= now < coming
    assert coming - last < timedelta(days=7, hours=4)
    assert next_weekly(weekday, at, zone, last) == coming
    assert last.astimezone(zone).weekday() == weekday or last.astimezone(zone).time() < time(3), "a gap over midnight"


@given(st.sampled_from(ZONES), st.times(), moments, st.sampled_from([next_daily, next_monthly]))
def test_the_next_is_always_later_and_the_same_from_anywhere_before_it(
    zone: ZoneInfo, at: time, now: datetime, following: Callable[[time, ZoneInfo, datetime], datetime]
) -> None:
    coming = following(at, zone, now)
    assert coming > now
    assert following(at, zone, coming - timedelta(seconds=1)) == coming
