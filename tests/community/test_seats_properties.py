"""Whatever is clicked, by whom and when: the ledger stays valid. ``seat_world`` says what valid is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from community.seats.commands import Claim, ClockMoved, Decline, Link, Rsvp, SetCap
from community.seats.counts import seated, waiting_line
from community.seats.ledger import next_deadline
from community.seats.outcomes import Tell
from community.seats.values import Answer, SeatKind
from tests.community.seat_world import ORGANISER, World, new_ledger, play

EXAMPLES = 2000
BULK = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)


@BULK
@given(st.binary(max_size=88))
def test_a_ledger_stays_valid_whatever_happens(data: bytes) -> None:
    play(data)


@settings(BULK, max_examples=300)
@given(st.binary(max_size=60))
def test_every_offer_ends(data: bytes) -> None:
    """Whoever only follows the deadlines comes to an end, with no offer left open, and never stands still."""
    world = play(data)
    for _ in range(200):
        deadline = next_deadline(world.ledger)
        if deadline is None:
            break
        world.now = deadline
        world.do(ClockMoved())
    assert next_deadline(world.ledger) is None
    assert not any(entry.offer for entry in world.ledger.entries.values())


@settings(BULK, max_examples=300)
@given(st.binary(max_size=60), st.integers(1, 400))
def test_deadlines_missed_at_once_bring_no_burst(data: bytes, hours: int) -> None:
    """However long nobody looked: one decision, at most one offer per free seat, nobody told the same twice."""
    world = play(data)
    offers_before = sum(1 for entry in world.ledger.entries.values() if entry.offer)
    world.wait(timedelta(hours=hours))
    decision = world.do(ClockMoved())
    lapsed = [n.member for n in decision.notices if n.tell is Tell.LAPSED]
    offered = [n.member for n in decision.notices if n.tell is Tell.OFFERED]
    assert len(lapsed) <= offers_before
    assert len(lapsed) == len(set(lapsed))
    if not any(entry.wait for entry in world.ledger.entries.values()):
        assert offered == []
    assert decision.notices == () or world.now < world.ledger.starts


@settings(BULK, max_examples=300)
@given(
    clicks=st.lists(st.tuples(st.integers(1, 8), st.sampled_from(["slack", "discord"])), max_size=24),
    cap=st.integers(0, 4),
    order=st.randoms(use_true_random=False),
)
def test_seats_go_by_the_order_of_acceptance_on_both_platforms(
    clicks: list[tuple[int, str]],
    cap: int,
    order: Any,  # noqa: ANN401 - hypothesis gives its own kind of random
) -> None:
    """Each member clicks on either platform, each click is delivered twice, in any order."""
    delivered = [
        Rsvp(member=member, answer=Answer.GOING, kind=SeatKind.VENUE, key=f"{platform}:{number}")
        for number, (member, platform) in enumerate(clicks)
    ] * 2
    order.shuffle(delivered)
    world = World(new_ledger(cap))
    for click in delivered:
        world.do(click)
        world.wait(timedelta(seconds=1))
    first_come = list(dict.fromkeys(click.member for click in delivered))
    assert set(seated(world.ledger, SeatKind.VENUE)) == set(first_come[:cap])
    assert list(waiting_line(world.ledger, SeatKind.VENUE)) == first_come[cap:]


class Meetup(RuleBasedStateMachine):
    """A meetup with two venue seats, written as rules; every rule goes through the checks of ``World``."""

    @initialize(days=st.sampled_from([3, 1.2, 0.9, 0.3]))
    def opened(self, days: float) -> None:
        self.world = World(new_ledger(venue=2, online=2, days_before=days))

    @rule(
        member=st.integers(1, 6),
        answer=st.sampled_from([Answer.GOING, Answer.GOING, Answer.MAYBE, Answer.CANNOT]),
        kind=st.sampled_from([SeatKind.VENUE, SeatKind.VENUE, SeatKind.ONLINE]),
        confirmed=st.booleans(),
        keep_waiting=st.booleans(),
    )
    def answers(self, member: int, answer: Answer, kind: SeatKind, *, confirmed: bool, keep_waiting: bool) -> None:
        self.world.do(
            Rsvp(
                member=member, answer=answer, kind=kind, confirmed=confirmed, keep_waiting=keep_waiting,
                key=self.world.click(),
            )
        )  # fmt: skip

    @rule(take=st.booleans(), which=st.integers(0, 3))
    def answers_an_offer(self, *, take: bool, which: int) -> None:
        offers = [entry for entry in self.world.ledger.entries.values() if entry.offer]
        if offers:
            entry = offers[which % len(offers)]
            offer = entry.offer.id if entry.offer else 0
            self.world.do(
                Claim(member=entry.member, offer=offer) if take else Decline(member=entry.member, offer=offer)
            )

    @rule(minutes=st.sampled_from([1, 30, 180, 600]))
    def time_passes(self, minutes: int) -> None:
        self.world.wait(timedelta(minutes=minutes))
        self.world.do(ClockMoved())

    @rule()
    def the_deadline_comes(self) -> None:
        self.world.now = next_deadline(self.world.ledger) or self.world.now
        self.world.do(ClockMoved())

    @rule(cap=st.integers(0, 5))
    def the_cap_changes(self, cap: int) -> None:
        self.world.do(SetCap(by=ORGANISER, kind=SeatKind.VENUE, cap=cap))

    @rule(kept=st.integers(1, 6), gone=st.integers(1, 6))
    def two_become_one(self, kept: int, gone: int) -> None:
        self.world.do(Link(kept=kept, gone=gone))


TestMeetup = Meetup.TestCase
TestMeetup.settings = settings(BULK, max_examples=100, stateful_step_count=25)
