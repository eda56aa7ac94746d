from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.card import Card, Footnote
from chat.effects import DirectMessage, Post, ShowHome
from chat.events import HomeOpened
from community.config import WorkspaceSettings
from tests.handlers.stage import DISCORD, GOOD, SLACK, Stage, text_of

Build = Callable[..., Awaitable[Stage]]


async def test_status_counts_people_and_what_waits(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True, joined_at=stage.now - timedelta(days=400))
    await stage.joins("helper", is_bot=True)
    aki, bob = await stage.joins("aki"), await stage.joins("bob")
    await stage.passes(timedelta(hours=2))
    await stage.acts(aki, f"agree:{await stage.member(aki)}")
    await stage.sends(bob, f"about:{await stage.member(bob)}", GOOD)
    shown = text_of(await stage.types(boss, "community", "status"))
    for line in (
        "Members: 3",
        "Joined in the last 7 days: 2",
        "Introductions waiting for the rules: 1",
        "Posts that did not arrive: 0",
        "Week of Mon, 30 Nov  2 joined",
        "agreed to the rules 50% (1/2, 2 hours)",
        "first post 0% (0/2)",
    ):
        assert line in shown


async def test_status_without_newcomers_says_so(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True, joined_at=stage.now - timedelta(days=400))
    shown = text_of(await stage.types(boss, "community", "status"))
    assert "Nobody has joined in the last weeks" in shown


async def test_what_did_not_arrive_is_counted(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True)
    stage.refuses = lambda effect: isinstance(effect, DirectMessage | Post)
    await stage.joins("aki")
    assert "Posts that did not arrive: 2" in text_of(await stage.types(boss, "community", "status"))


async def test_one_cause_makes_one_card_in_ten_minutes_with_the_key_in_small_print(stage: Stage) -> None:
    stage.refuses = lambda effect: isinstance(effect, ShowHome)
    people = [await stage.joins(f"u{n}") for n in range(3)]
    stage.sent.clear()

    async def all_open_home() -> list[Post]:
        for user in people:
            await stage.happens(HomeOpened(key=stage.key(), at=stage.now, workspace=SLACK, user=user))
        return [post for post in stage.took(Post) if post.place.channel == "C-moderators"]

    (card,) = await all_open_home()
    *said, small = card.card.parts
    assert "A member's home tab could not be drawn." in text_of(Card(parts=tuple(said)))
    assert "home:" not in text_of(Card(parts=tuple(said)))
    assert isinstance(small, Footnote)
    assert "home:slack" in small.text.plain()
    await stage.passes(timedelta(minutes=11))
    people = [await stage.joins("somebody else")]
    assert len(await all_open_home()) == 1


@pytest.mark.parametrize("sub", ["status", "welcomers", "settings"])
async def test_commands_for_moderators_are_refused_kindly_to_others(stage: Stage, sub: str) -> None:
    aki = await stage.joins("aki")
    for options in ({}, {"set": "language", "value": "ja"}, {"add": "@aki"}):
        shown = text_of(await stage.types(aki, "community", sub, **options))
        assert "This is for moderators" in shown
    assert await stage.look(lambda db: db.settings.all()) == {}
    assert await stage.look(lambda db: db.welcomers.rota()) == []


async def test_who_moderates_is_told_by_the_platform_by_name_or_by_badge(build: Build) -> None:
    stage = await build(
        workspaces=(
            WorkspaceSettings(workspace=SLACK, moderators=("Unamed",)),
            WorkspaceSettings(workspace=DISCORD, moderator_badges=("keepers",)),
        )
    )
    admin, named = await stage.joins("admin", is_admin=True), await stage.joins("named")
    keeper = await stage.joins("keeper", DISCORD, badges=frozenset({"keepers"}))
    for who in (admin, named, keeper):
        assert "How we are doing" in text_of(await stage.types(who, "community", "status"))
    elsewhere = await stage.joins("named", DISCORD)
    assert "for moderators" in text_of(await stage.types(elsewhere, "community", "status"))


async def test_bare_and_misspelt_admin_commands_show_help(stage: Stage) -> None:
    boss, aki = await stage.joins("boss", is_admin=True), await stage.joins("aki")
    assert "/community status" in text_of(await stage.types(boss, "community"))
    shown = text_of(await stage.types(boss, "community", text="statsu"))
    assert "I do not know /community statsu" in shown
    assert "/community status" in shown
    assert "/community status" not in text_of(await stage.types(aki, "community"))


async def test_moderators_read_japanese_too(stage: Stage) -> None:
    boss = await stage.joins("boss", is_admin=True, locale="ja")
    assert "コミュニティの様子" in text_of(await stage.types(boss, "community", "status"))
    assert "設定" in text_of(await stage.types(boss, "community", "settings"))
    assert "声かけ役" in text_of(await stage.types(boss, "community", "welcomers"))
    assert "運営メンバー向け" in text_of(await stage.types(boss, "tsudoi", "help"))
