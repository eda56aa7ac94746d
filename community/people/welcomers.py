"""The rota of people who say hello: who is asked about which newcomer, and when nobody can be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from community.hours.quiet_hours import QuietHours, is_quiet, next_decent_moment

WEEK = timedelta(days=7)
MAX_CAP = 50  # a day's work a week; more is a typing mistake


class Welcomer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody on the rota, as things stand now."""

    member: int
    cap: int
    asked: tuple[datetime, ...] = ()  # when they were asked, the last week at least
    languages: tuple[str, ...] = ()
    zone: ZoneInfo
    quiet_hours: QuietHours | None = None

    def load(self, now: datetime) -> int:
        """Return how often they were asked in the last seven days."""
        return sum(1 for at in self.asked if now - at < WEEK)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A newcomer who waits for a human word."""

    newcomer: int
    language: str
    tried: frozenset[int] = frozenset()  # members who were asked about it before


class Ask(msgspec.Struct, frozen=True):
    """Ask this member."""

    member: int


class Wait(msgspec.Struct, frozen=True):
    """Everybody who could be asked sleeps; look again then."""

    until: datetime


class Nobody(StrEnum):
    """Why there is nobody to ask, so that the moderators are told instead."""

    EMPTY = "empty"  # the rota has nobody but, perhaps, the newcomer
    AT_CAP = "at_cap"
    ALL_TRIED = "all_tried"


def choose_welcomer(rota: Sequence[Welcomer], case: Case, now: datetime) -> Ask | Wait | Nobody:
    """Choose whom to ask: never over a cap, never twice about one newcomer, never in quiet hours.

    Among those who can be asked, who speaks the newcomer's language comes first, then who was asked longest ago.
    """
    others = [w for w in rota if w.member != case.newcomer]
    if not others:
        return Nobody.EMPTY
    untried = [w for w in others if w.member not in case.tried]
    if not untried:
        return Nobody.ALL_TRIED
    free = [w for w in untried if w.load(now) < w.cap]
    if not free:
        return Nobody.AT_CAP
    awake = [w for w in free if not is_quiet(w.quiet_hours, now, w.zone)]
    if awake:
        return Ask(min(awake, key=lambda w: _order(w, case.language)).member)
    moments = [m for w in free if (m := next_decent_moment(w.quiet_hours, now, w.zone))]
    return Wait(min(moments)) if moments else Nobody.AT_CAP


def _order(welcomer: Welcomer, language: str) -> tuple[bool, float, int]:
    last = max((at.timestamp() for at in welcomer.asked), default=0.0)
    return language not in welcomer.languages, last, welcomer.member
