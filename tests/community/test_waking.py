"""Waking time against counting minute by minute, over changes of clocks all over the world."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from community.hours.quiet_hours import QuietHours, is_quiet
from community.hours.waking import NIGHT, next_waking, waking_end, waking_time

MINUTE = timedelta(minutes=1)
# The zone, and a day near a change of its clocks: forward, back, by half an hour, over midnight, a day left out
CHANGES = [
    ("Europe/Berlin", datetime(2026, 3, 29, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, tzinfo=UTC)),
    ("Africa/Cairo", datetime(2026, 4, 24, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, tzinfo=UTC)),
    ("Asia/Tokyo", datetime(2026, 12, 4, tzinfo=UTC)),
]
HOURS = st.builds(QuietHours, st.times(), st.times()).map(
    lambda q: QuietHours(q.start.replace(second=0, microsecond=0), q.end.replace(second=0, microsecond=0))
)


@settings(max_examples=400, deadline=None, database=None)
@given(
    where=st.sampled_from(CHANGES),
    quiet=st.none() | HOURS,
    begins=st.integers(-1500, 1500),
    length=st.integers(1, 600),
    most=st.integers(1, 2500),
)
def test_a_window_is_as_long_as_counting_minutes_says(
    where: tuple[str, datetime], quiet: QuietHours | None, begins: int, length: int, most: int
) -> None:
    zone, begin = ZoneInfo(where[0]), where[1] + begins * MINUTE
    limit = begin + most * MINUTE
    minute, awake, first = begin, 0, None
    while minute < limit and awake < length:
        if not is_quiet(quiet or NIGHT, minute, zone):
            awake += 1
            first = first or minute
        minute += MINUTE
    assert waking_end(begin, length * MINUTE, quiet, zone, limit) == (minute if awake == length else limit)
    assert waking_time(begin, minute, quiet, zone) == awake * MINUTE
    assert next_waking(begin, quiet, zone, minute) == first


def test_an_hour_that_exists_twice_counts_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    evening = datetime(2026, 10, 24, 20, tzinfo=UTC)  # 22:00, when quiet begins
    morning = datetime(2026, 10, 25, 7, tzinfo=UTC)  # 8:00 after an hour more of sleep
    assert next_waking(evening, None, berlin, morning + MINUTE) == morning
    assert morning - evening == timedelta(hours=11)


def test_a_window_over_the_night_goes_on_in_the_morning() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    nine_pm = datetime(2026, 12, 3, 12, tzinfo=UTC)
    end = waking_end(nine_pm, timedelta(hours=3), QuietHours(time(22), time(7)), tokyo, nine_pm + timedelta(days=2))
    assert end.astimezone(tokyo).strftime("%d %H:%M") == "04 09:00"
