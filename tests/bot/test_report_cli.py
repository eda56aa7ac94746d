"""``tsudoi report``: what somebody at the terminal gets, and how mistakes are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.config import CommunitySection, Config, StoreSection
from bot.reporting.cli import Wish, write_report
from community.config import ConfigError
from community.kpi.everything import Stakeholder
from community.kpi.periods import read_period
from community.reports.report import kpis_of
from community.when.zones import zone_or
from handlers.reports.recipe import FileKind
from storage.unit import Unit
from tests.handlers.conftest import build
from tests.handlers.stage import Stage

__all__ = ["build"]
Build = Callable[..., Awaitable[Stage]]
NAMES = ("Akiko-san", "Benjiro")


@pytest.fixture
async def lived(build: Build) -> Stage:
    """Give a community in which two people talked for a month."""
    stage = await build()
    people = [await stage.joins(name) for name in NAMES]
    for _ in range(3):
        for person in people:
            await stage.says(person, "a secret sentence")
        await stage.passes(timedelta(days=9))
    await stage.passes(timedelta(days=10))
    return stage


def config_of(stage: Stage, *more: CommunitySection) -> Config:
    url = stage.db.url.replace("+aiosqlite", "").replace("+asyncpg", "")
    section = CommunitySection(id="c1", name="Aozora", language="en")
    return Config(community=(section, *more), store=StoreSection(url=url))


async def told(stage: Stage, wish: Wish, *more: CommunitySection) -> tuple[str, object]:
    said: list[str] = []
    report = await write_report(config_of(stage, *more), wish, stage.now, said.append)
    return "\n".join(said), report


async def test_the_files_hold_the_figures_of_the_store_and_nobodys_name(lived: Stage, tmp_path: Path) -> None:
    page, table = tmp_path / "out.html", tmp_path / "out.csv"
    wish = Wish("customer-success", "2026-12", "ja", files=((FileKind.HTML, page), (FileKind.CSV, table)))
    said, _ = await told(lived, wish)
    assert "に書き出しました" in said
    text = page.read_text(encoding="utf-8")
    assert '<html lang="ja">' in text
    assert all(word not in text + table.read_text(encoding="utf-8-sig") for word in (*NAMES, "secret"))
    zone, month = zone_or(None, "Asia/Tokyo"), read_period("2026-12")
    async with lived.db.writing() as conn:
        figures = Unit(conn, "c1", lived.now).figures
        found = await figures.read(kpis_of(Stakeholder.CUSTOMER_SUCCESS), [month], zone=zone)
    assert found["active", month].value == 2
    assert '<article class="figure" id="active">\n<h3>活動した人</h3>\n<p class="value">2</p>' in text
    assert found["member_share", month].value == 1.0
    assert '<p class="value">100.0%</p>' in text


async def test_without_a_file_it_is_printed(lived: Stage) -> None:
    said, _ = await told(lived, Wish("management", "2026-12"))
    assert "Management: report for December 2026" in said
    assert "Active people: 2" in said


async def test_a_month_without_data_is_a_page_that_says_so(lived: Stage, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    said, _ = await told(lived, Wish("sales", "2026-02", files=((FileKind.HTML, page),)))
    assert "Nothing was counted in February 2026" in said
    assert "Nothing was counted in February 2026" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish("the-boss"), "there are customer-success, sales, marketing, development, management"),
        (Wish("sales", "2026-13"), "is no month like 2026-11"),
        (Wish("sales", "2031-01"), "this one is 2027-01"),
        (Wish("sales", community="c9"), "the file has c1"),
    ],
)
async def test_a_mistake_is_told_with_what_there_is(lived: Stage, wish: Wish, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        await told(lived, wish)


async def test_of_several_communities_one_is_named(lived: Stage) -> None:
    with pytest.raises(ConfigError, match="--community; there are c1, c2"):
        await told(lived, Wish("sales"), CommunitySection(id="c2"))
    said, _ = await told(lived, Wish("sales", "2026-12", community="c1"), CommunitySection(id="c2"))
    assert "Sales: report" in said


async def test_a_file_that_cannot_be_written_is_told(lived: Stage, tmp_path: Path) -> None:
    nowhere = tmp_path / "no such folder" / "out.csv"
    with pytest.raises(ConfigError, match="cannot be written"):
        await told(lived, Wish("sales", "2026-12", files=((FileKind.CSV, nowhere),)))


def test_the_command_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'[store]\nurl = "sqlite:///{tmp_path / "none.sqlite"}"\n', encoding="utf-8")
    outcome = CliRunner().invoke(app, ["report", "--for", "the-boss", "--config", str(config)])
    assert isinstance(outcome.exception, ConfigError)
    assert "the-boss" in str(outcome.exception)
