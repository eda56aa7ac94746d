"""The steps of thanks: noticed, given, taken back; and who is told, where everybody reads or in private."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Part, Quote, Text
from chat.effects import DirectMessage, Post, PostedAs, React, Remove
from chat.ids import MessageRef, Place, thread_of
from community.hours.waking import next_waking
from community.people.members import Member
from community.questions.text import language_of
from community.thanks.giving import (
    OPEN_FOR,
    QUIET,
    SAME_WITHIN,
    Receiver,
    Refusal,
    State,
    Thanked,
    Way,
    day_began,
    judge,
)
from handlers.context import Context
from handlers.public import channel_translator, is_closed, mention_of
from handlers.questions.places import may_write
from handlers.readers import (
    Reader,
    account_in,
    account_to_reach,
    as_reader,
    quiet_hours_of,
    zone_of,
)
from storage.activity import Fact
from storage.people.choices import wants_private

LAPSE = "thanks.lapse"  # the timer of thanks that nobody has confirmed
MARK = "🙏"
SLEEPS_AT_MOST = timedelta(days=2)  # whoever has no waking hour before is told then


def post_key(thanks: Thanked) -> str:
    """Return the business key of the line in the channel: who takes thanks back may give them again."""
    return f"thanks:{thanks.id}:{thanks.at.timestamp():.0f}"


def private_key(thanks: Thanked) -> str:
    """Return the business key of the word to the receiver alone."""
    return f"thanks_private:{thanks.id}:{thanks.at.timestamp():.0f}"


def log(ctx: Context, kind: str, thanks: Thanked, key: str) -> None:
    """Log a step of thanks, without its words."""
    place = thanks.about.place if thanks.about else None
    fact = Fact(f"thanks.{kind}", ctx.now, thanks.giver, place, str(thanks.id))
    fact.data.update(receiver=thanks.receiver, via=thanks.way.value)
    ctx.db.activity.record(fact, key=f"thanks.{kind}:{thanks.id}:{key}")


async def refusal_of(ctx: Context, giver: Member, receiver: Member, thanks: Thanked) -> Refusal | None:
    """Say why thanks cannot be taken; None where they can."""
    began = day_began(ctx.now, zone_of(giver, account_to_reach(giver), ctx.config))
    lately = await ctx.db.thanks.by_giver(giver.id, min(began, ctx.now - SAME_WITHIN))
    to = Receiver(member=receiver.id, is_bot=receiver.is_bot, is_here=receiver.left_at is None)
    return judge(thanks, to, lately, quota=ctx.config.thanks.daily_quota, day_began=began)


async def keep(ctx: Context, thanks: Thanked) -> Thanked:
    """Keep thanks that are not given yet; where they were given already under this key, these are returned."""
    new_id = await ctx.db.thanks.add(thanks)
    if new_id is None:
        there = await ctx.db.thanks.by_key(thanks.key)
        if there is None:  # it was there a moment ago, in this very transaction
            raise LookupError(f"thanks {thanks.key} vanished")
        if there.state is State.GIVEN:
            return there
        # The way stays until they are given: a form that nobody sends takes no question and no "no" over
        new_id = there.id
    await ctx.db.timers.set(LAPSE, new_id, ctx.now + OPEN_FOR)
    return replace(thanks, id=new_id)


async def give(ctx: Context, thanks: Thanked, *, key: str) -> Thanked:
    """Let thanks be given: stored, logged, and told to the receiver."""
    given = replace(thanks, state=State.GIVEN, at=ctx.now)
    given = replace(given, openly=await _stands_openly(ctx, given))
    if not given.id:
        given = replace(given, id=await ctx.db.thanks.add(given) or 0)
    else:
        await ctx.db.thanks.save(given)
        await ctx.db.timers.drop(LAPSE, given.id)
    log(ctx, "given", given, key)
    await _tell(ctx, given)
    return given


async def withdraw(ctx: Context, thanks: Thanked, *, key: str) -> None:
    """Let thanks be taken back by who gave them, and what was said of them with it."""
    await ctx.db.thanks.save(replace(thanks, state=State.WITHDRAWN))
    log(ctx, "withdrawn", thanks, key)
    for queued in (post_key(thanks), private_key(thanks)):
        if not await ctx.db.outbox.cancel(queued) and await ctx.db.outbox.holds(queued):
            ctx.db.outbox.add(Remove(PostedAs(queued)), key=f"thanks_gone:{queued}")
    if thanks.way is Way.WORDS and thanks.about and await ctx.db.outbox.holds(_mark_key(thanks, on=True)):
        ctx.db.outbox.add(React(thanks.about, MARK, on=False), key=_mark_key(thanks, on=False))


async def _stands_openly(ctx: Context, thanks: Thanked) -> bool:
    """Say whether thanks stand where everybody can read them; of a line still to be posted, that is seen then."""
    if thanks.way not in QUIET or thanks.about is None or await is_shy(ctx, thanks.receiver):
        return False
    return not is_closed(ctx, thanks.about.place, unseen=True)


def _mark_key(thanks: Thanked, *, on: bool) -> str:
    return f"thanks_mark:{thanks.id}:{thanks.at.timestamp():.0f}:{on}"


# ---- who is told


async def is_shy(ctx: Context, member_id: int) -> bool:
    """Say whether somebody is only to be thanked in private."""
    return wants_private(await ctx.db.choices.of(member_id))


async def _tell(ctx: Context, thanks: Thanked) -> None:
    """Tell the receiver. A reaction is its own news."""
    place = public_place(ctx, thanks)
    shy = await is_shy(ctx, thanks.receiver)
    match thanks.way:
        case Way.REACTION:
            return
        case Way.WORDS:  # the words stand there already; a mark says that they count
            if place is not None and thanks.about is not None and not shy:
                ctx.db.outbox.add(React(thanks.about, MARK), key=_mark_key(thanks, on=True))
            return
    if place is None or shy:
        await tell_in_private(ctx, thanks)
        return
    ctx.db.outbox.add(Post(place, await public_card(ctx, thanks, place)), key=post_key(thanks), report=True)
    member = await ctx.db.people.by_id(thanks.receiver)
    if member is not None and account_in(member, place.home) is None:
        await tell_in_private(ctx, thanks)  # they are not where it is said


def public_place(ctx: Context, thanks: Thanked) -> Place | None:
    """Return where thanks are said to everybody: where the command was typed, or in the thread of the message."""
    if thanks.about is None or not may_write(ctx, thanks.about.place):
        return None
    return thread_of(thanks.about) if thanks.about.id else thanks.about.place


async def public_card(ctx: Context, thanks: Thanked, place: Place) -> Card:
    """Return the line that everybody at a place reads."""
    t = channel_translator(ctx, place, language_of(thanks.words))
    giver = await mention_of(ctx, thanks.giver, place, t)
    receiver = await mention_of(ctx, thanks.receiver, place, t)
    said = t(
        "🙏 {giver} says thank you to {receiver}.",
        giver=giver or t.line("a member"),
        receiver=receiver or t.line("a member"),
    )
    parts: tuple[Part, ...] = (Text(said), Quote(thanks.words)) if thanks.words else (Text(said),)
    notify = (receiver.user,) if receiver is not None and receiver.user.home == place.home else ()
    return Card(parts=parts, accent=Accent.GOOD, notify=notify)


async def tell_in_private(ctx: Context, thanks: Thanked) -> None:
    """Tell the receiver, and nobody else, when they are awake."""
    member = await ctx.db.people.by_id(thanks.receiver)
    account = account_to_reach(member) if member else None
    if member is None or account is None:
        return
    who = as_reader(member, account, ctx.config)
    zone = zone_of(member, account, ctx.config)
    due = next_waking(ctx.now, quiet_hours_of(member), zone, ctx.now + SLEEPS_AT_MOST)
    card = await private_card(ctx, who, thanks)
    # `report`, so that a receiver who takes no direct messages does not become a card for the moderators
    effect = DirectMessage(account.user, card)
    ctx.db.outbox.add(effect, key=private_key(thanks), due=due, report=True)


async def private_card(ctx: Context, who: Reader, thanks: Thanked) -> Card:
    """Return the word to the receiver alone."""
    t = who.t
    home = Place(who.account.user.platform, who.account.user.workspace, "")
    giver = await mention_of(ctx, thanks.giver, home, t)
    parts: list[Part] = [Text(t("🙏 {giver} thanks you.", giver=giver or t.line("a member")))]
    if thanks.words:
        parts.append(Quote(thanks.words))
    buttons: list[Button | LinkButton] = []
    if thanks.about and thanks.about.id and thanks.about.place.home == who.account.user.home:
        buttons.append(LinkButton(ctx.chat.link(thanks.about), t.line("To the message")))
    if await is_shy(ctx, who.member.id):
        parts.append(Footnote(t("I tell only you, as you wished.")))
    else:
        buttons.append(Button(f"thanks_shy:{who.member.id}:off", t.line("Thank me only in private")))
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return Card(parts=tuple(parts), accent=Accent.GOOD)


def said_at(place: Place | None) -> MessageRef | None:
    """Return where a command was typed, as a message that does not stand there yet."""
    return MessageRef(place, "") if place is not None else None
