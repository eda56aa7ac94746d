"""What can be asked of the line for a seat in the community."""

from __future__ import annotations

import msgspec

from community.membership.values import Answers


class Apply(msgspec.Struct, frozen=True):
    """Somebody sent the application form, for the first time or again."""

    member: int
    answers: Answers


class Take(msgspec.Struct, frozen=True):
    """Somebody takes the seat that is kept for them."""

    member: int


class Pass(msgspec.Struct, frozen=True):
    """Somebody lets the next go first."""

    member: int


class Ready(msgspec.Struct, frozen=True):
    """Somebody who said "not now" would like a seat after all."""

    member: int


class Withdraw(msgspec.Struct, frozen=True):
    """Somebody does not want a seat any more, or left."""

    member: int


class Admit(msgspec.Struct, frozen=True):
    """A moderator lets somebody in, whatever the order; ``over``: also above the cap."""

    member: int
    by: int | None
    reason: str = ""
    over: bool = False


class Decline(msgspec.Struct, frozen=True):
    """A moderator says no."""

    member: int
    by: int
    reason: str = ""


class Restore(msgspec.Struct, frozen=True):
    """A moderator takes a no back: the old place is still theirs."""

    member: int


class Move(msgspec.Struct, frozen=True):
    """A moderator puts somebody at a place in the line; 1 is the next to be asked."""

    member: int
    place: int
    by: int
    reason: str = ""


class Settle(msgspec.Struct, frozen=True):
    """Time has passed, somebody left, or the cap is another."""


OfOne = Apply | Take | Pass | Ready | Withdraw | Admit | Decline | Restore | Move
Command = OfOne | Settle
