"""Who is erased leaves all meetups: their seat goes to the next in line, others organise, nobody reads their name."""

from __future__ import annotations

from community.seat_commands import Depart
from handlers.context import Context
from handlers.meetups.organisers import go_on_without
from handlers.meetups.steps import act, redraw_soon


async def forget_member(ctx: Context, member: int, *, key: str) -> None:
    """Take a member out of meetups and series. What they did at one that is over goes with their rows.

    Call it before the member's own row is deleted.
    """
    for meetup_id in await ctx.db.meetups.mine(member, ctx.now):
        if stored := await ctx.db.meetups.get(meetup_id):
            await act(ctx, stored, Depart(member=member, erase=True, key=key))
    await go_on_without(ctx, member, key)
    await ctx.db.flush()
    for meetup_id in await ctx.db.erasure.meetups.leave(member):
        await redraw_soon(ctx, meetup_id)
