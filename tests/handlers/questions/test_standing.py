"""A card that reaches its channel late finds what came to pass meanwhile."""

from __future__ import annotations

from dataclasses import replace

from chat.effects import PostedAs, RedrawPost
from community.questions.life import CloseReason, Question, QuestionState, close
from community.signals import EffectSettled
from handlers.context import Context
from handlers.questions.steps import take_step
from handlers.questions.withdraw import INVITE
from tests.handlers.questions.asked import WORDS, ask, within
from tests.handlers.stage import Stage, text_of


async def _arrives_late(stage: Stage, *, withdrawn: bool) -> Question:
    """Let a card stand in its channel only after the timer for peers has rung, or its asker has taken it back."""
    question = await ask(stage, await stage.joins("aki"))

    async def meanwhile(ctx: Context) -> None:
        waiting = replace(question, root=None, thread=None)
        await ctx.db.questions.save(waiting)
        await ctx.db.timers.drop(INVITE, question.id)
        change = close(waiting, waiting.asker, CloseReason.WITHDRAWN, ctx.now) if withdrawn else None
        if change:
            await take_step(ctx, change, key=stage.key())

    await within(stage, meanwhile)
    stage.sent.clear()
    key = f"question:{question.id}"
    arrived = EffectSettled(
        key=stage.key(), at=stage.now, effect_key=key, kind="question", ok=True, ref=question.root, expected=True
    )
    await stage.happens(arrived)
    return question


async def test_peers_are_looked_for_although_the_card_came_late(stage: Stage) -> None:
    question = await _arrives_late(stage, withdrawn=False)
    assert question.state is QuestionState.OPEN
    assert await stage.look(lambda unit: unit.timers.due_at(INVITE, question.id)) == stage.now


async def test_what_was_taken_back_on_the_way_does_not_go_on_asking(stage: Stage) -> None:
    question = await _arrives_late(stage, withdrawn=True)
    drawn = [e for e in stage.sent if isinstance(e, RedrawPost) and e.target == PostedAs(f"question:{question.id}")]
    assert "Taken back by who asked." in text_of(drawn[-1])
    assert WORDS not in text_of(drawn[-1])
    assert await stage.look(lambda unit: unit.timers.due_at(INVITE, question.id)) is None
