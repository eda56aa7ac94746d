"""Who is called: at once for what is urgent, the owners when nobody comes, once a day for the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec

from chat.card import Text
from chat.effects import DirectMessage, Post
from chat.ids import UserRef
from chat.text import BadgeMention
from community.conduct.cases import CaseState
from community.conduct.settings import ConductSettings
from community.hours.quiet_days import NOT_PROMPTS, PROMPTS
from handlers.conduct.alarm import ALARM, FEATURE, REMIND
from tests.handlers.conduct.reporting import FILLED, NAMED, URGENT, people, reports, the_case
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

MINUTES = timedelta(minutes=15)


async def test_an_urgent_report_calls_who_is_on_duty_at_any_hour(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    looked = await stage.types(aide, "community", "duty")
    assert "0 people are on duty" in text_of(looked), "to look at it changes nothing"
    assert "on duty now" in text_of(await stage.presses(aide, card_of(looked), "case_duty"))
    stage.now += timedelta(hours=16)  # two at night
    stage.sent.clear()
    await reports(stage, emi, bad, FILLED | URGENT)
    calls = [dm for dm in stage.sent if isinstance(dm, DirectMessage)]
    assert [dm.user for dm in calls] == [aide]
    assert "urgent report is waiting: #1" in text_of(calls[0])
    posts = [post for post in stage.took(Post) if "Could one of you" in text_of(post)]
    assert {post.place.home for post in posts} == {SLACK, DISCORD}
    (here,) = [post for post in posts if post.place.home == SLACK]
    assert here.card.notify == (aide,)
    await reports(stage, emi, bad, FILLED | URGENT)
    assert [post for post in stage.took(Post) if "Could one of you" in text_of(post)] == [], "they were called already"
    stage.now += timedelta(seconds=1)
    off = await stage.presses(aide, card_of(await stage.types(aide, "community", "duty")), "case_duty")
    assert "0 people are on duty" in text_of(off)
    del boss


async def test_a_badge_is_called_where_one_is_set_and_everybody_where_nobody_is_on_duty(
    build: Callable[..., Awaitable[Stage]],
) -> None:
    stage = await build()
    slack, discord = stage.settings.workspaces
    changed = (slack, msgspec.structs.replace(discord, duty_badge="keepers"))
    stage.settings = msgspec.structs.replace(stage.settings, workspaces=changed)
    boss, aide, emi, bad = await people(stage)
    keeper = await stage.joins("keeper", DISCORD, badges=frozenset({"keepers"}))
    stage.sent.clear()
    await reports(stage, emi, bad, NAMED | URGENT)
    posts = {post.place.home: post for post in stage.took(Post) if "Could one of you" in text_of(post)}
    assert set(posts[SLACK].card.notify) == {boss, aide}
    assert posts[DISCORD].card.notify_badges == ("keepers",)
    said = posts[DISCORD].card.parts[0]
    assert isinstance(said, Text)
    assert BadgeMention("keepers", "keepers") in said.text.spans
    # about one who bears the badge: the others are called by name
    await reports(stage, emi, keeper, NAMED | URGENT)
    posts = {post.place.home: post for post in stage.took(Post) if "Could one of you" in text_of(post)}
    assert posts[DISCORD].card.notify_badges == ()
    assert keeper not in posts[DISCORD].card.notify


async def test_the_owners_are_called_while_it_is_nobodys(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    owner = await stage.joins("owner", is_owner=True)
    await reports(stage, emi, bad, NAMED | URGENT)
    stage.sent.clear()
    await stage.passes(MINUTES - timedelta(seconds=1))
    assert stage.took(DirectMessage) == []
    await stage.passes(timedelta(seconds=1))
    (call,) = stage.took(DirectMessage)
    assert call.user == owner
    assert "nobody has taken it on" in text_of(call)
    await stage.passes(MINUTES)
    assert len(stage.took(DirectMessage)) == 1
    await stage.acts(boss, "case_claim:1")
    stage.sent.clear()
    await stage.passes(timedelta(hours=3))
    assert [dm for dm in stage.took(DirectMessage) if dm.user == owner] == []
    await stage.acts(boss, "case_release:1")
    await stage.passes(MINUTES)
    assert [dm.user for dm in stage.took(DirectMessage) if "nobody has taken it on" in text_of(dm)] == [owner]
    await stage.passes(timedelta(days=1))
    assert len([dm for dm in stage.took(DirectMessage) if dm.user == owner]) == 3, "four times in all, then no more"


async def test_an_owner_who_is_reported_is_not_called(stage: Stage) -> None:
    boss, aide, emi, _ = await people(stage)
    owner = await stage.joins("owner", is_owner=True)
    await stage.acts(owner, "case_duty:on")
    stage.sent.clear()
    await reports(stage, emi, owner, NAMED | URGENT)
    await stage.passes(MINUTES)
    called = [dm.user for dm in stage.sent if isinstance(dm, DirectMessage)]
    assert owner not in called
    assert {boss, aide} <= set(called)
    assert not any(owner in post.card.notify for post in stage.took(Post))


async def test_quiet_days_silence_reminders_and_no_alarm(build: Callable[..., Awaitable[Stage]]) -> None:
    stage = await build(conduct=ConductSettings(quiet_until="2026-12-31"))
    boss, _, emi, bad = await people(stage)
    await stage.acts(boss, "case_duty:on")
    stage.sent.clear()
    await reports(stage, emi, bad, NAMED | URGENT)
    assert [dm.user for dm in stage.took(DirectMessage)] == [boss]
    await stage.passes(MINUTES)
    assert stage.took(DirectMessage), "owners, or the team where there is none"
    await reports(stage, emi, await stage.joins("other"), NAMED)
    stage.standing = FEATURE.standing
    stage.sent.clear()
    await stage.passes(timedelta(days=3))
    assert [post for post in stage.took(Post) if "waiting for somebody" in text_of(post)] == []


async def test_what_nobody_took_on_is_named_once_a_day_and_shown_in_private(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    await reports(stage, emi, await stage.joins("other"))
    stage.standing = FEATURE.standing
    stage.sent.clear()
    await stage.passes(timedelta(days=1))
    posts = [post for post in stage.took(Post) if "waiting for somebody" in text_of(post)]
    assert {post.place.home for post in posts} == {SLACK, DISCORD}
    assert "2 reports" in text_of(posts[0])
    assert "#1, #2" in text_of(posts[0])
    shown = await stage.presses(boss, posts[0].card, "cases_open")
    assert type(shown).__name__ == "Say", "a list in the channel would show everybody what is about one of them"
    assert "#1" in text_of(shown)
    await stage.acts(boss, "case_claim:1")
    await stage.acts(boss, "case_claim:2")
    stage.sent.clear()
    await stage.passes(timedelta(days=1))
    assert [post for post in stage.took(Post) if "waiting for somebody" in text_of(post)] == []


async def test_without_a_channel_each_moderator_is_told(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    stage.directory.missing.add("moderators")
    stage.sent.clear()
    await reports(stage, emi, bad)
    told = stage.took(DirectMessage)
    assert {dm.user for dm in told} == {boss, aide}
    assert "`/community cases`".strip("`") in text_of(told[0])
    await reports(stage, emi, aide)
    assert {dm.user for dm in stage.took(DirectMessage)} == {boss}
    assert (await the_case(stage)).state is CaseState.OPEN


def test_the_reminder_is_the_prompt() -> None:
    assert REMIND in PROMPTS
    assert ALARM in NOT_PROMPTS


# ---- what no moderator can take


def to(stage: Stage, user: UserRef) -> list[str]:
    """Return what somebody was written in private, and forget all."""
    return [text_of(dm) for dm in stage.took(DirectMessage) if dm.user == user]


async def test_owners_hear_once_and_daily_of_what_no_moderator_can_take(stage_on_both: Stage) -> None:
    stage = stage_on_both
    own = await stage.joins("own", is_owner=True, locale="ja")
    other = await stage.joins("other", is_owner=True)
    mod, emi = await stage.joins("mod", is_admin=True), await stage.joins("emi")
    stage.sent.clear()
    await reports(stage, emi, mod)
    told = {dm.user: text_of(dm) for dm in stage.took(DirectMessage)}
    assert told.keys() == {own, other}, "neither whom it is about nor anybody else"
    assert "that no moderator can look after: #1" in told[other]
    assert "新しい報告（#1）に、担当できる運営メンバーがいません" in told[own]
    await reports(stage, emi, mod)
    assert stage.took(DirectMessage) == [], "once"
    stage.standing = FEATURE.standing
    await stage.passes(timedelta(days=1))
    daily = {dm.user: text_of(dm) for dm in stage.took(DirectMessage)}
    assert daily.keys() == {own, other}
    assert "1 report is waiting, and no moderator can look after it: #1" in daily[other]
    assert "#1" in text_of(await stage.acts(other, "cases_open"))
    await stage.acts(other, "case_claim:1")
    stage.sent.clear()
    await stage.passes(timedelta(days=1))
    assert stage.took(DirectMessage) == []


async def test_an_owner_who_is_kept_away_hears_nothing_of_it(stage: Stage) -> None:
    own = await stage.joins("own", is_owner=True)
    other = await stage.joins("other", is_owner=True)
    emi = await stage.joins("emi")
    stage.sent.clear()
    await reports(stage, emi, own)
    stage.standing = FEATURE.standing
    await stage.passes(timedelta(days=1))
    calls = stage.took(DirectMessage)
    assert [dm.user for dm in calls] == [other, other], "at once, and with the morning"
    assert own not in {dm.user for dm in calls}


async def test_while_one_moderator_can_take_it_no_owner_is_told(stage: Stage) -> None:
    own = await stage.joins("own", is_owner=True)
    _, aide, emi, _ = await people(stage)
    stage.sent.clear()
    await reports(stage, emi, aide)
    stage.standing = FEATURE.standing
    await stage.passes(timedelta(days=1))
    assert to(stage, own) == []


async def test_owners_are_called_at_once_for_what_is_urgent_and_no_moderators(stage: Stage) -> None:
    own, emi = await stage.joins("own", is_owner=True), await stage.joins("emi")
    stage.now += timedelta(hours=16)  # two at night
    stage.sent.clear()
    mod = await stage.joins("mod", is_admin=True)
    await reports(stage, emi, mod, NAMED | URGENT)
    assert "An urgent report has come in that no moderator can look after" in to(stage, own)[0]


async def test_an_owner_on_duty_is_called_once_for_one_urgent_report(stage: Stage) -> None:
    own, emi = await stage.joins("own", is_owner=True), await stage.joins("emi")
    mod = await stage.joins("mod", is_admin=True)
    await stage.acts(own, "case_duty:on")
    stage.sent.clear()
    await reports(stage, emi, mod, NAMED | URGENT)
    assert len(to(stage, own)) == 1
    await reports(stage, emi, mod, NAMED | URGENT)
    assert to(stage, own) == [], "nor by the next report"
    bad = await stage.joins("bad")
    await reports(stage, emi, bad, NAMED | URGENT)
    assert len(to(stage, own)) == 1, "who is on duty is called"


async def test_without_a_channel_who_is_on_duty_is_called_once_as_well(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    stage.directory.missing.add("moderators")
    await stage.acts(aide, "case_duty:on")
    stage.sent.clear()
    await reports(stage, emi, bad)
    assert sorted(dm.user.id for dm in stage.took(DirectMessage)) == sorted([boss.id, aide.id])
    stage.now += timedelta(minutes=1)
    await reports(stage, emi, bad, NAMED | URGENT)
    assert [dm.user for dm in stage.took(DirectMessage)] == [aide], "it is urgent now: who was told before is rung"
    await reports(stage, emi, await stage.joins("other"), NAMED | URGENT)
    assert sorted(dm.user.id for dm in stage.took(DirectMessage)) == sorted([boss.id, aide.id])


async def test_owners_who_are_the_whole_team_are_the_moderators(stage: Stage) -> None:
    own, other = [await stage.joins(name, is_owner=True) for name in ("own", "other")]
    emi, bad = await stage.joins("emi"), await stage.joins("bad")
    stage.sent.clear()
    await reports(stage, emi, bad)
    assert stage.took(DirectMessage) == [], "the channel has it"
    stage.now += timedelta(minutes=1)
    await reports(stage, emi, bad, NAMED | URGENT)
    (post,) = [post for post in stage.took(Post) if "Could one of you" in text_of(post) and post.place.home == SLACK]
    assert set(post.card.notify) == {own, other}
    stage.directory.missing.add("moderators")
    stage.sent.clear()
    await reports(stage, emi, await stage.joins("third"))
    told = [text_of(dm) for dm in stage.took(DirectMessage)]
    assert len(told) == len([own, other])
    assert not [one for one in told if "no moderator" in one]


async def test_without_a_channel_everybody_is_reminded_of_what_they_can_take(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    stage.directory.missing.add("moderators")
    await reports(stage, emi, bad)
    await reports(stage, emi, aide)
    stage.standing = FEATURE.standing
    stage.sent.clear()
    await stage.passes(timedelta(days=1))
    told = {dm.user: text_of(dm) for dm in stage.took(DirectMessage)}
    assert told.keys() == {boss, aide}
    assert "2 reports are waiting" in told[boss]
    assert "1 report is waiting for somebody to look after it: #1" in told[aide]
    assert "#2" not in told[aide]


async def test_an_urgent_one_that_nobody_came_for_is_named_with_the_others(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    await reports(stage, emi, bad, NAMED | URGENT)
    stage.standing = FEATURE.standing
    await stage.passes(timedelta(hours=3))
    stage.sent.clear()
    await stage.passes(timedelta(days=1))
    assert [post for post in stage.took(Post) if "waiting for somebody to look after it: #1" in text_of(post)]
