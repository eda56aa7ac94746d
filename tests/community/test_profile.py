from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.card import Quote
from chat.form import Values
from community.config import TopicSettings
from community.hours.quiet_hours import QuietHours
from community.languages import channel_languages, choose_language
from community.people.profile import About, Problem, Rhythm, check_about, check_levels, check_rhythm
from community.people.topics import Level, only_known, pages, topic_name
from community.when.zones import parse_zone, zone_or
from community.words import display_name, tame

PYTHON = TopicSettings(id="python", en="Python", ja="Python言語")
OPS = TopicSettings(id="ops", en="Operations", ja="運用")
TOPICS = (PYTHON, OPS)
GOOD: Values = {
    "purpose": "仲間と学びたい",
    "give": ("ops",),
    "learn": ("python",),
    "introduction": "はじめまして",
    "consent": "yes",
}


def about(**changes: str | tuple[str, ...]) -> About | dict[str, Problem]:
    return check_about({**GOOD, **changes}, TOPICS)


def test_a_filled_form_is_taken_as_it_is() -> None:
    assert about() == About(
        purpose="仲間と学びたい", give=("ops",), learn=("python",), introduction="はじめまして", consent=True
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"purpose": "🎉🎉🎉"}, "purpose"),
        ({"purpose": "あ" * 201}, "purpose"),
        ({"introduction": ""}, "introduction"),
        ({"introduction": "👋"}, "introduction"),
        ({"introduction": "x" * 1001}, "introduction"),
        ({"introduction": "<" * 998 + "ab"}, "introduction"),
        ({"introduction": "a\nb\n" * 250, "consent": "no"}, "introduction"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(changes: dict[str, str], field: str) -> None:
    problems = about(**changes)
    assert isinstance(problems, dict)
    assert set(problems) == {field}


def test_without_consent_no_introduction_is_needed() -> None:
    assert isinstance(about(introduction="", consent="no"), About)


def test_topics_that_are_gone_are_left_out() -> None:
    taken = about(give=("ops", "cobol"), learn=())
    assert isinstance(taken, About)
    assert (taken.give, taken.learn) == (("ops",), ())


@given(st.text(max_size=1200))
def test_any_introduction_that_is_taken_can_be_shown(text: str) -> None:
    taken = about(introduction=text)
    if isinstance(taken, About):
        Quote(taken.introduction)


def test_levels_are_read_for_the_topics_that_were_asked_about() -> None:
    values: Values = {"python": "expert", "ops": "wizard", "cobol": "beginner"}
    assert check_levels(values, ("python", "ops")) == {"python": Level.EXPERT}


def test_levels_are_asked_five_at_a_time() -> None:
    assert pages(tuple("abcdefg")) == (tuple("abcde"), tuple("fg"))
    assert only_known(TOPICS, ["ops", "gone", "python"]) == ("python", "ops")
    assert topic_name(OPS, "ja") == "運用"


def test_the_rhythm_is_read() -> None:
    taken = check_rhythm({"language": "ja", "zone": "ベルリン", "quiet": "22時〜8時"})
    assert taken == Rhythm(language="ja", zone="Europe/Berlin", quiet_hours=QuietHours(time(22), time(8)))
    assert check_rhythm({"language": "", "zone": "", "quiet": "なし"}) == Rhythm(
        language=None, zone=None, quiet_hours=None
    )


def test_an_unknown_zone_and_odd_hours_are_both_said() -> None:
    problems = check_rhythm({"zone": "Atlantis\u202e" + "x" * 100, "quiet": "evenings"})
    assert isinstance(problems, dict)
    assert set(problems) == {"zone", "quiet"}
    assert len(str(problems["zone"].values["typed"])) <= 40


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Tokyo", "Asia/Tokyo"), ("東京", "Asia/Tokyo"), ("JST", "Asia/Tokyo"), ("asia/tokyo", "Asia/Tokyo"),
        ("UTC+9", "Asia/Tokyo"), ("+09:00", "Asia/Tokyo"), ("ＵＴＣ＋９", "Asia/Tokyo"), ("GMT-5", "Etc/GMT+5"),
        ("+5:30", "Asia/Kolkata"), ("new york", "America/New_York"), ("ニューヨーク", "America/New_York"),
        ("Berlin", "Europe/Berlin"), ("utc", "Etc/UTC"), ("UTC+0", "Etc/UTC"), ("São Paulo", None), ("UTC+15", None),
        ("UTC-13", None), ("+1:17", None), ("", None), ("🌏", None), ("ho chi minh", "Asia/Ho_Chi_Minh"),
    ],
)  # fmt: skip
def test_zones_are_read_as_people_name_them(typed: str, zone: str | None) -> None:
    assert parse_zone(typed) == zone


def test_a_zone_that_this_machine_does_not_know_falls_back() -> None:
    assert zone_or("Mars/Olympus", "Asia/Tokyo").key == "Asia/Tokyo"
    assert zone_or(None, "Asia/Tokyo").key == "Asia/Tokyo"
    assert zone_or("Europe/Berlin", "Asia/Tokyo").key == "Europe/Berlin"


def test_the_readers_own_wish_comes_first() -> None:
    assert choose_language("en", "ja-JP", "ja") == "en"
    assert choose_language(None, "ja-JP", "en") == "ja"
    assert choose_language(None, "fr", "ja") == "ja"
    assert choose_language(None, None, None) == "en"


def test_a_channel_may_ask_for_both_languages() -> None:
    assert channel_languages("ja+en", "en") == ("ja", "en")
    assert channel_languages(None, "ja") == ("ja",)
    assert channel_languages("ja+ja", "en") == ("ja",)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("aki", "aki"), ("  山田　太郎 ", "山田 太郎"), ("🎉🎉", "🎉🎉"), ("", "member"), ("\u202e\u200f", "member"),
        ("\u0301\u0302", "member"), ("evil\u202egnp.exe", "evilgnp.exe"), ("a\nb", "a b"), ("x" * 90, "x" * 79 + "…"),
        ("שלום", "שלום"),
    ],
)  # fmt: skip
def test_names_are_one_visible_line(raw: str, shown: str) -> None:
    assert display_name(raw, "member") == shown


def test_zalgo_loses_its_towers_and_thai_keeps_its_marks() -> None:
    assert tame("z" + "\u0301" * 50) == "z" + "\u0301" * 4
    assert tame("ที่นี่") == "ที่นี่"
