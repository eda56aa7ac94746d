"""What is known of the line: loaded once, for decisions and for cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from community.membership.form import OUTLOOK, outlook
from community.membership.line import free_seats, place_of
from community.membership.values import Application, Roll, Standing
from community.when.zones import zone_or
from handlers.context import Context
from handlers.membership.night import rhythms_of


@dataclass(frozen=True, slots=True)
class Placed:
    """An application with its place in the line."""

    application: Application
    place: int | None  # from 1; none: not in the line
    length: int  # of the line
    free: bool  # whether a seat is there that nobody in the line is offered
    about: timedelta | None  # how long it may take, where that can be said honestly


async def load_roll(ctx: Context, *, about: int | None = None, without: int | None = None) -> Roll:
    """Load who has a seat and who waits for one; ``without``: as if a member were not here."""
    found = {one.member: one for one in await ctx.db.applications.open()}
    if about is not None and about not in found and (one := await ctx.db.applications.of(about)):
        found[about] = one
    return Roll(
        rules=ctx.config.membership,
        seated=await ctx.db.applications.seats_taken(without=without),
        applications=tuple(one for one in found.values() if one.member != without),
        rhythms=await rhythms_of(ctx, found),
        zone=zone_or(None, ctx.config.time_zone),
        last_rank=await ctx.db.applications.last_rank(),
    )


async def placed(ctx: Context, application: Application) -> Placed:
    """Return an application with its place."""
    place = length = None
    if application.standing is Standing.APPLIED:
        found = place_of(await ctx.db.applications.open(), application.member)
        place, length = found or (None, None)
    about = None
    if place is not None and ctx.config.membership.cap:
        about = outlook(await ctx.db.applications.seated_since(ctx.now - OUTLOOK), place, ctx.now)
    free = application.standing is Standing.WAITING and free_seats(await load_roll(ctx)) != 0
    return Placed(application, place, length or 0, free, about)
