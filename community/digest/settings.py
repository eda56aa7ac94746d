"""What an operator or moderator sets for the weekly digest."""

from __future__ import annotations

import re
from datetime import time as Hour  # noqa: N812 - the setting itself is called `time`

import msgspec

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class DigestSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the digest comes. Where it comes is a channel of each workspace."""

    enabled: bool = True
    weekday: str = "monday"
    time: str = "09:00"  # in the community's zone

    def __post_init__(self) -> None:
        """Refuse a day or an hour that is on no calendar.

        Raises:
            ValueError: names the key.

        """
        if self.weekday not in WEEKDAYS:
            raise ValueError(f"digest.weekday is one of {', '.join(WEEKDAYS)}, not {self.weekday[:20]!r}")
        if not _CLOCK.fullmatch(self.time):
            raise ValueError(f"digest.time is an hour like 09:00, not {self.time[:20]!r}")

    @property
    def day(self) -> int:
        """The weekday as a number, 0 for Monday."""
        return WEEKDAYS.index(self.weekday)

    @property
    def hour(self) -> Hour:
        """The hour of the day."""
        hours, minutes = self.time.split(":")
        return Hour(int(hours), int(minutes))
