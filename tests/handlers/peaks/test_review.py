"""Review by moderators, nominations, and how much is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.card import Card, Quote
from chat.effects import DirectMessage, Post
from chat.ids import Platform, UserRef
from tests.handlers.digest.weekly import opts_out
from tests.handlers.peaks.peaking import A_DAY, asked, begins, moments, prepare, solved, states, told
from tests.handlers.stage import DISCORD, Stage, card_of, text_of

WORDS = "explaining *webhooks* so patiently, <@U1> included"


@pytest.fixture
async def stage(stage: Stage) -> Stage:
    prepare(stage, languages={"slack": "ja+en", "discord": "en"})
    await begins(stage)
    return stage


def reviews(stage: Stage) -> list[Card]:
    return [post.card for post in stage.took(Post) if post.place.channel == "C-moderators"]


async def agreed_to(stage: Stage) -> Card:
    """Let somebody say yes where moderators look at it; returns the moderators' card."""
    prepare(stage, review=True)
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    await stage.passes(A_DAY)
    yes = await stage.presses(ken, asked(stage)["UKen"], "peak_yes")
    assert "The moderators look at it" in text_of(yes)
    (card,) = reviews(stage)
    return card


async def test_moderators_look_first_where_the_settings_say_so(stage: Stage) -> None:
    card = await agreed_to(stage)
    boss = await stage.joins("boss", is_admin=True)
    assert "載せる" not in text_of(card) or "Tell it" not in text_of(card)
    await stage.passes(2 * A_DAY)
    assert told(stage) == {}, "a yes alone is not enough"
    done = await stage.presses(boss, card, "peak_post")
    assert "boss" in text_of(done)
    assert "settled already" in text_of(await stage.presses(boss, card, "peak_drop"))
    await stage.passes(A_DAY)
    assert {platform: len(cards) for platform, cards in told(stage).items()} == {Platform.SLACK: 1, Platform.DISCORD: 1}
    assert await stage.facts("peak.approved") == ["peak.approved"]


async def test_what_moderators_leave_is_not_told(stage: Stage) -> None:
    card = await agreed_to(stage)
    ken, boss = UserRef(Platform.SLACK, "T1", "UKen"), await stage.joins("boss", is_admin=True)
    for name in ("peak_post", "peak_drop"):
        assert "for moderators" in text_of(await stage.presses(ken, card, name))
    assert (await states(stage))["first_solved"] == "in_review"
    await stage.presses(boss, card, "peak_drop")
    await stage.passes(10 * A_DAY)
    assert told(stage) == {}


async def test_the_communitys_own_moment_is_looked_at_too(stage: Stage) -> None:
    prepare(stage, review=True)
    for n in range(100):
        await stage.joins(f"m{n}")
    stage.sent.clear()
    await stage.passes(A_DAY)
    (card,) = reviews(stage)
    assert "There are 100 of us now!" in text_of(card) or "100人" in text_of(card)
    await stage.presses(await stage.joins("boss", is_admin=True), card, "peak_post")
    await stage.passes(A_DAY)
    assert len(told(stage)) == 2


# ---- nominations


async def nominates(stage: Stage, who: UserRef, whom: str, words: str = WORDS) -> str:
    return text_of(await stage.types(who, "tsudoi", "nominate", member=whom, **{"for": words}))


async def test_who_is_nominated_is_asked_at_once_and_the_words_stand_as_they_were_written(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken", DISCORD)
    said = await nominates(stage, await stage.joins("Rin", DISCORD), "<@UKen>")
    assert "Thank you for seeing it" in said
    card = asked(stage)["UKen"]
    assert Quote(WORDS) in card.parts
    assert "@Rin would like everybody to know what @Ken did" in text_of(card)
    await stage.presses(ken, card, "peak_yes")
    await stage.passes(A_DAY)
    post = told(stage)[Platform.SLACK][0]
    assert Quote(WORDS) in post.parts
    assert "「みんなに知ってほしい」" in text_of(post)
    assert "would like everybody to know" in text_of(post), "both languages of the channel"
    assert aiko


async def test_who_nominated_is_not_named_against_their_wish(stage: Stage) -> None:
    aiko = await stage.joins("Aiko")
    await stage.joins("Ken")
    await opts_out(stage, aiko)
    await nominates(stage, aiko, "UKen")
    text = text_of(asked(stage)["UKen"])
    assert "A member would like everybody to know" in text
    assert "Aiko" not in text


@pytest.mark.parametrize(
    ("whom", "words", "said"),
    [
        ("UAiko", WORDS, "for others to say"),
        ("Unobody", WORDS, "I do not know Unobody"),
        ("<@!\u202e>", WORDS, "I do not know"),
        ("x" * 500, WORDS, "I do not know"),
        ("Urobot", WORDS, "I do not know"),
        ("Ugone", WORDS, "I do not know"),
        ("", WORDS, "Like this"),
        ("UKen", "", "Like this"),
        ("UKen", "for", "Like this"),
        ("UKen", " \u202e\u0000 ", "Like this"),
        ("UKen", "x" * 301, "300 characters or fewer; these are 301"),
    ],
)
async def test_what_cannot_be_taken_is_said_kindly(stage: Stage, whom: str, words: str, said: str) -> None:
    aiko = await stage.joins("Aiko")
    await stage.joins("Ken")
    await stage.joins("robot", is_bot=True)
    await stage.leaves(await stage.joins("gone"))
    assert said in await nominates(stage, aiko, whom, words)
    assert await moments(stage) == []


async def test_nominations_are_few(stage: Stage) -> None:
    aiko = await stage.joins("Aiko", locale="ja")
    for name in ("k1", "k2", "k3", "k4"):
        await stage.joins(name)
    assert "ありがとうございます" in await nominates(stage, aiko, "Uk1")
    assert "最近推薦" in await nominates(stage, aiko, "Uk1")
    await nominates(stage, aiko, "Uk2")
    await nominates(stage, aiko, "Uk3")
    assert "3人を推薦" in await nominates(stage, aiko, "Uk4")
    stage.now += 8 * A_DAY
    assert "ありがとうございます" in await nominates(stage, aiko, "Uk4")
    stage.now += 31 * A_DAY
    assert "ありがとうございます" in await nominates(stage, aiko, "Uk1")


async def test_nobody_learns_from_it_who_does_not_want_to_be_presented(stage: Stage) -> None:
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    first = await nominates(stage, aiko, "UKen")
    await stage.presses(ken, asked(stage)["UKen"], "peak_never")
    rin = await stage.joins("Rin")
    assert await nominates(stage, rin, "UKen") == first
    await stage.passes(2 * A_DAY)
    assert asked(stage) == {}


async def test_one_question_at_a_time(stage: Stage) -> None:
    aiko, rin, ken = await stage.joins("Aiko"), await stage.joins("Rin"), await stage.joins("Ken")
    await nominates(stage, aiko, "UKen")
    await nominates(stage, rin, "UKen", "the talk on Friday")
    assert len([m for m in stage.took(DirectMessage) if "peak_yes:" in str(m.card)]) == 1
    (waiting,) = [m for m in await moments(stage) if m.state.value == "found"]
    assert waiting.words == "the talk on Friday"
    assert ken


async def test_a_nomination_at_night_waits_for_the_morning(stage: Stage) -> None:
    aiko = await stage.joins("Aiko")
    await stage.joins("Ken")
    stage.now = stage.now.replace(hour=18)  # three in the morning in Tokyo
    assert "Thank you for seeing it" in await nominates(stage, aiko, "UKen")
    assert asked(stage) == {}
    await stage.passes(A_DAY)
    assert set(asked(stage)) == {"UKen"}


# ---- how much


async def test_a_few_a_week_and_one_a_day(stage: Stage) -> None:
    people = [await stage.joins(f"k{n}") for n in range(9)]
    for n, user in enumerate(people):
        await nominates(stage, people[(n + 1) % 9], user.id)
    cards = asked(stage)
    for user in people:
        await stage.presses(user, cards[user.id], "peak_yes")
    days: list[int] = []
    for _ in range(8):
        await stage.passes(A_DAY)
        days.append(len(told(stage).get(Platform.SLACK, [])))
    assert days == [1, 1, 1, 0, 0, 0, 0, 1]


async def test_switched_off_nothing_is_found_or_taken(stage: Stage) -> None:
    prepare(stage, enabled=False)
    aiko, ken = await stage.joins("Aiko"), await stage.joins("Ken")
    await solved(stage, aiko, ken)
    await stage.passes(2 * A_DAY)
    assert await moments(stage) == []
    assert "switched off" in await nominates(stage, aiko, "UKen")


@pytest.mark.parametrize("name", ["peak_yes", "peak_no", "peak_never", "peak_post", "peak_drop", "peak_again"])
@pytest.mark.parametrize("subject", ["", ":", ":x", ":99", ":-1", ":" + "9" * 40])
async def test_buttons_that_nobody_made_do_nothing(stage: Stage, name: str, subject: str) -> None:
    boss = await stage.joins("boss", is_admin=True)
    assert text_of(await stage.acts(boss, name + subject))
    assert await moments(stage) == []


async def test_a_nominee_on_the_other_platform_gets_it_there(stage: Stage) -> None:
    ken = await stage.joins("Ken", DISCORD, locale="ja")
    aiko = await stage.joins("Aiko", DISCORD)
    await nominates(stage, aiko, "UKen")
    (message,) = [m for m in stage.took(DirectMessage) if "peak_yes:" in str(m.card)]
    assert message.user == ken
    assert "紹介してもいいですか" in text_of(message)
    assert "いいですよ" in text_of(message)
    yes = await stage.presses(ken, card_of(message), "peak_yes")
    assert "日中の時間に紹介します" in text_of(yes)
    stage.now += timedelta(minutes=1)
