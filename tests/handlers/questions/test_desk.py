"""What needs a human, the moderators' hands on it, the product team's answer, and ideas."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chat.answers import Answer, Invalid, OpenForm, Redraw, Say
from chat.card import Select
from chat.effects import DirectMessage, OpenThread, Post, RedrawPost
from chat.ids import MessageRef, Place, UserRef, Workspace
from community.config import QuestionSettings
from community.questions.life import CloseReason, Question, QuestionState
from tests.handlers.questions.asked import again, ask, within
from tests.handlers.questions.asking import Closed
from tests.handlers.questions.life import invites
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of

Build = Callable[..., Awaitable[Stage]]
DAY = timedelta(hours=24, seconds=1)


def select_of(answer: Answer, action: str) -> Select:
    (found,) = (p for p in card_of(answer).parts if isinstance(p, Select) and p.action.startswith(action))
    return found


async def people(stage: Stage, home: Workspace = SLACK) -> tuple[UserRef, UserRef, UserRef]:
    """Return an asker, another member and a moderator."""
    asker, other = await stage.joins("aki", home), await stage.joins("ben", home)
    boss = await stage.joins("boss", home, is_admin=True)
    stage.sent.clear()
    return asker, other, boss


async def detail(stage: Stage, boss: UserRef, question: Question) -> Answer:
    return await stage.acts(boss, "q_pick", values=(str(question.id),))


@pytest.mark.parametrize("home", [SLACK, DISCORD])
async def test_an_unanswered_question_is_brought_to_the_moderators_once(stage: Stage, home: Workspace) -> None:
    asker, _, _ = await people(stage, home)
    await ask(stage, asker)
    stage.sent.clear()
    await stage.passes(DAY)
    (told,) = (p for p in stage.took(Post) if p.place.channel == "C-moderators")
    assert "nobody has answered yet" in text_of(told)
    assert "Why do webhooks come twice?" in text_of(told)
    await stage.passes(DAY)
    assert not [p for p in stage.took(Post) if p.place.channel == "C-moderators"]


async def test_an_anonymous_asker_is_not_named_to_the_moderators(stage: Stage) -> None:
    asker, _, boss = await people(stage)
    question = await ask(stage, asker, anonymous=True)
    stage.sent.clear()
    await stage.passes(DAY)
    (told,) = (p for p in stage.took(Post) if p.place.channel == "C-moderators")
    assert "aki" not in text_of(told)
    assert "aki" not in text_of(await detail(stage, boss, question))


async def test_moderators_see_what_presses_most_first_and_members_see_nothing(stage: Stage) -> None:
    asker, other, boss = await people(stage)
    old = await ask(stage, asker, "An old question about hooks?")
    await stage.passes(DAY)
    fresh = await ask(stage, other, "A fresh question about keys?")
    answer = await stage.types(boss, "community", "questions")
    lines = text_of(answer)
    assert lines.index("An old question") < lines.index("A fresh question")
    assert [o.value for o in select_of(answer, "q_pick").options] == [str(old.id), str(fresh.id)]
    assert "for moderators" in text_of(await stage.types(other, "community", "questions"))
    assert "for moderators" in text_of(await detail(stage, other, old))


async def test_a_question_is_closed_with_a_reason_and_its_asker_told_kindly(stage: Stage) -> None:
    asker, other, boss = await people(stage)
    question = await ask(stage, asker)
    shown = await detail(stage, boss, question)
    assert isinstance(shown, Redraw)
    stage.sent.clear()
    refused = await stage.acts(other, f"q_close:{question.id}", values=("off_topic",))
    assert isinstance(refused, Say)
    await stage.acts(boss, select_of(shown, "q_close").action, values=("off_topic",))
    closed = await again(stage, question.id)
    assert (closed.state, closed.close_reason) == (QuestionState.CLOSED, CloseReason.OFF_TOPIC)
    (told,) = stage.took(DirectMessage)
    assert told.user == asker
    assert "It belongs somewhere else." in text_of(told)
    again_closed = await stage.acts(boss, f"q_close:{question.id}", values=("outdated",))
    assert "Nothing was changed" in text_of(again_closed)
    assert await stage.facts("question.closed") == ["question.closed"]


async def test_duplicates_are_merged_and_hear_of_the_solution(stage: Stage) -> None:
    asker, other, boss = await people(stage)
    first = await ask(stage, asker)
    second = await ask(stage, other, "Webhooks arrive two times?")
    shown = await detail(stage, boss, second)
    merge = select_of(shown, "q_merge")
    assert str(first.id) in {o.value for o in merge.options}
    assert str(second.id) not in {o.value for o in merge.options}
    stage.sent.clear()
    await stage.acts(boss, merge.action, values=(str(first.id),))
    assert (await again(stage, second.id)).merged_into == first.id
    (told,) = stage.took(DirectMessage)
    assert told.user == other
    assert "The same question" in text_of(told)
    itself = await stage.acts(boss, f"q_merge:{first.id}", values=(str(first.id),))
    assert "Nothing was changed" in text_of(itself)


@pytest.mark.parametrize("home", [SLACK, DISCORD])
async def test_the_product_team_answers_back_into_the_thread(stage: Stage, home: Workspace) -> None:
    asker, other, boss = await people(stage, home)
    question = await ask(stage, asker)
    stage.sent.clear()
    would = card_of(await stage.acts(boss, f"q_handover:{question.id}"))
    assert "would be posted in #product" in text_of(would)
    assert stage.took(Post) == []
    await stage.presses(boss, would, "q_handover")
    (post,) = (p for p in stage.took(Post) if p.place.channel == "C-product")
    elsewhere = Place(home.platform, home.id, "C-general")
    assert isinstance(await stage.acts(other, f"q_product:{question.id}", place=elsewhere), Say)
    opened = await stage.acts(other, f"q_product:{question.id}", place=post.place)
    assert isinstance(opened, OpenForm)
    invalid = await stage.sends(other, form_of(opened), {"answer": " "}, place=post.place)
    assert isinstance(invalid, Invalid)
    stage.sent.clear()
    await stage.sends(other, form_of(opened), {"answer": "Use the delivery id."}, place=post.place)
    (said,) = (p for p in stage.took(Post) if p.place == question.thread)
    assert "Use the delivery id." in text_of(said)
    assert said.card.notify == (asker,)
    after = await again(stage, question.id)
    assert (after.state, after.product_reply_at) == (QuestionState.ANSWERED, stage.now)
    twice = await stage.acts(boss, f"q_handover:{question.id}")
    assert "already" in text_of(twice)


async def test_the_product_teams_answer_is_brought_to_who_asked_without_a_name(stage: Stage) -> None:
    asker, other, boss = await people(stage)
    question = await ask(stage, asker, anonymous=True)
    await stage.acts(boss, f"q_handover:{question.id}:go")
    product = Place(SLACK.platform, SLACK.id, "C-product")
    stage.sent.clear()
    await stage.sends(other, f"q_product:{question.id}", {"answer": "Use the delivery id."}, place=product)
    (brought,) = stage.took(DirectMessage)
    assert brought.user == asker
    assert "Use the delivery id." in text_of(brought)
    assert "ben" not in text_of(brought)


async def test_a_draft_cannot_be_answered_by_a_forged_form(stage: Stage) -> None:
    asker, _, boss = await people(stage)
    question = await ask(stage, asker)
    draft = replace(question, state=QuestionState.DRAFT, root=None, thread=Place(SLACK.platform, SLACK.id, "C-general"))
    await within(stage, lambda ctx: ctx.db.questions.save(draft))
    stage.sent.clear()
    await stage.sends(boss, f"q_product:{question.id}", {"answer": "Use the delivery id."})
    assert stage.took(Post) == []


async def test_who_was_not_invited_or_not_reached_is_not_counted_as_asked(stage: Stage) -> None:
    asker, other, boss = await people(stage)
    question = await ask(stage, asker)
    await stage.acts(other, f"q_take:{question.id}")
    assert "asked (" not in text_of(await stage.acts(boss, f"q_desk:{question.id}"))
    await invites(stage, question, boss)
    assert "1 peer was asked (0 passed, 0 did not reply)." in text_of(await stage.acts(boss, f"q_desk:{question.id}"))


async def test_without_a_product_channel_moderators_learn_what_to_set(build: Build) -> None:
    stage = await build()
    asker, _, boss = await people(stage)
    question = await ask(stage, asker)
    stage.directory.missing.add("product")
    assert "no channel of the product team" in text_of(await stage.acts(boss, f"q_handover:{question.id}"))
    assert (await again(stage, question.id)).handed_over_at is None


@pytest.mark.parametrize("home", [SLACK, DISCORD])
async def test_an_idea_is_supported_and_answered_to_everybody_who_asked(stage: Stage, home: Workspace) -> None:
    asker, other, boss = await people(stage, home)
    message = MessageRef(Place(home.platform, home.id, "C-general"), "m99")
    marked = await stage.uses_menu(other, "idea", message, author=asker, text="A dark theme would be kind to my eyes.")
    assert "Kept as an idea" in text_of(marked)
    (thread,) = stage.took(OpenThread)
    assert thread.start == message
    twice = await stage.uses_menu(boss, "idea", message, author=asker, text="A dark theme.")
    assert "kept already" in text_of(twice)
    up = "idea_up:1"
    await stage.acts(other, up)
    assert "Support (1)" in text_of(stage.took(RedrawPost)[-1])
    listed = await stage.types(boss, "community", "ideas")
    assert "A dark theme" in text_of(listed)
    chosen = await stage.acts(boss, "idea_pick", values=(select_of(listed, "idea_pick").options[0].value,))
    assert "dark theme" in text_of(chosen)
    opened = await stage.acts(boss, "idea_set:1:shipped")
    assert isinstance(await stage.acts(other, "idea_set:1:shipped"), Say)
    stage.sent.clear()
    await stage.sends(boss, form_of(opened), {"words": "Look under settings."})
    told = stage.took(DirectMessage)
    assert {dm.user for dm in told} == {asker, other}
    assert all("Look under settings." in text_of(dm) for dm in told)
    assert await stage.facts("idea.noted", "idea.supported", "idea.decided") == [
        "idea.noted", "idea.supported", "idea.decided",
    ]  # fmt: skip


async def test_support_can_be_taken_back_and_strange_ids_are_harmless(stage: Stage) -> None:
    asker, other, _ = await people(stage)
    message = MessageRef(Place(SLACK.platform, SLACK.id, "C-general"), "m99")
    await stage.uses_menu(other, "idea", message, author=asker, text="Dark theme, please.")
    await stage.acts(other, "idea_up:1")
    assert "taken back" in text_of(await stage.acts(other, "idea_up:1"))
    for raw in (
        "idea_up:99",
        "idea_up:x",
        "idea_up:",
        "idea_set:1:gone",
        "q_pick",
        "q_desk:",
        "q_close:1",
        "q_merge:1",
    ):
        assert isinstance(await stage.acts(other, raw), Say)


async def test_an_idea_is_its_writers_even_if_they_were_never_seen_and_never_a_bots(stage: Stage) -> None:
    _, other, boss = await people(stage)
    place = Place(SLACK.platform, SLACK.id, "C-general")
    quiet = UserRef(SLACK.platform, SLACK.id, "Uquiet")
    await stage.uses_menu(other, "idea", MessageRef(place, "m1"), author=quiet, text="Dark theme, please.")
    refused = await stage.uses_menu(
        other, "idea", MessageRef(place, "m2"), author=UserRef(SLACK.platform, SLACK.id, "slackbot"), text="I am a bot."
    )
    assert "Ideas come from people" in text_of(refused)
    stage.sent.clear()
    await stage.sends(boss, "idea_set:1:shipped", {"words": ""})
    assert {dm.user for dm in stage.took(DirectMessage)} == {quiet}


async def test_an_idea_from_a_closed_channel_is_not_had_by_its_number(stage: Stage) -> None:
    asker, other, boss = await people(stage)
    stage.directory = Closed()
    message = MessageRef(Place(SLACK.platform, SLACK.id, "C-questions"), "m99")
    await stage.uses_menu(asker, "idea", message, author=asker, text="Dark theme, please.")
    assert "no longer there" in text_of(await stage.acts(other, "idea_up:1"))
    await stage.acts(boss, "idea_up:1", place=message.place)
    stage.sent.clear()
    await stage.sends(boss, "idea_set:1:shipped", {"words": ""})
    assert {dm.user for dm in stage.took(DirectMessage)} == {asker, boss}


async def test_a_message_without_words_is_no_idea(stage: Stage) -> None:
    _, other, _ = await people(stage)
    message = MessageRef(Place(SLACK.platform, SLACK.id, "C-general"), "m99")
    assert "no words" in text_of(await stage.uses_menu(other, "idea", message, author=other, text="   "))


async def test_with_nothing_to_do_the_list_says_so(build: Build) -> None:
    stage = await build(questions=QuestionSettings(escalate_after_hours=1))
    _, _, boss = await people(stage)
    assert "Nothing waits" in text_of(await stage.types(boss, "community", "questions"))
    assert "no open ideas" in text_of(await stage.types(boss, "community", "ideas"))
