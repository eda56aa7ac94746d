"""A Discord server of the sandbox with our adapter logged in to it, and an intake that tests can look into."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from aiohttp import web

from chat.answers import Answer, Nothing, OpenForm, Suggest
from chat.card import Card, Text
from chat.commands import Command, CommandOption, Localised, Menu, OptionKind, SubCommand
from chat.discord import DiscordAdapter, DiscordSettings
from chat.events import Event, OptionTyped
from chat.ids import MessageRef, Place, Platform, UserRef
from chat.port import NotStoredError
from chat.text import rich
from sandbox.discord import DiscordFace, build_server
from sandbox.world import Account, Json, Message, Person, Space, World
from tests.waiting import until

CHANNELS = (("welcome", "text"), ("general", "text"), ("moderators", "private"), ("ideas", "forum"))
_SHAPES = Path(__file__).resolve().parents[4] / "shared" / "reference" / "shape_check.py"
E = TypeVar("E")

COMMANDS = (
    Command(
        name="tsudoi",
        description=Localised(en="Your place in this community", ja="このコミュニティでのあなた"),
        subs=(
            SubCommand(name="me", description=Localised(en="Your profile", ja="あなたのプロフィール")),
            SubCommand(
                name="thank",
                description=Localised(en="Thank somebody", ja="お礼を伝える"),
                options=(
                    CommandOption(
                        name="member",
                        description=Localised(en="Whom", ja="相手"),
                        kind=OptionKind.MEMBER,
                        required=True,
                    ),
                    CommandOption(name="for", description=Localised(en="What for", ja="何について"), completes=True),
                ),
            ),
        ),
    ),
    Command(
        name="community",
        description=Localised(en="For moderators", ja="モデレーター用"),
        for_moderators=True,
    ),
)
MENUS = (Menu(name="ask", label=Localised(en="Make it a question", ja="質問にする")),)


def violations(schema: str, ours: object) -> list[str]:
    """Compare JSON with Discord's own description, where that is at hand."""
    if not _SHAPES.exists():
        pytest.skip("no recorded platform payloads here (../shared/reference)")
    spec = importlib.util.spec_from_file_location("shape_check", _SHAPES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: list[str] = module.discord(schema, ours)
    return found


def apologise(locale: str | None, code: str) -> Card:
    return Card(parts=(Text(rich(f"{locale} {code}")),))


def card(*words: str) -> Card:
    return Card(parts=tuple(Text(rich(word)) for word in words))


class Stored:
    """What the intake says of an event."""

    def __init__(self, answer: asyncio.Future[Answer], *, fresh: bool, opens_form: bool) -> None:
        self.answer = answer
        self.fresh = fresh
        self.opens_form = opens_form


@dataclass
class Inbox:
    """An intake in memory. ``answers`` decides what an interaction gets, and when."""

    events: list[Event] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    answers: Callable[[Event], Answer] = lambda _: Nothing()
    slowness: float = 0
    typed: list[OptionTyped] = field(default_factory=list)
    suggests: Callable[[OptionTyped], Suggest] = lambda _: Suggest()
    failures: int = 0  # how many times to refuse before storing

    async def accept(self, event: Event) -> Stored:
        if self.failures:
            self.failures -= 1
            raise NotStoredError("disk full")
        fresh = event.key not in self.keys
        self.keys.add(event.key)
        if fresh:
            self.events.append(event)
        answer = asyncio.get_running_loop().create_future()
        given = self.answers(event)
        if self.slowness:
            asyncio.get_running_loop().call_later(self.slowness, answer.set_result, given)
        else:
            answer.set_result(given)
        return Stored(answer, fresh=fresh, opens_form=isinstance(given, OpenForm))

    async def suggest(self, typed: OptionTyped) -> Suggest:
        self.typed.append(typed)
        return self.suggests(typed)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def got(self, kind: type[E], count: int = 1) -> E:
        await until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]


@dataclass
class Stage:
    world: World
    face: DiscordFace
    space: Space
    adapter: DiscordAdapter
    inbox: Inbox
    aya: Account

    def place(self, name: str, thread: str | None = None) -> Place:
        channel = self.world.channel(self.space.id, name).id
        return Place(Platform.DISCORD, self.space.id, channel, thread)

    def user(self, account: Account) -> UserRef:
        return UserRef(Platform.DISCORD, account.space, account.user_id)

    def join(self, id_: str, name: str, *, language: str = "ja", accepts_dms: bool = True) -> Account:
        person = Person(id_, name, language=language, accepts_dms=accepts_dms)
        return self.face.new_account(self.space.id, person)

    def shown(self, ref: MessageRef) -> Message:
        return self.world.message(self.space.id, ref.place.thread or ref.place.channel, ref.id)

    def said(self, channel: str) -> list[Message]:
        found = self.world.channel(self.space.id, channel)
        return [m for m in self.world.history(self.space.id, found.id) if m.author == self.space.bot]

    def direct(self, account: Account) -> list[Message]:
        return list(self.world.history(self.space.id, self.face.direct(account).id))

    def form(self, account: Account) -> Json | None:
        return self.space.forms.get(account.user_id)

    def new_adapter(self, servers: tuple[str, ...] = ()) -> DiscordAdapter:
        return DiscordAdapter(self.settings(servers), apologise=apologise, clock=self.world.now)

    def settings(self, servers: tuple[str, ...] = ()) -> DiscordSettings:
        return DiscordSettings(
            self.face.token, servers or (self.space.id,), api_url=self.face.rest_url, gateway_url=self.face.gateway_url
        )

    async def start(self, adapter: DiscordAdapter | None = None) -> None:
        await (adapter or self.adapter).start(self.inbox, COMMANDS, MENUS)


def words(message: Message) -> str:
    """Return all text that a message displays."""

    def texts(part: Json) -> list[str]:
        own = [part["content"]] if "content" in part else []
        return own + [text for inner in part.get("components", ()) for text in texts(inner)]

    return "\n".join([message.text, *(t for c in message.body.get("components", ()) for t in texts(c))]).strip()


@contextlib.asynccontextmanager
async def staged(*, start: bool = True) -> AsyncIterator[Stage]:
    world = World()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    face = DiscordFace(world, f"http://127.0.0.1:{listener.getsockname()[1]}")
    space = build_server(world, name="集い", channels=CHANNELS)
    app = web.Application()
    app.add_routes(face.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    aya = face.new_account(space.id, Person("aya", "彩"))
    settings = DiscordSettings(face.token, (space.id,), api_url=face.rest_url, gateway_url=face.gateway_url)
    adapter = DiscordAdapter(settings, apologise=apologise, clock=world.now)
    stage = Stage(world, face, space, adapter, Inbox(), aya)
    try:
        if start:
            await stage.start()
        yield stage
    finally:
        await stage.adapter.stop()
        DiscordSettings("", ()).point_library()
        await runner.cleanup()
