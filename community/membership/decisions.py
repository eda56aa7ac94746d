"""What was decided about the line for a seat in the community, and who hears of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from community.membership.values import Application


class Tell(StrEnum):
    """What somebody has to hear of."""

    APPLIED = "applied"
    OFFERED = "offered"
    LAPSED = "lapsed"  # back in the line, at its end
    CLOSED = "closed"
    SEATED = "seated"
    DECLINED = "declined"
    RESTORED = "restored"


class Reason(StrEnum):
    """Why a command is not carried out."""

    NO_APPLICATION = "no_application"
    OFFER_GONE = "offer_gone"
    DECLINED = "declined"
    FULL = "full"
    NOT_IN_LINE = "not_in_line"
    SEATED = "seated"
    NOT_DECLINED = "not_declined"


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What changes, and who hears of it. Refused: nothing but what time itself brought."""

    changed: tuple[Application, ...] = ()
    tells: dict[int, Tell] = {}  # by member; one thing each: the last is the whole truth
    refused: Reason | None = None
