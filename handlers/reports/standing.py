"""Reports that come by themselves to those who moderate: each week's figures, and each month's reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chat.effects import Post
from chat.ids import Place
from community.config import CommunitySettings
from community.hours.quiet_hours import later_by_day
from community.hours.schedule import Standing, next_monthly, next_weekly
from community.kpi.everything import Direction, Period, PeriodSpan, Stakeholder
from community.kpi.people import TALK_SHARE
from community.signals import TimerDue
from community.when.zones import zone_or
from handlers.context import Context
from handlers.figures.command import kpi_card, told_of
from handlers.figures.folding import caught_up
from handlers.public import languages_of
from handlers.reports.cards import report_card
from handlers.reports.gather import gather
from handlers.reports.recipe import FileKind, file_effect
from handlers.reports.words import community_name
from handlers.routes import Feature, due
from locales import Translator, translator
from storage.activity import Fact

WEEKLY, MONTHLY = "reports.weekly", "reports.monthly"
LATE = "late"  # one that would come at night waits for the morning, beside the next one
CHANGED = (Direction.UP, Direction.DOWN)  # the share of talk is told each week only where it has


async def post_weekly(ctx: Context, event: TimerDue) -> None:
    """Post the figures of the newest week that is over, once, where there are any."""
    # A timer that comes late or twice means the same: look for the newest week
    if not ctx.config.reports.weekly:
        return
    if not await caught_up(ctx):
        await ctx.db.timers.set(WEEKLY, event.subject, ctx.now)
        return
    zone = zone_or(None, ctx.config.time_zone)
    if later := later_by_day(event.at, ctx.now, zone):
        await ctx.db.timers.set(WEEKLY, LATE, later)
        return
    week = Period.latest(PeriodSpan.WEEK, ctx.now, zone)
    places = report_places(ctx)
    if not places:
        return
    told = await told_of(ctx, week)
    if not any(figure.n for figure, _ in told.values()):
        return
    told = {kpi: each for kpi, each in told.items() if kpi.id != TALK_SHARE or each[1].direction in CHANGED}
    for place in places:
        for n, t in enumerate(_spoken(ctx, place)):
            key = f"kpi_report:{week}:{place.home}"
            ctx.db.outbox.add(Post(place, kpi_card(week, told, t)), key=f"{key}:{t.language}" if n else key)
    _log(ctx, "week", week, places)


async def post_monthly(ctx: Context, event: TimerDue) -> None:
    """Post each chosen stakeholder's report on the newest month that is over, once, where there is anything in it."""
    if not await caught_up(ctx):
        await ctx.db.timers.set(MONTHLY, event.subject, ctx.now)
        return
    zone = zone_or(None, ctx.config.time_zone)
    if later := later_by_day(event.at, ctx.now, zone):
        await ctx.db.timers.set(MONTHLY, LATE, later)
        return
    month = Period.latest(PeriodSpan.MONTH, ctx.now, zone)
    places = report_places(ctx)
    for stakeholder in ctx.config.reports.readers if places else ():
        report = await gather(ctx.db.figures, stakeholder, month, zone=zone, now=ctx.now)
        if report.is_empty:
            continue
        for place in places:
            for n, t in enumerate(_spoken(ctx, place)):
                name = f"{stakeholder}:{month}:{place.home}" + (f":{t.language}" if n else "")
                ctx.db.outbox.add(Post(place, report_card(report, t)), key=f"report:{name}")
                for kind in (FileKind.PNG, FileKind.HTML) if report.leads(1) else (FileKind.HTML,):
                    file = file_effect(report, kind, community_name(ctx.config.name), place, t)
                    ctx.db.outbox.add(file, key=f"report_{kind}:{name}")
        _log(ctx, "month", month, places, stakeholder)


def report_places(ctx: Context) -> list[Place]:
    """Return where reports are posted: the channel that is set, else that of each workspace's moderators.

    The channel may stand in one workspace of several. Where it stands in none it was mistyped or is gone, and who
    moderates is to see the report all the same.
    """
    spaces, named = ctx.config.workspaces, ctx.config.reports.channel
    found = [ctx.channel(w.workspace, named) for w in spaces] if named else []
    if not any(found):
        found = [ctx.channel(w.workspace, w.channels.moderators) for w in spaces]
    return list(dict.fromkeys(place for place in found if place))


def _spoken(ctx: Context, place: Place) -> list[Translator]:
    languages = (ctx.config.reports.language,) if ctx.config.reports.language else languages_of(ctx, place)
    return [translator(language) for language in languages]


def _log(
    ctx: Context, span: str, period: Period, places: Sequence[Place], stakeholder: Stakeholder | None = None
) -> None:
    name = f"{stakeholder or 'kpi'}:{period}"
    data: dict[str, str | int | float | bool | None] = {span: str(period), "places": len(places)}
    if stakeholder is not None:
        data["stakeholder"] = stakeholder.value
    fact = Fact("report.posted", ctx.now, subject=name, data=data)
    ctx.db.activity.record(fact, key=f"report.posted:{name}")


def next_week(settings: CommunitySettings, after: datetime) -> datetime | None:
    """Return when the next week's figures come."""
    chosen = settings.reports
    if not chosen.weekly:
        return None
    return next_weekly(chosen.day, chosen.hour, zone_or(None, settings.time_zone), after)


def next_month(settings: CommunitySettings, after: datetime) -> datetime | None:
    """Return when the next month's reports come."""
    chosen = settings.reports
    return next_monthly(chosen.hour, zone_or(None, settings.time_zone), after) if chosen.monthly else None


FEATURE = Feature(
    "reports.standing",
    routes=(due(WEEKLY, post_weekly), due(MONTHLY, post_monthly)),
    standing=(Standing(WEEKLY, next_week), Standing(MONTHLY, next_month)),
)
