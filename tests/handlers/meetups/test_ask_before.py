"""Questions before a meetup: set in lines, asked of who comes, seen by who prepares it, and by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.answers import Invalid, OpenForm, Say
from chat.effects import DirectMessage
from chat.form import Choice, Paragraph
from chat.ids import UserRef, Workspace
from handlers.context import Context
from handlers.meetups.ask_before import forget_member
from tests.handlers.meetups.planned import planned, within
from tests.handlers.meetups.planning import draft
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of

BOTH = pytest.mark.parametrize("home", [SLACK, DISCORD])
LINES = "Lunch?: yes, no, maybe\nWhat would you like to hear?"


async def asked(stage: Stage, organiser: UserRef, lines: str = LINES) -> int:
    meetup = await planned(stage, organiser=organiser)
    said = await stage.sends(organiser, f"preq_set:{meetup}", {"questions": lines})
    assert isinstance(said, Say), said
    return meetup


def about(stage: Stage) -> list[DirectMessage]:
    """Return the messages about the meetup that anybody got since the last look."""
    return [dm for dm in stage.took(DirectMessage) if "Quiet work" in text_of(dm)]


@BOTH
async def test_who_takes_a_seat_is_asked_and_an_answer_confirms_the_seat(stage: Stage, home: Workspace) -> None:
    boss, aki = await stage.joins("boss"), await stage.joins("aki", home)
    meetup = await asked(stage, boss)
    card = await stage.acts(aki, f"rsvp:{meetup}:going")
    assert "2 questions for you" in text_of(card)
    form = form_of(await stage.acts(aki, f"preq:{meetup}"))
    assert [type(field) for field in form.fields] == [Choice, Paragraph]
    said = await stage.sends(aki, form, {"q0": "yes", "q1": "*Rust* <b>"})
    assert "The organisers see that you come." in text_of(said)
    assert await stage.facts("meetup.answered") == ["meetup.answered"]
    again = form_of(await stage.acts(aki, f"preq:{meetup}"))
    assert [getattr(field, "value", None) for field in again.fields] == ["yes", "*Rust* <b>"]
    await stage.sends(aki, again, {"q0": "no", "q1": ""})
    summary = text_of(await stage.types(boss, "meetup", "answers", meetup=str(meetup)))
    assert "yes: 0 · no: 1 · maybe: 0" in summary
    assert "Rust" not in summary
    assert "1 of 1" in summary


async def test_the_summary_counts_choices_and_levels_for_organisers_and_speakers_only(stage: Stage) -> None:
    boss, admin = await stage.joins("boss"), await stage.joins("admin", is_admin=True)
    aki = await stage.joins("aki", DISCORD)
    member = await stage.member(aki)
    await stage.sends(aki, f"about:{member}", {"purpose": "To learn", "give": ("ops",), "learn": ("python",),
                                               "introduction": "", "consent": "no"})  # fmt: skip
    await stage.sends(aki, f"levels:{member}:0", {"python": "beginner", "ops": "expert"})
    meetup = await asked(stage, boss)
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await stage.sends(aki, f"preq:{meetup}", {"q0": "maybe", "q1": "Tests & mocks"})
    summary = text_of(await stage.types(boss, "meetup", "answers", meetup=str(meetup)))
    assert "maybe: 1" in summary
    assert "Tests & mocks" in summary
    assert "Python: Beginner 1 · Intermediate 0 · Expert 0" in summary
    assert "Uaki" not in summary
    assert "aki" not in summary
    for other in (aki, admin):
        assert "for the organisers and the speakers" in text_of(
            await stage.types(other, "meetup", "answers", meetup=str(meetup))
        )


async def test_who_has_not_answered_is_asked_the_day_before_even_without_reminders(stage: Stage) -> None:
    boss, aki = await stage.joins("boss"), await stage.joins("aki")
    meetup = await asked(stage, boss)
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await stage.acts(aki, f"remind:{meetup}", values=("day", "hour", "none"))
    stage.sent.clear()
    await stage.passes(timedelta(days=6, minutes=1))
    (dm,) = about(stage)
    assert "2 questions for you" in text_of(dm)
    await stage.sends(aki, f"preq:{meetup}", {"q0": "yes", "q1": "x"})
    await stage.passes(timedelta(days=1))
    assert [dm for dm in stage.took(DirectMessage) if "for you" in text_of(dm)] == []


async def test_a_reminder_asks_too_and_stops_once_answered(stage: Stage) -> None:
    boss, aki = await stage.joins("boss"), await stage.joins("aki")
    meetup = await asked(stage, boss, "Lunch?: yes, no")
    await stage.acts(aki, f"rsvp:{meetup}:going")
    stage.sent.clear()
    await stage.passes(timedelta(days=6, minutes=1))
    (dm,) = about(stage)
    await stage.presses(aki, dm.card, "preq")
    await stage.sends(aki, f"preq:{meetup}", {"q0": "yes"})
    await stage.passes(timedelta(hours=23, minutes=30))
    (dm,) = [dm for dm in stage.took(DirectMessage) if "Your seat" in text_of(dm)]
    assert "question" not in text_of(dm)


async def test_changed_questions_keep_the_answers_to_the_same_words_only(stage: Stage) -> None:
    boss, aki = await stage.joins("boss"), await stage.joins("aki")
    meetup = await asked(stage, boss)
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await stage.sends(aki, f"preq:{meetup}", {"q0": "yes", "q1": "Rust"})
    form = form_of(await stage.acts(boss, f"preq_set:{meetup}"))
    assert getattr(form.fields[0], "value", "") == LINES
    await stage.sends(boss, form, {"questions": "What would you like to hear?\nDinner?: yes, no"})
    summary = text_of(await stage.types(boss, "meetup", "answers", meetup=str(meetup)))
    assert "Rust" in summary
    assert "yes: 0 · no: 0" in summary


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("\n".join(f"Question {n}" for n in range(6)), "five questions at most"),
        ("x" * 101, "100 characters"),
        ("Which?: " + ", ".join(map(str, range(11))), "ten choices"),
        ("Which?: a, " + "b" * 76, "ten choices"),
        ("Lunch: yes", "two choices or more"),
    ],
)
async def test_lines_that_cannot_be_asked_come_back_with_what_to_do(stage: Stage, lines: str, wrong: str) -> None:
    boss = await stage.joins("boss")
    meetup = await planned(stage, organiser=boss)
    said = await stage.sends(boss, f"preq_set:{meetup}", {"questions": lines})
    assert isinstance(said, Invalid)
    assert wrong in said.errors["questions"]
    assert said.card
    reopened = await stage.presses(boss, said.card, "draft")
    assert isinstance(reopened, OpenForm)
    assert getattr(reopened.form.fields[0], "value", "") == lines


async def test_only_who_comes_is_asked_and_only_the_organisers_ask(stage: Stage) -> None:
    boss, aki = await stage.joins("boss"), await stage.joins("aki")
    meetup = await asked(stage, boss)
    assert "for those who come" in text_of(await stage.acts(aki, f"preq:{meetup}"))
    assert "Only its organisers" in text_of(await stage.acts(aki, f"preq_set:{meetup}"))
    assert "Only its organisers" in text_of(await stage.types(aki, "meetup", "questions", meetup=str(meetup)))
    assert "no longer there" in text_of(await stage.acts(aki, "preq:999"))
    await stage.acts(aki, f"rsvp:{meetup}:going")
    empty = await stage.sends(aki, f"preq:{meetup}", {"q0": "something else", "q1": "  "})
    assert isinstance(empty, Invalid)
    await stage.sends(boss, f"preq_set:{meetup}", {"questions": ""})
    assert "ask nothing any more" in text_of(await stage.acts(aki, f"preq:{meetup}"))
    await stage.passes(timedelta(days=7, minutes=1))
    assert "The questions for participants are closed." in text_of(await stage.acts(aki, f"preq:{meetup}"))


async def test_a_plan_that_nobody_has_seen_can_ask_already(stage: Stage) -> None:
    boss = await stage.joins("boss")
    card = await draft(stage, boss)
    form = form_of(await stage.presses(boss, card, "preq_set"))
    await stage.sends(boss, form, {"questions": LINES})
    announced = card_of(await stage.presses(boss, card, "plan_go"))
    form = form_of(await stage.presses(boss, announced, "preq_set"))
    assert getattr(form.fields[0], "value", "") == LINES


async def test_who_is_erased_takes_answers_and_choices_along(stage: Stage) -> None:
    boss, aki = await stage.joins("boss"), await stage.joins("aki")
    meetup = await asked(stage, boss)
    await stage.acts(aki, f"rsvp:{meetup}:going")
    await stage.acts(aki, f"remind:{meetup}", values=("morning",))
    await stage.sends(aki, f"preq:{meetup}", {"q0": "yes", "q1": "Rust"})
    member = await stage.member(aki)

    async def erase(ctx: Context) -> None:
        await forget_member(ctx, member)
        assert await ctx.db.meetup_before.answers(meetup) == {}
        assert await ctx.db.meetup_before.choices(meetup) == {}

    await within(stage, erase)


async def test_questions_and_reminders_on_postgresql(postgres_store: str) -> None:
    stage = await Stage.build(postgres_store)
    try:
        boss, aki = await stage.joins("boss"), await stage.joins("aki", DISCORD)
        meetup = await asked(stage, boss)
        await stage.acts(aki, f"rsvp:{meetup}:going")
        await stage.sends(aki, f"preq:{meetup}", {"q0": "yes"})
        await stage.acts(aki, f"remind:{meetup}", values=("day",))
        assert "yes: 1" in text_of(await stage.types(boss, "meetup", "answers", meetup=str(meetup)))
        stage.sent.clear()
        await stage.passes(timedelta(days=6, minutes=1))
        assert len(about(stage)) == 1
    finally:
        await stage.db.close()
