"""What becomes of seats when a meetup is held somewhere else."""

from __future__ import annotations

from community.seats.commands import Claim, Decline, Rsvp, Seat, SetCap, SetPlace
from community.seats.counts import counts, seated, standing, waiting_line
from community.seats.outcomes import Decision, Reason, Tell, What
from community.seats.values import Answer, SeatKind
from tests.community.seat_world import ORGANISER, STARTS, World, new_ledger
from tests.community.test_seats import HOUR, going, leaving, offered, told

VENUE, ONLINE, SPEAKER = SeatKind.VENUE, SeatKind.ONLINE, SeatKind.SPEAKER


def held(world: World, *kinds: SeatKind) -> Decision:
    return world.do(SetPlace(by=ORGANISER, kinds=kinds))


def test_a_seat_of_a_kind_that_was_given_up_is_kept_but_nobody_gets_it_after() -> None:
    world = World(new_ledger(venue=5))
    world.do(going(1, ONLINE))
    held(world, VENUE)
    assert standing(world.ledger, 1).seat is ONLINE
    assert world.ledger.choices == (VENUE,)
    assert counts(world.ledger).kinds[ONLINE].left == 0
    world.do(leaving(1))
    assert world.do(going(2, ONLINE)).refusal == world.do(Seat(by=ORGANISER, member=3, kind=ONLINE)).refusal
    refusal = world.do(going(2, ONLINE)).refusal
    assert refusal
    assert refusal.reason is Reason.NO_SUCH_KIND
    assert not counts(world.ledger).kinds[ONLINE].is_shown


def test_who_sits_where_no_seats_are_any_more_moves_unasked_and_may_leave_unasked() -> None:
    world = World(new_ledger(venue=5))
    for member in (1, 2):
        world.do(going(member, ONLINE))
    held(world, VENUE)
    decision = world.do(Rsvp(member=1, answer=Answer.GOING))  # "Going", without naming a kind: there is only one
    assert decision.ask is None
    assert standing(world.ledger, 1).seat is VENUE
    assert world.do(Rsvp(member=2, answer=Answer.CANNOT)).ask is None


def test_a_kind_that_is_opened_again_is_as_it_was() -> None:
    world = World(new_ledger(venue=5))
    world.do(going(1))
    held(world, ONLINE, VENUE)
    held(world, ONLINE)
    held(world, VENUE)
    assert world.ledger.allotments[VENUE].cap == 5
    assert standing(world.ledger, 1).seat is VENUE


def test_where_one_kind_comes_in_place_of_the_other_all_move_along_and_the_line_too() -> None:
    world = World(new_ledger(venue=1))
    held(world, VENUE)
    for member in (1, 2, 3):
        world.do(going(member))
    assert waiting_line(world.ledger, VENUE) == (2, 3)
    decision = held(world, ONLINE)
    assert seated(world.ledger, ONLINE) == (1, 2, 3)
    assert told(decision) == [(2, Tell.PROMOTED), (3, Tell.PROMOTED)]
    assert [f.kind for f in decision.facts if f.what is What.MOVED] == [ONLINE]
    assert held(world, ONLINE).facts == ()


def test_the_new_kind_has_at_least_a_seat_for_each_who_had_one() -> None:
    world = World(new_ledger(venue=4, online=1))
    held(world, VENUE)
    for member in (1, 2, 3):
        world.do(going(member))
    held(world, ONLINE)
    assert seated(world.ledger, ONLINE) == (1, 2, 3)
    assert world.ledger.allotments[ONLINE].cap == 3


def test_the_line_of_a_kind_that_was_given_up_ends() -> None:
    world = World(new_ledger(venue=1))
    for member in (1, 2):
        world.do(going(member))
    world.do(going(3, ONLINE))
    world.do(going(3, keep_waiting=True))
    held(world, ONLINE)
    assert standing(world.ledger, 2).answer is None
    assert standing(world.ledger, 3).waits_for is None
    assert standing(world.ledger, 3).seat is ONLINE


def test_an_offer_of_the_old_kind_is_open_no_more() -> None:
    world = World(new_ledger(venue=1, online=1))
    held(world, VENUE)
    for member in (1, 2):
        world.do(going(member))
    world.now = STARTS - 20 * HOUR
    world.do(leaving(1))
    offer = offered(world, 2).id
    held(world, ONLINE)
    for command in (Claim(member=2, offer=offer), Decline(member=2, offer=offer)):
        refusal = world.do(command).refusal
        assert refusal
        assert refusal.reason is Reason.OFFER_GONE
    assert offered(world, 2).kind is ONLINE


def test_a_cap_opens_no_closed_kind() -> None:
    world = World(new_ledger(venue=1))
    held(world, VENUE)
    world.do(SetCap(by=ORGANISER, kind=ONLINE, cap=3))
    assert world.ledger.choices == (VENUE,)
