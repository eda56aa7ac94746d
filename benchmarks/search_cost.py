"""What a search costs at a million messages: ``python -m benchmarks.search_cost [URL] [--conversations N]``.

The corpus is ``benchmarks/search_corpus.py``: 90,000 conversations, which is about a million messages. Searches are
whole questions of 20 to 120 words, and two words as in /find. Beside the store stands SQLite's FTS5 over the same texts
with the same words joined by OR, ranked by bm25(). The URL is of an empty database that the measurement may fill (or
filled already);  without one, a temporary SQLite file is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import tempfile
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.search_corpus import APART, START, Corpus
from storage.engine import Database
from storage.migrate import upgrade
from storage.questions.knowledge import Conversation
from storage.unit import Unit

CONVERSATIONS, FEW = 90_000, 6_000
BATCH = 2000
SEARCHES, PLAIN_SEARCHES, PUTS = 300, 40, 100
WARMING = 20  # searches first: connections, prepared statements, pages
COMMUNITY = "bench"


async def measure(url: str, count: int, baseline: sqlite3.Connection | None) -> None:
    """Fill a store, then search and put."""
    db = Database(url)
    await upgrade(db)
    corpus = Corpus()
    now = START + APART * count
    own = other = 0.0
    filled = await documents(db, now) >= count
    for batch in [] if filled else corpus.batches(count, BATCH):
        began = time.perf_counter()
        async with db.writing() as conn:
            await Unit(conn, COMMUNITY, now).knowledge.put_all(batch)
        own += time.perf_counter() - began
        if baseline is not None:
            other += fill_plain(baseline, batch)
    if not filled:
        print(f"{count} conversations put in {own:.0f} s ({1000 * own / count:.1f} ms each), FTS5 {other:.0f} s")
    if not db.is_sqlite:
        async with db.writing() as conn:  # what autovacuum does by itself in time
            await conn.exec_driver_sql("ANALYZE")
    questions = [corpus.question() for _ in range(SEARCHES)]
    words = [corpus.two_words() for _ in range(SEARCHES)]
    for text in questions[:WARMING]:
        await timed_search(db, text, now)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    began = time.process_time()
    report("search, a whole question", [await timed_search(db, text, now) for text in questions])
    between = time.process_time()
    report("search, two words", [await timed_search(db, text, now) for text in words])
    spent = [1000 * (between - began) / SEARCHES, 1000 * (time.process_time() - between) / SEARCHES]
    print(f"of it this process computed {spent[0]:.1f} and {spent[1]:.1f} ms each; the rest is waiting and PostgreSQL")
    report(
        "put, one transaction each", [await timed_put(db, corpus.conversation(count + i + 1), now) for i in range(PUTS)]
    )
    report("put again with one more reply", [await timed_reply(db, corpus, count + i + 1, now) for i in range(PUTS)])
    if baseline is not None:
        baseline.commit()
        report("FTS5, a whole question", [timed_plain(baseline, text) for text in questions[:PLAIN_SEARCHES]])
        report("FTS5, two words", [timed_plain(baseline, text) for text in words[:PLAIN_SEARCHES]])
    await db.close()


async def documents(db: Database, now: datetime) -> int:
    """Return how many conversations the store holds: one filled by an earlier run is measured as it is."""
    async with db.reading() as conn:
        return await Unit(conn, COMMUNITY, now).knowledge.count()


def fill_plain(baseline: sqlite3.Connection, batch: list[Conversation]) -> float:
    """Put conversations into the baseline; seconds."""
    began = time.perf_counter()
    rows = [(c.question_id, c.title, c.question, c.replies[0]) for c in batch]
    baseline.executemany("INSERT INTO plain(rowid, title, question, replies) VALUES (?, ?, ?, ?)", rows)
    baseline.commit()
    return time.perf_counter() - began


async def timed_search(db: Database, query: str, now: datetime) -> float:
    """Search once; milliseconds, with the transaction around it."""
    began = time.perf_counter()
    async with db.reading() as conn:
        hits = await Unit(conn, COMMUNITY, now).knowledge.search(query, limit=3)
    took = 1000 * (time.perf_counter() - began)
    assert hits, query
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
    more = Conversation(number, first.title, first.question, [*first.replies, corpus.more(20)], first.at)
    return await timed_put(db, more, now)


def timed_plain(baseline: sqlite3.Connection, query: str) -> float:
    """Search the baseline once; milliseconds."""
    match = " OR ".join(f'"{word}"' for word in dict.fromkeys(query.split()))
    began = time.perf_counter()
    rows = baseline.execute("SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY bm25(plain) LIMIT 3", (match,))
    rows.fetchall()
    return 1000 * (time.perf_counter() - began)


def report(name: str, took: list[float]) -> None:
    """Print the figures of one kind of work."""
    figures: npt.NDArray[np.float64] = np.percentile(np.array(took), [50, 95, 99])
    print(f"{name:32} p50 {figures[0]:7.1f} ms   p95 {figures[1]:7.1f} ms   p99 {figures[2]:7.1f} ms")


async def short() -> None:
    """Measure a small store, as one of all the measurements."""
    await measure_files(FEW)


async def measure_files(count: int) -> None:
    """Measure on temporary SQLite files."""
    with tempfile.TemporaryDirectory() as folder:
        baseline = sqlite3.connect(Path(folder) / "plain.sqlite")
        baseline.execute("CREATE VIRTUAL TABLE plain USING fts5(title, question, replies)")
        await measure(f"sqlite:///{Path(folder) / 'cost.sqlite'}", count, baseline)
        baseline.close()
        sizes = [(Path(folder) / f"{name}.sqlite").stat().st_size / 1e6 for name in ("cost", "plain")]
        print(f"on disk: {sizes[0]:.0f} MB, FTS5 with its texts {sizes[1]:.0f} MB")


async def main(arguments: list[str] | None = None) -> None:
    """Measure what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="")
    parser.add_argument("--conversations", type=int, default=CONVERSATIONS)
    given = parser.parse_args(arguments)
    if given.url:
        await measure(given.url, given.conversations, None)
    else:
        await measure_files(given.conversations)


if __name__ == "__main__":
    asyncio.run(main())
