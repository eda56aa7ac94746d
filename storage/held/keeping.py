"""What happens to rows whose time is over, as the declarations say: a portion at a time, so that nobody waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.settings.privacy import PrivacySettings
from storage.erasing.erasure import ErasureStore
from storage.held.declaring import Held, Then, Window
from storage.held.everything import HELD
from storage.tables.core import activity, members
from storage.tables.membership import erased
from storage.tables.moderation import cases, reports
from storage.tables.questions import questions

PORTION = 500  # rows in one transaction
TAKEN_BACK = timedelta(days=30)
PEOPLE = 20  # members whose old facts lose their name in one transaction


class KeepingStore:
    """The rows of one community whose time is over, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str, *, declared: Sequence[Held] = HELD) -> None:
        self._conn = conn
        self._community = community
        self._declared = declared

    async def expire(self, settings: PrivacySettings, now: datetime) -> bool:
        """Let a portion go; says whether there may be more. Left members and questions are the caller's."""
        more = await self._unquote()
        await self._drop_taken_back(now)
        for one, window in self._windows():
            if (before := end_of(window, settings, now)) is None:
                continue
            match window.then:
                case Then.DELETED if one.table is not questions:
                    more |= await self._delete(one, window, before) >= PORTION
                case Then.EMPTIED:
                    more |= await self._empty(one, window, before) >= PORTION
                case Then.NUMBERED if one.table is activity:
                    more |= await self._number(before) >= PEOPLE
                case _:
                    pass
        return more

    async def left(self, settings: PrivacySettings, now: datetime, limit: int) -> list[int]:
        """Return members who left so long ago that they are to be erased."""
        before = end_of(Window(since="left_at", setting="left_members_days"), settings, now)
        if before is None:
            return []
        query = sa.select(members.c.id).where(members.c.community == self._community, members.c.left_at < before)
        return list((await self._conn.execute(query.order_by(members.c.id).limit(limit))).scalars())

    async def old_questions(self, settings: PrivacySettings, now: datetime) -> list[int]:
        """Return questions that ended so long ago that they are to be deleted."""
        before = end_of(Window(since="closed_at", setting="questions_days"), settings, now)
        if before is None:
            return []
        ended = sa.func.coalesce(questions.c.closed_at, questions.c.solved_at, type_=questions.c.closed_at.type)
        over = sa.and_(questions.c.community == self._community, questions.c.state.in_(("closed", "solved")))
        query = sa.select(questions.c.id).where(over, ended < before).order_by(questions.c.id).limit(PORTION // 10)
        return list((await self._conn.execute(query)).scalars())

    async def delete_questions(self, ids: Sequence[int]) -> None:
        """Delete questions with all that was said to them."""
        here = sa.and_(questions.c.community == self._community, questions.c.id.in_(ids))
        await self._conn.execute(sa.delete(questions).where(here))

    def _windows(self) -> Iterator[tuple[Held, Window]]:
        return ((one, window) for one in self._declared for window in one.windows if not window.by)

    async def _delete(self, one: Held, window: Window, before: datetime) -> int:
        return (await self._conn.execute(sa.delete(one.table).where(self._some(one, window, before)))).rowcount

    async def _empty(self, one: Held, window: Window, before: datetime) -> int:
        values: dict[str, Any] = {name: None if one.table.c[name].nullable else "" for name in window.columns}
        full = sa.or_(
            *(
                one.table.c[name].is_not(None) if one.table.c[name].nullable else one.table.c[name] != ""
                for name in window.columns
            )
        )
        statement = sa.update(one.table).where(self._some(one, window, before, full)).values(values)
        return (await self._conn.execute(statement)).rowcount

    def _some(self, one: Held, window: Window, before: datetime, *more: sa.ColumnElement[bool]) -> Any:  # noqa: ANN401 - a condition
        """Return a condition for a portion of the rows whose time is over, by their primary key."""
        key = tuple(one.table.primary_key.columns)
        chosen = [one.table.c.community == self._community, one.table.c[window.since] < before, *more]
        chosen += [one.table.c[name].in_(values) for name, values in window.where.items()]
        return sa.tuple_(*key).in_(sa.select(*key).where(*chosen).limit(PORTION))

    # ---- facts

    async def _number(self, before: datetime) -> int:
        """Let old facts lose their names; returns of how many members.

        Somebody's facts grow old day by day, so the number is the same each time, or whoever was active in a month
        would be counted twice in it. Months are taken whole, for the same reason.
        """
        before = before.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        query = (
            sa.select(activity.c.actor)
            .distinct()
            .where(activity.c.community == self._community, activity.c.actor > 0, activity.c.at < before)
            .limit(PEOPLE)
        )
        people = list((await self._conn.execute(query)).scalars())
        if not people:
            return 0
        erasure = ErasureStore(self._conn, self._community)
        for member in people:
            await erasure.number_facts(member, await erasure.aged_number(member), before=before)
        return len(people)

    # ---- marks

    async def _drop_taken_back(self, now: datetime) -> None:
        """Forget marks of who began anew where no list beside backups is kept, which lets them go within seconds."""
        old = sa.and_(erased.c.community == self._community, erased.c.back_at < now - TAKEN_BACK)
        await self._conn.execute(sa.delete(erased).where(old))

    # ---- cases

    async def _unquote(self) -> bool:
        """Take out of closed cases what they quoted of somebody who was erased while they were open."""
        closed = sa.select(cases.c.id).where(cases.c.community == self._community, cases.c.closed_at.is_not(None))
        quotes = sa.and_(
            reports.c.community == self._community,
            reports.c.quoted_of.is_(None),
            sa.or_(reports.c.quoted.is_not(None), reports.c.message.is_not(None)),
            reports.c.case_id.in_(closed),
        )
        some = sa.select(reports.c.id).where(quotes).limit(PORTION)
        gone = {"quoted": None, "message": None, "message_id": None}
        return (await self._conn.execute(sa.update(reports).where(reports.c.id.in_(some)).values(gone))).rowcount >= (
            PORTION
        )


def end_of(window: Window, settings: PrivacySettings, now: datetime) -> datetime | None:
    """Return before when a window's rows are too old; none where they are kept for good."""
    days = window.days if window.setting is None else getattr(settings, window.setting)
    return now - timedelta(days=days) if days else None
