"""Asks a member before anything about them is told, and takes every answer for an answer."""

from __future__ import annotations

from chat.answers import Answer, Redraw
from chat.card import Accent, Button, Buttons, Card, Footnote, Part, Style, Text
from chat.effects import DirectMessage
from chat.events import ActionPressed
from chat.ids import Place
from community.hours.quiet_hours import next_decent_moment
from community.recognition.moments import PENDING, TELLABLE, Moment, State
from community.signals import EffectSettled
from handlers.context import Context
from handlers.peaks.review import ask_moderators
from handlers.peaks.steps import ASK, log, move, names_of, places_of, take_down, told_card
from handlers.peaks.wording import moment_parts
from handlers.public import languages_of
from handlers.readers import (
    Reader,
    account_to_reach,
    arguments,
    as_reader,
    not_yours,
    number,
    quiet_hours_of,
    reader,
    zone_of,
)
from handlers.routes import Feature, press, settled
from storage.activity import Fact
from storage.people.choices import OFF, ON, RECOGNITION


async def ask(ctx: Context, moment: Moment) -> bool:
    """Ask the member of a moment, in private and at an hour of theirs; nobody is asked where nothing could be told."""
    member = await ctx.db.people.by_id(moment.member) if moment.member is not None else None
    account = account_to_reach(member) if member else None
    if member is None or account is None or not places_of(ctx):
        return False
    due = next_decent_moment(quiet_hours_of(member), ctx.now, zone_of(member, account, ctx.config))
    asked = await move(ctx, moment, State.ASKED, ctx.now) if due else None
    if asked is None:
        return False
    card = await ask_card(ctx, as_reader(member, account, ctx.config), asked)
    ctx.db.outbox.add(DirectMessage(account.user, card), key=f"{ASK}:{asked.id}", due=due, report=True)
    log(ctx, "asked", asked, asked.member)
    return True


async def ask_card(ctx: Context, who: Reader, moment: Moment) -> Card:
    """Return the question: what would be said, where, and the three answers."""
    t = who.t
    places = places_of(ctx)
    home = next((p for p in places if p.home == who.account.user.home), places[0])
    spoken = tuple(dict.fromkeys((t.language, *languages_of(ctx, home))))  # one agrees to what one can read
    parts: list[Part] = [
        Text(t("May I tell everybody about this?")),
        *await moment_parts(ctx, moment, _at(home, who), spoken),
        Buttons(
            (
                Button(f"peak_yes:{moment.id}", t.line("Yes, gladly"), Style.PRIMARY),
                Button(f"peak_no:{moment.id}", t.line("Rather not this time")),
                Button(f"peak_never:{moment.id}", t.line("Never present me")),
            )
        ),
        Footnote(t("It would stand in {channels}. Without your yes, nobody hears of it.", channels=names_of(ctx))),
    ]
    return Card(parts=tuple(parts), accent=Accent.GOOD)


def _at(place: Place, who: Reader) -> Place:
    """Return a place of the reader's own workspace, so that names are those that are known there."""
    user = who.account.user
    return place if place.home == user.home else Place(user.platform, user.workspace, "")


async def say_yes(ctx: Context, event: ActionPressed) -> Answer:
    """Note that a moment may be told."""
    who, moment = await _own(ctx, event)
    if moment is None:
        return not_yours(who.t)
    if moment.state is State.ASKED:
        state = State.IN_REVIEW if ctx.config.recognition.review else State.AGREED
        agreed = await move(ctx, moment, state, ctx.now)
        if agreed is not None:
            log(ctx, "agreed", agreed, who.member.id)
            if state is State.IN_REVIEW:
                await ask_moderators(ctx, agreed, near=who.account.user.home)
            moment = agreed
    if moment.state is State.POSTED or moment.state in PENDING:
        return Redraw(_agreed_card(ctx, who, moment))
    return Redraw(_over_card(who))


async def say_no(ctx: Context, event: ActionPressed) -> Answer:
    """Let a moment go. A yes can be taken back, even when it stands there already."""
    who, moment = await _own(ctx, event)
    if moment is None:
        return not_yours(who.t)
    await _decline(ctx, who, moment)
    said = who.t("All right, I keep it to myself.")
    if moment.state is State.POSTED:
        said = who.t("All right, I have taken the post down.")
        if await ctx.db.activity.count("digest.posted", since=moment.changed_at):
            said = who.t(
                "All right, I have taken the post down. What a weekly digest has told of it already stays there."
            )
    return Redraw(Card(parts=(Text(said),)))


async def never(ctx: Context, event: ActionPressed) -> Answer:
    """Let a member never be presented: neither this time nor later."""
    who, moment = await _own(ctx, event)
    if moment is None:
        return not_yours(who.t)
    await _choose(ctx, who, OFF, event.key)
    for theirs in await ctx.db.peaks.of_members([who.member.id]):
        if theirs.state is State.FOUND:
            await move(ctx, theirs, State.DROPPED, ctx.now)
        elif theirs.state in PENDING or theirs.id == moment.id:
            await _decline(ctx, who, theirs)
    t = who.t
    said = t("Understood: I will not ask again, and I present you nowhere.")
    again = Button(f"peak_again:{who.member.id}", t.line("You may ask me again"))
    return Redraw(Card(parts=(Text(said), Buttons((again,)))))


async def again(ctx: Context, event: ActionPressed) -> Answer:
    """Take the never back."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    await _choose(ctx, who, ON, event.key)
    return Redraw(Card(parts=(Text(who.t("Thank you. I will ask you each time before I tell anything.")),)))


async def note_unreached(ctx: Context, event: EffectSettled) -> None:
    """Let a moment go whose member no message reaches."""
    asked = number(event.effect_key.split(":"), 1)
    moment = await ctx.db.peaks.get(asked) if asked is not None else None
    if not event.ok and moment is not None and moment.state is State.ASKED:
        await move(ctx, moment, State.DROPPED, ctx.now)


async def _decline(ctx: Context, who: Reader, moment: Moment) -> None:
    if moment.state in PENDING or moment.state is State.POSTED:
        declined = await move(ctx, moment, State.DECLINED, ctx.now)
        if declined is not None:
            log(ctx, "declined", declined, who.member.id)
            if moment.state is State.POSTED:
                await take_down(ctx, moment)


async def _choose(ctx: Context, who: Reader, value: str, key: str) -> None:
    await ctx.db.choices.set(who.member.id, RECOGNITION, value, ctx.now)
    fact = Fact("member.chose", ctx.now, who.member.id, subject=RECOGNITION, data={"value": value})
    ctx.db.activity.record(fact, key=f"member.chose:{key}")


async def _own(ctx: Context, event: ActionPressed) -> tuple[Reader, Moment | None]:
    who = await reader(ctx, event)
    asked = number(arguments(event), 0)
    moment = await ctx.db.peaks.get(asked) if asked is not None else None
    return who, moment if moment is not None and moment.member == who.member.id else None


def _agreed_card(ctx: Context, who: Reader, moment: Moment) -> Card:
    t = who.t
    if moment.state is State.POSTED:
        return told_card(ctx, who, moment)
    if moment.state is State.IN_REVIEW:
        said = t("Thank you! The moderators look at it, then I tell it in the next days.")
    elif moment.state in TELLABLE:
        said = t("Thank you! I tell it in the next days, by day and on its own.")
    else:  # somebody pressed twice at once, and the other press is not through
        said = t("Thank you!")
    return Card(
        parts=(Text(said), Buttons((Button(f"peak_no:{moment.id}", t.line("Rather not after all")),))),
        accent=Accent.GOOD,
    )


def _over_card(who: Reader) -> Card:
    return Card(parts=(Text(who.t("This has been settled already, nothing is told. Thank you all the same!")),))


FEATURE = Feature(
    "peaks.asking",
    routes=(
        press("peak_yes", say_yes),
        press("peak_no", say_no),
        press("peak_never", never),
        press("peak_again", again),
        settled(ASK, note_unreached),
    ),
)
