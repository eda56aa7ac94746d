"""Whom to invite: the hard rules hold whatever the ranking says, and first chances are given fairly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.config import QuestionSettings
from community.hours.quiet_hours import QuietHours, is_quiet
from community.hours.waking import NIGHT
from community.people.topics import Level
from community.routing.invitations import (
    AWAY_AFTER,
    CAP_LEAST,
    CAP_MOST,
    REACH,
    Bar,
    Choice,
    Decision,
    Pace,
    Standing,
    bar_of,
    decide_invitations,
    patience_ends,
    weekly_cap,
)

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)  # ten in the morning in Tokyo
TOKYO = ZoneInfo("Asia/Tokyo")
ZONES = tuple(map(ZoneInfo, ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Etc/UTC", "Pacific/Apia")))
NO_CHANCES = QuestionSettings(exploration=0)


@dataclass(frozen=True)
class Line:
    member: int
    score: float


def here(member: int, **changes: object) -> Standing:
    base = Standing(member=member, zone=TOKYO, last_seen=NOW - timedelta(days=1))
    return replace(base, **changes)  # type: ignore[arg-type]


def decide(
    *standings: Standing,
    ranking: tuple[int, ...] | None = None,
    settings: QuestionSettings = NO_CHANCES,
    places: int = 2,
    cap: int = 3,
    level: Level | None = None,
    chance: float = 0.5,
    now: datetime = NOW,
) -> Decision:
    """Decide; the ranking is in the order given, one step of the scores apart."""
    order = [s.member for s in standings] if ranking is None else list(ranking)
    return decide_invitations(
        [Line(member, -float(n)) for n, member in enumerate(order)],
        {s.member: s for s in standings},
        settings,
        places=places,
        cap=cap,
        level=level,
        now=now,
        chance=chance,
    )


def invited(decision: Decision) -> list[int]:
    return [choice.member for choice in decision.invite]


def test_the_best_two_are_invited_in_their_order() -> None:
    assert invited(decide(here(3), here(1), here(2))) == [3, 1]


@pytest.mark.parametrize(
    ("changes", "bar"),
    [
        ({"present": False}, Bar.LEFT),
        ({"is_bot": True}, Bar.BOT),
        ({"is_asker": True}, Bar.ASKER),
        ({"opted_out": True}, Bar.OPTED_OUT),
        ({"asked_already": True}, Bar.ASKED_ALREADY),
        ({"last_seen": NOW - AWAY_AFTER - timedelta(seconds=1)}, Bar.AWAY),
        ({"last_seen": None}, Bar.AWAY),
        ({"paused_until": NOW + timedelta(seconds=1)}, Bar.PAUSED),
        ({"asked": (NOW, NOW, NOW - timedelta(days=6))}, Bar.AT_CAP),
        ({"busy": True}, Bar.BUSY),
    ],
)
def test_a_hard_rule_keeps_even_the_best_from_being_asked(changes: dict[str, object], bar: Bar) -> None:
    best = here(1, **changes)
    assert bar_of(best, 3, NOW) is bar
    assert invited(decide(best, here(2))) == [2]
    assert decide(best) == Decision(exhausted=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"paused_until": NOW},
        {"asked": (NOW - timedelta(days=7),) * 9},
        {"last_seen": NOW - AWAY_AFTER},
        {"quiet_hours": QuietHours(time(11), time(12))},
    ],
)
def test_what_is_over_bars_nobody(changes: dict[str, object]) -> None:
    assert invited(decide(here(1, **changes))) == [1]


def test_who_sleeps_is_waited_for_rather_than_lost() -> None:
    asleep = here(1, zone=ZoneInfo("America/New_York"))  # eight in the evening; quiet by their own wish
    own = replace(asleep, quiet_hours=QuietHours(time(19), time(6, 30)))
    decision = decide(own, here(2, asked_already=True))
    assert decision == Decision(wait_until=datetime(2026, 12, 4, 11, 30, tzinfo=UTC))


def test_the_night_of_ones_zone_is_quiet_where_nothing_was_said() -> None:
    late = datetime(2026, 12, 4, 13, 0, tzinfo=UTC)  # ten in the evening in Tokyo
    decision = decide(here(1, last_seen=late), now=late)
    assert decision == Decision(wait_until=datetime(2026, 12, 4, 23, 0, tzinfo=UTC))
    early = late - timedelta(seconds=1)
    assert invited(decide(here(1, last_seen=early), now=early)) == [1]


def test_somebody_far_down_is_not_asked_at_night_in_place_of_the_good_ones() -> None:
    asleep = [here(n, quiet_hours=QuietHours(time(0), time(20))) for n in range(REACH)]
    assert decide(*asleep, here(99)).wait_until == datetime(2026, 12, 4, 11, 0, tzinfo=UTC)
    assert invited(decide(*asleep[1:], here(99))) == [99]


def test_who_was_asked_lately_comes_later_well_before_the_cap() -> None:
    assert invited(decide(here(1, asked=(NOW,) * 2), here(2), cap=10, places=1)) == [1]
    assert invited(decide(here(1, asked=(NOW,) * 3), here(2), cap=10, places=1)) == [2]


@pytest.mark.parametrize(
    ("asked", "first", "second"),
    [
        (Level.BEGINNER, {"level": Level.BEGINNER, "learns": True}, {"level": Level.INTERMEDIATE}),
        (Level.INTERMEDIATE, {"level": Level.BEGINNER}, {"level": Level.INTERMEDIATE}),
        (Level.EXPERT, {"level": Level.BEGINNER}, {"level": Level.EXPERT}),
    ],
)
def test_the_level_of_the_question_matters(asked: Level, first: dict[str, object], second: dict[str, object]) -> None:
    assert invited(decide(here(1, **first), here(2, **second), level=asked, places=1)) == [2]
    assert invited(decide(here(1, **first), here(2, **second), level=None, places=1)) == [1]


def test_a_beginners_question_does_not_always_go_to_the_expert() -> None:
    expert, passed_it = here(1, level=Level.EXPERT), here(2, level=Level.INTERMEDIATE)
    close = [Line(1, 0.3), Line(2, 0.0)]
    for level, expected in ((Level.BEGINNER, 2), (Level.EXPERT, 1)):
        decision = decide_invitations(
            close, {1: expert, 2: passed_it}, NO_CHANCES, places=1, cap=3, level=level, now=NOW, chance=0.0
        )
        assert invited(decision) == [expected]


def test_a_share_of_the_places_gives_quiet_members_their_first_chance() -> None:
    standings = (here(1), here(2), here(3), here(50, first_chance=True))
    settings = QuestionSettings(exploration=0.15)
    rounds = [decide(*standings, ranking=(1, 2, 3), settings=settings, chance=n / 1000).invite for n in range(1000)]
    given_chances = [choice.member for chosen in rounds for choice in chosen if choice.explored]
    assert set(given_chances) == {50}
    assert len(given_chances) == pytest.approx(0.15 * 2 * 1000, abs=1)
    assert all(len(chosen) == 2 and chosen[0] == Choice(1, explored=False) for chosen in rounds)


def test_a_first_chance_goes_to_who_said_they_can_help_before_who_was_only_here() -> None:
    seen = here(1, first_chance=True, last_seen=NOW)
    told = here(2, first_chance=True, gives=True, last_seen=NOW - timedelta(days=20))
    everything = QuestionSettings(exploration=1)
    assert invited(decide(seen, told, ranking=(), settings=everything, places=1)) == [2]


def test_on_the_first_day_whoever_may_help_is_asked_though_nobody_is_ranked() -> None:
    decision = decide(here(1, first_chance=True), here(2), ranking=(), places=2)
    assert decision.invite == (Choice(1, explored=True),)
    assert decide(here(2), ranking=()).exhausted


def test_silence_is_counted_in_waking_hours() -> None:
    evening = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)  # nine in Tokyo: one hour before the night, three after it
    assert patience_ends(None, TOKYO, 4.0, evening) == datetime(2026, 12, 5, 2, 0, tzinfo=UTC)
    assert patience_ends(None, TOKYO, 4.0, NOW) == NOW + timedelta(hours=4)


@pytest.mark.parametrize(
    ("questions", "answerers", "expected"),
    [(0, 0, CAP_LEAST), (10, 25, 3), (33, 40, 5), (33, 20, 10), (500, 20, CAP_MOST)],
)
def test_the_cap_follows_how_much_a_community_asks(questions: float, answerers: int, expected: int) -> None:
    pace = Pace(questions=questions, invitations=2.0, answerers=answerers)
    assert weekly_cap(QuestionSettings(), pace) == expected
    assert weekly_cap(QuestionSettings(weekly_cap=2), pace) == 2


# ---- whatever comes

_times = st.integers(-14 * 86_400, 14 * 86_400).map(lambda s: NOW + timedelta(seconds=s))
_hours = st.builds(
    lambda a, b: QuietHours(time(a // 60, a % 60), time(b // 60, b % 60)), st.integers(0, 719), st.integers(720, 1439)
) | st.builds(
    lambda a, b: QuietHours(time(a // 60, a % 60), time(b // 60, b % 60)), st.integers(720, 1439), st.integers(0, 719)
)
_standing = st.builds(
    Standing,
    member=st.integers(1, 40),
    zone=st.sampled_from(ZONES),
    present=st.booleans(),
    opted_out=st.booleans(),
    asked_already=st.booleans(),
    paused_until=st.none() | _times,
    busy=st.booleans(),
    asked=st.lists(_times.filter(lambda at: at <= NOW), max_size=6).map(tuple),
    last_seen=st.none() | _times,
    quiet_hours=st.none() | _hours,
    level=st.none() | st.sampled_from(Level),
    gives=st.booleans(),
    learns=st.booleans(),
    first_chance=st.booleans(),
)


@given(
    standings=st.lists(_standing, max_size=30, unique_by=lambda s: s.member),
    ranking=st.lists(st.integers(1, 45), unique=True),
    settings=st.builds(QuestionSettings, exploration=st.floats(0, 1)),
    places=st.integers(0, 5),
    cap=st.integers(1, 10),
    level=st.none() | st.sampled_from(Level),
    chance=st.floats(0, 1, exclude_max=True),
    now=_times,
)
def test_nobody_is_ever_asked_against_a_rule(  # noqa: PLR0917 - what hypothesis draws
    standings: list[Standing],
    ranking: list[int],
    settings: QuestionSettings,
    places: int,
    cap: int,
    level: Level | None,
    chance: float,
    now: datetime,
) -> None:
    def again() -> Decision:
        return decide(
            *standings,
            ranking=tuple(ranking),
            settings=settings,
            places=places,
            cap=cap,
            level=level,
            chance=chance,
            now=now,
        )

    decision = again()
    by_member = {s.member: s for s in standings}
    assert len(set(invited(decision))) == len(decision.invite) <= places
    for choice in decision.invite:
        standing = by_member[choice.member]
        assert sum(now - at < timedelta(days=7) for at in standing.asked) < cap
        assert not is_quiet(standing.quiet_hours or NIGHT, now, standing.zone)
        assert standing.present
        assert not any((standing.opted_out, standing.asked_already, standing.busy))
        assert standing.paused_until is None or standing.paused_until <= now
        assert choice.member in ranking or (choice.explored and standing.first_chance)
    assert decision == again()
    assert decision.exhausted == (not decision.invite and decision.wait_until is None)
    if decision.wait_until is not None:
        assert decision.wait_until > now or places == 0
