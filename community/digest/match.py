"""Which questions wait for one member: where they were asked, can help, or are likely to know. Never with a score."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

SHOWN = 3  # more is a duty
LIKELY = 20  # lines of the ranking that are worth a word


class Why(IntEnum):
    """Why a question is shown to a member, the strongest reason first."""

    INVITED = 1  # they were asked, and have not answered
    GIVES = 2  # they said that they can help with its topic
    LIKELY = 3  # they answered such questions before
    LEARNS = 4  # they want to learn its topic: reading along helps, too


@dataclass(frozen=True, slots=True)
class Open:
    """A question that waits."""

    question: int
    topic: str | None
    asked_at: datetime
    asker: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """A question for a member, and why."""

    question: int
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What a member said and did."""

    member: int
    gives: Collection[str] = ()
    learns: Collection[str] = ()
    invited: Collection[int] = ()  # questions
    likely: Collection[int] = ()  # questions in whose ranking they stand high


def match(waiting: Iterable[Open], taste: Taste) -> tuple[Match, ...]:
    """Return up to three questions for a member: by reason, and then the newest, which can still be caught."""
    found: list[tuple[Why, float, int]] = []
    for one in waiting:
        why = _why(one, taste)
        if why is not None and one.asker != taste.member:
            found.append((why, -one.asked_at.timestamp(), one.question))
    return tuple(Match(question, why) for why, _, question in sorted(found)[:SHOWN])


def _why(one: Open, taste: Taste) -> Why | None:
    if one.question in taste.invited:
        return Why.INVITED
    if one.topic is not None and one.topic in taste.gives:
        return Why.GIVES
    if one.question in taste.likely:
        return Why.LIKELY
    return Why.LEARNS if one.topic is not None and one.topic in taste.learns else None
