from datetime import timedelta

from chat.answers import Invalid, OpenForm, Redraw
from chat.card import Quote
from chat.effects import DirectMessage, Post
from chat.ids import MessageRef, UserRef
from community.questions.life import Question, QuestionMessage, QuestionState
from handlers.context import Context
from handlers.questions.relay import relay_reply
from tests.handlers.questions.asked import again, ask, within
from tests.handlers.stage import Stage, text_of


async def relayed(stage: Stage, question: Question, helper: UserRef, text: str = "Have you tried it off?") -> None:
    """Let a reply in the thread be carried to the asker."""

    async def carry(ctx: Context) -> None:
        member = await ctx.db.people.by_user(helper)
        assert member
        assert question.thread
        ref = MessageRef(question.thread, stage.key())
        said = QuestionMessage(question=question.id, member=member.id, ref=ref, text=text, at=ctx.now)
        row = await ctx.db.questions.add_message(said)
        stored = await ctx.db.questions.message(row or 0)
        assert stored
        await relay_reply(ctx, question, stored, member)

    await within(stage, carry)


async def asked(stage: Stage) -> tuple[Question, UserRef, UserRef]:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    question = await ask(stage, aki, anonymous=True)
    stage.sent.clear()
    return question, aki, bo


async def test_a_reply_reaches_who_asked_without_a_name(stage: Stage) -> None:
    question, aki, bo = await asked(stage)
    await relayed(stage, question, bo)
    (dm,) = stage.took(DirectMessage)
    assert dm.user == aki
    said = text_of(dm)
    assert "bo has answered" in said
    assert "Have you tried it off?" in said
    assert {"Read it there", "Reply without my name", "✅ Solved"} <= set(said.split("\n"))


async def test_a_reply_of_any_length_or_none_can_be_carried(stage: Stage) -> None:
    question, _aki, bo = await asked(stage)
    for text in ("<" * 40_000, ""):
        await relayed(stage, question, bo, text)
        await stage.passes(timedelta(minutes=11))
    assert len(stage.took(DirectMessage)) == 2


async def test_the_first_reply_comes_at_once_and_the_next_ones_together(stage: Stage) -> None:
    question, aki, bo = await asked(stage)
    for n in range(8):
        await relayed(stage, question, bo, f"Thought number {n}")
    assert ["Thought number 0" in text_of(dm) for dm in stage.took(DirectMessage)] == [True]
    await stage.passes(timedelta(minutes=11))
    (dm,) = [e for e in stage.took(DirectMessage) if e.user == aki]
    said = text_of(dm)
    assert "New replies" in said
    assert [n for n in range(8) if f"Thought number {n}" in said] == [3, 4, 5, 6, 7]
    assert "2 more" in said
    assert isinstance(await stage.presses(aki, dm.card, "q_yes"), Redraw)
    await stage.passes(timedelta(minutes=11))
    assert [e for e in stage.took(DirectMessage) if e.user == aki] == []
    await relayed(stage, question, bo, "One more thing")
    (dm,) = [e for e in stage.took(DirectMessage) if e.user == aki]
    assert "One more thing" in text_of(dm)


async def test_nobody_is_woken_by_a_reply(stage: Stage) -> None:
    question, aki, bo = await asked(stage)
    await stage.passes(timedelta(hours=14))  # midnight in Tokyo
    stage.sent.clear()
    await relayed(stage, question, bo, "Late thought")
    await relayed(stage, question, bo, "Later thought")
    assert [e for e in stage.took(DirectMessage) if e.user == aki] == []
    await stage.passes(timedelta(hours=7, minutes=59))
    assert [e for e in stage.took(DirectMessage) if e.user == aki] == []
    await stage.passes(timedelta(minutes=2))
    (dm,) = [e for e in stage.took(DirectMessage) if e.user == aki]
    assert "Late thought" in text_of(dm)
    assert "Later thought" in text_of(dm)


async def test_the_answer_goes_into_the_thread_without_a_name_and_is_kept(stage: Stage) -> None:
    question, aki, bo = await asked(stage)
    await relayed(stage, question, bo)
    (dm,) = stage.took(DirectMessage)
    assert "somebody else" in text_of(await stage.presses(bo, dm.card, "q_whisper"))
    opened = await stage.presses(aki, dm.card, "q_whisper")
    assert isinstance(opened, OpenForm)
    assert "somebody else" in text_of(await stage.sends(bo, opened.form, {"said": "It was me"}))
    assert stage.sent == []
    empty = await stage.sends(aki, opened.form, {"said": " \u202e"})
    assert isinstance(empty, Invalid)
    await stage.sends(aki, opened.form, {"said": "Yes, it is still on. @everyone"})
    (post,) = stage.took(Post)
    assert post.place == question.thread
    assert "Who asked says:" in text_of(post)
    assert any(isinstance(part, Quote) and "still on" in part.text for part in post.card.parts)
    assert aki.id not in repr(post)
    kept = await within(stage, lambda ctx: ctx.db.questions.messages(question.id))
    own = [message for message in kept if message.by_asker]
    assert [message.text for message in own] == ["Yes, it is still on. @everyone"]
    assert own[0].ref.id.startswith("m")  # where it stands, as the platform says


async def test_several_answers_without_a_name_are_several_posts(stage: Stage) -> None:
    question, aki, _bo = await asked(stage)
    for said in ("one word", "two words", "two words"):
        await stage.sends(aki, f"q_whisper:{question.id}", {"said": said})
    assert len(stage.took(Post)) == 3


async def test_what_cannot_be_posted_comes_back(stage: Stage) -> None:
    question, aki, _bo = await asked(stage)
    stage.refuses = lambda effect: isinstance(effect, Post)
    await stage.sends(aki, f"q_whisper:{question.id}", {"said": "I found it myself."})
    back = [dm for dm in stage.took(DirectMessage) if dm.user == aki]
    assert len(back) == 1
    assert "I found it myself." in text_of(back[0])
    stage.refuses = lambda _effect: False
    await stage.sends(aki, f"q_whisper:{question.id}", {"said": "I found it myself."})
    assert len(stage.took(Post)) == 1


async def test_a_named_question_cannot_be_answered_without_a_name(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await ask(stage, aki)
    stage.sent.clear()
    assert "somebody else" in text_of(await stage.acts(aki, f"q_whisper:{question.id}"))
    assert "somebody else" in text_of(await stage.acts(aki, "q_whisper:"))
    assert stage.sent == []


async def test_who_has_left_or_writes_themselves_is_not_written_to(stage: Stage) -> None:
    question, aki, bo = await asked(stage)
    await relayed(stage, question, aki)
    await stage.leaves(aki)
    stage.sent.clear()
    await relayed(stage, question, bo)
    assert stage.took(DirectMessage) == []


async def test_a_closed_door_says_nothing_in_public(stage: Stage) -> None:
    question, _aki, bo = await asked(stage)
    stage.refuses = lambda effect: isinstance(effect, DirectMessage)
    await relayed(stage, question, bo)
    assert stage.sent == []


async def test_solved_from_the_private_message_marks_the_answer_it_brought(stage: Stage) -> None:
    question, aki, bo = await asked(stage)
    await relayed(stage, question, bo, "Turn it off and on again.")
    (dm,) = stage.took(DirectMessage)
    assert isinstance(await stage.presses(aki, dm.card, "q_yes"), Redraw)
    after = await again(stage, question.id)
    assert after.state is QuestionState.SOLVED
    answer = await within(stage, lambda ctx: ctx.db.questions.message(after.answer or 0))
    assert answer
    assert answer.text == "Turn it off and on again."
    await stage.sends(aki, f"q_whisper:{question.id}", {"said": "The bollard was rusty."})  # what came later is found
    assert "webhooks" in text_of(await stage.types(bo, "find", words="rusty bollard"))
    assert all(aki.id not in repr(effect) for effect in stage.took(Post))


async def test_a_reply_in_the_real_thread_is_carried_and_who_asked_stays_unknown(stage: Stage) -> None:
    question, aki, bo = await asked(stage)
    assert question.root
    await stage.says(bo, "Try the raw body.", to=question.root)
    sent = stage.sent.copy()
    (dm,) = [e for e in sent if isinstance(e, DirectMessage) and e.user == aki]
    assert "Try the raw body." in text_of(dm)
    assert all(aki.id not in repr(e) for e in sent if e is not dm)
