"""The private card of a plan: everything that was understood, with buttons to change it before anybody sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
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
    LinkButton,
    Part,
    Style,
    Text,
    Title,
)
from chat.limits import FIELD_VALUE, TITLE
from chat.text import RichText, join, rich
from community.meetups.plan import Meetup, MeetupKind, MeetupState, Plan
from community.meetups.series_text import describe
from community.seats.values import BY_INVITATION, Ledger
from community.when.said import Note
from community.words import display_name
from handlers.context import Context
from handlers.meetups.cards import KINDS, LEVELS, SEATS, WHERE, listed
from handlers.meetups.held import EDIT_TYPED, Held
from handlers.meetups.when_words import note_text, written
from handlers.public import names_apart, shortened
from locales import Translator, msg

SHOWN = 600  # characters of the description
PARTS = {
    "seats": msg("Seats"),
    "details": msg("Level and picture"),
    "people": msg("Speakers and helpers"),
    "chapters": msg("Chapters"),
    "repeat": msg("Repeat"),
}


def when_line(plan: Plan, t: Translator, now: datetime) -> RichText:
    """Return when a plan is in the zone in which it was said: date, weekday, time, zone."""
    zone = ZoneInfo(plan.zone)
    day, start, end = t.date(plan.starts, zone, now=now), t.time(plan.starts, zone), t.time(plan.ends, zone)
    if t.date(plan.ends, zone, now=now) != day:
        end = f"{t.date(plan.ends, zone, now=now)} {end}"
    return t("**{day}, {start} – {end}** ({zone})", day=day, start=start, end=end, zone=t.zone(zone))


async def plan_card(ctx: Context, held: Held, *, notes: Sequence[Note] = (), said: RichText | None = None) -> Card:
    """Return a plan in the making, or a meetup as its organisers see it."""
    t, meetup, meetup_id = held.who.t, held.meetup, held.stored.id
    ledger = await ctx.db.meetups.ledger(meetup_id)
    parts: list[Part] = [Title(shortened(meetup.plan.title, TITLE))]
    if said is not None:
        parts.append(Text(said))
    elif held.is_draft:
        parts.append(Text(t("Nothing has been posted yet. Is everything right?")))
    parts.append(Text(rich("🗓 ", when_line(meetup.plan, t, ctx.now))))
    parts += _notes(ctx, meetup_id, notes, t)
    fields = await _fields(ctx, held, ledger)
    parts.append(Fields(fields))
    if meetup.plan.description:
        parts.append(Text(RichText((shortened(meetup.plan.description, SHOWN),))))
    if meetup.plan.cover:
        parts.append(Image(meetup.plan.cover, meetup.plan.title))
    parts += _controls(held) if held.is_draft else _desk_controls(held)
    if held.is_draft:
        parts.append(Footnote(t("I keep this plan for a week. {edit} brings it back.", edit=EDIT_TYPED)))
    return Card(parts=tuple(parts), accent=Accent.WARM if held.is_draft else Accent.CALM)


def _notes(ctx: Context, meetup_id: int, notes: Sequence[Note], t: Translator) -> list[Part]:
    if not notes:
        return []
    lines = [rich("⚠ ", note_text(note, t, ctx.now)) for note in notes]
    parts: list[Part] = [Text(join("\n", lines))]
    others = list({note.instead.start: note.instead for note in notes if note.instead is not None}.values())[:5]
    buttons = tuple(
        Button(
            f"plan_at:{meetup_id}:{int(other.start.timestamp())}:{int(other.end.timestamp()) if other.end else 0}",
            t.line("No: {time}", time=written(other, t, ctx.now)),
        )
        for other in others
    )
    return [*parts, Buttons(buttons)] if buttons else parts


async def _fields(ctx: Context, held: Held, ledger: Ledger | None) -> tuple[Field, ...]:
    t, plan = held.who.t, held.meetup.plan
    level = t.line(LEVELS[plan.level]) if plan.level else t.line("Everybody is welcome")
    where = [t.line(WHERE[plan.where]), *filter(None, (plan.place, plan.link))]
    found = [
        Field(t.line("What"), rich(t.line(KINDS[plan.kind]))),
        Field(t.line("Where"), rich("\n".join(where))),
        Field(t.line("Seats"), rich(seats_text(ledger, t))),
        Field(t.line("Level"), rich(level)),
        Field(t.line("Who is coming"), t("not shown") if plan.hide_attendees else t("shown to everybody")),
    ]
    organiser = () if held.meetup.organiser is None else (held.meetup.organiser,)
    helpers = tuple(member for member in held.meetup.organisers if member not in organiser)
    for label, people in (
        (t.line("Speakers"), plan.speakers),
        (t.line("Organiser"), organiser),
        (t.line("Co-organisers"), helpers),
    ):
        if people:
            found.append(Field(label, rich(shortened(listed(await names(ctx, people, t), t), FIELD_VALUE))))
    if plan.chapters:
        found.append(Field(t.line("Chapters"), rich(shortened(await chapters_text(ctx, plan, t), FIELD_VALUE))))
    if held.stored.series is not None and (stored := await ctx.db.series.get(held.stored.series)):
        repeats = describe(stored.series, t) if not stored.ended else t.line("This series has ended.")
        found.append(Field(t.line("Repeats"), rich(shortened(repeats, FIELD_VALUE))))
    return tuple(found)


def seats_text(ledger: Ledger | None, t: Translator) -> str:
    """Return the seats of each kind that anybody can take."""
    if ledger is None:
        return t.line("no limit")
    lines = []
    for kind, allotment in ledger.allotments.items():
        if kind in BY_INVITATION or allotment.cap == 0:
            continue
        seat = t.line(SEATS[kind])
        if allotment.cap is None:
            lines.append(t.line("{kind}: no limit", kind=seat))
        else:
            lines.append(t.line("{kind}: {cap}", kind=seat, cap=allotment.cap))
    return "\n".join(lines) or t.line("no limit")


async def names(ctx: Context, people: Sequence[int], t: Translator) -> list[str]:
    """Return the names of members, in their order."""
    known = names_apart(await ctx.db.people.by_ids(people), t)
    return [known[i] for i in people if i in known]


async def chapters_text(ctx: Context, plan: Plan, t: Translator) -> str:
    """Return the chapters, each with who presents it."""
    presenters = [chapter.presenter for chapter in plan.chapters if chapter.presenter is not None]
    known = {m.id: display_name(m.name, t.line("a member")) for m in await ctx.db.people.by_ids(presenters)}
    return "\n".join(
        f"{chapter.title} – {known[chapter.presenter]}" if chapter.presenter in known else chapter.title
        for chapter in plan.chapters
    )


def part_buttons(meetup_id: int, meetup: Meetup, t: Translator, *, repeat: bool) -> Buttons:
    """Return the buttons for what the first form had no room for."""
    shown = dict(PARTS)
    if meetup.plan.kind is not MeetupKind.READING_CIRCLE:
        shown.pop("chapters")
    if not repeat:
        shown.pop("repeat")
    return Buttons(tuple(Button(f"plan_part:{meetup_id}:{part}", t.line(name)) for part, name in shown.items()))


def _controls(held: Held) -> list[Part]:
    t, meetup_id = held.who.t, held.stored.id
    return [
        Buttons(
            (
                Button(f"plan_go:{meetup_id}", t.line("Announce it"), Style.PRIMARY),
                Button(f"plan_change:{meetup_id}", t.line("Change")),
                Button(f"preq_set:{meetup_id}", t.line("Questions…")),
                Button(f"plan_drop:{meetup_id}", t.line("Throw away"), Style.DANGER),
            )
        ),
        part_buttons(meetup_id, held.meetup, t, repeat=True),
    ]


def _desk_controls(held: Held) -> list[Part]:
    t, meetup_id = held.who.t, held.stored.id
    if held.meetup.state is not MeetupState.PLANNED:
        return [Buttons((Button(f"plan_again:{meetup_id}", t.line("Plan it again…")),))]
    first: list[Button | LinkButton] = [Button(f"plan_change:{meetup_id}", t.line("Change"), Style.PRIMARY)]
    second: list[Button | LinkButton] = [
        Button(f"plan_hand:{meetup_id}", t.line("Hand over…")),
        Button(f"plan_again:{meetup_id}", t.line("Plan it again…")),
        Button(f"plan_cancel:{meetup_id}", t.line("Cancel the meetup…"), Style.DANGER),
    ]
    if held.stored.series is not None:
        first.append(Button(f"plan_change:{meetup_id}:all", t.line("Change this and all following")))
        second.append(Button(f"series:{meetup_id}", t.line("The series…")))
    first.append(Button(f"preq_set:{meetup_id}", t.line("Questions…")))
    return [Buttons(tuple(first)), part_buttons(meetup_id, held.meetup, t, repeat=False), Buttons(tuple(second))]
