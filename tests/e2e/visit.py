"""A person at the sandbox's page, in headless Chromium, with the real bot as a process of its own behind it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from bot.demo import install_app
from bot.replaying.child import BotProcess
from sandbox.server import Sandbox
from tests import browser
from tests.browser import sound_page
from tests.stores import new_sqlite

BROWSER = browser.BROWSER
MONDAY = datetime(2026, 9, 14, 1, 0, tzinfo=UTC)  # 10:00 in Tokyo: a decent hour for everybody in Japan
WAIT_MS = 45_000  # a restart of the bot may lie between an act and what is seen of it, on a busy machine
# A long play is played once on each platform and once in each language; with this set, in every combination
EVERY_PAIR = os.environ.get("TSUDOI_EVERY_PAIR")
PAIRS = [("slack", "ja"), ("discord", "en"), *([("slack", "en"), ("discord", "ja")] if EVERY_PAIR else [])]
OTHER_PAIRS = [("discord", "ja"), ("slack", "en"), *([("discord", "en"), ("slack", "ja")] if EVERY_PAIR else [])]
PICTURES = os.environ.get("TSUDOI_PICTURES")  # a folder: each step leaves a picture there, to be looked at


@dataclass
class Visitor:
    """Somebody who sees one platform's half of the page, and does what a person can do there."""

    page: Page
    sandbox: Sandbox
    bot: BotProcess
    platform: str
    label: str
    steps: int = 0

    @property
    def pane(self) -> Locator:
        """The platform's half of the page."""
        return self.page.get_by_test_id(f"{self.platform}-pane")

    @property
    def modal(self) -> Locator:
        """The form that is open."""
        return self.pane.get_by_test_id("modal")

    async def become(self, person: str) -> None:
        """Be somebody else from now on."""
        await self.page.get_by_test_id("persona-select").select_option(person)

    async def become_member(self, person: str) -> None:
        """Be somebody who has joined already, and see their half of the page."""
        await self.become(person)
        await expect(self.pane.locator(".self .name")).to_contain_text(self.sandbox.world.people[person].name)

    async def restart_bot(self) -> None:
        """Kill the bot, wait until the next one works, and see that the page knows."""
        await self.bot.restart()
        await self._see_connected()

    async def _see_connected(self) -> None:
        lamp = self.pane.get_by_test_id(f"{self.platform}-connected").filter(visible=True)
        await expect(lamp).to_have_attribute("data-connected", "true")

    async def join(self) -> None:
        """Enter the workspace or server."""
        await self._see_connected()
        await self.pane.get_by_test_id(f"{self.platform}-join").click()

    async def open(self, channel: str) -> None:
        """Look into a channel."""
        await self.pane.get_by_test_id(f"channel-{channel}").click()

    async def open_welcome(self) -> None:
        """Go where the welcome is: Slack's stands in the channel already, Discord's in a thread marked as new."""
        if self.platform == "discord":
            await self.pane.locator(".deep .place.fresh").click()

    async def open_bot(self) -> None:
        """Look into the conversation with the bot."""
        await self.pane.get_by_test_id("bot-dm").click()
        if self.platform == "slack":
            await self.pane.get_by_test_id("tab-messages").click()

    async def open_thread(self, words: str) -> None:
        """Look into the thread of a message: beside its channel on Slack, a place of its own on Discord."""
        thread = self.said(words).get_by_test_id("thread-link")
        if self.platform == "slack":
            await thread.click()
        else:
            await self.pane.locator(".deep .place", has_text=words).click()

    @property
    def room(self) -> Locator:
        """Where one is: the open thread, else the channel."""
        beside = self.pane.get_by_test_id("thread-messages").filter(visible=True)
        return beside.or_(self.pane.get_by_test_id("messages").filter(visible=True)).last

    async def reply(self, words: str) -> None:
        """Write in the open thread."""
        composer = self.pane.get_by_test_id("thread-composer" if self.platform == "slack" else "composer")
        await composer.fill(words)
        await composer.press("Enter")

    async def use_menu(self, message: Locator, name: str) -> None:
        """Choose an entry of a message's menu."""
        await message.hover()
        await message.get_by_test_id("message-menu").click()
        await message.get_by_test_id(f"menu-{name}").click()

    def said(self, words: str) -> Locator:
        """Return the messages in sight with these words."""
        return self.pane.locator("article", has_text=words).filter(visible=True)

    async def once(self, words: str) -> Locator:
        """Wait for a message, see that it stands there once, and return it."""
        found = self.said(words)
        await expect(found).to_have_count(1)
        await expect(found).to_be_visible()
        return found

    async def press(self, label: str) -> None:
        """Press the newest button with a label."""
        await self.pane.get_by_role("button", name=label).last.click()

    async def write(self, words: str) -> None:
        """Write a message or a command where one is."""
        composer = self.pane.get_by_test_id("composer")
        await composer.fill(words)
        await composer.press("Enter")

    def field(self, key: str) -> Locator:
        """Return a field of the open form."""
        return self.modal.locator(f'[data-testid^="field-{key}"]').first

    async def pick(self, key: str, *options: str) -> None:
        """Tick options of a field."""
        await self.field(key).locator("summary").click()
        for option in options:
            await self.modal.locator(f'[data-testid^="field-{key}"][data-testid$="-option-{option}"]').click()

    async def send(self) -> None:
        """Send the open form."""
        await self.modal.get_by_test_id("modal-submit").click()

    async def sent(self) -> None:
        """Send the open form, and see it taken."""
        await self.send()
        await expect(self.modal).to_have_count(0)

    def select(self, action: str) -> Locator:
        """Return the newest select of a message."""
        return self.room.locator(f'[data-testid^="select-{action}"]').last

    async def see_error(self, key: str, sentence: str, again: str) -> None:
        """See what the bot says about a field: in Slack's form, or on Discord beside a button that opens it again."""
        if self.platform == "slack":
            error = self.modal.locator(f'[data-testid^="error-{key}"]')
            await expect(error).to_contain_text(sentence)
            await expect(error).to_be_in_viewport()
            await self.picture("error")
            return
        await expect(self.modal).to_have_count(0)
        await expect(self.said(sentence).last).to_be_visible()
        await self.picture("error")
        await self.press(again)
        await expect(self.modal).to_be_visible()

    async def picture(self, name: str) -> None:
        """Keep a picture of what is in sight, where somebody wants to look at it."""
        self.steps += 1
        if PICTURES:
            await self.page.wait_for_timeout(250)
            await self.page.screenshot(path=Path(PICTURES) / f"{self.label}-{self.steps:02}-{name}.png")


@contextlib.asynccontextmanager
async def visit(
    folder: Path,
    platform: str,
    person: str,
    language: str,
    *,
    furnish: Callable[[Sandbox], dict[str, Any]] | None = None,
) -> AsyncIterator[Visitor]:
    """Open the page with the bot running behind it; what the page logs as an error fails the test.

    ``furnish`` adds what the standard community lacks, and returns the tables of the settings that go with it.
    """
    store = f"sqlite:///{folder / 'store.sqlite'}"
    new_sqlite(store)
    locale = "ja-JP" if language == "ja" else "en-GB"
    async with Sandbox(start=MONDAY) as sandbox:
        install_app(sandbox)
        overrides = furnish(sandbox) if furnish else None
        bot = BotProcess(sandbox, store, folder, overrides=overrides)
        sandbox.panel_url = f"{bot.url}/panel"
        await bot.start()
        try:
            async with sound_page(locale, WAIT_MS) as page:
                await bot.wait_ready()
                await page.goto(f"{sandbox.url}/?as={person}&lang={language}")
                await page.wait_for_selector("html[data-ready][data-stream=open]")
                yield Visitor(page, sandbox, bot, platform, f"{platform}-{language}-{person}")
        finally:
            await bot.stop()
