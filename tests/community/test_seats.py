"""The seat ledger as organisers and members meet it. What holds whatever happens stands in test_seats_properties."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from community.hours.quiet_hours import QuietHours
from community.seats.commands import (
    Cancel,
    Claim,
    ClockMoved,
    Decline,
    Depart,
    Link,
    Remove,
    Reschedule,
    Rsvp,
    Seat,
    SetCap,
    StopWaiting,
)  # fmt: skip
from community.seats.counts import counts, seated, standing, waiting_line
from community.seats.ledger import changed_entries, decide, next_deadline
from community.seats.outcomes import Ask, Decision, Reason, Tell
from community.seats.values import Answer, Offer, SeatKind, SeatRules
from tests.community.seat_world import ORGANISER, STARTS, World, new_ledger

VENUE, ONLINE, SPEAKER = SeatKind.VENUE, SeatKind.ONLINE, SeatKind.SPEAKER
GOING, MAYBE, CANNOT = Answer.GOING, Answer.MAYBE, Answer.CANNOT
HOUR = timedelta(hours=1)


def going(member: int, kind: SeatKind = VENUE, *, confirmed: bool = False, keep_waiting: bool = False) -> Rsvp:
    return Rsvp(member=member, answer=GOING, kind=kind, confirmed=confirmed, keep_waiting=keep_waiting)


def leaving(member: int) -> Rsvp:
    return Rsvp(member=member, answer=CANNOT, confirmed=True)


def world(*members: int, venue: int = 2, online: int | None = None, rules: SeatRules | None = None) -> World:
    """Open a meetup in four days, with these members at the door, in this order."""
    opened = World(new_ledger(venue, online, rules))
    for member in members:
        opened.do(going(member))
    return opened


def offered(world: World, member: int) -> Offer:
    offer = standing(world.ledger, member).offer
    assert offer
    return offer


def told(decision: Decision) -> list[tuple[int, Tell]]:
    return [(notice.member, notice.tell) for notice in decision.notices]


def offer_time(meetup: World) -> World:
    """Go to 10:00 in Tokyo on the day: nine hours before the start, everybody is awake."""
    meetup.now = STARTS - 9 * HOUR
    meetup.do(ClockMoved())
    return meetup


def test_seats_go_first_come_first_served_and_the_rest_wait_in_order() -> None:
    meetup = world(1, 2, 3, 4)
    assert seated(meetup.ledger, VENUE) == (1, 2)
    assert waiting_line(meetup.ledger, VENUE) == (3, 4)
    assert standing(meetup.ledger, 4).position == 2


def test_long_before_the_start_a_freed_seat_goes_to_the_next_at_once() -> None:
    meetup = world(1, 2, 3, 4)
    decision = meetup.do(leaving(1))
    assert told(decision) == [(3, Tell.PROMOTED)]
    assert seated(meetup.ledger, VENUE) == (2, 3)


def test_leaving_a_full_meetup_asks_first() -> None:
    meetup = world(1, 2, 3)
    asked = meetup.do(Rsvp(member=1, answer=CANNOT))
    assert (asked.ask, asked.ask_kind) == (Ask.LEAVE, VENUE)
    assert asked.facts == ()
    assert seated(meetup.ledger, VENUE) == (1, 2)
    assert meetup.do(Rsvp(member=1, answer=MAYBE)).ask is Ask.LEAVE
    assert meetup.do(leaving(1)).ask is None


def test_leaving_a_meetup_with_room_does_not_ask() -> None:
    assert world(1).do(Rsvp(member=1, answer=CANNOT)).ask is None


def test_in_the_last_day_a_freed_seat_is_offered_to_one_at_a_time() -> None:
    meetup = offer_time(world(1, 2, 3, 4))
    assert told(meetup.do(leaving(1))) == [(3, Tell.OFFERED)]
    assert counts(meetup.ledger).kinds[VENUE].offered == 1
    assert counts(meetup.ledger).kinds[VENUE].left == 0
    assert meetup.do(going(5)).refusal is None
    assert standing(meetup.ledger, 5).position == 3, "the seat is kept for who was asked"
    meetup.do(Claim(member=3, offer=offered(meetup, 3).id))
    assert seated(meetup.ledger, VENUE) == (2, 3)
    assert waiting_line(meetup.ledger, VENUE) == (4, 5)


def test_going_on_the_card_takes_the_offer_too() -> None:
    meetup = offer_time(world(1, 2, 3))
    meetup.do(leaving(1))
    meetup.do(Rsvp(member=3, answer=GOING))
    assert standing(meetup.ledger, 3).seat is VENUE


def test_a_lapsed_offer_goes_on_and_a_late_claim_is_told_so() -> None:
    meetup = offer_time(world(1, 2, 3, 4))
    meetup.do(leaving(1))
    offer = offered(meetup, 3)
    assert offer.until == meetup.now + 3 * HOUR
    assert next_deadline(meetup.ledger) == offer.until
    meetup.now = offer.until
    assert told(meetup.do(ClockMoved())) == [(3, Tell.LAPSED), (4, Tell.OFFERED)]
    refused = meetup.do(Claim(member=3, offer=offer.id)).refusal
    assert refused is not None
    assert refused.reason is Reason.OFFER_GONE


def test_a_claim_after_its_end_finds_it_lapsed_though_nobody_looked_at_the_clock() -> None:
    meetup = offer_time(world(1, 2, 3))
    meetup.do(leaving(1))
    offer = offered(meetup, 3)
    meetup.now = offer.until
    decision = meetup.do(Claim(member=3, offer=offer.id))
    assert decision.refusal is not None
    assert seated(meetup.ledger, VENUE) == (2,)


@pytest.mark.parametrize(("keeps", "line"), [(True, (3, 4)), (False, (4, 3))])
def test_who_declines_keeps_or_loses_the_place_as_configured(keeps: bool, line: tuple[int, ...]) -> None:  # noqa: FBT001 - a table
    meetup = offer_time(world(1, 2, 3, 4, rules=SeatRules(declined_keeps_place=keeps)))
    meetup.do(leaving(1))
    assert told(meetup.do(Decline(member=3, offer=offered(meetup, 3).id))) == [(4, Tell.OFFERED)]
    assert waiting_line(meetup.ledger, VENUE) == line


@pytest.mark.parametrize(("keeps", "line"), [(True, (3, 4)), (False, (4, 3))])
def test_whose_offer_lapsed_keeps_or_loses_the_place_as_configured(keeps: bool, line: tuple[int, ...]) -> None:  # noqa: FBT001 - a table
    meetup = offer_time(world(1, 2, 3, 4, rules=SeatRules(lapsed_keeps_place=keeps)))
    meetup.do(leaving(1))
    meetup.wait(3 * HOUR)
    meetup.do(ClockMoved())
    assert waiting_line(meetup.ledger, VENUE) == line


def test_a_seat_that_all_in_line_passed_on_is_free_for_who_asks_and_they_are_asked_about_the_next() -> None:
    meetup = offer_time(world(1, 2, 3, rules=SeatRules(declined_keeps_place=True)))
    meetup.do(leaving(1))
    meetup.do(Decline(member=3, offer=offered(meetup, 3).id))
    assert counts(meetup.ledger).kinds[VENUE].left == 1
    meetup.do(going(5))
    assert standing(meetup.ledger, 5).seat is VENUE
    assert told(meetup.do(leaving(2))) == [(3, Tell.OFFERED)]


def test_two_who_let_offers_lapse_together_do_not_get_each_others_before_the_third() -> None:
    meetup = offer_time(world(1, 2, 3, 4, 5))
    meetup.do(leaving(1))
    meetup.do(leaving(2))
    meetup.wait(3 * HOUR)
    assert told(meetup.do(ClockMoved())) == [(3, Tell.LAPSED), (4, Tell.LAPSED), (5, Tell.OFFERED)]


def test_in_the_last_two_hours_nobody_is_asked_and_whoever_comes_first_has_it() -> None:
    meetup = offer_time(world(1, 2, 3, 4))
    meetup.now = STARTS - 3 * HOUR
    meetup.do(leaving(1))
    assert offered(meetup, 3).until == STARTS - 2 * HOUR, "the window is cut at the end of offers"
    meetup.now = STARTS - 2 * HOUR
    decision = meetup.do(ClockMoved())
    assert told(decision) == [(3, Tell.LAPSED), (4, Tell.FREE)]
    assert (decision.notices[0].is_free, decision.notices[0].keeps_place) == (True, False)
    assert told(meetup.do(leaving(2))) == []
    meetup.do(going(9))
    meetup.do(going(4))
    assert seated(meetup.ledger, VENUE) == (4, 9)


def test_the_window_runs_in_waking_hours_and_nobody_is_woken_for_it() -> None:
    meetup = World(new_ledger(venue=1))
    meetup.do(going(1))
    meetup.do(Rsvp(member=2, answer=GOING, kind=VENUE, zone="Asia/Tokyo", quiet=QuietHours(time(23), time(7))))
    meetup.now = STARTS - 19 * HOUR  # midnight in Tokyo
    notice = meetup.do(leaving(1)).notices[0]
    assert notice.not_before == STARTS - 12 * HOUR, "seven in the morning"
    assert notice.until == STARTS - 9 * HOUR, "and three hours from then"


def test_who_sleeps_until_the_end_of_offers_is_passed_over() -> None:
    meetup = world(1, venue=1)
    meetup.do(Rsvp(member=2, answer=GOING, kind=VENUE, zone="Asia/Tokyo", quiet=QuietHours(time(0), time(18))))
    meetup.do(going(3))
    offer_time(meetup)
    assert told(meetup.do(leaving(1))) == [(3, Tell.OFFERED)]


def test_deadlines_missed_while_away_bring_one_offer_each_and_none_after_the_start() -> None:
    meetup = offer_time(world(1, 2, 3, 4, 5, 6))
    meetup.do(leaving(1))
    meetup.wait(6 * HOUR + timedelta(minutes=30))
    assert told(meetup.do(ClockMoved())) == [(3, Tell.LAPSED), (4, Tell.OFFERED)]
    meetup.now = STARTS + HOUR
    assert told(meetup.do(ClockMoved())) == []


def test_raising_the_cap_promotes_and_a_cap_below_the_seats_taken_is_refused_with_the_figure() -> None:
    meetup = world(1, 2, 3, 4, 5)
    assert told(meetup.do(SetCap(by=ORGANISER, kind=VENUE, cap=4))) == [(3, Tell.PROMOTED), (4, Tell.PROMOTED)]
    refusal = meetup.do(SetCap(by=ORGANISER, kind=VENUE, cap=3)).refusal
    assert refusal is not None
    assert (refusal.reason, refusal.taken, refusal.offered) == (Reason.BELOW_TAKEN, 4, 0)
    assert told(meetup.do(SetCap(by=ORGANISER, kind=VENUE, cap=None))) == [(5, Tell.PROMOTED)]


def test_an_offered_seat_counts_against_a_lower_cap() -> None:
    meetup = offer_time(world(1, 2, 3))
    meetup.do(leaving(1))
    refusal = meetup.do(SetCap(by=ORGANISER, kind=VENUE, cap=1)).refusal
    assert refusal is not None
    assert (refusal.taken, refusal.offered) == (1, 1)


def test_moving_keeps_the_seat_until_the_new_one_is_certain() -> None:
    meetup = world(1, 2)
    meetup.do(going(3, ONLINE))
    meetup.do(going(3, VENUE))
    assert (standing(meetup.ledger, 3).seat, standing(meetup.ledger, 3).waits_for) == (ONLINE, VENUE)
    notice = meetup.do(leaving(1)).notices[0]
    assert (notice.tell, notice.kind, notice.moved_from) == (Tell.PROMOTED, VENUE, ONLINE)
    assert seated(meetup.ledger, ONLINE) == ()


def test_a_move_frees_the_old_seat_for_who_waits_there_in_the_same_breath() -> None:
    meetup = world(1, 2, online=1)
    meetup.do(going(3, ONLINE))
    meetup.do(going(4, ONLINE))
    meetup.do(going(3, VENUE))
    assert told(meetup.do(leaving(1))) == [(3, Tell.PROMOTED), (4, Tell.PROMOTED)]
    assert (seated(meetup.ledger, VENUE), seated(meetup.ledger, ONLINE)) == ((2, 3), (4,))


def test_moving_away_from_a_full_kind_asks_first_and_pressing_the_own_kind_stays() -> None:
    meetup = world(1, 2, online=1)
    meetup.do(going(3, ONLINE))
    meetup.do(going(1, ONLINE))
    assert standing(meetup.ledger, 1).waits_for is ONLINE
    meetup.do(going(1, VENUE))
    assert standing(meetup.ledger, 1).waits_for is None
    meetup.do(SetCap(by=ORGANISER, kind=ONLINE, cap=2))
    assert meetup.do(going(1, ONLINE)).ask is Ask.MOVE


def test_an_online_seat_can_be_taken_while_waiting_for_the_venue() -> None:
    meetup = world(1, 2, 3, 4)
    meetup.do(going(3, ONLINE, keep_waiting=True))
    meetup.do(going(4, ONLINE))
    assert waiting_line(meetup.ledger, VENUE) == (3,)
    meetup.do(StopWaiting(member=3))
    assert (standing(meetup.ledger, 3).seat, waiting_line(meetup.ledger, VENUE)) == (ONLINE, ())


def test_speakers_are_seated_by_organisers_only() -> None:
    meetup = world()
    refusal = meetup.do(going(1, SPEAKER)).refusal
    assert refusal is not None
    assert refusal.reason is Reason.BY_INVITATION
    decision = meetup.do(Seat(by=ORGANISER, member=1, kind=SPEAKER))
    assert (told(decision), decision.facts[0].by) == ([(1, Tell.SEATED)], ORGANISER)
    assert meetup.do(Rsvp(member=1, answer=CANNOT)).ask is Ask.LEAVE, "they could not come back by themselves"


def test_organisers_seat_past_the_line_but_not_past_the_cap() -> None:
    meetup = world(1, 2, 3, 4)
    refusal = meetup.do(Seat(by=ORGANISER, member=4, kind=VENUE)).refusal
    assert refusal is not None
    assert (refusal.reason, refusal.taken, refusal.cap) == (Reason.FULL, 2, 2)
    assert told(meetup.do(Remove(by=ORGANISER, member=1))) == [(1, Tell.REMOVED), (3, Tell.PROMOTED)]
    assert meetup.do(Remove(by=ORGANISER, member=77)).refusal is not None


def test_two_linked_members_hold_the_better_seat_and_the_other_is_freed() -> None:
    meetup = world(1, 2, 3, online=2)
    meetup.do(going(4, ONLINE))
    meetup.do(going(5, ONLINE))
    meetup.do(going(6, ONLINE))
    assert told(meetup.do(Link(kept=4, gone=1))) == [(6, Tell.PROMOTED)]
    assert standing(meetup.ledger, 1) == standing(meetup.ledger, 4)
    assert standing(meetup.ledger, 4).seat is VENUE
    meetup.do(Rsvp(member=1, answer=CANNOT, confirmed=True))
    assert standing(meetup.ledger, 4).answer is CANNOT, "the other account is the same person"


def test_two_linked_members_in_one_line_keep_the_earlier_place() -> None:
    meetup = world(1, 2, 3, 4, 5)
    meetup.do(Link(kept=5, gone=3))
    assert waiting_line(meetup.ledger, VENUE) == (5, 4)


def test_linking_who_waits_with_who_sits_leaves_the_line() -> None:
    meetup = world(1, 2, 3, 4)
    meetup.do(Link(kept=3, gone=1))
    assert (seated(meetup.ledger, VENUE), waiting_line(meetup.ledger, VENUE)) == ((2, 3), (4,))


def test_who_leaves_the_community_frees_the_seat_without_a_question() -> None:
    meetup = world(1, 2, 3)
    assert told(meetup.do(Depart(member=1))) == [(3, Tell.PROMOTED)]
    meetup.do(Depart(member=2, erase=True))
    assert 2 not in meetup.ledger.entries


def test_a_cancellation_releases_all_and_reaches_everybody_concerned() -> None:
    meetup = world(1, 2, 3)
    meetup.do(Rsvp(member=4, answer=MAYBE))
    meetup.do(Rsvp(member=5, answer=CANNOT))
    cancelled = [(1, Tell.CANCELLED), (2, Tell.CANCELLED), (3, Tell.CANCELLED), (4, Tell.CANCELLED)]
    assert told(meetup.do(Cancel(by=ORGANISER))) == cancelled
    assert counts(meetup.ledger).going == 0
    refusal = meetup.do(going(1)).refusal
    assert refusal is not None
    assert refusal.reason is Reason.CANCELLED
    assert next_deadline(meetup.ledger) is None


def test_a_later_time_gives_the_offered_seat_to_whom_it_was_offered() -> None:
    meetup = offer_time(world(1, 2, 3, 4))
    meetup.do(leaving(1))
    later = STARTS + timedelta(days=7)
    decision = meetup.do(Reschedule(by=ORGANISER, starts=later, ends=later + HOUR))
    assert told(decision)[0] == (3, Tell.PROMOTED)
    assert told(decision)[1:] == [(2, Tell.TIME_CHANGED), (3, Tell.TIME_CHANGED), (4, Tell.TIME_CHANGED)]


def test_an_earlier_time_cuts_the_window_or_ends_the_offer() -> None:
    meetup = offer_time(world(1, 2, 3, 4))
    meetup.do(leaving(1))
    earlier = meetup.now + 4 * HOUR
    decision = meetup.do(Reschedule(by=ORGANISER, starts=earlier, ends=earlier + HOUR))
    assert [n.until for n in decision.notices if n.member == 3] == [meetup.now + 2 * HOUR]
    soon = meetup.now + HOUR
    assert (3, Tell.LAPSED) in told(meetup.do(Reschedule(by=ORGANISER, starts=soon, ends=soon + HOUR)))


def test_a_meetup_cannot_be_moved_into_the_past() -> None:
    refusal = world(1).do(Reschedule(by=ORGANISER, starts=STARTS - timedelta(days=9), ends=STARTS)).refusal
    assert refusal is not None
    assert refusal.reason is Reason.PAST


def test_where_there_are_two_kinds_the_kind_is_asked_for() -> None:
    refusal = world().do(Rsvp(member=1, answer=GOING)).refusal
    assert refusal is not None
    assert refusal.reason is Reason.WHICH_KIND


def test_a_late_twin_of_a_click_changes_nothing() -> None:
    meetup = world()
    first = Rsvp(member=1, answer=GOING, kind=VENUE, key="slack:1")
    meetup.do(first)
    meetup.do(Rsvp(member=1, answer=CANNOT, key="discord:1"))
    late = meetup.do(first)
    assert late.again
    assert standing(meetup.ledger, 1).answer is CANNOT


def test_the_card_counts_each_kind() -> None:
    meetup = world(1, 2, 3)
    meetup.do(going(4, ONLINE))
    meetup.do(Rsvp(member=5, answer=MAYBE))
    meetup.do(Rsvp(member=6, answer=CANNOT))
    card = counts(meetup.ledger)
    venue, online = card.kinds[VENUE], card.kinds[ONLINE]
    assert (venue.taken, venue.cap, venue.waiting, venue.left) == (2, 2, 1, 0)
    assert (online.taken, online.cap, online.left) == (1, None, None)
    assert (card.going, card.maybe, card.cannot) == (3, 1, 1)


def test_a_click_that_arrives_out_of_order_does_not_turn_time_back() -> None:
    meetup = offer_time(world(1, 2, 3))
    decision = decide(meetup.ledger, leaving(1), STARTS - timedelta(days=3))
    assert told(decision) == [(3, Tell.OFFERED)]
    assert decision.state.at == meetup.now


def test_a_store_learns_which_entries_to_write() -> None:
    meetup = world(1, 2, 3, 4)
    before = meetup.ledger
    assert changed_entries(before, meetup.do(leaving(1)).state) == ((1, 3), ())
    before = meetup.ledger
    assert changed_entries(before, meetup.do(Link(kept=4, gone=2)).state) == ((4,), (2,))
    assert changed_entries(meetup.ledger, meetup.do(ClockMoved()).state) == ((), ())
