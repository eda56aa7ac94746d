from __future__ import annotations

from datetime import timedelta

from community.seats.commands import CheckIn, ClockMoved, Close, Correct, Depart, Link, Reschedule, Rsvp
from community.seats.day import attendance
from community.seats.ledger import next_deadline
from community.seats.outcomes import Decision, Reason
from community.seats.values import Answer, Mark, SeatKind
from tests.community.seat_world import ORGANISER, STARTS, World, new_ledger


def evening(*members: int) -> World:
    """Open a meetup with two seats that has just begun."""
    world = World(new_ledger(venue=2))
    for member in members:
        world.do(Rsvp(member=member, answer=Answer.GOING, kind=SeatKind.VENUE))
    world.now = STARTS
    return world


def reason(decision: Decision) -> Reason | None:
    return decision.refusal.reason if decision.refusal else None


def test_who_has_a_seat_attends_and_who_has_none_walks_in() -> None:
    world = evening(1, 2, 3)
    world.do(CheckIn(member=1))
    world.do(CheckIn(member=3))
    world.do(CheckIn(member=9, by=ORGANISER))
    assert attendance(world.ledger) == {1: Mark.ATTENDED, 3: Mark.WALK_IN, 9: Mark.WALK_IN}


def test_check_in_opens_an_hour_before_and_closes_with_the_meetup() -> None:
    world = evening(1)
    world.now = STARTS - timedelta(minutes=61)
    assert reason(world.do(CheckIn(member=1))) is Reason.TOO_EARLY
    world.now = STARTS - timedelta(minutes=60)
    assert reason(world.do(CheckIn(member=1))) is None
    world.now = STARTS + timedelta(days=3)
    assert reason(world.do(CheckIn(member=1))) is Reason.CLOSED


def test_after_the_start_there_are_no_answers_any_more() -> None:
    world = evening(1)
    assert reason(world.do(Rsvp(member=2, answer=Answer.GOING, kind=SeatKind.VENUE))) is Reason.BEGUN
    assert reason(world.do(Rsvp(member=1, answer=Answer.CANNOT, confirmed=True))) is Reason.BEGUN


def test_who_checked_in_early_and_leaves_before_the_start_was_not_there() -> None:
    world = evening(1)
    world.now = STARTS - timedelta(minutes=30)
    world.do(CheckIn(member=1))
    world.do(Rsvp(member=1, answer=Answer.CANNOT))
    assert attendance(world.ledger) == {}


def test_absence_becomes_a_fact_a_day_after_the_end() -> None:
    world = evening(1, 2)
    world.do(CheckIn(member=1))
    closes = STARTS + timedelta(hours=26)
    assert next_deadline(world.ledger) == closes
    world.now = closes - timedelta(seconds=1)
    world.do(ClockMoved())
    assert attendance(world.ledger) == {1: Mark.ATTENDED}
    world.now = closes
    world.do(ClockMoved())
    assert attendance(world.ledger) == {1: Mark.ATTENDED, 2: Mark.NO_SHOW}
    assert next_deadline(world.ledger) is None


def test_where_nobody_checked_in_nobody_is_called_a_no_show() -> None:
    world = evening(1, 2)
    world.do(Close(by=ORGANISER))
    assert world.ledger.closed
    assert attendance(world.ledger) == {}


def test_moderators_correct_many_at_once_or_hear_for_whom_it_cannot_be() -> None:
    world = evening(1, 2)
    world.do(Correct(by=ORGANISER, marks={1: Mark.ATTENDED, 2: Mark.EXCUSED, 7: Mark.ATTENDED}))
    assert attendance(world.ledger) == {1: Mark.ATTENDED, 2: Mark.EXCUSED, 7: Mark.WALK_IN}
    refused = world.do(Correct(by=ORGANISER, marks={1: None, 8: Mark.NO_SHOW})).refusal
    assert refused is not None
    assert (refused.reason, refused.members) == (Reason.NO_SEAT, (8,))
    assert attendance(world.ledger)[1] is Mark.ATTENDED
    decision = world.do(Correct(by=ORGANISER, marks={1: None}))
    assert decision.facts[0].by == ORGANISER
    assert 1 not in attendance(world.ledger)


def test_corrections_are_possible_after_the_close_and_a_moderators_word_stands() -> None:
    world = evening(1, 2)
    world.do(Correct(by=ORGANISER, marks={1: Mark.NO_SHOW}))
    assert reason(world.do(CheckIn(member=1))) is Reason.ALREADY_MARKED
    world.do(CheckIn(member=2))
    world.do(Close(by=ORGANISER))
    world.do(Correct(by=ORGANISER, marks={1: Mark.ATTENDED}))
    assert attendance(world.ledger) == {1: Mark.ATTENDED, 2: Mark.ATTENDED}


def test_a_seat_on_one_account_and_a_check_in_from_the_other_is_attendance() -> None:
    world = evening(1)
    world.do(CheckIn(member=9))
    world.do(Link(kept=1, gone=9))
    assert attendance(world.ledger) == {1: Mark.ATTENDED}


def test_a_meetup_somebody_was_at_is_not_moved_to_another_day() -> None:
    world = evening(1)
    world.do(CheckIn(member=1))
    later = STARTS + timedelta(days=7)
    assert reason(world.do(Reschedule(by=ORGANISER, starts=later, ends=later + timedelta(hours=1)))) is Reason.BEGUN


def test_who_left_afterwards_was_there_and_who_is_erased_was_never() -> None:
    world = evening(1, 2)
    world.do(CheckIn(member=1))
    world.do(CheckIn(member=2))
    world.do(Depart(member=1))
    world.do(Depart(member=2, erase=True))
    assert attendance(world.ledger) == {1: Mark.ATTENDED}
