"""``/community kpi``: every KPI of the last week or month, for moderators, with what it rests on and where it goes."""

from __future__ import annotations

from collections.abc import Mapping

from chat.answers import Answer, Say
from chat.card import Accent, Card, Footnote, Part, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import CommandUsed
from chat.ids import Platform
from chat.limits import CARD_TEXT
from chat.text import Bold, Code, join, rich
from community.kpi.everything import KPIS, Direction, Figure, Kpi, Letter, Period, PeriodSpan, Trend, trend_of
from community.kpi.trend import LOOK_BACK
from community.when.zones import zone_or
from handlers.context import Context
from handlers.figures.folding import caught_up
from handlers.figures.words import ARROWS, LETTERS, figure_text, still_counting, trend_text
from handlers.readers import note, reader
from handlers.routes import Feature, command
from locales import Translator

SPANS = {"week": PeriodSpan.WEEK, "month": PeriodSpan.MONTH}
KPI = SubCommand(
    name="kpi",
    description=Localised(en="The community's figures, with their trend", ja="コミュニティの指標と、その動き"),
    options=(
        CommandOption(
            name="period",
            description=Localised(en="The last week (usual) or the last month", ja="先週（省略時）または先月"),
            kind=OptionKind.CHOICE,
            choices=tuple(SPANS),
        ),
        CommandOption(
            name="platform",
            description=Localised(en="Only one of the two platforms", ja="どちらか一方だけの数字"),
            kind=OptionKind.CHOICE,
            choices=tuple(platform.value for platform in Platform),
        ),
    ),
)
PERIODS = {PeriodSpan.WEEK: ("week", "先週"), PeriodSpan.MONTH: ("month", "先月")}  # as people type them, too
SHOWN = 40  # characters of what was typed
ROOM = CARD_TEXT - 200  # for the title and the footnote


async def show_kpis(ctx: Context, event: CommandUsed) -> Answer:
    """Show the figures of the newest period that is over."""
    who = await reader(ctx, event)
    if not await caught_up(ctx):
        return still_counting(who.t)
    zone = zone_or(None, ctx.config.time_zone)
    typed = {name: value.strip().lower() for name, value in event.options.items() if value.strip()}
    if "platform" not in typed and typed.get("period") in set(Platform):
        typed["platform"] = typed.pop("period")  # "/community kpi slack", as it is typed on Slack
    period, on = typed.get("period", "week"), typed.get("platform", "")
    span = next((span for span, names in PERIODS.items() if period in names), None)
    if span is None:
        said = who.t("There are no figures of {typed}. Choose week (the last week) or month (the last month).",
                     typed=Code(period[:SHOWN]))  # fmt: skip
        return note(said, Accent.WARM)
    platform = next((p for p in Platform if p.value == on), None)
    if on and platform is None:
        said = who.t("There are no figures of {typed}. Choose slack or discord, or leave it out for both.",
                     typed=Code(on[:SHOWN]))  # fmt: skip
        return note(said, Accent.WARM)
    newest = Period.latest(span, ctx.now, zone)
    return Say(kpi_card(newest, await told_of(ctx, newest, platform), who.t, platform))


async def told_of(ctx: Context, newest: Period, platform: Platform | None = None) -> dict[Kpi, tuple[Figure, Trend]]:
    """Return every figure of a period, and how it stands to its own past."""
    zone, periods = zone_or(None, ctx.config.time_zone), newest.past(LOOK_BACK[newest.span] + 1)
    found = await ctx.db.figures.read([kpi.id for kpi in KPIS], periods, zone=zone, platform=platform)
    begun = await ctx.db.figures.begun(newest.span)  # before, there was nobody to count: that is no past
    known = tuple(period for period in periods if period == newest or (begun and period.start >= begun))
    return {kpi: (found[kpi.id, newest], _trend(kpi, known, found)) for kpi in KPIS}


def _trend(kpi: Kpi, periods: tuple[Period, ...], found: Mapping[tuple[str, Period], Figure]) -> Trend:
    return trend_of(kpi, found[kpi.id, periods[-1]], [found[kpi.id, period] for period in periods[:-1]])


def kpi_card(
    period: Period, told: Mapping[Kpi, tuple[Figure, Trend]], t: Translator, platform: Platform | None = None
) -> Card:
    """Return the card of a period's figures, grouped by the letters of SPACES."""
    parts = _groups(told, t, words=True)
    if sum(len(part.text.plain()) for part in parts) > ROOM:
        parts = _groups(told, t, words=False)
    if period.span is PeriodSpan.MONTH:
        when = t.line("Figures of {year}-{month}", year=str(period.start.year), month=f"{period.start.month:02}")
    else:
        when = t.line("Figures of the week from {day}", day=f"{period.start:%Y-%m-%d}")
    if platform is not None:
        when = t.line("{title}, {platform} only", title=when, platform=platform.value.capitalize())
    shown: tuple[Part, ...] = (Title(when), *parts, Footnote(rich(_foot(told, t))))
    return Card(parts=shown)


def _groups(told: Mapping[Kpi, tuple[Figure, Trend]], t: Translator, *, words: bool) -> list[Text]:
    parts: list[Text] = []
    for letter in Letter:
        lines = [rich(Bold(t.line(LETTERS[letter])))]
        for kpi, (figure, trend) in told.items():
            if kpi.letter is not letter or not figure.n:
                continue
            goes = trend_text(trend, t) if words else ARROWS[trend.direction]
            said = t("{name}: {figure}", name=t.line(kpi.name), figure=figure_text(kpi, figure, t))
            lines.append(rich(said, f"  {goes}" if goes else ""))
        if len(lines) > 1:
            parts.append(Text(join("\n", lines)))
    return parts or [Text(t("There is nothing to count yet."))]


def _foot(told: Mapping[Kpi, tuple[Figure, Trend]], t: Translator) -> str:
    empty = sum(not figure.n for figure, _ in told.values())
    said = t.line("n is what a figure rests on. Arrows compare it with its own past.")
    if all(trend.direction is Direction.UNKNOWN for _, trend in told.values()):
        said = t.line("n is what a figure rests on. From the fourth period on, arrows compare it with its own past.")
    return said + (" " + t.n("{n} figure has nothing to count.", "{n} figures have nothing to count.", empty).plain())


FEATURE = Feature("figures", routes=(command("community", KPI.name, show_kpis),))
