"""Who is erased leaves all meetups: their seat goes to the next in line, others organise, nobody reads their name."""

from __future__ import annotations

from collections.abc import Collection

from community.seats.commands import ClockMoved, Depart
from handlers.context import Context
from handlers.meetups.organisers import ask_for_organisers, go_on_without
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


async def go_on_after(ctx: Context, meetup_ids: Collection[int]) -> None:
    """Let meetups go on whose people were taken out of the store already, as it happens after a restore."""
    found = [stored for one in meetup_ids if (stored := await ctx.db.meetups.get(one))]
    for stored in found:
        await act(ctx, stored, ClockMoved())  # whoever waits gets the seat
        await redraw_soon(ctx, stored.id)
    await ask_for_organisers(ctx, found)
