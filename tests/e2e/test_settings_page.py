"""A moderator sets something at the page in Japanese, sees what follows, undoes it, and a restart forgets nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.test_onboarding_page import see_members_read
from tests.e2e.visit import BROWSER, WAIT_MS, Visitor, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(300),  # of which most is the machine being busy with other tests
]
expect.set_options(timeout=WAIT_MS)


async def choose(visitor: Visitor, action: str, words: str) -> None:
    select = visitor.select(action)
    option = select.locator("option", has_text=words)
    await expect(option).to_have_count(1)
    await select.select_option(label=await option.text_content())


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_setting_is_previewed_made_kept_and_undone(platform: str, tmp_path: Path) -> None:
    async with visit(tmp_path, platform, "makoto", "ja") as visitor:
        await see_members_read(visitor)
        await visitor.open("general")
        await visitor.write("/community settings")
        await expect(visitor.said("コミュニティ全体").last).to_be_visible()
        await visitor.picture("sections")
        await choose(visitor, "set_section", "週のダイジェスト")
        await expect(visitor.said("digest_time").last).to_be_visible()
        await visitor.picture("section")
        await choose(visitor, "set_pick", "digest_time")
        await visitor.field("value").fill("25時")
        await visitor.picture("form")
        await visitor.send()
        await visitor.see_error("value", "09:00 のような時刻です。", "フォームをもう一度開く")
        await visitor.field("value").fill("10:30")
        await visitor.sent()
        await expect(visitor.said("09:00 → 10:30").last).to_be_visible()
        await visitor.picture("preview")
        await visitor.press("変更する")
        await expect(visitor.said("10:30になりました。").last).to_be_visible()
        await visitor.picture("done")
        await visitor.restart_bot()
        await visitor.write("/community audit")
        await expect(visitor.said("ダイジェストの時刻を変更しました（09:00 → 10:30）").last).to_be_visible()
        await visitor.picture("audit")
        await visitor.write("/community settings digest_time")
        await expect(visitor.said("さんがここで変更").last).to_be_visible()
        await visitor.picture("kept")
