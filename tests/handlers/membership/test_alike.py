"""Two who wait under one name are told apart wherever moderators read of them, by the least that does it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.card import Select
from chat.ids import UserRef, Workspace
from community.membership.values import Application
from tests.handlers.membership.house import Make, desk, full, send_form
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of


async def sora(stage: Stage, n: int, workspace: Workspace = SLACK, shown: str = "Sora") -> UserRef:
    """Let somebody apply who is called as somebody else."""
    user = await stage.joins(f"sora{n}", workspace, locale="en", shown=shown)
    await send_form(stage, user)
    return user


async def seen(stage: Stage, moe: UserRef) -> tuple[str, list[str]]:
    """Return the line as moderators read it, and the entries of its menu."""
    card = card_of(await stage.types(moe, "community", "waitlist"))
    menu = next(part for part in card.parts if isinstance(part, Select))
    return text_of(card), [option.label for option in menu.options]


async def test_a_name_that_is_borne_once_stands_alone(build: Make) -> None:
    stage, moe = await full(build)
    await sora(stage, 1)
    _, menu = await seen(stage, moe)
    assert menu == ["Sora"]


async def test_the_platform_is_enough_where_it_differs(build: Make) -> None:
    stage, moe = await full(build)
    await sora(stage, 1)
    await sora(stage, 2, DISCORD, shown="ｓｏｒａ")
    words, menu = await seen(stage, moe)
    assert menu == ["Sora (Slack)", "ｓｏｒａ (Discord)"], "what looks the same is the same name"
    assert "@Sora (Slack)" in words
    assert "ｓｏｒａ (Discord)" in words
    assert "ｓｏｒａ (Discord)" in text_of(desk(stage.sent)[-1])
    assert "1 seat is offered at once: Sora (Slack)" in text_of(
        await stage.types(moe, "community", "waitlist", cap="3")
    )


@pytest.mark.parametrize("other", ["S ora", "SORA\u3000", "so\u202era"], ids=["space", "wide space", "direction mark"])
async def test_spaces_case_and_marks_that_nobody_sees_make_no_other_name(build: Make, other: str) -> None:
    stage, moe = await full(build)
    await sora(stage, 1)
    await sora(stage, 2, DISCORD, shown=other)
    _, menu = await seen(stage, moe)
    assert [label.rpartition(" ")[2] for label in menu] == ["(Slack)", "(Discord)"]


async def test_another_letter_is_another_name(build: Make) -> None:
    stage, moe = await full(build)
    await sora(stage, 1)
    await sora(stage, 2, DISCORD, shown="Sara")
    _, menu = await seen(stage, moe)
    assert menu == ["Sora", "Sara"]


@pytest.mark.parametrize(
    ("later", "apart"),
    [
        (timedelta(days=1), ["Slack, Fri, 4 Dec", "Slack, Sat, 5 Dec"]),
        (timedelta(hours=1), ["Slack, Fri, 4 Dec, 10:00", "Slack, Fri, 4 Dec, 11:00"]),
        (timedelta(0), ["Slack, no. 1", "Slack, no. 2"]),
    ],
    ids=["day", "hour", "number"],
)
async def test_the_day_the_hour_or_the_number_tells_apart_two_of_one_platform(
    build: Make, later: timedelta, apart: list[str]
) -> None:
    stage, moe = await full(build)
    await sora(stage, 1)
    await stage.passes(later)
    await sora(stage, 2)
    _, menu = await seen(stage, moe)
    assert menu == [f"Sora ({mark})" for mark in apart]


async def test_what_is_shown_before_a_no_says_which_of_the_two(build: Make) -> None:
    stage, moe = await full(build)
    await sora(stage, 1)
    second = await sora(stage, 2, DISCORD)
    member = await stage.member(second)
    one = await stage.look(lambda unit: unit.applications.of(member))
    assert isinstance(one, Application)
    opened = await stage.acts(moe, f"appl_decline:{one.id}")
    preview = await stage.sends(moe, form_of(opened), {"words": "Not now."})
    assert "Sora (Discord) would read this" in text_of(preview)
    done = await stage.presses(moe, card_of(preview), "appl_decline_yes")
    assert "Sora (Discord) has been told" in text_of(done), "also when only the other waits"


async def test_long_names_stay_apart_in_the_menu(build: Make) -> None:
    stage, moe = await full(build)
    await sora(stage, 1, shown="S" * 79)
    await sora(stage, 2, DISCORD, shown="S" * 79)
    _, menu = await seen(stage, moe)
    assert [label[-10:] for label in menu] == ["SS (Slack)", " (Discord)"]
    assert max(map(len, menu)) <= 75
