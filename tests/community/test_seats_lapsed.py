"""What those hear whose offer ran out, and those who wait behind them."""

from __future__ import annotations

from datetime import time

from community.hours.quiet_hours import QuietHours
from community.seats.commands import ClockMoved, Rsvp
from community.seats.counts import standing
from community.seats.outcomes import Tell
from community.seats.values import SeatRules
from tests.community.seat_world import STARTS
from tests.community.test_seats import GOING, HOUR, VENUE, going, leaving, offer_time, told, world


def test_whose_offer_lapsed_hears_whether_somebody_else_was_asked() -> None:
    meetup = offer_time(world(1, 2, 3))
    meetup.do(leaving(1))
    meetup.wait(3 * HOUR)
    (alone,) = meetup.do(ClockMoved()).notices
    assert (alone.tell, alone.is_free, alone.keeps_place) == (Tell.LAPSED, True, True)
    meetup.do(going(3))
    assert standing(meetup.ledger, 3).seat is VENUE, "nobody else was asked, so it was still there"
    other = offer_time(world(1, 2, 3, 4, rules=SeatRules(lapsed_keeps_place=False)))
    other.do(leaving(1))
    other.wait(3 * HOUR)
    passed_on = other.do(ClockMoved()).notices[0]
    assert (passed_on.tell, passed_on.is_free, passed_on.keeps_place) == (Tell.LAPSED, False, False)


def test_who_sleeps_is_not_woken_for_a_seat_that_has_to_be_taken_at_once() -> None:
    meetup = world(1, venue=1)
    meetup.do(going(2))
    meetup.do(Rsvp(member=3, answer=GOING, kind=VENUE, zone="Asia/Tokyo", quiet=QuietHours(time(16), time(18))))
    meetup.do(going(4))
    meetup.now = STARTS - 3 * HOUR
    meetup.do(leaving(1))
    meetup.now = STARTS - 2 * HOUR  # five in the afternoon in Tokyo
    assert told(meetup.do(ClockMoved())) == [(2, Tell.LAPSED), (4, Tell.FREE)]
