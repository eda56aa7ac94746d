"""Marks of accounts that were erased: a mark says nothing of whom, but the account is known again by it.

A mark is HMAC-SHA-256 (RFC 2104, FIPS 180-4) of "platform:workspace:user" with a random key of the community. An
unkeyed hash would not do: user ids are short and can all be tried. The key is created with the first mark.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import UserRef, Workspace
from storage.sql import insert_new, upsert
from storage.tables.membership import erased, salts

KEY_BYTES = 32
AT_ONCE = 500  # accounts looked for in one statement


class Mark(msgspec.Struct, frozen=True):
    """One account that asked to be forgotten; nobody can tell which without the community's key."""

    mark: str
    at: datetime


class Marks(msgspec.Struct, frozen=True):
    """All marks of a community with its key, for whoever restores an older copy of the store."""

    community: str
    key: str
    marks: tuple[Mark, ...]


class ErasedStore:
    """The marks of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community
        self._seen: dict[UserRef, datetime | None] = {}  # whom this unit has looked for

    async def among(self, accounts: Iterable[UserRef]) -> dict[UserRef, datetime]:
        """Return which of some accounts were erased, and when. A unit looks once for each, for a group at once."""
        wanted = set(accounts)
        if new := wanted - self._seen.keys():
            self._seen |= dict.fromkeys(new)
            self._seen |= await self._find(new)
        return {account: at for account in wanted if (at := self._seen[account]) is not None}

    async def _find(self, accounts: Collection[UserRef]) -> dict[UserRef, datetime]:
        key = await self._key()
        if key is None:  # nobody was ever erased
            return {}
        marks = {mark_of(key, account): account for account in accounts}
        query = sa.select(erased.c.mark, erased.c.at).where(
            erased.c.community == self._community, erased.c.mark.in_(marks), erased.c.back_at.is_(None)
        )
        return {marks[row.mark]: row.at for row in await self._conn.execute(query)}

    async def mark(self, account: UserRef) -> str:
        """Return the mark of an account, erased or not."""
        return mark_of(await self.key(), account)

    async def is_erased(self, account: UserRef) -> bool:
        """Say whether an account was erased and has not begun anew."""
        return bool(await self.among([account]))

    async def among_ids(self, home: Workspace, users: Sequence[str]) -> set[str]:
        """Return which of a workspace's accounts, however many, were erased."""
        found: set[str] = set()
        for start in range(0, len(users), AT_ONCE):
            some = [UserRef(home.platform, home.id, user) for user in users[start : start + AT_ONCE]]
            found |= {user.id for user in await self._find(some)}
        return found

    async def add(self, accounts: Collection[UserRef], at: datetime) -> None:
        """Mark accounts as erased."""
        key = await self.key()
        rows = [{"community": self._community, "mark": mark_of(key, account), "at": at} for account in accounts]
        if rows:
            again = upsert(self._conn, erased, ("mark",), ("at",), also={"back_at": None})
            await self._conn.execute(again, rows)
        self._seen.clear()

    async def remove(self, accounts: Collection[UserRef], at: datetime) -> bool:
        """Let marks say nothing any more, because somebody begins anew; says whether there were any.

        They stay until the list beside the backups knows (``storage/erasing/marks.py``): a restore asks that list.
        """
        key = await self._key()
        if key is None:
            return False
        marks = [mark_of(key, account) for account in accounts]
        here = sa.and_(erased.c.community == self._community, erased.c.mark.in_(marks), erased.c.back_at.is_(None))
        result = await self._conn.execute(sa.update(erased).where(here).values(back_at=at))
        self._seen.clear()
        return result.rowcount > 0

    async def all(self) -> Marks | None:
        """Return all marks with their key, to be kept beside a backup; none where nobody was ever erased."""
        key = await self._key()
        if key is None:
            return None
        here = sa.and_(erased.c.community == self._community, erased.c.back_at.is_(None))
        query = sa.select(erased.c.mark, erased.c.at).where(here)
        found = [Mark(row.mark, row.at) for row in await self._conn.execute(query.order_by(erased.c.mark))]
        return Marks(self._community, key, tuple(found))

    async def put(self, marks: Marks) -> None:
        """Take over the marks that were made since an older copy, with their key.

        The copy may have no key yet, or the same one: a key is made once for good.
        """
        await self._conn.execute(
            insert_new(self._conn, salts).values(community=self._community, value=marks.key),
        )
        if await self._key() != marks.key:
            raise ValueError(f"the marks of {marks.community!r} were made with another key than this store has")
        rows = [{"community": self._community, "mark": one.mark, "at": one.at} for one in marks.marks]
        if rows:
            await self._conn.execute(upsert(self._conn, erased, ("mark",), ("at",), also={"back_at": None}), rows)

    async def _key(self) -> str | None:
        query = sa.select(salts.c.value).where(salts.c.community == self._community)
        found: str | None = (await self._conn.execute(query)).scalar_one_or_none()
        return found

    async def key(self) -> str:
        """Return the key of the marks, made by chance where there is none yet."""
        if known := await self._key():
            return known
        new = secrets.token_hex(KEY_BYTES)
        await self._conn.execute(insert_new(self._conn, salts).values(community=self._community, value=new))
        made = await self._key()
        if made is None:
            raise LookupError("the key of the marks vanished")
        return made


def mark_of(key: str, account: UserRef) -> str:
    """Return the mark of an account."""
    return hmac.new(bytes.fromhex(key), str(account).encode(), hashlib.sha256).hexdigest()
