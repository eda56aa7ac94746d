"""``/community thanks``: both lists with their evidence, for moderators alone, and what one tap does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.answers import Answer
from chat.card import Card, Select
from chat.effects import DirectMessage, Post
from chat.ids import UserRef, Workspace
from tests.handlers.questions.asked import again, ask
from tests.handlers.questions.life import reacts as marks
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of
from tests.handlers.thanks.thanking import thank

HELP = "You have to set the time-out of the client to thirty seconds, then it works."


async def answered(stage: Stage, asker: UserRef, helper: UserRef, title: str, *, topic: str | None = None) -> None:
    """Let somebody's question be answered and solved."""
    question = await ask(stage, asker, title, topic=topic)
    question = await again(stage, question.id)
    assert question.root
    reply = await stage.says(helper, HELP, to=question.root, channel="questions")
    await marks(stage, asker, reply, "✅")
    stage.sent.clear()


async def desk(stage: Stage, boss: UserRef) -> Card:
    return card_of(await stage.types(boss, "community", "thanks"))


async def chooses(stage: Stage, who: UserRef, card: Card, name: str, n: int = 0) -> Answer:
    (select,) = [part for part in card.parts if isinstance(part, Select) and part.action == name]
    return await stage.acts(who, name, values=(select.options[n].value,))


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_who_helped_twice_and_was_not_thanked_is_shown_until_somebody_thanks(
    stage: Stage, workspace: Workspace
) -> None:
    boss = await stage.joins("boss", workspace, is_admin=True, badges=frozenset({"keepers"}))
    aki, ben, cho = [await stage.joins(name, workspace) for name in ("aki", "ben", "cho")]
    await answered(stage, aki, ben, "Why does it time out?")
    assert "ben" not in text_of(await desk(stage, boss))
    await answered(stage, cho, ben, "Why is it slow?")
    await answered(stage, cho, aki, "Why is it blue?")
    card = await desk(stage, boss)
    (line,) = [line for line in text_of(card).splitlines() if line.startswith("ben — ")]
    assert "Why does it time out?" in line
    assert "Why is it slow?" in line
    assert "aki —" not in text_of(card), "one answer is not several"
    form = form_of(await chooses(stage, boss, card, "thanks_them"))
    assert "in private" in text_of(await stage.sends(boss, form, {"words": "for helping twice"}))
    assert stage.took(Post) == []
    stage.now += timedelta(seconds=1)
    assert "has been thanked" in text_of(await desk(stage, boss))


async def test_the_private_word_reaches_who_helped(stage: Stage) -> None:
    boss, aki, ben = await stage.joins("boss", is_admin=True), await stage.joins("aki"), await stage.joins("ben")
    for title in ("Why does it time out?", "Why is it slow?"):
        await answered(stage, aki, ben, title)
    form = form_of(await chooses(stage, boss, await desk(stage, boss), "thanks_them"))
    await stage.sends(boss, form, {"words": "for helping twice"})
    (told,) = stage.took(DirectMessage)
    assert told.user == ben
    assert "helping twice" in text_of(told)


async def test_help_long_ago_and_thanks_of_anybody_take_from_the_list(stage: Stage) -> None:
    boss, aki, ben = await stage.joins("boss", is_admin=True), await stage.joins("aki"), await stage.joins("ben")
    for title in ("Why does it time out?", "Why is it slow?"):
        await answered(stage, aki, ben, title)
    assert "ben —" in text_of(await desk(stage, boss))
    now = stage.now
    stage.now += timedelta(days=31)
    assert "ben —" not in text_of(await desk(stage, boss))
    stage.now = now
    await thank(stage, aki, ben.id, "the time-outs")
    assert "ben —" not in text_of(await desk(stage, boss))


async def test_names_stand_in_their_order_and_nothing_is_counted(stage: Stage) -> None:
    boss, asker = await stage.joins("boss", is_admin=True), await stage.joins("asker")
    for name, times in (("zoe", 2), ("ann", 2), ("mia", 4)):
        helper = await stage.joins(name)
        for n in range(times):
            await answered(stage, asker, helper, f"Why is thing {name} so odd ({'abcd'[n]})?")
    lines = [line.partition(" — ")[0] for line in text_of(await desk(stage, boss)).splitlines() if " — " in line]
    assert lines == ["ann", "mia", "zoe"]


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_who_was_helped_hears_once_that_a_like_question_waits(stage: Stage, workspace: Workspace) -> None:
    boss = await stage.joins("boss", workspace, is_admin=True, badges=frozenset({"keepers"}))
    aki, ben = await stage.joins("aki", workspace, locale="ja"), await stage.joins("ben", workspace)
    await answered(stage, aki, ben, "Why does it time out?", topic="python")
    cho = await stage.joins("cho", workspace)
    await ask(stage, cho, "How do I set the time-out?", topic="ops")
    assert "is about the same" not in text_of(await desk(stage, boss))
    await ask(stage, cho, "How do I set the retry?", topic="python")
    stage.sent.clear()
    card = await desk(stage, boss)
    assert "aki was helped with Why does it time out?; How do I set the retry? is about the same." in text_of(card)
    would = card_of(await chooses(stage, boss, card, "thanks_hint_give"))
    assert "would be told once" in text_of(would)
    assert stage.took(DirectMessage) == []
    assert "in private, once" in text_of(await stage.presses(boss, would, "thanks_hint_give"))
    (told,) = stage.took(DirectMessage)
    assert told.user == aki
    assert "How do I set the retry?" in text_of(told)
    assert "思い浮かべ" in text_of(told)
    assert "settled itself" in text_of(await chooses(stage, boss, card, "thanks_hint_give"))
    assert "is about the same" not in text_of(await desk(stage, boss))


async def test_others_than_moderators_see_and_do_nothing(stage: Stage) -> None:
    aki = await stage.joins("aki")
    stage.sent.clear()
    assert "for moderators" in text_of(await stage.types(aki, "community", "thanks"))
    for action in ("thanks_them", "thanks_hint_give"):
        assert "for moderators" in text_of(await stage.acts(aki, action, values=("1:1",)))
    assert stage.sent == []


async def test_choices_that_no_card_offered_are_met_kindly(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True)
    robot = await stage.joins("robot", is_bot=True)
    for values in (
        (),
        ("x",),
        ("999",),
        ("9" * 40,),
        (str(await stage.member(boss)),),
        (str(await stage.member(robot)),),
    ):
        for action in ("thanks_them", "thanks_hint_give"):
            assert card_of(await stage.acts(boss, action, values=values)).parts


async def test_in_japanese_it_reads_as_japanese(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True, locale="ja")
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    for title in ("Why does it time out?", "Why is it slow?"):
        await answered(stage, aki, ben, title)
    text = text_of(await desk(stage, boss))
    assert "まだお礼を受け取っていない人" in text
    assert "順位ではありません" in text
