from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chat.ids import Platform, UserRef
from community.people.members import Account, Member
from community.when.reading import read_when
from community.when.said import When, WhenProblem
from handlers.meetups.when_words import note_text, problem_text, written
from handlers.public import names_apart
from locales import translator

TOKYO, NEW_YORK = ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "ja", "en"),
    [
        ("12月4日", "12月4日(金)の何時からですか", "At what time on Fri, 4 Dec?"),
        ("2026-02-30 19:00", "2月30日は存在しない日付です", "“30 Feb” is not in the calendar"),
        ("第5金曜 2月 19:00", "第5金曜は存在しない日付です", "“fifth Friday” is not in the calendar"),
        ("2026-11-22 19:00", "11月22日(日) 19:00はもう過ぎています", "Sun, 22 Nov 19:00 is over"),
        ("2029-12-04 19:00", "2029年12月4日(火)は2年以上先です", "Tue, 4 Dec 2029 is more than two years ahead"),
        ("金曜 19時 15", "「15」が読み取れませんでした", "“15”"),
    ],
)
def test_a_problem_names_days_as_people_write_them(typed: str, ja: str, en: str) -> None:
    problem = read_when(typed, zone=TOKYO, now=NOW)
    assert isinstance(problem, WhenProblem)
    assert ja in problem_text(problem, translator("ja"), NOW)
    assert en in problem_text(problem, translator("en"), NOW)


def test_a_note_and_the_other_reading_are_in_the_readers_form() -> None:
    when = read_when("11月27日 7:00-9:00", zone=TOKYO, now=NOW)
    assert isinstance(when, When)
    (note,) = when.notes
    assert "夜の場合は「19:00」と入力してください。" in note_text(note, translator("ja"), NOW).plain()
    assert note.instead is not None
    assert written(note.instead, translator("ja"), NOW) == "11月27日(金) 19:00〜21:00"
    assert written(note.instead, translator("en"), NOW) == "Fri, 27 Nov 19:00–21:00"


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    "typed",
    ["2026-12-04 19:00", "2027-01-15 09:30-11:00", "2026-12-31 22:00-2027-01-01 01:00", "2027-11-07 01:30 UTC-5"],
)
def test_what_is_proposed_reads_back_as_the_same(typed: str, language: str) -> None:
    when = read_when(typed, zone=NEW_YORK, now=NOW)
    assert isinstance(when, When)
    again = read_when(written(when, translator(language), NOW), zone=NEW_YORK, now=NOW)
    assert isinstance(again, When)
    assert (again.start, again.end) == (when.start, when.end)


def test_zones_are_called_as_people_call_them() -> None:
    assert translator("ja").zone(TOKYO) == "日本時間"
    assert translator("en").zone(NEW_YORK) == "Eastern Time"
    assert translator("ja").zone(ZoneInfo("UTC")) == "UTC"


def test_the_year_is_said_where_it_is_another() -> None:
    t, at = translator("ja"), datetime(2026, 12, 3, 22, 0, tzinfo=UTC)
    assert t.moment(at, TOKYO, now=NOW).fallback == "12月4日(金) 7:00"
    assert t.moment(at, TOKYO, now=datetime(2027, 1, 1, tzinfo=UTC)).fallback == "2026年12月4日(金) 7:00"


def _member(number: int, name: str, *platforms: Platform) -> Member:
    accounts = tuple(Account(UserRef(p, "W", f"U{number}"), name) for p in platforms)
    return Member(number, name, NOW, accounts=accounts)


def test_who_has_one_name_is_told_apart_by_platform() -> None:
    people = [
        _member(1, "田中 美咲", Platform.SLACK),
        _member(2, "田中 美咲", Platform.DISCORD),
        _member(3, "aki", Platform.SLACK, Platform.DISCORD),
    ]
    found = names_apart(people, translator("ja"))
    assert found == {1: "田中 美咲（Slack）", 2: "田中 美咲（Discord）", 3: "aki"}
    assert names_apart(people[:1], translator("ja")) == {1: "田中 美咲"}
