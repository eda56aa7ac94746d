"""Who did what to others: every deed of a moderator, and every press that was refused. Append-only, but for an undo."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Platform, Workspace
from storage.sql import insert_new
from storage.tables.moderation import audit


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, or refused. ``before`` and ``after`` are what an undo needs, never a member's words."""

    deed: str  # setting.changed, case.resolved, access.refused, ...
    at: datetime
    actor: int | None  # the member who did it; none: the operator
    subject: str = ""  # what it was done to: a setting's path, case:3, meetup:7
    member_id: int | None = None  # to whom, where to somebody
    before: str | None = None
    after: str | None = None
    reason: str | None = None
    workspace: Workspace | None = None


@dataclass(frozen=True, slots=True)
class StoredDeed:
    """A deed as it stands in the store."""

    id: int
    what: Deed
    undone_at: datetime | None
    undone_by: int | None


class AuditStore:
    """The audit of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def record(self, what: Deed, *, key: str) -> int | None:
        """Write a deed down; returns its id, or none where this very key stands already."""
        row = {
            "community": self._community,
            "key": key[:255],
            "at": what.at,
            "actor": what.actor,
            "platform": what.workspace.platform.value if what.workspace else None,
            "workspace": what.workspace.id if what.workspace else None,
            "deed": what.deed,
            "subject": what.subject[:255],
            "member_id": what.member_id,
            "before": what.before,
            "after": what.after,
            "reason": what.reason,
        }
        found = await self._conn.execute(insert_new(self._conn, audit).values(row).returning(audit.c.id))
        written: int | None = found.scalar_one_or_none()
        return written

    async def get(self, deed_id: int) -> StoredDeed | None:
        """Return one deed of this community."""
        query = sa.select(audit).where(audit.c.community == self._community, audit.c.id == deed_id)
        row = (await self._conn.execute(query)).one_or_none()
        return _stored(row) if row else None

    async def page(
        self,
        *,
        limit: int,
        offset: int = 0,
        member: int | None = None,
        deed: str = "",
        without: Collection[str] = (),
    ) -> list[StoredDeed]:
        """Return deeds, newest first: of whom and to whom, of which kind (or all that begin so), and but for which."""
        query = sa.select(audit).where(audit.c.community == self._community)
        if member is not None:
            query = query.where(sa.or_(audit.c.actor == member, audit.c.member_id == member))
        if deed:
            kinds = audit.c.deed.startswith(f"{deed}.", autoescape=True)
            query = query.where(sa.or_(audit.c.deed == deed, kinds))
        if without:
            query = query.where(audit.c.deed.not_in(without))
        query = query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit).offset(offset)
        return [_stored(row) for row in await self._conn.execute(query)]

    async def newest_of(self, subject: str) -> StoredDeed | None:
        """Return the last thing that was done to a subject: an undo looks whether it is still the one it undoes."""
        found = sa.select(audit).where(audit.c.community == self._community, audit.c.subject == subject[:255])
        row = (await self._conn.execute(found.order_by(audit.c.id.desc()).limit(1))).one_or_none()
        return _stored(row) if row else None

    async def kinds(self) -> list[str]:
        """Return which kinds of deeds there are in the audit."""
        query = sa.select(audit.c.deed).where(audit.c.community == self._community).distinct().order_by(audit.c.deed)
        return list((await self._conn.execute(query)).scalars())

    async def mark_undone(self, deed_id: int, *, by: int, at: datetime) -> bool:
        """Note that a deed was undone; says no where somebody else has undone it already."""
        done = await self._conn.execute(
            sa.update(audit)
            .where(audit.c.community == self._community, audit.c.id == deed_id, audit.c.undone_at.is_(None))
            .values(undone_at=at, undone_by=by)
        )
        return done.rowcount == 1


def _stored(row: sa.Row[tuple[object, ...]]) -> StoredDeed:
    held = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row by its columns
    where = Workspace(Platform(held["platform"]), held["workspace"]) if held["platform"] else None
    what = Deed(
        deed=held["deed"],
        at=held["at"],
        actor=held["actor"],
        subject=held["subject"],
        member_id=held["member_id"],
        before=held["before"],
        after=held["after"],
        reason=held["reason"],
        workspace=where,
    )
    return StoredDeed(held["id"], what, held["undone_at"], held["undone_by"])
