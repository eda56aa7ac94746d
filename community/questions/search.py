"""Ranks earlier conversations by how well they answer a text; pure, the store brings the postings.

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004): the frequencies
of a term in title, question and replies are weighted and added before they saturate. A document's part in it does not
depend on any other document, so it is computed once, when the document is put, and kept as one byte: the *impact*.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from community.questions.search_words import number, terms

Words = npt.NDArray[np.int32]
Ids = npt.NDArray[np.int64]

EVERY = 0  # the number of the empty term: documents are counted like terms, under this one
READ_WORDS = 600  # of a conversation; the baseline's figure too
SATURATION = 2.0  # k1 and, below, b of BM25; chosen on four communities, see docs/decisions/0008-search.md
FIELD_WEIGHTS = (2.0, 1.0, 1.0)  # title, question, replies
USUAL_LENGTHS = (8.0, 60.0, 200.0)  # in terms: constants, so that a document's impacts never age
LENGTH_MATTERS = (0.5, 0.75, 0.75)
REPETITION = 3.0  # k3 of BM25: how soon a word said again in the query stops to weigh more
ASKED_TERMS = 256  # of a query: the first ones are looked at for how rare they are ...
READ_TERMS = 48  # ... and those that weigh most are read,
READ_SHARE = 0.9  # as far as they make up this share of all those: the commonest weigh least and cost most, ...
ALWAYS_READ = 12  # ... but of a short query all
DENSE = 1_000_000  # so far apart may question ids be to be added up in an array
CANDIDATES = 100  # whose age is looked up
GROUP = 256
FADING = timedelta(days=90)  # half of all links to earlier conversations reach back less than two weeks
# When to show one to somebody who is about to ask: two rare words at least, and a good part of what is asked
LIKELY_EVIDENCE = 10.0
LIKELY_SHARE = 0.25
KNOWN = 300  # documents that a small community is taken to have, or every word in it would count as common


@dataclass(frozen=True, slots=True)
class Article:
    """A conversation as it is found: its title, what was asked, what was replied."""

    title: Words
    question: Words
    replies: Words


@dataclass(frozen=True, slots=True)
class Hit:
    """An earlier conversation that may answer; ``likely``: worth showing to somebody who is about to ask."""

    question_id: int
    score: float
    likely: bool


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
    return {term: max(1, round(255 * tf / (SATURATION + tf))) for term, tf in frequency.items()}


def read_query(text: str) -> dict[int, int]:
    """Return the terms of a text with how often they stand in it, as far as they are looked up."""
    counted = Counter(number(term) for term in terms(text))
    return dict(list(counted.items())[:ASKED_TERMS])


@dataclass(frozen=True, slots=True)
class Chosen:
    """The terms worth reading, with their weights; and the weight of all that was asked, read or not."""

    weights: dict[int, float]
    whole: float


def choose(query: Mapping[int, int], frequencies: Mapping[int, int]) -> Chosen:
    """Weigh the terms of a query, given how many documents have each."""
    count = max(frequencies.get(EVERY, 0), KNOWN)
    weights = {
        term: times * (REPETITION + 1) / (times + REPETITION) * math.log(1 + (count - found + 0.5) / (found + 0.5))
        for term, times in query.items()
        for found in (frequencies.get(term, 0),)
    }
    heaviest = sorted(weights, key=lambda term: -weights[term])
    best = [term for term in heaviest if frequencies.get(term, 0)][:READ_TERMS]
    whole = sum(weights[term] for term in heaviest[:READ_TERMS])
    so_far = itertools.accumulate((weights[term] for term in best), initial=0.0)
    enough = READ_SHARE * sum(weights[term] for term in best)
    read = [
        term
        for place, (term, sum_) in enumerate(zip(best, so_far, strict=False))
        if place < ALWAYS_READ or sum_ < enough
    ]
    return Chosen({term: weights[term] for term in read}, whole)


def add_up(
    ids: Ids, parts: npt.NDArray[np.float64], exclude: Collection[int] = (), *, limit: int = CANDIDATES
) -> dict[int, float]:
    """Return the documents that may be among the best: with the sum of each one's parts, their evidence.

    Age at most doubles a score, so whatever has less than half the evidence of ``limit`` others is not among these.
    """
    if not len(ids):
        return {}
    first = int(ids.min())
    if int(ids.max()) - first < DENSE:
        sums = np.bincount(ids - first, parts).astype(np.float64, copy=False)
        documents = np.arange(first, first + len(sums))
    else:  # communities that share a database with many others have gaps between their questions
        documents, place = np.unique(ids, return_inverse=True)
        sums = np.bincount(place, parts).astype(np.float64, copy=False)
    if exclude:
        sums[np.isin(documents, list(exclude))] = 0
    # The best of each group are that many documents: a bound below the limit-th best without sorting all of them
    groups = np.maximum.reduceat(sums, np.arange(0, len(sums), GROUP))
    found = np.flatnonzero((sums > 0) & (sums >= _highest(groups, limit) / 2))
    found = found[sums[found] >= _highest(sums[found], limit) / 2]
    found = found[sums[found] >= _highest(sums[found], CANDIDATES)]
    return {int(documents[i]): float(sums[i]) for i in found}


def _highest(values: npt.NDArray[np.float64], place: int) -> float:
    """Return the value at a place when sorted from the highest, 0 where there are not as many."""
    return float(np.partition(values, -place)[-place]) if len(values) >= place else 0.0


def rank(evidence: Mapping[int, float], when: Mapping[int, datetime], whole: float, now: datetime) -> list[Hit]:
    """Order documents by their evidence and their age, and say which are likely of use."""
    scores = {id_: found * (1 + freshness(now - when[id_])) for id_, found in evidence.items() if id_ in when}
    order = sorted(scores, key=lambda id_: (-scores[id_], -id_))
    return [
        Hit(
            id_,
            scores[id_],
            likely=evidence[id_] >= LIKELY_EVIDENCE and evidence[id_] >= LIKELY_SHARE * whole,
        )
        for id_ in order
    ]


def freshness(age: timedelta) -> float:
    """Return 1 for what is new and less the older it is, but slower and slower: an old answer is still an answer."""
    return 1 / (1 + max(age, timedelta()) / FADING)


def _numbers(text: str) -> Words:
    return np.array([number(term) for term in terms(text)], dtype=np.int32)
