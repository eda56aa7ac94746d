"""A survey's two figures by hand, and that few answers tell nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.meetups.survey import SHOWN_FROM, Balance, Voice, nps, nsat, pooled, read_voice, results

voices = st.lists(st.builds(Voice, st.integers(0, 10), st.integers(1, 4), st.text(max_size=5)), max_size=30)


def test_the_score_is_promoters_less_detractors_and_satisfaction_has_no_middle() -> None:
    given_by_hand = [Voice(10, 4), Voice(9, 3), Voice(8, 3), Voice(7, 2), Voice(6, 1), Voice(0, 3)]
    assert nps(given_by_hand) == Balance(2, 2, 6)
    assert nsat(given_by_hand) == Balance(4, 2, 6)


def test_the_interval_is_that_of_the_paper() -> None:
    # 6 for, 2 against, of 10: (7 - 3) / 12 with variance (7/12 + 3/12 - (4/12)^2) / 12
    low, high = Balance(6, 2, 10).interval or (0.0, 0.0)
    half = 1.959963984540054 * math.sqrt((10 / 12 - 16 / 144) / 12)
    assert low == pytest.approx(4 / 12 - half)
    assert high == pytest.approx(4 / 12 + half)
    assert Balance(0, 0, 0).interval is None


@given(voices)
def test_an_interval_holds_its_balance_and_never_leaves_the_scale(said: list[Voice]) -> None:
    for balance in (nps(said), nsat(said)):
        if balance.interval:
            low, high = balance.interval
            assert -1 <= low <= (balance.favour - balance.against) / (balance.n + 2) <= high <= 1


@given(voices)
def test_answers_are_shown_five_at_a_time_and_words_never_fewer(said: list[Voice]) -> None:
    shown = results(said)
    assert (shown is None) == (len(said) < SHOWN_FROM)
    before: tuple[str, ...] = ()
    for n in range(len(said) + 1):
        now = results(said[:n])
        if n % SHOWN_FROM:
            assert now == results(said[: n - n % SHOWN_FROM])
        words = now.words if now else ()
        assert words[: len(before)] == before
        assert len(words) == len(before) or len(words) - len(before) >= SHOWN_FROM
        before = words


def test_the_sixth_answer_is_not_found_by_looking_before_and_after_it() -> None:
    five = [Voice(10, 4, f"good {n}") for n in range(5)]
    sixth = Voice(0, 1, "bad")
    assert results([*five, sixth]) == results(five)
    assert pooled([five, [*five, sixth]]) == pooled([five, five])
    ten = results([*five, sixth, *five[1:]])
    assert ten
    assert (ten.n, ten.nps) == (10, Balance(9, 1, 10))


def test_words_of_one_among_five_who_said_nothing_are_not_shown() -> None:
    said = [Voice(10, 4, "only mine"), *[Voice(10, 4)] * 4]
    shown = results(said)
    assert shown
    assert shown.words == ()
    later = results([*said, *(Voice(9, 4, f"word {n}") for n in range(5))])
    assert later
    assert len(later.words) == 6


def test_a_meetup_with_few_answers_cannot_be_found_by_subtraction() -> None:
    many, few = [Voice(10, 4)] * 5, [Voice(0, 1)] * 4
    assert pooled([many, few]) == results(many)
    assert pooled([few, few]) is None
    both = pooled([many, many])
    assert both
    assert both.n == 10


@pytest.mark.parametrize(
    ("recommends", "satisfied"), [("11", "4"), ("-1", "4"), ("", "4"), ("5", ""), ("5", "0"), ("5", "5"), ("٣", "4")]
)
def test_what_the_form_does_not_offer_is_no_answer(recommends: str, satisfied: str) -> None:
    assert read_voice(recommends, satisfied, "words") is None


def test_an_answer_is_read_with_its_words_cut_at_their_limit() -> None:
    assert read_voice("0", "1", " good ") == Voice(0, 1, "good")
    assert read_voice("10", "4", "x" * 2000) == Voice(10, 4, "x" * 1000)
