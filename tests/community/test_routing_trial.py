"""Playing a history back: what counts as a question and an answer, and that the figures are those of the field."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bot.replaying.record import read_record
from community.routing.trial import (
    Asked,
    MostAnswers,
    Production,
    Said,
    evaluate,
    find_questions,
    wilson,
)

SHARED = Path(__file__).parents[2].parent / "shared"
START = datetime(2026, 1, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    user: str
    text: str
    conversation: str
    ts: datetime
    channel: str = "general"
    title: str = ""


def asks(text: str) -> bool:
    return "?" in text


def talk(*said: tuple[str, str, str, float]) -> list[Line]:
    """Return a history: who, what, in which conversation, how many minutes after the start."""
    return [Line(who, text, conv, START + timedelta(minutes=after)) for who, text, conv, after in said]


def test_what_the_asker_adds_within_two_minutes_belongs_to_the_question() -> None:
    history = talk(
        ("aki", "Hello", "c1", 0),
        ("bob", "elsewhere", "c2", 0.5),
        ("aki", "why is it slow?", "c1", 1),
        ("aki", "still", "c1", 10),
        ("cho", "try the cache", "c1", 11),
        ("dai", "too late", "c1", 8 * 24 * 60),
    )
    (question,) = find_questions(history, asks).scored
    assert (question.text, question.after, question.answered) == ("Hello\nwhy is it slow?", 2, frozenset({"cho"}))


def test_what_nobody_answered_or_what_names_somebody_is_counted_apart() -> None:
    history = talk(
        ("aki", "anybody?", "c1", 0),
        ("aki", "<@bob> what do you think?", "c2", 1),
        ("bob", "fine", "c2", 2),
        ("bob", "<@nobody> is a name?", "c3", 3),
        ("aki", "no", "c3", 4),
        ("bob", "a statement", "c4", 5),
    )
    found = find_questions(history, asks)
    assert (len(found.scored), found.unanswered, found.directed) == (1, 1, 1)


class Fixed:
    """A ranking that always says the same, and notes what it was shown."""

    def __init__(self, *order: str) -> None:
        self.order = order
        self.seen: list[str] = []
        self.seen_at_rank: list[int] = []

    def observe(self, said: Said) -> None:
        self.seen.append(said.text)

    def rank(self, asked: Asked) -> Iterable[str]:
        del asked
        self.seen_at_rank.append(len(self.seen))
        return self.order


def questions_of_a_day(n: int, *, apart: float) -> list[Line]:
    told: list[tuple[str, str, str, float]] = []
    for number in range(n):
        told += [("aki", "why?", f"c{number}", number * apart), ("bob", "so", f"c{number}", number * apart + 5)]
    return talk(*told)


def test_a_ranking_sees_nothing_that_came_after_the_question() -> None:
    history = questions_of_a_day(4, apart=60)
    ranking = Fixed("bob")
    n, _ = evaluate(history, find_questions(history, asks).scored, [ranking])
    assert n == 2
    assert ranking.seen_at_rank == [5, 7]


def test_the_cap_counts_what_would_have_been_asked_in_seven_days() -> None:
    history = questions_of_a_day(20, apart=60)
    (_, (capped,)) = evaluate(history, find_questions(history, asks).scored, [Fixed("x", "y", "bob")])
    assert (capped.hit_1.value, capped.hit_3.value, capped.hit_3_capped.value) == (0.0, 1.0, 0.3)
    assert capped.mrr.value == pytest.approx(1 / 3)
    history = questions_of_a_day(20, apart=4 * 24 * 60)
    (_, (spread,)) = evaluate(history, find_questions(history, asks).scored, [Fixed("bob")])
    assert spread.hit_3_capped.value == 1.0


def test_an_interval_is_wilsons() -> None:
    share = wilson(8, 10)
    assert share.value == 0.8
    assert [share.low, share.high] == pytest.approx([0.4902, 0.9433], abs=1e-4)
    assert wilson(0, 0).high == 1.0


def test_the_production_ranking_learns_who_answers() -> None:
    history = questions_of_a_day(12, apart=60)
    (_, (figures,)) = evaluate(history, find_questions(history, asks).scored, [Production(asks)])
    assert figures.hit_1.value == 1.0


# ---- against the evaluation that the figures of the project are compared with


@pytest.fixture(scope="module")
def harness() -> ModuleType:
    path = SHARED / "eval" / "routing_eval.py"
    if not path.exists():
        pytest.skip("shared/eval is not here")
    spec = importlib.util.spec_from_file_location("routing_eval", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["routing_eval"] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    return module


class AsTheirs:
    """One of our rankings, in the shape that the other evaluation calls."""

    def __init__(self, ranking: MostAnswers, history: list[Any]) -> None:
        self._ranking, self._history = ranking, history

    def observe(self, message: Any) -> None:  # noqa: ANN401 - a value of the other evaluation
        self._ranking.observe(self._history[message.i])

    def rank(self, ask: Any) -> list[str]:  # noqa: ANN401 - the same
        asked = Asked(ask.i, ask.ts, ask.user, ask.text, ask.conv, ask.channel, frozenset())
        return list(self._ranking.rank(asked))


@pytest.mark.parametrize("by_hour", [False, True])
def test_both_evaluations_agree_on_a_real_history(harness: ModuleType, *, by_hour: bool) -> None:
    path = SHARED / "data" / "elm.jsonl.gz"
    if not path.exists():
        pytest.skip("shared/data is not here")
    history = read_record(path)
    questions = find_questions(history, harness.is_question)
    n, (ours,) = evaluate(history, questions.scored, [MostAnswers(by_hour=by_hour)])
    theirs, test, _ = harness.evaluate(harness.load(path), {"it": AsTheirs(MostAnswers(by_hour=by_hour), history)})
    assert n == len(test)
    assert (questions.unanswered, questions.directed) == (
        theirs["info"]["unanswered"],
        theirs["info"]["directed at a member"],
    )
    row = theirs["rankers"]["it"]
    figures = [ours.hit_1, ours.hit_3, ours.hit_5, ours.mrr, ours.hit_3_capped]
    expected = [row["all"][name] for name in ("Hit@1", "Hit@3", "Hit@5", "MRR@10")] + [row["load"]["cap3"]["hit3"]]
    assert [figure.value for figure in figures] == pytest.approx(expected, abs=1e-12)
