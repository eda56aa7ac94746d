"""What is said in a question's thread: kept, told once, and never asked about twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from chat.effects import DirectMessage, RedrawPost
from chat.events import MessagePosted
from chat.ids import UserRef, Workspace
from community.questions.life import QuestionState, Via
from handlers.questions.steps import PROPOSED
from storage.questions.invitations import InvitationState
from tests.handlers.questions.asked import ask
from tests.handlers.questions.asking import writes
from tests.handlers.questions.life import (
    FIX,
    OTHER,
    asked,
    facts_of,
    invitation_states,
    invites,
    private_to,
    replies,
    stands,
)
from tests.handlers.stage import DISCORD, SLACK, Stage, action, text_of


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_the_first_answer_is_told_to_who_asked_and_later_ones_are_not(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await stage.joins("aki", workspace), await stage.joins("ben", workspace)
    question = await asked(stage, aki)
    await stage.passes(timedelta(minutes=5))
    ref = await replies(stage, ben, question)
    (card,) = private_to(stage, aki)
    assert FIX in text_of(card)
    assert action(card, "q_yes") == f"q_yes:{question.id}:1"
    assert action(card, "q_notyet") == f"q_notyet:{question.id}"
    now = await stands(stage, question)
    assert (now.state, now.first_reply_by) == (QuestionState.ANSWERED, await stage.member(ben))
    (fact,) = await facts_of(stage, "question.answered")
    assert (fact.data["first"], fact.data["seconds"]) == (True, 300.0)
    assert fact.place == ref.place
    await replies(stage, ben, question, OTHER)
    assert private_to(stage, aki) == []
    assert len(await facts_of(stage, "question.answered")) == 1


async def test_who_writes_in_the_thread_already_is_not_called(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await replies(stage, aki, question, "It is version 3, by the way")
    assert (await stands(stage, question)).state is QuestionState.OPEN
    stage.sent.clear()
    await replies(stage, ben, question)
    assert private_to(stage, aki) == []


async def test_who_asked_in_a_channel_sees_the_answer_there(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(
        stage,
        aki,
    )
    assert question.via is Via.FORM
    ref = await writes(stage, aki, "How can I export all invoices of last month as CSV? I cannot find a button.")
    stage.sent.clear()
    await writes(stage, ben, FIX, thread=ref.id, reply_to=ref.id)
    assert private_to(stage, aki) == []
    assert len(await facts_of(stage, "question.answered")) == 1


async def test_an_answer_that_quotes_the_question_in_the_channel_counts(stage: Stage) -> None:
    aki, ben = await stage.joins("aki", DISCORD), await stage.joins("ben", DISCORD)
    question = await asked(stage, aki)
    assert question.root
    ref = await writes(stage, ben, FIX, reply_to=question.root.id)
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    await writes(stage, aki, "Thanks, that did the trick!", reply_to=ref.id)
    (fact,) = await facts_of(stage, "question.thanked")
    assert fact.data["member"] == await stage.member(ben)


async def test_a_bots_reply_is_no_answer(stage: Stage) -> None:
    aki = await stage.joins("aki")
    robot = await stage.joins("robot", is_bot=True)
    question = await asked(stage, aki)
    await replies(stage, robot, question, by_bot=True)
    await replies(stage, robot, question)  # known to be one, though this event does not say so
    now = await stands(stage, question)
    assert (now.state, now.first_reply_at) == (QuestionState.OPEN, None)
    assert await facts_of(stage, "question.answered") == []


async def test_an_invited_ones_answer_settles_their_invitation_and_frees_the_others(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    await invites(stage, question, ben)
    await invites(stage, question, chie)
    await replies(stage, ben, question)
    assert await invitation_states(stage, question) == [InvitationState.ANSWERED, InvitationState.WITHDRAWN]
    (fact,) = await facts_of(stage, "invitation.answered")
    assert (fact.actor, fact.subject) == (await stage.member(ben), str(question.id))
    await replies(stage, chie, question, OTHER)  # late, and welcome
    assert await invitation_states(stage, question) == [InvitationState.ANSWERED, InvitationState.ANSWERED]


async def test_a_message_in_a_channel_by_itself_costs_no_query(stage: Stage) -> None:
    aki = await stage.joins("aki")
    said: list[str] = []
    engine = stage.db.engine.sync_engine
    sa.event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    await stage.says(aki, "Good morning everybody")
    assert [s for s in said if "question_messages" in s or "questions.thread" in s or "questions.root" in s] == []


# ---- thanks


async def thanks(stage: Stage, text: str) -> tuple[UserRef, list[str]]:
    """Let somebody thank for an answer; return them, and what they are asked then."""
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await replies(stage, ben, question)
    stage.sent.clear()
    await replies(stage, aki, question, text)
    return aki, [text_of(card) for card in private_to(stage, aki)]


@pytest.mark.parametrize("text", ["Thank you so much!", "That fixed it!", "ありがとうございます！解決しました。"])
async def test_thanks_bring_one_private_proposal_with_the_answer(stage: Stage, text: str) -> None:
    aki, said = await thanks(stage, text)
    (proposal,) = said
    assert FIX in proposal
    assert "Yes, solved" in proposal
    (fact,) = await facts_of(stage, "question.thanked")
    assert fact.actor == await stage.member(aki)


@pytest.mark.parametrize(
    "text",
    ["Thanks anyway.", "Thanks, but it still fails with the same error.", "ありがとうございます。まだエラーが出ます。"],
)
async def test_thanks_anyway_propose_nothing(stage: Stage, text: str) -> None:
    _, said = await thanks(stage, text)
    assert said == []
    assert await facts_of(stage, "question.thanked") == []


async def test_thanks_before_any_answer_mean_nothing(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await asked(stage, aki)
    await replies(stage, aki, question, "Thank you all!")
    assert private_to(stage, aki) == []
    assert await facts_of(stage, "question.thanked") == []


async def test_thanks_to_somebody_by_name_are_theirs(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    await replies(stage, ben, question)
    await replies(stage, chie, question, OTHER)
    stage.sent.clear()
    await replies(stage, aki, question, "Thank you, that was it!", mentions=(ben,))
    (card,) = private_to(stage, aki)
    assert FIX in text_of(card)
    (fact,) = await facts_of(stage, "question.thanked")
    assert fact.data["member"] == await stage.member(ben)


async def test_the_asker_is_asked_once_and_after_not_yet_a_day_passes(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await replies(stage, ben, question)
    stage.sent.clear()
    await replies(stage, aki, question, "Thank you!")
    await replies(stage, aki, question, "Really, thank you!")
    (card,) = private_to(stage, aki)
    await stage.presses(aki, card, "q_notyet")
    await replies(stage, aki, question, "Thank you, Ben!")
    assert private_to(stage, aki) == []
    await stage.passes(timedelta(days=1, minutes=1))
    await replies(stage, aki, question, "Thank you, it works now!")
    assert len(private_to(stage, aki)) == 1


async def test_who_goes_on_asking_after_solved_is_offered_to_open_it_again(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await replies(stage, ben, question)
    await stage.acts(aki, f"q_solve:{question.id}")
    stage.sent.clear()
    await replies(stage, aki, question, "Good to know.")
    assert private_to(stage, aki) == []
    await replies(stage, aki, question, "Hm, how do I answer within five seconds when the import takes minutes?")
    (card,) = private_to(stage, aki)
    assert (await stands(stage, question)).state is QuestionState.SOLVED  # offered, not forced
    await stage.presses(aki, card, "q_again")
    assert (await stands(stage, question)).state is QuestionState.OPEN
    assert await stage.look(lambda unit: unit.timers.due_at(PROPOSED, question.id)) is None


async def test_a_message_that_is_read_again_after_an_outage_is_kept_once(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    ref = await replies(stage, ben, question)
    stage.sent.clear()
    told = {"at": stage.now, "workspace": ben.home, "message": ref, "author": ben, "text": FIX}
    await stage.happens(MessagePosted(key=stage.key(), reply_to="x", **told))  # type: ignore[arg-type]
    assert [e for e in stage.took(DirectMessage) if e.user == aki] == []
    assert len(await facts_of(stage, "question.answered")) == 1


async def test_the_cards_say_that_there_are_answers(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await ask(stage, aki)
    stage.sent.clear()
    await replies(stage, ben, question)
    drawn = [text_of(effect) for effect in stage.took(RedrawPost)]
    assert len(drawn) == 2
    assert all("There are answers. Did they help?" in text for text in drawn)
