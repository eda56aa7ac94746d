"""Kind words, quiet days and the pulse at the page: hints for one alone, a rest for all."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from locales import translator
from tests.e2e.test_onboarding_page import see_members_read
from tests.e2e.visit import BROWSER, WAIT_MS, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(300),
]
expect.set_options(timeout=WAIT_MS)
HURTS = "そんなことも知らないの？"
NEW = ("わかるでしょ普通", "ここを読むとわかります")


@pytest.mark.parametrize(("platform", "language"), [("slack", "ja"), ("discord", "ja")])  # as the moderator reads
async def test_a_moderator_is_hinted_at_a_word_adds_one_and_lets_the_bot_rest(
    platform: str, language: str, tmp_path: Path
) -> None:
    t = translator(language)
    async with visit(tmp_path, platform, "makoto", language) as visitor:
        await see_members_read(visitor)
        await visitor.open("general")
        await visitor.write(HURTS)
        if platform == "discord":
            await visitor.open_bot()
        await expect(visitor.pane.get_by_role("button", name=t.line("Stop hints about words")).last).to_be_visible()
        await visitor.picture("hint")
        await visitor.open("general")
        await visitor.write(f"/community words language:{language}")
        await expect(visitor.pane.get_by_role("button", name=t.line("Add a word")).last).to_be_visible()
        await visitor.picture("words")
        await visitor.press(t.line("Add a word"))
        word, instead = NEW
        await visitor.field("word").fill(word)
        await visitor.field("instead").fill(instead)
        await visitor.picture("form")
        await visitor.sent()
        await visitor.picture("preview")
        await visitor.press(t.line("Put it on the list"))
        await expect(visitor.pane.get_by_role("button", name=t.line("Undo")).last).to_be_visible()
        await visitor.picture("added")
        await visitor.write("/community quiet days:3")
        await visitor.press(t.line("Begin quiet days"))
        await expect(visitor.pane.get_by_role("button", name=t.line("Undo")).last).to_be_visible()
        await visitor.picture("quiet")
        await visitor.write("/community status")
        await expect(visitor.said(t.line("How we are doing")).last).to_be_visible()
        await visitor.picture("status")
        await visitor.write("/community pulse")
        await expect(visitor.said(t.line("The pulse: how safe it feels here")).last).to_be_visible()
        await visitor.picture("pulse")
