"""Mirrors a meetup as the platform's own scheduled event, where there is such a thing. Seats stay here.

The event follows whatever changed since the card was drawn last, so nobody has to remember to tell it. It is made once
the card stands, because it says where the card is; its id is kept, and a newer state is sent once per revision.
"""

from __future__ import annotations

from chat.card import Accent, Card, Footnote, Text, Title
from chat.effects import DirectMessage, NativeEvent, PutEvent
from chat.limits import TITLE
from chat.text import Code
from community.meetups.plan import DESCRIPTION, PLACE, MeetupState
from community.meetups.plan import TITLE as EVENT_TITLE
from community.signals import EffectSettled
from handlers.context import Context
from handlers.dead_letters import bring_to_moderators
from handlers.meetups.notices import reader_of
from handlers.meetups.steps import event_key
from handlers.public import channel_translator, shortened
from handlers.readers import number
from handlers.routes import Feature, settled
from locales import Translator, translator
from storage.meetups.plans import Stand, StoredMeetup

KIND = "meetup_event"
REASON = 300  # characters of what a platform said


async def mirror(ctx: Context, stored: StoredMeetup) -> None:
    """Bring the platforms' own events in line with a meetup."""
    for stand in await ctx.db.meetups.stands(stored.id):
        if stand.root is not None and ctx.chat.capabilities(stand.workspace).scheduled_events:
            await _mirror(ctx, stored, stand)


async def _mirror(ctx: Context, stored: StoredMeetup, stand: Stand) -> None:
    meetup, key = stored.meetup, event_key(stored.id, stand.workspace)
    if stand.event is not None:
        if meetup.revision and meetup.state in {MeetupState.PLANNED, MeetupState.CANCELLED}:
            change = PutEvent(stand.workspace, _event(ctx, stored, stand), stand.event)
            ctx.db.outbox.add(change, key=f"{key}:{meetup.revision}", report=True)
    elif meetup.state is MeetupState.PLANNED and meetup.plan.starts > ctx.now:
        ctx.db.outbox.add(PutEvent(stand.workspace, _event(ctx, stored, stand)), key=key, report=True)


def _event(ctx: Context, stored: StoredMeetup, stand: Stand) -> NativeEvent:
    plan = stored.meetup.plan
    t = channel_translator(ctx, stand.place, ctx.config.language)
    seats = t.line("“Interested” keeps no seat. Please answer on the card.")
    if stand.root is not None:
        link = ctx.chat.link(stand.root)
        seats = t.line("“Interested” keeps no seat. Please answer here: {link}", link=link)
    return NativeEvent(
        title=plan.title[:EVENT_TITLE],
        description="\n\n".join(filter(None, (seats, _cut(plan.description, DESCRIPTION - len(seats) - 2)))),
        starts_at=plan.starts,
        ends_at=plan.ends,
        where=plan.place[:PLACE] or (plan.link if 0 < len(plan.link) <= PLACE else t.line("Online")),
        cancelled=stored.meetup.state is MeetupState.CANCELLED,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


async def note_outcome(ctx: Context, event: EffectSettled) -> None:
    """Keep the id of an event that was made; where the platform refused, tell who can do something about it."""
    words = event.effect_key.split(":")
    meetup_id = number(words, 1)
    stored = await ctx.db.meetups.get(meetup_id) if meetup_id is not None else None
    if stored is None:
        return
    await ctx.db.meetups.ledger(stored.id)  # nobody else changes where it stands meanwhile
    stands = await ctx.db.meetups.stands(stored.id)
    stand = next(
        (s for s in stands if f"{event.effect_key}:".startswith(f"{event_key(stored.id, s.workspace)}:")), None
    )
    if stand is None:
        return
    if event.ok and event.ref is not None and stand.event is None:
        await ctx.db.meetups.note_event(stored.id, stand.workspace, event.ref.id)
        await mirror(ctx, stored)  # it may have been changed or called off since
    elif not event.ok and stored.meetup.plan.starts > ctx.now and stored.meetup.state is MeetupState.PLANNED:
        await _tell(ctx, stored, stand, event)


async def _tell(ctx: Context, stored: StoredMeetup, stand: Stand, event: EffectSettled) -> None:
    """Tell the organiser and the moderators, once, that the meetup goes on without an event."""
    key = f"meetup_unmirrored:{stored.id}:{stand.workspace}"
    organiser = stored.meetup.organiser
    who = await reader_of(ctx, stored, organiser) if organiser is not None else None
    if who is not None:
        card = _refused_card(ctx, stored, stand, event.reason, who.t)
        ctx.db.outbox.add(DirectMessage(who.account.user, card), key=key)
    card = _refused_card(ctx, stored, stand, event.reason, translator(ctx.config.language))
    bring_to_moderators(ctx, card, key=key, near=stand.workspace)


def _refused_card(ctx: Context, stored: StoredMeetup, stand: Stand, reason: str, t: Translator) -> Card:
    said = t(
        "{server} took no event for its own calendar, or no change to it. The meetup goes on as planned: "
        "the card, the seats and the reminders are not touched.",
        server=ctx.chat.workspace_name(stand.workspace),
    )
    return Card(
        parts=(
            Title(shortened(stored.meetup.plan.title, TITLE)),
            Text(said),
            Text(t("The chat said: {reason}", reason=Code(reason[:REASON] or "?"))),
            Footnote(
                t(
                    "A server holds 100 events to come at most, and the bot needs the right to manage events. "
                    "Events can be removed by hand under “Events”."
                )
            ),
        ),
        accent=Accent.WARM,
    )


FEATURE = Feature("meetups.native_events", routes=(settled(KIND, note_outcome),))
