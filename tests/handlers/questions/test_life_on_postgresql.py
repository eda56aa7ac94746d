"""A question's whole life on PostgreSQL, as on SQLite."""

from __future__ import annotations

from community.questions.life import CloseReason, QuestionState
from handlers.context import Context
from handlers.questions.leaving import forget_member
from tests.handlers.questions.asked import ask, within
from tests.handlers.questions.life import (
    FIX,
    OTHER,
    deletes,
    edits,
    finds,
    private_to,
    reacts,
    replies,
    stands,
)
from tests.handlers.stage import Stage


async def test_a_questions_whole_life_on_postgresql(postgres_store: str) -> None:
    stage = await Stage.build(postgres_store)
    try:
        aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
        question = await ask(stage, aki)
        assert question.root
        await reacts(stage, ben, question.root, "👀")
        assert (await stands(stage, question)).state is QuestionState.BEING_ANSWERED
        ref = await replies(stage, ben, question)
        await replies(stage, chie, question, OTHER)
        stage.sent.clear()
        await replies(stage, aki, question, "Thank you, that was it!", mentions=(ben,))
        (card,) = private_to(stage, aki)
        await stage.presses(aki, card, "q_yes")
        now = await stands(stage, question)
        assert (now.state, now.answer) == (QuestionState.SOLVED, 1)
        await edits(stage, ben, ref, f"{FIX} An idempotency table does it, too.")
        assert await finds(stage, "idempotency") == [question.id]

        async def forget(ctx: Context) -> None:
            member = await ctx.db.people.by_user(ben)
            assert member
            await forget_member(ctx, member.id, key="erasure:1")

        await within(stage, forget)
        assert await finds(stage, "idempotency") == []
        await deletes(stage, ref)
        assert (await stands(stage, question)).answer is None
        await deletes(stage, question.root)
        assert (await stands(stage, question)).close_reason is CloseReason.DELETED
    finally:
        await stage.db.close()
