"""A question that was handed over to the product team is taken back, until the team answers."""

from datetime import timedelta

import pytest

from chat.effects import Post, Remove
from chat.ids import Place
from storage.audit import StoredDeed
from tests.handlers.questions.asked import again, ask
from tests.handlers.questions.test_desk import people
from tests.handlers.stage import SLACK, Stage, text_of

PRODUCT = Place(SLACK.platform, SLACK.id, "C-product")


async def newest(stage: Stage) -> StoredDeed:
    found = await stage.look(lambda db: db.audit.page(limit=1))
    assert isinstance(found, list)
    assert isinstance(found[0], StoredDeed)
    return found[0]


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_hand_over_is_taken_back_with_its_post_and_can_be_made_again(stage: Stage, language: str) -> None:
    asker, _, boss = await people(stage)
    reads = await stage.joins("reads", is_admin=True, locale=language)
    question = await ask(stage, asker)
    await stage.acts(boss, f"q_handover:{question.id}:go")
    deed = await newest(stage)
    assert deed.what.deed == "question.handed_over"
    assert "↩" in str(await stage.types(reads, "community", "audit")), "the record offers it"
    stage.sent.clear()
    said = text_of(await stage.acts(reads, f"undo:{deed.id}"))
    assert {"en": "no longer with the product team", "ja": "製品チームから引き上げ"}[language] in said
    assert len(stage.took(Remove)) == 1
    assert (await again(stage, question.id)).handed_over_at is None
    assert (await newest(stage)).what.deed == "deed.undone"
    stage.now += timedelta(seconds=2)
    await stage.acts(boss, f"q_handover:{question.id}:go")
    assert [post.place for post in stage.took(Post) if post.place == PRODUCT] == [PRODUCT]
    stale = text_of(await stage.acts(reads, f"undo:{deed.id}"))
    assert {"en": "already", "ja": "すでに"}[language] in stale or "取り消して" in stale


async def test_an_answered_hand_over_stands(stage: Stage) -> None:
    asker, other, boss = await people(stage)
    question = await ask(stage, asker)
    await stage.acts(boss, f"q_handover:{question.id}:go")
    deed = await newest(stage)
    await stage.sends(other, f"q_product:{question.id}", {"answer": "Use the delivery id."}, place=PRODUCT)
    assert "has answered already" in text_of(await stage.acts(boss, f"undo:{deed.id}"))
    assert (await again(stage, question.id)).handed_over_at is not None


async def test_a_question_that_has_gone_on_stays_handed_over(stage: Stage) -> None:
    asker, _, boss = await people(stage)
    question = await ask(stage, asker)
    await stage.acts(boss, f"q_handover:{question.id}:go")
    deed = await newest(stage)
    await stage.acts(boss, f"q_close:{question.id}", values=("off_topic",))
    assert (await newest(stage)).what.deed == "question.closed"
    assert "gone on since" in text_of(await stage.acts(boss, f"undo:{deed.id}"))
