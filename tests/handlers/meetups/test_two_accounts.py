"""One person with an account on each platform: one seat, one reminder, one voice, wherever they press."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from chat.answers import Invalid
from chat.effects import DirectMessage, OpenThread, Post, RedrawPost
from chat.ids import UserRef
from community.meetups.plan import MeetupKind
from community.seats.values import Answer, Mark, SeatKind
from storage.tables.core import accounts
from tests.handlers.meetups.day import AHEAD, LENGTH, come, goes, marks, select, told
from tests.handlers.meetups.planned import ledger_of, planned
from tests.handlers.meetups.test_after import GOOD, over, voices
from tests.handlers.meetups.test_remind import menu
from tests.handlers.meetups.test_wishes import ticks
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of


async def both_sides(stage: Stage, name: str) -> tuple[UserRef, UserRef]:
    """Let one person join on both platforms, known as one member."""
    here = await stage.joins(name)
    there = UserRef(DISCORD.platform, DISCORD.id, f"D{name}")
    row = {
        "community": stage.settings.id,
        "member_id": await stage.member(here),
        "platform": there.platform.value,
        "workspace": there.workspace,
        "user_id": there.id,
        "name": f"{name} of Discord",
        "is_bot": False,
        "is_admin": False,
        "badges": "",
        "joined_at": stage.now,
    }
    async with stage.db.writing() as conn:
        await conn.execute(sa.insert(accounts).values(row))
    assert await stage.member(there) == await stage.member(here)
    return here, there


async def test_one_person_holds_one_seat_on_both_databases(stage_on_both: Stage) -> None:
    stage = stage_on_both
    slack, discord = await both_sides(stage, "aki")
    ben, chie = await stage.joins("ben"), await stage.joins("chie", DISCORD)
    meetup, member = await planned(stage, {SeatKind.VENUE: 2}), await stage.member(slack)
    for user in (slack, discord, slack, ben):
        assert "You have a seat" in text_of(await stage.acts(user, f"rsvp:{meetup}:going"))
    for user in (chie, chie):
        await stage.acts(user, f"rsvp:{meetup}:going")
    ledger = await ledger_of(stage, meetup)
    assert [m for m, entry in ledger.entries.items() if entry.seat] == [member, await stage.member(ben)]
    await stage.passes(timedelta(seconds=2))
    card = text_of(stage.took(RedrawPost)[-1])
    assert "2 of 2 seats (full, 1 waiting)" in card
    assert card.count("aki") == 1
    assert "Quiet work" in text_of(await stage.types(discord, "meetup", "mine"))
    # what was taken on one side is given up on the other, and goes to the next
    await stage.acts(discord, f"seat_answer:{meetup}:cannot:yes")
    ledger = await ledger_of(stage, meetup)
    assert ledger.entries[member].answer is Answer.CANNOT
    assert ledger.entries[await stage.member(chie)].seat is SeatKind.VENUE


async def test_who_waits_waits_once(stage: Stage) -> None:
    slack, discord = await both_sides(stage, "aki")
    ben = await stage.joins("ben")
    meetup = await planned(stage, {SeatKind.VENUE: 1})
    for user in (ben, slack, discord):
        await stage.acts(user, f"rsvp:{meetup}:going")
    stage.sent.clear()
    await stage.acts(ben, f"seat_answer:{meetup}:cannot:yes")
    notices = stage.took(DirectMessage)
    assert [notice.user for notice in notices] == [slack]  # once, where the meetup is at home
    assert (await ledger_of(stage, meetup)).entries[await stage.member(discord)].seat is SeatKind.VENUE


async def test_who_leaves_one_platform_keeps_the_seat_until_they_leave_the_other(stage: Stage) -> None:
    slack, discord = await both_sides(stage, "aki")
    meetup, member = await planned(stage), await stage.member(slack)
    await stage.acts(slack, f"rsvp:{meetup}:going")
    await stage.leaves(slack)
    assert (await ledger_of(stage, meetup)).entries[member].seat is SeatKind.VENUE
    await stage.passes(AHEAD - timedelta(hours=2))
    assert {dm.user for dm in stage.took(DirectMessage)} == {discord}  # reminded where they still are
    await stage.leaves(discord)
    entry = (await ledger_of(stage, meetup)).entries.get(member)
    assert entry is None or entry.seat is None


async def test_reminders_are_chosen_and_come_once(stage: Stage) -> None:
    slack, discord = await both_sides(stage, "aki")
    meetup = await planned(stage)
    card = card_of(await stage.acts(slack, f"rsvp:{meetup}:going"))
    await stage.acts(slack, menu(card).action, values=("hour",))
    mine = card_of(await stage.acts(discord, f"mine:{meetup}"))
    assert menu(mine).chosen == ("hour",)
    stage.sent.clear()
    await stage.passes(AHEAD)
    assert [dm.user for dm in stage.took(DirectMessage) if "Your seat:" in text_of(dm)] == [slack]


async def test_questions_are_answered_once(stage: Stage) -> None:
    boss, (slack, discord) = await stage.joins("boss"), await both_sides(stage, "aki")
    meetup = await planned(stage, organiser=boss)
    await stage.sends(boss, f"preq_set:{meetup}", {"questions": "Lunch?: yes, no"})
    await stage.acts(slack, f"rsvp:{meetup}:going")
    await stage.sends(slack, f"preq:{meetup}", {"q0": "yes"})
    form = form_of(await stage.acts(discord, f"preq:{meetup}"))
    assert [getattr(field, "value", None) for field in form.fields] == ["yes"]
    await stage.sends(discord, form, {"q0": "no"})
    assert "yes: 0 · no: 1" in text_of(await stage.types(boss, "meetup", "answers", meetup=str(meetup)))


async def test_a_seat_taken_on_one_side_is_checked_in_on_the_other(stage: Stage) -> None:
    slack, discord = await both_sides(stage, "aki")
    meetup = await planned(stage)
    await goes(stage, meetup, slack)
    await stage.passes(AHEAD)
    await come(stage, meetup, discord, slack)
    assert await marks(stage, meetup, slack, discord) == [Mark.ATTENDED, Mark.ATTENDED]
    stage.sent.clear()
    await stage.passes(LENGTH + timedelta(hours=30))
    assert len([text for text in (*told(stage, slack), *told(stage, discord)) if "How was it?" in text]) == 1


async def test_one_voice_in_the_survey_and_one_report(stage: Stage) -> None:
    slack, discord = await both_sides(stage, "aki")
    meetup = await over(stage, slack, kind=MeetupKind.STUDY_GROUP)
    assert "without your name" in text_of(await stage.sends(discord, f"survey:{meetup}", GOOD))
    assert "already" in text_of(await stage.sends(slack, f"survey:{meetup}", GOOD | {"recommends": "0"}))
    assert [voice.recommends for voice in await voices(stage, meetup)] == [10]
    stage.sent.clear()
    await stage.sends(slack, f"report:{meetup}", {"learned": "Tests first", "next": "A small one"})
    assert len(stage.took(Post)) == 2
    form = form_of(await stage.acts(discord, f"report:{meetup}"))
    assert not isinstance(await stage.sends(discord, form, {"learned": "Types first", "next": ""}), Invalid)
    assert stage.took(Post) == []  # the one there is was changed
    assert await stage.facts("meetup.reported") == ["meetup.reported"]


@pytest.mark.parametrize("side", [SLACK, DISCORD])
async def test_nobody_is_introduced_to_themselves_and_wishes_count_from_either_side(stage: Stage, side: object) -> None:
    slack, discord = await both_sides(stage, "aki")
    ben = await stage.joins("ben", DISCORD)
    meetup = await over(stage, slack, ben)
    card = card_of(await stage.acts(discord, f"wish:{meetup}"))
    assert [option.label for option in select(card, "wish_set").options] == ["ben"]
    await ticks(stage, slack if side is SLACK else discord, meetup, ben)
    await ticks(stage, ben, meetup, discord)
    assert await stage.facts("meetup.introduced") == ["meetup.introduced"]
    (thread,) = stage.took(OpenThread)  # on Discord, where both of them are
    assert set(thread.private_for) == {discord, ben}
