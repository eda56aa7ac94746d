"""What happens when a meetup's card has reached its channel, and when its clock rings."""

from __future__ import annotations

from dataclasses import replace

from chat.card import Accent, Card, Text, Title
from chat.effects import DirectMessage, OpenThread
from chat.events import MemberLeft
from chat.ids import Place
from chat.limits import THREAD_TITLE, TITLE
from community.seats.commands import ClockMoved, Depart
from community.signals import EffectSettled, TimerDue
from community.when.zones import zone_or
from handlers.context import Context
from handlers.dead_letters import tell_moderators
from handlers.meetups.native_events import mirror
from handlers.meetups.notices import reader_of
from handlers.meetups.remind import watch
from handlers.meetups.steps import CLOCK, REDRAW, act, card_key, redraw, thread_key
from handlers.public import channel_translator, shortened
from handlers.readers import number, was_last
from handlers.routes import Feature, due, on, settled
from storage.held import meetups as held_meetups
from storage.meetups.plans import StoredMeetup


async def note_posted(ctx: Context, event: EffectSettled) -> None:
    """Open the thread of a meetup whose card stands in its channel now; say so where it does not."""
    meetup_id = number(event.effect_key.split(":"), 1)
    stored = await ctx.db.meetups.get(meetup_id) if meetup_id is not None else None
    if not event.ok:
        await tell_moderators(ctx, event)
        await _tell_organisers(ctx, stored, event)
    if stored is None or not event.ok or event.ref is None:
        return
    root = event.ref
    stand = next((s for s in await ctx.db.meetups.stands(stored.id) if s.workspace == root.place.home), None)
    if stand is None or stand.root is not None:
        return
    thread = Place(root.place.platform, root.place.workspace, root.place.channel, root.id)
    await ctx.db.meetups.stand(replace(stand, root=root, thread=thread))
    t = channel_translator(ctx, root.place, ctx.config.language)
    words = Card(parts=(Text(t("Talk about this meetup here: questions, lifts, what you look forward to.")),))
    plan = stored.meetup.plan
    day = "" if stored.series is None else " " + t.date(plan.starts, zone_or(plan.zone, ctx.config.time_zone))
    title = shortened(plan.title, THREAD_TITLE - len(day)) + day  # else those of a series would all be called the same
    ctx.db.outbox.add(OpenThread(root, title, words), key=thread_key(stored.id, stand.workspace), report=True)
    await mirror(ctx, stored)


async def _tell_organisers(ctx: Context, stored: StoredMeetup | None, event: EffectSettled) -> None:
    """Let those who run a meetup know that nobody can see it in a workspace."""
    if stored is None:
        return
    stands = await ctx.db.meetups.stands(stored.id)
    stand = next((s for s in stands if card_key(stored.id, s.workspace) == event.effect_key), None)
    for member_id in stored.meetup.organisers if stand else ():
        who = await reader_of(ctx, stored, member_id)
        if who is None or stand is None:
            continue
        place = ctx.chat.workspace_name(stand.workspace)
        said = who.t("This meetup could not be announced on {place}, so nobody there can see it. The moderators know.",
                     place=place)  # fmt: skip
        card = Card(parts=(Title(shortened(stored.meetup.plan.title, TITLE)), Text(said)), accent=Accent.ALERT)
        key = f"meetup_unannounced:{stored.id}:{stand.workspace}:{member_id}"
        ctx.db.outbox.add(DirectMessage(who.account.user, card), key=key)


async def ring(ctx: Context, event: TimerDue) -> None:
    """Do what is due in a ledger."""
    stored = await ctx.db.meetups.get(int(event.subject))
    if stored is not None:
        await act(ctx, stored, ClockMoved())


async def draw(ctx: Context, event: TimerDue) -> None:
    """Draw the cards of a meetup anew."""
    stored = await ctx.db.meetups.get(int(event.subject))
    if stored is not None:
        await redraw(ctx, stored)
        await mirror(ctx, stored)
        await watch(ctx, stored)


async def note_departure(ctx: Context, event: MemberLeft) -> None:
    """Free what somebody had in meetups to come, when they leave with their last account."""
    member = await ctx.db.people.by_user(event.user)
    if member is None or not was_last(member, event.user):
        return
    for meetup_id in await ctx.db.meetups.mine(member.id, ctx.now):
        if stored := await ctx.db.meetups.get(meetup_id):
            await act(ctx, stored, Depart(member=member.id, key=event.key))


FEATURE = Feature(
    "meetups.standing",
    stores=held_meetups.HELD,
    routes=(
        settled("meetup", note_posted),
        due(CLOCK, ring),
        due(REDRAW, draw),
        on(MemberLeft, note_departure),
    ),
)
