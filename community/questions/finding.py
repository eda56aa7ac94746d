"""Is it a question for the community? In Japanese and English, with a strict setting for offers that nobody asked for.

docs/decisions/0009-recognising-questions.md says what counts as a question, how it was measured and what was tried.
"""

from __future__ import annotations

import json
import math
from enum import StrEnum
from functools import cache
from importlib import resources

import msgspec

from community.questions.features import features
from community.questions.text import Shape, shape
from community.questions.title import is_greeting, title_of

__all__ = ["Recognition", "Shape", "Substance", "has_substance", "recognise", "shape", "title_of"]


class Recognition(msgspec.Struct, frozen=True, kw_only=True):
    """What a message was taken for."""

    score: float  # the probability that this needs an answer from the community
    language: str  # ja | en
    is_question: bool  # the balanced setting: in a question channel, where a wrong guess costs little
    offer: bool  # the strict setting: nine in ten of these are questions, so an offer that nobody asked for is welcome
    words: str | None = None  # the sentence that asks, where one does


class Substance(StrEnum):
    """What there is to answer in a message that was posted as a question."""

    ENOUGH = "enough"
    NOTHING = "nothing"
    CODE = "code"  # code without a word about what is wrong with it
    FILES = "files"  # only a picture or another file
    LINK = "link"
    EMOJI = "emoji"
    GREETING = "greeting"  # "hello", "may I ask something?": the question itself is still to come


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned for one language; benchmarks/train_questions.py writes it."""

    bias: float
    balanced: float  # the threshold of ``is_question``
    strict: float  # the threshold of ``offer``
    signs: dict[str, float]


@cache
def weights(language: str) -> Weights:
    """Return the weights that ship with the project."""
    stored = resources.files("community").joinpath("weights/questions.json").read_text(encoding="utf-8")
    return msgspec.convert(json.loads(stored)[language], Weights)


def recognise(text: str, *, opens: bool = True, names_somebody: bool = False) -> Recognition:
    """Judge a message.

    ``opens``: it starts a conversation (45 of 100 openers are questions, 7 of 100 messages in the middle of one).
    ``names_somebody``: it is addressed to a person, who does not need the community's help to be asked.
    """
    taken = shape(text)
    learned = weights(taken.language)
    found = features(taken, opens=opens, names_somebody=names_somebody)
    total = learned.bias + sum(learned.signs.get(name, 0.0) * value for name, value in found.signs.items())
    score = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    if not found.signs:
        score = 0.0
    return Recognition(
        score=score,
        language=taken.language,
        is_question=score >= learned.balanced,
        offer=score >= learned.strict,
        words=found.words,
    )


_HELLO_ONLY = 40  # characters; a longer greeting says something else, too


def has_substance(text: str, files: int = 0) -> Substance:
    """Say what there is to answer; anything but ``ENOUGH`` deserves a word to the asker before others are asked."""
    taken = shape(text)
    letters = sum(char.isalnum() for char in taken.bare) + taken.inline
    if letters:
        short = len(taken.bare) <= _HELLO_ONLY * 2
        return Substance.GREETING if short and is_greeting(taken.bare) else Substance.ENOUGH
    for there, what in (
        (taken.blocks, Substance.CODE),
        (files, Substance.FILES),
        (taken.links, Substance.LINK),
        (taken.emoji, Substance.EMOJI),
    ):
        if there:
            return what
    return Substance.NOTHING
