"""`/community report` on the page with the real bot behind it: the card, and the files that follow in private."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.test_onboarding_page import see_members_read
from tests.e2e.visit import BROWSER, visit

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
WAIT_MS = 60_000  # the first drawing on a machine looks through its fonts


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_moderator_gets_a_report_with_its_files(platform: str, tmp_path: Path) -> None:
    async with visit(tmp_path, platform, "makoto", "ja") as visitor:
        await see_members_read(visitor)
        await visitor.open("general")
        await visitor.write("おはようございます")
        await visitor.write("/community report month:2026-09 file:html")
        card = visitor.said("経営向けレポート（2026年9月）")
        await expect(card).to_contain_text("まだ月の途中です")
        await expect(card).to_contain_text("活動した人")
        await visitor.picture("card")
        await visitor.open_bot()
        chart = visitor.pane.get_by_role("img", name=re.compile(r"management-2026-09-ja|12か月分のグラフ")).last
        await expect(chart).to_be_visible(timeout=WAIT_MS)
        page = visitor.pane.get_by_role("link", name="management-2026-09-ja.html")
        await expect(page).to_be_visible(timeout=WAIT_MS)
        await visitor.picture("files")
