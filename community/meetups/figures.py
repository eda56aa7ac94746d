"""The figures of meetups, each and over time, and how they are written: exact to the digit that is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from community.meetups.attendance import (
    Held,
    Share,
    Tally,
    attendance_rate,
    first_timer_rate,
    no_show_rate,
    repeat_rate,
    tally,
    waiting_conversion,
)
from community.meetups.survey import Balance, Results, Voice, pooled, results
from community.seats.outcomes import SeatFact

SHOWN_FROM = 5  # people; of fewer, a share about their past would tell who it is
SMALL = 100  # below, chance moves a share by ten points either way, so the interval is shown
HEALTHY_FIRST = 0.30  # about this share of first-timers is healthy


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a meetup whose attendance is settled."""

    held: Held
    facts: tuple[SeatFact, ...] = ()
    voices: tuple[Voice, ...] = ()


class OneMeetup(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one meetup."""

    tally: Tally
    attendance: Share
    no_show: Share
    first_timers: Share
    waiting: Share
    answers: int
    survey: Results | None


class OverTime(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of several meetups together."""

    meetups: int  # at which attendance was taken
    untaken: int  # at which nobody was checked in, so nothing is known of who came
    attendance: Share
    no_show: Share
    repeat: Share
    first_timers: Share
    waiting: Share
    survey: Results | None


def was_taken(held: Held) -> bool:
    """Tell whether attendance was taken at all."""
    return bool(held.came)


def of_one(past: Past, history: Iterable[Held]) -> OneMeetup:
    """Return the figures of one meetup; ``history`` is of the whole community."""
    taken = [past.held] if was_taken(past.held) else []
    return OneMeetup(
        tally=tally(past.held),
        attendance=attendance_rate(taken),
        no_show=no_show_rate(taken),
        first_timers=first_timer_rate(past.held, history),
        waiting=waiting_conversion(past.facts),
        answers=len(past.voices),
        survey=results(past.voices),
    )


def over_time(pasts: Sequence[Past], history: Sequence[Held]) -> OverTime:
    """Return the figures of several meetups together; who was there before is asked of the whole community."""
    taken = [past.held for past in pasts if was_taken(past.held)]
    return OverTime(
        meetups=len(taken),
        untaken=len(pasts) - len(taken),
        attendance=attendance_rate(taken),
        no_show=no_show_rate(taken),
        repeat=repeat_rate(taken),
        first_timers=_sum(first_timer_rate(held, history) for held in taken),
        waiting=_sum(waiting_conversion(past.facts) for past in pasts),
        survey=pooled([past.voices for past in pasts]),
    )


def warmed_up(taken: Iterable[Held], answered: Mapping[int, Collection[int]]) -> Share:
    """Of those who held a seat and answered a question before, who came."""
    kept = (
        msgspec.structs.replace(held, marks={m: k for m, k in held.marks.items() if m in answered.get(held.meetup, ())})
        for held in taken
        if was_taken(held)
    )
    return attendance_rate(kept)


def _sum(shares: Iterable[Share]) -> Share:
    every = list(shares)
    return Share(sum(share.hits for share in every), sum(share.n for share in every))


def percent(share: Share) -> str:
    """Return a share in percent with one digit, halves rounded up, in whole numbers so that no digit is lost."""
    return _tenths(share.hits, share.n)


def points(balance: Balance) -> str:
    """Return a balance in points with its sign and one digit."""
    net = balance.favour - balance.against
    return ("+" if net > 0 else "−" if net < 0 else "") + _tenths(abs(net), balance.n)


def whole(bound: float) -> str:
    """Return the bound of an interval in whole percent or points."""
    return f"{round(bound * 100)}"


def signed(bound: float) -> str:
    """Return the bound of an interval of points with its sign."""
    points = round(bound * 100)
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"


def _tenths(part: int, of: int) -> str:
    tenths = (2000 * part + of) // (2 * of)
    return f"{tenths // 10}.{tenths % 10}"
