"""Daily, a portion at a time: what is kept for some days goes when they are over; see ``storage/held/keeping.py``."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from community.config import CommunitySettings
from community.hours.schedule import ONE, next_daily
from community.signals import TimerDue
from community.when.zones import zone_or
from handlers.context import Context
from handlers.privacy.erasing import erase

KEEP = "privacy.keep"
AT = time(4, 30)
SOON = timedelta(seconds=2)  # between two portions others write
MEMBERS = 2  # erased in one transaction: each takes a tenth of a second


async def keep(ctx: Context, event: TimerDue) -> None:
    """Let a portion go; the rest follows by itself."""
    settings = ctx.config.privacy
    left = await ctx.db.keeping.left(settings, ctx.now, MEMBERS)
    for member_id in left:
        member = await ctx.db.people.by_id(member_id)
        if member is not None:  # who comes back later is welcome: no mark is left
            await erase(ctx, member, key=f"{event.key}:{len(left)}", marked=False)
    old = await ctx.db.keeping.old_questions(settings, ctx.now)
    for question in old:
        await ctx.db.knowledge.remove(question)
    if old:
        await ctx.db.keeping.delete_questions(old)
    more = await ctx.db.keeping.expire(settings, ctx.now)
    if more or old or len(left) == MEMBERS:
        await ctx.db.timers.set(KEEP, ONE, ctx.now + SOON)


def next_night(settings: CommunitySettings, after: datetime) -> datetime:
    """Return when the next round begins."""
    return next_daily(AT, zone_or(None, settings.time_zone), after)
