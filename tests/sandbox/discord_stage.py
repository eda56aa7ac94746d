"""A Discord server of the sandbox with an unmodified discord.py client logged in to it."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from aiohttp import web
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from sandbox.discord import DiscordFace, build_server
from sandbox.world import Account, Json, Person, Space, World
from tests.waiting import until

CHANNELS = (("welcome", "text"), ("general", "text"), ("moderators", "private"), ("ideas", "forum"))
_SHARED = Path(__file__).resolve().parents[3] / "shared" / "reference" / "shape_check.py"


def violations(schema: str, ours: object) -> list[str]:
    """Compare a payload with Discord's own description, where that is at hand."""
    if not _SHARED.exists():
        pytest.skip("no recorded platform payloads here (../shared/reference)")
    spec = importlib.util.spec_from_file_location("shape_check", _SHARED)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: list[str] = module.discord(schema, ours)
    return found


class Bot(discord.Client):
    """A plain client that keeps what it was told."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(intents=intents or discord.Intents.all(), guild_ready_timeout=0.05, enable_debug_events=True)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[Json] = []
        self.up = asyncio.Event()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait the 5 s that Discord wants between two logins."""

    async def on_ready(self) -> None:
        self.up.set()

    async def on_socket_raw_receive(self, frame: str) -> None:
        event: Json = discord.utils._from_json(frame)
        if event.get("t"):
            self.heard.append(event)

    def events(self, name: str) -> list[Json]:
        return [event["d"] for event in self.heard if event["t"] == name]


@dataclass
class Stage:
    world: World
    face: DiscordFace
    space: Space
    bot: Bot
    aya: Account
    base: str
    http: aiohttp.ClientSession
    task: asyncio.Task[None] | None = None
    extra: list[Any] = field(default_factory=list)

    @property
    def guild(self) -> discord.Guild:
        found = self.bot.get_guild(int(self.space.id))
        assert found is not None
        return found

    def channel(self, name: str) -> discord.TextChannel:
        found = discord.utils.get(self.guild.text_channels, name=name)
        assert found is not None
        return found

    def place(self, name: str) -> str:
        return self.world.channel(self.space.id, name).id

    async def call(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Call REST as the bot, without a client between."""
        own = {"Authorization": f"Bot {self.face.token}", **headers}
        async with self.http.request(method, self.face.rest_url + path, json=body, headers=own) as answer:
            return answer.status, await answer.json() if answer.status != 204 else None

    async def heard(self, name: str, count: int = 1) -> Json:
        await until(lambda: len(self.bot.events(name)) >= count)
        return self.bot.events(name)[count - 1]


@contextlib.asynccontextmanager
async def staged(*, log_in: bool = True, intents: discord.Intents | None = None) -> AsyncIterator[Stage]:
    world = World()
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    face = DiscordFace(world, base)
    space = build_server(world, name="集い", channels=CHANNELS)
    app = web.Application()
    app.add_routes(face.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    old = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = face.rest_url, yarl.URL(face.gateway_url)
    bot = Bot(intents)
    aya = face.new_account(space.id, Person("aya", "彩"))
    async with aiohttp.ClientSession() as http:
        stage = Stage(world, face, space, bot, aya, base, http)
        try:
            if log_in:
                stage.task = asyncio.create_task(bot.start(face.token))
                await asyncio.wait_for(bot.up.wait(), 10)
            yield stage
        finally:
            await bot.close()
            if stage.task is not None:
                await stage.task
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = old
            await runner.cleanup()
