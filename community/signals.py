"""Events that come from our own house: time that passed, and what became of an effect."""

from __future__ import annotations

from datetime import datetime

import msgspec

from chat.ids import MessageRef


class TimerDue(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A timer that a handler had set is due."""

    key: str
    at: datetime  # when it was due
    kind: str  # e.g. ``onboarding.nudge``; routes are found by it
    subject: str  # e.g. a member's id
    data: dict[str, str] = {}


class EffectSettled(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """An effect that was queued with ``report`` was carried out, or never will be."""

    key: str
    at: datetime
    effect_key: str  # the business key it was queued with
    kind: str  # the part of the business key before the first colon; routes are found by it
    ok: bool
    expected: bool = True  # false: nobody asked for a report; it comes because the effect was given up
    ref: MessageRef | None = None
    reason: str = ""
    incident: str = ""  # the number of its line in the log, where it was given up
