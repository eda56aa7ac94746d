"""What a weekly digest tells: chosen by rules that anybody can read, and nobody is in it who does not want to be.

What is known of a week is a ``Material``; ``choose`` makes a ``Digest`` of it. Each section shows a few and counts the
rest. A section is empty rather than filled up, and a digest without a section is not posted.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from community.digest.number import Number

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
SHOWN = 5  # lines of a section: what one reads while standing
THREADS = 3
WAITING_AT_MOST = timedelta(days=28)  # what waited longer is in the moderators' lists; here it would become wallpaper
PEOPLE = 3  # in a conversation or a topic; two are a dialogue
SPREAD = 2.5  # effective number of people: three of whom one holds a monologue are fewer
AHEAD = timedelta(days=14)  # of meetups


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who agreed to the rules; named where their introduction stands with consent."""

    member: int
    at: datetime
    introduced: bool


@dataclass(frozen=True, slots=True)
class SolvedQuestion:
    """A question that was solved."""

    question: int
    at: datetime


@dataclass(frozen=True, slots=True)
class WaitingQuestion:
    """A question that no human has answered."""

    question: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Talk:
    """Who said how much in one conversation: a thread by its place, or what was asked on one topic."""

    name: str
    turns: Mapping[int, int]  # member -> messages

    @property
    def messages(self) -> int:
        """How much was said."""
        return sum(self.turns.values())

    @property
    def spread(self) -> float:
        """The effective number of people: as many equal voices would be as diverse.

        The exponential of Shannon's entropy. Source: Jost, "Entropy and diversity", Oikos 113 (2006).
        """
        total = self.messages
        shares = [n / total for n in self.turns.values() if n]
        return math.exp(-sum(share * math.log(share) for share in shares)) if shares else 0.0


@dataclass(frozen=True, slots=True)
class Thanks:
    """One member thanked another."""

    giver: int
    receiver: int
    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class Peak:
    """A peak moment that may be told; without a member it is the community's own."""

    id: int
    member: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that is known of a week. What stands in places that not everybody reads is not in it."""

    newcomers: Sequence[Newcomer] = ()
    solved: Sequence[SolvedQuestion] = ()
    waiting: Sequence[WaitingQuestion] = ()
    threads: Sequence[Talk] = ()
    topics: Sequence[Talk] = ()
    meetups: Sequence[tuple[int, datetime]] = ()  # with their starts
    ideas: Sequence[int] = ()  # shipped
    thanks: Sequence[Thanks] = ()
    peaks: Sequence[Peak] = ()
    unnamed: Collection[int] = frozenset()  # who opted out, has left or is a bot
    number: Number | None = None


@dataclass(frozen=True, slots=True)
class Some(Generic[T_co]):
    """What a section shows, and how many more there are."""

    shown: tuple[T_co, ...] = ()
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.shown or self.more)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What is told. The number alone is no news: it is there only beside something else."""

    newcomers: Some[Newcomer] = field(default_factory=Some)
    solved: Some[SolvedQuestion] = field(default_factory=Some)
    waiting: Some[WaitingQuestion] = field(default_factory=Some)
    threads: Some[Talk] = field(default_factory=Some)
    topics: Some[Talk] = field(default_factory=Some)
    meetups: Some[int] = field(default_factory=Some)
    ideas: Some[int] = field(default_factory=Some)
    thanks: Some[Thanks] = field(default_factory=Some)
    peaks: Some[Peak] = field(default_factory=Some)
    number: Number | None = None

    @property
    def sections(self) -> tuple[Some[object], ...]:
        """What can make a digest worth posting."""
        about_people = (self.newcomers, self.thanks, self.peaks)
        about_talk = (self.solved, self.waiting, self.threads, self.topics)
        return (*about_people, *about_talk, self.meetups, self.ideas)

    def __bool__(self) -> bool:
        return any(self.sections)


def choose(of: Material, until: datetime) -> Digest:
    """Choose what a digest tells, at the end of its week."""
    unnamed = frozenset(of.unnamed)
    newcomers = sorted(of.newcomers, key=lambda n: (n.at, n.member))
    named = [n for n in newcomers if n.introduced and n.member not in unnamed]
    waiting = [q for q in of.waiting if q.asked_at > until - WAITING_AT_MOST]
    meetups = sorted((at, meetup) for meetup, at in of.meetups if until < at <= until + AHEAD)
    return Digest(
        newcomers=Some(tuple(named[:SHOWN]), len(newcomers) - min(len(named), SHOWN)),
        solved=_some(sorted(of.solved, key=lambda q: (q.at, q.question))),
        waiting=_some(sorted(waiting, key=lambda q: (q.asked_at, q.question))),
        threads=Some(tuple(hottest(of.threads, unnamed)[:THREADS])),
        topics=Some(tuple(hottest(of.topics, unnamed)[:THREADS])),
        meetups=_some([meetup for _, meetup in meetups]),
        ideas=_some(of.ideas),
        thanks=_thanks([t for t in of.thanks if not {t.giver, t.receiver} & unnamed]),
        peaks=_some(sorted((p for p in of.peaks if p.member not in unnamed), key=lambda p: (p.at, p.id))),
        number=of.number,
    )


def _thanks(thanks: Sequence[Thanks]) -> Some[Thanks]:
    """Return thanks that say for what. A mark without words names nobody: beside the others it is counted."""
    spoken = [one for one in thanks if one.words.strip()]
    some = _some(one_by_one(spoken))
    return Some(some.shown, some.more + len(thanks) - len(spoken)) if spoken else Some()


def hottest(talks: Iterable[Talk], unnamed: Collection[int]) -> list[Talk]:
    """Return the conversations that several people had, the most diverse first. One loud voice makes none hot."""
    heard = [Talk(talk.name, {who: n for who, n in talk.turns.items() if who not in unnamed}) for talk in talks]
    hot = [talk for talk in heard if len(talk.turns) >= PEOPLE and talk.spread >= SPREAD]
    return sorted(hot, key=lambda talk: (-round(talk.spread, 6), -talk.messages, talk.name))


def one_by_one(thanks: Iterable[Thanks]) -> list[Thanks]:
    """Return thanks so that everybody who was thanked comes once before anybody comes twice."""
    seen: Counter[int] = Counter()
    ranked: list[tuple[int, datetime, int, Thanks]] = []
    for one in sorted(thanks, key=lambda t: (t.at, t.giver, t.receiver)):
        ranked.append((seen[one.receiver], one.at, one.giver, one))
        seen[one.receiver] += 1
    return [one for *_, one in sorted(ranked, key=lambda r: r[:3])]


def _some(items: Sequence[T]) -> Some[T]:
    return Some(tuple(items[:SHOWN]), len(items[SHOWN:]))
