"""What was said while the bot was away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from chat.events import MessagePosted
from chat.ids import Place
from chat.slack.base import SlackPart
from chat.slack.identity import stamp
from chat.slack.inbound import read_message

Json = dict[str, Any]

THREAD_LIFE = timedelta(days=30)  # replies are looked for under roots no older than that when the gap began


class Past(SlackPart):
    """The history half of the port. Keys are those of the live events."""

    async def history(self, place: Place, after: datetime) -> AsyncIterator[MessagePosted]:
        """Yield what was said at a place and in its threads since then, oldest first within each."""
        self.own(place)
        if place.thread:
            async for reply in self._replies(place.channel, place.thread, after, seen=set()):
                yield reply
            return
        since = stamp(after)
        said: list[MessagePosted] = []
        threads: list[str] = []
        first = stamp(after - THREAD_LIFE)
        async for page in self.web.pages("conversations.history", "messages", channel=place.channel, oldest=first):
            for message in page:
                ts = str(message["ts"])
                if _later(str(message.get("latest_reply") or "0"), since) and message.get("thread_ts", ts) == ts:
                    threads.append(ts)
                if _later(ts, since) and (event := read_message(message, place.channel, self.me)):
                    said.append(event)
        seen = {event.key for event in said}
        for known in sorted(said, key=_when):
            yield known
        for thread in sorted(threads, key=float):
            async for reply in self._replies(place.channel, thread, after, seen=seen):
                yield reply

    async def _replies(
        self, channel: str, thread: str, after: datetime, *, seen: set[str]
    ) -> AsyncIterator[MessagePosted]:
        since = stamp(after)
        said: list[MessagePosted] = []
        pages = self.web.pages("conversations.replies", "messages", channel=channel, ts=thread, oldest=since)
        async for page in pages:
            # Slack gives the root with every page, and replies shown in the channel stand there too
            later = (message for message in page if _later(str(message["ts"]), since))
            said.extend(filter(None, (read_message(message, channel, self.me) for message in later)))
        for event in sorted(said, key=_when):
            if event.key not in seen:
                seen.add(event.key)
                yield event


def _later(ts: str, since: str) -> bool:
    return (len(ts.partition(".")[0]), ts) > (len(since.partition(".")[0]), since)


def _when(event: MessagePosted) -> datetime:
    return event.at
