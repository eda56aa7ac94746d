"""👀 somebody takes a question up: by the button, by a reaction, asked for it or not; and gives it back."""

from __future__ import annotations

from chat.answers import Answer
from chat.card import Accent, Card
from chat.events import ActionPressed
from chat.ids import Place, UserRef
from community.people.members import Member
from community.questions.life import Question, QuestionState, put_down, take_up
from handlers.context import Context
from handlers.public import is_closed
from handlers.questions.drafts import pressed_question
from handlers.questions.invitation_cards import accepted_card
from handlers.questions.invite import go_on, wait_for
from handlers.questions.steps import show, take_step
from handlers.questions.withdraw import CardOf, log_invitation, over_card, redraw_invitation, settle_invitation
from handlers.readers import note, reader, refused
from handlers.routes import Feature, press
from locales import Translator
from storage.questions.invitations import UNASKED, Invitation, InvitationState


async def take(ctx: Context, question: Question, member: Member, account: UserRef, *, key: str) -> bool:
    """Note that somebody will answer; says whether that is news."""
    if member.id == question.asker or question.state not in (QuestionState.OPEN, QuestionState.BEING_ANSWERED):
        return False
    mine = await _invitation_of(ctx, question, member.id)
    if mine is None:
        fresh = Invitation(question=question.id, member=member.id, account=account, round=UNASKED, asked_at=ctx.now)
        await ctx.db.invitations.add(fresh)
        mine = await _invitation_of(ctx, question, member.id)
    if mine is None or mine.state is InvitationState.ACCEPTED:
        return False
    await ctx.db.invitations.settle(mine.id, InvitationState.ACCEPTED, ctx.now)
    await wait_for(ctx, member, mine.id)
    if mine.round != UNASKED:
        log_invitation(ctx, question, mine, InvitationState.ACCEPTED.value)
        await redraw_invitation(ctx, mine, _accepted(ctx, mine), question)
    if change := take_up(question, member.id, ctx.now):
        await take_step(ctx, change, key=key)
    else:
        await show(ctx, question)
    return True


async def give_back(ctx: Context, question: Question, member: Member, _account: UserRef, *, key: str) -> None:
    """Note that somebody will not answer after all; if nobody else will, the search goes on."""
    mine = await _invitation_of(ctx, question, member.id)
    if mine is None or mine.state is not InvitationState.ACCEPTED:
        return
    await settle_invitation(ctx, question, mine, InvitationState.PASSED)
    await redraw_invitation(ctx, mine, over_card, question)
    about = await ctx.db.invitations.about(question.id)
    others = any(i.state is InvitationState.ACCEPTED for i in about)
    if not others and (change := put_down(question, member.id)):
        await go_on(ctx, await take_step(ctx, change, key=key))
    else:
        await show(ctx, question)


async def press_take(ctx: Context, event: ActionPressed) -> Answer:
    """Let somebody say in public that they will answer."""
    who, question = await reader(ctx, event), await pressed_question(ctx, event)
    t = who.t
    if question is None or question.state is QuestionState.DRAFT or not _reads(ctx, question, event.place):
        return refused(t("This question is no longer there."))
    if who.member.id == question.asker:
        return note(t("This is your own question. If you have found it out: press ✅, and say what helped."))
    if not question.is_living:
        return note(t("This question is settled already."))
    if question.state is QuestionState.ANSWERED:
        return note(t("There are answers already; yours is welcome in the thread."))
    news = await take(ctx, question, who.member, who.account.user, key=event.key)
    return note(t("Thank you! Your answer goes into the thread.") if news else t("I know, thank you!"), Accent.GOOD)


def _reads(ctx: Context, question: Question, pressed_in: Place | None) -> bool:
    """Say whether who pressed can read a question: one of a closed channel is taken up there alone."""
    if question.place is None or not is_closed(ctx, question.place, unseen=False):
        return True
    return pressed_in is not None and pressed_in.top == question.place.top


async def _invitation_of(ctx: Context, question: Question, member_id: int) -> Invitation | None:
    return next((i for i in await ctx.db.invitations.about(question.id) if i.member == member_id), None)


def _accepted(ctx: Context, invitation: Invitation) -> CardOf:
    def draw(question: Question, t: Translator) -> Card:
        link = ctx.chat.link(question.root) if question.root else ""
        return accepted_card(question, t, invitation_id=invitation.id, link=link, others=False)

    return draw


FEATURE = Feature("questions.taking", routes=(press("q_take", press_take),))
