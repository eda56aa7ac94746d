"""Members of both platforms at one page: who acts, on which face, in which language, and what stands there for them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from playwright.async_api import Locator, expect

from locales import Translator, translator
from sandbox.things import SpaceKind
from tests.e2e.visit import WAIT_MS, Visitor


@dataclass
class Crowd:
    """Everybody who plays, one after the other; a role is a person on one platform."""

    visitor: Visitor
    channel: str
    roles: dict[str, str] = field(default_factory=dict)  # person -> platform
    person: str = ""

    @property
    def t(self) -> Translator:
        """The words of who acts."""
        return translator(self.visitor.sandbox.world.people[self.person].language)

    def name(self, person: str) -> str:
        """Return what somebody is called."""
        return self.visitor.sandbox.world.people[person].name

    async def be(self, person: str) -> Translator:
        """Be one of them from now on."""
        self.person, self.visitor.platform = person, self.roles[person]
        await self.visitor.become_member(person)
        return self.t

    async def in_channel(self, person: str) -> Translator:
        """Be one of them, where everybody sees the meetup."""
        t = await self.be(person)
        await self.visitor.open(self.channel)
        return t

    async def in_private(self, person: str) -> Translator:
        """Be one of them, where the bot writes in private."""
        t = await self.be(person)
        await self.visitor.open_bot()
        return t

    async def in_thread(self, person: str, title: str) -> Translator:
        """Be one of them, where the meetup is talked about."""
        t = await self.in_channel(person)
        if self.visitor.platform == "slack":
            await self.card.get_by_test_id("thread-link").click()
        else:
            await self.visitor.pane.locator(".deep .place", has_text=title).click()
        return t

    # ---- what stands there

    @property
    def card(self) -> Locator:
        """The card that everybody sees."""
        return self.visitor.pane.locator("article", has=self.visitor.page.locator('[data-testid^="btn-rsvp:"]')).first

    @property
    def newest(self) -> Locator:
        """What was said last where one is."""
        return self.visitor.room.locator("article").last

    async def see(self, *words: str | re.Pattern[str]) -> Locator:
        """See words in what was said last."""
        for said in words:
            await expect(self.newest).to_contain_text(said)
        return self.newest

    async def told(self, words: str, *more: str) -> Locator:
        """See that the bot has said something in this conversation, once."""
        found = self.visitor.room.locator("article", has_text=words)
        await expect(found).to_have_count(1)
        for said in more:
            await expect(found).to_contain_text(said)
        return found

    async def not_told(self, words: str) -> None:
        """See that the bot has not said something in this conversation."""
        await expect(self.visitor.room.locator("article", has_text=words)).to_have_count(0)

    def button(self, action: str) -> Locator:
        """Return the newest button of an action."""
        return self.visitor.room.locator(f'[data-testid^="btn-{action}"]').last

    async def push(self, action: str) -> None:
        """Press the newest button of an action."""
        await self.button(action).click()

    async def choose(self, action: str, *values: str) -> None:
        """Choose in the newest menu of an action: one, or tick several and settle them."""
        beginning = f'[data-testid^="select-{action}"]'  # options of a list to tick begin alike
        menu = self.visitor.room.locator(f"select{beginning}, details{beginning}").last
        if await menu.evaluate("menu => menu.tagName") == "SELECT":
            await menu.select_option(label=values[0])
            return
        await menu.locator("summary").click()
        for value in values:
            await menu.locator("label", has_text=value).click()
        await menu.locator("button.settle").click()

    # ---- time

    async def clock(self, wall: str) -> None:
        """Set the clock, in the zone of who acts."""
        page = self.visitor.page
        await page.get_by_test_id("clock-more").click()
        await page.get_by_test_id("clock-free").fill(wall)
        await page.get_by_test_id("clock-set").click()
        await page.get_by_test_id("clock-more").click()

    async def settled(self, words: str, command: str) -> None:
        """Type a command until what it shows has words: the clock was moved, and its work takes a moment."""
        async with asyncio.timeout(WAIT_MS / 1000):
            while True:
                before = await self.visitor.room.locator("article").count()
                await self.visitor.write(command)
                await expect(self.visitor.room.locator("article")).to_have_count(before + 1)
                if words in await self.newest.inner_text():
                    return
                await asyncio.sleep(0.5)

    def called(self, person: str) -> tuple[str, str]:
        """Return somebody's name and account."""
        space = next(s for s in self.visitor.sandbox.spaces if s.kind is SpaceKind(self.roles[person]))
        account = self.visitor.sandbox.world.account_of(space.id, person)
        assert account is not None
        return self.name(person), f"{space.kind}:{space.id}:{account.user_id}"
