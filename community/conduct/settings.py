"""What an operator or moderator sets for reports, kind words, the pulse and quiet days."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

QUORUM_MOST = 10
DAY_LAST = 28  # every month has it
LAST_YEAR = 2999  # a later one is a typing mistake
URGENT_MOST = 24 * 60  # minutes: who waits longer for an urgent report has no urgent reports


class ConductSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the community looks after its people."""

    anonymous: bool = True  # whether one may report without a name
    quorum: int = 1  # moderators who must agree before a case is resolved or dismissed
    urgent_minutes: int = 15  # that nobody claims an urgent report, and the owners are called
    kind_words: bool = True  # whether who writes a hurtful word is told so, in private
    pulse: bool = False  # whether members are asked once a month, without names, how safe it feels here
    pulse_day: int = 15  # of the month
    quiet_until: str = ""  # a day like 2026-12-01; until it ends, the bot prompts nobody

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ValueError: names the key.

        """
        if not 1 <= self.quorum <= QUORUM_MOST:
            raise ValueError(f"conduct.quorum is from 1 to {QUORUM_MOST}, not {self.quorum}")
        if not 1 <= self.urgent_minutes <= URGENT_MOST:
            raise ValueError(f"conduct.urgent_minutes is from 1 to {URGENT_MOST}, not {self.urgent_minutes}")
        if not 1 <= self.pulse_day <= DAY_LAST:
            raise ValueError(f"conduct.pulse_day is from 1 to {DAY_LAST}, not {self.pulse_day}")
        if self.quiet_until:
            try:
                far = date.fromisoformat(self.quiet_until).year > LAST_YEAR
            except ValueError:
                far = True
            if far:
                raise ValueError(f"conduct.quiet_until is a day like 2026-12-01, not {self.quiet_until[:20]!r}")

    @property
    def urgent_within(self) -> timedelta:
        """How long an urgent report may be nobody's before the owners are called."""
        return timedelta(minutes=self.urgent_minutes)

    @property
    def quiet_day(self) -> date | None:
        """The last day on which the bot prompts nobody."""
        return date.fromisoformat(self.quiet_until) if self.quiet_until else None
