"""What happened in a span, as a digest needs it: who is new, who talked where, who thanked whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import MessageRef, Place, Platform
from chat.moments import moment_of
from community.digest.choosing import Newcomer
from community.people.onboarding import Stage
from community.questions.life import QuestionState
from storage.tables.core import accounts, activity, members
from storage.tables.onboarding import introductions, stages
from storage.tables.questions import question_messages, questions
from storage.tables.recognition import peaks, thanks

_NEAR = timedelta(seconds=2)  # exports round times
_AT_ONCE = 50
DOING = (  # what somebody does who is about; what is done to them, or sent to them, does not count
    "member.joined",
    "member.returned",
    "member.agreed",
    "member.chose",
    "message.posted",
    "message.edited",
    "reaction.added",
    "channel.entered",
    "question.asked",
    "question.answered",
    "question.taken",
    "question.solved",
    "invitation.accepted",
    "invitation.passed",
    "seat.answered",
    "seat.seated",
    "seat.waiting",
    "seat.claimed",
    "seat.declined",
    "seat.left",
    "idea.noted",
    "idea.supported",
    "thanks.given",
    "digest.opened",
)


@dataclass(frozen=True, slots=True)
class StoredThanks:
    """A word of thanks."""

    giver: int
    receiver: int
    words: str
    about: MessageRef | None
    at: datetime
    openly: bool = False


@dataclass(frozen=True, slots=True)
class StoredPeak:
    """A peak moment."""

    id: int
    kind: str
    member: int | None
    nominated_by: int | None
    words: str
    data: dict[str, Any]
    at: datetime


class WeekStore:
    """A span of one community's life, inside one unit of work. The begin of a span is not in it, its end is."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def newcomers(self, since: datetime, until: datetime) -> list[Newcomer]:
        """Return who agreed to the rules, or has been introduced since, of those who are here."""
        steps = (Stage.AGREED.value, Stage.INTRODUCED.value)
        fresh = sa.select(stages.c.member_id).where(
            stages.c.community == self._community, stages.c.stage.in_(steps), stages.c.at > since, stages.c.at <= until
        )
        bots = sa.exists().where(accounts.c.member_id == members.c.id, accounts.c.is_bot)
        query = (
            sa.select(stages.c.member_id, stages.c.stage, stages.c.at, introductions.c.state)
            .join(members, members.c.id == stages.c.member_id)
            .outerjoin(introductions, introductions.c.member_id == stages.c.member_id)
            .where(
                stages.c.community == self._community,
                stages.c.member_id.in_(fresh),
                stages.c.stage.in_(steps),
                members.c.left_at.is_(None),
                ~bots,
            )
        )
        reached: dict[int, dict[str, datetime]] = {}
        standing: set[int] = set()
        for row in await self._conn.execute(query):
            reached.setdefault(row.member_id, {})[row.stage] = row.at
            if row.state == "standing":
                standing.add(row.member_id)
        found = []
        for member, at in reached.items():
            agreed, introduced = at.get(steps[0]), at.get(steps[1]) if member in standing else None
            if agreed is None:
                continue
            newest = max(agreed, introduced or agreed)
            if since < newest <= until:
                found.append(Newcomer(member, newest, introduced is not None))
        return found

    async def threads(self, since: datetime, until: datetime) -> dict[Place, dict[int, int]]:
        """Return who wrote how often in each thread."""
        where = (activity.c.platform, activity.c.workspace, activity.c.place)
        query = (
            sa.select(*where, activity.c.actor, sa.func.count().label("n"))
            .where(*self._said(since, until), activity.c.place.contains(":"), activity.c.actor.is_not(None))
            .group_by(*where, activity.c.actor)
        )
        turns: dict[tuple[str, str, str], dict[int, int]] = {}
        for platform, workspace, spot, actor, n in await self._conn.execute(query):
            turns.setdefault((platform, workspace, spot), {})[actor] = n
        found: dict[Place, dict[int, int]] = {}
        for (platform, workspace, spot), of in turns.items():
            channel, _, thread = spot.partition(":")
            found[Place(Platform(platform), workspace, channel, thread)] = of
        return found

    async def began_by(self, who: Collection[int], threads: Collection[Place]) -> set[Place]:
        """Return the threads that hang on a message of some members.

        That message is looked for when its id says that it was written; where the id does not tell, among all that
        these members ever wrote.
        """
        at = {place: moment_of(place.platform, place.thread or "") for place in threads}
        known = [place for place in threads if at[place]]
        found: set[Place] = set()
        for start in range(0, len(known) if who else 0, _AT_ONCE):
            some = known[start : start + _AT_ONCE]
            moments = [moment for place in some if (moment := at[place])]
            # All that the index begins with stands in each of them, or SQLite would read every message there is
            near = sa.or_(*(sa.and_(*self._said(moment - _NEAR, moment + _NEAR)) for moment in moments))
            found |= await self._begun(some, near, set(who))
        rest = [place for place in threads if not at[place]]
        if who and rest:
            found |= await self._begun(rest, sa.and_(*self._posted(), activity.c.actor.in_(who)), set(who))
        return found

    async def _begun(
        self, threads: Collection[Place], where: sa.ColumnElement[bool], who: Collection[int]
    ) -> set[Place]:
        query = sa.select(
            activity.c.platform, activity.c.workspace, activity.c.place, activity.c.subject, activity.c.actor
        ).where(where, activity.c.subject.in_([thread.thread for thread in threads]))
        found = set()
        for row in await self._conn.execute(query):
            if row.actor in who and row.platform and row.place:
                channel = row.place.partition(":")[0]
                found.add(Place(Platform(row.platform), row.workspace, channel, row.subject))
        return found & set(threads)

    async def said_at(
        self, places: Collection[Place], since: datetime, until: datetime
    ) -> list[tuple[str, int, datetime]]:
        """Return who wrote when in some threads, bots left out; the thread as ``str(place)``."""
        spots = {(p.platform.value, p.workspace, f"{p.channel}:{p.thread}"): str(p) for p in places}
        bots = sa.exists().where(accounts.c.member_id == activity.c.actor, accounts.c.is_bot)
        query = sa.select(
            activity.c.platform, activity.c.workspace, activity.c.place, activity.c.actor, activity.c.at
        ).where(
            *self._said(since, until),
            activity.c.place.in_({spot for *_, spot in spots}),
            activity.c.actor.is_not(None),
            ~bots,
        )
        rows = await self._conn.execute(query) if places else ()
        found = [(spots.get((row.platform, row.workspace, row.place)), row.actor, row.at) for row in rows]
        return [(name, actor, at) for name, actor, at in found if name]

    async def first_answers(
        self, since: datetime, until: datetime
    ) -> tuple[Sequence[datetime], Mapping[int, timedelta]]:
        """Return when questions were asked, and by their place in it how long the first human answer took."""
        facts = sa.select(activity.c.kind, activity.c.subject, activity.c.at, activity.c.data).where(
            activity.c.community == self._community, activity.c.at > since, activity.c.at <= until
        )
        order = (activity.c.at, activity.c.id)
        asked = facts.where(activity.c.kind == "question.asked").order_by(*order)
        answered = facts.where(activity.c.kind == "question.answered").order_by(*order)
        at: dict[str, datetime] = {row.subject: row.at for row in await self._conn.execute(asked)}
        waited: dict[str, timedelta] = {}
        for row in await self._conn.execute(answered):
            data = msgspec.json.decode(row.data) if row.data else {}
            if row.subject in at and data.get("first") and row.subject not in waited:
                waited[row.subject] = row.at - at[row.subject]
        return list(at.values()), {n: waited[subject] for n, subject in enumerate(at) if subject in waited}

    async def asked_about(self, since: datetime, until: datetime) -> dict[int, tuple[str, int | None]]:
        """Return the topic and asker of each question that was posted with a topic."""
        query = sa.select(questions.c.id, questions.c.topic, questions.c.asker).where(
            questions.c.community == self._community,
            questions.c.asked_at > since,
            questions.c.asked_at <= until,
            questions.c.state != QuestionState.DRAFT,
            questions.c.topic.is_not(None),
        )
        return {row.id: (row.topic, row.asker) for row in await self._conn.execute(query)}

    async def repliers(self, questions: Collection[int], until: datetime) -> dict[int, dict[int, int]]:
        """Return who wrote how often in the threads of questions."""
        query = (
            sa.select(question_messages.c.question_id, question_messages.c.member_id, sa.func.count().label("n"))
            .where(
                question_messages.c.community == self._community,
                question_messages.c.question_id.in_(questions),
                question_messages.c.member_id.is_not(None),
                question_messages.c.at <= until,
            )
            .group_by(question_messages.c.question_id, question_messages.c.member_id)
        )
        found: dict[int, dict[int, int]] = {}
        for row in await self._conn.execute(query) if questions else ():
            found.setdefault(row.question_id, {})[row.member_id] = row.n
        return found

    async def thanks(self, since: datetime, until: datetime) -> list[StoredThanks]:
        """Return the thanks that were given."""
        query = sa.select(thanks).where(
            thanks.c.community == self._community, thanks.c.at > since, thanks.c.at <= until, thanks.c.state == "given"
        )
        return [
            StoredThanks(
                row.giver_id,
                row.receiver_id,
                row.words,
                msgspec.json.decode(row.message, type=MessageRef) if row.message else None,
                row.at,
                row.openly,
            )
            for row in await self._conn.execute(query.order_by(thanks.c.at, thanks.c.id))
        ]

    async def peaks(self, since: datetime, until: datetime) -> list[StoredPeak]:
        """Return the peak moments that were told by themselves in the span, and stand."""
        query = sa.select(peaks).where(
            peaks.c.community == self._community,
            peaks.c.state == "posted",
            peaks.c.changed_at > since,
            peaks.c.changed_at <= until,
        )
        return [
            StoredPeak(
                row.id,
                row.kind,
                row.member_id,
                row.nominated_by,
                row.words or "",
                msgspec.json.decode(row.data),
                row.at,
            )
            for row in await self._conn.execute(query.order_by(peaks.c.at, peaks.c.id))
        ]

    async def active(self, among: Collection[int], since: datetime) -> set[int]:
        """Return who of some members did anything from then on."""
        query = (
            sa.select(activity.c.actor)
            .distinct()
            .where(
                activity.c.community == self._community,
                activity.c.actor.in_(among),
                activity.c.at > since,
                activity.c.kind.in_(DOING),
            )
        )
        return set((await self._conn.execute(query)).scalars()) if among else set()

    def _said(self, since: datetime, until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
        return (*self._posted(), activity.c.at > since, activity.c.at <= until)

    def _posted(self) -> tuple[sa.ColumnElement[bool], ...]:
        return activity.c.community == self._community, activity.c.kind == "message.posted"
