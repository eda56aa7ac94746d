"""Answered, and then nothing: the asker is asked once whether it helped, by day, and left in peace after that."""

from __future__ import annotations

from community.hours.quiet_hours import next_decent_moment
from community.questions.answers import answers_of, best_of
from community.questions.life import QuestionState
from community.signals import TimerDue
from handlers.context import Context
from handlers.questions.endings import asker_of
from handlers.questions.proposals import propose_settled
from handlers.questions.withdraw import IDLE
from handlers.readers import quiet_hours_of, zone_of
from handlers.routes import Feature, due


async def ask_whether_it_helped(ctx: Context, event: TimerDue) -> None:
    """Ask who asked whether the answers helped. What nobody settles stays in the moderators' lists."""
    question = await ctx.db.questions.get(int(event.subject))
    if question is None or question.state is not QuestionState.ANSWERED:
        return
    who = await asker_of(ctx, question)
    if who is None:
        return
    zone = zone_of(who.member, who.account, ctx.config)
    welcome = next_decent_moment(quiet_hours_of(who.member), ctx.now, zone)
    if welcome is not None and welcome > ctx.now:
        await ctx.db.timers.set(IDLE, question.id, welcome)
        return
    answers = answers_of(await ctx.db.questions.messages(question.id))
    last = answers[-1].member if answers else None
    await propose_settled(ctx, question, best_of(answers, last) if last is not None else None)


FEATURE = Feature("questions.idle", routes=(due(IDLE, ask_whether_it_helped),))
