"""The share of talk: right by hand, never about one person, and without jumps."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.kpi.talk_share import SPEAKERS_LEAST, share_of_talk

many = st.lists(st.integers(1, 10_000), min_size=SPEAKERS_LEAST, max_size=200)


def test_by_hand() -> None:
    assert share_of_talk([1] * 50) == pytest.approx(0.1), "all write as much"
    assert share_of_talk([45, 45, *[1] * 18]) == pytest.approx(90 / 108)
    assert share_of_talk([10, 10, 10, *[1] * 22]) == pytest.approx(25 / 52), "two and a half of 25"
    assert share_of_talk([9] * (SPEAKERS_LEAST - 1)) is None


@given(many)
def test_it_lies_between_an_even_tenth_and_everything(posts: list[int]) -> None:
    found = share_of_talk(posts)
    assert found is not None
    assert 0.1 - 1e-9 <= found < 1


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_people_says_nothing(posts: list[int], by_chance: random.Random) -> None:
    shuffled = [*posts]
    by_chance.shuffle(shuffled)
    assert share_of_talk(shuffled) == share_of_talk(posts)
