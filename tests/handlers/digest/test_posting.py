from __future__ import annotations

from datetime import timedelta

import pytest

from chat.effects import Post
from chat.ids import Platform
from tests.handlers.digest.weekly import (
    A_WEEK,
    MONDAY,
    celebrated,
    digests_of,
    introduced,
    opts_out,
    prepare,
    takes_back_thanks,
    thanked,
)
from tests.handlers.meetups.planned import planned
from tests.handlers.questions.asked import ask
from tests.handlers.questions.asking import solved
from tests.handlers.stage import DISCORD, Stage, text_of
from tests.handlers.thanks.thanking import thank


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    return prepare(stage, discord="ja")


async def test_the_digest_comes_by_itself_to_both_platforms_in_the_channels_language(stage: Stage) -> None:
    aki = await introduced(stage, "aki")
    ben = await stage.joins("ben", DISCORD)
    await ask(stage, ben, "How do I rotate a token?")
    await solved(stage, ben, aki, "Why is CI so slow?")
    await thanked(stage, ben, aki, "the patient answer")
    await planned(stage, title="Reading circle")
    await celebrated(stage, aki, "the first answer of a newcomer")
    stage.sent.clear()
    await stage.passes(MONDAY - timedelta(minutes=1))
    assert digests_of(stage) == {}
    await stage.passes(MONDAY + timedelta(hours=1))
    found = digests_of(stage)
    english, japanese = text_of(found[Platform.SLACK]), text_of(found[Platform.DISCORD])
    for words in (
        "This week in Aozora",
        "@aki",
        "How do I rotate a token?",
        "Why is CI so slow?",
        "the patient answer",
    ):
        assert words in english, words
    for words in ("How do I rotate a token?", "Reading circle", "@ben", "the first answer of a newcomer"):
        assert words in japanese, words
    assert "1 seat left" in english
    assert "This week" not in japanese
    assert await stage.facts("digest.posted") == ["digest.posted"]


async def test_a_week_without_news_brings_no_digest_and_the_next_is_not_late(stage: Stage) -> None:
    await stage.joins("aki")
    await stage.passes(MONDAY + timedelta(hours=1))
    assert digests_of(stage) == {}
    assert await stage.facts("digest.posted") == []
    await introduced(stage, "emi")
    await stage.passes(MONDAY + A_WEEK)
    assert "@emi" in text_of(digests_of(stage)[Platform.SLACK])
    await stage.passes(MONDAY + 2 * A_WEEK)
    assert digests_of(stage) == {}, "nobody is new twice"


async def test_who_opted_out_or_has_left_is_nowhere_in_it(stage: Stage) -> None:
    shy, gone, aki = [await introduced(stage, name) for name in ("shyperson", "goneperson", "aki")]
    await ask(stage, shy, "A question of the shy")
    await solved(stage, aki, shy, "Answered by the shy")
    await thanked(stage, shy, aki, "words of the shy")
    await thanked(stage, aki, gone, "words to the gone")
    await celebrated(stage, shy, "a moment of the shy")
    await opts_out(stage, shy)
    await stage.leaves(gone)
    stage.sent.clear()
    await stage.passes(MONDAY)
    text = text_of(digests_of(stage)[Platform.SLACK])
    assert "@aki" in text
    assert "Answered by the shy" in text, "the answer stays; its helper is not named"
    for words in ("shyperson", "goneperson", "of the shy", "to the gone"):
        assert words not in text.replace("Answered by the shy", ""), words


async def test_thanks_that_were_taken_back_and_moments_that_were_not_agreed_to_are_not_told(stage: Stage) -> None:
    aki, ben = await introduced(stage, "aki"), await stage.joins("ben", DISCORD)
    await thanked(stage, ben, aki, "something")
    await takes_back_thanks(stage)
    await celebrated(stage, ben, "not asked yet", state="asked")
    await celebrated(stage, ben, "no, please", state="declined")
    await celebrated(stage, ben, "a yes that is not told yet", state="agreed")
    await stage.passes(MONDAY)
    text = text_of(digests_of(stage)[Platform.SLACK])
    for words in ("something", "not asked yet", "no, please", "not told yet", "Thank you"):
        assert words not in text


async def test_thanks_that_were_told_in_private_stay_there(stage: Stage) -> None:
    aki, ben = await introduced(stage, "aki"), await stage.joins("ben")
    await thanked(stage, ben, aki, "words between the two", openly=False)
    stage.refuses = lambda effect: isinstance(effect, Post)
    await thank(stage, ben, aki.id, "words that could not be posted")
    stage.refuses = lambda _: False
    await thank(stage, aki, ben.id, "words in a closed channel", channel="closed")
    await thank(stage, aki, ben.id, "words for all to read")
    await stage.passes(MONDAY)
    text = text_of(digests_of(stage)[Platform.SLACK])
    assert "words for all to read" in text
    for words in ("between the two", "could not be posted", "in a closed"):
        assert words not in text
