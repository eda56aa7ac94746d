"""What a moderator may do with a case, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.conduct.cases import (
    DISMISSING,
    REPORTS_AN_HOUR,
    Case,
    CaseState,
    Claim,
    Command,
    Decide,
    Outcome,
    Refusal,
    Release,
    Reopen,
    Vote,
    decide,
    is_flood,
    may_see,
    tally,
    to_the_hour,
)

NOW = datetime(2026, 12, 4, 1, 23, 45, tzinfo=UTC)
AKI, BEN, CHO, BAD = 1, 2, 3, 9
OPEN = Case(opened_at=NOW - timedelta(hours=3), member=BAD, id=7)
TAKEN = replace(OPEN, state=CaseState.CLAIMED, claimed_by=AKI, claimed_at=NOW - timedelta(hours=2))
CLOSED = replace(
    TAKEN, state=CaseState.RESOLVED, outcome=Outcome.WARNED, told="Thank you", closed_by=AKI, closed_at=NOW
)


def test_a_case_is_taken_on_once_and_given_back_by_who_has_it() -> None:
    taken = decide(OPEN, {}, Claim(AKI), NOW)
    assert (taken.deed, taken.case.state, taken.case.claimed_by) == ("case.claimed", CaseState.CLAIMED, AKI)
    assert decide(taken.case, {}, Claim(AKI), NOW).refusal is Refusal.YOURS
    assert decide(taken.case, {}, Claim(BEN), NOW).refusal is Refusal.TAKEN
    assert decide(taken.case, {}, Release(BEN), NOW).refusal is Refusal.NOT_YOURS
    free = decide(taken.case, {}, Release(AKI), NOW)
    assert (free.deed, free.case) == ("case.released", OPEN)


def test_what_nobody_came_to_for_a_day_can_be_taken_over() -> None:
    at = NOW - timedelta(hours=2)
    assert decide(TAKEN, {}, Claim(BEN), at + timedelta(hours=23, minutes=59)).refusal is Refusal.TAKEN
    assert decide(TAKEN, {}, Claim(BEN), at + timedelta(days=1)).case.claimed_by == BEN


def test_a_case_whose_moderator_was_erased_can_be_taken_on() -> None:
    orphan = replace(TAKEN, claimed_by=None)
    assert decide(orphan, {}, Claim(BEN), NOW).case.claimed_by == BEN


@pytest.mark.parametrize("case", [OPEN, TAKEN, CLOSED])
@pytest.mark.parametrize("command", [Claim(BAD), Release(BAD), Decide(BAD, Outcome.NOT_OURS), Reopen(BAD)])
def test_whom_a_case_is_about_has_no_hand_in_it(case: Case, command: Command) -> None:
    done = decide(case, {}, command, NOW)
    assert (done.refusal, done.case, done.deed) == (Refusal.ABOUT_YOU, case, None)
    assert not may_see(case, BAD)
    assert may_see(case, AKI)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_one_is_enough_where_one_is_asked_for(outcome: Outcome) -> None:
    done = decide(TAKEN, {}, Decide(BEN, outcome, " Thank you! "), NOW)
    dismissed = outcome in DISMISSING
    assert done.deed == ("case.dismissed" if dismissed else "case.resolved")
    assert done.closes
    assert done.case.state is (CaseState.DISMISSED if dismissed else CaseState.RESOLVED)
    assert (done.case.outcome, done.case.told, done.case.closed_by) == (outcome, "Thank you!", BEN)
    for command in (Claim(AKI), Release(AKI), Decide(AKI, outcome)):
        assert decide(done.case, {}, command, NOW).refusal is Refusal.CLOSED


def test_where_two_have_to_agree_one_is_not_enough_and_a_difference_is_seen() -> None:
    one = decide(TAKEN, {}, Decide(AKI, Outcome.WARNED, "We spoke with them."), NOW, 2)
    assert (one.deed, one.case, one.closes) == ("case.voted", TAKEN, False)
    other = decide(TAKEN, one.votes, Decide(BEN, Outcome.NOTHING_FOUND), NOW, 2)
    assert (other.deed, tally(other.votes)) == ("case.voted", {Outcome.NOTHING_FOUND: 1, Outcome.WARNED: 1})
    agreed = decide(TAKEN, other.votes, Decide(BEN, Outcome.WARNED), NOW, 2)
    assert (agreed.deed, agreed.case.outcome, agreed.case.told) == (
        "case.resolved",
        Outcome.WARNED,
        "We spoke with them.",
    )


def test_what_is_only_looked_at_does_not_count() -> None:
    looked = {AKI: Vote(Outcome.WARNED, "", NOW, counts=False)}
    assert decide(TAKEN, looked, Decide(BEN, Outcome.WARNED), NOW, 2).deed == "case.voted"
    assert tally(looked) == {}


def test_a_vote_of_whom_it_turned_out_to_be_about_does_not_count() -> None:
    votes = {BAD: Vote(Outcome.NOTHING_FOUND, "", NOW)}
    assert decide(TAKEN, votes, Decide(AKI, Outcome.NOTHING_FOUND), NOW, 2).deed == "case.voted"


def test_reopening_begins_anew_with_who_reopens() -> None:
    again = decide(CLOSED, {AKI: Vote(Outcome.WARNED, "", NOW)}, Reopen(CHO), NOW)
    assert again.deed == "case.reopened"
    assert again.votes == {}
    assert (again.case.state, again.case.claimed_by) == (CaseState.CLAIMED, CHO)
    assert (again.case.outcome, again.case.told, again.case.closed_by, again.case.closed_at) == (None, "", None, None)
    assert decide(OPEN, {}, Reopen(AKI), NOW).refusal is Refusal.NOT_CLOSED


COMMANDS = st.one_of(
    st.builds(Claim, st.sampled_from([AKI, BEN, CHO, BAD])),
    st.builds(Release, st.sampled_from([AKI, BEN, CHO, BAD])),
    st.builds(Decide, st.sampled_from([AKI, BEN, CHO, BAD]), st.sampled_from(list(Outcome)), st.just("")),
    st.builds(Reopen, st.sampled_from([AKI, BEN, CHO, BAD])),
)


@given(st.lists(st.tuples(COMMANDS, st.integers(0, 30)), max_size=30), st.integers(1, 3))
def test_whatever_is_tried_a_case_never_ends_without_its_quorum(tries: list[tuple[Command, int]], quorum: int) -> None:
    case, at = OPEN, NOW
    votes: dict[int, Vote] = {}
    for command, hours in tries:
        at += timedelta(hours=hours)
        done = decide(case, votes, command, at, quorum)
        assert (done.deed is None) is (done.refusal is not None)
        if done.refusal is not None:
            assert done.case is case
            continue
        case, votes = done.case, dict(done.votes)
        assert BAD not in votes
        assert case.claimed_by != BAD
        assert (case.state is CaseState.CLAIMED) is (case.claimed_by is not None and case.is_living)
        if done.closes:
            assert tally(votes)[case.outcome or Outcome.NOT_OURS] >= quorum
        else:
            assert case.is_living
            assert case.outcome is None


def test_of_who_is_without_a_name_only_the_hour_is_kept() -> None:
    assert to_the_hour(NOW) == datetime(2026, 12, 4, 1, tzinfo=UTC)


def test_many_reports_are_a_flood() -> None:
    assert [is_flood(n) for n in (0, REPORTS_AN_HOUR - 1, REPORTS_AN_HOUR)] == [False, False, True]
