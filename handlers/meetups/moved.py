"""Tells everybody who holds or waits for a seat that the place has changed, once per change."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from chat.card import Accent, Button, Buttons, Card, LinkButton, Part, Style, Text, Title
from chat.effects import DirectMessage
from chat.limits import TITLE
from chat.text import Link, RichText, join, rich
from community.hours.waking import next_waking
from community.seats.desk import involved
from community.seats.values import Entry, Ledger, SeatKind
from handlers.context import Context
from handlers.meetups.cards import SEATS, WHERE, when_text
from handlers.meetups.notices import link_to, reader_of
from handlers.meetups.overtaken import MOVED, take_back_places
from handlers.public import shortened
from handlers.readers import Reader, quiet_hours_of, zone_of
from locales import Translator
from storage.meetups.plans import StoredMeetup


async def tell_moved(ctx: Context, stored: StoredMeetup, before: Ledger | None = None) -> None:
    """Tell everybody concerned where it is now, at an hour that suits them and before the day is too near.

    ``before``: the ledger as it was, where the new place has other seats.
    """
    ledger = await ctx.db.meetups.ledger(stored.id)
    if ledger is None:
        return
    await take_back_places(ctx, stored.id)
    for entry in sorted((before or ledger).entries.values(), key=lambda e: e.member):
        who = await reader_of(ctx, stored, entry.member) if involved(entry) else None
        if who is None:
            continue
        zone: ZoneInfo = zone_of(who.member, who.account, ctx.config)
        at = next_waking(ctx.now, quiet_hours_of(who.member), zone, ledger.offers_until)
        key = f"{MOVED}:{stored.id}:{stored.meetup.revision}:{entry.member}"
        card = await _card(ctx, who, stored, ledger, entry)
        ctx.db.outbox.add(DirectMessage(who.account.user, card), key=key, due=at or ctx.now)


async def _card(ctx: Context, who: Reader, stored: StoredMeetup, ledger: Ledger, before: Entry) -> Card:
    t = who.t
    now = ledger.entries.get(before.member, before)
    no_seats = _lost(ledger, before, now)
    parts: list[Part] = [
        Title(shortened(stored.meetup.plan.title, TITLE)),
        Text(_said(before, now, no_seats, t)),
        Text(where_text(stored, who)),
        Text(when_text(stored.meetup, t)),
    ]
    buttons: list[Button | LinkButton] = []
    if no_seats:
        parts.append(Text(t("Would you like one of these seats instead?")))
        buttons += [
            Button(f"seat_move:{stored.id}:{kind.value}", t.line(SEATS[kind]), Style.PRIMARY) for kind in ledger.choices
        ]
    buttons.append(Button(f"seat_answer:{stored.id}:cannot", t.line("I cannot come")))
    if link := await link_to(ctx, who, stored):
        buttons.append(LinkButton(link, t.line("To the meetup")))
    return Card(parts=(*parts, Buttons(tuple(buttons))), accent=Accent.WARM)


def _lost(ledger: Ledger, before: Entry, now: Entry) -> SeatKind | None:
    """Return the kind that somebody sat on or waited for, where there are no such seats any more."""
    if now.seat is not None:
        return now.seat if ledger.allotments[now.seat].closed else None
    return before.wait.kind if before.wait and now.wait is None else None


def _said(before: Entry, now: Entry, no_seats: SeatKind | None, t: Translator) -> RichText:
    """Say that the place has changed, and what becomes of a seat or a place in line."""
    if no_seats:
        return t("The place has changed, and there are no seats of this kind any more: {kind}. It is here now:",
                 kind=t.line(SEATS[no_seats]))  # fmt: skip
    if now.seat and now.seat is not before.seat:
        return t("The place has changed. You have a seat there ({kind}); it is here now:", kind=t.line(SEATS[now.seat]))
    if now.seat:
        return t("The place has changed. Your seat is kept; it is here now:")
    if now.wait:
        return t("The place has changed. You keep your place on the waiting list; it is here now:")
    return t("The place has changed:")


def where_text(stored: StoredMeetup, who: Reader) -> RichText:
    """Return where a meetup is, line by line."""
    plan, t = stored.meetup.plan, who.t
    lines: list[RichText] = [rich(t.line(WHERE[plan.where]))]
    if plan.place:
        lines.append(rich(plan.place))
    if plan.link:
        lines.append(rich(Link(plan.link, t.line("Link to join"))))
    return join("\n", lines)
