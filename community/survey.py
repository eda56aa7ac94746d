"""What people said of a meetup without their names: two figures and their words, from five answers on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec

from community.intervals import Z

SHOWN_FROM = 5  # fewer answers would tell who gave them
OPEN_FOR = timedelta(days=14)  # after the end; later nobody remembers, and figures should come to rest
WORDS = 1000  # characters
MOST = 10  # of the scale that begins with 0
PROMOTER, PASSIVE = 9, 7  # from 9: promoters; 7 and 8: neither; below: detractors
SATISFIED = 3  # of 1 to 4: from here on satisfied
GRADES = (4, 3, 2, 1)


class Voice(msgspec.Struct, frozen=True):
    """One answer to the survey. It has no member."""

    recommends: int
    satisfied: int
    words: str = ""


class Balance(msgspec.Struct, frozen=True):
    """Those in favour less those against, of so many."""

    favour: int
    against: int
    n: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval, from -1 to 1.

        Source: Bonett & Price, "Adjusted Wald Confidence Interval for a Difference of Binomial Proportions Based on
        Paired Data", JEBS 37 (2012): one more on either side, two more in all.
        """
        if not self.n:
            return None
        total = self.n + 2
        favour, against = (self.favour + 1) / total, (self.against + 1) / total
        middle = favour - against
        half = Z * math.sqrt((favour + against - middle * middle) / total)
        return max(-1.0, middle - half), min(1.0, middle + half)


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """What may be shown of a survey."""

    n: int
    nps: Balance
    nsat: Balance
    words: tuple[str, ...]


def read_voice(recommends: str, satisfied: str, words: str) -> Voice | None:
    """Read an answer; none where a figure is missing or none that the form offers."""
    if recommends not in {str(n) for n in range(MOST + 1)} or satisfied not in {str(n) for n in GRADES}:
        return None
    return Voice(int(recommends), int(satisfied), words.strip()[:WORDS])


def nps(voices: Sequence[Voice]) -> Balance:
    """Net Promoter Score: promoters (9 and 10) less detractors (0 to 6), of all who answered.

    Source: Reichheld, "The One Number You Need to Grow", Harvard Business Review 81 (2003).
    """
    promoters = sum(1 for voice in voices if voice.recommends >= PROMOTER)
    detractors = sum(1 for voice in voices if voice.recommends < PASSIVE)
    return Balance(promoters, detractors, len(voices))


def nsat(voices: Sequence[Voice]) -> Balance:
    """Net satisfaction: satisfied less dissatisfied, of all who answered. Four grades, so nobody is in between."""
    satisfied = sum(1 for voice in voices if voice.satisfied >= SATISFIED)
    return Balance(satisfied, len(voices) - satisfied, len(voices))


def results(voices: Sequence[Voice]) -> Results | None:
    """Return what may be shown; none while there are too few. The voices come in an order by chance."""
    if len(voices) < SHOWN_FROM:
        return None
    words = tuple(voice.words for voice in voices if voice.words)
    return Results(n=len(voices), nps=nps(voices), nsat=nsat(voices), words=words)


def pooled(meetups: Iterable[Sequence[Voice]]) -> Results | None:
    """Return the results of several meetups together.

    A meetup with too few answers is left out whole: what all say less what the others say would tell what these said.
    """
    return results([voice for voices in meetups if len(voices) >= SHOWN_FROM for voice in voices])
