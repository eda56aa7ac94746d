"""What members are told about seats, without having asked."""

from __future__ import annotations

from datetime import timedelta

from chat.effects import DirectMessage
from chat.ids import UserRef
from community.seat_values import SeatKind
from tests.handlers.meetups.planned import ledger_of, planned
from tests.handlers.stage import DISCORD, Stage, text_of


def told(stage: Stage, user: UserRef) -> list[DirectMessage]:
    """Return what somebody was told in private since the last look."""
    return [e for e in stage.sent if isinstance(e, DirectMessage) and e.user == user]


async def test_an_offer_that_ends_with_nobody_else_in_line_leaves_the_seat_to_take(stage: Stage) -> None:
    meetup = await planned(stage, ahead=timedelta(hours=20))
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    for user in (aki, ben):
        await stage.acts(user, f"rsvp:{meetup}:going")
    await stage.acts(aki, f"seat_answer:{meetup}:cannot:yes")
    stage.sent.clear()
    await stage.passes(timedelta(hours=3, minutes=1))
    (said,) = told(stage, ben)
    assert "free now for whoever presses first" in text_of(said)
    assert "next in line" not in text_of(said)
    assert "You keep your place in line." in text_of(said)
    assert "You have a seat: On site." in text_of(await stage.presses(ben, said.card, "seat_move"))


async def test_close_to_the_start_the_whole_line_hears_of_the_seat_that_nobody_took(stage: Stage) -> None:
    meetup = await planned(stage, ahead=timedelta(hours=4, minutes=30))
    aki, ben, chi = await stage.joins("aki"), await stage.joins("ben"), await stage.joins("chi", DISCORD)
    for user in (aki, ben, chi):
        await stage.acts(user, f"rsvp:{meetup}:going")
    await stage.acts(aki, f"seat_answer:{meetup}:cannot:yes")
    stage.sent.clear()
    await stage.passes(timedelta(hours=2, minutes=31))
    (late,), (next_one,) = told(stage, ben), told(stage, chi)
    assert "free now for whoever presses first" in text_of(late)
    assert "You keep your place" not in text_of(late)
    assert "A seat is free (On site)." in text_of(next_one)
    assert "You have a seat: On site." in text_of(await stage.presses(chi, next_one.card, "seat_move"))
    assert "waiting list" in text_of(await stage.presses(ben, late.card, "seat_move"))
    assert (await ledger_of(stage, meetup)).entries[await stage.member(chi)].seat is SeatKind.VENUE
