"""Who asked or answered is gone: from the community, or, by their own wish, from everything that is kept."""

from __future__ import annotations

from collections.abc import Collection

from chat.events import MemberLeft
from community.people.members import Member
from community.questions.life import CloseReason, Question, QuestionState, close, put_down
from handlers.context import Context
from handlers.questions.drafts import forget as forget_draft
from handlers.questions.invite import go_on
from handlers.questions.invited import release
from handlers.questions.steps import PROPOSED, note_change, take_step, untitle
from handlers.questions.withdraw import IDLE
from handlers.routes import Feature, on
from storage.questions.invitations import InvitationState


async def note_departure(ctx: Context, event: MemberLeft) -> None:
    """Close what nobody has answered yet, when its asker leaves with their last account; answers stay as they are."""
    member = await ctx.db.people.by_user(event.user)
    if member is None or not _is_gone(member, event):
        return
    for question in await ctx.db.questions.asked_by(member.id):
        await _let_go(ctx, question, event.key)


def _is_gone(member: Member, event: MemberLeft) -> bool:
    return all(account.left_at is not None or account.user == event.user for account in member.accounts)


async def _let_go(ctx: Context, question: Question, key: str) -> Question:
    """Let a question stand, or close it, without somebody who could say whether it is solved."""
    if question.state is QuestionState.DRAFT:
        await forget_draft(ctx, question)
        return question
    for timer in (IDLE, PROPOSED):  # nobody is asked whether it helped
        await ctx.db.timers.drop(timer, question.id)
    if question.first_reply_at is None and (change := close(question, None, CloseReason.LEFT, ctx.now)):
        return await take_step(ctx, change, key=key)
    return question


async def forget_member(ctx: Context, member_id: int, *, key: str) -> None:
    """Take a member's words and name out of all questions; that there were questions and answers stays as fact.

    Call it before the member's own row is deleted; what the outbox keeps is the work of the erasure, for all alike.
    ``key`` names the erasure.
    """
    asked = await ctx.db.questions.asked_by(member_id)
    touched = {question.id for question in asked} | set(await ctx.db.questions.answered_by(member_id))
    for invitation in await ctx.db.invitations.unsettled_of(member_id):
        if question := await ctx.db.questions.get(invitation.question):
            await release(ctx, question, invitation, reason="erased", key=key)
    for question in asked:
        await _let_go(ctx, question, key)
    for question in asked:
        await untitle(ctx, question)
    await ctx.db.questions.forget(member_id)
    for question in (await ctx.db.questions.of_ids(touched)).values():
        await note_change(ctx, question)  # indexed and drawn again, without them


async def go_on_after(ctx: Context, question_ids: Collection[int], *, key: str) -> None:
    """Let questions go on, or stand, whose people were taken out of the store already: it was restored."""
    for question in (await ctx.db.questions.of_ids(question_ids)).values():
        after = question
        if question.asker is None:
            after = await _let_go(ctx, question, key)
        elif question.state is QuestionState.BEING_ANSWERED and not await _is_promised(ctx, question):
            change = put_down(question, None)
            after = await take_step(ctx, change, key=key) if change else question
        if after.state is not QuestionState.DRAFT:
            await go_on(ctx, after)  # somebody who was asked may be gone
            await note_change(ctx, after)


async def _is_promised(ctx: Context, question: Question) -> bool:
    about = await ctx.db.invitations.about(question.id)
    return any(one.state is InvitationState.ACCEPTED for one in about)


FEATURE = Feature("questions.leaving", routes=(on(MemberLeft, note_departure),))
