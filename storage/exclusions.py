"""Who has no hand in a case: whom it is about, with every account that was ever theirs, even when they are gone.

An account is known by its mark (see ``storage/erased.py``), so it is kept away as well after it was unlinked, linked to
another member, or erased and here again. Members who were one once bear the same random word as their kin: they are
one person where votes are counted.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Platform, UserRef
from community.members import Member
from storage.erased import ErasedStore, mark_of
from storage.sql import insert_new
from storage.tables import accounts, members
from storage.tables_membership import salts
from storage.tables_moderation import cases, excluded


class Exclusions:
    """Who is kept away from the cases of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def keep_away(self, case_id: int, member: int) -> None:
        """Keep a member away from a case, and all who were one with them once."""
        await self._add([case_id], await self._users(await self.kin_of(member)))

    async def away(self, case_id: int, people: Iterable[Member]) -> frozenset[int]:
        """Return which members have no hand in a case."""
        query = sa.select(excluded.c.mark).where(excluded.c.community == self._community, excluded.c.case_id == case_id)
        marks = set(await self._conn.scalars(query))
        key = await self._key()
        if not marks or key is None:
            return frozenset()
        return frozenset(one.id for one in people if any(mark_of(key, a.user) in marks for a in one.accounts))

    async def any_of(self, case_id: int) -> bool:
        """Say whether anybody is kept away from a case."""
        query = sa.select(excluded.c.mark).where(excluded.c.community == self._community, excluded.c.case_id == case_id)
        return (await self._conn.scalars(query.limit(1))).first() is not None

    async def not_of(self, member: int) -> sa.ColumnElement[bool]:
        """Return the condition for the cases that a member may see."""
        marks = await self._marks(await self._users([member]))
        theirs = sa.select(excluded.c.case_id).where(
            excluded.c.community == self._community, excluded.c.mark.in_(marks)
        )
        about = sa.or_(cases.c.member_id.is_(None), cases.c.member_id != member)
        return sa.and_(about, cases.c.id.not_in(theirs))

    async def kin_of(self, member: int) -> set[int]:
        """Return the members who were one with a member once, and the member."""
        own = sa.select(members.c.kin).where(members.c.community == self._community, members.c.id == member)
        query = sa.select(members.c.id).where(
            members.c.community == self._community, members.c.kin.in_(own.scalar_subquery())
        )
        return {member, *await self._conn.scalars(query)}

    async def persons(self, ids: Collection[int]) -> int:
        """Count members as persons: those who were one once are one."""
        query = sa.select(members.c.id, members.c.kin).where(
            members.c.community == self._community, members.c.id.in_(ids)
        )
        return len({row.kin or str(row.id) for row in await self._conn.execute(query)})

    # ---- members who become one, or two

    async def join(self, kept: int, gone: int) -> None:
        """Let two who become one be kept away from whatever either was; before the one who goes is gone."""
        kin = await self.kin_of(kept) | await self.kin_of(gone)
        await self._name(kin, {kept, gone})
        users = await self._users(kin)
        marks = await self._marks(users)
        query = (
            sa.select(excluded.c.case_id)
            .distinct()
            .where(excluded.c.community == self._community, excluded.c.mark.in_(marks))
        )
        await self._add(list(await self._conn.scalars(query)), users)

    async def part(self, stays: int, fresh: int) -> None:
        """Remember of two who were one that they were."""
        await self._name(await self.kin_of(stays) | {fresh}, set())

    async def _name(self, kin: set[int], unless: set[int]) -> None:
        if kin == unless:  # nobody but the two: when they are one, there is nobody to tell apart from them
            return
        mine = sa.and_(members.c.community == self._community, members.c.id.in_(kin))
        known = (await self._conn.scalars(sa.select(members.c.kin).where(mine, members.c.kin.is_not(None)))).first()
        await self._conn.execute(sa.update(members).where(mine).values(kin=known or secrets.token_hex(16)))

    # ---- accounts and their marks

    async def _users(self, ids: Collection[int]) -> list[UserRef]:
        query = sa.select(accounts.c.platform, accounts.c.workspace, accounts.c.user_id).where(
            accounts.c.community == self._community, accounts.c.member_id.in_(ids)
        )
        return [UserRef(Platform(r.platform), r.workspace, r.user_id) for r in await self._conn.execute(query)]

    async def _marks(self, users: Collection[UserRef]) -> list[str]:
        key = await self._key()
        return [mark_of(key, user) for user in users] if key is not None else []

    async def _add(self, these: Collection[int], users: Collection[UserRef]) -> None:
        if not these or not users:
            return
        await ErasedStore(self._conn, self._community).key()  # made with the first case that is about somebody
        marks = await self._marks(users)
        rows = [{"community": self._community, "case_id": case, "mark": mark} for case in these for mark in marks]
        await self._conn.execute(insert_new(self._conn, excluded), rows)

    async def _key(self) -> str | None:
        query = sa.select(salts.c.value).where(salts.c.community == self._community)
        found: str | None = (await self._conn.execute(query)).scalar_one_or_none()
        return found
