"""What is said in a question's thread: kept, because it may be the answer; and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chat.events import MessagePosted
from chat.ids import MessageRef
from community.people.members import Member
from community.questions.answers import answers_of, is_substantial, is_talking, thanked_for
from community.questions.finding import recognise
from community.questions.life import CloseReason, Question, QuestionMessage, QuestionState, Via
from community.thanks.words import Thanks, read_thanks
from community.words import tame
from handlers.context import Context
from handlers.questions.endings import asker_of
from handlers.questions.life_cards import first_answer_card, first_key
from handlers.questions.proposals import offer_reopening, propose_solved, tell_asker
from handlers.questions.relay import relay_reply
from handlers.questions.steps import answer_given, index, log
from handlers.questions.withdraw import IDLE
from handlers.readers import account_at, name_of
from handlers.routes import Feature, on


async def note_message(ctx: Context, event: MessagePosted) -> None:
    """Keep what is said about a question, by whoever but bots."""
    if event.by_bot or event.direct or not (event.message.place.thread or event.reply_to):
        return  # nothing is looked up for what stands in a channel by itself
    question = await _question_of(ctx, event)
    if question is None or question.root == event.message or question.state is QuestionState.DRAFT:
        return
    author = await ctx.db.people.ensure(event.author, event.author_name, event.at)
    if author.is_bot:
        return
    said = QuestionMessage(
        question=question.id,
        member=author.id,
        ref=event.message,
        text=tame(event.text),
        at=event.at,
        by_asker=author.id == question.asker,
    )
    new_id = await ctx.db.questions.add_message(said)
    if new_id is None:
        return
    said = replace(said, id=new_id)
    if said.by_asker:
        await _note_askers_word(ctx, question, said, event)
    else:
        await _note_answer(ctx, question, said, author, event)
    if question.state is QuestionState.SOLVED:
        await index(ctx, question)
    elif await ctx.db.timers.due_at(IDLE, question.id) is not None:  # they are talking: it is not idle
        await ctx.db.timers.set(IDLE, question.id, ctx.now + timedelta(days=ctx.config.questions.idle_after_days))


async def _question_of(ctx: Context, event: MessagePosted) -> Question | None:
    """Return the question of a thread; in a flat channel, of the message that is quoted."""
    place = event.message.place
    if place.thread:
        return await ctx.db.questions.in_thread(place)
    quoted = MessageRef(place, event.reply_to or "")
    if question := await ctx.db.questions.by_root(quoted):
        return question
    said = await ctx.db.questions.message_at(quoted)
    return await ctx.db.questions.get(said.question) if said else None


# ---- somebody answers


async def _note_answer(
    ctx: Context, question: Question, said: QuestionMessage, author: Member, event: MessagePosted
) -> None:
    first, answers = question.first_reply_at is None, is_substantial(said) or event.files > 0
    if answers:
        question = await answer_given(ctx, question, author.id, key=event.key)
    if question.anonymous:
        await relay_reply(ctx, question, said, author)
    elif first and answers and question.via is Via.FORM and question.is_living:
        await _tell_of_first(ctx, question, said, author)


async def _tell_of_first(ctx: Context, question: Question, said: QuestionMessage, author: Member) -> None:
    """Tell who asked by the form, once: they may not look into the channel. Whoever is in the thread sees it anyway."""
    if is_talking(await ctx.db.questions.messages(question.id), ctx.now):
        return
    if who := await asker_of(ctx, question):
        account = account_at(author, said.ref.place.home)
        name = name_of(account, who.t) if account else who.t.line("a member")
        card = first_answer_card(ctx, who, question, said, name)
        tell_asker(ctx, question, who, card, key=first_key(question.id), aloud=True)


# ---- the asker writes


async def _note_askers_word(ctx: Context, question: Question, said: QuestionMessage, event: MessagePosted) -> None:
    if not said.text or question.close_reason is CloseReason.DELETED:
        return
    messages = await ctx.db.questions.messages(question.id)
    asks_on = recognise(said.text, opens=False).is_question
    thanks = read_thanks(said.text)
    if not question.is_living:
        if asks_on and thanks in (Thanks.NONE, Thanks.UNSOLVED):
            await offer_reopening(ctx, question)
        if question.state is not QuestionState.SOLVED:
            return
    if thanks not in (Thanks.THANKS, Thanks.SOLVED) or not answers_of(messages):
        return
    answer = thanked_for(messages, await _named(ctx, event))
    if answer is not None:
        log(ctx, question, "thanked", said.member, event.key, member=answer.member)
    if thanks is Thanks.SOLVED or not asks_on:  # "thanks! and how do I ..." is not over yet
        await propose_solved(ctx, question, answer, by=None)


async def _named(ctx: Context, event: MessagePosted) -> set[int]:
    """Return the members whom a message names or quotes."""
    users = [*event.mentions, *([event.reply_to_author] if event.reply_to_author else [])]
    found = [await ctx.db.people.by_user(user) for user in users]
    return {member.id for member in found if member is not None}


FEATURE = Feature("questions.replies", routes=(on(MessagePosted, note_message),))
