import importlib
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from community.meetups.icalendar import KEPT, CalendarEvent, EventState, calendar_of, event_file, uid_of

vobject: Any = importlib.import_module("vobject")  # it has no types

NOW = datetime(2026, 11, 18, 3, tzinfo=UTC)
MEETUP = CalendarEvent(
    uid=uid_of("c1", 7),
    title="もくもく会, vol. 3; 初心者歓迎 🎉",
    starts=datetime(2026, 12, 4, 19, tzinfo=ZoneInfo("Asia/Tokyo")),
    ends=datetime(2026, 12, 4, 21, tzinfo=ZoneInfo("Asia/Tokyo")),
    changed=NOW,
    description="One, two; three\\four\nnext line",
    place="渋谷区1-2-3, 5F",
    url="https://example.org/meet?a=1,2;b=3",
)


def parse(written: bytes) -> Any:  # noqa: ANN401 - vobject has no types
    return vobject.readOne(written.decode())


def event(written: bytes) -> Any:  # noqa: ANN401 - vobject has no types
    return parse(written).vevent


def test_a_second_parser_reads_the_same_meetup() -> None:
    read = event(event_file(MEETUP))
    assert read.uid.value == MEETUP.uid
    assert read.summary.value == MEETUP.title
    assert read.description.value == MEETUP.description
    assert read.location.value == MEETUP.place
    assert read.url.value == MEETUP.url
    assert read.dtstart.value == MEETUP.starts
    assert read.dtend.value == MEETUP.ends
    assert read.dtstamp.value == NOW
    assert (read.sequence.value, read.status.value) == ("0", "CONFIRMED")
    assert not hasattr(read, "organizer")


def test_times_are_written_in_utc() -> None:
    assert b"\r\nDTSTART:20261204T100000Z\r\n" in event_file(MEETUP)


def test_a_title_with_newlines_and_commas_stays_one_line_and_one_property() -> None:
    nasty = "Read, write\r\nATTENDEE:mailto:eve@example.org\nand, again\u2028END:VEVENT"
    written = event_file(replace(MEETUP, title=nasty))
    read = event(written)
    assert read.summary.value == "Read, write ATTENDEE:mailto:eve@example.org and, again END:VEVENT"
    assert not hasattr(read, "attendee")
    assert written.count(b"END:VEVENT\r\n") == 1


def test_a_cancelled_meetup_says_so_and_blocks_nobodys_day() -> None:
    read = event(event_file(replace(MEETUP, state=EventState.CANCELLED, sequence=3)))
    assert (read.status.value, read.transp.value, read.sequence.value) == ("CANCELLED", "TRANSPARENT", "3")


def test_the_feed_has_its_name_zone_and_a_hint_when_to_look_again() -> None:
    written = calendar_of("集い, 東京", [MEETUP], NOW, lang="ja", zone="Asia/Tokyo")
    read = parse(written)
    assert (read.version.value, read.prodid.value) == ("2.0", "-//Tsudoi//Tsudoi//JA")
    assert read.x_wr_calname.value == "集い, 東京"
    assert read.x_wr_timezone.value == "Asia/Tokyo"
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in written
    assert b"\r\nX-PUBLISHED-TTL:PT1H\r\n" in written
    assert b"METHOD" not in written


def test_the_feed_is_in_order_and_lets_old_ones_go() -> None:
    later = replace(MEETUP, uid="b@t", starts=MEETUP.starts + timedelta(days=7), ends=MEETUP.ends + timedelta(days=7))
    kept = replace(MEETUP, uid="k@t", starts=NOW - KEPT, ends=NOW - KEPT + timedelta(hours=1))
    gone = replace(MEETUP, uid="g@t", starts=NOW - KEPT - timedelta(hours=2), ends=NOW - KEPT)
    read = parse(calendar_of("x", [later, gone, MEETUP, kept], NOW, lang="en"))
    assert [one.uid.value for one in read.vevent_list] == ["k@t", MEETUP.uid, "b@t"]


def test_a_feed_in_which_nothing_happened_is_the_same_to_the_last_byte() -> None:
    an_hour_on = NOW + timedelta(hours=1)
    assert calendar_of("x", [MEETUP], NOW, lang="ja") == calendar_of("x", [MEETUP], an_hour_on, lang="ja")


def test_an_empty_feed_is_a_calendar() -> None:
    assert parse(calendar_of("x", [], NOW, lang="ja")).name == "VCALENDAR"


def test_the_identifier_stays_and_tells_communities_apart() -> None:
    assert uid_of("c1", 7) == "01e38883-8ba6-51a6-8f82-b984495fed15@tsudoi"
    assert len({uid_of("c1", 7), uid_of("c1", 8), uid_of("c2", 7)}) == 3


def test_one_identifier_stands_once_in_a_feed() -> None:
    with pytest.raises(ValueError, match="same identifier"):
        calendar_of("x", [MEETUP, MEETUP], NOW, lang="ja")


@pytest.mark.parametrize(
    "wrong",
    [
        {"uid": ""},
        {"uid": "a\r\nb"},
        {"url": "javascript:alert(1)"},
        {"url": "https://example.org/\r\nX:1"},
        {"ends": MEETUP.starts},
        {"starts": datetime.fromisoformat("2026-12-04T19:00")},
        {"sequence": -1},
    ],
)
def test_what_no_calendar_can_hold_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"calendars|ends|zone|sequence"):
        replace(MEETUP, **wrong)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.text(max_size=400))
@example("🎉" * 60, "é" * 100)
@example("\\n\\,\\;", 'a\\\\n "quoted" \\')
@example("\x85\u2028\x0b\x00", "\r\r\n\n\t")
@example("\ud800", "\ufeff")
def test_any_title_survives_both_ways_and_no_line_is_too_long(title: str, description: str) -> None:
    written = event_file(replace(MEETUP, title=title, description=description, place=title))
    lines = written.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    for line in lines:
        line.decode()  # no letter is cut in two
    assert b"\n" not in written.replace(b"\r\n", b"")
    read = event(written)
    assert read.summary.value.split() == shown(title).split()
    if shown(description):
        assert read.description.value == shown(description)


def shown(text: str) -> str:
    """What of a text a calendar can show, said letter by letter."""
    out = []
    for c in text.replace("\r\n", "\n"):
        if c in "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
            out.append("\n")
        elif c == "\t" or (
            (c.isprintable() or ord(c) > 0x9F) and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufeff\ufffe\uffff"
        ):
            out.append(c)
    return "".join(out).strip()
