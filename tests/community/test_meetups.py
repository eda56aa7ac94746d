from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from community.meetups.people import (
    add_organiser,
    hand_over,
    merge_members,
    organiser_left,
    presenters,
    remove_organiser,
)
from community.meetups.plan import (
    Chapter,
    Meetup,
    MeetupChange,
    MeetupError,
    MeetupState,
    Part,
    Plan,
    Where,
    Wrong,
    cancel,
    create,
    edit,
    end,
    publish,
)

NOW = datetime(2026, 11, 20, tzinfo=UTC)
STARTS = datetime(2026, 12, 4, 10, tzinfo=UTC)
PLAN = Plan(title="読書会", starts=STARTS, ends=STARTS + timedelta(hours=2), zone="Asia/Tokyo")
HANA, KEN, MEI = 1, 2, 3


def planned(**changes: Any) -> Meetup:  # noqa: ANN401 - fields of a plan
    return create(replace(PLAN, **changes), HANA, NOW).meetup


def test_a_plan_becomes_a_meetup_of_who_made_it() -> None:
    meetup = create(replace(PLAN, title="  Rust\r\nで  読む会 "), HANA, NOW).meetup
    assert meetup.plan.title == "Rust で 読む会"
    assert meetup.organisers == (HANA,)
    assert meetup.state is MeetupState.PLANNED


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"title": " "}, Wrong.TITLE),
        ({"title": "x" * 101}, Wrong.TITLE),
        ({"starts": NOW}, Wrong.PAST),
        ({"starts": NOW + timedelta(days=2000), "ends": NOW + timedelta(days=2000, hours=1)}, Wrong.FAR),
        ({"ends": STARTS}, Wrong.ORDER),
        ({"ends": STARTS + timedelta(days=8)}, Wrong.LONG),
        ({"where": Where.VENUE}, Wrong.PLACE),
        ({"link": "javascript:alert(1)"}, Wrong.LINK),
        ({"chapters": (Chapter(title=""),)}, Wrong.CHAPTERS),
        ({"speakers": (KEN, KEN)}, Wrong.PEOPLE),
        ({"description": "x" * 1001}, Wrong.DESCRIPTION),
    ],
)
def test_a_plan_that_cannot_be_says_why(changes: dict[str, Any], wrong: Wrong) -> None:
    with pytest.raises(MeetupError) as refused:
        planned(**changes)
    assert wrong in refused.value.wrong


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(MeetupError) as refused:
        planned(title="", where=Where.HYBRID, ends=STARTS - timedelta(hours=1))
    assert set(refused.value.wrong) == {Wrong.TITLE, Wrong.PLACE, Wrong.ORDER}


def test_an_edit_says_what_is_new_and_whether_people_are_told() -> None:
    meetup = planned()
    later = edit(meetup, replace(PLAN, starts=STARTS + timedelta(hours=1)), HANA, NOW)
    assert (later.parts, later.is_told, later.meetup.revision) == (frozenset({Part.TIME}), True, 1)
    elsewhere = edit(meetup, replace(PLAN, where=Where.VENUE, place="渋谷"), HANA, NOW)
    assert (elsewhere.parts, elsewhere.is_told) == (frozenset({Part.PLACE}), True)
    worded = edit(meetup, replace(PLAN, description="本を持ってきてください", title="輪読会"), HANA, NOW)
    assert (worded.parts, worded.is_told) == (frozenset({Part.DETAILS, Part.TITLE}), False)
    assert edit(meetup, PLAN, HANA, NOW) == MeetupChange(meetup=meetup, by=HANA)


def test_words_can_be_changed_after_the_start_but_the_time_not_into_the_past() -> None:
    meetup, during = planned(), STARTS + timedelta(minutes=5)
    assert edit(meetup, replace(PLAN, link="https://example.org/call"), HANA, during).parts == {Part.PLACE}
    with pytest.raises(MeetupError, match="past"):
        edit(meetup, replace(PLAN, starts=STARTS - timedelta(hours=1)), HANA, during)


def test_only_organisers_and_moderators_change_a_meetup() -> None:
    meetup = planned()
    with pytest.raises(MeetupError, match="not_yours"):
        edit(meetup, PLAN, KEN, NOW)
    with pytest.raises(MeetupError, match="not_yours"):
        cancel(meetup, KEN)
    assert cancel(meetup, KEN, moderator=True).meetup.state is MeetupState.CANCELLED
    helped = add_organiser(meetup, KEN, HANA).meetup
    assert cancel(helped, KEN, reason=" 台風のため ").meetup.reason == "台風のため"


def test_a_meetup_is_cancelled_once_and_not_changed_after() -> None:
    off = cancel(planned(), HANA).meetup
    assert cancel(off, HANA) == MeetupChange(meetup=off, by=HANA)
    with pytest.raises(MeetupError, match="not_open"):
        edit(off, PLAN, HANA, NOW)
    assert end(off, PLAN.ends).meetup is off


def test_a_meetup_is_over_when_its_time_has_passed() -> None:
    meetup = planned()
    assert end(meetup, PLAN.ends - timedelta(seconds=1)).meetup.state is MeetupState.PLANNED
    assert end(meetup, PLAN.ends).meetup.state is MeetupState.OVER


def test_a_draft_tells_nobody_until_it_is_published() -> None:
    draft = create(PLAN, HANA, NOW, draft=True).meetup
    assert not edit(draft, replace(PLAN, starts=STARTS + timedelta(hours=1)), HANA, NOW).is_told
    assert publish(draft, HANA, NOW).meetup.state is MeetupState.PLANNED
    with pytest.raises(MeetupError, match="past"):
        publish(draft, HANA, STARTS)


def test_organisers_hand_over_join_and_leave() -> None:
    given = hand_over(planned(), KEN, HANA).meetup
    assert (given.organiser, given.co_organisers) == (KEN, (HANA,))
    assert hand_over(given, KEN, HANA).parts == frozenset()
    assert organiser_left(given, KEN).meetup.organisers == (HANA,)
    alone = remove_organiser(given, HANA, KEN).meetup
    with pytest.raises(MeetupError, match="still_needed"):
        remove_organiser(alone, KEN, KEN)


def test_a_meetup_whose_only_organiser_left_stands_and_a_moderator_hands_it_on() -> None:
    orphan = organiser_left(planned(), HANA).meetup
    assert (orphan.organisers, orphan.state) == ((), MeetupState.PLANNED)
    assert hand_over(orphan, MEI, KEN, moderator=True).meetup.organisers == (MEI,)


def test_two_members_who_are_one_organise_once() -> None:
    meetup = add_organiser(
        planned(speakers=(KEN, MEI), chapters=(Chapter(title="1", presenter=MEI),)), MEI, HANA
    ).meetup
    one = merge_members(meetup, kept=HANA, gone=MEI)
    assert one.organisers == (HANA,)
    assert one.plan.speakers == (KEN, HANA)
    assert one.plan.chapters[0].presenter == HANA


def test_chapters_go_round_the_rota_and_a_chapter_taken_counts_as_a_turn() -> None:
    chapters = tuple(Chapter(title=str(n), presenter=HANA if n == 2 else None) for n in range(5))
    assert [c.presenter for c in presenters(chapters, (HANA, KEN, MEI))] == [KEN, MEI, HANA, HANA, KEN]
    assert [c.presenter for c in presenters(chapters, (HANA, KEN, MEI), away={KEN, MEI})] == [HANA] * 5
    assert presenters(chapters, ()) == chapters
