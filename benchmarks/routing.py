"""Who will answer? The production ranking, in the shape the evaluation of a community's history asks for."""

from __future__ import annotations

import re
from typing import Protocol

from community.questions.finding import recognise
from community.routing.ranking import Ask, Outcome, OutcomeKind, RoutingState, Turn

FOLLOW = 120.0  # seconds in which the asker's further messages belong to the question
DEPTH = 200
ASKED = 3  # members asked for one question
_MENTION = re.compile(r"<@([^>|\s]+)")


class Message(Protocol):
    """A message of the history."""

    ts: float
    user: str
    text: str
    conv: str
    channel: str
    title: str


class Question(Protocol):
    """A question of the history, without its answer."""

    ts: float
    user: str
    text: str
    conv: str
    channel: str


class _Opening:
    """How a conversation began, as long as it can still turn out to be a question."""

    __slots__ = ("answered", "at", "opener", "question", "text")

    def __init__(self, at: float, opener: int, text: str) -> None:
        self.at, self.opener, self.text = at, opener, text
        self.question, self.answered = False, False


class Ranker:
    """Feeds a history to the production state; only the words of conversations that a question opened are passed on."""

    def __init__(self, state: RoutingState | None = None, *, asks: bool = False) -> None:
        self.state = state or RoutingState()
        self._asks = asks
        self._ids: dict[str, int] = {}
        self._names: list[str] = []
        self._openings: dict[str, _Opening] = {}

    def _id(self, user: str) -> int:
        if user not in self._ids:
            self._ids[user] = len(self._names)
            self._names.append(user)
        return self._ids[user]

    def _words(self, message: Message, member: int) -> str:
        opening = self._openings.get(message.conv)
        if opening is None:
            text = f"{message.title}\n{message.text}" if message.title else message.text
            opening = self._openings[message.conv] = _Opening(message.ts, member, text)
            opening.question = recognise(text).is_question
            return text if opening.question else ""
        if member == opening.opener and not opening.answered and message.ts - opening.at <= FOLLOW:
            opening.text += "\n" + message.text
            if not opening.question and recognise(opening.text).is_question:
                opening.question = True
                return opening.text
        opening.answered = opening.answered or member != opening.opener
        return message.text if opening.question else ""

    def observe(self, message: Message) -> None:
        """Take in one message."""
        member = self._id(message.user)
        self.state.observe(
            Turn(
                at=message.ts,
                member=member,
                channel=message.channel,
                conversation=message.conv,
                text=self._words(message, member),
                length=len(message.text),
                mentions=tuple(self._ids[name] for name in _MENTION.findall(message.text) if name in self._ids),
            )
        )

    def rank(self, ask: Question) -> list[str]:
        """Return the members most likely to answer."""
        found = self.state.rank(
            Ask(at=ask.ts, asker=self._id(ask.user), channel=ask.channel, conversation=ask.conv, text=ask.text),
            limit=DEPTH,
        )
        for candidate in found[:ASKED] if self._asks else ():
            offered = Outcome(
                kind=OutcomeKind.OFFERED, conversation=ask.conv, member=candidate.member, at=ask.ts, topic=None
            )
            self.state.note(offered)
        return [self._names[candidate.member] for candidate in found]


def make_ranker() -> Ranker:
    """Return a fresh ranker."""
    return Ranker()


def make_sparing_ranker() -> Ranker:
    """Return a ranker that takes the first three it names for asked, as the running bot knows whom it asked."""
    return Ranker(asks=True)
