"""What a client could forge, what could tell who asked, and what must not get lost."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from chat.answers import Invalid
from chat.effects import DirectMessage, Effect, MarkThread, Post, React, RedrawPost
from chat.form import Values
from chat.ids import PlaceInfo, Workspace
from community.config import QuestionSettings
from community.questions.life import CloseReason, QuestionState
from handlers.questions.ask import AN_HOUR
from handlers.questions.places import where_to_ask
from handlers.questions.withdraw import INVITE
from tests.handlers.questions.asked import within
from tests.handlers.questions.asking import Closed, all_of, only, solved, writes
from tests.handlers.questions.life import asked, facts_of, invites, private_to, reacts, replies, stands
from tests.handlers.stage import SLACK, Obedient, Stage, text_of

NOTICED = "How can I export all invoices of last month as CSV? I cannot find a button."


class PythonToo(Obedient):
    """A directory in which the first question channel is closed, and the topic's own one open."""

    def place(self, workspace: Workspace, name: str) -> PlaceInfo | None:
        found = super().place(workspace, name)
        return msgspec.structs.replace(found, closed=found.name == "questions") if found else found


async def test_what_is_asked_elsewhere_does_not_land_in_a_closed_channel(stage: Stage) -> None:
    stage.directory = PythonToo()
    closed = stage.directory.place(SLACK, "questions")
    assert closed

    async def where(typed_in: bool) -> str | None:  # noqa: FBT001 - two cases of one question
        async def look(ctx: object) -> str | None:
            found = where_to_ask(ctx, SLACK, closed.place if typed_in else None, None)  # type: ignore[arg-type]
            return found.name if found else None

        return await within(stage, look)

    assert (await where(typed_in=False), await where(typed_in=True)) == ("forum", "questions")


async def test_an_earlier_answer_counts_only_where_it_could_be_shown(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    helped, waiting = await solved(stage, ben, aki), await asked(stage, ben)
    await writes(stage, aki, NOTICED)
    question = (await all_of(stage))[-1]
    for forged in (question.id, waiting.id, 99):
        assert "/ask" in text_of(await stage.acts(aki, f"q_earlier:{question.id}:{forged}"))
    assert (await stands(stage, question)).is_living
    assert await facts_of(stage, "question.deflected") == []
    await stage.acts(aki, f"q_earlier:{question.id}:{helped.id}")
    assert (await stands(stage, question)).close_reason is CloseReason.ANSWERED_EARLIER


async def test_the_check_mark_of_who_asked_without_a_name_is_answered_in_private(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki, anonymous=True)
    ref = await replies(stage, ben, question)
    stage.sent.clear()
    await reacts(stage, aki, ref, "✅")
    assert (await stands(stage, question)).state is QuestionState.ANSWERED
    everything: list[Effect] = [*stage.sent]
    assert [e for e in everything if isinstance(e, Post | React | RedrawPost | MarkThread)] == []
    (card,) = private_to(stage, aki)
    await stage.presses(aki, card, "q_yes")
    assert (await stands(stage, question)).state is QuestionState.SOLVED


async def test_what_is_asked_in_a_closed_channel_is_taken_up_there_alone(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    stage.directory = Closed()
    assert "no longer there" in text_of(await stage.acts(ben, f"q_take:{question.id}"))
    assert (await stands(stage, question)).state is QuestionState.OPEN
    await stage.acts(ben, f"q_take:{question.id}", place=question.thread)
    assert (await stands(stage, question)).state is QuestionState.BEING_ANSWERED


async def test_while_questions_are_switched_off_the_search_only_waits(stage: Stage) -> None:
    aki = await stage.joins("aki")
    question = await asked(stage, aki)
    stage.settings = msgspec.structs.replace(stage.settings, questions=QuestionSettings(enabled=False))
    await stage.passes(timedelta(hours=3))
    assert await stage.look(lambda unit: unit.timers.due_at(INVITE, question.id)) is not None


async def test_a_second_promise_is_a_second_fact_and_who_was_not_asked_passes_nothing(stage: Stage) -> None:
    aki, ben, chie = [await stage.joins(name) for name in ("aki", "ben", "chie")]
    question = await asked(stage, aki)
    invitation = await invites(stage, question, ben)
    for answer in ("inv_yes", "inv_no", "inv_yes"):
        await stage.passes(timedelta(seconds=1))
        await stage.acts(ben, f"{answer}:{invitation}")
    kinds = [fact.kind for fact in await facts_of(stage, "invitation.accepted", "invitation.passed")]
    assert sorted(kinds) == ["invitation.accepted", "invitation.accepted", "invitation.passed"]
    await stage.acts(ben, f"inv_no:{invitation}")
    assert question.root
    for on in (True, False):
        await reacts(stage, chie, question.root, "👀", on=on)
    told = await facts_of(stage, "invitation.passed", "invitation.withdrawn", "invitation.silent")
    assert await stage.member(chie) not in {fact.actor for fact in told}


async def test_who_passes_when_it_is_over_hears_that_it_is(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    question = await asked(stage, aki)
    invitation = await invites(stage, question, ben)
    await stage.acts(aki, f"q_solve:{question.id}")
    said = text_of(await stage.acts(ben, f"inv_no:{invitation}"))
    assert "somebody else" not in said
    assert "Nothing left to do" in said


async def test_so_many_questions_in_an_hour_wait_a_little_and_no_word_is_lost(stage: Stage) -> None:
    aki = await stage.joins("aki")
    for n in range(AN_HOUR):
        await asked(stage, aki, title=f"Why does number {n} come twice?")
    values: Values = {
        "title": "Why is the sky of my dashboard grey?",
        "details": "Since Monday.",
        "topic": "",
        "level": "",
    }
    refused = await stage.sends(aki, "ask:0:", values)
    assert isinstance(refused, Invalid)
    assert "a lot of questions" in str(refused.errors)
    assert len(await all_of(stage)) == AN_HOUR
    await stage.passes(timedelta(hours=1, minutes=1))
    stage.sent.clear()
    assert not isinstance(await stage.sends(aki, "ask:0:", values), Invalid)
    assert len(await all_of(stage)) == AN_HOUR + 1
    assert [e for e in stage.took(DirectMessage) if e.user == aki] == []


async def test_words_of_two_minutes_later_are_no_part_of_it(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await writes(stage, aki, NOTICED)
    await stage.passes(timedelta(minutes=3))
    await writes(stage, aki, "Lunch is at noon today.")
    assert (await only(stage)).text == NOTICED
