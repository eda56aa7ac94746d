"""The card of a meetup, as everybody sees it, with live counts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo

from chat.card import (
    Accent,
    Button,
    Buttons,
    Card,
    Field,
    Fields,
    Footnote,
    Image,
    Option,
    Part,
    Select,
    Style,
    Text,
    Title,
)
from chat.limits import FIELD_VALUE, TITLE
from chat.text import Bold, Link, MomentStyle, RichText, join, rich
from community.meetups.plan import Meetup, MeetupKind, MeetupState, Where
from community.people.topics import Level
from community.seats.counts import Counts, KindCounts
from community.seats.values import SeatKind
from handlers.public import shortened
from locales import Translator, msg

NAMED = 15  # names on the card; more are counted
DESCRIPTION = 1500
NAMES = 1000  # characters of all names, escaped
ORGANISERS, RHYTHM = 300, 150
KINDS = {
    MeetupKind.MEETUP: msg("Meetup"),
    MeetupKind.STUDY_GROUP: msg("Study group"),
    MeetupKind.READING_CIRCLE: msg("Reading circle"),
    MeetupKind.OFFICE_HOURS: msg("Office hours"),
}
WHERE = {
    Where.ONLINE: msg("Online"),
    Where.VENUE: msg("On site"),
    Where.HYBRID: msg("On site and online"),
}
SEATS = {
    SeatKind.VENUE: msg("On site"),
    SeatKind.ONLINE: msg("Online"),
    SeatKind.SPEAKER: msg("Speaker"),
    SeatKind.STAFF: msg("Staff"),
}
LEVELS = {
    Level.BEGINNER: msg("Beginner"),
    Level.INTERMEDIATE: msg("Intermediate"),
    Level.EXPERT: msg("Expert"),
}


def meetup_card(
    meetup_id: int, meetup: Meetup, figures: Counts, t: Translator, *, names: Sequence[str] = (),
    organisers: Sequence[str] = (), rhythm: str = "",
) -> Card:  # fmt: skip
    """Return the card.

    ``names``: some of those who are coming, unless that is hidden; ``rhythm``: of the series, where it is of one.
    """
    plan = meetup.plan
    title = {MeetupState.CANCELLED: t.line("Cancelled: {title}", title=plan.title)}.get(meetup.state, plan.title)
    parts: list[Part] = [Title(shortened(title, TITLE)), Text(_headline(meetup, t))]
    if meetup.state is MeetupState.CANCELLED:
        if meetup.reason:
            parts.append(Text(RichText((shortened(meetup.reason, DESCRIPTION),))))
        return Card(parts=tuple(parts), accent=Accent.ALERT)
    parts += about(meetup, figures, t, organisers=organisers, rhythm=rhythm, description=DESCRIPTION)
    if names and not plan.hide_attendees:
        parts.append(Footnote(_names_text(names, figures.going, t)))
    if meetup.state is MeetupState.PLANNED:
        parts += _controls(meetup_id, figures, t)
    return Card(parts=tuple(parts), accent=Accent.WARM, summary=shortened(plan.title, TITLE))


def about(
    meetup: Meetup, figures: Counts, t: Translator, *, organisers: Sequence[str], rhythm: str, description: int
) -> list[Part]:
    """Return what a meetup is about, who runs it and how many seats it has; so many characters of its description."""
    plan, parts = meetup.plan, list[Part]()
    if plan.description:
        parts.append(Text(RichText((shortened(plan.description, description),))))
    if plan.cover:
        parts.append(Image(plan.cover, plan.title))
    fields = list(_fields(meetup, t))
    if run_by := fitting(organisers, ORGANISERS):
        fields.append(Field(t.line("Run by"), rich(listed(run_by, t))))
    if rhythm:
        fields.append(Field(t.line("Repeats"), rich(shortened(rhythm, RHYTHM))))
    return [*parts, Fields(tuple(fields)), Text(_seats_text(figures, t))]


def fitting(names: Sequence[str], room: int) -> list[str]:
    """Return as many names as have room together, as a platform counts them: after what is markup was escaped."""
    kept: list[str] = []
    for name in names:
        room -= len(escape(name, quote=False)) + 2  # and what stands between two
        if room < 0:
            break
        kept.append(name)
    return kept


def listed(names: Sequence[str], t: Translator) -> str:
    """Return names in one line."""
    return ("、" if t.language == "ja" else ", ").join(names)


def when_text(meetup: Meetup, t: Translator) -> RichText:
    """Return when a meetup is, for every reader in their own time."""
    plan, zone = meetup.plan, ZoneInfo(meetup.plan.zone)
    start = t.moment(plan.starts, zone, MomentStyle.FULL)
    one_day = plan.starts.astimezone(zone).date() == plan.ends.astimezone(zone).date()
    end = t.moment(plan.ends, zone, MomentStyle.TIME if one_day else MomentStyle.FULL)
    return t("{start} to {end}", start=start, end=end)


def _headline(meetup: Meetup, t: Translator) -> RichText:
    return rich("🗓 ", when_text(meetup, t))


def _fields(meetup: Meetup, t: Translator) -> tuple[Field, ...]:
    plan = meetup.plan
    level = t.line(LEVELS[plan.level]) if plan.level else t.line("Everybody is welcome")
    found = [Field(t.line("What"), rich(t.line(KINDS[plan.kind]))), Field(t.line("Level"), rich(level))]
    where: list[RichText] = [rich(t.line(WHERE[plan.where]))]
    if plan.place:
        where.append(rich(plan.place))
    if plan.link:
        where.append(rich(Link(plan.link, t.line("Link to join"))))
    found.append(Field(t.line("Where"), join("\n", where)))
    chapters = "\n".join(chapter.title for chapter in plan.chapters)
    if chapters:
        found.append(Field(t.line("Chapters"), rich(shortened(chapters, FIELD_VALUE))))
    return tuple(found)


def _seats_text(figures: Counts, t: Translator) -> RichText:
    lines = [_kind_text(kind, of, t) for kind, of in figures.kinds.items() if of.is_shown]
    lines.append(rich(t("Maybe: {maybe} · Cannot: {cannot}", maybe=figures.maybe, cannot=figures.cannot)))
    return join("\n", lines)


def _kind_text(kind: SeatKind, of: KindCounts, t: Translator) -> RichText:
    if of.cap is None:
        seats = t.n("{n} going, no limit", "{n} going, no limit", of.taken)
    else:
        seats = t("{taken} of {cap} seats", taken=of.taken, cap=of.cap)
    details: list[RichText] = []
    if of.left is not None and of.left > 0:
        details.append(t.n("{n} left", "{n} left", of.left))
    elif of.left is not None and not of.offered:
        details.append(t("full"))
    if of.offered:
        details.append(t.n("{n} offered to who waits", "{n} offered to who waits", of.offered))
    if of.waiting:
        details.append(t.n("{n} waiting", "{n} waiting", of.waiting))
    said = t("{seats} ({details})", seats=seats, details=join(t.line(", "), details)) if details else seats
    return rich(Bold(t.line(SEATS[kind])), "  ", said)


def _names_text(names: Sequence[str], going: int, t: Translator) -> RichText:
    shown = fitting(names, NAMES)
    said = t("Coming: {names}", names=listed(shown, t))
    if going > len(shown):
        said += t.n(" and {n} more", " and {n} more", going - len(shown))
    return said


def _controls(meetup_id: int, figures: Counts, t: Translator) -> list[Part]:
    open_kinds = [kind for kind, of in figures.kinds.items() if of.choice]
    parts: list[Part] = [
        Buttons(
            (
                Button(f"rsvp:{meetup_id}:going", t.line("Going"), Style.PRIMARY),
                Button(f"rsvp:{meetup_id}:maybe", t.line("Maybe")),
                Button(f"rsvp:{meetup_id}:cannot", t.line("Cannot")),
                Button(f"mine:{meetup_id}", t.line("My seat…")),
            )
        )
    ]
    if len(open_kinds) > 1:
        options = tuple(Option(kind.value, t.line(SEATS[kind])) for kind in open_kinds)
        parts.append(Select(action=f"seat:{meetup_id}", placeholder=t.line("Choose a seat…"), options=options))
    return parts
