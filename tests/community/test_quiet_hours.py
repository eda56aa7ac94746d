from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from community.hours.quiet_hours import (
    EVENING,
    MORNING,
    QuietHours,
    is_decent,
    is_quiet,
    next_decent_moment,
    parse_quiet_hours,
)

TOKYO = ZoneInfo("Asia/Tokyo")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(8))
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Tokyo", "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Africa/Cairo",
        "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns",
    )
]  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "22:00-8:00", "22-8", "22:00 - 08:00", "22:00〜8:00", "22時〜8時", "22時から8時まで", "２２：００－８：００",
        "10pm to 8am", "午後10時〜午前8時", "午後10時00分から午前8時", "22h-8h",
        "22:00 until 8:00", "10 p.m. - 8 a.m.", "22:00ー8:00",
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(typed: str) -> None:
    assert parse_quiet_hours(typed) == NIGHT


@pytest.mark.parametrize(
    "typed", ["", "later", "25-8", "22:61-8", "8-8", "22", "午後13時〜8時", "13pm-8", "22:00-8:00-9:00", "\u202e"]
)
def test_what_is_no_range_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"range|hour|time"):
        parse_quiet_hours(typed)


def test_midnight_and_noon_are_where_the_clock_has_them() -> None:
    assert parse_quiet_hours("12am-12pm") == QuietHours(time(0), time(12))
    assert parse_quiet_hours("22-24") == QuietHours(time(22), time(0))


@given(st.times(), st.times())
def test_written_hours_can_be_read_again(start: time, end: time) -> None:
    hours = QuietHours(start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0))
    if hours.start != hours.end:
        assert parse_quiet_hours(str(hours)) == hours


def test_hours_over_midnight_hold_on_both_sides_of_it() -> None:
    assert is_quiet(NIGHT, datetime(2026, 12, 4, 23, tzinfo=TOKYO), TOKYO)
    assert is_quiet(NIGHT, datetime(2026, 12, 4, 7, 59, tzinfo=TOKYO), TOKYO)
    assert not is_quiet(NIGHT, datetime(2026, 12, 4, 8, tzinfo=TOKYO), TOKYO)
    assert not is_quiet(None, datetime(2026, 12, 4, 3, tzinfo=TOKYO), TOKYO)


def test_a_nudge_at_night_waits_for_the_morning() -> None:
    night = datetime(2026, 12, 4, 23, 30, tzinfo=TOKYO)
    assert next_decent_moment(None, night, TOKYO) == datetime(2026, 12, 5, 9, 0, tzinfo=TOKYO)


def test_a_late_riser_is_left_to_sleep() -> None:
    hours = QuietHours(time(1), time(11, 30))
    early = datetime(2026, 12, 4, 9, 0, tzinfo=TOKYO)
    assert next_decent_moment(hours, early, TOKYO) == datetime(2026, 12, 4, 11, 30, tzinfo=TOKYO)


def test_who_wants_quiet_all_day_is_never_nudged() -> None:
    assert next_decent_moment(QuietHours(time(8), time(21)), datetime(2026, 12, 4, tzinfo=UTC), TOKYO) is None


@pytest.mark.parametrize("day", [datetime(2026, 3, 28, 21, tzinfo=BERLIN), datetime(2026, 10, 24, 21, tzinfo=BERLIN)])
def test_the_morning_after_a_clock_change_begins_at_nine(day: datetime) -> None:
    found = next_decent_moment(None, day, BERLIN)
    assert found is not None
    local = found.astimezone(BERLIN)
    assert (local.hour, local.minute) == (9, 0)
    assert local.date() == (day + timedelta(days=1)).date()


moments = st.datetimes(datetime(2011, 12, 20), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
hours = st.none() | st.builds(QuietHours, st.times().map(lambda t: t.replace(second=0)), st.times())


@given(hours, moments, st.sampled_from(ZONES))
@example(NIGHT, datetime(2026, 3, 29, 0, 59, tzinfo=UTC), BERLIN)
@example(NIGHT, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN)
@example(None, datetime(2011, 12, 30, 9, 0, tzinfo=UTC), ZoneInfo("Pacific/Apia"))  # the island skips this day
def test_a_nudge_is_never_in_the_night_or_in_quiet_hours(
    hours: QuietHours | None, now: datetime, zone: ZoneInfo
) -> None:
    found = next_decent_moment(hours, now, zone)
    if found is None:
        assert hours is not None
        assert not any(is_decent(hours, now + timedelta(minutes=15 * n), zone) for n in range(96 * 2))
    else:
        assert found >= now
        assert found - now < timedelta(days=3)
        assert not is_quiet(hours, found, zone)
        assert MORNING <= found.astimezone(zone).time() < EVENING


@given(hours, moments, st.sampled_from(ZONES))
def test_no_earlier_quarter_of_an_hour_would_have_done(hours: QuietHours | None, now: datetime, zone: ZoneInfo) -> None:
    found = next_decent_moment(hours, now, zone)
    if found is not None:
        at = now
        while at < found:
            assert not is_decent(hours, at, zone)
            at += timedelta(minutes=15)
