from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from community.meetups.series import (
    AHEAD,
    Change,
    Occurrence,
    Series,
    SeriesError,
    dates,
    end_before,
    holiday_on,
    skip,
    this_and_following,
    unskip,
    upcoming,
)
from community.meetups.series_text import describe
from community.meetups.series_words import read_series
from community.when.said import ProblemKind, WhenProblem
from locales import translator

TOKYO = ZoneInfo("Asia/Tokyo")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 12, tzinfo=TOKYO)  # a Wednesday
TWO_HOURS = timedelta(hours=2)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


MONDAYS = Series(
    rule="FREQ=WEEKLY;BYDAY=MO", zone="Asia/Tokyo", first=wall("2026-11-30T19:00"), duration=TWO_HOURS, count=6
)


def days(series: Series, n: int = 20) -> list[str]:
    return [str(one.day) for one in islice(dates(series), n) if isinstance(one, Occurrence)]


def read(typed: str, zone: ZoneInfo = TOKYO) -> Series:
    found = read_series(typed, zone=zone, now=NOW, country="JP")
    assert isinstance(found, Series), found
    return found


@pytest.mark.parametrize(
    ("typed", "rule", "first"),
    [
        ("third Friday 19:00, 12 times", "FREQ=MONTHLY;BYDAY=3FR", "2026-11-20T19:00"),
        ("the third Friday of every month at 7pm, 12 times", "FREQ=MONTHLY;BYDAY=3FR", "2026-11-20T19:00"),
        ("毎月第3金曜19時 全12回", "FREQ=MONTHLY;BYDAY=3FR", "2026-11-20T19:00"),
        ("last Thursday 19:00, 12 times", "FREQ=MONTHLY;BYDAY=-1TH", "2026-11-26T19:00"),
        ("毎月最終木曜19時 12回", "FREQ=MONTHLY;BYDAY=-1TH", "2026-11-26T19:00"),
        ("第2・第4土曜 14時 12回", "FREQ=MONTHLY;BYDAY=2SA,4SA", "2026-11-28T14:00"),
        ("first and third Monday 19:00 12 times", "FREQ=MONTHLY;BYDAY=1MO,3MO", "2026-12-07T19:00"),
        ("隔月第1水曜 19時 6回", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1WE", "2026-12-02T19:00"),
        ("monthly on the 4th 19:00 12 times", "FREQ=MONTHLY;BYMONTHDAY=4", "2026-12-04T19:00"),
        ("毎月4日 19時 12回", "FREQ=MONTHLY;BYMONTHDAY=4", "2026-12-04T19:00"),
        ("毎月末 19時 12回", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30T19:00"),
        ("every Monday 19:00 12 times", "FREQ=WEEKLY;BYDAY=MO", "2026-11-23T19:00"),
        ("毎週月曜19時 12回", "FREQ=WEEKLY;BYDAY=MO", "2026-11-23T19:00"),
        ("毎週火曜日と木曜日 19時 10回", "FREQ=WEEKLY;BYDAY=TU,TH", "2026-11-19T19:00"),
        ("毎週土日 10時 10回", "FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-21T10:00"),
        ("隔週火曜20時 10回", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-11-24T20:00"),
        ("2週間ごと火曜20時 10回", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-11-24T20:00"),
        ("every two weeks on Tuesday 20:00 10 times", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2026-11-24T20:00"),
        ("every other Wednesday 7-9pm 5 times", "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "2026-11-18T19:00"),
        ("every Wednesday 11:00 5 times", "FREQ=WEEKLY;BYDAY=WE", "2026-11-25T11:00"),
        ("平日 朝8時 20回", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-19T08:00"),
        ("毎日 朝7時 20回", "FREQ=DAILY", "2026-11-19T07:00"),
        ("12月4日から毎週金曜19時 5回", "FREQ=WEEKLY;BYDAY=FR", "2026-12-04T19:00"),
        ("every Friday 19:00 starting Dec 4, 5 times", "FREQ=WEEKLY;BYDAY=FR", "2026-12-04T19:00"),
    ],
)
def test_rules_are_read_from_words(typed: str, rule: str, first: str) -> None:
    series = read(typed)
    assert (series.rule, series.first) == (rule, wall(first))


def test_hours_ends_and_holidays_are_read_too() -> None:
    series = read("毎週月曜19時〜20時半 来年3月末まで 祝日を除く")
    assert (series.duration, series.until, series.skip_holidays) == (timedelta(minutes=90), date(2027, 3, 31), "JP")
    assert read("every Monday 19:00 until March except holidays").until == date(2027, 3, 31)
    assert read("every Monday 19:00 until 2027-03-15").until == date(2027, 3, 15)
    assert read("毎週月曜19時 無期限").open_ended
    assert read("every Monday 19:00 for 1 hour, no end").duration == timedelta(hours=1)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", ProblemKind.EMPTY),
        ("毎週月曜19時", ProblemKind.NO_END),
        ("third Friday 19:00", ProblemKind.NO_END),
        ("金曜19時 5回", ProblemKind.NO_RULE),
        ("2026-12-04 19:00 5 times", ProblemKind.NO_RULE),
        ("毎月 19時 5回", ProblemKind.NO_RULE),
        ("毎週金曜 5回", ProblemKind.NO_HOUR),
        ("毎週毎月金曜19時 5回", ProblemKind.CONFLICT),
        ("毎週金曜19時 5回 12月末まで", ProblemKind.CONFLICT),
        ("毎週金曜19時 0回", ProblemKind.BARREN),
        ("毎週金曜19時 9999回", ProblemKind.BARREN),
        ("毎週金曜19時 11月19日まで", ProblemKind.BARREN),
        ("毎月35日 19時 5回", ProblemKind.NO_SUCH_DAY),
        ("毎週金曜25時 5回", ProblemKind.NO_SUCH_TIME),
        ("毎週金曜19時 5回 渋谷", ProblemKind.UNREAD),
    ],
)
def test_a_series_that_cannot_be_says_why(typed: str, kind: ProblemKind) -> None:
    found = read_series(typed, zone=TOKYO, now=NOW, country="JP")
    assert isinstance(found, WhenProblem), found
    assert found.kind is kind


def test_holidays_of_an_unknown_country_are_not_guessed() -> None:
    found = read_series("毎週月曜19時 5回 祝日を除く", zone=TOKYO, now=NOW, country="XX")
    assert isinstance(found, WhenProblem)
    assert (found.kind, found.values) == (ProblemKind.COUNTRY, {"country": "XX"})


def test_no_end_can_be_chosen_on_purpose_and_only_the_next_few_are_made() -> None:
    series = read_series("毎週月曜19時", zone=TOKYO, now=NOW, country="JP", open_ended=True)
    assert isinstance(series, Series)
    assert [str(one.day) for one in upcoming(series, NOW)] == ["2026-11-23", "2026-11-30", "2026-12-07"]
    years_on = upcoming(series, NOW + timedelta(days=3000))
    assert len(years_on) == AHEAD


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": None},
        {"open_ended": True},
        {"count": 0},
        {"count": 10_000},
        {"duration": timedelta(0)},
        {"count": None, "until": date(2026, 11, 29)},
        {"skip_holidays": "XX"},
        {"rule": "FREQ=WEEKLY;BYDAY=TU"},
        {"rule": "FREQ=SECONDLY"},
        {"rule": "FREQ=WEEKLY;BYDAY=MO;COUNT=3"},
        {"rule": "FREQ=WEEKLY;BYDAY=1MO"},
        {"rule": "FREQ=WEEKLY;BYDAY=MO\nEXDATE:20270101"},
        {"first": datetime(2026, 11, 30, 19, tzinfo=UTC)},
    ],
)
def test_what_is_no_series_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(SeriesError):
        replace(MONDAYS, **wrong)


def test_seven_in_the_evening_stays_seven_when_clocks_change() -> None:
    series = replace(MONDAYS, zone="Europe/Berlin", first=wall("2027-03-22T19:00"), count=40)
    hours = [one.starts.astimezone(BERLIN).hour for one in dates(series) if isinstance(one, Occurrence)]
    assert set(hours) == {19}
    assert {one.starts.hour for one in dates(series) if isinstance(one, Occurrence)} == {17, 18}


def test_an_hour_that_does_not_exist_once_moves_that_once_as_rfc_5545_says() -> None:
    series = replace(
        MONDAYS, rule="FREQ=WEEKLY;BYDAY=SU", zone="Europe/Berlin", first=wall("2027-03-21T02:30"), count=3
    )
    shown = [f"{one.starts.astimezone(BERLIN):%H:%M %z}" for one in dates(series) if isinstance(one, Occurrence)]
    assert shown == ["02:30 +0100", "03:30 +0200", "02:30 +0200"]


def test_an_hour_that_comes_twice_is_the_first() -> None:
    series = replace(
        MONDAYS, rule="FREQ=WEEKLY;BYDAY=SU", zone="Europe/Berlin", first=wall("2027-10-31T02:30"), count=1
    )
    (one,) = dates(series)
    assert isinstance(one, Occurrence)
    assert one.starts == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_months_without_a_31st_or_a_fifth_friday_have_no_meetup() -> None:
    ends = replace(MONDAYS, rule="FREQ=MONTHLY;BYMONTHDAY=31", first=wall("2026-12-31T19:00"), count=3)
    fifth = replace(MONDAYS, rule="FREQ=MONTHLY;BYDAY=5FR", first=wall("2027-01-29T19:00"), count=2)
    assert days(ends) == ["2026-12-31", "2027-01-31", "2027-03-31"]
    assert days(fifth) == ["2027-01-29", "2027-04-30"]


def test_a_week_can_be_skipped_and_taken_back() -> None:
    skipped = skip(MONDAYS, date(2026, 12, 7))
    assert days(skipped) == ["2026-11-30", "2026-12-14", "2026-12-21", "2026-12-28", "2027-01-04"]
    assert unskip(skipped, date(2026, 12, 7)) == MONDAYS
    with pytest.raises(SeriesError, match="no date"):
        skip(MONDAYS, date(2026, 12, 8))


def test_national_holidays_are_left_out_and_named() -> None:
    series = replace(MONDAYS, first=wall("2026-11-23T19:00"), skip_holidays="JP", count=8)
    assert "2026-11-23" not in days(series)
    assert "2027-01-11" not in days(series)
    assert holiday_on("JP", date(2026, 11, 23), "ja") == "勤労感謝の日"
    assert holiday_on("JP", date(2026, 11, 23), "en") == "Labor Thanksgiving Day"
    assert holiday_on("JP", date(2026, 9, 22)) == "国民の休日"  # between two others
    assert holiday_on("JP", date(2026, 11, 24)) is None


def test_a_series_on_holidays_alone_comes_to_an_end() -> None:
    series = replace(
        MONDAYS,
        rule="FREQ=YEARLY",
        first=wall("2027-01-01T19:00"),
        count=None,
        open_ended=True,
        skip_holidays="JP",
    )
    assert upcoming(series, NOW) == ()


def test_this_and_all_following_change_and_keep_their_number() -> None:
    series = skip(skip(MONDAYS, date(2026, 12, 7)), date(2026, 12, 28))
    before, after = this_and_following(series, date(2026, 12, 14), Change(time=time(20)))
    assert before is not None
    assert days(before) + days(after) == days(series)
    assert [one.starts.hour for one in dates(after) if isinstance(one, Occurrence)] == [11, 11, 11]
    assert after.skips == (date(2026, 12, 28),)


def test_a_change_from_the_first_on_leaves_nothing_before() -> None:
    before, after = this_and_following(MONDAYS, date(2026, 11, 30), Change(duration=timedelta(hours=1)))
    assert before is None
    assert after == replace(MONDAYS, duration=timedelta(hours=1))


def test_another_rule_goes_on_from_its_own_next_date() -> None:
    before, after = this_and_following(MONDAYS, date(2026, 12, 14), Change(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"))
    assert before is not None
    assert days(before) == ["2026-11-30", "2026-12-07"]
    assert days(after) == ["2026-12-17", "2026-12-31", "2027-01-14", "2027-01-28"]


def test_a_series_can_be_ended() -> None:
    ended = end_before(replace(MONDAYS, count=None, open_ended=True), date(2026, 12, 14))
    assert ended is not None
    assert days(ended) == ["2026-11-30", "2026-12-07"]
    assert end_before(MONDAYS, date(2026, 11, 30)) is None


@settings(deadline=None)
@given(
    st.sampled_from(
        ["FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", "FREQ=DAILY", "FREQ=MONTHLY;BYDAY=-1MO"]
    ),
    st.integers(2, 30),
    st.data(),
)
def test_a_split_loses_and_doubles_nothing(rule: str, count: int, data: st.DataObject) -> None:
    series = replace(MONDAYS, rule=rule, count=count)
    all_days = days(series, count)
    skipped = data.draw(st.sets(st.sampled_from(all_days), max_size=5))
    for day in skipped:
        series = skip(series, date.fromisoformat(day))
    at = data.draw(st.sampled_from(all_days))
    before, after = this_and_following(series, date.fromisoformat(at), Change())
    parts = [] if before is None else list(dates(before))
    assert [*parts, *dates(after)] == list(dates(series))


@settings(deadline=None)
@given(
    st.datetimes(wall("2026-11-01T00:00"), wall("2030-01-01T00:00")), st.sampled_from(["Asia/Tokyo", "Europe/Berlin"])
)
def test_what_is_upcoming_is_to_come_and_in_order(now: datetime, zone: str) -> None:
    series = replace(MONDAYS, zone=zone, count=None, open_ended=True, skip_holidays="JP")
    at = now.replace(tzinfo=UTC)
    starts = [one.starts for one in upcoming(series, at)]
    assert starts == sorted(starts)
    assert len(starts) == AHEAD
    assert starts[0] > at


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ("毎月第3金曜19時 全12回", "third Friday of every month at 19:00; 12 times"),
        ("隔週火曜20時 無期限", "every 2 weeks on Tuesday at 20:00; with no end set"),
        (
            "毎週月曜・木曜19時 2027年3月末まで 祝日を除く",
            "every week on Monday, Thursday at 19:00; until Wed, 31 Mar 2027; not on national holidays",
        ),
        ("毎月4日 19時 6回", "day 4 of every month at 19:00; 6 times"),
        ("隔月末 19時 6回", "last day, every 2 months at 19:00; 6 times"),
        ("毎月末 19時 6回", "last day of every month at 19:00; 6 times"),
        ("毎日 朝7時 6回", "every day at 07:00; 6 times"),
    ],
)
def test_a_series_is_said_in_words(typed: str, english: str) -> None:
    assert describe(read(typed), translator("en")) == english


def test_skipped_dates_are_said() -> None:
    words = describe(skip(MONDAYS, date(2026, 12, 7)), translator("en"))
    assert words == "every week on Monday at 19:00; 6 times; not on Mon, 7 Dec 2026"
