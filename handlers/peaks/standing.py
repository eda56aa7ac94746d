"""The daily look: what is out of date goes, what is new is found, what was agreed to is told, members are asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from community.config import CommunitySettings
from community.hours.quiet_hours import is_decent
from community.hours.schedule import Standing, latest_daily, next_daily
from community.recognition.finding import span_of
from community.recognition.moments import PENDING, TELLABLE, Moment, State
from community.recognition.pace import WEEK, choose_to_ask, choose_to_post, is_out_of_date
from community.signals import TimerDue
from community.when.zones import zone_or
from handlers.context import Context
from handlers.peaks.asking import ask
from handlers.peaks.finding import find_moments
from handlers.peaks.review import ask_moderators
from handlers.peaks.steps import keep, may_be_told, move, tell
from handlers.routes import Feature, due
from storage.activity import Fact
from storage.held import people as held_people

PEAKS = "peaks"
_A_MINUTE = timedelta(minutes=1)  # what was told at this hour a week ago was told a week ago


def next_look(settings: CommunitySettings, after: datetime) -> datetime | None:
    """Return when moments are looked for next."""
    if not settings.recognition.enabled:
        return None
    return next_daily(settings.recognition.hour, zone_or(None, settings.time_zone), after)


async def look(ctx: Context, event: TimerDue) -> None:
    """Look once. A look that comes late or twice finds and tells nothing twice, and never speaks at night."""
    del event
    settings = ctx.config.recognition
    if not settings.enabled:
        return
    await _let_go(ctx)
    began = await ctx.db.peaks.first_look()
    if began is None:  # nothing that happened before is ever told
        ctx.db.activity.record(Fact("peak.began", ctx.now), key="peak.began")
        return
    for moment in await find_moments(ctx, span_of(began, ctx.now)):
        stored = await keep(ctx, moment) if await may_be_told(ctx, moment) else None
        if stored is not None and stored.peak.of_all:
            await _pass_on(ctx, stored)
    if is_decent(None, ctx.now, zone_or(None, ctx.config.time_zone)):
        await _tell_some(ctx)
        await _ask_some(ctx)


async def _let_go(ctx: Context) -> None:
    for moment in await ctx.db.peaks.standing((State.FOUND, *PENDING)):
        late = is_out_of_date(moment, ctx.now, ctx.config.recognition.ask_within)
        if late or not await may_be_told(ctx, moment):
            await move(ctx, moment, State.DROPPED, ctx.now)


async def _pass_on(ctx: Context, moment: Moment) -> None:
    """Let the community's own moment be told, or looked at first: nobody has to be asked."""
    if not ctx.config.recognition.review:
        await move(ctx, moment, State.APPROVED, ctx.now)
    elif reviewed := await move(ctx, moment, State.IN_REVIEW, ctx.now):
        await ask_moderators(ctx, reviewed)


async def _tell_some(ctx: Context) -> None:
    settings = ctx.config.recognition
    slot = latest_daily(settings.hour, zone_or(None, ctx.config.time_zone), ctx.now)
    week = await ctx.db.activity.count("peak.posted", since=ctx.now - WEEK + _A_MINUTE)
    today = await ctx.db.activity.count("peak.posted", since=slot)
    ready = await ctx.db.peaks.standing(TELLABLE)
    for moment in choose_to_post(ready, week, today, settings.weekly_most):
        await tell(ctx, moment)


async def _ask_some(ctx: Context) -> None:
    found = await ctx.db.peaks.standing((State.FOUND,))
    pending = await ctx.db.peaks.standing(PENDING)
    theirs = await ctx.db.peaks.of_members({m.member for m in found if m.member is not None})
    earlier = {m.id: m for m in (*pending, *theirs)}
    week = await ctx.db.activity.count("peak.posted", since=ctx.now - WEEK + _A_MINUTE)
    for moment in choose_to_ask(found, list(earlier.values()), week, ctx.config.recognition.weekly_most, ctx.now):
        await ask(ctx, moment)


FEATURE = Feature(
    "peaks", stores=held_people.RECOGNISING, routes=(due(PEAKS, look),), standing=(Standing(PEAKS, next_look),)
)
