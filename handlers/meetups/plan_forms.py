"""The form for a meetup: what, when in words, where, and what is wrong with what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from chat.card import Option
from chat.form import Choice, Form, Line, Paragraph, Values
from chat.limits import FORM_LABEL
from community.meetups.plan import DESCRIPTION, LINK, PLACE, TITLE, MeetupKind, Plan, Wrong
from community.meetups.words import Spot, read_spot, write_spot
from community.when.reading import LONGEST_TEXT, read_when
from community.when.said import When, WhenProblem
from community.words import tame
from handlers.meetups.cards import KINDS
from handlers.readers import Reader
from locales import Translator, msg

USUAL = timedelta(hours=2)  # of who says no end
SPOT = PLACE + LINK + 1
WRONG = {
    Wrong.TITLE: ("title", msg("Please give it a title, at most 100 characters.")),
    Wrong.DESCRIPTION: ("description", msg("Please keep it to 1,000 characters.")),
    Wrong.PLACE: ("spot", msg("Please write the place in at most 100 characters; details can go below.")),
    Wrong.LINK: ("spot", msg("A link begins with https:// or http:// and has at most 500 characters.")),
    Wrong.PAST: ("when", msg("That is over already. When will it be?")),
    Wrong.FAR: ("when", msg("That is more than five years ahead. Is the year right?")),
    Wrong.ORDER: ("when", msg("It would end before it begins. Write both, like 19:00-21:00.")),
    Wrong.LONG: ("when", msg("It would take more than a week. Please look at the end once more.")),
    Wrong.CHAPTERS: ("chapters", msg("Please write at most 50 chapters, one per line, each at most 100 characters.")),
    Wrong.PEOPLE: ("speakers", msg("At most 25 people, please.")),
    Wrong.NOT_YOURS: ("title", msg("Only its organisers and the moderators can change this meetup.")),
    Wrong.NOT_OPEN: ("title", msg("This meetup is over or cancelled; it cannot be changed any more.")),
    Wrong.STILL_NEEDED: ("co", msg("You are the last organiser. Hand it over to somebody first.")),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wrote into the form."""

    title: str
    when: When | WhenProblem | None  # none: the time stays as it was
    spot: Spot
    kind: MeetupKind
    description: str


def plan_form(t: Translator, form_id: str, zone: str, title: str) -> Form:
    """Return the empty form. Its id says which plan it changes."""
    kinds = tuple(Option(kind.value, t.line(name)) for kind, name in KINDS.items())
    zoned = t.line("When ({zone})", zone=t.zone(ZoneInfo(zone)))
    return Form(
        id=form_id,
        title=title,
        fields=(
            Line(key="title", label=t.line("Title"), max_length=TITLE),
            Line(
                key="when",
                label=zoned if len(zoned) <= FORM_LABEL else t.line("When"),
                hint=t.line("In words: next Friday 7pm, or 2026-12-04 19:00-21:00"),
                max_length=LONGEST_TEXT,
            ),
            Line(
                key="spot",
                label=t.line("Where"),
                hint=t.line("A place, a link, or both. Empty: online, the link follows."),
                required=False,
                max_length=SPOT,
            ),
            Choice(key="kind", label=t.line("What"), options=kinds, value=MeetupKind.MEETUP.value),
            Paragraph(key="description", label=t.line("Description"), required=False, max_length=DESCRIPTION),
        ),
        submit=t.line("Next"),
        cancel=t.line("Cancel"),
    )


def filled_with(form: Form, plan: Plan, *, timed: bool = True) -> Form:
    """Return the form as a plan stands."""
    values: Values = {
        "title": plan.title,
        "spot": write_spot(plan),
        "kind": plan.kind.value,
        "description": plan.description,
    }
    return form.filled(values | {"when": written(plan)} if timed else values)


def written(plan: Plan) -> str:
    """Return when a plan is, in a form that reads back as the same."""
    return When(start=plan.starts, end=plan.ends, zone=plan.zone).canonical


def read_plan_form(values: Values, zone: ZoneInfo, now: datetime, before: Plan | None) -> Typed:
    """Read what somebody wrote. A time that was not touched stays, even if it has begun."""
    said = tame(str(values.get("when", "")))
    untouched = before is not None and said == written(before)
    kind = str(values.get("kind") or "")
    return Typed(
        title=" ".join(tame(str(values.get("title", ""))).split()),
        when=None if untouched else read_when(said, zone=zone, now=now),
        spot=read_spot(str(values.get("spot", ""))),
        kind=MeetupKind(kind) if kind in set(MeetupKind) else MeetupKind.MEETUP,
        description=tame(str(values.get("description", ""))),
    )


def with_typed(typed: Typed, before: Plan | None) -> Plan | None:
    """Return the plan that was typed; none where the time could not be read."""
    if isinstance(typed.when, WhenProblem):
        return None
    if typed.when is None:
        if before is None:
            return None
        starts, ends, zone = before.starts, before.ends, before.zone
    else:
        starts, ends, zone = typed.when.start, typed.when.end or typed.when.start + USUAL, typed.when.zone
    blank = before or Plan(title=typed.title, starts=starts, ends=ends, zone=zone)
    return replace(
        blank,
        title=typed.title,
        starts=starts,
        ends=ends,
        zone=zone,
        kind=typed.kind,
        where=typed.spot.where,
        place=typed.spot.place,
        link=typed.spot.link,
        description=typed.description,
    )


def wrong_errors(wrong: tuple[Wrong, ...], who: Reader, fields: tuple[str, ...]) -> dict[str, str]:
    """Return by field what is wrong with a plan; what has no field of its own here stands at the first."""
    errors: dict[str, str] = {}
    for one in wrong:
        key, said = WRONG[one]
        errors.setdefault(key if key in fields else fields[0], who.t.line(said))
    return errors
