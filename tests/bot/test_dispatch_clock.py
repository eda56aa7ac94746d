"""Events that are handled together came at different times, and each is handled at its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import dispatch
from chat.events import MessagePosted
from community.kpi.periods import Period, PeriodSpan
from handlers.context import Context
from handlers.routes import Feature, on
from storage.activity import Fact
from storage.engine import Database
from tests.bot.house import ROOM, house, said

WEEK = Period(PeriodSpan.WEEK, date(2026, 12, 7))
MIDNIGHT = datetime(2026, 12, 14, tzinfo=UTC)


async def test_of_two_events_on_either_side_of_midnight_only_the_second_sees_the_week_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "BUDGET_S", 60.0)  # so that a slow machine does not part them
    told: list[tuple[float | None, datetime]] = []

    async def tell(ctx: Context, event: MessagePosted) -> None:
        ctx.db.activity.record(Fact("message.posted", MIDNIGHT - timedelta(days=10), 1, ROOM), key=event.key)
        found = await ctx.db.figures.read(["at_risk"], [WEEK], zone=ZoneInfo("UTC"))
        told.append((found["at_risk", WEEK].value, ctx.db.knowledge.now))

    async with house(database, Feature("telling", routes=(on(MessagePosted, tell),)), started=False) as home:
        for minutes in (-1, 1):
            home.clock.time = MIDNIGHT + timedelta(minutes=minutes)
            await home.inbox.accept(said("x"))
        home.dispatcher.start()
        await home.settled()
        assert home.commits == 1, "they were one group"
    assert told == [(None, MIDNIGHT - timedelta(minutes=1)), (1.0, MIDNIGHT + timedelta(minutes=1))]
