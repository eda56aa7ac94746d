from collections.abc import Awaitable, Callable

import pytest

from chat.answers import Say
from chat.card import Buttons, LinkButton
from community.config import QuestionSettings
from community.questions.life import reopen
from handlers.context import Context
from handlers.questions.steps import take_step
from tests.handlers.questions.asked import within
from tests.handlers.questions.asking import TITLE, crowd, solved
from tests.handlers.stage import Stage, card_of, form_of, text_of

Build = Callable[..., Awaitable[Stage]]


@pytest.mark.parametrize("way", [("find", ""), ("tsudoi", "find")])
async def test_solved_questions_are_found_with_who_and_when_and_a_link(stage: Stage, way: tuple[str, str]) -> None:
    bo, cho = await stage.joins("bo"), await stage.joins("cho")
    await crowd(stage)
    question = await solved(stage, bo, cho)
    answer = await stage.types(await stage.joins("aki"), *way, words="nginx")
    assert isinstance(answer, Say)
    said = text_of(answer)
    assert TITLE in said
    assert "@cho" in said
    links = [b.url for p in answer.card.parts if isinstance(p, Buttons) for b in p.buttons if isinstance(b, LinkButton)]
    assert links == [f"https://chat.example/C-questions/a{question.id}"]
    assert "This answered it" not in said


@pytest.mark.parametrize("words", ["請求", "認証", "webhook 認証"])
async def test_two_japanese_characters_are_a_word(stage: Stage, words: str) -> None:
    bo, cho = await stage.joins("bo"), await stage.joins("cho")
    await crowd(stage)
    await solved(stage, bo, cho, "請求書の認証エラー", "請求書を開くと認証エラーになります。どうすればいいですか？")
    assert "請求書の認証エラー" in text_of(await stage.types(bo, "find", words=words))


async def test_five_at_most(stage: Stage) -> None:
    bo, cho = await stage.joins("bo"), await stage.joins("cho")
    for n in range(7):
        await solved(stage, bo, cho, f"Invoice number {n} is empty", f"My invoice {n} is empty. Why?")
    said = text_of(await stage.types(bo, "find", words="invoice empty"))
    assert said.count("Read the answer") == 5


async def test_nothing_found_leads_to_the_form_with_the_words(stage: Stage) -> None:
    aki, bo = await stage.joins("aki"), await stage.joins("bo")
    answer = await stage.types(aki, "find", words="flux compensator")
    assert "Nothing solved about flux compensator" in text_of(answer)
    form = form_of(await stage.presses(aki, card_of(answer), "draft"))
    assert form.fields[0].value == "flux compensator"  # type: ignore[union-attr]
    assert "no longer kept" in text_of(await stage.presses(bo, card_of(answer), "draft"))


async def test_without_words_it_says_how(stage: Stage) -> None:
    assert "/find" in text_of(await stage.types(await stage.joins("aki"), "find", words=" \u202e "))


async def test_what_was_opened_again_is_not_found(stage: Stage) -> None:
    bo, cho = await stage.joins("bo"), await stage.joins("cho")
    question = await solved(stage, bo, cho)

    async def open_again(ctx: Context) -> None:
        change = reopen(question, None)
        assert change
        await take_step(ctx, change, key="again")

    await within(stage, open_again)
    assert "Nothing solved" in text_of(await stage.types(bo, "find", words="nginx"))


async def test_where_nobody_may_ask_nothing_is_offered(build: Build) -> None:
    stage = await build(questions=QuestionSettings(enabled=False))
    said = text_of(await stage.types(await stage.joins("aki"), "find", words="x"))
    assert "Ask the community" not in said
