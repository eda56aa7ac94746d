"""Ranks earlier conversations by how well they answer a text; pure, the store brings the postings.

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004): the frequencies
of a term in title, question and replies are weighted and added before they saturate. A document's part in it does not
depend on any other document, so it is computed once, when the document is put, and kept as one byte: the *impact*.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from community.search_words import number, terms

Words = npt.NDArray[np.int32]
Ids = npt.NDArray[np.int64]

EVERY = 0  # the number of the empty term: every document has it, so that documents can be counted like terms
READ_WORDS = 600  # of a conversation; the baseline's figure too
SATURATION = 1.2
FIELD_WEIGHTS = (2.0, 1.0, 1.0)  # title, question, replies
USUAL_LENGTHS = (8.0, 60.0, 200.0)
LENGTH_MATTERS = (0.5, 0.75, 0.75)
ASKED_TERMS = 256  # of a query, looked at for their frequency
READ_TERMS = 48  # of those, read
CANDIDATES = 100  # looked at closely


@dataclass(frozen=True, slots=True)
class Article:
    """A conversation as it is found: its title, what was asked, what was replied."""

    title: Words
    question: Words
    replies: Words


@dataclass(frozen=True, slots=True)
class Hit:
    """An earlier conversation that may answer; ``sure``: worth showing to somebody who did not ask for it."""

    question_id: int
    score: float
    sure: bool


def read_article(title: str, question: str, replies: Sequence[str]) -> Article:
    """Cut a conversation into the numbers of its terms."""
    fields = [_numbers(title), _numbers(question), _numbers("\n".join(replies))]
    room = READ_WORDS
    kept = []
    for field in fields:
        kept.append(field[:room])
        room -= len(kept[-1])
    return Article(*kept)


def impacts(article: Article) -> dict[int, int]:
    """Return each term's impact, 1 to 255."""
    frequency: dict[int, float] = {}
    fields = (article.title, article.question, article.replies)
    for words, weight, usual, matters in zip(fields, FIELD_WEIGHTS, USUAL_LENGTHS, LENGTH_MATTERS, strict=True):
        share = weight / (1 - matters + matters * len(words) / usual)
        for term, times in Counter(words.tolist()).items():
            frequency[term] = frequency.get(term, 0.0) + share * times
    found = {term: max(1, round(255 * tf / (SATURATION + tf))) for term, tf in frequency.items()}
    return {**found, EVERY: 255}


def read_query(text: str) -> dict[int, int]:
    """Return the terms of a text with how often they stand in it, as far as they are looked up."""
    counted = Counter(number(term) for term in terms(text))
    return dict(list(counted.items())[:ASKED_TERMS])


def choose(query: Mapping[int, int], frequencies: Mapping[int, int]) -> dict[int, float]:
    """Return the terms worth reading, with their weights, given how many documents have each."""
    count = frequencies.get(EVERY, 0)
    weights = {
        term: times / (times + 1) * 2 * math.log(1 + (count - found + 0.5) / (found + 0.5))
        for term, times in query.items()
        if (found := frequencies.get(term, 0))
    }
    best = sorted(weights, key=lambda term: -weights[term])[:READ_TERMS]
    return {term: weights[term] for term in best}


def add_up(ids: Ids, scores: npt.NDArray[np.float64], limit: int) -> list[tuple[int, float]]:
    """Return the documents with the highest sums; of equals the newer one."""
    if not len(ids):
        return []
    documents, place = np.unique(ids, return_inverse=True)
    sums = np.bincount(place, scores)
    order = np.lexsort((-documents, -sums))[:limit]
    return [(int(documents[i]), float(sums[i])) for i in order]


def _numbers(text: str) -> Words:
    return np.array([number(term) for term in terms(text)], dtype=np.int32)
