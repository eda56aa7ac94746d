"""The buttons of a meetup: one ledger for both platforms, and an answer in words for every press."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.answers import Redraw, Say
from chat.card import Buttons
from chat.effects import DirectMessage, RedrawPost
from chat.ids import UserRef, Workspace
from community.hours.quiet_hours import parse_quiet_hours
from community.seats.commands import Cancel, SetCap
from community.seats.values import Answer, SeatKind
from handlers.context import Context
from handlers.meetups.steps import act
from storage.engine import Database
from storage.unit import Unit
from tests.handlers.meetups.planned import ledger_of, menus, planned, within
from tests.handlers.stage import DISCORD, SLACK, Stage, action, card_of, text_of

BOTH = pytest.mark.parametrize("home", [SLACK, DISCORD])
Build = Callable[..., Awaitable[Stage]]


async def orders(stage: Stage, meetup_id: int, command: object) -> None:
    """Let an organiser's command be decided."""

    async def do(ctx: Context) -> None:
        stored = await ctx.db.meetups.get(meetup_id)
        assert stored
        assert await act(ctx, stored, command)  # type: ignore[arg-type]

    await within(stage, do)


@BOTH
async def test_who_presses_going_has_a_seat_and_is_told_in_private(stage: Stage, home: Workspace) -> None:
    meetup, aki = await planned(stage), await stage.joins("aki", home)
    said = await stage.acts(aki, f"rsvp:{meetup}:going")
    assert isinstance(said, Say)
    assert "You have a seat: On site." in text_of(said)
    again = await stage.acts(aki, f"rsvp:{meetup}:going")
    assert text_of(again) == text_of(said)
    assert (await ledger_of(stage, meetup)).entries[await stage.member(aki)].seat is SeatKind.VENUE
    assert await stage.facts("seat.seated") == ["seat.seated"]


async def test_both_platforms_share_one_list_and_a_freed_seat_goes_to_the_first_in_line(stage: Stage) -> None:
    meetup = await planned(stage)
    aki, ben = await stage.joins("aki", SLACK), await stage.joins("ben", DISCORD)
    chi, dai = await stage.joins("chi", SLACK), await stage.joins("dai", DISCORD)
    for user in (aki, ben, chi):
        await stage.acts(user, f"rsvp:{meetup}:going")
    said = await stage.acts(dai, f"rsvp:{meetup}:going")
    assert "You are number 3 on the waiting list: On site." in text_of(said)
    stage.sent.clear()
    asked = await stage.acts(aki, f"rsvp:{meetup}:cannot")
    assert "would go to somebody else" in text_of(asked)
    assert (await ledger_of(stage, meetup)).entries[await stage.member(aki)].seat
    gone = await stage.presses(aki, card_of(asked), "seat_answer")
    assert isinstance(gone, Redraw)
    assert "You said that you cannot come." in text_of(gone)
    told = stage.took(DirectMessage)
    assert [dm.user for dm in told] == [ben]
    assert "it is yours (On site)" in text_of(told[0])
    assert "You are number 2 on" in text_of(await stage.acts(dai, f"mine:{meetup}"))


async def test_who_keeps_the_seat_after_all_sees_it(stage: Stage) -> None:
    meetup, aki, ben = await planned(stage), await stage.joins("aki"), await stage.joins("ben")
    for user in (aki, ben):
        await stage.acts(user, f"rsvp:{meetup}:going")
    asked = await stage.acts(aki, f"rsvp:{meetup}:maybe")
    kept = await stage.presses(aki, card_of(asked), "seat_mine")
    assert isinstance(kept, Redraw)
    assert "You have a seat" in text_of(kept)
    sure = await stage.presses(aki, card_of(asked), "seat_answer")
    assert "You said: maybe." in text_of(sure)


async def test_where_there_are_kinds_of_seats_going_asks_which(stage: Stage) -> None:
    meetup = await planned(stage, {SeatKind.SPEAKER: 1, SeatKind.VENUE: 1, SeatKind.ONLINE: None})
    aki = await stage.joins("aki")
    which = await stage.acts(aki, f"rsvp:{meetup}:going")
    assert menus(card_of(which)) == {"seat_take": ("venue", "online")}
    taken = await stage.acts(aki, f"seat_take:{meetup}", values=("online",))
    assert isinstance(taken, Redraw)
    assert "You have a seat: Online." in text_of(taken)
    assert "You have a seat: Online." in text_of(await stage.acts(aki, f"rsvp:{meetup}:going"))
    assert isinstance(await stage.acts(aki, f"seat:{meetup}", values=("venue",)), Say)
    assert (await ledger_of(stage, meetup)).entries[await stage.member(aki)].seat is SeatKind.VENUE


async def test_speakers_seats_are_given_by_the_organisers_only(stage: Stage) -> None:
    meetup = await planned(stage, {SeatKind.SPEAKER: 1, SeatKind.VENUE: 1})
    said = await stage.acts(await stage.joins("aki"), f"seat:{meetup}", values=("speaker",))
    assert "Only the organisers give these seats (Speaker)" in text_of(said)
    only = await planned(stage, {SeatKind.STAFF: 1})
    said = await stage.acts(await stage.joins("ben"), f"rsvp:{only}:going")
    assert "The organisers give the seats of this meetup themselves." in text_of(said)


async def test_who_waits_can_take_another_seat_meanwhile_and_keeps_the_place(stage: Stage) -> None:
    meetup = await planned(stage, {SeatKind.VENUE: 1, SeatKind.ONLINE: None})
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    for user in (aki, ben):
        await stage.acts(user, f"seat:{meetup}", values=("venue",))
    mine = await stage.acts(ben, f"mine:{meetup}")
    assert not menus(card_of(mine))
    buttons = [b.label for part in card_of(mine).parts if isinstance(part, Buttons) for b in part.buttons]
    assert buttons[:3] == [
        "Change to Online (and leave the line)",
        "Take Online, and keep waiting for On site",
        "I don't come after all",
    ]
    both = await stage.presses(ben, card_of(mine), "seat_meanwhile")
    assert "You have a seat: Online." in text_of(both)
    assert "You are number 1 on the waiting list: On site." in text_of(both)
    stopped = await stage.presses(ben, card_of(both), "seat_stop")
    assert "waiting list" not in text_of(stopped)
    assert "You have a seat: Online." in text_of(stopped)


async def test_who_waits_goes_over_to_another_seat_or_does_not_come(stage: Stage) -> None:
    meetup = await planned(stage, {SeatKind.VENUE: 1, SeatKind.ONLINE: None})
    aki, ben, chie = await stage.joins("aki"), await stage.joins("ben", DISCORD), await stage.joins("chie")
    for user in (aki, ben, chie):
        await stage.acts(user, f"seat:{meetup}", values=("venue",))
    over = await stage.presses(ben, card_of(await stage.acts(ben, f"mine:{meetup}")), "seat_take")
    assert "You have a seat: Online." in text_of(over)
    assert "waiting list" not in text_of(over)
    stays_away = await stage.presses(chie, card_of(await stage.acts(chie, f"mine:{meetup}")), "seat_answer")
    assert "You said that you cannot come." in text_of(stays_away)


async def test_moving_from_a_full_kind_asks_first(stage: Stage) -> None:
    meetup, aki = await planned(stage, {SeatKind.VENUE: 1, SeatKind.ONLINE: None}), await stage.joins("aki")
    await stage.acts(aki, f"seat:{meetup}", values=("venue",))
    asked = await stage.acts(aki, f"seat:{meetup}", values=("online",))
    assert "Move all the same?" in text_of(asked)
    moved = await stage.presses(aki, card_of(asked), "seat_move")
    assert "You have a seat: Online." in text_of(moved)


@BOTH
async def test_an_offered_seat_is_taken_from_the_message_or_let_go(stage: Stage, home: Workspace) -> None:
    meetup = await planned(stage, ahead=timedelta(hours=20))
    aki, ben, chi = await stage.joins("aki"), await stage.joins("ben", home), await stage.joins("chi", home)
    for user in (aki, ben, chi):
        await stage.acts(user, f"rsvp:{meetup}:going")
    stage.sent.clear()
    await stage.acts(aki, f"seat_answer:{meetup}:cannot:yes")
    first = next(dm for dm in stage.took(DirectMessage) if dm.user == ben)
    assert "kept for you until" in text_of(first)
    let_go = await stage.presses(ben, first.card, "decline")
    assert isinstance(let_go, Redraw)
    assert "number 2 on the waiting list" in text_of(let_go)
    assert "number 2 on the waiting list" in text_of(await stage.presses(ben, first.card, "decline"))  # pressed again
    assert "no longer kept for you" in text_of(await stage.presses(ben, first.card, "claim"))
    second = next(dm for dm in stage.took(DirectMessage) if dm.user == chi)
    assert "You have a seat" in text_of(await stage.presses(chi, second.card, "claim"))
    assert "You have a seat" in text_of(await stage.presses(chi, second.card, "claim"))
    other = await stage.acts(ben, action(second.card, "claim"))
    assert "no longer kept for you" in text_of(other)


async def test_an_offer_that_nobody_saw_lapses_and_goes_on(stage: Stage) -> None:
    meetup = await planned(stage, ahead=timedelta(hours=20))
    aki, ben, chi = await stage.joins("aki"), await stage.joins("ben"), await stage.joins("chi", DISCORD)
    for user in (aki, ben, chi):
        await stage.acts(user, f"rsvp:{meetup}:going")
    await stage.acts(aki, f"seat_answer:{meetup}:cannot:yes")
    stage.sent.clear()
    await stage.passes(timedelta(hours=3, minutes=1))
    told = {dm.user: text_of(dm) for dm in stage.took(DirectMessage)}
    assert "has gone to the next in line" in told[ben]
    assert "You keep your place in line." in told[ben]
    assert "Would you like it?" in told[chi]


async def test_hours_and_zone_of_the_member_go_into_the_ledger(stage: Stage) -> None:
    meetup = await planned(stage)
    aki = await stage.joins("aki", time_zone="Europe/Paris")
    await stage.look(lambda db: _sleeps(db, aki))
    await stage.acts(aki, f"rsvp:{meetup}:going")
    entry = (await ledger_of(stage, meetup)).entries[await stage.member(aki)]
    assert (entry.zone, entry.quiet) == ("Europe/Paris", parse_quiet_hours("22:00-8:00"))


async def _sleeps(db: Unit, user: UserRef) -> None:
    member = await db.people.by_user(user)
    assert member
    await db.people.record_preferences(
        member.id, language=member.language, time_zone=member.time_zone, quiet_hours="22:00-8:00"
    )


async def test_after_a_cancellation_or_the_start_the_answer_says_so(stage: Stage) -> None:
    called_off, begun, aki = await planned(stage), await planned(stage), await stage.joins("aki")
    await orders(stage, called_off, Cancel(by=1))
    assert "the meetup is cancelled" in text_of(await stage.acts(aki, f"rsvp:{called_off}:going"))
    await stage.passes(timedelta(days=7, minutes=1))
    assert "has begun" in text_of(await stage.acts(aki, f"rsvp:{begun}:going"))


async def test_who_leaves_the_community_frees_the_seat(stage: Stage) -> None:
    meetup, aki, ben = await planned(stage), await stage.joins("aki", DISCORD), await stage.joins("ben")
    for user in (aki, ben):
        await stage.acts(user, f"rsvp:{meetup}:going")
    stage.sent.clear()
    await stage.leaves(aki)
    assert [dm.user for dm in stage.took(DirectMessage)] == [ben]
    ledger = await ledger_of(stage, meetup)
    assert ledger.entries[await stage.member(ben)].seat
    assert await stage.facts("seat.departed") == ["seat.departed"]


async def test_an_action_that_nobody_offered_does_nothing(stage: Stage) -> None:
    meetup, aki = await planned(stage), await stage.joins("aki")
    for raw in ("rsvp:999:going", f"rsvp:{meetup}:later", "rsvp", f"seat:{meetup}:sofa", "mine:x", "claim:9999:1"):
        assert "no longer there" in text_of(await stage.acts(aki, raw)), raw
    assert not (await ledger_of(stage, meetup)).entries


# ---- the card


async def test_a_burst_of_clicks_makes_few_redraws_and_the_last_one_is_right(stage: Stage) -> None:
    meetup = await planned(stage, {SeatKind.VENUE: 40})
    people = [await stage.joins(f"p{n}", (SLACK, DISCORD)[n % 2]) for n in range(50)]
    stage.sent.clear()
    for n in range(100):
        await stage.acts(people[n % 50], f"rsvp:{meetup}:{'going' if n < 80 else 'cannot'}")
        if n % 25 == 24:
            await stage.passes(timedelta(seconds=1))
    await stage.passes(timedelta(seconds=2))
    drawn = stage.took(RedrawPost)
    assert len(drawn) <= 2 * 5  # two cards; a redraw a second, where something changed
    last = text_of(drawn[-1])
    assert "40 of 40 seats (full)\nMaybe: 0 · Cannot: 10" in last  # who sat was asked first, who waited left at once


async def test_a_raised_cap_promotes_and_is_drawn(stage: Stage) -> None:
    meetup, aki, ben = await planned(stage), await stage.joins("aki"), await stage.joins("ben", DISCORD)
    for user in (aki, ben):
        await stage.acts(user, f"rsvp:{meetup}:going")
    stage.sent.clear()
    await orders(stage, meetup, SetCap(by=1, kind=SeatKind.VENUE, cap=2))
    await stage.passes(timedelta(seconds=2))
    assert [dm.user for dm in stage.sent if isinstance(dm, DirectMessage)] == [ben]
    assert all("2 of 2 seats" in text_of(drawn) for drawn in stage.took(RedrawPost))


# ---- both databases


async def test_the_same_on_both_databases(database: Database, stage: Stage) -> None:
    stage = Stage(database, stage.settings)
    meetup = await planned(stage)
    users = [await stage.joins(f"p{n}", (SLACK, DISCORD)[n % 2]) for n in range(4)]
    for user in users:
        await stage.acts(user, f"rsvp:{meetup}:going")
    stage.sent.clear()
    await stage.acts(users[0], f"seat_answer:{meetup}:cannot:yes")
    assert [dm.user for dm in stage.took(DirectMessage)] == [users[1]]
    ledger = await ledger_of(stage, meetup)
    members = [await stage.member(user) for user in users]
    assert [ledger.entries[member].answer for member in members] == [Answer.CANNOT, *[Answer.GOING] * 3]
    assert "You are number 2" in text_of(await stage.acts(users[3], f"mine:{meetup}"))
