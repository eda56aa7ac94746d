"""Erases those in a restored store whose mark says that they asked for it after the backup was made.

What followed from it for others has happened on the platforms already, at that time; here the tables follow.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Platform, UserRef
from storage.activity import Fact
from storage.erased import ErasedStore
from storage.tables import accounts
from storage.unit import Unit

ERASED = "member.erased"  # as the fact of a member's own wish
OfTeam = Callable[[Unit, int], Awaitable[bool]]  # says whether a member is of the moderators' team: settings say it


async def erase_marked(conn: AsyncConnection, now: datetime, *, of_team: OfTeam) -> int:
    """Erase, inside the open transaction, whoever has an account that is marked; returns how many members."""
    gone = 0
    for community in list((await conn.execute(sa.select(accounts.c.community).distinct())).scalars()):
        unit = Unit(conn, community, now)
        for member in sorted(await _marked(conn, community)):
            number = await unit.erasure.erase_here(member, of_team=await of_team(unit, member))
            unit.activity.record(Fact(ERASED, now, number), key=f"{ERASED}:{number}")
            gone += 1
        await unit.flush()
    return gone


async def _marked(conn: AsyncConnection, community: str) -> set[int]:
    query = sa.select(accounts.c.member_id, accounts.c.platform, accounts.c.workspace, accounts.c.user_id)
    rows = (await conn.execute(query.where(accounts.c.community == community))).all()
    owners = {UserRef(Platform(row.platform), row.workspace, row.user_id): row.member_id for row in rows}
    return {owners[user] for user in await ErasedStore(conn, community).among(owners)}
