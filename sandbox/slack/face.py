"""The Slack face of the sandbox: all Slack workspaces of a world on one wire, under the prefix ``/slack``."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from sandbox.face import Faults
from sandbox.slack import events, ids
from sandbox.slack.acts import Acts, say
from sandbox.slack.api.chat import post_due
from sandbox.slack.build import new_account
from sandbox.slack.errors import SlackError
from sandbox.slack.http import HttpOutlet
from sandbox.slack.limits import PostLimits
from sandbox.slack.socket import SocketOutlet
from sandbox.slack.web import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.world import Account, Channel, ChannelKind, Happening, Json, Person, SpaceKind, World, WorldError

Transport = Literal["socket", "http"]


class SlackFace(Acts):
    """Speaks Slack for every Slack workspace of a world. Implements ``sandbox.face.Face``.

    ``base_url`` is where the server that serves ``routes()`` is reached; it may be set later, before the app connects.
    """

    def __init__(
        self,
        world: World,
        base_url: str = "http://127.0.0.1",
        *,
        transport: Transport = "socket",
        request_url: str | None = None,
        redeliver_after: float = 5.0,
        retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0),
        real_rate_limits: bool = False,
    ) -> None:
        self.world = world
        self.base_url = base_url.rstrip("/")
        self.transport = transport
        self.faults = Faults()
        self.announce_joins = True  # "... has joined the channel", as Slack writes it
        self._request_url = request_url
        self._redeliver_after, self._retry_delays = redeliver_after, retry_delays
        self._workspaces: dict[str, Workspace] = {}
        self._outlets: dict[str, SocketOutlet | HttpOutlet] = {}
        self._web = WebApi(self.workspaces, lambda: self.faults, lambda: self.base_url, self._open_socket)
        self._web.limits = PostLimits() if real_rate_limits else None
        self._deaf = world.listen(self._heard)

    # ---- workspaces

    def workspaces(self) -> dict[str, Workspace]:
        """Return the Slack workspaces of the world, by id."""
        for space in self.world.spaces.values():
            if space.kind is SpaceKind.SLACK and space.id not in self._workspaces:
                self._open(space.id)
        return self._workspaces

    def workspace(self, space: str) -> Workspace:
        """Return one workspace."""
        found = self.workspaces().get(space)
        if found is None:
            raise WorldError(f"no Slack workspace {space!r}; there are: {', '.join(self._workspaces)}")
        return found

    def _open(self, space: str) -> Workspace:
        ws = self._workspaces[space] = Workspace(self.world, self.world.space(space))
        outlet: SocketOutlet | HttpOutlet
        if self.transport == "socket":
            outlet = SocketOutlet(ws.app_id, lambda: self.faults, redeliver_after=self._redeliver_after)
        else:
            secret = ids.signing_secret(space)
            outlet = HttpOutlet(secret, lambda: self.faults, url=self._request_url, retry_delays=self._retry_delays)
        self._outlets[space] = outlet

        def emit(event: Json) -> None:
            if events.is_subscribed(ws, event):
                outlet.event(events.envelope(ws, event))

        ws.emit = emit
        return ws

    def new_account(self, space_id: str, person: Person, *, invited_by: str | None = None) -> Account:
        """Let a person join a workspace and its default channels."""
        return new_account(self.world, space_id, person, invited_by=invited_by)

    def install(self, space: str, manifest: Json) -> None:
        """Install the app as its manifest says: its commands, shortcuts, scopes and events, and no others.

        Without this everything is allowed. https://docs.slack.dev/reference/app-manifest.
        """
        self.workspace(space).manifest = manifest

    @property
    def request_url(self) -> str | None:
        """Where the HTTP transport sends to."""
        return self._request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._request_url = url
        for outlet in self._outlets.values():
            if isinstance(outlet, HttpOutlet):
                outlet.url = url

    def outlet(self, space: str) -> SocketOutlet | HttpOutlet:
        """Return how a workspace reaches its app."""
        return self._outlets[self.workspace(space).id]

    def _heard(self, happening: Happening) -> None:
        if happening.what == "clock_moved":
            for ws in self.workspaces().values():
                post_due(ws)
            return
        known = self._workspaces.get(happening.space)
        if known is not None:
            known.note(happening)
        elif happening.space in self.workspaces():
            known = self._workspaces[happening.space]  # its indexes were built from the world as it is after this
        else:
            return
        outlet = self._outlets[known.id]
        for payload in events.events_of(known, happening):
            outlet.event(payload)
        if happening.what == "channel_joined" and self.announce_joins:
            self._announce(known, happening)

    def _announce(self, ws: Workspace, happening: Happening) -> None:
        channel = happening.subject
        if not isinstance(channel, Channel) or channel.kind is ChannelKind.DM or not happening.user:
            return
        if happening.user == ws.bot or channel.extra.get("is_mpim"):
            return
        body: Json = {"subtype": "channel_join"}
        if happening.detail:
            body["inviter"] = happening.detail
        say(ws, channel, happening.user, f"<@{happening.user}> has joined the channel", body)

    # ---- wire

    def routes(self) -> list[web.RouteDef]:
        """Return everything this face serves."""
        return [*self._web.routes(), web.get("/slack/socket/{space}/{ticket}", self._socket)]

    def _open_socket(self, ws: Workspace) -> str:
        outlet = self._outlets[ws.id]
        if not isinstance(outlet, SocketOutlet):
            raise SlackError("socket_mode_not_enabled")
        address = self.base_url.replace("http", "ws", 1)
        return f"{address}/slack/socket/{ws.id}/{outlet.ticket()}?app_id={ws.app_id}"

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        outlet = self._outlets.get(request.match_info["space"])
        if not isinstance(outlet, SocketOutlet) or not outlet.admits(request.match_info["ticket"]):
            return web.Response(status=401, text="this address was used before or never given")
        return await outlet.serve(request)

    def connected(self, space: str | None = None) -> bool:
        """Say whether the bot is listening: in one workspace, or in any."""
        self.workspaces()
        return any(outlet.connected() for key, outlet in self._outlets.items() if space in (None, key))

    def connections(self) -> int:
        """Return how many connections the bot has made so far."""
        return sum(outlet.made for outlet in self._outlets.values())

    def pending(self) -> int:
        """Return how many events the bot has not acknowledged yet."""
        return sum(outlet.pending() for outlet in self._outlets.values())

    def lost(self) -> int:
        """Return how many events found nobody to take them."""
        return sum(outlet.lost for outlet in self._outlets.values())

    def injected(self) -> int:
        """Return how many replies to the bot went wrong on purpose."""
        return self._web.injected

    async def disconnect(self, *, lose_session: bool = False) -> None:
        """Cut the bot's connections; with ``lose_session`` without the word that Slack sends before."""
        for outlet in self._outlets.values():
            await outlet.disconnect(abruptly=lose_session)

    async def close(self) -> None:
        """Stop listening to the world and drop every connection."""
        self._deaf()
        for outlet in self._outlets.values():
            await outlet.close()
