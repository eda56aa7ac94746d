"""What comes before a meetup: questions and their answers, how members want to be reminded, and who was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.meetups.questions import Question, kept_numbers
from community.meetups.reminders import ReminderKind
from community.people.topics import Level
from storage.activity import ActivityStore, Fact
from storage.codec import dump
from storage.sql import upsert
from storage.tables.meetups import answers, questions, reminders
from storage.tables.onboarding import member_topics

# After these somebody knows when the meetup is: they took their seat, or heard of a new time
TOLD = ("seat.seated", "seat.promoted", "seat.claimed", "seat.seated_by", "seat.rescheduled")
REMINDED = "meetup.reminded"


class MeetupBeforeStore:
    """What comes before the meetups of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str, log: ActivityStore) -> None:
        self._conn = conn
        self._community = community
        self._log = log

    # ---- questions

    async def questions(self, meetup: int) -> tuple[Question, ...]:
        """Return what is asked before a meetup."""
        query = sa.select(questions).where(questions.c.community == self._community, questions.c.meetup_id == meetup)
        rows = await self._conn.execute(query.order_by(questions.c.number))
        return tuple(Question(row.text, tuple(msgspec.json.decode(row.options, type=list[str]))) for row in rows)

    async def put_questions(self, meetup: int, asked: Sequence[Question]) -> None:
        """Store what is asked now. Answers stay with the words they were given to; others go with their question."""
        numbers = kept_numbers(await self.questions(meetup), asked)
        kept = [
            {
                "community": self._community,
                "meetup_id": meetup,
                "member_id": row.member_id,
                "number": numbers[row.number],
                "text": row.text,
                "at": row.at,
            }
            for row in (await self._conn.execute(sa.select(answers).where(self._answers(meetup)))).all()
            if row.number in numbers
        ]
        await self._conn.execute(sa.delete(answers).where(self._answers(meetup)))
        mine = sa.and_(questions.c.community == self._community, questions.c.meetup_id == meetup)
        await self._conn.execute(sa.delete(questions).where(mine))
        rows = [
            {
                "community": self._community,
                "meetup_id": meetup,
                "number": number,
                "text": question.text,
                "options": dump(list(question.options)),
            }
            for number, question in enumerate(asked)
        ]
        if rows:
            await self._conn.execute(sa.insert(questions), rows)
        if kept:
            await self._conn.execute(sa.insert(answers), kept)

    async def copy_questions(self, source: int, to: int) -> None:
        """Ask before a meetup what is asked before another."""
        if asked := await self.questions(source):
            await self.put_questions(to, asked)

    # ---- answers

    async def answers(self, meetup: int) -> dict[int, dict[int, str]]:
        """Return by member what they answered, by the number of the question."""
        found: dict[int, dict[int, str]] = {}
        query = sa.select(answers).where(self._answers(meetup)).order_by(answers.c.member_id, answers.c.number)
        for row in await self._conn.execute(query):
            found.setdefault(row.member_id, {})[row.number] = row.text
        return found

    async def answers_of(self, meetup: int, member: int) -> dict[int, str]:
        """Return what a member answered, by the number of the question."""
        query = sa.select(answers.c.number, answers.c.text).where(self._answers(meetup), answers.c.member_id == member)
        return {row.number: row.text for row in await self._conn.execute(query)}

    async def put_answers(self, meetup: int, member: int, said: Mapping[int, str], at: datetime) -> None:
        """Store what a member answers now, in place of what they answered before."""
        await self._conn.execute(sa.delete(answers).where(self._answers(meetup), answers.c.member_id == member))
        rows = [
            {
                "community": self._community,
                "meetup_id": meetup,
                "member_id": member,
                "number": number,
                "text": text,
                "at": at,
            }
            for number, text in sorted(said.items())
        ]
        if rows:
            await self._conn.execute(sa.insert(answers), rows)

    def _answers(self, meetup: int) -> sa.ColumnElement[bool]:
        return sa.and_(answers.c.community == self._community, answers.c.meetup_id == meetup)

    async def levels(self, members: Collection[int]) -> dict[str, dict[Level, int]]:
        """Count how far members are with each topic, as they say themselves."""
        query = (
            sa.select(member_topics.c.topic, member_topics.c.level, sa.func.count().label("n"))
            .where(
                member_topics.c.community == self._community,
                member_topics.c.member_id.in_(members),
                member_topics.c.level.is_not(None),
            )
            .group_by(member_topics.c.topic, member_topics.c.level)
        )
        found: dict[str, dict[Level, int]] = {}
        for row in await self._conn.execute(query):
            found.setdefault(row.topic, {})[Level(row.level)] = row.n
        return found

    # ---- reminders

    async def choices(self, meetup: int) -> dict[int, frozenset[ReminderKind]]:
        """Return by member how they want to be reminded, where they have said so."""
        query = sa.select(reminders).where(reminders.c.community == self._community, reminders.c.meetup_id == meetup)
        return {row.member_id: _kinds(row.choices) for row in await self._conn.execute(query)}

    async def choice(self, meetup: int, member: int) -> frozenset[ReminderKind] | None:
        """Return how a member wants to be reminded; None where they have not said."""
        query = sa.select(reminders.c.choices).where(
            reminders.c.community == self._community,
            reminders.c.meetup_id == meetup,
            reminders.c.member_id == member,
        )
        found = (await self._conn.execute(query)).scalar_one_or_none()
        return _kinds(found) if found is not None else None

    async def choose(self, meetup: int, member: int, kinds: frozenset[ReminderKind]) -> None:
        """Store how a member wants to be reminded."""
        row = {
            "community": self._community,
            "meetup_id": meetup,
            "member_id": member,
            "choices": dump(sorted(kind.value for kind in kinds)),
        }
        await self._conn.execute(upsert(self._conn, reminders, ("meetup_id", "member_id"), ("choices",)).values(row))

    async def happened(self, meetup: int) -> list[Fact]:
        """Return what was logged about when people learnt of a meetup's time and were reminded, oldest first."""
        return await self._log.about(str(meetup), (*TOLD, REMINDED))

    # ---- a member who is erased

    async def forget(self, member: int) -> None:
        """Forget what a member answered and chose."""
        for table in (answers, reminders):
            await self._conn.execute(
                sa.delete(table).where(table.c.community == self._community, table.c.member_id == member)
            )


def _kinds(stored: str) -> frozenset[ReminderKind]:
    return frozenset(msgspec.json.decode(stored, type=list[ReminderKind]))
