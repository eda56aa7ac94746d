"""How likely each member replies, as smoothed shares: of the conversations here, at this hour, of this asker, on this.

Each share is drawn towards a broader one where little is known (Dirichlet smoothing: Zhai and Lafferty, "A Study of
Smoothing Methods for Language Models Applied to Information Retrieval", TOIS 2004): that of the topic and of the asker
towards the channel's, those of the channel and of the hour towards the whole community's.
"""

from __future__ import annotations

from collections import Counter

import msgspec
import numpy as np

from community.routing.counters import Floats, Ints
from community.routing.memory import DAY, PRESENT, Channel, Memory
from community.routing.similar import Similar

NAMES = (
    *("rate_7d", "rate_30d", "rate_180d", "rate_hour", "rate_channel_7d", "rate_channel_45d", "rate_channel_365d"),
    *("rate_first_channel", "rate_now", "present_hour"),
    *("p_base", "p_channel", "p_hour", "p_asker", "p_similar", "p_similar_lately", "p_similar_close", "p_saying"),
    *("given", "given_share", "since_given"),
)
SINCE_CAP = 400 * DAY
_FIRST = slice(1)
_SPANS = ((2, 0.5), (3, 1.0), (4, 0.3))  # the week counts half again, the half-year a little: by hand
_HERE = ((0, 0.5), (1, 1.0), (2, 0.3))


class Likeness(msgspec.Struct, frozen=True):
    """What the earlier texts nearest to a question say about each member, over all members."""

    slots: Ints
    like: Floats
    total: Floats
    best: Floats
    lately: Floats
    close: Floats
    sums: tuple[float, float, float]  # of all such texts, as total, lately and close count them


def resembling(  # noqa: PLR0917 - called twice, side by side
    index: Similar, found: Counter[str], but: str, at: float, size: int, nearest: int
) -> Likeness:
    """Weigh the members who answered (or wrote) the texts nearest to this one."""
    slots, like = index.nearest(found, nearest, but)
    answerers = index.answerers(slots)
    good = answerers >= 0
    who = answerers[good]
    age = at - index.asked_at(slots)
    kinds = (like**1.5 * 0.5 ** (age / (180 * DAY)), like**1.5 * 0.5 ** (age / (21 * DAY)), like**3)
    answered = good.any(axis=1)

    times = good.sum(axis=1)
    total, lately, close = (np.bincount(who, np.repeat(weight, times), size).astype(np.float64) for weight in kinds)
    best = np.zeros(size)
    every = np.repeat(like, times)
    best[who[::-1]] = every[::-1]  # the likest come first, so the first of a member's is written last
    one, two, three = (float(weight[answered].sum()) for weight in kinds)
    return Likeness(slots, like, total, best, lately, close, (one, two, three))


def since(at: float, moments: Floats) -> Floats:
    """Return the logarithm of the seconds since, a second at least."""
    values: Floats = np.log(np.clip(at - moments, 1.0, SINCE_CAP))
    return values


def _rate(part: Floats, whole: float | Floats, doubt: float) -> Floats:
    values: Floats = np.log((part + 0.02 * doubt) / (whole + doubt))
    return values


def _log(share: Floats) -> Floats:
    values: Floats = np.log(share + 1e-5)
    return values


def chances(  # noqa: PLR0917 - called once
    memory: Memory, channel: Channel, at: float, asker: int, members: Ints, similar: Likeness, saying: Likeness
) -> list[Floats]:
    """Return the columns of `NAMES`."""
    here = channel.slots(members)
    local = [np.where(here >= 0, channel.replied.now(which, at, here), 0.0) for which in range(3)]
    opened_here = [channel.opened.one(which, at, 0) for which in range(3)]
    first = np.where(here >= 0, channel.first.now(0, at, here), 0.0)
    replied = [memory.replied.now(which, at, members) for which in range(5)]
    opened = [memory.all_opened.one(which, at, 0) for which in range(5)]
    hour, hour_opened = memory.hours_replied.near(at, members), float(memory.hours_opened.near(at, _FIRST)[0])
    taken, offered = memory.taken.now(0, at, members), memory.chances.now(0, at, members)
    present = at - memory.last_said.of(members) <= PRESENT
    absent_rate = _rate(np.maximum(0.0, replied[3] - taken), np.maximum(0.0, opened[3] - offered), 3.0)
    hour_rate = _rate(hour, hour_opened, 1.0)
    given, last_given = memory.given.toward(asker, members.tolist(), at)
    base: Floats = sum((part * replied[which] for which, part in _SPANS), np.full(len(members), 0.02))
    base = base / (sum(part * opened[which] for which, part in _SPANS) + 1.0)
    place: Floats = sum((part * local[which] for which, part in _HERE), 2.0 * base)
    place = place / (sum(part * opened_here[which] for which, part in _HERE) + 2.0)
    of_asker = (given + place) / (memory.opened.one(0, at, asker) + 1.0)
    return [
        *(_rate(replied[which], opened[which], 2.0) for which in (2, 3, 4)),
        hour_rate,
        *(_rate(local[which], opened_here[which], 2.0) for which in range(3)),
        _rate(first, opened_here[1], 2.0),
        np.where(present, _rate(taken, offered, 3.0), absent_rate),
        np.where(present, np.exp(hour_rate), 0.0),
        _log(base),
        _log(place),
        _log((hour + base) / (hour_opened + 1.0)),
        _log(of_asker),
        _log((similar.total[members] + 0.25 * place) / (similar.sums[0] + 0.25)),
        _log((similar.lately[members] + 0.1 * place) / (similar.sums[1] + 0.1)),
        _log((similar.close[members] + 0.02 * place) / (similar.sums[2] + 0.02)),
        _log((saying.total[members] + 0.25 * place) / (saying.sums[0] + 0.25)),
        np.log1p(given),
        given / (given.sum() + 0.5),
        since(at, last_given),
    ]
