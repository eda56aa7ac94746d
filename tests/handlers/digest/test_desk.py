from __future__ import annotations

from datetime import timedelta

import pytest

from chat.answers import Answer, Redraw, Say
from chat.card import Card
from chat.ids import Platform, UserRef
from tests.handlers.digest.weekly import A_WEEK, MONDAY, digests_of, introduced, prepare
from tests.handlers.meetups.planned import planned
from tests.handlers.questions.asked import ask
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of

HOUR = timedelta(hours=1)


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    return prepare(stage, slack="ja+en", discord="en")


@pytest.fixture
async def boss(stage: Stage) -> UserRef:
    return await stage.joins("boss", is_admin=True)


async def typed(stage: Stage, who: UserRef, do: str) -> Answer:
    return await stage.types(who, "community", "digest", do=do)


async def test_the_preview_is_the_card_that_is_posted(stage: Stage, boss: UserRef) -> None:
    await introduced(stage, "aki")
    await stage.passes(MONDAY - timedelta(minutes=1))
    stage.sent.clear()
    preview = card_of(await typed(stage, boss, "preview"))
    assert "Only you see this." in text_of(preview)
    assert "ようこそ" in text_of(preview)
    assert "Welcome" in text_of(preview)
    assert digests_of(stage) == {}, "a preview posts nothing"
    await stage.passes(MONDAY)
    posted = digests_of(stage)[Platform.SLACK]
    assert preview.parts[: len(posted.parts)] == posted.parts
    assert len(preview.parts) > len(posted.parts)


async def test_a_preview_in_mid_week_tells_until_today_and_of_no_wait_without_length(
    stage: Stage, boss: UserRef
) -> None:
    aki = await introduced(stage, "aki")
    await stage.passes(MONDAY + timedelta(days=1, hours=1))  # ten in the morning of Tuesday, 8 December, in Tokyo
    await ask(stage, aki, "How do I rotate a token?")
    text = text_of(await typed(stage, boss, "preview"))
    assert "Mon, 7 Dec to Tue, 8 Dec" in text
    assert "12月7日(月)" in text
    assert "8日(火)" in text
    assert "12月8日" not in text, "the month is said once"
    assert "How do I rotate a token?, just asked" in text


async def test_the_other_place_is_shown_in_its_own_language(stage: Stage, boss: UserRef) -> None:
    await introduced(stage, "aki")
    first = card_of(await typed(stage, boss, ""))
    other = await stage.presses(boss, first, "digest_show")
    assert isinstance(other, Redraw)
    assert "ようこそ" not in text_of(other)
    assert "Welcome" in text_of(other)
    keeper = await stage.joins("keeper", DISCORD, badges=frozenset({"keepers"}))
    assert text_of(await typed(stage, keeper, "preview")).splitlines()[0] == text_of(other).splitlines()[0]


async def test_opening_words_are_prefilled_kept_and_stand_in_the_digest(stage: Stage, boss: UserRef) -> None:
    await introduced(stage, "aki")
    form = form_of(await typed(stage, boss, "edit"))
    assert form.fields[0].value == "みなさん、こんにちは！\nHello everyone!"  # type: ignore[union-attr]
    shown = await stage.sends(boss, form, {"words": "What a <b>week</b>! 🎉"})
    assert "What a <b>week</b>! 🎉" in text_of(shown)
    assert form_of(await typed(stage, boss, "edit")).fields[0].value == "What a <b>week</b>! 🎉"  # type: ignore[union-attr]
    await stage.passes(MONDAY)
    for card in digests_of(stage).values():
        assert "What a <b>week</b>! 🎉" in text_of(card)
        assert "Hello everyone!" not in text_of(card)
    await stage.passes(MONDAY + HOUR)
    late = await stage.sends(boss, form, {"words": "too late"})
    assert "too late" in text_of(late)
    await introduced(stage, "ben")
    await stage.passes(MONDAY + A_WEEK)
    assert "Hello everyone!" in text_of(digests_of(stage)[Platform.SLACK]), "words are for one week"


async def test_a_skipped_week_brings_nothing_and_can_be_taken_back(stage: Stage, boss: UserRef) -> None:
    await introduced(stage, "aki")
    skipped = await typed(stage, boss, "skip")
    assert "skipped" in text_of(await typed(stage, boss, "preview"))
    await stage.presses(boss, card_of(skipped), "digest_skip")
    assert "skipped" not in text_of(await typed(stage, boss, "preview"))
    await typed(stage, boss, "skip")
    await stage.passes(MONDAY + HOUR)
    assert digests_of(stage) == {}
    await introduced(stage, "ben")
    await stage.passes(MONDAY + A_WEEK)
    text = text_of(digests_of(stage)[Platform.DISCORD])
    assert "@ben" in text
    assert "@aki" not in text, "a skipped week is not made up for"
    assert await stage.facts("digest.skipped", "digest.resumed") == [
        "digest.skipped",
        "digest.resumed",
        "digest.skipped",
    ]


async def test_posting_now_is_the_weeks_digest_and_the_rest_comes_a_week_later(stage: Stage, boss: UserRef) -> None:
    await introduced(stage, "aki")
    seen = card_of(await typed(stage, boss, "post"))
    assert digests_of(stage) == {}, "it is seen before it is posted"
    assert "Posted." in text_of(await stage.presses(boss, seen, "digest_post"))
    assert set(digests_of(stage)) == {Platform.SLACK, Platform.DISCORD}
    assert "posted already" in text_of(await typed(stage, boss, "post"))
    assert "posted already" in text_of(await typed(stage, boss, "skip"))
    assert "posted already" in text_of(await typed(stage, boss, "preview"))
    await stage.passes(HOUR)
    await introduced(stage, "ben")
    await stage.passes(MONDAY + HOUR)
    assert digests_of(stage) == {}, "the slot posts nothing more"
    await stage.passes(MONDAY + A_WEEK)
    text = text_of(digests_of(stage)[Platform.SLACK])
    assert "@ben" in text, "what happened after the early digest is told in the next"
    assert "@aki" not in text


async def test_with_nothing_to_say_nothing_is_posted_by_hand_either(stage: Stage, boss: UserRef) -> None:
    assert "nothing to say" in text_of(await typed(stage, boss, "preview"))
    assert "nothing to say" in text_of(await typed(stage, boss, "post"))
    await introduced(stage, "aki")
    await stage.passes(MONDAY)
    assert digests_of(stage) != {}, "the slot still comes"


async def test_only_moderators_steer_it(stage: Stage, boss: UserRef) -> None:
    aki = await introduced(stage, "aki")
    preview = card_of(await typed(stage, boss, "preview"))
    form = form_of(await typed(stage, boss, "edit"))
    for do in ("preview", "edit", "skip", "post"):
        assert "for moderators" in text_of(await typed(stage, aki, do))
    for name in ("digest_show", "digest_edit", "digest_skip", "digest_post"):
        assert "for moderators" in text_of(await stage.presses(aki, preview, name))
    assert "for moderators" in text_of(await stage.sends(aki, form, {"words": "hi"}))
    assert digests_of(stage) == {}
    await stage.passes(MONDAY)
    assert "hi" not in text_of(digests_of(stage)[Platform.SLACK]).split()


async def test_a_button_of_last_week_does_nothing(stage: Stage, boss: UserRef) -> None:
    await introduced(stage, "aki")
    old = card_of(await typed(stage, boss, "preview"))
    await stage.passes(MONDAY + HOUR)
    stage.sent.clear()
    for name in ("digest_skip", "digest_post"):
        assert "That week is over" in text_of(await stage.presses(boss, old, name))
    assert digests_of(stage) == {}


async def test_the_preview_tells_what_the_last_digest_led_to(stage: Stage, boss: UserRef) -> None:
    aki, ben = await introduced(stage, "aki"), await introduced(stage, "ben", Platform.DISCORD)
    question = await ask(stage, aki, "How do I rotate a token?")
    meetup = await planned(stage)
    await stage.passes(MONDAY + HOUR)
    card = digests_of(stage)[Platform.DISCORD]
    assert question.root
    await stage.says(boss, "Use the rotate command.", to=question.root, channel="questions")
    await stage.acts(ben, f"rsvp:{meetup}:going")
    await stage.acts(ben, f"rsvp:{meetup}:maybe")
    await stage.presses(ben, card, "digest_mine")
    await stage.passes(stage.now + timedelta(days=4))
    await stage.says(boss, "Much later.", to=question.root, channel="questions")
    footnote = text_of(await typed(stage, boss, "preview"))
    assert "replies 1 · answers to meetups 1 · looked for themselves 1 · people in all 2" in footnote


async def test_without_a_channel_it_says_how_to_set_one(stage: Stage, boss: UserRef) -> None:
    stage.directory.missing.add("general")
    for do in ("preview", "post"):
        answer = await typed(stage, boss, do)
        assert isinstance(answer, Say)
        assert "No channel that I can see" in text_of(answer)


async def test_a_word_that_is_no_choice_is_explained(stage: Stage, boss: UserRef) -> None:
    answer: Card = card_of(await typed(stage, boss, "sing"))
    assert "preview | edit | skip | post" in text_of(answer)
    assert boss.home == SLACK
