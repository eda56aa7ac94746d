"""Tells who was made a co-organiser of it, and what they can do now."""

from __future__ import annotations

from chat.card import Button, Buttons, Card, LinkButton, Part, Style, Text, Title
from chat.effects import DirectMessage
from chat.limits import TITLE
from community.words import display_name
from handlers.context import Context
from handlers.meetups.cards import when_text
from handlers.meetups.notices import link_to, reader_of
from handlers.public import shortened
from storage.meetups.plans import StoredMeetup


async def tell_helping(ctx: Context, stored: StoredMeetup, to: int, by: int, key: str) -> None:
    """Tell a member that they help to organise a meetup from now on."""
    who, other = await reader_of(ctx, stored, to), await ctx.db.people.by_id(by)
    if who is None or other is None:
        return
    t = who.t
    parts: list[Part] = [
        Title(shortened(stored.meetup.plan.title, TITLE)),
        Text(
            t("{name} has made you a co-organiser of this meetup.", name=display_name(other.name, t.line("a member")))
        ),
        Text(when_text(stored.meetup, t)),
    ]
    buttons: list[Button | LinkButton] = [Button(f"plan_open:{stored.id}", t.line("Look at it"), Style.PRIMARY)]
    if link := await link_to(ctx, who, stored):
        buttons.append(LinkButton(link, t.line("To the meetup")))
    card = Card(parts=(*parts, Buttons(tuple(buttons))))
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=f"meetup_helping:{stored.id}:{to}:{key}")
