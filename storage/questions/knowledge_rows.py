"""How the index of earlier answers is packed into bytes: entries of a term in a block of questions, words in order.

An entry is three bytes: two for the question within the block, one for the term's impact there. Entries are sorted by
question, so that a new question's are appended.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from community.questions.search import Article, Ids

BLOCK = 2048  # a common term's row stays within a page, a rare one's has one entry at any size
ENTRY = np.dtype([("offset", "<u2"), ("impact", "u1")])
_ENTRY = struct.Struct("<HB")


def merge(entries: bytes, changes: Mapping[int, int]) -> bytes:
    """Return the entries with some impacts set by offset; 0 takes one out."""
    added = sorted(changes.items())
    last = int.from_bytes(entries[-ENTRY.itemsize : -1], "little") if entries else -1
    if added[0][0] > last:
        return entries + b"".join(_ENTRY.pack(offset, impact) for offset, impact in added if impact)
    stored = np.frombuffer(entries, ENTRY)
    impacts = np.zeros(BLOCK, np.uint8)
    impacts[stored["offset"]] = stored["impact"]
    for offset, impact in added:
        impacts[offset] = impact
    kept = np.flatnonzero(impacts)
    merged = np.empty(len(kept), ENTRY)
    merged["offset"] = kept
    merged["impact"] = impacts[kept]
    return merged.tobytes()


@dataclass(frozen=True, slots=True)
class Postings:
    """Many rows of postings, joined column by column; numbers as PostgreSQL sends them, the highest byte first."""

    terms: bytes
    blocks: bytes
    sizes: bytes  # of the entries, in bytes
    entries: bytes

    @classmethod
    def of_rows(cls, found: Sequence[tuple[int, int, bytes]]) -> Postings:
        """Join rows of term, block and entries."""
        terms, blocks, entries = zip(*found, strict=True) if found else ((), (), ())
        sizes = np.array([len(part) for part in entries], ">i4").tobytes()
        return cls(np.array(terms, ">i4").tobytes(), np.array(blocks, ">i8").tobytes(), sizes, b"".join(entries))

    def parts(self, weights: Mapping[int, float]) -> tuple[Ids, npt.NDArray[np.float64]]:
        """Return the questions, once for each term they have, with the term's part in their scores."""
        known = np.array(sorted(weights), np.int64)
        places = np.searchsorted(known, np.frombuffer(self.terms, ">i4").astype(np.int64))
        of_rows = np.array([weights[term] / 255 for term in known.tolist()], np.float64)[places]
        counts = np.frombuffer(self.sizes, ">i4").astype(np.int64) // ENTRY.itemsize
        unpacked = np.frombuffer(self.entries, ENTRY)
        ids = np.repeat(np.frombuffer(self.blocks, ">i8").astype(np.int64) * BLOCK, counts)
        ids += unpacked["offset"]
        parts = np.repeat(of_rows, counts)
        parts *= unpacked["impact"]
        return ids, parts


def pack(article: Article) -> bytes:
    """Write an article as the lengths of title and question, and all its words."""
    sizes = np.array([len(article.title), len(article.question)], "<i4")
    return b"".join(part.astype("<i4").tobytes() for part in (sizes, article.title, article.question, article.replies))


def unpack(packed: bytes) -> Article:
    """Read what ``pack`` wrote."""
    numbers = np.frombuffer(packed, "<i4")
    title, question = int(numbers[0]), int(numbers[1])
    words = numbers[2:].astype(np.int32)
    return Article(words[:title], words[title : title + question], words[title + question :])
