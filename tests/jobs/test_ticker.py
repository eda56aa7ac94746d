"""What time brings comes once: timers to the minute, slots once for any number of processes, in any zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from community.config import CommunitySettings
from community.hours.schedule import at_local, latest_daily
from jobs.ticker import JOB_RETRY, Job, Ticker
from storage.engine import Database
from storage.tables import core as tables
from storage.unit import Unit
from tests.jobs.house import START, HandClock

TOKYO, BERLIN, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ZONES = [TOKYO, BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia")]


class Hall:
    """A ticker, and what it did."""

    def __init__(self, db: Database, clock: HandClock, *, zone: ZoneInfo = TOKYO, jobs: tuple[Job, ...] = ()) -> None:
        self.signals = self.ticks = 0
        self.ticker = Ticker(
            db,
            clock,
            communities={"c1": CommunitySettings(id="c1", time_zone=zone.key)},
            jobs=jobs,
            standing=(),
            on_signal=self._signal,
            each_tick=self._each_tick,
        )

    def _signal(self) -> None:
        self.signals += 1

    async def _each_tick(self) -> None:
        self.ticks += 1


def job(at: time, ran: list[datetime], *, max_late: timedelta = timedelta(hours=23), fails: int = 0) -> Job:
    async def run(_conn: AsyncConnection, _community: str, now: datetime) -> None:
        ran.append(now)
        if len(ran) <= fails:
            raise RuntimeError("a fault of the job's own")

    return Job("daily", at, run, max_late)


async def arrived(db: Database) -> list[str]:
    async with db.reading() as conn:
        return list((await conn.execute(sa.select(tables.inbox.c.key).order_by(tables.inbox.c.id))).scalars())


async def test_a_timer_arrives_once_when_it_is_due_and_the_oldest_first(database: Database) -> None:
    clock = HandClock()
    one, two = Hall(database, clock), Hall(database, clock)
    async with database.writing() as conn:
        timers = Unit(conn, "c1", START).timers
        await timers.set("nudge", 1, START + timedelta(hours=2))
        await timers.set("nudge", 2, START + timedelta(hours=1))
        await timers.set("nudge", 3, START + timedelta(days=9))
    await one.ticker.tick()
    assert await arrived(database) == []
    clock.pass_(2 * 3600)
    for hall in (one, two, one):
        await hall.ticker.tick()
    assert [key.split(":")[3] for key in await arrived(database)] == ["2", "1"]
    assert (one.signals, two.signals) == (1, 0)


async def test_a_slot_runs_once_for_two_processes_and_survives_a_restart(database: Database) -> None:
    clock, ran = HandClock(), list[datetime]()
    daily = job(time(4, 10), ran)
    halls = [Hall(database, clock, jobs=(daily,)) for _ in range(2)]
    for _ in range(24 * 3):
        for hall in halls:
            await hall.ticker.tick()
        clock.pass_(3600)
    await Hall(database, clock, jobs=(daily,)).ticker.tick()
    assert [moment.date() for moment in ran] == [date(2026, 12, day) for day in (4, 4, 5, 6)]


async def test_missed_slots_become_one_and_an_old_one_is_skipped(database: Database) -> None:
    clock, ran = HandClock(), list[datetime]()
    daily = job(time(9, 0), ran, max_late=timedelta(hours=3))
    await Hall(database, clock, jobs=(daily,)).ticker.tick()  # ten o'clock in Tokyo: an hour late
    clock.pass_(9 * 86_400)
    await Hall(database, clock, jobs=(daily,)).ticker.tick()
    assert len(ran) == 2, "nine days away bring one run"
    clock.pass_(86_400 + 6 * 3600)
    await Hall(database, clock, jobs=(daily,)).ticker.tick()
    assert len(ran) == 2, "seven hours late is too late"


async def test_a_job_with_a_fault_holds_nothing_up_and_is_tried_again_later(database: Database) -> None:
    clock, ran = HandClock(), list[datetime]()
    hall = Hall(database, clock, jobs=(job(time(4, 10), ran, fails=1),))
    for _ in range(5):
        await hall.ticker.tick()
    assert (len(ran), hall.ticks) == (1, 5)
    clock.pass_(JOB_RETRY.total_seconds())
    for _ in range(5):
        await hall.ticker.tick()
    assert len(ran) == 2


@pytest.mark.parametrize(
    ("zone", "first", "at"),
    [
        (NEW_YORK, date(2026, 3, 6), time(2, 30)),  # 02:30 does not exist on the 8th
        (NEW_YORK, date(2026, 10, 30), time(1, 30)),  # 01:30 comes twice on the 1st
        (BERLIN, date(2026, 3, 27), time(2, 30)),
        (BERLIN, date(2026, 10, 23), time(2, 30)),
        (TOKYO, date(2026, 3, 27), time(0, 0)),
    ],
)
def test_a_daily_hour_comes_once_a_day_over_both_edges_of_summer_time(zone: ZoneInfo, first: date, at: time) -> None:
    now = datetime.combine(first, time(12), tzinfo=zone).astimezone(UTC)
    slots = set()
    for _ in range(6 * 24 * 6):
        slots.add(latest_daily(at, zone, now))
        now += timedelta(minutes=10)
    days = sorted(slot.astimezone(zone).date() for slot in slots)
    assert days == [first + timedelta(days=n) for n in range(7)]


def test_an_hour_that_does_not_exist_is_taken_later_and_one_that_comes_twice_the_first_time() -> None:
    gap = at_local(datetime(2026, 3, 8, tzinfo=NEW_YORK), time(2, 30), NEW_YORK)
    assert gap.astimezone(NEW_YORK).time() == time(3, 30)
    twice = at_local(datetime(2026, 10, 25, tzinfo=BERLIN), time(2, 30), BERLIN)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    st.sampled_from(ZONES),
    st.times(),
    st.datetimes(datetime(2009, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - given a zone here
)
def test_the_newest_slot_is_past_less_than_two_days_old_and_steady(zone: ZoneInfo, at: time, now: datetime) -> None:
    slot = latest_daily(at, zone, now)
    assert slot <= now
    assert now - slot <= timedelta(hours=49), "a zone may skip a whole day, and then some"
    assert latest_daily(at, zone, slot) == slot
    assert latest_daily(at, zone, now + timedelta(minutes=1)) >= slot
