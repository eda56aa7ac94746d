"""Whom a case is about has no hand in it, whatever becomes of their accounts; and no case is left with who is gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from chat.effects import DirectMessage, Post, RedrawPost
from chat.events import MemberChanged
from chat.ids import Profile, UserRef
from community.conduct.cases import CaseState
from community.conduct.settings import ConductSettings
from tests.handlers.conduct.reporting import (
    BAD_WORDS,
    NAMED,
    URGENT,
    all_reports,
    cards_sent,
    ends,
    opens,
    people,
    reports,
    the_case,
)
from tests.handlers.linking.linked import link
from tests.handlers.settings.setting import sets, types
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

ADMIN: dict[str, Any] = {"is_admin": True}
CANNOT = "I cannot show you this report"


async def unlinks(stage: Stage, user: UserRef, n: int) -> None:
    """Let somebody unlink their n-th account."""
    ask = card_of(await stage.acts(user, f"unlink:{await stage.member(user)}:{n}"))
    assert "Unlinked" in text_of(await stage.presses(user, ask, "unlink_do"))


async def erases(stage: Stage, user: UserRef) -> None:
    """Let somebody have themselves erased."""
    await stage.sends(user, f"privacy_sure:{await stage.member(user)}", {"word": "erase"})


async def sees_nothing(stage: Stage, user: UserRef) -> None:
    """Hold that somebody neither sees the one case nor does anything with it."""
    for press in ("case_show:1", "case_claim:1", "case_note:1", "case_resolve:1", "case_reopen:1"):
        assert CANNOT in text_of(await stage.acts(user, press)), press
    assert "#1" not in text_of(await stage.types(user, "community", "cases"))


@pytest.mark.parametrize("which", [0, 1])
async def test_a_reported_moderator_does_not_come_closer_by_unlinking(stage_on_both: Stage, which: int) -> None:
    stage = stage_on_both
    boss, _, emi, _ = await people(stage)
    bad, other = await stage.joins("bad2", **ADMIN), await stage.joins("bad2", DISCORD, badges=frozenset({"keepers"}))
    await link(stage, bad, other)
    await reports(stage, emi, bad, NAMED | URGENT)
    stage.sent.clear()
    await unlinks(stage, bad, which)
    assert await stage.member(bad) != await stage.member(other)
    for user in (bad, other):
        await sees_nothing(stage, user)
    await stage.acts(boss, "case_claim:1")
    await stage.acts(boss, "case_release:1")
    await stage.passes(timedelta(minutes=15))
    called = {effect.user for effect in stage.sent if isinstance(effect, DirectMessage)}
    assert boss in called
    assert not called & {bad, other}
    assert not [one for one in cards_sent(stage) if "hurts" in one or "useless" in one], "the team reads that channel"
    await link(stage, await stage.joins("third", DISCORD, badges=frozenset({"keepers"})), bad)
    await sees_nothing(stage, UserRef(DISCORD.platform, DISCORD.id, "Uthird"))


async def test_who_was_one_once_has_one_vote(build: Callable[..., Awaitable[Stage]]) -> None:
    stage = await build(conduct=ConductSettings(quorum=2))
    boss, aide, emi, bad = await people(stage)
    other = await stage.joins("boss", DISCORD, badges=frozenset({"keepers"}))
    await reports(stage, emi, bad)
    await link(stage, boss, other)
    await unlinks(stage, boss, 0)
    await ends(stage, boss, await the_case(stage))
    await ends(stage, other, await the_case(stage))
    assert (await the_case(stage)).state is CaseState.OPEN, "one person with two accounts"
    await ends(stage, aide, await the_case(stage))
    assert (await the_case(stage)).state is CaseState.RESOLVED


async def test_a_team_of_one_person_with_two_accounts_still_closes_a_case(
    build: Callable[..., Awaitable[Stage]],
) -> None:
    stage = await build(conduct=ConductSettings(quorum=2))
    boss, other = await stage.joins("boss", **ADMIN), await stage.joins("boss", DISCORD, badges=frozenset({"keepers"}))
    emi, bad = await stage.joins("emi"), await stage.joins("bad")
    await reports(stage, emi, bad)
    await link(stage, boss, other)
    await unlinks(stage, boss, 0)
    await ends(stage, boss, await the_case(stage))
    assert (await the_case(stage)).state is CaseState.RESOLVED


async def test_an_erased_moderator_comes_back_and_still_sees_nothing(stage_on_both: Stage) -> None:
    stage = stage_on_both
    boss, aide, emi, _ = await people(stage)
    await reports(stage, emi, aide)
    await erases(stage, aide)
    stage.sent.clear()
    await stage.acts(boss, "case_claim:1")
    drawn = [text_of(effect) for effect in stage.sent if isinstance(effect, RedrawPost)]
    assert drawn
    assert not [one for one in drawn if "hurts" in one or "useless" in one or "emi" in one]
    stage.now += timedelta(days=1)
    await stage.joins("aide", **ADMIN)
    assert "Reports" in text_of(await stage.types(aide, "community", "cases")), "they moderate again"
    await sees_nothing(stage, aide)


async def test_an_erased_member_who_moderates_later_sees_nothing_of_an_old_case(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    await erases(stage, bad)
    stage.now += timedelta(days=1)
    await stage.joins("bad", **ADMIN)
    await sees_nothing(stage, bad)
    stage.sent.clear()
    await stage.acts(boss, "case_claim:1")
    assert not [one for one in cards_sent(stage) if "hurts" in one], "they read the moderators' channel now"


@pytest.mark.parametrize("how", ["the platform says so", "the day's look"])
async def test_who_is_of_the_team_now_reads_no_old_card_about_themselves(stage_on_both: Stage, how: str) -> None:
    stage = stage_on_both
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    assert "It hurts" in " ".join(cards_sent(stage))
    stage.now += timedelta(minutes=1)
    if how == "the day's look":
        await sets(stage, await stage.joins("own", is_owner=True), "moderator_ids", "bad")
        await stage.passes(timedelta(minutes=1))
    else:
        await stage.happens(changed(stage, bad, is_admin=True))
    drawn = [text_of(one) for one in stage.sent if isinstance(one, RedrawPost)]
    assert len(drawn) == 2, "the card on each platform"
    assert not [one for one in drawn if "hurts" in one or "useless" in one or "emi" in one]
    await sees_nothing(stage, bad)
    assert "It hurts" in text_of(await stage.acts(boss, "case_show:1"))


# ---- nobody holds a case who is gone


def changed(stage: Stage, user: UserRef, *, is_admin: bool = False) -> MemberChanged:
    """Return that a platform says something else of somebody."""
    profile = Profile(user=user, name=user.id, is_admin=is_admin)
    return MemberChanged(key=stage.key(), at=stage.now, workspace=user.home, member=profile)


@pytest.mark.parametrize("how", ["erased", "left", "no longer of the team"])
async def test_the_cases_of_who_is_gone_wait_for_others_and_ring_again(stage_on_both: Stage, how: str) -> None:
    stage = stage_on_both
    boss, aide, emi, bad = await people(stage)
    await stage.acts(aide, "case_duty")
    await reports(stage, emi, bad, NAMED | URGENT)
    await stage.acts(boss, "case_claim:1")
    stage.now += timedelta(minutes=5)
    await stage.happens(changed(stage, boss, is_admin=True))
    assert (await the_case(stage)).state is CaseState.CLAIMED, "they are here, and moderate"
    stage.sent.clear()
    if how == "erased":
        await erases(stage, boss)
    elif how == "left":
        await stage.leaves(boss)
    else:
        await stage.happens(changed(stage, boss))
    case = await the_case(stage)
    assert (case.state, case.claimed_by) == (CaseState.OPEN, None)
    assert [dm.user for dm in stage.sent if isinstance(dm, DirectMessage) and "urgent" in text_of(dm)] == [aide]
    assert [post for post in stage.sent if isinstance(post, Post) and "Could one of you" in text_of(post)]
    stage.sent.clear()
    await stage.passes(timedelta(minutes=15))
    assert "nobody has taken it on" in " ".join(cards_sent(stage))


async def test_whom_a_setting_names_no_longer_keeps_no_case(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    own, mod = await stage.joins("own", is_owner=True), await stage.joins("mod")
    await sets(stage, own, "moderator_ids", "mod")
    await reports(stage, emi, bad)
    await stage.acts(mod, "case_claim:1")
    stage.now += timedelta(minutes=1)
    stage.sent.clear()
    await sets(stage, own, "moderator_ids", "none")
    await stage.passes(timedelta(seconds=1))
    assert (await the_case(stage)).state is CaseState.OPEN, "at once, not with the next morning"
    assert [one for one in stage.took(RedrawPost) if "waiting for somebody" in text_of(one)]


async def test_whom_an_undone_setting_names_no_longer_keeps_no_case(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    own, mod = await stage.joins("own", is_owner=True), await stage.joins("mod")
    done = await sets(stage, own, "moderator_ids", "mod")
    await reports(stage, emi, bad, NAMED | URGENT)
    await stage.acts(mod, "case_claim:1")
    stage.now += timedelta(minutes=1)
    stage.sent.clear()
    assert "Undone" in text_of(await stage.presses(own, card_of(done), "undo"))
    await stage.passes(timedelta(seconds=1))
    assert (await the_case(stage)).state is CaseState.OPEN
    assert "Could one of you" in " ".join(cards_sent(stage)), "an urgent one calls again"


async def test_who_left_the_team_with_its_badge_keeps_no_case(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    own = await stage.joins("own", DISCORD, is_owner=True, badges=frozenset({"keepers"}))
    mod = await stage.joins("mod", DISCORD, badges=frozenset({"keepers"}))
    await reports(stage, emi, bad)
    await stage.acts(mod, "case_claim:1")
    stage.now += timedelta(minutes=1)
    await sets(stage, own, "moderator_badges", "others")
    await stage.passes(timedelta(seconds=1))
    assert (await the_case(stage)).state is CaseState.OPEN


async def test_an_erased_author_who_comes_back_as_a_moderator_sees_nothing(stage_on_both: Stage) -> None:
    stage = stage_on_both
    boss, _, emi, bad = await people(stage)
    message = await stage.says(bad, BAD_WORDS)
    await erases(stage, bad)
    form, _ = await opens(stage, emi, bad, message=message)
    await stage.sends(emi, form, NAMED)
    stage.now += timedelta(days=1)
    await stage.joins("bad", **ADMIN)
    await sees_nothing(stage, bad)
    stage.sent.clear()
    assert "hurts" in text_of(await stage.acts(boss, "case_show:1"))
    await stage.acts(boss, "case_claim:1")
    assert not [one for one in cards_sent(stage) if "hurts" in one], "they read the moderators' channel now"


async def test_no_draw_brings_back_what_an_erased_member_wrote(stage_on_both: Stage) -> None:
    stage = stage_on_both
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    assert "You are useless" in " ".join(cards_sent(stage))
    await erases(stage, bad)
    stage.now += timedelta(minutes=1)
    stage.sent.clear()
    await stage.acts(boss, "case_claim:1")
    drawn = [text_of(effect) for effect in stage.sent if isinstance(effect, RedrawPost)]
    assert drawn
    assert not [one for one in drawn if "useless" in one]
    assert all("has had their data erased" in one for one in drawn)
    assert all("It hurts" in one for one in drawn), "who reported is not erased"
    assert "You are useless" in text_of(await stage.acts(boss, "case_show:1")), "the open case keeps it"


# ---- where cases are shown, and by whose word


async def test_only_owners_say_where_cases_go_and_never_to_everybody(stage: Stage) -> None:
    mod, own = await stage.joins("mod", **ADMIN), await stage.joins("own", is_owner=True)
    tries = (("moderators", "general"), ("duty_badge", "all"), ("conduct_anonymous", "off"), ("conduct_quorum", "2"))
    for name, value in tries:
        assert "Only an owner" in text_of(await types(stage, mod, name, value)), name
    assert "Everybody can read general" in text_of(await types(stage, own, "moderators", "general"))
    stage.directory.closed.add("product")
    assert "Done" in text_of(await sets(stage, own, "moderators", "product"))


async def test_a_channel_that_was_opened_shows_no_case(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    stage.directory.closed.clear()
    stage.sent.clear()
    await reports(stage, emi, bad)
    assert [effect for effect in stage.sent if isinstance(effect, Post)] == []
    assert {dm.user for dm in stage.took(DirectMessage)} == {boss, aide}


# ---- messages of who was erased


async def test_what_somebody_wrote_who_was_erased_can_be_reported(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    message = await stage.says(bad, BAD_WORDS)
    await erases(stage, bad)
    form, _ = await opens(stage, emi, bad, message=message)
    await stage.sends(emi, form, NAMED)
    case = await the_case(stage)
    (report,) = await all_reports(stage, case)
    assert (case.member, report.quoted_of) == (None, None)
    assert (report.message, report.quoted) == (message, BAD_WORDS)
    assert "You are useless" in text_of(await stage.acts(boss, "case_show:1")), "the team can look into it"
    assert "You are useless" not in " ".join(cards_sent(stage)), "and nothing of it is posted"
    assert await stage.look(lambda db: db.people.by_user(bad)) is None, "they are not known again by it"


async def test_a_message_without_words_keeps_its_link_when_the_case_is_closed(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    message = await stage.says(bad, "")
    await reports(stage, emi, bad, message=message, text="")
    await ends(stage, boss, await the_case(stage))
    await stage.look(lambda db: db.keeping.expire(stage.settings.privacy, stage.now))
    (report,) = await all_reports(stage, await the_case(stage))
    assert (report.message, report.quoted_of) == (message, await stage.member(bad))
    assert message.place.home == SLACK
