"""What the clock brings: timers that are due arrive as events, and jobs run once per slot.

APScheduler wakes the ticker every second; which timers and slots are due is computed from the ``Clock``, so the sandbox
and the tests can move time. A slot is claimed by a unique row in the transaction of the job itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from community.config import CommunitySettings
from community.hours.schedule import Standing, latest_daily
from jobs.outbox import Now
from jobs.standing import keep_resting, keep_standing
from storage import progress
from storage.engine import Database, is_stores_fault
from storage.queues import inbox, timers

log = structlog.get_logger()

TICK_S = 1
JOB_RETRY = timedelta(minutes=5)  # a fault of ours mends itself rarely, but a full disk may have been emptied
TIMERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Job:
    """Something that happens daily at an hour of the community's zone, once per slot."""

    name: str
    at: time
    run: Callable[[AsyncConnection, str, datetime], Awaitable[None]]  # connection, community, now
    max_late: timedelta  # a slot missed for longer is skipped; several missed slots become one, the newest


class Ticker:
    """Lets timers arrive and jobs run."""

    def __init__(
        self,
        db: Database,
        clock: Now,
        *,
        communities: Mapping[str, CommunitySettings],
        jobs: Sequence[Job],
        standing: Sequence[Standing],
        on_signal: Callable[[], None],
        each_tick: Callable[[], Awaitable[None]],
    ) -> None:
        self._db = db
        self._clock = clock
        self._communities = communities
        self._jobs = jobs
        self._standing = standing
        self._on_signal = on_signal
        self._each_tick = each_tick
        self._scheduler: AsyncIOScheduler | None = None
        self._not_before: dict[tuple[str, str], datetime] = {}  # when a job that failed is tried again
        self._done: dict[tuple[str, str], datetime] = {}  # slots this process knows to be taken

    def start(self) -> None:
        """Let APScheduler wake us; it keeps nothing, and a late wake-up is one wake-up."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.tick, "interval", seconds=TICK_S, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()

    async def stop(self) -> None:
        """Wake no more."""
        if self._scheduler:
            self._scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # APScheduler ends its own job on the next turn of the loop

    async def tick(self) -> None:
        """Do what is due now."""
        try:
            await self._let_timers_arrive()
            await self._run_jobs()
            await self._each_tick()
        except (SQLAlchemyError, OSError) as error:
            log.error("ticker.store_failed", error=type(error).__name__)  # noqa: TRY400 - tried again in a second

    async def _let_timers_arrive(self) -> None:
        while True:
            now = self._clock.now()
            async with self._db.reading() as conn:
                due = await timers.next_due(conn)
            if due is None or due > now:
                return
            async with self._db.writing() as conn:
                taken = await timers.take_due(conn, now, TIMERS_AT_ONCE)
                if taken:
                    await inbox.insert_rows(conn, [inbox.row_of(community, event, now) for community, event in taken])
                    came = {event.kind for _, event in taken}
                    again = [one for one in self._standing if one.kind in came]
                    for community in {community for community, _ in taken} & self._communities.keys():
                        await keep_standing(conn, self._communities[community], again, now)
            self._on_signal()

    async def keep_standing(self) -> None:
        """Let what comes again by itself come when the settings say, which may have changed."""
        async with self._db.writing() as conn:
            for settings in self._communities.values():
                await keep_resting(conn, settings, self._clock.now())
                await keep_standing(conn, settings, self._standing, self._clock.now())

    async def _run_jobs(self) -> None:
        now = self._clock.now()
        for community, settings in self._communities.items():
            zone = ZoneInfo(settings.time_zone)
            for job in self._jobs:
                slot = latest_daily(job.at, zone, now)
                known = self._done.get((community, job.name))
                if (known is not None and known >= slot) or now < self._not_before.get((community, job.name), now):
                    continue
                if now - slot <= job.max_late and not await self._runs(job, community, slot, now):
                    continue
                self._done[community, job.name] = slot

    async def _runs(self, job: Job, community: str, slot: datetime, now: datetime) -> bool:
        """Run a slot; a job with a fault holds up neither the others nor what else a tick does."""
        try:
            await self._run_slot(job, community, slot, now)
        except Exception as error:
            if is_stores_fault(error):
                raise
            log.exception("job.failed", job=job.name, community=community, incident=secrets.token_hex(4))
            self._not_before[community, job.name] = now + JOB_RETRY
            return False
        return True

    async def _run_slot(self, job: Job, community: str, slot: datetime, now: datetime) -> None:
        async with self._db.writing() as conn:
            if not await progress.take_slot(conn, community, job.name, slot, now):
                return
            await job.run(conn, community, now)
        log.info("job.ran", job=job.name, community=community, slot=slot.isoformat())
