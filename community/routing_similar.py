"""Earlier questions that resemble a new one: a bounded inverted index over the words of questions."""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter

import numpy as np
from numpy.typing import NDArray

KEPT = 20_000  # questions; older ones say little about who answers today
LONGEST_LIST = 600  # newest questions kept per word: a word in more of them tells nothing
QUERY_WORDS = 40  # the rarest words of a long question are enough
ANSWERERS = 8  # members remembered per question
_TEXT = 4_000  # characters of a question that are read
_K1, _B = 1.2, 0.6  # BM25: Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009

_LINK = re.compile(r"https?://\S+|<[@#!][^>]*>")
_WORD = re.compile(r"[a-z][a-z0-9_+#]*(?:[.'-][a-z0-9_+#]+)*|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々ー]+")
_HIRAGANA = re.compile("[\u3040-\u309f]{2}")
_NATIVE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s")
_STEM = 3  # letters that must be left of a word


def words(text: str) -> Counter[str]:
    """Return the words of a text: English ones cut short, Japanese as pairs of characters but not of hiragana.

    Pairs of hiragana are grammar, not content; leaving them out finds the right text more often.
    """
    found: Counter[str] = Counter()
    for piece in _WORD.findall(_LINK.sub(" ", text[:_TEXT].lower())):
        if _NATIVE.match(piece):
            for at in range(len(piece) - 1):
                pair = piece[at : at + 2]
                if not _HIRAGANA.match(pair):
                    found[pair] += 1
            continue
        for ending in _ENDINGS:
            if piece.endswith(ending) and len(piece) - len(ending) >= _STEM:
                found[piece[: -len(ending)]] += 1
                break
        else:
            found[piece] += 1
    return found


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
        if self._next % (self._kept // 4) == 0:
            self.sweep()
        return number

    def more(self, number: int, text: str) -> None:
        """Index words that belong to a question already there."""
        if number <= self._next - 1 - self._kept:
            return
        found = words(text)
        length = found.total()
        self._length += 0.002 * (length - self._length)
        norm = _K1 * (1.0 - _B + _B * length / self._length)
        for word, times in found.items():
            impact = times * (_K1 + 1.0) / (times + norm)  # below 2.2
            row = self._lists.get(word)
            if row is None:
                row = self._lists[word] = array("q")
            elif len(row) >= 2 * LONGEST_LIST:
                del row[:LONGEST_LIST]
            row.append((number << 8) | min(255, int(impact * 100.0)))

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
        numbers, weights = [], []
        for rarity, times, row in wanted[:QUERY_WORDS]:
            postings = np.array(row[-LONGEST_LIST:], dtype=np.int64)
            numbers.append(postings >> 8)
            weights.append((postings & 255) * (0.01 * rarity * times))
        if not numbers:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        every, weight = np.concatenate(numbers), np.concatenate(weights)
        fresh = every >= oldest
        score = np.bincount(every[fresh] - oldest, weights=weight[fresh])
        take = min(limit + 1, int(np.count_nonzero(score)))
        if not take:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        best: NDArray[np.int64] = np.argpartition(-score, take - 1)[:take].astype(np.int64)
        best = best[np.lexsort((best, -score[best]))]
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

    def forget(self, member: int) -> None:
        """Take out what a member asked, and their name from what they answered."""
        self._answered[self._answered == member] = -1
        for slot in np.flatnonzero(self._asker == member).tolist():
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
