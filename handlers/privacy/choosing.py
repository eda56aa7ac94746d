"""What a member lets the bot do: each choice in a line that says what it means, with one button that turns it."""

from __future__ import annotations

from dataclasses import dataclass

from chat.answers import Answer, Redraw
from chat.card import Button, Buttons, Card, Footnote, Part, Text, Title
from chat.events import ActionPressed
from chat.text import Bold, join, rich
from handlers.context import Context
from handlers.questions.asking import opt_in, opt_out
from handlers.readers import Reader, arguments, not_yours, reader
from locales import msg
from storage.activity import Fact
from storage.people.choices import DIGEST, KIND_WORDS, MATCHING, OFF, ON, RECOGNITION, SURVEY, THANKS_HINTS
from storage.questions.invitations import ROUTING


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: what it is called on its button, and what it means either way."""

    name: str
    label: str
    when_on: str
    when_off: str


CHOICES = (
    Choice(
        ROUTING,
        msg("Questions to me"),
        msg("I may ask you whether you can answer somebody's question."),
        msg("I ask you no questions of others."),
    ),
    Choice(
        RECOGNITION,
        msg("Good moments"),
        msg("I may ask you whether to tell others of a good moment of yours."),
        msg("I never praise you in public, nor ask about it."),
    ),
    Choice(
        DIGEST, msg("Weekly digest"), msg("The weekly digest may name you."), msg("The weekly digest never names you.")
    ),
    Choice(
        MATCHING,
        msg("Meeting others"),
        msg("I may bring you together with somebody, if you both want it."),
        msg("I bring you together with nobody."),
    ),
    Choice(
        SURVEY,
        msg("Surveys"),
        msg("I may ask for your opinion; your answers bear no name."),
        msg("I never ask for your opinion."),
    ),
    Choice(
        THANKS_HINTS,
        msg("Thanks"),
        msg("When you write thanks, I may ask in private whether to count it."),
        msg("I never ask whether your words were thanks."),
    ),
    Choice(
        KIND_WORDS,
        msg("Hints about words"),
        msg("When something you wrote may hurt, I may tell you in private."),
        msg("I give you no hints about words."),
    ),
)
_ROW = 3  # buttons side by side, that their labels stay readable on a phone


async def show(ctx: Context, event: ActionPressed) -> Answer:
    """Show what a member lets the bot do."""
    who = await reader(ctx, event)
    return Redraw(await _card(ctx, who)) if who.owns(event) else not_yours(who.t)


async def turn(ctx: Context, event: ActionPressed) -> Answer:
    """Turn one choice, and show all as they are now."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    words = arguments(event)
    name, value = "".join(words[1:2]), "".join(words[2:3])
    if value in {ON, OFF} and any(choice.name == name for choice in CHOICES):
        await _set(ctx, who, name, value, event.key)
    return Redraw(await _card(ctx, who))


async def _set(ctx: Context, who: Reader, name: str, value: str, key: str) -> None:
    if name == ROUTING:
        await (opt_in if value == ON else opt_out)(ctx, who, key)
        return
    await ctx.db.choices.set(who.member.id, name, value, ctx.now)
    if name == KIND_WORDS:  # nobody counts who is given hints
        return
    fact = Fact("member.chose", ctx.now, who.member.id, subject=name, data={"value": value})
    ctx.db.activity.record(fact, key=f"member.chose:{key}")


async def _card(ctx: Context, who: Reader) -> Card:
    t, member = who.t, who.member.id
    chosen = await ctx.db.choices.of(member)
    is_off = {name for name, value in chosen.items() if value == OFF}
    is_off |= {ROUTING} if await ctx.db.invitations.opted_out(ROUTING, among=(member,)) else set()
    lines, buttons = [], []
    for choice in CHOICES:
        off = choice.name in is_off
        name = t.line(choice.label)
        said = t(choice.when_off if off else choice.when_on)
        lines.append(rich("☐ " if off else "☑ ", Bold(name), "  ", said))
        label = t.line("Resume: {choice}", choice=name) if off else t.line("Stop: {choice}", choice=name)
        buttons.append(Button(f"privacy_set:{member}:{choice.name}:{ON if off else OFF}", label))
    parts: list[Part] = [Title(t.line("What I may ask and share")), Text(join("\n", lines))]
    parts += [Buttons(tuple(buttons[start : start + _ROW])) for start in range(0, len(buttons), _ROW)]
    parts += [
        Buttons((Button(f"privacy:{member}", t.line("Back to what I keep")),)),
        Footnote(t("A change holds from now on, on all your accounts.")),
    ]
    return Card(parts=tuple(parts))
