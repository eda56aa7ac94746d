"""Who waits for a seat in the community, and who came to one by waiting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Platform, UserRef
from community.membership.values import OPEN, Answers, Application, Standing
from storage.codec import dump
from storage.sql import Row, upsert
from storage.tables.core import accounts, members
from storage.tables.membership import applications

_ANEW: Row = {  # what an arrival sets; the answers stay, to be offered again
    "state": Standing.WAITING.value,
    "rank": 0.0,
    "applied_at": None,
    "offered_at": None,
    "claim_until": None,
    "rests_until": None,
    "lapsed": 0,
    "decided_by": None,
    "decided_at": None,
    "reason": None,
}


def holds_seat() -> sa.ColumnElement[bool]:
    """Return the condition on ``members`` that somebody does not wait for a seat."""
    waits = sa.exists().where(applications.c.member_id == members.c.id, applications.c.state != Standing.SEATED.value)
    return ~waits


class ApplicationStore:
    """The applications of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community
        self._waiting: set[int] | None = None

    # ---- loading

    async def waiting_ids(self) -> set[int]:
        """Return the members who have no seat: they wait for one, or were told no. Read once in a unit."""
        if self._waiting is None:
            query = sa.select(applications.c.member_id).where(
                self._ours(), applications.c.state != Standing.SEATED.value
            )
            self._waiting = set(await self._conn.scalars(query))
        return self._waiting

    async def is_waiting(self, member_id: int) -> bool:
        """Say whether a member has no seat."""
        return member_id in await self.waiting_ids()

    async def of(self, member_id: int) -> Application | None:
        """Return a member's application, however it stands."""
        found = await self._load(applications.c.member_id == member_id)
        return found[0] if found else None

    async def by_id(self, application_id: int) -> Application | None:
        """Return an application."""
        found = await self._load(applications.c.id == application_id)
        return found[0] if found else None

    async def open(self) -> list[Application]:
        """Return who waits, in the order of the line; who has not applied comes last."""
        return await self._load(applications.c.state.in_([standing.value for standing in OPEN]))

    async def counted(self) -> dict[Standing, int]:
        """Count the applications by how they stand."""
        query = sa.select(applications.c.state, sa.func.count()).where(self._ours()).group_by(applications.c.state)
        return {Standing(state): int(n) for state, n in await self._conn.execute(query)}

    async def seats_taken(self, *, without: int | None = None) -> int:
        """Count the members who are here and have a seat, bots left out."""
        bots = sa.exists().where(accounts.c.member_id == members.c.id, accounts.c.is_bot)
        query = sa.select(sa.func.count()).where(
            members.c.community == self._community, members.c.left_at.is_(None), ~bots, holds_seat()
        )
        if without is not None:
            query = query.where(members.c.id != without)
        return int((await self._conn.execute(query)).scalar_one())

    async def last_rank(self) -> float:
        """Return the greatest rank that was ever given."""
        query = sa.select(sa.func.max(applications.c.rank)).where(self._ours())
        return float((await self._conn.execute(query)).scalar_one() or 0.0)

    async def seated_since(self, since: datetime) -> list[datetime]:
        """Return when those who waited were seated, from then on."""
        query = sa.select(applications.c.decided_at).where(
            self._ours(), applications.c.state == Standing.SEATED.value, applications.c.decided_at >= since
        )
        return sorted(await self._conn.scalars(query))

    async def _load(self, condition: sa.ColumnElement[bool]) -> list[Application]:
        query = (
            sa.select(applications)
            .where(self._ours(), condition)
            .order_by(applications.c.state == Standing.WAITING.value, applications.c.rank, applications.c.id)
        )
        return [_application(row) for row in await self._conn.execute(query)]

    def _ours(self) -> sa.ColumnElement[bool]:
        return applications.c.community == self._community

    async def let_in_by_link(self, member_id: int, *, by_link: bool) -> None:
        """Mark all accounts of a member as having come in by another's seat; or as having to stand on their own."""
        mine = (accounts.c.community == self._community, accounts.c.member_id == member_id)
        await self._conn.execute(sa.update(accounts).where(*mine).values(by_link=by_link))

    async def came_by_link(self, member_id: int) -> set[UserRef]:
        """Return the accounts of a member that came in by another's seat."""
        mine = (accounts.c.community == self._community, accounts.c.member_id == member_id, accounts.c.by_link)
        query = sa.select(accounts.c.platform, accounts.c.workspace, accounts.c.user_id).where(*mine)
        return {UserRef(Platform(row.platform), row.workspace, row.user_id) for row in await self._conn.execute(query)}

    async def hand_over(self, application_id: int, member_id: int) -> None:
        """Let an application be another member's: of the account with which it was made."""
        mine = (self._ours(), applications.c.id == application_id)
        await self._conn.execute(sa.update(applications).where(*mine).values(member_id=member_id))
        self._waiting = None

    def forget_loaded(self) -> None:
        """Load who waits anew."""
        self._waiting = None

    # ---- recording

    async def arrive(self, member_id: int, account: UserRef, at: datetime) -> Application:
        """Let somebody wait who came while the community was full; an earlier application of theirs begins anew."""
        row = {
            "community": self._community,
            "member_id": member_id,
            "account": dump(account),
            "came_at": at,
            **_ANEW,
        }
        statement = upsert(self._conn, applications, ("community", "member_id"), ("account", "came_at", *_ANEW)).values(
            row
        )
        await self._conn.execute(statement)
        self._waiting = None
        found = await self.of(member_id)
        if found is None:  # written a moment ago, in this very transaction
            raise LookupError(f"application of member {member_id} vanished")
        return found

    async def save(self, changed: Iterable[Application]) -> None:
        """Write applications down as they stand now."""
        for one in changed:
            values = {
                "state": one.standing.value,
                "rank": one.rank,
                "answers": msgspec.json.encode(one.answers).decode() if one.answers else None,
                "came_at": one.came_at,
                "applied_at": one.applied_at,
                "offered_at": one.offered_at,
                "claim_until": one.claim_until,
                "rests_until": one.rests_until,
                "lapsed": one.lapsed,
                "decided_by": one.decided_by,
                "decided_at": one.decided_at,
                "reason": one.reason,
            }
            await self._conn.execute(
                sa.update(applications).where(self._ours(), applications.c.id == one.id).values(values)
            )
        self._waiting = None


def _application(row: sa.Row[Any]) -> Application:
    return Application(
        id=row.id,
        member=row.member_id,
        account=msgspec.json.decode(row.account, type=UserRef),
        standing=Standing(row.state),
        rank=row.rank,
        answers=msgspec.json.decode(row.answers, type=Answers) if row.answers else None,
        came_at=row.came_at,
        applied_at=row.applied_at,
        offered_at=row.offered_at,
        claim_until=row.claim_until,
        rests_until=row.rests_until,
        lapsed=row.lapsed,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
    )
