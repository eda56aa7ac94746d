"""Figures by hand: three meetups, eight people, to the last digit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from community.meetups.attendance import Held, Share
from community.meetups.figures import Past, of_one, over_time, percent, points, warmed_up
from community.meetups.survey import Balance, Voice
from community.seats.outcomes import SeatFact, What
from community.seats.values import Mark, SeatKind

START = datetime(2026, 12, 4, 10, tzinfo=UTC)
A, N, W, E = Mark.ATTENDED, Mark.NO_SHOW, Mark.WALK_IN, Mark.EXCUSED


def held(meetup: int, marks: dict[int, Mark]) -> Held:
    return Held(meetup=meetup, starts=START + timedelta(days=7 * meetup), marks=marks)


FIRST = held(1, {1: A, 2: A, 3: N, 4: E})
SECOND = held(2, {1: A, 3: A, 5: W, 6: N, 2: N})
UNTAKEN = held(3, {7: E})


def fact(what: What, member: int, kind: SeatKind = SeatKind.VENUE) -> SeatFact:
    return SeatFact(what=what, at=START, key="", member=member, kind=kind)


def test_three_meetups_by_hand() -> None:
    waited = (fact(What.WAITING, 3), fact(What.WAITING, 8), fact(What.PROMOTED, 3))
    pasts = [Past(held=FIRST), Past(held=SECOND, facts=waited), Past(held=UNTAKEN)]
    figures = over_time(pasts, [FIRST, SECOND, UNTAKEN])
    assert (figures.meetups, figures.untaken) == (2, 1)
    assert figures.attendance == Share(4, 7)  # 2 of 3 (one excused), then 2 of 4
    assert figures.no_show == Share(3, 7)
    assert figures.repeat == Share(1, 4)  # of 1, 2, 3 and 5 only the first came twice
    assert figures.first_timers == Share(4, 5)  # 1 and 2; then 3 and 5, but not 1
    assert figures.waiting == Share(1, 2)
    assert (percent(figures.attendance), percent(figures.no_show), percent(figures.first_timers)) == (
        "57.1", "42.9", "80.0",
    )  # fmt: skip


def test_one_meetup_by_hand_knows_who_came_to_other_peoples_meetups() -> None:
    one = of_one(Past(held=SECOND, voices=(Voice(10, 4),) * 4), [FIRST, SECOND])
    assert (one.tally.attended, one.tally.walk_in, one.tally.no_show, one.tally.excused) == (2, 1, 2, 0)
    assert (one.attendance, one.no_show, one.first_timers) == (Share(2, 4), Share(2, 4), Share(2, 3))
    assert (one.answers, one.survey) == (4, None)


def test_where_nobody_was_checked_in_there_is_no_rate() -> None:
    one = of_one(Past(held=UNTAKEN), [UNTAKEN])
    assert (one.attendance, one.no_show, one.first_timers) == (Share(0, 0), Share(0, 0), Share(0, 0))


def test_who_answered_a_question_before_is_counted_apart() -> None:
    assert warmed_up([FIRST, SECOND, UNTAKEN], {1: {1, 3}, 2: {3}, 3: {7}}) == Share(2, 3)
    assert warmed_up([FIRST], {}) == Share(0, 0)


@given(st.integers(1, 10_000), st.data())
def test_a_percentage_is_exact_to_its_digit(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    shown = Fraction(percent(Share(hits, n)))
    assert -Fraction(1, 20) < shown - Fraction(100 * hits, n) <= Fraction(1, 20)


def test_halves_go_up_and_balances_bear_their_sign() -> None:
    assert percent(Share(1, 16)) == "6.3"  # 6.25
    assert [points(Balance(*b)) for b in ((2, 1, 3), (1, 2, 3), (1, 1, 3), (3, 0, 3))] == [
        "+33.3", "−33.3", "0.0", "+100.0",
    ]  # fmt: skip
