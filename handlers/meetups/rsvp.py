"""The buttons of a meetup: going, maybe, cannot, which seat, an offered seat taken or let go. Answers are private."""

from __future__ import annotations

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Select, Style, Text, Title
from chat.events import ActionPressed
from chat.limits import TITLE
from community.meetups.plan import MeetupState
from community.seats.commands import Claim, Command, Decline, Rsvp, StopWaiting
from community.seats.outcomes import Ask, Decision, Reason
from community.seats.values import Answer as Said
from community.seats.values import SeatKind
from handlers.context import Context
from handlers.meetups.cards import SEATS
from handlers.meetups.finding import gone
from handlers.meetups.my_seat import kind_options, my_card
from handlers.meetups.refusals import refusal_text
from handlers.meetups.steps import act
from handlers.public import shortened
from handlers.readers import Reader, arguments, number, quiet_hours_of, reader, zone_of
from handlers.routes import Feature, press
from locales import Translator
from storage.meetups.plans import StoredMeetup

SURE = "yes"  # the last argument of a button that has asked before


# ---- what is pressed


async def answer(ctx: Context, event: ActionPressed) -> Answer:
    """Take an answer from the card that everybody sees, or from a private message."""
    return await _answer(ctx, event, private=False)


async def answer_here(ctx: Context, event: ActionPressed) -> Answer:
    """Take an answer from a private card, which then shows what came of it."""
    return await _answer(ctx, event, private=True)


async def _answer(ctx: Context, event: ActionPressed, *, private: bool) -> Answer:
    who, words = await reader(ctx, event), arguments(event)
    said = next((said for said in Said if said.value in words[1:2]), None)
    if said is None:
        return gone(who.t)
    command = _rsvp(who, event, ctx, said, confirmed=words[2:3] == [SURE])
    return await _do(ctx, who, event, command, private=private)


async def choose(ctx: Context, event: ActionPressed) -> Answer:
    """Take a seat of a kind, from the menu of the card that everybody sees."""
    return await _choose(ctx, event, private=False)


async def choose_here(ctx: Context, event: ActionPressed) -> Answer:
    """Take a seat of a kind, from a private card: by its menu, or by the button that asks whether to move."""
    return await _choose(ctx, event, private=True)


async def meanwhile(ctx: Context, event: ActionPressed) -> Answer:
    """Take a seat of another kind, and stay in line for the one that was wished for."""
    return await _choose(ctx, event, private=True, keep_waiting=True)


async def _choose(ctx: Context, event: ActionPressed, *, private: bool, keep_waiting: bool = False) -> Answer:
    who, words = await reader(ctx, event), arguments(event)
    kind = next((kind for kind in SeatKind if kind.value in (*event.values[:1], *words[1:2])), None)
    if kind is None:
        return gone(who.t)
    sure = words[2:3] == [SURE]
    command = _rsvp(who, event, ctx, Said.GOING, kind=kind, confirmed=sure, keep_waiting=keep_waiting)
    return await _do(ctx, who, event, command, private=private)


async def stop_waiting(ctx: Context, event: ActionPressed) -> Answer:
    """Leave the line."""
    who = await reader(ctx, event)
    return await _do(ctx, who, event, StopWaiting(member=who.member.id, key=event.key), private=True)


async def claim(ctx: Context, event: ActionPressed) -> Answer:
    """Take the seat that was offered."""
    who = await reader(ctx, event)
    offer = number(arguments(event), 1) or 0
    return await _do(ctx, who, event, Claim(member=who.member.id, key=event.key, offer=offer), private=True)


async def decline(ctx: Context, event: ActionPressed) -> Answer:
    """Let the seat go that was offered."""
    who = await reader(ctx, event)
    offer = number(arguments(event), 1) or 0
    return await _do(ctx, who, event, Decline(member=who.member.id, key=event.key, offer=offer), private=True)


def _rsvp(
    who: Reader,
    event: ActionPressed,
    ctx: Context,
    said: Said,
    *,
    kind: SeatKind | None = None,
    confirmed: bool = False,
    keep_waiting: bool = False,
) -> Rsvp:
    zone = zone_of(who.member, who.account, ctx.config)
    return Rsvp(
        member=who.member.id,
        key=event.key,
        answer=said,
        kind=kind,
        confirmed=confirmed,
        keep_waiting=keep_waiting,
        quiet=quiet_hours_of(who.member),
        zone=zone.key,
    )


# ---- what is said


async def _do(ctx: Context, who: Reader, event: ActionPressed, command: Command, *, private: bool) -> Answer:
    """Decide, and say what came of it: in place of a private card, never in place of the one that everybody sees."""
    stored = await ctx.db.meetups.glance(number(arguments(event), 0) or 0)
    if stored is not None and stored.meetup.state is MeetupState.DRAFT:
        stored = None
    decision = await act(ctx, stored, command) if stored else None
    if stored is None or decision is None:
        return gone(who.t)
    card = await _outcome(ctx, who, stored, command, decision)
    return Redraw(card) if private else Say(card)


async def _outcome(ctx: Context, who: Reader, stored: StoredMeetup, command: Command, decision: Decision) -> Card:
    t = who.t
    if decision.ask and decision.ask_kind:
        invited = decision.state.allotments[decision.ask_kind].by_invitation
        return _ask_card(stored, command, decision.ask, decision.ask_kind, t, invited=invited)
    if decision.refusal and decision.refusal.reason is Reason.WHICH_KIND:
        return _which_card(stored, decision, t)
    if decision.refusal:
        return await my_card(ctx, who, stored, refusal_text(decision.refusal, t))
    return await my_card(ctx, who, stored)


def _ask_card(
    stored: StoredMeetup, command: Command, ask: Ask, kind: SeatKind, t: Translator, *, invited: bool
) -> Card:
    """Ask before a seat is given up that would not come back."""
    seat = t.line(SEATS[kind])
    if invited:
        said = t("Only the organisers give these seats ({kind}), so only they can give it back. Give it up?", kind=seat)
    elif ask is Ask.MOVE:
        said = t("Your seat ({kind}) would go to somebody else, and may not come back. Move all the same?", kind=seat)
    else:
        said = t("All seats are taken ({kind}). Yours would go to somebody else. Give it up?", kind=seat)
    go = f"seat_answer:{stored.id}:cannot:{SURE}"
    if isinstance(command, Rsvp) and command.answer is Said.GOING and command.kind:
        way = "seat_swap" if command.keep_waiting else "seat_move"
        go = f"{way}:{stored.id}:{command.kind.value}:{SURE}"
    elif isinstance(command, Rsvp):
        go = f"seat_answer:{stored.id}:{command.answer.value}:{SURE}"
    buttons = Buttons(
        (
            Button(go, t.line("Yes, give it up"), Style.DANGER),
            Button(f"seat_mine:{stored.id}", t.line("Keep it"), Style.PRIMARY),
        )
    )
    return Card(parts=(Title(shortened(stored.meetup.plan.title, TITLE)), Text(said), buttons), accent=Accent.WARM)


def _which_card(stored: StoredMeetup, decision: Decision, t: Translator) -> Card:
    kinds = decision.state.choices
    title = Title(shortened(stored.meetup.plan.title, TITLE))
    if not kinds:
        return Card(parts=(title, Text(t("The organisers give the seats of this meetup themselves."))))
    said = Text(t("Good! Which seat would you like?"))
    menu = Select(action=f"seat_take:{stored.id}", placeholder=t.line("Choose a seat…"), options=kind_options(kinds, t))
    return Card(parts=(title, said, menu))


FEATURE = Feature(
    "meetups.rsvp",
    routes=(
        press("rsvp", answer),
        press("seat", choose),
        press("seat_answer", answer_here),
        press("seat_take", choose_here),
        press("seat_move", choose_here),
        press("seat_meanwhile", meanwhile),
        press("seat_swap", meanwhile),
        press("seat_stop", stop_waiting),
        press("claim", claim),
        press("decline", decline),
    ),
)
