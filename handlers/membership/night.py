"""The night of those who wait: what nobody asked for is told in the morning, unless they are awake after all."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.membership.line import wakes_at
from community.membership.values import OPEN, Application, Rhythm
from handlers.context import Context
from handlers.readers import account_in, account_to_reach, quiet_hours_of, zone_of
from storage.queues.timers import VANISHING

AWAKE = f"{VANISHING}membership.awake"  # of an application: they did something a moment ago
TELL = "membership.tell"  # in the morning: tell what was decided at night
AWAKE_FOR = timedelta(minutes=10)  # whoever did something so lately reads what comes now
NEAR = timedelta(minutes=1)  # who writes line by line is noted once a minute


async def note_awake(ctx: Context, one: Application, at: datetime) -> bool:
    """Remember that somebody did something who waits, or who is yet to be told something; says whether it is so now."""
    until = at + AWAKE_FOR
    if until <= ctx.now:  # told late: they may sleep by now
        return False
    if one.standing not in OPEN and await ctx.db.timers.due_at(TELL, one.id) is None:
        return False
    known = await ctx.db.timers.due_at(AWAKE, one.id)
    if known is None or until - known > NEAR:
        await ctx.db.timers.set(AWAKE, one.id, until)
    return True


async def rhythms_of(ctx: Context, applications: dict[int, Application]) -> dict[int, Rhythm]:
    """Return when those who wait are awake, by member."""
    lately = await ctx.db.timers.remembered(AWAKE, ctx.now)
    found = {}
    for member in await ctx.db.people.by_ids(applications):
        one = applications[member.id]
        account = account_in(member, one.account.home) or account_to_reach(member)
        awake = str(one.id) in lately or ctx.now - one.came_at < AWAKE_FOR
        found[member.id] = Rhythm(quiet_hours_of(member), zone_of(member, account, ctx.config), awake)
    return found


async def heard_at(ctx: Context, one: Application) -> datetime | None:
    """Return when somebody hears of what is decided now, where that is in the morning; none: at once."""
    rhythm = (await rhythms_of(ctx, {one.member: one})).get(one.member)
    at = wakes_at(rhythm, ctx.now) if rhythm else ctx.now
    return at if at > ctx.now else None
