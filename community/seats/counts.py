"""What the card and ``/meetup mine`` say of seats: counts per kind, seats left, and where a member stands."""

from __future__ import annotations

import msgspec

from community.seats.desk import Desk
from community.seats.values import Answer, Ledger, Offer, SeatKind


class KindCounts(msgspec.Struct, frozen=True, kw_only=True):
    """The seats of one kind."""

    taken: int
    cap: int | None
    waiting: int  # all in line, those who have an offer included
    offered: int
    left: int | None  # what the next who ask can have at once; none: no limit
    choice: bool  # whether anybody can ask for it

    @property
    def is_shown(self) -> bool:
        """Whether it is worth a line: somebody can ask for it, or sits or waits there."""
        return self.choice or self.taken > 0 or self.waiting > 0


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a card."""

    kinds: dict[SeatKind, KindCounts]
    going: int  # who hold a seat
    maybe: int
    cannot: int


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one member stands."""

    answer: Answer | None = None
    seat: SeatKind | None = None
    waits_for: SeatKind | None = None
    position: int | None = None  # in that line, from 1
    offer: Offer | None = None


def counts(ledger: Ledger) -> Counts:
    """Count for the card."""
    desk = Desk(ledger, ledger.at)
    waiting = [entry.wait.kind for entry in ledger.entries.values() if entry.wait]
    kinds, choices = {}, ledger.choices
    for kind in sorted(ledger.allotments, key=list(SeatKind).index):
        allotment, taken, offered = ledger.allotments[kind], desk.taken(kind), desk.offered(kind)
        cap = taken if allotment.closed else allotment.cap
        kinds[kind] = KindCounts(
            taken=taken,
            cap=cap,
            waiting=waiting.count(kind),
            offered=offered,
            left=None if cap is None else cap - taken - offered,
            choice=kind in choices,
        )
    answers = [entry.answer for entry in ledger.entries.values()]
    return Counts(
        kinds=kinds,
        going=sum(k.taken for k in kinds.values()),
        maybe=answers.count(Answer.MAYBE),
        cannot=answers.count(Answer.CANNOT),
    )


def waiting_line(ledger: Ledger, kind: SeatKind) -> tuple[int, ...]:
    """Return who waits for a kind of seat, first come first."""
    return tuple(entry.member for entry in Desk(ledger, ledger.at).line(kind))


def seated(ledger: Ledger, kind: SeatKind) -> tuple[int, ...]:
    """Return who sits on seats of a kind."""
    return tuple(sorted(entry.member for entry in ledger.entries.values() if entry.seat is kind))


def standing(ledger: Ledger, member: int) -> Standing:
    """Tell where a member stands."""
    entry = ledger.entries.get(ledger.member(member))
    if entry is None:
        return Standing()
    if entry.wait is None:
        return Standing(answer=entry.answer, seat=entry.seat)
    wait = entry.wait
    return Standing(
        answer=entry.answer,
        seat=entry.seat,
        waits_for=wait.kind,
        position=sum(
            other.wait is not None and other.wait.kind is wait.kind and other.wait.place <= wait.place
            for other in ledger.entries.values()
        ),
        offer=entry.offer,
    )
