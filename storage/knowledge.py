"""What the community has answered before, to be found again: an inverted index in two plain tables.

The index is rows like all others: written in the transaction of what it describes, the same for every replica, nothing
to build at the start. A row of postings holds the entries of one term for ``BLOCK`` question ids: two bytes for the
question within the block, one for the term's impact there (see ``community/search.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community import search
from community.search import Article, Hit, Ids
from storage.sql import upsert
from storage.tables_knowledge import documents, postings

BLOCK = 2048  # a common term's row stays within a page, a rare one's has one entry at any size
MANY = 500  # parameters of one statement
T = TypeVar("T")
_ENTRY = np.dtype([("offset", "<u2"), ("impact", "u1")])


@dataclass(frozen=True, slots=True)
class Conversation:
    """A question with what was replied, to be put into the index."""

    question_id: int
    title: str
    question: str
    replies: Sequence[str]
    at: datetime


class KnowledgeStore:
    """The answered questions of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str, now: datetime) -> None:
        self._conn = conn
        self._community = community
        self._now = now

    async def put(self, question_id: int, *, title: str, question: str, replies: Sequence[str], at: datetime) -> None:
        """Make a question findable, or renew what is found of it; only what changed is written."""
        await self.put_all([Conversation(question_id, title, question, replies, at)])

    async def put_all(self, conversations: Sequence[Conversation]) -> None:
        """Put many at once, which is cheaper: terms they share are written once."""
        read = {c.question_id: search.read_article(c.title, c.question, c.replies) for c in conversations}
        await self._replace(read)
        if read:
            at = {c.question_id: c.at for c in conversations}
            key = ("community", "question_id")
            await self._conn.execute(
                upsert(self._conn, documents, key, ("at", "words")),
                [
                    {"community": self._community, "question_id": id_, "at": at[id_], "words": _pack(article)}
                    for id_, article in read.items()
                ],
            )

    async def remove(self, question_id: int) -> None:
        """Take a question out, without leaving a word of it."""
        await self._replace({question_id: None})
        await self._conn.execute(
            sa.delete(documents).where(documents.c.community == self._community, documents.c.question_id == question_id)
        )

    async def search(self, text: str, *, limit: int, exclude: Collection[int] = ()) -> list[Hit]:
        """Return the conversations that answer a text best, best first."""
        query = search.read_query(text)
        if not query or limit <= 0:
            return []
        chosen = search.choose(query, await self._frequencies([search.EVERY, *query]))
        evidence = search.add_up(*await self._parts(chosen.weights), exclude)
        return search.rank(evidence, await self._when(evidence), chosen.whole, self._now)[:limit]

    async def _frequencies(self, terms: Iterable[int]) -> dict[int, int]:
        """Return how many documents have each term."""
        size = sa.func.sum(sa.func.length(postings.c.entries))
        found: dict[int, int] = {}
        for some in _batches(terms):
            query = (
                sa.select(postings.c.term, size)
                .where(postings.c.community == self._community, postings.c.term.in_(some))
                .group_by(postings.c.term)
            )
            found.update({term: int(total) // _ENTRY.itemsize for term, total in await self._conn.execute(query)})
        return found

    async def _parts(self, weights: Mapping[int, float]) -> tuple[Ids, npt.NDArray[np.float64]]:
        """Return the questions that have one of the terms, once for each, with the term's part in their score."""
        query = sa.select(postings.c.term, postings.c.block, postings.c.entries).where(
            postings.c.community == self._community, postings.c.term.in_(list(weights))
        )
        rows = (await self._conn.execute(query)).all() if weights else []
        terms, blocks, packed = zip(*rows, strict=True) if rows else ((), (), ())
        entries = np.frombuffer(b"".join(packed), _ENTRY)
        sizes = np.array([len(part) for part in packed], np.int64) // _ENTRY.itemsize
        ids = np.repeat(np.array(blocks, np.int64) * BLOCK, sizes) + entries["offset"]
        parts = np.repeat(np.array([weights[term] / 255 for term in terms], np.float64), sizes) * entries["impact"]
        return ids, parts

    async def _when(self, ids: Iterable[int]) -> dict[int, datetime]:
        found: dict[int, datetime] = {}
        for some in _batches(ids):
            query = sa.select(documents.c.question_id, documents.c.at).where(
                documents.c.community == self._community, documents.c.question_id.in_(some)
            )
            found.update({row.question_id: row.at for row in await self._conn.execute(query)})
        return found

    async def _replace(self, new: Mapping[int, Article | None]) -> None:
        """Bring the postings from what is stored of some documents to what they shall be."""
        if self._conn.dialect.name == "postgresql":  # rows are read, changed and written: one writer a community
            turn = sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"tsudoi:{self._community}"))
            await self._conn.execute(sa.select(turn))
        old = await self._stored(new)
        changes: dict[tuple[int, int], dict[int, int]] = {}  # (term, block) -> offset -> impact, 0 for none
        for id_, article in new.items():
            before = search.impacts(old[id_]) if id_ in old else {}
            after = search.impacts(article) if article is not None else {}
            block, offset = divmod(id_, BLOCK)
            for term in before.keys() | after.keys():
                if before.get(term) != after.get(term):
                    changes.setdefault((term, block), {})[offset] = after.get(term, 0)
        await self._change(changes)

    async def _change(self, changes: Mapping[tuple[int, int], Mapping[int, int]]) -> None:
        written, emptied = [], []
        for some in _batches(sorted(changes)):
            stored = await self._entries(some)
            for term, block in some:
                entries = _merge(stored.get((term, block), b""), changes[term, block])
                row = {"community": self._community, "term": term, "block": block}
                if entries:
                    written.append({**row, "entries": entries})
                else:
                    emptied.append({f"of_{name}": value for name, value in row.items()})
        if written:
            await self._conn.execute(
                upsert(self._conn, postings, ("community", "term", "block"), ("entries",)), written
            )
        if emptied:
            keys = [column == sa.bindparam(f"of_{column.name}") for column in postings.primary_key]
            await self._conn.execute(sa.delete(postings).where(*keys), emptied)

    async def _entries(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        query = sa.select(postings.c.term, postings.c.block, postings.c.entries).where(
            postings.c.community == self._community,
            postings.c.term.in_({term for term, _ in keys}),
            postings.c.block.in_({block for _, block in keys}),
        )
        return {(row.term, row.block): row.entries for row in await self._conn.execute(query)}

    async def _stored(self, ids: Iterable[int]) -> dict[int, Article]:
        found: dict[int, Article] = {}
        for some in _batches(ids):
            query = sa.select(documents.c.question_id, documents.c.words).where(
                documents.c.community == self._community, documents.c.question_id.in_(some)
            )
            found.update({row.question_id: _unpack(row.words) for row in await self._conn.execute(query)})
        return found


def _merge(entries: bytes, changes: Mapping[int, int]) -> bytes:
    kept = {int(offset): int(impact) for offset, impact in np.frombuffer(entries, _ENTRY).tolist()}
    kept.update(changes)
    return np.array(sorted((offset, impact) for offset, impact in kept.items() if impact), _ENTRY).tobytes()


def _pack(article: Article) -> bytes:
    """Write an article as the lengths of title and question, and all its words."""
    sizes = np.array([len(article.title), len(article.question)], "<i4")
    return b"".join(part.astype("<i4").tobytes() for part in (sizes, article.title, article.question, article.replies))


def _unpack(packed: bytes) -> Article:
    numbers = np.frombuffer(packed, "<i4")
    title, question = int(numbers[0]), int(numbers[1])
    words = numbers[2:].astype(np.int32)
    return Article(words[:title], words[title : title + question], words[title + question :])


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    rest = list(values)
    for start in range(0, len(rest), MANY):
        yield rest[start : start + MANY]
