"""The night of those who wait: nothing wakes them, nobody overtakes them, what was decided is told in the morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chat.answers import Answer
from chat.effects import DirectMessage, ShowHome
from chat.events import HomeOpened
from chat.ids import UserRef, Workspace
from community.membership.values import Application, Standing
from tests.handlers.membership.house import Make, applies, badges, capped, comes, desk, full, leaves, send_form, to
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of

BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD], ids=["slack", "discord"])
MIDNIGHT = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)  # in Tokyo, where everybody lives who says nothing else
EIGHT = datetime(2026, 12, 4, 23, 0, tzinfo=UTC)


async def application(stage: Stage, user: UserRef) -> Application:
    member = await stage.member(user)
    one = await stage.look(lambda unit: unit.applications.of(member))
    assert isinstance(one, Application)
    return one


async def at_midnight(build: Make, workspace: Workspace, **more: object) -> tuple[Stage, UserRef, UserRef, UserRef]:
    """Make a full community with two in the line, and let night fall."""
    stage, moe = await full(build, workspace, **more)
    ben, cho = await applies(stage, "Ben", workspace), await applies(stage, "Cho", workspace)
    await stage.passes(MIDNIGHT)
    stage.sent.clear()
    return stage, moe, ben, cho


async def declines(stage: Stage, moderator: UserRef, user: UserRef) -> tuple[Answer, Answer]:
    """Let a moderator say no; returns what was shown before, and what was said then."""
    one = await application(stage, user)
    preview = await stage.sends(moderator, form_of(await stage.acts(moderator, f"appl_decline:{one.id}")),
                                {"words": "Come in spring."})  # fmt: skip
    return preview, await stage.presses(moderator, card_of(preview), "appl_decline_yes")


@BOTH
async def test_an_offer_at_night_waits_for_the_morning_and_keeps_its_seat(build: Make, workspace: Workspace) -> None:
    stage, moe, ben, cho = await at_midnight(build, workspace, claim_hours=10)
    await leaves(stage, "Aiko", workspace)
    assert to(stage.sent, ben) == to(stage.sent, cho) == []
    card = text_of(desk(stage.sent)[-1])
    assert "a seat is kept, and offered in the morning" in card
    assert "They read it at" in card
    assert "8:00" in card
    shown = text_of(await stage.types(moe, "community", "waitlist"))
    assert "a seat is kept, and offered in the morning" in shown
    assert "has not applied" not in shown
    assert (await application(stage, cho)).standing is Standing.APPLIED
    await stage.passes(EIGHT - timedelta(seconds=1))
    assert to(stage.sent, ben) == []
    stage.sent.clear()
    await stage.passes(timedelta(seconds=1))  # nothing but rows in the store brings this about
    (offer,) = to(stage.sent, ben)
    assert "You can take it until" in text_of(offer)
    assert "Sat, 5 Dec, 18:00" in text_of(offer), "its ten hours begin now"
    assert "a seat is offered" in text_of(desk(stage.sent)[-1])
    await stage.presses(ben, offer, "lobby_take")
    assert (await application(stage, ben)).standing is Standing.SEATED


async def test_somebody_in_another_zone_is_asked_in_their_own_morning(build: Make) -> None:
    stage, _ = await full(build)
    ben = await stage.joins("Ben", locale="en", time_zone="Europe/Berlin")
    await send_form(stage, ben)
    await stage.passes(timedelta(hours=1))  # three at night in Berlin, eleven in Tokyo
    stage.sent.clear()
    await leaves(stage, "Aiko")
    assert to(stage.sent, ben) == []
    await stage.passes(datetime(2026, 12, 4, 6, 59, tzinfo=UTC))
    assert to(stage.sent, ben) == []
    await stage.passes(timedelta(minutes=1))
    assert len(to(stage.sent, ben)) == 1


@BOTH
async def test_who_does_something_at_night_is_awake(build: Make, workspace: Workspace) -> None:
    stage, _, ben, _ = await at_midnight(build, workspace)
    await leaves(stage, "Aiko", workspace)
    await stage.says(ben, "I cannot sleep")
    (offer,) = to(stage.sent, ben)
    assert "You can take it until" in text_of(offer)
    await stage.passes(EIGHT + timedelta(minutes=1))
    assert len(to(stage.sent, ben)) == 1, "and is told once"


async def test_who_did_something_just_before_the_offer_is_told_at_once(build: Make) -> None:
    stage, _, ben, _ = await at_midnight(build, SLACK)
    await stage.acts(ben, f"lobby_place:{await stage.member(ben)}")
    await stage.passes(timedelta(minutes=9))
    await leaves(stage, "Aiko")
    assert len(to(stage.sent, ben)) == 1


async def test_ten_minutes_of_silence_at_night_are_sleep(build: Make) -> None:
    stage, _, ben, _ = await at_midnight(build, SLACK)
    await stage.acts(ben, f"lobby_place:{await stage.member(ben)}")
    await stage.passes(timedelta(minutes=11))
    await leaves(stage, "Aiko")
    assert to(stage.sent, ben) == []


async def test_what_waits_stands_in_the_home_tab_and_may_be_taken_from_there(build: Make) -> None:
    stage, _, ben, cho = await at_midnight(build, SLACK)
    await leaves(stage, "Aiko")
    home = next(effect.card for effect in stage.took(ShowHome) if effect.user == ben)
    assert "begins in the morning" in text_of(home)
    await stage.presses(ben, home, "lobby_take")
    assert (await application(stage, ben)).standing is Standing.SEATED
    await stage.happens(HomeOpened(key="h1", at=stage.now, workspace=SLACK, user=cho))
    assert (await application(stage, cho)).standing is Standing.APPLIED


async def test_an_offer_that_is_given_up_before_the_morning_goes_to_the_next_in_silence(build: Make) -> None:
    stage, _, ben, cho = await at_midnight(build, SLACK)
    await leaves(stage, "Aiko")
    await stage.leaves(ben)
    assert (await application(stage, cho)).standing is Standing.OFFERED
    await stage.passes(EIGHT + timedelta(minutes=1))
    assert to(stage.sent, ben) == []
    assert len(to(stage.sent, cho)) == 1


@BOTH
async def test_a_no_at_night_is_read_in_the_morning_and_the_moderator_knows(build: Make, workspace: Workspace) -> None:
    stage, moe, ben, _ = await at_midnight(build, workspace)
    preview, done = await declines(stage, moe, ben)
    assert "It is night for them, so they read it at Sat, 5 Dec, 08:00" in text_of(preview)
    assert "so they read it at Sat, 5 Dec, 08:00" in text_of(done)
    assert to(stage.sent, ben) == []
    assert "They read it at" in text_of(desk(stage.sent)[-1])
    await stage.passes(EIGHT)
    (told,) = to(stage.sent, ben)
    assert "Come in spring." in text_of(told)


async def test_a_no_that_was_taken_back_before_the_morning_was_never_said(build: Make) -> None:
    stage, moe, ben, _ = await at_midnight(build, SLACK)
    _, done = await declines(stage, moe, ben)
    assert "had not been told of the no yet" in text_of(await stage.presses(moe, card_of(done), "undo"))
    await stage.passes(EIGHT + timedelta(hours=1))
    assert to(stage.sent, ben) == []
    assert (await application(stage, ben)).standing is Standing.APPLIED


async def test_a_no_taken_back_in_another_night_is_told_in_that_morning(build: Make) -> None:
    stage, moe, ben, _ = await at_midnight(build, SLACK)
    _, done = await declines(stage, moe, ben)
    await stage.passes(MIDNIGHT + timedelta(days=1))
    stage.sent.clear()
    said = text_of(await stage.presses(moe, card_of(done), "undo"))
    assert "reads it at Sun, 6 Dec, 08:00" in said
    assert to(stage.sent, ben) == []
    await stage.passes(EIGHT + timedelta(days=1))
    assert "open again" in text_of(to(stage.sent, ben)[-1])


async def test_who_wakes_early_reads_the_no_then_and_once(build: Make) -> None:
    stage, moe, ben, _ = await at_midnight(build, SLACK)
    await declines(stage, moe, ben)
    stage.sent.clear()
    await stage.says(ben, "hello", channel="lobby")
    assert len(to(stage.sent, ben)) == 1
    assert "They read it at" not in text_of(desk(stage.sent)[-1])
    await stage.passes(EIGHT + timedelta(hours=1))
    assert len(to(stage.sent, ben)) == 1


@BOTH
async def test_who_is_let_in_at_night_finds_open_doors_and_is_welcomed_in_the_morning(
    build: Make, workspace: Workspace
) -> None:
    stage, moe, ben, _ = await at_midnight(build, workspace)
    one = await application(stage, ben)
    form = form_of(await stage.acts(moe, f"appl_admit:{one.id}"))
    preview = card_of(await stage.sends(moe, form, {"reason": "speaks tomorrow"}))
    done = text_of(await stage.presses(moe, preview, "appl_admit_yes"))
    assert "the welcome comes at Sat, 5 Dec, 08:00" in done
    assert badges(stage.sent, ben) == [("members", True), ("lobby", False)]
    await stage.passes(EIGHT - timedelta(minutes=1))
    assert to(stage.sent, ben) == []
    await stage.passes(timedelta(minutes=2))
    assert any("Welcome to Aozora!" in text_of(card) for card in to(stage.sent, ben))


async def test_a_newcomer_at_night_is_answered_at_once_because_they_are_here(build: Make) -> None:
    stage = await capped(build, cap=2)
    await stage.joins("moe", locale="en")
    await stage.passes(MIDNIGHT)
    ben = await comes(stage, "Ben")
    assert any("Welcome to Aozora!" in text_of(card) for card in to(stage.sent, ben)), "there was a seat"
    cho = await comes(stage, "Cho")
    assert "is full at the moment" in text_of(to(stage.sent, cho)[-1])


async def test_a_seat_that_frees_while_nobody_is_in_line_is_told_to_the_lobby_once(build: Make) -> None:
    stage, _ = await full(build)
    ben = await comes(stage, "Ben")
    stage.sent.clear()
    await leaves(stage, "Aiko")
    (told,) = to(stage.sent, ben)
    assert "A seat in Aozora is free now" in text_of(told)
    await leaves(stage, "moe")
    await stage.passes(timedelta(hours=7))  # the look that comes again by itself
    assert len(to(stage.sent, ben)) == 1
    assert "You can take it until" in text_of(await send_form(stage, ben)), "and it is so"


async def test_a_free_seat_is_told_in_the_morning_if_it_is_free_then(build: Make) -> None:
    stage, _ = await full(build)
    ben, cho = await comes(stage, "Ben"), await comes(stage, "Cho")
    await stage.passes(MIDNIGHT)
    stage.sent.clear()
    await leaves(stage, "Aiko")
    await send_form(stage, cho)  # is awake, and faster
    await stage.passes(EIGHT + timedelta(hours=1))
    assert to(stage.sent, ben) == []
    await stage.leaves(cho)
    assert len(to(stage.sent, ben)) == 1


async def test_without_a_lobby_nobody_is_told_of_a_free_seat(build: Make) -> None:
    stage, _ = await full(build)
    stage.directory.missing = {"lobby"}
    ben = await comes(stage, "Ben")
    stage.sent.clear()
    await leaves(stage, "Aiko")
    assert to(stage.sent, ben) == []


async def test_a_bot_that_was_away_all_day_tells_in_the_next_morning(build: Make) -> None:
    stage, moe, ben, _ = await at_midnight(build, SLACK)
    await declines(stage, moe, ben)
    stage.now = MIDNIGHT + timedelta(days=1)
    await stage.passes(timedelta(minutes=1))
    assert to(stage.sent, ben) == []
    await stage.passes(EIGHT + timedelta(days=1))
    assert len(to(stage.sent, ben)) == 1


async def test_a_cap_raised_at_night_says_who_is_asked_in_the_morning(build: Make) -> None:
    stage, moe, ben, _ = await at_midnight(build, SLACK)
    preview = await stage.types(moe, "community", "waitlist", cap="3")
    assert "1 seat is kept, and offered in the morning, because it is night for them: Ben" in text_of(preview)
    await stage.presses(moe, card_of(preview), "appl_cap_yes")
    lower = await stage.types(moe, "community", "waitlist", cap="2")
    assert "Seats that are offered already stay offered." in text_of(lower)
    assert not [e for e in stage.took(DirectMessage) if e.user == ben]
