from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.when.english import read_date
from community.when.reading import LONGEST_TEXT, read_when
from community.when.said import NoteKind, ProblemKind, When, WhenProblem
from community.when.wall import Wall, around_gap, look, moment

TOKYO = ZoneInfo("Asia/Tokyo")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
APIA = ZoneInfo("Pacific/Apia")
ZONES = [ZoneInfo(key) for key in ("Asia/Tokyo", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe")]
NOW = datetime(2026, 11, 18, 12, tzinfo=TOKYO)  # a Wednesday

JAPANESE = {
    "来週の金曜19時": "2026-11-27 19:00",
    "来週金19時": "2026-11-27 19:00",
    "今度の土曜 14時半": "2026-11-21 14:30",
    "12月4日（金）19時〜21時": "2026-12-04 19:00-21:00",
    "12月4日（金・祝）午後7時〜9時": "2026-12-04 19:00-21:00",
    "１２月４日19:30": "2026-12-04 19:30",
    "十二月四日 十九時半から二時間": "2026-12-04 19:30-21:30",
    "明日の夜7時": "2026-11-19 19:00",
    "本日19時": "2026-11-18 19:00",
    "今夜8時": "2026-11-18 20:00",
    "明朝9時": "2026-11-19 09:00",
    "再来週の火曜 20時": "2026-12-01 20:00",
    "来月の第3金曜19時": "2026-12-18 19:00",
    "第三金曜日 19時": "2026-11-20 19:00",
    "第1月曜 19時": "2026-12-07 19:00",
    "来月の最終木曜 19時": "2026-12-31 19:00",
    "令和8年12月4日 19時": "2026-12-04 19:00",
    "2026年12月4日 19時00分～21時00分": "2026-12-04 19:00-21:00",
    "3日後の10時": "2026-11-21 10:00",
    "２週間後の金曜 19時": "2026-12-04 19:00",
    "1ヶ月後 19時": "2026-12-18 19:00",
    "明日 午後7時": "2026-11-19 19:00",
    "明日 正午": "2026-11-19 12:00",
    "明日 午後0時": "2026-11-19 12:00",
    "明日 昼の1時": "2026-11-19 13:00",
    "あさって15時から17時まで": "2026-11-20 15:00-17:00",
    "しあさって15:00から90分": "2026-11-21 15:00-16:30",
    "明日 夕方5時半": "2026-11-19 17:30",
    "明日 朝7時から9時": "2026-11-19 07:00-09:00",
    "明日 午前10時〜1時": "2026-11-19 10:00-13:00",
    "12月末 19時": "2026-12-31 19:00",
    "4日19時": "2026-12-04 19:00",
    "来月4日19時": "2026-12-04 19:00",
    "来年1月15日 10時": "2027-01-15 10:00",
    "1月15日 10時": "2027-01-15 10:00",
    "金曜 25時": "2026-11-21 01:00",
    "金曜 22時〜24時": "2026-11-20 22:00 - 2026-11-21 00:00",
    "金曜の22時ー23時": "2026-11-20 22:00-23:00",
    "11月23日（月・祝）10:00〜12:00": "2026-11-23 10:00-12:00",
    "11月23日（祝）10:00": "2026-11-23 10:00",
    "今週末の土曜 13時": "2026-11-21 13:00",
    "来週水曜日の夜8時半から": "2026-11-25 20:30",
    "来月1日の20:00": "2026-12-01 20:00",
    "大晦日 22時": "2026-12-31 22:00",
    "ＰＭ７：００ １１／２７": "2026-11-27 19:00",
    "土曜の午後2時〜4時半": "2026-11-21 14:00-16:30",
    "金曜日20時から1時間半": "2026-11-20 20:00-21:30",
    "１９：００〜 来週金曜": "2026-11-27 19:00",
    "30分後": "2026-11-18 12:30",
    "12月4日(金) 19:00開始予定です。": "2026-12-04 19:00",
}

ENGLISH = {
    "next Friday 7pm": "2026-11-27 19:00",
    "Friday 19:00": "2026-11-20 19:00",
    "Wednesday 11:00": "2026-11-25 11:00",
    "this coming Sat 2:30 p.m.": "2026-11-21 14:30",
    "tomorrow at 7pm": "2026-11-19 19:00",
    "tomorrow night at 8": "2026-11-19 20:00",
    "tonight at 8": "2026-11-18 20:00",
    "the day after tomorrow, noon": "2026-11-20 12:00",
    "third Friday of December 7pm": "2026-12-18 19:00",
    "the last Thursday of next month 19:00": "2026-12-31 19:00",
    "2nd Tuesday 19:00": "2026-12-08 19:00",
    "Dec 4 7-9pm": "2026-12-04 19:00-21:00",
    "4 Dec 11-1pm": "2026-12-04 11:00-13:00",
    "the 4th of December at 19:00": "2026-12-04 19:00",
    "Friday, December 4, 2026 7:00 PM – 9:00 PM": "2026-12-04 19:00-21:00",
    "Fri, Dec 4 · 7pm": "2026-12-04 19:00",
    "December 4th, 2026 at 7:30 pm for 2 hours": "2026-12-04 19:30-21:30",
    "2026-12-04 19:00": "2026-12-04 19:00",
    "2026-12-04T19:00": "2026-12-04 19:00",
    "2026/12/4 19:00-21:00": "2026-12-04 19:00-21:00",
    "2026-12-04 22:00 - 2026-12-05 01:00": "2026-12-04 22:00 - 2026-12-05 01:00",
    "12/4 19:00": "2026-12-04 19:00",
    "13/12 19:00": "2026-12-13 19:00",
    "in two weeks at 18:00": "2026-12-02 18:00",
    "in a fortnight at 18:00": "2026-12-02 18:00",
    "two weeks from tomorrow 18:00": "2026-12-03 18:00",
    "Friday next week 19:00": "2026-11-27 19:00",
    "the week after next, Tuesday 20:00": "2026-12-01 20:00",
    "the 4th at 7pm": "2026-12-04 19:00",
    "11/30/2026 7:30 PM": "2026-11-30 19:30",
    "tomorrow 18h": "2026-11-19 18:00",
    "Thu 8pm for 90 minutes": "2026-11-19 20:00-21:30",
    "Thu 8pm for 2h": "2026-11-19 20:00-22:00",
    "a week from today at 7pm": "2026-11-25 19:00",
    "Saturday noon to 3pm": "2026-11-21 12:00-15:00",
    "in 2 hours": "2026-11-18 14:00",
    "Friday 22:00-01:00": "2026-11-20 22:00 - 2026-11-21 01:00",
    "Feb 29 19:00": "2028-02-29 19:00",
    "Dec 4 10:00 UTC": "2026-12-04 19:00",
    "Dec 4 19:00 JST": "2026-12-04 19:00",
}


def read(typed: str, zone: ZoneInfo = TOKYO, now: datetime = NOW) -> When:
    found = read_when(typed, zone=zone, now=now)
    assert isinstance(found, When), found
    return found


def problem(typed: str, zone: ZoneInfo = TOKYO, now: datetime = NOW) -> WhenProblem:
    found = read_when(typed, zone=zone, now=now)
    assert isinstance(found, WhenProblem), found
    return found


def options(found: WhenProblem) -> list[str]:
    return [choice.canonical for choice in found.choices]


@pytest.mark.parametrize(("typed", "meant"), (JAPANESE | ENGLISH).items())
def test_words_are_read_as_they_are_meant(typed: str, meant: str) -> None:
    assert read(typed).canonical == meant


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("", ProblemKind.EMPTY),
        (" \u3000 ", ProblemKind.EMPTY),
        ("金" * (LONGEST_TEXT + 1), ProblemKind.LONG),
        ("ほげ", ProblemKind.UNREAD),
        ("金曜19時 渋谷で", ProblemKind.UNREAD),
        ("Friday 7-9", ProblemKind.UNREAD),
        ("someday 19:00", ProblemKind.UNREAD),
        ("a week from Friday 19:00", ProblemKind.UNREAD),
        ("19時", ProblemKind.NO_DATE),
        ("来週19時", ProblemKind.NO_DATE),
        ("来月19時", ProblemKind.NO_DATE),
        ("12月 19時", ProblemKind.NO_DATE),
        ("12月4日", ProblemKind.NO_TIME),
        ("金曜の夜", ProblemKind.NO_TIME),
        ("第三金曜日", ProblemKind.NO_TIME),
        ("2月30日 19時", ProblemKind.NO_SUCH_DAY),
        ("Feb 30 7pm", ProblemKind.NO_SUCH_DAY),
        ("2027年2月29日 19時", ProblemKind.NO_SUCH_DAY),
        ("12月第5月曜 19時", ProblemKind.NO_SUCH_DAY),
        ("9999-99-99 19:00", ProblemKind.NO_SUCH_DAY),
        ("Friday 30:00", ProblemKind.NO_SUCH_TIME),
        ("Friday 19:60", ProblemKind.NO_SUCH_TIME),
        ("金曜 朝19時", ProblemKind.NO_SUCH_TIME),
        ("金曜 午前13時", ProblemKind.NO_SUCH_TIME),
        ("金曜 午後12時", ProblemKind.TWELVE),
        ("12月4日 12月5日 19時", ProblemKind.CONFLICT),
        ("金曜 19時 20時", ProblemKind.CONFLICT),
        ("2026-12-04 19:00 - 2026-12-05", ProblemKind.CONFLICT),
        ("Friday 21:00-19:00", ProblemKind.END),
        ("10時〜2時 金曜", ProblemKind.END),
        ("金曜 19時〜21時 3時間", ProblemKind.END),
        ("2026-12-05 19:00 - 2026-12-04 21:00", ProblemKind.END),
        ("昨日 19時", ProblemKind.PAST),
        ("2112-12-04 19:00", ProblemKind.FAR),
        ("毎週金曜19時", ProblemKind.SERIES),
        ("every Friday 19:00", ProblemKind.SERIES),
    ],
)
def test_what_cannot_be_taken_says_why(typed: str, kind: ProblemKind) -> None:
    assert problem(typed).kind is kind


def test_what_is_not_understood_is_named() -> None:
    assert problem("金曜19時 渋谷").values == {"left": "渋谷"}


def test_a_date_with_the_wrong_weekday_offers_both() -> None:
    found = problem("12月4日（木）19時")
    assert found.kind is ProblemKind.WEEKDAY
    assert options(found) == ["2026-12-04 19:00", "2026-12-03 19:00"]


def test_a_date_that_is_over_offers_the_next_year() -> None:
    found = problem("11月4日 19時〜20時")
    assert (found.kind, options(found)) == (ProblemKind.PAST, ["2027-11-04 19:00-20:00"])


def test_an_hour_that_is_over_offers_tomorrow_and_a_weekday_the_coming_one() -> None:
    assert options(problem("本日9時")) == ["2026-11-19 09:00"]
    assert options(problem("今週の月曜19時")) == ["2026-11-23 19:00"]
    assert options(problem("last Friday 7pm")) == ["2026-11-20 19:00"]


def test_now_is_already_too_late() -> None:
    assert problem("本日12時").kind is ProblemKind.PAST


def test_a_far_year_is_asked_back_and_can_be_confirmed() -> None:
    found = problem("2029年12月4日 19時")
    assert (found.kind, options(found)) == (ProblemKind.FAR, ["2029-12-04 19:00"])


def test_an_hour_that_does_not_exist_names_the_real_ones_beside_it() -> None:
    found = problem("2027-03-28 02:30-04:00", BERLIN)
    assert found.kind is ProblemKind.NEVER
    assert found.values == {"day": "2027-03-28", "hour": "02:30", "before": "01:59", "after": "03:00"}
    assert options(found) == ["2027-03-28 01:59-04:00", "2027-03-28 03:00-04:00"]


def test_an_hour_that_comes_twice_offers_both_and_the_choice_reads_back() -> None:
    found = problem("2027-11-07 01:30", NEW_YORK)
    assert found.kind is ProblemKind.TWICE
    assert options(found) == ["2027-11-07 01:30 UTC-0400", "2027-11-07 01:30 UTC-0500"]
    first, second = found.choices
    assert second.start - first.start == timedelta(hours=1)
    assert [read(choice.canonical, NEW_YORK).start for choice in found.choices] == [first.start, second.start]


def test_a_meetup_over_a_change_of_clocks_ends_when_the_wall_says() -> None:
    forward, back = read("2027-03-14 01:00-03:00", NEW_YORK), read("2027-11-07 00:30-03:00", NEW_YORK)
    assert (forward.duration, back.duration) == (timedelta(hours=1), timedelta(hours=3.5))


@pytest.mark.parametrize(
    ("typed", "now", "kind", "taken", "instead"),
    [
        (
            "来週の金曜19時",
            datetime.fromisoformat("2026-11-22T12:00"),
            NoteKind.WEEK,
            "2026-11-27 19:00",
            "2026-12-04 19:00",
        ),
        (
            "来週の日曜19時",
            datetime.fromisoformat("2026-11-18T12:00"),
            NoteKind.WEEK,
            "2026-11-29 19:00",
            "2026-11-22 19:00",
        ),
        (
            "next Friday 7pm",
            datetime.fromisoformat("2026-11-18T12:00"),
            NoteKind.NEXT,
            "2026-11-27 19:00",
            "2026-11-20 19:00",
        ),
        (
            "Wednesday 19:00",
            datetime.fromisoformat("2026-11-18T12:00"),
            NoteKind.TODAY,
            "2026-11-18 19:00",
            "2026-11-25 19:00",
        ),
        ("明日 7時", datetime.fromisoformat("2026-11-18T12:00"), NoteKind.HALF, "2026-11-19 07:00", "2026-11-19 19:00"),
        (
            "金曜 深夜1時",
            datetime.fromisoformat("2026-11-18T12:00"),
            NoteKind.NIGHT,
            "2026-11-21 01:00",
            "2026-11-20 01:00",
        ),
        (
            "金曜の夜12時",
            datetime.fromisoformat("2026-11-18T12:00"),
            NoteKind.NIGHT,
            "2026-11-21 00:00",
            "2026-11-20 00:00",
        ),
    ],
)
def test_what_can_be_taken_in_two_ways_is_noted(
    typed: str, now: datetime, kind: NoteKind, taken: str, instead: str
) -> None:
    found = read(typed, now=now.replace(tzinfo=TOKYO))
    assert found.canonical == taken
    (note,) = found.notes
    assert note.kind is kind
    assert note.instead is not None
    assert note.instead.canonical == instead


def test_plain_words_are_not_noted() -> None:
    for typed in ("来週の金曜19時", "金曜 19:00-21:00", "明日 07:00", "12/4 19:00", "今度の水曜 19時"):
        assert read(typed).notes == ()


def test_a_day_before_the_month_is_noted_where_people_write_it_so() -> None:
    (note,) = read("12/4 19:00", BERLIN).notes
    assert note.kind is NoteKind.ORDER
    assert note.instead is not None
    assert note.instead.canonical == "2027-04-12 19:00"
    assert read("12/4 (金) 19:00", BERLIN).notes == ()  # the weekday has settled it


def test_an_end_on_the_next_day_is_noted() -> None:
    assert [note.kind for note in read("金曜 22時〜25時").notes] == [NoteKind.OVERNIGHT]


@pytest.mark.parametrize("text", ["dec 4", "4th of december", "december 4 2026", "feb 29", "sept. 5"])
def test_the_library_is_believed_where_the_text_says_the_same(text: str) -> None:
    assert read_date(text) is not None


@pytest.mark.parametrize(
    "text", ["12月4日 19時", "dec", "dec 45", "4 of dec may", "dec 4 12", "in two weeks", "friday"]
)
def test_the_library_is_not_believed_where_it_says_more_or_less_than_the_text(text: str) -> None:
    assert read_date(text) is None


def test_a_day_that_a_zone_left_out_has_times_beside_it() -> None:
    local = datetime.fromisoformat("2011-12-30T19:00")
    assert look(local, APIA) is Wall.NEVER
    assert around_gap(local, APIA) == (
        datetime.fromisoformat("2011-12-29T23:59"),
        datetime.fromisoformat("2011-12-31T00:00"),
    )


_PIECES = """
来週 の 金曜 19時 第3 12月 4日 12/4 2026-12-04 2027-03-28 - 〜 から 夜 深夜 午後 7 7時 30 : 半 明日 来月 末
再来年 2月 30日 2時間 29時 令和 元年 9999年 0年 第5月曜 最終 ( 木 ) 後 ヶ月 第 十
next Friday last of december Dec 4 in two weeks at noon midnight UTC+9 UTC-14 99 0 24 pm am 2026-12-05 to
02:30 00:00 999
"""
_WORDS = st.sampled_from([*_PIECES.split(), "\x1f"])


@settings(max_examples=500, deadline=None)
@given(
    st.lists(_WORDS, max_size=7).map(" ".join) | st.lists(_WORDS, max_size=7).map("".join) | st.text(max_size=40),
    st.sampled_from(ZONES),
    st.datetimes(
        datetime.fromisoformat("2026-01-01T00:00"), datetime.fromisoformat("2027-12-31T00:00"), timezones=st.just(UTC)
    ),
)
def test_whatever_is_typed_is_read_back_the_same_or_refused_in_words(typed: str, zone: ZoneInfo, now: datetime) -> None:
    found = read_when(typed, zone=zone, now=now)
    if isinstance(found, WhenProblem):
        assert found.text.format(**found.values)
        assert all(choice.start > now for choice in found.choices)
    else:
        assert found.start > now
        assert found.end is None or found.end > found.start
        again = read(found.canonical, zone, now)
        assert (again.start, again.end) == (found.start, found.end)


@given(
    st.datetimes(datetime.fromisoformat("2000-01-01T00:00"), datetime.fromisoformat("2030-12-31T00:00")),
    st.sampled_from([*ZONES, APIA]),
)
def test_times_beside_one_that_does_not_exist_do_exist(local: datetime, zone: ZoneInfo) -> None:
    local = local.replace(second=0, microsecond=0)
    if look(local, zone) is Wall.NEVER:
        before, after = around_gap(local, zone)
        assert before < local < after
        assert moment(after, zone) - moment(before, zone) == timedelta(minutes=1)


def test_every_day_of_a_year_is_read_in_both_languages() -> None:
    for n in range(365):
        day = date(2026, 11, 19) + timedelta(days=n)
        meant = f"{day:%Y-%m-%d} 19:30"
        weekday = "月火水木金土日"[day.weekday()]
        assert read(f"{day.year}年{day.month}月{day.day}日（{weekday}）19時半").canonical == meant
        assert read(f"{day:%A}, {day:%B} {day.day}, {day.year} 7:30pm").canonical == meant
