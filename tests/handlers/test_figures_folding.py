"""While a large log is folded: who asks is told to come back, and what is scheduled comes later."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from chat.effects import Post
from handlers.figures import folding
from handlers.reports import standing
from storage.figures import reading as figures
from storage.figures import rollup
from storage.tables.figures import folded
from tests.handlers.settings.setting import sets
from tests.handlers.stage import Stage, text_of


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (folding, figures):
        monkeypatch.setattr(module, "PORTION", 5)


@pytest.mark.usefixtures("small")
async def test_who_asks_while_much_is_new_is_told_so_and_a_moment_later_sees_the_figures(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True)
    for n in range(12):
        await stage.says(boss, f"hello {n}")
    await stage.passes(timedelta(days=7))
    for what in ("kpi", "report"):
        assert "being counted" in text_of(await stage.types(boss, "community", what))
    await stage.passes(timedelta(seconds=1))
    assert "People who wrote: 1" in text_of(await stage.types(boss, "community", "kpi"))


@pytest.mark.usefixtures("small")
async def test_the_weekly_figures_wait_until_all_is_folded(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True)
    for n in range(12):
        await stage.says(boss, f"hello {n}")
    stage.standing = standing.FEATURE.standing
    await stage.passes(timedelta(days=7))
    posted = [text for text in (text_of(post.card) for post in stage.took(Post)) if "People who wrote" in text]
    assert ["People who wrote: 1" in text for text in posted] == [True, True], "once in each workspace"


async def test_a_change_of_the_time_zone_is_folded_before_anybody_asks(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True)
    await stage.says(boss, "hello")
    await sets(stage, boss, "time_zone", "Europe/Berlin")
    await stage.passes(timedelta(seconds=1))
    async with stage.db.reading() as conn:
        assert (await conn.execute(sa.select(folded.c.time_zone))).scalar_one() == "Europe/Berlin"


async def test_what_others_wrote_is_not_read_again_at_every_fold(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await stage.says(aki, "hello")
    async with stage.db.writing() as conn:
        newest = (await conn.execute(sa.text("SELECT max(id) FROM activity"))).scalar_one()
        assert await rollup.fold(conn, "quiet", ZoneInfo("UTC")) == 0
        assert (
            await conn.execute(sa.select(folded.c.fact).where(folded.c.community == "quiet"))
        ).scalar_one() == newest
