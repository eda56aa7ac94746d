"""What a decision on seats brings: the new ledger, facts to log, people to tell, or a question or refusal in return."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from community.seats.values import Ledger, SeatKind


class What(StrEnum):
    """Kinds of facts."""

    ANSWERED = "answered"  # data: answer
    SEATED = "seated"
    MOVED = "moved"  # data: from, a kind of seat
    WAITING = "waiting"
    STOPPED_WAITING = "stopped_waiting"
    LEFT = "left"  # a seat was given up
    PROMOTED = "promoted"
    OFFERED = "offered"  # data: offer
    CLAIMED = "claimed"  # data: offer
    DECLINED = "declined"  # data: offer
    LAPSED = "lapsed"  # data: offer
    WITHDRAWN = "withdrawn"  # data: offer; no longer needed, or no longer possible
    SEATED_BY = "seated_by"
    REMOVED_BY = "removed_by"
    CAP = "cap"  # data: cap, before
    PLACE = "place"  # data: kinds, those it has now
    RESCHEDULED = "rescheduled"  # data: starts, before
    CONFIGURED = "configured"
    CANCELLED = "cancelled"
    MERGED = "merged"  # data: gone
    DEPARTED = "departed"
    MARKED = "marked"  # data: mark
    CLOSED = "closed"


class Tell(StrEnum):
    """What somebody has to be told, because they did not do it themselves just now."""

    PROMOTED = "promoted"
    OFFERED = "offered"
    LAPSED = "lapsed"
    FREE = "free"  # a seat that they wait for is free, and it is too late to ask one after the other
    SEATED = "seated"  # by an organiser
    REMOVED = "removed"  # by an organiser
    TIME_CHANGED = "time_changed"
    CANCELLED = "cancelled"


class SeatFact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened in the ledger."""

    what: What
    at: datetime
    key: str  # the same on every run, for the log's unique index
    member: int | None = None
    kind: SeatKind | None = None
    by: int | None = None  # the organiser, where it was one
    data: dict[str, str | int | None] = {}


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A message that somebody has to get, once: ``key`` is its name for good."""

    member: int
    tell: Tell
    key: str
    not_before: datetime  # the member's next waking moment, or now where the morning would be too late
    kind: SeatKind | None = None
    moved_from: SeatKind | None = None  # the seat that was given up for this one
    offer: int | None = None
    until: datetime | None = None  # of the offer
    is_free: bool = False  # of a lapsed offer: nobody was asked instead, so whoever asks first has the seat
    keeps_place: bool = False  # of a lapsed offer: the next seat is offered by the same line


class Ask(StrEnum):
    """What has to be confirmed first."""

    LEAVE = "leave"  # the seat would go to somebody else, and not come back
    MOVE = "move"  # the same, for a seat of another kind


class Reason(StrEnum):
    """Why nothing was done."""

    CANCELLED = "cancelled"
    BEGUN = "begun"
    TOO_EARLY = "too_early"  # for check-in
    CLOSED = "closed"
    PAST = "past"  # a new time that is not to come, or an end before its start
    WHICH_KIND = "which_kind"
    NO_SUCH_KIND = "no_such_kind"
    BY_INVITATION = "by_invitation"
    OFFER_GONE = "offer_gone"
    FULL = "full"
    BELOW_TAKEN = "below_taken"
    BAD_CAP = "bad_cap"
    NOT_LISTED = "not_listed"
    NO_SEAT = "no_seat"  # who had none cannot be a no-show
    ALREADY_MARKED = "already_marked"  # a moderator's word stands
    BAD_RULES = "bad_rules"


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Why nothing was done, with the figures that explain it."""

    reason: Reason
    kind: SeatKind | None = None
    cap: int | None = None
    taken: int | None = None
    offered: int | None = None
    members: tuple[int, ...] = ()


class RefusedError(Exception):
    """Carries a refusal out of a command; ``decide`` turns it into a value."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason.value)
        self.refusal = refusal


class AskedError(Exception):
    """Carries a question out of a command; ``decide`` turns it into a value."""

    def __init__(self, ask: Ask, kind: SeatKind) -> None:
        super().__init__(ask.value)
        self.ask = ask
        self.kind = kind


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done about a command."""

    state: Ledger
    facts: tuple[SeatFact, ...] = ()
    notices: tuple[Notice, ...] = ()
    ask: Ask | None = None
    ask_kind: SeatKind | None = None  # the seat that the question is about
    refusal: Refusal | None = None
    again: bool = False  # this click was heard before
