"""A question or an answer says something else now, or is gone: what others find follows the words."""

from __future__ import annotations

from dataclasses import replace

from chat.events import MessageDeleted, MessageEdited
from chat.limits import TITLE
from community.questions.answers import choices, goes_on, in_one, is_substantial, own_words
from community.questions.finding import recognise, title_of
from community.questions.life import (
    CloseReason,
    Question,
    QuestionMessage,
    QuestionState,
    Via,
    close,
    delete,
    reopen,
    unmark,
)
from community.signals import EffectSettled
from community.words import tame
from handlers.context import Context
from handlers.public import shortened
from handlers.questions.endings import asker_of
from handlers.questions.life_cards import which_card
from handlers.questions.proposals import tell_asker
from handlers.questions.steps import answer_given, index, note_change, root_key, show, take_step, thread_key
from handlers.readers import number
from handlers.routes import Feature, on, settled


async def note_edit(ctx: Context, event: MessageEdited) -> None:
    """Follow what a question or an answer says now."""
    if ctx.chat.is_bot(event.workspace, event.author.id):
        return
    text = tame(event.text)
    question = await ctx.db.questions.by_root(event.message)
    if question is not None:
        words = in_one(text, await _breath(ctx, question))
        if question.via is not Via.FORM and question.text != words:  # the bot's own card is changed by the bot alone
            await _edit_question(ctx, question, words, event.key)
        return
    said = await ctx.db.questions.message_at(event.message)
    if said is None or said.text == text:
        return
    question = await ctx.db.questions.get(said.question)
    if question is None:
        return
    own = own_words(question, await _breath(ctx, question))
    await ctx.db.questions.edit_message(said.id, text)
    if goes_on(question, said):
        await _edit_question(ctx, question, in_one(own, await _breath(ctx, question)), event.key)
        return
    now = replace(said, text=text)
    if said.member is not None and not said.by_asker and is_substantial(now) and not is_substantial(said):
        question = await answer_given(ctx, question, said.member, key=event.key)  # "wait, I know it: ..."
    await index(ctx, question)


async def _breath(ctx: Context, question: Question) -> list[QuestionMessage]:
    return [m for m in await ctx.db.questions.messages(question.id) if goes_on(question, m)]


async def _edit_question(ctx: Context, question: Question, text: str, key: str) -> None:
    if question.close_reason is CloseReason.DELETED or question.asker is None:
        return
    asked, asks = recognise(question.text).is_question, recognise(text).is_question
    title = " ".join(title_of(text, TITLE).split()) or shortened(" ".join(text.split()), TITLE)
    own_title = bool(question.root and question.root.place.thread)  # of a forum post, which stands over the words
    question = replace(question, text=text, title=question.title if own_title or not title else title)
    change = None
    if asked and not asks and question.first_reply_at is None:  # nobody has answered the words that are gone
        change = close(question, question.asker, CloseReason.EDITED, ctx.now)
    elif asks and question.close_reason is CloseReason.EDITED:
        change = reopen(question, question.asker)
    if change:
        await take_step(ctx, change, key=key)
    else:
        await note_change(ctx, question)


# ---- gone


async def note_deletion(ctx: Context, event: MessageDeleted) -> None:
    """Follow that a question, an answer or a whole thread is gone."""
    ref = event.message
    whole_thread = ref.place.thread is not None and ref.place.thread == ref.id
    question = await ctx.db.questions.by_root(ref)
    if question is not None:
        await _delete_question(ctx, question, event.key, with_root=True, with_thread=whole_thread)
    elif whole_thread:
        if question := await ctx.db.questions.in_thread(ref.place):
            await _delete_question(ctx, question, event.key, with_root=False, with_thread=True)
    elif said := await ctx.db.questions.message_at(ref):
        await _forget_answer(ctx, said, event.key)
    elif ref.place.thread:
        around = await ctx.db.questions.in_thread(ref.place)
        if around and await ctx.db.outbox.ref(thread_key(around.id)) == ref:  # somebody took the bot's card away
            await ctx.db.outbox.forget(thread_key(around.id))


async def _delete_question(ctx: Context, question: Question, key: str, *, with_root: bool, with_thread: bool) -> None:
    """Close a question whose message or thread is gone. Nothing is drawn any more where nothing stands."""
    for is_gone, card in ((with_root, root_key(question.id)), (with_thread, thread_key(question.id))):
        if is_gone:
            await ctx.db.outbox.cancel(card)
            await ctx.db.outbox.forget(card)
    if with_root and not with_thread:
        await ctx.db.outbox.cancel(thread_key(question.id))  # a thread cannot be opened on what is gone
    if change := delete(question, None, ctx.now):
        await take_step(ctx, change, key=key)


async def note_gone(ctx: Context, event: EffectSettled) -> None:
    """Draw a card no more whose thread went with the question: it was the last thing to say, and nobody misses it."""
    _, _, target = event.effect_key.partition("redraw:as:")
    kind, _, question_id = target.partition(":")
    if not event.ok and kind == "qthread" and number([question_id], 0) is not None:
        await ctx.db.outbox.forget(target)


async def _forget_answer(ctx: Context, said: QuestionMessage, key: str) -> None:
    question = await ctx.db.questions.get(said.question)
    if question is None:
        return
    own = own_words(question, await _breath(ctx, question))
    await ctx.db.questions.delete_message(said.id)
    if goes_on(question, said):
        await _edit_question(ctx, question, in_one(own, await _breath(ctx, question)), key)
        return
    if question.answer != said.id:
        await index(ctx, question)
        return
    if question.state is not QuestionState.SOLVED:
        await ctx.db.questions.save(replace(question, answer=None))
    elif change := unmark(question, None):
        question = await take_step(ctx, change, key=key)
        messages = await ctx.db.questions.messages(question.id)
        who = await asker_of(ctx, question)
        if who and choices(messages):
            card = await which_card(ctx, who, question, messages)
            tell_asker(ctx, question, who, card, key=f"qwhich:{question.id}:{key}")
    await show(ctx, question)


FEATURE = Feature(
    "questions.edits",
    routes=(on(MessageEdited, note_edit), on(MessageDeleted, note_deletion), settled("redraw", note_gone)),
)
