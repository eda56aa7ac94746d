"""The Slack face of the sandbox: all Slack workspaces of a world on one wire, under the prefix ``/slack``."""

from __future__ import annotations

from typing import Literal

from aiohttp import web

from sandbox.face import Faults
from sandbox.slack import events, ids, interactions, posting, state, text, views
from sandbox.slack.api.chat import post_due
from sandbox.slack.api.files import file_json, in_message, kept
from sandbox.slack.blocks import interactive
from sandbox.slack.errors import SlackError
from sandbox.slack.http import HttpOutlet
from sandbox.slack.limits import PostLimits
from sandbox.slack.socket import SocketOutlet
from sandbox.slack.web import WebApi
from sandbox.slack.workspace import Workspace
from sandbox.world import Account, Channel, ChannelKind, Happening, Json, Message, SpaceKind, World, WorldError

Transport = Literal["socket", "http"]
Given = state.Given


class SlackFace:
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
        self._put(ws, channel, happening.user, f"<@{happening.user}> has joined the channel", body)

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

    def pending(self) -> int:
        """Return how many events the bot has not acknowledged yet."""
        return sum(outlet.pending() for outlet in self._outlets.values())

    def lost(self) -> int:
        """Return how many events found nobody to take them."""
        return sum(outlet.lost for outlet in self._outlets.values())

    async def disconnect(self, *, lose_session: bool = False) -> None:
        """Cut the bot's connections; with ``lose_session`` without the word that Slack sends before."""
        for outlet in self._outlets.values():
            await outlet.disconnect(abruptly=lose_session)

    async def close(self) -> None:
        """Stop listening to the world and drop every connection."""
        self._deaf()
        for outlet in self._outlets.values():
            await outlet.close()

    # ---- what a person does

    def dm(self, account: Account) -> Channel:
        """Return a member's direct messages with the bot."""
        return self.workspace(account.space).open_dm(account.user_id)

    def say(
        self,
        account: Account,
        channel: str,
        text: str,
        *,
        thread: str | None = None,
        reply_to: str | None = None,
        files: tuple[Json, ...] = (),
    ) -> Message:
        """Let a member write. The bot's user id as ``channel`` means direct messages; a reply goes to the thread."""
        ws = self.workspace(account.space)
        place = self.dm(account) if channel == ws.bot else self.world.channel(ws.id, channel)
        self._may_write(account, place)
        if thread is None and reply_to is not None:
            answered = self.world.message(ws.id, place.id, reply_to)
            thread = answered.thread or answered.id
        elif thread is not None:
            self.world.message(ws.id, place.id, thread)
        body: Json = {"subtype": "file_share"} if files else {}
        return self._put(
            ws, place, account.user_id, _typed(text), body, thread=thread, files=self._files(account, files)
        )

    def _may_write(self, account: Account, place: Channel) -> None:
        if account.user_id not in place.members:
            raise WorldError(f"{account.name} is not in #{place.name}: join it first")
        if place.archived:
            raise WorldError(f"#{place.name} is archived")

    def _files(self, account: Account, files: tuple[Json, ...]) -> list[Json]:
        ws = self.workspace(account.space)
        shown = []
        for given in files:
            content = given.get("content", b"")
            data = content.encode() if isinstance(content, str) else bytes(content)
            held = kept(ws, str(given["name"]), data, account.user_id, title=str(given.get("title", "")))
            shown.append(in_message(file_json(ws, held, self.base_url)))
        return shown

    def _put(
        self,
        ws: Workspace,
        channel: Channel,
        author: str,
        said: str,
        body: Json,
        *,
        thread: str | None = None,
        files: list[Json] | None = None,
    ) -> Message:
        ts = ids.ts_of(ws.world.tick())
        return ws.world.say(
            Message(ts, ws.id, channel.id, author, ids.when(ts), said, body, thread=thread, files=files or [])
        )

    async def press(self, account: Account, message: Message, element: Json) -> None:
        """Press a button or settle a select of a message."""
        ws = self.workspace(account.space)
        found = state.find(message.body.get("blocks") or [], element)
        given = state.settled(found.element, element.get("values"))
        values: Json = {}
        for one in interactive(message.body["blocks"]):
            if one.element["type"] not in ("button", "overflow"):
                settled = (
                    given if one.element is found.element else state.settled(one.element, state.initial(one.element))
                )
                values.setdefault(one.block["block_id"], {})[one.element["action_id"]] = settled
        action = interactions.action_of(found.block, found.element, given)
        payload = interactions.message_pressed(
            ws, account, message, action=action, values=values, base_url=self.base_url
        )
        await self._outlets[ws.id].interact("interactive", payload, answers=False)

    async def press_home(self, account: Account, element: Json) -> None:
        """Press an element of the home tab."""
        ws = self.workspace(account.space)
        view = ws.space.homes.get(account.user_id)
        if view is None:
            raise WorldError(f"{account.name} has no home tab of the app")
        await self._press_view(ws, account, view, element)

    async def press_form(self, account: Account, element: Json) -> None:
        """Press an element of the open form that acts at once: a button, or a select that dispatches."""
        ws = self.workspace(account.space)
        await self._press_view(ws, account, self._form(ws, account), element)

    async def _press_view(self, ws: Workspace, account: Account, view: Json, element: Json) -> None:
        found = state.find(view["blocks"], element)
        given = state.settled(found.element, element.get("values"))
        if found.element["type"] not in ("button", "overflow"):
            view["state"]["values"].setdefault(found.block["block_id"], {})[found.element["action_id"]] = given
        action = interactions.action_of(found.block, found.element, given)
        await self._outlets[ws.id].interact(
            "interactive", interactions.view_pressed(ws, account, view, action), answers=False
        )

    def _form(self, ws: Workspace, account: Account) -> Json:
        view = ws.top(account.user_id)
        if view is None:
            raise WorldError(f"{account.name} has no form open")
        return view

    async def submit(self, account: Account, values: dict[str, Given]) -> dict[str, str]:
        """Send the open form; return field errors, those of the client or those of the app."""
        ws = self.workspace(account.space)
        view = self._form(ws, account)
        filled, refused = state.values_of(view["blocks"], values, view["state"]["values"])
        if refused:
            return refused
        view["state"] = {"values": filled}
        payload = interactions.view_submitted(ws, account, view, filled)
        answer = await self._outlets[ws.id].interact("interactive", payload, answers=True)
        return self._answered(ws, account, view, answer)

    def _answered(self, ws: Workspace, account: Account, view: Json, answer: Json) -> dict[str, str]:
        # https://docs.slack.dev/surfaces/modals#response_actions
        match answer.get("response_action"):
            case "errors":
                errors = answer.get("errors") or {}
                inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
                if not errors or not set(errors) <= inputs:
                    raise WorldError(f"the app answered errors for fields that the form has not: {sorted(errors)}")
                return {str(key): str(value) for key, value in errors.items()}
            case "clear":
                ws.clear(account.user_id)
            case "update" | "push" as what:
                try:
                    given = views.checked(answer.get("view"), "modal")
                    if what == "push":
                        views.push(ws, account.user_id, given)
                    else:
                        views.replace(ws, view, given)
                except SlackError as error:
                    raise WorldError(f"the app answered a view that Slack refuses: {error.reply()}") from None
            case None:
                if ws.top(account.user_id) is view:
                    ws.pop(account.user_id)
            case other:
                raise WorldError(f"the app answered response_action {other!r}, which there is not")
        return {}

    async def dismiss(self, account: Account) -> None:
        """Cancel the open form; the app hears of it if it asked for that."""
        ws = self.workspace(account.space)
        view = self._form(ws, account)
        ws.pop(account.user_id)
        if view["notify_on_close"]:
            payload = interactions.view_closed(ws, account, view, cleared=False)
            await self._outlets[ws.id].interact("interactive", payload, answers=False)

    async def command(self, account: Account, channel: str, name: str, text: str, *, thread: str | None = None) -> None:
        """Use a slash command."""
        ws = self.workspace(account.space)
        name = "/" + name.removeprefix("/")
        if thread is not None:
            raise WorldError(f"{name} is not supported in threads")
        known = [entry["name"] for entry in self.commands(ws.id) if entry["kind"] == "slash"]
        if ws.manifest is not None and name not in known:
            raise WorldError(f"{name} is not a valid command; the app has: {', '.join(known)}")
        place = self.dm(account) if channel == ws.bot else self.world.channel(ws.id, channel)
        payload = interactions.command(ws, account, place, name=name, text=_typed(text), base_url=self.base_url)
        answer = await self._outlets[ws.id].interact("slash_commands", payload, answers=True)
        if answer.get("text") or answer.get("blocks"):
            only_for = None if answer.get("response_type") == "in_channel" else account.user_id
            try:
                said, body = posting.content(answer)
            except SlackError as error:
                raise WorldError(f"the app answered what Slack refuses: {error.reply()}") from None
            posting.post(ws, place, said, body, only_for=only_for)

    async def menu(self, account: Account, message: Message, name: str) -> None:
        """Choose an entry of a message's menu by its callback id."""
        ws = self.workspace(account.space)
        self._check_entry(ws, name, "message")
        payload = interactions.message_shortcut(ws, account, message, name, self.base_url)
        await self._outlets[ws.id].interact("interactive", payload, answers=False)

    async def shortcut(self, account: Account, name: str) -> None:
        """Choose a global shortcut by its callback id."""
        ws = self.workspace(account.space)
        self._check_entry(ws, name, "shortcut")
        await self._outlets[ws.id].interact(
            "interactive", interactions.global_shortcut(ws, account, name), answers=False
        )

    def _check_entry(self, ws: Workspace, name: str, kind: str) -> None:
        known = [entry["name"] for entry in self.commands(ws.id) if entry["kind"] == kind]
        if ws.manifest is not None and name not in known:
            raise WorldError(f"the app has no entry {name!r}; it has: {', '.join(known)}")

    async def open_home(self, account: Account) -> None:
        """Open the app's home tab."""
        ws = self.workspace(account.space)
        ws.emit(events.home_opened(ws, account.user_id, ws.open_dm(account.user_id).id, "home"))

    def commands(self, space: str) -> list[Json]:
        """List what the manifest offers a member."""
        features = (self.workspace(space).manifest or {}).get("features", {})
        offered: list[Json] = [
            {
                "name": one["command"],
                "kind": "slash",
                "description": one.get("description", ""),
                "options": [one["usage_hint"]] if one.get("usage_hint") else [],
            }
            for one in features.get("slash_commands", ())
        ]
        for one in features.get("shortcuts", ()):
            kind = "message" if one.get("type") == "message" else "shortcut"
            label = {"label": one.get("name", ""), "description": one.get("description", ""), "options": []}
            offered.append({"name": one["callback_id"], "kind": kind, **label})
        return offered


def _typed(said: str) -> str:
    return text.as_typed(said)
