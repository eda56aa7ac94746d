"""The pulse as it is stored: answers in no order and under no name, and who answered, while a round is open."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.conduct.pulse import SHOWN_FROM, Round, Topic
from storage.sql import insert_new
from storage.tables.moderation import pulse_answered, pulse_answers, pulses

_by_chance = secrets.SystemRandom()
_ID = 16  # bytes of an answer's id


class PulseStore:
    """The rounds of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def open(self, month: str, at: datetime) -> bool:
        """Open a month's round; says whether it is the month's first."""
        row = {"community": self._community, "month": month, "asked": 0, "opened_at": at}
        statement = insert_new(self._conn, pulses).values(row).returning(pulses.c.month)
        return (await self._conn.execute(statement)).first() is not None

    async def rounds(self, *, most: int) -> list[Round]:
        """Return the newest rounds, the oldest of them first."""
        query = sa.select(pulses).where(pulses.c.community == self._community)
        rows = await self._conn.execute(query.order_by(pulses.c.month.desc()).limit(most))
        return [_round(row) for row in rows][::-1]

    async def round(self, month: str) -> Round | None:
        """Return one month's round."""
        query = sa.select(pulses).where(pulses.c.community == self._community, pulses.c.month == month)
        row = (await self._conn.execute(query)).one_or_none()
        return _round(row) if row else None

    async def note_asked(self, month: str) -> None:
        """Count one more member who was asked."""
        await self._conn.execute(
            sa.update(pulses)
            .where(pulses.c.community == self._community, pulses.c.month == month)
            .values(asked=pulses.c.asked + 1)
        )

    async def has_answered(self, month: str, member: int) -> bool:
        """Say whether somebody has answered a round that is open."""
        query = sa.select(pulse_answered.c.month).where(
            pulse_answered.c.month == month, pulse_answered.c.member_id == member
        )
        return (await self._conn.execute(query)).first() is not None

    async def add(self, month: str, member: int, grades: Mapping[Topic, int]) -> bool:
        """Store an answer apart from who gave it; says whether it was the first of this member.

        Rows lie in a table in the order in which they came. So all of the month's are laid down anew in an order by
        chance, under new ids, each item by itself: nothing tells which were given together, or when.
        """
        who = {"community": self._community, "month": month, "member_id": member}
        statement = insert_new(self._conn, pulse_answered).values(who).returning(pulse_answered.c.month)
        if (await self._conn.execute(statement)).first() is None:
            return False
        held = (await self.grades([month])).get(month, {})
        given = [(topic, grade) for topic in Topic for grade in (*held.get(topic, ()), grades[topic])]
        rows = [
            {
                "id": secrets.token_hex(_ID),
                "community": self._community,
                "month": month,
                "topic": topic.value,
                "agrees": grade,
            }
            for topic, grade in given
        ]
        _by_chance.shuffle(rows)
        await self._conn.execute(sa.delete(pulse_answers).where(self._of(month)))
        await self._conn.execute(sa.insert(pulse_answers), rows)
        return True

    async def grades(self, months: Collection[str]) -> dict[str, dict[Topic, list[int]]]:
        """Return the answers by month and topic, in an order by chance."""
        query = sa.select(pulse_answers).where(
            pulse_answers.c.community == self._community, pulse_answers.c.month.in_(months)
        )
        found: dict[str, dict[Topic, list[int]]] = {}
        for row in await self._conn.execute(query.order_by(pulse_answers.c.id)):
            found.setdefault(row.month, {}).setdefault(Topic(row.topic), []).append(row.agrees)
        return found

    async def close(self, month: str, at: datetime) -> None:
        """Close a round: who answered is forgotten, and what is too little to be shown is deleted."""
        given = (await self.grades([month])).get(month, {})
        if min((len(given.get(topic, ())) for topic in Topic), default=0) < SHOWN_FROM:
            await self._conn.execute(sa.delete(pulse_answers).where(self._of(month)))
        await self._conn.execute(
            sa.delete(pulse_answered).where(
                pulse_answered.c.community == self._community, pulse_answered.c.month == month
            )
        )
        await self._conn.execute(
            sa.update(pulses).where(pulses.c.community == self._community, pulses.c.month == month).values(closed_at=at)
        )

    def _of(self, month: str) -> sa.ColumnElement[bool]:
        return sa.and_(pulse_answers.c.community == self._community, pulse_answers.c.month == month)


def _round(row: sa.Row[tuple[object, ...]]) -> Round:
    held = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row by its columns
    return Round(month=held["month"], asked=held["asked"], opened_at=held["opened_at"], closed_at=held["closed_at"])
