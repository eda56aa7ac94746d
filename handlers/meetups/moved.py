"""Tells everybody who holds or waits for a seat that the place has changed, once per change."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from chat.card import Accent, Button, Buttons, Card, LinkButton, Part, Text, Title
from chat.effects import DirectMessage
from chat.limits import TITLE
from chat.text import Link, RichText, join, rich
from community.seat_desk import involved
from community.waking import next_waking
from handlers.context import Context
from handlers.meetups.cards import WHERE, when_text
from handlers.meetups.notices import link_to, reader_of
from handlers.public import shortened
from handlers.readers import Reader, quiet_hours_of, zone_of
from storage.meetups import StoredMeetup


async def tell_moved(ctx: Context, stored: StoredMeetup) -> None:
    """Tell everybody concerned where it is now, at an hour that suits them and before the day is too near."""
    ledger = await ctx.db.meetups.ledger(stored.id)
    if ledger is None:
        return
    for entry in sorted(ledger.entries.values(), key=lambda e: e.member):
        who = await reader_of(ctx, stored, entry.member) if involved(entry) else None
        if who is None:
            continue
        zone: ZoneInfo = zone_of(who.member, who.account, ctx.config)
        at = next_waking(ctx.now, quiet_hours_of(who.member), zone, ledger.offers_until)
        key = f"meetup_moved:{stored.id}:{stored.meetup.revision}:{entry.member}"
        card = await _card(ctx, who, stored, holds=entry.seat is not None)
        ctx.db.outbox.add(DirectMessage(who.account.user, card), key=key, due=at or ctx.now)


async def _card(ctx: Context, who: Reader, stored: StoredMeetup, *, holds: bool) -> Card:
    t = who.t
    said = t("The place has changed. Your seat is kept; it is here now:") if holds else t("The place has changed:")
    parts: list[Part] = [
        Title(shortened(stored.meetup.plan.title, TITLE)),
        Text(said),
        Text(where_text(stored, who)),
        Text(when_text(stored.meetup, t)),
    ]
    buttons: list[Button | LinkButton] = [Button(f"rsvp:{stored.id}:cannot", t.line("I cannot come"))]
    if link := await link_to(ctx, who, stored):
        buttons.append(LinkButton(link, t.line("To the meetup")))
    return Card(parts=(*parts, Buttons(tuple(buttons))), accent=Accent.WARM)


def where_text(stored: StoredMeetup, who: Reader) -> RichText:
    """Return where a meetup is, line by line."""
    plan, t = stored.meetup.plan, who.t
    lines: list[RichText] = [rich(t.line(WHERE[plan.where]))]
    if plan.place:
        lines.append(rich(plan.place))
    if plan.link:
        lines.append(rich(Link(plan.link, t.line("Link to join"))))
    return join("\n", lines)
