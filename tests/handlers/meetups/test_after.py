"""After the end: the survey without names, reports in the members' words."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from chat.answers import Invalid, OpenForm
from chat.effects import Post, RedrawPost, Remove
from chat.form import Values
from chat.ids import UserRef
from community.meetups.plan import MeetupKind
from community.meetups.survey import Voice
from handlers.context import Context
from handlers.meetups.after import forget_member
from storage.activity import Fact
from storage.tables.core import members
from tests.handlers.meetups.day import AHEAD, LENGTH, OVERNIGHT, come, stored, told
from tests.handlers.meetups.planned import planned, within
from tests.handlers.stage import DISCORD, SLACK, Stage, action, form_of, text_of

GOOD: Values = {"recommends": "10", "satisfied": "4", "words": "More of *this* <please>"}


async def over(stage: Stage, *people: UserRef, kind: MeetupKind = MeetupKind.MEETUP, org: UserRef | None = None) -> int:
    """Let a meetup with these people come to its end."""
    meetup = await planned(stage, organiser=org)

    async def turn_into(ctx: Context) -> None:
        found = await ctx.db.meetups.get(meetup)
        assert found
        await ctx.db.meetups.save(meetup, replace(found.meetup, plan=replace(found.meetup.plan, kind=kind)))

    await within(stage, turn_into)
    await stage.passes(AHEAD)
    await come(stage, meetup, *people)
    stage.sent.clear()
    await stage.passes(LENGTH)
    return meetup


async def voices(stage: Stage, meetup: int) -> tuple[Voice, ...]:
    async def get(ctx: Context) -> tuple[Voice, ...]:
        return (await ctx.db.meetup_after.voices([meetup])).get(meetup, ())

    return await within(stage, get)


async def test_who_came_is_asked_once_at_a_decent_hour_and_their_answer_bears_no_name(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    meetup = await over(stage, aki)
    assert not told(stage, aki)  # half an hour to breathe
    await stage.passes(OVERNIGHT)
    (text,) = told(stage, aki)
    assert "How was it?" in text
    assert not told(stage, ben)
    form = form_of(await stage.acts(aki, f"survey:{meetup}"))
    assert "without your name" in text_of(await stage.sends(aki, form, GOOD))
    assert await voices(stage, meetup) == (Voice(10, 4, "More of *this* <please>"),)

    async def log(ctx: Context) -> list[Fact]:
        return await ctx.db.activity.facts(["meetup.surveyed"])

    (fact,) = await within(stage, log)
    assert (fact.actor, fact.data, fact.subject) == (None, {}, str(meetup))


async def test_the_evening_is_left_in_peace(stage: Stage) -> None:
    aki = await stage.joins("aki")
    await stage.passes(timedelta(hours=10))  # eight in the evening in Tokyo
    meetup = await over(stage, aki)
    await stage.passes(timedelta(hours=10))
    assert not told(stage, aki)
    await stage.passes(timedelta(hours=2))
    assert len(told(stage, aki)) == 1
    assert (await stored(stage, meetup)).meetup.plan.ends.hour == 13  # ten at night there


async def test_a_survey_is_answered_once_and_only_by_who_was_there(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    meetup = await over(stage, aki)
    assert "those who were there" in text_of(await stage.acts(ben, f"survey:{meetup}"))
    assert "those who were there" in text_of(await stage.sends(ben, f"survey:{meetup}", GOOD))
    await stage.sends(aki, f"survey:{meetup}", GOOD)
    assert "already" in text_of(await stage.sends(aki, f"survey:{meetup}", GOOD | {"recommends": "0"}))
    assert "already" in text_of(await stage.acts(aki, f"survey:{meetup}"))
    assert [voice.recommends for voice in await voices(stage, meetup)] == [10]


@pytest.mark.parametrize(
    "wrong", [{"recommends": "11"}, {"recommends": ""}, {"satisfied": "yes"}, {"satisfied": ("1", "2")}]
)
async def test_what_the_form_does_not_offer_is_asked_again_and_kept_nowhere(stage: Stage, wrong: Values) -> None:
    aki = await stage.joins("aki")
    meetup = await over(stage, aki)
    answer = await stage.sends(aki, f"survey:{meetup}", GOOD | wrong)
    assert isinstance(answer, Invalid)
    assert answer.card
    assert isinstance(await stage.acts(aki, action(answer.card, "survey")), OpenForm)
    assert await voices(stage, meetup) == ()


async def test_a_survey_is_neither_open_before_the_end_nor_for_ever(stage: Stage) -> None:
    aki = await stage.joins("aki")
    meetup = await planned(stage)
    await stage.passes(AHEAD)
    await come(stage, meetup, aki)
    assert "not over yet" in text_of(await stage.acts(aki, f"survey:{meetup}"))
    await stage.passes(LENGTH + timedelta(days=14))
    assert "has ended" in text_of(await stage.acts(aki, f"survey:{meetup}"))


async def test_erasing_somebody_changes_no_answer_and_they_cannot_answer_again(stage: Stage) -> None:
    people = [await stage.joins(f"p{n}") for n in range(5)]
    meetup = await over(stage, *people)
    for n, user in enumerate(people):
        await stage.sends(user, f"survey:{meetup}", GOOD | {"recommends": str(n)})
    before = await voices(stage, meetup)
    member = await stage.member(people[2])

    async def erase(ctx: Context) -> None:
        await forget_member(ctx, member)
        await ctx.db.conn.execute(sa.delete(members).where(members.c.id == member))

    await within(stage, erase)
    assert await voices(stage, meetup) == before
    assert "those who were there" in text_of(await stage.sends(people[2], f"survey:{meetup}", GOOD))


async def test_nobody_who_left_is_asked(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    await over(stage, aki, ben)
    await stage.leaves(ben)
    await over(stage, aki)
    await stage.leaves(aki)
    stage.sent.clear()
    await stage.passes(OVERNIGHT)
    assert not told(stage, aki)
    assert not told(stage, ben)


async def test_a_report_stands_in_every_thread_in_its_own_words_is_changed_and_taken_away_with_its_writer(
    stage: Stage,
) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben", DISCORD)
    meetup = await over(stage, aki, kind=MeetupKind.STUDY_GROUP)
    await stage.passes(OVERNIGHT)
    assert "Write a short report" in told(stage, aki)[-1]
    assert "written by those who were there" in text_of(await stage.acts(ben, f"report:{meetup}"))
    assert isinstance(await stage.sends(aki, f"report:{meetup}", {"learned": " ", "next": "x"}), Invalid)
    stage.sent.clear()
    await stage.sends(aki, f"report:{meetup}", {"learned": "Tests *first* & <b>", "next": "A small one"})
    posts = stage.took(Post)
    assert [post.place.home for post in posts] == [DISCORD, SLACK]
    assert all("Tests *first* & <b>" in text_of(post) and post.place.thread for post in posts)
    form = form_of(await stage.acts(aki, f"report:{meetup}"))
    assert [getattr(field, "value", "") for field in form.fields] == ["Tests *first* & <b>", "A small one"]
    await stage.sends(aki, form, {"learned": "&" * 800, "next": "<" * 800})
    assert len([card for card in stage.took(RedrawPost) if "&&&" in text_of(card)]) == 2
    await stage.sends(aki, form, {"learned": "a" + "\n" * 798 + "b", "next": "a\n\n" * 266})
    assert len(stage.took(RedrawPost)) == 2
    assert await stage.facts("meetup.reported") == ["meetup.reported"]
    member = await stage.member(aki)
    await within(stage, lambda ctx: forget_member(ctx, member))
    assert len(stage.took(Remove)) == 2


async def test_a_meetup_that_is_no_study_group_has_no_report(stage: Stage) -> None:
    aki = await stage.joins("aki")
    meetup = await over(stage, aki)
    assert "no longer there" in text_of(await stage.acts(aki, f"report:{meetup}"))
