"""What moderators may want to know about giving: who helped and was not thanked, and who was helped and could now give.

Neither list is a ranking: nobody is counted against anybody, and the order is that of names or of waiting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from community.people.topics import Level

LATELY = timedelta(days=30)  # help that is older was seen or forgotten
HELPED_AT_LEAST = 2  # questions: the first answer is a peak moment of its own
HELPED_WITHIN = timedelta(days=90)  # who was helped longer ago knows it no better than others
KNOWS = (Level.INTERMEDIATE, Level.EXPERT)


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody helped with a question."""

    member: int
    question: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """Somebody's own question was solved, with the help of another."""

    member: int
    question: int
    topic: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """A question that waits for an answer."""

    question: int
    topic: str | None
    asker: int | None
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class CouldGive:
    """Somebody who was helped, and a question that waits and that they may know something about."""

    member: int
    helped: int  # their own question
    waiting: int
    by_level: bool  # they have said how far they are; else the topic is that of their own question


def unthanked(helped: Iterable[Help], thanked: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return who helped with several questions and was thanked for none of it, with the questions, newest first."""
    by: dict[int, dict[int, datetime]] = {}
    for help_ in helped:
        if help_.member not in thanked:
            about = by.setdefault(help_.member, {})
            about[help_.question] = max(help_.at, about.get(help_.question, help_.at))
    return {
        member: tuple(sorted(about, key=lambda q: (about[q], q), reverse=True))
        for member, about in by.items()
        if len(about) >= HELPED_AT_LEAST
    }


def could_give(
    settled: Iterable[Settled],
    waiting: Sequence[Open],
    levels: Mapping[tuple[int, str], Level],
    engaged: Collection[tuple[int, int]],
) -> list[CouldGive]:
    """Return who was helped and could now give, each once, with the question that has waited longest first.

    ``levels``: what members said of themselves, by member and topic. ``engaged``: who has to do with which waiting
    question already: they answered it, or were asked to.
    """
    theirs: dict[int, list[Settled]] = {}
    for one in settled:
        theirs.setdefault(one.member, []).append(one)
    found: list[tuple[datetime, CouldGive]] = []
    for member, own in theirs.items():
        for question in sorted(waiting, key=lambda q: (q.asked_at, q.question)):
            if question.asker == member or question.topic is None or (member, question.question) in engaged:
                continue
            same = [one for one in own if one.topic == question.topic]
            by_level = levels.get((member, question.topic)) in KNOWS
            if same or by_level:
                newest = max(same or own, key=lambda one: (one.at, one.question))
                could = CouldGive(member, newest.question, question.question, by_level=not same)
                found.append((question.asked_at, could))
                break
    return [could for _, could in sorted(found, key=lambda pair: (pair[0], pair[1].member))]
