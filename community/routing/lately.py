"""Who took part in what was said last: counted by conversations and turns instead of by time.

A channel with two questions a month and one with twenty a day both have a last ten conversations.
"""

from __future__ import annotations

import numpy as np

from community.routing.chances import since
from community.routing.counters import NEVER, Floats, Ints
from community.routing.memory import PRESENT, Channel, Conversation, Memory

NAMES = (
    *("here_last_3", "here_last_10", "here_last_30", "here_share_10", "since_channel_replied"),
    *("here_last_same_10", "week_hour", "week_share", "with_speakers", "by_speakers"),
)
KEEPS = (0.7, 0.9, 0.97)  # of the weight of a conversation, with each later one: about the last 3, 10 and 30
SPEAKERS = 3  # who spoke last in the channel


def lately(  # noqa: PLR0917 - called once
    memory: Memory, channel: Channel, at: float, asker: int, members: Ints, here: Ints
) -> list[Floats]:
    """Return the columns of `NAMES`."""
    listed = members.tolist()
    taken, same, weighed = _taken(channel, asker)
    nothing = (0.0, 0.0, 0.0)
    table = np.array([taken.get(who, nothing) for who in listed])
    week = memory.week.near(at, members)
    speakers = dict.fromkeys(who for then, who in reversed(channel.recent) if who != asker and at - then <= PRESENT)
    toward, back = np.zeros(len(listed)), np.zeros(len(listed))
    for who in list(speakers)[:SPEAKERS]:
        toward += memory.pairs.toward(who, listed, at)[0]
        back += memory.pairs.back(who, listed, at)[0]
    return [
        *np.log1p(table).T,
        table[:, 1] / (weighed + 0.5),
        since(at, np.where(here >= 0, channel.last_replied.of(here), NEVER)),
        np.log1p(np.array([same.get(who, 0.0) for who in listed])),
        np.log1p(week),
        (week + 0.02) / (memory.said.now(5, at, members) ** 0.5 + 1.0),
        np.log1p(toward),
        np.log1p(back),
    ]


def _taken(channel: Channel, asker: int) -> tuple[dict[int, list[float]], dict[int, float], float]:
    """Return how much each replied in the channel's last conversations, and in the asker's among them."""
    taken: dict[int, list[float]] = {}
    same: dict[int, float] = {}
    weights = [1.0] * len(KEEPS)
    weighed = 0.0
    answered: list[Conversation] = [one for one in reversed(channel.conversations) if one.repliers]
    for one in answered:
        for who in one.repliers:
            row = taken.setdefault(who, [0.0] * len(KEEPS))
            for which, weight in enumerate(weights):
                row[which] += weight
            if one.opener == asker:
                same[who] = same.get(who, 0.0) + weights[1]
        weighed += weights[1]
        weights = [weight * keep for weight, keep in zip(weights, KEEPS, strict=True)]
    return taken, same, weighed
