from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.config import OnboardingSettings
from community.kpi.activation import cohorts
from community.people.onboarding import (
    HOUR,
    Greeting,
    Introduction,
    Join,
    Publish,
    Quiet,
    Reach,
    Rung,
    Stage,
    decide_greeting,
    decide_introduction,
    decide_nudge,
    is_newcomer,
    ladder,
    next_rung,
    space_out,
)

NOW = datetime(2026, 12, 4, 3, 0, tzinfo=UTC)
SETTINGS = OnboardingSettings()


def join(*, is_bot: bool = False, returning: bool = False, greeted: bool = False, days_ago: float = 0) -> Join:
    at = NOW - timedelta(days=days_ago)
    return Join(at=NOW, is_bot=is_bot, returning=returning, greeted=greeted, joined_at=at)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (join(), Greeting.WELCOME),
        (join(is_bot=True), Greeting.SKIP_BOT),
        (join(greeted=True), Greeting.SKIP_KNOWN),
        (join(returning=True, greeted=True), Greeting.WELCOME_BACK),
        (join(is_bot=True, returning=True), Greeting.SKIP_BOT),
        (join(days_ago=6.9), Greeting.WELCOME),
        (join(days_ago=7.1), Greeting.SKIP_OLD),
        (join(days_ago=400, returning=True), Greeting.WELCOME_BACK),  # the platform tells the first join for ever
    ],
)
def test_who_is_greeted(what: Join, expected: Greeting) -> None:
    assert decide_greeting(what, SETTINGS, NOW) is expected


def test_an_old_join_found_while_catching_up_is_not_greeted() -> None:
    old = Join(at=NOW - timedelta(days=30), is_bot=False, returning=False, greeted=False)
    assert decide_greeting(old, SETTINGS, NOW) is Greeting.SKIP_OLD


def test_onboarding_can_be_switched_off() -> None:
    assert decide_greeting(join(), OnboardingSettings(enabled=False), NOW) is Greeting.SKIP_OFF


def test_the_ladder_goes_from_the_least_to_the_most_intrusive() -> None:
    posts = Reach(private_posts=True, private_threads=False, home_tab=True)
    threads = Reach(private_posts=False, private_threads=True, home_tab=False)
    assert ladder(posts) == (Rung.PRIVATE_POST, Rung.DIRECT, Rung.HOME)
    assert ladder(threads) == (Rung.PRIVATE_THREAD, Rung.DIRECT, Rung.MENTION)
    lost = Reach(private_posts=False, private_threads=True, home_tab=False, landing=False)
    assert ladder(lost) == (Rung.DIRECT,)


def test_a_failed_rung_leads_to_the_next_and_the_last_to_none() -> None:
    rungs = (Rung.PRIVATE_POST, Rung.DIRECT, Rung.HOME)
    assert next_rung(rungs, None) is Rung.PRIVATE_POST
    assert next_rung(rungs, Rung.PRIVATE_POST) is Rung.DIRECT
    assert next_rung(rungs, Rung.HOME) is None
    assert next_rung(rungs, Rung.MENTION) is None  # the platform's ladder has changed since


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 5))
def test_no_hour_ever_sees_more_greetings_than_allowed(gaps: list[int], per_hour: int) -> None:
    now, sent = NOW, list[datetime]()
    for gap in gaps:
        now += timedelta(minutes=gap)
        at = space_out(now, sent, per_hour)
        assert at >= now
        sent.append(at)
    for at in sent:
        assert sum(at <= other < at + HOUR for other in sent) <= per_hour


@pytest.mark.parametrize(
    ("introduction", "expected"),
    [
        (Introduction(text="hi", consent=True, agreed=True, posted=False), Publish.POST),
        (Introduction(text="hi", consent=True, agreed=False, posted=False), Publish.WAIT_FOR_RULES),
        (Introduction(text="hi", consent=False, agreed=True, posted=False), Publish.NOTHING),
        (Introduction(text="", consent=True, agreed=True, posted=False), Publish.NOTHING),
        (Introduction(text="ho", consent=True, agreed=True, posted=True), Publish.REDRAW),
        (Introduction(text="ho", consent=False, agreed=True, posted=True), Publish.REMOVE),
    ],
)
def test_an_introduction_needs_words_consent_and_agreed_rules(introduction: Introduction, expected: Publish) -> None:
    assert decide_introduction(introduction) is expected


def test_the_nudge_is_for_the_quiet_once_and_only_while_they_are_here() -> None:
    quiet = Quiet(stages={Stage.JOINED: NOW, Stage.GREETED: NOW}, nudged=False, opted_out=False, gone=False)
    assert decide_nudge(quiet)
    for stage in (Stage.INTRODUCED, Stage.FIRST_POST):
        assert not decide_nudge(Quiet(stages={stage: NOW}, nudged=False, opted_out=False, gone=False))
    assert not decide_nudge(Quiet(stages={}, nudged=True, opted_out=False, gone=False))
    assert not decide_nudge(Quiet(stages={}, nudged=False, opted_out=True, gone=False))
    assert not decide_nudge(Quiet(stages={}, nudged=False, opted_out=False, gone=True))


def test_a_newcomer_is_new_for_a_while() -> None:
    week = timedelta(days=7)
    assert is_newcomer({Stage.JOINED: NOW - week}, NOW, week)
    assert not is_newcomer({Stage.JOINED: NOW - week - HOUR}, NOW, week)
    assert not is_newcomer({}, NOW, week)


def test_cohorts_count_people_by_the_week_in_which_they_joined() -> None:
    monday = datetime(2026, 11, 30, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo"))  # still Sunday in UTC
    newcomers = {
        1: {Stage.JOINED: monday, Stage.AGREED: monday + HOUR, Stage.FIRST_POST: monday + 10 * HOUR},
        2: {Stage.JOINED: monday + HOUR, Stage.AGREED: monday + 4 * HOUR},
        3: {Stage.JOINED: monday + 2 * HOUR},
        4: {Stage.JOINED: monday - HOUR, Stage.AGREED: monday - 2 * HOUR},
        5: {Stage.AGREED: monday},
    }
    this, last = cohorts(newcomers, ZoneInfo("Asia/Tokyo"))
    assert (this.week.isoformat(), this.n, last.n) == ("2026-11-30", 3, 1)
    agreed = this.steps[Stage.AGREED]
    assert (agreed.n, round(agreed.share, 2), agreed.median) == (2, 0.67, 2 * HOUR)
    meetup = this.steps[Stage.FIRST_MEETUP]
    assert (meetup.n, meetup.share, meetup.median) == (0, 0.0, None)
    assert last.steps[Stage.AGREED].median == timedelta()
