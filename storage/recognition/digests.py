"""Digests: the moderators' words for a week, whether it is skipped, and how far the newest one told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sql import insert_new
from storage.tables.core import activity
from storage.tables.recognition import digests


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """How a week's digest stands."""

    week: str
    opening: str = ""
    skipped: bool = False
    told_until: datetime | None = None  # none: its slot is still to come


class DigestStore:
    """The digests of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def get(self, week: str) -> StoredDigest:
        """Return how a week's digest stands."""
        row = (await self._conn.execute(sa.select(digests).where(*self._is(week)))).one_or_none()
        return _digest(row) if row else StoredDigest(week)

    async def take(self, week: str) -> StoredDigest:
        """Return the same, to decide on: nobody else decides until this unit ends."""
        blank = {"community": self._community, "week": week, "skipped": False}
        await self._conn.execute(insert_new(self._conn, digests).values(blank))
        query = sa.select(digests).where(*self._is(week)).with_for_update()
        return _digest((await self._conn.execute(query)).one())

    async def before(self, week: str) -> StoredDigest | None:
        """Return the newest digest of an earlier week whose slot is over."""
        query = sa.select(digests).where(
            digests.c.community == self._community, digests.c.week < week, digests.c.posted_at.is_not(None)
        )
        row = (await self._conn.execute(query.order_by(digests.c.week.desc()).limit(1))).one_or_none()
        return _digest(row) if row else None

    async def set_opening(self, week: str, words: str, by: int) -> None:
        """Store the moderators' own words for a week; empty takes them back."""
        await self._set(week, opening=words or None, changed_by=by)

    async def set_skipped(self, week: str, by: int, *, skipped: bool) -> None:
        """Store whether a week is skipped."""
        await self._set(week, skipped=skipped, changed_by=by)

    async def close(self, week: str, told_until: datetime) -> None:
        """Note that a week is over for the digest, and how far it told, whether there was something to say or not."""
        await self._set(week, posted_at=told_until)

    async def sent_at(self, member_id: int) -> datetime | None:
        """Return when a member was last sent a digest of their own."""
        query = sa.select(sa.func.max(activity.c.at, type_=activity.c.at.type)).where(
            activity.c.community == self._community,
            activity.c.kind == "digest.sent",
            activity.c.subject == f"member:{member_id}",
        )
        found: datetime | None = (await self._conn.execute(query)).scalar_one()
        return found

    async def _set(self, week: str, **values: str | bool | datetime | int | None) -> None:
        await self.take(week)
        await self._conn.execute(sa.update(digests).where(*self._is(week)).values(**values))

    def _is(self, week: str) -> tuple[sa.ColumnElement[bool], ...]:
        return digests.c.community == self._community, digests.c.week == week


def _digest(row: sa.Row[tuple[object, ...]]) -> StoredDigest:
    return StoredDigest(row.week, row.opening or "", row.skipped, row.posted_at)
