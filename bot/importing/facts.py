"""Makes facts of past events: the same as ``handlers.activity`` logs live, marked as imported."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import msgspec

from chat.events import ChannelEntered, ChannelLeft, Event, MessageEdited, MessagePosted, Reacted
from chat.ids import Place
from community.questions.imported import Ending
from community.questions.life import Change, Question, QuestionMessage
from storage.activity import Fact, Value, fact_row
from storage.imports import Known
from storage.sql import Row

_json = msgspec.json.Encoder()
_BARE = _json.encode({"imported": True}).decode()


class FactMaker:
    """Turns events into rows of the log."""

    def __init__(
        self,
        community: str,
        people: Mapping[str, Known],
        watched_since: datetime | None,
        staff: Collection[int] = frozenset(),
    ) -> None:
        """``staff``: the members who moderate now; who did when something was said, no export tells."""
        self._community = community
        self._people = people
        self._staff = staff
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
        if author.member in self._staff:
            data["staff"] = True
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


def asked_row(community: str, question: Question, number: int, key: str) -> Row:
    """Return the fact that somebody asked, as ``handlers.questions.steps`` logs it."""
    told: dict[str, Value] = {
        "topic": None,
        "level": None,
        "via": question.via.value,
        "anonymous": False,
        "platform": question.account.platform.value if question.account else None,
        "imported": True,
    }
    fact = Fact("question.asked", question.asked_at, question.asker, question.place, str(number), told)
    return fact_row(community, fact, f"question.asked:{number}:{key}")


def ending_rows(community: str, ending: Ending, said: Iterable[QuestionMessage], staff: Collection[int]) -> list[Row]:
    """Return the facts of how a question went on: its steps, and who answered it."""
    question = ending.question
    by = {message.id: message.member for message in said}
    happened: list[tuple[str, datetime, int | None, dict[str, Value], str]] = [
        ("replied", at, member, {"staff": member in staff}, str(member)) for member, at in ending.replied
    ]
    for step in ending.steps:
        change = step.change
        told = {**change.data, **_helper(change, by, staff)}
        happened.append((change.kind, step.at, change.actor, told, "import"))
    rows = []
    for kind, at, actor, data, key in happened:
        told = {"topic": question.topic, "level": question.level, **data, "imported": True}
        fact = Fact(f"question.{kind}", at, actor, question.place, str(question.id), told)
        rows.append(fact_row(community, fact, f"question.{kind}:{question.id}:{key}"))
    return rows


def _helper(change: Change, by: Mapping[int, int | None], staff: Collection[int]) -> dict[str, Value]:
    """Return who helped, as ``handlers.questions.helpers`` tells it."""
    if change.kind == "answered":
        return {"staff": change.actor in staff}
    helper = by.get(change.question.answer or 0) if change.kind in ("solved", "answer_marked") else None
    return {} if helper is None else {"helper": helper, "staff": helper in staff}
