"""What moderators do with a case: take it on, give it back, note, ask, write; and who may not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chat.answers import Redraw, Say
from chat.card import Quote
from chat.effects import DirectMessage, Post, RedrawPost
from chat.events import ActionPressed
from chat.ids import MessageRef, Place, Workspace
from community.conduct.cases import CaseState, NoteKind
from tests.handlers.conduct.reporting import (
    BAD_WORDS,
    FILLED,
    NAMED,
    actions,
    notes,
    options_of,
    people,
    reports,
    the_case,
)
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of


async def deeds(stage: Stage) -> list[tuple[str, str, int | None, str | None]]:
    rows = await stage.look(lambda db: db.audit.page(limit=99))
    assert isinstance(rows, list)
    return [(row.what.deed, row.what.subject, row.what.member_id, row.what.reason) for row in reversed(rows)]


@pytest.mark.parametrize("workspace", [SLACK, DISCORD])
async def test_taking_on_draws_both_cards_and_tells_who_reported(stage: Stage, workspace: Workspace) -> None:
    boss, aide, emi, bad = await people(stage, workspace)
    await reports(stage, emi, bad)
    case = await the_case(stage)
    stage.sent.clear()
    answer = await stage.acts(boss, f"case_claim:{case.id}")
    assert "You look after report #1" in text_of(answer)
    redrawn = [text_of(effect) for effect in stage.sent if isinstance(effect, RedrawPost)]
    assert len(redrawn) == 2
    assert all("boss looks after it" in text for text in redrawn)
    (told,) = stage.took(DirectMessage)
    assert told.user == emi
    assert "A moderator is looking at your report" in text_of(told)
    assert "Somebody else looks after" in text_of(await stage.acts(aide, f"case_claim:{case.id}"))
    assert "You look after this already" in text_of(await stage.acts(boss, f"case_claim:{case.id}"))
    assert "Only who looks after it" in text_of(await stage.acts(aide, f"case_release:{case.id}"))
    assert stage.took(DirectMessage) == []
    await stage.acts(boss, f"case_release:{case.id}")
    assert (await the_case(stage)).state is CaseState.OPEN
    stage.now += timedelta(seconds=1)
    await stage.acts(aide, f"case_claim:{case.id}")
    stage.now += timedelta(days=1)
    await stage.acts(boss, f"case_claim:{case.id}")
    assert (await the_case(stage)).claimed_by == await stage.member(boss)
    assert [deed for deed, *_ in await deeds(stage)] == [
        "case.claimed",
        "case.released",
        "case.claimed",
        "case.claimed",
    ]


async def test_a_press_on_the_channels_card_draws_it_at_once(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    ref = await stage.look(lambda db: db.outbox.ref("case:1:slack:T1"))
    assert isinstance(ref, MessageRef)
    pressed = ActionPressed(
        key="k1", at=stage.now, workspace=SLACK, user=boss, action="case_claim:1", message=ref, place=ref.place
    )
    answer = await stage.happens(pressed)
    assert isinstance(answer, Redraw)
    assert "boss looks after it" in text_of(answer)
    assert "case_release:1" in actions(card_of(answer))


async def test_two_who_take_it_on_at_once_are_one_and_one_who_is_told_so(stage_on_both: Stage) -> None:
    stage = stage_on_both
    boss, aide, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    answers = await asyncio.gather(*(stage.acts(who, "case_claim:1") for who in (boss, aide)))
    told = sorted("You look after report #1" in text_of(answer) for answer in answers)
    assert told == [False, True]
    assert len([d for d in await deeds(stage) if d[0] == "case.claimed"]) == 1


async def test_details_and_notes_stay_with_the_team(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    stage.sent.clear()
    form = form_of(await stage.acts(boss, "case_note:1"))
    shown = await stage.sends(boss, form, {"words": "I know both. *careful* @everyone"})
    assert isinstance(shown, Say)
    assert "boss noted:" in text_of(shown)
    assert Quote("I know both. *careful* @everyone") in card_of(shown).parts
    assert "I know both" in text_of(await stage.acts(boss, "case_show:1"))
    assert "nothing was kept" in text_of(await stage.sends(boss, form, {"words": "  "}))
    assert stage.sent == [], "neither the channel nor who reported reads notes"
    assert await notes(stage, await the_case(stage)) == [(NoteKind.NOTE, "I know both. *careful* @everyone")]
    assert ("case.noted", "case:1", None, None) in await deeds(stage)


async def test_a_question_reaches_who_reported_and_the_answer_comes_back(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    await stage.acts(boss, "case_claim:1")
    stage.sent.clear()
    form = form_of(await stage.acts(boss, "case_ask:1"))
    assert [field.key for field in form.fields] == ["words"]
    await stage.sends(boss, form, {"words": "When was it?"})
    (question,) = stage.took(DirectMessage)
    assert question.user == emi
    assert Quote("When was it?") in question.card.parts
    assert "boss" not in text_of(question)
    form = form_of(await stage.presses(emi, question.card, "conduct_reply"))
    assert "The moderators have it" in text_of(await stage.sends(emi, form, {"words": "Yesterday"}))
    (told,) = stage.took(DirectMessage)
    assert told.user == boss
    assert "Yesterday" in text_of(told)
    text = text_of(await stage.acts(emi, "conduct_mine:1"))
    assert text.index("When was it?") < text.index("Yesterday")
    assert "somebody else" in text_of(await stage.acts(bad, "conduct_mine:1"))
    assert "somebody else" in text_of(await stage.acts(bad, "conduct_reply:1"))
    assert "somebody else" in text_of(await stage.sends(bad, "conduct_replied:1", {"words": "x"}))


async def test_of_several_who_reported_one_can_be_asked(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    fay = await stage.joins("fay", DISCORD)
    await reports(stage, emi, bad)
    await stage.sends(fay, form_of(await stage.types(fay, "tsudoi", "report", member="bad")), NAMED)
    await reports(stage, emi, bad, FILLED)
    form = form_of(await stage.acts(boss, "case_ask:1"))
    assert [value for value, _ in options_of(form, "whom")] == ["all", "1", "2", "3"]
    assert ("3", "Without a name (3)") in options_of(form, "whom")
    stage.sent.clear()
    await stage.sends(boss, form, {"words": "Where?", "whom": "2"})
    (question,) = stage.took(DirectMessage)
    assert question.user == fay
    answer = await stage.sends(boss, form, {"words": "How?", "whom": "all"})
    assert "with their code" in text_of(answer)
    assert {dm.user for dm in stage.took(DirectMessage)} == {emi, fay}


async def test_a_kind_word_to_the_member_is_looked_at_and_sent_once_and_names_nobody(stage: Stage) -> None:
    boss, aide, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    form = form_of(await stage.acts(boss, "case_word:1"))
    await stage.sends(boss, form, {"words": "first try"})
    looked = await stage.sends(boss, form, {"words": "Please mind your words & <be> kind"})
    assert "Please mind your words & <be> kind" in text_of(looked)
    stage.sent.clear()
    assert "done already" in text_of(await stage.presses(aide, card_of(looked), "case_send")), (
        "only its writer sends it"
    )
    await stage.presses(boss, card_of(looked), "case_send")
    (word,) = stage.took(DirectMessage)
    assert word.user == bad
    assert Quote("Please mind your words & <be> kind") in word.card.parts
    assert "emi" not in text_of(word)
    assert "boss" not in text_of(word)
    assert BAD_WORDS not in text_of(word)
    assert "done already" in text_of(await stage.presses(boss, card_of(looked), "case_send"))
    assert stage.took(DirectMessage) == []
    assert await notes(stage, await the_case(stage)) == [(NoteKind.WORD, "Please mind your words & <be> kind")]
    assert ("case.word_sent", "case:1", None, None) in await deeds(stage)


ALL = ("claim", "release", "reopen", "show", "note", "ask", "resolve", "dismiss", "word", "do", "send")
FORMS = ("noted", "asked", "end", "worded")


async def test_a_moderator_who_is_reported_neither_sees_nor_touches_it(stage: Stage) -> None:
    boss, aide, emi, _ = await people(stage)
    stage.sent.clear()
    await reports(stage, emi, aide, text="words of the aide")
    for post in stage.took(Post):
        text = text_of(post)
        assert "moderators' team" in text
        assert "words of the aide" not in text
        assert "aide" not in text
        assert "emi" not in text
        assert "It hurts" not in text
    before = await the_case(stage)
    for name in ALL:
        answer = await stage.acts(aide, f"case_{name}:1:1")
        assert "I cannot show you this report" in text_of(answer), name
    for name in FORMS:
        answer = await stage.sends(aide, f"case_{name}:1", {"words": "x", "outcome": "not_ours"})
        assert "I cannot show you this report" in text_of(answer), name
    assert await the_case(stage) == before
    assert "Nothing waits" in text_of(await stage.types(aide, "community", "cases"))
    assert "There is nothing" in text_of(await stage.types(aide, "community", "cases", member=aide.id))
    assert "words of the aide" in text_of(await stage.acts(boss, "case_show:1"))
    await stage.acts(boss, "case_claim:1")
    for effect in stage.took(RedrawPost):
        assert "words of the aide" not in text_of(effect)
    for _, _, member, _ in await deeds(stage):
        assert member is None, "whom a case is about may read the audit"


async def test_others_than_moderators_and_made_up_numbers_get_nowhere(stage: Stage) -> None:
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    before = await the_case(stage)
    stage.sent.clear()
    for name in ALL:
        assert "for moderators" in text_of(await stage.acts(bad, f"case_{name}:1"))
    for raw in ("case_show", "case_show:x", "case_claim:999", "case_note:" + "9" * 40, "case_do:1:x", "case_send:1:9"):
        assert text_of(await stage.acts(boss, raw))
    for sub in ("cases", "duty"):
        assert "for moderators" in text_of(await stage.types(bad, "community", sub))
    assert await the_case(stage) == before
    assert stage.sent == []


async def test_in_japanese_the_papers_read_as_japanese(build: Callable[..., Awaitable[Stage]]) -> None:
    stage = await build(language="ja")
    boss, _, emi, bad = await people(stage)
    await reports(stage, emi, bad)
    text = text_of(await stage.acts(boss, "case_show:1", locale="ja"))
    assert "報告の件 #1" in text
    assert "担当する" in text


def test_a_place_is_where_it_is() -> None:
    assert str(Place(SLACK.platform, SLACK.id, "C-moderators").home) == "slack:T1", "card keys are made of it"
