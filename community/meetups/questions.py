"""What organisers ask before a meetup: read from lines, one question each, and counted for who speaks there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from chat.limits import FORM_HINT, OPTION_LABEL

MOST = 5  # one form holds no more
LONGEST = FORM_HINT  # a question that is too long for a label stands in its hint
OPTIONS = 10  # more is no quick answer
ANSWER = 500
_COLON = re.compile(r"\s*[:：]\s*")
_NO_CHOICE = re.compile(r"//.*|.*(?:[?？]|か)")  # what stands after a colon: an address, or the question itself
_COMMA = re.compile(r"\s*[,、，|｜]\s*|\s+/\s+|\s*／\s*")


class Question(msgspec.Struct, frozen=True):
    """A question, answered in words where it has no options."""

    text: str
    options: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The line that it is read from."""
        return f"{self.text}: {', '.join(self.options)}" if self.options else self.text


class Fault(StrEnum):
    """What is wrong with the lines."""

    TOO_MANY = "too_many"
    LONG = "long"
    ONE = "one"  # a single choice
    OPTIONS = "options"


class QuestionsError(ValueError):
    """Lines that cannot be asked."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read_questions(typed: str) -> tuple[Question, ...]:
    """Read one question per line; what stands after the last colon are its choices, unless it asks something itself.

    Raises:
        QuestionsError: there are too many, one is too long, or has a single choice.

    """
    found = tuple(dict.fromkeys(_read(line) for line in map(_tidy, typed.splitlines()) if line))
    if len(found) > MOST:
        raise QuestionsError(Fault.TOO_MANY)
    if any(len(question.text) > LONGEST for question in found):
        raise QuestionsError(Fault.LONG)
    if any(len(q.options) > OPTIONS or any(len(o) > OPTION_LABEL for o in q.options) for q in found):
        raise QuestionsError(Fault.OPTIONS)
    return found


def _tidy(line: str) -> str:
    return " ".join(line.split())


def _read(line: str) -> Question:
    *_, colon = [None, *_COLON.finditer(line)]
    if colon is not None and line[: colon.start()]:
        options = tuple(dict.fromkeys(filter(None, _COMMA.split(line[colon.end() :]))))
        if len(options) > 1:
            return Question(line[: colon.start()], options)
        of_the_day = line[colon.start() - 1].isdecimal() and line[colon.end() :][:1].isdecimal()  # 10:30
        if options and not of_the_day and not _NO_CHOICE.fullmatch(options[0]):
            raise QuestionsError(Fault.ONE)
    return Question(line)


def kept_numbers(before: Sequence[Question], after: Sequence[Question]) -> dict[int, int]:
    """Return by its old number the new one of each question that is still asked in the same words.

    An answer belongs to the words that were asked; to other words it would say something that nobody said.
    """
    return {number: after.index(question) for number, question in enumerate(before) if question in after}


def unanswered(questions: Sequence[Question], answers: Mapping[int, str]) -> int:
    """Count the questions that somebody has not answered."""
    return sum(number not in answers for number in range(len(questions)))


class Summary(msgspec.Struct, frozen=True):
    """What was answered to one question: choices with their number, the first as they were asked; or texts."""

    question: Question
    n: int
    counts: tuple[tuple[str, int], ...] = ()
    texts: tuple[str, ...] = ()


def summarise(questions: Sequence[Question], answers: Iterable[Mapping[int, str]]) -> tuple[Summary, ...]:
    """Count what was answered, without who."""
    found = []
    rows = list(answers)
    for number, question in enumerate(questions):
        said = [row[number] for row in rows if row.get(number)]
        if question.options:
            counted = Counter(said)
            counts = tuple((option, counted[option]) for option in question.options)
            found.append(Summary(question, len(said), counts=counts))
        else:
            found.append(Summary(question, len(said), texts=tuple(sorted(said))))
    return tuple(found)
