"""The application form: whether it can be taken as it is, and what the line can honestly say of its own length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chat.form import Values
from chat.marks import msg
from community.config import TopicSettings
from community.membership.values import Answers
from community.people.profile import PURPOSE, About, Problem, Problems
from community.people.topics import only_known
from community.words import tame

SHARE = 600
LEAST_WORDS = 2  # letters
OUTLOOK = timedelta(days=90)  # the past that tells of the future
LEAST_SEATED = 5  # seats given in that time; of fewer nothing can be said


def check_answers(values: Values, topics: Sequence[TopicSettings]) -> Answers | Problems:
    """Read the application form."""
    problems: Problems = {}
    purpose, share = tame(_text(values, "purpose")), tame(_text(values, "share"))
    if sum(letter.isalnum() for letter in purpose) < LEAST_WORDS:
        problems["purpose"] = Problem(msg("Please say in a few words what brings you here."))
    for key, text, most in (("purpose", purpose, PURPOSE), ("share", share, SHARE)):
        if len(text) > most:
            problems[key] = Problem(msg("Please keep it to {limit} characters."), {"limit": most})
    if problems:
        return problems
    chosen = values.get("give", ())
    give = only_known(topics, (chosen,) if isinstance(chosen, str) else chosen)
    return Answers(purpose=purpose, share=share, give=give)


def about_of(answers: Answers) -> About:
    """Return the first form of a new member, as far as the application has answered it: to be changed, and not sent."""
    return About(purpose=answers.purpose, give=answers.give, introduction=answers.share)


def outlook(seated: Sequence[datetime], place: int, now: datetime) -> timedelta | None:
    """Return how long a place in the line takes at the pace of the last months; none where that would be a guess.

    Moves, declines and a raised cap can make it shorter or longer, so it is said as "about".
    """
    lately = [at for at in seated if now - at <= OUTLOOK]
    if len(lately) < LEAST_SEATED:
        return None
    return OUTLOOK / len(lately) * place


def _text(values: Values, key: str) -> str:
    value = values.get(key, "")
    return (value if isinstance(value, str) else " ".join(value)).strip()
