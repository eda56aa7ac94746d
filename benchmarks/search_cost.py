"""What a search costs at a million messages: ``python -m benchmarks.search_cost [URL] [--conversations N]``.

The corpus is made up: 90,000 conversations whose words follow Zipf's law over 300,000 terms (a third of them in
Japanese), as many in each as a real conversation of a technical community has; a query is a whole question of 60
words. Beside the store stands SQLite's FTS5 over the same texts with the same words joined by OR, ranked by bm25().
Without a URL a temporary SQLite file is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from storage.engine import Database
from storage.knowledge import Conversation
from storage.migrate import upgrade
from storage.unit import Unit

WORDS = 300_000
EXPONENT = 1.05  # of Zipf's law
QUESTION, REPLIES, TITLE = 60, 140, 5  # words; a conversation of eleven messages has about 200 words
START = datetime(2020, 1, 1, tzinfo=UTC)
BATCH = 2000
SEARCHES = 200
PUTS = 100
COMMUNITY = "bench"
KANJI = 0x4E00


class Corpus:
    """Conversations of made-up words, always the same ones."""

    def __init__(self, count: int) -> None:
        self.count = count
        ranks = np.arange(1, WORDS + 1)
        weights = 1.0 / ranks**EXPONENT
        self._edges = np.cumsum(weights) / weights.sum()
        self._chance = np.random.default_rng(7)
        self._words = [_word(number) for number in range(WORDS)]

    def conversation(self, number: int) -> Conversation:
        """Make one; they are minutes apart."""
        title, question, replies = (self.text(length) for length in (TITLE, QUESTION, REPLIES))
        return Conversation(number, title, question, [replies], START + timedelta(minutes=30 * number))

    def text(self, length: int) -> str:
        """Make a text of so many words."""
        picked = np.searchsorted(self._edges, self._chance.random(length))
        return " ".join(self._words[min(int(number), WORDS - 1)] for number in picked)

    def batches(self) -> Iterator[list[Conversation]]:
        """Make all conversations, in batches."""
        for start in range(1, self.count + 1, BATCH):
            yield [self.conversation(number) for number in range(start, min(start + BATCH, self.count + 1))]


def _word(number: int) -> str:
    if number % 3:
        return f"w{number:x}"
    return chr(KANJI + number // 3 % 7_000) + chr(KANJI + number * 31 % 7_000)


async def measure(url: str, count: int, baseline: sqlite3.Connection | None) -> None:
    """Fill a store, then search and put."""
    db = Database(url)
    await upgrade(db)
    corpus = Corpus(count)
    now = START + timedelta(minutes=30 * count)
    began = time.perf_counter()
    for batch in corpus.batches():
        async with db.writing() as conn:
            await Unit(conn, COMMUNITY, now).knowledge.put_all(batch)
        if baseline is not None:
            rows = [(c.question_id, c.title, c.question, c.replies[0]) for c in batch]
            baseline.executemany("INSERT INTO plain(rowid, title, question, replies) VALUES (?, ?, ?, ?)", rows)
    print(f"{count} conversations put in {time.perf_counter() - began:.0f} s (the baseline's share included)")
    if not db.is_sqlite:
        async with db.writing() as conn:  # what autovacuum does by itself in time
            await conn.exec_driver_sql("ANALYZE")
    queries = [corpus.text(QUESTION + TITLE) for _ in range(SEARCHES)]
    report("search, a whole question", [await timed_search(db, query, now) for query in queries])
    report("search, three words", [await timed_search(db, " ".join(q.split()[:3]), now) for q in queries])
    report("put, one transaction each", [await timed_put(db, corpus.conversation(count + i), now) for i in range(PUTS)])
    report("put again with one more reply", [await timed_reply(db, corpus, count + i, now) for i in range(PUTS)])
    if baseline is not None:
        baseline.commit()
        report("FTS5, a whole question", [timed_plain(baseline, query) for query in queries[:40]])
    await db.close()


async def timed_search(db: Database, query: str, now: datetime) -> float:
    """Search once; milliseconds, with the transaction around it."""
    began = time.perf_counter()
    async with db.reading() as conn:
        hits = await Unit(conn, COMMUNITY, now).knowledge.search(query, limit=3)
    took = 1000 * (time.perf_counter() - began)
    assert hits
    return took


async def timed_put(db: Database, conversation: Conversation, now: datetime) -> float:
    """Put one conversation; milliseconds, with the commit."""
    began = time.perf_counter()
    async with db.writing() as conn:
        await Unit(conn, COMMUNITY, now).knowledge.put_all([conversation])
    return 1000 * (time.perf_counter() - began)


async def timed_reply(db: Database, corpus: Corpus, number: int, now: datetime) -> float:
    """Put a conversation, and measure putting it once more with another reply."""
    first = corpus.conversation(number)
    await timed_put(db, first, now)
    more = Conversation(number, first.title, first.question, [*first.replies, corpus.text(20)], first.at)
    return await timed_put(db, more, now)


def timed_plain(baseline: sqlite3.Connection, query: str) -> float:
    """Search the baseline once; milliseconds."""
    match = " OR ".join(f'"{word}"' for word in dict.fromkeys(query.split()))
    began = time.perf_counter()
    rows = baseline.execute("SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY bm25(plain) LIMIT 3", (match,))
    assert rows.fetchall()
    return 1000 * (time.perf_counter() - began)


def report(name: str, took: list[float]) -> None:
    """Print the figures of one kind of work."""
    figures: npt.NDArray[np.float64] = np.percentile(np.array(took), [50, 95, 99])
    print(f"{name:32} p50 {figures[0]:7.1f} ms   p95 {figures[1]:7.1f} ms   p99 {figures[2]:7.1f} ms")


async def main(arguments: list[str] | None = None) -> None:
    """Measure what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="")
    parser.add_argument("--conversations", type=int, default=90_000)
    given = parser.parse_args(arguments)
    if given.url:
        await measure(given.url, given.conversations, None)
        return
    with tempfile.TemporaryDirectory() as folder:
        baseline = sqlite3.connect(Path(folder) / "plain.sqlite")
        baseline.execute("CREATE VIRTUAL TABLE plain USING fts5(title, question, replies)")
        await measure(f"sqlite:///{Path(folder) / 'cost.sqlite'}", given.conversations, baseline)
        sizes = [(Path(folder) / f"{name}.sqlite").stat().st_size / 1e6 for name in ("cost", "plain")]
        print(f"on disk: {sizes[0]:.0f} MB, FTS5 with its texts {sizes[1]:.0f} MB")
        baseline.close()


if __name__ == "__main__":
    asyncio.run(main())
