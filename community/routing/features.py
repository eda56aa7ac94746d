"""The members who may answer a question, and the numbers a ranking is made of."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from community.routing.chances import NAMES as CHANCES
from community.routing.chances import SINCE_CAP, Likeness, chances, resembling, since
from community.routing.counters import NEVER, Floats, Ints
from community.routing.lately import NAMES as LATELY
from community.routing.lately import lately
from community.routing.memory import DAY, HOUR, MINUTE, Channel, Memory
from community.routing.similar import words

NEAREST = 40  # earlier questions looked at
NEAREST_REPLIES = 80  # what members wrote in earlier answers
_ALL = slice(None)
_NOBODY: Ints = np.zeros(0, dtype=np.int64)

MEMBER = (
    *("since_said", "since_replied", "since_answered", "since_channel", "sitting", "known_for"),
    *("said_15m", "said_2h", "said_1d", "said_7d", "said_30d", "said_180d"),
    *("replied_2h", "replied_1d", "replied_7d", "replied_30d", "replied_180d"),
    *("answered_7d", "answered_30d", "answered_180d", "first_30d", "first_180d"),
    *("hour_said", "hour_lately", "hour_replied", "hour_share", "hour_lift", "day_share"),
    *("chance_rate", "chances_30d", "replies_per_word", "opens_per_reply", "asks_per_answer", "length", "delay"),
    *("channel_replied_7d", "channel_replied_45d", "channel_replied_365d", "channel_said_7d", "channel_said_45d"),
    *("channel_share", "turn", "turns_recent", "turns_just_now"),
    *("to_asker", "from_asker", "since_to_asker", "since_from_asker"),
    *("similar_sum", "similar_max", "similar_share", "similar_lately"),
    *("saying_sum", "saying_max", "saying_share", "saying_lately"),
    *("since_opened", "since_asked", "first_share", "mentioned_7d", "mentioned_30d"),
    *LATELY,
    *CHANCES,
)
RANKED = (
    *("since_said", "since_replied", "said_2h", "said_1d", "said_7d", "replied_1d", "replied_7d", "replied_30d"),
    *("replied_180d", "answered_30d", "hour_said", "hour_lately", "hour_replied", "chance_rate"),
    *("channel_replied_45d", "channel_replied_7d", "channel_said_45d", "to_asker", "similar_sum"),
    *("rate_hour", "rate_channel_365d", "rate_now", "given", "saying_sum", "mentioned_30d"),
    *("p_channel", "p_similar", "p_hour", "p_saying", "p_asker", "here_last_10", "week_hour"),
)
ASKED = (
    *("ask_length", "ask_code", "asker_said", "asker_replied", "asker_here", "asker_known_for", "asker_sitting"),
    *(
        "weekend",
        "quiet_for",
        "speakers_15m",
        "turns_15m",
        "waiting",
        "active_1d",
        "active_7d",
        "similar_best",
        "channels",
    ),
)
NAMES = (*MEMBER, *("rank_" + name for name in RANKED), *ASKED)
_AT = {name: at for at, name in enumerate(NAMES)}
_RANKED_AT = np.array([_AT[name] for name in RANKED])
_RANK_SIGN = np.array([1.0 if name.startswith("since") else -1.0 for name in RANKED])


class Question(msgspec.Struct, frozen=True):
    """A question as the numbers need it."""

    at: float
    asker: int
    channel: str
    conversation: str
    text: str


class Field(msgspec.Struct, frozen=True):
    """The members who may answer, a row of numbers each, and the earlier questions that resemble this one."""

    members: Ints
    numbers: NDArray[np.float32]
    slots: Ints
    likeness: Floats
    question: Question

    def answered_like(self, memory: Memory, member: int, likeness: float) -> str | None:
        """Return the conversation of the likest earlier question that this member answered."""
        enough = int(np.count_nonzero(self.likeness >= likeness))  # the likest come first
        theirs = (memory.similar.answerers(self.slots[:enough]) == member).any(axis=1).nonzero()[0]
        return memory.similar.conversation(int(self.slots[theirs[0]])) if len(theirs) else None


def _top(values: Floats, count: int) -> Ints:
    """Return the places of the largest positive values."""
    best = np.argpartition(-values, count)[:count] if len(values) > count else np.arange(len(values))
    return np.asarray(best[values[best] > 0.0], dtype=np.int64)


def _candidates(memory: Memory, channel: Channel, ask: Question, similar: Floats) -> Ints:
    """Return the members worth a closer look: a few hundred of however many there are."""
    at, size = ask.at, memory.size
    steady = memory.replied.now(3, at, _ALL)[:size]
    hour = memory.hours_replied.near(at, _ALL)[:size]
    today = memory.said.now(2, at, _ALL)[:size]
    here = channel.replied.now(1, at, _ALL) + 0.2 * channel.said.now(1, at, _ALL)
    members = channel.members
    partners = sorted(memory.pairs.of(ask.asker).items(), key=lambda pair: -pair[1][1])[:15]
    chosen = np.concatenate(
        [
            *(_top(steady, 40), _top(hour, 25), _top(today, 30), _top(similar, 25)),
            members[_top(here[: len(members)], 40)],
            np.array([who for who, _ in partners] + [who for _, who in channel.recent], dtype=np.int64),
        ]
    )
    chosen = np.unique(chosen)
    return np.asarray(chosen[(chosen >= 0) & (chosen != ask.asker)], dtype=np.int64)


def _ask_numbers(memory: Memory, channel: Channel, ask: Question, best: float) -> list[float]:
    at, asker, size = ask.at, ask.asker, memory.size
    just_now = [who for then, who in channel.recent if at - then <= 15 * MINUTE and who != asker]
    others = [then for then, who in channel.recent if who != asker]
    last_said = memory.last_said.of(_ALL)[:size]
    here = channel.slot_of(asker)
    return [
        math.log1p(len(ask.text)),
        float("`" in ask.text or "\n    " in ask.text),
        math.log1p(memory.said.one(5, at, asker)),
        math.log1p(memory.replied.one(4, at, asker)),
        math.log1p(channel.said.one(2, at, here)) if here >= 0 else 0.0,
        math.log(min(max(at - memory.joined.get(asker), 1.0), SINCE_CAP)) if memory.joined.get(asker) > NEVER else 0.0,
        math.log1p(max(0.0, at - memory.since.get(asker)) if at - memory.last_said.get(asker) < HOUR else 0.0),
        float(int(at // DAY + 3) % 7 >= 5),  # noqa: PLR2004 - 1 January 1970 was a Thursday
        math.log1p(max(0.0, at - others[-1])) if others else 17.0,
        float(len(set(just_now))),
        math.log1p(len(just_now)),
        float(sum(not one.repliers for one in list(channel.conversations)[-6:])),
        math.log1p(float(np.count_nonzero(last_said > at - DAY))),
        math.log1p(float(np.count_nonzero(last_said > at - 7 * DAY))),
        best,
        math.log1p(len(memory.channels)),
    ]


def look(memory: Memory, ask: Question, also: Ints = _NOBODY) -> Field:
    """Return who may answer and the numbers for each."""
    at = ask.at
    channel = memory.channel(ask.channel)
    found = words(ask.text)
    similar = resembling(memory.similar, found, ask.conversation, at, memory.size, NEAREST)
    saying = resembling(memory.sayings, found, ask.conversation, at, memory.size, NEAREST_REPLIES)
    members = np.union1d(_candidates(memory, channel, ask, similar.total), also)
    numbers = np.zeros((len(members), len(NAMES)), dtype=np.float32)
    if not len(members):
        return Field(members, numbers, similar.slots, similar.like, ask)
    here = channel.slots(members)
    columns = [
        *_activity(memory, channel, at, members, here),
        *_habits(memory, at, members),
        *_local(memory, channel, at, members, here),
        *_turns(channel, ask, members),
        *_pairs(memory, ask, members),
        *_texts(similar, members),
        *_texts(saying, members),
        *_kind(memory, at, members),
        *lately(memory, channel, at, ask.asker, members, here),
        *chances(memory, channel, at, ask.asker, members, similar, saying),
    ]
    base = np.stack(columns, axis=1)
    numbers[:, : len(MEMBER)] = base
    keys = base[:, _RANKED_AT] * _RANK_SIGN
    order = np.argsort(keys, axis=0, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(len(members))[:, None], axis=0)
    numbers[:, len(MEMBER) : len(MEMBER) + len(RANKED)] = np.log1p(ranks)
    best = float(similar.like[0]) if len(similar.like) else 0.0
    numbers[:, len(MEMBER) + len(RANKED) :] = _ask_numbers(memory, channel, ask, best)
    return Field(members, numbers, similar.slots, similar.like, ask)


def _activity(memory: Memory, channel: Channel, at: float, members: Ints, here: Ints) -> list[Floats]:
    """Return how lately and how much each spoke, replied and answered."""
    last_said = memory.last_said.of(members)
    sitting = np.log1p(np.maximum(0.0, at - memory.since.of(members)))
    return [
        since(at, last_said),
        since(at, memory.last_replied.of(members)),
        since(at, memory.last_answered.of(members)),
        since(at, np.where(here >= 0, channel.latest.of(here), NEVER)),
        np.where(at - last_said < HOUR, sitting, 0.0),
        since(at, memory.joined.of(members)),
        *(np.log1p(memory.said.now(which, at, members)) for which in range(6)),
        *(np.log1p(memory.replied.now(which, at, members)) for which in range(5)),
        *(np.log1p(memory.answered.now(which, at, members)) for which in range(3)),
        *(np.log1p(memory.first.now(which, at, members)) for which in range(2)),
    ]


def _habits(memory: Memory, at: float, members: Ints) -> list[Floats]:
    """Return at which hours and days each is about, and what kind of talker each is. Small constants smooth ratios."""
    said_30d, said_180d = memory.said.now(4, at, members), memory.said.now(5, at, members)
    replied_30d, replied_180d = memory.replied.now(3, at, members), memory.replied.now(4, at, members)
    hour_said, hour_replied = memory.hours_said.near(at, members), memory.hours_replied.near(at, members)
    chances = memory.chances.now(0, at, members)
    return [
        np.log1p(hour_said),
        np.log1p(memory.hours_lately.near(at, members)),
        np.log1p(hour_replied),
        (hour_said + 0.04) / (said_30d + 1.0),
        (hour_replied + 0.04) / (replied_30d + 1.0),
        (memory.days.near(at, members) + 0.1) / (said_30d**0.5 + 1.0),
        (memory.taken.now(0, at, members) + 0.1) / (chances + 1.0),
        np.log1p(chances),
        (replied_180d + 0.1) / (said_180d + 1.0),
        np.log1p(memory.opened.now(1, at, members)) - np.log1p(replied_180d),
        np.log1p(memory.asked.now(0, at, members)) - np.log1p(memory.answered.now(2, at, members)),
        (memory.length.now(0, at, members) + 10.0) / (said_180d + 1.0),
        (memory.delay.now(0, at, members) + 6.0) / (replied_180d + 1.0),
    ]


def _local(memory: Memory, channel: Channel, at: float, members: Ints, here: Ints) -> list[Floats]:
    """Return what each did in this channel, and which part of what they do that is."""
    known = here >= 0
    replied = [np.where(known, channel.replied.now(which, at, here), 0.0) for which in range(3)]
    said = [np.where(known, channel.said.now(which, at, here), 0.0) for which in range(2)]
    share = (replied[1] + 0.1) / (memory.replied.now(3, at, members) + 1.0)
    return [*(np.log1p(row) for row in (*replied, *said)), share]


def _texts(found: Likeness, members: Ints) -> list[Floats]:
    """Return how much the earlier texts like this one speak for each."""
    total = found.total[members]
    share = total / max(1e-9, float(found.total.sum()))
    return [np.log1p(total), found.best[members], share, np.log1p(found.lately[members])]


def _kind(memory: Memory, at: float, members: Ints) -> list[Floats]:
    """Return who asks rather than answers, who is quick, and whom others call."""
    first = (memory.first.now(1, at, members) + 0.3) / (memory.replied.now(4, at, members) + 1.0)
    mentioned = [np.log1p(memory.mentioned.now(which, at, members)) for which in (0, 1)]
    return [since(at, memory.last_opened.of(members)), since(at, memory.last_asked.of(members)), first, *mentioned]


def _turns(channel: Channel, ask: Question, members: Ints) -> list[Floats]:
    """Return how recently each spoke in the channel, counted in speakers and turns."""
    place: dict[int, int] = {}
    often: dict[int, int] = {}
    now: dict[int, int] = {}
    for then, who in reversed(channel.recent):
        if who != ask.asker:
            place.setdefault(who, len(place))
            often[who] = often.get(who, 0) + 1
            if ask.at - then <= 10 * MINUTE:
                now[who] = now.get(who, 0) + 1
    listed = members.tolist()
    return [
        np.array([float(place.get(who, 20)) for who in listed]),
        np.array([float(often.get(who, 0)) for who in listed]),
        np.array([float(now.get(who, 0)) for who in listed]),
    ]


def _pairs(memory: Memory, ask: Question, members: Ints) -> list[Floats]:
    """Return how often, and how lately, each answered the asker and the asker them."""
    listed = members.tolist()
    one, one_last = memory.pairs.toward(ask.asker, listed, ask.at)
    other, other_last = memory.pairs.back(ask.asker, listed, ask.at)
    return [np.log1p(one), np.log1p(other), since(ask.at, one_last), since(ask.at, other_last)]
