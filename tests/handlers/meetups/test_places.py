"""A meetup is held somewhere else: what becomes of seats, and what those who come are told of it."""

from __future__ import annotations

from datetime import timedelta

from chat.answers import Redraw
from chat.card import Button, Buttons, Card
from chat.effects import DirectMessage, RedrawPost
from chat.ids import UserRef
from community.seats.values import SeatKind
from tests.handlers.meetups.planning import TYPED, comes, ledger, only, planned, stored
from tests.handlers.meetups.test_series import FIRST, WEEK, repeating
from tests.handlers.stage import DISCORD, Stage, text_of

HYBRID, CAFE, CALL = "Cafe Aozora / online", TYPED["spot"], "online"


def card_to(stage: Stage, user: UserRef) -> Card:
    """Return what somebody was told in private about the place."""
    found = [e.card for e in stage.sent if isinstance(e, DirectMessage) and e.user == user]
    return [card for card in found if "The place has changed" in text_of(card)][-1]


def buttons(card: Card) -> list[str]:
    """Return the actions of a card's buttons."""
    rows = [part for part in card.parts if isinstance(part, Buttons)]
    return [button.action for row in rows for button in row.buttons if isinstance(button, Button)]


async def test_who_has_a_seat_of_a_kind_that_is_no_more_is_asked_to_choose(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo", DISCORD)
    found = await planned(stage, aki, spot=HYBRID)
    await comes(stage, bo, found.id, SeatKind.ONLINE)
    stage.sent.clear()
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": "Cafe Aozora"})
    card = card_to(stage, bo)
    assert "no seats of this kind any more: Online" in text_of(card)
    assert "kept" not in text_of(card)
    await stage.passes(timedelta(seconds=2))
    assert "Online  1 of 1 seats" in text_of([e for e in stage.sent if isinstance(e, RedrawPost)][-1])
    answer = await stage.presses(bo, card, "seat_move")
    assert isinstance(answer, Redraw)
    assert "You have a seat: On site." in text_of(answer)
    cho = await stage.joins("cho")
    assert "no such seats" in text_of(await stage.acts(cho, f"seat_take:{found.id}", values=("online",)))


async def test_where_the_call_comes_in_place_of_the_room_all_have_a_seat_there(stage: Stage) -> None:
    aki, bo, cho = await stage.joins("aki"), await stage.joins("bo", DISCORD), await stage.joins("cho")
    found = await planned(stage, aki)
    await stage.sends(aki, f"plan_part:{found.id}:seats", {"venue": "1"})
    for user in (bo, cho):
        await comes(stage, user, found.id)
    stage.sent.clear()
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": CALL})
    for user in (bo, cho):
        assert "You have a seat there (Online)" in text_of(card_to(stage, user))
        assert (await ledger(stage, found.id)).entries[await stage.member(user)].seat is SeatKind.ONLINE
    assert isinstance(await stage.presses(bo, card_to(stage, bo), "seat_answer"), Redraw)


async def test_who_waits_for_what_is_no_more_may_choose_anew_and_who_waits_elsewhere_keeps_the_place(
    stage: Stage,
) -> None:
    aki, bo, cho, dai = [await stage.joins(name) for name in ("aki", "bo", "cho", "dai")]
    found = await planned(stage, aki, spot=HYBRID)
    await stage.sends(aki, f"plan_part:{found.id}:seats", {"venue": "1", "online": "1"})
    await comes(stage, bo, found.id, SeatKind.VENUE)
    await comes(stage, aki, found.id, SeatKind.ONLINE)
    await comes(stage, cho, found.id, SeatKind.VENUE)
    await comes(stage, dai, found.id, SeatKind.ONLINE)
    stage.sent.clear()
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": CALL})
    assert f"seat_move:{found.id}:online" in buttons(card_to(stage, cho))
    assert "no seats of this kind any more: On site" in text_of(card_to(stage, cho))
    assert "You keep your place on the waiting list" in text_of(card_to(stage, dai))
    assert "Your seat is kept" in text_of(card_to(stage, aki))


async def test_a_change_of_place_brings_no_second_card(stage_on_both: Stage) -> None:
    stage = stage_on_both
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    found = await planned(stage, aki)
    await comes(stage, bo, found.id)
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": CALL})
    answer = await stage.presses(bo, card_to(stage, bo), "seat_answer")
    assert isinstance(answer, Redraw)
    assert "You said that you cannot come." in text_of(answer)
    assert (await only(stage)).id == found.id


async def test_what_follows_a_change_of_place_has_the_seats_of_the_new_one(stage: Stage) -> None:
    aki = await stage.joins("aki")
    first = (await repeating(stage, aki))[0]
    assert "changed" in text_of(await stage.sends(aki, f"plan:{first.id}:all", TYPED | {"spot": CALL}))
    await stage.passes(FIRST + timedelta(hours=3) - stage.now)
    latest = max(await stored(stage), key=lambda m: m.meetup.plan.starts)
    assert latest.meetup.plan.starts == FIRST + 3 * WEEK
    assert (await ledger(stage, latest.id)).choices == (SeatKind.ONLINE,)


async def test_the_word_of_one_evening_is_not_that_of_the_next(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    first = (await repeating(stage, aki))[0]
    await comes(stage, bo, first.id)
    await stage.passes(FIRST - timedelta(minutes=10) - stage.now)
    word = next(m for m in await stored(stage) if m.id == first.id).meetup.word
    assert word
    await stage.sends(aki, f"plan:{first.id}:all", TYPED | {"title": "Another title"})
    await stage.passes(timedelta(hours=3))
    latest = max(await stored(stage), key=lambda m: m.meetup.plan.starts)
    assert latest.meetup.plan.title == "Another title"
    assert latest.meetup.word == ""
