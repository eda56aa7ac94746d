"""``/meetup new``: a form, and a private card of what was understood. Nothing is posted here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Text
from chat.events import ActionPressed, CommandUsed, FormSubmitted
from chat.form import Form, Values
from chat.ids import Place, Workspace
from chat.text import RichText
from community.meetups.plan import MeetupError, MeetupState, Plan
from community.when.reading import read_when
from community.when.said import Note, When, WhenProblem
from handlers.context import Context
from handlers.drafts import keep_draft
from handlers.meetups.command import NEW
from handlers.meetups.following import RhythmError, change_following
from handlers.meetups.held import NEW_TYPED, Held, ended, gone, held, hold
from handlers.meetups.plan_cards import plan_card
from handlers.meetups.plan_forms import filled_with, plan_form, read_plan_form, with_typed, wrong_errors
from handlers.meetups.plan_steps import SeatsRefusedError, begin_draft, change_plan, refused_text
from handlers.meetups.repeating import realign
from handlers.meetups.steps import meetup_channel
from handlers.meetups.when_words import problem_text, written
from handlers.readers import Reader, arguments, note, number, reader, refused, settings_of, zone_of
from handlers.routes import Feature, command, form, press

FIELDS = ("title", "when", "spot", "kind", "description")
CHOICES = 5  # one row of buttons


async def open_form(ctx: Context, event: CommandUsed) -> Answer:
    """Open the empty form; what was typed after the command is its title."""
    who = await reader(ctx, event)
    blank = new_form(ctx, who)
    typed = " ".join(event.text.split())
    return OpenForm(blank.filled({"title": typed}) if typed else blank)


def new_form(ctx: Context, who: Reader) -> Form:
    """Return the empty form for a new meetup."""
    return plan_form(who.t, "plan:0", zone_of(who.member, who.account, ctx.config).key, who.t.line("A new meetup"))


def change_form(held_: Held, scope: str = "") -> Form:
    """Return the form as a plan stands; ``scope`` says whether the meetups that follow in its series change, too."""
    t, plan = held_.who.t, held_.meetup.plan
    form_id = f"plan:{held_.stored.id}:{scope}" if scope else f"plan:{held_.stored.id}"
    title = t.line("This and all following") if scope else t.line("Change the meetup")
    return filled_with(plan_form(t, form_id, plan.zone, title), plan)


def again_form(source: Held) -> Form:
    """Return the form for the same again at another time."""
    t, plan = source.who.t, source.meetup.plan
    blank = plan_form(t, f"plan:0:{source.stored.id}", plan.zone, t.line("Plan it again"))
    return filled_with(blank, plan, timed=False)


async def open_change(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form again as the plan stands."""
    found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    if found.meetup.state not in {MeetupState.DRAFT, MeetupState.PLANNED}:
        return ended(found)
    scope = "all" if arguments(event)[1:2] == ["all"] and found.stored.series is not None else ""
    return OpenForm(change_form(found, scope))


async def submit(ctx: Context, event: FormSubmitted) -> Answer:
    """Take what was typed: say what must be done about it, or show what was understood."""
    who = await reader(ctx, event)
    return await _take(ctx, who, event.form, event.values, event)


async def pick(ctx: Context, event: ActionPressed) -> Answer:
    """Take one of the times that were proposed where the typed one cannot be."""
    who = await reader(ctx, event)
    token, _, chosen = event.action.partition(":")[2].partition(":")
    kept = await ctx.db.drafts.load(token, event.user)
    if kept is None:
        return refused(who.t("This form is no longer kept. {new} begins a new one.", new=NEW_TYPED))
    values: Values = {field.key: str(getattr(field, "value", "") or "") for field in kept.fields}
    zone = await _zone(ctx, who, kept.id)
    problem = read_when(str(values.get("when", "")), zone=zone, now=ctx.now)
    n = number([chosen], 0)
    if isinstance(problem, WhenProblem) and n is not None and n < len(problem.choices):
        values["when"] = problem.choices[n].canonical
    return await _take(ctx, who, kept.id, values, event)


async def take_instead(ctx: Context, event: ActionPressed) -> Answer:
    """Take the other reading of a time that can be meant in two ways."""
    found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    starts, ends = (_stamp(arguments(event), at) for at in (1, 2))
    plan = found.meetup.plan
    if starts is None or not found.is_draft:
        return note(found.who.t("This button is no longer of use. {new} begins a new plan.", new=NEW_TYPED))
    length = plan.ends - plan.starts
    new = msgspec.structs.replace(plan, starts=starts, ends=ends or starts + length)
    try:
        found = await change_plan(ctx, found, new, event.key)
    except MeetupError as error:
        return note(RichText((next(iter(wrong_errors(error.wrong, found.who, FIELDS).values())),)), Accent.WARM)
    return Redraw(await plan_card(ctx, found))


def _stamp(words: list[str], at: int) -> datetime | None:
    seconds = number(words, at)
    if not seconds or seconds > 2**40:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


# ---- taking the form


@dataclass(frozen=True, slots=True)
class Target:
    """What a form is about: a plan or meetup that it changes, one that it repeats, or nothing yet."""

    found: Held | None = None
    source: Held | None = None
    scope: str = ""


async def _target(ctx: Context, who: Reader, form_id: str) -> Target | Say:
    words = form_id.split(":")[1:]
    meetup_id = number(words, 0)
    if meetup_id == 0:
        source = await _source(ctx, who, words)
        return source if isinstance(source, Say) else Target(source=source)
    found = await hold(ctx, who, meetup_id)
    if isinstance(found, Say):
        return found
    if found.meetup.state not in {MeetupState.DRAFT, MeetupState.PLANNED}:
        return ended(found)
    return Target(found=found, scope="all" if words[1:2] == ["all"] and found.stored.series is not None else "")


async def _take(
    ctx: Context, who: Reader, form_id: str, values: Values, event: FormSubmitted | ActionPressed
) -> Answer:
    target = await _target(ctx, who, form_id)
    if isinstance(target, Say):
        return target
    if target.found is not None:
        blank = change_form(target.found, target.scope)
    else:
        blank = again_form(target.source) if target.source else new_form(ctx, who)
    before = target.found.meetup.plan if target.found else None
    typed = read_plan_form(values, await _zone(ctx, who, form_id), ctx.now, before)
    filled = blank.filled({"title": "", "when": "", "spot": "", "description": "", **values})
    plan = with_typed(typed, before)
    if isinstance(typed.when, WhenProblem) or plan is None:
        return await _cannot(ctx, who, filled, typed.when if isinstance(typed.when, WhenProblem) else None)
    try:
        found = await _apply(ctx, who, target, plan, event)
    except MeetupError as error:
        return Invalid(wrong_errors(error.wrong, who, FIELDS), filled)
    except SeatsRefusedError as error:
        return Invalid({"when": refused_text(error.refusal, who.t)}, filled)
    except RhythmError:
        said = who.t.line("This series has several days, or ends before that one. Here its hour can change; "
                          "for other days, end it and begin a new one.")  # fmt: skip
        return Invalid({"when": said}, filled)
    repeated = target.found is not None and target.found.stored.series is not None
    return Say(await plan_card(ctx, found, notes=_notes(typed.when), said=_said(found, repeated=repeated)))


async def _apply(ctx: Context, who: Reader, target: Target, plan: Plan, event: FormSubmitted | ActionPressed) -> Held:
    if target.found is not None:
        change = change_following if target.scope else change_plan
        return await realign(ctx, await change(ctx, target.found, plan, event.key))
    home = _home(ctx, event.workspace, event.place)
    if target.source is not None:
        return await _begin_again(ctx, target.source, plan, home)
    return await begin_draft(ctx, who, plan, home)


async def _source(ctx: Context, who: Reader, words: list[str]) -> Held | Say | None:
    """Return the meetup that is planned again, for who may change it."""
    if len(words) < 2:  # noqa: PLR2004 - plan:0:{the meetup}
        return None
    found = await hold(ctx, who, number(words, 1))
    return gone(who) if isinstance(found, Held) and found.is_draft else found


async def _begin_again(ctx: Context, source: Held, plan: Plan, home: Place) -> Held:
    """Begin a plan that is the same in all that the form does not ask."""
    before, by = source.meetup.plan, source.who.member.id
    names = ("title", "starts", "ends", "zone", "kind", "where", "place", "link", "description")
    again = msgspec.structs.replace(before, **{name: getattr(plan, name) for name in names})
    ledger = await ctx.db.meetups.ledger(source.stored.id)
    others = tuple(member for member in source.meetup.organisers if member != by)
    seats = ledger.allotments if ledger else None
    begun = await begin_draft(ctx, source.who, again, home, others=others, seats=seats)
    await ctx.db.meetup_before.copy_questions(source.stored.id, begun.stored.id)
    return begun


def _said(found: Held, *, repeated: bool) -> RichText | None:
    if found.is_draft and repeated and found.stored.series is None:
        return found.who.t(
            "On this day it no longer fits how it repeated, so it is for once now. Nothing is posted yet."
        )
    if found.is_draft:
        return None
    return found.who.t("It is changed. Whoever holds or waits for a seat hears of a new time or place.")


def _notes(when: When | WhenProblem | None) -> tuple[Note, ...]:
    return when.notes if isinstance(when, When) else ()


async def _cannot(ctx: Context, who: Reader, filled: Form, problem: WhenProblem | None) -> Invalid:
    """Say why the time cannot be taken, and offer what may have been meant."""
    if problem is None:
        return Invalid({"when": who.t.line("When is it?")}, filled)
    invalid = Invalid({"when": problem_text(problem, who.t, ctx.now)}, filled)
    if not problem.choices:
        return invalid
    kept = await keep_draft(ctx, who.account.user, invalid)
    if kept.card is None:
        return kept
    token = await ctx.db.drafts.keep(who.account.user, filled, ctx.now)
    choices = tuple(
        Button(f"plan_pick:{token}:{n}", written(choice, who.t, ctx.now))
        for n, choice in enumerate(problem.choices[:CHOICES])
    )
    parts = (*kept.card.parts, Text(who.t("Or choose what you meant:")), Buttons(choices))
    return msgspec.structs.replace(kept, card=msgspec.structs.replace(kept.card, parts=parts))


async def _zone(ctx: Context, who: Reader, form_id: str) -> ZoneInfo:
    """Return the zone in which a form is read: a plan keeps the one it was made in."""
    words = form_id.split(":")[1:]
    meetup_id = number(words, 0) or number(words, 1)
    stored = await ctx.db.meetups.get(meetup_id) if meetup_id else None
    return ZoneInfo(stored.meetup.plan.zone) if stored else zone_of(who.member, who.account, ctx.config)


def _home(ctx: Context, workspace: Workspace, place: Place | None) -> Place:
    """Return where a meetup is at home: the meetup channel of its organiser's workspace, or where it was planned."""
    settings = settings_of(ctx.config, workspace)
    channel = meetup_channel(ctx, settings) if settings else None
    return channel or place or Place(workspace.platform, workspace.id, "")


FEATURE = Feature(
    "meetups.new",
    routes=(
        command("meetup", NEW.name, open_form, opens_form=True),
        form("plan", submit),
        press("plan_change", open_change, opens_form=True),
        press("plan_pick", pick),
        press("plan_at", take_instead),
    ),
)
