"""A code is all that it takes: how it stands, a question and its answer, and nobody knows who it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.card import Quote
from chat.effects import DirectMessage, Post, RedrawPost
from chat.ids import Workspace
from community.conduct.cases import NoteKind
from handlers.conduct.relay import ADDED_AT_MOST
from handlers.conduct.report import dashed
from storage.conduct.cases import CODE_LENGTH, LETTERS, new_code, read_code
from tests.handlers.conduct.reporting import FILLED, NAMED, code_in, ends, notes, people, reports, the_case
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


async def test_of_one_of_the_team_the_channel_does_not_even_learn_when_somebody_writes(stage: Stage) -> None:
    boss, aide, emi, _ = await people(stage)
    code = code_in(await reports(stage, emi, aide, FILLED))
    before = [text_of(post) for post in stage.took(Post)]
    await stage.sends(emi, f"conduct_said:{code}", {"words": "it was the aide"})
    assert [one for one in stage.sent if isinstance(one, Post)] == []
    assert {text_of(one) for one in stage.sent if isinstance(one, RedrawPost)} <= set(before), "nothing moves there"
    (told,) = stage.took(DirectMessage)
    assert told.user == boss
    assert "it was the aide" in text_of(told)
    assert "wrote more" in text_of(await stage.acts(boss, "case_show:1"))


async def test_where_there_is_no_channel_an_answer_reaches_the_team_in_private(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    stage.directory.missing.add("moderators")
    code = code_in(await reports(stage, emi, bad, FILLED))
    stage.sent.clear()
    await stage.sends(emi, f"conduct_said:{code}", {"words": "one thing more"})
    assert {one.user for one in stage.took(DirectMessage)} == {boss, aide}


SAYS = {
    "en": ("no answer yet", "the reporter answered", "the reporter wrote more"),
    "ja": ("まだ回答がありません", "報告した人が回答しました", "報告した人が書き足しました"),
}


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("nameless", [True, False])
async def test_the_card_says_that_the_reporter_answered_and_its_holder_is_told_once(
    build: Callable[..., Awaitable[Stage]], language: str, workspace: Workspace, *, nameless: bool
) -> None:
    stage = await build(language=language)
    waits, answered, more = SAYS[language]
    boss, aide, emi, bad = await people(stage, workspace)
    told = await reports(stage, emi, bad, FILLED if nameless else NAMED)
    reply = f"conduct_said:{code_in(told)}" if nameless else "conduct_replied:1"
    await stage.acts(boss, "case_claim:1")
    stage.sent.clear()
    stage.now += timedelta(minutes=7)
    await stage.sends(aide, form_of(await stage.acts(aide, "case_ask:1")), {"words": "When was it?"})
    cards = [text_of(one) for one in stage.took(RedrawPost)]
    assert len(cards) == 2
    assert all(waits in one for one in cards), "who comes next sees that it waits for an answer"
    stage.now += timedelta(minutes=34)
    await stage.sends(emi, reply, {"words": "Yesterday"})
    (word,) = [one for one in stage.sent if isinstance(one, DirectMessage)]
    assert word.user == boss
    assert "Yesterday" in text_of(word)
    cards = [text_of(one) for one in stage.took(RedrawPost)]
    assert len(cards) == 2
    for one in (*cards, text_of(await stage.acts(boss, "case_show:1"))):
        assert answered in one
        assert ("10:41" in one) is not nameless, "of somebody without a name only the hour is known"
    await stage.passes(timedelta(minutes=3))
    assert [one for one in stage.sent if isinstance(one, DirectMessage)] == [], "once"
    await stage.sends(emi, reply, {"words": "And this"})
    assert all(more in text_of(one) for one in stage.sent if isinstance(one, RedrawPost))
    assert [one.user for one in stage.took(DirectMessage)] == [boss]


@pytest.mark.parametrize("urgent", [False, True])
async def test_an_answer_at_night_waits_for_the_morning_unless_it_is_urgent(stage: Stage, *, urgent: bool) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad, NAMED | ({"urgent": "yes"} if urgent else {}))
    await stage.acts(boss, "case_claim:1")
    stage.now += timedelta(hours=16)  # two at night
    stage.sent.clear()
    await stage.sends(emi, "conduct_replied:1", {"words": "I cannot sleep"})
    assert [one.user for one in stage.took(DirectMessage)] == [boss] * urgent
    await stage.passes(timedelta(hours=8))
    assert [one.user for one in stage.took(DirectMessage)] == [boss] * (not urgent)


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
