"""What moderators do with the questions of others is written down, whichever button it was, and can be taken back."""

from __future__ import annotations

from dataclasses import replace

from chat.effects import PostedAs, Remove
from chat.text import RichText
from community.questions.life import Question, QuestionState, reopen
from handlers.context import Context
from handlers.questions import steps
from handlers.readers import Reader, number
from handlers.routes import CannotUndoError
from locales import msg
from storage.audit import StoredDeed

DEEDS = {
    "question.closed": msg("{who} closed a question: {subject}"),
    "question.merged": msg("{who} closed a question as the same as another: {subject}"),
    "question.solved": msg("{who} marked a question of somebody else as solved: {subject}"),
    "question.reopened": msg("{who} opened a question of somebody else again: {subject}"),
    "question.handed_over": msg("{who} handed a question over to the product team: {subject}"),
}
ENDED = {
    "question.closed": QuestionState.CLOSED,
    "question.merged": QuestionState.CLOSED,
    "question.solved": QuestionState.SOLVED,
}


async def undo(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Open a question again, where it is still as the deed left it."""
    question_id = number(deed.what.subject.split(":"), 1)
    question = await ctx.db.questions.get(question_id) if question_id is not None else None
    newest = await ctx.db.audit.newest_of(deed.what.subject)
    change = None
    if question and newest and newest.id == deed.id and question.state is ENDED[deed.what.deed]:
        change = reopen(question, who.member.id)
    if change is None:
        raise CannotUndoError(who.t("The question has gone on since, so nothing was changed now."))
    await steps.take_step(ctx, change, key=f"undo:{deed.id}")
    return who.t("The question is open again.")


def handover_key(question: Question) -> str:
    """Return the business key of the post that hands a question over; handed over again, it is another."""
    at = int(question.handed_over_at.timestamp()) if question.handed_over_at else 0
    return f"handover:{question.id}:{at}"


async def take_from_product(ctx: Context, who: Reader, deed: StoredDeed) -> RichText:
    """Take a question back from the product team, where it has not answered and nothing else was done since.

    Raises:
        CannotUndoError: the team has answered, or the question has gone on.

    """
    question_id = number(deed.what.subject.split(":"), 1)
    question = await ctx.db.questions.get(question_id) if question_id is not None else None
    newest = await ctx.db.audit.newest_of(deed.what.subject)
    if question is not None and question.product_reply_at is not None:
        raise CannotUndoError(who.t("The product team has answered already, so nothing was changed now."))
    if question is None or not newest or newest.id != deed.id or question.handed_over_at is None:
        raise CannotUndoError(who.t("The question has gone on since, so nothing was changed now."))
    ctx.db.outbox.add(Remove(PostedAs(handover_key(question))), key=f"handover_undone:{deed.id}")
    await ctx.db.questions.save(replace(question, handed_over_at=None))
    return who.t("The question is no longer with the product team, and its post there is taken away.")


UNDOES = {**dict.fromkeys(ENDED, undo), "question.handed_over": take_from_product}
