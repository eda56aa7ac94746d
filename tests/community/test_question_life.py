"""The life of a question: no sequence of steps, by whomever, leaves it in a state that cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.ids import MessageRef, Place, Platform, UserRef
from community.questions import life
from community.questions.life import Actor, Change, CloseReason, Question, QuestionState, Search, Via

ASKER, BEN, CHIE = 1, 2, 3
NOW = datetime(2026, 12, 4, 1, tzinfo=UTC)
ROOT = MessageRef(Place(Platform.SLACK, "T1", "C1"), "100.1")
OPEN = Question(
    id=7,
    asker=ASKER,
    account=UserRef(Platform.SLACK, "T1", "U1"),
    via=Via.FORM,
    title="Why?",
    text="I wonder.",
    asked_at=NOW,
    root=ROOT,
    search=Search.PEERS,
)
ANSWERED = replace(OPEN, state=QuestionState.ANSWERED, first_reply_at=NOW, first_reply_by=BEN)
SOLVED = replace(ANSWERED, state=QuestionState.SOLVED, solved_at=NOW, solved_by=ASKER, answer=5)
CLOSED = replace(OPEN, state=QuestionState.CLOSED, closed_at=NOW, close_reason=CloseReason.OFF_TOPIC)
DELETED = replace(CLOSED, close_reason=CloseReason.DELETED, title="", text="")
DRAFT = replace(OPEN, state=QuestionState.DRAFT)
ELSEWHERE = replace(ANSWERED, id=8)

members = st.sampled_from([ASKER, BEN, CHIE])
times = st.integers(0, 10_000_000).map(lambda seconds: NOW + timedelta(seconds=seconds))


def steps() -> st.SearchStrategy[tuple[str, tuple[object, ...]]]:
    """Return every step that there is, by anybody, at any time, in any order."""
    answers = st.none() | st.integers(1, 9)
    others = st.sampled_from([OPEN, ANSWERED, ELSEWHERE, replace(ELSEWHERE, state=QuestionState.SOLVED), DRAFT])
    return st.one_of(
        st.tuples(st.just("take_up"), st.tuples(members, times)),
        st.tuples(st.just("put_down"), st.tuples(members | st.none())),
        st.tuples(st.just("reply"), st.tuples(members, times)),
        st.tuples(st.just("solve"), st.tuples(members, times, answers)),
        st.tuples(st.just("unmark"), st.tuples(members | st.none())),
        st.tuples(st.just("reopen"), st.tuples(members | st.none())),
        st.tuples(st.just("unanswered"), st.tuples(members | st.none())),
        st.tuples(st.just("close"), st.tuples(members | st.none(), st.sampled_from(CloseReason), times)),
        st.tuples(st.just("delete"), st.tuples(members | st.none(), times)),
        st.tuples(st.just("merge"), st.tuples(others, members, times)),
        st.tuples(st.just("escalate"), st.tuples(times)),
        st.tuples(st.just("hand_over"), st.tuples(members, times)),
    )


@given(begins=st.sampled_from([OPEN, DRAFT]), walk=st.lists(steps(), max_size=25))
def test_no_sequence_of_steps_leaves_an_impossible_state(
    begins: Question, walk: list[tuple[str, tuple[object, ...]]]
) -> None:
    question = begins
    for name, arguments in walk:
        change: Change | None = getattr(life, name)(question, *arguments)
        if change is None:
            continue
        assert change.question != question, f"{name} says that something changed, and nothing did"
        _holds(change.question)
        _keeps(question, change.question, name)
        question = change.question


def _holds(question: Question) -> None:
    """Check what is true of a question wherever it stands."""
    solved, closed = question.state is QuestionState.SOLVED, question.state is QuestionState.CLOSED
    if solved:
        assert question.solved_at is not None
        assert question.solved_by is not None
    if question.is_living:
        assert (question.solved_at, question.solved_by, question.answer) == (None, None, None)
    assert (question.closed_at is not None) == closed
    assert (question.close_reason is not None) == closed
    assert (question.merged_into is not None) == (question.close_reason is CloseReason.DUPLICATE)
    assert (question.first_reply_at is None) == (question.first_reply_by is None)
    assert question.first_reply_by != question.asker
    if question.state is QuestionState.ANSWERED:
        assert question.first_reply_at is not None
    if question.close_reason is CloseReason.DELETED:
        assert (question.title, question.text) == ("", "")


def _keeps(before: Question, after: Question, step: str) -> None:
    """Check what no step may change."""
    for name in ("id", "asker", "account", "root", "thread", "asked_at", "via", "anonymous"):
        assert getattr(before, name) == getattr(after, name)
    kept = ["first_reply_at", "first_reply_by", "handed_over_at"]
    if step not in {"reopen", "unanswered"}:  # they may be brought before the moderators again
        kept.append("escalated_at")
    for name in kept:
        assert getattr(before, name) in (None, getattr(after, name)), f"{step} forgot {name}"
    assert before.state is not QuestionState.DRAFT, f"{step} moved what was never posted"
    assert before.close_reason is not CloseReason.DELETED or after.state is QuestionState.CLOSED


@pytest.mark.parametrize(
    ("question", "by", "state"),
    [
        (OPEN, BEN, QuestionState.BEING_ANSWERED),
        (OPEN, ASKER, None),
        (replace(OPEN, state=QuestionState.BEING_ANSWERED), CHIE, None),
        (ANSWERED, BEN, None),
        (SOLVED, BEN, None),
        (CLOSED, BEN, None),
        (DRAFT, BEN, None),
    ],
)
def test_who_may_take_up_what(question: Question, by: int, state: QuestionState | None) -> None:
    change = life.take_up(question, by, NOW)
    assert (change.question.state if change else None) is state


@pytest.mark.parametrize(
    ("question", "by", "state", "first"),
    [
        (OPEN, BEN, QuestionState.ANSWERED, True),
        (OPEN, ASKER, None, None),
        (ANSWERED, CHIE, None, None),
        (replace(SOLVED, first_reply_at=None, first_reply_by=None), BEN, QuestionState.SOLVED, True),
        (CLOSED, BEN, QuestionState.CLOSED, True),
        (SOLVED, CHIE, None, None),
        (DRAFT, BEN, None, None),
    ],
)
def test_what_a_reply_changes(question: Question, by: int, state: QuestionState | None, *, first: bool | None) -> None:
    change = life.reply(question, by, NOW + timedelta(minutes=2))
    assert (change.question.state if change else None) is state
    if change:
        assert change.data == {"seconds": 120.0, "first": first}


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        (OPEN, None, "solved"),
        (ANSWERED, 4, "solved"),
        (SOLVED, None, None),
        (SOLVED, 5, None),
        (SOLVED, 6, "answer_marked"),
        (CLOSED, 4, None),
        (DRAFT, None, None),
    ],
)
def test_what_can_be_solved(question: Question, answer: int | None, kind: str | None) -> None:
    change = life.solve(question, ASKER, NOW, answer)
    assert (change.kind if change else None) == kind
    if change:
        assert change.question.answer == answer


@pytest.mark.parametrize(
    ("question", "state"),
    [
        (OPEN, None),
        (SOLVED, QuestionState.OPEN),
        (replace(SOLVED, via=Via.CHANNEL, search=Search.OFF), QuestionState.ANSWERED),  # nobody was to be asked
        (CLOSED, QuestionState.OPEN),
        (DELETED, None),
        (DRAFT, None),
    ],
)
def test_what_can_be_opened_again(question: Question, state: QuestionState | None) -> None:
    change = life.reopen(question, ASKER)
    assert (change.question.state if change else None) is state


NOTICED = replace(ANSWERED, via=Via.CHANNEL, search=Search.STAFF, escalated_at=NOW)


@pytest.mark.parametrize(
    ("question", "wanted", "search"),
    [
        (ANSWERED, False, Search.PEERS),
        (replace(ANSWERED, search=Search.STAFF, escalated_at=NOW), False, Search.PEERS),
        (NOTICED, False, Search.OFF),  # its asker has never said that others may be asked
        (NOTICED, True, Search.PEERS),
        (replace(NOTICED, round=1), False, Search.PEERS),
        (OPEN, True, None),
        (SOLVED, True, None),
        (CLOSED, True, None),
        (DRAFT, True, None),
    ],
)
def test_answers_that_did_not_help_let_it_wait_again(
    question: Question, *, wanted: bool, search: Search | None
) -> None:
    change = life.unanswered(question, ASKER, wanted=wanted)
    assert (change.question.search if change else None) is search
    if change:
        assert (change.question.state, change.question.escalated_at) == (QuestionState.OPEN, None)
        assert change.question.first_reply_at == question.first_reply_at


@pytest.mark.parametrize(
    ("question", "into", "works"),
    [
        (OPEN, ELSEWHERE, True),
        (SOLVED, ELSEWHERE, True),
        (OPEN, replace(ELSEWHERE, id=7), False),
        (OPEN, replace(ELSEWHERE, merged_into=9), False),
        (OPEN, replace(DRAFT, id=8), False),
        (CLOSED, ELSEWHERE, False),
        (DRAFT, ELSEWHERE, False),
    ],
)
def test_what_can_be_merged(question: Question, into: Question, *, works: bool) -> None:
    change = life.merge(question, into, BEN, NOW)
    assert (change is not None) == works
    if change:
        assert (change.question.merged_into, change.question.close_reason) == (8, CloseReason.DUPLICATE)


def test_only_the_asker_and_moderators_settle_a_question() -> None:
    assert Actor(ASKER).leads(OPEN)
    assert Actor(BEN, is_moderator=True).leads(OPEN)
    assert not Actor(BEN).leads(OPEN)
    assert not Actor(ASKER).leads(replace(OPEN, asker=None))  # erased: nobody is by accident its asker
