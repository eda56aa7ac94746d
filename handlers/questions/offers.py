"""The private offer to help with a question that stands in a channel, and what its asker answers to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chat.answers import Answer, Redraw
from chat.card import Accent, Button, Buttons, Card, Footnote, Part, Style, Text
from chat.effects import DirectMessage, Post
from chat.events import ActionPressed
from community.questions.life import Question, QuestionState, Search, unanswered
from community.signals import EffectSettled
from handlers.context import Context
from handlers.public import shortened
from handlers.questions.drafts import gone, pressed_question
from handlers.questions.earlier import Earlier, earlier_parts
from handlers.questions.steps import log, stand_in_thread, take_step, thread_key
from handlers.questions.withdraw import INVITE
from handlers.readers import Reader, not_yours, note, reader
from handlers.routes import Feature, press, settled

ONCE_IN = timedelta(hours=1)  # who asks three things in a row is asked back once
TITLE_SHOWN = 100


async def offer_help(ctx: Context, who: Reader, question: Question, found: Sequence[Earlier], key: str) -> None:
    """Offer help with a question to its asker, in private."""
    if question.root is None or await _offered_lately(ctx, who):
        return
    log(ctx, question, "offered_help", who.member.id, key)
    if found:
        log(ctx, question, "shown_earlier", who.member.id, key, n=len(found))
    card, place = _offer_card(ctx, who, question, found), question.root.place
    private = ctx.chat.capabilities(place.home).private_posts and who.account.user.home == place.home
    user = who.account.user
    effect = Post(place, card, only_for=user) if private else DirectMessage(user, card)
    ctx.db.outbox.add(effect, key=f"qoffer:{question.id}", report=True)


async def _offered_lately(ctx: Context, who: Reader) -> bool:
    offered = await ctx.db.activity.facts(["question.offered_help"], since=ctx.now - ONCE_IN)
    return any(fact.actor == who.member.id for fact in offered)


def _offer_card(ctx: Context, who: Reader, question: Question, found: Sequence[Earlier]) -> Card:
    t = who.t
    title = shortened(question.title, TITLE_SHOWN)
    parts: list[Part] = [Text(t("You have asked “{title}”. Shall I look for somebody who can answer?", title=title))]
    if found:
        parts += [Text(t("Something like this was answered before:")), *earlier_parts(ctx, who, found, question.id)]
    buttons = (
        Button(f"q_find:{question.id}", t.line("Find somebody"), Style.PRIMARY),
        Button(f"q_no:{question.id}", t.line("No, thanks")),
    )
    parts += [Buttons(buttons), Footnote(t("Only you can see this. I say nothing in public unless you want me to."))]
    return Card(parts=tuple(parts), accent=Accent.WARM)


async def note_offered(_ctx: Context, _event: EffectSettled) -> None:
    """Let it be where an offer could not be brought: in public nobody is spoken to unasked."""


# ---- what the asker answers


async def find_somebody(ctx: Context, event: ActionPressed) -> Answer:
    """Look for somebody who can answer: from now on it may be seen that the bot helps."""
    who = await reader(ctx, event)
    question = await pressed_question(ctx, event)
    if question is None:
        return gone(who)
    if question.asker != who.member.id:
        return not_yours(who.t)
    if not question.is_living:
        return Redraw(note(who.t("This question is settled already.")).card)
    await start_search(ctx, question, who.member.id, event.key)
    return Redraw(started_card(who))


def may_search(question: Question) -> bool:
    """Say whether nobody is asked yet, or no more: the moderators were told meanwhile, or the answers did not help."""
    if question.state is QuestionState.ANSWERED:
        return True
    return question.search is Search.OFF or (question.search is Search.STAFF and question.round == 0)


async def start_search(ctx: Context, question: Question, by: int, key: str) -> None:
    """Begin, or begin again, to look for somebody who can answer a question that stands in a channel."""
    if change := unanswered(question, by, wanted=True):
        if not question.wants_help:
            log(ctx, question, "help_wanted", by, key)
        question = await take_step(ctx, change, key=key)
    elif may_search(question):
        question = replace(question, search=Search.PEERS)
        await ctx.db.questions.save(question)
        log(ctx, question, "help_wanted", by, key)
        if question.state is QuestionState.OPEN:  # else whoever has taken it up gives it back first
            wait = timedelta(minutes=ctx.config.questions.invite_after_minutes)
            await ctx.db.timers.set(INVITE, question.id, ctx.now + wait)
    if question.root is not None and not await ctx.db.outbox.holds(thread_key(question.id)):
        await stand_in_thread(ctx, question, question.root)


def started_card(who: Reader) -> Card:
    """Say what happens now."""
    t = who.t
    said = t(
        "I am looking for people who may know, and ask them in private. Answers go into the thread of your message."
    )
    parts: tuple[Part, ...] = (Text(said), Footnote(t("When it is solved, press ✅ there: others will find it.")))
    return Card(parts=parts, accent=Accent.GOOD)


async def decline(ctx: Context, event: ActionPressed) -> Answer:
    """Note that the asker wants no help; the question stays where it is, and is still cared for."""
    who = await reader(ctx, event)
    question = await pressed_question(ctx, event)
    if question is None:
        return gone(who)
    if question.asker != who.member.id:
        return not_yours(who.t)
    if question.search is Search.OFF:
        log(ctx, question, "help_declined", who.member.id, "once")
    return Redraw(
        note(who.t("All right. If you change your mind: the menu of your message, “Ask the community”.")).card
    )


FEATURE = Feature(
    "questions.offers",
    routes=(press("q_find", find_somebody), press("q_no", decline), settled("qoffer", note_offered)),
)
