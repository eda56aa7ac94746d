"""The pulse: what is shown and from how many on, how a change is told from chance, and when rounds are held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.conduct.pulse import (
    ASKED_OVER,
    Agreement,
    Course,
    Topic,
    asked_at,
    closes,
    closes_later,
    course_of,
    month_of,
    next_round,
    read_grades,
    results,
)
from community.conduct.settings import ConductSettings
from community.config import CommunitySettings

ON = CommunitySettings(id="c1", conduct=ConductSettings(pulse=True, pulse_day=15))


def grades(*given: int) -> dict[Topic, list[int]]:
    return {topic: list(given) for topic in Topic}


def test_it_is_shown_from_five_answers_on() -> None:
    assert results(grades(5, 5, 5, 5)) is None
    assert results({}) is None
    assert results({**grades(5, 5, 5, 5, 5), Topic.HEARD: [5, 5, 5, 5]}) is None, "each item needs five"
    found = results(grades(5, 4, 3, 2, 1))
    assert found is not None
    assert found[Topic.SAFE] == Agreement(2, 5)
    assert found[Topic.SAFE].share == pytest.approx(0.4)
    low, high = found[Topic.SAFE].interval
    assert low == pytest.approx(0.1176, abs=1e-4), "Wilson, by hand"
    assert high == pytest.approx(0.7693, abs=1e-4)


def test_a_change_that_chance_makes_is_none() -> None:
    assert course_of(Agreement(8, 10), []) is Course.UNKNOWN
    assert course_of(Agreement(8, 10), [Agreement(6, 10)]) is Course.LEVEL
    assert course_of(Agreement(48, 60), [Agreement(25, 60)]) is Course.UP
    assert course_of(Agreement(25, 60), [Agreement(48, 60)]) is Course.DOWN
    assert course_of(Agreement(48, 60), [Agreement(0, 60), *[Agreement(48, 60)] * 3]) is Course.LEVEL, "the last three"


def test_newcombes_own_example() -> None:
    """56 of 70 less 48 of 80 is 0.20, with 0.0524 to 0.3339 by method 10 (Newcombe 1998, table II, a)."""
    assert course_of(Agreement(56, 70), [Agreement(48, 80)]) is Course.UP
    assert course_of(Agreement(9, 10), [Agreement(3, 10)]) is Course.UP, "0.60 with 0.1705 to 0.8090 (b)"
    assert course_of(Agreement(5, 56), [Agreement(0, 29)]) is Course.LEVEL, "0.0893 with -0.0381 to 0.1926 (d)"


@given(st.integers(0, 60), st.integers(0, 60))
def test_up_and_down_are_the_same_seen_from_the_other_side(a: int, b: int) -> None:
    there, back = course_of(Agreement(a, 60), [Agreement(b, 60)]), course_of(Agreement(b, 60), [Agreement(a, 60)])
    assert {there, back} in ({Course.LEVEL}, {Course.UP, Course.DOWN})


def test_an_answer_is_read_whole_or_not_at_all() -> None:
    assert read_grades({"safe": "5", "heard": "1", "belonging": "3"}) == {
        Topic.SAFE: 5, Topic.HEARD: 1, Topic.BELONGING: 3,
    }  # fmt: skip
    for bad in ("", "0", "6", "５", "5 ", None, ("5",)):
        assert read_grades({"safe": bad, "heard": "1", "belonging": "3"}) is None
    assert read_grades({"safe": "5"}) is None


@pytest.mark.parametrize(
    ("after", "month", "day"),
    [((2026, 12, 1), 12, 15), ((2026, 12, 15), 12, 15), ((2026, 12, 16), 1, 15), ((2027, 1, 31), 2, 15)],
)
def test_a_round_begins_on_its_day_at_ten(after: tuple[int, int, int], month: int, day: int) -> None:
    found = next_round(ON, datetime(*after, tzinfo=UTC))
    assert found is not None
    assert (found.month, found.day, found.hour) == (month, day, 1), "ten in Tokyo"
    assert next_round(CommunitySettings(id="c1"), datetime(2026, 12, 1, tzinfo=UTC)) is None, "it is off unless set"


def test_a_round_is_named_after_the_communitys_month() -> None:
    assert month_of(ON, datetime(2026, 12, 31, 16, tzinfo=UTC)) == "2027-01"


def test_members_are_asked_over_some_days_and_others_first_in_another_month() -> None:
    begins = datetime(2026, 12, 15, 1, tzinfo=UTC)
    this = [asked_at(begins, "2026-12", member) for member in range(300)]
    assert all(begins <= at < begins + ASKED_OVER for at in this)
    assert max(sum(1 for at in this if at.date() == day) for day in {at.date() for at in this}) < 150
    first, second = (
        sorted(range(300), key=lambda m: asked_at(begins, month, m))[:50] for month in ("2026-12", "2027-01")
    )
    assert len({*first} & {*second}) < 25


def test_a_round_closes_after_ten_days_or_some_days_after_quiet_ones() -> None:
    opened = datetime(2026, 12, 15, 1, tzinfo=UTC)
    assert closes(ON, opened) == opened + timedelta(days=10)
    quiet = CommunitySettings(id="c1", conduct=ConductSettings(pulse=True, quiet_until="2026-12-31"))
    later = closes_later(quiet, closes(ON, opened))
    assert later is not None
    assert later - datetime(2026, 12, 31, 15, tzinfo=UTC) > timedelta(days=6)
    assert closes_later(ON, closes(ON, opened)) is None
