"""What a ranking costs when a community is large: ``python -m benchmarks.routing_cost [MESSAGES]``.

A made-up community of 10,000 members: few say much, many say little; forty channels; half the conversations are opened
by a question, whose words come from the topics of its channel. Times are of the processor, so
that what else the machine does is not counted. Beside it, in the same run, plain BM25 over the words of
all questions that each member answered.
"""

from __future__ import annotations

import asyncio
import gc
import math
import os
import random
import resource
import sys
import time
import tracemalloc
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from community.routing.ranking import Ask, RoutingState, Turn
from community.routing.similar import words

MEMBERS, CHANNELS, TOPIC_WORDS = 10_000, 40, 1_500
START, SECONDS_BETWEEN = 1_600_000_000.0, 63.0  # a million messages in two years
RANKINGS = 400
_STARTS = ("How do I", "Why does", "Is there a way to", "What is the best way to")


def history(count: int) -> Iterator[Turn]:
    """Make up a history, the same each time."""
    chance = random.Random(7)  # noqa: S311 - a made-up history
    weights = [1.0 / (rank + 5.0) for rank in range(MEMBERS)]
    crowd = iter(chance.choices(range(MEMBERS), weights, k=2 * count + 10))
    open_now: list[tuple[str, str, int, bool]] = []
    for number in range(count):
        at = START + number * SECONDS_BETWEEN
        member = next(crowd)
        if not open_now or chance.random() < 0.2:  # noqa: PLR2004 - five messages a conversation
            topic = min(CHANNELS - 1, int(chance.expovariate(0.15)))
            asked = chance.random() < 0.5  # noqa: PLR2004 - README of the data: 45 % of openers are questions
            open_now.append((f"c{number}", f"channel{topic}", topic, asked))
            del open_now[:-30]
            conversation = open_now[-1]
            start = f"{chance.choice(_STARTS)} "
        else:
            conversation = chance.choice(open_now)
            start = ""
        name, channel, topic, asked = conversation
        text = start + " ".join(_word(chance, topic) for _ in range(18)) if asked else ""
        yield Turn(at=at, member=member, channel=channel, conversation=name, text=text, length=110)


def _word(chance: random.Random, topic: int) -> str:
    place = int(TOPIC_WORDS * chance.random() ** 3)
    return f"w{place:x}q" if chance.random() < 0.4 else f"t{topic}w{place:x}q"  # noqa: PLR2004 - shared and own words


class Plain:
    """BM25 (Robertson and Zaragoza) over one document a member: all the questions they answered."""

    def __init__(self) -> None:
        self._postings: dict[str, Counter[int]] = defaultdict(Counter)
        self._lengths: Counter[int] = Counter()
        self._asked: dict[str, tuple[int, Counter[str]]] = {}

    def observe(self, turn: Turn) -> None:
        """Take in one message."""
        if not turn.text:
            return
        if turn.conversation not in self._asked:
            self._asked[turn.conversation] = (turn.member, words(turn.text))
        asker, found = self._asked[turn.conversation]
        if turn.member != asker:
            self._lengths[turn.member] += found.total()
            for word, times in found.items():
                self._postings[word][turn.member] += times

    def rank(self, text: str) -> list[int]:
        """Return the members whose questions resemble this one."""
        usual = self._lengths.total() / max(1, len(self._lengths))
        score: Counter[int] = Counter()
        for word in words(text):
            postings = self._postings.get(word, Counter())
            rarity = math.log(1.0 + len(self._lengths) / (0.5 + len(postings)))
            for member, times in postings.items():
                norm = 1.2 * (0.4 + 0.6 * self._lengths[member] / usual)
                score[member] += rarity * times * 2.2 / (times + norm)  # type: ignore[assignment]  # scores, not counts
        return [member for member, _ in score.most_common(50)]


def _spread(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    return f"p50 {1000 * ordered[len(ordered) // 2]:.3f} ms, p99 {1000 * ordered[int(len(ordered) * 0.99)]:.3f} ms"


def _questions() -> list[Ask]:
    chance = random.Random(11)  # noqa: S311 - made-up questions
    asks = []
    for number in range(RANKINGS):
        topic = min(CHANNELS - 1, int(chance.expovariate(0.15)))
        text = "How do I " + " ".join(_word(chance, topic) for _ in range(25))
        asks.append(
            Ask(
                at=0.0,
                asker=chance.randrange(MEMBERS),
                channel=f"channel{topic}",
                conversation=f"new{number}",
                text=text,
            )
        )
    return asks


def _measure(count: int) -> None:
    gc.collect()
    print(f"load         {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    state = RoutingState()
    took = array("f")
    end = 0.0
    for turn in history(count):
        at = time.thread_time()
        state.observe(turn)
        took.append(time.thread_time() - at)
        end = turn.at + 60.0
    print(f"rebuild      {sum(took):.1f} s for {count:,} messages of {MEMBERS:,} members")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"memory       {grown:.0f} MB at the most (with the timings of this run)")
    print(f"observe      {_spread(took[-200_000:])}, worst {1000 * max(took):.1f} ms")
    ranked: list[float] = []
    for ask in _questions():
        moment = Ask(at=end, asker=ask.asker, channel=ask.channel, conversation=ask.conversation, text=ask.text)
        at = time.thread_time()
        state.rank(moment)
        ranked.append(time.thread_time() - at)
    print(f"rank         {_spread(ranked)}")
    del state, took
    plain = Plain()
    spent = 0.0
    for turn in history(count):
        spent -= time.thread_time()
        plain.observe(turn)
        spent += time.thread_time()
    print(f"plain BM25   rebuild {spent:.1f} s")
    ranked = []
    for ask in _questions()[:50]:
        at = time.thread_time()
        plain.rank(ask.text)
        ranked.append(time.thread_time() - at)
    print(f"plain BM25   rank {_spread(ranked)}")


def _weigh(count: int) -> None:
    """Say what the state itself weighs, without the history that fed it."""
    tracemalloc.start()
    state = RoutingState()
    for turn in history(count):
        state.observe(turn)
    gc.collect()
    print(f"state        {tracemalloc.get_traced_memory()[0] / 1e6:.0f} MB after {count:,} messages")
    tracemalloc.stop()


async def main(count: int = 1_000_000, *, weigh: bool = False) -> None:
    """Measure."""
    _measure(count)
    if weigh:
        _weigh(count)  # five times slower: every allocation is counted


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    asyncio.run(main(*numbers, weigh="--weigh" in sys.argv))
