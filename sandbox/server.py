"""The sandbox as a whole: one world, both faces, the control API and the page, on one loopback server."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from aiohttp import ClientSession, web

from sandbox.control import Platform, Stage, Stream, control_routes
from sandbox.discord import DiscordFace
from sandbox.life import Life, build_spaces, populate
from sandbox.page import page_routes
from sandbox.slack import SlackFace, new_account
from sandbox.world import Account, Person, Space, SpaceKind, World

HOST = "127.0.0.1"
PAST = timedelta(days=3)  # how long people have talked before a first start
LARGEST_BODY = 64 * 1024 * 1024  # a replay's batch, a file


class Sandbox:
    """A local Slack workspace and a local Discord server. Use it as ``async with Sandbox() as sandbox:``.

    ``empty`` leaves out people and past talk, ``lively`` lets scripted members act, ``panel_url`` is where the page
    finds tables to show beside the platforms.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        panel_url: str | None = None,
        start: datetime | None = None,
        empty: bool = False,
        lively: bool = False,
        seed: int = 1,
    ) -> None:
        self._port, self._empty, self._lively = port, empty, lively
        self._start = start or datetime.now(UTC)
        self.world = World(self._start if empty else self._start - PAST)
        self.slack = SlackFace(self.world)
        self.discord = DiscordFace(self.world, f"http://{HOST}")
        self.workspace, self.server = build_spaces(self.world)
        self.platforms = {
            SpaceKind.SLACK: Platform(self.slack, self._new_slack_account, self.slack.dm, self.slack.press_form),
            SpaceKind.DISCORD: Platform(
                self.discord,
                self.discord.new_account,
                self.discord.direct,
                open_thread=self.discord.open_thread,
                complete=self.discord.autocomplete,
            ),
        }
        self._stage = Stage(self.world, self.platforms, panel_url=panel_url)
        self._stream = Stream(self._stage)
        self._seed = seed
        self._stack = contextlib.AsyncExitStack()
        self.url = ""

    def _new_slack_account(self, space_id: str, person: Person, *, invited_by: str | None = None) -> Account:
        return new_account(self.world, space_id, person, invited_by=invited_by)

    @property
    def panel_url(self) -> str | None:
        """Where the page finds tables to show; may be set while the sandbox runs."""
        return self._stage.panel_url

    @panel_url.setter
    def panel_url(self, url: str | None) -> None:
        self._stage.panel_url = url
        self._stream.poke("state")

    @property
    def spaces(self) -> tuple[Space, Space]:
        """The workspace and the server."""
        return self.workspace, self.server

    async def __aenter__(self) -> Self:
        """Fill the world and open the server."""
        async with contextlib.AsyncExitStack() as stack:
            self._fill()
            self._stage.http = await stack.enter_async_context(ClientSession())
            await self._serve(stack)
            if self._lively:
                self._live(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up on everybody and close the server."""
        await self._stack.__aexit__(kind, error, trace)

    def _fill(self) -> None:
        if self._empty or self.world.people:
            return
        self.slack.announce_joins = False  # forty notices would bury the conversation
        populate(self.world, self.platforms, self._start)
        self.slack.announce_joins = True

    async def _serve(self, stack: contextlib.AsyncExitStack) -> None:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.add_routes(control_routes(self._stage, self._stream))
        app.add_routes(page_routes())
        app.add_routes(self.slack.routes())
        app.add_routes(self.discord.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(self.slack.close)
        stack.push_async_callback(self._stream.close)
        stack.push_async_callback(self._stage.close)
        await web.TCPSite(runner, HOST, self._port).start()
        self.url = f"http://{HOST}:{runner.addresses[0][1]}"
        self.slack.base_url = self.url
        self.discord.hub.base_url = self.url

    def _live(self, stack: contextlib.AsyncExitStack) -> None:
        life = Life(self.world, self.platforms, self._seed)
        self._stage.life = life
        task = asyncio.create_task(life.run())

        async def rest() -> None:
            life.close()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

        stack.push_async_callback(rest)
