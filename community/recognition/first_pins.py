"""Who could organise something: members who show by what they do that the place matters to them. Nobody is scored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VISITS = 3  # meetups
TOPICS = 2  # in which they answered
SIGNS = 2  # one alone may be chance
LOOKS_BACK = timedelta(days=365)
AGAIN_AFTER = timedelta(days=90)  # who was not the right one now is shown again then


class Verdict(StrEnum):
    """What moderators said of a candidate."""

    ACCEPTED = "accepted"
    NOT_NOW = "not_now"


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict, and when it was given."""

    verdict: Verdict
    at: datetime
    by: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a member did within a year."""

    member: int
    meetups: int = 0
    answers: int = 0  # questions of others
    topics: tuple[str, ...] = ()  # of these questions
    brought: int = 0  # members who named them
    came_back: bool = False  # after a long silence, or after leaving

    @property
    def signs(self) -> int:
        """How many different things speak for them."""
        return sum((self.meetups >= VISITS, len(self.topics) >= TOPICS, self.brought > 0, self.came_back))


def gather(
    *,
    meetups: Mapping[int, int],
    answers: Mapping[int, int],
    topics: Mapping[int, Collection[str]],
    brought: Mapping[int, int],
    came_back: Collection[int],
) -> list[Evidence]:
    """Return the evidence of each member of whom there is any."""
    members = {*meetups, *answers, *brought, *came_back}
    return [
        Evidence(
            member=member,
            meetups=meetups.get(member, 0),
            answers=answers.get(member, 0),
            topics=tuple(sorted(topics.get(member, ()))),
            brought=brought.get(member, 0),
            came_back=member in came_back,
        )
        for member in sorted(members)
    ]


def candidates(
    evidence: Iterable[Evidence], said: Mapping[int, Said], unfit: Collection[int], now: datetime
) -> list[Evidence]:
    """Return who could be asked, those first for whom more different things speak; ``unfit`` are staff, bots, gone."""
    fit = [
        one
        for one in evidence
        if one.signs >= SIGNS and one.member not in unfit and not is_settled(said.get(one.member), now)
    ]
    return sorted(fit, key=lambda one: (-one.signs, one.member))


def is_settled(said: Said | None, now: datetime) -> bool:
    """Say whether a verdict still holds."""
    if said is None:
        return False
    return said.verdict is Verdict.ACCEPTED or now - said.at < AGAIN_AFTER
