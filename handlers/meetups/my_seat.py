"""A member's own card of a meetup: how they stand, and everything they can do about it."""

from __future__ import annotations

from collections.abc import Sequence

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Option, Part, Select, Style, Text, Title
from chat.events import ActionPressed
from chat.limits import BUTTONS, TITLE
from chat.text import MomentStyle, RichText, join, rich
from community.meetups.plan import MeetupState
from community.seats.counts import Standing, standing
from community.seats.values import Answer as Said
from community.seats.values import Ledger, Phase, SeatKind
from handlers.context import Context
from handlers.meetups.cards import SEATS, when_text
from handlers.meetups.finding import by_id, gone
from handlers.meetups.notices import link_to
from handlers.meetups.seat_rows import ROWS
from handlers.public import shortened
from handlers.readers import Reader, arguments, reader, zone_of
from handlers.routes import Feature, press
from locales import Translator
from storage.meetups.plans import StoredMeetup


async def show(ctx: Context, event: ActionPressed) -> Answer:
    """Show a member their own card, from the card that everybody sees."""
    return await _shown(ctx, event, redraw=False)


async def show_here(ctx: Context, event: ActionPressed) -> Answer:
    """Show it in place of a private card."""
    return await _shown(ctx, event, redraw=True)


async def _shown(ctx: Context, event: ActionPressed, *, redraw: bool) -> Answer:
    who = await reader(ctx, event)
    stored = await by_id(ctx, "".join(arguments(event)[:1]))
    if stored is None:
        return gone(who.t)
    card = await my_card(ctx, who, stored)
    return Redraw(card) if redraw else Say(card)


async def my_card(ctx: Context, who: Reader, stored: StoredMeetup, said: RichText | None = None) -> Card:
    """Return a member's own card; ``said`` comes first, where there is news."""
    t, meetup = who.t, stored.meetup
    ledger = await ctx.db.meetups.ledger(stored.id)
    mine = standing(ledger, who.member.id) if ledger else Standing()
    parts: list[Part] = [Title(shortened(meetup.plan.title, TITLE))]
    if said:
        parts.append(Text(said))
    if meetup.state is MeetupState.CANCELLED:
        parts.append(Text(t("This meetup is cancelled.")))
    else:
        parts.append(Text(rich(standing_text(ctx, who, mine), "\n", when_text(meetup, t))))
    ahead = ledger is not None and ledger.phase(ctx.now) not in {Phase.BEGUN, Phase.CLOSED}
    if ledger is not None and ahead:
        if mine.waits_for and not mine.offer:
            parts.append(Footnote(_line_text(ledger.phase(ctx.now), t)))
        parts += _kinds(stored, ledger, mine, t)
        if mine.seat and not meetup.plan.hide_attendees:
            parts += await _shown_where(ctx, stored, t)
    parts += await _buttons(ctx, who, stored, mine, ahead=ahead)
    for row in ROWS:
        parts += await row(ctx, who, stored, mine)
    return Card(parts=tuple(parts), accent=Accent.GOOD if mine.seat else Accent.CALM)


def standing_text(ctx: Context, who: Reader, mine: Standing) -> RichText:
    """Say in words how somebody stands."""
    t = who.t
    said: list[RichText] = []
    if mine.seat:
        said.append(t("You have a seat: {kind}.", kind=t.line(SEATS[mine.seat])))
    if mine.offer and mine.waits_for:
        until = t.moment(mine.offer.until, zone_of(who.member, who.account, ctx.config), MomentStyle.FULL, now=ctx.now)
        kind = t.line(SEATS[mine.offer.kind])
        said.append(t("A seat is kept for you until {until}: {kind}.", until=until, kind=kind))
    elif mine.waits_for and mine.position:
        kind = t.line(SEATS[mine.waits_for])
        said.append(t("You are number {position} on the waiting list: {kind}.", position=mine.position, kind=kind))
    if not said and mine.answer is Said.MAYBE:
        said.append(t("You said: maybe. No seat is kept for you."))
    elif not said and mine.answer is Said.CANNOT:
        said.append(t("You said that you cannot come."))
    elif not said:
        said.append(t("You have not answered yet."))
    return join("\n", said)


async def _shown_where(ctx: Context, stored: StoredMeetup, t: Translator) -> list[Part]:
    """Say where the name of who has a seat can be read."""
    stands = await ctx.db.meetups.stands(stored.id)
    first, *more = [*dict.fromkeys(stand.workspace.platform.value.title() for stand in stands)] or [""]
    names = t.line("{one} and {other}", one=first, other=more[0]) if more else first
    said = t("Your name is shown in the list of who comes on {platforms}.", platforms=names)
    return [Footnote(said)] if names else []


def _line_text(phase: Phase, t: Translator) -> RichText:
    match phase:
        case Phase.PROMOTE:
            return t("As soon as a seat becomes free and it is your turn, it is yours, and I tell you.")
        case Phase.OFFER:
            return t("As soon as a seat becomes free and it is your turn, I ask you whether you still want it.")
        case _:
            return t("It is too close to the start for me to ask around: a free seat goes to whoever presses first.")


def _kinds(stored: StoredMeetup, ledger: Ledger, mine: Standing, t: Translator) -> list[Part]:
    """Return the seats to change to, and to take while one waits for a better one."""
    kinds = ledger.choices
    others = [kind for kind in kinds if kind is not mine.seat]
    if not others or len({*kinds} | ({mine.seat} if mine.seat else set())) < 2:  # noqa: PLR2004 - one kind is no choice
        return []
    if mine.waits_for and not mine.seat:
        return _instead(stored, [kind for kind in others if kind is not mine.waits_for], mine.waits_for, t)
    words = t.line("Change the kind of seat…") if mine.seat else t.line("Choose a seat…")
    return [Select(action=f"seat_take:{stored.id}", placeholder=words, options=kind_options(others, t))]


def _instead(stored: StoredMeetup, kinds: Sequence[SeatKind], waits: SeatKind, t: Translator) -> list[Part]:
    """Return what somebody who only waits can do: go over, or sit there until the wished seat is free."""
    buttons = []
    for kind in kinds:
        other, wished = t.line(SEATS[kind]), t.line(SEATS[waits])
        over = t.line("Change to {kind} (and leave the line)", kind=other)
        meanwhile = t.line("Take {kind}, and keep waiting for {wished}", kind=other, wished=wished)
        buttons += [
            Button(f"seat_take:{stored.id}:{kind.value}", over),
            Button(f"seat_meanwhile:{stored.id}:{kind.value}", meanwhile),
        ]
    return [Buttons(tuple(buttons[:BUTTONS]))] if buttons else []


def kind_options(kinds: Sequence[SeatKind], t: Translator) -> tuple[Option, ...]:
    """Return kinds of seats as the options of a menu."""
    return tuple(Option(kind.value, t.line(SEATS[kind])) for kind in kinds)


async def _buttons(ctx: Context, who: Reader, stored: StoredMeetup, mine: Standing, *, ahead: bool) -> list[Part]:
    t, meetup_id = who.t, stored.id
    buttons: list[Button | LinkButton] = []
    if ahead:
        if mine.offer:
            buttons.append(Button(f"claim:{meetup_id}:{mine.offer.id}", t.line("Take the seat"), Style.PRIMARY))
            buttons.append(Button(f"decline:{meetup_id}:{mine.offer.id}", t.line("Let it go")))
        elif mine.waits_for and mine.seat:
            buttons.append(Button(f"seat_stop:{meetup_id}", t.line("Stop waiting")))
        elif not mine.seat and not mine.waits_for:
            buttons.append(Button(f"seat_answer:{meetup_id}:going", t.line("Going"), Style.PRIMARY))
        if mine.answer not in (None, Said.CANNOT):
            # Who only waits leaves the line by the same button
            words = t.line("I cannot come") if mine.seat or not mine.waits_for else t.line("I don't come after all")
            buttons.append(Button(f"seat_answer:{meetup_id}:cannot", words))
    last: list[Button | LinkButton] = []
    if stored.meetup.state is MeetupState.PLANNED:
        last.append(Button(f"seat_ics:{meetup_id}", t.line("For my calendar")))
    if link := await link_to(ctx, who, stored):
        last.append(LinkButton(link, t.line("To the meetup")))
    buttons += last
    return [Buttons(tuple(buttons[:BUTTONS]))] if buttons else []


FEATURE = Feature("meetups.my_seat", routes=(press("mine", show), press("seat_mine", show_here)))
