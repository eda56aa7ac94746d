"""A meetup repeats from its own time on; what the words leave out is its own."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from community.meetups.series import Series, SeriesError
from community.meetups.series_repeat import moved_rule, read_repeat
from community.when.said import ProblemKind, WhenProblem

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
STARTS = datetime(2026, 12, 11, 10, 0, tzinfo=UTC)  # the second Friday, 19:00 in Tokyo


def read(how: str, end: str = "", *, open_ended: bool = False) -> Series | WhenProblem:
    return read_repeat(
        how, end, starts=STARTS, duration=timedelta(hours=3), zone=TOKYO, now=NOW, country="JP", open_ended=open_ended
    )


@pytest.mark.parametrize(
    ("how", "rule", "first"),
    [
        ("every two weeks", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", date(2026, 12, 11)),
        ("隔週", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", date(2026, 12, 11)),
        ("毎週", "FREQ=WEEKLY;BYDAY=FR", date(2026, 12, 11)),
        ("weekly", "FREQ=WEEKLY;BYDAY=FR", date(2026, 12, 11)),
        ("毎週火曜", "FREQ=WEEKLY;BYDAY=TU", date(2026, 12, 15)),
        ("毎月第3金曜", "FREQ=MONTHLY;BYDAY=3FR", date(2026, 12, 18)),
        ("third Friday", "FREQ=MONTHLY;BYDAY=3FR", date(2026, 12, 18)),
        ("毎月", "FREQ=MONTHLY;BYDAY=2FR", date(2026, 12, 11)),
        ("every month", "FREQ=MONTHLY;BYDAY=2FR", date(2026, 12, 11)),
    ],
)
def test_the_meetups_own_day_and_hour_fill_in(how: str, rule: str, first: date) -> None:
    series = read(how, "10")
    assert isinstance(series, Series), series
    assert (series.rule, series.count) == (rule, 10)
    assert series.first == datetime.combine(first, datetime(2026, 1, 1, 19, 0).time())  # noqa: DTZ001 - on the wall
    assert series.duration == timedelta(hours=3)


def test_an_hour_of_its_own_counts() -> None:
    series = read("毎週火曜20時", "2027-03-31")
    assert isinstance(series, Series)
    assert series.first.hour == 20
    assert series.until == date(2027, 3, 31)


@pytest.mark.parametrize("end", ["2027-03-31", "2027-03-31まで", "until 2027-03-31", "3/31", "3月末"])
def test_an_end_is_a_bare_date_or_words(end: str) -> None:
    series = read("weekly", end)
    assert isinstance(series, Series), series
    assert series.until == date(2027, 3, 31)


def test_without_an_end_it_is_asked_for() -> None:
    found = read("every two weeks")
    assert isinstance(found, WhenProblem)
    assert found.kind is ProblemKind.NO_END
    endless = read("every two weeks", open_ended=True)
    assert isinstance(endless, Series)
    assert endless.open_ended


@pytest.mark.parametrize("how", ["now and then", "every blue moon", "2026-12-11"])
def test_what_is_no_rhythm_is_refused(how: str) -> None:
    assert isinstance(read(how, "5"), WhenProblem)


def test_an_end_before_the_first_date_is_refused() -> None:
    assert isinstance(read("毎月第3金曜", "2026-12-12"), WhenProblem)


def test_a_rhythm_moves_to_another_day() -> None:
    thursday = datetime(2026, 12, 24, 19, 0)  # noqa: DTZ001 - on the wall
    assert moved_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", thursday) == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
    assert moved_rule("FREQ=MONTHLY;BYDAY=3FR", thursday) == "FREQ=MONTHLY;BYDAY=4TH"
    assert moved_rule("FREQ=MONTHLY;BYDAY=-1FR", thursday + timedelta(days=7)) == "FREQ=MONTHLY;BYDAY=-1TH"
    assert moved_rule("FREQ=MONTHLY;BYMONTHDAY=3", thursday) == "FREQ=MONTHLY;BYMONTHDAY=24"
    with pytest.raises(SeriesError):
        moved_rule("FREQ=WEEKLY;BYDAY=TU,FR", thursday)
