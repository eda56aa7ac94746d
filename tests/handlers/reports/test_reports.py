"""Reports in the chat: what a moderator asks for, what comes by itself, and that each comes once."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from chat.effects import DirectMessage, MakeFile, Post
from chat.ids import UserRef, Workspace
from community.kpi.everything import Stakeholder
from community.reports.settings import ReportSettings
from community.signals import TimerDue
from handlers.reports import standing
from handlers.reports.recipe import FileKind, read_recipe
from storage.activity import Fact
from storage.unit import Unit
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

BOTH = pytest.mark.parametrize("home", [SLACK, DISCORD], ids=["slack", "discord"])


async def talks(stage: Stage, home: Workspace = SLACK) -> UserRef:
    """Let a moderator and a member talk, and a month go by; returns the moderator."""
    boss = await stage.joins("boss", home, is_admin=True)
    aki = await stage.joins("Akiko-san", home)
    await stage.says(aki, "a secret sentence")
    await stage.says(boss, "welcome")
    await stage.passes(timedelta(days=31))
    stage.sent.clear()
    return boss


@BOTH
async def test_a_moderator_gets_a_card_a_chart_and_the_file_in_private(stage: Stage, home: Workspace) -> None:
    boss = await talks(stage, home)
    shown = text_of(
        await stage.types(boss, "community", "report", stakeholder="marketing", month="2026-12", file="html")
    )
    assert "Marketing: report for December 2026" in shown
    assert "New members: 2" in shown
    assert "People who wrote: 2" in shown
    assert "not yet enough months" in shown
    (message,) = [effect for effect in stage.sent if isinstance(effect, DirectMessage)]
    assert message.user == boss
    files = stage.took(MakeFile)
    assert [file.name for file in files] == ["marketing-2026-12-en.png", "marketing-2026-12-en.html"]
    assert all(file.place.channel == f"D-{boss.id}" for file in files)
    recipe = read_recipe(files[1].recipe)
    assert recipe.kind is FileKind.HTML
    assert recipe.report.line("joins").figure.value == 2
    assert b"Akiko" not in files[1].recipe
    assert b"secret" not in files[1].recipe


async def test_a_table_and_the_last_month_are_what_is_usual(stage: Stage) -> None:
    boss = await talks(stage)
    shown = text_of(await stage.types(boss, "community", "report", file="csv"))
    assert "Management: report for December 2026" in shown
    assert [file.name for file in stage.took(MakeFile)] == ["management-2026-12-en.png", "management-2026-12-en.csv"]


async def test_a_month_without_data_says_so_and_sends_no_chart(stage: Stage) -> None:
    boss = await talks(stage)
    shown = text_of(await stage.types(boss, "community", "report", month="2026年3月"))
    assert "Nothing was counted in March 2026" in shown
    assert "0 %" not in shown
    assert not stage.sent


@pytest.mark.parametrize(
    ("options", "file"),
    [
        ({"stakeholder": "マーケティング"}, "marketing-2026-12-en.png"),
        ({"stakeholder": "開発向け", "month": "csv"}, "development-2026-12-en.csv"),
        ({"stakeholder": "html"}, "management-2026-12-en.html"),
        ({"stakeholder": "Customer Success"}, "customer-success-2026-12-en.png"),
    ],
)
async def test_a_report_has_the_names_that_people_type(stage: Stage, options: dict[str, str], file: str) -> None:
    boss = await talks(stage)
    await stage.types(boss, "community", "report", **options)
    assert file in [one.name for one in stage.took(MakeFile)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"stakeholder": "the-boss"},
            "no report for the-boss. There are: Customer success (customer-success), ",
        ),
        ({"month": "2027-06"}, "no month that has begun"),
        ({"month": "2026-13"}, "no month that has begun"),
        ({"month": "yesterday"}, "no month that has begun"),
        ({"month": "²026-1"}, "no month that has begun"),
        ({"file": "pdf"}, "There is no pdf file"),
    ],
)
async def test_what_cannot_be_read_is_answered_kindly(stage: Stage, options: dict[str, str], said: str) -> None:
    boss = await talks(stage)
    assert said in text_of(await stage.types(boss, "community", "report", **options))
    assert not stage.sent


async def test_a_member_is_told_that_it_is_for_moderators(stage: Stage) -> None:
    aki = await stage.joins("aki", DISCORD)
    assert "for moderators" in text_of(await stage.types(aki, "community", "report"))


async def test_who_moderates_no_longer_gets_no_file(stage: Stage) -> None:
    boss = await talks(stage)
    stage.refuses = lambda effect: isinstance(effect, DirectMessage)
    await stage.types(boss, "community", "report")
    assert not stage.took(MakeFile), "the conversation could not be opened"


# ---- what comes by itself


def monthly(stage: Stage, **changes: object) -> None:
    reports = msgspec.structs.replace(ReportSettings(), **changes)
    stage.settings = msgspec.structs.replace(stage.settings, reports=reports)
    stage.standing = standing.FEATURE.standing


async def test_each_weeks_figures_come_once_to_the_moderators_of_each_workspace(stage: Stage) -> None:
    monthly(stage, monthly=())
    await talks(stage)
    stage.sent.clear()
    aki = await stage.joins("aki")
    await stage.says(aki)
    await stage.passes(timedelta(days=7))
    posts = [post for post in stage.took(Post) if "Figures of the week" in text_of(post)]
    assert {str(post.place.home) for post in posts} == {str(SLACK), str(DISCORD)}
    assert len(posts) == 2
    assert all(post.place.channel == "C-moderators" for post in posts)
    await stage.passes(timedelta(days=7))
    quiet = [post for post in stage.took(Post) if "Figures of the week" in text_of(post)]
    assert all("Members gone quiet" in text_of(post) for post in quiet), "a week is told while something can be"
    await stage.passes(timedelta(days=21))
    stage.took(Post)
    await stage.passes(timedelta(days=7))
    assert not stage.took(Post), "after that there is nothing to say"


async def test_the_months_report_comes_once_with_its_files_although_it_is_asked_twice(stage: Stage) -> None:
    monthly(stage, weekly=False, monthly=("management", "sales", "management"))
    boss = await stage.joins("boss", is_admin=True)
    await stage.says(boss)
    await stage.passes(timedelta(days=35))
    posts = [effect for effect in stage.sent if isinstance(effect, Post)]
    titles = [text_of(post).splitlines()[0] for post in posts if "report for" in text_of(post)]
    assert sorted(titles) == sorted(2 * ["Management: report for December 2026", "Sales: report for December 2026"])
    files = stage.took(MakeFile)
    assert len(files) == 2 * 2 * 2, "a chart and a page of each, in each workspace"
    assert await stage.facts("report.posted") == ["report.posted"] * 2
    await stage.happens(TimerDue(key=stage.key(), at=stage.now, kind=standing.MONTHLY, subject="-"))
    assert not stage.took(MakeFile)
    assert await stage.facts("report.posted") == ["report.posted"] * 2


async def test_after_five_weeks_of_pause_only_the_latest_week_comes(stage: Stage) -> None:
    monthly(stage, monthly=())
    boss = await talks(stage)
    await stage.says(boss)
    stage.now += timedelta(days=35)
    await stage.says(boss)
    stage.now += timedelta(days=7)
    stage.sent.clear()
    await stage.passes(timedelta(hours=1))
    shown = [text_of(post).splitlines()[0] for post in stage.took(Post)]
    assert len(shown) == 2
    assert len(set(shown)) == 1


async def test_a_language_and_a_channel_can_be_set(stage: Stage) -> None:
    monthly(stage, weekly=False, channel="product", language="ja")
    boss = await stage.joins("boss", is_admin=True)
    await stage.says(boss)
    await stage.passes(timedelta(days=35))
    posts = [effect for effect in stage.sent if isinstance(effect, Post) and "2026年12月" in text_of(effect)]
    assert {post.place.channel for post in posts} == {"C-product"}
    assert card_of(posts[0]).headline() == "経営向けレポート（2026年12月）"


async def test_a_channel_that_is_nowhere_does_not_lose_the_report(stage: Stage) -> None:
    monthly(stage, weekly=False, channel="nowhere")
    boss = await stage.joins("boss", is_admin=True)
    await stage.says(boss)
    await stage.passes(timedelta(days=35))
    posts = [effect for effect in stage.sent if isinstance(effect, Post) and "report for" in text_of(effect)]
    assert {post.place.channel for post in posts} == {"C-moderators"}


async def test_nothing_comes_of_a_month_without_data(stage: Stage) -> None:
    monthly(stage, monthly=tuple(one.value for one in Stakeholder))
    await stage.passes(timedelta(days=70))
    assert not stage.sent
    assert not await stage.facts("report.posted")


async def test_an_idea_shipped_reaches_development(stage: Stage) -> None:
    boss = await talks(stage)
    fact = Fact("idea.decided", stage.now, await stage.member(boss), subject="1", data={"state": "shipped"})
    async with stage.db.writing() as conn:
        unit = Unit(conn, "c1", stage.now)
        unit.activity.record(fact, key="i1")
        await unit.flush()
    shown = text_of(await stage.types(boss, "community", "report", stakeholder="development", month="2027-01"))
    assert "Ideas shipped: 1" in shown
    assert "not over" in shown
