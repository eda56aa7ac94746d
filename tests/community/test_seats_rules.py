"""The rules by which seats are given: from settings, and refused where they make no sense."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from community.seats.commands import Configure
from community.seats.ledger import open_ledger
from community.seats.outcomes import Reason
from community.seats.settings import MeetupSettings
from community.seats.values import Allotment, SeatKind, SeatRules
from tests.community.seat_world import ORGANISER, STARTS, World, new_ledger

VENUE = SeatKind.VENUE
HOUR = timedelta(hours=1)


def test_rules_come_from_settings_and_nonsense_is_refused() -> None:
    assert MeetupSettings().rules == SeatRules()
    assert MeetupSettings(claim_hours=0.5).rules.claim_window == HOUR / 2
    for wrong in ({"claim_hours": 0.0}, {"promote_until_hours": 1.0}, {"settle_hours": float("nan")}):
        with pytest.raises(ValueError, match="meetups"):
            msgspec.convert(wrong, MeetupSettings)
    bad = SeatRules(promote_until=HOUR, no_offers_from=2 * HOUR)
    refusal = World(new_ledger()).do(Configure(by=ORGANISER, rules=bad)).refusal
    assert refusal is not None
    assert refusal.reason is Reason.BAD_RULES


@pytest.mark.parametrize(
    ("hours", "cap", "rules"),
    [(0, 1, SeatRules()), (1, -1, SeatRules()), (1, 1, SeatRules(claim_window=timedelta()))],
)
def test_a_ledger_that_cannot_be_is_not_opened(hours: int, cap: int, rules: SeatRules) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match=r"ends after|cap|window"):
        open_ledger(
            meetup=1, starts=STARTS, ends=STARTS + hours * HOUR, zone="Asia/Tokyo",
            allotments={VENUE: Allotment(cap=cap)}, rules=rules, at=now,
        )  # fmt: skip
