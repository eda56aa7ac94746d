"""The Slack adapter: one bot in one workspace, put together from its parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from chat.commands import Command, Menu
from chat.ids import Platform, Workspace
from chat.port import Capabilities, Finding, Intake, UnreachableError
from chat.slack.answering import Answering, Apologise
from chat.slack.directory import Directory
from chat.slack.doctor import examine
from chat.slack.intake import Reception
from chat.slack.past import Past
from chat.slack.settings import SlackSettings
from chat.slack.socket import Socket
from chat.slack.web import SlackWeb

if TYPE_CHECKING:
    from chat.slack.http import Http

READY_WITHIN = 30.0  # seconds from connecting to Slack's hello

_CAPABILITIES = Capabilities(
    inline_form_errors=True,
    private_posts=True,
    private_threads=True,
    thread_titles=False,
    home_tab=True,
    scheduled_events=False,
    tells_time_zone=True,
    tells_language=True,
    post_lookup=True,
)

_log = structlog.get_logger(__name__)


class SlackAdapter(Answering, Directory, Past):
    """One workspace. In HTTP mode the process serves ``routes()``; in socket mode the adapter keeps a connection."""

    platform = Platform.SLACK

    def __init__(
        self, settings: SlackSettings, apologise: Apologise, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(SlackWeb(settings.bot_token, settings.api_url), apologise)
        self.settings = settings
        self._reception = Reception(self, now)
        self._socket: Socket | None = None
        self._http = _http(settings, self._reception, self._on_heard) if settings.mode == "http" else None
        self._heard: datetime | None = None
        self._gap = 0
        self._reconnecting = asyncio.Lock()

    def workspaces(self) -> tuple[Workspace, ...]:
        """Return the workspace this adapter serves (none before it is known)."""
        team = self._me.team if self._me else self.settings.workspace_id
        return (Workspace(Platform.SLACK, team),) if team else ()

    def capabilities(self) -> Capabilities:
        """Return how Slack differs."""
        return _CAPABILITIES

    def routes(self) -> list[web.RouteDef]:
        """Return the HTTP routes (none in socket mode)."""
        return self._http.routes() if self._http else []

    async def start(self, intake: Intake, commands: tuple[Command, ...], menus: tuple[Menu, ...]) -> None:
        """Connect and feed what comes in to ``intake``. Commands and menus are registered by the manifest."""
        del menus
        try:
            me = await self.learn()
            if self.settings.workspace_id:
                self._check(Workspace(Platform.SLACK, self.settings.workspace_id))
            self._reception.open(intake, commands)
            if self.settings.mode == "socket":
                await self._connect()
            else:
                self._gap += 1
                self._on_heard()
        except BaseException:
            await self.stop()
            raise
        _log.info("slack.ready", team=me.team, mode=self.settings.mode)

    async def stop(self) -> None:
        """Take no more, finish what has been accepted, disconnect."""
        await self._reception.drain()  # over the open connection: what is stored gets its acknowledgement
        await self._drop_socket()
        await self.web.close()

    def last_heard(self) -> datetime | None:
        """Return when the platform last gave a sign of life."""
        return (self._socket.last_heard() if self._socket else None) or self._heard

    async def reconnect(self) -> None:
        """Throw the connection away and make a new one."""
        if self.settings.mode == "socket":
            async with self._reconnecting:
                await self._connect()

    def gap(self) -> int:
        """Return how many connections there have been."""
        return self._gap

    async def examine(self) -> tuple[Finding, ...]:
        """Check tokens, scopes, the connection and the clock."""
        return await examine(self.web, self.settings)

    async def _connect(self) -> None:
        # the first address is asked for here, so that a wrong token is told instead of tried for ever
        opened = await self.web.call_as_app("apps.connections.open", self.settings.app_token or "")
        await self._drop_socket()
        socket = Socket(self.web, self.settings.app_token or "", self._reception, self._on_hello)
        self._socket = socket
        connecting = asyncio.create_task(socket.connect_to(str(opened["url"])))
        try:
            await asyncio.wait_for(socket.ready.wait(), READY_WITHIN)
        except TimeoutError as late:
            raise UnreachableError(f"no hello from Slack within {READY_WITHIN:g} s") from late
        finally:
            connecting.cancel()

    async def _drop_socket(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            self._heard = socket.last_heard() or self._heard
            await socket.shut()

    def _on_hello(self) -> None:
        self._gap += 1

    def _on_heard(self) -> None:
        self._heard = datetime.now(UTC)


def _http(settings: SlackSettings, reception: Reception, on_heard: Callable[[], None]) -> Http:
    from chat.slack.http import Http  # noqa: PLC0415 - brings slack-bolt, which a socket does not need

    return Http(settings.signing_secret or "", settings.path, reception, on_heard)
