from collections.abc import Awaitable, Callable

import pytest

from chat.effects import OpenThread
from chat.events import MessageDeleted
from chat.ids import MessageRef, UserRef
from community.config import QuestionSettings
from community.questions.life import Search, Via
from tests.handlers.questions.asking import SAME, TITLE, all_of, crowd, only, public, solved, writes
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

Build = Callable[..., Awaitable[Stage]]
WORDS = "The import stops after one hundred lines. Why is that so?"


async def wrote(stage: Stage, user: UserRef, text: str = WORDS, channel: str = "general") -> MessageRef:
    ref = await writes(stage, user, text, channel)
    stage.sent.clear()
    return ref


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_ones_own_message_becomes_a_question_where_it_stands(stage: Stage, workspace: object) -> None:
    aki = await stage.joins("aki", workspace)  # type: ignore[arg-type]
    ref = await wrote(stage, aki)
    answer = await stage.uses_menu(aki, "ask_community", ref, author=aki, text=WORDS)
    assert "Answers go into the thread" in text_of(answer)
    (thread,) = public(stage)
    assert isinstance(thread, OpenThread)
    assert thread.start == ref
    question = await only(stage)
    assert (question.via, question.search, question.text) == (Via.MENU, Search.PEERS, WORDS)
    again = await stage.uses_menu(aki, "ask_community", ref, author=aki, text=WORDS)
    assert "question already" in text_of(again)
    assert len(public(stage)) == 1


async def test_what_was_answered_before_is_in_the_private_answer(stage: Stage) -> None:
    bo, cho = await stage.joins("bo"), await stage.joins("cho")
    await crowd(stage)
    await solved(stage, bo, cho)
    aki = await stage.joins("aki")
    ref = await wrote(stage, aki, SAME)
    answer = await stage.uses_menu(aki, "ask_community", ref, author=aki, text=SAME)
    assert TITLE in text_of(answer)
    await stage.presses(aki, card_of(answer), "q_earlier")
    assert not (await all_of(stage))[-1].is_living
    assert await stage.facts("question.deflected") == ["question.deflected"]


async def test_a_moderator_may_do_it_for_the_writer_who_stays_the_asker(stage: Stage) -> None:
    aki, bo, boss = await stage.joins("aki"), await stage.joins("bo"), await stage.joins("boss", is_admin=True)
    ref = await wrote(stage, aki)
    refused = await stage.uses_menu(bo, "ask_community", ref, author=aki, text=WORDS)
    assert "somebody else's words" in text_of(refused)
    assert await all_of(stage) == []
    await stage.uses_menu(boss, "ask_community", ref, author=aki, text=WORDS)
    question = await only(stage)
    assert (question.asker, question.account) == (await stage.member(aki), aki)


async def test_a_watched_question_is_only_begun_to_be_searched_for(stage: Stage) -> None:
    aki = await stage.joins("aki")
    text = "How can I export all invoices of last month as CSV? I cannot find a button for it."
    ref = await wrote(stage, aki, text, "questions")
    assert (await only(stage)).search is Search.OFF
    await stage.uses_menu(aki, "ask_community", ref, author=aki, text=text)
    assert (await only(stage)).search is Search.PEERS
    assert len(public(stage)) == 1
    inside = MessageRef(ref.place.__class__(ref.place.platform, ref.place.workspace, ref.place.channel, ref.id), "in")
    answer = await stage.uses_menu(aki, "ask_community", inside, author=aki, text=WORDS)
    assert "belongs to a question already" in text_of(answer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "add a sentence"),
        ("🙏", "only emoji"),
        ("https://example.org", "only a link"),
        ("```\nx = 1\n```", "only code"),
        ("Hello!", "the question itself"),
    ],
)
async def test_without_words_it_asks_for_some(stage: Stage, text: str, said: str) -> None:
    aki = await stage.joins("aki")
    ref = await wrote(stage, aki, text)
    assert said in text_of(await stage.uses_menu(aki, "ask_community", ref, author=aki, text=text))
    assert await all_of(stage) == []


async def test_bots_deleted_messages_and_unseen_channels_get_a_kind_word(stage: Stage) -> None:
    aki = await stage.joins("aki")
    robot = await stage.joins("robot", is_bot=True)
    ref = await wrote(stage, aki)
    for author in (None, robot, UserRef(SLACK.platform, SLACK.id, "slackbot")):
        assert "A bot wrote" in text_of(await stage.uses_menu(aki, "ask_community", ref, author=author, text=WORDS))
    await stage.happens(MessageDeleted(key=stage.key(), at=stage.now, workspace=SLACK, message=ref))
    assert "deleted" in text_of(await stage.uses_menu(aki, "ask_community", ref, author=aki, text=WORDS))
    hidden = await wrote(stage, aki, channel="elsewhere")
    assert "Invite me" in text_of(await stage.uses_menu(aki, "ask_community", hidden, author=aki, text=WORDS))
    assert await all_of(stage) == []


async def test_switched_off_it_says_so(build: Build) -> None:
    stage = await build(questions=QuestionSettings(enabled=False))
    aki = await stage.joins("aki")
    ref = await wrote(stage, aki)
    assert "switched off" in text_of(await stage.uses_menu(aki, "ask_community", ref, author=aki, text=WORDS))
