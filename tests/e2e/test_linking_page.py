"""One person on both platforms becomes one member, as they see it at the page in Japanese."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import expect

from locales import translator
from tests.e2e.visit import BROWSER, WAIT_MS, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(300),  # of which most is the machine being busy with other tests
]
expect.set_options(timeout=WAIT_MS)

JA = translator("ja")
CODE = re.compile(r"code:([0-9A-Z]{5}-[0-9A-Z]{5})")


async def test_a_person_on_both_platforms_becomes_one_member_and_two_again(tmp_path: Path) -> None:
    async with visit(tmp_path, "slack", "sora", "ja") as slack:
        discord = replace(slack, platform="discord", label="discord-ja-sora")
        await slack.join()
        await discord.join()
        await slack.open("general")
        await slack.write("/tsudoi link")
        await expect(slack.said(JA.line("Link your other account")).last).to_be_visible()
        await slack.picture("code")
        found = CODE.search(await slack.said("code:").last.inner_text())
        assert found
        await discord.open("general")
        await discord.write(f"/tsudoi link code:{found[1].lower()}")
        await expect(discord.said(JA.line("Link these accounts?")).last).to_be_visible()
        await discord.picture("preview")
        await discord.press(JA.line("Link them"))
        await expect(discord.said(str(JA.line("Linked: you are one member with these accounts."))).last).to_be_visible()
        await discord.picture("linked")
        await slack.open_bot()
        told = slack.said(JA.line("Your code was used. You are now one member with this account:"))
        await expect(told.last).to_be_visible()
        await slack.picture("told")
        await slack.press(JA.line("This was not me"))
        await expect(slack.said("別々のメンバーに戻り").last).to_be_visible()
        await slack.picture("undone")
