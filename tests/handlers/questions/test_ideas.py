"""Ideas follow the messages that have them, and nobody opens threads under others' messages without measure."""

from __future__ import annotations

from chat.effects import OpenThread, RedrawPost
from chat.ids import MessageRef, Place
from storage.questions.ideas import Idea
from tests.handlers.questions.life import deletes, edits
from tests.handlers.stage import SLACK, Stage, text_of

GENERAL = Place(SLACK.platform, SLACK.id, "C-general")
THEME = "A dark theme would be kind to my eyes."


async def kept(stage: Stage) -> list[str]:
    found = await stage.look(lambda unit: unit.ideas.all())
    assert isinstance(found, list)
    return [idea.text for idea in found if isinstance(idea, Idea)]


async def test_an_idea_follows_what_its_message_says_and_goes_with_it(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    ref = MessageRef(GENERAL, "m99")
    await stage.uses_menu(ben, "idea", ref, author=aki, text=THEME)
    await stage.acts(ben, "idea_up:1")
    await edits(stage, aki, ref, "A dark theme, and a large font.")
    assert await kept(stage) == ["A dark theme, and a large font."]
    await edits(stage, aki, MessageRef(GENERAL, "m98"), "Another message.")
    stage.sent.clear()
    await deletes(stage, ref)
    assert await kept(stage) == []
    assert ["taken back" in text_of(e) for e in stage.took(RedrawPost)] == [True]
    await deletes(stage, ref)
    assert stage.sent == []
    assert "no longer there" in text_of(await stage.acts(ben, "idea_up:1"))


async def test_what_has_just_gone_or_stands_where_the_bot_cannot_write_becomes_no_idea(stage: Stage) -> None:
    aki = await stage.joins("aki")
    ref = await stage.says(aki, THEME)
    await deletes(stage, ref)
    assert "just been deleted" in text_of(await stage.uses_menu(aki, "idea", ref, author=aki, text=THEME))
    stage.directory.missing.add("general")
    there = MessageRef(GENERAL, "m99")
    assert "cannot write here" in text_of(await stage.uses_menu(aki, "idea", there, author=aki, text=THEME))
    assert await kept(stage) == []


async def test_one_member_marks_a_few_ideas_in_an_hour_and_others_still_can(stage: Stage) -> None:
    aki, ben = await stage.joins("aki"), await stage.joins("ben")
    said = [
        text_of(await stage.uses_menu(ben, "idea", MessageRef(GENERAL, f"x{n}"), author=aki, text=f"{THEME} {n}"))
        for n in range(7)
    ]
    assert ["Kept" in text for text in said] == [True] * 5 + [False] * 2
    assert "several ideas already" in said[-1]
    assert len(stage.took(OpenThread)) == 5
    told = await stage.uses_menu(aki, "idea", MessageRef(GENERAL, "x9"), author=aki, text=THEME)
    assert "Kept" in text_of(told)
