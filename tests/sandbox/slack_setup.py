"""A sandbox with one Slack workspace on a loopback port, and an unmodified slack-bolt app beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackFace, app_token, bot_token, build_workspace, new_account
from sandbox.world import Account, Message, Person, Space, World
from tests.waiting import until

SPACE = "T0TSUDOI"


@dataclass
class Setup:
    """What a test holds."""

    world: World
    face: SlackFace
    space: Space
    base_url: str

    def client(self, token: str = bot_token(SPACE)) -> AsyncWebClient:
        return AsyncWebClient(token=token, base_url=f"{self.base_url}/slack/api/", retry_handlers=[])

    def join(self, name: str = "Mika", *, language: str = "ja", time_zone: str = "Asia/Tokyo") -> Account:
        return new_account(self.world, self.space.id, Person(name.lower(), name, language, time_zone))

    def channel(self, name: str = "general") -> str:
        return self.world.channel(self.space.id, name).id

    def said(self, channel: str = "general") -> list[Message]:
        return list(self.world.history(self.space.id, self.world.channel(self.space.id, channel).id))


@asynccontextmanager
async def sandbox(make: Callable[[World], SlackFace] = SlackFace) -> AsyncIterator[Setup]:
    world = World()
    face = make(world)
    space = build_workspace(world)
    app = web.Application()
    app.add_routes(face.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    face.base_url = site.name
    try:
        yield Setup(world, face, space, site.name)
    finally:
        await face.close()
        await runner.cleanup()


@asynccontextmanager
async def bolt(
    setup: Setup, prepare: Callable[[AsyncApp], object], *, ping_interval: float = 10
) -> AsyncIterator[AsyncApp]:
    app = AsyncApp(client=setup.client())
    prepare(app)
    handler = AsyncSocketModeHandler(
        app, app_token(SPACE), web_client=setup.client(app_token(SPACE)), ping_interval=ping_interval
    )
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await until(setup.face.connected)
    try:
        yield app
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
