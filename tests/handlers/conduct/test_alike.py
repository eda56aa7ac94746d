"""A person with an account on each platform: two cases that say where, and point at each other; to nobody kept away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from msgspec.structs import replace

from chat.effects import Post, RedrawPost
from chat.ids import UserRef, Workspace
from community.config import Channels, WorkspaceSettings
from tests.handlers.conduct.reporting import FILLED, actions, cards_sent, ends, people, reports, the_case
from tests.handlers.conduct.test_hands import ADMIN, sees_nothing
from tests.handlers.conduct.test_namesakes import TANAKA, WRITTEN_OTHERWISE, profile
from tests.handlers.linking.linked import link
from tests.handlers.stage import ASKING, DISCORD, SLACK, Stage, card_of, text_of

HINT = {"en": "Maybe the same person: {} is about an account", "ja": "報告の件 {} と同じ方かもしれません"}


async def two_reported(stage: Stage) -> tuple[UserRef, UserRef, UserRef]:
    """Let somebody with an account on each platform be reported on both, and forget what was posted of the first."""
    emi, fay = await stage.joins("emi"), await stage.joins("fay", DISCORD)
    here = await stage.joins("tanaka", SLACK, shown=TANAKA)
    there = await stage.joins("tanaka", DISCORD, shown=WRITTEN_OTHERWISE)
    await reports(stage, emi, here)
    stage.sent.clear()
    await reports(stage, fay, there, FILLED)
    return emi, here, there


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_cases_of_one_name_point_at_each_other_and_say_where(
    build: Callable[..., Awaitable[Stage]], language: str
) -> None:
    stage = await build(language=language)
    boss = await stage.joins("boss", **ADMIN)
    _, here, _ = await two_reported(stage)
    new = [one for one in stage.sent if isinstance(one, Post) and "#2" in one.card.summary]
    old = [one for one in stage.sent if isinstance(one, RedrawPost)]
    assert len(new) == len(old) == 2, "on both platforms, and the first case's card by now"
    for cards, other, platform in ((new, 1, "Discord"), (old, 2, "Slack")):
        for one in cards:
            assert HINT[language].format(f"#{other}") in text_of(one)
            assert platform in text_of(one)
            assert f"case_show:{other}" in actions(one.card)
    for case, other in ((1, 2), (2, 1)):
        seen = card_of(await stage.acts(boss, f"case_show:{case}"))
        assert HINT[language].format(f"#{other}") in text_of(seen)
        assert f"case_show:{other}" in actions(seen)
    listed = text_of(await stage.types(boss, "community", "cases"))
    assert "Slack" in listed
    assert "Discord" in listed
    history = text_of(await stage.types(boss, "community", "cases", member=here.id))
    assert HINT[language].format("#2") in history
    assert "Slack" in history


async def test_a_closed_case_is_pointed_at_and_other_names_are_not(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    tanaka = await stage.joins("tanaka", shown=TANAKA)
    await reports(stage, emi, tanaka)
    await ends(stage, boss, await the_case(stage))
    await reports(stage, emi, bad)
    assert "Maybe the same" not in text_of(await stage.acts(boss, "case_show:2"))
    stage.sent.clear()
    await reports(stage, emi, await stage.joins("tanaka", DISCORD, shown=WRITTEN_OTHERWISE))
    assert stage.sent
    assert [one for one in stage.sent if isinstance(one, RedrawPost)] == [], "what is closed needs nobody's eyes"
    assert "Maybe the same person: #1" in text_of(await stage.acts(boss, "case_show:3"))


@pytest.mark.parametrize("home", [SLACK, DISCORD])
async def test_a_case_is_pointed_at_before_nobody_who_is_kept_away(stage_on_both: Stage, home: Workspace) -> None:
    """Both are about somebody of the moderator's name; of one an owner said that it is somebody else."""
    stage = stage_on_both
    own = await stage.joins("own", home, is_owner=True)
    mod = await stage.joins("mod", home, shown=TANAKA, **ADMIN)
    await two_reported(stage)
    looked = await stage.presses(own, card_of(await stage.acts(own, "case_show:1")), "case_lift")
    stage.sent.clear()
    await stage.presses(own, card_of(looked), "case_lift_do")
    drawn = cards_sent(stage)
    assert [one for one in drawn if "It hurts" in one]
    assert not [one for one in drawn if "Maybe the same" in one], "the channel is read by who is kept away from #2"
    seen = card_of(await stage.acts(mod, "case_show:1"))
    assert "It hurts" in text_of(seen)
    assert "#2" not in text_of(seen)
    assert "case_show:2" not in actions(seen)
    assert "#2" not in text_of(await stage.types(mod, "community", "cases"))
    assert "#2" not in text_of(await stage.types(mod, "community", "cases", member="Utanaka"))
    assert "Maybe the same person: #2" in text_of(await stage.acts(own, "case_show:1"))


async def test_how_many_others_there_are_is_counted_without_what_the_reader_is_kept_from(stage: Stage) -> None:
    own = await stage.joins("own", is_owner=True)
    mod, emi = await stage.joins("mod", shown=TANAKA, **ADMIN), await stage.joins("emi")
    bad = await stage.joins("bad", DISCORD, shown=TANAKA)
    await reports(stage, emi, bad)
    await ends(stage, own, await the_case(stage))
    await reports(stage, emi, bad)
    looked = await stage.presses(own, card_of(await stage.acts(own, "case_show:2")), "case_lift")
    stage.sent.clear()
    await stage.presses(own, card_of(looked), "case_lift_do")
    count = "Other reports about this member: {}"

    def counted(text: str, n: int) -> bool:
        return count.format(n) in text

    assert counted(text_of(await stage.acts(own, "case_show:2")), 1)
    assert counted(text_of(await stage.acts(mod, "case_show:2")), 0)
    cards = [one for one in cards_sent(stage) if "It hurts" in one]
    assert cards
    assert all(counted(one, 0) for one in cards)


async def test_when_a_namesake_comes_to_the_team_no_card_points_at_what_they_may_not_see(stage: Stage) -> None:
    own = await stage.joins("own", is_owner=True)
    await two_reported(stage)
    user = await stage.joins("mod", shown=TANAKA)
    stage.sent.clear()
    await stage.happens(profile(stage, user, TANAKA, is_admin=True))
    drawn = cards_sent(stage)
    assert drawn
    assert not [one for one in drawn if "Maybe the same" in one]
    await sees_nothing(stage, user)
    assert "Maybe the same person: #2" in text_of(await stage.acts(own, "case_show:1"))


async def test_linked_accounts_are_one_member_with_both_places(stage: Stage) -> None:
    boss = await stage.joins("boss", **ADMIN)
    emi, here, there = await two_reported(stage)
    await link(stage, here, there)
    seen = text_of(await stage.acts(boss, "case_show:2"))
    assert "Maybe the same" not in seen, "it is the same member"
    assert "Other reports about this member: 1" in seen
    assert "Slack" in seen
    assert "Discord" in seen
    del emi


async def test_the_workspace_is_named_where_there_are_several_and_nothing_where_there_is_one(
    build: Callable[..., Awaitable[Stage]],
) -> None:
    for homes, said in (((SLACK, replace_id(SLACK, "T2")), "bad (Slack, the slack side)"), ((SLACK,), "bad")):
        workspaces = tuple(WorkspaceSettings(workspace=home, channels=Channels(**ASKING)) for home in homes)
        stage = await build(workspaces=workspaces)
        boss, _, emi, bad = await people(stage)
        await reports(stage, emi, bad)
        text = text_of(await stage.acts(boss, "case_show:1"))
        assert said in text
        assert ("Slack" in text) is (len(homes) > 1)


def replace_id(home: Workspace, new: str) -> Workspace:
    return replace(home, id=new)
