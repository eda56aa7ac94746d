"""How the bot is: what lies in its queues, since when, what it heard last, and when it was last backed up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jobs.backup import EVERYBODY, JOB
from storage import progress
from storage.queues import inbox, outbox

if TYPE_CHECKING:
    from bot.process import Process  # the process owns who asks; only its type is needed here

# A member waits for an answer for seconds; a queue older than this means that nobody is working on it
LAG_LIMIT = timedelta(seconds=60)
PATIENCE_S = 2.0  # whoever watches the bot waits a few seconds for an answer at most
GIVEN_UP_FOR_S = 60.0  # what was given up is counted by reading whole tables: once a minute is enough


@dataclass(frozen=True, slots=True)
class Figures:
    """What the store says."""

    inbox_waiting: int
    inbox_lag: float
    outbox_due: int
    outbox_lag: float
    events_given_up: int
    dead_letters: int
    since_backup: float | None  # None: there was none yet


@dataclass(slots=True)
class Look:
    """Looks into the store of a process."""

    process: Process
    _given_up: tuple[int, int] = (0, 0)
    _counted_at: float = field(default=float("-inf"))

    async def into_store(self, *, writing: bool) -> Figures:
        """Read the figures; ``writing`` finds out whether writing would go, too: reading goes on where it cannot.

        Raises:
            SQLAlchemyError, OSError, StoreError: the store is not well.

        """
        process = self.process
        now = process.clock.now()
        opened = process.db.writing(patience=PATIENCE_S) if writing else process.db.reading()
        async with opened as conn:
            waiting, oldest = await inbox.backlog(conn)
            unsent, unsent_since = await outbox.lag(conn, now)
            backed_up = await progress.last_run(conn, EVERYBODY, JOB)
            if time.monotonic() - self._counted_at > GIVEN_UP_FOR_S:
                self._given_up = (await inbox.given_up(conn), await outbox.given_up(conn))
                self._counted_at = time.monotonic()
        process.db.check_presence()
        events, letters = self._given_up
        since = _age(backed_up, now) if backed_up else None
        return Figures(waiting, _age(oldest, now), unsent, _age(unsent_since, now), events, letters, since)

    def since_heard(self) -> dict[str, float]:
        """Return for how many seconds each platform has been silent; heartbeats count. Of two lines, the worse."""
        now = datetime.now(UTC)
        heard: dict[str, float] = {}
        for adapter in self.process.adapters:
            name = adapter.platform.value
            heard[name] = max(_age(adapter.last_heard(), now), heard.get(name, 0.0))
        return heard

    def parts(self) -> dict[str, bool]:
        """Say of each part that works by itself whether it still does; one that died does not come back by waiting."""
        process = self.process
        if not process.made:
            return {}
        return {"inbox": process.inbox.alive, "dispatcher": process.dispatcher.alive, "outbox": process.outbox.alive}

    def told(self, figures: Figures) -> dict[str, Any]:
        """Return what ``/healthz`` says."""
        process = self.process
        ready = process.ready.is_set()
        well = (
            not process.inbox.failing and figures.inbox_lag < LAG_LIMIT.total_seconds() and all(self.parts().values())
        )
        return {
            "ok": ready and well,
            "ready": ready,
            "inbox": {
                "waiting": figures.inbox_waiting,
                "lag_seconds": figures.inbox_lag,
                "failing": process.inbox.failing,
                "given_up": figures.events_given_up,
            },
            "outbox": {
                "due": figures.outbox_due,
                "lag_seconds": figures.outbox_lag,
                "dead_letters": figures.dead_letters,
            },
            "seconds_since_last_event": self.since_heard(),
            "backup": {"enabled": process.backups is not None, "seconds_since_last": figures.since_backup},
        }


def _age(since: datetime | None, now: datetime) -> float:
    return round(max((now - since).total_seconds(), 0.0), 1) if since else 0.0
