"""What an operator or moderator sets for the size of the community, and for those who wait for a seat in it."""

from __future__ import annotations

from datetime import timedelta

import msgspec

CAP_MOST = 1_000_000
HOURS_MOST = 24 * 90
OFFERS_MOST = 20


class MembershipSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many members the community takes, and how seats in it are offered to those who wait."""

    cap: int = 0  # members at most; 0: everybody is let in at once
    claim_hours: float = 48.0  # to take an offered seat; counted while the applicant is awake
    offers_most: int = 3  # offers that lapse before the application is closed, kindly

    def __post_init__(self) -> None:
        """Refuse figures that would make no sense.

        Raises:
            ValueError: names the key.

        """
        if not 0 <= self.cap <= CAP_MOST:
            raise ValueError(f"membership.cap is from 0 to {CAP_MOST}, not {self.cap}")
        if not 0 < self.claim_hours <= HOURS_MOST:  # refuses "nan", too
            raise ValueError(f"membership.claim_hours is more than 0 and at most {HOURS_MOST}")
        if not 1 <= self.offers_most <= OFFERS_MOST:
            raise ValueError(f"membership.offers_most is from 1 to {OFFERS_MOST}, not {self.offers_most}")

    @property
    def claim(self) -> timedelta:
        """How long an offered seat may be taken."""
        return timedelta(hours=self.claim_hours)
