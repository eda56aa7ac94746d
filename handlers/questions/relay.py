"""Carries words between a thread and who asked there without a name: neither side sees more than the words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from chat.answers import Answer, Invalid, OpenForm
from chat.card import Accent, Button, Buttons, Card, Footnote, LinkButton, Part, Quote, Style, Text
from chat.effects import DirectMessage, Post
from chat.events import ActionPressed, FormSubmitted
from chat.form import Form, Paragraph
from chat.ids import MessageRef
from chat.text import Bold, RichText, rich
from community.hours.quiet_hours import next_decent_moment
from community.people.members import Member
from community.questions.answers import answers_of
from community.questions.finding import Substance, has_substance
from community.questions.life import Question, QuestionMessage, QuestionState
from community.signals import EffectSettled, TimerDue
from community.words import tame
from handlers.context import Context
from handlers.public import channel_translator, shortened
from handlers.questions.cards import SHOWN
from handlers.questions.steps import index
from handlers.questions.withdraw import IDLE
from handlers.readers import (
    Reader,
    account_at,
    account_of,
    arguments,
    as_reader,
    name_of,
    not_yours,
    note,
    number,
    quiet_hours_of,
    reader,
    zone_of,
)
from handlers.routes import Feature, due, form, press, settled
from locales import msg

WORDS = 1800  # characters of one reply without a name; a card shows them whole
TITLE_SHOWN = 100
BETWEEN = timedelta(minutes=10)  # replies come in a row: what follows the first comes together
DAY_BEGINS, DAY_ENDS = time(8), time(22)  # of who has named no quiet hours; an evening's answer is still welcome
SHOWN_AT_ONCE, GATHERED = 5, 400  # replies on one card, and characters of each
RELAY = "question.relay"  # a timer of a question: what came after message ``after`` is brought then
SAID = msg("Who asked says:")


async def relay_reply(ctx: Context, question: Question, message: QuestionMessage, author: Member) -> None:
    """Bring a reply to who asked without a name, in private. ``message`` must be stored already."""
    who = await nameless_asker(ctx, question)
    if who is None or author.id == question.asker:
        return
    if await ctx.db.timers.due_at(RELAY, question.id) is not None:
        return  # it goes with the next ones
    awake = _awake(ctx, who)
    if awake > ctx.now:
        await ctx.db.timers.set(RELAY, question.id, awake, after=str(message.id - 1))
        return
    await _bring_all(ctx, who, question, [message])


def _awake(ctx: Context, who: Reader) -> datetime:
    """Return when somebody may be written to: now, or when their night is over."""
    zone = zone_of(who.member, who.account, ctx.config)
    hours = quiet_hours_of(who.member)
    if hours is not None:
        return next_decent_moment(hours, ctx.now, zone, earliest=time.min, latest=time.max) or ctx.now
    return next_decent_moment(None, ctx.now, zone, earliest=DAY_BEGINS, latest=DAY_ENDS) or ctx.now


async def bring_gathered(ctx: Context, event: TimerDue) -> None:
    """Bring in one card what came since the last one, when who asked is awake."""
    question = await ctx.db.questions.get(int(event.subject))
    who = await nameless_asker(ctx, question) if question else None
    if question is None or who is None:
        return
    after = int(event.data.get("after", "0"))
    said = [
        m for m in answers_of(await ctx.db.questions.messages(question.id)) if m.id > after and m.member is not None
    ]
    awake = _awake(ctx, who)
    if awake > ctx.now and said:
        await ctx.db.timers.set(RELAY, question.id, awake, after=str(after))
    elif said:
        await _bring_all(ctx, who, question, said)


async def _bring_all(ctx: Context, who: Reader, question: Question, said: Sequence[QuestionMessage]) -> None:
    """Bring some replies in one message; the next ones wait a while."""
    t, shown = who.t, []
    for message in said[-SHOWN_AT_ONCE:]:
        author = await ctx.db.people.by_id(message.member) if message.member is not None else None
        account = account_at(author, message.ref.place.home) if author else None
        shown.append((message, name_of(account, t) if account else t.line("a member")))
    if len(shown) == 1:
        ((message, name),) = shown
        bring(ctx, who, question, message, t("{who} has answered {question}:", who=name, question=_named(question)))
    else:
        words: list[Part] = [Text(t("New replies to {question}:", question=_named(question)))]
        for message, name in shown:
            words += [Text(rich(Bold(name))), _quoted(who, message, GATHERED)]
        if len(said) > len(shown):
            more = len(said) - len(shown)
            words.append(Text(t.n("and {n} more before that", "and {n} more before that", more)))
        _send(ctx, who, question, shown[-1][0], words, answer=0)
    await ctx.db.timers.set(RELAY, question.id, ctx.now + BETWEEN, after=str(max(m.id for m in said)))


def bring(ctx: Context, who: Reader, question: Question, message: QuestionMessage, said: RichText) -> None:
    """Bring what stands in the thread to who asked without a name; ``said`` tells whose words they are."""
    _send(ctx, who, question, message, [Text(said), _quoted(who, message, SHOWN)], answer=message.id)


def _quoted(who: Reader, message: QuestionMessage, most: int) -> Quote:
    return Quote(shortened(message.text, most) if message.text.strip() else who.t.line("(no words, only a file)"))


def _send(
    ctx: Context, who: Reader, question: Question, last: QuestionMessage, words: Sequence[Part], *, answer: int
) -> None:
    """``answer``: the message that the button would mark; with 0 it is asked which one it was."""
    t = who.t
    buttons = (
        LinkButton(ctx.chat.link(last.ref), t.line("Read it there")),
        Button(f"q_whisper:{question.id}", t.line("Reply without my name")),
        Button(f"q_yes:{question.id}:{answer}", t.line("✅ Solved"), Style.PRIMARY),
    )
    card = Card(
        parts=(
            *words,
            Buttons(buttons),
            Footnote(t("You asked without your name. If you write in the thread yourself, your name is seen.")),
        ),
        accent=Accent.WARM,
    )
    ctx.db.outbox.add(DirectMessage(who.account.user, card), key=f"qrelay:{last.id}", report=True)


async def note_relayed(_ctx: Context, _event: EffectSettled) -> None:
    """Let it be where a reply could not be brought: in public nobody may be told who it was for."""


# ---- the other way


async def open_whisper(ctx: Context, event: ActionPressed) -> Answer:
    """Open the form for a reply without a name."""
    who = await reader(ctx, event)
    question = await _own(ctx, who, event)
    if question is None:
        return not_yours(who.t)
    return OpenForm(_form(who, question))


async def whisper(ctx: Context, event: FormSubmitted) -> Answer:
    """Post a reply without a name in the question's thread."""
    who = await reader(ctx, event)
    question = await _own(ctx, who, event)
    if question is None or question.thread is None:
        return not_yours(who.t)
    t = who.t
    said = tame(str(event.values.get("said", "")))
    if not said or has_substance(said) is Substance.NOTHING:
        return Invalid({"said": t.line("Please write at least a word.")}, _form(who, question).filled(event.values))
    # It is kept under a place of its own until it is known where it stands: its words may be the solution
    waiting = MessageRef(question.thread, f"whisper:{event.key}")
    kept = QuestionMessage(
        question=question.id, member=who.member.id, ref=waiting, text=said, at=ctx.now, by_asker=True
    )
    row = await ctx.db.questions.add_message(kept)
    if row is not None:
        public = channel_translator(ctx, question.thread, question.language)
        card = Card(parts=(Text(public(SAID)), Quote(shortened(said, SHOWN))))
        ctx.db.outbox.add(Post(question.thread, card), key=f"qwhisper:{question.id}:{row}", report=True)
    return note(t("It goes into the thread, without your name."), Accent.GOOD)


async def note_whispered(ctx: Context, event: EffectSettled) -> None:
    """Note where a reply without a name stands; one that could not be posted goes back to its writer."""
    _, question_id, row = event.effect_key.split(":")
    kept = await ctx.db.questions.message(int(row))
    question = await ctx.db.questions.get(int(question_id))
    if kept is None or question is None:
        return
    if event.ok and event.ref is not None:
        await ctx.db.questions.place_message(kept.id, event.ref)
        await _note_talk(ctx, question)
        return
    await ctx.db.questions.delete_message(kept.id)
    if who := await nameless_asker(ctx, question):
        words = Quote(shortened(kept.text, SHOWN))
        said = who.t("Your reply could not be posted: I may not write there. Here are your words:")
        back = DirectMessage(who.account.user, Card(parts=(Text(said), words), accent=Accent.WARM))
        ctx.db.outbox.add(back, key=f"unwhispered:{question.id}:{row}", report=True)


async def _note_talk(ctx: Context, question: Question) -> None:
    if question.state is QuestionState.SOLVED:
        await index(ctx, question)
    elif await ctx.db.timers.due_at(IDLE, question.id) is not None:  # they are talking: it is not idle
        await ctx.db.timers.set(IDLE, question.id, ctx.now + timedelta(days=ctx.config.questions.idle_after_days))


def _form(who: Reader, question: Question) -> Form:
    t = who.t
    field = Paragraph(
        key="said",
        label=t.line("Your reply"),
        hint=t.line("I post it in the thread. Nobody sees that it is you."),
        max_length=WORDS,
    )
    return Form(
        id=f"q_whisper:{question.id}",
        title=t.line("Reply without my name"),
        fields=(field,),
        submit=t.line("Post"),
        cancel=t.line("Cancel"),
    )


async def _own(ctx: Context, who: Reader, event: ActionPressed | FormSubmitted) -> Question | None:
    question_id = number(arguments(event), 0)
    question = await ctx.db.questions.get(question_id) if question_id is not None else None
    mine = question is not None and question.anonymous and question.asker == who.member.id
    return question if mine and question is not None and question.state is not QuestionState.DRAFT else None


async def nameless_asker(ctx: Context, question: Question) -> Reader | None:
    """Return who asked, at the account that they asked with, where they are still here."""
    member = await ctx.db.people.by_id(question.asker) if question.asker is not None else None
    account = account_of(member, question.account)
    if member is None or account is None or account.left_at is not None:
        return None
    return as_reader(member, account, ctx.config)


def _named(question: Question) -> Bold:
    return Bold(shortened(question.title, TITLE_SHOWN))


FEATURE = Feature(
    "questions.relay",
    routes=(
        due(RELAY, bring_gathered),
        press("q_whisper", open_whisper, opens_form=True),
        form("q_whisper", whisper),
        settled("qwhisper", note_whispered),
        settled("qrelay", note_relayed),
    ),
)
