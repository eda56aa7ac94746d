"""Earlier questions that resemble a new one: a bounded inverted index over the words of questions."""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

KEPT = 20_000  # questions; older ones say little about who answers today
LONGEST_LIST = 600  # newest questions kept per word: a word in more of them tells nothing
QUERY_WORDS = 24  # the rarest words of a long question are enough
SWEPT = 16  # words looked at with each new question: more than are new in it, so that old ones go
ANSWERERS = 8  # members remembered per question
_TEXT = 4_000  # characters of a question that are read
_TIMES = 8  # a word said more often than that weighs no more
_K1, _B = 1.2, 0.6  # BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009

_LINK = re.compile(r"https?://\S+|<[@#!][^>]*>")
_WORD = re.compile(r"[a-z][a-z0-9_+#]*(?:[.'-][a-z0-9_+#]+)*|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々ー]+")
_HIRAGANA = re.compile("[\u3040-\u309f]{2}")
_NATIVE = "\u3000"  # scripts that are written without spaces sort after this
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s")
_STEM = 3  # letters that must be left of a word


def words(text: str) -> Counter[str]:
    """Return the words of a text: English ones cut short, Japanese as pairs of characters but not of hiragana.

    Pairs of hiragana are grammar, not content; leaving them out finds the right text more often.
    """
    found: list[str] = []
    for piece in _WORD.findall(_LINK.sub(" ", text[:_TEXT].lower())):
        if piece < _NATIVE:
            found.append(_stem(piece))
        else:
            pairs = (piece[at : at + 2] for at in range(len(piece) - 1))
            found.extend(pair for pair in pairs if not _HIRAGANA.match(pair))
    return Counter(found)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM:
            return word[: -len(ending)]
    return word


class Similar:
    """The newest questions, found by their words (BM25), with who answered each."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._next = 0
        self._lists: dict[str, array[int]] = {}  # per word: (number of the question << 8) | impact, oldest first
        self._length = 20.0  # words of a usual question
        self._asked_at = np.full(kept, -1e12)
        self._asker = np.full(kept, -1, dtype=np.int32)
        self._answered = np.full((kept, ANSWERERS), -1, dtype=np.int32)
        self._conversation: list[str] = [""] * kept
        self._broom: Iterator[str] = iter(())

    def __len__(self) -> int:
        """Return how many questions are kept."""
        return min(self._next, self._kept)

    @property
    def asked(self) -> int:
        """Return how many questions were ever indexed."""
        return self._next

    def add(self, text: str, at: float, asker: int, conversation: str) -> int:
        """Index a question; its number is what `answered` wants."""
        number, slot = self._next, self._next % self._kept
        self._next += 1
        self._asked_at[slot], self._asker[slot] = at, asker
        self._answered[slot] = -1
        self._conversation[slot] = conversation
        self.more(number, text)
        if self._next > self._kept:
            self._sweep_some()
        return number

    def _sweep_some(self) -> None:
        """Drop the oldest entries of a few words, so that no single message pays for tidying everything."""
        oldest = (self._next - self._kept) << 8
        for _ in range(SWEPT):
            word = next(self._broom, None)
            if word is None:
                self._broom = iter(list(self._lists))
                return
            row = self._lists.get(word)
            if row and row[0] < oldest:
                del row[: bisect_left(row, oldest)]
                if not row:
                    del self._lists[word]

    def more(self, number: int, text: str) -> None:
        """Index words that belong to a question already there."""
        if number <= self._next - 1 - self._kept:
            return
        found = words(text)
        length = found.total()
        self._length += 0.002 * (length - self._length)
        norm = _K1 * (1.0 - _B + _B * length / self._length)
        lists, mark = self._lists, number << 8
        impacts = [int(100.0 * times * (_K1 + 1.0) / (times + norm)) for times in range(_TIMES + 1)]  # below 220
        for word, times in found.items():
            row = lists.get(word)
            if row is None:
                row = lists[word] = array("q")
            elif len(row) >= 2 * LONGEST_LIST:
                del row[:LONGEST_LIST]
            row.append(mark | impacts[min(_TIMES, times)])

    def answered(self, number: int, member: int) -> None:
        """Note that a member answered a question."""
        if number <= self._next - 1 - self._kept:
            return
        row = self._answered[number % self._kept]
        known = row.tolist()
        if member not in known and -1 in known:
            row[known.index(-1)] = member

    def nearest(self, found: Counter[str], limit: int, but: str = "") -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return slots of the questions most like these words, and how like it they are (1 is its twin)."""
        oldest = max(0, self._next - self._kept)
        wanted = []
        total = 0.0
        count = max(2, len(self))
        for word, times in found.items():
            row = self._lists.get(word)
            rarity = math.log(1.0 + count / (0.5 + (0 if row is None else min(len(row), count))))
            total += rarity * min(times, 3)
            if row is not None:
                wanted.append((rarity, min(times, 3), row))
        wanted.sort(key=lambda entry: -entry[0])
        wanted = wanted[:QUERY_WORDS]
        if not wanted:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        newest = [row if len(row) <= LONGEST_LIST else row[-LONGEST_LIST:] for _, _, row in wanted]
        every = np.frombuffer(b"".join(newest), dtype=np.int64)
        weight = np.repeat([0.01 * rarity * times for rarity, times, _ in wanted], [len(row) for row in newest])
        place = (every >> 8) - oldest
        weight *= every & 255
        if place.min() < 0:
            fresh = place >= 0
            place, weight = place[fresh], weight[fresh]
        score = np.bincount(place, weights=weight)
        known = np.flatnonzero(score)
        if not len(known):
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        if len(known) > limit + 1:
            known = known[np.argpartition(-score[known], limit)[: limit + 1]]
        best: NDArray[np.int64] = known[np.lexsort((known, -score[known]))].astype(np.int64)
        slots = (best + oldest) % self._kept
        alive = [at for at, slot in enumerate(slots.tolist()) if self._conversation[slot] not in ("", but)][:limit]
        return slots[alive], score[best[alive]] / (total * (_K1 + 1.0) * 0.6)

    def asked_at(self, slots: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return when these questions were asked."""
        return self._asked_at[slots]

    def answerers(self, slots: NDArray[np.int64] | int) -> NDArray[np.int32]:
        """Return who answered these questions, a row each, -1 where nobody (more) did."""
        return self._answered[slots]

    def conversation(self, slot: int) -> str:
        """Return the conversation of a question."""
        return self._conversation[slot]

    def forget(self, member: int, *, written: bool = False) -> None:
        """Take out what a member asked (where told so: wrote in answer), and their name from what they answered."""
        theirs = self._asker == member
        if written:
            theirs |= (self._answered == member).any(axis=1)
        self._answered[self._answered == member] = -1
        for slot in np.flatnonzero(theirs).tolist():
            self._asker[slot] = -1
            self._conversation[slot] = ""
        self.sweep()

    def sweep(self) -> None:
        """Drop the words of questions that are gone."""
        oldest = max(0, self._next - self._kept)
        gone = np.array([not name for name in self._conversation])
        for word in list(self._lists):
            row = np.array(self._lists[word], dtype=np.int64)
            numbers = row >> 8
            left = row[(numbers >= oldest) & ~gone[numbers % self._kept]]
            if not len(left):
                del self._lists[word]
            elif len(left) < len(row):
                self._lists[word] = array("q", left.tolist())
