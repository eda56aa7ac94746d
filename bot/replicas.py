"""Clicks are handled in the order of their acceptance, whichever replica took them in, and each answers its own.

Replicas decide about a community in turn, and whoever has the turn handles what the others took in before its own
clicks, too. Such an answer is left in the click's row, where the replica that somebody waits at finds it. See
docs/decisions/0012-one-order-of-clicks.md.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.waiting import INTERACTIONS, Waiting
from chat.answers import Answer, Nothing
from storage.engine import Database
from storage.queues import inbox
from storage.queues.inbox import Item

log = structlog.get_logger()

COLLECTED_WITHIN_S = 5.0  # by then the replica that took a click in has said its answer, or is dead


class Replicas:
    """What this process does for the others. On SQLite there are none."""

    def __init__(self, db: Database, late_answer: Callable[[Item, Answer], Awaitable[None]]) -> None:
        self._db = db
        self._late_answer = late_answer
        self._stopping = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """See to the answers that nobody has collected yet."""
        self._stopping.set()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=COLLECTED_WITHIN_S)

    async def join(
        self, conn: AsyncConnection, group: list[Waiting], known: Mapping[int, Waiting], most: int
    ) -> list[Waiting]:
        """Put what was accepted before the clicks of a group in front of them; returns what has no room any more.

        To be called when the turn is taken. Nothing older can appear afterwards: ids follow the order of commits
        (``Database.accept_in_turn``).
        """
        if self._db.is_sqlite or not group[0].is_urgent:
            return []
        mine = {waiting.item.id: waiting for waiting in group}
        communities = {waiting.item.community for waiting in group}
        oldest = await inbox.load_kinds(conn, communities, INTERACTIONS, before=max(mine), limit=most)
        for item in oldest:
            if item.id not in mine:
                mine[item.id] = known.get(item.id) or Waiting(item, others=True)
        last = oldest[-1].id if len(oldest) == most else max(mine)
        group[:] = sorted((w for w in mine.values() if w.item.id <= last), key=lambda waiting: waiting.item.id)
        return [waiting for waiting in mine.values() if waiting.item.id > last]

    async def collect(self, conn: AsyncConnection, ids: Sequence[int]) -> dict[int, Answer]:
        """Take the answers to clicks of ours that another replica has handled."""
        return {} if self._db.is_sqlite or not ids else await inbox.take_answers(conn, ids)

    async def leave(self, conn: AsyncConnection, handled: Sequence[Waiting], answers: Mapping[int, Answer]) -> None:
        """Leave the answers to clicks of other replicas for them."""
        theirs = {w.item.id: answers[w.item.id] for w in handled if w.others and w.item.id in answers}
        await inbox.leave_answers(conn, {n: answer for n, answer in theirs.items() if not isinstance(answer, Nothing)})

    def look_after(self, handled: Sequence[Waiting]) -> None:
        """Say what was left for a replica later, should it never collect it: it may have died."""
        if theirs := [waiting.item for waiting in handled if waiting.others]:
            task = asyncio.create_task(self._say_uncollected(theirs))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _say_uncollected(self, items: Sequence[Item]) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), COLLECTED_WITHIN_S)
        try:
            async with self._db.writing() as conn:
                answers = await inbox.take_answers(conn, [item.id for item in items])
        except (SQLAlchemyError, OSError) as error:
            log.error("replicas.not_collected", error=type(error).__name__)  # noqa: TRY400 - it would quote members
            return
        for item in items:
            if item.id in answers:
                await self._late_answer(item, answers[item.id])
