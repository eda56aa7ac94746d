"""Privacy at the page: what is kept, a choice, the file, the erasure, and beginning anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from locales import translator
from tests.e2e.test_onboarding_page import see_members_read
from tests.e2e.visit import BROWSER, PAIRS, WAIT_MS, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(300),
]
expect.set_options(timeout=WAIT_MS)


@pytest.mark.parametrize(("platform", "language"), PAIRS)
async def test_a_member_sees_takes_along_erases_and_begins_anew(platform: str, language: str, tmp_path: Path) -> None:
    t = translator(language)
    async with visit(tmp_path, platform, {"slack": "aoi", "discord": "priya"}[platform], language) as visitor:
        await see_members_read(visitor)
        await visitor.open("general")
        await visitor.write("/tsudoi privacy")
        await expect(visitor.said(t.line("What I keep about you")).last).to_be_visible()
        await visitor.picture("card")
        await visitor.press(t.line("What I may ask and share"))
        await expect(visitor.said(t.line("What I may ask and share")).last).to_be_visible()
        await visitor.press(t.line("Stop: {choice}", choice=t.line("Weekly digest")))
        await expect(visitor.said(t.line("The weekly digest never names you.")).last).to_be_visible()
        await visitor.picture("choices")
        await visitor.press(t.line("Back to what I keep"))
        await visitor.press(t.line("Take it along"))
        await visitor.open_bot()
        await expect(visitor.pane.get_by_text("tsudoi-2026").last).to_be_visible()
        await visitor.picture("file")
        await visitor.open("general")
        await visitor.write("/tsudoi privacy")
        await visitor.press(t.line("Erase…"))
        await expect(visitor.said(t.line("Erase everything about you?")).last).to_be_visible()
        await visitor.picture("explained")
        await visitor.press(t.line("Erase everything…"))
        await visitor.field("word").fill(t.line("erase"))
        await visitor.picture("form")
        await visitor.sent()
        await expect(visitor.said(t.line("Nobody is told of it.")).last).to_be_visible()
        await visitor.picture("done")
        await visitor.write("/tsudoi me")
        await expect(visitor.said(t.line("Your data is erased")).last).to_be_visible()
        await visitor.picture("forgotten")
        await visitor.press(t.line("Begin anew"))
        await visitor.write("/tsudoi me")
        await expect(visitor.said(t.line("What I know about you")).last).to_be_visible()
        await visitor.picture("anew")
