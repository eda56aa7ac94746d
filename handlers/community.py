"""``/community status``: how the community stands, for its moderators, with the number of people behind each figure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from chat.answers import Answer, Say
from chat.card import Card, Field, Fields, Footnote, Part, Text, Title
from chat.commands import Localised, SubCommand
from chat.events import CommandUsed
from chat.text import Bold, RichText, join, rich
from community.conduct.cases import CaseState
from community.hours.quiet_days import is_resting
from community.kpi.activation import Cohort, cohorts
from community.membership.values import Standing
from community.people.onboarding import Stage, Stages
from community.when.zones import zone_or
from handlers.context import Context
from handlers.quiet.words import quiet_said
from handlers.readers import reader
from handlers.routes import Feature, command
from locales import Translator, msg

STATUS = SubCommand(
    name="status",
    description=Localised(en="Members, newcomers, and what waits", ja="メンバー数、新しい人の様子、対応待ちの件数"),
)
WEEKS = 4  # enough to see a trend, few enough to read
STAGE_NAMES = {
    Stage.JOINED: msg("joined"),
    Stage.GREETED: msg("greeted"),
    Stage.AGREED: msg("agreed to the rules"),
    Stage.INTRODUCED: msg("introduced"),
    Stage.FIRST_POST: msg("first post"),
    Stage.FIRST_REPLY: msg("first reply"),
    Stage.FIRST_MEETUP: msg("first meetup"),
}


async def show_status(ctx: Context, event: CommandUsed) -> Answer:
    """Show how the community stands."""
    who = await reader(ctx, event)
    t = who.t
    newcomers = await ctx.db.onboarding.stages_since(ctx.now - timedelta(weeks=WEEKS + 1))
    this_week = sum(ctx.now - stages[Stage.JOINED] < timedelta(days=7) for stages in newcomers.values())
    waiting = await ctx.db.welcomers.open_cases()
    late = sum(case.opened_at + ctx.config.onboarding.reply_within <= ctx.now for case in waiting)
    outbox = await ctx.db.outbox.counts()
    figures = {
        t.line("Members"): await ctx.db.people.count_present(),
        t.line("Joined in the last 7 days"): this_week,
        t.line("Waiting for a reply"): len(waiting),
        t.line("of these, for too long"): late,
        t.line("Introductions waiting for the rules"): await ctx.db.profiles.count_waiting(),
        t.line("Reports that wait for somebody"): await _reports(ctx, who.member.id),
        t.line("Posts on their way"): outbox.get("queued", 0) + outbox.get("claimed", 0),
        t.line("Posts that did not arrive"): outbox.get("dead", 0),
    }
    fields = tuple(Field(label, RichText((str(n),))) for label, n in figures.items())
    parts: list[Part] = [Title(t.line("How we are doing")), Fields(fields)]
    if is_resting(ctx.config, ctx.now):
        parts.insert(1, Text(quiet_said(t, ctx)))
    if ctx.config.membership.cap:
        parts.append(Text(await _seats(ctx, t)))
    weeks = cohorts(newcomers, zone_or(None, ctx.config.time_zone))[:WEEKS]
    if weeks:
        parts.append(Text(_stages_text(newcomers, t)))
        parts += [Text(_cohort_text(cohort, t)) for cohort in weeks]
        parts.append(Footnote(t("Time is the median from joining, of those who got there.")))
    else:
        parts.append(Text(t("Nobody has joined in the last weeks, so there is no activation to show.")))
    return Say(Card(parts=tuple(parts)))


async def _seats(ctx: Context, t: Translator) -> RichText:
    """Say how full the community is, and who waits for a seat in it."""
    counted = await ctx.db.applications.counted()
    taken, cap = await ctx.db.applications.seats_taken(), ctx.config.membership.cap
    said = [t("Cap {taken}/{cap}", taken=taken, cap=cap)]
    if offered := counted.get(Standing.OFFERED, 0):
        said.append(t("seats offered {n}", n=offered))
    said.append(t("in line {n}", n=counted.get(Standing.APPLIED, 0)))
    if waits := counted.get(Standing.WAITING, 0):
        said.append(t("in the lobby, not applied {n}", n=waits))
    return join(" · ", said)


async def _reports(ctx: Context, moderator: int) -> int:
    """Count the reports that nobody looks after, without those about whoever asks."""
    return await ctx.db.cases.count(states=(CaseState.OPEN,), without=moderator)


def _stages_text(newcomers: Mapping[int, Stages], t: Translator) -> RichText:
    counts = [f"{t.line(name)} {sum(stage in s for s in newcomers.values())}" for stage, name in STAGE_NAMES.items()]
    return t("Newcomers of the last weeks: {counts}", counts=" · ".join(counts))


def _cohort_text(cohort: Cohort, t: Translator) -> RichText:
    head = Bold(t.line("Week of {day}", day=t.day(cohort.week, today=cohort.week)))
    steps = [
        f"{t.line(STAGE_NAMES[stage])} {step.share:.0%} ({step.n}/{cohort.n}{_took(step.median, t)})"
        for stage, step in cohort.steps.items()
        if stage is not Stage.FIRST_MEETUP or step.n
    ]
    return join("\n", [rich(head, "  ", t.n("{n} joined", "{n} joined", cohort.n)), RichText((" · ".join(steps),))])


def _took(median: timedelta | None, t: Translator) -> str:
    return f", {t.span(median)}" if median is not None else ""


FEATURE = Feature("status", routes=(command("community", STATUS.name, show_status),))
