"""The store of earlier answers behind the interface of the evaluation of related conversations.

    python ../shared/eval/related_eval.py ../shared/data/wasmtime.jsonl.gz --index benchmarks.related:make_index

Everything is done by ``storage/questions/knowledge.py`` on a temporary SQLite file; this file only gives it an event
loop, numbers for the conversations' names, and puts what was added in one go when the next search comes.
"""

from __future__ import annotations

import asyncio
import atexit
import tempfile
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from storage.engine import Database
from storage.migrate import upgrade
from storage.questions.knowledge import Conversation
from storage.unit import Unit

T = TypeVar("T")
COMMUNITY = "main"
BATCH = 20


class RelatedIndex:
    """Conversations that are added and searched one after the other."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._folder = tempfile.TemporaryDirectory()
        self._db = Database(f"sqlite:///{Path(self._folder.name) / 'related.sqlite'}")
        self._names: list[str] = []
        self._waiting: list[Conversation] = []
        self._now = datetime.fromtimestamp(0, UTC)
        self._run(upgrade(self._db))
        atexit.register(self._close)

    def add(self, conversation: str, title: str, question: str, replies: Sequence[str], ts: float) -> None:
        """Add a conversation; they come oldest first."""
        self._now = datetime.fromtimestamp(ts, UTC)
        self._names.append(conversation)
        self._waiting.append(Conversation(len(self._names), title or "", question, replies, self._now))
        if len(self._waiting) >= BATCH:
            self._run(self._put())

    def search(self, text: str, k: int) -> list[str]:
        """Return the names of the conversations that answer best, as of when the last one was added."""
        if self._waiting:
            self._run(self._put())
        return [self._names[id_ - 1] for id_ in self._run(self._search(text, k))]

    async def _search(self, text: str, limit: int) -> list[int]:
        async with self._db.reading() as conn:
            hits = await Unit(conn, COMMUNITY, self._now).knowledge.search(text, limit=limit)
        return [hit.question_id for hit in hits]

    async def _put(self) -> None:
        async with self._db.writing() as conn:
            await Unit(conn, COMMUNITY, self._now).knowledge.put_all(self._waiting)
        self._waiting = []

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    def _close(self) -> None:
        self._run(self._db.close())
        self._loop.close()
        self._folder.cleanup()


def make_index() -> RelatedIndex:
    """Return a fresh index."""
    return RelatedIndex()
