"""Why a member is asked: facts of the state that a person understands, the strongest first. The words are elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec
import numpy as np

from community.routing.counters import Fading, Floats, Ints
from community.routing.features import Field
from community.routing.memory import DAY, HOUR, PRESENT, Memory

RESEMBLES = 0.12  # likeness from which two questions are about the same thing to a reader
OFTEN = 3.0  # replies in a channel, faded over 45 days
AT_THIS_HOUR = 2.0  # times the words an hour of theirs holds on average
SOME_WORDS = 10.0  # messages, faded over a month, from which an hour is a habit
SOLVED_KEPT = 20  # solutions remembered per member and topic
SILENCE, PASS, ANSWERED = -0.35, -0.25, 0.25  # leanings in log-odds, by hand: few are ever asked
ASKED, ASKED_MOST = -0.1, 6.0  # for each time asked in the last days: spreads the asks and costs next to no hits
OUTCOMES_FADE = 45 * DAY


class OutcomeKind(StrEnum):
    """What can come of a question for one member."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    PASSED = "passed"
    SILENT = "silent"
    ANSWERED = "answered"
    SOLVED = "solved"
    THANKED = "thanked"


class ReasonKind(StrEnum):
    """The reasons there are; the order here is the order of strength."""

    SOLVED_TOPIC = "solved_topic"  # topic, how many, when last
    SIMILAR = "similar"  # the conversation in which they answered a question like this one
    SAYS = "says"  # topic
    HELPED_ASKER = "helped_asker"
    CHANNEL = "channel"  # often answers here
    ABOUT_NOW = "about_now"
    HOUR = "hour"  # usually about at this time of day
    ANSWERS = "answers"  # answered questions of others lately
    FIRST_CHANCE = "first_chance"


class Reason(msgspec.Struct, frozen=True):
    """One reason, with what a sentence about it needs."""

    kind: ReasonKind
    values: tuple[str | int | float, ...] = ()


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A member who may answer. The score orders members for one question and is never shown."""

    member: int
    score: float
    reasons: tuple[Reason, ...]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What a member said about themself."""

    gives: frozenset[str] = frozenset()  # topics they can help with
    levels: Mapping[str, str] = MappingProxyType({})


class Deeds:
    """What came of asking each member: whether they answer when asked, and what they solved."""

    def __init__(self) -> None:
        self._outcomes = {kind: Fading((7 * DAY, OUTCOMES_FADE)) for kind in OutcomeKind}
        self._solved: dict[int, dict[str, list[float]]] = {}
        self._reserved = 0

    def note(self, member: int, kind: OutcomeKind, at: float, topic: str | None) -> None:
        """Take in one outcome."""
        for table in self._outcomes.values():
            table.reserve(member + 1)
        self._reserved = max(self._reserved, member + 1)
        self._outcomes[kind].add(member, at)
        if kind is OutcomeKind.SOLVED and topic is not None:
            times = self._solved.setdefault(member, {}).setdefault(topic, [])
            times.append(at)
            del times[:-SOLVED_KEPT]

    def leaning(self, members: Ints, at: float) -> Floats:
        """Return how much likelier each is to answer for what came of asking them before."""
        lean = np.zeros(len(members))
        if not self._reserved:
            return lean
        known = members < self._reserved
        rows = members[known]
        kinds = self._outcomes
        for kind, weight in (
            (OutcomeKind.SILENT, SILENCE),
            (OutcomeKind.PASSED, PASS),
            (OutcomeKind.ANSWERED, ANSWERED),
        ):
            lean[known] += weight * np.log1p(kinds[kind].now(1, at, rows))
        lean[known] += ASKED * np.minimum(kinds[OutcomeKind.OFFERED].now(0, at, rows), ASKED_MOST)
        return lean

    def solved(self, member: int, topic: str) -> list[float]:
        """Return when a member solved questions on a topic."""
        return self._solved.get(member, {}).get(topic, [])

    def ever_asked(self, member: int, at: float) -> bool:
        """Return whether the member was asked within memory."""
        if member >= self._reserved:
            return False
        return self._outcomes[OutcomeKind.OFFERED].one(1, at, member) > 0.0

    def forget(self, member: int) -> None:
        """Forget one member."""
        for table in self._outcomes.values():
            table.clear(member)
        self._solved.pop(member, None)


def reasons(  # noqa: PLR0917 - one call, in one place
    memory: Memory, deeds: Deeds, field: Field, place: int, topic: str | None, person: Person | None
) -> tuple[Reason, ...]:
    """Return why this member, strongest first; every reason is a fact of the state."""
    row, at = int(field.members[place]), field.question.at
    found: list[Reason] = []
    if topic is not None and (times := deeds.solved(row, topic)):
        found.append(Reason(ReasonKind.SOLVED_TOPIC, (topic, len(times), times[-1])))
    if (name := field.answered_like(memory, row, RESEMBLES)) is not None:
        found.append(Reason(ReasonKind.SIMILAR, (name,)))
    if topic is not None and person is not None and topic in person.gives:
        found.append(Reason(ReasonKind.SAYS, (topic,)))
    if row in memory.pairs.of(field.question.asker):
        found.append(Reason(ReasonKind.HELPED_ASKER))
    channel = memory.channels.get(field.question.channel)
    slot = -1 if channel is None else channel.slot_of(row)
    if channel is not None and slot >= 0 and channel.replied.one(1, at, slot) >= OFTEN:
        found.append(Reason(ReasonKind.CHANNEL, (field.question.channel,)))
    if at - memory.last_said.get(row) <= PRESENT:
        found.append(Reason(ReasonKind.ABOUT_NOW))
    words = memory.said.one(4, at, row)
    if words >= SOME_WORDS and memory.hours_said.near(at, slice(row, row + 1))[0] >= AT_THIS_HOUR * words / 24.0:
        found.append(Reason(ReasonKind.HOUR, (int(at % DAY // HOUR),)))
    if (answers := memory.answered.one(1, at, row)) >= 1.0:
        found.append(Reason(ReasonKind.ANSWERS, (round(answers),)))
    if not answers and not deeds.ever_asked(row, at):
        found.append(Reason(ReasonKind.FIRST_CHANCE))
    return tuple(found)
