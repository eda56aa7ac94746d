"""``/meetup edit`` and ``/meetup duplicate``: choose one of one's own, change it or plan it again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from chat.answers import Answer, OpenForm, Say
from chat.card import Accent, Button, Buttons, Card, Option, Select, Style, Text, Title
from chat.events import ActionPressed, CommandUsed
from chat.limits import OPTION_LABEL, OPTIONS
from community.meetups.plan import FARTHEST, LONGEST, MeetupState
from handlers.context import Context
from handlers.meetups.command import DUPLICATE, EDIT
from handlers.meetups.finding import label_of
from handlers.meetups.held import NEW_TYPED, held, hold, may_run
from handlers.meetups.new import again_form
from handlers.meetups.plan_cards import plan_card
from handlers.readers import Reader, note, number, reader
from handlers.routes import Feature, command, press
from locales import Translator
from storage.meetups.plans import StoredMeetup

PAST = timedelta(days=2 * 366)


async def choose_to_edit(ctx: Context, event: CommandUsed) -> Answer:
    """Show what can be changed: plans in the making, and meetups to come."""
    who = await reader(ctx, event)
    found = [
        stored
        for stored in await ctx.db.meetups.between(ctx.now - LONGEST, ctx.now + FARTHEST)
        if _to_change(ctx, who, stored)
    ]
    if not found:
        return note(who.t("You have no meetup to change. {new} begins one.", new=NEW_TYPED))
    if len(found) == 1:
        held_ = await hold(ctx, who, found[0].id)
        return held_ if isinstance(held_, Say) else Say(await plan_card(ctx, held_))
    return Say(_list(ctx, who.t, who.t.line("Which one?"), "plan_open", found[:OPTIONS]))


def _to_change(ctx: Context, who: Reader, stored: StoredMeetup) -> bool:
    meetup = stored.meetup
    if meetup.state is MeetupState.DRAFT:
        return meetup.organiser == who.member.id
    running = meetup.state is MeetupState.PLANNED and meetup.plan.ends > ctx.now
    return running and may_run(ctx, who, stored)


async def choose_to_repeat(ctx: Context, event: CommandUsed) -> Answer:
    """Show what can be planned again, the latest first."""
    who = await reader(ctx, event)
    found = [
        stored
        for stored in reversed(await ctx.db.meetups.between(ctx.now - PAST, ctx.now + FARTHEST))
        if stored.meetup.state is not MeetupState.DRAFT and may_run(ctx, who, stored)
    ]
    past = [stored for stored in found if stored.meetup.plan.starts <= ctx.now]
    found = [*past, *(stored for stored in found if stored.meetup.plan.starts > ctx.now)]
    if not found:
        return note(who.t("There is no meetup of yours to plan again. {new} begins one.", new=NEW_TYPED))
    if len(found) == 1:
        buttons = Buttons((Button(f"plan_again:{found[0].id}", who.t.line("Plan it again…"), Style.PRIMARY),))
        return Say(Card(parts=(Text(who.t("This one?")), Title(label_of(ctx, found[0], who.t)), buttons)))
    return Say(_list(ctx, who.t, who.t.line("Which one again?"), "plan_again", found[:OPTIONS]))


async def open_again(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for the same at another time."""
    if event.values:
        who = await reader(ctx, event)
        found = await hold(ctx, who, number(list(event.values), 0))
    else:
        found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    if found.is_draft:
        return note(found.who.t("This is still a plan. Announce it first."), Accent.WARM)
    return OpenForm(again_form(found))


def _list(ctx: Context, t: Translator, title: str, action: str, found: Sequence[StoredMeetup]) -> Card:
    options = []
    for stored in found:
        label = label_of(ctx, stored, t)
        if stored.meetup.state is MeetupState.DRAFT:
            label = t.line("Plan: {label}", label=label)
        options.append(Option(str(stored.id), label if len(label) <= OPTION_LABEL else label[: OPTION_LABEL - 1] + "…"))
    menu = Select(action=action, placeholder=t.line("Choose a meetup…"), options=tuple(options))
    return Card(parts=(Title(title), menu))


FEATURE = Feature(
    "meetups.edit",
    routes=(
        command("meetup", EDIT.name, choose_to_edit),
        command("meetup", DUPLICATE.name, choose_to_repeat),
        press("plan_again", open_again, opens_form=True),
    ),
)
