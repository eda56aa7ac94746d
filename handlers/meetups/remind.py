"""Reminds who holds a seat, as each of them chose: one timer per meetup, and everybody who is due when it rings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Option, Part, Select, Style, Text, Title
from chat.effects import DirectMessage
from chat.limits import TITLE
from chat.text import Bold, RichText, rich
from community.hours.quiet_hours import is_quiet
from community.meetups.questions import Question, unanswered
from community.meetups.reminders import DEFAULT, Due, ReminderKind, Sent, what_is_due
from community.meetups.reminders import Reader as Reminded
from community.people.members import Account, Member
from community.seats.counts import Standing
from community.seats.values import Ledger, Phase, SeatKind
from community.signals import TimerDue
from community.when.wall import on_wall
from handlers.context import Context
from handlers.meetups.cards import SEATS, when_text
from handlers.meetups.moved import where_text
from handlers.meetups.notices import link_to
from handlers.meetups.steps import log
from handlers.public import shortened
from handlers.readers import Reader, account_in, account_to_reach, as_reader, quiet_hours_of, zone_of
from handlers.routes import Feature, due
from locales import msg
from storage.activity import Fact
from storage.meetups.before import REMINDED
from storage.meetups.plans import StoredMeetup

REMIND = "meetup.remind"  # timer of a meetup: somebody may be due
FIRST = timedelta(hours=37)  # before the start; no reminder is earlier (see community.reminders)
LOOK_SOON = timedelta(minutes=1)  # after a change near the start; many changes make one look
SOON = timedelta(minutes=90)  # before the start it is not "today" any more, it is about to begin
NONE = "none"  # a choice like the others in the menu, which they rule out
QUESTIONS = "questions"  # what a word about unanswered questions is logged as, beside the kinds of reminders
NAMES = {
    ReminderKind.DAY: msg("A day before"),
    ReminderKind.MORNING: msg("In the morning of the day"),
    ReminderKind.HOUR: msg("An hour before"),
}


# ---- when


async def watch(ctx: Context, stored: StoredMeetup) -> None:
    """See that somebody looks who is due, after whatever changed: early enough, and not with every click."""
    ledger = await ctx.db.meetups.ledger(stored.id)
    if ledger is None or ledger.phase(ctx.now) in {Phase.BEGUN, Phase.CLOSED}:
        await ctx.db.timers.drop(REMIND, stored.id)
        return
    wanted = max(ledger.starts - FIRST, ctx.now + LOOK_SOON)
    set_for = await ctx.db.timers.due_at(REMIND, stored.id)
    if set_for is None or set_for > wanted:
        await ctx.db.timers.set(REMIND, stored.id, wanted)


async def ring(ctx: Context, event: TimerDue) -> None:
    """Remind everybody who is due, and look again when the next one is."""
    stored = await ctx.db.meetups.get(int(event.subject))
    ledger = await ctx.db.meetups.ledger(stored.id) if stored else None
    if stored is None or ledger is None or ledger.phase(ctx.now) in {Phase.BEGUN, Phase.CLOSED}:
        return
    known = await _known(ctx, stored, ledger)
    again: list[datetime] = []
    for member in await ctx.db.people.by_ids(sorted(known.seats)):
        account = account_in(member, stored.home.home) or account_to_reach(member)
        if account is None:
            continue
        again += await _look_at(ctx, stored, known, member, account)
    if again:
        await ctx.db.timers.set(REMIND, stored.id, min(again))


@dataclass(slots=True)
class _Known:
    """What is known when a timer rings, of all who hold a seat."""

    ledger: Ledger
    seats: dict[int, SeatKind]
    chosen: dict[int, frozenset[ReminderKind]]
    asked: Sequence[Question]
    answers: dict[int, dict[int, str]]
    moved: datetime | None = None  # when the time was changed last
    told: dict[int, datetime] = field(default_factory=dict)
    sent: dict[int, list[tuple[str, datetime]]] = field(default_factory=dict)

    def note(self, fact: Fact) -> None:
        """Take in what was logged."""
        if fact.kind == "seat.rescheduled":
            self.moved = fact.at
        elif fact.actor is not None:
            member = self.ledger.member(fact.actor)
            if fact.kind == REMINDED:
                self.sent.setdefault(member, []).append((str(fact.data.get("which")), fact.at))
            else:
                self.told[member] = fact.at

    def told_at(self, member: int, now: datetime) -> datetime:
        """Return when a member last heard of the time; what came before is not sent afterwards."""
        return max(filter(None, (self.told.get(member), self.moved)), default=now)

    def sent_of(self, member: int, kinds: Collection[str]) -> tuple[Sent, ...]:
        """Return what went out to a member; what is no kind of reminder counts as the day before."""
        return tuple(
            Sent(kind=ReminderKind(which) if which in set(ReminderKind) else ReminderKind.DAY, at=at)
            for which, at in self.sent.get(member, ())
            if which in kinds
        )

    def open_questions(self, member: int) -> int:
        """Count what a member has not answered."""
        return unanswered(self.asked, self.answers.get(member, {}))


async def _known(ctx: Context, stored: StoredMeetup, ledger: Ledger) -> _Known:
    known = _Known(
        ledger=ledger,
        seats={entry.member: entry.seat for entry in ledger.entries.values() if entry.seat is not None},
        chosen=await ctx.db.meetup_before.choices(stored.id),
        asked=await ctx.db.meetup_before.questions(stored.id),
        answers=await ctx.db.meetup_before.answers(stored.id),
    )
    for fact in await ctx.db.meetup_before.happened(stored.id):
        known.note(fact)
    return known


async def _look_at(
    ctx: Context, stored: StoredMeetup, known: _Known, member: Member, account: Account
) -> list[datetime]:
    """Send a member what is due; returns when to look again."""
    starts, zone, quiet = known.ledger.starts, zone_of(member, account, ctx.config), quiet_hours_of(member)
    kinds = known.chosen.get(member.id, DEFAULT)
    told = known.told_at(member.id, ctx.now)
    sent = known.sent_of(member.id, set(ReminderKind))
    of_time = what_is_due(starts, Reminded(zone=zone, kinds=kinds, quiet=quiet), ctx.now, told=told, sent=sent)
    who = as_reader(member, account, ctx.config)
    if of_time.now:
        await _remind(ctx, who, stored, known, of_time.now.kind)
    found = [of_time]
    if known.open_questions(member.id) and ReminderKind.DAY not in kinds:
        # who wants no word the day before is asked all the same: the organisers prepare by the answers
        day = Reminded(zone=zone, kinds=frozenset({ReminderKind.DAY}), quiet=quiet)
        sent = known.sent_of(member.id, {QUESTIONS})
        of_questions: Due = what_is_due(starts, day, ctx.now, told=told, sent=sent)
        if of_questions.now and not is_quiet(quiet, ctx.now, zone):
            await _ask(ctx, who, stored, known)
        found.append(of_questions)
    return [one.look_again for one in found if one.look_again]


# ---- what is said


def reminder_key(stored: StoredMeetup, member_id: int, which: str) -> str:
    """Return the business key of a reminder."""
    return f"meetup_reminder:{stored.id}:{member_id}:{which}:{stored.meetup.revision}"


async def _remind(ctx: Context, who: Reader, stored: StoredMeetup, known: _Known, kind: ReminderKind) -> None:
    member, t, plan = who.member.id, who.t, stored.meetup.plan
    seat = t.line(SEATS[known.seats[member]])
    parts: list[Part] = [
        Title(shortened(plan.title, TITLE)),
        Text(rich(Bold(_when_words(ctx, who, stored)), "\n", when_text(stored.meetup, t))),
        Text(where_text(stored, who)),
        Text(t("Your seat: {kind}.", kind=seat)),
    ]
    if n := known.open_questions(member):
        parts.append(Text(_open_text(n, who)))
    parts.append(await _buttons(ctx, who, stored, questions=bool(n)))
    parts.append(Footnote(t("“My seat…” on the meetup's card changes when I remind you.")))
    card = Card(parts=tuple(parts), accent=Accent.WARM)
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=reminder_key(stored, member, kind.value))
    log(ctx, stored, "reminded", member, f"{member}:{kind}:{stored.meetup.revision}", which=kind.value)


async def _ask(ctx: Context, who: Reader, stored: StoredMeetup, known: _Known) -> None:
    member = who.member.id
    parts: tuple[Part, ...] = (
        Title(shortened(stored.meetup.plan.title, TITLE)),
        Text(when_text(stored.meetup, who.t)),
        Text(_open_text(known.open_questions(member), who)),
        await _buttons(ctx, who, stored, questions=True),
    )
    card = Card(parts=parts, accent=Accent.WARM)
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=reminder_key(stored, member, QUESTIONS))
    log(ctx, stored, "reminded", member, f"{member}:{QUESTIONS}:{stored.meetup.revision}", which=QUESTIONS)


def _when_words(ctx: Context, who: Reader, stored: StoredMeetup) -> str:
    """Say how near it is: by the reader's own days, because a reminder may have moved out of the night."""
    t, starts, zone = who.t, stored.meetup.plan.starts, zone_of(who.member, who.account, ctx.config)
    if starts - ctx.now <= SOON:
        return t.line("It begins soon.")
    match (on_wall(starts, zone).date() - on_wall(ctx.now, zone).date()).days:
        case 0:
            return t.line("It is today.")
        case 1:
            return t.line("It is tomorrow.")
        case _:
            return t.line("It is in two days.")


def _open_text(n: int, who: Reader) -> RichText:
    return who.t.n(
        "The organisers have {n} question for you. Your answer helps them to prepare, and tells them that you come.",
        "The organisers have {n} questions for you. Your answers help them to prepare, and tell them that you come.",
        n,
    )


async def _buttons(ctx: Context, who: Reader, stored: StoredMeetup, *, questions: bool) -> Buttons:
    t, plan = who.t, stored.meetup.plan
    buttons: list[Button | LinkButton] = []
    if questions:
        buttons.append(Button(f"preq:{stored.id}", t.line("Answer"), Style.PRIMARY))
    buttons.append(Button(f"seat_answer:{stored.id}:cannot", t.line("I cannot come")))
    if link := await link_to(ctx, who, stored):
        buttons.append(LinkButton(link, t.line("To the meetup")))
    if plan.link:
        buttons.append(LinkButton(plan.link, t.line("Link to join")))
    return Buttons(tuple(buttons))


# ---- what a member chooses


async def row(ctx: Context, who: Reader, stored: StoredMeetup, mine: Standing) -> Sequence[Part]:
    """Return the menu of reminders for a member's own card, while they hold a seat in a meetup to come."""
    if mine.seat is None or stored.meetup.plan.starts <= ctx.now:
        return ()
    chosen = await ctx.db.meetup_before.choice(stored.id, who.member.id)
    chosen = DEFAULT if chosen is None else chosen
    options = [Option(kind.value, who.t.line(name)) for kind, name in NAMES.items()]
    options.append(Option(NONE, who.t.line("No reminders")))
    picked = tuple(kind.value for kind in ReminderKind if kind in chosen) or (NONE,)
    menu = Select(
        action=f"remind:{stored.id}",
        placeholder=who.t.line("Reminders…"),
        options=tuple(options),
        chosen=picked,
        most=len(options),
    )
    return (Footnote(who.t("When shall I remind you?")), menu)


def picked_kinds(values: Collection[str], before: frozenset[ReminderKind]) -> frozenset[ReminderKind]:
    """Read the menu: “no reminders” rules the others out where it is new, and gives way to them where it is not."""
    kinds = frozenset(kind for kind in ReminderKind if kind.value in values)
    return frozenset() if NONE in values and before else kinds


FEATURE = Feature("meetups.remind", routes=(due(REMIND, ring),))
