"""Peak moments: what counts, what is quiet, how it is worded, and how little of it is asked and told."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.recognition.finding import (
    FAST,
    HANDS,
    QUIET_AFTER,
    SAME_HOUR,
    SILENCE,
    STEPS,
    Answer,
    Growth,
    Return,
    Seen,
    Solution,
    Visit,
    anniversary,
    find,
    span_of,
)
from community.recognition.moments import PEAKS, PENDING, Kind, Moment, State, wording_of
from community.recognition.pace import STALE, WEEK, choose_to_ask, choose_to_post, is_out_of_date, rests
from community.recognition.settings import RecognitionSettings

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=3)
AT = NOW - timedelta(hours=5)
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)


def seen(**what: object) -> Seen:
    nothing: dict[str, object] = {
        "since": SINCE, "until": NOW, "zone": TOKYO, "first_answers": {}, "hands": {}, "joined": {}, "growth": {},
    }  # fmt: skip
    return Seen(**{**nothing, **what})  # type: ignore[arg-type]


def keys(**what: object) -> set[str]:
    return {moment.key for moment in find(seen(**what))}


def solution(took: timedelta = 9 * A_MINUTE, **more: object) -> Solution:
    asked = AT - timedelta(hours=1)
    whole: dict[str, object] = {
        "member": 7, "question": 3, "asked_at": asked, "answered_at": asked + took, "at": AT, "is_first": False,
    }  # fmt: skip
    return Solution(**{**whole, **more})  # type: ignore[arg-type]


# ---- what counts


@pytest.mark.parametrize(
    ("answer", "first", "found"),
    [
        (Answer(7, 3, AT), {7: AT}, {"first_answer:7"}),
        (Answer(7, 3, AT), {}, {"first_answer:7"}),
        (Answer(7, 3, AT), {7: AT - timedelta(days=400)}, set()),  # an import knows of an earlier one
        (Answer(7, 3, AT, imported=True), {7: AT}, set()),
        (Answer(7, 3, SINCE), {7: SINCE}, set()),
        (Answer(7, 3, NOW + A_MINUTE), {}, set()),
    ],
)
def test_a_first_answer(answer: Answer, first: dict[int, datetime], found: set[str]) -> None:
    assert keys(answers=[answer], first_answers=first) == found


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (solution(), {"fast_solved:3"}),
        (solution(FAST), {"fast_solved:3"}),
        (solution(FAST + A_MINUTE), set()),
        (solution(-A_MINUTE), set()),  # an imported answer with a clock of its own
        (solution(timedelta(days=2), is_first=True), {"first_solved:7"}),
        (solution(is_first=True), {"first_solved:7", "fast_solved:3"}),
        (solution(is_first=True, imported=True), set()),
        (solution(at=SINCE - A_DAY), set()),
    ],
)
def test_a_solution(one: Solution, found: set[str]) -> None:
    assert keys(solutions=[one]) == found


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 1), (1, 1), (60, 1), (540, 9), (541, 10), (900, 15)])
def test_minutes_are_never_told_as_fewer_than_they_were(seconds: int, minutes: int) -> None:
    (moment,) = find(seen(solutions=[solution(timedelta(seconds=seconds))]))
    assert moment.data["minutes"] == minutes


@pytest.mark.parametrize(("nth", "kind"), [(1, "first"), (3, "third"), (10, "tenth"), (0, None), (2, None), (11, None)])
def test_visits(nth: int, kind: str | None) -> None:
    assert keys(visits=[Visit(7, 2, nth, AT)]) == ({f"{kind}_meetup:7"} if kind else set())


def test_a_comeback_takes_sixty_days_of_silence() -> None:
    assert keys(returns=[Return(7, AT - SILENCE, AT)]) == {f"comeback:7:{AT - SILENCE:%Y%m%d}"}
    assert keys(returns=[Return(7, AT - SILENCE + A_MINUTE, AT)]) == set()


def test_many_hands_count_from_the_fifth_on() -> None:
    five = {n: AT + n * A_MINUTE for n in range(HANDS)}
    (moment,) = find(seen(hands={3: five}))
    assert (moment.key, moment.member, moment.data) == ("many_hands:3", None, {"question": 3, "n": 5})
    assert moment.at == AT + (HANDS - 1) * A_MINUTE
    assert keys(hands={3: dict.fromkeys(range(HANDS - 1), AT)}) == set()
    assert keys(hands={3: dict.fromkeys(range(HANDS + 3), SINCE - A_DAY)}) == set(), "the fifth came long ago"


@pytest.mark.parametrize(
    ("now", "gained", "found"),
    [
        (100, 1, {"members:100"}),
        (104, 5, {"members:100"}),
        (104, 4, set()),
        (99, 99, set()),
        (3_001, 2, {"members:3000"}),
        (700, 650, {"members:500"}),  # the newest of several
        (5_200, 1, set()),  # an import brought five thousand: nothing of it is told
    ],
)
def test_steps_of_the_community(now: int, gained: int, found: set[str]) -> None:
    assert keys(growth={Kind.MEMBERS: Growth(now, gained, AT)}) == found


def test_an_anniversary_is_of_who_was_about_lately() -> None:
    joined = {7: datetime(2024, 11, 20, 3, 0, tzinfo=UTC), 8: datetime(2024, 11, 20, 15, 30, tzinfo=UTC)}
    found = find(seen(joined=joined, about_lately=frozenset({7})))
    assert [(m.key, m.data) for m in found] == [("anniversary:7:2", {"years": 2})]
    assert keys(joined=joined, about_lately=frozenset()) == set()
    assert keys(joined={7: datetime(2026, 11, 20, 3, 0, tzinfo=UTC)}, about_lately=frozenset({7})) == set()


def test_when_the_bot_first_saw_everybody_is_nobodys_anniversary() -> None:
    many = {n: datetime(2025, 11, 20, 3, n, tzinfo=UTC) for n in range(SAME_HOUR + 1)}
    assert keys(joined=many, about_lately=frozenset(many)) == set()
    few = dict(list(many.items())[:SAME_HOUR])
    assert len(keys(joined=few, about_lately=frozenset(few))) == SAME_HOUR


@pytest.mark.parametrize(("year", "day"), [(2025, "2025-02-28"), (2028, "2028-02-29")])
def test_a_day_that_is_not_in_every_year(year: int, day: str) -> None:
    assert f"{anniversary(datetime(2024, 2, 29, 3, tzinfo=UTC), year, TOKYO):%Y-%m-%d}" == day


def test_an_anniversary_over_new_year() -> None:
    until = datetime(2027, 1, 1, 1, 0, tzinfo=UTC)
    joined = {7: datetime(2025, 12, 31, 16, 0, tzinfo=UTC)}  # the first of January in Tokyo
    found = find(seen(since=until - A_DAY, until=until, joined=joined, about_lately=frozenset({7})))
    assert [m.data for m in found] == [{"years": 1}]


# ---- quiet, and the same each time

moments_of_time = st.integers(-400, 5).map(lambda days: NOW + days * A_DAY - timedelta(hours=1))
members = st.integers(1, 4)
lives = st.builds(
    seen,
    answers=st.lists(st.builds(Answer, members, members, moments_of_time, st.booleans()), max_size=8),
    solutions=st.lists(
        st.builds(
            Solution, members, members, moments_of_time, moments_of_time, moments_of_time, st.booleans(), st.booleans()
        ),
        max_size=8,
    ),
    visits=st.lists(st.builds(Visit, members, members, st.integers(0, 11), moments_of_time), max_size=8),
    returns=st.lists(st.builds(Return, members, moments_of_time, moments_of_time), max_size=8),
    hands=st.dictionaries(members, st.dictionaries(st.integers(1, 8), moments_of_time), max_size=3),
    joined=st.dictionaries(members, moments_of_time, max_size=4),
    about_lately=st.frozensets(members),
    growth=st.dictionaries(
        st.sampled_from(list(STEPS)), st.builds(Growth, st.integers(0, 700), st.integers(0, 700), moments_of_time)
    ),
)


@given(lives)
def test_the_same_facts_give_the_same_moments_and_each_once(life: Seen) -> None:
    found = find(life)
    assert found == find(life)
    assert all(n == 1 for n in Counter(m.key for m in found).values())
    for moment in found:
        assert life.since < moment.at <= life.until, "nothing is back-dated"
        assert (moment.member is None) == moment.peak.of_all


@given(lives)
def test_what_was_imported_gives_nothing(life: Seen) -> None:
    brought = replace(
        life,
        answers=[replace(a, imported=True) for a in life.answers],
        solutions=[replace(s, imported=True) for s in life.solutions],
    )
    assert not {m.kind for m in find(brought)} & {Kind.FIRST_ANSWER, Kind.FIRST_SOLVED, Kind.FAST_SOLVED}


@given(lives, st.integers(0, 72))
def test_two_looks_find_what_one_finds(life: Seen, hours: int) -> None:
    middle = life.since + timedelta(hours=hours)
    halves = find(replace(life, until=middle)) + find(replace(life, since=middle))
    assert {m.key for m in find(life)} <= {m.key for m in halves}


def test_nothing_from_before_the_first_look_and_nothing_old() -> None:
    assert span_of(NOW - A_DAY, NOW) == NOW - A_DAY
    assert span_of(NOW - timedelta(days=99), NOW) == NOW - QUIET_AFTER


# ---- the words


@pytest.mark.parametrize("peak", PEAKS.values(), ids=lambda peak: peak.kind.value)
def test_each_moment_has_words_without_others_names(peak: object) -> None:
    assert isinstance(peak, type(PEAKS[Kind.COMEBACK]))
    needs = set(re.findall(r"\{(\w+)\}", peak.wordings[-1]))
    assert needs <= {"who", "n", "time"}
    assert peak.of_all == ("who" not in needs)
    assert wording_of(peak, needs) == peak.wordings[-1]
    assert wording_of(peak, {"who", "asker", "title", "time", "n", "by"}) == peak.wordings[0]
    assert not re.search(r"\b(best|top|most|rank|#1|winner)\b", " ".join(peak.wordings), re.IGNORECASE)


# ---- asked and told sparingly


def moment(n: int, member: int | None = 7, kind: Kind = Kind.FAST_SOLVED, **more: object) -> Moment:
    whole: dict[str, object] = {"id": n, "key": f"{kind}:{n}", "kind": kind, "member": member, "at": AT,
                                "changed_at": AT}  # fmt: skip
    return Moment(**{**whole, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "earlier", "days", "peace"),
    [
        (Kind.COMEBACK, State.POSTED, 13, True),
        (Kind.COMEBACK, State.DECLINED, 13, True),
        (Kind.COMEBACK, State.POSTED, 14, False),
        (Kind.COMEBACK, State.DROPPED, 1, False),
        (Kind.COMEBACK, State.ASKED, 400, True),
        (Kind.FAST_SOLVED, State.POSTED, 29, True),
        (Kind.FAST_SOLVED, State.POSTED, 31, False),
        (Kind.NOMINATED, State.POSTED, 1, False),  # what others say is not rationed by what the bot saw
        (Kind.NOMINATED, State.ASKED, 1, True),
    ],
)
def test_a_member_is_left_in_peace(kind: Kind, earlier: State, days: int, *, peace: bool) -> None:
    before = moment(1, kind=Kind.FAST_SOLVED, state=earlier, changed_at=NOW - timedelta(days=days))
    assert rests(moment(2, kind=kind), [before], NOW) is peace
    assert not rests(moment(2, member=8, kind=kind), [before], NOW)


stored = st.builds(
    moment,
    st.integers(1, 60),
    st.one_of(st.none(), st.integers(1, 5)),
    st.sampled_from(list(Kind)),
    state=st.sampled_from(list(State)),
    changed_at=st.integers(0, 40).map(lambda days: NOW - timedelta(days=days)),
)


@given(st.lists(stored, max_size=12, unique_by=lambda m: m.id), st.integers(0, 9), st.integers(0, 5))
def test_no_more_are_asked_than_could_be_told_and_nobody_twice(all_: list[Moment], most: int, posted: int) -> None:
    found = [m for m in all_ if m.state is State.FOUND]
    earlier = [m for m in all_ if m.state is not State.FOUND]
    chosen = choose_to_ask(found, earlier, posted, most, NOW)
    pending = sum(m.state in PENDING for m in earlier)
    assert len(chosen) <= max(0, 2 * most - pending - posted)
    assert all(n == 1 for n in Counter(m.member for m in chosen).values())
    assert all(not m.peak.of_all and not rests(m, earlier, NOW) for m in chosen)
    assert choose_to_ask(found, earlier, posted, 0, NOW) == []


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(0, 21))
def test_the_weekly_most_is_never_passed(new_by_day: list[int], most: int) -> None:
    ready: list[Moment] = []
    told: list[datetime] = []
    for day, new in enumerate(new_by_day):
        now = NOW + timedelta(days=day)
        ready += [moment(100 * day + n, member=n, changed_at=now) for n in range(new)]
        for look in range(2):  # the look comes twice: nothing more is told
            week = sum(now - at < WEEK for at in told)
            today = sum(at == now for at in told)
            chosen = choose_to_post(ready, week, today, most)
            assert not (look and chosen)
            ready = [m for m in ready if m not in chosen]
            told += [now] * len(chosen)
        assert sum(now - at < WEEK for at in told) <= most


def test_what_waited_longest_goes_first_then_the_rarest() -> None:
    old = moment(1, changed_at=NOW - timedelta(days=4))
    rare = moment(2, member=None, kind=Kind.MEMBERS, changed_at=NOW)
    usual = moment(3, kind=Kind.ANNIVERSARY, changed_at=NOW)
    assert choose_to_post([usual, rare, old], 0, 0, 21) == [old, rare, usual]
    assert choose_to_post([usual, rare, old], 0, 0, 3) == [old], "one a day keeps each its own"
    assert choose_to_post([usual, rare, old], 3, 0, 3) == []


@pytest.mark.parametrize(
    ("state", "waited", "late"),
    [
        (State.FOUND, timedelta(days=7), True),
        (State.ASKED, timedelta(days=6), False),
        (State.ASKED, timedelta(days=7), True),
        (State.IN_REVIEW, timedelta(days=8), True),
        (State.AGREED, timedelta(days=8), False),
        (State.APPROVED, STALE, True),
        (State.POSTED, timedelta(days=99), False),
        (State.DECLINED, timedelta(days=99), False),
    ],
)
def test_what_waits_too_long_is_let_go(state: State, waited: timedelta, *, late: bool) -> None:
    one = moment(1, state=state, changed_at=NOW - waited)
    assert is_out_of_date(one, NOW, timedelta(days=7)) is late


@pytest.mark.parametrize(
    "wrong",
    [{"time": "3:00"}, {"time": "20:00"}, {"time": "25:00"}, {"time": ""}, {"weekly_most": -1}, {"weekly_most": 22},
     {"ask_within_days": 0}, {"ask_within_days": 61}],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=f"recognition.{next(iter(wrong))}"):
        RecognitionSettings(**wrong)  # type: ignore[arg-type]
