"""SQLite without a thread: tests of one process after the other spend half their time on handing statements over.

aiosqlite runs each connection in a thread, so that a slow disk or a lock never holds up the event loop, and each
statement goes there and back four times. A test that is alone with its store has nothing to hold up. What a statement
returns, and in which order, is the same. Whatever waits for another writer's lock in the same process needs the
threads, and so do tests of the running bot, which keep them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import aiosqlite

_Handed = tuple[asyncio.Future[Any] | None, Callable[[], Any]]


class _Here:
    """Stands for the queue to a connection's thread, and for the thread: what is handed over is done at once."""

    def start(self) -> None:
        pass

    def put_nowait(self, handed: _Handed) -> None:
        future, function = handed
        try:
            result = function()
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
            if future is not None:
                future.set_exception(error)
        else:
            if future is not None:
                future.set_result(result)


@contextlib.contextmanager
def unthreaded_sqlite() -> Iterator[None]:
    """Let connections that are opened inside work in the thread that uses them."""
    made: Any = aiosqlite.Connection
    threaded = made.__init__

    def begin(connection: Any, *given: Any, **named: Any) -> None:  # noqa: ANN401 - the driver's own
        threaded(connection, *given, **named)
        connection._tx = connection._thread = _Here()

    made.__init__ = begin
    try:
        yield
    finally:
        made.__init__ = threaded
