"""What an operator or moderator sets for meetups' seats."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from community.meetups.series import countries
from community.seats.values import SeatRules

_LONGEST = 3650.0  # days or hours; a span that no calendar can hold is a typing mistake


class MeetupSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How seats of meetups are given."""

    promote_until_hours: float = 24.0  # before the start: until then a freed seat goes to the next at once
    no_offers_from_hours: float = 2.0  # before the start: from then on nobody is asked any more
    claim_hours: float = 3.0  # of the member's waking time, to take an offered seat
    declined_keeps_place: bool = False  # who declines an offer goes to the end of the line
    lapsed_keeps_place: bool = True  # who did not see an offer in time keeps the place for the next seat
    check_in_opens_hours: float = 1.0  # before the start
    settle_hours: float = 24.0  # after the end, for corrections, before absence is counted
    holidays: str = "JP"  # ISO 3166-1 code of the country whose national holidays a series can leave out; empty: none

    def __post_init__(self) -> None:
        """Refuse figures that would make no sense.

        Raises:
            ValueError: names the key.

        """
        for key in ("promote_until_hours", "no_offers_from_hours", "check_in_opens_hours", "settle_hours"):
            if not 0 <= getattr(self, key) <= _LONGEST:  # refuses "nan", too
                raise ValueError(f"meetups.{key} must be 0 to {_LONGEST:g}")
        if not 0 < self.claim_hours <= _LONGEST:
            raise ValueError(f"meetups.claim_hours must be more than 0 and at most {_LONGEST:g}")
        if self.holidays not in {"", "JP"} and self.holidays not in countries():
            raise ValueError(
                f"meetups.holidays must be the code of a country, like JP or DE, not {self.holidays[:20]!r}"
            )
        if self.promote_until_hours < self.no_offers_from_hours:
            raise ValueError("meetups.no_offers_from_hours must not be more than meetups.promote_until_hours")

    @property
    def rules(self) -> SeatRules:
        """The rules that a new ledger carries."""
        return SeatRules(
            promote_until=timedelta(hours=self.promote_until_hours),
            no_offers_from=timedelta(hours=self.no_offers_from_hours),
            claim_window=timedelta(hours=self.claim_hours),
            declined_keeps_place=self.declined_keeps_place,
            lapsed_keeps_place=self.lapsed_keeps_place,
            check_in_opens=timedelta(hours=self.check_in_opens_hours),
            settle=timedelta(hours=self.settle_hours),
        )
