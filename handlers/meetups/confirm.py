"""A plan is announced, thrown away, or forgotten after a week. Until then nobody but its organiser has seen it."""

from __future__ import annotations

from dataclasses import replace

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Card, Text
from chat.events import ActionPressed
from chat.text import Code, RichText, join
from community.meetups.plan import MeetupError, MeetupState, publish
from community.signals import TimerDue
from handlers.context import Context
from handlers.meetups.held import NEW_TYPED, Held, ended, held
from handlers.meetups.new import FIELDS
from handlers.meetups.opening import open_meetup
from handlers.meetups.plan_cards import plan_card
from handlers.meetups.plan_forms import wrong_errors
from handlers.meetups.plan_steps import DRAFT_OVER, drop_draft
from handlers.meetups.series_steps import begin_series
from handlers.meetups.steps import announce, meetup_channel
from handlers.readers import note
from handlers.routes import Feature, due, press


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
    await begin_series(ctx, stored)
    said = found.who.t("It is announced. {edit} changes it.", edit=Code("/meetup edit"))
    return Redraw(await plan_card(ctx, replace(found, stored=stored), said=said))


def _no_channel(found: Held) -> RichText:
    return found.who.t(
        "There is no meetup channel that I can post in, so I have kept your plan. A moderator can name one under {key} "
        "and let me in; then press “Announce it” once more.",
        key=Code("channels.meetups"),
    )


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
