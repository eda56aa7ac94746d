"""An announced meetup changes: time, place, who runs it, whether it is at all."""

from datetime import UTC, datetime, timedelta

import pytest

from chat.answers import OpenForm, Say
from chat.card import Select
from chat.effects import DirectMessage, Post, RedrawPost
from chat.ids import UserRef
from community.meetups.plan import MeetupState, Where
from community.seats.values import SeatKind
from tests.handlers.meetups.planning import TYPED, comes, draft, errors, ledger, only, planned, stored
from tests.handlers.stage import DISCORD, Stage, card_of, form_of, text_of


def told(stage: Stage) -> dict[UserRef, str]:
    """Return what members were told in private."""
    return {e.user: text_of(e) for e in stage.sent if isinstance(e, DirectMessage)}


async def test_a_new_time_reaches_whoever_holds_or_waits(stage: Stage) -> None:
    aki, bo, cho = await stage.joins("aki"), await stage.joins("bo", DISCORD), await stage.joins("cho")
    dai = await stage.joins("dai")
    found = await planned(stage, aki)
    await stage.sends(aki, f"plan_part:{found.id}:seats", {"venue": "1"})
    for user in (bo, cho):
        await comes(stage, user, found.id)
    await stage.acts(dai, f"rsvp:{found.id}:maybe")
    stage.sent.clear()
    form = form_of(await stage.acts(aki, f"plan_change:{found.id}"))
    answer = await stage.sends(aki, form, TYPED | {"when": "2026-12-12 10:00-12:00"})
    assert "It is changed" in text_of(answer)
    assert set(told(stage)) == {bo, cho, dai}
    assert all("The time has changed" in said and "12 Dec 2026, 10:00" in said for said in told(stage).values())
    assert "Your seat is kept" in told(stage)[bo]
    assert "You keep your place on the waiting list" in told(stage)[cho]
    assert "You said: maybe. The new time is:" in told(stage)[dai]
    assert (await ledger(stage, found.id)).starts == datetime(2026, 12, 12, 1, 0, tzinfo=UTC)
    await stage.passes(timedelta(seconds=2))
    assert "12 Dec 2026, 10:00" in text_of([e for e in stage.sent if isinstance(e, RedrawPost)][-1])
    stage.sent.clear()
    await stage.sends(aki, form, TYPED | {"when": "2026-12-12 10:00-12:00"})
    assert told(stage) == {}
    assert await stage.facts("meetup.edited") == ["meetup.edited"]


async def test_a_new_place_reaches_whoever_holds_or_waits_once(stage: Stage) -> None:
    aki, bo, cho, dai = [await stage.joins(name) for name in ("aki", "bo", "cho", "dai")]
    found = await planned(stage, aki)
    for user in (bo, cho):
        await comes(stage, user, found.id)
    stage.sent.clear()
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": "Library, room 2", "title": "Dune"})
    assert set(told(stage)) == {bo, cho}
    assert all("Library, room 2" in said for said in told(stage).values())
    assert dai not in told(stage)
    stage.sent.clear()
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": "Library, room 2", "title": "Dune", "description": ""})
    assert told(stage) == {}


async def test_a_place_told_at_night_waits_for_the_morning(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    found = await planned(stage, aki)
    await comes(stage, bo, found.id)
    stage.now = datetime(2026, 12, 4, 15, 0, tzinfo=UTC)  # midnight in Tokyo
    stage.sent.clear()
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": "Elsewhere"})
    assert told(stage) == {}
    await stage.passes(timedelta(hours=9))
    assert "Elsewhere" in told(stage)[bo]


async def test_seats_follow_the_place(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    found = await planned(stage, aki)
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": "online"})
    seats = (await ledger(stage, found.id)).allotments
    assert (seats[SeatKind.VENUE].closed, seats[SeatKind.ONLINE].closed) == (True, False)
    await stage.sends(aki, f"plan:{found.id}", TYPED)
    await comes(stage, bo, found.id, SeatKind.VENUE)
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": "online"})
    after = await ledger(stage, found.id)
    assert after.entries[await stage.member(bo)].seat is SeatKind.ONLINE  # nobody loses a seat by it
    assert after.choices == (SeatKind.ONLINE,)  # and nobody new gets one there
    assert (await only(stage)).meetup.plan.where is Where.ONLINE


async def test_a_kind_of_seat_that_was_closed_is_no_longer_shown_nor_asked_for(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo", DISCORD)
    found = await planned(stage, aki)
    stage.sent.clear()
    await stage.sends(aki, f"plan:{found.id}", TYPED | {"spot": "online"})
    await stage.passes(timedelta(seconds=2))
    cards = stage.took(RedrawPost)
    assert len(cards) == 2
    for effect in cards:
        assert "0 of 0" not in text_of(effect)
        assert "On site" not in text_of(effect)
        assert not [part for part in effect.card.parts if isinstance(part, Select)]
    assert "0 of 0" not in text_of(await stage.types(bo, "meetup", "list"))
    said = await stage.acts(bo, f"rsvp:{found.id}:going")  # one kind is left: nobody is asked which
    assert "You have a seat: Online" in text_of(said)
    menus = [part.action for part in card_of(said).parts if isinstance(part, Select)]
    assert [action for action in menus if action.startswith("seat")] == []
    await stage.sends(aki, f"plan:{found.id}", TYPED)
    await stage.passes(timedelta(seconds=2))
    assert all("On site" in text_of(effect) for effect in stage.took(RedrawPost))


@pytest.mark.parametrize(
    ("when", "said"), [("2026-12-03 10:00", "is over"), ("2026-12-11", "At what time"), ("金曜と土曜 19時", "")]
)
async def test_a_time_that_cannot_be_changes_nothing(stage: Stage, when: str, said: str) -> None:
    aki = await stage.joins("aki")
    found = await planned(stage, aki)
    answer = await stage.sends(aki, f"plan:{found.id}", TYPED | {"when": when, "title": "New"})
    assert said in errors(answer)["when"]
    assert await only(stage) == found


async def test_while_it_runs_words_change_and_the_time_stays(stage: Stage) -> None:
    aki = await stage.joins("aki")
    found = await planned(stage, aki)
    stage.now = found.meetup.plan.starts + timedelta(minutes=10)
    form = form_of(await stage.acts(aki, f"plan_change:{found.id}"))
    values = {field.key: str(getattr(field, "value", "")) for field in form.fields}
    await stage.sends(aki, form, {**values, "description": "We are on the third floor."})
    after = await only(stage)
    assert after.meetup.plan.description == "We are on the third floor."
    assert after.meetup.plan.starts == found.meetup.plan.starts


async def test_the_list_of_what_can_be_changed(stage: Stage) -> None:
    aki, bo, keeper = await stage.joins("aki"), await stage.joins("bo"), await stage.joins("keeper", is_admin=True)
    assert "You have no meetup to change" in text_of(await stage.types(aki, "meetup", "edit"))
    found = await planned(stage, aki)
    alone = await stage.types(aki, "meetup", "edit")
    assert f"plan_cancel:{found.id}" in str(card_of(alone))
    await draft(stage, aki, title="Second")
    both = card_of(await stage.types(aki, "meetup", "edit"))
    (menu,) = [part for part in both.parts if isinstance(part, Select)]
    assert [option.value for option in menu.options] == ["1", "2"]
    assert menu.options[1].label.startswith("Plan: ")
    opened = await stage.acts(aki, "plan_open", values=("2",))
    assert "Second" in text_of(opened)
    assert "You have no meetup" in text_of(await stage.types(bo, "meetup", "edit"))
    assert "Reading" in text_of(await stage.types(keeper, "meetup", "edit"))
    for forged in ("2", "99", "x", "²"):
        assert isinstance(await stage.acts(bo, "plan_open", values=(forged,)), Say)


# ---- called off


async def test_it_is_called_off_with_a_reason_and_everybody_concerned_is_told(stage: Stage) -> None:
    aki, bo, cho = await stage.joins("aki"), await stage.joins("bo", DISCORD), await stage.joins("cho")
    found = await planned(stage, aki)
    await comes(stage, bo, found.id)
    form = form_of(await stage.acts(aki, f"plan_cancel:{found.id}"))
    assert "1 person is told" in form.fields[0].hint
    stage.sent.clear()
    for _ in range(2):
        await stage.sends(aki, form, {"reason": "The speaker is ill & sorry."})
    assert set(told(stage)) == {bo}
    assert "The speaker is ill & sorry." in told(stage)[bo]
    assert cho not in told(stage)
    assert (await only(stage)).meetup.state is MeetupState.CANCELLED
    assert await stage.facts("meetup.cancelled") == ["meetup.cancelled"]
    await stage.passes(timedelta(seconds=2))
    assert "Cancelled: Reading" in text_of([e for e in stage.sent if isinstance(e, RedrawPost)][-1])
    for action in ("plan_change", "plan_cancel", "plan_hand", "plan_part"):
        assert "is cancelled" in text_of(await stage.acts(aki, f"{action}:{found.id}:seats"))
    assert "is cancelled" in text_of(await stage.sends(aki, f"plan:{found.id}", TYPED))


async def test_only_organisers_and_moderators_call_it_off(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    found = await planned(stage, aki)
    assert "Only its organisers" in text_of(await stage.sends(bo, f"plan_cancel:{found.id}", {"reason": ""}))
    assert (await only(stage)).meetup.state is MeetupState.PLANNED
    keeper = await stage.joins("keeper", is_admin=True)
    await stage.sends(keeper, f"plan_cancel:{found.id}", {"reason": ""})
    assert (await only(stage)).meetup.state is MeetupState.CANCELLED


# ---- who runs it


async def test_it_is_handed_over(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo", DISCORD)
    found = await planned(stage, aki)
    form = form_of(await stage.acts(aki, f"plan_hand:{found.id}"))
    assert "nobody called" in errors(await stage.sends(aki, form, {"to": "ghost"}))["to"]
    assert "One name" in errors(await stage.sends(aki, form, {"to": "aki, bo"}))["to"]
    assert "One name" in errors(await stage.sends(aki, form, {"to": " "}))["to"]
    stage.sent.clear()
    await stage.sends(aki, form, {"to": "bo"})
    meetup = (await only(stage)).meetup
    assert (meetup.organiser, meetup.co_organisers) == (await stage.member(bo), (await stage.member(aki),))
    assert "You are the organiser" in told(stage)[bo]
    assert await stage.facts("meetup.handed_over") == ["meetup.handed_over"]
    # both may still change it; who helps may be taken off the list, the last one may not leave
    await stage.sends(bo, f"plan_part:{found.id}:people", {"speakers": "", "co": ""})
    assert "Only its organisers" in text_of(await stage.acts(aki, f"plan_change:{found.id}"))


async def test_helpers_take_over_when_the_organiser_leaves(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo", DISCORD)
    found = await planned(stage, aki)
    await stage.sends(aki, f"plan_part:{found.id}:people", {"speakers": "", "co": "bo"})
    stage.sent.clear()
    await stage.leaves(aki)
    assert (await only(stage)).meetup.organiser == await stage.member(bo)
    assert "You are the organiser" in told(stage)[bo]


async def test_without_helpers_the_moderators_hear_of_it_and_one_takes_over(stage: Stage) -> None:
    aki, bo, keeper = await stage.joins("aki"), await stage.joins("bo"), await stage.joins("keeper", is_admin=True)
    found = await planned(stage, aki)
    await comes(stage, bo, found.id)
    await draft(stage, aki, title="Never seen")
    stage.sent.clear()
    await stage.leaves(aki)
    await stage.leaves(aki)
    (post,) = [e for e in stage.sent if isinstance(e, Post)]
    assert post.place.channel == "C-moderators"
    assert "nobody else runs it" in text_of(post)
    stands = await only(stage)  # the plan nobody saw is gone
    assert (stands.meetup.organiser, stands.meetup.state) == (None, MeetupState.PLANNED)
    assert (await ledger(stage, found.id)).entries[await stage.member(bo)].seat is SeatKind.VENUE
    assert "for moderators" in text_of(await stage.presses(bo, post.card, "plan_take"))
    assert "You run it now" in text_of(await stage.presses(keeper, post.card, "plan_take"))
    assert (await only(stage)).meetup.organiser == await stage.member(keeper)


# ---- once more


async def test_a_past_meetup_is_planned_again_at_a_new_time(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    assert "no meetup of yours" in text_of(await stage.types(aki, "meetup", "duplicate"))
    found = await planned(stage, aki)
    await stage.sends(aki, f"plan_part:{found.id}:seats", {"venue": "7"})
    await stage.sends(aki, f"plan_part:{found.id}:people", {"speakers": "", "co": "bo"})
    await stage.sends(aki, f"preq_set:{found.id}", {"questions": "Lunch?: yes, no\nWhat do you bring?"})
    await stage.passes(timedelta(days=10))
    card = card_of(await stage.types(bo, "meetup", "duplicate"))
    opened = await stage.presses(bo, card, "plan_again")
    assert isinstance(opened, OpenForm)
    values = {field.key: getattr(field, "value", None) for field in opened.form.fields}
    assert values == TYPED | {"when": ""}
    await stage.sends(bo, opened.form, TYPED | {"when": "2027-01-15 19:00-20:30"})
    again = (await stored(stage))[-1]
    assert again.meetup.state is MeetupState.DRAFT
    assert again.meetup.organiser == await stage.member(bo)
    assert again.meetup.co_organisers == (await stage.member(aki),)
    seats = await ledger(stage, again.id)
    assert seats.allotments[SeatKind.VENUE].cap == 7
    assert seats.entries == {}
    assert again.meetup.plan.ends - again.meetup.plan.starts == timedelta(minutes=90)
    form = form_of(await stage.acts(bo, f"preq_set:{again.id}"))
    assert [getattr(field, "value", None) for field in form.fields] == ["Lunch?: yes, no\nWhat do you bring?"]


async def test_only_who_may_change_it_plans_it_again(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    found = await planned(stage, aki)
    for answer in (
        await stage.acts(bo, f"plan_again:{found.id}"),
        await stage.acts(bo, "plan_again", values=(str(found.id),)),
        await stage.sends(bo, f"plan:0:{found.id}", TYPED),
        await stage.sends(bo, "plan:0:77", TYPED),
    ):
        assert isinstance(answer, Say)
    assert len(await stored(stage)) == 1
