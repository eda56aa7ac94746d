"""Who gets a digest of their own: by consent, only after a week away, once a week, at a decent hour of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from zoneinfo import ZoneInfo

from community.hours.quiet_hours import QuietHours, next_decent_moment

AWAY = timedelta(days=7)
BETWEEN = timedelta(days=6, hours=12)  # two of them; a week, less what a decent hour may move
STALE = timedelta(days=3)  # who can be reached at no decent hour by then gets the next one


class Answer(Enum):
    """What to do about one member now."""

    SEND = auto()
    LATER = auto()
    NOT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is known of a member who may get one."""

    agreed: bool  # they asked for it, and have not stopped it
    present: bool
    was_about: bool  # they did something in the last week
    sent_at: datetime | None  # the newest one
    quiet: QuietHours | None
    zone: ZoneInfo


def decide_personal(reader: Reader, slot: datetime, now: datetime) -> tuple[Answer, datetime | None]:
    """Decide whether a member gets a digest of their own now, and if later, when."""
    if not reader.agreed or not reader.present or reader.was_about or now - slot > STALE:
        return Answer.NOT, None
    if reader.sent_at is not None and now - reader.sent_at < BETWEEN:
        return Answer.NOT, None
    welcome = next_decent_moment(reader.quiet, now, reader.zone)
    if welcome is None:
        return Answer.NOT, None
    return (Answer.SEND, None) if welcome <= now else (Answer.LATER, welcome)
