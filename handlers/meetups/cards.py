"""The card of a meetup, as everybody sees it, with live counts."""

from __future__ import annotations

from collections.abc import Sequence
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
from community.meetups import Meetup, MeetupKind, MeetupState, Where
from community.seat_counts import Counts, KindCounts
from community.seat_values import SeatKind
from community.topics import Level
from handlers.public import shortened
from locales import Translator, msg

NAMED = 15  # names on the card; more are counted
DESCRIPTION = 1500
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


def meetup_card(meetup_id: int, meetup: Meetup, figures: Counts, t: Translator, *, names: Sequence[str] = ()) -> Card:
    """Return the card. ``names``: some of those who are coming, unless that is hidden."""
    plan = meetup.plan
    title = {MeetupState.CANCELLED: t.line("Cancelled: {title}", title=plan.title)}.get(meetup.state, plan.title)
    parts: list[Part] = [Title(shortened(title, TITLE)), Text(_headline(meetup, t))]
    if meetup.state is MeetupState.CANCELLED:
        if meetup.reason:
            parts.append(Text(RichText((shortened(meetup.reason, DESCRIPTION),))))
        return Card(parts=tuple(parts), accent=Accent.ALERT)
    if plan.description:
        parts.append(Text(RichText((shortened(plan.description, DESCRIPTION),))))
    if plan.cover:
        parts.append(Image(plan.cover, plan.title))
    parts.append(Fields(_fields(meetup, t)))
    parts.append(Text(_seats_text(figures, t)))
    if names and not plan.hide_attendees:
        parts.append(Footnote(_names_text(names, figures.going, t)))
    if meetup.state is MeetupState.PLANNED:
        parts += _controls(meetup_id, figures, t)
    return Card(parts=tuple(parts), accent=Accent.WARM, summary=shortened(plan.title, TITLE))


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
    said = [rich(Bold(t.line(SEATS[kind])), "  ")]
    if of.cap is None:
        said.append(t.n("{n} going", "{n} going", of.taken))
    else:
        said.append(t("{taken} of {cap} seats", taken=of.taken, cap=of.cap))
    if of.left is not None and of.left > 0:
        said.append(t.n(", {n} left", ", {n} left", of.left))
    if of.waiting:
        said.append(t.n(", {n} waiting", ", {n} waiting", of.waiting))
    return rich(*said)


def _names_text(names: Sequence[str], going: int, t: Translator) -> RichText:
    said = t("Coming: {names}", names=("、" if t.language == "ja" else ", ").join(names))
    if going > len(names):
        said += t.n(" and {n} more", " and {n} more", going - len(names))
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
