"""Questions that are typed, but not posted: kept for a week, and only their writer can do anything with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from chat.answers import Say
from chat.events import ActionPressed, FormSubmitted
from chat.text import Code
from community.questions.life import Question, QuestionState
from community.signals import TimerDue
from handlers.context import Context
from handlers.readers import Reader, arguments, number, refused
from handlers.routes import Feature, due

DRAFT_OVER = "question.draft"  # timer of a draft
KEPT = timedelta(days=7)


async def keep(ctx: Context, draft: Question) -> Question:
    """Store a draft, or what has become of it."""
    draft = replace(draft, state=QuestionState.DRAFT)
    if draft.id:
        await ctx.db.questions.save(draft)
    else:
        draft = await ctx.db.questions.add(draft) or draft  # a draft has no message yet, so none can stand in its way
    await ctx.db.timers.set(DRAFT_OVER, draft.id, ctx.now + KEPT)
    return draft


async def forget(ctx: Context, draft: Question) -> None:
    """Forget a draft that is not needed any more."""
    await ctx.db.timers.drop(DRAFT_OVER, draft.id)
    await ctx.db.questions.delete_draft(draft.id)


async def forget_abandoned(ctx: Context, event: TimerDue) -> None:
    """Forget a draft that nobody came back for."""
    await ctx.db.questions.delete_draft(int(event.subject))


async def pressed_question(ctx: Context, event: ActionPressed | FormSubmitted) -> Question | None:
    """Return the question that an action or form names first; whose it is, the caller asks."""
    question_id = number(arguments(event), 0)
    return await ctx.db.questions.get(question_id) if question_id else None


def gone(who: Reader) -> Say:
    """Say that a draft is no longer there."""
    return refused(who.t("These words are no longer kept. {ask} starts again.", ask=Code("/ask")))


FEATURE = Feature("questions.drafts", routes=(due(DRAFT_OVER, forget_abandoned),))
