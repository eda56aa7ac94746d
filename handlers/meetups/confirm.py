"""A plan is announced, thrown away, or forgotten after a week. Until then nobody but its organiser has seen it."""

from __future__ import annotations

from dataclasses import replace

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Card, Text
from chat.events import ActionPressed
from chat.text import Code, RichText, join
from community.meetups import MeetupError, MeetupState, publish
from community.seat_commands import Seat
from community.seat_values import SeatKind
from community.seats import next_deadline
from community.signals import TimerDue
from handlers.context import Context
from handlers.meetups.held import NEW_TYPED, Held, ended, held
from handlers.meetups.new import FIELDS
from handlers.meetups.plan_cards import plan_card
from handlers.meetups.plan_forms import wrong_errors
from handlers.meetups.plan_steps import DRAFT_OVER, drop_draft
from handlers.meetups.steps import act, announce, log, meetup_channel, set_clock
from handlers.readers import note
from handlers.routes import Feature, due, press
from storage.meetups import StoredMeetup


async def go(ctx: Context, event: ActionPressed) -> Answer:
    """Announce a plan; pressed twice, it is announced once."""
    found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    if found.meetup.state is MeetupState.PLANNED:
        return Redraw(await plan_card(ctx, found, said=found.who.t("It is announced already.")))
    if not found.is_draft:
        return ended(found)
    if not any(meetup_channel(ctx, settings) for settings in ctx.config.workspaces):
        return note(_no_channel(found), Accent.WARM)
    try:
        change = publish(found.meetup, found.who.member.id, ctx.now)
    except MeetupError as error:
        wrong = wrong_errors(error.wrong, found.who, FIELDS).values()
        return note(join("\n", [RichText((said,)) for said in wrong]), Accent.WARM)
    stored = replace(found.stored, meetup=change.meetup)
    await ctx.db.timers.drop(DRAFT_OVER, stored.id)
    await ctx.db.meetups.save(stored.id, stored.meetup)
    await open_meetup(ctx, stored, event.key)
    await announce(ctx, stored)
    said = found.who.t("It is announced. {edit} changes it.", edit=Code("/meetup edit"))
    return Redraw(await plan_card(ctx, replace(found, stored=stored), said=said))


def _no_channel(found: Held) -> RichText:
    return found.who.t(
        "There is no meetup channel that I can post in, so I have kept your plan. A moderator can name one under {key} "
        "and let me in; then press “Announce it” once more.",
        key=Code("channels.meetups"),
    )


async def open_meetup(ctx: Context, stored: StoredMeetup, key: str) -> None:
    """Let a meetup be one that people can come to: its clock runs, its speakers have their seats."""
    plan, by = stored.meetup.plan, stored.meetup.organiser
    what = {"what": plan.kind.value, "where": plan.where.value, "series": stored.series}
    log(ctx, stored, "planned", by, key, **what)
    for member in plan.speakers if by is not None else ():
        command = Seat(by=by or 0, member=member, kind=SeatKind.SPEAKER, key=f"{key}:speaker:{member}")
        await act(ctx, stored, command)
    ledger = await ctx.db.meetups.ledger(stored.id)
    if ledger is not None:
        await set_clock(ctx, stored.id, next_deadline(ledger))


async def drop(ctx: Context, event: ActionPressed) -> Answer:
    """Throw a plan away."""
    found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    if not found.is_draft:
        return note(found.who.t("It is announced already; “Cancel the meetup…” calls it off."), Accent.WARM)
    await drop_draft(ctx, found.stored)
    said = found.who.t("Thrown away. Nobody has seen it. {new} begins a new one.", new=NEW_TYPED)
    return Redraw(Card(parts=(Text(said),)))


async def forget(ctx: Context, event: TimerDue) -> None:
    """Forget a plan that nobody came back for."""
    stored = await ctx.db.meetups.get(int(event.subject))
    if stored is not None and stored.meetup.state is MeetupState.DRAFT:
        await drop_draft(ctx, stored)


FEATURE = Feature("meetups.confirm", routes=(press("plan_go", go), press("plan_drop", drop), due(DRAFT_OVER, forget)))
