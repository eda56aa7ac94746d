from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chat.ids import Platform, UserRef
from chat.text import Bold, Code, Mention, MomentStyle, RichText
from locales import translator
from locales.translator import _fill

AKI = Mention(UserRef(Platform.SLACK, "T1", "U1"), "aki")
TOKYO = ZoneInfo("Asia/Tokyo")


def test_marks_in_our_own_text_become_spans() -> None:
    assert _fill("Try **this**: `/tsudoi`", {}) == RichText(("Try ", Bold("this"), ": ", Code("/tsudoi")))


def test_what_a_person_typed_stays_plain_whatever_it_looks_like() -> None:
    text = _fill("Hello, {name}!", {"name": "**x** `y` {name} <!channel>"})
    assert text == RichText(("Hello, ", "**x** `y` {name} <!channel>", "!"))


def test_a_value_inside_bold_is_bold_and_not_read_again() -> None:
    assert _fill("**{name}**", {"name": "a`b`"}) == RichText((Bold("a`b`"),))


def test_spans_and_rich_text_keep_what_they_are() -> None:
    text = _fill("{who}: {what}", {"who": AKI, "what": RichText((Code("x"), "y"))})
    assert text == RichText((AKI, ": ", Code("x"), "y"))


def test_a_message_without_a_translation_is_said_in_english() -> None:
    assert translator("ja").line("No catalogue has this, {n}.", n=3) == "No catalogue has this, 3."


def test_a_language_we_do_not_speak_gets_english() -> None:
    assert translator("fr").language == "en"


def test_a_missing_value_is_a_mistake_of_ours_and_loud() -> None:
    with pytest.raises(KeyError):
        translator("en").line("Hello, {name}!")


def test_plurals_follow_the_number_where_the_language_has_them() -> None:
    t = translator("en")
    assert t.n("{n} dog", "{n} dogs", 1).plain() == "1 dog"
    assert t.n("{n} dog", "{n} dogs", 0).plain() == "0 dogs"


def test_times_read_as_people_write_them() -> None:
    at = datetime(2026, 12, 4, 10, 0, tzinfo=UTC)
    assert translator("ja").date(at, TOKYO) == "2026年12月4日(金)"
    assert translator("en").date(at, TOKYO) == "Fri, 4 Dec 2026"
    assert translator("ja").time(at, TOKYO) == "19:00"
    moment = translator("ja").moment(at, TOKYO)
    assert (moment.style, moment.fallback) == (MomentStyle.FULL, "2026年12月4日(金) 19:00")
    assert translator("en").moment(at, TOKYO, MomentStyle.TIME).fallback == "19:00"
