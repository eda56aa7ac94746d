"""Settings that moderators changed in the chat; the file's values stand beneath them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import upsert
from storage.tables.core import settings


@dataclass(frozen=True, slots=True)
class Override:
    """A value set in the chat, by whom and when."""

    key: str
    value: str
    changed_by: int | None
    changed_at: datetime


class SettingStore:
    """The settings of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community
        self.changed = False  # since somebody last looked; see the dispatcher

    async def all(self) -> dict[str, Override]:
        """Return what was set in the chat, by key."""
        query = sa.select(settings).where(settings.c.community == self._community)
        return {
            row.key: Override(row.key, row.value, row.changed_by, row.changed_at)
            for row in await self._conn.execute(query)
        }

    async def set(self, key: str, value: str, *, by: int | None, at: datetime) -> None:
        """Set a value."""
        self.changed = True
        row = {"community": self._community, "key": key, "value": value, "changed_by": by, "changed_at": at}
        statement = upsert(self._conn, settings, ("community", "key"), ("value", "changed_by", "changed_at"))
        await self._conn.execute(statement.values(row))

    async def unset(self, key: str) -> None:
        """Go back to the file's value."""
        self.changed = True
        await self._conn.execute(
            sa.delete(settings).where(settings.c.community == self._community, settings.c.key == key)
        )
