"""A change to a meetup of a series and to all that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from community.meetups.plan import MeetupError, MeetupState, Plan, Wrong, edit, faults_of
from community.meetups.series import AHEAD, Change, Occurrence, Series, SeriesError, this_and_following, upcoming
from community.meetups.series_repeat import moved_rule
from community.seats.commands import Reschedule
from community.seats.ledger import decide
from community.when.wall import on_wall
from handlers.context import Context
from handlers.meetups.held import Held
from handlers.meetups.plan_steps import SeatsRefusedError, apply_change, seats_at
from handlers.meetups.series_steps import call_off, roll, slot_day
from storage.meetups.plans import StoredMeetup
from storage.meetups.series import StoredSeries


class RhythmError(Exception):
    """The series cannot move to that day: its rhythm has several, or it ends before."""


async def change_following(ctx: Context, found: Held, plan: Plan, key: str) -> Held:
    """Change a meetup, all that follow it, and what the series goes on with.

    A new time splits the series: what was before it keeps the old one. Everybody who holds or waits for a seat in one
    of them is told.

    Raises:
        MeetupError: the plan cannot be.
        RhythmError: the rhythm has several days, so that it is not clear which of them moves.
        SeatsRefusedError: a ledger does not allow the new time.

    """
    kept = await ctx.db.series.get(found.stored.series) if found.stored.series is not None else None
    if kept is None or kept.ended:
        raise MeetupError(Wrong.NOT_OPEN)
    before = found.meetup.plan
    if wrong := faults_of(plan, ctx.now, before=before):
        raise MeetupError(*wrong)
    day = slot_day(kept, found.stored)
    meetups = [
        stored
        for stored in await ctx.db.meetups.of_series(kept.id)
        if stored.meetup.state is MeetupState.PLANNED and slot_day(kept, stored) >= day
    ]
    ledger = await ctx.db.meetups.ledger(found.stored.id)
    template = msgspec.structs.replace(found.meetup, plan=plan)
    seats = seats_at(plan.where, ledger.allotments if ledger else kept.seats)
    if (before.starts, before.ends) == (plan.starts, plan.ends):
        after = replace(kept, meetup=template, seats=seats)
        for stored in meetups:
            times = stored.meetup.plan
            await _change(ctx, found, stored, _at(plan, times.starts, times.ends), key)
    else:
        rest, series = _split(kept.series, day, plan, before)
        await _check_all(ctx, found, meetups, plan, series)
        await roll(ctx, replace(kept, series=rest or kept.series, ended=rest is None))
        new_id = await ctx.db.series.add(series, template, seats)
        after = StoredSeries(id=new_id, series=series, meetup=template, seats=seats)
        await _move(ctx, found, after, meetups, key)
    await roll(ctx, after)
    stands = await ctx.db.meetups.get(found.stored.id)
    return replace(found, stored=stands or found.stored)


def _split(series: Series, day: date, plan: Plan, before: Plan) -> tuple[Series | None, Series]:
    """Return what was before the change, if anything, and the series as it goes on."""
    zone = ZoneInfo(series.zone)
    first, was = on_wall(plan.starts, zone), on_wall(before.starts, zone)
    try:
        rule = moved_rule(series.rule, first) if first.date() != was.date() else None
        change = Change(rule=rule, time=first.time(), duration=plan.ends - plan.starts)
        rest, after = this_and_following(series, day, change)
        # on the day that was said, even where that is before the old one
        return rest, msgspec.structs.replace(after, first=first)
    except SeriesError:
        raise RhythmError from None


async def _check_all(ctx: Context, found: Held, meetups: list[StoredMeetup], plan: Plan, series: Series) -> None:
    """Refuse as a whole what one of them refuses, before anything is written."""
    by = found.who.member.id
    for stored, occurrence in _pairs(ctx, meetups, series):
        edit(stored.meetup, _at(plan, occurrence.starts, occurrence.ends), by, ctx.now, moderator=True)
        ledger = await ctx.db.meetups.ledger(stored.id)
        asked = Reschedule(by=by, starts=occurrence.starts, ends=occurrence.ends)
        if ledger is not None and (refusal := decide(ledger, asked, ctx.now).refusal):
            raise SeatsRefusedError(refusal)


def _pairs(ctx: Context, meetups: list[StoredMeetup], series: Series) -> list[tuple[StoredMeetup, Occurrence]]:
    """Return which meetup goes to which date; those for which none is left are not among them."""
    return list(zip(meetups, upcoming(series, ctx.now, max(AHEAD, len(meetups))), strict=False))


async def _move(ctx: Context, found: Held, series: StoredSeries, meetups: list[StoredMeetup], key: str) -> None:
    pairs = _pairs(ctx, meetups, series.series)
    for stored, occurrence in pairs:
        await ctx.db.series.attach(stored.id, series.id, occurrence.starts)
        moved = replace(stored, series=series.id, slot=occurrence.starts)
        await _change(ctx, found, moved, _at(series.meetup.plan, occurrence.starts, occurrence.ends), key)
    for stored in reversed(meetups[len(pairs) :]):
        await call_off(ctx, stored, found.who.member.id, reason="", key=key)


async def _change(ctx: Context, found: Held, stored: StoredMeetup, plan: Plan, key: str) -> None:
    """Change one of them; whoever may change the one may change those that follow."""
    change = edit(stored.meetup, plan, found.who.member.id, ctx.now, moderator=True)
    await apply_change(ctx, stored, change, f"{key}:{stored.id}")


def _at(plan: Plan, starts: datetime, ends: datetime) -> Plan:
    return msgspec.structs.replace(plan, starts=starts, ends=ends)
