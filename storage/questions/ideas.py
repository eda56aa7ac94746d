"""Ideas for the product: who had them, who supports them, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import MessageRef, UserRef
from storage.codec import dump
from storage.sql import insert_new
from storage.tables.questions import idea_supports, ideas


class IdeaState(StrEnum):
    """What the product team made of an idea."""

    NOTED = "noted"
    PLANNED = "planned"
    SHIPPED = "shipped"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """An idea as it stands. ``id`` 0: not stored yet."""

    id: int = 0
    member: int | None
    account: UserRef | None
    root: MessageRef | None
    text: str
    state: IdeaState = IdeaState.NOTED
    note: str = ""
    noted_at: datetime
    changed_at: datetime


class IdeaStore:
    """The ideas of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def add(self, idea: Idea) -> int | None:
        """Store a new idea; None where its message has one already."""
        row = {
            "community": self._community,
            "member_id": idea.member,
            "account": dump(idea.account) if idea.account else None,
            "root": str(idea.root) if idea.root else None,
            "root_ref": dump(idea.root) if idea.root else None,
            "text": idea.text,
            "state": idea.state.value,
            "note": idea.note,
            "noted_at": idea.noted_at,
            "changed_at": idea.changed_at,
        }
        statement = insert_new(self._conn, ideas).values(row).returning(ideas.c.id)
        new_id: int | None = (await self._conn.execute(statement)).scalar_one_or_none()
        return new_id

    async def get(self, idea_id: int) -> Idea | None:
        """Return an idea."""
        return next(iter(await self._load(ideas.c.id == idea_id)), None)

    async def by_root(self, root: MessageRef) -> Idea | None:
        """Return the idea that a message has."""
        return next(iter(await self._load(ideas.c.root == str(root))), None)

    async def all(self, *states: IdeaState) -> list[Idea]:
        """Return the ideas in some states (without any: all), oldest first."""
        return await self._load(ideas.c.state.in_(states)) if states else await self._load()

    async def decide(self, idea_id: int, state: IdeaState, note: str, at: datetime) -> None:
        """Store what became of an idea."""
        await self._conn.execute(
            sa.update(ideas)
            .where(ideas.c.community == self._community, ideas.c.id == idea_id)
            .values(state=state.value, note=note, changed_at=at)
        )

    async def edit(self, idea_id: int, text: str) -> None:
        """Store what an idea says now."""
        await self._conn.execute(
            sa.update(ideas).where(ideas.c.community == self._community, ideas.c.id == idea_id).values(text=text)
        )

    async def remove(self, idea_id: int) -> None:
        """Forget an idea whose message is gone, and who supported it."""
        await self._conn.execute(
            sa.delete(idea_supports).where(
                idea_supports.c.community == self._community, idea_supports.c.idea_id == idea_id
            )
        )
        await self._conn.execute(sa.delete(ideas).where(ideas.c.community == self._community, ideas.c.id == idea_id))

    async def support(self, idea_id: int, member_id: int, at: datetime) -> bool:
        """Note that a member supports an idea; False where they do already."""
        row = {"community": self._community, "idea_id": idea_id, "member_id": member_id, "at": at}
        statement = insert_new(self._conn, idea_supports).values(row).returning(idea_supports.c.member_id)
        return (await self._conn.execute(statement)).scalar_one_or_none() is not None

    async def withdraw_support(self, idea_id: int, member_id: int) -> None:
        """Note that a member does not support an idea any more."""
        await self._conn.execute(
            sa.delete(idea_supports).where(
                idea_supports.c.community == self._community,
                idea_supports.c.idea_id == idea_id,
                idea_supports.c.member_id == member_id,
            )
        )

    async def supporters(self, idea_id: int) -> list[int]:
        """Return who supports an idea, the first first."""
        query = sa.select(idea_supports.c.member_id).where(
            idea_supports.c.community == self._community, idea_supports.c.idea_id == idea_id
        )
        query = query.order_by(idea_supports.c.at, idea_supports.c.member_id)
        return list((await self._conn.execute(query)).scalars())

    async def touched_by(self, member_id: int) -> list[int]:
        """Return the ideas that a member had or supports."""
        mine = sa.select(ideas.c.id).where(ideas.c.community == self._community, ideas.c.member_id == member_id)
        theirs = sa.select(idea_supports.c.idea_id).where(
            idea_supports.c.community == self._community, idea_supports.c.member_id == member_id
        )
        return sorted((await self._conn.execute(mine.union(theirs))).scalars())

    async def forget(self, member_id: int) -> None:
        """Take a member's words and name out of their ideas, and their support with them."""
        await self._conn.execute(
            sa.delete(idea_supports).where(
                idea_supports.c.community == self._community, idea_supports.c.member_id == member_id
            )
        )
        await self._conn.execute(
            sa.update(ideas)
            .where(ideas.c.community == self._community, ideas.c.member_id == member_id)
            .values(member_id=None, account=None, text="")
        )

    async def _load(self, *conditions: sa.ColumnElement[bool]) -> list[Idea]:
        query = sa.select(ideas).where(ideas.c.community == self._community, *conditions)
        return [_idea(row) for row in await self._conn.execute(query.order_by(ideas.c.noted_at, ideas.c.id))]


def _idea(row: sa.Row[Any]) -> Idea:
    return Idea(
        id=row.id,
        member=row.member_id,
        account=msgspec.json.decode(row.account, type=UserRef) if row.account else None,
        root=msgspec.json.decode(row.root_ref, type=MessageRef) if row.root_ref else None,
        text=row.text,
        state=IdeaState(row.state),
        note=row.note,
        noted_at=row.noted_at,
        changed_at=row.changed_at,
    )
