"""What moderators changed about the lists of words that may hurt. Who was given a hint is never stored here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.conduct.kind_words import BUILT_IN, Change, entries_of, folded
from community.conduct.kind_words_entry import Entry
from storage.sql import upsert
from storage.tables.moderation import kind_words

Changes = dict[str, Change]  # by word, as it is compared


class KindWordStore:
    """The lists of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community
        self._lists: Mapping[str, tuple[Entry, ...]] | None = None

    async def lists(self) -> Mapping[str, tuple[Entry, ...]]:
        """Return the lists that hold, by language. They are read once for all messages of a unit."""
        if self._lists is None:
            query = sa.select(kind_words).where(kind_words.c.community == self._community)
            changes: dict[str, list[Change]] = {language: [] for language in BUILT_IN}
            for row in await self._conn.execute(query.order_by(kind_words.c.at, kind_words.c.word)):
                changes.setdefault(row.language, []).append(_change(row))
            self._lists = {language: entries_of(language, found) for language, found in changes.items()}
        return self._lists

    async def changes(self, language: str) -> Changes:
        """Return what was changed about one list."""
        query = sa.select(kind_words).where(
            kind_words.c.community == self._community, kind_words.c.language == language
        )
        rows = await self._conn.execute(query.order_by(kind_words.c.at, kind_words.c.word))
        return {row.word: _change(row) for row in rows}

    async def put(self, language: str, change: Change, *, by: int | None, at: datetime) -> None:
        """Change a word, whatever was changed about it before."""
        self._lists = None
        row = {
            "community": self._community,
            "language": language,
            "word": folded(change.word),
            "listed": change.listed,
            "hint": change.instead or None,
            "by": by,
            "at": at,
        }
        statement = upsert(self._conn, kind_words, ("community", "language", "word"), ("listed", "hint", "by", "at"))
        await self._conn.execute(statement.values(row))

    async def drop(self, language: str, word: str) -> None:
        """Take a change back: a built-in word is as it was, an added one is gone."""
        self._lists = None
        await self._conn.execute(
            sa.delete(kind_words).where(
                kind_words.c.community == self._community,
                kind_words.c.language == language,
                kind_words.c.word == folded(word),
            )
        )


def _change(row: sa.Row[tuple[object, ...]]) -> Change:
    held = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row by its columns
    return Change(word=held["word"], listed=held["listed"], instead=held["hint"] or "")
