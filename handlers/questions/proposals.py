"""Asks who asked, in private, what only they can say: is it solved, and shall it be opened again. Never pressing."""

from __future__ import annotations

from datetime import timedelta

from chat.card import Card
from chat.effects import DirectMessage, Post, PostedAs, RedrawPost
from chat.text import RichText
from community.questions.life import Question, QuestionMessage, QuestionState
from handlers.context import Context
from handlers.questions.endings import asker_of
from handlers.questions.life_cards import again_card, first_answer_card, first_key, named, proposal_card
from handlers.questions.steps import PROPOSED
from handlers.readers import Reader, account_at, name_of

OPEN_FOR = timedelta(days=3)  # a proposal that nobody has answered by then is forgotten
NOT_YET = timedelta(days=1)  # who said "not yet" is not asked again this soon


def tell_asker(ctx: Context, question: Question, who: Reader, card: Card, *, key: str, aloud: bool = False) -> None:
    """Show a card to who asked, and nobody else: in the thread where that is possible, else as a direct message.

    ``aloud``: as a direct message in any case, because they may not be looking at the thread.
    """
    here = question.thread
    beside = here is not None and here.home == who.account.user.home and not question.anonymous
    if not aloud and here is not None and beside and ctx.chat.capabilities(here.home).private_posts:
        effect: Post | DirectMessage = Post(here, card, only_for=who.account.user)
    else:
        effect = DirectMessage(who.account.user, card)
    # `report`, so that an asker who takes no direct messages does not become a card for the moderators
    ctx.db.outbox.add(effect, key=key, report=True)


async def propose_solved(
    ctx: Context, question: Question, answer: QuestionMessage | None, *, by: Reader | None
) -> bool:
    """Ask whether it is solved; says whether that was asked. ``by`` proposes it, else the asker's own words do."""
    who = await _to_ask(ctx, question) if question.is_living else None
    if who is None:
        return False
    t, title = who.t, named(question, who)
    if by is None:
        said = t("Is {question} solved? Then I mark it, and others find the answer.", question=title)
    else:
        said = t("{who} thinks that {question} is solved. Is it?", who=by.mention, question=title)
    await _ask(ctx, question, who, proposal_card(ctx, who, question, answer, said))
    return True


async def propose_settled(ctx: Context, question: Question, answer: QuestionMessage | None) -> bool:
    """Ask, a while after the last word, whether it helped; says whether that was asked."""
    who = await _to_ask(ctx, question) if question.state is QuestionState.ANSWERED else None
    if who is None:
        return False
    said: RichText = who.t("Did the answers to {question} help?", question=named(question, who))
    await _ask(ctx, question, who, proposal_card(ctx, who, question, answer, said, otherwise=True))
    return True


async def offer_reopening(ctx: Context, question: Question) -> bool:
    """Ask whether a settled question shall be opened again; says whether that was asked."""
    who = await _to_ask(ctx, question)
    if who is None:
        return False
    await _ask(ctx, question, who, again_card(who, question))
    return True


async def not_now(ctx: Context, question: Question) -> None:
    """Ask nothing of this kind for a while."""
    await ctx.db.timers.set(PROPOSED, question.id, ctx.now + NOT_YET)


async def _to_ask(ctx: Context, question: Question) -> Reader | None:
    """Return who asked, where they are here and no other such question waits for them."""
    waiting = await ctx.db.timers.due_at(PROPOSED, question.id)
    if waiting is not None and waiting > ctx.now:
        return None
    return await asker_of(ctx, question)


async def _ask(ctx: Context, question: Question, who: Reader, card: Card) -> None:
    await ctx.db.timers.set(PROPOSED, question.id, ctx.now + OPEN_FOR)
    await _take_over(ctx, question, who)
    tell_asker(ctx, question, who, card, key=f"qpropose:{question.id}:{ctx.now.isoformat()}")


async def _take_over(ctx: Context, question: Question, who: Reader) -> None:
    """Take the buttons off the word of the first answer: one card at a time asks whether it is solved."""
    key = first_key(question.id)
    answer = next((m for m in await ctx.db.questions.messages(question.id) if not m.by_asker), None)
    author = await ctx.db.people.by_id(answer.member) if answer and answer.member is not None else None
    account = account_at(author, answer.ref.place.home) if author and answer else None
    if answer is None or account is None or not await ctx.db.outbox.holds(key):
        return
    card = first_answer_card(ctx, who, question, answer, name_of(account, who.t), asks=False)
    ctx.db.outbox.put(RedrawPost(PostedAs(key), card))
