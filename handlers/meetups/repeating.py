"""A plan that repeats: read from words, kept beside the plan until it is announced."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import msgspec

from chat.events import FormSubmitted
from chat.form import Form
from community.meetups.plan import faults_of
from community.meetups.series import Series, SeriesError, upcoming
from community.meetups.series_repeat import read_repeat
from community.when.said import ProblemKind, WhenProblem
from community.when.wall import on_wall
from community.words import tame
from handlers.context import Context
from handlers.meetups.held import Held
from handlers.meetups.part_forms import ENDLESS, LEFT_OUT, repeat_form
from handlers.meetups.plan_forms import WRONG
from handlers.meetups.plan_steps import put_draft, seats_at
from handlers.meetups.when_words import problem_text
from storage.meetups.series import StoredSeries

_ENDS = {ProblemKind.NO_END}
_NO_RHYTHM = {ProblemKind.UNREAD, ProblemKind.NO_RULE, ProblemKind.NO_DATE, ProblemKind.NO_TIME}  # here it has both


async def form_of_repeat(ctx: Context, found: Held) -> Form:
    """Return the form for how a plan repeats."""
    return repeat_form(found.who.t, found.stored.id, holidays=bool(ctx.config.meetups.holidays))


async def take_repeat(ctx: Context, found: Held, event: FormSubmitted) -> Held | dict[str, str]:
    """Let a plan repeat as its organiser says, or once only; else what must be done, by field."""
    t, plan = found.who.t, found.meetup.plan
    if not found.is_draft:
        return {"how": t.line("It is announced. How a series goes on is changed with “The series…”.")}
    how, end = (" ".join(tame(str(event.values.get(key, ""))).split()) for key in ("how", "end"))
    if not how:
        return await no_repeat(ctx, found)
    country = ctx.config.meetups.holidays
    series = read_repeat(
        how,
        end,
        starts=plan.starts,
        duration=plan.ends - plan.starts,
        zone=ZoneInfo(plan.zone),
        now=ctx.now,
        country=country,
        open_ended=event.values.get("ends") == ENDLESS and not end,
    )
    if isinstance(series, WhenProblem) and series.kind in _NO_RHYTHM:
        return {"how": t.line("Please write it like “every two weeks” or “third Friday”.")}
    if isinstance(series, WhenProblem):
        return {"end" if series.kind in _ENDS else "how": problem_text(series, t, ctx.now)}
    if country and event.values.get("holidays") == LEFT_OUT:
        series = msgspec.structs.replace(series, skip_holidays=country)
    return await _keep(ctx, found, series)


async def no_repeat(ctx: Context, found: Held) -> Held:
    """Let a plan be for once."""
    if found.stored.series is None:
        return found
    await ctx.db.series.attach(found.stored.id, None, None)
    await ctx.db.series.delete(found.stored.series)
    return replace(found, stored=replace(found.stored, series=None, slot=None))


async def realign(ctx: Context, found: Held) -> Held:
    """Let a repeating plan whose time was changed repeat from its new time; one that cannot is for once."""
    if found.stored.series is None or not found.is_draft:
        return found
    kept, plan = await ctx.db.series.get(found.stored.series), found.meetup.plan
    if kept is None:
        return found
    first = on_wall(plan.starts, ZoneInfo(plan.zone))
    try:
        series = msgspec.structs.replace(kept.series, first=first, duration=plan.ends - plan.starts, zone=plan.zone)
    except SeriesError:
        return await no_repeat(ctx, found)
    return await _store(ctx, found, series, kept)


async def _keep(ctx: Context, found: Held, series: Series) -> Held | dict[str, str]:
    first = next(iter(upcoming(series, ctx.now, 1)), None)
    if first is None:
        return {"how": found.who.t.line("With this rule there is no meetup to come.")}
    plan = msgspec.structs.replace(found.meetup.plan, starts=first.starts, ends=first.ends)
    if wrong := faults_of(plan, ctx.now):
        return {"how": found.who.t.line(WRONG[wrong[0]][1])}
    stored = replace(found.stored, meetup=msgspec.structs.replace(found.meetup, plan=plan))
    ledger = await ctx.db.meetups.ledger(stored.id)
    await put_draft(ctx, stored, seats_at(plan.where, ledger.allotments if ledger else None))
    kept = await ctx.db.series.get(stored.series) if stored.series is not None else None
    return await _store(ctx, replace(found, stored=stored), series, kept)


async def _store(ctx: Context, found: Held, series: Series, kept: StoredSeries | None) -> Held:
    seats = seats_at(found.meetup.plan.where)
    if kept is None:
        series_id = await ctx.db.series.add(series, found.meetup, seats)
    else:
        series_id = kept.id
        await ctx.db.series.save(replace(kept, series=series, meetup=found.meetup))
    slot = found.meetup.plan.starts
    await ctx.db.series.attach(found.stored.id, series_id, slot)
    return replace(found, stored=replace(found.stored, series=series_id, slot=slot))
