"""`/community kpi`: what moderators see of a week and a month, in both languages and on both platforms."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from chat.answers import Say
from chat.card import Card
from chat.ids import UserRef
from community.kpi.everything import KPIS, Direction, Figure, Period, PeriodSpan, Trend
from community.when.zones import zone_or
from handlers.figures import folding
from handlers.figures.command import kpi_card
from locales import translator
from storage.figures import rollup
from storage.tables.figures import rollup as rows
from tests.handlers.stage import DISCORD, Stage, card_of, text_of


async def kpis(stage: Stage, who: UserRef, **options: str) -> Card:
    return card_of(await stage.types(who, "community", "kpi", **options))


async def test_a_week_tells_what_happened_in_it_and_only_then(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True)
    aki = await stage.joins("aki")
    await stage.says(aki, "hello")
    await stage.says(boss, "welcome")
    assert "nothing to count yet" in text_of(await kpis(stage, boss)), "the week is not over"
    await stage.passes(timedelta(days=7))
    shown = text_of(await kpis(stage, boss))
    assert "New members: 2" in shown
    assert "Messages from members: 1" in shown, "the other one is of staff"
    assert "Messages from members, not staff: 50.0 % (only 2: a hint)" in shown
    assert "People who wrote: 2" in shown
    assert "Discord only" in text_of(await kpis(stage, boss, platform="discord"))
    assert "New members: 2" not in text_of(await kpis(stage, boss, platform="discord"))


async def test_a_member_is_told_that_it_is_for_moderators(stage: Stage) -> None:
    aki = await stage.joins("aki", DISCORD)
    answer = await stage.types(aki, "community", "kpi")
    assert isinstance(answer, Say)
    assert "for moderators" in text_of(answer)


async def test_what_is_no_period_and_no_platform_is_said(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True)
    assert "There are no figures of foo. Choose week" in text_of(await kpis(stage, boss, period="foo"))
    assert "There are no figures of teams. Choose slack" in text_of(await kpis(stage, boss, platform="teams"))
    assert "Figures of 2026-11" in text_of(await kpis(stage, boss, period=" 先月"))
    assert "Figures of the week" in text_of(await kpis(stage, boss, period="Week", platform="Discord"))


def test_all_figures_fit_into_one_card_in_either_language() -> None:
    past = tuple(Figure(123_456.0, 123_456) for _ in range(8))
    told = {kpi: (Figure(0.123456, 99, 0.5, 0.1, 0.2), Trend(Direction.LEVEL, 1.0, None, past)) for kpi in KPIS}
    for language in ("en", "ja"):
        t = translator(language)
        for span in PeriodSpan:
            shown = text_of(kpi_card(Period.of(span, date(2026, 11, 2)), told, t))
            assert all(t.line(kpi.name) in shown for kpi in KPIS)


async def test_the_roll_up_follows_the_log_by_itself(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await stage.says(aki, "hello")
    stage.standing = folding.FEATURE.standing
    await stage.passes(timedelta(days=1))
    async with stage.db.writing() as conn:
        assert await rollup.fold(conn, "c1", zone_or(None, stage.settings.time_zone)) == 0, "nothing is left to fold"
        assert (await conn.execute(sa.select(sa.func.count()).select_from(rows))).scalar_one() > 0


async def test_weeks_before_the_community_was_there_are_no_past_to_rise_from(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True)
    shown = []
    for _ in range(5):
        for n in range(3):
            await stage.says(boss, f"hello {n}")
        await stage.passes(timedelta(days=7))
        shown.append(text_of(await kpis(stage, boss)))
    assert ["↑" in text or "→" in text for text in shown[:3]] == [False] * 3
    assert "From the fourth period on" in shown[2]
    assert "People who wrote: 1  → steady" in shown[4]
