"""What invited members answer: yes, not this time, not this week, never again; or nothing, or they leave."""

from __future__ import annotations

from datetime import timedelta

from chat.answers import Answer, Redraw
from chat.effects import DirectMessage
from chat.events import ActionPressed, MemberLeft
from community.questions.life import Question, QuestionState, put_down, take_up
from community.signals import TimerDue
from handlers.context import Context
from handlers.questions.asking import opt_out
from handlers.questions.invitation_cards import accepted_card, passed_card, reminder_card, silent_card, stopped_card
from handlers.questions.invite import go_on, wait_for
from handlers.questions.steps import show, take_step
from handlers.questions.withdraw import (
    SILENCE,
    log_invitation,
    over_card,
    redraw_invitation,
    settle_invitation,
)
from handlers.readers import Reader, account_of, arguments, as_reader, not_yours, number, reader, zone_of
from handlers.routes import Feature, due, on, press
from storage.questions.invitations import UNSETTLED, Invitation, InvitationState

PAUSE = timedelta(days=7)  # "this week" is seven days, whatever the weekday
OPEN_TO_YES = frozenset(InvitationState) - {InvitationState.ACCEPTED, InvitationState.ANSWERED}


async def accept(ctx: Context, event: ActionPressed) -> Answer:
    """Note that somebody will answer; late is fine."""
    who, invitation, question = await _load(ctx, event)
    if invitation is None or question is None:
        return not_yours(who.t)
    if not question.is_living or question.root is None:
        return Redraw(over_card(question, who.t))
    others = question.state is not QuestionState.OPEN
    if invitation.state in OPEN_TO_YES:
        await ctx.db.invitations.settle(invitation.id, InvitationState.ACCEPTED, ctx.now)
        log_invitation(ctx, question, invitation, InvitationState.ACCEPTED.value)
        await wait_for(ctx, who.member, invitation.id)
        if change := take_up(question, who.member.id, ctx.now):
            await take_step(ctx, change, key=event.key)
    elif invitation.state is InvitationState.ACCEPTED:
        others = False  # who is on it is this very member
    link = ctx.chat.link(question.root)
    return Redraw(accepted_card(question, who.t, invitation_id=invitation.id, link=link, others=others))


async def decline(ctx: Context, event: ActionPressed) -> Answer:
    """Note that somebody cannot this time, and go on."""
    who, invitation, question = await _load(ctx, event)
    if invitation is None or question is None:
        return not_yours(who.t)
    await _pass(ctx, question, invitation, InvitationState.PASSED, event.key)
    if not question.is_living:
        return Redraw(over_card(question, who.t))  # nobody else is asked either
    return Redraw(passed_card(who.t, invitation_id=invitation.id))


async def pause(ctx: Context, event: ActionPressed) -> Answer:
    """Ask somebody nothing for a week, and go on."""
    who, invitation, question = await _load(ctx, event)
    if invitation is None or question is None:
        return not_yours(who.t)
    until = ctx.now + PAUSE
    await ctx.db.invitations.pause(who.member.id, until)
    await _pass(ctx, question, invitation, InvitationState.PAUSED, event.key)
    day = who.t.date(until, zone_of(who.member, who.account, ctx.config))
    return Redraw(passed_card(who.t, invitation_id=invitation.id, until=day))


async def stop_asking(ctx: Context, event: ActionPressed) -> Answer:
    """Ask somebody never again."""
    who, invitation, question = await _load(ctx, event)
    if invitation is None or question is None:
        return not_yours(who.t)
    await _pass(ctx, question, invitation, InvitationState.PASSED, event.key)
    await opt_out(ctx, who, event.key)
    return Redraw(stopped_card(who.t, who.member.id))


async def release(ctx: Context, question: Question, invitation: Invitation, *, reason: str, key: str) -> None:
    """Go on without an invited member who is gone, whatever they had said."""
    promised = invitation.state is InvitationState.ACCEPTED
    await settle_invitation(ctx, question, invitation, InvitationState.WITHDRAWN, reason=reason)
    if promised:
        await _give_back(ctx, question, invitation, key)
    else:
        await go_on(ctx, question)


async def _pass(ctx: Context, question: Question, invitation: Invitation, state: InvitationState, key: str) -> None:
    if invitation.state not in (*UNSETTLED, InvitationState.SILENT):
        return
    promised = invitation.state is InvitationState.ACCEPTED
    await settle_invitation(ctx, question, invitation, state)
    if promised:
        await _give_back(ctx, question, invitation, key)
    elif question.state is QuestionState.OPEN:
        await go_on(ctx, question)


async def _give_back(ctx: Context, question: Question, invitation: Invitation, key: str) -> None:
    """Let a question look for somebody again, unless another promised to answer it, too."""
    about = await ctx.db.invitations.about(question.id)
    if any(i.state is InvitationState.ACCEPTED and i.member != invitation.member for i in about):
        await show(ctx, question)  # with the other's name
        return
    if change := put_down(question, invitation.member):
        await go_on(ctx, await take_step(ctx, change, key=key))


# ---- silence


async def note_silence(ctx: Context, event: TimerDue) -> None:
    """Go on without somebody who has said nothing; remind once, and then release, who said yes and has not come."""
    invitation = await ctx.db.invitations.get(int(event.subject))
    question = await ctx.db.questions.get(invitation.question) if invitation else None
    if invitation is None or question is None or question.root is None or invitation.state not in UNSETTLED:
        return
    link = ctx.chat.link(question.root)
    if invitation.state is InvitationState.OFFERED:
        await settle_invitation(ctx, question, invitation, InvitationState.SILENT)
        if question.is_living:
            await redraw_invitation(
                ctx, invitation, lambda q, t: silent_card(q, t, invitation_id=invitation.id, link=link), question
            )
        await go_on(ctx, question)
    elif question.state is QuestionState.BEING_ANSWERED:
        member = await ctx.db.people.by_id(invitation.member)
        account = account_of(member, invitation.account)
        if member and account and event.data.get("reminded") is None:
            t = as_reader(member, account, ctx.config).t
            card = reminder_card(question, t, invitation_id=invitation.id, link=link)
            ctx.db.outbox.add(DirectMessage(account.user, card), key=f"invremind:{invitation.id}", report=True)
            await wait_for(ctx, member, invitation.id, reminded="yes")
            return
        await settle_invitation(ctx, question, invitation, InvitationState.SILENT)
        await redraw_invitation(
            ctx, invitation, lambda q, t: silent_card(q, t, invitation_id=invitation.id, link=link), question
        )
        await _give_back(ctx, question, invitation, event.key)


# ---- who leaves


async def note_departure(ctx: Context, event: MemberLeft) -> None:
    """Go on without an invited member who is gone."""
    member = await ctx.db.people.by_user(event.user)
    if member is None:
        return
    for invitation in await ctx.db.invitations.unsettled_of(member.id):
        question = await ctx.db.questions.get(invitation.question)
        if question is None or (invitation.account != event.user and member.left_at is None):
            continue
        await release(ctx, question, invitation, reason="left", key=event.key)


async def _load(ctx: Context, event: ActionPressed) -> tuple[Reader, Invitation | None, Question | None]:
    who = await reader(ctx, event)
    invitation_id = number(arguments(event), 0)
    invitation = await ctx.db.invitations.get(invitation_id) if invitation_id is not None else None
    if invitation is None or invitation.member != who.member.id:
        return who, None, None
    return who, invitation, await ctx.db.questions.get(invitation.question)


FEATURE = Feature(
    "questions.invited",
    routes=(
        due(SILENCE, note_silence),
        on(MemberLeft, note_departure),
        press("inv_yes", accept),
        press("inv_no", decline),
        press("inv_pause", pause),
        press("inv_stop", stop_asking),
    ),
)
