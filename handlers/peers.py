"""Who is likely to answer: what handlers may ask of the ranking, which lives beside the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from community.questions.life import Question
from community.routing.ranking import Ask, Candidate
from storage.unit import Unit


class Peers(Protocol):
    """The ranking of one process's communities. What it knows comes from committed facts alone."""

    async def rank(self, unit: Unit, ask: Ask, *, exclude: Collection[int], limit: int) -> Sequence[Candidate]:
        """Return the members of the unit's community most likely to answer, best first, with reasons."""
        ...


class NoPeers:
    """Knows nobody: for a process that does not route, and as long as there is nothing to rank by."""

    async def rank(self, unit: Unit, ask: Ask, *, exclude: Collection[int], limit: int) -> Sequence[Candidate]:
        """Return nobody."""
        del unit, ask, exclude, limit
        return ()


def ask_of(question: Question, at: float) -> Ask:
    """Return a question as the ranking reads it; places are named as in ``storage.questions.turns``."""
    place = question.place
    return Ask(
        at=at,
        asker=question.asker or 0,
        channel=str(place.top) if place else "",
        conversation=str(place) if place else f"question:{question.id}",
        text="\n".join(filter(None, (question.title, question.text))),
        topic=question.topic,
        level=question.level,
    )
