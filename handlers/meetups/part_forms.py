"""The forms for what the first one has no room for: seats, level and picture, people, chapters, repetition."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from chat.card import Option
from chat.form import Choice, Form, FormField, Line, Paragraph
from chat.limits import URL
from community.meetups.plan import Plan
from community.seats.values import Ledger, SeatKind
from community.when.reading import LONGEST_TEXT
from handlers.meetups.cards import LEVELS
from handlers.meetups.plan_steps import KINDS_AT
from locales import Translator, msg

EVERYBODY, SHOWN, HIDDEN, ENDS, ENDLESS, HELD_ON, LEFT_OUT = "all", "shown", "hidden", "ends", "no_end", "yes", "no"
NAMES = 1000  # characters of a list of names
CAPS = {SeatKind.VENUE: msg("Seats on site"), SeatKind.ONLINE: msg("Seats online")}


def seats_form(t: Translator, meetup_id: int, plan: Plan, ledger: Ledger | None) -> Form:
    """Return the form for how many seats there are."""
    fields: list[FormField] = []
    for kind in KINDS_AT[plan.where]:
        has = ledger.allotments.get(kind) if ledger else None
        cap = str(has.cap) if has is not None and has.cap is not None else ""
        hint = t.line("A number. Empty: as many as come.")
        fields.append(
            Line(key=kind.value, label=t.line(CAPS[kind]), hint=hint, required=False, value=cap, max_length=10)
        )
    return _form(t, meetup_id, "seats", t.line("Seats"), fields)


def details_form(t: Translator, meetup_id: int, plan: Plan) -> Form:
    """Return the form for level, picture, and whether names are shown."""
    levels = (
        Option(EVERYBODY, t.line("Everybody is welcome")),
        *(Option(level.value, t.line(name)) for level, name in LEVELS.items()),
    )
    shown = (Option(SHOWN, t.line("shown to everybody")), Option(HIDDEN, t.line("not shown")))
    fields: list[FormField] = [
        Choice(key="level", label=t.line("Level"), options=levels, value=plan.level.value if plan.level else EVERYBODY),
        Line(
            key="cover",
            label=t.line("Picture"),
            hint=t.line("The address of a picture on the web, beginning with https://"),
            required=False,
            value=plan.cover,
            max_length=URL,
        ),
        Choice(
            key="names",
            label=t.line("Names of who is coming"),
            options=shown,
            value=HIDDEN if plan.hide_attendees else SHOWN,
        ),
    ]
    return _form(t, meetup_id, "details", t.line("Level and picture"), fields)


def people_form(t: Translator, meetup_id: int, speakers: Sequence[str], helpers: Sequence[str]) -> Form:
    """Return the form for who speaks and who helps to organise."""
    hint = t.line("Names as they are shown, with commas between them")
    named = (("speakers", t.line("Speakers"), speakers), ("co", t.line("Co-organisers"), helpers))
    fields: list[FormField] = [
        Line(key=key, label=label, hint=hint, required=False, value=", ".join(people)[:NAMES], max_length=NAMES)
        for key, label, people in named
    ]
    return _form(t, meetup_id, "people", t.line("Speakers and helpers"), fields)


def chapters_form(t: Translator, meetup_id: int, chapters: str, rota: Sequence[str]) -> Form:
    """Return the form for a reading circle: chapters, and who presents in turn."""
    fields: list[FormField] = [
        Paragraph(
            key="chapters",
            label=t.line("Chapters"),
            hint=t.line("One per line. “Chapter 1 @name” gives it to somebody."),
            required=False,
            value=chapters,
            max_length=4000,
        ),
        Line(
            key="rota",
            label=t.line("Who presents in turn"),
            hint=t.line("Names with commas; the others' chapters go round among them"),
            required=False,
            value=", ".join(rota)[:NAMES],
            max_length=NAMES,
        ),
    ]
    return _form(t, meetup_id, "chapters", t.line("Chapters"), fields)


def repeat_form(t: Translator, meetup_id: int, *, holidays: bool) -> Form:
    """Return the form for how a meetup repeats."""
    ends = (Option(ENDS, t.line("It ends as written above")), Option(ENDLESS, t.line("No end: until somebody ends it")))
    fields: list[FormField] = [
        Line(
            key="how",
            label=t.line("How does it repeat?"),
            hint=t.line("every two weeks, third Friday, 毎月第3金曜… Empty: it does not."),
            required=False,
            max_length=LONGEST_TEXT,
        ),
        Line(
            key="end",
            label=t.line("Until when?"),
            hint=t.line("A last day, like 2027-03-31, or a number of times, like 10"),
            required=False,
            max_length=40,
        ),
        Choice(key="ends", label=t.line("How it ends"), options=ends, value=ENDS),
    ]
    if holidays:
        days = (
            Option(HELD_ON, t.line("Also on national holidays")),
            Option(LEFT_OUT, t.line("Not on national holidays")),
        )
        fields.append(Choice(key="holidays", label=t.line("Holidays"), options=days, value=HELD_ON))
    return _form(t, meetup_id, "repeat", t.line("Repeat"), fields)


def is_picture_address(typed: str) -> bool:
    """Tell whether an address can be shown as a picture on both platforms."""
    if len(typed) > URL or any(c.isspace() or c in "<>|\"'" or not c.isprintable() for c in typed):
        return False
    try:
        parts = urlsplit(typed)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in (parts.hostname or "")


def _form(t: Translator, meetup_id: int, part: str, title: str, fields: Sequence[FormField]) -> Form:
    return Form(
        id=f"plan_part:{meetup_id}:{part}",
        title=title,
        fields=tuple(fields),
        submit=t.line("Save"),
        cancel=t.line("Cancel"),
    )
