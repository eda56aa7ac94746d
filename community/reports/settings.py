"""What an operator or moderator sets for the reports that come by themselves."""

from __future__ import annotations

from datetime import time as Hour  # noqa: N812 - the setting itself is called `time`
from typing import Literal

import msgspec

from community.digest.settings import WEEKDAYS, DigestSettings
from community.kpi.everything import Stakeholder

_NAMES = tuple(stakeholder.value for stakeholder in Stakeholder)


class ReportSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which reports come, when and where."""

    weekly: bool = True  # the week's figures
    weekday: str = "monday"
    time: str = "09:30"  # in the community's zone; after the digest, which is for everybody
    monthly: tuple[str, ...] = ("management",)  # whose reports come on the first of a month
    channel: str = ""  # empty: each workspace's channel for moderators
    language: Literal["", "ja", "en"] = ""  # empty: the channel's

    def __post_init__(self) -> None:
        """Refuse a day, an hour or a reader that there is not.

        Raises:
            ValueError: names the key.

        """
        if self.weekday not in WEEKDAYS:
            raise ValueError(f"reports.weekday is one of {', '.join(WEEKDAYS)}, not {self.weekday[:20]!r}")
        try:
            DigestSettings(time=self.time)
        except ValueError:
            raise ValueError(f"reports.time is an hour like 09:30, not {self.time[:20]!r}") from None
        if unknown := [name for name in self.monthly if name not in _NAMES]:
            raise ValueError(f"reports.monthly names some of {', '.join(_NAMES)}, not {unknown[0][:40]!r}")

    @property
    def day(self) -> int:
        """The weekday as a number, 0 for Monday."""
        return WEEKDAYS.index(self.weekday)

    @property
    def hour(self) -> Hour:
        """The hour of the day."""
        hours, minutes = self.time.split(":")
        return Hour(int(hours), int(minutes))

    @property
    def readers(self) -> tuple[Stakeholder, ...]:
        """Whose reports come each month, each once."""
        return tuple(dict.fromkeys(map(Stakeholder, self.monthly)))
