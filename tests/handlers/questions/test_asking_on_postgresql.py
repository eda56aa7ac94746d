"""Asking on PostgreSQL: a form, an earlier answer, a draft, a message in a channel, a reply without a name."""

from datetime import timedelta

from chat.effects import DirectMessage, Post
from chat.form import Values
from community.questions.life import QuestionState
from tests.handlers.questions.asking import SAME, TITLE, all_of, crowd, public, solved, writes
from tests.handlers.stage import Stage, card_of, text_of


async def test_asking_is_the_same_on_postgresql(postgres_store: str) -> None:
    stage = await Stage.build(postgres_store)
    try:
        aki, bo, cho = [await stage.joins(name) for name in ("aki", "bo", "cho")]
        await crowd(stage)
        await solved(stage, bo, cho)
        assert TITLE in text_of(await stage.types(aki, "find", words="nginx"))
        values: Values = {"title": SAME[:150], "details": "", "name": "anonymous"}
        answer = await stage.sends(aki, "ask:0:", values)
        assert TITLE in text_of(answer)
        stage.sent.clear()
        for _ in range(2):
            await stage.presses(aki, card_of(answer), "q_anyway")
        assert len([e for e in public(stage) if isinstance(e, Post)]) == 1
        question = (await all_of(stage))[-1]
        assert question.state is QuestionState.OPEN
        assert question.anonymous
        assert question.root
        stage.sent.clear()
        await stage.says(bo, "Try the raw body.", to=question.root)
        (dm,) = [e for e in stage.sent if isinstance(e, DirectMessage) and e.user == aki]
        await stage.presses(aki, dm.card, "q_whisper")
        stage.sent.clear()
        await stage.sends(aki, f"q_whisper:{question.id}", {"said": "That was it."})
        assert [text_of(e).split("\n")[0] for e in public(stage)] == ["Who asked says:"]
        await writes(stage, cho, "How can I export all invoices of last month as CSV? I cannot find a button for it.")
        await stage.sends(aki, "ask:0:", {**values, "title": f"Again: {SAME}"[:150]})
        before = len(await all_of(stage))
        await stage.passes(timedelta(days=7, minutes=1))
        assert len(await all_of(stage)) == before - 1
    finally:
        await stage.db.close()
