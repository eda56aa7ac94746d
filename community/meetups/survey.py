"""What people said of a meetup without their names: two figures and their words, five answers at a time."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec

from community.kpi.intervals import Z

SHOWN_FROM = 5  # fewer answers would tell who gave them; more are added five at a time
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


def batch_of(n: int) -> int:
    """Return with which others the answer is shown before which ``n`` were given: five at a time."""
    return n // SHOWN_FROM


def results(voices: Sequence[Voice]) -> Results | None:
    """Return what may be shown; none while there are too few.

    The voices come in batches of five, in the order of these, and by chance inside of each. Only whole batches are
    shown: else who looks before and after somebody answers would find that answer in the difference.
    """
    shown = voices[: batch_of(len(voices)) * SHOWN_FROM]
    if not shown:
        return None
    return Results(n=len(shown), nps=nps(shown), nsat=nsat(shown), words=_words(shown))


def _words(shown: Sequence[Voice]) -> tuple[str, ...]:
    """Return the words of so many batches that every one came with four others at least."""
    told: list[str] = []
    waiting: list[str] = []
    for begin in range(0, len(shown), SHOWN_FROM):
        waiting += [voice.words for voice in shown[begin : begin + SHOWN_FROM] if voice.words]
        if len(waiting) >= SHOWN_FROM:
            told, waiting = told + waiting, []
    return tuple(told)


def pooled(meetups: Iterable[Sequence[Voice]]) -> Results | None:
    """Return the results of several meetups together, of each what may be shown by itself.

    Of a meetup with too few answers, and of those that are not shown yet, nothing goes in: what all say less what the
    others say would tell what these said.
    """
    kept = [(voices[: batch_of(len(voices)) * SHOWN_FROM], results(voices)) for voices in meetups]
    shown = [voice for voices, _ in kept for voice in voices]
    words = tuple(said for _, one in kept if one for said in one.words)
    return Results(n=len(shown), nps=nps(shown), nsat=nsat(shown), words=words) if shown else None
