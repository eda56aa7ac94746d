"""How far each place is known without a hole, so that after an outage reading begins where the hole does.

A cursor says: everything said at this place until then is stored. It must not simply follow the newest event: the
first one after an outage would carry it over all that was missed, and a second crash would then find nothing to catch
up with. So cursors are frozen from the moment a gap shows until it has been caught up with, and even then follow with
a delay.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime

from chat.events import Event, MessagePosted
from chat.ids import Place, Workspace
from storage import progress
from storage.engine import Database

# Longer than any event can be overtaken by later ones: one whose place must be looked up, or that could not be stored
# at first and is tried again (for 21 s at most)
DELAY_S = 30.0


class Progress:
    """What the inbox has stored: the newest message of each place, and how many events it had to refuse."""

    def __init__(self) -> None:
        self.newest: dict[Place, datetime] = {}
        self.refused = 0

    def note(self, event: Event) -> None:
        """Note a stored event."""
        if isinstance(event, MessagePosted) and not event.direct:
            self.reach(event.message.place.top, event.at)

    def reach(self, place: Place, at: datetime) -> None:
        """Note that everything until then is stored."""
        if at > self.newest.get(place, at) or place not in self.newest:
            self.newest[place] = at


class Checkpoints:
    """Writes the cursors of some workspaces, late enough to be sure."""

    def __init__(
        self, db: Database, made: Progress, *, delay: float = DELAY_S, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._db = db
        self._made = made
        self._delay = delay
        self._now = now
        self._waiting: dict[Workspace, deque[tuple[float, dict[Place, datetime]]]] = {}
        self._written: dict[Place, datetime] = {}

    def forget(self, workspaces: Collection[Workspace]) -> None:
        """Freeze: what was seen but not written may lie behind a hole."""
        for workspace in workspaces:
            self._waiting.pop(workspace, None)

    async def take(self, workspace: Workspace, community: str, *, at_once: bool = False) -> None:
        """Look where a workspace without a gap stands, and write where it stood a while ago."""
        reached = {
            place: at
            for place, at in self._made.newest.items()
            if place.home == workspace and self._written.get(place) != at
        }
        waiting = self._waiting.setdefault(workspace, deque())
        now = self._now()
        if reached and (not waiting or waiting[-1][1] != reached):
            waiting.append((now, reached))
        sure: dict[Place, datetime] = {}
        while waiting and (at_once or now - waiting[0][0] >= self._delay):
            sure.update(waiting.popleft()[1])
        if sure:
            async with self._db.writing() as conn:
                await progress.move_cursors(conn, {(community, place): at for place, at in sure.items()})
            self._written.update(sure)
