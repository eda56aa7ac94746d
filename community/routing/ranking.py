"""Who can answer this question? A ranking of members, with reasons, learned from what they did.

`RoutingState` is fed every message (`observe`) and every outcome (`note`), and ranks members for a question (`rank`).
It holds no clock, no chance and nothing of a database: the same history gives the same state. How it came about, and
what was tried: docs/decisions/0007-routing.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from types import MappingProxyType

import msgspec
import numpy as np

from community.routing.features import Field, Question, look
from community.routing.memory import ANSWER_WINDOW, Conversation, Memory
from community.routing.model import Learner, Network, Sample, shipped
from community.routing.reasons import Candidate, Deeds, OutcomeKind, Person, Reason, ReasonKind, reasons

__all__ = ["Ask", "Candidate", "Outcome", "OutcomeKind", "Person", "Reason", "ReasonKind", "RoutingState", "Turn"]

LEARN_ALL = 500  # questions learned from one by one; after that fewer and fewer, so that a rebuild stays short
LEARN_FROM = 64  # members per question that are kept for learning: the likeliest
PENDING = 3_000  # questions that wait for their repliers at once
LATE = 86_400.0  # seconds; what is told so much later than newer things (by an import) is counted, not learned from
TOLD_GIVES = 1.0  # log-odds: said "I can help with this". By hand: no data tells
TOLD_LEVEL: Mapping[str, float] = MappingProxyType({"beginner": -0.3, "intermediate": 0.2, "expert": 0.5})  # by hand
TOLD_AT_MOST = 60  # members looked at only because of what they said about themselves


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A message, as far as routing may know it: words only in conversations that a question opened."""

    at: float  # seconds since 1970, UTC
    member: int
    channel: str
    conversation: str
    text: str = ""
    length: int = 0
    reply_to: int | None = None
    mentions: tuple[int, ...] = ()


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A question that looks for somebody."""

    at: float
    asker: int
    channel: str
    conversation: str
    text: str
    topic: str | None = None
    level: str | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking a member, or what a member did for a question."""

    kind: OutcomeKind
    conversation: str
    member: int
    at: float
    topic: str | None = None


class RoutingState:
    """Everything routing knows; kept in memory and rebuilt from the store."""

    def __init__(self, network: Network | None = None) -> None:
        self._memory = Memory()
        self._learner = Learner(network or shipped())
        self._deeds = Deeds()
        self._place: dict[int, int] = {}  # member -> row
        self._member: list[int] = []
        self._pending: dict[str, Sample] = {}
        self._waiting: deque[tuple[float, str, Conversation]] = deque()
        self._questions = 0
        self._newest = 0.0

    def _row(self, member: int) -> int:
        row = self._place.get(member)
        if row is None:
            row = self._place[member] = len(self._member)
            self._member.append(member)
            self._memory.reserve(row + 1)
        return row

    def observe(self, turn: Turn) -> None:
        """Take in one message. Messages come in the order of time, as far as may be."""
        row = self._row(turn.member)
        toward = [self._row(who) for who in turn.mentions]
        if turn.reply_to is not None:
            toward.insert(0, self._row(turn.reply_to))
        in_order = turn.at > self._newest - LATE
        self._newest = max(self._newest, turn.at)
        asked = self._memory.similar.asked
        conversation = self._memory.observe(
            turn.at, row, turn.channel, turn.conversation, turn.text, turn.length, toward
        )
        if self._memory.similar.asked != asked and not turn.mentions:
            self._questions += 1
            if in_order and self._worth_learning() and len(self._pending) < PENDING:
                ask = Question(turn.at, row, turn.channel, turn.conversation, turn.text)
                self._keep(ask, look(self._memory, ask), conversation)
        if self._waiting and self._waiting[0][0] <= turn.at:
            self._settle(turn.at)

    def _worth_learning(self) -> bool:
        """All of the first questions, then ever fewer, evenly: about 350 more each time their number doubles."""
        return self._questions % (1 + self._questions // LEARN_ALL) == 0

    def _keep(self, ask: Question, field: Field, conversation: Conversation) -> None:
        rows = self._learner.network.rows(field.numbers)
        score = self._learner.score(rows)
        best = np.argsort(-score, kind="stable")[:LEARN_FROM]
        if ask.conversation not in self._pending:
            self._waiting.append((ask.at + ANSWER_WINDOW, ask.conversation, conversation))
        self._pending[ask.conversation] = Sample(
            ask.at, ask.conversation, ask.asker, field.members[best].tolist(), rows[best].astype(np.float16)
        )

    def _settle(self, at: float) -> None:
        while self._waiting and self._waiting[0][0] <= at:
            _, name, conversation = self._waiting.popleft()
            sample = self._pending.pop(name, None)
            if sample is not None:
                repliers = set(conversation.repliers)
                sample.right = [place for place, who in enumerate(sample.members) if who in repliers]
                self._learner.settle(sample)

    def note(self, outcome: Outcome) -> None:
        """Take in what came of asking a member."""
        self._deeds.note(self._row(outcome.member), outcome.kind, outcome.at, outcome.topic)

    def rank(
        self,
        ask: Ask,
        people: Mapping[int, Person] = MappingProxyType({}),
        *,
        limit: int = 50,
        exclude: Collection[int] = (),
        explain: int = 10,
    ) -> list[Candidate]:
        """Return the members most likely to answer, best first.

        The first ``explain`` of them come with the reasons a person understands: nobody further down is asked at once.
        """
        question = Question(ask.at, self._row(ask.asker), ask.channel, ask.conversation, ask.text)
        told = self._told(ask, people)
        field = look(self._memory, question, np.array([row for row, _ in told], dtype=np.int64))
        if not len(field.members):
            return []
        conversation = self._memory.live.get(ask.conversation)
        if ask.conversation in self._pending and conversation is not None:
            self._keep(question, field, conversation)
        score = self._learner.score(self._learner.network.rows(field.numbers))
        score += self._deeds.leaning(field.members, ask.at)
        if told:
            bonus = dict(told)
            score += np.array([bonus.get(row, 0.0) for row in field.members.tolist()])
        order = np.lexsort((field.members, -score))
        barred = set(exclude)
        found: list[Candidate] = []
        for place in order.tolist():
            member = self._member[int(field.members[place])]
            if member >= 0 and member not in barred:
                why = self._why(ask, people, field, place) if len(found) < explain else ()
                found.append(Candidate(member=member, score=float(score[place]), reasons=why))
                if len(found) == limit:
                    break
        return found

    def _why(self, ask: Ask, people: Mapping[int, Person], field: Field, place: int) -> tuple[Reason, ...]:
        person = people.get(self._member[int(field.members[place])])
        return reasons(self._memory, self._deeds, field, place, ask.topic, person)

    def _told(self, ask: Ask, people: Mapping[int, Person]) -> list[tuple[int, float]]:
        """Return what members said about themselves, as a lean on the score: a prior set by hand."""
        if ask.topic is None:
            return []
        leans: list[tuple[int, float]] = []
        for member, person in people.items():
            lean = TOLD_GIVES if ask.topic in person.gives else 0.0
            lean += TOLD_LEVEL.get(person.levels.get(ask.topic, ""), 0.0)
            if lean and member != ask.asker:
                leans.append((self._row(member), lean))
        leans.sort(key=lambda entry: (-entry[1], entry[0]))
        return leans[:TOLD_AT_MOST]

    def forget(self, member: int) -> None:
        """Let a member vanish from everything."""
        row = self._place.pop(member, None)
        if row is None:
            return
        self._member[row] = -1
        self._memory.forget(row)
        self._deeds.forget(row)
        self._learner.forget(row)
        for name in [name for name, sample in self._pending.items() if sample.asker == row]:
            del self._pending[name]
        for sample in self._pending.values():
            sample.members = [-1 if who == row else who for who in sample.members]
