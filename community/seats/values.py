"""What the seat ledger of a meetup holds: kinds of seats, who sits, who waits, who has been offered a seat."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from community.hours.quiet_hours import QuietHours

CLICKS = 8  # keys of a member's last clicks that are remembered; nobody has more under way at once


class SeatKind(StrEnum):
    """The kinds of seats. The order is that of worth: where two become one, the earlier is kept."""

    SPEAKER = "speaker"
    STAFF = "staff"
    VENUE = "venue"
    ONLINE = "online"


RANK = {kind: rank for rank, kind in enumerate(SeatKind)}
BY_INVITATION = frozenset({SeatKind.SPEAKER, SeatKind.STAFF})  # unless a meetup says otherwise


class Answer(StrEnum):
    """What a member answered. Who waits for a seat is going, too: only the seat is missing."""

    GOING = "going"
    MAYBE = "maybe"
    CANNOT = "cannot"


class Mark(StrEnum):
    """How it went with somebody on the day."""

    ATTENDED = "attended"
    NO_SHOW = "no_show"
    WALK_IN = "walk_in"  # came without a seat
    EXCUSED = "excused"


CAME = frozenset({Mark.ATTENDED, Mark.WALK_IN})


class Phase(StrEnum):
    """What becomes of a freed seat, by the time left before the start."""

    PROMOTE = "promote"  # it goes to the next in line at once
    OFFER = "offer"  # it is offered to the next in line, who has to claim it
    FIRST_COME = "first_come"  # too late to ask anybody: whoever asks first has it
    BEGUN = "begun"
    CLOSED = "closed"


class SeatRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules by which seats are given. A ledger carries its own, so a changed default breaks no promise."""

    promote_until: timedelta = timedelta(hours=24)
    no_offers_from: timedelta = timedelta(hours=2)
    claim_window: timedelta = timedelta(hours=3)  # counted in the member's waking hours
    declined_keeps_place: bool = False  # who declines goes to the end of the line
    lapsed_keeps_place: bool = True  # who did not see the offer keeps the place
    check_in_opens: timedelta = timedelta(hours=1)
    settle: timedelta = timedelta(hours=24)  # after the end, for corrections, before absence becomes a fact


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the line for one kind of seat."""

    kind: SeatKind
    place: int  # smaller was earlier; numbers are never given twice
    since: datetime
    passed: tuple[int, ...] = ()  # vacancies that were offered here and not taken


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A seat that is kept for one member until then."""

    id: int
    kind: SeatKind
    vacancy: int
    at: datetime
    until: datetime


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One member in the ledger: at most one seat, one place in a line, one offer."""

    member: int
    answer: Answer | None = None
    seat: SeatKind | None = None
    wait: Wait | None = None
    offer: Offer | None = None
    claimed: int = 0  # the last offer they took, so that a second press is no refusal
    declined: int = 0  # the last offer they let go
    quiet: QuietHours | None = None
    zone: str = ""  # IANA name; empty: the meetup's
    mark: Mark | None = None
    marked_by: int | None = None  # the moderator, where it was not the member's own check-in
    clicks: tuple[str, ...] = ()


class Allotment(msgspec.Struct, frozen=True, kw_only=True):
    """The seats of one kind."""

    cap: int | None = None  # none: as many as come
    by_invitation: bool = False  # only organisers give them
    closed: bool = False  # the place has none any more: who sits may stay, nobody new comes, nobody waits


class Vacancy(msgspec.Struct, frozen=True):
    """A seat that was freed and has been offered at least once, so that nobody is asked about it twice."""

    id: int
    kind: SeatKind


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """All seats of one meetup. Never changed in place: each decision brings a new one."""

    meetup: int
    starts: datetime
    ends: datetime
    zone: str
    at: datetime  # the latest moment that was heard of; time never runs backwards here
    allotments: dict[SeatKind, Allotment]
    entries: dict[int, Entry] = {}
    rules: SeatRules = SeatRules()
    vacancies: tuple[Vacancy, ...] = ()
    aliases: dict[int, int] = {}  # members who became one with another
    number: int = 0  # last one given: places, offers, vacancies, facts
    cancelled: bool = False
    closed: bool = False
    clicks: tuple[str, ...] = ()  # of organisers

    @property
    def promotes_until(self) -> datetime:
        """Until when a freed seat is given at once."""
        return self.starts - self.rules.promote_until

    @property
    def offers_until(self) -> datetime:
        """From when on no seat is offered, and open offers have lapsed."""
        return self.starts - self.rules.no_offers_from

    @property
    def closes(self) -> datetime:
        """When absence becomes a fact."""
        return self.ends + self.rules.settle

    @property
    def choices(self) -> tuple[SeatKind, ...]:
        """The kinds that anybody can ask for; one without a single seat is none, as long as there is another."""
        kinds = tuple(
            kind for kind, allotment in self.allotments.items() if not (allotment.by_invitation or allotment.closed)
        )
        return tuple(kind for kind in kinds if self.allotments[kind].cap != 0) or kinds

    def phase(self, now: datetime) -> Phase:
        """Tell what becomes of a seat that is freed now."""
        if self.closed or self.cancelled:
            return Phase.CLOSED
        if now >= self.starts:
            return Phase.BEGUN
        if now >= self.offers_until:
            return Phase.FIRST_COME
        return Phase.OFFER if now >= self.promotes_until else Phase.PROMOTE

    def member(self, number: int) -> int:
        """Return the member who answers to this id, after linked accounts became one."""
        while number in self.aliases:
            number = self.aliases[number]
        return number
