"""What becomes of invitations: answered, taken back, or left open; and the search stopped as soon as it may be."""

from __future__ import annotations

from collections.abc import Callable

from chat.card import Accent, Card, Text
from chat.effects import PostedAs, RedrawPost
from community.questions.life import Question, QuestionState
from handlers.context import Context
from handlers.readers import account_of, as_reader
from locales import Translator
from storage.activity import Fact, Value
from storage.questions.invitations import UNASKED, UNSETTLED, Invitation, InvitationState

INVITE, SILENCE = "question.invite", "question.silence"  # timers: of a question, of an invitation
ESCALATE, IDLE = "question.escalate", "question.idle"  # timers of a question
CardOf = Callable[[Question, Translator], Card]


def invitation_key(invitation_id: int) -> str:
    """Return the business key of an invitation's message."""
    return f"invite:{invitation_id}"


async def settle_invitation(
    ctx: Context, question: Question, invitation: Invitation, state: InvitationState, *, reason: str | None = None
) -> None:
    """Store and log what became of an invitation; nobody waits for it any more."""
    await ctx.db.invitations.settle(invitation.id, state, ctx.now)
    await ctx.db.timers.drop(SILENCE, invitation.id)
    kind = InvitationState.WITHDRAWN if state is InvitationState.UNREACHED else state
    log_invitation(ctx, question, invitation, kind.value, **({"reason": reason} if reason else {}))


def log_invitation(ctx: Context, question: Question, invitation: Invitation, kind: str, **data: Value) -> None:
    """Log a fact about an invitation. Its subject is the question, and its actor who was invited."""
    if invitation.round == UNASKED and kind not in (InvitationState.ACCEPTED, InvitationState.ANSWERED):
        return  # nobody asked them, so there was nothing to pass, to leave open or to take back
    told: dict[str, Value] = {
        "topic": question.topic,
        "level": question.level,
        "round": invitation.round,
        "explored": invitation.explored,
        **data,
    }
    fact = Fact(f"invitation.{kind}", ctx.now, invitation.member, question.place, str(question.id), told)
    ctx.db.activity.record(fact, key=f"invitation.{kind}:{question.id}:{invitation.member}:{ctx.now.isoformat()}")


async def stop_search(ctx: Context, question: Question, *, by: int | None) -> None:
    """Ask nobody else, and tell those who were asked and have not said anything yet."""
    await ctx.db.timers.drop(INVITE, question.id)
    for invitation in await ctx.db.invitations.about(question.id):
        if invitation.member == by and question.state is QuestionState.ANSWERED:
            await _note_answered(ctx, question, invitation)
            continue
        if invitation.member == by and question.is_living:
            continue
        if invitation.state not in UNSETTLED:
            continue
        if invitation.state is InvitationState.ACCEPTED and question.is_living:
            continue  # who promised an answer may still give a second one
        await settle_invitation(ctx, question, invitation, InvitationState.WITHDRAWN)
        await redraw_invitation(ctx, invitation, over_card, question)


async def note_invited_answer(ctx: Context, question: Question, member_id: int) -> None:
    """Note that somebody who may have been invited has answered; a second answer changes nothing."""
    invitation = next((i for i in await ctx.db.invitations.about(question.id) if i.member == member_id), None)
    if invitation is not None:
        await _note_answered(ctx, question, invitation)


async def _note_answered(ctx: Context, question: Question, invitation: Invitation) -> None:
    if invitation.state not in (*UNSETTLED, InvitationState.SILENT, InvitationState.WITHDRAWN):
        return
    await settle_invitation(ctx, question, invitation, InvitationState.ANSWERED)
    await redraw_invitation(ctx, invitation, answered_card, question)


async def redraw_invitation(ctx: Context, invitation: Invitation, draw: CardOf, question: Question) -> None:
    """Put another card in place of an invitation."""
    member = await ctx.db.people.by_id(invitation.member)
    account = account_of(member, invitation.account)
    if member is None or account is None or account.left_at is not None:
        return
    if not await ctx.db.outbox.holds(invitation_key(invitation.id)):
        return  # nobody asked them: they took the question up by themself
    card = draw(question, as_reader(member, account, ctx.config).t)
    ctx.db.outbox.put(RedrawPost(PostedAs(invitation_key(invitation.id)), card))


def over_card(question: Question, t: Translator) -> Card:
    """Return a closing word for who need not do anything any more."""
    if question.state in (QuestionState.BEING_ANSWERED, QuestionState.ANSWERED, QuestionState.SOLVED):
        return Card(parts=(Text(t("Somebody has taken this question up. Nothing left to do; thank you!")),))
    return Card(parts=(Text(t("This question has settled itself. Nothing left to do; thank you!")),))


def answered_card(_question: Question, t: Translator) -> Card:
    """Return a closing word for who has answered."""
    return Card(parts=(Text(t("You have answered. Thank you!")),), accent=Accent.GOOD)
