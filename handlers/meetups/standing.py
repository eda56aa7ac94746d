"""What happens when a meetup's card has reached its channel, and when its clock rings."""

from __future__ import annotations

from dataclasses import replace

from chat.card import Card, Text
from chat.effects import OpenThread
from chat.events import MemberLeft
from chat.ids import Place
from chat.limits import THREAD_TITLE
from community.seat_commands import ClockMoved, Depart
from community.signals import EffectSettled, TimerDue
from handlers.context import Context
from handlers.meetups.native_events import mirror
from handlers.meetups.remind import watch
from handlers.meetups.steps import CLOCK, REDRAW, act, redraw, thread_key
from handlers.public import channel_translator, shortened
from handlers.readers import number
from handlers.routes import Feature, due, on, settled


async def note_posted(ctx: Context, event: EffectSettled) -> None:
    """Open the thread of a meetup whose card stands in its channel now."""
    meetup_id = number(event.effect_key.split(":"), 1)
    stored = await ctx.db.meetups.get(meetup_id) if meetup_id is not None else None
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
    title = shortened(stored.meetup.plan.title, THREAD_TITLE)
    ctx.db.outbox.add(OpenThread(root, title, words), key=thread_key(stored.id, stand.workspace), report=True)
    await mirror(ctx, stored)


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
    if member is None or any(a.left_at is None and a.user != event.user for a in member.accounts):
        return
    for meetup_id in await ctx.db.meetups.mine(member.id, ctx.now):
        if stored := await ctx.db.meetups.get(meetup_id):
            await act(ctx, stored, Depart(member=member.id, key=event.key))


FEATURE = Feature(
    "meetups.standing",
    routes=(
        settled("meetup", note_posted),
        due(CLOCK, ring),
        due(REDRAW, draw),
        on(MemberLeft, note_departure),
    ),
)
