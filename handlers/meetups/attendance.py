"""``/meetup attendance``: organisers and moderators note, for many at once, how it went with everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from chat.answers import Answer, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Select, Style, Text, Title
from chat.commands import CommandOption, Localised, OptionKind, SubCommand
from chat.events import ActionPressed, CommandUsed
from chat.limits import OPTION_LABEL, OPTIONS, TITLE
from chat.text import Bold, RichText, join, rich
from community.meetups.plan import MeetupState
from community.seats.commands import Close, Correct
from community.seats.values import CAME, Entry, Ledger, Mark
from community.words import display_name
from handlers.audit.deeds import write_down
from handlers.context import Context
from handlers.meetups.drawn import drawn, ticked_then
from handlers.meetups.finding import WHICH, by_id, gone, matching
from handlers.meetups.held import may_run
from handlers.meetups.presence import meetup_named, not_organiser, take, why_not
from handlers.public import names_apart, shortened
from handlers.readers import Reader, arguments, note, number, numbers, read_user, reader
from handlers.routes import Feature, command, press
from locales import msg
from storage.meetups.plans import StoredMeetup

CORRECTED, CLOSED = "meetup.attendance", "meetup.attendance_settled"
PAGE = OPTIONS
LOOKED_BACK = timedelta(days=30)  # corrections come within days
AHEAD = timedelta(days=1)  # who opens the desk at noon means this evening's
_WHOM = CommandOption(
    name="member",
    description=Localised(en="Somebody who came, on the list or not", ja="参加した人（一覧にない人も可）"),
    kind=OptionKind.MEMBER,
)
ATTENDANCE = SubCommand(
    name="attendance",
    description=Localised(en="For organisers: who came", ja="主催者用：出席の記録と修正"),
    options=(WHICH, _WHOM),
)
MARKS = {
    Mark.ATTENDED: msg("Was there"),
    Mark.NO_SHOW: msg("Did not come"),
    Mark.EXCUSED: msg("Excused"),
    Mark.WALK_IN: msg("Came without a seat"),
}

CHANGED = msg("The list has changed in the meantime, so nothing was taken away. Please look once more.")


@dataclass(frozen=True, slots=True)
class _Line:
    entry: Entry
    name: str


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Show who came, of the meetup that is meant; a member named beside it is checked in."""
    who = await reader(ctx, event)
    typed = event.options.get("meetup", "") or event.text
    stored = await _meant(ctx, who, typed)
    if stored is None:
        said = who.t("I find no meetup of yours from the last {n} days. Give its number, please.", n=LOOKED_BACK.days)
        return note(said, Accent.WARM)
    if not may_run(ctx, who, stored):
        return not_organiser(who)
    if named := event.options.get("member"):
        return await _bring(ctx, who, stored, named, event)
    return Say(await _card(ctx, who, stored, 0))


async def _meant(ctx: Context, who: Reader, typed: str) -> StoredMeetup | None:
    """Return the meetup that is meant; with nothing typed, the latest of theirs that has begun or is about to."""
    if typed.strip():
        return await by_id(ctx, typed) or next(iter(await _theirs(ctx, who, await matching(ctx, typed))), None)
    states = (MeetupState.PLANNED.value, MeetupState.OVER.value)
    near = await ctx.db.meetups.between(ctx.now - LOOKED_BACK, ctx.now + AHEAD, *states)
    return next(iter((await _theirs(ctx, who, near))[::-1]), None)


async def _theirs(ctx: Context, who: Reader, found: list[StoredMeetup]) -> list[StoredMeetup]:
    """Return those that they organise; for moderators who organise none of them, all."""
    return [s for s in found if who.member.id in s.meetup.organisers] or [s for s in found if may_run(ctx, who, s)]


async def _bring(ctx: Context, who: Reader, stored: StoredMeetup, named: str, event: CommandUsed) -> Answer:
    user = read_user(named, event.workspace)
    member = await ctx.db.people.by_user(user) if user else None
    if member is None or member.is_bot:
        return note(who.t("I know nobody by that name here."), Accent.WARM)
    decision = await take(ctx, stored, Correct(by=who.member.id, key=event.key, marks={member.id: Mark.ATTENDED}))
    if decision is None:
        return gone(who.t)
    if decision.refusal:
        return await why_not(ctx, who, decision.state, decision.refusal)
    await _write_down(ctx, who, event, stored, {member.id: Mark.ATTENDED})
    name = display_name(member.name, who.t.line("a member"))
    return note(who.t("Noted: {name} was there.", name=Bold(name)), Accent.GOOD)


async def open_desk(ctx: Context, event: ActionPressed) -> Answer:
    """Show the desk from a button elsewhere."""
    who, stored = await _asked(ctx, event)
    return stored if isinstance(stored, Say) else Say(await _card(ctx, who, stored, 0))


async def turn(ctx: Context, event: ActionPressed) -> Answer:
    """Show another page."""
    who, stored = await _asked(ctx, event)
    return stored if isinstance(stored, Say) else Redraw(await _card(ctx, who, stored, _page(event)))


async def mark(ctx: Context, event: ActionPressed) -> Answer:
    """Give those a mark who were ticked just now, and take it from those who were unticked just now."""
    who, stored = await _asked(ctx, event)
    if isinstance(stored, Say):
        return stored
    words = arguments(event)
    wished = next((m for m in Mark if words[2:3] == [m.value]), None)
    ledger = await ctx.db.meetups.ledger(stored.id)
    if wished is None or ledger is None:
        return gone(who.t)
    fit = _fit(await _lines_of(ctx, who, ledger, _page(event)), wished)
    shown = {line.entry.member: line.entry for line in fit}
    chosen = numbers(event.values) & shown.keys()
    before = ticked_then("".join(words[3:4]), list(shown))
    if before is None:  # others are on the page by now: what was taken away cannot be told from what came to it
        marks: dict[int, Mark | None] = {member: wished for member in chosen if shown[member].mark is None}
        return await _correct(ctx, who, stored, event, marks, said=who.t(CHANGED))
    marks = dict.fromkeys(chosen - before, wished)
    marks |= {member: None for member in before - chosen if shown[member].mark is wished}
    return await _correct(ctx, who, stored, event, marks)


async def mark_all(ctx: Context, event: ActionPressed) -> Answer:
    """Note everybody on the page who holds a seat, and of whom nothing is noted yet, as having been there."""
    who, stored = await _asked(ctx, event)
    if isinstance(stored, Say):
        return stored
    ledger = await ctx.db.meetups.ledger(stored.id)
    if ledger is None:
        return gone(who.t)
    lines = await _lines_of(ctx, who, ledger, _page(event))
    marks: dict[int, Mark | None] = {
        line.entry.member: Mark.ATTENDED for line in lines if line.entry.seat and not line.entry.mark
    }
    return await _correct(ctx, who, stored, event, marks)


async def close_now(ctx: Context, event: ActionPressed) -> Answer:
    """Settle attendance before its time."""
    who, stored = await _asked(ctx, event)
    if isinstance(stored, Say):
        return stored
    decision = await take(ctx, stored, Close(by=who.member.id, key=event.key))
    if decision is None:
        return gone(who.t)
    if decision.refusal:
        return note(who.t("Attendance can be settled once the meetup has begun."), Accent.WARM)
    await write_down(ctx, who, event, CLOSED, f"meetup:{stored.id}")
    return Redraw(await _card(ctx, who, stored, 0))


async def _correct(
    ctx: Context,
    who: Reader,
    stored: StoredMeetup,
    event: ActionPressed,
    marks: dict[int, Mark | None],
    *,
    said: RichText | None = None,
) -> Answer:
    decision = await take(ctx, stored, Correct(by=who.member.id, key=event.key, marks=marks))
    if decision is None:
        return gone(who.t)
    if decision.refusal:
        return await why_not(ctx, who, decision.state, decision.refusal)
    await _write_down(ctx, who, event, stored, marks)
    return Redraw(await _card(ctx, who, stored, _page(event), said))


async def _write_down(
    ctx: Context,
    who: Reader,
    event: ActionPressed | CommandUsed,
    stored: StoredMeetup,
    marks: Mapping[int, Mark | None],
) -> None:
    """Write down what was noted: of one by name, of several by their number."""
    if not marks:
        return
    one = next(iter(marks)) if len(marks) == 1 else None
    after = ", ".join(sorted({mark.value if mark else "-" for mark in marks.values()}))
    said = f"{after} x{len(marks)}" if one is None else after
    await write_down(ctx, who, event, CORRECTED, f"meetup:{stored.id}", member=one, after=said)


async def _asked(ctx: Context, event: ActionPressed) -> tuple[Reader, StoredMeetup | Say]:
    who = await reader(ctx, event)
    stored = await meetup_named(ctx, event)
    if stored is None:
        return who, gone(who.t)
    return who, stored if may_run(ctx, who, stored) else not_organiser(who)


def _page(event: ActionPressed) -> int:
    return number(arguments(event), 1) or 0


# ---- the card


async def _everybody(ctx: Context, who: Reader, ledger: Ledger) -> list[_Line]:
    """Return all of whom something is known, who hold a seat first, by name."""
    known = {e.member: e for e in ledger.entries.values() if e.seat or e.mark or e.answer or e.wait}
    people = await ctx.db.people.by_ids(known)
    lines = [_Line(known[m], name) for m, name in names_apart(people, who.t).items()]
    return sorted(lines, key=lambda line: (line.entry.seat is None, line.name.casefold(), line.entry.member))


async def _lines_of(ctx: Context, who: Reader, ledger: Ledger, page: int) -> list[_Line]:
    return (await _everybody(ctx, who, ledger))[page * PAGE : (page + 1) * PAGE]


def _fit(lines: list[_Line], wished: Mark) -> list[_Line]:
    """Return to whom a mark can be given: who holds no seat can only have come without one."""
    return [line for line in lines if (line.entry.seat is None) is (wished is Mark.WALK_IN)]


async def _card(ctx: Context, who: Reader, stored: StoredMeetup, page: int, said: RichText | None = None) -> Card:
    t = who.t
    title = Title(shortened(stored.meetup.plan.title, TITLE))
    ledger = await ctx.db.meetups.ledger(stored.id)
    lines = await _everybody(ctx, who, ledger) if ledger else []
    if ledger is None or not lines:
        return Card(parts=(title, Text(t("Nobody has answered or come so far."))))
    pages = (len(lines) - 1) // PAGE + 1
    page = min(page, pages - 1)
    shown = lines[page * PAGE : (page + 1) * PAGE]
    parts: list[Part] = [title, *([Text(said)] if said else []), Text(_summary(lines, who))]
    for wished, label in MARKS.items():
        if fit := _fit(shown, wished):
            ticked = [x.entry.member for x in fit if x.entry.mark is wished]
            state = drawn([x.entry.member for x in fit], ticked)
            parts.append(
                Select(
                    action=f"att_set:{stored.id}:{page}:{wished.value}:{state}",
                    placeholder=t.line(label),
                    options=tuple(Option(str(x.entry.member), shortened(x.name, OPTION_LABEL)) for x in fit),
                    chosen=tuple(str(member) for member in ticked),
                    least=0,
                    most=len(fit),
                )
            )
    parts.append(Buttons(tuple(_buttons(stored.id, page, pages, ledger, who))))
    if stored.meetup.word:
        parts.append(Footnote(t("The word for check-in: {word}", word=Bold(stored.meetup.word))))
    return Card(parts=tuple(parts))


def _summary(lines: list[_Line], who: Reader) -> RichText:
    t = who.t
    seated = [line.entry for line in lines if line.entry.seat]
    counted = {m: sum(1 for line in lines if line.entry.mark is m) for m in MARKS}
    noted = [rich(t.line(label), " ", Bold(str(counted[m]))) for m, label in MARKS.items()]
    came = sum(1 for line in lines if line.entry.mark in CAME)
    return rich(t("{came} came; {seats} held a seat.", came=came, seats=len(seated)), "\n", join(" · ", noted))


def _buttons(meetup_id: int, page: int, pages: int, ledger: Ledger, who: Reader) -> list[Button]:
    t = who.t
    buttons = [Button(f"att_all:{meetup_id}:{page}", t.line("The rest were there, too"))]
    if not ledger.closed:
        buttons.append(Button(f"att_close:{meetup_id}", t.line("That is all"), Style.PRIMARY))
    if page > 0:
        buttons.append(Button(f"att_page:{meetup_id}:{page - 1}", t.line("Back")))
    if page + 1 < pages:
        buttons.append(Button(f"att_page:{meetup_id}:{page + 1}", t.line("More")))
    return buttons


FEATURE = Feature(
    "meetups.attendance",
    routes=(
        command("meetup", ATTENDANCE.name, show),
        press("att", open_desk),
        press("att_page", turn),
        press("att_set", mark),
        press("att_all", mark_all),
        press("att_close", close_now),
    ),
    deeds={
        CORRECTED: msg("{who} noted who was there ({after}): {subject}"),
        CLOSED: msg("{who} settled the attendance: {subject}"),
    },
)
