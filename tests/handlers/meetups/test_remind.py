"""Reminders: as each member chose, by their own clock, once; and who comes late gets only what is still to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from chat.card import Card, Select
from chat.effects import DirectMessage
from chat.ids import UserRef, Workspace
from community.meetups.plan import edit
from community.seats.commands import Cancel
from handlers.context import Context
from handlers.meetups.plan_steps import apply_change
from handlers.meetups.steps import act
from tests.handlers.meetups.planned import planned, within
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, text_of

BOTH = pytest.mark.parametrize("home", [SLACK, DISCORD])
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)


def reminded(stage: Stage, user: UserRef) -> list[str]:
    """Return the reminders that somebody got since the last look."""
    return [text_of(dm) for dm in stage.took(DirectMessage) if dm.user == user and "Your seat:" in text_of(dm)]


def menu(card: Card) -> Select:
    return next(part for part in card.parts if isinstance(part, Select) and part.action.startswith("remind:"))


async def moves(stage: Stage, meetup: int, organiser: UserRef, later: timedelta) -> None:
    by = await stage.member(organiser)

    async def do(ctx: Context) -> None:
        stored = await ctx.db.meetups.get(meetup)
        assert stored
        plan = msgspec.structs.replace(
            stored.meetup.plan, starts=stored.meetup.plan.starts + later, ends=stored.meetup.plan.ends + later
        )
        await apply_change(ctx, stored, edit(stored.meetup, plan, by, ctx.now), stage.key())

    await within(stage, do)


@BOTH
async def test_without_a_choice_it_is_a_day_and_an_hour_before_each_once(stage: Stage, home: Workspace) -> None:
    meetup, aki, ben = await planned(stage), await stage.joins("aki", home), await stage.joins("ben", home)
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await stage.acts(ben, f"rsvp:{meetup}:maybe")
    await stage.passes(timedelta(days=5))
    stage.sent.clear()
    await stage.passes(A_DAY + AN_HOUR)
    sent = [dm for dm in stage.took(DirectMessage) if "Quiet work" in text_of(dm)]
    assert [dm.user for dm in sent] == [aki]  # who only may come holds no seat
    said = text_of(sent[0])
    assert "It is tomorrow." in said
    assert "Room 3" in said
    assert "I cannot come" in said
    await stage.passes(A_DAY - AN_HOUR - AN_HOUR)
    (soon,) = reminded(stage, aki)
    assert "It begins soon." in soon
    await stage.passes(A_DAY)
    assert reminded(stage, aki) == []
    assert await stage.facts("meetup.reminded") == ["meetup.reminded"] * 2


async def test_who_takes_a_seat_late_gets_only_what_is_still_to_come(stage: Stage) -> None:
    meetup, aki = await planned(stage, ahead=timedelta(hours=5)), await stage.joins("aki")
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await stage.passes(timedelta(hours=3, minutes=58))
    assert reminded(stage, aki) == []
    await stage.passes(timedelta(minutes=4))
    assert len(reminded(stage, aki)) == 1


async def test_a_member_chooses_and_the_menu_shows_it(stage: Stage) -> None:
    meetup, aki = await planned(stage), await stage.joins("aki")
    card = card_of(await stage.acts(aki, f"rsvp:{meetup}:going"))
    assert menu(card).chosen == ("day", "hour")
    card = card_of(await stage.acts(aki, f"remind:{meetup}", values=("day", "hour", "none")))
    assert menu(card).chosen == ("none",)
    assert "no reminders" in text_of(card)
    card = card_of(await stage.acts(aki, f"remind:{meetup}", values=("none", "morning")))
    assert menu(card).chosen == ("morning",)
    stage.sent.clear()
    await stage.passes(timedelta(days=7, hours=1))
    (said,) = reminded(stage, aki)
    assert "It is today." in said or "It begins soon." in said


async def test_no_reminders_means_none(stage: Stage) -> None:
    meetup, aki = await planned(stage), await stage.joins("aki")
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await stage.acts(aki, f"remind:{meetup}", values=("day", "hour", "none"))
    stage.sent.clear()
    await stage.passes(timedelta(days=8))
    assert reminded(stage, aki) == []


async def test_quiet_hours_hold_back_all_but_the_last(stage: Stage) -> None:
    # in Tokyo it is Friday ten o'clock: the meetup is a week later at five in the morning
    meetup, aki = await planned(stage, ahead=timedelta(days=6, hours=19)), await stage.joins("aki")
    await stage.sends(aki, f"rhythm:{await stage.member(aki)}", {"language": "en", "zone": "Tokyo", "quiet": "22-8"})
    await stage.acts(aki, f"rsvp:{meetup}:going")
    stage.sent.clear()
    await stage.passes(datetime(2026, 12, 10, 13, 1, tzinfo=UTC))  # Thursday at ten in the evening, night begins
    day_before = reminded(stage, aki)
    assert len(day_before) == 1
    await stage.passes(datetime(2026, 12, 10, 18, 59, tzinfo=UTC))
    assert reminded(stage, aki) == []
    await stage.passes(datetime(2026, 12, 10, 19, 1, tzinfo=UTC))  # an hour before, four in the morning
    assert len(reminded(stage, aki)) == 1


async def test_a_new_time_moves_the_reminders_and_none_comes_for_the_old(stage: Stage) -> None:
    organiser, aki = await stage.joins("boss"), await stage.joins("aki")
    meetup = await planned(stage, organiser=organiser)
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await moves(stage, meetup, organiser, timedelta(days=2))
    await stage.passes(timedelta(days=7))
    assert reminded(stage, aki) == []
    await stage.passes(timedelta(days=1, minutes=1))
    assert len(reminded(stage, aki)) == 1


async def test_moved_across_a_change_of_clocks_the_day_before_is_at_the_same_time_of_day(stage: Stage) -> None:
    stage.now = datetime(2026, 10, 20, 17, 0, tzinfo=UTC)  # 19:00 in Berlin, summer time
    organiser = await stage.joins("boss")
    aki = await stage.joins("aki", time_zone="Europe/Berlin")
    meetup = await planned(stage, organiser=organiser, ahead=timedelta(days=3))
    await stage.acts(aki, f"rsvp:{meetup}:going")
    # two days later than planned is Sunday 25 October; an hour more, so that it is 19:00 again in winter time
    await moves(stage, meetup, organiser, timedelta(days=2, hours=1))
    stage.sent.clear()
    await stage.passes(datetime(2026, 10, 24, 16, 59, tzinfo=UTC))
    assert reminded(stage, aki) == []
    await stage.passes(datetime(2026, 10, 24, 17, 1, tzinfo=UTC))  # 19:00 on Saturday, still summer time: 25 hours
    assert len(reminded(stage, aki)) == 1


async def test_who_left_or_gave_up_the_seat_is_not_reminded_nor_of_what_is_cancelled(stage: Stage) -> None:
    meetup = await planned(stage)
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await stage.acts(ben, f"rsvp:{meetup}:going")  # waits
    await stage.leaves(aki)
    other = await planned(stage, title="Other")
    await stage.acts(ben, f"rsvp:{other}:going")

    async def call_off(ctx: Context) -> None:
        stored = await ctx.db.meetups.get(other)
        assert stored
        await act(ctx, stored, Cancel(by=1, key="off"))

    await within(stage, call_off)
    stage.sent.clear()
    await stage.passes(timedelta(days=8))
    sent = [dm for dm in stage.took(DirectMessage) if "Your seat:" in text_of(dm)]
    assert {dm.user for dm in sent} == {ben}
    assert all("Quiet work" in text_of(dm) for dm in sent)
    assert len(sent) == 2
