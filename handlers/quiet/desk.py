"""``/community quiet``: moderators let the bot prompt nobody for some days, and see what waits until then."""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Text, Title
from chat.commands import CommandOption, Localised, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.text import Bold, RichText
from community.config import CommunitySettings, ConfigError
from community.hours.quiet_days import QUIET_DAYS, QUIET_DAYS_MOST, is_resting, last_quiet_day, quiet_days_left
from community.settings.overrides import with_setting
from handlers.audit import done_card
from handlers.context import Context
from handlers.previews import preview_card
from handlers.quiet.words import day_said, quiet_said
from handlers.readers import Reader, arguments, note, number, reader
from handlers.routes import CannotUndoError, Feature, command, press
from locales import Translator, msg
from storage.audit import Deed, StoredDeed

PATH = "conduct.quiet_until"
SET = "quiet.set"
LIFTED = "none"  # in a button: no quiet days

QUIET = SubCommand(
    name="quiet",
    description=Localised(
        en="Quiet days: I prompt nobody until they end", ja="おやすみ期間：しばらくの間、ボットからの声かけを休みます"
    ),
    options=(
        CommandOption(
            name="days",
            description=Localised(
                en="How many, from today on (1 to 31); 0 ends them", ja="今日から何日間か（1〜31。0 で終了）"
            ),
        ),
    ),
)


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show what quiet days would do, or how long those last that are set."""
    who = await reader(ctx, event)
    typed = event.options.get("days", "").strip()
    if refusal := locked_out(ctx, who):
        return refusal
    if not typed and is_resting(ctx.config, ctx.now):
        return Say(await _standing(ctx, who))
    days = number([typed], 0) if typed else QUIET_DAYS
    if days is None or days > QUIET_DAYS_MOST:
        return note(who.t("Please name a number of days, from 0 to {most}.", most=QUIET_DAYS_MOST), Accent.WARM)
    if days == 0:
        return await _preview_end(ctx, who)
    last = last_quiet_day(ctx.config, ctx.now, days)
    waiting = await ctx.db.resting.waiting(_with(ctx, last), ctx.now)
    until = Bold(day_said(who.t, last, ctx))
    moves = is_resting(ctx.config, ctx.now)
    if moves:
        now = Bold(day_said(who.t, ctx.config.conduct.quiet_until, ctx))
        would = who.t(
            "The quiet days would last until the end of {day}; now they last until {now}.", day=until, now=now
        )
    else:
        would = who.t(
            "From now until the end of {day} I would prompt nobody: no nudges, no invitations to answer, no hints, no "
            "questions how it was.",
            day=until,
        )
    follows = who.t.n(
        "What comes up meanwhile is put off until after, spread over the day, {n} message that is due by then "
        "included. Seats, reminders that members chose, answers and reports go on.",
        "What comes up meanwhile is put off until after, spread over the day, {n} messages that are due by then "
        "included. Seats, reminders that members chose, answers and reports go on.",
        waiting,
    )
    label = who.t.line("Move the end") if moves else who.t.line("Begin quiet days")
    return Say(preview_card(who.t, would, do=f"quiet_set:{last}", label=label, follows=follows))


async def _standing(ctx: Context, who: Reader) -> Card:
    waiting = await ctx.db.resting.waiting(ctx.config, ctx.now)
    parts = (
        Title(who.t.line("Quiet days")),
        Text(quiet_said(who.t, ctx)),
        Text(who.t.n("{n} message waits until then.", "{n} messages wait until then.", waiting)),
        Buttons((Button(f"quiet_set:{LIFTED}", who.t.line("End them now")),)),
        Footnote(who.t("Other days: `/community quiet days:…`, counted from today.")),
    )
    return Card(parts=parts)


async def _preview_end(ctx: Context, who: Reader) -> Answer:
    if not is_resting(ctx.config, ctx.now):
        return note(who.t("These are no quiet days: I prompt as usual."))
    waiting = await ctx.db.resting.waiting(ctx.config, ctx.now)
    would = who.t.n(
        "The quiet days would end now. {n} message that waits would come over the next hours.",
        "The quiet days would end now. {n} messages that wait would come over the next hours.",
        waiting,
    )
    return Say(preview_card(who.t, would, do=f"quiet_set:{LIFTED}", label=who.t.line("End them now")))


async def begin_or_end(ctx: Context, event: ActionPressed) -> Answer:
    """Begin quiet days, move their end, or end them."""
    who = await reader(ctx, event)
    if refusal := locked_out(ctx, who):
        return refusal
    asked = "".join(arguments(event)[:1])
    wanted = "" if asked == LIFTED else asked
    if wanted and not _may_be(ctx, wanted):
        return Redraw(
            note(who.t("That day is over, or too far away. Type `/community quiet` again."), Accent.WARM).card
        )
    before = ctx.config.conduct.quiet_until
    if wanted == before or not (wanted or is_resting(ctx.config, ctx.now)):
        return Redraw(note(quiet_said(who.t, ctx)).card)
    changed = await _set(ctx, who, wanted)
    deed = Deed(SET, ctx.now, who.member.id, subject=PATH, before=before or None, after=wanted or None,
                workspace=who.account.user.home)  # fmt: skip
    deed_id = await ctx.db.audit.record(deed, key=f"{SET}:{event.key}")
    return Redraw(done_card(who, quiet_said(who.t, ctx, changed), deed_id))


async def _set(ctx: Context, who: Reader, wanted: str) -> CommunitySettings:
    await ctx.db.settings.set(PATH, wanted, by=who.member.id, at=ctx.now)
    changed = _with(ctx, wanted)
    await ctx.db.outbox.flush()
    await ctx.db.resting.follow(changed, ctx.now)
    return changed


async def undo(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Let the quiet days be as they were."""
    if ctx.config.conduct.quiet_until != (deed.what.after or ""):
        raise CannotUndoError(who.t("The quiet days were changed again meanwhile, so I leave them as they are."))
    if locked_out(ctx, who):
        raise CannotUndoError(_locked_text(who.t))
    return quiet_said(who.t, ctx, await _set(ctx, who, deed.what.before or ""))


def locked_out(ctx: Context, who: Reader) -> Answer | None:
    """Return the kind word for who cannot set quiet days, because the operator's file alone says when they are."""
    if not {PATH, PATH.partition(".")[0]} & set(ctx.config.locked):
        return None
    return note(_locked_text(who.t), Accent.WARM)


def _locked_text(t: Translator) -> RichText:
    return t("Quiet days are set in the file of whoever operates me; they cannot be changed here.")


def _with(ctx: Context, wanted: str) -> CommunitySettings:
    return with_setting(ctx.config, PATH, wanted)


def _may_be(ctx: Context, wanted: str) -> bool:
    """Say whether a day that a button names is one of the next ones; a client may send anything."""
    try:
        settings = _with(ctx, wanted)
    except ConfigError:
        return False
    return 0 < quiet_days_left(settings, ctx.now) <= QUIET_DAYS_MOST


FEATURE = Feature(
    "quiet",
    routes=(command("community", QUIET.name, show), press("quiet_set", begin_or_end)),
    deeds={SET: msg("{who} set the last quiet day: {before} → {after}")},
    undoes={SET: undo},
)
