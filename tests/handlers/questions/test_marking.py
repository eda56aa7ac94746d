"""✅, 👀 and the message menu: marks that say something about a question; and who takes one up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chat.effects import React, RedrawPost
from chat.ids import MessageRef, UserRef
from community.questions.life import QuestionState
from storage.questions.invitations import InvitationState
from tests.handlers.questions.asking import writes
from tests.handlers.questions.life import (
    FIX,
    OTHER,
    asked,
    deletes,
    facts_of,
    invitation_states,
    invites,
    menu_of,
    private_to,
    reacts,
    replies,
    stands,
    uses_menu,
)
from tests.handlers.stage import DISCORD, SLACK, Stage, text_of


async def test_this_solved_it_marks_that_very_answer(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    ref = await replies(stage, ben, question)
    await replies(stage, chie, question, OTHER)
    await uses_menu(stage, aki, ref, ben)
    now = await stands(stage, question)
    assert (now.state, now.answer) == (QuestionState.SOLVED, 1)


async def test_by_anybody_else_it_is_a_proposal_that_names_the_answer(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    ref = await replies(stage, ben, question)
    await replies(stage, chie, question, OTHER)
    stage.sent.clear()
    await uses_menu(stage, chie, ref, ben)
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    (card,) = private_to(stage, aki)
    assert FIX in text_of(card)
    await stage.presses(aki, card, "q_yes")
    assert (await stands(stage, question)).answer == 1


async def test_an_answer_from_before_the_question_was_known_can_be_marked(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    assert question.thread
    await uses_menu(stage, aki, MessageRef(question.thread, "long-ago"), ben)
    now = await stands(stage, question)
    assert (now.state, now.answer) == (QuestionState.SOLVED, 1)


async def test_on_a_bots_message_it_solves_without_marking_anything(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await asked(stage, aki)
    assert question.thread
    bot = UserRef(SLACK.platform, SLACK.id, "slackbot")
    await uses_menu(stage, aki, MessageRef(question.thread, "card"), bot)
    now = await stands(stage, question)
    assert (now.state, now.answer) == (QuestionState.SOLVED, None)


async def test_anywhere_else_the_menu_says_what_it_is_for(stage: Stage) -> None:
    aki = await stage.joins("aki")
    ref = await writes(stage, aki, "Good morning", channel="general")
    assert "in the thread of a question" in text_of(await uses_menu(stage, aki, ref, aki))


@pytest.mark.parametrize("emoji", ["✅", "✔️", "☑️"])
async def test_the_askers_check_mark_on_an_answer_solves_it(stage: Stage, emoji: str) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    await replies(stage, ben, question)
    ref = await replies(stage, chie, question, OTHER)
    await reacts(stage, ben, ref, emoji)
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    await reacts(stage, aki, ref, emoji)
    now = await stands(stage, question)
    assert (now.state, now.answer) == (QuestionState.SOLVED, 2)


async def test_a_check_mark_on_the_question_asks_in_private_which_answer_it_was(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    await replies(stage, ben, question)
    await replies(stage, chie, question, OTHER)
    stage.sent.clear()
    assert question.root
    await reacts(stage, aki, question.root, "✅")
    assert (await stands(stage, question)).state is QuestionState.SOLVED
    (card,) = private_to(stage, aki)
    assert [option.value for option in menu_of(card).options] == ["2", "1", "self"]
    await reacts(stage, aki, question.root, "✅", on=False)
    assert (await stands(stage, question)).state is QuestionState.SOLVED


async def test_other_emoji_say_nothing(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    assert question.root
    await reacts(stage, ben, question.root, "👍")
    assert await stands(stage, question) == question


# ---- somebody takes it up


async def test_eyes_take_a_question_up_and_taken_back_put_it_down(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name, DISCORD) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    assert question.root
    await reacts(stage, aki, question.root, "👀")  # one's own question
    assert (await stands(stage, question)).state is QuestionState.OPEN
    await reacts(stage, ben, question.root, "👀")
    await reacts(stage, ben, question.root, "👀")
    assert (await stands(stage, question)).state is QuestionState.BEING_ANSWERED
    assert any("👀 @ben is on it." in text_of(e) for e in stage.took(RedrawPost))
    await reacts(stage, chie, question.root, "👀")
    await reacts(stage, ben, question.root, "👀", on=False)
    assert (await stands(stage, question)).state is QuestionState.BEING_ANSWERED  # Chie still is
    await reacts(stage, chie, question.root, "👀", on=False)
    assert (await stands(stage, question)).state is QuestionState.OPEN
    assert len(await facts_of(stage, "question.taken")) == 1
    assert len(await facts_of(stage, "question.given_back")) == 1
    assert await facts_of(stage, "dead.told") == []


async def test_the_bots_own_eyes_mean_nothing(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await asked(stage, aki)
    assert question.root
    await reacts(stage, UserRef(SLACK.platform, SLACK.id, "slackbot"), question.root, "👀")
    assert (await stands(stage, question)).state is QuestionState.OPEN


async def test_who_was_not_invited_may_press_the_button_too(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    assert "Thank you!" in text_of(await stage.acts(ben, f"q_take:{question.id}"))
    assert "I know" in text_of(await stage.acts(ben, f"q_take:{question.id}"))
    assert "your own question" in text_of(await stage.acts(aki, f"q_take:{question.id}"))
    assert [(e.emoji, e.on) for e in stage.took(React)] == [("👀", True)]
    await replies(stage, ben, question)
    assert await invitation_states(stage, question) == [InvitationState.ANSWERED]
    assert await facts_of(stage, "dead.told") == []  # nothing is redrawn that was never sent
    assert "answers already" in text_of(await stage.acts(ben, f"q_take:{question.id}"))
    await stage.acts(aki, f"q_solve:{question.id}")
    assert "settled already" in text_of(await stage.acts(ben, f"q_take:{question.id}"))


async def test_an_invited_one_may_accept_in_public(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await invites(stage, question, ben)
    await stage.acts(ben, f"q_take:{question.id}")
    assert await invitation_states(stage, question) == [InvitationState.ACCEPTED]
    (fact,) = await facts_of(stage, "invitation.accepted")
    assert fact.actor == await stage.member(ben)


async def test_a_check_mark_on_what_is_closed_changes_nothing(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await asked(stage, aki)
    assert question.root
    await deletes(stage, question.root)
    closed = await stands(stage, question)
    await reacts(stage, aki, question.root, "✅")
    assert await stands(stage, question) == replace(closed)


async def test_a_moderators_promise_ends_with_the_question_that_they_close(stage: Stage) -> None:
    aki, mod = await stage.joins("aki"), await stage.joins("mod", is_admin=True)
    question = await asked(stage, aki)
    await stage.acts(mod, f"q_take:{question.id}")
    await stage.acts(mod, f"q_close:{question.id}", values=("off_topic",))
    await stage.acts(mod, f"q_reopen:{question.id}")
    assert (await stands(stage, question)).state is QuestionState.OPEN
    await stage.acts(mod, f"q_take:{question.id}")
    assert (await stands(stage, question)).state is QuestionState.BEING_ANSWERED
