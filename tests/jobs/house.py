"""What the tests of jobs share: a clock moved by hand, a chat in memory, and looks into the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from chat.card import Card, Text
from chat.effects import Effect
from chat.fake import FakeChat
from chat.ids import Workspace
from chat.text import rich
from community.signals import EffectSettled
from jobs.outbox import OutboxWorker
from storage.engine import Database
from storage.queues import inbox
from storage.tables import core as tables
from storage.unit import Unit

START = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def card(text: str) -> Card:
    return Card(parts=(Text(rich(text)),))


class Office:
    """A chat, and a worker that sends to it from a store."""

    def __init__(self, db: Database, chat: FakeChat, clock: HandClock) -> None:
        self.db = db
        self.chat = chat
        self.clock = clock
        self.signals = 0
        self.room = chat.let_be("general")
        self.aki = chat.let_join("Aki")
        self.worker = self.new_worker()

    @classmethod
    def open(cls, db: Database, make: Callable[..., FakeChat] = FakeChat) -> Office:
        clock = HandClock()
        return cls(db, make(now=clock.now), clock)

    def new_worker(self, owner: str = "main") -> OutboxWorker:
        chats: dict[Workspace, FakeChat] = {self.chat.home: self.chat}
        return OutboxWorker(self.db, self.clock, chats, owner=owner, on_signal=self._signal)

    def _signal(self) -> None:
        self.signals += 1

    async def queue(self, effect: Effect, key: str, *, report: bool = False) -> None:
        async with self.db.writing() as conn:
            unit = Unit(conn, "c1", self.clock.now())
            unit.outbox.add(effect, key=key, report=report)
            await unit.flush()

    async def rows(self) -> dict[str, tuple[str, int, str | None]]:
        """Return state, attempts and error of each row, by key."""
        box = tables.outbox
        query = sa.select(box.c.key, box.c.state, box.c.attempt, box.c.error).order_by(box.c.id)
        async with self.db.reading() as conn:
            return {row.key: (row.state, row.attempt, row.error) for row in await conn.execute(query)}

    async def states(self) -> dict[str, str]:
        return {key: state for key, (state, _, _) in (await self.rows()).items()}

    async def reports(self) -> list[EffectSettled]:
        async with self.db.reading() as conn:
            batch = await inbox.load_new(conn, after=0, limit=100)
        return [item.arrival for item in batch.items if isinstance(item.arrival, EffectSettled)]

    def texts(self) -> list[str]:
        """Return what stands in the room, oldest first."""
        return [posted.key.partition(":")[2] for posted in self.chat.standing(self.room)]
