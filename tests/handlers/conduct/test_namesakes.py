"""Who of the team bears the name of whom a case is about is presumed to be them, until an owner says otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from chat.effects import DirectMessage, Post, RedrawPost
from chat.events import MemberChanged
from chat.ids import Profile, UserRef
from community.conduct.cases import CaseState
from community.hours.schedule import ONE
from handlers.conduct import alarm
from tests.handlers.conduct.reporting import (
    FILLED,
    NAMED,
    URGENT,
    actions,
    all_reports,
    cards_sent,
    ends,
    people,
    reports,
    the_case,
)
from tests.handlers.conduct.test_hands import ADMIN, CANNOT, sees_nothing
from tests.handlers.linking.linked import link
from tests.handlers.stage import DISCORD, SLACK, Stage, action, card_of, form_of, text_of

TANAKA = "田中　タロウ"  # with a wide space
WRITTEN_OTHERWISE = " 田中 ﾀﾛｳ "


async def namesakes(stage: Stage) -> tuple[UserRef, UserRef, UserRef, UserRef, UserRef]:
    """Let an owner, a moderator, who reports, and two of one name come: one moderates on Slack, one is on Discord."""
    own = await stage.joins("own", is_owner=True)
    boss, emi = await stage.joins("boss", **ADMIN), await stage.joins("emi", DISCORD)
    mod = await stage.joins("mod", shown=TANAKA, **ADMIN)
    bad = await stage.joins("bad", DISCORD, shown=WRITTEN_OTHERWISE)
    stage.sent.clear()
    return own, boss, emi, mod, bad


async def test_who_bears_the_name_has_no_hand_in_it_and_hears_nothing(stage_on_both: Stage) -> None:
    stage = stage_on_both
    own, boss, emi, mod, bad = await namesakes(stage)
    await reports(stage, emi, bad, NAMED | URGENT)
    sent = [one for one in stage.sent if isinstance(one, Post)]
    assert sent
    for post in sent:
        assert mod not in post.card.notify
        for word in ("hurts", "useless", "田中", "cannot see", "emi"):
            assert word not in text_of(post), word
    await sees_nothing(stage, mod)
    await stage.passes(timedelta(minutes=15))
    assert mod not in {one.user for one in stage.sent if isinstance(one, DirectMessage)}
    assert "It hurts" in text_of(await stage.acts(boss, "case_show:1"))
    assert "It hurts" in text_of(await stage.acts(own, "case_show:1"))


async def test_a_refusal_does_not_tell_that_there_is_a_report(stage: Stage) -> None:
    own, _, emi, mod, bad = await namesakes(stage)
    await reports(stage, emi, bad)
    for press in ("case_show", "case_claim", "case_note", "case_resolve"):
        there, not_there = await stage.acts(mod, f"{press}:1"), await stage.acts(mod, f"{press}:99")
        assert there == not_there
        assert CANNOT in text_of(there)
    said = text_of(await stage.types(own, "community", "audit"))
    assert "case:" not in said
    assert "#1" not in said


async def test_the_team_reads_how_many_and_owners_who(stage: Stage) -> None:
    own, boss, emi, _, bad = await namesakes(stage)
    await reports(stage, emi, bad)
    card = card_of(await stage.acts(boss, "case_show:1"))
    assert "1 person of the team cannot see this report." in text_of(card)
    assert "bear the name" not in text_of(card)
    assert not [one for one in actions(card) if one.startswith("case_lift")]
    seen = card_of(await stage.acts(own, "case_show:1"))
    assert f"They bear the name of whom it is about: {' '.join(TANAKA.split())}" in text_of(seen)
    assert "is somebody else" in text_of(seen)
    assert "Only an owner" in text_of(await stage.acts(boss, action(seen, "case_lift")))


async def test_an_owner_lets_a_namesake_in_and_takes_it_back(stage_on_both: Stage) -> None:
    stage = stage_on_both
    own, boss, emi, mod, bad = await namesakes(stage)
    await reports(stage, emi, bad)
    seen = card_of(await stage.acts(own, "case_show:1"))
    looked = await stage.presses(own, seen, "case_lift")
    assert "would see report #1" in text_of(looked)
    await sees_nothing(stage, mod)
    stage.sent.clear()
    stage.now += timedelta(minutes=1)
    done = await stage.presses(own, card_of(looked), "case_lift_do")
    assert "can take part in report #1 now" in text_of(done)
    assert [one for one in stage.took(RedrawPost) if "It hurts" in text_of(one)], "the channel's card says all again"
    assert "It hurts" in text_of(await stage.acts(mod, "case_show:1"))
    assert "cannot see this report" not in text_of(await stage.acts(own, "case_show:1"))
    told = text_of(await stage.types(mod, "community", "audit"))
    assert "let somebody of the team take part in report #1" in told
    assert "田中" not in told
    assert "no longer as it was" in text_of(await stage.presses(own, card_of(looked), "case_lift_do"))
    await stage.acts(mod, "case_claim:1")
    stage.now += timedelta(minutes=1)
    for user in (boss, mod):
        assert "Only an owner" in text_of(await stage.presses(user, card_of(done), "undo"))
    assert "kept away from report #1 again" in text_of(await stage.presses(own, card_of(done), "undo"))
    await sees_nothing(stage, mod)
    assert (await the_case(stage)).state is CaseState.OPEN, "they looked after it"


async def test_who_was_let_in_stays_so_with_the_next_report_and_the_next_look(stage: Stage) -> None:
    own, _, emi, mod, bad = await namesakes(stage)
    await reports(stage, emi, bad)
    looked = await stage.presses(own, card_of(await stage.acts(own, "case_show:1")), "case_lift")
    await stage.presses(own, card_of(looked), "case_lift_do")
    stage.now += timedelta(minutes=1)
    await reports(stage, emi, bad, FILLED)
    stage.standing = alarm.FEATURE.standing
    await stage.passes(timedelta(days=1))
    assert "It hurts" in text_of(await stage.acts(mod, "case_show:1"))
    assert len(await all_reports(stage, await the_case(stage))) == 2


async def test_linking_the_two_accounts_proves_it_and_no_owner_lifts_that(stage_on_both: Stage) -> None:
    stage = stage_on_both
    own, _, emi, mod, bad = await namesakes(stage)
    await reports(stage, emi, bad)
    looked = await stage.presses(own, card_of(await stage.acts(own, "case_show:1")), "case_lift")
    await stage.presses(own, card_of(looked), "case_lift_do")
    await link(stage, mod, bad)
    await sees_nothing(stage, mod)
    seen = card_of(await stage.acts(own, "case_show:1"))
    assert "It is about" in text_of(seen)
    assert not [one for one in actions(seen) if one.startswith("case_lift")]
    raw = f"case_lift_do:1:{await stage.member(mod)}"
    assert "no longer as it was" in text_of(await stage.acts(own, raw))
    await sees_nothing(stage, mod)


async def test_a_name_that_was_only_typed_counts_as_well(stage: Stage) -> None:
    _, boss, emi, mod, _ = await namesakes(stage)
    form = form_of(await stage.types(emi, "tsudoi", "report"))
    await stage.joins("third", DISCORD, shown=TANAKA)
    await stage.joins("fourth", SLACK, shown=TANAKA)
    await stage.sends(emi, form, NAMED | {"about": "田中タロウ"})
    assert (await the_case(stage)).member is None, "several are called so"
    await sees_nothing(stage, mod)
    assert "It hurts" in text_of(await stage.acts(boss, "case_show:1"))


def profile(stage: Stage, user: UserRef, name: str, **told: Any) -> MemberChanged:  # noqa: ANN401 - what a profile holds
    """Return that a platform says something else of somebody."""
    return MemberChanged(
        key=stage.key(), at=stage.now, workspace=user.home, member=Profile(user=user, name=name, **told)
    )


@pytest.mark.parametrize("how", ["is of the team now", "comes to the team", "is called so now"])
async def test_who_comes_to_the_team_or_to_the_name_later_is_kept_away_then(stage_on_both: Stage, how: str) -> None:
    stage = stage_on_both
    boss, aide, emi, _ = await people(stage)
    bad = await stage.joins("bad2", DISCORD, shown=TANAKA)
    mod = aide if how == "is called so now" else UserRef(SLACK.platform, SLACK.id, "Umod")
    if how == "is of the team now":
        await stage.joins("mod", shown=TANAKA)
    await reports(stage, emi, bad, NAMED | URGENT)
    if how == "is called so now":
        await stage.acts(aide, "case_claim:1")
        assert (await the_case(stage)).claimed_by == await stage.member(aide)
    stage.now += timedelta(minutes=1)
    stage.sent.clear()
    if how == "comes to the team":
        await stage.joins("mod", shown=TANAKA, **ADMIN)
    else:
        await stage.happens(profile(stage, mod, TANAKA, is_admin=True))
    drawn = [text_of(one) for one in stage.sent if isinstance(one, RedrawPost)]
    assert drawn
    assert not [one for one in cards_sent(stage) if "hurts" in one]
    await sees_nothing(stage, mod)
    assert (await the_case(stage)).claimed_by is None, "nobody looks after a case that may be about them"
    assert "It hurts" in text_of(await stage.acts(boss, "case_show:1"))


async def looks(stage: Stage) -> None:
    """Let the daily look be now."""
    await stage.look(lambda unit: unit.timers.set(alarm.HANDS, ONE, stage.now))
    await stage.passes(timedelta(minutes=1))


@pytest.mark.parametrize("how", ["is of the team now", "comes to the team", "the day's look"])
async def test_closed_cases_are_kept_from_a_namesake_too(stage_on_both: Stage, how: str) -> None:
    stage = stage_on_both
    boss, aide, emi, _ = await people(stage)
    bad = await stage.joins("bad2", DISCORD, shown="Somebody" if how == "the day's look" else TANAKA)
    mod = UserRef(SLACK.platform, SLACK.id, "Umod")
    if how != "comes to the team":
        await stage.joins("mod", shown=TANAKA, **(ADMIN if how == "the day's look" else {}))
    await reports(stage, emi, bad)
    await stage.acts(aide, "case_claim:1")
    await ends(stage, boss, await the_case(stage))
    stage.now += timedelta(minutes=1)
    stage.sent.clear()
    if how == "comes to the team":
        await stage.joins("mod", shown=TANAKA, **ADMIN)
    elif how == "is of the team now":
        await stage.happens(profile(stage, mod, TANAKA, is_admin=True))
    else:
        await stage.happens(profile(stage, bad, TANAKA))
        await looks(stage)
    drawn = [text_of(one) for one in stage.sent if isinstance(one, RedrawPost)]
    assert drawn
    assert not [one for one in cards_sent(stage) if "hurts" in one or "emi" in one]
    await sees_nothing(stage, mod)
    case = await the_case(stage)
    assert case.state is CaseState.RESOLVED
    assert case.claimed_by == await stage.member(aide)
    assert "It hurts" in text_of(await stage.acts(boss, "case_show:1"))


async def test_nobody_reopens_a_case_about_somebody_of_their_name(stage_on_both: Stage) -> None:
    stage = stage_on_both
    boss, aide, emi, _ = await people(stage)
    bad, mod = await stage.joins("bad2", DISCORD), await stage.joins("mod", shown=TANAKA, **ADMIN)
    await reports(stage, emi, bad)
    await ends(stage, mod, await the_case(stage))
    deeds = await stage.look(lambda unit: unit.audit.page(limit=9))
    assert isinstance(deeds, list)
    (closed,) = [one.id for one in deeds if one.what.deed == "case.resolved"]
    await stage.happens(profile(stage, bad, TANAKA))
    assert CANNOT in text_of(await stage.acts(mod, "case_reopen:1")), "though no look was since"
    assert CANNOT in text_of(await stage.acts(mod, f"undo:{closed}"))
    case = await the_case(stage)
    assert (case.state, case.claimed_by) == (CaseState.RESOLVED, None)
    await sees_nothing(stage, mod)
    await stage.acts(boss, "case_reopen:1")
    assert (await the_case(stage)).claimed_by == await stage.member(boss)
    del aide


@pytest.mark.parametrize("urgent", [False, True])
async def test_the_next_report_frees_a_case_from_a_holder_who_bears_the_name_by_now(
    stage_on_both: Stage, *, urgent: bool
) -> None:
    stage = stage_on_both
    boss, aide, emi, _ = await people(stage)
    bad, mod = await stage.joins("bad2", DISCORD), await stage.joins("mod", shown=TANAKA, **ADMIN)
    await stage.acts(boss, "case_duty:on")
    await reports(stage, emi, bad, NAMED | URGENT if urgent else NAMED)
    await stage.acts(mod, "case_claim:1")
    await stage.happens(profile(stage, bad, TANAKA))
    assert (await the_case(stage)).claimed_by == await stage.member(mod)
    stage.now += timedelta(minutes=1)
    stage.sent.clear()
    await reports(stage, aide, bad)
    case = await the_case(stage)
    assert (case.state, case.claimed_by) == (CaseState.OPEN, None)
    await sees_nothing(stage, mod)
    assert [dm.user for dm in stage.took(DirectMessage)] == [boss] * urgent, "an urgent one calls for somebody, once"
    await stage.acts(boss, "case_claim:1")
    assert (await the_case(stage)).claimed_by == await stage.member(boss)


async def test_the_days_look_frees_a_case_whose_holder_is_kept_away_already(stage: Stage) -> None:
    _, _, emi, _ = await people(stage)
    bad, mod = await stage.joins("bad2", DISCORD), await stage.joins("mod", shown=TANAKA, **ADMIN)
    await reports(stage, emi, bad)
    await stage.acts(mod, "case_claim:1")
    member = await stage.member(mod)
    await stage.look(lambda unit: unit.cases.exclusions.presume(1, [member]))
    await looks(stage)
    assert (await the_case(stage)).claimed_by is None


async def test_a_change_of_one_profile_does_not_read_everybody_for_each_case(stage: Stage) -> None:
    _, aide, emi, _ = await people(stage)
    for n in range(3):
        await reports(stage, emi, await stage.joins(f"bad{n}", DISCORD))
    asked: list[str] = []
    event.listen(stage.db.engine.sync_engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    await stage.happens(profile(stage, aide, "Another name", is_admin=True))
    few = len(asked)
    for n in range(3, 9):
        stage.now += timedelta(hours=1)
        await reports(stage, emi, await stage.joins(f"bad{n}", DISCORD))
    asked.clear()
    await stage.happens(profile(stage, aide, "One more name", is_admin=True))
    assert 0 < len(asked) == few, "as many queries for nine cases as for three"


async def test_in_japanese_it_reads_the_same(build: Callable[..., Awaitable[Stage]]) -> None:
    stage = await build(language="ja")
    own, _, emi, _, bad = await namesakes(stage)
    await reports(stage, emi, bad)
    seen = text_of(await stage.acts(own, "case_show:1"))
    assert "運営メンバーのうち1人には、この件を表示していません。" in seen
    assert "さんは別人です" in seen
