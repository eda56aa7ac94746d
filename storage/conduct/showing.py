"""Which cases show a member on their card: as whom they are about, as who reported, decided or looks after them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.held.moderation import HELD
from storage.tables.moderation import cases


async def cases_showing(conn: AsyncConnection, community: str, member: int) -> list[int]:
    """Return the cases in which a member stands, in whatever part, as the declarations say."""
    found: set[int] = set()
    for one in HELD:
        own = one.table is cases
        if not own and "case_id" not in one.table.c:
            continue
        case = one.table.c.id if own else one.table.c.case_id
        for column in one.people:
            theirs = sa.and_(one.table.c.community == community, one.table.c[column] == member)
            found |= set((await conn.execute(sa.select(case).where(theirs))).scalars())
    return sorted(found)
