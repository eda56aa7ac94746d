"""``/tsudoi nominate``: a member would like everybody to know what another did. The other is asked first."""

from __future__ import annotations

from datetime import timedelta

from chat.answers import Answer
from chat.card import Accent
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import CommandUsed
from chat.text import Code, RichText
from community.hours.quiet_hours import is_decent
from community.people.members import Member
from community.recognition.moments import Kind, Moment, State
from community.recognition.pace import rests
from community.thanks.giving import what_for
from community.when.zones import zone_or
from handlers.context import Context
from handlers.peaks.asking import ask
from handlers.peaks.steps import keep, may_be_told
from handlers.readers import Reader, name_of, note, read_user, reader
from handlers.routes import Feature, command

NOMINATE = SubCommand(
    name="nominate",
    description=Localised(
        en="Let everybody know what somebody did, if they agree",
        ja="メンバーのすてきな行動をみんなに紹介する（本人の了承後）",
    ),
    options=(
        CommandOption(
            name="member",
            description=Localised(en="Who did it", ja="紹介したい人"),
            kind=OptionKind.MEMBER,
            required=True,
        ),
        CommandOption(name="for", description=Localised(en="What they did", ja="紹介したいこと"), required=True),
    ),
)
WORDS = 300  # characters; a moment is read in passing
A_WEEK = 3  # nominations of one member
WEEK = timedelta(days=7)
SAME_WITHIN = timedelta(days=30)  # one and the same nominates another once in it


async def nominate(ctx: Context, event: CommandUsed) -> Answer:
    """Take a nomination, and ask who is nominated."""
    who = await reader(ctx, event)
    t = who.t
    typed, words = event.options.get("member", "").strip(), what_for(event.options.get("for", ""))
    if not typed or not words:
        example = Code(t.line("/tsudoi nominate @aki for explaining webhooks so patiently"))
        return note(t("Whom, and for what? Like this: {example}", example=example), Accent.WARM)
    user = read_user(typed, event.workspace)
    member = await ctx.db.people.by_user(user) if user else None
    if member is None or member.is_bot or member.left_at is not None:
        return note(t("I do not know {name} here. Choose a member, like `@aki`.", name=typed[:60]), Accent.WARM)
    name = name_of(next((a for a in member.accounts if a.user == user), member.accounts[0]), t)
    if refused := await _refusal(ctx, who, member, name, words):
        return note(refused, Accent.WARM)
    moment = Moment(
        key=f"{Kind.NOMINATED}:{member.id}:{who.member.id}:{ctx.now:%Y%m%d}",
        kind=Kind.NOMINATED,
        member=member.id,
        by=who.member.id,
        words=words,
        at=ctx.now,
        changed_at=ctx.now,
    )
    await _take(ctx, moment)
    # The same whether or not they want to be presented at all: that is between them and the bot
    said = t(
        "Thank you for seeing it! I ask {name} first. If they agree, everybody reads it in the next days.", name=name
    )
    return note(said, Accent.GOOD)


async def _refusal(ctx: Context, who: Reader, member: Member, name: str, words: str) -> RichText | None:
    """Say why a nomination cannot be taken; None where it can."""
    t = who.t
    if not ctx.config.recognition.enabled:
        return t("Peak moments are switched off here.")
    if member.id == who.member.id:
        return t("That is for others to say of you. Somebody else certainly deserves it, too!")
    if len(words) > WORDS:
        return t("Please say it in {most} characters or fewer; these are {n}.", most=WORDS, n=len(words))
    made = await ctx.db.peaks.nominated_by(who.member.id, ctx.now - SAME_WITHIN)
    if any(m.member == member.id for m in made):
        return t("You have nominated {name} lately. Once in a while is enough.", name=name)
    if sum(ctx.now - m.at < WEEK for m in made) >= A_WEEK:
        return t("You have nominated {n} people within a week. Please wait a few days.", n=A_WEEK)
    return None


async def _take(ctx: Context, moment: Moment) -> None:
    """Keep a nomination, and ask at once where that is all right; else the daily look does."""
    stored = await keep(ctx, moment)
    if stored is None or not await may_be_told(ctx, stored):
        if stored is not None:
            await ctx.db.peaks.set_state(stored, State.DROPPED, ctx.now)
        return
    earlier = await ctx.db.peaks.of_members([moment.member]) if moment.member is not None else []
    if is_decent(None, ctx.now, zone_or(None, ctx.config.time_zone)) and not rests(stored, earlier, ctx.now):
        await ask(ctx, stored)


FEATURE = Feature("peaks.nominate", routes=(command("tsudoi", NOMINATE.name, nominate),))
