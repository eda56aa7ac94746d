"""Makes facts of past events: the same as ``handlers.activity`` logs live, marked as imported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from chat.events import ChannelEntered, ChannelLeft, Event, MessageEdited, MessagePosted, Reacted
from chat.ids import Place
from storage.activity import Fact, Value, fact_row
from storage.imports import Known
from storage.sql import Row

_json = msgspec.json.Encoder()
_BARE = _json.encode({"imported": True}).decode()


class FactMaker:
    """Turns events into rows of the log."""

    def __init__(self, community: str, people: Mapping[str, Known], watched_since: datetime | None) -> None:
        self._community = community
        self._people = people
        self._watched_since = watched_since

    def row(self, event: Event) -> Row | None:
        """Return the fact of an event; none of what is nobody's doing, or was counted live."""
        match event:
            case MessagePosted():
                return self._posted(event)
            case Reacted():
                data = _json.encode({"emoji": event.emoji, "imported": True}).decode()
                return self._deed("reaction.added", event, event.user.id, event.message.place, event.message.id, data)
            case MessageEdited():
                return self._deed("message.edited", event, event.author.id, event.message.place, event.message.id)
            case ChannelEntered():
                return self._deed("channel.entered", event, event.user.id, event.place)
            case ChannelLeft():
                return self._deed("channel.left", event, event.user.id, event.place)
            case _:
                return None

    def _posted(self, event: MessagePosted) -> Row | None:
        author = self._people.get(event.author.id)
        if author is None or event.direct:
            return None
        data = {
            "length": len(event.text),
            "files": event.files,
            "mentions": len(event.mentions),
            "reply_to": event.reply_to,
            "bot": event.by_bot or author.is_bot,
            "imported": True,
        }
        said = event.message
        return self._row("message.posted", event, author.member, said.place, said.id, _json.encode(data).decode())

    def _deed(  # noqa: PLR0917 - called a million times
        self, kind: str, event: Event, user: str, place: Place, subject: str | None = None, data: str = _BARE
    ) -> Row | None:
        """Return what has no id of its own on the platform: from before the bot counted such things itself."""
        actor = self._people.get(user)
        if actor is None or actor.is_bot:
            return None
        if self._watched_since is not None and event.at >= self._watched_since:
            return None
        return self._row(kind, event, actor.member, place, subject, data)

    def _row(  # noqa: PLR0917 - called a million times
        self, kind: str, event: Event, actor: int, place: Place, subject: str | None, data: str
    ) -> Row:
        return {
            "community": self._community,
            "key": event.key,
            "at": event.at,
            "kind": kind,
            "actor": actor,
            "platform": place.platform.value,
            "workspace": place.workspace,
            "place": f"{place.channel}:{place.thread}" if place.thread else place.channel,
            "subject": subject,
            "data": data,
        }


def joined_row(community: str, key: str, at: datetime, member: int, told: Mapping[str, Value]) -> Row:
    """Return the fact that somebody joined, as ``handlers.onboarding`` logs it."""
    fact = Fact("member.joined", at, member, data={**told, "imported": True})
    return fact_row(community, fact, f"member.joined:{key}")
