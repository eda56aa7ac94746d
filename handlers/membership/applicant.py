"""What those who wait can do: apply, look at their place, take a seat or let the next go first, withdraw."""

from __future__ import annotations

from msgspec.structs import replace

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent, Text
from chat.events import ActionPressed, FormSubmitted
from community.membership.commands import Apply, OfOne, Pass, Ready, Take, Withdraw
from community.membership.decisions import Reason
from community.membership.form import check_answers
from community.membership.values import Answers, Standing
from handlers.context import Context
from handlers.membership.cards import apply_form, gone_card, leaving_card, seated_card
from handlers.membership.looking import placed
from handlers.membership.steps import answer_card, carry_out
from handlers.readers import Reader, not_yours, note, reader
from handlers.routes import Feature, form, press


async def open_form(ctx: Context, event: ActionPressed) -> Answer:
    """Open the application form, filled with what was answered before."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    one = await ctx.db.applications.of(who.member.id)
    if one is None or one.standing is Standing.SEATED:
        return _has_seat(who)
    if one.standing is Standing.DECLINED:
        return Say(await answer_card(ctx, who, one))
    return OpenForm(apply_form(ctx, who, one.answers))


async def apply(ctx: Context, event: FormSubmitted) -> Answer:
    """Take an application, or say what to do about it."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    taken = check_answers(event.values, ctx.config.topics)
    if not isinstance(taken, Answers):
        errors = {key: who.t.line(problem.text, **problem.values) for key, problem in taken.items()}
        return Invalid(errors, apply_form(ctx, who, None).filled(event.values))
    return await _done(ctx, who, Apply(who.member.id, taken))


async def show_place(ctx: Context, event: ActionPressed) -> Answer:
    """Show somebody's place in the line as it is now."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    one = await ctx.db.applications.of(who.member.id)
    if one is None:
        return _has_seat(who)
    return Redraw(await answer_card(ctx, who, one))


async def take(ctx: Context, event: ActionPressed) -> Answer:
    """Give somebody the seat that is kept for them."""
    who = await reader(ctx, event)
    return await _done(ctx, who, Take(who.member.id)) if who.owns(event) else not_yours(who.t)


async def let_next(ctx: Context, event: ActionPressed) -> Answer:
    """Let the next in line go first."""
    who = await reader(ctx, event)
    return await _done(ctx, who, Pass(who.member.id)) if who.owns(event) else not_yours(who.t)


async def ready(ctx: Context, event: ActionPressed) -> Answer:
    """Ask somebody again who said "not now"."""
    who = await reader(ctx, event)
    return await _done(ctx, who, Ready(who.member.id)) if who.owns(event) else not_yours(who.t)


async def ask_leave(ctx: Context, event: ActionPressed) -> Answer:
    """Ask before a place is given up."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    one = await ctx.db.applications.of(who.member.id)
    if one is None:
        return _has_seat(who)
    if one.standing not in {Standing.APPLIED, Standing.OFFERED}:
        return Say(await answer_card(ctx, who, one))
    return Say(leaving_card(who, await placed(ctx, one)))


async def leave(ctx: Context, event: ActionPressed) -> Answer:
    """Give somebody's place up."""
    who = await reader(ctx, event)
    return await _done(ctx, who, Withdraw(who.member.id)) if who.owns(event) else not_yours(who.t)


async def _done(ctx: Context, who: Reader, command: OfOne) -> Answer:
    decision = await carry_out(ctx, command, answered=who.member.id)
    one = await ctx.db.applications.of(who.member.id)
    if one is None:
        return _has_seat(who)
    if one.standing is Standing.SEATED:
        return Redraw(seated_card(who, one))
    shown = await answer_card(ctx, who, one)
    if decision.refused is Reason.OFFER_GONE and one.standing is Standing.APPLIED:
        return Redraw(gone_card(ctx, who, await placed(ctx, one)))
    if not isinstance(command, Apply):
        return Redraw(shown)
    received = Text(who.t("Your answers have arrived. Thank you!"))
    return Say(shown if decision.refused else replace(shown, parts=(received, *shown.parts)))


def _has_seat(who: Reader) -> Say:
    return note(who.t("You have your seat already. `/tsudoi help` shows everything I can do."), Accent.GOOD)


FEATURE = Feature(
    "lobby",
    routes=(
        press("lobby_apply", open_form, opens_form=True),
        form("lobby_apply", apply),
        press("lobby_place", show_place),
        press("lobby_take", take),
        press("lobby_pass", let_next),
        press("lobby_ready", ready),
        press("lobby_leave", ask_leave),
        press("lobby_leave_yes", leave),
    ),
)
