"""The platform's own event follows a meetup, and a meetup goes on without one."""

from __future__ import annotations

from datetime import timedelta

from chat.effects import DirectMessage, Effect, Post, PutEvent
from community.meetups.plan import cancel, edit
from handlers.context import Context
from handlers.meetups.plan_steps import apply_change
from handlers.meetups.steps import redraw_soon
from tests.handlers.meetups.planned import planned, within
from tests.handlers.stage import DISCORD, Stage, text_of

A_MOMENT = timedelta(seconds=2)


def mirrored(stage: Stage) -> list[PutEvent]:
    return stage.took(PutEvent)


async def changed(stage: Stage, meetup: int, by: int, **parts: object) -> None:
    """Change the plan of a meetup as an organiser does, and let its cards be drawn anew."""

    async def do(ctx: Context) -> None:
        stored = await ctx.db.meetups.get(meetup)
        assert stored
        plan = type(stored.meetup.plan)(**{**{f: getattr(stored.meetup.plan, f) for f in
                                              stored.meetup.plan.__struct_fields__}, **parts})  # fmt: skip
        await apply_change(ctx, stored, edit(stored.meetup, plan, by, ctx.now), stage.key())

    await within(stage, do)
    await stage.passes(A_MOMENT)


async def called_off(stage: Stage, meetup: int, by: int) -> None:
    async def do(ctx: Context) -> None:
        stored = await ctx.db.meetups.get(meetup)
        assert stored
        await ctx.db.meetups.save(meetup, cancel(stored.meetup, by, reason="Storm").meetup)
        await redraw_soon(ctx, meetup)

    await within(stage, do)
    await stage.passes(A_MOMENT)


async def event_ids(stage: Stage, meetup: int) -> list[str | None]:
    async def do(ctx: Context) -> list[str | None]:
        return [stand.event for stand in await ctx.db.meetups.stands(meetup) if stand.workspace == DISCORD]

    return await within(stage, do)


async def test_an_event_is_made_where_the_platform_has_them_and_says_where_to_answer(stage: Stage) -> None:
    meetup = await planned(stage)
    (made,) = mirrored(stage)
    assert made.workspace == DISCORD
    assert made.event_id is None
    assert made.event.title == "Quiet work"
    assert made.event.where == "Room 3"
    assert "Please answer here: https://chat.example/C-meetups/" in made.event.description
    (event_id,) = await event_ids(stage, meetup)
    assert event_id
    assert event_id.startswith("ev")


async def test_it_follows_time_place_and_title_once_per_change_and_ends_with_a_cancellation(
    stage_on_both: Stage,
) -> None:
    stage = stage_on_both
    boss = await stage.joins("boss")
    meetup, by = await planned(stage, organiser=boss), await stage.member(boss)
    stage.sent.clear()
    await stage.acts(await stage.joins("aki"), f"rsvp:{meetup}:going")
    await stage.passes(A_MOMENT)
    assert mirrored(stage) == []  # a seat is no news for it
    await changed(stage, meetup, by, title="Loud work", place="Room 4")
    (change,) = mirrored(stage)
    assert (change.event.title, change.event.where) == ("Loud work", "Room 4")
    assert [change.event_id] == await event_ids(stage, meetup)
    await changed(stage, meetup, by, starts=stage.now + timedelta(days=9), ends=stage.now + timedelta(days=9, hours=1))
    (change,) = mirrored(stage)
    assert change.event.starts_at > stage.now + timedelta(days=8)
    await called_off(stage, meetup, by)
    (change,) = mirrored(stage)
    assert change.event.cancelled


async def test_what_the_last_drawing_missed_reaches_it_with_the_next(stage: Stage) -> None:
    boss = await stage.joins("boss")
    by = await stage.member(boss)

    async def do(ctx: Context) -> None:
        stored = await ctx.db.meetups.get(meetup)
        assert stored
        await ctx.db.meetups.save(meetup, cancel(stored.meetup, by).meetup)

    meetup = await planned(stage, organiser=boss)
    stage.sent.clear()
    await within(stage, do)  # the card was not drawn anew yet: as if the bot had stopped between
    await stage.acts(boss, f"rsvp:{meetup}:maybe")
    await stage.passes(A_MOMENT)
    assert [put.event.cancelled for put in mirrored(stage)] == [True]


async def test_a_hundred_events_already_one_kind_word_and_the_meetup_goes_on(stage: Stage) -> None:
    boss = await stage.joins("boss")
    stage.refuses = lambda effect: isinstance(effect, PutEvent)
    meetup, by = await planned(stage, organiser=boss), await stage.member(boss)
    told = [effect for effect in stage.sent if _is_told(effect)]
    assert [type(effect) for effect in told] == [DirectMessage, Post]
    assert "goes on as planned" in text_of(told[0])
    assert "100 events" in text_of(told[0])
    assert isinstance(told[1], Post)
    assert told[1].place.channel == "C-moderators"
    stage.sent.clear()
    await changed(stage, meetup, by, title="Loud work")
    assert [effect for effect in stage.sent if _is_told(effect)] == []
    assert await event_ids(stage, meetup) == [None]
    said = await stage.acts(boss, f"rsvp:{meetup}:going")
    assert "You have a seat" in text_of(said)


def _is_told(effect: Effect) -> bool:
    return isinstance(effect, DirectMessage | Post) and "own calendar" in text_of(effect)


async def test_a_long_description_is_cut_where_the_platform_ends_and_keeps_the_link(stage: Stage) -> None:
    boss = await stage.joins("boss")
    meetup, by = await planned(stage, organiser=boss), await stage.member(boss)
    stage.sent.clear()
    await changed(stage, meetup, by, description="あ" * 1000, title="い" * 100)
    (change,) = mirrored(stage)
    assert len(change.event.description) == 1000
    assert change.event.description.endswith("あ…")
    assert "https://chat.example/" in change.event.description
