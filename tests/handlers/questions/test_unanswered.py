"""Replies that are no answer, and answers that did not help: who asked still waits, and is still looked after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.effects import Post
from community.questions.life import QuestionState, Search
from handlers.questions.withdraw import ESCALATE, IDLE, INVITE
from storage.questions.invitations import InvitationState
from tests.handlers.questions.asking import only, writes
from tests.handlers.questions.life import (
    FIX,
    OTHER,
    asked,
    edits,
    facts_of,
    invitation_states,
    invites,
    private_to,
    replies,
    stands,
)
from tests.handlers.stage import Stage, card_of, text_of

NOTICED = "How can I export all invoices of last month as CSV? I cannot find a button."


async def due(stage: Stage, kind: str, question_id: int) -> object:
    return await stage.look(lambda unit: unit.timers.due_at(kind, question_id))


@pytest.mark.parametrize("nod", ["me too", "私も気になります！", "+1", "I'm on it!"])
async def test_a_nod_ends_no_search(stage: Stage, nod: str) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    await invites(stage, question, chie)
    await replies(stage, ben, question, nod)
    now = await stands(stage, question)
    assert (now.state, now.first_reply_at) == (QuestionState.OPEN, None)
    assert await invitation_states(stage, question) == [InvitationState.OFFERED]
    assert await due(stage, INVITE, question.id) is not None
    assert await due(stage, ESCALATE, question.id) is not None
    assert private_to(stage, aki) == []
    await replies(stage, ben, question)
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    assert await due(stage, ESCALATE, question.id) is None


async def test_a_picture_without_words_may_be_the_answer(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await replies(stage, ben, question, "", files=1)
    assert (await stands(stage, question)).state is QuestionState.ANSWERED


async def test_a_nod_that_is_written_over_with_an_answer_is_one(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await invites(stage, question, ben)
    ref = await replies(stage, ben, question, "Hm...")
    assert (await stands(stage, question)).state is QuestionState.OPEN
    for _ in range(2):
        await edits(stage, ben, ref, FIX)
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    assert await invitation_states(stage, question) == [InvitationState.ANSWERED]
    assert len(await facts_of(stage, "question.answered")) == 1


async def test_not_yet_starts_the_search_again_and_a_new_answer_ends_it(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    await replies(stage, ben, question)
    (card,) = private_to(stage, aki)
    for said in ("I look for somebody else", "I look for somebody else"):
        assert said in text_of(await stage.presses(aki, card, "q_notyet"))
    now = await stands(stage, question)
    assert (now.state, now.search) == (QuestionState.OPEN, Search.PEERS)
    assert await due(stage, INVITE, question.id) == stage.now + timedelta(
        minutes=stage.settings.questions.invite_after_minutes
    )
    assert await due(stage, ESCALATE, question.id) is not None
    assert await due(stage, IDLE, question.id) is None
    assert len(await facts_of(stage, "question.unanswered")) == 1
    await replies(stage, ben, question, OTHER)
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    assert await due(stage, INVITE, question.id) is None
    assert [fact.data["first"] for fact in await facts_of(stage, "question.answered")] == [True, False]


async def test_who_never_wanted_others_asked_is_offered_it_first(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    ref = await writes(stage, aki, NOTICED)
    await writes(stage, ben, FIX, thread=ref.id, reply_to=ref.id)
    question = await only(stage)
    card = card_of(await stage.acts(aki, f"q_notyet:{question.id}"))
    now = await stands(stage, question)
    assert (now.state, now.search) == (QuestionState.OPEN, Search.OFF)
    assert await due(stage, INVITE, question.id) is None
    await stage.presses(aki, card, "q_find")
    assert (await stands(stage, question)).search is Search.PEERS
    assert await due(stage, INVITE, question.id) is not None


async def test_find_somebody_after_an_answer_looks_for_somebody_else(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    ref = await writes(stage, aki, NOTICED)
    await writes(stage, ben, FIX, thread=ref.id, reply_to=ref.id)
    question = await only(stage)
    for _ in range(2):
        await stage.acts(aki, f"q_find:{question.id}")
    now = await stands(stage, question)
    assert (now.state, now.search) == (QuestionState.OPEN, Search.PEERS)
    assert await due(stage, INVITE, question.id) is not None
    assert len(await facts_of(stage, "question.help_wanted")) == 1


async def test_opened_again_it_is_looked_after_again_and_the_moderators_are_told_again(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    stage.sent.clear()
    await stage.passes(timedelta(days=6))
    told = [e for e in stage.took(Post) if e.place.channel == "C-moderators"]
    assert ["nobody has answered" in text_of(e) for e in told] == [True]
    await replies(stage, ben, question)
    await stage.acts(aki, f"q_solve:{question.id}")
    await stage.acts(aki, f"q_reopen:{question.id}")
    now = await stands(stage, question)
    assert (now.state, now.search, now.escalated_at) == (QuestionState.OPEN, Search.PEERS, None)
    stage.sent.clear()
    await stage.passes(timedelta(days=6))
    told = [e for e in stage.took(Post) if e.place.channel == "C-moderators"]
    assert ["the answers have not helped" in text_of(e) for e in told] == [True]
