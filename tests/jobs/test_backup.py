"""The day's backup: at its hour, once however many replicas there are, tried again, missed aloud, and not for ever."""

from __future__ import annotations

import dataclasses
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from community.signals import TimerDue
from jobs.backup import EVERYBODY, FAILED, JOB, MARKS_EVERY, OTHERS, RETRY, BackupKeeper, Plan
from storage import progress
from storage.backups.files import backups_in
from storage.backups.making import alone
from storage.engine import Database
from storage.erasing.marks import MarksFile
from storage.queues import inbox
from storage.tables.membership import erased, salts
from tests.jobs.house import START, HandClock

HOUR = time(3, 30)  # Tokyo: 18:30 UTC; START is 10:00 there


class Keeping:
    """A keeper over a store in which something ran yesterday."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.clock = HandClock()
        self.plan = Plan(folder, HOUR, ZoneInfo("Asia/Tokyo"), keep_days=2, keep_least=1, tell="c1")
        self.signals = 0
        self.keeper = self.another()

    def another(self) -> BackupKeeper:
        return BackupKeeper(self.db, self.clock, self.plan, on_signal=self._signal)

    def _signal(self) -> None:
        self.signals += 1

    async def age(self) -> None:
        async with self.db.writing() as conn:
            before = START - timedelta(days=2)
            await progress.take_slot(conn, "c1", "retention", before, before)

    async def tick(self, keeper: BackupKeeper | None = None) -> None:
        one = keeper or self.keeper
        await one.tick()
        await one.finish()

    def made(self) -> int:
        return len(backups_in(self.plan.folder)) if self.plan.folder.is_dir() else 0

    async def told(self) -> list[TimerDue]:
        async with self.db.reading() as conn:
            batch = await inbox.load_new(conn, after=0, limit=50)
        return [item.arrival for item in batch.items if isinstance(item.arrival, TimerDue)]


@pytest.fixture
async def keeping(database: Database, tmp_path: Path) -> Keeping:
    made = Keeping(database, tmp_path / "backups")
    await made.age()
    return made


async def test_it_is_made_at_its_hour_and_once_a_day(keeping: Keeping) -> None:
    await keeping.tick()  # today's hour passed while the bot was away: now, then
    assert keeping.made() == 1
    for hours in (1, 5, 8):  # 19:00 in Tokyo
        keeping.clock.pass_(hours * 3600)
        await keeping.tick()
    assert keeping.made() == 1
    keeping.clock.pass_(9 * 3600)
    await keeping.tick()
    assert (keeping.made(), keeping.keeper.made) == (2, 2)
    async with keeping.db.reading() as conn:
        assert await progress.last_run(conn, EVERYBODY, JOB) == keeping.clock.now()


async def test_a_store_of_this_morning_waits_for_its_first_night(database: Database, tmp_path: Path) -> None:
    keeping = Keeping(database, tmp_path / "backups")
    await keeping.tick()
    async with database.writing() as conn:
        await progress.take_slot(conn, "c1", "retention", START, START)
    keeping.clock.pass_(60)
    await keeping.tick(keeping.another())
    assert keeping.made() == 0
    keeping.clock.pass_(24 * 3600)
    await keeping.tick()
    assert keeping.made() == 1


async def test_one_replica_makes_it(keeping: Keeping) -> None:
    other = keeping.another()
    async with alone(keeping.db, keeping.plan.folder):  # a third one is at it
        await keeping.tick()
        await keeping.tick(other)
        assert keeping.made() == 0
    keeping.clock.pass_(OTHERS.total_seconds() / 2)
    await keeping.tick()
    assert keeping.made() == 0
    keeping.clock.pass_(OTHERS.total_seconds())
    await keeping.tick()
    await keeping.tick(other)
    assert (keeping.made(), keeping.keeper.made, other.made) == (1, 1, 0)


async def test_a_failure_is_told_once_and_mended_by_itself(keeping: Keeping, tmp_path: Path) -> None:
    keeping.plan = dataclasses.replace(keeping.plan, folder=tmp_path / "file" / "backups")
    keeping.keeper = keeping.another()
    (tmp_path / "file").write_text("in the way")
    for _ in range(3):
        await keeping.tick()
        keeping.clock.pass_(RETRY.total_seconds())
    assert keeping.keeper.failed == 3
    (told,) = await keeping.told()
    assert (told.kind, told.key) == (FAILED, f"{FAILED}:2026-12-03")
    assert "backup.folder" in told.data["reason"]
    assert len(told.data["incident"]) == 8
    await keeping.tick()
    keeping.clock.pass_(60)
    await keeping.tick()
    assert keeping.keeper.failed == 4, "not again within ten minutes"
    (tmp_path / "file").unlink()
    keeping.clock.pass_(RETRY.total_seconds())
    await keeping.tick()
    assert keeping.made() == 1


async def test_old_ones_go(keeping: Keeping) -> None:
    for _ in range(5):
        await keeping.tick()
        keeping.clock.pass_(24 * 3600)
    assert keeping.made() == 3  # of today, and of the two days that are kept


async def test_erasures_are_listed_within_seconds(keeping: Keeping) -> None:
    await keeping.tick()
    async with keeping.db.writing() as conn:
        await conn.execute(sa.insert(salts).values(community="c1", value="5a17"))
        await conn.execute(sa.insert(erased).values(community="c1", mark="aa", at=START))
    for _ in range(MARKS_EVERY):
        await keeping.tick()
    assert [one.mark for one in MarksFile(keeping.plan.folder).read()] == ["aa"]
    async with keeping.db.writing() as conn:
        await conn.execute(sa.update(erased).values(back_at=START))
    for _ in range(MARKS_EVERY):
        await keeping.tick()
    assert MarksFile(keeping.plan.folder).read() == []
    async with keeping.db.reading() as conn:
        assert (await conn.execute(sa.select(erased))).all() == []  # the list knows: nothing is kept any longer
