"""The floors' store: one table, the driver alone, as durable as ours (WAL, synchronous FULL)."""

from __future__ import annotations

import aiosqlite


async def open_store(path: str) -> aiosqlite.Connection:
    """Open the file with its one table."""
    db = await aiosqlite.connect(path)
    await db.execute("PRAGMA journal_mode=WAL")
    await db.execute("PRAGMA synchronous=FULL")
    await db.execute("CREATE TABLE IF NOT EXISTS activity (id INTEGER PRIMARY KEY, key TEXT UNIQUE)")
    await db.commit()
    return db
