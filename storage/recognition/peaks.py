"""Peak moments: what was found, how it stands, and what finding them needs to know of the past."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.questions.life import QuestionState
from community.recognition.moments import Kind, Moment, State
from storage.recognition.digest_week import DOING
from storage.sql import insert_new
from storage.tables.core import accounts, activity, members
from storage.tables.meetups import meetups
from storage.tables.questions import question_messages, questions
from storage.tables.recognition import peaks

# What others saw of somebody: who only joined once and now speaks is new, not back
SEEN = ("message.posted", "reaction.added", "question.asked", "question.answered", "seat.answered", "thanks.given")
_OWN = sa.or_(activity.c.data.is_(None), ~activity.c.data.contains('"imported":true'))


class PeakStore:
    """The peak moments of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    # ---- the moments

    async def add(self, new: Moment) -> int | None:
        """Store a moment; None where it is there already, however it stands."""
        row = {
            "community": self._community,
            "key": new.key,
            "kind": new.kind.value,
            "member_id": new.member,
            "nominated_by": new.by,
            "words": new.words or None,
            "data": msgspec.json.encode(new.data).decode(),
            "state": new.state.value,
            "at": new.at,
            "changed_at": new.changed_at,
        }
        statement = insert_new(self._conn, peaks).values(row).returning(peaks.c.id)
        new_id: int | None = (await self._conn.execute(statement)).scalar_one_or_none()
        return new_id

    async def set_state(self, moment: Moment, state: State, at: datetime | None = None) -> bool:
        """Let a moment stand otherwise; False where it does not stand as it was any more.

        Without ``at`` it keeps the time of its last step. Digests go by that of the post, and tell it once.
        """
        changed = {"state": state.value} if at is None else {"state": state.value, "changed_at": at}
        result = await self._conn.execute(
            sa.update(peaks)
            .where(peaks.c.community == self._community, peaks.c.id == moment.id, peaks.c.state == moment.state.value)
            .values(changed)
        )
        return result.rowcount > 0

    async def get(self, peak_id: int) -> Moment | None:
        """Return a moment."""
        return next(iter(await self._load(peaks.c.id == peak_id)), None)

    async def standing(self, states: Sequence[State]) -> list[Moment]:
        """Return the moments that stand so, the earliest first."""
        return await self._load(peaks.c.state.in_([state.value for state in states]))

    async def of_members(self, ids: Collection[int]) -> list[Moment]:
        """Return all moments of some members."""
        return await self._load(peaks.c.member_id.in_(ids)) if ids else []

    async def nominated_by(self, member_id: int, since: datetime) -> list[Moment]:
        """Return the nominations that a member has made."""
        return await self._load(peaks.c.nominated_by == member_id, peaks.c.at >= since)

    async def came_back(self, since: datetime) -> set[int]:
        """Return who was found to have come back after a while, whatever became of the moment."""
        query = sa.select(peaks.c.member_id).where(
            peaks.c.community == self._community,
            peaks.c.kind == Kind.COMEBACK.value,
            peaks.c.member_id.is_not(None),
            peaks.c.at >= since,
        )
        return set(await self._conn.scalars(query))

    async def _load(self, *conditions: sa.ColumnElement[bool]) -> list[Moment]:
        query = sa.select(peaks).where(
            peaks.c.community == self._community, peaks.c.kind.in_([kind.value for kind in Kind]), *conditions
        )
        return [_moment(row) for row in await self._conn.execute(query.order_by(peaks.c.at, peaks.c.id))]

    # ---- the past

    async def first_look(self) -> datetime | None:
        """Return when moments were looked for first."""
        query = sa.select(sa.func.min(activity.c.at, type_=activity.c.at.type)).where(
            activity.c.community == self._community, activity.c.kind == "peak.began"
        )
        found: datetime | None = (await self._conn.execute(query)).scalar_one()
        return found

    async def first_answers(self, among: Collection[int]) -> dict[int, datetime]:
        """Return when some members answered a question for the first time, imported history included."""
        query = (
            sa.select(activity.c.actor, sa.func.min(activity.c.at, type_=activity.c.at.type).label("first"))
            .where(
                activity.c.community == self._community,
                activity.c.actor.in_(among),
                activity.c.kind.in_(("question.answered", "question.replied")),
            )
            .group_by(activity.c.actor)
        )
        return {row.actor: row.first for row in await self._conn.execute(query)} if among else {}

    async def answerers(self, of: Collection[int]) -> dict[int, int]:
        """Return how many others have spoken in the threads of some questions."""
        query = (
            sa.select(
                question_messages.c.question_id, sa.func.count(question_messages.c.member_id.distinct()).label("n")
            )
            .where(
                question_messages.c.community == self._community,
                question_messages.c.question_id.in_(of),
                ~question_messages.c.by_asker,
            )
            .group_by(question_messages.c.question_id)
        )
        return {row.question_id: row.n for row in await self._conn.execute(query)} if of else {}

    async def first_solved(self, among: Collection[int]) -> dict[int, int]:
        """Return the question that each of some members solved first."""
        query = (
            sa.select(question_messages.c.member_id, questions.c.id)
            .join(question_messages, question_messages.c.id == questions.c.answer)
            .where(
                questions.c.community == self._community,
                questions.c.state == QuestionState.SOLVED.value,
                question_messages.c.member_id.in_(among),
            )
            .order_by(questions.c.solved_at, questions.c.id)
        )
        found: dict[int, int] = {}
        for row in await self._conn.execute(query) if among else ():
            found.setdefault(row.member_id, row.id)
        return found

    async def solved(self) -> int:
        """Count the questions that are solved."""
        return await self._count(questions.c.community, questions.c.state == QuestionState.SOLVED.value)

    async def held(self) -> int:
        """Count the meetups that are over."""
        return await self._count(meetups.c.community, meetups.c.state == "over")

    async def _count(self, community: sa.Column[Any], *conditions: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.count()).where(community == self._community, *conditions)
        return int((await self._conn.execute(query)).scalar_one())

    async def wrote_again(
        self, since: datetime, until: datetime, silent_from: datetime
    ) -> list[tuple[int, datetime, datetime]]:
        """Return who wrote in a span and did nothing from ``silent_from`` to its begin: (who, last seen, when again).

        For most members, one look into the index is enough: they did something in between.
        """
        wrote = (
            sa.select(activity.c.actor, sa.func.min(activity.c.at, type_=activity.c.at.type).label("back"))
            .where(
                activity.c.community == self._community,
                activity.c.kind == "message.posted",
                activity.c.at > since,
                activity.c.at <= until,
                activity.c.actor.is_not(None),
                _OWN,
            )
            .group_by(activity.c.actor)
            .subquery()
        )
        other = activity.alias()
        theirs = (other.c.community == self._community, other.c.actor == wrote.c.actor)
        about = sa.exists().where(*theirs, other.c.kind.in_(DOING), other.c.at >= silent_from, other.c.at <= since)
        last = sa.select(sa.func.max(other.c.at, type_=other.c.at.type)).where(
            *theirs, other.c.kind.in_(SEEN), other.c.at < wrote.c.back
        )
        query = sa.select(wrote.c.actor, wrote.c.back, last.scalar_subquery().label("last")).where(~about)
        rows = (await self._conn.execute(query)).all()
        return [(row.actor, row.last, row.back) for row in rows if row.last is not None]

    async def joined_within(self, spans: Sequence[tuple[datetime, datetime]]) -> dict[int, datetime]:
        """Return who is here and joined in one of some spans."""
        bots = sa.exists().where(accounts.c.member_id == members.c.id, accounts.c.is_bot)
        query = sa.select(members.c.id, members.c.joined_at).where(
            members.c.community == self._community,
            members.c.left_at.is_(None),
            sa.or_(sa.false(), *(members.c.joined_at.between(*span) for span in spans)),
            ~bots,
        )
        return {row.id: row.joined_at for row in await self._conn.execute(query)}

    async def founded_at(self) -> datetime | None:
        """Return when the first member joined."""
        query = sa.select(sa.func.min(members.c.joined_at, type_=members.c.joined_at.type)).where(
            members.c.community == self._community
        )
        found: datetime | None = (await self._conn.execute(query)).scalar_one()
        return found


def _moment(row: sa.Row[Any]) -> Moment:
    return Moment(
        id=row.id,
        key=row.key,
        kind=Kind(row.kind),
        member=row.member_id,
        by=row.nominated_by,
        words=row.words or "",
        data=msgspec.json.decode(row.data),
        state=State(row.state),
        at=row.at,
        changed_at=row.changed_at,
    )
