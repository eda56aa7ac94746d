"""``/community report``: a stakeholder's report for a moderator, as a card, with a chart and as a file, in private."""

from __future__ import annotations

from hashlib import sha256

from chat.answers import Answer, Say
from chat.card import Accent, Card, Text
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.effects import DirectMessage
from chat.events import CommandUsed
from chat.text import Code
from community.kpi.everything import Stakeholder
from community.reports.report import Report
from community.signals import EffectSettled
from community.when.zones import zone_or
from handlers.context import Context
from handlers.dead_letters import tell_moderators
from handlers.figures.folding import caught_up
from handlers.figures.words import READERS, still_counting
from handlers.readers import Reader, account_in, as_reader, is_moderator, note, number, reader
from handlers.reports.cards import report_card
from handlers.reports.gather import gather, read_month
from handlers.reports.recipe import FileKind, file_effect
from handlers.reports.words import community_name, title_of
from handlers.routes import Feature, command, settled
from locales import translator
from locales.translator import LANGUAGES

KEY = "report_file"
FILES = {"html": FileKind.HTML, "csv": FileKind.CSV}
REPORT = SubCommand(
    name="report",
    description=Localised(
        en="A stakeholder's report on a month, with charts", ja="担当者向けの月次レポート（グラフつき）"
    ),
    options=(
        CommandOption(
            name="stakeholder",
            description=Localised(
                en="Who reads it; usually management", ja="誰に向けたレポートか（省略時は management）"
            ),
            kind=OptionKind.CHOICE,
            choices=tuple(stakeholder.value for stakeholder in Stakeholder),
        ),
        CommandOption(
            name="month",
            description=Localised(en="Like 2026-10; usually the last month", ja="2026-10 のように（省略時は先月）"),
        ),
        CommandOption(
            name="file",
            description=Localised(en="Also as a page or a table", ja="ページ（html）や表（csv）でも受け取る"),
            kind=OptionKind.CHOICE,
            choices=tuple(FILES),
        ),
    ),
)


async def show_report(ctx: Context, event: CommandUsed) -> Answer:
    """Show a report, and send its chart and its file after it."""
    who = await reader(ctx, event)
    t, options = who.t, {name: value.strip().lower() for name, value in event.options.items()}
    bare = {options.pop(name) for name in ("stakeholder", "month") if options.get(name) in FILES}  # only "csv" typed
    stakeholder = _stakeholder(options.get("stakeholder", "") or Stakeholder.MANAGEMENT.value)
    if stakeholder is None:
        names = t.line(", ").join(f"{t.line(READERS[one])} ({one.value})" for one in Stakeholder)
        said = t(
            "There is no report for {name}. There are: {names}", name=Code(_cut(options["stakeholder"])), names=names
        )
        return note(said, Accent.WARM)
    zone = zone_or(None, ctx.config.time_zone)
    month = read_month(options.get("month", ""), zone, ctx.now)
    if month is None:
        typed = Code(_cut(options["month"]))
        said = t("{month} is no month that has begun. Type it like `month:2026-10`.", month=typed)
        return note(said, Accent.WARM)
    wanted = options.get("file", "") or next((kind for kind in bare if kind in FILES), "")
    if wanted and wanted not in FILES:
        said = t("There is no {kind} file. There are: {kinds}", kind=Code(_cut(wanted)), kinds=", ".join(FILES))
        return note(said, Accent.WARM)
    if not await caught_up(ctx):
        return still_counting(t)
    report = await gather(ctx.db.figures, stakeholder, month, zone=zone, now=ctx.now)
    kinds = [FileKind.PNG] if report.leads(1) else []
    kinds += [FILES[wanted]] if wanted else []
    if kinds:
        _announce(ctx, who, report, kinds, event.key)
    return Say(report_card(report, t))


def _stakeholder(typed: str) -> Stakeholder | None:
    said = typed.strip().lower().replace("_", "-").replace(" ", "-")
    return next((one for one in Stakeholder if said in _names(one)), None)


def _names(one: Stakeholder) -> set[str]:
    """Return what a stakeholder is called: the id, and the name in each language, with its "向け" or without."""
    told = {translator(language).line(READERS[one]).lower().replace(" ", "-") for language in LANGUAGES}
    return {one.value, *told, *(name.removesuffix("向け") for name in told), *(f"{name}向け" for name in told)}


def _cut(typed: str) -> str:
    return typed[:40] or "–"


def _announce(ctx: Context, who: Reader, report: Report, kinds: list[FileKind], event_key: str) -> None:
    """Open the conversation with the moderator, into which the files go once it stands."""
    once = sha256(event_key.encode()).hexdigest()[:12]
    wanted = "+".join(kinds)
    key = f"{KEY}:{wanted}:{report.stakeholder}:{report.month}:{who.member.id}:{once}"
    said = who.t("{title}. The files follow.", title=title_of(report, who.t))
    message = DirectMessage(who.account.user, Card(parts=(Text(said),), accent=Accent.CALM))
    ctx.db.outbox.add(message, key=key, report=True)


async def follow(ctx: Context, event: EffectSettled) -> None:
    """Send the files after the message that announced them, made from what is known now."""
    if not event.ok:
        await tell_moderators(ctx, event)
    words = event.effect_key.split(":")
    member_id = number(words, 4)
    stakeholder = _stakeholder(words[2]) if len(words) > 2 else None  # noqa: PLR2004 - as in _announce
    if not event.ok or event.ref is None or member_id is None or stakeholder is None:
        return
    member = await ctx.db.people.by_id(member_id)
    account = account_in(member, event.ref.place.home) if member else None
    zone = zone_or(None, ctx.config.time_zone)
    month = read_month(words[3], zone, ctx.now)
    if member is None or account is None or month is None or not is_moderator(account, ctx.config):
        return
    t = as_reader(member, account, ctx.config).t
    report = await gather(ctx.db.figures, stakeholder, month, zone=zone, now=ctx.now)
    for kind in words[1].split("+"):
        effect = file_effect(report, FileKind(kind), community_name(ctx.config.name), event.ref.place, t)
        ctx.db.outbox.add(effect, key=f"{KEY}_sent:{kind}:{event.effect_key.partition(':')[2]}")


FEATURE = Feature("reports", routes=(command("community", REPORT.name, show_report), settled(KEY, follow)))
