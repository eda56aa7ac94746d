"""Keeps the roll-up near the log, a portion at a time, so that whoever asks for figures waits for little."""

from __future__ import annotations

from datetime import datetime, time

from community.config import CommunitySettings
from community.hours.schedule import ONE, Standing, next_daily
from community.signals import TimerDue
from community.when.zones import zone_or
from handlers.context import Context
from handlers.routes import Feature, due
from storage.figures.rollup import PORTION

FOLD = "figures.fold"
AT = time(4, 0)  # what comes until the next night is folded by whoever asks: in a large community, half a second


async def keep_folded(ctx: Context, event: TimerDue) -> None:
    """Fold a portion; after an import or a change of the time zone there is more, and it goes on in a second."""
    del event
    await caught_up(ctx)


async def caught_up(ctx: Context) -> bool:
    """Fold a portion and say whether that was all; if not, the rest follows by itself, and figures have to wait.

    Whoever asks must not fold it all: while a large log is folded, nobody else can write on SQLite.
    """
    if await ctx.db.figures.fold(zone_or(None, ctx.config.time_zone), most=PORTION) < PORTION:
        return True
    await ctx.db.timers.set(FOLD, ONE, ctx.now)
    return False


def next_night(settings: CommunitySettings, after: datetime) -> datetime:
    """Return when the next fold begins."""
    return next_daily(AT, zone_or(None, settings.time_zone), after)


FEATURE = Feature("figures.folding", routes=(due(FOLD, keep_folded),), standing=(Standing(FOLD, next_night),))
