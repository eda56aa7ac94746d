"""A member has themselves erased: they read what goes and what stays, type a word, and are told in private."""

from __future__ import annotations

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Accent, Button, Buttons, Card, Footnote, Style, Text, Title
from chat.events import ActionPressed, FormSubmitted
from chat.form import Form, Line
from chat.text import RichText, join
from community.signals import EffectSettled, TimerDue
from handlers.context import Context
from handlers.privacy.erasing import erase
from handlers.readers import Reader, not_yours, number, reader
from locales import Translator, msg

FORGET = "privacy.forget"  # the timer of an operator's order: its subject is the member
WORD = msg("erase")
GOES = (
    msg("your name, your accounts, your profile, what you chose"),
    msg("the words of your questions, answers, ideas, thanks and reports"),
    msg("your seats: whoever waits gets yours; meetups you organise go on with your co-organisers or the moderators"),
    msg("what I posted about you: your introduction, thanks, good moments; other posts are drawn anew without you"),
)
SEAT = msg("your seat in the community: while it is full, you would begin again at the end of the waiting list")
STAYS = (
    msg("counts, under a number that leads to nobody"),
    msg("what others wrote, and the title and description of meetups"),
    msg("answers to surveys: nobody can tell which are yours"),
    msg("a report about you that is still open, without your name, until the moderators have closed it"),
    msg("a mark by which I know your accounts again and keep nothing of them; it does not say whose it is"),
    msg("what I told others in private more than a month ago, and files that organisers took along"),
    msg("copies in backups of the community's operator, until these are too old"),
)
TYPED = 40


async def explain(ctx: Context, event: ActionPressed) -> Answer:
    """Say what goes and what stays."""
    who = await reader(ctx, event)
    return Redraw(await _explained(ctx, who)) if who.owns(event) else not_yours(who.t)


async def _explained(ctx: Context, who: Reader) -> Card:
    t, member = who.t, who.member.id
    has_seat = ctx.config.membership.cap and not await ctx.db.applications.is_waiting(member)
    goes = (*GOES, SEAT) if has_seat else GOES
    return Card(
        parts=(
            Title(t.line("Erase everything about you?")),
            Text(join("\n", [t("**This goes, at once and for good:**"), *_lines(t, goes)])),
            Text(join("\n", [t("**This stays:**"), *_lines(t, STAYS)])),
            Text(t("Messages that you wrote yourself in channels stay where they are; you can delete them there.")),
            Buttons(
                (
                    Button(f"privacy_sure:{member}", t.line("Erase everything…"), Style.DANGER),
                    Button(f"privacy_file:{member}", t.line("Take it along first")),
                    Button(f"privacy:{member}", t.line("Leave it")),
                )
            ),
            Footnote(t("Nobody is told of it.")),
        ),
        accent=Accent.ALERT,
    )


def _lines(t: Translator, said: tuple[str, ...]) -> list[RichText]:
    return [RichText(("• ",)) + t(one) for one in said]


async def open_form(ctx: Context, event: ActionPressed) -> Answer:
    """Ask for the word, so that nobody is erased by a slip of the finger."""
    who = await reader(ctx, event)
    return OpenForm(_form(who)) if who.owns(event) else not_yours(who.t)


def _form(who: Reader) -> Form:
    t = who.t
    word = t.line(WORD)
    label, hint = t.line("Type “{word}”", word=word), t.line("It cannot be taken back.")
    field = Line(key="word", label=label, hint=hint, max_length=TYPED)
    return Form(
        id=f"privacy_sure:{who.member.id}",
        title=t.line("Erase everything"),
        fields=(field,),
        submit=t.line("Erase"),
        cancel=t.line("Cancel"),
    )


async def erase_me(ctx: Context, event: FormSubmitted) -> Answer:
    """Erase whoever typed the word."""
    who = await reader(ctx, event)
    if not who.owns(event):
        return not_yours(who.t)
    t = who.t
    typed = str(event.values.get("word") or "").strip(" 「」“”\"'").casefold()
    if typed not in {t.line(WORD).casefold(), WORD}:
        return Invalid({"word": t.line("Please type “{word}”, or cancel.", word=t.line(WORD))}, _form(who))
    await erase(ctx, who.member, key=event.key)
    said = t(
        "It is done, your data is erased. Thank you for the time with us. To begin anew some day, use any command."
    )
    return Say(Card(parts=(Text(said),), accent=Accent.GOOD))


async def forget(ctx: Context, event: TimerDue) -> None:
    """Erase a member on the order of the operator (``tsudoi forget``)."""
    member_id = number([event.subject], 0)
    member = await ctx.db.people.by_id(member_id) if member_id is not None else None
    if member is not None:
        await erase(ctx, member, key=f"{FORGET}:{ctx.now.isoformat()}")


async def forget_home(ctx: Context, event: EffectSettled) -> None:
    """Forget to whom a blank home tab was sent."""
    await ctx.db.erasure.outbox.drop(event.effect_key)
    ctx.db.tidy_up()
