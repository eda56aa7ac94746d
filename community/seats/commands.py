"""What can be asked of the seat ledger. Every command may carry the key of its click: the same key counts once."""

from __future__ import annotations

from datetime import datetime

import msgspec

from community.hours.quiet_hours import QuietHours
from community.seats.values import Answer, Mark, SeatKind, SeatRules


class MemberCommand(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something that a member does."""

    member: int
    key: str = ""


class Rsvp(MemberCommand, frozen=True, kw_only=True):
    """Answer the invitation, choose a kind of seat, or change one's mind."""

    answer: Answer
    kind: SeatKind | None = None  # none: the kind one has or waits for, or the only one there is
    confirmed: bool = False  # asked before giving up a seat that would not come back
    keep_waiting: bool = False  # take this seat, and stay in the other kind's line
    quiet: QuietHours | None = None
    zone: str = ""


class Claim(MemberCommand, frozen=True, kw_only=True):
    """Take an offered seat."""

    offer: int


class Decline(MemberCommand, frozen=True, kw_only=True):
    """Let an offered seat go to the next."""

    offer: int


class StopWaiting(MemberCommand, frozen=True, kw_only=True):
    """Leave the line, and keep the seat where there is one."""


class Depart(MemberCommand, frozen=True, kw_only=True):
    """Leave the community, or be erased: nothing is asked, everything is freed."""

    erase: bool = False  # attendance is forgotten, too


class CheckIn(MemberCommand, frozen=True, kw_only=True):
    """Say "I am here". Who has no seat has come as a walk-in."""

    by: int | None = None  # a moderator at the door


class OrganiserCommand(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something that an organiser does. Whether they may is checked before."""

    by: int
    key: str = ""


class SetCap(OrganiserCommand, frozen=True, kw_only=True):
    """Set how many seats there are of a kind, or open a kind."""

    kind: SeatKind
    cap: int | None


class SetPlace(OrganiserCommand, frozen=True, kw_only=True):
    """Say which kinds of seats the place has that was chosen now."""

    kinds: tuple[SeatKind, ...]


class Seat(OrganiserCommand, frozen=True, kw_only=True):
    """Give somebody a seat, past the line but never past the cap."""

    member: int
    kind: SeatKind


class Remove(OrganiserCommand, frozen=True, kw_only=True):
    """Take somebody off the list."""

    member: int


class Reschedule(OrganiserCommand, frozen=True, kw_only=True):
    """Change the time."""

    starts: datetime
    ends: datetime


class Configure(OrganiserCommand, frozen=True, kw_only=True):
    """Change the rules."""

    rules: SeatRules


class Cancel(OrganiserCommand, frozen=True, kw_only=True):
    """Call the meetup off."""


class Correct(OrganiserCommand, frozen=True, kw_only=True):
    """Set for many at once how it went; none takes a mark away."""

    marks: dict[int, Mark | None]


class Close(OrganiserCommand, frozen=True, kw_only=True):
    """Settle attendance before its time."""


class Link(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Two members turned out to be one person."""

    kept: int
    gone: int


class ClockMoved(msgspec.Struct, frozen=True, tag=True):
    """Time has passed; do what is due."""


Command = (
    Rsvp | Claim | Decline | StopWaiting | Depart | CheckIn
    | SetCap | SetPlace | Seat | Remove | Reschedule | Configure | Cancel | Correct | Close
    | Link | ClockMoved
)  # fmt: skip
