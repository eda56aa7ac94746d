"""Candidates for organisers: several different things speak for them, and a verdict is remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from community.recognition.first_pins import Evidence, Said, Verdict, candidates, gather, is_settled

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (Evidence(member=1), False),
        (Evidence(member=1, meetups=99), False),
        (Evidence(member=1, meetups=3, topics=("a",)), False),
        (Evidence(member=1, meetups=2, topics=("a", "b")), False),
        (Evidence(member=1, meetups=3, topics=("a", "b")), True),
        (Evidence(member=1, brought=1, came_back=True), True),
        (Evidence(member=1, answers=99, came_back=True), False),
    ],
)
def test_two_different_things_have_to_speak_for_somebody(one: Evidence, *, found: bool) -> None:
    assert bool(candidates([one], {}, (), NOW)) is found


@pytest.mark.parametrize(
    ("verdict", "days", "settled"),
    [
        (Verdict.ACCEPTED, 0, True),
        (Verdict.ACCEPTED, 4000, True),
        (Verdict.NOT_NOW, 0, True),
        (Verdict.NOT_NOW, 89, True),
        (Verdict.NOT_NOW, 90, False),
    ],
)
def test_a_verdict_holds(verdict: Verdict, days: int, *, settled: bool) -> None:
    said = Said(verdict, NOW - timedelta(days=days))
    assert is_settled(said, NOW) is settled
    one = Evidence(member=1, brought=1, came_back=True)
    assert bool(candidates([one], {1: said}, (), NOW)) is not settled
    assert not is_settled(None, NOW)


def test_who_is_unfit_is_left_out_and_more_signs_go_first() -> None:
    found = gather(
        meetups={1: 3, 2: 3, 3: 3},
        answers={1: 2, 2: 2},
        topics={1: {"a", "b"}, 2: {"b", "a"}},
        brought={2: 1, 3: 4},
        came_back={9},
    )
    assert [one.member for one in found] == [1, 2, 3, 9]
    assert found[1].topics == ("a", "b")
    assert [one.member for one in candidates(found, {}, {3}, NOW)] == [2, 1]
