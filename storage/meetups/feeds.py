"""The addresses of calendar feeds. What is kept of an address is its fingerprint: who reads the store cannot use it."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables.core import activity
from storage.tables.meetups import feeds, meetups

_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")
BYTES = 24  # 192 bits: nobody guesses one
# What a calendar should notice; a seat that changes hands is not
CHANGES = ("meetup.planned", "meetup.edited", "meetup.cancelled", "seat.rescheduled", "seat.cancelled")


class FeedStore:
    """The feeds of one community, inside one unit of work. Each member has at most one."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def renew(self, member: int, at: datetime) -> str:
        """Make the secret of a member's feed; the one before opens nothing any more. It is returned here only."""
        await self.revoke(member)
        secret = secrets.token_urlsafe(BYTES)
        row = {"digest": _digest(secret), "community": self._community, "made_by": member, "made_at": at}
        await self._conn.execute(sa.insert(feeds).values(row))
        return secret

    async def made_at(self, member: int) -> datetime | None:
        """Return when a member's address was made."""
        query = sa.select(feeds.c.made_at).where(feeds.c.community == self._community, feeds.c.made_by == member)
        found: datetime | None = (await self._conn.execute(query)).scalar_one_or_none()
        return found

    async def revoke(self, member: int) -> bool:
        """Let a member's address open nothing any more; says whether there was one."""
        gone = sa.delete(feeds).where(feeds.c.community == self._community, feeds.c.made_by == member)
        return (await self._conn.execute(gone)).rowcount > 0

    async def revoke_all(self) -> int:
        """Let no address of the community open anything any more; says how many there were."""
        return (await self._conn.execute(sa.delete(feeds).where(feeds.c.community == self._community))).rowcount

    async def count(self) -> int:
        """Count the addresses."""
        query = sa.select(sa.func.count()).where(feeds.c.community == self._community)
        return int((await self._conn.execute(query)).scalar_one())

    async def changed(self, of: Collection[int]) -> dict[int, datetime]:
        """Return when meetups were last changed in a way that calendars show."""
        made = sa.select(meetups.c.id, meetups.c.made_at).where(
            meetups.c.community == self._community, meetups.c.id.in_(of)
        )
        found = {row.id: row.made_at for row in await self._conn.execute(made)}
        last = sa.func.max(activity.c.at, type_=activity.c.at.type).label("last")
        logged = (
            sa.select(activity.c.subject, last)
            .where(
                activity.c.community == self._community,
                activity.c.kind.in_(CHANGES),
                activity.c.subject.in_([str(meetup) for meetup in of]),
            )
            .group_by(activity.c.subject)
        )
        for row in await self._conn.execute(logged):
            found[int(row.subject)] = max(row.last, found.get(int(row.subject), row.last))
        return found


async def community_of(conn: AsyncConnection, secret: str) -> str | None:
    """Return whose feed a secret opens; None for what is no secret, for one never made and for one revoked."""
    if not _SECRET.fullmatch(secret):
        return None
    query = sa.select(feeds.c.community).where(feeds.c.digest == _digest(secret))
    found: str | None = (await conn.execute(query)).scalar_one_or_none()
    return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
