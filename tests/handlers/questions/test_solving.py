"""A question is solved in one tap by who asked, proposed by anybody else, and opened again as easily."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.answers import Redraw, Say
from chat.card import part_actions
from chat.effects import DirectMessage, MarkThread, Post, React, RedrawPost
from chat.ids import UserRef, Workspace
from community.questions.life import CloseReason, Question, QuestionState
from storage.questions.invitations import InvitationState
from tests.handlers.questions.life import (
    FIX,
    OTHER,
    asked,
    facts_of,
    finds,
    invitation_states,
    invites,
    menu_of,
    private_to,
    replies,
    stands,
)
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of


async def answered(stage: Stage, asker: UserRef, *answerers: UserRef, text: str = FIX) -> Question:
    """Let a question be asked and answered."""
    question = await asked(stage, asker)
    for answerer in answerers:
        await replies(stage, answerer, question, text)
    stage.sent.clear()
    return question


async def test_who_asked_solves_it_in_one_tap_and_the_only_answer_is_marked(stage: Stage) -> None:
    aki, ben = await stage.joins("aki", DISCORD), await stage.joins("ben", DISCORD)
    question = await answered(stage, aki, ben)
    await replies(stage, ben, question, "you're welcome!")  # the last word, and no answer
    stage.sent.clear()
    said = await stage.acts(aki, f"q_solve:{question.id}")
    assert isinstance(said, Say)  # never in place of the card that all see
    assert "Solved" in text_of(said)
    now = await stands(stage, question)
    assert (now.state, now.solved_by, now.answer) == (QuestionState.SOLVED, await stage.member(aki), 1)
    (fact,) = await facts_of(stage, "question.solved")
    assert fact.data["answer"] == 1
    marks = [e for e in stage.sent if isinstance(e, React)]
    assert [(m.target, m.emoji, m.on) for m in marks] == [(question.root, "✅", True)]
    assert [(m.target, m.closed) for m in stage.sent if isinstance(m, MarkThread)] == [(question.thread, True)]
    assert await finds(stage, "webhook twice") == [question.id]


async def test_where_several_answered_the_asker_is_asked_which_one_helped(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await answered(stage, aki, ben)
    await replies(stage, chie, question, OTHER)
    said = await stage.acts(aki, f"q_solve:{question.id}")
    assert (await stands(stage, question)).state is QuestionState.SOLVED  # solved already, whatever is chosen
    select = menu_of(card_of(said))
    assert [option.value for option in select.options] == ["2", "1", "self"]
    assert [option.label[:6] for option in select.options[:2]] == ["chie: ", "ben: A"]
    done = await stage.acts(aki, select.action, values=("1",))
    assert isinstance(done, Redraw)
    assert (await stands(stage, question)).answer == 1
    await stage.acts(aki, select.action, values=("self",))
    assert (await stands(stage, question)).answer is None
    assert len(await facts_of(stage, "question.solved")) == 1
    assert [f.data["answer"] for f in await facts_of(stage, "question.answer_marked")] == [1, None]


async def test_a_menu_of_answers_holds_the_newest_of_very_many(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await answered(stage, aki, ben)
    for n in range(30):
        await replies(stage, chie, question, f"Idea number {n}: <&> " + "restart the queue " * 200)
    select = menu_of(card_of(await stage.acts(aki, f"q_solve:{question.id}")))
    assert [option.value for option in select.options] == [*map(str, range(31, 7, -1)), "self"]


async def test_without_an_answer_it_is_solved_all_the_same(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await asked(stage, aki)
    said = await stage.acts(aki, f"q_solve:{question.id}")
    assert "What helped?" in text_of(said)
    assert (await stands(stage, question)).answer is None


async def test_a_moderator_solves_it_too(stage: Stage) -> None:
    aki, ben, boss = await stage.joins("aki"), await stage.joins("ben"), await stage.joins("boss", is_admin=True)
    question = await answered(stage, aki, ben)
    await stage.acts(boss, f"q_solve:{question.id}")
    now = await stands(stage, question)
    assert (now.state, now.solved_by) == (QuestionState.SOLVED, await stage.member(boss))


@pytest.mark.parametrize(("workspace", "kind"), [(SLACK, Post), (DISCORD, DirectMessage)])
async def test_anybody_else_proposes_it_and_the_asker_is_asked_once(
    stage: Stage, workspace: Workspace, kind: type[object]
) -> None:
    aki, ben = await stage.joins("aki", workspace), await stage.joins("ben", workspace)
    question = await answered(stage, aki, ben)
    said = await stage.acts(ben, f"q_solve:{question.id}")
    assert "I have asked who asked" in text_of(said)
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    (first,) = [e for e in stage.sent if isinstance(e, RedrawPost)]
    assert [type(e) for e in stage.sent if e is not first] == [kind]
    assert FIX in text_of(first.card)
    assert not [a for part in first.card.parts for a in part_actions(part)]  # one card asks at a time
    (card,) = private_to(stage, aki)
    assert "thinks that" in text_of(card)
    said = await stage.acts(ben, f"q_solve:{question.id}")
    assert "has been asked about it already" in text_of(said)
    assert private_to(stage, aki) == []
    done = await stage.presses(aki, card, "q_yes")
    assert isinstance(done, Redraw)
    now = await stands(stage, question)
    assert (now.state, now.answer) == (QuestionState.SOLVED, 1)


async def test_yes_twice_is_said_once(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await answered(stage, aki, ben)
    await stage.acts(aki, f"q_yes:{question.id}:1")
    assert "already" in text_of(await stage.acts(aki, f"q_yes:{question.id}:1"))
    assert len(await facts_of(stage, "question.solved")) == 1


async def test_two_people_on_two_platforms_solve_it_in_the_same_second_and_it_is_one_fact(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    boss = await stage.joins("boss", DISCORD, is_admin=True)
    question = await answered(stage, aki, ben)
    await stage.acts(aki, f"q_solve:{question.id}")
    said = await stage.acts(boss, f"q_solve:{question.id}")
    assert "solved already" in text_of(said)
    assert (await stands(stage, question)).solved_by == await stage.member(aki)
    assert len(await facts_of(stage, "question.solved")) == 1


async def test_whoever_still_looks_for_an_answer_is_freed(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await invites(stage, question, ben)
    await stage.acts(aki, f"q_solve:{question.id}")
    assert await invitation_states(stage, question) == [InvitationState.WITHDRAWN]
    assert await stage.look(lambda unit: unit.timers.due_at("question.invite", question.id)) is None


@pytest.mark.parametrize("name", ["q_yes", "q_notyet", "q_settled", "q_withdraw", "q_answer"])
async def test_buttons_of_another_members_question_do_nothing(stage: Stage, name: str) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await answered(stage, aki, ben)
    before = await stands(stage, question)
    said = await stage.acts(ben, f"{name}:{question.id}:1", values=("1",))
    assert "for somebody else" in text_of(said)
    assert await stands(stage, question) == before


@pytest.mark.parametrize(
    "name", ["q_solve", "q_yes", "q_notyet", "q_settled", "q_withdraw", "q_answer", "q_reopen", "q_again", "q_take"]
)
@pytest.mark.parametrize("forged", ["", ":", ":0", ":999", ":-1", ":１", ":1; drop table", ":9" * 9, ":x:y:z"])
async def test_forged_ids_are_answered_kindly(stage: Stage, name: str, forged: str) -> None:
    ben = await stage.joins("ben")
    assert text_of(await stage.acts(ben, name + forged, values=("1",)))


async def test_an_answer_of_another_thread_cannot_be_marked(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    first, second = await answered(stage, aki, ben), await answered(stage, ben, aki)
    await stage.acts(aki, f"q_yes:{first.id}:2")
    assert (await stands(stage, first)).answer == 1  # the one that is clear, not the one that was sent
    said = await stage.acts(aki, f"q_answer:{first.id}", values=("2",))
    assert "no longer there" in text_of(said)
    for values in ((), ("",), ("x",)):
        await stage.acts(aki, f"q_answer:{first.id}", values=values)
    assert (await stands(stage, first)).answer == 1
    assert (await stands(stage, second)).state is QuestionState.ANSWERED


async def test_it_opens_again_with_one_press_of_who_asked_or_a_moderator(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await answered(stage, aki, ben)
    await stage.acts(aki, f"q_solve:{question.id}")
    stage.sent.clear()
    said = await stage.acts(ben, f"q_reopen:{question.id}")
    assert "Who asked or a moderator" in text_of(said)
    assert "/ask" in text_of(said)
    await stage.acts(aki, f"q_reopen:{question.id}")
    now = await stands(stage, question)
    assert (now.state, now.solved_at, now.answer) == (QuestionState.OPEN, None, None)
    assert [(e.emoji, e.on) for e in stage.sent if isinstance(e, React)] == [("✅", False)]
    assert await finds(stage, "webhook twice") == []
    assert "open already" in text_of(await stage.acts(aki, f"q_reopen:{question.id}"))


async def test_one_without_an_answer_is_looked_after_again_when_it_opens_again(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await asked(stage, aki)
    await stage.acts(aki, f"q_solve:{question.id}")
    await stage.acts(aki, f"q_reopen:{question.id}")
    assert await stage.look(lambda unit: unit.timers.due_at("question.invite", question.id)) is not None
    assert await stage.look(lambda unit: unit.timers.due_at("question.escalate", question.id)) is not None


async def test_the_asker_takes_it_back(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await invites(stage, question, ben)
    await stage.acts(aki, f"q_withdraw:{question.id}")
    now = await stands(stage, question)
    assert (now.state, now.close_reason) == (QuestionState.CLOSED, CloseReason.WITHDRAWN)
    assert await invitation_states(stage, question) == [InvitationState.WITHDRAWN]
    assert "settled already" in text_of(await stage.acts(aki, f"q_withdraw:{question.id}"))
    assert "Open it again first" in text_of(await stage.acts(aki, f"q_solve:{question.id}"))
    assert (await stands(stage, question)).state is QuestionState.CLOSED


async def test_a_moderator_cannot_take_back_what_another_asked(stage: Stage) -> None:
    aki, boss = await stage.joins("aki"), await stage.joins("boss", is_admin=True)
    question = await asked(stage, aki)
    await stage.acts(boss, f"q_withdraw:{question.id}")
    assert (await stands(stage, question)).state is QuestionState.OPEN


# ---- and then nothing


async def test_an_answered_question_is_asked_about_once_by_day(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    await stage.passes(timedelta(hours=13))  # eleven at night in Tokyo
    question = await answered(stage, aki, ben)
    await stage.passes(timedelta(days=7))
    assert private_to(stage, aki) == []
    await stage.passes(timedelta(hours=10, minutes=1))  # nine in the morning
    (card,) = private_to(stage, aki)
    assert "It is settled otherwise" in text_of(card)
    await stage.passes(timedelta(days=60))
    assert private_to(stage, aki) == []
    await stage.presses(aki, card, "q_settled")
    now = await stands(stage, question)
    assert (now.state, now.close_reason) == (QuestionState.CLOSED, CloseReason.OUTDATED)


async def test_while_they_talk_nobody_asks_whether_it_helped(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await answered(stage, aki, ben)
    for _ in range(3):
        await stage.passes(timedelta(days=5))
        await replies(stage, aki, question, "I am trying it on the other server now.")
    assert private_to(stage, aki) == []
    await stage.passes(timedelta(days=8))
    assert len(private_to(stage, aki)) == 1


async def test_what_is_solved_is_not_asked_about(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await answered(stage, aki, ben)
    await stage.acts(aki, f"q_solve:{question.id}")
    stage.sent.clear()
    await stage.passes(timedelta(days=30))
    assert private_to(stage, aki) == []
