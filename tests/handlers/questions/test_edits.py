"""Messages change and disappear: what is kept, shown and found follows them, and nobody hears of dead letters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chat.effects import Effect, OpenThread, Post, RedrawPost
from chat.ids import MessageRef, UserRef, Workspace
from community.questions.life import CloseReason, Question, QuestionState
from handlers.context import Context
from handlers.questions.steps import thread_key
from storage.questions.invitations import InvitationState
from tests.handlers.questions.asked import within
from tests.handlers.questions.asking import only, writes
from tests.handlers.questions.life import (
    FIX,
    OTHER,
    asked,
    deletes,
    edits,
    facts_of,
    finds,
    invitation_states,
    invites,
    menu_of,
    private_to,
    reacts,
    replies,
    stands,
)
from tests.handlers.stage import DISCORD, SLACK, Stage, text_of

EXPORT = "How can I export all invoices of last month as CSV? I cannot find a button for it."
NEWS = "We have moved the office to the second floor."


async def written(stage: Stage, user: UserRef, **where: str) -> tuple[Question, MessageRef]:
    """Let somebody ask in a question channel, and want help."""
    ref = await writes(stage, user, EXPORT, **where)
    question = await only(stage)
    await stage.acts(user, f"q_find:{question.id}")
    stage.sent.clear()
    return await only(stage), ref


# ---- edited


async def test_a_question_that_is_edited_is_shown_and_found_as_it_is_now(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question, ref = await written(stage, aki)
    await writes(stage, ben, FIX, thread=ref.id, reply_to=ref.id)
    await stage.acts(aki, f"q_solve:{question.id}")
    assert await finds(stage, "export invoices") == [question.id]
    await edits(stage, aki, ref, "How can I import a spreadsheet of customers? The menu is greyed out.")
    now = await only(stage)
    assert now.state is QuestionState.SOLVED
    assert now.title == "How can I import a spreadsheet of customers?"
    assert await finds(stage, "export invoices") == []
    assert await finds(stage, "spreadsheet customers") == [question.id]


async def test_a_question_edited_into_something_that_asks_nothing_is_closed_kindly(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question, ref = await written(stage, aki)
    await invites(stage, question, ben)
    await edits(stage, aki, ref, NEWS)
    now = await only(stage)
    assert (now.state, now.close_reason, now.text) == (QuestionState.CLOSED, CloseReason.EDITED, NEWS)
    assert await invitation_states(stage, question) == [InvitationState.WITHDRAWN]
    shown = [text_of(e) for e in stage.took(RedrawPost)]
    assert any("It asks nothing any more." in text and "Open again" in text for text in shown)
    await edits(stage, aki, ref, EXPORT)  # a slip
    assert (await only(stage)).state is QuestionState.OPEN


async def test_once_somebody_has_answered_an_edit_changes_only_the_words(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    _, ref = await written(stage, aki)
    await writes(stage, ben, FIX, thread=ref.id, reply_to=ref.id)
    await edits(stage, aki, ref, NEWS)
    now = await only(stage)
    assert (now.state, now.text) == (QuestionState.ANSWERED, NEWS)


async def test_an_edited_answer_is_found_as_it_is_now(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    ref = await replies(stage, ben, question)
    await stage.acts(aki, f"q_solve:{question.id}")
    await edits(stage, ben, ref, "Use an idempotency table.")
    assert await finds(stage, "idempotency") == [question.id]
    await edits(stage, ben, ref, "")
    assert await finds(stage, "idempotency") == []


async def test_the_bots_own_edits_and_those_of_other_messages_mean_nothing(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await asked(stage, aki)
    assert question.root
    await edits(stage, UserRef(SLACK.platform, SLACK.id, "slackbot"), question.root, NEWS)
    await edits(stage, aki, question.root, NEWS)
    await edits(stage, aki, await writes(stage, aki, "Good morning", channel="general"), NEWS)
    assert await stands(stage, question) == question


async def test_a_very_long_edit_is_taken(stage: Stage) -> None:
    aki = await stage.joins("aki")
    _, ref = await written(stage, aki)
    long = "How do I <b>undo</b> & redo?\n" + "```\nx = 1\n```\n" * 4000
    await edits(stage, aki, ref, long)
    assert (await only(stage)).text == long.strip()


# ---- deleted


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_a_deleted_question_keeps_no_words(stage: Stage, workspace: Workspace) -> None:
    aki, ben = await stage.joins("aki", workspace), await stage.joins("ben", workspace)
    question, ref = await written(stage, aki)
    await invites(stage, question, ben)
    await deletes(stage, ref)
    now = await only(stage)
    assert (now.state, now.close_reason, now.title, now.text) == (QuestionState.CLOSED, CloseReason.DELETED, "", "")
    assert await invitation_states(stage, question) == [InvitationState.WITHDRAWN]
    (shown,) = [text_of(e) for e in stage.took(RedrawPost) if "was deleted" in text_of(e)]
    assert "Open again" not in shown
    said = await stage.acts(aki, f"q_reopen:{question.id}")
    assert "cannot be opened again" in text_of(said)
    await deletes(stage, ref)  # told twice
    assert len(await facts_of(stage, "question.closed")) == 1


async def test_a_solved_question_that_is_deleted_is_found_no_more(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question, ref = await written(stage, aki)
    await writes(stage, ben, FIX, thread=ref.id, reply_to=ref.id)
    await stage.acts(aki, f"q_solve:{question.id}")
    await deletes(stage, ref)
    assert await finds(stage, "export invoices") == []
    assert await finds(stage, "webhook seconds") == []


async def test_the_bots_own_card_that_is_taken_away_is_never_drawn_again(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await asked(stage, aki)
    assert question.root
    stage.refuses = _gone(question)
    await deletes(stage, question.root)
    assert (await stands(stage, question)).close_reason is CloseReason.DELETED
    assert await facts_of(stage, "dead.told") == []


def _gone(question: Question) -> Callable[[Effect], bool]:
    """Let a platform refuse whatever would be changed about a question's cards."""

    def refuses(effect: Effect) -> bool:
        return isinstance(effect, RedrawPost) and str(question.id) in str(effect.target)

    return refuses


@pytest.mark.parametrize("by", ["message", "form"])
async def test_a_thread_that_a_moderator_deletes_leaves_no_dead_letter(stage: Stage, by: str) -> None:
    aki, ben = await stage.joins("aki", DISCORD), await stage.joins("ben", DISCORD)
    question = (await written(stage, aki))[0] if by == "message" else await asked(stage, aki)
    assert question.thread
    assert question.thread.thread
    await replies(stage, ben, question)
    stage.sent.clear()
    stage.refuses = lambda effect: isinstance(effect, RedrawPost) and "qthread" in str(effect.target)
    await deletes(stage, MessageRef(question.thread, question.thread.thread))
    now = await stands(stage, question)
    assert (now.state, now.close_reason) == (QuestionState.CLOSED, CloseReason.DELETED)
    assert await facts_of(stage, "dead.told") == []
    assert [e for e in stage.sent if isinstance(e, Post | OpenThread)] == []


async def test_where_the_thread_went_with_its_question_nobody_hears_of_the_last_redraw(stage: Stage) -> None:
    aki, ben = await stage.joins("aki", DISCORD), await stage.joins("ben", DISCORD)
    question, ref = await written(stage, aki)
    await replies(stage, ben, question)
    stage.refuses = lambda effect: isinstance(effect, RedrawPost)
    await deletes(stage, ref)
    assert await facts_of(stage, "dead.told") == []

    async def holds(ctx: Context) -> bool:
        return await ctx.db.outbox.holds(thread_key(question.id))

    assert not await within(stage, holds)


async def test_a_card_that_somebody_takes_out_of_the_thread_stays_away(stage: Stage) -> None:
    aki, ben = await stage.joins("aki", DISCORD), await stage.joins("ben", DISCORD)
    question, _ = await written(stage, aki, channel="forum", thread="own")

    async def card(ctx: Context) -> MessageRef | None:
        return await ctx.db.outbox.ref(thread_key(question.id))

    ref = await within(stage, card)
    assert ref
    await deletes(stage, ref)
    stage.sent.clear()
    await replies(stage, ben, question)
    assert stage.took(RedrawPost) == []
    assert (await stands(stage, question)).state is QuestionState.ANSWERED


async def test_a_deleted_answer_is_forgotten_and_the_asker_may_choose_again(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    ref = await replies(stage, ben, question)
    await replies(stage, chie, question, OTHER)
    await stage.acts(aki, f"q_yes:{question.id}:1")
    assert await finds(stage, "within five seconds") == [question.id]
    stage.sent.clear()
    await deletes(stage, ref)
    now = await stands(stage, question)
    assert (now.state, now.answer) == (QuestionState.SOLVED, None)
    (card,) = private_to(stage, aki)
    assert [option.value for option in menu_of(card).options] == ["2", "self"]
    assert await finds(stage, "within five seconds") == []
    await stage.acts(aki, f"q_answer:{question.id}", values=("1",))
    assert (await stands(stage, question)).answer is None
    await stage.acts(aki, f"q_answer:{question.id}", values=("2",))
    assert (await stands(stage, question)).answer == 2


async def test_any_other_answer_goes_without_a_word(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    await replies(stage, ben, question)
    ref = await replies(stage, chie, question, OTHER)
    await stage.acts(aki, f"q_yes:{question.id}:1")
    stage.sent.clear()
    await deletes(stage, ref)
    assert (await stands(stage, question)).answer == 1
    assert private_to(stage, aki) == []
    assert await finds(stage, "skip those ids") == []


SECOND = "It happens only with orders that have a discount."
THIRD = "The version is 4.2."


async def test_words_of_the_same_breath_follow_their_own_messages(stage: Stage) -> None:
    aki = await stage.joins("aki")
    ref = await writes(stage, aki, EXPORT)
    second, third = await writes(stage, aki, SECOND), await writes(stage, aki, THIRD)
    question = await only(stage)
    assert question.text == f"{EXPORT}\n{SECOND}\n{THIRD}"
    await edits(stage, aki, ref, EXPORT + " Anybody?")
    assert (await only(stage)).text == f"{EXPORT} Anybody?\n{SECOND}\n{THIRD}"
    await edits(stage, aki, third, "The version is 4.3.")
    await deletes(stage, second)
    question = await only(stage)
    assert question.text == f"{EXPORT} Anybody?\nThe version is 4.3."
    assert question.is_living
    await deletes(stage, third)
    assert (await only(stage)).text == f"{EXPORT} Anybody?"
    await reacts(stage, aki, second, "✅")
    assert (await only(stage)).is_living  # what is gone says nothing any more


async def test_a_check_mark_on_words_of_the_same_breath_marks_no_answer(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await writes(stage, aki, EXPORT)
    second = await writes(stage, aki, SECOND)
    await reacts(stage, aki, second, "✅")
    question = await only(stage)
    assert (question.state, question.answer) == (QuestionState.SOLVED, None)
