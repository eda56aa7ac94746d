"""What a person can do in Slack's client: write, press, fill in, command, choose from a menu, open the home tab."""

from __future__ import annotations

from sandbox.slack import events, ids, interactions, posting, state, views
from sandbox.slack.api.files import file_json, in_message, kept
from sandbox.slack.blocks import interactive
from sandbox.slack.errors import SlackError
from sandbox.slack.http import HttpOutlet
from sandbox.slack.socket import SocketOutlet
from sandbox.slack.text import as_typed, with_mentions
from sandbox.slack.workspace import Workspace, is_closed
from sandbox.world import Account, Channel, Json, Message, World, WorldError

Given = state.Given


def say(
    ws: Workspace,
    channel: Channel,
    author: str,
    said: str,
    body: Json,
    *,
    thread: str | None = None,
    files: list[Json] | None = None,
) -> Message:
    """Put a member's message into the world, with the next time stamp as its ``ts``."""
    ts = ids.ts_of(ws.world.tick())
    return ws.world.say(
        Message(ts, ws.id, channel.id, author, ids.when(ts), said, body, thread=thread, files=files or [])
    )


class Acts:
    """The acts of a person, for the face to inherit."""

    world: World
    base_url: str

    def workspace(self, space: str) -> Workspace:
        """Return one workspace."""
        raise NotImplementedError

    def outlet(self, space: str) -> SocketOutlet | HttpOutlet:
        """Return how a workspace reaches its app."""
        raise NotImplementedError

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
        return say(ws, place, account.user_id, as_typed(text), body, thread=thread, files=self._files(account, files))

    def _may_write(self, account: Account, place: Channel) -> None:
        if account.user_id not in place.members:
            raise WorldError(
                f"{account.name} is not in #{place.name}: join it first",
                "join_first",
                name=account.name,
                channel=place.name,
            )
        if place.archived:
            raise WorldError(f"#{place.name} is archived", "archived", channel=place.name)

    def _files(self, account: Account, files: tuple[Json, ...]) -> list[Json]:
        ws = self.workspace(account.space)
        shown = []
        for given in files:
            content = given.get("content", b"")
            data = content.encode() if isinstance(content, str) else bytes(content)
            held = kept(ws, str(given["name"]), data, account.user_id, title=str(given.get("title", "")))
            shown.append(in_message(file_json(ws, held, self.base_url)))
        return shown

    async def press(self, account: Account, message: Message, element: Json) -> None:
        """Press a button or settle a select of a message."""
        ws = self.workspace(account.space)
        _check_sees(ws, account, message)
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
        await self.outlet(ws.id).interact("interactive", payload, answers=False)

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
        await self.outlet(ws.id).interact(
            "interactive", interactions.view_pressed(ws, account, view, action), answers=False
        )

    def _form(self, ws: Workspace, account: Account) -> Json:
        view = ws.top(account.user_id)
        if view is None:
            raise WorldError(f"{account.name} has no form open", "no_form")
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
        answer = await self.outlet(ws.id).interact("interactive", payload, answers=True)
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
            await self.outlet(ws.id).interact("interactive", payload, answers=False)

    async def command(self, account: Account, channel: str, name: str, text: str, *, thread: str | None = None) -> None:
        """Use a slash command."""
        ws = self.workspace(account.space)
        name = "/" + name.removeprefix("/")
        if thread is not None:
            raise WorldError(f"{name} is not supported in threads", "not_in_threads", command=name)
        known = [entry["name"] for entry in self.commands(ws.id) if entry["kind"] == "slash"]
        if ws.manifest is not None and name not in known:
            raise WorldError(
                f"{name} is not a valid command; the app has: {', '.join(known)}", "no_command", command=name
            )
        place = self.dm(account) if channel == ws.bot else self.world.channel(ws.id, channel)
        typed = as_typed(with_mentions(text, ws.space.accounts.values()))
        payload = interactions.command(ws, account, place, name=name, text=typed, base_url=self.base_url)
        answer = await self.outlet(ws.id).interact("slash_commands", payload, answers=True)
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
        _check_sees(ws, account, message)
        self._check_entry(ws, name, "message")
        payload = interactions.message_shortcut(ws, account, message, name, self.base_url)
        await self.outlet(ws.id).interact("interactive", payload, answers=False)

    async def shortcut(self, account: Account, name: str) -> None:
        """Choose a global shortcut by its callback id."""
        ws = self.workspace(account.space)
        self._check_entry(ws, name, "shortcut")
        await self.outlet(ws.id).interact("interactive", interactions.global_shortcut(ws, account, name), answers=False)

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


def _check_sees(ws: Workspace, account: Account, message: Message) -> None:
    channel = ws.space.channels.get(message.channel)
    if channel is None or message.deleted:
        raise WorldError("that message is gone", "gone")
    if account.left_at is not None:
        raise WorldError(f"{account.name} has left the workspace", "has_left", name=account.name)
    if message.only_for not in (None, account.user_id):
        raise WorldError(f"{account.name} does not see that message", "not_yours")
    if is_closed(channel) and account.user_id not in channel.members:
        raise WorldError(f"{account.name} is not in that channel")
