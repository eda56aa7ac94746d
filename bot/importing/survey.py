"""The first look through an export: how much is in it, who is in it, and from when to when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chat.events import ChannelEntered, ChannelLeft, Event, MemberJoined, MessageEdited, MessagePosted, Reacted
from chat.exports import Export

AHEAD = timedelta(days=1)  # clocks differ; a message from later than that has a wrong time
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # no chat that we know is older
FLAT = 0.2  # where one message in five stands in a thread, what does not begins something new (as storage.turns has it)


class Survey:
    """What an export holds, counted."""

    def __init__(self, now: datetime) -> None:
        self.events = 0
        self.messages = 0
        self.reactions = 0
        self.edits = 0
        self.misdated = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.seen: dict[str, tuple[datetime, datetime]] = {}  # when first and last, by account
        self.posted: dict[str, datetime] = {}  # when first, by account
        self.joined: dict[str, tuple[datetime, str]] = {}  # when first, and the live event's key, by account
        self._threads: Counter[tuple[str, bool]] = Counter()
        self._until = now + AHEAD

    def look(self, export: Export, on_progress: Callable[[], None]) -> None:
        """Read an export through."""
        for event in export.events():
            self.events += 1
            self._take(event)
            on_progress()

    def is_dated(self, event: Event) -> bool:
        """Say whether an event's time can be."""
        return _LONG_AGO <= event.at <= self._until

    def is_flat(self, channel: str) -> bool:
        """Say whether people hardly use threads in a channel."""
        flat, threaded = self._threads[channel, False], self._threads[channel, True]
        return threaded <= FLAT * (flat + threaded)

    def _take(self, event: Event) -> None:
        if not self.is_dated(event):
            self.misdated += 1
            return
        match event:
            case MessagePosted():
                self.messages += 1
                self._threads[event.message.place.channel, event.message.place.thread is not None] += 1
                self._see(event.author.id, event.at)
                if not event.direct and self.posted.setdefault(event.author.id, event.at) > event.at:
                    self.posted[event.author.id] = event.at
                self.first = event.at if self.first is None else min(self.first, event.at)
                self.last = event.at if self.last is None else max(self.last, event.at)
            case Reacted():
                self.reactions += 1
                self._see(event.user.id, event.at)
            case MessageEdited():
                self.edits += 1
            case ChannelEntered():
                self._see(event.user.id, event.at)
                self._join(event.user.id, event.at, f"{event.workspace}:join:{event.user.id}")
            case ChannelLeft():
                self._see(event.user.id, event.at)
            case MemberJoined():
                self._see(event.member.user.id, event.at)
                self._join(event.member.user.id, event.at, event.key)
            case _:
                pass

    def _see(self, user: str, at: datetime) -> None:
        known = self.seen.get(user)
        if known is None:
            self.seen[user] = (at, at)
        elif at < known[0]:
            self.seen[user] = (at, known[1])
        elif at > known[1]:
            self.seen[user] = (known[0], at)

    def _join(self, user: str, at: datetime, key: str) -> None:
        known = self.joined.get(user)
        if known is None or at < known[0]:
            self.joined[user] = (at, key)
