"""The line for a seat in the community: first come, first served among those who applied, never above the cap."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chat.ids import Platform, UserRef
from community.hours.quiet_hours import QuietHours, is_quiet
from community.hours.waking import NIGHT as WAKING_NIGHT
from community.membership.commands import (
    Admit,
    Apply,
    Command,
    Decline,
    Move,
    Pass,
    Ready,
    Restore,
    Settle,
    Take,
    Withdraw,
)
from community.membership.decisions import Decision, Reason, Tell
from community.membership.line import decide, free_seats, line_of, must_wait, place_of, remind_at
from community.membership.settings import MembershipSettings
from community.membership.values import Answers, Application, Rhythm, Roll, Standing

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)  # ten in the morning in Tokyo
TOKYO = ZoneInfo("Asia/Tokyo")
WORDS = Answers(purpose="to learn")


def _one(member: int, standing: Standing = Standing.APPLIED, **more: object) -> Application:
    rank = float(member) if standing in {Standing.APPLIED, Standing.OFFERED} else 0.0
    base = Application(
        id=member * 10,
        member=member,
        account=UserRef(Platform.SLACK, "T1", f"U{member}"),
        standing=standing,
        rank=rank,
        came_at=NOW,
        applied_at=NOW if rank else None,
    )
    return replace(base, **more)


def _roll(*applications: Application, cap: int = 10, seated: int = 10, **rules: object) -> Roll:
    settings = MembershipSettings(cap=cap, **rules)  # type: ignore[arg-type]
    return Roll(rules=settings, seated=seated, applications=applications, zone=TOKYO)


def _after(roll: Roll, decision: Decision) -> Roll:
    """Return the roll as the store would load it the next time."""
    found = {one.member: one for one in roll.applications} | {one.member: one for one in decision.changed}
    seated = sum(one.standing is Standing.SEATED for one in decision.changed)
    return replace(roll, applications=tuple(found.values()), seated=roll.seated + seated)


def _standing(decision: Decision, member: int) -> Standing:
    return next(one.standing for one in decision.changed if one.member == member)


def test_a_full_community_lets_newcomers_wait_and_a_free_one_does_not() -> None:
    assert must_wait(_roll())
    assert not must_wait(_roll(seated=9))
    assert must_wait(_roll(_one(1, Standing.OFFERED), seated=9)), "a seat that is kept for somebody is not free"
    assert not must_wait(_roll(cap=0))
    assert must_wait(_roll(seated=15)), "a cap below those who are here removes nobody, and lets nobody in"


def test_a_freed_seat_goes_to_who_applied_first() -> None:
    decision = decide(_roll(_one(2), _one(1), _one(3, Standing.WAITING), seated=9), Settle(), NOW)
    assert decision.tells == {1: Tell.OFFERED}
    (offered,) = decision.changed
    assert (offered.member, offered.standing) == (1, Standing.OFFERED)


def test_who_has_not_applied_is_offered_nothing_and_is_when_they_apply() -> None:
    roll = _roll(_one(1, Standing.WAITING), seated=9)
    assert decide(roll, Settle(), NOW).changed == ()
    decision = decide(roll, Apply(1, WORDS), NOW)
    assert decision.tells == {1: Tell.OFFERED}
    assert decision.changed[0].answers == WORDS


def test_as_many_offers_as_free_seats() -> None:
    decision = decide(_roll(_one(1, Standing.OFFERED, claim_until=NOW + timedelta(1)), _one(2), _one(3), _one(4),
                            seated=7), Settle(), NOW)  # fmt: skip
    assert decision.tells == {2: Tell.OFFERED, 3: Tell.OFFERED}


def test_an_offer_ends_after_the_hours_that_its_reader_is_awake() -> None:
    quiet = QuietHours(time(20), time(8))
    roll = replace(_roll(_one(1), seated=9, claim_hours=24), rhythms={1: Rhythm(quiet, TOKYO)})
    (offered,) = decide(roll, Settle(), NOW).changed
    assert offered.claim_until == NOW + timedelta(days=2), "twelve hours of each day, from ten in the morning"
    assert remind_at(offered, Rhythm(quiet, TOKYO), NOW) == datetime(2026, 11, 23, 7, 0, tzinfo=UTC), "six waking hours"


NIGHT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # midnight in Tokyo
MORNING = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)


def test_at_night_a_seat_is_kept_and_offered_in_the_morning_and_nobody_overtakes() -> None:
    awake = {2: Rhythm(None, ZoneInfo("Europe/Berlin"))}
    roll = replace(_roll(_one(1), _one(2), seated=9, claim_hours=24), rhythms=awake)
    kept = decide(roll, Settle(), NIGHT)
    assert kept.tells == {}, "it is night for the first, and the seat is not the second's"
    (one,) = kept.changed
    assert (one.member, one.standing) == (1, Standing.OFFERED)
    assert (one.offered_at, one.claim_until) == (MORNING, None)
    after = _after(roll, kept)
    assert must_wait(after)
    assert decide(after, Settle(), NIGHT + timedelta(hours=3)).changed == (), "asked again: nothing new"
    told = decide(after, Settle(), MORNING)
    assert told.tells == {1: Tell.OFFERED}
    (one,) = told.changed
    assert one.claim_until == datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "fourteen hours, and ten of the next day"


def test_a_bot_that_was_away_in_the_morning_gives_the_whole_time_all_the_same() -> None:
    roll = _roll(_one(1), seated=9, claim_hours=4)
    after = _after(roll, decide(roll, Settle(), NIGHT))
    late = MORNING + timedelta(hours=9)
    (one,) = decide(after, Settle(), late).changed
    assert (one.offered_at, one.claim_until, one.lapsed) == (late, late + timedelta(hours=4), 0)
    (again,) = decide(after, Settle(), NIGHT + timedelta(days=1)).changed
    assert (again.offered_at, again.claim_until) == (MORNING + timedelta(days=1), None), (
        "away all day: the next morning"
    )


def test_who_is_awake_at_night_is_asked_then_and_may_take_or_leave_what_is_kept() -> None:
    roll = _roll(_one(1), _one(2), seated=9)
    awake = {1: Rhythm(None, TOKYO, awake=True)}
    assert decide(replace(roll, rhythms=awake), Settle(), NIGHT).tells == {1: Tell.OFFERED}
    after = _after(roll, decide(roll, Settle(), NIGHT))
    assert decide(replace(after, rhythms=awake), Settle(), NIGHT).tells == {1: Tell.OFFERED}
    assert decide(after, Take(1), NIGHT).tells == {1: Tell.SEATED}
    gone = decide(after, Withdraw(1), NIGHT)
    assert gone.tells == {}
    assert [one.member for one in _after(after, gone).applications if one.standing is Standing.OFFERED] == [2]


def test_who_lapses_at_the_beginning_of_the_night_and_is_next_again_hears_one_thing_in_the_morning() -> None:
    roll = _roll(_one(1, Standing.OFFERED, claim_until=NIGHT, offered_at=NOW), seated=9)
    decision = decide(roll, Settle(), NIGHT)
    assert decision.tells == {}
    assert decision.changed[0].lapsed == 1
    assert decide(_after(roll, decision), Settle(), MORNING).tells == {1: Tell.OFFERED}


def test_a_lapsed_offer_goes_to_the_next_and_its_reader_to_the_end() -> None:
    roll = _roll(_one(1, Standing.OFFERED, claim_until=NOW), _one(2), _one(3), seated=9)
    decision = decide(roll, Settle(), NOW)
    assert decision.tells == {1: Tell.LAPSED, 2: Tell.OFFERED}
    assert [one.member for one in line_of(_after(roll, decision).applications)] == [3, 1]


def test_who_lets_too_many_offers_lapse_is_asked_no_more_and_may_apply_again() -> None:
    roll = _roll(_one(1, Standing.OFFERED, claim_until=NOW, lapsed=2), seated=9, offers_most=3)
    decision = decide(roll, Settle(), NOW)
    assert decision.tells == {1: Tell.CLOSED}
    assert _standing(decision, 1) is Standing.CLOSED
    again = decide(_after(roll, decision), Apply(1, WORDS), NOW)
    assert again.tells == {1: Tell.OFFERED}
    assert again.changed[0].lapsed == 0


def test_an_offer_that_lapsed_with_nobody_behind_is_made_again() -> None:
    decision = decide(_roll(_one(1, Standing.OFFERED, claim_until=NOW), seated=9), Settle(), NOW)
    assert decision.tells == {1: Tell.OFFERED}
    assert decision.changed[0].lapsed == 1


def test_a_seat_is_taken_once_and_in_time() -> None:
    roll = _roll(_one(1, Standing.OFFERED, claim_until=NOW + timedelta(hours=1)), _one(2), seated=9)
    decision = decide(roll, Take(1), NOW)
    assert (decision.tells, decision.refused) == ({1: Tell.SEATED}, None)
    twice = decide(_after(roll, decision), Take(1), NOW)
    assert (twice.changed, twice.refused) == ((), None), "a second press changes nothing"
    late = decide(roll, Take(1), NOW + timedelta(hours=1))
    assert (late.refused, late.tells) == (Reason.OFFER_GONE, {1: Tell.LAPSED, 2: Tell.OFFERED})
    assert decide(roll, Take(2), NOW).refused is Reason.OFFER_GONE, "not theirs"
    assert decide(roll, Take(7), NOW).refused is Reason.NO_APPLICATION


def test_not_now_keeps_the_place_and_asks_the_next() -> None:
    roll = _roll(_one(1, Standing.OFFERED, claim_until=NOW + timedelta(1)), _one(2), seated=9)
    decision = decide(roll, Pass(1), NOW)
    assert decision.tells == {2: Tell.OFFERED}
    after = _after(roll, decision)
    assert place_of(after.applications, 1) == (1, 1)
    rests = next(one.rests_until for one in after.applications if one.member == 1)
    assert rests is not None
    freed = replace(after, seated=8)
    assert decide(freed, Settle(), NOW).changed == (), "is not asked again at once"
    assert decide(freed, Settle(), rests).tells[1] is Tell.OFFERED
    assert decide(freed, Ready(1), NOW).tells == {1: Tell.OFFERED}


def test_who_withdraws_makes_room_for_the_next() -> None:
    roll = _roll(_one(1, Standing.OFFERED, claim_until=NOW + timedelta(1)), _one(2), seated=9)
    decision = decide(roll, Withdraw(1), NOW)
    assert decision.tells == {2: Tell.OFFERED}
    assert _standing(decision, 1) is Standing.WITHDRAWN
    assert decide(_after(roll, decision), Withdraw(1), NOW).refused is Reason.NOT_IN_LINE


def test_a_moderator_lets_in_over_the_order_and_above_the_cap_only_when_said() -> None:
    roll = _roll(_one(1), _one(2))
    assert decide(roll, Admit(2, 9), NOW).refused is Reason.FULL
    decision = decide(roll, Admit(2, 9, "a speaker", over=True), NOW)
    assert (decision.tells, decision.refused) == ({2: Tell.SEATED}, None)
    assert (decision.changed[0].decided_by, decision.changed[0].reason) == (9, "a speaker")
    assert decide(_after(roll, decision), Settle(), NOW).changed == (), "one above the cap: nobody else is asked"


def test_an_admitted_who_held_an_offer_takes_that_seat() -> None:
    roll = _roll(_one(1, Standing.OFFERED, claim_until=NOW + timedelta(1)), _one(2), seated=9)
    decision = decide(roll, Admit(1, 9), NOW)
    assert (decision.refused, decision.tells) == (None, {1: Tell.SEATED})


def test_a_decline_is_taken_back_at_the_old_place() -> None:
    roll = _roll(_one(1), _one(2), _one(3))
    decision = decide(roll, Decline(2, 9, "not now"), NOW)
    assert decision.tells == {2: Tell.DECLINED}
    after = _after(roll, decision)
    assert decide(after, Apply(2, WORDS), NOW).refused is Reason.DECLINED
    back = decide(after, Restore(2), NOW)
    assert back.tells == {2: Tell.RESTORED}
    assert place_of(_after(after, back).applications, 2) == (2, 3)
    assert decide(_after(after, back), Restore(2), NOW).refused is Reason.NOT_DECLINED


@pytest.mark.parametrize(
    ("member", "place", "line"), [(3, 1, [3, 1, 2]), (1, 2, [2, 1, 3]), (1, 3, [2, 3, 1]), (2, 99, [1, 3, 2])]
)
def test_a_moderator_moves_somebody_to_a_place(member: int, place: int, line: list[int]) -> None:
    roll = _roll(_one(1), _one(2), _one(3))
    after = _after(roll, decide(roll, Move(member, place, 9, "because"), NOW))
    assert [one.member for one in line_of(after.applications)] == line


def test_a_line_in_which_much_was_moved_still_has_room_between_two() -> None:
    roll = _roll(_one(1), _one(2), _one(3))
    for n in range(200):
        roll = _after(roll, decide(roll, Move(3 - n % 2, 2, 9), NOW))
        assert len({one.rank for one in roll.applications}) == 3
    assert next(one.member for one in line_of(roll.applications)) == 1


def test_without_a_cap_everybody_who_waits_is_let_in_and_who_was_told_no_is_not() -> None:
    roll = _roll(_one(1), _one(2, Standing.OFFERED), _one(3, Standing.WAITING), _one(4, Standing.DECLINED), cap=0)
    decision = decide(roll, Settle(), NOW)
    assert decision.tells == {1: Tell.SEATED, 2: Tell.SEATED, 3: Tell.SEATED}


MEMBERS = st.integers(1, 6)
COMMANDS = st.one_of(
    st.builds(Apply, MEMBERS, st.just(WORDS)),
    st.builds(Take, MEMBERS),
    st.builds(Pass, MEMBERS),
    st.builds(Ready, MEMBERS),
    st.builds(Withdraw, MEMBERS),
    st.builds(Admit, MEMBERS, st.just(9)),
    st.builds(Decline, MEMBERS, st.just(9)),
    st.builds(Restore, MEMBERS),
    st.builds(Move, MEMBERS, st.integers(1, 6), st.just(9)),
    st.just(Settle()),
)
STEPS = st.lists(st.tuples(COMMANDS, st.integers(0, 60), st.sampled_from(["", "", "", "leaves", "more", "less"])))


@given(steps=STEPS, cap=st.integers(1, 5))
def test_never_more_seats_and_offers_than_the_cap_whatever_happens(
    steps: list[tuple[Command, int, str]], cap: int
) -> None:
    roll = _roll(*(_one(n, Standing.WAITING) for n in range(1, 7)), cap=cap, seated=cap, claim_hours=8)
    now, promised = NOW, cap
    for command, hours, event in steps:
        now += timedelta(hours=hours)
        if event == "leaves" and roll.seated:
            roll = replace(roll, seated=roll.seated - 1)
        elif event:
            step = 1 if event == "more" else -1
            roll = replace(roll, rules=replace(roll.rules, cap=max(1, roll.rules.cap + step)))
        decision = decide(roll, command, now)
        assert len({one.member for one in decision.changed}) == len(decision.changed), "nobody twice"
        offered = [m for m, tell in decision.tells.items() if tell is Tell.OFFERED]
        assert not (offered and is_quiet(WAKING_NIGHT, now, TOKYO)), "an offer was made at night"
        roll = _after(roll, decision)
        taken = roll.seated + sum(one.standing is Standing.OFFERED for one in roll.applications)
        # a cap that was lowered takes nothing away: what was there before may stay, and nothing comes on top
        promised = max(roll.rules.cap, min(promised, taken))
        assert taken <= promised
        _nobody_was_passed_over(roll, set(offered), now)
        free = free_seats(roll)
        ready = [one for one in line_of(roll.applications) if one.rests_until is None or one.rests_until <= now]
        assert free == 0 or not ready, "a free seat waits for nobody who would take it"


def _nobody_was_passed_over(roll: Roll, offered: set[int], now: datetime) -> None:
    asked = [one for one in roll.applications if one.member in offered]
    for waiting in line_of(roll.applications):
        if waiting.rests_until is None or waiting.rests_until <= now:
            assert all(one.rank <= waiting.rank for one in asked), "somebody behind was asked first"
