"""/community pins: candidates with what they did, for moderators alone; what was said of them is remembered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.answers import Answer
from chat.card import Card
from chat.ids import UserRef
from community.seats.values import Mark
from handlers.context import Context
from storage.tables.meetups import seats
from tests.handlers.meetups.planned import planned
from tests.handlers.peaks.peaking import A_DAY, answered
from tests.handlers.questions.asked import ask, within
from tests.handlers.stage import DISCORD, Stage, card_of, text_of


@pytest.fixture
async def boss(stage: Stage) -> UserRef:
    return await stage.joins("boss", is_admin=True)


async def came(stage: Stage, user: UserRef, times: int) -> None:
    """Let somebody have been at meetups."""
    for n in range(times):
        meetup = await planned(stage, title=f"Evening {n}", ahead=timedelta(hours=1))
        member = await stage.member(user)
        row = {"community": "c1", "meetup_id": meetup, "member_id": member, "mark": Mark.ATTENDED.value, "entry": "{}"}
        async with stage.db.writing() as conn:
            await conn.execute(seats.insert().values(row))
        stage.now += A_DAY


async def helped(stage: Stage, asker: UserRef, helper: UserRef, *topics: str) -> None:
    for topic in topics:
        await answered(stage, await ask(stage, asker, f"How about {topic}?", topic=topic), helper)


async def typed(stage: Stage, who: UserRef) -> Answer:
    return await stage.types(who, "community", "pins")


async def test_who_came_and_answered_is_a_candidate_with_what_they_did(stage: Stage, boss: UserRef) -> None:
    aki, ken, rin = await stage.joins("aki"), await stage.joins("ken"), await stage.joins("rin")
    await came(stage, ken, 3)
    await came(stage, rin, 3)
    await helped(stage, aki, ken, "python", "ops")
    await helped(stage, aki, rin, "python")
    text = text_of(await typed(stage, boss))
    assert "ken" in text
    assert "came to 3 meetups" in text
    assert "helped with 2 questions (Python, Operations)" in text
    assert "rin" not in text, "one sign alone may be chance"
    assert "aki" not in text


async def test_moderators_read_it_in_their_language_on_both_platforms(stage: Stage) -> None:
    aki, ken = await stage.joins("aki", DISCORD), await stage.joins("ken", DISCORD)
    await came(stage, ken, 3)
    await helped(stage, aki, ken, "python", "ops")
    keeper = await stage.joins("keeper", DISCORD, badges=frozenset({"keepers"}), locale="ja")
    text = text_of(await typed(stage, keeper))
    assert "ミートアップに3回参加" in text
    assert "2件の質問に回答（Python・運用）" in text
    assert "声をかける" in text


async def candidate(stage: Stage) -> UserRef:
    aki, ken = await stage.joins("aki"), await stage.joins("ken")
    await came(stage, ken, 3)
    await helped(stage, aki, ken, "python", "ops")
    return ken


async def test_not_now_hides_for_ninety_days_and_can_be_undone(stage: Stage, boss: UserRef) -> None:
    await candidate(stage)
    shown = card_of(await typed(stage, boss))
    after = card_of(await stage.presses(boss, shown, "pin_later"))
    assert "ken is not shown for now." in text_of(after)
    assert "came to" not in text_of(await typed(stage, boss))
    await stage.presses(boss, after, "pin_undo")
    assert "came to" in text_of(await typed(stage, boss))
    await stage.presses(boss, shown, "pin_later")
    stage.now += timedelta(days=89)
    assert "came to" not in text_of(await typed(stage, boss))
    stage.now += timedelta(days=2)
    assert "came to" in text_of(await typed(stage, boss))


async def test_who_is_to_be_asked_is_remembered(stage: Stage, boss: UserRef) -> None:
    await candidate(stage)
    shown = card_of(await typed(stage, boss))
    assert "Noted: @ken." in text_of(await stage.presses(boss, shown, "pin_yes"))
    stage.now += timedelta(days=100)
    assert "Whom you wanted to ask: ken" in text_of(await typed(stage, boss))
    assert await stage.facts("pin.accepted") == ["pin.accepted"]


async def test_only_moderators_see_and_press_it(stage: Stage, boss: UserRef) -> None:
    ken = await candidate(stage)
    shown = card_of(await typed(stage, boss))
    assert "for moderators" in text_of(await typed(stage, ken))
    for name in ("pin_yes", "pin_later"):
        assert "for moderators" in text_of(await stage.presses(ken, shown, name))
    assert "for moderators" in text_of(await stage.acts(ken, "pin_undo:1"))
    assert await stage.facts("pin.accepted", "pin.not_now", "pin.undone") == []


@pytest.mark.parametrize("raw", ["pin_yes", "pin_yes:", "pin_yes:x", "pin_later:99999", "pin_undo:" + "9" * 30])
async def test_a_button_that_nobody_made_does_nothing(stage: Stage, boss: UserRef, raw: str) -> None:
    assert "Nobody stands out" in text_of(await stage.acts(boss, raw))


async def test_who_brought_others_and_came_back_is_a_candidate(stage: Stage, boss: UserRef) -> None:
    ken = await stage.joins("ken")
    rin = await stage.joins("rin")
    await stage.leaves(ken)
    stage.now += A_DAY
    await stage.joins("ken")

    async def refer(ctx: Context) -> None:
        new = await ctx.db.people.ensure(UserRef(ken.platform, ken.workspace, "Unew"), "new", ctx.now)
        by = await ctx.db.people.by_user(ken)
        assert by
        await ctx.db.onboarding.record_newcomer(new.id, referrer=by.id, via=None)

    await within(stage, refer)
    text = text_of(await typed(stage, boss))
    assert "brought 1 member" in text
    assert "came back after being away" in text
    assert "rin" not in text
    await stage.leaves(ken)
    assert "ken" not in text_of(await typed(stage, boss)), "who is gone cannot be asked"
    assert rin


async def test_a_great_many_candidates_still_fit_one_card(stage: Stage, boss: UserRef) -> None:
    aki = await stage.joins("aki")
    for n in range(9):
        ken = await stage.joins(f"ken{n}", shown="😀" * 80)
        await came(stage, ken, 3)
        await helped(stage, aki, ken, "python", "ops")
    card = card_of(await typed(stage, boss))
    assert isinstance(card, Card)
    assert "and 3 more" in text_of(card)
