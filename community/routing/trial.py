"""What routing would have done for a community: its own history, played back in the order of time.

At each question the ranking is made from nothing but what was said before it, and compared with who did answer within
seven days. The first half of the questions is history; the second half is scored. Beside the ranking stand two simple
ones, because a figure alone says nothing.

Hit@k: among the first k is somebody who answered. MRR: the mean of one over the place of the first who answered, zero
below the tenth (Voorhees, "The TREC-8 Question Answering Track Report", 1999). "With a cap": nobody is asked more than
three times in any seven days, as in the running bot, and the first three who may be asked are. Intervals are Wilson's
(Wilson, "Probable Inference", JASA 1927) for shares, and the normal approximation for the mean.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from community.kpi import intervals
from community.kpi.intervals import Z
from community.routing.ranking import Ask, RoutingState, Turn

FOLLOW_UP = 120.0  # seconds in which what the asker adds belongs to the question
WINDOW = 7 * 86_400.0  # a reply later than that is another conversation
DEPTH = 200  # lines of a ranking that are looked at
CAP, ASKED = 3, 3  # asks a week and member; members asked a question
HALF_LIFE = 30 * 86_400.0
_MENTION = re.compile(r"<@([^>|\s]+)")

IsQuestion = Callable[[str], bool]


class Said(Protocol):
    """A message of the history."""

    @property
    def channel(self) -> str: ...  # noqa: D102 - as named
    @property
    def ts(self) -> datetime: ...  # noqa: D102 - as named
    @property
    def user(self) -> str: ...  # noqa: D102 - as named
    @property
    def text(self) -> str: ...  # noqa: D102 - as named
    @property
    def conversation(self) -> str: ...  # noqa: D102 - as named
    @property
    def title(self) -> str: ...  # noqa: D102 - of the conversation, where it has one


class Asked(msgspec.Struct, frozen=True):
    """A question of the history, and who answered it."""

    after: int  # it was complete with this message
    at: float
    asker: str
    text: str
    conversation: str
    channel: str
    answered: frozenset[str]


class Questions(msgspec.Struct, frozen=True):
    """The questions of a history that can be scored, and how many could not be."""

    scored: tuple[Asked, ...]
    unanswered: int
    directed: int  # named somebody: no routing was needed


def find_questions(history: Sequence[Said], is_question: IsQuestion) -> Questions:
    """Return the conversations that a question to everybody opened and that somebody answered."""
    conversations: dict[str, list[int]] = defaultdict(list)
    for at, said in enumerate(history):
        conversations[said.conversation].append(at)
    members = {said.user for said in history}
    found: list[Asked] = []
    unanswered = directed = 0
    for places in conversations.values():
        asked = _read(history, places)
        if not is_question(asked.text):
            continue
        if not asked.answered:
            unanswered += 1
        elif any(name in members and name != asked.asker for name in _MENTION.findall(asked.text)):
            directed += 1
        else:
            found.append(asked)
    return Questions(tuple(sorted(found, key=lambda asked: asked.after)), unanswered, directed)


def _read(history: Sequence[Said], places: Sequence[int]) -> Asked:
    first = history[places[0]]
    words, complete = [first.text], places[0]
    rest = deque(places[1:])
    while rest and history[rest[0]].user == first.user and _after(first, history[rest[0]]) <= FOLLOW_UP:
        complete = rest.popleft()
        words.append(history[complete].text)
    replies = (history[at] for at in rest)
    answered = frozenset(said.user for said in replies if said.user != first.user and _after(first, said) <= WINDOW)
    return Asked(
        after=complete,
        at=history[complete].ts.timestamp(),
        asker=first.user,
        text="\n".join([first.title, *words] if first.title else words),
        conversation=first.conversation,
        channel=first.channel,
        answered=answered,
    )


def _after(first: Said, said: Said) -> float:
    return (said.ts - first.ts).total_seconds()


# ---- the rankings


class Ranking(Protocol):
    """Something that watches a community and says who will answer."""

    def observe(self, said: Said) -> None:
        """Take in a message."""
        ...

    def rank(self, asked: Asked) -> Iterable[str]:
        """Return the members most likely to answer, best first."""
        ...


class Production:
    """The ranking of the running bot; words only of conversations that a question opened, as it may know them."""

    def __init__(self, is_question: IsQuestion) -> None:
        self._state = RoutingState()
        self._is_question = is_question
        self._ids: dict[str, int] = {}
        self._names: list[str] = []
        self._opened: dict[str, Opening] = {}

    def _id(self, user: str) -> int:
        found = self._ids.setdefault(user, len(self._names))
        if found == len(self._names):
            self._names.append(user)
        return found

    def observe(self, said: Said) -> None:
        """Take in a message."""
        words = self._words(said)
        turn = Turn(
            at=said.ts.timestamp(),
            member=self._id(said.user),
            channel=said.channel,
            conversation=said.conversation,
            text=words,
            length=len(said.text),
            mentions=tuple(self._ids[name] for name in _MENTION.findall(said.text) if name in self._ids),
        )
        self._state.observe(turn)

    def _words(self, said: Said) -> str:
        opening = self._opened.get(said.conversation)
        if opening is None:
            text = f"{said.title}\n{said.text}" if said.title else said.text
            opening = Opening(said.user, said.ts, text, asks=self._is_question(text))
            self._opened[said.conversation] = opening
            return text if opening.asks else ""
        if said.user != opening.user:
            opening.answered = True
        elif not opening.answered and (said.ts - opening.at).total_seconds() <= FOLLOW_UP:
            opening.text += "\n" + said.text
            if not opening.asks and self._is_question(opening.text):
                opening.asks = True
                return opening.text
        return said.text if opening.asks else ""

    def rank(self, asked: Asked) -> Iterable[str]:
        """Return the members most likely to answer, best first."""
        ask = Ask(
            at=asked.at,
            asker=self._id(asked.asker),
            channel=asked.channel,
            conversation=asked.conversation,
            text=asked.text,
        )
        return [self._names[candidate.member] for candidate in self._state.rank(ask, limit=DEPTH)]


class Opening(msgspec.Struct):
    """How a conversation began, as long as it can still turn out to be a question."""

    user: str
    at: datetime
    text: str
    asks: bool
    answered: bool = False


class MostAnswers:
    """Who has answered most, the last month counting most; with ``by_hour`` at this hour of the day."""

    def __init__(self, *, by_hour: bool) -> None:
        self._by_hour = by_hour
        self._opened: dict[str, tuple[str, datetime, set[str]]] = {}
        self._answers: dict[str, tuple[float, float]] = {}  # faded count, and when it was that
        self._hours: dict[str, list[float]] = {}

    def observe(self, said: Said) -> None:
        """Count a member's first reply in a conversation of somebody else."""
        at = said.ts.timestamp()
        self._hours.setdefault(said.user, [0.0] * 24)[said.ts.astimezone(UTC).hour] += 1.0
        opener, began, repliers = self._opened.setdefault(said.conversation, (said.user, said.ts, set()))
        if said.user == opener or said.user in repliers or (said.ts - began).total_seconds() > WINDOW:
            return
        repliers.add(said.user)
        self._answers[said.user] = (1.0 + self._faded(said.user, at), at)

    def _faded(self, user: str, at: float) -> float:
        count, then = self._answers.get(user, (0.0, at))
        return count * math.exp2((then - at) / HALF_LIFE)

    def rank(self, asked: Asked) -> Iterable[str]:
        """Return who answered most, first."""
        hour = datetime.fromtimestamp(asked.at, UTC).hour
        weight = {user: self._faded(user, asked.at) * self._about(user, hour) for user in self._answers}
        return sorted(weight, key=lambda user: (-weight[user], user))

    def _about(self, user: str, hour: int) -> float:
        """Return how much of what a member says falls into this hour and its neighbours."""
        if not self._by_hour:
            return 1.0
        hours = self._hours[user]
        near = hours[hour] + 0.5 * (hours[(hour - 1) % 24] + hours[(hour + 1) % 24])
        return (near + 0.5) / (sum(hours) + 6.0)


# ---- the figures


class Share(msgspec.Struct, frozen=True):
    """A figure with its interval."""

    value: float
    low: float
    high: float


class Figures(msgspec.Struct, frozen=True):
    """How well one ranking did."""

    hit_1: Share
    hit_3: Share
    hit_5: Share
    mrr: Share
    hit_3_capped: Share


def evaluate(
    history: Sequence[Said], questions: Sequence[Asked], rankings: Sequence[Ranking]
) -> tuple[int, list[Figures]]:
    """Play a history back; returns how many questions were scored, and the figures of each ranking."""
    half = len(questions) // 2
    orders: list[list[list[str]]] = [[] for _ in rankings]
    seen = 0
    for number, asked in enumerate(questions):
        for said in history[seen : asked.after + 1]:
            for ranking in rankings:
                ranking.observe(said)
        seen = max(seen, asked.after + 1)
        if number >= half:
            for ranking, order in zip(rankings, orders, strict=True):
                order.append([user for user in ranking.rank(asked) if user != asked.asker][:DEPTH])
    scored = questions[half:]
    return len(scored), [_figures(scored, order) for order in orders]


def _figures(questions: Sequence[Asked], orders: Sequence[Sequence[str]]) -> Figures:
    pairs = list(zip(questions, orders, strict=True))
    ranks = [next((1.0 / n for n, user in enumerate(order[:10], 1) if user in q.answered), 0.0) for q, order in pairs]
    capped = sum(bool(q.answered & picked) for q, picked in zip(questions, _with_cap(pairs), strict=True))

    def hit(k: int) -> Share:
        return wilson(sum(any(user in q.answered for user in order[:k]) for q, order in pairs), len(pairs))

    return Figures(hit(1), hit(3), hit(5), _mean(ranks), wilson(capped, len(pairs)))


def _with_cap(pairs: Iterable[tuple[Asked, Sequence[str]]]) -> Iterable[frozenset[str]]:
    """Yield who would have been asked, if nobody were asked more often than the cap allows."""
    lately: dict[str, deque[float]] = defaultdict(deque)
    for question, order in pairs:
        picked: list[str] = []
        for user in order:
            asked = lately[user]
            while asked and question.at - asked[0] > WINDOW:
                asked.popleft()
            if len(asked) < CAP:
                picked.append(user)
                asked.append(question.at)
            if len(picked) == ASKED:
                break
        yield frozenset(picked)


def wilson(hits: int, n: int) -> Share:
    """Return a share of n with its 95 % interval."""
    if not n:
        return Share(0.0, 0.0, 1.0)
    return Share(hits / n, *intervals.wilson(hits, n))


def _mean(values: Sequence[float]) -> Share:
    n = len(values)
    if not n:
        return Share(0.0, 0.0, 1.0)
    mean = sum(values) / n
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / max(1, n - 1))
    reach = Z * spread / math.sqrt(n)
    return Share(mean, max(0.0, mean - reach), min(1.0, mean + reach))
