"""However an application ends, it is told once and kindly, and the cards that stand say so as well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.answers import Answer
from chat.effects import Remove, ShowHome
from chat.events import MemberChanged
from chat.ids import Profile, UserRef, Workspace
from handlers.audit.undoing import UNDO
from handlers.context import Context
from handlers.privacy.erasing import erase
from tests.handlers.meetups.planned import within
from tests.handlers.membership.house import Make, applies, comes, desk, full, leaves, redrawn, restarts, send_form, to
from tests.handlers.membership.test_night import EIGHT, application, at_midnight, declines
from tests.handlers.stage import DISCORD, SLACK, Stage, action, card_of, form_of, text_of

BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD], ids=["slack", "discord"])
THREAD = "lobby private_thread"  # the first card of somebody who waits, on Discord
ACCEPTED = {"en": "The moderators have accepted your application.", "ja": "運営メンバーがお申し込みを承認しました。"}


async def admits(stage: Stage, moderator: UserRef, user: UserRef) -> Answer:
    one = await application(stage, user)
    preview = await stage.sends(
        moderator, form_of(await stage.acts(moderator, f"appl_admit:{one.id}")), {"reason": "x"}
    )
    return await stage.presses(moderator, card_of(preview), "appl_admit_yes")


@BOTH
@pytest.mark.parametrize("language", ["en", "ja"])
async def test_who_is_accepted_reads_so_once_before_the_welcome(
    build: Make, workspace: Workspace, language: str
) -> None:
    stage, moe = await full(build, workspace)
    ben = await applies(stage, "Ben", workspace, locale=language)
    stage.sent.clear()
    await admits(stage, moe, ben)
    await stage.passes(timedelta(minutes=1))
    told = [text_of(card) for card in to(stage.sent, ben)]
    assert ACCEPTED[language] in told[0]
    assert len([words for words in told if ACCEPTED[language] in words]) == 1
    assert len(told) == 2, "the welcome comes after it"
    if workspace is SLACK:
        homes = [text_of(effect.card) for effect in stage.took(ShowHome) if effect.user == ben]
        assert "lobby" not in homes[-1]
        assert "Your place in line" not in homes[-1] and "順番" not in homes[-1]  # noqa: PT018 - two languages
    else:
        assert ACCEPTED[language] in redrawn(stage.sent)[THREAD]


async def test_who_had_not_applied_is_not_told_of_an_application(build: Make) -> None:
    stage, moe = await full(build, DISCORD)
    ben = await comes(stage, "Ben", DISCORD)
    stage.sent.clear()
    await admits(stage, moe, ben)
    assert "The moderators have given you a seat." in text_of(to(stage.sent, ben)[0])
    assert "have given you a seat" in redrawn(stage.sent)[THREAD]


async def test_a_dm_that_does_not_get_through_to_who_is_accepted_alarms_nobody(build: Make) -> None:
    stage, moe = await full(build, DISCORD)
    ben = await applies(stage, "Ben", DISCORD)
    stage.refuses = lambda effect: type(effect).__name__ == "DirectMessage"
    stage.sent.clear()
    await admits(stage, moe, ben)
    await stage.passes(timedelta(minutes=1))
    assert not any("could not be reached" in text_of(card) for card in desk(stage.sent)), "the welcome has its own ways"


@BOTH
async def test_an_accepted_sleeper_reads_it_in_the_morning_and_before_the_welcome(
    build: Make, workspace: Workspace
) -> None:
    stage, moe, ben, _ = await at_midnight(build, workspace)
    await admits(stage, moe, ben)
    await stage.passes(timedelta(hours=1))
    assert to(stage.sent, ben) == []
    await stage.passes(EIGHT + timedelta(minutes=1))
    told = [text_of(card) for card in to(stage.sent, ben)]
    assert ACCEPTED["en"] in told[0]
    assert "Welcome to Aozora!" in told[1]


@BOTH
async def test_an_offer_that_is_open_when_they_are_accepted_shows_the_seat(build: Make, workspace: Workspace) -> None:
    stage, moe = await full(build, workspace)
    ben = await applies(stage, "Ben", workspace)
    await leaves(stage, "Aiko", workspace)
    stage.sent.clear()
    await admits(stage, moe, ben)
    assert ACCEPTED["en"] in redrawn(stage.sent)["offered direct"]


@BOTH
async def test_a_seat_that_is_taken_shows_on_every_card_and_is_not_sent_again(
    build: Make, workspace: Workspace
) -> None:
    stage, _ = await full(build, workspace)
    ben = await applies(stage, "Ben", workspace)
    stage.sent.clear()
    await leaves(stage, "Aiko", workspace)
    if workspace is DISCORD:
        assert "A seat for you" in redrawn(stage.sent)[THREAD]
    stage.sent.clear()
    await stage.presses(ben, card_of(await stage.types(ben, "tsudoi", "me")), "lobby_take")
    assert to(stage.sent, ben) == [], "the press was answered"
    drawn = redrawn(stage.sent)
    assert set(drawn) == ({"offered direct"} if workspace is SLACK else {"offered direct", THREAD})
    assert all("The seat is yours" in words for words in drawn.values())


@BOTH
async def test_not_now_from_elsewhere_takes_the_buttons_from_the_offer(build: Make, workspace: Workspace) -> None:
    stage, _ = await full(build, workspace)
    ben = await applies(stage, "Ben", workspace)
    await leaves(stage, "Aiko", workspace)
    stage.sent.clear()
    await stage.presses(ben, card_of(await stage.types(ben, "tsudoi", "me")), "lobby_pass")
    assert "You keep your place" in redrawn(stage.sent)["offered direct"]


async def test_a_lapsed_offer_is_over_and_the_next_is_the_only_one_with_buttons(build: Make) -> None:
    stage, _ = await full(build, DISCORD, claim_hours=10)
    ben = await applies(stage, "Ben", DISCORD)
    await leaves(stage, "Aiko", DISCORD)
    stage.sent.clear()
    await stage.passes(timedelta(hours=20))
    drawn = redrawn(stage.sent)
    assert drawn["offered direct"] == drawn["remind direct"] == "This offer is over."
    assert "You can take it until" in text_of(to(stage.sent, ben)[-1]), "nobody else waits"


@BOTH
async def test_a_no_leaves_no_card_that_still_waits(build: Make, workspace: Workspace) -> None:
    stage, moe = await full(build, workspace)
    ben = await applies(stage, "Ben", workspace, locale="ja")
    await stage.says(ben, "こんにちは", direct=True)
    stage.sent.clear()
    _, done = await declines(stage, moe, ben)
    assert len(to(stage.sent, ben)) == 1
    assert "別のメッセージ" in redrawn(stage.sent)["hello"], "the last answer to what they wrote"
    if workspace is DISCORD:
        assert "別のメッセージ" in redrawn(stage.sent)[THREAD]
    stage.sent.clear()
    await stage.acts(moe, action(card_of(done), UNDO))
    assert "順番" in redrawn(stage.sent)["declined direct"], "the no itself is not left standing"


async def test_a_no_at_night_is_on_no_card_before_it_is_said(build: Make) -> None:
    stage, moe, ben, _ = await at_midnight(build, DISCORD)
    await declines(stage, moe, ben)
    assert redrawn(stage.sent) == {}
    await stage.passes(EIGHT + timedelta(minutes=1))
    assert len(to(stage.sent, ben)) == 1
    assert "another message from me" in redrawn(stage.sent)[THREAD]


async def test_who_withdraws_sees_it_on_the_card_of_the_lobby(build: Make) -> None:
    stage, _ = await full(build, DISCORD)
    ben = await applies(stage, "Ben", DISCORD)
    stage.sent.clear()
    leaving = card_of(await stage.acts(ben, f"lobby_leave:{await stage.member(ben)}"))
    await stage.presses(ben, leaving, "lobby_leave_yes")
    assert to(stage.sent, ben) == []
    assert "You are not in the line" in redrawn(stage.sent)[THREAD]


@BOTH
async def test_without_a_cap_whoever_waits_reads_why_they_are_in(build: Make, workspace: Workspace) -> None:
    stage, _ = await full(build, workspace)
    ben, cho = await applies(stage, "Ben", workspace), await comes(stage, "Cho", workspace, "ja")
    stage.sent.clear()
    await restarts(stage, cap=0)
    await stage.passes(timedelta(minutes=1))
    assert [len([c for c in to(stage.sent, ben) if "There is room for everybody now" in text_of(c)])] == [1]
    assert len([c for c in to(stage.sent, cho) if "全員をお迎えできる" in text_of(c)]) == 1


async def test_who_turns_out_to_be_of_the_team_is_never_told_that_it_is_full(build: Make) -> None:
    stage, _ = await full(build, DISCORD)
    ben = await stage.joins("Ben", DISCORD, locale="en")
    stage.sent.clear()
    profile = Profile(user=ben, name="Ben", is_admin=True)
    await stage.happens(MemberChanged(key="c1", at=stage.now, workspace=DISCORD, member=profile))
    await stage.passes(timedelta(minutes=1))
    assert not any("is full at the moment" in text_of(card) for card in to(stage.sent, ben))


async def test_who_is_erased_leaves_no_card_behind(build: Make) -> None:
    stage, _ = await full(build, DISCORD)
    ben = await applies(stage, "Ben", DISCORD)
    leaving = card_of(await stage.acts(ben, f"lobby_leave:{await stage.member(ben)}"))
    await stage.presses(ben, leaving, "lobby_leave_yes")
    await stage.passes(timedelta(minutes=5))
    await send_form(stage, ben)  # a second card in the moderators' channel
    stage.sent.clear()

    async def forget(ctx: Context) -> int:
        member = await ctx.db.people.by_user(ben)
        assert member is not None
        return await erase(ctx, member, key=stage.key())

    await within(stage, forget)
    await stage.deliver()
    assert len(stage.took(Remove)) == 3, "the thread, and both applications in the moderators' channel"
