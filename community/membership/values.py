"""What the line for a seat in the community holds: who waits since when, who was offered a seat, who was told no."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from chat.ids import UserRef
from community.hours.quiet_hours import QuietHours
from community.membership.settings import MembershipSettings


class Standing(StrEnum):
    """How somebody stands who came while the community was full. All but those who are seated are no members yet."""

    WAITING = "waiting"  # here, but has not applied
    APPLIED = "applied"  # in the line
    OFFERED = "offered"  # a seat is kept for them until a given time
    SEATED = "seated"
    DECLINED = "declined"  # a moderator said no
    WITHDRAWN = "withdrawn"  # they said no, or left
    CLOSED = "closed"  # they let too many offers lapse


OPEN = frozenset({Standing.WAITING, Standing.APPLIED, Standing.OFFERED})
IN_LINE = frozenset({Standing.APPLIED, Standing.OFFERED})


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote into the application form."""

    purpose: str = ""  # what brings you here
    share: str = ""  # what they would like to give, in their words
    give: tuple[str, ...] = ()  # the topics they can help with


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """One person's way to a seat. There is one row for each, also when they come, leave and come again."""

    id: int
    member: int
    account: UserRef  # with which they came
    standing: Standing = Standing.WAITING
    rank: float = 0.0  # the order of the line
    answers: Answers | None = None
    came_at: datetime
    applied_at: datetime | None = None
    offered_at: datetime | None = None  # or when it will be, where it is night: the seat is kept until then
    claim_until: datetime | None = None  # none while the offer waits for the morning
    rests_until: datetime | None = None  # said "not now": keeps the place, and is not asked before
    lapsed: int = 0  # offers that nobody took up
    decided_by: int | None = None
    decided_at: datetime | None = None
    reason: str | None = None


def waits_for_morning(one: Application) -> bool:
    """Say whether a seat is kept for somebody who sleeps: nobody has told them yet."""
    return one.standing is Standing.OFFERED and one.claim_until is None


class Rhythm(msgspec.Struct, frozen=True):
    """When somebody is awake."""

    quiet: QuietHours | None
    zone: ZoneInfo
    awake: bool = False  # they did something a moment ago, whatever their hours say


class Roll(msgspec.Struct, frozen=True, kw_only=True):
    """Who has a seat, and who waits for one."""

    rules: MembershipSettings
    seated: int  # members who have a seat
    applications: tuple[Application, ...] = ()  # all that are open, and the one a command is about
    rhythms: dict[int, Rhythm] = {}  # by member; who is missing has none of their own
    zone: ZoneInfo = ZoneInfo("UTC")  # of the community
    last_rank: float = 0.0  # the greatest that was ever given
