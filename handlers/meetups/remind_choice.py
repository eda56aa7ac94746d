"""The menu in which a member chooses their reminders for one meetup."""

from __future__ import annotations

from chat.answers import Answer, Redraw
from chat.events import ActionPressed
from chat.text import RichText
from community.meetups.reminders import DEFAULT, ReminderKind
from handlers.context import Context
from handlers.meetups.cards import listed
from handlers.meetups.finding import by_id, gone
from handlers.meetups.my_seat import my_card
from handlers.meetups.remind import NAMES, picked_kinds, watch
from handlers.readers import Reader, arguments, reader
from handlers.routes import Feature, press


async def choose(ctx: Context, event: ActionPressed) -> Answer:
    """Take a choice of reminders, and show the card with it."""
    who = await reader(ctx, event)
    stored = await by_id(ctx, "".join(arguments(event)[:1]))
    if stored is None:
        return gone(who.t)
    before = await ctx.db.meetup_before.choice(stored.id, who.member.id)
    kinds = picked_kinds(event.values, DEFAULT if before is None else before)
    await ctx.db.meetup_before.choose(stored.id, who.member.id, kinds)
    await watch(ctx, stored)
    return Redraw(await my_card(ctx, who, stored, _said(who, kinds)))


def _said(who: Reader, kinds: frozenset[ReminderKind]) -> RichText:
    t = who.t
    if not kinds:
        return t("Noted: I send you no reminders of this meetup. A new time or place I tell you all the same.")
    names = listed([t.line(NAMES[kind]) for kind in ReminderKind if kind in kinds], t)
    return t("Noted, I remind you: {when}.", when=names)


FEATURE = Feature("meetups.remind_choice", routes=(press("remind", choose),))
