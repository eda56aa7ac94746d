"""A series goes on: its next meetups stand ready, and the next to come is announced, when the one before it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from community.meetups.plan import MeetupState, cancel
from community.meetups.series import AHEAD, Occurrence, end_before, skip, upcoming
from community.seats.commands import Cancel
from community.signals import TimerDue
from community.when.wall import on_wall
from handlers.context import Context
from handlers.meetups.opening import open_meetup
from handlers.meetups.plan_steps import fresh_ledger
from handlers.meetups.steps import act, announce, log, redraw_soon
from handlers.routes import Feature, due
from storage.meetups.plans import StoredMeetup
from storage.meetups.series import StoredSeries

SERIES = "meetup.series"  # timer of a series: the next meetup of it is over


async def begin_series(ctx: Context, stored: StoredMeetup) -> None:
    """Let a series begin with its first meetup, which has just been announced."""
    kept = await ctx.db.series.get(stored.series) if stored.series is not None else None
    ledger = await ctx.db.meetups.ledger(stored.id)
    if kept is None or ledger is None:
        return
    await roll(ctx, replace(kept, meetup=stored.meetup, seats=dict(ledger.allotments)))


async def roll(ctx: Context, kept: StoredSeries) -> None:
    """Make the next meetups of a series, announce the next to come, and look again when it is over.

    Each slot of a series holds one meetup at most, so it does not matter how often this is done.
    """
    ahead = upcoming(kept.series, ctx.now, AHEAD)
    standing = await ctx.db.meetups.of_series(kept.id)
    if kept.ended or not ahead or not standing:
        await ctx.db.series.save(replace(kept, ended=True))
        await ctx.db.timers.drop(SERIES, kept.id)
        return
    taken = {stored.slot for stored in standing}
    for occurrence in ahead:
        if occurrence.starts not in taken:
            await _make(ctx, kept, occurrence, standing[-1])
    await ctx.db.series.save(replace(kept, planned_until=ahead[-1].starts))
    await _announce_next(ctx, kept.id)
    await ctx.db.timers.set(SERIES, kept.id, ahead[0].ends)


async def _make(ctx: Context, kept: StoredSeries, occurrence: Occurrence, before: StoredMeetup) -> None:
    plan = msgspec.structs.replace(kept.meetup.plan, starts=occurrence.starts, ends=occurrence.ends)
    # neither why one was called off nor the word that is said at it belongs to the next
    meetup = msgspec.structs.replace(kept.meetup, plan=plan, state=MeetupState.PLANNED, revision=0, reason="", word="")
    meetup_id = await ctx.db.meetups.add(meetup, before.home, ctx.now, series=kept.id, slot=occurrence.starts)
    if meetup_id is None:
        return  # somebody was faster
    ctx.db.meetups.put_ledger(fresh_ledger(ctx, meetup_id, plan, kept.seats))
    stored = StoredMeetup(id=meetup_id, meetup=meetup, home=before.home, series=kept.id, slot=occurrence.starts)
    await ctx.db.meetup_before.copy_questions(before.id, meetup_id)
    await open_meetup(ctx, stored, f"series:{kept.id}", first=False)


async def _announce_next(ctx: Context, series_id: int) -> None:
    """Post the card of the next meetup alone: a channel full of the same is read by nobody."""
    coming = (
        stored
        for stored in await ctx.db.meetups.of_series(series_id)
        if stored.meetup.state is MeetupState.PLANNED and stored.meetup.plan.ends > ctx.now
    )
    stored = next(coming, None)
    if stored is not None and not await ctx.db.meetups.stands(stored.id):
        await announce(ctx, stored)


async def go_on(ctx: Context, event: TimerDue) -> None:
    """Let a series go on."""
    kept = await ctx.db.series.get(int(event.subject))
    if kept is not None and kept.planned_until is not None:
        await roll(ctx, kept)


# ---- fewer


async def call_off(ctx: Context, stored: StoredMeetup, by: int, *, reason: str, key: str) -> StoredMeetup:
    """Cancel one meetup; everybody who holds or waits for a seat is told. Whether ``by`` may, the caller knows.

    Raises:
        MeetupError: it is over.

    """
    change = cancel(stored.meetup, by, reason=reason, moderator=True)
    after = replace(stored, meetup=change.meetup)
    if not change.parts:
        return after
    await ctx.db.meetups.save(stored.id, change.meetup)
    await act(ctx, after, Cancel(by=by, key=f"{key}:cancel:{stored.id}"))
    log(ctx, after, "cancelled", by, key)
    await redraw_soon(ctx, stored.id)
    return after


async def leave_out(ctx: Context, kept: StoredSeries, day: date) -> None:
    """Leave out one date of a series, and let another stand ready in its place."""
    await roll(ctx, replace(kept, series=skip(kept.series, day)))


async def end_from(ctx: Context, kept: StoredSeries, day: date, by: int, *, reason: str, key: str) -> int:
    """End a series before a day; its meetups from then on are cancelled. Returns how many these were."""
    gone = 0
    for stored in reversed(await ctx.db.meetups.of_series(kept.id)):  # so that none names one as next that goes, too
        if stored.meetup.state is MeetupState.PLANNED and slot_day(kept, stored) >= day:
            await call_off(ctx, stored, by, reason=reason, key=key)
            gone += 1
    rest = end_before(kept.series, day)
    await roll(ctx, replace(kept, series=rest or kept.series, ended=rest is None))
    return gone


def slot_day(kept: StoredSeries, stored: StoredMeetup) -> date:
    """Return the day by which a series knows one of its meetups, wherever that was moved to."""
    return on_wall(stored.slot or stored.meetup.plan.starts, ZoneInfo(kept.series.zone)).date()


FEATURE = Feature("meetups.series_steps", routes=(due(SERIES, go_on),))
