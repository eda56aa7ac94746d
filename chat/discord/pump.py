"""Starts accepting events in the order they came, many at a time: the inbox commits them in groups."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

Job = Callable[[], Coroutine[Any, Any, None]]


class Pump:
    """Runs jobs, at most ``width`` at once, started strictly in the order they were put.

    It holds its tasks: asyncio itself keeps only weak references to them.
    """

    def __init__(self, width: int = 512) -> None:
        self._width = width
        self._running: set[asyncio.Task[None]] = set()
        self._waiting: deque[Job] = deque()

    def put(self, job: Job) -> None:
        """Run a job as soon as its turn comes. The job handles its own errors."""
        if len(self._running) < self._width and not self._waiting:
            self._start(job)
        else:
            self._waiting.append(job)

    def __len__(self) -> int:
        return len(self._running) + len(self._waiting)

    def _start(self, job: Job) -> None:
        task = asyncio.create_task(job())
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        while self._waiting and len(self._running) < self._width:
            self._start(self._waiting.popleft())

    async def drained(self) -> None:
        """Return when nothing runs and nothing waits."""
        while self._running:
            await asyncio.wait(tuple(self._running))
            await asyncio.sleep(0)  # let the callbacks start what waited
