"""What waits for the end of quiet days, when these begin, grow shorter or are lifted."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.config import CommunitySettings
from community.hours.quiet_days import (
    PROMPTING_EFFECTS,
    PROMPTS,
    bring_forward,
    is_resting,
    put_off_by_days,
    quiet_ends,
    resume_at,
    resumes,
)
from storage.queues.outbox import PUT_OFF
from storage.queues.timers import PUT_OFF_TIMER, TimerStore
from storage.tables.core import outbox, timers


class Resting:
    """The timers and effects of one community that quiet days put off, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def follow(self, settings: CommunitySettings, now: datetime) -> None:
        """Let what waits follow the quiet days that are set now. Doing it twice changes nothing more."""
        if is_resting(settings, now):
            await self._put_off_queued(settings, now)
        begin, over = resumes(settings, now)
        store = TimerStore(self._conn, self._community)
        for timer_id, key in await store.all_put_off(begin + over):
            await store.move(timer_id, resume_at(settings, now, key))
        waiting = sa.select(outbox.c.id, outbox.c.due_at).where(self._untried, outbox.c.error == PUT_OFF)
        for row in (await self._conn.execute(waiting)).all():
            if (sooner := bring_forward(settings, now, row.due_at)) != row.due_at:
                await self._move(row.id, sooner)

    async def waiting(self, settings: CommunitySettings, now: datetime) -> int:
        """Count what these quiet days put off, as far as it is known already: timers and effects that prompt."""
        ends = quiet_ends(settings) or now
        due = sa.select(sa.func.count()).where(
            timers.c.community == self._community,
            timers.c.kind.in_(list(PROMPTS)),
            sa.or_(timers.c.due_at < ends, PUT_OFF_TIMER),
        )
        queued = sa.select(sa.func.count()).where(
            self._untried, self._prompting, sa.or_(outbox.c.due_at < ends, outbox.c.error == PUT_OFF)
        )
        return sum([int((await self._conn.execute(query)).scalar_one()) for query in (due, queued)])

    async def _put_off_queued(self, settings: CommunitySettings, now: datetime) -> None:
        """Put off what was queued before the quiet days began, as far as it prompts somebody."""
        begin, _ = resumes(settings, now)
        due = sa.select(outbox.c.id, outbox.c.due_at).where(self._untried, self._prompting, outbox.c.due_at < begin)
        for row in (await self._conn.execute(due)).all():
            await self._move(row.id, put_off_by_days(settings, now, row.due_at))

    async def _move(self, row_id: int, due: datetime) -> None:
        changed = {"due_at": due, "error": PUT_OFF}
        await self._conn.execute(sa.update(outbox).where(outbox.c.id == row_id, self._untried).values(changed))

    @property
    def _prompting(self) -> sa.ColumnElement[bool]:
        return sa.or_(*(outbox.c.key.startswith(f"{kind}:", autoescape=True) for kind in PROMPTING_EFFECTS))

    @property
    def _untried(self) -> sa.ColumnElement[bool]:
        """What was surely not sent yet; what may stand on the platform already is looked for at once."""
        return sa.and_(outbox.c.community == self._community, outbox.c.state == "queued", outbox.c.tried_at.is_(None))
