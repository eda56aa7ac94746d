"""Seats, level, picture, people and chapters of a plan or of an announced meetup, each by a short form."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import msgspec

from chat.answers import Answer, Invalid, OpenForm, Say
from chat.events import ActionPressed, FormSubmitted
from chat.form import Form
from community.meetups.people import add_organiser, presenters, remove_organiser
from community.meetups.plan import Chapter, Meetup, MeetupError, MeetupState, Plan
from community.meetups.words import read_cap, read_lines
from community.people.topics import Level
from community.seats.commands import Remove, Seat, SetCap
from community.seats.ledger import decide
from community.seats.values import SeatKind
from handlers.context import Context
from handlers.meetups.held import Held, ended, gone, held
from handlers.meetups.helping import tell_helping
from handlers.meetups.part_forms import (
    EVERYBODY,
    HIDDEN,
    chapters_form,
    details_form,
    is_picture_address,
    people_form,
    seats_form,
)
from handlers.meetups.people_typed import UnknownPeopleError, read_people
from handlers.meetups.plan_cards import names, plan_card
from handlers.meetups.plan_forms import WRONG, wrong_errors
from handlers.meetups.plan_steps import KINDS_AT, change_plan, put_draft, refused_text, seats_at
from handlers.meetups.repeating import form_of_repeat, take_repeat
from handlers.meetups.steps import act, log, redraw_soon
from handlers.readers import arguments
from handlers.routes import Feature, form, press
from locales import Translator, msg

_GIVEN = re.compile(r"^(?P<title>.+?)\s*[@＠](?P<name>[^@＠]+)$")
BAD_CAP = msg("Write a number of seats, like 20, or leave it empty for no limit.")
NO_SEATS = {
    SeatKind.VENUE: msg("Write at least 1. Where nobody meets on site, take the place away under “Change”."),
    SeatKind.ONLINE: msg("Write at least 1. Where nobody comes online, write only the place under “Change”."),
}
BAD_COVER = msg("I cannot show this address. It begins with https:// and has no spaces.")


class TypedError(ValueError):
    """What must be done about a form, by field."""

    def __init__(self, **errors: str) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


async def open_part(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for one part."""
    found = await _held(ctx, event)
    if isinstance(found, Say):
        return found
    part = _part(event)
    return OpenForm(await PARTS[part][0](ctx, found)) if part else gone(found.who)


async def submit_part(ctx: Context, event: FormSubmitted) -> Answer:
    """Take the form for one part."""
    found = await _held(ctx, event)
    if isinstance(found, Say):
        return found
    part = _part(event)
    if part is None:
        return gone(found.who)
    blank, take = PARTS[part]
    opened = await blank(ctx, found)
    empty = {field.key: "" for field in opened.fields}
    try:
        after = await take(ctx, found, event)
    except TypedError as wrong:
        return Invalid(wrong.errors, opened.filled({**empty, **event.values}))
    except MeetupError as error:
        fields = tuple(empty)
        return Invalid(wrong_errors(error.wrong, found.who, fields), opened.filled({**empty, **event.values}))
    said = None if after.is_draft else found.who.t("It is changed.")
    return Say(await plan_card(ctx, after, said=said))


async def _held(ctx: Context, event: ActionPressed | FormSubmitted) -> Held | Say:
    found = await held(ctx, event)
    if isinstance(found, Held) and found.meetup.state not in {MeetupState.DRAFT, MeetupState.PLANNED}:
        return ended(found)
    return found


def _part(event: ActionPressed | FormSubmitted) -> str | None:
    part = "".join(arguments(event)[1:2])
    return part if part in PARTS else None


# ---- seats


async def _seats_form(ctx: Context, found: Held) -> Form:
    ledger = await ctx.db.meetups.ledger(found.stored.id)
    return seats_form(found.who.t, found.stored.id, found.meetup.plan, ledger)


async def _take_seats(ctx: Context, found: Held, event: FormSubmitted) -> Held:
    t, by = found.who.t, found.who.member.id
    wanted: dict[SeatKind, int | None] = {}
    errors: dict[str, str] = {}
    for kind in KINDS_AT[found.meetup.plan.where]:
        try:
            wanted[kind] = read_cap(str(event.values.get(kind.value, "")))
        except ValueError:
            errors[kind.value] = t.line(BAD_CAP)
        if wanted.get(kind) == 0:
            errors[kind.value] = t.line(NO_SEATS[kind])
    ledger = await ctx.db.meetups.ledger(found.stored.id)
    if errors or ledger is None:
        raise TypedError(**errors)
    commands = [SetCap(by=by, kind=k, cap=cap, key=f"{event.key}:{k}") for k, cap in wanted.items()]
    for command in commands:
        if refusal := decide(ledger, command, ctx.now).refusal:
            errors[command.kind.value] = refused_text(refusal, t)
    if errors:
        raise TypedError(**errors)
    if found.is_draft:
        seats = {k: msgspec.structs.replace(a, cap=wanted.get(k, a.cap)) for k, a in ledger.allotments.items()}
        await put_draft(ctx, found.stored, seats_at(found.meetup.plan.where, seats))
        return found
    for command in commands:
        await act(ctx, found.stored, command)
    return found


# ---- level, picture, names


async def _details_form(_: Context, found: Held) -> Form:
    return details_form(found.who.t, found.stored.id, found.meetup.plan)


async def _take_details(ctx: Context, found: Held, event: FormSubmitted) -> Held:
    cover = str(event.values.get("cover", "")).strip()
    if cover and not is_picture_address(cover):
        raise TypedError(cover=found.who.t.line(BAD_COVER))
    level = str(event.values.get("level") or EVERYBODY)
    plan = msgspec.structs.replace(
        found.meetup.plan,
        level=Level(level) if level in set(Level) else None,
        cover=cover,
        hide_attendees=event.values.get("names") == HIDDEN,
    )
    return await change_plan(ctx, found, plan, event.key)


# ---- people


async def _people_form(ctx: Context, found: Held) -> Form:
    t = found.who.t
    speakers = await names(ctx, found.meetup.plan.speakers, t)
    return people_form(t, found.stored.id, speakers, await names(ctx, found.meetup.co_organisers, t))


async def _take_people(ctx: Context, found: Held, event: FormSubmitted) -> Held:
    before = found.meetup
    speakers = await _named(ctx, found, event, "speakers", before.plan.speakers)
    helpers = await _named(ctx, found, event, "co", before.co_organisers)
    helpers = tuple(member for member in helpers if member != before.organiser)
    try:  # before anything is written: a form is taken as a whole or not at all
        run_by = _with_helpers(found, helpers)
    except MeetupError as error:
        raise TypedError(co=found.who.t.line(WRONG[error.wrong[0]][1])) from None
    found = await change_plan(ctx, found, msgspec.structs.replace(before.plan, speakers=speakers), event.key)
    meetup = msgspec.structs.replace(found.meetup, organiser=run_by.organiser, co_organisers=run_by.co_organisers)
    if found.is_draft:
        return await _store(ctx, found, meetup)
    by = found.who.member.id
    for member in speakers:
        if member not in before.plan.speakers:
            seat = Seat(by=by, member=member, kind=SeatKind.SPEAKER, key=f"{event.key}:speaker:{member}")
            await act(ctx, found.stored, seat)
    for member in meetup.co_organisers:
        if member not in (*before.organisers, by):
            await tell_helping(ctx, replace(found.stored, meetup=meetup), member, by, event.key)
    for member in before.plan.speakers:
        if member not in speakers:
            await _speaks_no_more(ctx, found, member, event.key)
    if meetup != found.meetup:
        log(ctx, found.stored, "edited", by, f"{event.key}:people", parts="organisers")
        await redraw_soon(ctx, found.stored.id)
    return await _store(ctx, found, meetup)


async def _speaks_no_more(ctx: Context, found: Held, member: int, key: str) -> None:
    """Give who was to speak a seat like everybody's; where none is free, take them off the list. They hear of it."""
    ledger = await ctx.db.meetups.ledger(found.stored.id)
    entry = ledger.entries.get(ledger.member(member)) if ledger else None
    if ledger is None or entry is None or entry.seat is not SeatKind.SPEAKER:
        return
    by = found.who.member.id
    for kind in ledger.choices:
        decision = await act(ctx, found.stored, Seat(by=by, member=member, kind=kind, key=f"{key}:{kind}:{member}"))
        if decision is not None and decision.refusal is None:
            return
    await act(ctx, found.stored, Remove(by=by, member=member, key=f"{key}:off:{member}"))


def _with_helpers(found: Held, helpers: tuple[int, ...]) -> Meetup:
    meetup, by = found.meetup, found.who.member.id
    for member in helpers:
        meetup = add_organiser(meetup, member, by, moderator=found.moderator).meetup
    for member in meetup.co_organisers:
        if member not in helpers:
            # who takes themself off the list does it last, as it were: until then they may
            meetup = remove_organiser(meetup, member, by, moderator=True).meetup
    return meetup


async def _store(ctx: Context, found: Held, meetup: Meetup) -> Held:
    await ctx.db.meetups.save(found.stored.id, meetup)
    return replace(found, stored=replace(found.stored, meetup=meetup))


async def _named(ctx: Context, found: Held, event: FormSubmitted, key: str, known: tuple[int, ...]) -> tuple[int, ...]:
    try:
        return await read_people(ctx, str(event.values.get(key, "")), event.workspace, known)
    except UnknownPeopleError as unknown:
        raise TypedError(**{key: unknown.text(found.who.t)}) from None


# ---- chapters


async def _chapters_form(ctx: Context, found: Held) -> Form:
    t, plan = found.who.t, found.meetup.plan
    return chapters_form(t, found.stored.id, await _written(ctx, plan, t), await names(ctx, plan.rota, t))


async def _written(ctx: Context, plan: Plan, t: Translator) -> str:
    lines = []
    for chapter in plan.chapters:
        named = await names(ctx, (chapter.presenter,) if chapter.presenter is not None else (), t)
        lines.append(f"{chapter.title} @{named[0]}" if named else chapter.title)
    return "\n".join(lines)


async def _take_chapters(ctx: Context, found: Held, event: FormSubmitted) -> Held:
    plan = found.meetup.plan
    rota = await _named(ctx, found, event, "rota", plan.rota)
    chapters: list[Chapter] = []
    known = tuple(chapter.presenter for chapter in plan.chapters if chapter.presenter is not None)
    for line in read_lines(str(event.values.get("chapters", ""))):
        given = _GIVEN.fullmatch(line)
        if given is None:
            chapters.append(Chapter(title=line))
            continue
        try:
            (presenter,) = await read_people(ctx, given["name"], event.workspace, (*known, *rota))
        except UnknownPeopleError as unknown:
            raise TypedError(chapters=unknown.text(found.who.t)) from None
        except ValueError:
            raise TypedError(chapters=found.who.t.line("One name per chapter, please.")) from None
        chapters.append(Chapter(title=given["title"], presenter=presenter))
    changed = msgspec.structs.replace(plan, chapters=presenters(tuple(chapters), rota), rota=rota)
    return await change_plan(ctx, found, changed, event.key)


# ---- repetition


async def _take_repeat(ctx: Context, found: Held, event: FormSubmitted) -> Held:
    after = await take_repeat(ctx, found, event)
    if isinstance(after, dict):
        raise TypedError(**after)
    return after


Opens = Callable[[Context, Held], Awaitable[Form]]
Takes = Callable[[Context, Held, FormSubmitted], Awaitable[Held]]
PARTS: dict[str, tuple[Opens, Takes]] = {
    "seats": (_seats_form, _take_seats),
    "details": (_details_form, _take_details),
    "people": (_people_form, _take_people),
    "chapters": (_chapters_form, _take_chapters),
    "repeat": (form_of_repeat, _take_repeat),
}
FEATURE = Feature(
    "meetups.parts", routes=(press("plan_part", open_part, opens_form=True), form("plan_part", submit_part))
)
