"""Looks for somebody to answer: invites peers, a few at a time, then calls the topic's group, then the moderators.

A question that waits has one timer for its next step, and each invitation one for the patience with whoever was asked.
What a timer finds when it rings decides what happens, so one that rings twice does nothing the second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from chat.effects import DirectMessage, Post
from chat.ids import Platform
from chat.text import Mention
from community.config import TopicSettings
from community.hours.quiet_hours import next_decent_moment
from community.people.members import Member
from community.questions.life import Question, QuestionState, Search
from community.routing.invitations import Choice, patience_ends
from community.routing.ranking import ReasonKind
from community.signals import EffectSettled, TimerDue
from handlers.context import Context
from handlers.public import channel_translator, mention_of
from handlers.questions.candidates import Around, account_for, is_patient, look_around
from handlers.questions.cards import Shown
from handlers.questions.escalation import tell_moderators
from handlers.questions.invitation_cards import Told, group_card, invitation_card, reason_text, told_reason
from handlers.questions.withdraw import INVITE, SILENCE, invitation_key, log_invitation, settle_invitation
from handlers.readers import Reader, as_reader, quiet_hours_of, zone_of
from handlers.routes import Feature, due, settled
from storage.questions.invitations import Invitation, InvitationState

SWITCHED_OFF_PAUSE = timedelta(days=1)
UNREACHED_PAUSE = timedelta(
    days=7
)  # who cannot be written to today cannot be tomorrow; next week they may have let the bot in


async def take_next_step(ctx: Context, event: TimerDue) -> None:
    """Take the next step in the search for somebody to answer."""
    question = await ctx.db.questions.get(int(event.subject))
    if question is None or question.state is not QuestionState.OPEN:
        return
    if not ctx.config.questions.enabled:  # switched off: it is looked after again once they are switched on
        await ctx.db.timers.set(INVITE, question.id, ctx.now + SWITCHED_OFF_PAUSE)
        return
    asker = await ctx.db.people.by_id(question.asker) if question.asker is not None else None
    if asker is None or asker.left_at is not None or question.root is None:
        return  # nobody would read the answer; or the card never reached its channel
    match question.search:
        case Search.PEERS:
            await _invite_peers(ctx, question)
        case Search.GROUP:
            await tell_moderators(ctx, question, key=event.key)
        case Search.OFF | Search.STAFF:
            pass


async def _invite_peers(ctx: Context, question: Question) -> None:
    settings = ctx.config.questions
    invitations = await ctx.db.invitations.about(question.id)
    waiting = sum(invitation.state is InvitationState.OFFERED for invitation in invitations)
    most = settings.rounds * settings.invite_at_once
    left = min(most - sum(map(is_patient, invitations)), 2 * most - len(invitations))
    places = min(settings.invite_at_once - waiting, left)
    if places <= 0:
        if not waiting:
            await _call_group(ctx, question)
        return
    around = await look_around(ctx, question, invitations)
    decision = around.decide(ctx, question, len(invitations), places)
    if decision.invite:
        if not waiting:
            question = replace(question, round=question.round + 1)
            await ctx.db.questions.save(question)
        for choice in decision.invite:
            await _invite(ctx, question, around, choice)
    elif waiting:
        return  # whatever becomes of that invitation brings the search back here
    elif decision.wait_until is not None:
        await ctx.db.timers.set(INVITE, question.id, decision.wait_until)
    else:
        await _call_group(ctx, question)


async def _invite(ctx: Context, question: Question, around: Around, choice: Choice) -> None:
    member = around.members[choice.member]
    account = account_for(member, question)
    if account is None or question.root is None:
        return
    who = as_reader(member, account, ctx.config)
    why = _why(question, around, choice)
    invitation = Invitation(
        question=question.id,
        member=member.id,
        account=account.user,
        round=question.round,
        reason=why,
        explored=choice.explored,
        asked_at=ctx.now,
    )
    new_id = await ctx.db.invitations.add(invitation)
    if new_id is None:
        return
    card = invitation_card(
        question,
        await _shown_to(ctx, question, who),
        reason_text(why, who.t, ctx.config, zone_of(member, account, ctx.config)),
        who.t,
        invitation_id=new_id,
        link=ctx.chat.link(question.root),
        cap=around.cap,
    )
    ctx.db.outbox.add(DirectMessage(account.user, card), key=invitation_key(new_id), report=True)
    await wait_for(ctx, member, new_id)
    log_invitation(ctx, question, invitation, "offered")


async def _shown_to(ctx: Context, question: Question, who: Reader) -> Shown:
    """Return who asks, as the reader may know it."""
    if question.anonymous or question.root is None:
        return Shown()
    asker: Mention | None = await mention_of(ctx, question.asker, question.root.place, who.t)
    return Shown(asker=asker)


def _why(question: Question, around: Around, choice: Choice) -> Told:
    line = next((line for line in around.ranking if line.member == choice.member), None)
    if line is None and around.standings[choice.member].gives and question.topic:
        return {"kind": ReasonKind.SAYS.value, "v0": question.topic}
    return told_reason(line.reasons if line else (), explored=choice.explored, anonymous=question.anonymous)


async def wait_for(ctx: Context, member: Member, invitation_id: int, **data: str) -> None:
    """Wait for a word of somebody who was asked, as long as they are awake for it."""
    zone = zone_of(member, next(iter(member.accounts), None), ctx.config)
    until = patience_ends(quiet_hours_of(member), zone, ctx.config.questions.widen_after_hours, ctx.now)
    await ctx.db.timers.set(SILENCE, invitation_id, until, **data)


async def go_on(ctx: Context, question: Question) -> None:
    """Look on at once, where peers are still being invited; a group that was called keeps its time."""
    if question.state is not QuestionState.OPEN:
        return
    if question.search is Search.PEERS:
        await ctx.db.timers.set(INVITE, question.id, ctx.now)
    elif question.search is Search.GROUP and await ctx.db.timers.due_at(INVITE, question.id) is None:
        await _wait_for_group(ctx, question)


async def _call_group(ctx: Context, question: Question) -> None:
    """Call everybody who has to do with the topic, by day; then it is a while until the staff is told."""
    zone = ZoneInfo(ctx.config.time_zone)
    badge = _badge(ctx.config.topics, question)
    if badge and question.thread:
        moment = next_decent_moment(None, ctx.now, zone)
        if moment is not None and moment > ctx.now:
            await ctx.db.timers.set(INVITE, question.id, moment)
            return
        t = channel_translator(ctx, question.thread, question.language)
        ctx.db.outbox.add(
            Post(question.thread, group_card(question, badge, t, ctx.config)), key=f"qgroup:{question.id}"
        )
    await ctx.db.questions.save(replace(question, search=Search.GROUP))
    await _wait_for_group(ctx, question)


async def _wait_for_group(ctx: Context, question: Question) -> None:
    zone = ZoneInfo(ctx.config.time_zone)
    until = patience_ends(None, zone, ctx.config.questions.widen_after_hours, ctx.now)
    await ctx.db.timers.set(INVITE, question.id, until)


def _badge(topics: Sequence[TopicSettings], question: Question) -> str:
    topic = next((x for x in topics if x.id == question.topic), None)
    if topic is None or question.thread is None:
        return ""
    return topic.discord_role if question.thread.platform is Platform.DISCORD else topic.slack_group


async def note_delivery(ctx: Context, event: EffectSettled) -> None:
    """Take back an invitation that reached nobody: it was not theirs to answer, and is not counted."""
    invitation = await ctx.db.invitations.get(int(event.effect_key.partition(":")[2]))
    question = await ctx.db.questions.get(invitation.question) if invitation else None
    if event.ok or invitation is None or question is None or invitation.state is not InvitationState.OFFERED:
        return
    await settle_invitation(ctx, question, invitation, InvitationState.UNREACHED, reason="unreachable")
    await ctx.db.invitations.pause(invitation.member, ctx.now + UNREACHED_PAUSE)
    await go_on(ctx, question)


FEATURE = Feature("questions.invite", routes=(due(INVITE, take_next_step), settled("invite", note_delivery)))
