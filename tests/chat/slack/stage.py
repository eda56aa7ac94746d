"""A Slack adapter beside the sandbox's Slack, and a process that stores what comes in and answers by a function."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from chat.answers import Answer, Nothing, Suggest
from chat.card import Button, Buttons, Card, Text, Title
from chat.commands import Command, CommandOption, Localised, Menu, OptionKind, SubCommand
from chat.events import Event, MessagePosted, OptionTyped
from chat.ids import Place, Platform, UserRef, Workspace
from chat.port import Accepted, NotStoredError
from chat.slack.adapter import SlackAdapter
from chat.slack.settings import SlackSettings
from chat.text import rich
from sandbox.slack import SlackFace, app_token, bot_token
from sandbox.world import Account, World
from tests.sandbox.slack_setup import SPACE, Setup, sandbox

E = TypeVar("E", bound=Event)
HERE = Workspace(Platform.SLACK, SPACE)
COMMANDS = (
    Command(
        name="tsudoi",
        description=Localised("Help and you", "ヘルプと自分"),
        subs=(
            SubCommand(name="me", description=Localised("You", "自分")),
            SubCommand(
                name="thank",
                description=Localised("Thank", "お礼"),
                options=(
                    CommandOption(name="member", description=Localised("Who", "だれ"), kind=OptionKind.MEMBER),
                    CommandOption(name="words", description=Localised("What for", "なに")),
                ),
            ),
        ),
    ),
    Command(
        name="ask",
        description=Localised("Ask", "質問"),
        options=(CommandOption(name="words", description=Localised("Question", "質問")),),
    ),
)
MENUS = (Menu(name="report", label=Localised("Report", "報告")),)


@dataclass
class Taken:
    fresh: bool
    opens_form: bool
    answer: Awaitable[Answer]


@dataclass
class Process:
    """The intake: keeps each event once, answers what ``reply`` says."""

    reply: Callable[[Event], Answer] = lambda _: Nothing()
    events: list[Event] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    refuse: int = 0  # so many events are not stored
    refused: int = 0
    slow: float = 0.0  # seconds an answer takes

    async def accept(self, event: Event) -> Accepted:
        await asyncio.sleep(0)
        if self.refuse:
            self.refuse -= 1
            self.refused += 1
            raise NotStoredError("disk full")
        fresh = event.key not in self.keys
        self.keys.add(event.key)
        if fresh:
            self.events.append(event)
        return Taken(fresh, opens_form=False, answer=self._answer(event) if fresh else _nothing())

    async def suggest(self, typed: OptionTyped) -> Suggest:
        raise AssertionError(f"nobody types an option in Slack: {typed}")

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def said(self) -> list[str]:
        return [event.text for event in self.of(MessagePosted)]

    def _answer(self, event: Event) -> asyncio.Task[Answer]:
        async def work() -> Answer:
            await asyncio.sleep(self.slow)
            return self.reply(event)

        return asyncio.create_task(work())


def _nothing() -> asyncio.Future[Answer]:
    future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
    future.set_result(Nothing())
    return future


@dataclass
class Stage:
    """What a test holds."""

    setup: Setup
    adapter: SlackAdapter
    process: Process

    @property
    def face(self) -> SlackFace:
        return self.setup.face

    def place(self, name: str = "general") -> Place:
        return Place(Platform.SLACK, SPACE, self.setup.channel(name))

    def user(self, account: Account) -> UserRef:
        return UserRef(Platform.SLACK, SPACE, account.user_id)


def apologise(locale: str | None, code: str) -> Card:
    return Card(parts=(Text(rich(f"{locale} {code}")),))


def settings(setup: Setup, **changes: object) -> SlackSettings:
    given: dict[str, object] = {
        "bot_token": bot_token(SPACE),
        "app_token": app_token(SPACE),
        "api_url": f"{setup.base_url}/slack/api/",
    }
    return SlackSettings(**{**given, **changes})  # type: ignore[arg-type]


@asynccontextmanager
async def stage(make: Callable[[World], SlackFace] = SlackFace) -> AsyncIterator[Stage]:
    async with sandbox(make) as setup:
        adapter, process = SlackAdapter(settings(setup), apologise), Process()
        await adapter.start(process, COMMANDS, MENUS)
        try:
            yield Stage(setup, adapter, process)
        finally:
            await adapter.stop()


def card(text: str = "Hello", *actions: str) -> Card:
    row = (Buttons(tuple(Button(action, action) for action in actions)),) if actions else ()
    return Card(parts=(Title("Card"), Text(rich(text)), *row))
