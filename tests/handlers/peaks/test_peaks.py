from __future__ import annotations

import pytest

from chat.ids import Platform
from tests.handlers.peaks.peaking import (
    A_DAY,
    asked,
    begins,
    prepare,
    solved,
    told,
)
from tests.handlers.stage import Stage, text_of


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    prepare(stage, languages={"slack": "ja", "discord": "en"})
    await begins(stage)
    return stage


async def test_a_question_solved_in_minutes_is_told_after_its_member_said_yes(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken", locale="ja")
    await solved(stage, aiko, ken)
    stage.sent.clear()
    await stage.passes(A_DAY)
    cards = asked(stage)
    assert set(cards) == {"UKen"}, "only who did it is asked"
    assert "みんなに紹介してもいいですか" in text_of(cards["UKen"])
    assert "Why do webhooks come twice?" in text_of(cards["UKen"])
    assert told(stage) == {}, "nothing is told before a yes"
    await stage.presses(ken, cards["UKen"], "peak_yes")
    await stage.passes(A_DAY)
    posts = told(stage)
    assert {platform: len(cards) for platform, cards in posts.items()} == {Platform.SLACK: 1, Platform.DISCORD: 1}
    assert "@Ken" in text_of(posts[Platform.SLACK][0])
    assert "@Aiko" in text_of(posts[Platform.SLACK][0])
    assert "さん" in text_of(posts[Platform.SLACK][0])
    assert "Aiko" in text_of(posts[Platform.DISCORD][0])
    assert "solved" in text_of(posts[Platform.DISCORD][0])
    assert await stage.facts("peak.asked", "peak.agreed", "peak.posted") == ["peak.asked", "peak.agreed", "peak.posted"]
    await stage.passes(10 * A_DAY)
    assert told(stage) == {}, "it is told once"
    assert asked(stage) == {}, "and its member is left in peace"
