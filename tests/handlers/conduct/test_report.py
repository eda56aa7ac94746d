"""Reporting: from a message or by command, with a name or without; to one queue, and kindly."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from chat.answers import OpenForm, Say
from chat.card import Quote
from chat.effects import DirectMessage, Post, RedrawPost
from chat.events import MessageDeleted, MessageEdited
from chat.ids import MessageRef, Place, UserRef, Workspace
from community.conduct.cases import CaseState, Reason
from community.conduct.settings import ConductSettings
from tests.handlers.conduct.reporting import (
    BAD_WORDS,
    FILLED,
    NAMED,
    URGENT,
    actions,
    all_reports,
    opens,
    people,
    reports,
    the_case,
)
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_a_reported_message_becomes_a_card_in_each_channel_of_the_moderators(
    stage: Stage, workspace: Workspace
) -> None:
    _, _, emi, bad = await people(stage, workspace)
    stage.sent.clear()
    answer = await reports(stage, emi, bad)
    assert "The moderators have your report" in text_of(answer)
    posts = stage.took(Post)
    assert {post.place.home for post in posts} == {SLACK, DISCORD}
    assert {post.place.channel for post in posts} == {"C-moderators"}
    for post in posts:
        text = text_of(post)
        assert "Report #1" in text
        assert "Hurtful or degrading words" in text
        assert "bad" in text
        assert "emi reported" in text
        assert Quote(BAD_WORDS) in post.card.parts
        assert post.card.notify == ()
        assert post.card.notify_badges == ()
        assert {a.partition(":")[0] for a in actions(post.card)} >= {"case_claim", "case_resolve", "case_dismiss"}
    (report,) = await all_reports(stage, await the_case(stage))
    assert (report.reason, report.member, report.account) == (Reason.INSULT, await stage.member(emi), str(emi))


async def test_without_a_name_nobody_is_named_and_the_hour_is_all_that_is_kept(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    stage.now += timedelta(minutes=17, seconds=3)
    stage.sent.clear()
    answer = await reports(stage, emi, bad, FILLED)
    assert "did not write down who you are" in text_of(answer)
    (case,) = [await the_case(stage)]
    (report,) = await all_reports(stage, case)
    assert report.nameless
    assert (report.member, report.account) == (None, None)
    assert (report.at.minute, report.at.second, case.opened_at.minute) == (0, 0, 0)
    for post in stage.took(Post):
        assert "Reported without a name" in text_of(post)
        assert "emi" not in text_of(post)


async def test_reports_about_the_same_message_or_member_join_while_the_case_is_open(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    fay, gil = await stage.joins("fay", DISCORD), await stage.joins("gil")
    form, message = await opens(stage, emi, bad)
    await stage.sends(emi, form, NAMED)
    await reports(stage, gil, bad, FILLED, message=message)
    form = form_of(await stage.types(fay, "tsudoi", "report", member="bad"))
    await stage.sends(fay, form, NAMED | {"reason": "spam"})
    case = await the_case(stage)
    assert case.id == 1
    assert len(await all_reports(stage, case)) == 3
    stage.sent.clear()
    await stage.sends(boss, f"case_end:{case.id}", {"outcome": "warned", "words": ""})
    await stage.acts(boss, f"case_do:{case.id}:warned")
    await reports(stage, emi, bad, text="And again")
    assert (await the_case(stage)).id == 2
    (card, *_) = [post for post in stage.took(Post) if "Report #2" in text_of(post)]
    assert "Other reports about this member" in text_of(card)


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_oneself_and_bots_are_answered_kindly(stage: Stage, workspace: Workspace) -> None:
    _, _, emi, _ = await people(stage, workspace)
    robot = await stage.joins("robot", workspace, is_bot=True)
    me = UserRef(workspace.platform, workspace.id, f"{workspace.platform}bot")
    message = await stage.says(emi)
    stage.sent.clear()
    for author, told in (
        (emi, "your own message"),
        (me, "I wrote this myself"),
        (robot, "A bot or an app"),
        (None, "A bot"),
    ):
        answer = await stage.uses_menu(emi, "report_message", message, author=author, text="x")
        assert isinstance(answer, Say)
        assert told in text_of(answer)
    for member, told in (
        (emi.id, "That is you"),
        (me.id, "That is a bot"),
        (robot.id, "That is a bot"),
        ("zoe", "nobody"),
    ):
        answer = await stage.types(emi, "tsudoi", "report", member=member)
        assert isinstance(answer, Say)
        assert told in text_of(answer), member
    assert stage.sent == []


async def test_a_form_about_nobody_in_particular_takes_a_name_or_anything_else(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    form = form_of(await stage.types(emi, "tsudoi", "report"))
    assert [field.key for field in form.fields] == ["reason", "words", "about", "name", "urgent"]
    about_them = await stage.sends(emi, form, NAMED | {"about": "bad"})
    assert "does not see it, even if they are of the team" in text_of(about_them)
    assert (await the_case(stage)).member == await stage.member(bad)
    about_nobody = await stage.sends(emi, form, NAMED | {"about": "the tone in #general"})
    assert "takes it on" in text_of(about_nobody)
    assert "does not see it" not in text_of(about_nobody), "whom it is about is not known, so it may be one of them"
    case = await the_case(stage)
    assert (case.id, case.member) == (2, None)
    assert "the tone in #general" in (await all_reports(stage, case))[0].words
    await stage.sends(emi, form, NAMED | {"about": "the noise"})
    assert (await the_case(stage)).id == 3, "reports about nobody have nothing in common"


async def test_where_names_are_asked_for_there_is_no_choice(build: Callable[..., Awaitable[Stage]]) -> None:
    stage = await build(conduct=ConductSettings(anonymous=False))
    _, _, emi, bad = await people(stage)
    form, _ = await opens(stage, emi, bad)
    assert "name" not in [field.key for field in form.fields]
    await stage.sends(emi, form, {"reason": "spam", "words": "", "urgent": "no"})
    assert (await all_reports(stage, await the_case(stage)))[0].member == await stage.member(emi)


async def test_a_form_that_was_open_when_names_became_required_is_still_taken_without(
    build: Callable[..., Awaitable[Stage]],
) -> None:
    stage = await build(conduct=ConductSettings(anonymous=False))
    _, _, emi, bad = await people(stage)
    form, _ = await opens(stage, emi, bad)
    await stage.sends(emi, form, FILLED)
    assert (await all_reports(stage, await the_case(stage)))[0].nameless, "the choice was made when it was offered"


async def test_words_that_would_reach_beyond_the_card_stay_in_it(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    hostile = "@everyone <!channel> <@U1> ```x``` [a](http://x.example) \u202e \x00 " + "ん" * 3000 + "&" * 2000
    stage.sent.clear()
    await reports(stage, emi, bad, NAMED | {"words": hostile}, text=hostile)
    form = form_of(await stage.types(emi, "tsudoi", "report"))
    await stage.sends(emi, form, {"reason": "</x>", "words": hostile, "about": hostile, "name": "?", "urgent": "maybe"})
    posts = stage.took(Post)
    assert len(posts) == 4
    for post in posts:
        assert (post.card.notify, post.card.notify_badges) == ((), ())
        shown = [part.text for part in post.card.parts if isinstance(part, Quote)]
        assert shown
        assert not any("\u202e" in text or "\x00" in text for text in shown)


async def test_a_form_that_is_no_longer_kept_still_brings_its_words(stage: Stage) -> None:
    _, _, emi, _ = await people(stage)
    await stage.sends(emi, "conduct_send:gone", NAMED)
    assert (await all_reports(stage, await the_case(stage)))[0].words == "It hurts, please help"


async def test_a_conversation_that_i_am_not_in_is_not_pointed_at(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    between_two = MessageRef(Place(SLACK.platform, SLACK.id, "DM7"), "m99")
    await reports(stage, emi, bad, FILLED, message=between_two)
    (report,) = await all_reports(stage, await the_case(stage))
    assert report.message is None, "it would tell who of the two reports"
    assert report.quoted == BAD_WORDS


async def test_many_reports_are_all_kept_but_call_nobody_any_more(stage: Stage) -> None:
    boss, _, emi, _ = await people(stage)
    await stage.acts(boss, "case_duty:on")
    for n in range(8):
        other = await stage.joins(f"other{n}")
        stage.sent.clear()
        answer = await reports(stage, emi, other, NAMED | URGENT)
        calls = [dm for dm in stage.took(DirectMessage) if dm.user == boss]
        assert bool(calls) is (n < 5), n
        assert ("a lot of reports" in text_of(answer)) is (n >= 5)
    assert (await the_case(stage)).id == 8


async def test_a_message_that_is_changed_or_taken_away_keeps_what_it_said(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    form, message = await opens(stage, emi, bad)
    await stage.sends(emi, form, NAMED)
    stage.sent.clear()
    await stage.happens(
        MessageEdited(key="x1", at=stage.now, workspace=SLACK, message=message, author=bad, text="You are great")
    )
    redrawn = stage.took(RedrawPost)
    assert len(redrawn) == 2
    assert "was edited since" in text_of(redrawn[0])
    assert BAD_WORDS in text_of(redrawn[0])
    await stage.happens(MessageDeleted(key="x2", at=stage.now, workspace=SLACK, message=message))
    redrawn = stage.took(RedrawPost)
    assert "was deleted since" in text_of(redrawn[0])
    assert BAD_WORDS in text_of(redrawn[0])
    assert "Go to the message" not in text_of(redrawn[0])
    await stage.happens(MessageEdited(key="x3", at=stage.now, workspace=SLACK, message=message, author=bad, text="z"))
    assert stage.took(RedrawPost) == [], "what is gone cannot change"


async def test_who_reports_or_is_reported_may_leave(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    await stage.leaves(bad)
    await stage.leaves(emi)
    stage.sent.clear()
    case = await the_case(stage)
    text = text_of(await stage.acts(boss, f"case_show:{case.id}"))
    assert BAD_WORDS in text
    await stage.acts(boss, f"case_claim:{case.id}")
    assert not [dm for dm in stage.took(DirectMessage) if dm.user == emi]
    assert (await the_case(stage)).state is CaseState.CLAIMED


async def test_in_japanese_it_reads_as_japanese(build: Callable[..., Awaitable[Stage]]) -> None:
    stage = await build(language="ja")
    _, _, emi, bad = await people(stage)
    form, _ = await opens(stage, emi, bad, locale="ja")
    assert form.title == "運営に報告する"
    stage.sent.clear()
    answer = await stage.sends(emi, form, FILLED, locale="ja")
    assert "報告を受け取りました" in text_of(answer)
    (post, _) = stage.took(Post)
    assert "報告の件" in text_of(post)


async def test_answers_open_forms_where_they_should(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    assert isinstance(await stage.types(emi, "tsudoi", "report", member=bad.id), OpenForm)
    assert card_of(await stage.types(emi, "tsudoi", "report", code="nonsense")).parts


@pytest.mark.parametrize("locale", ["en", "ja"])
async def test_the_form_says_which_message_is_reported(stage: Stage, locale: str) -> None:
    _, _, emi, bad = await people(stage)
    message = await stage.says(bad, "a")
    for text, shown in (("go away " * 40, "go away go away"), ("two\nlines", "two lines"), ("", "")):
        opened = await stage.uses_menu(emi, "report_message", message, author=bad, text=text, locale=locale)
        first = form_of(opened).fields[0]
        assert "bad" in first.hint
        assert shown in first.hint
        assert ("“" in first.hint or "「" in first.hint) is bool(text)


async def test_of_a_report_without_a_name_no_minute_is_shown(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    stage.now = stage.now.replace(minute=17, second=3)
    await reports(stage, emi, bad, FILLED)
    hour = stage.now.astimezone(ZoneInfo(stage.settings.time_zone)).hour
    assert f"{hour}:00–{hour}:59" in text_of(await stage.types(boss, "community", "cases"))
