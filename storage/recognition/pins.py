"""Candidates for organisers: what they did, and what moderators said of them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.recognition.first_pins import Said, Verdict
from community.seats.values import Mark
from storage.sql import upsert
from storage.tables.core import activity, members
from storage.tables.meetups import meetups, seats
from storage.tables.onboarding import newcomers
from storage.tables.questions import question_messages, questions
from storage.tables.recognition import pins

CAME = (Mark.ATTENDED.value, Mark.WALK_IN.value)


class PinStore:
    """The candidates of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def said(self) -> dict[int, Said]:
        """Return what moderators said, by member."""
        query = sa.select(pins).where(pins.c.community == self._community)
        return {row.member_id: Said(Verdict(row.verdict), row.at, row.by) for row in await self._conn.execute(query)}

    async def say(self, member: int, said: Said) -> None:
        """Keep what a moderator says, whatever was said before."""
        row = {
            "community": self._community,
            "member_id": member,
            "verdict": said.verdict.value,
            "by": said.by,
            "at": said.at,
        }
        await self._conn.execute(upsert(self._conn, pins, ("member_id",), ("verdict", "by", "at")).values(row))

    async def unsay(self, member: int) -> None:
        """Forget what was said of a member."""
        await self._conn.execute(sa.delete(pins).where(pins.c.community == self._community, pins.c.member_id == member))

    async def visits(self, since: datetime, until: datetime) -> dict[int, int]:
        """Return to how many meetups each member came."""
        query = (
            sa.select(seats.c.member_id, sa.func.count().label("n"))
            .join(meetups, seats.c.meetup_id == meetups.c.id)
            .where(
                meetups.c.community == self._community,
                meetups.c.starts_at >= since,
                meetups.c.starts_at < until,
                seats.c.mark.in_(CAME),
            )
            .group_by(seats.c.member_id)
        )
        return {row.member_id: row.n for row in await self._conn.execute(query)}

    async def answers(self, since: datetime) -> tuple[dict[int, int], dict[int, set[str]]]:
        """Return how many questions of others each member spoke to, and their topics."""
        query = (
            sa.select(
                question_messages.c.member_id, questions.c.topic, sa.func.count(questions.c.id.distinct()).label("n")
            )
            .join(questions, questions.c.id == question_messages.c.question_id)
            .where(
                questions.c.community == self._community,
                questions.c.asked_at >= since,
                question_messages.c.member_id.is_not(None),
                ~question_messages.c.by_asker,
            )
            .group_by(question_messages.c.member_id, questions.c.topic)
        )
        counts: dict[int, int] = {}
        topics: dict[int, set[str]] = {}
        for row in await self._conn.execute(query):
            counts[row.member_id] = counts.get(row.member_id, 0) + row.n
            if row.topic:
                topics.setdefault(row.member_id, set()).add(row.topic)
        return counts, topics

    async def brought(self, since: datetime) -> dict[int, int]:
        """Return how many members who are here named each member as who brought them."""
        query = (
            sa.select(newcomers.c.referrer, sa.func.count().label("n"))
            .join(members, members.c.id == newcomers.c.member_id)
            .where(
                newcomers.c.community == self._community,
                newcomers.c.referrer.is_not(None),
                newcomers.c.referrer != newcomers.c.member_id,
                members.c.joined_at >= since,
                members.c.left_at.is_(None),
            )
            .group_by(newcomers.c.referrer)
        )
        return {row.referrer: row.n for row in await self._conn.execute(query)}

    async def returned(self, since: datetime) -> set[int]:
        """Return who left and joined again."""
        query = (
            sa.select(activity.c.actor)
            .distinct()
            .where(
                activity.c.community == self._community,
                activity.c.kind == "member.returned",
                activity.c.at >= since,
                activity.c.actor.is_not(None),
            )
        )
        return set(await self._conn.scalars(query))
