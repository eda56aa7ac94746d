"""Erases those in a restored store whose mark says that they asked for it after the backup was made.

What is of them goes here, in the transaction of the restore. What follows for others needs the platforms: a timer tells
the bot, when it starts, where they were, and nothing of who they were (``handlers/privacy/again.py``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Platform, UserRef
from community.hours.schedule import ONE
from storage.activity import Fact
from storage.erasing.erased import ErasedStore
from storage.tables.core import accounts
from storage.unit import Unit

ERASED = "member.erased"  # as the fact of a member's own wish
AGAIN = "privacy.again"  # the timer that lets others go on without them
OfTeam = Callable[[Unit, int], Awaitable[bool]]  # says whether a member is of the moderators' team: settings say it


@dataclass(slots=True)
class _Touched:
    """Where somebody was who is erased now: others go on there without them."""

    meetups: set[int] = field(default_factory=set)
    questions: set[int] = field(default_factory=set)
    ideas: set[int] = field(default_factory=set)

    async def add(self, unit: Unit, member: int, now: datetime) -> None:
        """Note where a member is, while it can still be seen."""
        self.meetups |= {*await unit.meetups.mine(member, now), *await unit.erasure.meetups.leave(member)}
        self.questions |= {question.id for question in await unit.questions.asked_by(member)}
        self.questions |= set(await unit.questions.answered_by(member))
        self.questions |= {invitation.question for invitation in await unit.invitations.unsettled_of(member)}
        self.ideas |= set(await unit.ideas.touched_by(member))

    def written(self) -> dict[str, str]:
        """Return it as a timer carries it."""
        return {"meetups": _ids(self.meetups), "questions": _ids(self.questions), "ideas": _ids(self.ideas)}


async def erase_marked(conn: AsyncConnection, now: datetime, *, of_team: OfTeam) -> int:
    """Erase, inside the open transaction, whoever has an account that is marked; returns how many members."""
    gone = 0
    for community in list((await conn.execute(sa.select(accounts.c.community).distinct())).scalars()):
        unit = Unit(conn, community, now)
        marked, touched = sorted(await _marked(conn, community)), _Touched()
        for member in marked:
            await touched.add(unit, member, now)
            number = await unit.erasure.erase_here(member, of_team=await of_team(unit, member))
            unit.activity.record(Fact(ERASED, now, number), key=f"{ERASED}:{number}")
        if marked:
            await unit.timers.set(AGAIN, ONE, now, **touched.written())
        await unit.flush()
        gone += len(marked)
    return gone


def _ids(found: Iterable[int]) -> str:
    return ",".join(str(one) for one in sorted(found))


async def _marked(conn: AsyncConnection, community: str) -> set[int]:
    query = sa.select(accounts.c.member_id, accounts.c.platform, accounts.c.workspace, accounts.c.user_id)
    rows = (await conn.execute(query.where(accounts.c.community == community))).all()
    owners = {UserRef(Platform(row.platform), row.workspace, row.user_id): row.member_id for row in rows}
    return {owners[user] for user in await ErasedStore(conn, community).among(owners)}
