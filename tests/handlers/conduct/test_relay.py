"""A code is all that it takes: how it stands, a question and its answer, and nobody knows who it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chat.card import Quote
from chat.effects import DirectMessage, Post
from chat.ids import Workspace
from community.conduct import NoteKind
from handlers.conduct.relay import ADDED_AT_MOST
from handlers.conduct.report import dashed
from storage.cases import CODE_LENGTH, LETTERS, new_code, read_code
from tests.handlers.conduct.reporting import FILLED, code_in, ends, notes, people, reports, the_case
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of


def test_a_code_cannot_be_guessed_and_is_read_as_people_copy_it() -> None:
    assert len(set(LETTERS)) == 32
    assert CODE_LENGTH * 5 >= 60, "bits"
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        for typed in (code, code.lower(), dashed(code), f" {dashed(code).lower()} ", f"code:{code}"):
            assert read_code(typed) == code
    for wrong in ("", "x", "A" * 15, "A" * 17, "O" * 16, "あ" * 16, "@aki", "<@U123>"):
        assert read_code(wrong) is None


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_the_code_shows_how_it_stands_to_whoever_has_it(stage: Stage, workspace: Workspace) -> None:
    boss, _, emi, bad = await people(stage, workspace)
    told = await reports(stage, emi, bad, FILLED)
    code = code_in(told)
    assert dashed(code) in text_of(told)
    assert "They will look at it" in text_of(await stage.presses(emi, card_of(told), "conduct_code"))
    await stage.acts(boss, "case_claim:1")
    assert "is looking at your report" in text_of(await stage.types(emi, "tsudoi", "report", code=dashed(code)))
    await ends(stage, boss, await the_case(stage), "warned", "We talked. Thank you!")
    assert [dm for dm in stage.took(DirectMessage) if dm.user == emi] == [], "nobody knows whom to tell"
    for options in ({"code": code}, {"member": code}, {"member": f"code:{code.lower()}"}):
        card = card_of(await stage.types(emi, "tsudoi", "report", **options))
        assert Quote("We talked. Thank you!") in card.parts
        assert "Warned" not in text_of(card)


async def test_questions_and_answers_go_both_ways(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    code = code_in(await reports(stage, emi, bad, FILLED))
    await stage.sends(boss, form_of(await stage.acts(boss, "case_ask:1")), {"words": "When was it?"})
    shown = await stage.types(emi, "tsudoi", "report", code=code)
    assert "When was it?" in text_of(shown)
    assert "Answer" in text_of(shown)
    stage.now += timedelta(minutes=41)
    stage.sent.clear()
    form = form_of(await stage.presses(emi, card_of(shown), "conduct_more"))
    said = await stage.sends(emi, form, {"words": "Yesterday <@U1> @everyone"})
    assert "The moderators have it" in text_of(said)
    posts = stage.took(Post)
    assert {post.place.home for post in posts} == {SLACK, DISCORD}, "nobody looks after it yet"
    assert Quote("Yesterday <@U1> @everyone") in posts[0].card.parts
    assert posts[0].card.notify == ()
    again = text_of(await stage.presses(emi, card_of(said), "conduct_code"))
    assert again.index("When was it?") < again.index("Yesterday")
    case = await the_case(stage)
    assert await notes(stage, case) == [
        (NoteKind.ASKED, "When was it?"),
        (NoteKind.ANSWERED, "Yesterday <@U1> @everyone"),
    ]
    found = await stage.look(lambda db: db.cases.notes(case.id))
    assert isinstance(found, list)
    assert found[1].author is None
    assert (found[1].at.minute, found[1].at.second) == (0, 0)


async def test_what_one_said_is_not_shown_to_another_of_the_same_case(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    first = code_in(await reports(stage, emi, bad, FILLED))
    second = code_in(await reports(stage, await stage.joins("gil"), bad, FILLED))
    await stage.sends(emi, f"conduct_said:{first}", {"words": "only mine"})
    assert "only mine" in text_of(await stage.acts(emi, f"conduct_code:{first}"))
    assert "only mine" not in text_of(await stage.acts(emi, f"conduct_code:{second}"))
    assert "only mine" in text_of(await stage.acts(boss, "case_show:1"))


async def test_of_one_of_the_team_the_channel_reads_no_words(stage: Stage) -> None:
    _, aide, emi, _ = await people(stage)
    code = code_in(await reports(stage, emi, aide, FILLED))
    stage.sent.clear()
    await stage.sends(emi, f"conduct_said:{code}", {"words": "it was the aide"})
    for post in stage.took(Post):
        assert "it was the aide" not in text_of(post)
        assert "has written" in text_of(post)


async def test_codes_that_lead_nowhere_and_too_many_words_are_met_kindly(stage: Stage) -> None:
    _, _, emi, bad = await people(stage)
    code = code_in(await reports(stage, emi, bad, FILLED))
    other = new_code()
    stage.sent.clear()
    for raw in (f"conduct_code:{other}", "conduct_code", "conduct_code:x:y"):
        assert "No report has this code" in text_of(await stage.acts(emi, raw))
    for raw in (f"conduct_more:{other}", "conduct_more"):
        assert "do not find" in text_of(await stage.acts(emi, raw))
    assert "do not find" in text_of(await stage.sends(emi, f"conduct_said:{other}", {"words": "x"}))
    assert "nothing was sent" in text_of(await stage.sends(emi, f"conduct_said:{code}", {"words": " "}))
    assert stage.sent == []
    for n in range(ADDED_AT_MOST):
        await stage.sends(emi, f"conduct_said:{code}", {"words": f"word {n}"})
    assert "a lot already" in text_of(await stage.sends(emi, f"conduct_said:{code}", {"words": "more"}))
