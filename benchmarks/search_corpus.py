"""Made-up conversations as heavy to search as real ones: for measuring at sizes that no collected chat has.

Words follow Zipf's law as Mandelbrot flattened it at its head, are said again within a conversation, and nearly half of
them are the words that every sentence has; a third of the others are Japanese. The constants are fitted to the heaviest
of four real communities (wasmtime): a conversation has 105 different terms there, a question of twenty terms or more
has 38 (107 at the 95th percentile), and its 48 rarest terms stand in 3.4 conversations each time one is counted for
every conversation (5.9 at the 95th percentile). ``python -m benchmarks.search_corpus`` prints the same of this corpus.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from community.questions import search
from community.questions.search_words import STOP
from storage.questions.knowledge import Conversation

WORDS = 300_000
EXPONENT, FLATTENED = 1.4, 35.0
COMMON = 0.4  # of all words: those that tell no subject
SAID_AGAIN = 0.35  # of the others, within one text
TITLE, QUESTION, REPLIES = 6, (10, 80), (10, 160)  # words
ASKED = (20, 120)  # words of a question to search with
START = datetime(2020, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=30)
KANJI, KANJI_IN_USE = 0x4E00, 2_000

Numbers = npt.NDArray[np.int64]


class Corpus:
    """Conversations of made-up words, always the same ones."""

    def __init__(self) -> None:
        weights = 1.0 / (np.arange(1, WORDS + 1) + FLATTENED) ** EXPONENT
        self._edges = np.cumsum(weights) / weights.sum()
        self._chance = np.random.default_rng(7)
        self._words = [_word(number) for number in range(WORDS)]
        self._common = sorted(STOP)

    def conversation(self, number: int) -> Conversation:
        """Make one; they are half an hour apart."""
        lengths = (TITLE, self._between(*QUESTION), self._between(*REPLIES))
        words = self._draw(sum(lengths))
        title, question, replies = np.split(np.array(words), np.cumsum(lengths)[:2])
        return Conversation(number, " ".join(title), " ".join(question), [" ".join(replies)], START + APART * number)

    def question(self) -> str:
        """Make a question to search with."""
        return " ".join(self._draw(self._between(*ASKED)))

    def two_words(self) -> str:
        """Make what somebody types into /find."""
        return " ".join(self._words[int(number)] for number in self._picked(2))

    def more(self, words: int) -> str:
        """Make one more reply."""
        return " ".join(self._draw(words))

    def batches(self, count: int, size: int) -> Iterator[list[Conversation]]:
        """Make so many conversations, in batches."""
        for start in range(1, count + 1, size):
            yield [self.conversation(number) for number in range(start, min(start + size, count + 1))]

    def _between(self, least: int, most: int) -> int:
        return int(self._chance.integers(least, most + 1))

    def _picked(self, length: int) -> Numbers:
        return np.minimum(np.searchsorted(self._edges, self._chance.random(length)), WORDS - 1).astype(np.int64)

    def _draw(self, length: int) -> list[str]:
        """Draw words; some repeat an earlier one."""
        picked = self._picked(length)
        earlier = (self._chance.random(length) * np.arange(length)).astype(np.int64)
        picked = np.where(self._chance.random(length) < SAID_AGAIN, picked[earlier], picked)
        common = self._chance.random(length) < COMMON
        return [
            self._common[int(number) % len(self._common)] if plain else self._words[int(number)]
            for number, plain in zip(picked, common, strict=True)
        ]


def _word(number: int) -> str:
    if number % 3:
        return "w" + "".join(chr(ord("a") + int(digit, 16)) for digit in f"{number:x}")
    return chr(KANJI + number // 3 % KANJI_IN_USE) + chr(KANJI + number * 31 % KANJI_IN_USE)


def main(conversations: int = 4_000, questions: int = 500) -> None:
    """Print what the constants were fitted to."""
    corpus = Corpus()
    frequency: Counter[int] = Counter()
    sizes = []
    for made in (corpus.conversation(number) for number in range(conversations)):
        terms = search.impacts(search.read_article(made.title, made.question, made.replies))
        frequency.update(terms.keys())
        sizes.append(len(terms))
    asked = [sorted(frequency[term] for term in search.read_query(corpus.question())) for _ in range(questions)]
    print(f"different terms of a conversation: {np.mean(sizes):.0f}")
    print("terms of a question, p50 and p95:", np.percentile([len(terms) for terms in asked], [50, 95]))
    share = [sum(terms[: search.READ_TERMS]) / conversations for terms in asked]
    print("conversations of its rarest terms, p50 and p95:", np.percentile(share, [50, 95]).round(2))
    print("most common terms:", [round(found / conversations, 2) for _, found in frequency.most_common(200)][::20])


if __name__ == "__main__":
    main()
