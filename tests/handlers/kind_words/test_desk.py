"""Moderators change the lists of kind words: looked at first, written down, taken back."""

from __future__ import annotations

import pytest

from chat.answers import Answer, Invalid, Redraw, Say
from chat.card import Card, Select
from chat.ids import UserRef, Workspace
from community.conduct.kind_words import BUILT_IN, OWN_MOST, Change, find
from handlers.context import Context
from handlers.kind_words.desk import word_id
from storage.unit import Unit
from tests.handlers.questions.asked import within
from tests.handlers.stage import DISCORD, SLACK, Stage, card_of, form_of, text_of

BOTH = pytest.mark.parametrize("workspace", [SLACK, DISCORD])


async def boss(stage: Stage, workspace: Workspace = SLACK, **told: object) -> UserRef:
    return await stage.joins("mod", workspace, is_admin=True, **told)


async def hurts(stage: Stage, text: str) -> bool:
    async def look(ctx: Context) -> bool:
        return find(text, await ctx.db.kind_words.lists()) is not None

    return await within(stage, look)


async def deeds(stage: Stage) -> list[tuple[str, str]]:
    async def load(unit: Unit) -> list[tuple[str, str]]:
        return [(d.what.deed, d.what.subject) for d in await unit.audit.page(limit=20)]

    found = await stage.look(load)
    assert isinstance(found, list)
    return found


def select_of(card: Card) -> Select:
    (found,) = [part for part in card.parts if isinstance(part, Select)]
    return found


async def picks(stage: Stage, user: UserRef, card: Card, word: str) -> Card:
    answer: Answer = await stage.acts(user, select_of(card).action, values=(word_id(word),))
    return card_of(answer)


@BOTH
@pytest.mark.parametrize("locale", ["ja", "en"])
async def test_a_word_is_looked_at_added_and_taken_back(stage: Stage, workspace: Workspace, locale: str) -> None:
    mod = await boss(stage, workspace, locale=locale)
    page = card_of(await stage.types(mod, "community", "words", language="ja"))
    form = form_of(await stage.presses(mod, page, "kw_new"))
    preview = await stage.sends(mod, form, {"word": "わかるでしょ　普通", "instead": "ここを読むとわかります"})
    assert isinstance(preview, Say)
    assert "ここを読むとわかります" in text_of(preview)
    assert not await hurts(stage, "わかるでしょ 普通"), "it was only looked at"
    assert await deeds(stage) == []
    done = await stage.presses(mod, card_of(preview), "kw_do")
    assert await hurts(stage, "わかるでしょ 普通")
    assert not await hurts(stage, "わかるでしょう")
    assert await deeds(stage) == [("words.added", "ja わかるでしょ 普通")]
    await stage.presses(mod, card_of(done), "undo")
    assert not await hurts(stage, "わかるでしょ 普通")


@BOTH
async def test_a_built_in_word_is_taken_out_and_put_back(stage: Stage, workspace: Workspace) -> None:
    mod = await boss(stage, workspace)
    page = card_of(await stage.types(mod, "community", "words", language="en"))
    assert await hurts(stage, "stfu")
    listed = {option.label for option in select_of(page).options}
    word = next(w for w in ("stfu", "kys", "gtfo") if w in listed)
    detail = await picks(stage, mod, page, word)
    out = await stage.presses(mod, detail, "kw_out")
    assert not await hurts(stage, word)
    await stage.presses(mod, card_of(out), "undo")
    assert await hurts(stage, word)
    await stage.presses(mod, detail, "kw_out")
    again = await picks(stage, mod, await find_page(stage, mod, "en", word), word)
    assert "kw_out" not in str(again)
    await stage.presses(mod, again, "kw_back")
    assert await hurts(stage, word)
    assert [deed for deed, _ in await deeds(stage)] == [
        "words.put_back", "words.taken_out", "deed.undone", "words.taken_out",
    ]  # fmt: skip


async def find_page(stage: Stage, mod: UserRef, language: str, word: str) -> Card:
    for n in range(10):
        card = card_of(await stage.acts(mod, f"kw_page:{language}:{n}"))
        if word_id(word) in {option.value for option in select_of(card).options}:
            return card
    raise AssertionError(f"{word} is on no page")


async def test_every_word_stands_on_a_page_once(stage: Stage) -> None:
    mod = await boss(stage)
    for language, entries in BUILT_IN.items():
        seen: list[str] = []
        card = card_of(await stage.types(mod, "community", "words", language=language))
        while True:
            seen += [option.label for option in select_of(card).options]
            if f"kw_page:{language}:{len(seen) // 20}" not in str(card):
                break
            card = card_of(await stage.acts(mod, f"kw_page:{language}:{len(seen) // 20}"))
        assert sorted(seen) == sorted(entry.word for entry in entries)


async def test_another_wording_is_proposed_and_an_undo_brings_the_old_one_back(stage_on_both: Stage) -> None:
    stage = stage_on_both
    mod = await boss(stage)
    page = card_of(await stage.types(mod, "community", "words", language="ja"))
    word = select_of(page).options[0].label
    form = form_of(await stage.presses(mod, await picks(stage, mod, page, word), "kw_new"))
    preview = await stage.sends(mod, form, {"word": word, "instead": "やさしく言うと……"})
    first = await stage.presses(mod, card_of(preview), "kw_do")
    assert "やさしく言うと" in text_of(await picks(stage, mod, page, word))
    preview = await stage.sends(mod, form, {"word": word, "instead": "もっとやさしく"})
    await stage.presses(mod, card_of(preview), "kw_do")
    refused = await stage.presses(mod, card_of(first), "undo")
    assert isinstance(refused, Say), "it was changed again since"
    assert "もっとやさしく" in text_of(await picks(stage, mod, page, word))


@pytest.mark.parametrize("word", ["", "あ", "。。。", "x" * 61])
async def test_what_is_no_word_is_refused(stage: Stage, word: str) -> None:
    mod = await boss(stage)
    assert isinstance(await stage.sends(mod, "kw_add:ja", {"word": word, "instead": ""}), Invalid)


async def test_a_list_has_an_end(stage: Stage) -> None:
    mod = await boss(stage)

    async def fill(ctx: Context) -> None:
        for n in range(OWN_MOST):
            await ctx.db.kind_words.put("ja", Change(word=f"word{n}", listed=True), by=None, at=ctx.now)

    await within(stage, fill)
    assert isinstance(await stage.sends(mod, "kw_add:ja", {"word": "one more", "instead": ""}), Invalid)


async def test_members_do_not_edit_the_lists_and_nobody_by_a_made_up_button(stage: Stage) -> None:
    aki, mod = await stage.joins("aki"), await boss(stage)
    for raw in ("kw_page:ja:0", f"kw_out:ja:{word_id('バカ')}", "kw_do:ja:x", "kw_new:ja"):
        answer = await stage.acts(aki, raw)
        assert "moderators" in text_of(answer)
    assert await hurts(stage, "お前バカか")
    for raw in (
        "kw_out:fr:zz",
        "kw_out",
        "kw_back:ja:zz",
        "kw_do:ja:zz",
        "kw_pick:ja",
        "kw_page:ja:999999999999999999",
    ):
        assert isinstance(await stage.acts(mod, raw), Redraw)
    assert [deed for deed, _ in await deeds(stage) if deed.startswith("words")] == []
