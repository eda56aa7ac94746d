"""What was said in a question's thread, read for its answers: which may be the solution, and whom thanks are for."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from community.questions.finding import Substance, has_substance
from community.questions.life import Question, QuestionMessage, Via
from community.thanks.words import Thanks, read_thanks

CHOICES = 24  # a menu holds 25, and one of them is "I found it myself"
TALKING = timedelta(minutes=10)  # who wrote this lately reads along, and needs no note
SAME_BREATH = timedelta(minutes=2)  # people press Enter in the middle of a question
_WORDS = 8  # letters; "ok!" and "+1" solve nothing
_NOD_LENGTH = 40  # characters; whoever nods at more length says something, too
_NOD = re.compile(
    r"you'?re (?:very |most )?welcome|no (?:problem|worries)|my pleasure|glad (?:it|that|to|i)\b|happy to help"
    r"|same here|me too|good (?:question|luck)|どういたしまして|いえいえ|お役に立|良かったです|よかったです"
    r"|\bon it\b|let me (?:check|look|see)|looking into|following|watching this"
    r"|同じく|同じです|私も|頑張って|がんばって|(?:調べて|確認して|見て)みます|気になります",
    re.IGNORECASE,
)


def answers_of(messages: Sequence[QuestionMessage]) -> list[QuestionMessage]:
    """Return what others than the asker said, oldest first."""
    return [m for m in messages if not m.by_asker]


def goes_on(question: Question, message: QuestionMessage) -> bool:
    """Say whether the asker sent a message in the same breath as the question, and beside it: it is a part of it."""
    if question.via not in (Via.CHANNEL, Via.IMPORT) or question.root is None or not message.by_asker:
        return False
    beside = message.ref.place == question.root.place and message.ref.place.thread is None
    return beside and timedelta(0) <= message.at - question.asked_at <= SAME_BREATH


def in_one(own: str, breath: Sequence[QuestionMessage]) -> str:
    """Return the words of a question: its message's own, and what was sent in the same breath."""
    return "\n".join([own, *(m.text for m in breath if m.text.strip())])


def own_words(question: Question, breath: Sequence[QuestionMessage]) -> str:
    """Return what a question's own message says."""
    return question.text.removesuffix(in_one("", breath))


def is_substantial(message: QuestionMessage) -> bool:
    """Say whether a message may be an answer: more than a greeting, thanks or a nod. Code and links alone may be."""
    said = has_substance(message.text)
    if said in (Substance.CODE, Substance.LINK):
        return True
    if len(message.text) <= _NOD_LENGTH and _NOD.search(message.text.replace("’", "'")):
        return False
    letters = sum(2 if char > "\u2e7f" else 1 for char in message.text if char.isalnum())  # a kanji says more
    return said is Substance.ENOUGH and letters >= _WORDS and read_thanks(message.text) is not Thanks.THANKS


def best_of(messages: Sequence[QuestionMessage], member: int) -> QuestionMessage | None:
    """Return a member's last message that may be an answer; else their last one."""
    theirs = [m for m in answers_of(messages) if m.member == member]
    return next((m for m in reversed(theirs) if is_substantial(m)), theirs[-1] if theirs else None)


def clear_answer(messages: Sequence[QuestionMessage]) -> QuestionMessage | None:
    """Return the message that solved it, where that needs no asking: exactly one member has answered."""
    answerers = {m.member for m in answers_of(messages)}
    only = answerers.pop() if len(answerers) == 1 else None
    return best_of(messages, only) if only is not None else None


def choices(messages: Sequence[QuestionMessage]) -> list[QuestionMessage]:
    """Return what an asker may choose the solution from, newest first; nods are left out where there is more."""
    said = answers_of(messages)
    return ([m for m in said if is_substantial(m)] or said)[: -CHOICES - 1 : -1]


def thanked_for(messages: Sequence[QuestionMessage], named: Collection[int]) -> QuestionMessage | None:
    """Return the answer that thanks are for: of who is named, else the last answerer's."""
    said = [m for m in answers_of(messages) if m.member is not None]
    by_named = [m for m in said if m.member in named]
    last = (by_named or said)[-1:]
    return best_of(messages, last[0].member) if last and last[0].member is not None else None


def is_talking(messages: Sequence[QuestionMessage], now: datetime) -> bool:
    """Say whether the asker is in the conversation right now, so that nobody has to call them."""
    spoke = [m.at for m in messages if m.by_asker]
    return bool(spoke) and now - max(spoke) <= TALKING
