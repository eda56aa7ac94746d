"""Quiet days: what is a prompt, when they end, and when comes what was put off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.conduct.settings import ConductSettings
from community.config import CommunitySettings
from community.hours.quiet_days import (
    NOT_PROMPTS,
    PROMPTING_EFFECTS,
    PROMPTS,
    SPREAD,
    bring_forward,
    is_prompting,
    is_resting,
    last_quiet_day,
    open_until,
    put_off_by_days,
    quiet_days_left,
    quiet_ends,
    resume_at,
)
from community.signals import TimerDue
from handlers import FEATURES

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 12, 28, 3, 0, tzinfo=UTC)  # Monday noon in Tokyo


def until(day: str, zone: str = "Asia/Tokyo") -> CommunitySettings:
    return CommunitySettings(id="c1", time_zone=zone, conduct=ConductSettings(quiet_until=day))


def test_every_kind_of_timer_is_a_prompt_or_is_said_to_be_none() -> None:
    kinds = {route.name for feature in FEATURES for route in feature.routes if route.kind is TimerDue}
    assert not PROMPTS.keys() & NOT_PROMPTS.keys()
    undecided = kinds - PROMPTS.keys() - NOT_PROMPTS.keys()
    assert not undecided, f"declare them in hours/quiet_days.py, as PROMPTS or NOT_PROMPTS, with why: {undecided}"
    assert all(reason.strip() for table in (PROMPTS, NOT_PROMPTS, PROMPTING_EFFECTS) for reason in table.values())


def test_they_last_until_the_day_ends_in_the_communitys_zone() -> None:
    settings = until("2026-12-31")
    assert quiet_ends(settings) == datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    assert is_resting(settings, datetime(2026, 12, 31, 14, 59, tzinfo=UTC))
    assert not is_resting(settings, datetime(2026, 12, 31, 15, 0, tzinfo=UTC))
    assert not is_resting(until(""), NOON)
    assert quiet_days_left(settings, NOON) == 4
    assert quiet_days_left(until("2026-12-27"), NOON) == quiet_days_left(until(""), NOON) == 0


def test_so_many_days_begin_with_today() -> None:
    late = datetime(2026, 12, 28, 16, 0, tzinfo=UTC)  # the 29th in Tokyo
    assert last_quiet_day(until(""), NOON, 1) == "2026-12-28"
    assert last_quiet_day(until(""), late, 7) == "2027-01-04"


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Berlin", "America/New_York"])
def test_what_was_put_off_comes_over_the_first_day_after_and_not_all_at_once(zone: str) -> None:
    settings = until("2026-10-24", zone)  # Berlin's clocks go back in the night after
    now = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
    moments = [resume_at(settings, now, f"onboarding.nudge:{n}") for n in range(1000)]
    hours = [moment.astimezone(ZoneInfo(zone)) for moment in moments]
    assert {hour.date().isoformat() for hour in hours} == {"2026-10-25"}
    assert min(hours).hour == 9
    assert max(hours).hour == 17
    fullest = max(sum(1 for m in moments if h <= m < h + timedelta(hours=1)) for h in moments)
    assert fullest < 200, "a ninth of them in an hour, more or less"
    assert moments == [resume_at(settings, now, f"onboarding.nudge:{n}") for n in range(1000)], "always the same"


def test_what_was_lifted_early_begins_at_once_by_day_and_in_the_morning_at_night() -> None:
    by_day = [resume_at(until(""), NOON, str(n)) for n in range(200)]
    assert min(by_day) >= NOON
    assert max(by_day) < NOON + timedelta(hours=3)
    night = datetime(2026, 12, 28, 12, 30, tzinfo=UTC)  # half past nine in the evening
    assert min(resume_at(until(""), night, str(n)) for n in range(200)).astimezone(TOKYO).hour == 9


days = st.integers(0, 31).map(lambda n: (datetime(2026, 12, 20, tzinfo=UTC) + timedelta(days=n)).date().isoformat())
instants = st.datetimes(datetime(2026, 12, 1), datetime(2027, 1, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(days, instants, instants, st.sampled_from(["Asia/Tokyo", "America/New_York", "Pacific/Apia"]))
def test_nothing_that_prompts_comes_in_quiet_days_and_an_effect_keeps_its_hour(
    day: str, now: datetime, due: datetime, zone: str
) -> None:
    settings = until(day, zone)
    ends = quiet_ends(settings)
    assert ends is not None
    if not is_resting(settings, now):
        assert resume_at(settings, now, "a") >= now
        return
    assert ends <= resume_at(settings, now, "a") <= ends + timedelta(hours=10) + SPREAD
    later = put_off_by_days(settings, now, due)
    assert later >= ends or due >= ends
    assert (later - due) % timedelta(days=1) == timedelta(0)
    assert later - due <= timedelta(days=0) or later < ends + timedelta(days=2)
    back = bring_forward(until("", zone), now, later)
    assert (back - later) % timedelta(days=1) == timedelta(0)
    assert back == later or now <= back < now + timedelta(days=1)


def test_what_may_be_answered_for_some_days_stays_open_over_quiet_ones() -> None:
    fortnight, month = timedelta(days=14), timedelta(days=31)
    assert open_until(until(""), NOON, fortnight) == NOON + fortnight
    assert open_until(until("2027-01-10"), NOON, fortnight) == datetime(2027, 1, 10, 15, tzinfo=UTC) + fortnight
    assert open_until(until("2026-12-20"), NOON, fortnight) == NOON + fortnight, "they were before"
    assert open_until(until("2027-06-01"), NOON, fortnight) == NOON + fortnight, "they came long after"
    assert open_until(until("2027-01-27"), NOON, fortnight) <= NOON + month + fortnight


def test_an_effect_is_known_by_its_key() -> None:
    assert is_prompting("nudge:7")
    assert not is_prompting("nudged:7")
    assert not is_prompting("redraw:as:nudge:7")
    assert not is_prompting("report:7:nudge:")


def test_settings_refuse_a_day_that_is_none() -> None:
    with pytest.raises(ValueError, match="quiet_until"):
        msgspec.structs.replace(ConductSettings(), quiet_until="next week").__post_init__()
