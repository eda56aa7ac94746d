"""How text is cut into terms, and how documents are weighed."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from community.questions import search
from community.questions.search_words import STOP, number, stem, terms

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("The compilers were compiling", ["compiler", "compil"]),
        ("readHTTPBody", ["readhttpbodi", "read", "http", "bodi"]),
        ("add_to_linker", ["add_to_linker", "add", "linker"]),
        ("会議", ["会", "会議", "議"]),
        ("会議です", ["会", "会議", "議", "議で"]),
        ("型", ["型"]),
        ("それはない", []),
        ("ﾃﾞｰﾀ", ["デー", "ータ"]),
        ("ＡＰＩ設定", ["api", "設", "設定", "定"]),
        ("<@U123ABC> <#C1>", []),
        ("https://docs.example.com/guide/setup?utm=1#top", ["guid", "setup"]),
        ("한국어", ["한국", "국어"]),
        ("🎉🎉 :: -- \x00", []),
        ("a" * 100, []),
    ],
)
def test_text_is_cut_into_words_parts_of_identifiers_and_pairs(text: str, cut: list[str]) -> None:
    assert terms(text) == cut


@pytest.mark.parametrize(
    "forms",
    [
        "compile compiles compiled compiling", "query queries", "stop stops stopped stopping", "class classes",
        "thread threads threaded threading",
    ],
)  # fmt: skip
def test_the_forms_of_an_english_word_are_one(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("word", ["ring", "bed", "bus", "this", "go", "string"])
def test_what_only_looks_like_an_ending_stays(word: str) -> None:
    assert stem(word) == word


def test_common_words_and_the_empty_term_are_no_words_of_a_text() -> None:
    assert terms(" ".join(STOP)) == []
    assert number("") == search.EVERY
    assert search.read_query("what is the") == {}


def test_a_long_text_is_cut_short() -> None:
    assert len(search.read_query(" ".join(f"word{n}" for n in range(5000)))) == search.ASKED_TERMS
    article = search.read_article("t" * 3, "alpha " * 10_000, ["beta"])
    assert len(article.title) + len(article.question) + len(article.replies) == search.READ_WORDS


def test_a_word_of_the_title_weighs_more_than_one_of_a_long_talk() -> None:
    article = search.read_article("invoice", "ledger " + "filler " * 80, ["stamp"])
    found = search.impacts(article)
    assert found[number("invoic")] > found[number("ledger")]
    assert all(1 <= impact <= 255 for impact in found.values())


def test_rare_words_are_chosen_and_unknown_ones_only_counted() -> None:
    known = {search.EVERY: 1000, 1: 2, 2: 900}
    chosen = search.choose({1: 1, 2: 1, 3: 1}, known)
    assert set(chosen.weights) == {1, 2}
    assert chosen.weights[1] > chosen.weights[2]
    assert chosen.whole > sum(chosen.weights.values())


def test_of_a_long_text_the_commonest_words_are_not_read_but_of_a_short_one_all() -> None:
    known = {search.EVERY: 10_000, **dict.fromkeys(range(1, 31), 5), **dict.fromkeys(range(31, 41), 9000)}
    long = search.choose(dict.fromkeys(known.keys() - {search.EVERY}, 1), known)
    assert len(long.weights) < 30
    assert max(long.weights) <= 30
    assert sum(long.weights.values()) >= search.READ_SHARE * long.whole
    assert set(search.choose({1: 1, 2: 1, 31: 1}, known).weights) == {1, 2, 31}


def test_only_what_age_could_bring_among_the_best_is_a_candidate() -> None:
    ids = np.array([1, 2, 3, 900_000, 4_000_000])
    parts = np.array([10.0, 8.0, 4.5, 3.9, 4.1])
    assert search.add_up(ids[:4], parts[:4], limit=2) == {1: 10.0, 2: 8.0, 3: 4.5}
    assert search.add_up(ids, parts, {1}, limit=1) == {2: 8.0, 3: 4.5, 4_000_000: 4.1}
    assert set(search.add_up(ids, parts, limit=9)) == set(ids.tolist())
    assert len(search.add_up(np.arange(2000), np.linspace(1.0, 1.5, 2000), limit=3)) == search.CANDIDATES


def test_in_a_small_community_a_word_is_not_common_because_all_three_articles_have_it() -> None:
    few = search.choose({1: 1}, {search.EVERY: 3, 1: 3})
    assert few.weights[1] > 0.4 * search.choose({1: 1}, {search.EVERY: 3, 1: 1}).weights[1]


def test_of_equals_the_newer_comes_first_but_age_does_not_beat_twice_the_evidence() -> None:
    when = {1: NOW - timedelta(days=3000), 2: NOW, 3: NOW - timedelta(days=3000)}
    hits = search.rank({1: 10.0, 2: 10.0, 3: 21.0}, when, 30.0, NOW)
    assert [hit.question_id for hit in hits] == [3, 2, 1]


@pytest.mark.parametrize(
    ("evidence", "likely"),
    [
        ({1: 30.0, 2: 5.0}, [True, False]),
        ({1: 30.0, 2: 29.0}, [True, True]),
        ({1: 13.0}, [False]),  # too little of what was asked
    ],
)
def test_likely_is_what_has_a_good_part_of_what_was_asked(evidence: dict[int, float], likely: list[bool]) -> None:
    hits = search.rank(evidence, dict.fromkeys(evidence, NOW), 55.0, NOW)
    assert [hit.likely for hit in hits] == likely


def test_one_word_in_common_is_never_likely() -> None:
    (hit,) = search.rank({1: 8.0}, {1: NOW}, 8.0, NOW)
    assert not hit.likely
