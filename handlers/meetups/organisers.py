"""Who runs a meetup: handed over, taken over, and what happens when an organiser leaves the community."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import msgspec

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, LinkButton, Part, Style, Text, Title
from chat.effects import DirectMessage, Post
from chat.events import ActionPressed, FormSubmitted, MemberLeft
from chat.form import Form, Line
from chat.limits import TITLE
from community.meetups.people import hand_over, organiser_left
from community.meetups.plan import FARTHEST, LONGEST, MeetupState
from community.meetups.series_text import describe
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.meetups.cards import when_text
from handlers.meetups.held import EDIT_TYPED, Held, ended, gone, held
from handlers.meetups.notices import link_to, reader_of
from handlers.meetups.people_typed import UnknownPeopleError, read_people
from handlers.meetups.plan_cards import plan_card
from handlers.meetups.plan_steps import drop_draft
from handlers.meetups.steps import log
from handlers.public import channel_translator, shortened
from handlers.readers import arguments as words_of
from handlers.readers import note, number, reader, settings_of, was_last
from handlers.routes import Feature, form, on, press
from locales import Translator, msg
from storage.meetups.plans import StoredMeetup

OPEN = (MeetupState.DRAFT.value, MeetupState.PLANNED.value)
NAME = 100
_DAY = timedelta(days=1)


async def open_form(ctx: Context, event: ActionPressed) -> Answer:
    """Ask who takes over."""
    found = await _held(ctx, event)
    return found if isinstance(found, Say) else OpenForm(_form(found))


async def _held(ctx: Context, event: ActionPressed | FormSubmitted) -> Held | Say:
    found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    return found if found.meetup.state is MeetupState.PLANNED else ended(found)


def _form(found: Held) -> Form:
    t = found.who.t
    hint = t.line("The name as it is shown. You stay as a co-organiser.")
    return Form(
        id=f"plan_hand:{found.stored.id}",
        title=t.line("Hand over"),
        fields=(Line(key="to", label=t.line("To whom?"), hint=hint, max_length=NAME),),
        submit=t.line("Hand over"),
        cancel=t.line("Cancel"),
    )


async def submit(ctx: Context, event: FormSubmitted) -> Answer:
    """Hand a meetup over; who runs it from now on is told."""
    found = await _held(ctx, event)
    if isinstance(found, Say):
        return found
    t, blank = found.who.t, _form(found)
    try:
        named = await read_people(ctx, str(event.values.get("to", "")), event.workspace)
    except UnknownPeopleError as unknown:
        return Invalid({"to": unknown.text(t)}, blank.filled(event.values))
    if len(named) != 1:
        return Invalid({"to": t.line("One name, please.")}, blank.filled(event.values))
    after = await _give(ctx, found, named[0], event.key)
    if after.stored.meetup != found.stored.meetup:
        await write_down(ctx, found.who, event, HANDED_OVER, f"meetup:{after.stored.id}", member=named[0])
    return Say(await plan_card(ctx, after, said=t("It is handed over.")))


async def _give(ctx: Context, found: Held, to: int, key: str) -> Held:
    by = found.who.member.id
    change = hand_over(found.meetup, to, by, moderator=found.moderator)
    after = replace(found.stored, meetup=change.meetup)
    if change.parts:
        await ctx.db.meetups.save(after.id, after.meetup)
        log(ctx, after, "handed_over", by, key, to=to)
        if to != by:
            await _tell_new(ctx, after, to, key)
    return replace(found, stored=after)


async def _tell_new(ctx: Context, stored: StoredMeetup, to: int, key: str) -> None:
    who = await reader_of(ctx, stored, to)
    if who is None:
        return
    t = who.t
    parts: list[Part] = [
        Title(shortened(stored.meetup.plan.title, TITLE)),
        Text(t("You are the organiser of this meetup now. {edit} shows everything you can do.", edit=EDIT_TYPED)),
        Text(when_text(stored.meetup, t)),
    ]
    buttons: list[Button | LinkButton] = [Button(f"plan_open:{stored.id}", t.line("Look at it"), Style.PRIMARY)]
    if link := await link_to(ctx, who, stored):
        buttons.append(LinkButton(link, t.line("To the meetup")))
    card = Card(parts=(*parts, Buttons(tuple(buttons))))
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=f"meetup_handed:{stored.id}:{to}:{key}")


# ---- somebody leaves


async def note_departure(ctx: Context, event: MemberLeft) -> None:
    """Let meetups go on without an organiser who left with their last account; plans nobody saw go with them."""
    member = await ctx.db.people.by_user(event.user)
    if member is None or not was_last(member, event.user):
        return
    await go_on_without(ctx, member.id, event.key)


async def go_on_without(ctx: Context, member: int, key: str) -> None:
    """Let meetups and series go on without an organiser, and tell who runs them now."""
    told: set[tuple[int, int | None]] = set()  # series, each with who runs it from now on
    for stored in await ctx.db.meetups.between(ctx.now - LONGEST, ctx.now + FARTHEST + _DAY, *OPEN):
        after = await _one_without(ctx, stored, member, key)
        if after is None or (after.series is not None and (after.series, after.meetup.organiser) in told):
            continue  # of a series they hear once, with the next of its meetups
        if after.series is not None:
            told.add((after.series, after.meetup.organiser))
        if after.meetup.organiser is None:
            await _tell_moderators(ctx, after)
        else:
            await _tell_new(ctx, after, after.meetup.organiser, key)
    for kept in await ctx.db.series.living():
        change = organiser_left(kept.meetup, member)
        if change.parts:
            await ctx.db.series.save(replace(kept, meetup=change.meetup))


async def ask_for_organisers(ctx: Context, found: Iterable[StoredMeetup]) -> None:
    """Ask the moderators to take over what nobody runs any more; of a series once. Drafts go."""
    told: set[int] = set()
    for stored in found:
        if stored.meetup.organiser is not None or stored.series in told:
            continue
        if stored.meetup.state is MeetupState.DRAFT:
            await drop_draft(ctx, stored)
        elif stored.meetup.state is MeetupState.PLANNED and stored.meetup.plan.starts > ctx.now:
            told |= {stored.series} if stored.series is not None else set()
            await _tell_moderators(ctx, stored)


async def _one_without(ctx: Context, stored: StoredMeetup, member: int, key: str) -> StoredMeetup | None:
    """Return a meetup that somebody else or nobody runs from now on."""
    if stored.meetup.state is MeetupState.DRAFT and stored.meetup.organiser == member:
        await drop_draft(ctx, stored)
        return None
    change = organiser_left(stored.meetup, member)
    if not change.parts:
        return None
    after = replace(stored, meetup=change.meetup)
    await ctx.db.meetups.save(stored.id, after.meetup)
    if stored.meetup.state is MeetupState.DRAFT or stored.meetup.organiser != member:
        return None
    log(ctx, after, "handed_over", None, key, to=after.meetup.organiser)
    return after


async def _repeats(ctx: Context, stored: StoredMeetup, t: Translator) -> tuple[Part, ...]:
    kept = await ctx.db.series.get(stored.series) if stored.series is not None else None
    if kept is None or kept.ended:
        return ()
    return (Text(t("This goes for the whole series: {rhythm}.", rhythm=describe(kept.series, t))),)


async def _tell_moderators(ctx: Context, stored: StoredMeetup) -> None:
    """Tell the moderators that a meetup or series has nobody to run it, once per place."""
    home = settings_of(ctx.config, stored.home.home)
    for settings in (home,) if home else ctx.config.workspaces:
        place = ctx.channel(settings.workspace, settings.channels.moderators)
        if place is None:
            continue
        t = channel_translator(ctx, place, ctx.config.language)
        said = t("Its organiser has left the community, and nobody else runs it. Who has a seat keeps it.")
        parts: tuple[Part, ...] = (
            Title(shortened(stored.meetup.plan.title, TITLE)),
            Text(said),
            Text(when_text(stored.meetup, t)),
            *await _repeats(ctx, stored, t),
            Buttons(
                (
                    Button(f"plan_take:{stored.id}", t.line("I take it over"), Style.PRIMARY),
                    Button(f"plan_open:{stored.id}", t.line("Look at it")),
                )
            ),
        )
        key = f"meetup_orphan:{stored.id}:{stored.meetup.revision}:{settings.workspace}"
        ctx.db.outbox.add(Post(place, Card(parts=parts, accent=Accent.WARM)), key=key)


async def take_over(ctx: Context, event: ActionPressed) -> Answer:
    """Let a moderator run a meetup that nobody runs."""
    who = await reader(ctx, event)
    found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    t = who.t
    if found.meetup.state is not MeetupState.PLANNED:
        return ended(found)
    if found.meetup.organiser not in {None, who.member.id}:
        return note(t("Somebody runs it already. Thank you!"))
    after = await _give(ctx, found, who.member.id, event.key)
    if after.stored.meetup != found.stored.meetup:
        await write_down(ctx, who, event, HANDED_OVER, f"meetup:{after.stored.id}", member=who.member.id)
    await _take_series(ctx, after, event.key)
    return Say(await plan_card(ctx, after, said=t("You run it now. Thank you!")))


async def _take_series(ctx: Context, after: Held, key: str) -> None:
    """Let who took over a meetup of a series run the rest of it, as far as nobody else does."""
    series, to = after.stored.series, after.who.member.id
    kept = await ctx.db.series.get(series) if series is not None else None
    if kept is None:
        return
    if kept.meetup.organiser is None:
        await ctx.db.series.save(replace(kept, meetup=msgspec.structs.replace(kept.meetup, organiser=to)))
    for stored in await ctx.db.meetups.of_series(kept.id):
        if stored.meetup.state is MeetupState.PLANNED and stored.meetup.organiser is None:
            other = replace(stored, meetup=hand_over(stored.meetup, to, to, moderator=True).meetup)
            await ctx.db.meetups.save(other.id, other.meetup)
            log(ctx, other, "handed_over", to, key, to=to)


async def look(ctx: Context, event: ActionPressed) -> Answer:
    """Show a meetup to those who may change it; from a list it takes the list's place."""
    chosen = next(iter(event.values), "")
    if not chosen:
        found = await held(ctx, event)
        return found if isinstance(found, Say) else Say(await plan_card(ctx, found))
    who = await reader(ctx, event)
    return await _chosen(ctx, event, number([chosen], 0)) if not words_of(event) else gone(who)


async def _chosen(ctx: Context, event: ActionPressed, meetup_id: int | None) -> Answer:
    found = await held(ctx, msgspec.structs.replace(event, action=f"plan_open:{meetup_id}"))
    return found if isinstance(found, Say) else Redraw(await plan_card(ctx, found))


HANDED_OVER = "meetup.handed_over"
FEATURE = Feature(
    "meetups.organisers",
    routes=(
        press("plan_hand", open_form, opens_form=True),
        form("plan_hand", submit),
        press("plan_take", take_over),
        press("plan_open", look),
        on(MemberLeft, note_departure),
    ),
    deeds={HANDED_OVER: msg("{who} handed a meetup over to {member}: {subject}")},
)
