"""What organisers ask before a meetup: set in a form, asked of who comes, and answering says once more "I come"."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chat.answers import Answer, Invalid, OpenForm, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Part, Style, Text
from chat.commands import Localised, SubCommand
from chat.events import ActionPressed, CommandUsed, FormSubmitted
from chat.form import Choice, Form, FormField, Paragraph, Values
from chat.limits import FORM_LABEL
from chat.text import Code, RichText, join
from community.meetups.plan import MeetupState
from community.meetups.questions import (
    ANSWER,
    Fault,
    Question,
    QuestionsError,
    read_questions,
    unanswered,
)
from community.seats.counts import Standing, standing
from community.seats.desk import involved
from community.words import tame
from handlers.context import Context
from handlers.drafts import keep_draft
from handlers.meetups.finding import WHICH, by_id, meant
from handlers.meetups.held import Held, ended, held, hold
from handlers.meetups.steps import log
from handlers.readers import Reader, arguments, note, reader, refused
from handlers.routes import Feature, command, form, press
from locales import Translator, msg
from storage.meetups.plans import StoredMeetup

FAULTS = {
    Fault.TOO_MANY: msg("Please ask five questions at most; people answer few questions gladly."),
    Fault.LONG: msg("Please keep each question to 100 characters."),
    Fault.ONE: msg("Please write two choices or more, with commas between them, like “Lunch?: yes, no”."),
    Fault.OPTIONS: msg("Please give at most ten choices to a question, each of 75 characters at most."),
}
QUESTIONS = SubCommand(
    name="questions",
    description=Localised(en="For organisers: ask who comes", ja="主催者用：参加者への事前アンケートを作る"),
    options=(WHICH,),
)
TYPED = 3000  # characters of the form: five questions with ten choices


# ---- setting them


async def open_questions(ctx: Context, event: CommandUsed) -> Answer:
    """Open the form for the questions of a meetup that is announced."""
    who = await reader(ctx, event)
    stored = await meant(ctx, who, event.options.get("meetup", event.text))
    if isinstance(stored, Say):
        return stored
    found = await hold(ctx, who, stored.id)
    return found if isinstance(found, Say) else await _opened(ctx, found)


async def press_questions(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form from the private card of a plan."""
    found = await held(ctx, event)
    return found if isinstance(found, Say) else await _opened(ctx, found)


async def _opened(ctx: Context, found: Held) -> Answer:
    if found.meetup.state not in {MeetupState.DRAFT, MeetupState.PLANNED}:
        return ended(found)
    asked = await ctx.db.meetup_before.questions(found.stored.id)
    return OpenForm(_set_form(found).filled({"questions": "\n".join(question.line for question in asked)}))


def _set_form(found: Held) -> Form:
    t = found.who.t
    return Form(
        id=f"preq_set:{found.stored.id}",
        title=t.line("Participant questions"),
        fields=(
            Paragraph(
                key="questions",
                label=t.line("Questions, one per line, five at most"),
                hint=t.line("Choices after a colon, with commas: “Lunch?: yes, no, maybe”. No choices: in words."),
                required=False,
                max_length=TYPED,
            ),
        ),
        submit=t.line("Save"),
        cancel=t.line("Cancel"),
    )


async def set_questions(ctx: Context, event: FormSubmitted) -> Answer:
    """Store what is asked now, and show how it was understood."""
    found = await held(ctx, event)
    if isinstance(found, Say):
        return found
    if found.meetup.state not in {MeetupState.DRAFT, MeetupState.PLANNED}:
        return ended(found)
    t = found.who.t
    try:
        asked = read_questions(tame(str(event.values.get("questions") or "")))
    except QuestionsError as error:
        wrong = Invalid({"questions": t.line(FAULTS[error.fault])}, _set_form(found).filled(event.values))
        return await keep_draft(ctx, event.user, wrong)
    follow = await _ask(ctx, found, asked)
    if not asked:
        return note(t("Nothing is asked before this meetup."))
    lines = [_understood(number, question, t) for number, question in enumerate(asked, 1)]
    card = Card(
        parts=(
            Text(t("Whoever takes a seat is asked this, in private:")),
            Text(join("\n", lines)),
            Buttons((Button(f"preq_set:{found.stored.id}", t.line("Change the questions")),)),
            Footnote(
                t(
                    "Whoever has a seat already is asked the day before. {command} shows the answers.",
                    command=_typed(found),
                )
            ),
        ),
        accent=Accent.GOOD,
    )
    if follow:
        said = Footnote(t("The meetups that follow in the series ask the same."))
        card = msgspec.structs.replace(card, parts=(*card.parts, said))
    return Say(card)


async def _ask(ctx: Context, found: Held, asked: Sequence[Question]) -> bool:
    """Store what is asked, here and at the meetups that follow in the series and asked the same; says if there are."""
    store, stored = ctx.db.meetup_before, found.stored
    before = await store.questions(stored.id)
    await store.put_questions(stored.id, asked)
    follow = False
    for other in await ctx.db.meetups.of_series(stored.series) if stored.series is not None else ():
        is_later = other.meetup.plan.starts > stored.meetup.plan.starts
        if not is_later or other.meetup.state is not MeetupState.PLANNED:
            continue
        await ctx.db.meetups.ledger(other.id)  # nobody else changes it meanwhile
        if await store.questions(other.id) == before:
            await store.put_questions(other.id, asked)
            follow = True
    return follow


def _typed(found: Held) -> Code:
    return Code(f"/meetup answers {found.stored.id}")


def _understood(number: int, question: Question, t: Translator) -> RichText:
    how = " / ".join(question.options) if question.options else t.line("in their words")
    return t("{number}. {question} ({how})", number=number, question=question.text, how=how)


# ---- asking


async def row(ctx: Context, who: Reader, stored: StoredMeetup, mine: Standing) -> Sequence[Part]:
    """Return what a member is asked, on their own card: right after they said that they come, and until they answer."""
    if not (mine.seat or mine.waits_for) or stored.meetup.plan.starts <= ctx.now:
        return ()
    asked = await ctx.db.meetup_before.questions(stored.id)
    if not asked:
        return ()
    t, left = who.t, unanswered(asked, await ctx.db.meetup_before.answers_of(stored.id, who.member.id))
    if not left:
        return (Buttons((Button(f"preq:{stored.id}", t.line("Change my answers")),)),)
    said = t.n("The organisers have {n} question for you.", "The organisers have {n} questions for you.", left)
    return (Text(said), Buttons((Button(f"preq:{stored.id}", t.line("Answer"), Style.PRIMARY),)))


async def open_answers(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form with the questions, and what was answered before."""
    who, stored, asked = await _asked(ctx, event)
    if isinstance(stored, Say):
        return stored
    said = await ctx.db.meetup_before.answers_of(stored.id, who.member.id)
    values: Values = {f"q{number}": text for number, text in said.items()}
    return OpenForm(_answer_form(stored, asked, who).filled(values))


async def take_answers(ctx: Context, event: FormSubmitted) -> Answer:
    """Keep what a member answers; that they come is confirmed by it."""
    who, stored, asked = await _asked(ctx, event)
    if isinstance(stored, Say):
        return stored
    t, said = who.t, _read(event.values, asked)
    if not said:
        empty = Invalid({"q0": t.line("Please answer at least one.")}, _answer_form(stored, asked, who))
        return await keep_draft(ctx, event.user, empty)
    await ctx.db.meetup_before.put_answers(stored.id, who.member.id, said, ctx.now)
    log(ctx, stored, "answered", who.member.id, event.key, n=len(said))
    ledger = await ctx.db.meetups.ledger(stored.id)
    seat = ledger is not None and standing(ledger, who.member.id).seat is not None
    thanks = t("Thank you! The organisers see that you come.") if seat else t("Thank you! The organisers see it.")
    more = t("You can change your answers until it begins.")
    change = Buttons((Button(f"preq:{stored.id}", t.line("Change my answers")),))
    return Say(Card(parts=(Text(thanks), change, Footnote(more)), accent=Accent.GOOD))


async def _asked(
    ctx: Context, event: ActionPressed | FormSubmitted
) -> tuple[Reader, StoredMeetup | Say, tuple[Question, ...]]:
    """Return the questions that somebody may answer now, or what to say instead."""
    who = await reader(ctx, event)
    t = who.t
    stored = await by_id(ctx, "".join(arguments(event)[:1]))
    ledger = await ctx.db.meetups.ledger(stored.id) if stored else None
    if stored is None or ledger is None:
        return who, refused(t("This meetup is no longer there.")), ()
    if stored.meetup.state is MeetupState.CANCELLED:
        return who, note(t("This meetup is cancelled."), Accent.WARM), ()
    if ctx.now >= ledger.starts:
        return who, note(t("The questions for participants are closed."), Accent.WARM), ()
    entry = ledger.entries.get(ledger.member(who.member.id))
    if entry is None or not involved(entry):
        said = t("These questions are for those who come. Press “Going” on the meetup's card first.")
        return who, refused(said), ()
    asked = await ctx.db.meetup_before.questions(stored.id)
    if not asked:
        return who, note(t("The organisers ask nothing any more.")), ()
    return who, stored, asked


def _answer_form(stored: StoredMeetup, asked: Sequence[Question], who: Reader) -> Form:
    t = who.t
    return Form(
        id=f"preq:{stored.id}",
        title=t.line("Before the meetup"),
        fields=tuple(_field(number, question, t) for number, question in enumerate(asked)),
        submit=t.line("Send"),
        cancel=t.line("Cancel"),
    )


def _field(number: int, question: Question, t: Translator) -> FormField:
    """Return one question; where it is too long for a label it stands whole in the hint."""
    short = len(question.text) <= FORM_LABEL
    label = question.text if short else question.text[: FORM_LABEL - 1] + "…"
    hint = question.text if not short else t.line("Only the organisers and speakers see it.") if number == 0 else ""
    key = f"q{number}"
    if question.options:
        options = tuple(Option(option, option) for option in question.options)
        return Choice(key=key, label=label, hint=hint, required=False, options=options)
    return Paragraph(key=key, label=label, hint=hint, required=False, max_length=ANSWER)


def _read(values: Values, asked: Sequence[Question]) -> dict[int, str]:
    """Read what was answered. A choice that is no longer on offer is none: the form may have been open for long."""
    said: dict[int, str] = {}
    for number, question in enumerate(asked):
        typed = tame(str(values.get(f"q{number}") or ""))[:ANSWER]
        if typed and (not question.options or typed in question.options):
            said[number] = typed
    return said


async def forget_member(ctx: Context, member_id: int) -> None:
    """Take a member out of what comes before meetups: answers, choices of reminders, the address of their calendar.

    Call it before the member's own row is deleted.
    """
    await ctx.db.meetup_before.forget(member_id)
    await ctx.db.feeds.revoke(member_id)


FEATURE = Feature(
    "meetups.ask_before",
    routes=(
        command("meetup", QUESTIONS.name, open_questions, opens_form=True),
        press("preq_set", press_questions, opens_form=True),
        form("preq_set", set_questions),
        press("preq", open_answers, opens_form=True),
        form("preq", take_answers),
    ),
)
