"""How a question of the past ended, read from what was said to it: nobody pressed a button then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from community.questions.answers import answers_of, goes_on, in_one, is_substantial, thanked_for
from community.questions.finding import recognise
from community.questions.life import (
    Change,
    CloseReason,
    Question,
    QuestionMessage,
    QuestionState,
    close,
    reply,
    solve,
)
from community.thanks.words import Thanks, read_thanks

WAITED = timedelta(days=7)  # a question that nobody answered within it was given up; live, its asker would be asked
_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a question took, and when."""

    change: Change
    at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """A question as it stands in the end, and how it came there."""

    question: Question
    steps: tuple[Step, ...]
    replied: tuple[tuple[int, datetime], ...]  # who gave an answer, and when first


def find_ending(
    question: Question,
    messages: Sequence[QuestionMessage],
    named: Callable[[str], Collection[int]],
    now: datetime,
) -> Ending:
    """Read what was said to a question, oldest first. ``named``: the members whom a text names."""
    breath = [m for m in messages if goes_on(question, m)]
    current = _at_first(question, breath)
    steps: list[Step] = []
    replied = _answerers(messages)
    for member, at in replied[:1]:
        current = _take(steps, current, reply(current, member, at), at)
    thanks, solved = _words_of_asker(messages, breath, named)
    if thanks is not None:
        steps.append(Step(Change(current, "thanked", thanks.said.member, {"member": thanks.member}), thanks.said.at))
    if solved is not None and question.asker is not None:
        change = solve(current, question.asker, solved.said.at, solved.answer.id if solved.answer else None)
        current = _take(steps, current, change, solved.said.at)
    if current.state is QuestionState.OPEN:
        at = max(min(question.asked_at + WAITED, now), question.asked_at + _MOMENT)
        current = _take(steps, current, close(current, None, CloseReason.OUTDATED, at), at)
    return Ending(current, tuple(steps), replied)


def _answerers(messages: Sequence[QuestionMessage]) -> tuple[tuple[int, datetime], ...]:
    """Return who answered, each with their first answer; however much somebody says, it is one."""
    first: dict[int, datetime] = {}
    for said in messages:
        if said.member is not None and not said.by_asker and said.member not in first and is_substantial(said):
            first[said.member] = said.at
    return tuple(first.items())


def _at_first(question: Question, breath: Sequence[QuestionMessage]) -> Question:
    """Return a question as it stood before anybody said anything."""
    text = question.text
    if breath and not text.endswith(in_one("", breath)):
        text = in_one(text, breath)
    return replace(
        question,
        text=text,
        state=QuestionState.OPEN,
        closed_at=None,
        close_reason=None,
        first_reply_at=None,
        first_reply_by=None,
    )


def _take(steps: list[Step], question: Question, change: Change | None, at: datetime) -> Question:
    if change is None:
        return question
    steps.append(Step(change, at))
    return change.question


@dataclass(frozen=True, slots=True)
class _Thanks:
    """A word of thanks, and the answer that it is for."""

    said: QuestionMessage
    answer: QuestionMessage | None

    @property
    def member(self) -> int | None:
        """Who is thanked."""
        return self.answer.member if self.answer else None


def _words_of_asker(
    messages: Sequence[QuestionMessage], breath: Sequence[QuestionMessage], named: Callable[[str], Collection[int]]
) -> tuple[_Thanks | None, _Thanks | None]:
    """Return the first thanks to somebody, and the last that nothing was asked after: those that say "solved"."""
    first: _Thanks | None = None
    last: _Thanks | None = None
    for place, said in enumerate(messages):
        if not said.by_asker or said in breath or not answers_of(messages[:place]):
            continue
        read = read_thanks(said.text)
        asks_on = read is not Thanks.SOLVED and recognise(said.text, opens=False).is_question
        if read in (Thanks.THANKS, Thanks.SOLVED) and not asks_on:
            last = _Thanks(said, thanked_for(messages[:place], named(said.text)))
            first = first or (last if last.answer else None)
        elif asks_on or read is Thanks.UNSOLVED:
            last = None  # it goes on
    return first, last
