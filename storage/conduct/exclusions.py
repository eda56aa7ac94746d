"""Who has no hand in a case: whom it is about, with every account that was ever theirs, even when they are gone.

An account is known by its mark (see ``storage/erasing/erased.py``), so it is kept away as well after it was unlinked,
linked to another member, or erased and here again. Members who were one once bear the same random word as their
kin: they are one person where votes are counted.

Who only bears the same name is presumed to be the same person. An owner who knows better can lift that; what is certain
nobody can.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Platform, UserRef
from community.people.members import Member
from storage.erasing.erased import ErasedStore, mark_of
from storage.sql import insert_new, upsert
from storage.tables.core import accounts, members
from storage.tables.membership import salts
from storage.tables.moderation import cases, excluded

LIFT_BYTES = 8


class Exclusions:
    """Who is kept away from the cases of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def keep_away(self, case_id: int, member: int) -> None:
        """Keep a member away from a case, and all who were one with them once."""
        await self._add(case_id, await self._users(await self.kin_of(member)))

    async def keep_mark_away(self, case_id: int, mark: str) -> None:
        """Keep the account away that a mark is of: its owner was erased, and may come back."""
        row = {"community": self._community, "case_id": case_id, "mark": mark, "presumed": False}
        await self._conn.execute(insert_new(self._conn, excluded).values(row))

    async def away(self, case_id: int, people: Iterable[Member]) -> frozenset[int]:
        """Return which members have no hand in a case."""
        return frozenset(await self.why_away(case_id, people))

    async def why_away(self, case_id: int, people: Iterable[Member]) -> dict[int, bool]:
        """Return which members have no hand in a case, and of each whether that is only presumed."""
        query = sa.select(excluded.c.mark, excluded.c.presumed).where(*self._of(case_id), excluded.c.lifted.is_(None))
        marks = {row.mark: row.presumed for row in await self._conn.execute(query)}
        key = await self._key()
        if not marks or key is None:
            return {}
        found = {one.id: [marks[m] for a in one.accounts if (m := mark_of(key, a.user)) in marks] for one in people}
        return {member: all(presumed) for member, presumed in found.items() if presumed}

    async def any_of(self, case_id: int, *, presumed: bool = False) -> bool:
        """Say whether anybody is kept away from a case; or only ``presumed`` to be whom it is about."""
        query = sa.select(excluded.c.mark).where(*self._of(case_id), excluded.c.lifted.is_(None))
        if presumed:
            query = query.where(excluded.c.presumed)
        return (await self._conn.scalars(query.limit(1))).first() is not None

    async def not_of(self, member: int) -> sa.ColumnElement[bool]:
        """Return the condition for the cases that a member may see."""
        marks = await self._marks(await self._users([member]))
        theirs = sa.select(excluded.c.case_id).where(
            excluded.c.community == self._community, excluded.c.mark.in_(marks), excluded.c.lifted.is_(None)
        )
        about = sa.or_(cases.c.member_id.is_(None), cases.c.member_id != member)
        return sa.and_(about, cases.c.id.not_in(theirs))

    async def open_to(self, people: Iterable[Member], ids: Collection[int], *, plain: bool = False) -> set[int]:
        """Return which of some cases none of these members is kept away from; ``plain``: nor is about one of the team.

        For many readers at once: where one of them may not know of a case, it is shown to none.
        """
        readers = list(people)
        marks = await self._marks([account.user for member in readers for account in member.accounts])
        theirs = sa.select(excluded.c.case_id).where(
            excluded.c.community == self._community, excluded.c.mark.in_(marks), excluded.c.lifted.is_(None)
        )
        query = sa.select(cases.c.id, cases.c.member_id, cases.c.delicate).where(
            cases.c.community == self._community, cases.c.id.in_(ids), cases.c.id.not_in(theirs)
        )
        about = {member.id for member in readers}
        found = await self._conn.execute(query)
        return {row.id for row in found if row.member_id not in about and not (plain and row.delicate)}

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

    # ---- who bears the same name

    async def names(self) -> dict[int, set[str]]:
        """Return of each case about somebody what they are called, and who was one with them once; closed ones too."""
        subject = members.alias("subject")
        theirs = accounts.c.member_id == members.c.id
        akin = sa.and_(members.c.community == self._community, members.c.kin == subject.c.kin)
        own = cases.join(members, members.c.id == cases.c.member_id)
        linked = sa.and_(subject.c.id == cases.c.member_id, subject.c.kin.is_not(None))
        others = cases.join(subject, linked).join(members, akin)
        query = sa.union(
            *(
                sa.select(cases.c.id.label("case_id"), members.c.name, accounts.c.name.label("shown"))
                .select_from(whom.join(accounts, theirs))
                .where(cases.c.community == self._community)
                for whom in (own, others)
            )
        )
        found: dict[int, set[str]] = {}
        for row in await self._conn.execute(query):
            found.setdefault(row.case_id, set()).update((row.name, row.shown))
        return found

    async def presume(self, case_id: int, ids: Iterable[int]) -> bool:
        """Keep members away who bear the name of whom a case is about; says whether that is new of anybody.

        Whom an owner has let take part again, stays so.
        """
        known = set(await self._conn.scalars(sa.select(excluded.c.mark).where(*self._of(case_id))))
        new = False
        for member in ids:
            users = await self._users(await self.kin_of(member))
            if known.isdisjoint(await self._marks(users)):
                await self._add(case_id, users, presumed=True)
                new = True
        return new

    async def lift(self, case_id: int, member: int) -> str | None:
        """Let somebody take part who only bears the name; returns by what it can be undone, none where it is no more.

        What is certain stays: nobody lifts that of whom a case is about.
        """
        marks = await self._marks(await self._users(await self.kin_of(member)))
        word = secrets.token_hex(LIFT_BYTES)
        held = sa.and_(*self._of(case_id), excluded.c.mark.in_(marks), excluded.c.lifted.is_(None))
        certain = sa.select(excluded.c.mark).where(held, ~excluded.c.presumed)
        if (await self._conn.scalars(certain.limit(1))).first() is not None:
            return None
        found = await self._conn.execute(sa.update(excluded).where(held).values(lifted=word))
        return word if found.rowcount else None

    async def keep_away_again(self, case_id: int, word: str) -> bool:
        """Undo that an owner let somebody take part; says whether it still was so."""
        theirs = sa.and_(*self._of(case_id), excluded.c.lifted == word)
        return (await self._conn.execute(sa.update(excluded).where(theirs).values(lifted=None))).rowcount > 0

    # ---- members who become one, or two

    async def join(self, kept: int, gone: int) -> None:
        """Let two who become one be kept away from whatever either was; before the one who goes is gone."""
        kin = await self.kin_of(kept) | await self.kin_of(gone)
        await self._name(kin, {kept, gone})
        users = await self._users(kin)
        mine = sa.and_(excluded.c.community == self._community, excluded.c.mark.in_(await self._marks(users)))
        query = sa.select(excluded.c.case_id, excluded.c.presumed, excluded.c.lifted).where(mine)
        found: dict[int, list[tuple[bool, str | None]]] = {}
        for row in await self._conn.execute(query):
            found.setdefault(row.case_id, []).append((row.presumed, row.lifted))
        for case_id, rows in found.items():
            lifted = None if any(word is None for _, word in rows) else rows[0][1]
            await self._add(case_id, users, presumed=all(presumed for presumed, _ in rows), lifted=lifted)

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

    def _of(self, case_id: int) -> tuple[sa.ColumnElement[bool], ...]:
        return (excluded.c.community == self._community, excluded.c.case_id == case_id)

    async def _users(self, ids: Collection[int]) -> list[UserRef]:
        query = sa.select(accounts.c.platform, accounts.c.workspace, accounts.c.user_id).where(
            accounts.c.community == self._community, accounts.c.member_id.in_(ids)
        )
        return [UserRef(Platform(r.platform), r.workspace, r.user_id) for r in await self._conn.execute(query)]

    async def _marks(self, users: Collection[UserRef]) -> list[str]:
        key = await self._key()
        return [mark_of(key, user) for user in users] if key is not None else []

    async def _add(
        self, case_id: int, users: Collection[UserRef], *, presumed: bool = False, lifted: str | None = None
    ) -> None:
        """Keep accounts away, whatever was known of them before."""
        if not users:
            return
        await ErasedStore(self._conn, self._community).key()  # made with the first case that is about somebody
        why = {"presumed": presumed, "lifted": lifted}
        rows = [
            {"community": self._community, "case_id": case_id, "mark": mark, **why} for mark in await self._marks(users)
        ]
        await self._conn.execute(upsert(self._conn, excluded, ("case_id", "mark"), tuple(why)), rows)

    async def _key(self) -> str | None:
        query = sa.select(salts.c.value).where(salts.c.community == self._community)
        found: str | None = (await self._conn.execute(query)).scalar_one_or_none()
        return found
