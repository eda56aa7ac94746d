"""What members told about themselves, and their introductions in the channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.card import Card
from chat.ids import Place, UserRef, Workspace
from community.people.profile import About
from community.people.topics import Level
from storage.codec import dump
from storage.sql import upsert
from storage.tables.core import activity, members
from storage.tables.onboarding import introductions, member_topics, profiles


@dataclass(frozen=True, slots=True)
class Told:
    """What a member told about themself."""

    about: About = field(default_factory=About)
    levels: dict[str, Level] = field(default_factory=dict)
    filled: bool = False  # the first form was sent at least once

    @property
    def topics(self) -> tuple[str, ...]:
        """All topics, those to give first."""
        return tuple(dict.fromkeys((*self.about.give, *self.about.learn)))


@dataclass(frozen=True, slots=True)
class PostedIntroduction:
    """An introduction on its way to the channel, or there."""

    account: UserRef
    state: str  # waiting, standing, removed
    round: int
    place: Place | None
    shown: Card | None


class ProfileStore:
    """The profiles of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def told(self, member_id: int) -> Told:
        """Return what a member told about themself."""
        query = sa.select(profiles).where(profiles.c.community == self._community, profiles.c.member_id == member_id)
        row = (await self._conn.execute(query)).one_or_none()
        if row is None:
            return Told()
        topics = sa.select(member_topics).where(
            member_topics.c.community == self._community, member_topics.c.member_id == member_id
        )
        rows = (await self._conn.execute(topics.order_by(member_topics.c.topic))).all()
        about = About(
            purpose=row.purpose,
            give=tuple(r.topic for r in rows if r.gives),
            learn=tuple(r.topic for r in rows if r.learns),
            introduction=row.introduction,
            consent=row.consent,
        )
        return Told(about, {r.topic: Level(r.level) for r in rows if r.level}, filled=True)

    async def save_about(self, member_id: int, about: About, at: datetime) -> bool:
        """Save the first form; says whether anything changed. A level stays with its topic."""
        before = await self.told(member_id)
        same_topics = set(before.about.give) == set(about.give) and set(before.about.learn) == set(about.learn)
        same_words = (before.about.purpose, before.about.introduction, before.about.consent) == (
            about.purpose,
            about.introduction,
            about.consent,
        )
        if before.filled and same_topics and same_words:
            return False
        row = {"community": self._community, "member_id": member_id, "changed_at": at}
        row |= {"purpose": about.purpose, "introduction": about.introduction, "consent": about.consent}
        change = ("purpose", "introduction", "consent", "changed_at")
        await self._conn.execute(upsert(self._conn, profiles, ("member_id",), change).values(row))
        await self._save_topics(member_id, about.give, about.learn, before.levels)
        return True

    async def _save_topics(
        self, member_id: int, give: Iterable[str], learn: Iterable[str], levels: dict[str, Level]
    ) -> None:
        await self._conn.execute(
            sa.delete(member_topics).where(
                member_topics.c.community == self._community, member_topics.c.member_id == member_id
            )
        )
        gives, learns = set(give), set(learn)
        rows = [
            {
                "community": self._community,
                "member_id": member_id,
                "topic": topic,
                "gives": topic in gives,
                "learns": topic in learns,
                "level": level.value if (level := levels.get(topic)) else None,
            }
            for topic in sorted(gives | learns)
        ]
        if rows:
            await self._conn.execute(sa.insert(member_topics), rows)

    async def save_levels(self, member_id: int, levels: dict[str, Level]) -> None:
        """Save the levels of some of a member's topics."""
        for topic, level in levels.items():
            await self._conn.execute(
                sa.update(member_topics)
                .where(
                    member_topics.c.community == self._community,
                    member_topics.c.member_id == member_id,
                    member_topics.c.topic == topic,
                )
                .values(level=level.value)
            )

    async def joined_topics(self, member_id: int, workspace: Workspace) -> set[tuple[str, bool]]:
        """Return what a member was let into for their topics, in one workspace: topic, and whether it is a channel."""
        query = sa.select(activity.c.subject, activity.c.data).where(
            activity.c.community == self._community,
            activity.c.actor == member_id,
            activity.c.kind == "topic.joined",
            activity.c.data.is_not(None),
        )
        rows = [(row.subject, msgspec.json.decode(row.data)) for row in await self._conn.execute(query)]
        return {(topic, data.get("offer") == "c") for topic, data in rows if data.get("workspace") == str(workspace)}

    # ---- the introduction in its channel

    async def introduction(self, member_id: int) -> PostedIntroduction | None:
        """Return a member's introduction, where there was ever one to post."""
        query = sa.select(introductions).where(
            introductions.c.community == self._community, introductions.c.member_id == member_id
        )
        row = (await self._conn.execute(query)).one_or_none()
        if row is None:
            return None
        return PostedIntroduction(
            account=msgspec.json.decode(row.account, type=UserRef),
            state=row.state,
            round=row.round,
            place=msgspec.json.decode(row.place, type=Place) if row.place else None,
            shown=msgspec.json.decode(row.shown, type=Card) if row.shown else None,
        )

    async def save_introduction(self, member_id: int, introduction: PostedIntroduction) -> None:
        """Save how an introduction stands."""
        row = {
            "community": self._community,
            "member_id": member_id,
            "account": dump(introduction.account),
            "state": introduction.state,
            "round": introduction.round,
            "place": dump(introduction.place) if introduction.place else None,
            "shown": dump(introduction.shown) if introduction.shown else None,
        }
        change = ("account", "state", "round", "place", "shown")
        await self._conn.execute(upsert(self._conn, introductions, ("member_id",), change).values(row))

    async def standing_in(self, place: Place) -> list[tuple[int, int]]:
        """Return whose introductions stand in a channel, with the round of each."""
        query = sa.select(introductions.c.member_id, introductions.c.round).where(
            introductions.c.community == self._community,
            introductions.c.state == "standing",
            introductions.c.place == dump(place.top),
        )
        return [(row.member_id, row.round) for row in await self._conn.execute(query)]

    # ---- counts for moderators

    async def count_waiting(self) -> int:
        """Count introductions that wait for their writer to agree to the rules."""
        query = sa.select(sa.func.count()).where(
            introductions.c.community == self._community,
            introductions.c.state == "waiting",
            introductions.c.member_id.in_(sa.select(members.c.id).where(members.c.left_at.is_(None))),
        )
        return int((await self._conn.execute(query)).scalar_one())
