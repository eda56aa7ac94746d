from __future__ import annotations

import pytest

from community.routing.memory import MOST_LIVE
from community.routing.ranking import Ask, Outcome, OutcomeKind, Person, ReasonKind, RoutingState, Turn

DAY = 86_400.0
START = 1_700_000_000.0
ASKER, HELPER, TALKER = 1, 2, 3


def _history(state: RoutingState, days: int = 20) -> float:
    """A community of thirty in which HELPER answers about parsers and TALKER only talks."""
    for day in range(days):
        at = START + day * DAY
        for who in range(10, 40):
            state.observe(Turn(at=at + who, member=who, channel="general", conversation=f"c{day}-{who}", length=20))
        state.observe(Turn(at=at + 80, member=TALKER, channel="general", conversation=f"t{day}", length=50))
        name = f"q{day}"
        text = "How do I write a parser with backtracking?"
        state.observe(Turn(at=at + 100, member=50 + day, channel="help", conversation=name, text=text, length=42))
        state.observe(Turn(at=at + 200, member=HELPER, channel="help", conversation=name, text="Use try.", length=8))
    return START + days * DAY


def _ask(at: float, **more: str) -> Ask:
    return Ask(
        at=at, asker=ASKER, channel="help", conversation="new", text="My parser needs backtracking, how?", **more
    )


def test_who_answered_such_questions_comes_first_and_the_reasons_say_so() -> None:
    state = RoutingState()
    at = _history(state)
    best = state.rank(_ask(at))[0]
    assert best.member == HELPER
    similar = next(reason for reason in best.reasons if reason.kind is ReasonKind.SIMILAR)
    assert similar.values[0] in {f"q{day}" for day in range(20)}
    assert ReasonKind.CHANNEL in {reason.kind for reason in best.reasons}


def test_the_asker_and_the_excluded_are_never_ranked() -> None:
    state = RoutingState()
    at = _history(state)
    state.observe(Turn(at=at, member=ASKER, channel="help", conversation="mine", length=5))
    found = {candidate.member for candidate in state.rank(_ask(at + 1), exclude={HELPER})}
    assert found
    assert not found & {ASKER, HELPER}


def test_the_same_history_gives_the_same_ranking() -> None:
    one, other = RoutingState(), RoutingState()
    at = _history(one)
    _history(other)
    assert one.rank(_ask(at)) == other.rank(_ask(at))


def test_what_an_import_tells_late_counts_as_old_and_makes_nobody_less_present() -> None:
    in_order, late = RoutingState(), RoutingState()
    at = _history(in_order)
    today = [Turn(at=at - 300 + n, member=n, channel="help", conversation=f"x{n}", length=9) for n in range(10, 20)]
    for turn in today:
        late.observe(turn)
        in_order.observe(turn)
    _history(late)  # the same past, told after today
    assert [found.member for found in late.rank(_ask(at))][:1] == [HELPER]
    spoke_today = {HELPER, *range(10, 20)}
    for state in (in_order, late):
        assert {found.member for found in state.rank(_ask(at))[:8]} <= spoke_today


def test_years_told_late_leave_no_endless_list_of_open_conversations() -> None:
    state = RoutingState()
    state.observe(Turn(at=START, member=1, channel="help", conversation="today", length=5))
    for n in range(25_000):
        then = START - 400 * DAY + n * 60
        state.observe(Turn(at=then, member=n % 50, channel="help", conversation=f"old{n}", length=5))
    assert len(state._memory.live) <= MOST_LIVE


def test_an_erased_member_vanishes() -> None:
    state = RoutingState()
    at = _history(state)
    state.note(Outcome(kind=OutcomeKind.SOLVED, conversation="q3", member=HELPER, at=at, topic="parsing"))
    state.forget(HELPER)
    assert HELPER not in {candidate.member for candidate in state.rank(_ask(at, topic="parsing"))}


def test_an_empty_community_knows_only_what_people_say() -> None:
    state = RoutingState()
    assert state.rank(_ask(START)) == []
    people = {7: Person(gives=frozenset({"parsing"})), 8: Person(gives=frozenset({"web"}))}
    found = state.rank(_ask(START, topic="parsing"), people)
    assert [candidate.member for candidate in found] == [7]
    assert {reason.kind for reason in found[0].reasons} == {ReasonKind.SAYS, ReasonKind.FIRST_CHANCE}


def test_silence_lowers_and_solutions_are_counted() -> None:
    state = RoutingState()
    at = _history(state)
    before = state.rank(_ask(at))[0]
    for _ in range(6):
        state.note(Outcome(kind=OutcomeKind.SILENT, conversation="q1", member=HELPER, at=at))
    state.note(Outcome(kind=OutcomeKind.SOLVED, conversation="q1", member=HELPER, at=at, topic="parsing"))
    after = next(one for one in state.rank(_ask(at, topic="parsing")) if one.member == HELPER)
    assert after.score < before.score
    assert after.reasons[0].kind is ReasonKind.SOLVED_TOPIC
    assert after.reasons[0].values == ("parsing", 1, at)


def test_who_was_asked_often_this_week_is_spared_and_next_month_is_not() -> None:
    state = RoutingState()
    at = _history(state)
    before = state.rank(_ask(at))[0].score
    for _ in range(4):
        state.note(Outcome(kind=OutcomeKind.OFFERED, conversation="q1", member=HELPER, at=at))
    soon = next(one for one in state.rank(_ask(at)) if one.member == HELPER)
    assert soon.score == pytest.approx(before - 0.4, abs=1e-6)
    fresh = RoutingState()
    _history(fresh)
    month = at + 60 * DAY
    assert next(one.score for one in state.rank(_ask(month)) if one.member == HELPER) == pytest.approx(
        next(one.score for one in fresh.rank(_ask(month)) if one.member == HELPER), abs=0.01
    )


def test_the_words_an_erased_member_wrote_in_answers_are_gone() -> None:
    state = RoutingState()
    _history(state)
    written = state._memory.sayings
    assert "use" in written._lists
    state.forget(HELPER)
    assert "use" not in written._lists


def test_a_message_found_late_and_out_of_order_is_taken_in() -> None:
    state = RoutingState()
    state.observe(Turn(at=1_000_000.0, member=1, channel="c", conversation="q", text="Why does it fail?"))
    state.observe(Turn(at=999_000.0, member=2, channel="c", conversation="q", text="Because of the clock."))
    found = state.rank(Ask(at=1_000_100.0, asker=3, channel="c", conversation="r", text="Why does it fail?"))
    assert {line.member for line in found} == {1, 2}
    assert all(isinstance(line.score, float) for line in found)
