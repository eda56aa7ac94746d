"""What an operator or moderator sets for peak moments."""

from __future__ import annotations

import re
from datetime import time as Hour  # noqa: N812 - the setting itself is called `time`
from datetime import timedelta

import msgspec

from community.hours.quiet_hours import EVENING, MORNING

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
WEEKLY_MOST = 21  # three a day are no moments any more
DAYS_MOST = 60


class RecognitionSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When moments are looked for, asked about and told. Where: in the digest's channel, else where one lands."""

    enabled: bool = True
    time: str = "10:00"  # in the community's zone
    weekly_most: int = 3  # told in a week; more and nobody reads them
    review: bool = False  # whether moderators see each before it is told
    ask_within_days: int = 7  # who has not answered by then is not asked again; older news is no news

    def __post_init__(self) -> None:
        """Refuse an hour at which people sleep, and figures that make no sense.

        Raises:
            ValueError: names the key.

        """
        if not _CLOCK.fullmatch(self.time) or not MORNING <= self.hour < EVENING:
            raise ValueError(f"recognition.time is an hour of the day from 09:00 to 19:59, not {self.time[:20]!r}")
        if not 0 <= self.weekly_most <= WEEKLY_MOST:
            raise ValueError(f"recognition.weekly_most is from 0 to {WEEKLY_MOST}, not {self.weekly_most}")
        if not 1 <= self.ask_within_days <= DAYS_MOST:
            raise ValueError(f"recognition.ask_within_days is from 1 to {DAYS_MOST}, not {self.ask_within_days}")

    @property
    def hour(self) -> Hour:
        """The hour of the day."""
        hours, minutes = self.time.split(":")
        return Hour(int(hours), int(minutes))

    @property
    def ask_within(self) -> timedelta:
        """How long a moment waits for an answer."""
        return timedelta(days=self.ask_within_days)
