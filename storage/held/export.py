"""What is stored about one member, as they may take it along: every row of theirs, as the declarations say."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.held.declaring import Held
from storage.held.everything import HELD
from storage.tables.core import accounts, drafts

FORMAT = 1  # of the file; grows when somebody who reads it by a program would notice


class ExportStore:
    """What one community keeps of a member, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str, *, declared: Sequence[Held] = HELD) -> None:
        self._conn = conn
        self._community = community
        self._declared = declared

    async def counts(self, member: int) -> list[tuple[Held, int]]:
        """Return what there is of a member, and how many rows each."""
        found = []
        for one in self._declared:
            if one.shown_by:
                query = sa.select(sa.func.count()).select_from(one.table).where(self._theirs(one, member))
                n = int((await self._conn.execute(query)).scalar_one())
                found += [(one, n)] if n else []
        return found

    async def everything(self, member: int, now: datetime) -> bytes:
        """Return all rows of a member as JSON, each table with why it is kept. Of others there is no name in it."""
        tables: dict[str, Any] = {}
        for one in self._declared:
            rows = await self._rows(one, member) if one.shown_by else []
            if rows:
                tables[one.table.name] = {"why": {"en": one.why.en, "ja": one.why.ja}, "rows": rows}
        if typed := await self._drafts(member):
            tables["drafts"] = {"rows": typed}
        told = {"format": FORMAT, "community": self._community, "at": now, "member": member, "tables": tables}
        return msgspec.json.format(msgspec.json.encode(told), indent=1)

    async def _rows(self, one: Held, member: int) -> list[dict[str, Any]]:
        others = set(one.people) - set(one.shown_by)
        columns = [column for column in one.table.c if column.name not in {*one.hidden, *others}]
        query = sa.select(*columns).where(self._theirs(one, member))
        rows = (await self._conn.execute(query)).mappings().all()
        return [{name: _plain(value) for name, value in row.items()} for row in rows]

    async def _drafts(self, member: int) -> list[dict[str, Any]]:
        mine = sa.select(accounts.c.platform + ":" + accounts.c.workspace + ":" + accounts.c.user_id).where(
            accounts.c.community == self._community, accounts.c.member_id == member
        )
        query = sa.select(drafts.c.form, drafts.c.created_at).where(
            drafts.c.community == self._community, drafts.c.user.in_(mine)
        )
        return [{"form": row.form, "created_at": row.created_at} for row in await self._conn.execute(query)]

    def _theirs(self, one: Held, member: int) -> sa.ColumnElement[bool]:
        mine = sa.or_(*(one.table.c[name] == member for name in one.shown_by))
        return sa.and_(one.table.c.community == self._community, mine)


def _plain(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
