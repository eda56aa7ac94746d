"""Waiting for a seat, from coming to coming in, on both platforms: nobody else hears of it, nothing counts it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.answers import Invalid
from chat.effects import DirectMessage, OpenThread, Post, ShowHome
from chat.events import ChannelEntered, HomeOpened, MemberChanged, Reacted
from chat.ids import Place, Profile, UserRef, Workspace
from community.membership.values import Application, Standing
from community.people.onboarding import Stage as Step
from tests.handlers.membership.house import (
    Make,
    applies,
    badges,
    capped,
    comes,
    desk,
    full,
    invited,
    leaves,
    public,
    restarts,
    send_form,
    to,
)
from tests.handlers.stage import DISCORD, SLACK, Stage, action, card_of, form_of, text_of

BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD], ids=["slack", "discord"])


async def standing(stage: Stage, user: UserRef) -> Standing:
    member = await stage.member(user)
    one = await stage.look(lambda unit: unit.applications.of(member))
    assert isinstance(one, Application)
    return one.standing


@BOTH
async def test_a_newcomer_to_a_full_community_waits_in_the_lobby(build: Make, workspace: Workspace) -> None:
    stage, _ = await full(build, workspace)
    ben = await comes(stage, "Ben", workspace)
    (card,) = to(stage.sent, ben)
    assert "is full at the moment" in text_of(card)
    assert action(card, "lobby_apply")
    assert badges(stage.sent, ben) == [("lobby", True), ("members", False)]
    assert invited(stage.sent, ben) == (["C-lobby"] if workspace is SLACK else [])
    assert public(stage.sent) == [], "nothing about those who wait is said before others"
    assert await standing(stage, ben) is Standing.WAITING
    member = await stage.member(ben)
    assert await stage.look(lambda unit: unit.onboarding.stages(member)) == {}, "no cohort counts them"
    assert await stage.facts("member.joined") == ["member.joined", "member.joined"], "the two who have seats"


async def test_who_applies_reads_that_it_has_arrived(build: Make) -> None:
    stage, _ = await full(build)
    ben = await comes(stage, "Ben", locale="ja")
    said = text_of(await send_form(stage, ben))
    assert said.startswith("お申し込みを受け付けました。"), said
    assert "次にご案内する順番です" in said


async def test_the_lobby_speaks_both_languages_where_the_newcomers_is_unknown(build: Make) -> None:
    stage, _ = await full(build, DISCORD)
    ben = await comes(stage, "Ben", DISCORD, None)
    (card,) = to(stage.sent, ben)
    assert "is full at the moment" in text_of(card)
    assert "ただいま" in text_of(card)


@BOTH
async def test_from_the_form_to_the_welcome(build: Make, workspace: Workspace) -> None:
    stage, _ = await full(build, workspace)
    ben = await comes(stage, "Ben", workspace)
    cho = await comes(stage, "Cho", workspace)
    stage.sent.clear()
    assert "You are the next to be asked" in text_of(card_of(await send_form(stage, ben)))
    assert "You are number 2 of 2" in text_of(card_of(await send_form(stage, cho)))
    assert len(desk(stage.sent)) == 2, "one card for each application"
    assert public(stage.sent) == []
    stage.sent.clear()
    await leaves(stage, "Aiko", workspace)
    (offer,) = to(stage.sent, ben)
    assert "You can take it until" in text_of(offer)
    assert to(stage.sent, cho) == []
    stage.sent.clear()
    answer = await stage.presses(ben, offer, "lobby_take")
    assert "The seat is yours" in text_of(answer)
    assert badges(stage.sent, ben) == [("members", True), ("lobby", False)]
    assert invited(stage.sent, ben) == (["C-general"] if workspace is SLACK else [])
    assert "has a seat" in text_of(desk(stage.sent)[-1])
    await stage.passes(timedelta(minutes=1))
    assert any("Welcome to Aozora!" in text_of(card) for card in to(stage.sent, ben)), "the welcome begins now"
    member = await stage.member(ben)
    stages = await stage.look(lambda unit: unit.onboarding.stages(member))
    assert Step.JOINED in stages  # type: ignore[operator]
    assert (await stage.facts("member.joined")).count("member.joined") == 3
    form = form_of(await stage.acts(ben, f"about:{member}"))
    assert {field.key: getattr(field, "value", None) for field in form.fields}["purpose"] == "To learn with others"
    assert "You have your seat" in text_of(await stage.acts(ben, f"lobby_apply:{member}"))


@BOTH
async def test_an_offer_that_nobody_takes_goes_to_the_next(build: Make, workspace: Workspace) -> None:
    stage, _ = await full(build, workspace, claim_hours=10)
    ben, cho = await applies(stage, "Ben", workspace), await applies(stage, "Cho", workspace)
    await leaves(stage, "Aiko", workspace)
    (old,) = to(stage.sent, ben)[-1:]
    stage.sent.clear()
    await stage.passes(timedelta(hours=20))
    told = [text_of(card) for card in to(stage.sent, ben)]
    assert "A reminder, the only one" in told[0]
    assert "went to somebody else" in told[-1]
    assert len(told) == 2
    (offer,) = to(stage.sent, cho)
    assert "went to somebody else" in text_of(await stage.presses(ben, old, "lobby_take")), "too late"
    await stage.presses(cho, offer, "lobby_take")
    assert (await standing(stage, ben), await standing(stage, cho)) == (Standing.APPLIED, Standing.SEATED)


async def test_an_application_that_nobody_looks_after_is_closed_kindly(build: Make) -> None:
    stage, _ = await full(build, claim_hours=10, offers_most=2)
    ben = await applies(stage, "Ben")
    await leaves(stage, "Aiko")
    stage.sent.clear()
    await stage.passes(timedelta(days=6))
    told = [text_of(card) for card in to(stage.sent, ben)]
    assert "I have closed your application" in told[-1]
    assert await standing(stage, ben) is Standing.CLOSED
    stage.sent.clear()
    await stage.passes(timedelta(days=10))
    assert to(stage.sent, ben) == [], "silence after that"
    assert "You can take it until" in text_of(await send_form(stage, ben)), "and the door stays open"


@BOTH
async def test_not_now_lets_the_next_go_first_and_ready_asks_again(build: Make, workspace: Workspace) -> None:
    stage, _ = await full(build, workspace)
    ben, cho = await applies(stage, "Ben", workspace), await applies(stage, "Cho", workspace)
    await leaves(stage, "Aiko", workspace)
    (offer,) = to(stage.sent, ben)[-1:]
    stage.sent.clear()
    rests = text_of(await stage.presses(ben, offer, "lobby_pass"))
    assert "You keep your place" in rests
    (next_offer,) = to(stage.sent, cho)
    leaving = card_of(await stage.presses(cho, next_offer, "lobby_leave"))
    stage.sent.clear()
    assert "You are not in the line" in text_of(await stage.presses(cho, leaving, "lobby_leave_yes"))
    assert to(stage.sent, ben) == [], "who said not now is left in peace"
    member = await stage.member(ben)
    assert "You can take it until" in text_of(await stage.acts(ben, f"lobby_ready:{member}"))


async def test_what_who_waits_writes_and_does_is_nobodys_statistics(build: Make) -> None:
    stage, moe = await full(build)
    ben = await comes(stage, "Ben")
    stage.sent.clear()
    message = await stage.says(ben, "How do I get in? Thank you @moe!", channel="questions", mentions=(moe,))
    await stage.happens(
        Reacted(key="r1", at=stage.now, workspace=SLACK, message=message, user=ben, emoji="👍", author=moe)
    )
    await stage.happens(
        ChannelEntered(key="c1", at=stage.now, workspace=SLACK, user=ben, place=Place(SLACK.platform, "T1", "C-python"))
    )
    await stage.passes(timedelta(hours=2))
    assert await stage.facts("message.posted", "reaction.added", "channel.entered") == []
    assert stage.sent == [], "no question, no first post, no thanks"
    assert await stage.look(lambda unit: unit.people.count_present()) == 2


async def test_who_waits_and_leaves_is_forgotten_in_silence(build: Make) -> None:
    stage, _ = await full(build)
    ben = await applies(stage, "Ben")
    stage.sent.clear()
    await stage.leaves(ben)
    assert await stage.facts("member.left") == []
    assert await standing(stage, ben) is Standing.WITHDRAWN
    assert to(stage.sent, ben) == []
    await comes(stage, "Ben")
    assert await standing(stage, ben) is Standing.WAITING, "who comes back waits as others do"


async def test_a_member_who_comes_back_waits_unless_a_seat_is_free(build: Make) -> None:
    stage, _ = await full(build)
    aiko = UserRef(SLACK.platform, "T1", "UAiko")
    await stage.leaves(aiko)
    await stage.joins("Aiko", locale="en")
    assert await stage.look(lambda unit: unit.applications.waiting_ids()) == set(), "the seat was still free"
    await stage.leaves(aiko)
    await comes(stage, "Ben")
    stage.sent.clear()
    await stage.joins("Aiko", locale="en")
    assert await standing(stage, aiko) is Standing.WAITING


async def test_the_team_and_its_bots_never_wait(build: Make) -> None:
    stage, _ = await full(build)
    await stage.joins("robot", is_bot=True)
    await stage.joins("boss", is_admin=True)
    assert await stage.look(lambda unit: unit.applications.waiting_ids()) == set()
    ben = await comes(stage, "Ben")
    profile = Profile(user=ben, name="Ben", is_admin=True)
    await stage.happens(MemberChanged(key="m1", at=stage.now, workspace=SLACK, member=profile))
    assert await standing(stage, ben) is Standing.SEATED, "who is made a moderator comes in"


async def test_who_is_seen_in_the_landing_channel_before_their_join_is_told_waits_once(build: Make) -> None:
    stage, _ = await full(build)
    ben = UserRef(SLACK.platform, "T1", "UBen")
    place = Place(SLACK.platform, "T1", "C-general")
    await stage.happens(ChannelEntered(key="c1", at=stage.now, workspace=SLACK, user=ben, place=place))
    await comes(stage, "Ben")
    assert len(to(stage.sent, ben)) == 1
    assert await standing(stage, ben) is Standing.WAITING


async def test_a_cap_that_was_raised_or_taken_away_in_the_file_offers_seats(build: Make) -> None:
    stage, _ = await full(build)
    ben, cho = await applies(stage, "Ben"), await applies(stage, "Cho")
    await restarts(stage, cap=3)
    assert (await standing(stage, ben), await standing(stage, cho)) == (Standing.OFFERED, Standing.APPLIED)
    await restarts(stage, cap=0)
    assert (await standing(stage, ben), await standing(stage, cho)) == (Standing.SEATED, Standing.SEATED)


async def test_a_cap_below_those_who_are_here_takes_nobody_out(build: Make) -> None:
    stage = await capped(build, cap=0)
    for name in ("moe", "Aiko", "Ben"):
        await stage.joins(name, locale="en")
    await restarts(stage, cap=1)
    assert await stage.look(lambda unit: unit.applications.waiting_ids()) == set()
    dai = await comes(stage, "Dai")
    assert await standing(stage, dai) is Standing.WAITING


async def test_a_member_with_a_free_seat_gets_the_badge_at_once(build: Make) -> None:
    stage = await capped(build, cap=9)
    ben = await comes(stage, "Ben", DISCORD)
    assert badges(stage.sent, ben) == [("members", True)]


@BOTH
async def test_who_cannot_be_reached_one_way_is_reached_another(build: Make, workspace: Workspace) -> None:
    stage, _ = await full(build, workspace)
    tried: list[type] = []

    def refuses(effect: object) -> bool:
        if isinstance(effect, Post | OpenThread | DirectMessage | ShowHome):
            tried.append(type(effect))
        return isinstance(effect, Post | OpenThread | DirectMessage) and not (
            isinstance(effect, Post) and effect.only_for is None
        )

    stage.refuses = refuses
    await comes(stage, "Ben", workspace)
    near = Post if workspace is SLACK else OpenThread
    ways = [kind for kind in tried if kind is not ShowHome]
    assert ways[:2] == [near, DirectMessage]
    told = [text_of(card) for card in desk(stage.sent)]
    if workspace is SLACK:
        assert told == [], "the home tab waits for them"
    else:
        assert len([words for words in told if "could not be reached" in words]) == 1


async def test_a_badge_that_the_bot_may_not_give_is_told_to_the_moderators_once(build: Make) -> None:
    stage, _ = await full(build, DISCORD)
    stage.refuses = lambda effect: type(effect).__name__ == "SetBadge"
    await comes(stage, "Ben", DISCORD)
    await comes(stage, "Cho", DISCORD)
    told = [text_of(card) for card in desk(stage.sent)]
    assert len([words for words in told if "role of the lobby" in words]) == 1


async def test_the_home_tab_and_the_commands_of_who_waits_show_their_place(build: Make) -> None:
    stage, _ = await full(build)
    ben = await applies(stage, "Ben")
    stage.sent.clear()
    await stage.happens(HomeOpened(key="h1", at=stage.now, workspace=SLACK, user=ben))
    await stage.deliver()
    (home,) = stage.took(ShowHome)
    assert "Your place in line" in text_of(home.card)
    for sub in ("", "help", "me"):
        assert "Your place in line" in text_of(await stage.types(ben, "tsudoi", sub))
    assert "once you have a seat" in text_of(await stage.types(ben, "ask", text="How?"))
    await stage.says(ben, "hello?", direct=True)
    assert "Your place in line" in text_of(stage.took(DirectMessage)[0].card)


async def test_a_form_that_says_nothing_comes_back_with_its_words(build: Make) -> None:
    stage, _ = await full(build)
    ben = await comes(stage, "Ben")
    answer = await send_form(stage, ben, purpose=" - ", share="x" * 700)
    assert isinstance(answer, Invalid)
    assert set(answer.errors) == {"purpose", "share"}
    assert await standing(stage, ben) is Standing.WAITING


async def test_a_card_of_somebody_else_takes_no_seat(build: Make) -> None:
    stage, _ = await full(build)
    ben, cho = await applies(stage, "Ben"), await applies(stage, "Cho")
    await leaves(stage, "Aiko")
    (offer,) = to(stage.sent, ben)[-1:]
    for name in ("lobby_take", "lobby_pass"):
        await stage.presses(cho, offer, name)
    assert (await standing(stage, ben), await standing(stage, cho)) == (Standing.OFFERED, Standing.APPLIED)


async def test_who_waits_and_is_named_a_moderator_comes_in(build: Make) -> None:
    stage, moe = await full(build)
    ben = await applies(stage, "Ben")
    preview = card_of(await stage.types(moe, "community", "settings", set="moderator_ids", value="Umoe, UBen"))
    assert "Only an owner" in text_of(preview)
    boss = await stage.joins("boss", is_owner=True, is_admin=True)
    preview = card_of(await stage.types(boss, "community", "settings", set="moderator_ids", value="Umoe, UBen"))
    await stage.presses(boss, preview, "set_go")
    assert await stage.look(lambda unit: unit.applications.open())
    await stage.passes(timedelta(minutes=1))
    assert await stage.look(lambda unit: unit.applications.waiting_ids()) == set()
    assert "/community" in text_of(await stage.types(ben, "community", ""))
