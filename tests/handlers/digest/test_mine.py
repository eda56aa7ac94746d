from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chat.card import Buttons
from chat.effects import DirectMessage, ShowHome
from chat.events import HomeOpened
from chat.ids import Platform, UserRef
from tests.handlers.digest.weekly import A_WEEK, MONDAY, digests_of, introduced, prepare, thanked
from tests.handlers.meetups.planned import planned
from tests.handlers.questions.asked import ask
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

HOUR = timedelta(hours=1)


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    return prepare(stage)


async def own(stage: Stage) -> list[DirectMessage]:
    return [dm for dm in stage.took(DirectMessage) if "While you were away" in text_of(dm)]


async def wants_it(stage: Stage, user: UserRef) -> None:
    await stage.presses(user, card_of(await stage.types(user, "tsudoi", "digest")), "digest_own")


@pytest.mark.parametrize("platform", list(Platform))
async def test_questions_that_match_are_shown_with_the_reason_and_no_score(stage: Stage, platform: Platform) -> None:
    aki = await introduced(stage, "aki", platform)  # can help with operations, wants to learn Python
    asker = await stage.joins("asker", DISCORD)
    for n in range(3):
        await ask(stage, asker, f"Operations question {n}", topic="ops")
    await ask(stage, asker, "A Python question", topic="python")
    await ask(stage, asker, "Something else", topic="t1")
    await ask(stage, aki, "My own question", topic="ops")
    await planned(stage, title="Reading circle")
    text = text_of(await stage.types(aki, "tsudoi", "digest"))
    for n in range(3):
        assert f"Operations question {n} (you can help with Operations)" in text
    for words in ("A Python question", "Something else", "My own question", "0."):
        assert words not in text, words
    assert "Reading circle" in text


async def test_whoever_nothing_waits_for_is_told_so_kindly(stage: Stage) -> None:
    ben = await stage.joins("ben")
    await ask(stage, await stage.joins("asker", DISCORD), "Something", topic="ops")
    assert "No question waits for you in particular" in text_of(await stage.types(ben, "tsudoi", "digest"))


async def test_the_home_tab_shows_what_waits(stage: Stage) -> None:
    aki = await introduced(stage, "aki")
    await ask(stage, await stage.joins("asker", DISCORD), "Operations question", topic="ops")
    stage.sent.clear()
    await stage.happens(HomeOpened(key=stage.key(), at=stage.now, workspace=SLACK, user=aki))
    (home,) = stage.took(ShowHome)
    assert "Waiting for you" in text_of(home.card)
    assert "Operations question" in text_of(home.card)


async def test_a_digest_of_ones_own_comes_only_to_who_asked_for_it_and_was_away(stage: Stage) -> None:
    away, about, silent = [await introduced(stage, name) for name in ("away", "about", "silent")]
    for user in (away, about):
        await wants_it(stage, user)
    asker = await stage.joins("asker", DISCORD)
    await stage.passes(MONDAY + timedelta(days=2))
    await ask(stage, asker, "Operations question", topic="ops")
    await thanked(stage, asker, away, "your runbook")
    await stage.says(about)
    stage.sent.clear()
    await stage.passes(MONDAY + A_WEEK + timedelta(minutes=30))
    linked = digests_of(stage)
    await stage.passes(MONDAY + A_WEEK + 2 * HOUR)
    (sent,) = await own(stage)
    assert sent.user == away
    assert silent != away
    for words in ("Operations question", "your runbook", "once a week at most"):
        assert words in text_of(sent)
    assert linked
    assert any("chat.example" in str(part) for part in sent.card.parts if isinstance(part, Buttons)), "links the digest"
    await stage.presses(away, sent.card, "digest_stop")
    await stage.passes(MONDAY + 2 * A_WEEK + 2 * HOUR)
    assert [dm.user for dm in await own(stage)] == [about], "by now, the other has been away"


async def test_it_waits_for_the_end_of_quiet_hours_and_not_for_ever(stage: Stage) -> None:
    away = await introduced(stage, "away")
    member = await stage.member(away)
    await stage.sends(away, f"rhythm:{member}", {"language": "en", "zone": "Tokyo", "quiet": "00:00-15:00"})
    await wants_it(stage, away)
    await planned(stage, ahead=timedelta(weeks=3))
    stage.sent.clear()
    await stage.passes(MONDAY + A_WEEK + timedelta(hours=5, minutes=59))
    assert await own(stage) == [], "it is before three in the afternoon in Tokyo"
    await stage.passes(MONDAY + A_WEEK + timedelta(hours=6))
    assert len(await own(stage)) == 1
    await stage.passes(MONDAY + 2 * A_WEEK + timedelta(hours=5))
    await stage.says(away, "I am back")
    await stage.passes(MONDAY + 2 * A_WEEK + timedelta(hours=12))
    assert await own(stage) == [], "who came back in the meantime needs none"


async def test_with_nothing_to_tell_nothing_is_sent(stage: Stage) -> None:
    away = await introduced(stage, "away")
    await wants_it(stage, away)
    await stage.passes(MONDAY + 3 * A_WEEK)
    assert await own(stage) == []
    assert await stage.facts("digest.sent") == []


async def test_choices_are_ones_own(stage: Stage) -> None:
    aki, ben = await introduced(stage, "aki"), await stage.joins("ben")
    card = card_of(await stage.types(aki, "tsudoi", "digest"))
    member = await stage.member(aki)
    assert "somebody else" in text_of(await stage.acts(ben, f"digest_named:{member}:off"))
    assert "somebody else" in text_of(await stage.acts(ben, f"digest_stop:{member}"))
    for nonsense in ("maybe", "", ":on"):
        await stage.acts(aki, f"digest_named:{member}:{nonsense}")
    assert await stage.look(lambda db: db.choices.of(member)) == {}
    assert "Don't name me" in text_of(card)
    assert "You may name me" in text_of(await stage.acts(aki, f"digest_named:{member}:off"))
    assert await stage.look(lambda db: db.choices.of(member)) == {"digest": "off"}
    assert stage.now < datetime(2026, 12, 5, tzinfo=UTC)
