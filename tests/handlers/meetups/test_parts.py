"""Seats, level, picture, people and chapters of a plan and of an announced meetup."""

import pytest

from chat.answers import Say
from chat.effects import DirectMessage
from chat.form import Values
from community.meetups.plan import MeetupState
from community.people.topics import Level
from community.seats.values import SeatKind
from tests.handlers.meetups.planning import TYPED, comes, draft, errors, ledger, only, planned
from tests.handlers.stage import DISCORD, Stage, form_of, text_of

CIRCLE = {"kind": "reading_circle"}


async def test_seats_are_set_on_a_plan(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki, spot="Cafe / online")
    meetup_id = (await only(stage)).id
    form = form_of(await stage.acts(aki, f"plan_part:{meetup_id}:seats"))
    assert [field.key for field in form.fields] == ["venue", "online"]
    card = await stage.sends(aki, form, {"venue": "３人", "online": ""})
    assert "On site: 3" in text_of(card)
    assert "Online: no limit" in text_of(card)
    seats = (await ledger(stage, meetup_id)).allotments
    assert (seats[SeatKind.VENUE].cap, seats[SeatKind.ONLINE].cap) == (3, None)
    # a change of the plan keeps them
    await stage.sends(aki, f"plan:{meetup_id}", TYPED | {"when": "2026-12-18 19:00", "spot": "Cafe / online"})
    after = await ledger(stage, meetup_id)
    assert after.allotments[SeatKind.VENUE].cap == 3
    assert after.starts == (await only(stage)).meetup.plan.starts


@pytest.mark.parametrize("typed", ["many", "-1", "1.5", "100001"])
async def test_what_is_no_number_of_seats_is_said(stage: Stage, typed: str) -> None:
    aki = await stage.joins("aki")
    found = await planned(stage, aki)
    answer = await stage.sends(aki, f"plan_part:{found.id}:seats", {"venue": typed})
    assert "Write a number of seats" in errors(answer)["venue"]
    assert (await ledger(stage, found.id)).allotments[SeatKind.VENUE].cap is None


async def test_a_cap_below_the_seats_taken_is_refused_in_words_and_a_higher_one_promotes(stage: Stage) -> None:
    aki, bo, cho = [await stage.joins(name) for name in ("aki", "bo", "cho")]
    await draft(stage, aki)
    meetup_id = (await only(stage)).id
    await stage.sends(aki, f"plan_part:{meetup_id}:seats", {"venue": "2"})
    await stage.acts(aki, f"plan_go:{meetup_id}")
    for user in (aki, bo, cho):
        await comes(stage, user, meetup_id)
    answer = await stage.sends(aki, f"plan_part:{meetup_id}:seats", {"venue": "1"})
    assert "there cannot be only 1" in errors(answer)["venue"]
    stage.sent.clear()
    await stage.sends(aki, f"plan_part:{meetup_id}:seats", {"venue": "3"})
    (told,) = [e for e in stage.sent if isinstance(e, DirectMessage)]
    assert told.user == cho
    assert "A seat has become free" in text_of(told)
    assert "seat.cap" in await stage.facts("seat.cap")


async def test_level_picture_and_names(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki)
    meetup_id = (await only(stage)).id
    values: Values = {"level": "beginner", "cover": "https://pictures.example/dune.png", "names": "hidden"}
    card = await stage.sends(aki, f"plan_part:{meetup_id}:details", values)
    assert "Beginner" in text_of(card)
    assert "not shown" in text_of(card)
    plan = (await only(stage)).meetup.plan
    assert (plan.level, plan.cover, plan.hide_attendees) == (Level.BEGINNER, values["cover"], True)
    for bad in ("javascript:alert(1)", "http://plain.example/x.png", "https://", "https://a b.example", "x" * 600):
        answer = await stage.sends(aki, f"plan_part:{meetup_id}:details", values | {"cover": bad})
        assert "https://" in errors(answer)["cover"]
    await stage.sends(aki, f"plan_part:{meetup_id}:details", {"level": "all", "cover": "", "names": "shown"})
    plan = (await only(stage)).meetup.plan
    assert (plan.level, plan.cover, plan.hide_attendees) == (None, "", False)


async def test_speakers_have_their_seats_when_it_is_announced(stage: Stage) -> None:
    aki, bo, cho = await stage.joins("aki"), await stage.joins("bo", DISCORD), await stage.joins("cho")
    await draft(stage, aki)
    meetup_id = (await only(stage)).id
    card = await stage.sends(aki, f"plan_part:{meetup_id}:people", {"speakers": "@BO", "co": "cho, aki"})
    assert "Speakers: bo" in text_of(card)
    assert "Organiser: aki\nCo-organisers: cho" in text_of(card)
    stage.sent.clear()
    await stage.acts(aki, f"plan_go:{meetup_id}")
    entries = (await ledger(stage, meetup_id)).entries
    assert entries[await stage.member(bo)].seat is SeatKind.SPEAKER
    assert [e.user for e in stage.sent if isinstance(e, DirectMessage)] == [bo, cho]
    # once more the same changes nothing; another speaker gets a seat
    await stage.sends(aki, f"plan_part:{meetup_id}:people", {"speakers": "bo, cho", "co": "cho"})
    entries = (await ledger(stage, meetup_id)).entries
    assert entries[await stage.member(cho)].seat is SeatKind.SPEAKER


async def test_a_name_must_be_clear(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await stage.joins("bo1", shown="Bo")
    second = await stage.joins("bo2", shown="Bo")
    await draft(stage, aki)
    meetup_id = (await only(stage)).id
    answer = await stage.sends(aki, f"plan_part:{meetup_id}:people", {"speakers": "Bo", "co": ""})
    assert "2 members are called “Bo”" in errors(answer)["speakers"]
    answer = await stage.sends(aki, f"plan_part:{meetup_id}:people", {"speakers": "", "co": "Nobody"})
    assert "I find nobody called “Nobody”" in errors(answer)["co"]
    await stage.sends(aki, f"plan_part:{meetup_id}:people", {"speakers": f"<@{second.id}>", "co": ""})
    assert (await only(stage)).meetup.plan.speakers == (await stage.member(second),)
    # the form shows the name; sent again as it is, it means the same member
    form = form_of(await stage.acts(aki, f"plan_part:{meetup_id}:people"))
    await stage.sends(aki, form, {"speakers": "Bo", "co": ""})
    assert (await only(stage)).meetup.plan.speakers == (await stage.member(second),)


async def test_a_name_is_found_without_its_space_and_by_where_its_owner_is(stage: Stage) -> None:
    aki = await stage.joins("aki")
    here = await stage.joins("misaki", shown="田中 美咲")
    there = await stage.joins("misaki2", DISCORD, shown="田中 美咲")
    await draft(stage, aki)
    people = f"plan_part:{(await only(stage)).id}:people"
    for typed in ("田中美咲", "@田中 美咲", "＠田中　美咲", "田中 美咲（Slack）"):
        await stage.sends(aki, people, {"speakers": typed, "co": ""})
        assert (await only(stage)).meetup.plan.speakers == (await stage.member(here),), typed
        await stage.sends(aki, people, {"speakers": "", "co": ""})
    await stage.sends(aki, people, {"speakers": "田中 美咲 (Discord)", "co": ""})
    assert (await only(stage)).meetup.plan.speakers == (await stage.member(there),)
    # both at once, as the form writes them
    await stage.sends(aki, people, {"speakers": "田中美咲（Slack）、田中美咲（Discord）", "co": ""})
    form = form_of(await stage.acts(aki, people))
    assert "(Discord)" in str(getattr(form.fields[0], "value", ""))
    await stage.sends(aki, form, {"speakers": str(getattr(form.fields[0], "value", "")), "co": ""})
    both = (await stage.member(here), await stage.member(there))
    assert (await only(stage)).meetup.plan.speakers == both


async def test_who_is_meant_is_asked_with_the_platforms(stage: Stage) -> None:
    aki = await stage.joins("aki")
    for name in ("bo1", "bo2"):
        await stage.joins(name, shown="Bo")
    await stage.joins("bo3", DISCORD, shown="Bo")
    await draft(stage, aki)
    people = f"plan_part:{(await only(stage)).id}:people"
    answer = await stage.sends(aki, people, {"speakers": "Bo", "co": ""})
    assert errors(answer)["speakers"] == (
        "3 members are called “Bo”. Please write which one you mean: Bo (Slack), Bo (Discord)"
    )


async def test_the_chapters_of_a_reading_circle_go_round(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    card = await draft(stage, aki, **CIRCLE)
    meetup_id = (await only(stage)).id
    assert "Chapters" in text_of(card)
    values: Values = {"chapters": "One\n\nTwo @bo\nThree", "rota": "bo, aki"}
    said = text_of(await stage.sends(aki, f"plan_part:{meetup_id}:chapters", values))
    assert "One – aki" in said
    assert "Two – bo" in said
    plan = (await only(stage)).meetup.plan
    assert [c.presenter for c in plan.chapters][1] == await stage.member(bo)
    form = form_of(await stage.acts(aki, f"plan_part:{meetup_id}:chapters"))
    again: Values = {field.key: str(getattr(field, "value", "")) for field in form.fields}
    assert str(again["chapters"]).splitlines()[1] == "Two @bo"
    await stage.sends(aki, form, again)
    assert (await only(stage)).meetup.plan == plan
    for bad, said in (("One @ghost", "nobody called"), ("x" * 101, "at most 50 chapters"), ("\n".join("a" * 51), "50")):
        answer = await stage.sends(aki, form, {"chapters": bad, "rota": ""})
        assert said in errors(answer)["chapters"]


@pytest.mark.parametrize("forged", ["plan_part:1", "plan_part:1:nothing", "plan_part::seats", "plan_part:9:seats"])
async def test_a_forged_part_gets_a_kind_word(stage: Stage, forged: str) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki)
    before = await only(stage)
    assert isinstance(await stage.acts(aki, forged), Say)
    assert isinstance(await stage.sends(aki, forged, {"venue": "3"}), Say)
    assert await only(stage) == before


@pytest.mark.parametrize("part", ["seats", "details", "people", "chapters", "repeat"])
async def test_parts_are_for_organisers(stage: Stage, part: str) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    found = await planned(stage, aki)
    for answer in (
        await stage.acts(bo, f"plan_part:{found.id}:{part}"),
        await stage.sends(bo, f"plan_part:{found.id}:{part}", {"venue": "1", "co": "bo"}),
    ):
        assert "Only its organisers" in text_of(answer)
    assert (await only(stage)).meetup == found.meetup
    assert found.meetup.state is MeetupState.PLANNED


async def test_who_is_to_speak_no_longer_has_a_seat_like_everybodys_and_hears_of_it(stage: Stage) -> None:
    aki, bo, cho = await stage.joins("aki"), await stage.joins("bo", DISCORD), await stage.joins("cho")
    found = await planned(stage, aki)
    people, seats = f"plan_part:{found.id}:people", f"plan_part:{found.id}:seats"
    await stage.sends(aki, people, {"speakers": "bo, cho", "co": ""})
    stage.sent.clear()
    await stage.sends(aki, people, {"speakers": "cho", "co": ""})
    assert (await ledger(stage, found.id)).entries[await stage.member(bo)].seat is SeatKind.VENUE
    (told,) = [e for e in stage.sent if isinstance(e, DirectMessage)]
    assert told.user == bo
    assert "given you a seat (On site)" in text_of(told)
    assert "for the organisers and the speakers" in text_of(await stage.types(bo, "meetup", "answers", str(found.id)))
    await stage.sends(aki, seats, {"venue": "1"})
    stage.sent.clear()
    await stage.sends(aki, people, {"speakers": "", "co": ""})
    assert (await ledger(stage, found.id)).entries[await stage.member(cho)].seat is None
    (told,) = [e for e in stage.sent if isinstance(e, DirectMessage)]
    assert "taken you off the list" in text_of(told)


async def test_a_form_of_people_is_taken_as_a_whole_or_not_at_all(stage: Stage) -> None:
    aki = await stage.joins("aki")
    for n in range(26):
        await stage.joins(f"h{n}")
    found = await planned(stage, aki)
    many = ", ".join(f"h{n}" for n in range(26))
    answer = await stage.sends(aki, f"plan_part:{found.id}:people", {"speakers": "aki", "co": many})
    assert errors(answer) == {"co": "At most 25 people, please."}
    assert await only(stage) == found
    await draft(stage, aki, title="Second")
    answer = await stage.sends(aki, f"plan_part:{found.id + 1}:people", {"speakers": "", "co": many})
    assert errors(answer) == {"co": "At most 25 people, please."}


async def test_who_speaks_is_told_the_truth_about_giving_the_seat_up(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    found = await planned(stage, aki)
    await stage.sends(aki, f"plan_part:{found.id}:people", {"speakers": "bo", "co": ""})
    said = text_of(await stage.acts(bo, f"rsvp:{found.id}:cannot"))
    assert "Only the organisers give these seats (Speaker), so only they can give it back." in said
    assert "taken" not in said
    said = text_of(await stage.acts(bo, f"seat_take:{found.id}", values=("venue",)))
    assert "only they can give it back" in said
