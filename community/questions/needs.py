"""Which questions need a human, and why: what moderators see first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from community.config import QuestionSettings
from community.questions.life import Question, QuestionState


class Need(StrEnum):
    """Why a question needs a human, the most pressing first."""

    NO_ANSWER = "no_answer"  # too long without a human reply
    PRODUCT = "product"  # handed over, and the product team has not answered
    PROMISED = "promised"  # somebody said that they would answer, and has not
    UNSETTLED = "unsettled"  # answered a while ago, and nobody has said whether it helped
    FRESH = "fresh"  # waiting, within its time: for looking, not for doing


PROMISE = timedelta(days=1)  # a promise that is older needs a word


def need_of(question: Question, now: datetime, settings: QuestionSettings) -> Need | None:
    """Return why a question needs a human; None where it has ended."""
    if not question.is_living:
        return None
    waited = now - question.asked_at
    if question.handed_over_at is not None and question.product_reply_at is None:
        return Need.PRODUCT
    if question.state is QuestionState.ANSWERED:
        since = question.first_reply_at or question.asked_at
        return Need.UNSETTLED if now - since >= timedelta(days=settings.idle_after_days) else Need.FRESH
    if question.escalated_at is not None or waited >= timedelta(hours=settings.escalate_after_hours):
        return Need.NO_ANSWER
    if question.state is QuestionState.BEING_ANSWERED and waited >= PROMISE:
        return Need.PROMISED
    return Need.FRESH


def sorted_by_need(
    questions: Iterable[Question], now: datetime, settings: QuestionSettings
) -> list[tuple[Need, Question]]:
    """Return questions with why they need a human: the most pressing first, and among those the oldest."""
    order = list(Need)
    found = [(need, question) for question in questions if (need := need_of(question, now, settings))]
    return sorted(found, key=lambda pair: (order.index(pair[0]), pair[1].asked_at, pair[1].id))
