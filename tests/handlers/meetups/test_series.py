"""Meetups that repeat: read from words, made ahead, one announced at a time, changed together or alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from chat.card import Select
from chat.effects import DirectMessage, Post
from chat.form import Values
from chat.ids import UserRef
from community.meetups.plan import MeetupState
from community.meetups.questions import Question
from community.seats.settings import MeetupSettings
from community.seats.values import Mark, SeatKind
from handlers.context import Context
from storage.meetups.plans import StoredMeetup
from tests.handlers.meetups.planned import within
from tests.handlers.meetups.planning import TYPED, comes, draft, errors, ledger, only, series_of, stored
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of

WEEKLY: Values = {"how": "every week", "end": "10", "ends": "ends", "holidays": "yes"}
WEEK = timedelta(weeks=1)
FIRST = datetime(2026, 12, 11, 10, 0, tzinfo=UTC)


async def repeating(stage: Stage, aki: UserRef, **changes: str) -> list[StoredMeetup]:
    """Announce a meetup every Friday at 19:00."""
    await draft(stage, aki)
    await stage.sends(aki, "plan_part:1:repeat", {**WEEKLY, **changes})
    await stage.acts(aki, "plan_go:1")
    return await stored(stage)


def cards(stage: Stage) -> list[Post]:
    """Return the meetup cards that were posted on Slack."""
    posts = [e for e in stage.sent if isinstance(e, Post)]
    return [p for p in posts if p.place.home == SLACK and "rsvp:" in str(p.card)]


async def asked(stage: Stage, meetup: int) -> list[Question]:
    """Return what is asked before a meetup."""

    async def get(ctx: Context) -> list[Question]:
        return [*await ctx.db.meetup_before.questions(meetup)]

    return await within(stage, get)


def starts(meetups: list[StoredMeetup], *states: MeetupState) -> list[datetime]:
    """Return when meetups begin."""
    return sorted(m.meetup.plan.starts for m in meetups if m.meetup.state in (states or (MeetupState.PLANNED,)))


async def test_a_series_without_an_end_is_asked_back(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki)
    answer = await stage.sends(aki, "plan_part:1:repeat", WEEKLY | {"end": ""})
    assert "When does the series end?" in errors(answer)["end"]
    assert (await only(stage)).series is None
    card = await stage.sends(aki, "plan_part:1:repeat", WEEKLY | {"end": "", "ends": "no_end"})
    assert "every week on Friday at 19:00; with no end set" in text_of(card)
    for unclear in ("when the moon is full", "ときどき"):
        answer = await stage.sends(aki, "plan_part:1:repeat", WEEKLY | {"how": unclear})
        assert errors(answer) == {"how": "Please write it like “every two weeks” or “third Friday”."}


async def test_the_next_ones_stand_ready_and_one_is_announced_at_a_time(stage: Stage) -> None:
    aki = await stage.joins("aki")
    stage.sent.clear()
    meetups = await repeating(stage, aki)
    assert starts(meetups) == [FIRST, FIRST + WEEK, FIRST + 2 * WEEK]
    assert len(cards(stage)) == 1
    assert await stage.facts("meetup.planned") == ["meetup.planned"] * 3
    await stage.passes(FIRST + timedelta(hours=1) - stage.now)
    assert len(cards(stage)) == 1
    await stage.passes(timedelta(hours=2))
    assert len(cards(stage)) == 2
    assert starts(await stored(stage))[-1] == FIRST + 3 * WEEK
    await stage.acts(aki, "plan_go:1")
    assert len(await stored(stage)) == 4


async def test_a_series_comes_to_its_end(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await repeating(stage, aki, end="3")
    await stage.passes(6 * WEEK)
    meetups = await stored(stage)
    assert len(meetups) == 3
    assert len(cards(stage)) == 3
    assert (await series_of(stage, 1)).ended


async def test_a_series_keeps_its_hour_over_a_change_of_clocks(stage: Stage) -> None:
    aki = await stage.joins("aki", time_zone="Europe/Berlin")
    await draft(stage, aki, when="2027-03-19 19:00-21:00")
    await stage.sends(aki, "plan_part:1:repeat", WEEKLY)
    await stage.acts(aki, "plan_go:1")
    assert [at.hour for at in starts(await stored(stage))] == [18, 18, 17]


async def test_national_holidays_are_left_out(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki, when="2027-01-04 19:00")
    card = await stage.sends(aki, "plan_part:1:repeat", WEEKLY | {"holidays": "no"})
    assert "not on national holidays" in text_of(card)
    await stage.acts(aki, "plan_go:1")
    days = [at.date().isoformat() for at in starts(await stored(stage))]
    assert days == ["2027-01-04", "2027-01-18", "2027-01-25"]  # the 11th is Coming of Age Day


async def test_without_a_country_holidays_are_not_asked(build: Callable[..., Awaitable[Stage]]) -> None:
    stage = await build(meetups=MeetupSettings(holidays=""))
    aki = await stage.joins("aki")
    await draft(stage, aki)
    form = await stage.acts(aki, "plan_part:1:repeat")
    assert "holidays" not in str(form)


async def test_a_plan_moved_to_another_day_repeats_from_there_or_is_for_once(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki)
    await stage.sends(aki, "plan_part:1:repeat", WEEKLY)
    await stage.sends(aki, "plan:1", TYPED | {"when": "2026-12-18 20:00"})
    kept = await series_of(stage, 1)
    assert kept.series.first.isoformat() == "2026-12-18T20:00:00"
    said = text_of(await stage.sends(aki, "plan:1", TYPED | {"when": "2026-12-17 20:00"}))
    assert "for once now" in said
    assert (await only(stage)).series is None


async def test_words_can_take_the_repetition_back_and_a_thrown_away_plan_leaves_none(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki)
    await stage.sends(aki, "plan_part:1:repeat", WEEKLY)
    assert (await only(stage)).series == 1
    await stage.sends(aki, "plan_part:1:repeat", WEEKLY | {"how": ""})
    assert (await only(stage)).series is None
    await stage.sends(aki, "plan_part:1:repeat", WEEKLY)
    await stage.acts(aki, "plan_drop:1")
    assert await stage.look(lambda unit: unit.series.get(2)) is None


async def test_only_this_one_is_moved(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await repeating(stage, aki)
    await stage.sends(aki, "plan:2", TYPED | {"when": "2026-12-19 10:00-12:00"})
    assert starts(await stored(stage)) == [FIRST, datetime(2026, 12, 19, 1, 0, tzinfo=UTC), FIRST + 2 * WEEK]
    await stage.passes(FIRST + timedelta(hours=3) - stage.now)
    assert len(await stored(stage)) == 4  # its old slot is not filled again
    assert starts(await stored(stage))[-1] == FIRST + 3 * WEEK


@pytest.mark.parametrize(("when", "hour"), [("2026-12-18 20:00-22:00", 11), ("2026-12-17 20:00-22:00", 11)])
async def test_this_and_all_following_are_moved(stage: Stage, when: str, hour: int) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    await repeating(stage, aki)
    await comes(stage, bo, 3)
    stage.sent.clear()
    form = await stage.acts(aki, "plan_change:2:all")
    await stage.sends(aki, form_of(form), TYPED | {"when": when, "title": "Later"})
    meetups = await stored(stage)
    day = datetime.fromisoformat(when[:10]).replace(hour=hour, tzinfo=UTC)
    assert starts(meetups) == [FIRST, day, day + WEEK, day + 2 * WEEK]
    assert [m.meetup.plan.title for m in meetups] == ["Reading *Dune*", "Later", "Later", "Later"]
    assert (await ledger(stage, 3)).starts == day + WEEK
    told = [e for e in stage.sent if isinstance(e, DirectMessage)]
    assert [e.user for e in told] == [bo]
    assert (await series_of(stage, 2)).series.count == 9
    await stage.passes(12 * WEEK)
    after = await stored(stage)
    assert len(starts(after, MeetupState.PLANNED, MeetupState.OVER)) == 10
    assert len(cards(stage)) == 9


async def test_words_of_all_following_change_and_their_times_stay(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await repeating(stage, aki)
    await stage.sends(aki, "plan:2:all", TYPED | {"when": "2026-12-18 19:00-21:00", "title": "New name"})
    meetups = await stored(stage)
    assert [m.meetup.plan.title for m in meetups] == ["Reading *Dune*", "New name", "New name"]
    assert starts(meetups) == [FIRST, FIRST + WEEK, FIRST + 2 * WEEK]
    await stage.passes(FIRST + timedelta(hours=3) - stage.now)
    assert (await stored(stage))[-1].meetup.plan.title == "New name"


async def test_a_rhythm_of_several_days_does_not_move_as_a_whole(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki)
    await stage.sends(aki, "plan_part:1:repeat", WEEKLY | {"how": "毎週火曜・金曜"})
    await stage.acts(aki, "plan_go:1")
    before = await stored(stage)
    answer = await stage.sends(aki, "plan:2:all", TYPED | {"when": "2026-12-16 19:00"})
    assert "several days" in errors(answer)["when"]
    assert await stored(stage) == before


async def test_one_is_called_off_and_another_stands_ready(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    await repeating(stage, aki)
    await comes(stage, bo, 1)
    stage.sent.clear()
    await stage.sends(aki, "plan_cancel:1", {"reason": "Snow", "scope": "one"})
    meetups = await stored(stage)
    assert starts(meetups) == [FIRST + WEEK, FIRST + 2 * WEEK, FIRST + 3 * WEEK]
    assert starts(meetups, MeetupState.CANCELLED) == [FIRST]
    assert ["Snow" in text_of(e) for e in stage.sent if isinstance(e, DirectMessage)] == [True]
    assert len(cards(stage)) == 1  # the next one


async def test_this_and_all_following_are_called_off(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await repeating(stage, aki)
    said = text_of(await stage.sends(aki, "plan_cancel:2", {"reason": "", "scope": "all"}))
    assert "2 meetups are cancelled, and the series has ended" in said
    await stage.passes(8 * WEEK)
    meetups = await stored(stage)
    assert len(meetups) == 3
    assert starts(meetups, MeetupState.CANCELLED) == [FIRST + WEEK, FIRST + 2 * WEEK]


async def test_a_date_is_left_out_and_taken_back(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    await repeating(stage, aki)
    await comes(stage, bo, 2)
    card = card_of(await stage.acts(aki, "series:1"))
    (menu,) = [part for part in card.parts if isinstance(part, Select)]
    assert menu.options[1].value == "2026-12-18"
    stage.sent.clear()
    out = card_of(await stage.acts(aki, menu.action, values=("2026-12-18",)))
    assert "left out. Take it back in" in str(out)
    assert [e.user for e in stage.sent if isinstance(e, DirectMessage)] == [bo]
    assert starts(await stored(stage)) == [FIRST, FIRST + 2 * WEEK, FIRST + 3 * WEEK]
    await stage.acts(aki, menu.action, values=("2026-12-18",))
    assert starts(await stored(stage)) == [FIRST, FIRST + WEEK, FIRST + 2 * WEEK, FIRST + 3 * WEEK]
    before = await stored(stage)
    for forged in ("2026-12-19", "yesterday", "", "2026-01-02"):
        assert "no longer one" in text_of(await stage.acts(aki, menu.action, values=(forged,)))
    assert await stored(stage) == before


async def test_a_series_ends_after_this_one_once_that_was_asked(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    await repeating(stage, aki)
    asked = card_of(await stage.acts(aki, "series_end:1"))
    assert "2 later ones" in text_of(asked)
    assert len(starts(await stored(stage))) == 3
    assert "Only its organisers" in text_of(await stage.acts(bo, "series_end:1:yes"))
    await stage.presses(aki, asked, "series_end")
    assert starts(await stored(stage)) == [FIRST]
    await stage.passes(6 * WEEK)
    assert len(await stored(stage)) == 3
    assert "has ended" in text_of(await stage.acts(aki, "series:1"))


async def test_a_series_goes_on_without_who_began_it(stage: Stage) -> None:
    aki, keeper = await stage.joins("aki"), await stage.joins("keeper", is_admin=True)
    await repeating(stage, aki)
    await stage.leaves(aki)
    assert (await series_of(stage, 1)).meetup.organiser is None
    (post,) = [e for e in stage.sent if isinstance(e, Post) and e.place.channel == "C-moderators"]
    assert "This goes for the whole series: every week on Friday at 19:00" in text_of(post)
    await stage.presses(keeper, post.card, "plan_take")
    member = await stage.member(keeper)
    assert [m.meetup.organiser for m in await stored(stage)] == [member] * 3
    await stage.passes(FIRST + timedelta(hours=3) - stage.now)
    assert [m.meetup.organiser for m in await stored(stage)] == [member] * 4


async def test_who_takes_a_series_over_hears_of_it_once(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo", DISCORD)
    await draft(stage, aki)
    await stage.sends(aki, "plan_part:1:people", {"speakers": "", "co": "bo"})
    await stage.sends(aki, "plan_part:1:repeat", WEEKLY)
    await stage.acts(aki, "plan_go:1")
    stage.sent.clear()
    await stage.leaves(aki)
    assert [m.meetup.organiser for m in await stored(stage)] == [await stage.member(bo)] * 3
    assert [e.user for e in stage.sent if isinstance(e, DirectMessage)] == [bo]


async def test_speakers_of_a_series_hear_of_their_seats_once(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo", DISCORD)
    await draft(stage, aki)
    await stage.sends(aki, "plan_part:1:people", {"speakers": "bo", "co": ""})
    await stage.sends(aki, "plan_part:1:repeat", WEEKLY)
    stage.sent.clear()
    await stage.acts(aki, "plan_go:1")
    member = await stage.member(bo)
    for meetup in await stored(stage):
        assert (await ledger(stage, meetup.id)).entries[member].seat is SeatKind.SPEAKER
    (notice,) = [e for e in stage.sent if isinstance(e, DirectMessage)]
    assert notice.user == bo
    assert "at every meetup of the series: every week on Friday at 19:00" in text_of(notice)
    await stage.passes(FIRST + timedelta(hours=3) - stage.now)
    assert (await ledger(stage, (await stored(stage))[-1].id)).entries[member].seat is SeatKind.SPEAKER
    assert [e for e in stage.sent if isinstance(e, DirectMessage) and "have given you a seat" in text_of(e)] == [notice]


async def test_a_speaker_of_a_single_meetup_hears_nothing_of_a_series(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    await draft(stage, aki)
    await stage.sends(aki, "plan_part:1:people", {"speakers": "bo", "co": ""})
    stage.sent.clear()
    await stage.acts(aki, "plan_go:1")
    (notice,) = [e for e in stage.sent if isinstance(e, DirectMessage)]
    assert notice.user == bo
    assert "The organisers have given you a seat (Speaker)" in text_of(notice)
    assert "series" not in text_of(notice)


async def test_what_is_asked_before_a_meetup_is_asked_before_all_that_follow(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await draft(stage, aki)
    await stage.sends(aki, "preq_set:1", {"questions": "Lunch?: yes, no"})
    await stage.sends(aki, "plan_part:1:repeat", WEEKLY)
    await stage.acts(aki, "plan_go:1")
    lunch = [Question("Lunch?", ("yes", "no"))]
    assert [await asked(stage, n) for n in (1, 2, 3)] == [lunch] * 3
    await stage.sends(aki, "preq_set:3", {"questions": "What do you bring?"})
    said = text_of(await stage.sends(aki, "preq_set:1", {"questions": "Cake?: yes, no"}))
    assert "The meetups that follow in the series ask the same." in said
    cake, bring = [Question("Cake?", ("yes", "no"))], [Question("What do you bring?")]
    assert [await asked(stage, n) for n in (1, 2, 3)] == [cake, cake, bring]  # the third has questions of its own
    await stage.passes(FIRST + timedelta(hours=3) - stage.now)
    assert await asked(stage, 4) == bring


async def test_what_one_of_those_that_follow_refuses_is_refused_for_all(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    meetups = await repeating(stage, aki)
    await comes(stage, bo, meetups[1].id)
    member = await stage.member(bo)

    async def mark(ctx: Context) -> None:
        seats = await ctx.db.meetups.ledger(meetups[1].id)
        assert seats
        here = replace(seats.entries[member], mark=Mark.ATTENDED)
        ctx.db.meetups.put_ledger(replace(seats, entries=seats.entries | {member: here}))

    await within(stage, mark)
    answer = await stage.sends(aki, f"plan:{meetups[0].id}:all", TYPED | {"when": "2026-12-11 20:00-22:00"})
    assert "checked in" in errors(answer)["when"]
    assert await stored(stage) == meetups
