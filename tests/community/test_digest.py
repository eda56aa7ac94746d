"""What a digest chooses, which week it tells of, its number, what followed it, and who gets one of their own."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.ids import Platform, Workspace
from community.config import Channels, CommunitySettings, WorkspaceSettings
from community.digest.choosing import (
    SHOWN,
    Material,
    Newcomer,
    Peak,
    Some,
    Talk,
    Thanks,
    WaitingQuestion,
    choose,
    hottest,
    one_by_one,
)
from community.digest.effect import Deed, DeedKind, Effect, effect_of
from community.digest.match import Match, Open, Taste, Why, match
from community.digest.number import Change, Number, answered_within_a_day
from community.digest.personal import Answer, Reader, decide_personal
from community.digest.settings import WEEKDAYS, DigestSettings
from community.digest.week import latest_slot, name_of_slot, next_slot, week_over, week_running
from community.hours.quiet_hours import QuietHours

NOW = datetime(2026, 12, 7, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
TOKYO = ZoneInfo("Asia/Tokyo")
HERE = (WorkspaceSettings(workspace=Workspace(Platform.SLACK, "T1"), channels=Channels(digest="general")),)


def settings(zone: str = "Asia/Tokyo", weekday: str = "monday", at: str = "09:00") -> CommunitySettings:
    return CommunitySettings(id="c1", time_zone=zone, digest=DigestSettings(weekday=weekday, time=at), workspaces=HERE)


# ---- what is chosen


@pytest.mark.parametrize(
    ("turns", "hot"),
    [
        ({1: 5, 2: 5, 3: 5}, True),
        ({1: 5, 2: 5}, False),  # two are a dialogue
        ({1: 40, 2: 1, 3: 1}, False),  # a monologue with a nod from each side
        ({1: 1, 2: 1, 3: 1}, True),
        ({1: 6, 2: 5, 9: 5}, False),  # the third does not want to be in it
        ({}, False),
    ],
)
def test_a_conversation_is_hot_by_its_people_not_by_its_noise(turns: dict[int, int], *, hot: bool) -> None:
    assert bool(hottest([Talk("t", turns)], {9})) is hot


def test_more_voices_come_before_more_words() -> None:
    loud, broad = Talk("loud", dict.fromkeys(range(3), 100)), Talk("broad", dict.fromkeys(range(7), 2))
    assert [talk.name for talk in hottest([loud, broad], ())] == ["broad", "loud"]


@given(st.dictionaries(st.integers(1, 30), st.integers(1, 50), min_size=1))
def test_the_spread_is_between_one_and_the_number_of_people(turns: dict[int, int]) -> None:
    spread = Talk("t", turns).spread
    assert 1 - 1e-9 <= spread <= len(turns) + 1e-9


def test_an_empty_week_is_no_digest_and_a_number_alone_makes_none() -> None:
    assert not choose(Material(), NOW)
    assert not choose(Material(number=Number(3, 4, 0.5)), NOW)
    assert choose(Material(ideas=[1]), NOW)


def test_the_newest_waits_of_four_weeks_count_and_meetups_of_two() -> None:
    waiting = [WaitingQuestion(n, NOW - timedelta(days=n)) for n in (1, 27, 28, 40)]
    meetups = [(n, NOW + timedelta(days=n)) for n in (0, 1, 14, 15)]
    digest = choose(Material(waiting=waiting, meetups=meetups), NOW)
    assert [q.question for q in digest.waiting.shown] == [27, 1], "who waits longest first"
    assert digest.meetups.shown == (1, 14)


members = st.integers(1, 12)
moments = st.integers(0, 10_000).map(lambda n: NOW - timedelta(minutes=n))
materials = st.builds(
    Material,
    newcomers=st.lists(
        st.builds(Newcomer, members, moments, st.booleans()), unique_by=lambda newcomer: newcomer.member
    ),
    thanks=st.lists(st.builds(Thanks, members, members, moments)),
    peaks=st.lists(st.builds(Peak, st.integers(1, 99), st.none() | members, moments), unique_by=lambda peak: peak.id),
    threads=st.lists(st.builds(Talk, st.text("ab", min_size=1), st.dictionaries(members, st.integers(1, 9)))),
    unnamed=st.frozensets(members),
)


@given(materials)
def test_nobody_is_named_who_does_not_want_to_be_and_nothing_is_lost(material: Material) -> None:
    digest = choose(material, NOW)
    named = {n.member for n in digest.newcomers.shown} | {p.member for p in digest.peaks.shown}
    named |= {who for t in digest.thanks.shown for who in (t.giver, t.receiver)}
    named |= {who for talk in digest.threads.shown for who in talk.turns}
    assert not named & set(material.unnamed)
    assert all(newcomer.introduced for newcomer in digest.newcomers.shown)
    assert len(digest.newcomers.shown) + digest.newcomers.more == len(material.newcomers)
    assert all(len(section.shown) <= SHOWN for section in digest.sections)


@given(st.lists(st.builds(Thanks, members, members, moments)))
def test_everybody_who_was_thanked_comes_once_before_anybody_comes_twice(thanks: list[Thanks]) -> None:
    ordered = one_by_one(thanks)
    receivers = {one.receiver for one in thanks}
    assert {one.receiver for one in ordered[: len(receivers)]} == receivers
    assert sorted(ordered, key=repr) == sorted(thanks, key=repr)


# ---- which week

ZONES = ["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
any_settings = st.builds(
    settings, st.sampled_from(ZONES), st.sampled_from(WEEKDAYS), st.times().map(lambda at: f"{at:%H:%M}")
)


@given(any_settings, instants)
def test_weeks_lie_end_to_end_and_bear_different_names(of: CommunitySettings, now: datetime) -> None:
    slots = [latest_slot(of, now)]
    for _ in range(8):
        following = next_slot(of, slots[-1])
        assert following
        slots.append(following)
    names = [name_of_slot(of, slot) for slot in slots]
    assert len(set(names)) == len(names)
    assert names == sorted(names), "names are in the order of time, over new year, too"
    for before, slot in pairwise(slots):
        week = week_over(of, slot, before)
        assert week
        assert (week.since, week.until) == (before, slot)


@pytest.mark.parametrize(
    ("told_until", "since"),
    [
        (None, NOW - WEEK),  # the first one
        (NOW - WEEK, NOW - WEEK),  # week after week
        (NOW - WEEK - 2 * DAY, NOW - WEEK - 2 * DAY),  # the one before was posted two days early
        (NOW - 3 * DAY, NOW - 3 * DAY),  # the day was changed
        (NOW - 2 * WEEK, NOW - WEEK),  # one is missing
        (NOW - 4 * WEEK, NOW - WEEK),  # three weeks of downtime: the latest week, not all of it
    ],
)
def test_a_digest_begins_where_the_last_one_ended_unless_that_is_missing(
    told_until: datetime | None, since: datetime
) -> None:
    week = week_over(settings(), NOW + timedelta(hours=5), told_until)
    assert week
    assert (week.name, week.since, week.until) == ("2026-W49", since, NOW)


def test_a_slot_that_was_missed_for_six_days_is_told_of_and_after_that_it_is_not() -> None:
    assert week_over(settings(), NOW + 6 * DAY, None)
    assert week_over(settings(), NOW + 6 * DAY + timedelta(seconds=1), None) is None


def test_an_early_digest_and_its_slot_are_one_week() -> None:
    early = week_running(settings(), NOW - 3 * DAY, NOW - WEEK)
    assert (early.name, early.slot, early.until) == ("2026-W49", NOW, NOW - 3 * DAY)


@pytest.mark.parametrize(
    ("weekday", "name"), [("monday", "2026-W49"), ("thursday", "2026-W49"), ("friday", "2026-W50")]
)
def test_a_week_is_called_by_where_most_of_its_days_lie(weekday: str, name: str) -> None:
    slot = next_slot(settings(weekday=weekday), NOW - timedelta(seconds=1))
    assert slot
    assert name_of_slot(settings(weekday=weekday), slot) == name


@pytest.mark.parametrize(
    ("weekday", "at"), [("someday", "09:00"), ("Monday", "09:00"), ("monday", "24:00"), ("monday", "9"), ("", "")]
)
def test_a_day_or_an_hour_that_is_none_is_refused(weekday: str, at: str) -> None:
    with pytest.raises(ValueError, match=r"digest\."):
        DigestSettings(weekday=weekday, time=at)


# ---- the number


def weeks_of(*shares: tuple[int, int]) -> tuple[list[datetime], dict[int, timedelta]]:
    """Return questions of some weeks, the newest first: how many were answered within a day, of how many."""
    asked: list[datetime] = []
    waited: dict[int, timedelta] = {}
    for nth, (hits, n) in enumerate(shares):
        for i in range(n):
            waited[len(asked)] = timedelta(hours=24 if i < hits else 25)
            asked.append(NOW - 2 * DAY - nth * WEEK)
    return asked, waited


@pytest.mark.parametrize(
    ("shares", "share", "change"),
    [
        ([(20, 20), (5, 10), (5, 10)], 1.0, Change.BETTER),
        ([(2, 20), (9, 10), (9, 10)], 0.1, Change.WORSE),
        ([(5, 10), (6, 10)], 0.5, Change.SAME),
        ([(0, 3), (0, 3)], 0.0, Change.SAME),
        ([(7, 7), (3, 3)], 1.0, Change.SAME),
        ([(1, 1), (1, 2)], 1.0, Change.SAME),  # one question proves nothing
        ([(0, 0), (9, 10)], None, Change.UNKNOWN),
        ([(3, 4)], 0.75, Change.UNKNOWN),
    ],
)
def test_the_number_is_told_with_what_can_be_said_of_its_change(
    shares: list[tuple[int, int]], share: float | None, change: Change
) -> None:
    number = answered_within_a_day(*weeks_of(*shares), NOW)
    assert (number.share, number.change) == (share, change)


def test_a_question_younger_than_a_day_is_not_judged_and_one_without_an_answer_is() -> None:
    asked = [NOW - timedelta(hours=23), NOW - timedelta(hours=25), NOW - 3 * DAY]
    assert answered_within_a_day(asked, {2: timedelta(hours=1)}, NOW) == Number(1, 2, None)


# ---- what followed, who is matched, who gets one


def test_what_followed_is_counted_for_three_days_and_only_where_the_digest_pointed() -> None:
    def deed(kind: DeedKind, subject: str, member: int, hours: float) -> Deed:
        return Deed(kind, subject, member, NOW + timedelta(hours=hours))

    deeds = [
        deed(DeedKind.REPLY, "question:1", 1, 1),
        deed(DeedKind.REPLY, "question:1", 1, 72),
        deed(DeedKind.REPLY, "question:1", 2, 72.1),  # too late
        deed(DeedKind.REPLY, "question:2", 3, 1),  # not shown
        deed(DeedKind.REPLY, "question:1", 4, -1),  # before
        deed(DeedKind.SEAT, "meetup:7", 5, 2),
        deed(DeedKind.SEAT, "meetup:7", 5, 3),  # changed their mind
        deed(DeedKind.PRESS, "2026-W49", 5, 4),
        deed(DeedKind.PRESS, "2026-W49", 5, 5),
        deed(DeedKind.PRESS, "2026-W48", 6, 5),  # of another digest
    ]
    assert effect_of(NOW, "2026-W49", {"question:1", "meetup:7"}, deeds) == Effect(2, 1, 1, 2)


def test_the_strongest_reason_comes_first_and_then_the_newest() -> None:
    waiting = [
        Open(1, "learn", NOW - DAY, 9),
        Open(2, "give", NOW - 3 * DAY, 9),
        Open(3, "give", NOW - 2 * DAY, 9),
        Open(4, None, NOW - 9 * DAY, 9),
        Open(5, "other", NOW, 9),
        Open(6, "give", NOW, 1),  # their own
        Open(7, "other", NOW - 9 * DAY, 9),
    ]
    taste = Taste(member=1, gives=("give",), learns=("learn",), invited=(4,), likely=(7, 2))
    assert match(waiting, taste) == (Match(4, Why.INVITED), Match(3, Why.GIVES), Match(2, Why.GIVES))
    assert match(waiting[4:6], taste) == ()


def test_learning_and_likely_are_reasons_too() -> None:
    waiting = [Open(1, "learn", NOW, 9), Open(2, None, NOW - DAY, 9)]
    taste = Taste(member=1, learns=("learn",), likely=(2,))
    assert match(waiting, taste) == (Match(2, Why.LIKELY), Match(1, Why.LEARNS))


NIGHT = QuietHours(time(22), time(12))


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, Answer.SEND),
        ({"agreed": False}, Answer.NOT),
        ({"present": False}, Answer.NOT),
        ({"was_about": True}, Answer.NOT),
        ({"sent_at": NOW - 6 * DAY}, Answer.NOT),
        ({"sent_at": NOW - WEEK}, Answer.SEND),
        ({"quiet": NIGHT}, Answer.LATER),
        ({"zone": ZoneInfo("America/New_York")}, Answer.LATER),  # where it is seven in the evening... of Sunday
        ({"quiet": QuietHours(time(9), time(8, 59))}, Answer.NOT),  # never
    ],
)
def test_a_digest_of_ones_own_is_sent_to_the_willing_by_day(changes: dict[str, object], answer: Answer) -> None:
    known: dict[str, object] = {"agreed": True, "present": True, "was_about": False, "sent_at": None}
    known |= {"quiet": None, "zone": TOKYO, **changes}
    now = NOW + timedelta(hours=1)
    verdict, later = decide_personal(Reader(**known), NOW, now)  # type: ignore[arg-type]
    assert verdict is answer
    assert (later is not None) is (answer is Answer.LATER)
    if later is not None:
        again, _ = decide_personal(Reader(**known), NOW, later)  # type: ignore[arg-type]
        assert again is Answer.SEND


def test_a_round_that_is_long_over_is_not_made_up_for() -> None:
    known = Reader(agreed=True, present=True, was_about=False, sent_at=None, quiet=None, zone=TOKYO)
    assert decide_personal(known, NOW, NOW + 3 * DAY + timedelta(hours=1))[0] is Answer.NOT


def test_a_mark_without_words_names_nobody_and_is_counted_beside_others() -> None:
    mark, spoken = Thanks(1, 2, NOW), Thanks(3, 4, NOW, "the tea")
    assert not choose(Material(thanks=[mark]), NOW)
    assert choose(Material(thanks=[mark, spoken]), NOW).thanks == Some((spoken,), 1)
