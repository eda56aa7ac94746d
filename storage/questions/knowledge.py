"""What the community has answered before, to be found again: an inverted index in plain tables.

The index is rows like all others: written in the transaction of what it describes, the same for every replica, nothing
to build at the start. A search reads three times: how many documents have each term, the postings of the terms that
weigh most (packed as ``storage/questions/knowledge_rows.py`` says), and when the best candidates were asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.questions import search
from community.questions.search import Article, Hit, Ids
from storage.questions import knowledge_rows as rows
from storage.questions.knowledge_rows import BLOCK
from storage.sql import Row, fetch_all, newer, upsert_all
from storage.tables.knowledge import documents, postings, terms

MANY = 500  # parameters of one statement
T = TypeVar("T")

_FREQUENCIES = "SELECT term, documents FROM knowledge_terms WHERE community = {community} AND term {among}"
_POSTINGS = "SELECT term, block, entries FROM knowledge_postings WHERE community = {community} AND term {among}"
# the same as one row: to the client two thousand rows cost more than all of their bytes
_POSTINGS_JOINED = (
    "SELECT coalesce(string_agg(int4send(term), ''), ''), coalesce(string_agg(int8send(block), ''), ''),"
    " coalesce(string_agg(int4send(length(entries)), ''), ''), coalesce(string_agg(entries, ''), '')"
    " FROM knowledge_postings WHERE community = {community} AND term {among}"
)
_WHEN = "SELECT question_id, at FROM knowledge_documents WHERE community = {community} AND question_id {among}"


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
        self.now = now

    async def put(self, question_id: int, *, title: str, question: str, replies: Sequence[str], at: datetime) -> None:
        """Make a question findable, or renew what is found of it; only what changed is written."""
        await self.put_all([Conversation(question_id, title, question, replies, at)])

    async def put_all(self, conversations: Sequence[Conversation]) -> None:
        """Put many at once, which is cheaper: terms they share are written once."""
        read = {c.question_id: search.read_article(c.title, c.question, c.replies) for c in conversations}
        await self._replace(read)
        at = {c.question_id: c.at for c in conversations}
        new = [
            {"community": self._community, "question_id": id_, "at": at[id_], "words": rows.pack(article)}
            for id_, article in read.items()
        ]
        await upsert_all(self._conn, documents, new, change=("at", "words"))

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
        if not chosen.weights:
            return []
        evidence = search.add_up(*await self._parts(chosen.weights), exclude, limit=limit)
        return search.rank(evidence, await self._when(evidence), chosen.whole, self.now)[:limit]

    async def count(self) -> int:
        """Return how many conversations can be found."""
        return (await self._frequencies([search.EVERY])).get(search.EVERY, 0)

    async def _frequencies(self, wanted: Sequence[int]) -> dict[int, int]:
        """Return how many documents have each term."""
        return dict(await self._fetch(_FREQUENCIES, wanted))

    async def _parts(self, weights: Mapping[int, float]) -> tuple[Ids, npt.NDArray[np.float64]]:
        """Return the questions that have one of the terms, once for each, with the term's part in their score."""
        if self._conn.dialect.name == "sqlite":
            read = rows.Postings.of_rows(await self._fetch(_POSTINGS, list(weights)))
        else:
            read = rows.Postings(*(await self._fetch(_POSTINGS_JOINED, list(weights)))[0])
        return read.parts(weights)

    async def _when(self, ids: Iterable[int]) -> dict[int, datetime]:
        found = await self._fetch(_WHEN, list(ids))
        return {id_: datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at for id_, at in found}

    async def _fetch(self, query: str, among: Sequence[int]) -> list[Any]:
        return await fetch_all(self._conn, query, {"community": self._community}, among)

    async def _replace(self, new: Mapping[int, Article | None]) -> None:
        """Bring the postings from what is stored of some documents to what they shall be."""
        if self._conn.dialect.name == "postgresql":  # rows are read, changed and written: one writer a community
            turn = sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"tsudoi:{self._community}"))
            await self._conn.execute(sa.select(turn))
        old = await self._stored(new)
        changes: dict[tuple[int, int], dict[int, int]] = {}  # (term, block) -> offset -> impact, 0 for none
        more = Counter({search.EVERY: sum(article is not None for article in new.values()) - len(old)})
        for id_, article in new.items():
            before = search.impacts(old[id_]) if id_ in old else {}
            after = search.impacts(article) if article is not None else {}
            block, offset = divmod(id_, BLOCK)
            for term in before.keys() | after.keys():
                if before.get(term) != after.get(term):
                    changes.setdefault((term, block), {})[offset] = after.get(term, 0)
                    more[term] += (term in after) - (term in before)
        await self._count({term: change for term, change in more.items() if change})
        await self._change(changes)

    async def _count(self, more: Mapping[int, int]) -> None:
        """Add to how many documents have each term."""
        changed = [{"community": self._community, "term": term, "documents": change} for term, change in more.items()]
        await upsert_all(self._conn, terms, changed, also={"documents": terms.c.documents + newer("documents")})
        for some in _batches(term for term, change in more.items() if change < 0):
            await self._conn.execute(
                sa.delete(terms).where(
                    terms.c.community == self._community, terms.c.term.in_(some), terms.c.documents <= 0
                )
            )

    async def _change(self, changes: Mapping[tuple[int, int], Mapping[int, int]]) -> None:
        written: list[Row] = []
        emptied: list[Row] = []
        for some in _batches(sorted(changes)):
            stored = await self._entries(some)
            for term, block in some:
                entries = rows.merge(stored.get((term, block), b""), changes[term, block])
                row = {"community": self._community, "term": term, "block": block}
                if entries:
                    written.append({**row, "entries": entries})
                else:
                    emptied.append({f"of_{name}": value for name, value in row.items()})
        await upsert_all(self._conn, postings, written, change=("entries",))
        if emptied:
            keys = [column == sa.bindparam(f"of_{column.name}") for column in postings.primary_key]
            await self._conn.execute(sa.delete(postings).where(*keys), emptied)

    async def _entries(self, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
        query = sa.select(postings.c.term, postings.c.block, postings.c.entries).where(
            postings.c.community == self._community,
            postings.c.term.in_({term for term, _ in keys}),
            postings.c.block.in_({block for _, block in keys}),
        )
        return {(term, block): entries for term, block, entries in await self._conn.execute(query)}

    async def _stored(self, ids: Iterable[int]) -> dict[int, Article]:
        found: dict[int, Article] = {}
        for some in _batches(ids):
            query = sa.select(documents.c.question_id, documents.c.words).where(
                documents.c.community == self._community, documents.c.question_id.in_(some)
            )
            found.update({row.question_id: rows.unpack(row.words) for row in await self._conn.execute(query)})
        return found


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    rest = list(values)
    for start in range(0, len(rest), MANY):
        yield rest[start : start + MANY]
