"""One moderator, and a report about an account of their name: read by nobody, not lost, and theirs on their word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.effects import DirectMessage, Post, RedrawPost
from chat.ids import UserRef, Workspace
from handlers.conduct.alarm import FEATURE
from tests.handlers.conduct.reporting import FILLED, NAMED, URGENT, actions, reports, the_case
from tests.handlers.conduct.test_hands import ADMIN, CANNOT, sees_nothing
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

NOT_LEFT = {"en": "Just now nobody of the moderators", "ja": "対応できる運営メンバーがいません"}
ASKED = {"en": "nobody else of the team is left", "ja": "内容はまだだれにも表示していません"}


async def one_and_their_name(stage: Stage, home: Workspace = SLACK) -> tuple[UserRef, UserRef, UserRef]:
    """Let the only moderator come, who reports, and somebody of the moderator's name on the other platform."""
    mod = await stage.joins("mod", home, shown="Aki", is_admin=True)
    other = DISCORD if home == SLACK else SLACK
    found = mod, await stage.joins("emi", other), await stage.joins("bad", other, shown="ＡＫＩ")
    stage.sent.clear()
    return found


@pytest.mark.parametrize("home", [SLACK, DISCORD])
@pytest.mark.parametrize("language", ["en", "ja"])
async def test_nobody_reads_it_and_everybody_knows_how_it_stands(
    build: Callable[..., Awaitable[Stage]], home: Workspace, language: str
) -> None:
    stage = await build(language=language)
    mod, emi, bad = await one_and_their_name(stage, home)
    told = await reports(stage, emi, bad, FILLED)
    assert NOT_LEFT[language] in text_of(told), "who is afraid is not left to wait for nothing"
    assert NOT_LEFT[language] in text_of(await stage.presses(emi, card_of(told), "conduct_code"))
    posts = [one for one in stage.sent if isinstance(one, Post)]
    assert len(posts) == 2
    for post in posts:
        assert not [word for word in ("hurts", "useless", "emi", "ＡＫＩ") if word in text_of(post)]
        assert "#1" in text_of(post)
    (asked,) = [one for one in stage.sent if isinstance(one, DirectMessage)]
    assert asked.user == mod
    assert ASKED[language] in text_of(asked)
    assert not [word for word in ("hurts", "useless", "emi") if word in text_of(asked)]


async def test_the_last_one_says_that_it_is_not_them_and_that_is_written_down(stage_on_both: Stage) -> None:
    stage = stage_on_both
    mod, emi, bad = await one_and_their_name(stage)
    await reports(stage, emi, bad)
    (asked,) = [one for one in stage.sent if isinstance(one, DirectMessage)]
    await sees_nothing(stage, mod)
    looked = await stage.presses(mod, asked.card, "case_not_me")
    assert "written down" in text_of(looked)
    await sees_nothing(stage, mod)
    stage.sent.clear()
    stage.now += timedelta(minutes=1)
    done = await stage.presses(mod, card_of(looked), "case_not_me_do")
    assert "You can look after report #1" in text_of(done)
    assert "It hurts" in text_of(await stage.acts(mod, "case_show:1"))
    assert [one for one in stage.sent if isinstance(one, RedrawPost) and "It hurts" in text_of(one)]
    stage.now += timedelta(minutes=1)
    later = await stage.joins("later", is_owner=True)
    audit = text_of(await stage.types(later, "community", "audit"))
    assert "which has their name, is not theirs" in audit
    assert "Only an owner" in text_of(await stage.presses(mod, card_of(done), "undo"))
    assert "kept away" in text_of(await stage.presses(later, card_of(done), "undo"))
    await sees_nothing(stage, mod)
    assert "It hurts" in text_of(await stage.acts(later, "case_show:1")), "nothing is lost"


async def test_where_somebody_else_is_left_nobody_says_it_of_themselves(stage: Stage) -> None:
    own, mod = await stage.joins("own", is_owner=True), await stage.joins("mod", shown="Aki", **ADMIN)
    emi, bad = await stage.joins("emi", DISCORD), await stage.joins("bad", DISCORD, shown="aki")
    stage.sent.clear()
    told = await reports(stage, emi, bad)
    assert NOT_LEFT["en"] not in text_of(told)
    (call,) = [one for one in stage.sent if isinstance(one, DirectMessage)]
    assert call.user == own, "an owner is told in private that no moderator can take it"
    assert not [one for one in stage.sent if isinstance(one, Post) and "hurts" in text_of(one)]
    for raw in ("case_not_me:1", "case_not_me_do:1", "case_not_me:99", "case_not_me"):
        assert CANNOT in text_of(await stage.acts(mod, raw))
    await sees_nothing(stage, mod)
    assert "It hurts" in text_of(await stage.acts(own, "case_show:1"))


async def test_what_is_certain_nobody_says_away(stage: Stage) -> None:
    mod, emi, _ = await one_and_their_name(stage)
    told = await reports(stage, emi, mod)
    assert NOT_LEFT["en"] in text_of(told)
    assert [one for one in stage.sent if isinstance(one, DirectMessage)] == []
    for raw in ("case_not_me:1", "case_not_me_do:1"):
        assert CANNOT in text_of(await stage.acts(mod, raw))
    await sees_nothing(stage, mod)


async def test_they_are_asked_again_and_whoever_joins_the_team_takes_it(stage: Stage) -> None:
    mod, emi, bad = await one_and_their_name(stage)
    await reports(stage, emi, bad, NAMED | URGENT)
    assert [one.user for one in stage.took(DirectMessage)] == [mod]
    await stage.passes(timedelta(minutes=15))
    assert [one.user for one in stage.took(DirectMessage)] == [mod], "an urgent one calls again"
    stage.standing = FEATURE.standing
    await stage.passes(timedelta(days=1, hours=1))
    days = [one for one in stage.took(DirectMessage) if "case_not_me:1" in actions(one.card)]
    assert days
    assert {one.user for one in days} == {mod}
    aide = await stage.joins("aide", **ADMIN)
    assert CANNOT in text_of(await stage.acts(mod, "case_not_me_do:1")), "somebody is left now"
    await stage.acts(aide, "case_claim:1")
    assert (await the_case(stage)).claimed_by == await stage.member(aide)
