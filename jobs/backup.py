"""Once a day, a backup: made beside the bot's work by one of the replicas, pruned, and missed loudly.

It is no ``Job`` of the ticker: those run inside one writing transaction, and a backup takes as long as it takes.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.exc import SQLAlchemyError

from community.hours.schedule import latest_daily
from community.signals import TimerDue
from jobs.outbox import Now
from storage import progress
from storage.backups.files import prune
from storage.backups.making import alone, drop_aside, make
from storage.engine import Database, StoreError
from storage.erasing.marks import MarksFile, drop
from storage.unit import Unit

log = structlog.get_logger()

EVERYBODY = ""  # stands for the community where something is of the whole store
JOB = "backup"
FAILED = "backup.failed"  # the kind of timer by which a community hears of it
MARKS_EVERY = 5  # ticks: an erasure is in the list beside the backups within as many seconds
RETRY = timedelta(minutes=10)  # a disk may have been emptied, a program installed
OTHERS = timedelta(minutes=1)  # before looking whether the replica that makes it is done
STOP_WITHIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Plan:
    """When backups are made, and what becomes of them."""

    folder: Path
    at: time
    zone: ZoneInfo
    keep_days: int
    keep_least: int
    tell: str  # the community whose moderators hear of a failure


class BackupKeeper:
    """Makes the day's backup when its hour has come, and keeps the list of erasures up to date."""

    def __init__(self, db: Database, clock: Now, plan: Plan, *, on_signal: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._plan = plan
        self._on_signal = on_signal
        self._marks = MarksFile(plan.folder)
        self._ticks = 0
        self._done: datetime | None = None  # the slot that needs nothing more
        self._not_before: datetime | None = None
        self._task: asyncio.Task[None] | None = None
        self.made = 0
        self.failed = 0

    async def tick(self) -> None:
        """Look whether there is something to do; never waits for a backup."""
        self._ticks += 1
        if self._ticks % MARKS_EVERY == 0:
            await self._follow_erasures()
        if self._task is None or self._task.done():
            await self._look()

    async def stop(self) -> None:
        """Wait a moment for a backup that is being made; one that is cut short leaves nothing that counts."""
        if self._task:
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(self._task, STOP_WITHIN_S)

    async def finish(self) -> None:
        """Wait until what is being made is made."""
        if self._task:
            await self._task

    async def _look(self) -> None:
        now = self._clock.now()
        slot = latest_daily(self._plan.at, self._plan.zone, now)
        if slot == self._done or (self._not_before is not None and now < self._not_before):
            return
        if await self._is_due(slot):
            self._task = asyncio.create_task(self._run(slot))
        else:
            self._done = slot

    async def _is_due(self, slot: datetime) -> bool:
        async with self._db.reading() as conn:
            last = await progress.last_slot(conn, EVERYBODY, JOB)
            # a store that was made after the hour has nothing that a backup would save
            return (last is None or last < slot) and await progress.has_run_before(conn, slot)

    async def _run(self, slot: datetime) -> None:
        incident = secrets.token_hex(4)
        try:
            async with alone(self._db, self._plan.folder) as ours:
                if not ours:
                    self._not_before = self._clock.now() + OTHERS
                    return
                if await self._is_due(slot):
                    await self._make(slot)
            self._done = slot
        except Exception as error:
            said = str(error) if isinstance(error, StoreError) else type(error).__name__  # ours hold nobody's words
            log.exception("backup.failed", incident=incident, reason=said)
            self.failed += 1
            self._not_before = self._clock.now() + RETRY
            with contextlib.suppress(SQLAlchemyError, OSError):
                await self._tell(slot, said, incident)

    async def _make(self, slot: datetime) -> None:
        plan, began = self._plan, asyncio.get_running_loop().time()
        path, manifest = await make(self._db, plan.folder, self._clock.now())
        now = self._clock.now()
        async with self._db.writing() as conn:
            await progress.take_slot(conn, EVERYBODY, JOB, slot, now)
        self.made += 1
        seconds = round(asyncio.get_running_loop().time() - began, 1)
        log.info("backup.made", file=path.name, bytes=manifest.bytes, facts=manifest.facts, seconds=seconds)
        gone = prune(plan.folder, keep_days=plan.keep_days, keep_least=plan.keep_least, now=now)
        aside = await drop_aside(self._db, now - timedelta(days=plan.keep_days))
        if gone or aside:
            log.info("backup.pruned", backups=gone, replaced_stores=aside)

    async def _tell(self, slot: datetime, reason: str, incident: str) -> None:
        """Let one community's moderators hear of it, once for each day: the key is the day's."""
        now = self._clock.now()
        async with self._db.writing() as conn:
            event = TimerDue(
                key=f"{FAILED}:{slot:%Y-%m-%d}",
                at=now,
                kind=FAILED,
                subject="-",
                data={"reason": reason, "incident": incident},
            )
            unit = Unit(conn, self._plan.tell, now)
            await unit.arrive(event)
            await unit.flush()
        self._on_signal()

    async def _follow_erasures(self) -> None:
        if not self._plan.folder.is_dir():
            return  # no backup was ever made: nothing could come back
        try:
            async with self._db.reading() as conn:
                came = await self._marks.follow(conn)
            if told := self._marks.told:
                async with self._db.writing() as conn:
                    await drop(conn, told)
        except OSError as error:
            log.error("backup.erasures_not_listed", error=type(error).__name__)  # noqa: TRY400 - tried again
            return
        if came:
            log.info("backup.erasures_listed", changes=came)
