"""Answering the pulse: three grades in a form, kept apart from who gave them.

No fact is logged and no draft is kept: both would bear a name and a time.
"""

from __future__ import annotations

from chat.answers import Answer, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Option, Style, Text, Title
from chat.commands import Localised, SubCommand
from chat.events import ActionPressed, CommandUsed, FormSubmitted
from chat.form import Choice, Form
from community.conduct.pulse import GRADES, SHOWN_FROM, Topic, next_round, read_grades
from handlers.context import Context
from handlers.pulse.items import GRADE_NAMES, ITEMS, MEANT
from handlers.readers import Reader, arguments, not_yours, note, reader, zone_of
from handlers.routes import Feature, command, form, press
from handlers.unsigned import answered_already, choose_each
from storage.people.choices import OFF, ON, SURVEY

PULSE = SubCommand(
    name="pulse",
    description=Localised(
        en="Three items about how safe it feels here, without your name", ja="匿名の「安心アンケート」に答える"
    ),
)


def ask_card(who: Reader, month: str) -> Card:
    """Return the card that asks."""
    t = who.t
    answer = Button(f"pulse:{month}", t.line("Answer three items"), Style.PRIMARY)
    return Card(
        parts=(
            Title(t.line("How does it feel to be here?")),
            Text(t("Once a month I ask three short things. It takes half a minute, and shows what would do us good.")),
            Buttons(
                (
                    answer,
                    Button(f"pulse_no:{month}", t.line("Not this time")),
                    Button(f"pulse_off:{who.member.id}", t.line("Never ask me")),
                )
            ),
            Footnote(
                t(
                    "Your answer is kept without your name and without a time. Moderators see shares only, after the "
                    "round has closed and from {n} answers on; fewer are deleted unread.",
                    n=SHOWN_FROM,
                )
            ),
        ),
        accent=Accent.CALM,
    )


async def show(ctx: Context, event: CommandUsed) -> Answer:
    """Let somebody answer who was not asked, or did not see it."""
    who = await reader(ctx, event)
    held = await ctx.db.pulses.rounds(most=1)
    if held and held[-1].closed_at is None:
        if await ctx.db.pulses.has_answered(held[-1].month, who.member.id):
            return answered_already(who)
        return Say(ask_card(who, held[-1].month))
    coming = next_round(ctx.config, ctx.now)
    if coming is None:
        return note(who.t("There is no pulse in this community at the moment."))
    day = who.t.date(coming, zone_of(who.member, who.account, ctx.config), now=ctx.now)
    return note(who.t("No round is open now. The next one begins on {day}.", day=day))


async def open_form(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form, while the round is open."""
    who = await reader(ctx, event)
    month, refusal = await _asked(ctx, who, event)
    return refusal or OpenForm(_form(who, month))


async def take(ctx: Context, event: FormSubmitted) -> Answer:
    """Keep an answer apart from who gave it."""
    who = await reader(ctx, event)
    month, refusal = await _asked(ctx, who, event)
    if refusal:
        return refusal
    grades = read_grades(event.values)
    if grades is None:
        again = Button(f"pulse:{month}", who.t.line("Answer three items"), Style.PRIMARY)
        return choose_each(who, event, _form(who, month), [topic.value for topic in Topic], again)
    if not await ctx.db.pulses.add(month, who.member.id, grades):
        return answered_already(who)
    return note(who.t("Thank you! It is kept without your name."), Accent.GOOD)


async def _asked(ctx: Context, who: Reader, event: ActionPressed | FormSubmitted) -> tuple[str, Say | None]:
    month = "".join(arguments(event)[:1])
    held = await ctx.db.pulses.round(month)
    if held is None or held.closed_at is not None:
        return month, note(who.t("This round is closed. Thank you all the same!"), Accent.WARM)
    if await ctx.db.pulses.has_answered(month, who.member.id):
        return month, answered_already(who)
    return month, None


def _form(who: Reader, month: str) -> Form:
    t = who.t
    grades = tuple(Option(str(grade), t.line(GRADE_NAMES[grade])) for grade in GRADES)
    items = tuple(
        Choice(key=topic.value, label=t.line(ITEMS[topic]), hint=t.line(MEANT[topic]), options=grades)
        for topic in Topic
    )
    return Form(id=f"pulse:{month}", title=t.line("How does it feel?"), fields=items, submit=t.line("Send"),
                cancel=t.line("Cancel"))  # fmt: skip


async def not_now(ctx: Context, event: ActionPressed) -> Answer:
    """Leave somebody in peace for this month."""
    who = await reader(ctx, event)
    return Redraw(note(who.t("All right. Until the round closes, `/tsudoi pulse` is there if you like.")).card)


async def choose(ctx: Context, event: ActionPressed) -> Answer:
    """Never ask somebody again, or ask again."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    t, stops = who.t, event.action.startswith("pulse_off")
    await ctx.db.choices.set(who.member.id, SURVEY, OFF if stops else ON, ctx.now)
    if not stops:
        return Redraw(note(t("Thank you. I will ask you again."), Accent.GOOD).card)
    button = Button(f"pulse_on:{who.member.id}", t.line("Ask me again"))
    said = t("All right, I will not ask for your opinion any more, after meetups neither.")
    return Redraw(Card(parts=(Text(said), Buttons((button,)))))


FEATURE = Feature(
    "pulse.answering",
    routes=(
        command("tsudoi", PULSE.name, show),
        press("pulse", open_form, opens_form=True),
        form("pulse", take, forgets=True),
        press("pulse_no", not_now),
        press("pulse_off", choose),
        press("pulse_on", choose),
    ),
)
