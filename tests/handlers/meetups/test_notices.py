"""What members are told about seats, without having asked."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from chat.answers import Redraw
from chat.effects import DirectMessage, Effect, Post
from chat.ids import UserRef
from community.seats.commands import Cancel, Reschedule, SetCap
from community.seats.values import SeatKind
from handlers.context import Context
from handlers.meetups.moved import tell_moved
from handlers.meetups.steps import act
from storage.engine import Database
from tests.handlers.meetups.planned import ledger_of, planned, within
from tests.handlers.stage import DISCORD, Stage, text_of

NIGHT, MORNING = timedelta(hours=14), timedelta(hours=9)  # from ten in the morning to midnight, and on to nine


def told(stage: Stage, user: UserRef) -> list[DirectMessage]:
    """Return what somebody was told in private since the last look."""
    return [e for e in stage.sent if isinstance(e, DirectMessage) and e.user == user]


async def orders(stage: Stage, meetup: int, *commands: SetCap | Reschedule | Cancel) -> None:
    """Let an organiser's commands be decided."""

    async def do(ctx: Context) -> None:
        for command in commands:
            stored = await ctx.db.meetups.get(meetup)
            assert stored
            assert await act(ctx, stored, command)

    await within(stage, do)


async def test_an_offer_that_ends_with_nobody_else_in_line_leaves_the_seat_to_take(stage: Stage) -> None:
    meetup = await planned(stage, ahead=timedelta(hours=20))
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    for user in (aki, ben):
        await stage.acts(user, f"rsvp:{meetup}:going")
    await stage.acts(aki, f"seat_answer:{meetup}:cannot:yes")
    stage.sent.clear()
    await stage.passes(timedelta(hours=3, minutes=1))
    (said,) = told(stage, ben)
    assert "free now for whoever presses first" in text_of(said)
    assert "next in line" not in text_of(said)
    assert "You keep your place in line." in text_of(said)
    assert "You have a seat: On site." in text_of(await stage.presses(ben, said.card, "seat_move"))


async def test_close_to_the_start_the_whole_line_hears_of_the_seat_that_nobody_took(stage: Stage) -> None:
    meetup = await planned(stage, ahead=timedelta(hours=4, minutes=30))
    aki, ben, chi = await stage.joins("aki"), await stage.joins("ben"), await stage.joins("chi", DISCORD)
    for user in (aki, ben, chi):
        await stage.acts(user, f"rsvp:{meetup}:going")
    await stage.acts(aki, f"seat_answer:{meetup}:cannot:yes")
    stage.sent.clear()
    await stage.passes(timedelta(hours=2, minutes=31))
    (late,), (next_one,) = told(stage, ben), told(stage, chi)
    assert "free now for whoever presses first" in text_of(late)
    assert "You keep your place" not in text_of(late)
    assert "A seat is free (On site)." in text_of(next_one)
    assert "You have a seat: On site." in text_of(await stage.presses(chi, next_one.card, "seat_move"))
    assert "waiting list" in text_of(await stage.presses(ben, late.card, "seat_move"))
    assert (await ledger_of(stage, meetup)).entries[await stage.member(chi)].seat is SeatKind.VENUE


# ---- what waits for the morning


async def test_who_is_promoted_at_night_and_declines_reads_nothing_else_in_the_morning(
    database: Database, stage: Stage
) -> None:
    stage = Stage(database, stage.settings)
    meetup = await planned(stage)
    aki, ben, chi = [await stage.joins(name) for name in ("aki", "ben", "chi")]
    for user in (aki, ben, chi):
        await stage.acts(user, f"rsvp:{meetup}:going")
    await stage.passes(NIGHT)
    stage.sent.clear()
    await stage.acts(aki, f"seat_answer:{meetup}:cannot:yes")
    await stage.acts(ben, f"seat_answer:{meetup}:cannot:yes")
    await stage.passes(MORNING)
    assert told(stage, ben) == []
    (said,) = told(stage, chi)
    assert "it is yours (On site)" in text_of(said)


async def test_of_two_new_times_at_night_the_last_is_read(stage: Stage) -> None:
    meetup = await planned(stage)
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    for user in (aki, ben):
        await stage.acts(user, f"rsvp:{meetup}:going")
    starts = (await ledger_of(stage, meetup)).starts
    await stage.passes(NIGHT)
    stage.sent.clear()
    for days in (1, 2):
        begin = starts + timedelta(days=days)
        await orders(stage, meetup, Reschedule(by=1, starts=begin, ends=begin + timedelta(hours=2)))
    await orders(stage, meetup, SetCap(by=1, kind=SeatKind.VENUE, cap=2))
    await stage.passes(MORNING)
    assert len(told(stage, aki)) == 1
    moved, promoted = told(stage, ben)
    assert "The time has changed" in text_of(moved)
    assert "it is yours" in text_of(promoted)


async def test_what_is_called_off_at_night_is_told_as_called_off_alone(stage: Stage) -> None:
    meetup, aki = await planned(stage), await stage.joins("aki")
    await stage.acts(aki, f"rsvp:{meetup}:going")
    starts = (await ledger_of(stage, meetup)).starts + timedelta(days=1)
    await stage.passes(NIGHT)
    stage.sent.clear()

    async def move(ctx: Context) -> None:
        for revision in (1, 2):
            stored = await ctx.db.meetups.get(meetup)
            assert stored
            await ctx.db.meetups.save(meetup, replace(stored.meetup, revision=revision))
            found = await ctx.db.meetups.get(meetup)
            assert found
            await tell_moved(ctx, found)
            assert len(await ctx.db.outbox.waiting("meetup_moved:")) == 1

    await within(stage, move)
    await orders(stage, meetup, Reschedule(by=1, starts=starts, ends=starts + timedelta(hours=2)), Cancel(by=1))
    await stage.passes(MORNING)
    (said,) = told(stage, aki)
    assert "This meetup is cancelled" in text_of(said)


async def test_by_day_every_word_is_sent_at_once(stage: Stage) -> None:
    meetup, aki, ben = await planned(stage), await stage.joins("aki"), await stage.joins("ben")
    for user in (aki, ben):
        await stage.acts(user, f"rsvp:{meetup}:going")
    stage.sent.clear()
    await stage.acts(aki, f"seat_answer:{meetup}:cannot:yes")
    await stage.acts(ben, f"seat_answer:{meetup}:cannot:yes")
    assert ["it is yours" in text_of(said) for said in told(stage, ben)] == [True]


# ---- what does not arrive, and who does not hold the others up


async def test_a_card_that_cannot_be_posted_is_told_to_moderators_and_organiser(stage: Stage) -> None:
    org = await stage.joins("org")

    def no_cards(effect: Effect) -> bool:
        return isinstance(effect, Post) and "meetups" in effect.place.channel and effect.place.home == DISCORD

    stage.refuses = no_cards
    await planned(stage, organiser=org)
    (said,) = told(stage, org)
    assert "could not be announced on the discord side" in text_of(said)
    assert any("A meetup could not be announced." in text_of(post) for post in stage.took(Post))


async def test_a_file_that_does_not_reach_somebody_is_told_to_moderators(stage: Stage) -> None:
    meetup, aki = await planned(stage), await stage.joins("aki")

    def no_messages(effect: Effect) -> bool:
        return isinstance(effect, DirectMessage)

    stage.refuses = no_messages
    await stage.acts(aki, f"seat_ics:{meetup}")
    assert any("A file about a meetup did not reach its member." in text_of(post) for post in stage.took(Post))


async def test_the_place_is_told_though_one_member_has_quiet_hours_that_nobody_can_read(stage: Stage) -> None:
    meetup = await planned(stage, {SeatKind.VENUE: 2})
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    for user in (aki, ben):
        await stage.acts(user, f"rsvp:{meetup}:going")
    member = await stage.member(aki)
    stage.sent.clear()

    async def move(ctx: Context) -> None:
        await ctx.db.people.record_preferences(member, language="en", time_zone=None, quiet_hours="late")
        stored = await ctx.db.meetups.get(meetup)
        assert stored
        await tell_moved(ctx, stored)

    await within(stage, move)
    (said,), (other,) = told(stage, aki), told(stage, ben)
    assert text_of(said) == text_of(other)
    gone = await stage.presses(aki, said.card, "seat_answer")
    assert isinstance(gone, Redraw)  # the message itself shows what came of it


async def test_a_meetup_over_midnight_says_the_day_on_which_it_ends(stage: Stage) -> None:
    meetup = await planned(stage, ahead=timedelta(days=7, hours=13))  # eleven at night in Tokyo
    aki = await stage.joins("aki")
    shown = text_of(await stage.acts(aki, f"mine:{meetup}"))
    assert "11 Dec 2026" in shown
    assert "12 Dec 2026" in shown
