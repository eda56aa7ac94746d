"""What a search for peers needs to know of members: what they said about a topic, when they were last about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Place
from community.people.topics import Level
from community.routing.invitations import Pace
from community.routing.ranking import Person
from storage.tables.core import accounts, activity, members
from storage.tables.onboarding import member_topics
from storage.tables.questions import invitations

LATELY = timedelta(days=14)  # who wrote something since then is about
PACE = timedelta(days=28)  # four weeks: long enough for a mean, short enough to follow the season
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a member said about one topic."""

    gives: bool
    learns: bool
    level: Level | None

    def person(self, topic: str) -> Person:
        """Return it as the ranking reads it."""
        return Person(
            gives=frozenset((topic,)) if self.gives else frozenset(), levels={topic: self.level} if self.level else {}
        )


class PeerStore:
    """Members as peers of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def stated(self, topic: str) -> dict[int, Stated]:
        """Return what the members who are here said about a topic."""
        query = (
            sa.select(member_topics)
            .join(members, members.c.id == member_topics.c.member_id)
            .where(
                member_topics.c.community == self._community,
                member_topics.c.topic == topic,
                members.c.left_at.is_(None),
            )
        )
        return {
            row.member_id: Stated(row.gives, row.learns, Level(row.level) if row.level else None)
            for row in await self._conn.execute(query)
        }

    async def last_seen(self, ids: Collection[int]) -> dict[int, datetime]:
        """Return when members last did anything at all."""
        last = sa.func.max(activity.c.at, type_=activity.c.at.type)
        query = (
            sa.select(activity.c.actor, last)
            .where(activity.c.community == self._community, activity.c.actor.in_(ids))
            .group_by(activity.c.actor)
        )
        return {row[0]: row[1] for row in await self._conn.execute(query)} if ids else {}

    async def seen_at(self, place: Place, ids: Collection[int]) -> set[int]:
        """Return which members have written in a channel, and so can read what stands there."""
        top = place.top
        here = sa.or_(activity.c.place == top.channel, activity.c.place.startswith(f"{top.channel}:", autoescape=True))
        query = (
            sa.select(activity.c.actor)
            .distinct()
            .where(
                activity.c.community == self._community,
                activity.c.kind == "message.posted",
                activity.c.actor.in_(ids),
                activity.c.workspace == top.workspace,
                activity.c.platform == top.platform.value,
                here,
            )
        )
        return set((await self._conn.execute(query)).scalars()) if ids else set()

    async def untried(self, topic: str | None, now: datetime, *, limit: int) -> list[int]:
        """Return who was never invited and never answered: first who can help with the topic, then who is about."""
        given = sa.select(member_topics.c.member_id).where(
            member_topics.c.community == self._community, member_topics.c.topic == topic, member_topics.c.gives
        )
        seen = (
            sa.select(activity.c.actor)
            .where(
                activity.c.community == self._community,
                activity.c.kind == "message.posted",
                activity.c.at >= now - LATELY,
            )
            .group_by(activity.c.actor)
            .order_by(sa.func.max(activity.c.at).desc())
            .limit(10 * limit)
        )
        found: list[int] = []
        for among in (given, seen) if topic else (seen,):
            query: sa.Select[Any] = (
                self._never_asked().where(members.c.id.in_(among)).order_by(members.c.id).limit(limit)
            )
            found += list((await self._conn.execute(query)).scalars())
        return list(dict.fromkeys(found))[:limit]

    def _never_asked(self) -> sa.Select[Any]:
        asked = sa.exists().where(invitations.c.community == self._community, invitations.c.member_id == members.c.id)
        answered = sa.exists().where(
            activity.c.community == self._community,
            activity.c.actor == members.c.id,
            activity.c.kind == "question.answered",
        )
        bots = sa.exists().where(accounts.c.member_id == members.c.id, accounts.c.is_bot)
        return sa.select(members.c.id).where(
            members.c.community == self._community, members.c.left_at.is_(None), ~asked, ~answered, ~bots
        )

    async def pace(self, now: datetime) -> Pace:
        """Return how much was asked in the last four weeks, or since there are questions."""
        since = now - PACE
        asked = await self._counted("question.asked", since)
        offered = await self._counted("invitation.offered", since)
        answerers = await self._counted("question.answered", since, sa.func.count(activity.c.actor.distinct()))
        first = sa.select(sa.func.min(activity.c.at, type_=activity.c.at.type)).where(
            activity.c.community == self._community, activity.c.kind == "question.asked"
        )
        began: datetime | None = (await self._conn.execute(first)).scalar_one()
        weeks = max(1.0, (now - max(since, began or now)) / A_WEEK)
        return Pace(questions=asked / weeks, invitations=offered / max(1, asked), answerers=answerers)

    async def _counted(self, kind: str, since: datetime, what: sa.ColumnElement[int] | None = None) -> int:
        query = sa.select(sa.func.count() if what is None else what).where(
            activity.c.community == self._community, activity.c.kind == kind, activity.c.at >= since
        )
        return int((await self._conn.execute(query)).scalar_one())
