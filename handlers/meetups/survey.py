"""The survey: three questions in a form, kept without a name."""

from __future__ import annotations

from chat.answers import Answer, OpenForm, Say
from chat.card import Accent, Button, Option, Style
from chat.events import ActionPressed, FormSubmitted
from chat.form import Choice, Form, Paragraph
from community.hours.quiet_days import open_until
from community.meetups.plan import MeetupState
from community.meetups.survey import GRADES, MOST, OPEN_FOR, WORDS, read_voice
from community.seats.values import CAME
from community.words import tame
from handlers.context import Context
from handlers.meetups.finding import gone
from handlers.meetups.presence import meetup_named
from handlers.meetups.steps import log
from handlers.readers import Reader, note, reader, refused
from handlers.routes import Feature, form, press
from handlers.unsigned import answered_already, choose_each
from locales import msg
from storage.meetups.plans import StoredMeetup

SATISFACTION = {
    4: msg("Very satisfied"),
    3: msg("Satisfied"),
    2: msg("Dissatisfied"),
    1: msg("Very dissatisfied"),
}


async def open_survey(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for somebody who was there."""
    who, stored = await _asked(ctx, event)
    return stored if isinstance(stored, Say) else OpenForm(_form(stored, who))


async def take_answer(ctx: Context, event: FormSubmitted) -> Answer:
    """Keep an answer apart from who gave it."""
    who, stored = await _asked(ctx, event)
    if isinstance(stored, Say):
        return stored
    values = event.values
    voice = read_voice(
        str(values.get("recommends") or ""), str(values.get("satisfied") or ""), tame(str(values.get("words") or ""))
    )
    if voice is None:
        again = Button(f"survey:{stored.id}", who.t.line("Answer three questions"), Style.PRIMARY)
        return choose_each(who, event, _form(stored, who), ("recommends", "satisfied"), again)
    if not await ctx.db.meetup_after.add_voice(stored.id, who.member.id, voice):
        return answered_already(who)
    log(ctx, stored, "surveyed", None, event.key)  # without who: the log's times would tell which answer is whose
    return note(who.t("Thank you! It is kept without your name."), Accent.GOOD)


async def _asked(ctx: Context, event: ActionPressed | FormSubmitted) -> tuple[Reader, StoredMeetup | Say]:
    """Return the meetup where somebody may answer now, or what to say instead."""
    who = await reader(ctx, event)
    t = who.t
    stored = await meetup_named(ctx, event)
    ledger = await ctx.db.meetups.ledger(stored.id) if stored else None
    if stored is None or ledger is None:
        return who, gone(who.t)
    entry = ledger.entries.get(ledger.member(who.member.id))
    if entry is None or entry.mark not in CAME:
        said = t("This is for those who were there. If you were, the organisers can note it, and I will ask you.")
        return who, refused(said)
    if stored.meetup.state is not MeetupState.OVER:
        return who, note(t("The meetup is not over yet. Enjoy it first!"), Accent.WARM)
    if ctx.now >= open_until(ctx.config, stored.meetup.plan.ends, OPEN_FOR):
        return who, note(t("The survey has ended. Thank you all the same!"), Accent.WARM)
    if await ctx.db.meetup_after.has_answered(stored.id, who.member.id):
        return who, answered_already(who)
    return who, stored


def _form(stored: StoredMeetup, who: Reader) -> Form:
    t = who.t
    scale = {0: t.line("0 (not at all)"), MOST: t.line("10 (by all means)")}
    return Form(
        id=f"survey:{stored.id}",
        title=t.line("How was it?"),
        fields=(
            Choice(
                key="recommends",
                label=t.line("Would you recommend it to a friend?"),
                options=tuple(Option(str(n), scale.get(n, str(n))) for n in range(MOST, -1, -1)),
            ),
            Choice(
                key="satisfied",
                label=t.line("How satisfied are you?"),
                options=tuple(Option(str(grade), t.line(SATISFACTION[grade])) for grade in GRADES),
            ),
            Paragraph(
                key="words",
                label=t.line("In your words"),
                hint=t.line("What was good, what could be better. Optional, and without your name."),
                required=False,
                max_length=WORDS,
            ),
        ),
        submit=t.line("Send"),
        cancel=t.line("Cancel"),
    )


FEATURE = Feature("meetups.survey", routes=(press("survey", open_survey, opens_form=True), form("survey", take_answer)))
