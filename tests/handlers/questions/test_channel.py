from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.effects import DirectMessage, OpenThread, Post
from chat.events import MessagePosted
from chat.ids import UserRef
from community.config import QuestionSettings
from community.questions.life import CloseReason, QuestionState, Search, Via
from tests.handlers.questions.asking import TITLE, all_of, crowd, only, public, solved, writes
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

Build = Callable[..., Awaitable[Stage]]
QUESTION = "How can I export all invoices of last month as CSV? I cannot find a button for it."
JAPANESE = "請求書をCSVで書き出したいのですが、うまくいきません。どうすればいいでしょうか？ご存じの方、教えてください。"
KNOWN = "Does anybody know why Stripe webhook signature verification fails since the nginx proxy compresses the body?"
FACTS = ("question.asked", "question.offered_help", "question.help_wanted", "question.help_declined")


async def offer(stage: Stage, user: UserRef) -> Post | DirectMessage:
    """Return the one private offer that reached somebody."""
    offers = [e for e in stage.sent if (isinstance(e, Post) and e.only_for == user)
              or (isinstance(e, DirectMessage) and e.user == user)]  # fmt: skip
    (found,) = offers
    assert isinstance(found, Post | DirectMessage)
    return found


async def arrived(stage: Stage, name: str = "aki", **told: object) -> UserRef:
    user = await stage.joins(name, **told)  # type: ignore[arg-type]
    stage.sent.clear()
    return user


@pytest.mark.parametrize("text", [QUESTION, JAPANESE])
async def test_a_question_in_its_channel_brings_a_private_offer_and_nothing_public(stage: Stage, text: str) -> None:
    aki = await arrived(stage)
    ref = await writes(stage, aki, text)
    found = await offer(stage, aki)
    assert isinstance(found, Post)
    assert found.place == ref.place
    assert public(stage) == []
    question = await only(stage)
    assert (question.via, question.search, question.root) == (Via.CHANNEL, Search.OFF, ref)
    assert question.text == text
    assert question.title
    assert await stage.facts(*FACTS) == ["question.asked", "question.offered_help"]


async def test_where_there_are_no_private_posts_it_is_a_direct_message_and_a_closed_door_is_respected(
    stage: Stage,
) -> None:
    aki, bo = await arrived(stage, workspace=DISCORD), await arrived(stage, "bo", workspace=DISCORD)
    await writes(stage, aki, QUESTION)
    assert isinstance(await offer(stage, aki), DirectMessage)
    stage.sent.clear()
    stage.refuses = lambda effect: isinstance(effect, DirectMessage)
    await writes(stage, bo, QUESTION)
    assert stage.sent == []  # whoever takes no messages is not spoken to in public instead
    assert len(await all_of(stage)) == 2


async def test_find_somebody_opens_the_thread_and_starts_the_search_once(stage: Stage) -> None:
    aki, bo = await arrived(stage), await arrived(stage, "bo")
    ref = await writes(stage, aki, QUESTION)
    card = card_of(await offer(stage, aki))
    stage.sent.clear()
    assert "somebody else" in text_of(await stage.presses(bo, card, "q_find"))
    assert public(stage) == []
    for _ in range(2):
        assert "Answers go into the thread" in text_of(await stage.presses(aki, card, "q_find"))
    (thread,) = public(stage)
    assert isinstance(thread, OpenThread)
    assert thread.start == ref
    question = await only(stage)
    assert question.search is Search.PEERS
    assert question.thread is not None
    assert question.thread.thread == ref.id
    assert await stage.facts(*FACTS) == ["question.asked", "question.offered_help", "question.help_wanted"]


async def test_no_thanks_is_noted_and_nothing_more_is_said(stage: Stage) -> None:
    aki, bo = await arrived(stage), await arrived(stage, "bo")
    await writes(stage, aki, QUESTION)
    card = card_of(await offer(stage, aki))
    stage.sent.clear()
    assert "somebody else" in text_of(await stage.presses(bo, card, "q_no"))
    for _ in range(2):
        assert "All right" in text_of(await stage.presses(aki, card, "q_no"))
    assert stage.sent == []
    assert await stage.facts(*FACTS) == ["question.asked", "question.offered_help", "question.help_declined"]
    assert (await only(stage)).is_living


async def test_what_was_answered_before_is_in_the_offer_and_settles_the_question(stage: Stage) -> None:
    bo, cho = await stage.joins("bo"), await stage.joins("cho")
    await crowd(stage)
    helped = await solved(stage, bo, cho)
    aki = await arrived(stage)
    await writes(stage, aki, KNOWN)
    card = card_of(await offer(stage, aki))
    assert TITLE in text_of(card)
    assert "helped" in text_of(await stage.presses(aki, card, "q_earlier"))
    question = (await all_of(stage))[-1]
    assert question.id != helped.id
    assert (question.state, question.close_reason) == (QuestionState.CLOSED, CloseReason.ANSWERED_EARLIER)
    assert await stage.facts("question.deflected", "question.closed") == ["question.deflected", "question.closed"]
    assert public(stage) == []
    assert "settled already" in text_of(await stage.presses(aki, card, "q_find"))
    assert "settled already" in text_of(await stage.presses(aki, card, "q_earlier"))


async def test_one_offer_per_asker_and_hour(stage: Stage) -> None:
    aki = await arrived(stage)
    await writes(stage, aki, QUESTION)
    await stage.passes(timedelta(minutes=30))
    await writes(stage, aki, "Does anybody know why the import of my customers stops after a hundred lines?")
    await offer(stage, aki)
    assert len(await all_of(stage)) == 2
    await stage.passes(timedelta(minutes=31))
    stage.sent.clear()
    await writes(stage, aki, "Does anybody know how to change the language of the invoices that we send?")
    await offer(stage, aki)


async def test_who_goes_on_within_two_minutes_adds_to_the_question(stage: Stage) -> None:
    aki, bo = await arrived(stage), await arrived(stage, "bo")
    await writes(stage, aki, QUESTION)
    await stage.passes(timedelta(minutes=1))
    await writes(stage, bo, "Nice weather today.")
    await writes(stage, aki, "I am on the small plan, by the way. Does that matter?")
    assert (await only(stage)).text == f"{QUESTION}\nI am on the small plan, by the way. Does that matter?"
    await stage.passes(timedelta(minutes=2))
    await writes(stage, aki, "Off to lunch.")
    assert "lunch" not in (await only(stage)).text


async def test_what_is_no_question_for_all_is_left_alone(stage: Stage) -> None:
    aki, bo = await arrived(stage), await arrived(stage, "bo")
    ref = await writes(stage, aki, "Good morning everybody, happy to be here!")
    await writes(stage, aki, QUESTION, channel="general")
    await writes(stage, aki, QUESTION, thread=ref.id, reply_to=ref.id)
    await writes(stage, aki, QUESTION, reply_to=ref.id)
    await writes(stage, aki, QUESTION, by_bot=True)
    await writes(stage, UserRef(SLACK.platform, SLACK.id, "slackbot"), QUESTION)
    await writes(stage, await arrived(stage, "robot", is_bot=True), QUESTION)
    await writes(stage, aki, "", files=1)
    await writes(stage, aki, "```\nprint(1)\n```")
    await writes(stage, aki, f"<@{bo.id}> are you coming?", mentions=(bo,))
    assert await all_of(stage) == []
    assert stage.sent == []


@pytest.mark.parametrize("off", [QuestionSettings(enabled=False), QuestionSettings(watch_channels=False)])
async def test_switched_off_it_notices_nothing(build: Build, off: QuestionSettings) -> None:
    stage = await build(questions=off)
    await writes(stage, await arrived(stage), QUESTION)
    assert await all_of(stage) == []


async def test_what_is_found_while_catching_up_is_watched_without_an_offer(stage: Stage) -> None:
    aki = await arrived(stage)
    await writes(stage, aki, QUESTION, at=stage.now - timedelta(hours=5))
    assert (await only(stage)).asked_at == stage.now - timedelta(hours=5)
    assert stage.sent == []


async def test_a_forum_post_is_a_question_by_its_place_and_keeps_its_title(stage: Stage) -> None:
    aki, bo = await arrived(stage, workspace=DISCORD), await arrived(stage, "bo", workspace=DISCORD)
    title = "How can I export invoices as CSV?"
    ref = await writes(stage, aki, "I want all of last month.", channel="forum", thread="own", title=title)
    await writes(stage, bo, QUESTION, channel="forum", thread=ref.id, reply_to=ref.id)
    question = await only(stage)
    assert (question.title, question.root, question.thread) == (title, ref, ref.place)
    card = card_of(await offer(stage, aki))
    stage.sent.clear()
    await stage.presses(aki, card, "q_find")
    (status,) = public(stage)
    assert isinstance(status, Post)
    assert status.place == ref.place


async def test_forty_thousand_characters_are_kept_whole(stage: Stage) -> None:
    aki = await arrived(stage)
    text = QUESTION + "\n" + "The log says: <value> is not & never was. " * 1000
    await writes(stage, aki, text[:40_000])
    question = await only(stage)
    assert len(question.text) == len(text[:40_000].strip())
    await stage.presses(aki, card_of(await offer(stage, aki)), "q_find")
    assert len(public(stage)) == 1


async def test_the_same_message_again_is_the_same_question(stage: Stage) -> None:
    aki = await arrived(stage)
    ref = await writes(stage, aki, QUESTION)
    later = stage.now + timedelta(minutes=5)
    again = MessagePosted(key="again", at=later, workspace=SLACK, message=ref, author=aki, text=QUESTION)
    await stage.happens(again)
    assert len(await all_of(stage)) == 1


async def test_a_late_yes_still_finds_peers_after_the_moderators_were_told(stage: Stage) -> None:
    aki = await arrived(stage)
    await writes(stage, aki, QUESTION)
    card = card_of(await offer(stage, aki))
    await stage.passes(timedelta(hours=25))
    assert (await only(stage)).search is Search.STAFF
    stage.sent.clear()
    await stage.presses(aki, card, "q_find")
    assert (await only(stage)).search is Search.PEERS
    assert await stage.facts("question.help_wanted") == ["question.help_wanted"]
    assert [e.start for e in public(stage) if isinstance(e, OpenThread)] == [(await only(stage)).root]
