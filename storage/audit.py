"""Who did what to others: every deed of a moderator, and every press that was refused. Append-only, but for an undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Workspace
from storage.sql import insert_new
from storage.tables_moderation import audit


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
