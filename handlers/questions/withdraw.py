"""Stops the search for somebody to answer: as soon as somebody does, or nobody needs to any more."""

from __future__ import annotations

from chat.card import Card, Text
from chat.effects import PostedAs, RedrawPost
from community.question_life import Question, QuestionState
from handlers.context import Context
from handlers.readers import as_reader
from locales import Translator
from storage.invitations import UNSETTLED, Invitation, InvitationState

INVITE, SILENCE = "question.invite", "question.silence"  # timers: of a question, of an invitation
ESCALATE, IDLE = "question.escalate", "question.idle"  # timers of a question


def invitation_key(invitation_id: int) -> str:
    """Return the business key of an invitation's message."""
    return f"invite:{invitation_id}"


async def stop_search(ctx: Context, question: Question, *, by: int | None) -> None:
    """Ask nobody else, and tell those who were asked and have not said anything yet."""
    await ctx.db.timers.drop(INVITE, question.id)
    for invitation in await ctx.db.invitations.about(question.id):
        if invitation.state not in UNSETTLED or invitation.member == by:
            continue
        if invitation.state is InvitationState.ACCEPTED and question.is_living:
            continue  # who promised an answer may still give a second one
        await ctx.db.invitations.settle(invitation.id, InvitationState.WITHDRAWN, ctx.now)
        await ctx.db.timers.drop(SILENCE, invitation.id)
        await redraw_invitation(ctx, invitation, question)


async def redraw_invitation(ctx: Context, invitation: Invitation, question: Question) -> None:
    """Put a closing word in place of an invitation's buttons."""
    member = await ctx.db.people.by_id(invitation.member)
    account = next((a for a in member.accounts if a.user == invitation.account), None) if member else None
    if member is None or account is None:
        return
    t = as_reader(member, account, ctx.config).t
    ctx.db.outbox.put(RedrawPost(PostedAs(invitation_key(invitation.id)), _over_card(question, t)))


def _over_card(question: Question, t: Translator) -> Card:
    if question.state in (QuestionState.BEING_ANSWERED, QuestionState.ANSWERED, QuestionState.SOLVED):
        return Card(parts=(Text(t("Somebody has taken this question up. Nothing left to do; thank you!")),))
    return Card(parts=(Text(t("This question has settled itself. Nothing left to do; thank you!")),))
