from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.hours.quiet_hours import QuietHours, is_quiet
from community.meetups.reminders import APART, Reader, ReminderKind, Sent, plan_reminders, what_is_due

DAY, MORNING, HOUR = ReminderKind.DAY, ReminderKind.MORNING, ReminderKind.HOUR
TOKYO, BERLIN = ZoneInfo("Asia/Tokyo"), ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(time(22), time(8))
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
EVENING = datetime(2026, 12, 4, 19, tzinfo=TOKYO)


def reader(*kinds: ReminderKind, quiet: QuietHours | None = NIGHT, zone: ZoneInfo = TOKYO) -> Reader:
    return Reader(zone=zone, kinds=frozenset(kinds), quiet=quiet)


def shown(
    starts: datetime, who: Reader, *, told: datetime = LONG_AGO, sent: tuple[Sent, ...] = ()
) -> list[tuple[str, str]]:
    plan = plan_reminders(starts, who, told=told, sent=sent)
    return [(one.kind.value, f"{one.at.astimezone(who.zone):%d %H:%M}") for one in plan]


def test_without_a_choice_it_is_a_day_and_an_hour_before() -> None:
    assert shown(EVENING, Reader(zone=TOKYO)) == [("day", "03 19:00"), ("hour", "04 18:00")]


def test_the_morning_of_the_day_can_be_chosen_and_so_can_nothing() -> None:
    assert shown(EVENING, reader(MORNING)) == [("morning", "04 09:00")]
    assert shown(EVENING, reader()) == []


def test_each_member_is_reminded_by_their_own_clock() -> None:
    assert shown(EVENING, reader(MORNING, zone=BERLIN)) == [("morning", "04 09:00")]


@pytest.mark.parametrize(
    ("starts", "kinds", "expected"),
    [
        # the day before moves to the end of the night, or to the evening before it, whichever is nearer
        ("2026-12-04T07:00", (DAY, HOUR), [("day", "03 08:00"), ("hour", "04 06:00")]),
        ("2026-12-04T23:00", (DAY,), [("day", "03 21:45")]),
        # an hour before, in the night: shortly before it where that is near enough, else at its own hour, as the last
        ("2026-12-04T23:30", (DAY, HOUR), [("day", "03 21:45"), ("hour", "04 21:45")]),
        ("2026-12-04T06:00", (HOUR,), [("hour", "04 05:00")]),
        ("2026-12-04T08:30", (HOUR,), [("hour", "04 08:00")]),
        # what is meant for the morning of an early day comes the evening before
        ("2026-12-04T06:30", (MORNING, HOUR), [("morning", "03 21:45"), ("hour", "04 05:30")]),
    ],
)
def test_quiet_hours_are_kept_but_for_the_last_one(
    starts: str, kinds: tuple[ReminderKind, ...], expected: list[tuple[str, str]]
) -> None:
    assert shown(datetime.fromisoformat(starts).replace(tzinfo=TOKYO), reader(*kinds)) == expected


def test_a_reminder_without_a_decent_moment_is_dropped_when_another_follows() -> None:
    late_riser = QuietHours(time(22), time(12, 30))
    one_o_clock = datetime(2026, 12, 4, 13, tzinfo=TOKYO)
    assert shown(one_o_clock, reader(MORNING, HOUR, quiet=late_riser)) == [("hour", "04 12:30")]
    assert shown(one_o_clock, reader(MORNING, quiet=late_riser)) == [("morning", "04 09:00")]


def test_two_reminders_close_together_become_one() -> None:
    ten = datetime(2026, 12, 4, 10, tzinfo=TOKYO)
    assert shown(ten, reader(MORNING, HOUR)) == [("hour", "04 09:00")]


def test_who_comes_late_gets_only_what_is_still_to_come() -> None:
    in_the_morning = datetime(2026, 12, 4, 9, tzinfo=TOKYO)
    assert shown(EVENING, reader(DAY, HOUR), told=in_the_morning) == [("hour", "04 18:00")]
    assert shown(EVENING, reader(DAY, HOUR), told=EVENING - timedelta(minutes=30)) == []


def test_who_comes_at_night_is_reminded_after_it_and_not_before_they_came() -> None:
    at_eleven = datetime(2026, 12, 3, 23, tzinfo=TOKYO)
    starts = datetime(2026, 12, 4, 23, 30, tzinfo=TOKYO)
    assert shown(starts, reader(DAY), told=at_eleven) == [("day", "04 08:00")]


def test_none_is_sent_twice() -> None:
    sent = (Sent(kind=DAY, at=datetime(2026, 12, 3, 19, 0, 5, tzinfo=TOKYO)),)
    assert shown(EVENING, reader(DAY, HOUR), sent=sent) == [("hour", "04 18:00")]


def test_after_a_small_change_of_time_the_same_reminder_does_not_come_again() -> None:
    sent = (Sent(kind=DAY, at=EVENING - timedelta(days=1)),)
    told = EVENING - timedelta(hours=20)
    assert shown(EVENING + timedelta(hours=5), reader(DAY, HOUR, quiet=None), told=told, sent=sent) == [
        ("hour", "04 23:00")
    ]


def test_after_a_change_to_another_day_it_does() -> None:
    sent = (Sent(kind=DAY, at=EVENING - timedelta(days=1)), Sent(kind=HOUR, at=EVENING - timedelta(hours=1)))
    moved = EVENING + timedelta(days=7)
    assert shown(moved, reader(DAY, HOUR), told=EVENING, sent=sent) == [("day", "10 19:00"), ("hour", "11 18:00")]


def test_a_meetup_that_comes_forward_skips_what_is_over() -> None:
    told = EVENING - timedelta(hours=30)
    assert shown(EVENING - timedelta(hours=10), reader(DAY, HOUR), told=told) == [("hour", "04 08:00")]


def test_the_day_before_is_at_the_same_hour_when_clocks_change() -> None:
    sunday = datetime(2027, 3, 28, 19, tzinfo=BERLIN)
    who = reader(DAY, zone=BERLIN)
    (one,) = plan_reminders(sunday, who, told=LONG_AGO)
    assert one.at.astimezone(BERLIN).hour == 19
    assert sunday.astimezone(UTC) - one.at == timedelta(hours=23)


def test_an_hour_is_an_hour_when_clocks_change() -> None:
    after = datetime(2027, 3, 28, 3, 30, tzinfo=BERLIN)
    (one,) = plan_reminders(after, reader(HOUR, quiet=None, zone=BERLIN), told=LONG_AGO)
    assert f"{one.at.astimezone(BERLIN):%H:%M}" == "01:30"


def test_it_goes_out_at_its_moment_and_says_when_to_look_again() -> None:
    who = reader(DAY, HOUR)
    before = what_is_due(EVENING, who, EVENING - timedelta(days=2), told=LONG_AGO)
    assert (before.now, before.look_again) == (None, EVENING - timedelta(days=1))
    at = what_is_due(EVENING, who, EVENING - timedelta(days=1), told=LONG_AGO)
    assert at.now is not None
    assert (at.now.kind, at.look_again) == (DAY, EVENING - timedelta(hours=1))


def test_after_an_outage_a_late_reminder_goes_out_only_while_it_helps() -> None:
    who = reader(DAY, HOUR)
    soon = what_is_due(EVENING, who, EVENING - timedelta(hours=20), told=LONG_AGO)
    assert soon.now is not None
    assert soon.now.kind is DAY
    assert what_is_due(EVENING, who, EVENING - timedelta(hours=12), told=LONG_AGO).now is None
    assert what_is_due(EVENING, who, EVENING - timedelta(minutes=5), told=LONG_AGO).now is None
    over = what_is_due(EVENING, who, EVENING, told=LONG_AGO)
    assert (over.now, over.look_again) == (None, None)


_HOURS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
_QUIET = st.none() | st.builds(QuietHours, _HOURS, _HOURS).filter(lambda hours: hours.start != hours.end)
_READERS = st.builds(
    Reader,
    zone=st.sampled_from([TOKYO, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
    kinds=st.frozensets(st.sampled_from(ReminderKind)),
    quiet=_QUIET,
)
_STARTS = st.datetimes(
    datetime.fromisoformat("2026-10-01T00:00"), datetime.fromisoformat("2027-12-01T00:00"), timezones=st.just(UTC)
).map(lambda at: at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0))


@settings(max_examples=300, deadline=None)
@given(_STARTS, _READERS)
def test_reminders_come_before_the_start_in_order_and_only_the_last_at_night(starts: datetime, who: Reader) -> None:
    plan = plan_reminders(starts, who, told=starts - timedelta(days=9))
    assert all(one.at < starts for one in plan)
    assert all(b.at - a.at >= APART for a, b in pairwise(plan))
    assert not any(is_quiet(who.quiet, one.at, who.zone) for one in plan[:-1])
    assert len(plan) >= bool(who.kinds)  # whoever wants a reminder gets one


@settings(max_examples=300, deadline=None)
@given(
    _STARTS,
    _READERS,
    st.lists(st.tuples(st.integers(0, 4000), st.integers(-2000, 2000)), max_size=3),
)
def test_run_by_the_minute_no_reminder_comes_twice_through_changes_of_time(
    starts: datetime, who: Reader, changes: list[tuple[int, int]]
) -> None:
    told = now = starts - timedelta(days=3)
    sent: list[Sent] = []
    moves = sorted(changes)
    while now < starts + timedelta(minutes=1):
        while moves and now >= told and moves[0][0] <= (now - told).total_seconds() // 60:
            starts += timedelta(minutes=moves.pop(0)[1] // 15 * 15)
            told = now
        due = what_is_due(starts, who, now, told=told, sent=sent)
        if due.now:
            assert due.now.at > told
            assert not any(one.kind is due.now.kind and now - one.at < timedelta(minutes=30) for one in sent)
            sent.append(Sent(kind=due.now.kind, at=now))
        now += timedelta(minutes=15)
    for kind in ReminderKind:
        assert [one.kind for one in sent].count(kind) <= 1 + len(changes)
