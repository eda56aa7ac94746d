from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from community.meetups.attendance import (
    FREE,
    KAPPA,
    PREPAID,
    PRIOR_SEATS,
    Held,
    Share,
    attendance_rate,
    first_timer_rate,
    forecast,
    no_show_rate,
    repeat_rate,
    tally,
    waiting_conversion,
)
from community.seats.commands import Link, Rsvp
from community.seats.ledger import decide
from community.seats.outcomes import SeatFact
from community.seats.values import Answer, Mark, SeatKind
from tests.community.seat_world import new_ledger

DAY = datetime(2026, 10, 1, tzinfo=UTC)


def held(number: int, marks: str, *, prepaid: bool = False, first: int = 1) -> Held:
    """Read "ANWE" as attended, no-show, walk-in, excused, by members from ``first`` on."""
    names = {"A": Mark.ATTENDED, "N": Mark.NO_SHOW, "W": Mark.WALK_IN, "E": Mark.EXCUSED}
    return Held(
        meetup=number,
        starts=DAY + timedelta(days=number),
        marks={first + at: names[letter] for at, letter in enumerate(marks)},
        prepaid=prepaid,
    )


def test_rates_count_who_held_a_seat() -> None:
    meetup = held(1, "AAANWE")
    assert tally(meetup).came == 4
    assert attendance_rate([meetup]) == Share(3, 4)
    assert no_show_rate([meetup]) == Share(1, 4)
    assert attendance_rate([]) == Share(0, 0)
    assert Share(0, 0).rate is None
    assert Share(0, 0).interval is None


def test_intervals_are_wilsons() -> None:
    """Figures of Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I."""
    published = [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]
    for hits, n, low, high in published:
        assert Share(hits, n).interval == pytest.approx((low, high), abs=5e-5)


def test_first_timers_and_repeaters() -> None:
    first, second, third = held(1, "AAA"), held(2, "AAN", first=2), held(3, "AW", first=4)
    assert first_timer_rate(first, [first, second, third]) == Share(3, 3)
    assert first_timer_rate(second, [first, second, third]) == Share(0, 2)
    assert first_timer_rate(third, [first, second]) == Share(2, 2), "who did not come has not come before"
    assert repeat_rate([first, second, third]) == Share(2, 5)


def test_with_no_history_a_forecast_is_the_reference_point() -> None:
    free, paid = forecast(40, []), forecast(40, [], prepaid=True)
    assert (free.rate, paid.rate) == pytest.approx((FREE, PREPAID))
    assert free.expected == pytest.approx(27.0)
    assert free.low < 27 < free.high <= 40
    assert (free.meetups, free.seen) == (0, 0)


def test_a_forecast_learns_from_the_communitys_own_meetups_of_its_sort() -> None:
    full = [held(number, "A" * 30) for number in range(1, 9)]
    assert forecast(40, full).rate > 0.9
    assert forecast(40, full, prepaid=True).rate == pytest.approx(PREPAID)
    assert forecast(40, [held(1, "EW")]).meetups == 0, "a meetup at which nobody could be missed says nothing"
    one, many = forecast(40, full[:1]), forecast(40, full)
    assert many.high - many.low < one.high - one.low


def test_a_big_meetup_says_less_than_as_many_seats_at_small_ones() -> None:
    one_big = forecast(40, [held(1, "A" * 100)])
    ten_small = forecast(40, [held(number, "A" * 10) for number in range(1, 11)])
    assert one_big.rate < ten_small.rate
    assert one_big.seen == ten_small.seen == 100


def test_a_forecasts_interval_holds_nine_times_of_ten() -> None:
    """Drawn from the model that the forecast names, meetup by meetup and seat by seat."""
    tall = forecast(60, [])
    size = 1 / (1 / (KAPPA + 1) + 1 / (PRIOR_SEATS + 1)) - 1
    draw = random.Random(7)  # noqa: S311 - a simulation
    held_up = 0
    for _ in range(3000):
        rate = draw.betavariate(FREE * size, (1 - FREE) * size)
        held_up += tall.low <= sum(draw.random() < rate for _ in range(60)) <= tall.high
    assert 0.88 <= held_up / 3000 <= 0.96
    assert (forecast(0, []).low, forecast(0, []).high) == (0, 0)


def test_conversion_of_the_line_counts_who_got_what_they_waited_for() -> None:
    ledger, facts = new_ledger(venue=1), []
    answers = [(1, Answer.GOING), (2, Answer.GOING), (3, Answer.GOING), (4, Answer.GOING), (1, Answer.CANNOT)]

    def hear(command: Rsvp | Link) -> list[SeatFact]:
        nonlocal ledger
        decision = decide(ledger, command, ledger.at)
        ledger = decision.state
        return list(decision.facts)

    for member, answer in answers:
        facts += hear(Rsvp(member=member, answer=answer, kind=SeatKind.VENUE, confirmed=True))
    assert waiting_conversion(facts) == Share(1, 3)
    facts += hear(Link(kept=2, gone=4))
    assert waiting_conversion(facts) == Share(1, 2), "two who became one waited once"
    facts += hear(Rsvp(member=3, answer=Answer.GOING, kind=SeatKind.ONLINE))
    assert waiting_conversion(facts) == Share(1, 2), "a seat of another kind is not what was waited for"
