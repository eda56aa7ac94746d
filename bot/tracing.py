"""What a log line says of the event it is about, and the numbers by which a fault is found again.

A member who waits is told the number; the same number stands in the log and beside what was set aside in the store.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

from storage.queues.inbox import Item

Observe = Callable[[str, float], None]  # kind of event, seconds
_latest: ContextVar[str] = ContextVar("tsudoi_incident", default="")


def new_incident() -> str:
    """Return a number that nothing else in the log bears."""
    return secrets.token_hex(4)


def remember(incident: str) -> None:
    """Keep a number for whoever apologises to the member: an adapter, further on in the same task."""
    _latest.set(incident)


def remembered() -> str:
    """Return the number that was kept in this task, or a new one."""
    return _latest.get() or new_incident()


def about(item: Item) -> dict[str, str]:
    """Return what tells an event apart in a log. The key is hashed by the log itself (``bot.logs``)."""
    arrival = item.arrival
    workspace = getattr(arrival, "workspace", None)
    facts = {"community": item.community, "event_type": type(arrival).__name__, "key": arrival.key}
    return facts | ({"platform": workspace.platform.value} if workspace else {})


@contextmanager
def traced(item: Item, observe: Observe) -> Iterator[None]:
    """Let every line that is logged meanwhile say which event it is about, and measure how long it takes."""
    began = time.perf_counter()
    try:
        with structlog.contextvars.bound_contextvars(**about(item)):
            yield
    finally:
        observe(type(item.arrival).__name__, time.perf_counter() - began)
