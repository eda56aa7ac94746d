"""Who thanked whom, for what, and whether it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.thanks.giving import State, Thanked, Way
from storage.codec import dump, load_ref
from storage.sql import insert_new
from storage.tables.recognition import thanks


class ThanksStore:
    """The thanks of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def add(self, new: Thanked) -> int | None:
        """Store thanks; None where they are there already, however they stand."""
        row = {
            "community": self._community,
            "key": new.key,
            "giver_id": new.giver,
            "receiver_id": new.receiver,
            "words": new.words,
            "via": new.way.value,
            "state": new.state.value,
            "message": dump(new.about) if new.about else None,
            "openly": new.openly,
            "at": new.at,
        }
        statement = insert_new(self._conn, thanks).values(row).returning(thanks.c.id)
        new_id: int | None = (await self._conn.execute(statement)).scalar_one_or_none()
        return new_id

    async def save(self, stored: Thanked) -> None:
        """Store how thanks stand now."""
        await self._conn.execute(
            sa.update(thanks)
            .where(thanks.c.community == self._community, thanks.c.id == stored.id)
            .values(
                words=stored.words,
                via=stored.way.value,
                state=stored.state.value,
                message=dump(stored.about) if stored.about else None,
                openly=stored.openly,
                at=stored.at,
            )
        )

    async def get(self, thanks_id: int) -> Thanked | None:
        """Return thanks."""
        return next(iter(await self._load(thanks.c.id == thanks_id)), None)

    async def by_key(self, key: str) -> Thanked | None:
        """Return thanks by what names them."""
        return next(iter(await self._load(thanks.c.key == key)), None)

    async def by_giver(self, giver: int, since: datetime) -> list[Thanked]:
        """Return what a member gave or was asked about, oldest first."""
        return await self._load(thanks.c.giver_id == giver, thanks.c.at >= since)

    async def of_member(self, member: int) -> list[Thanked]:
        """Return all thanks that a member gave or got."""
        return await self._load(sa.or_(thanks.c.giver_id == member, thanks.c.receiver_id == member))

    async def lapse(self, thanks_id: int) -> None:
        """Forget thanks that nobody has confirmed."""
        await self._conn.execute(
            sa.delete(thanks).where(
                thanks.c.community == self._community, thanks.c.id == thanks_id, thanks.c.state == State.NOTICED.value
            )
        )

    async def receivers(self, since: datetime) -> set[int]:
        """Return who was thanked."""
        query = (
            sa.select(thanks.c.receiver_id)
            .distinct()
            .where(thanks.c.community == self._community, thanks.c.state == State.GIVEN.value, thanks.c.at >= since)
        )
        return set((await self._conn.execute(query)).scalars())

    async def _load(self, *conditions: sa.ColumnElement[bool]) -> list[Thanked]:
        query = sa.select(thanks).where(thanks.c.community == self._community, *conditions)
        return [_thanked(row) for row in await self._conn.execute(query.order_by(thanks.c.at, thanks.c.id))]


def _thanked(row: sa.Row[Any]) -> Thanked:
    return Thanked(
        id=row.id,
        key=row.key,
        giver=row.giver_id,
        receiver=row.receiver_id,
        words=row.words,
        way=Way(row.via),
        state=State(row.state),
        about=load_ref(row.message) if row.message else None,
        openly=row.openly,
        at=row.at,
    )
