"""The Discord face: what members do in the sandbox's Discord servers, and the routes the bot talks to."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.discord import (
    acts,
    api_channels,
    api_commands,
    api_events,
    api_messages,
    api_servers,
    api_users,
    compose,
    payloads,
    validate,
)
from sandbox.discord.api_interactions import Answers
from sandbox.discord.build import BOT_ID
from sandbox.discord.events import Teller
from sandbox.discord.gateway import EVENTS, Gateway
from sandbox.discord.hub import FILES, GATEWAY, REST, Hub
from sandbox.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Desk
from sandbox.discord.permissions import Permission
from sandbox.discord.rest import not_found, serve
from sandbox.discord.slash import Reader, names_of
from sandbox.face import Faults
from sandbox.world import Account, Channel, ChannelKind, Json, Message, Person, Space, World, WorldError

_CONTENT = 2000


class DiscordFace:
    """One bot application in all Discord servers of a world. ``token`` is what the bot logs in with."""

    def __init__(self, world: World, base_url: str) -> None:
        self.hub = Hub(world, base_url)
        self.gateway = Gateway(self.hub)
        self._teller = Teller(self.hub)
        self._desk = Desk(self.hub, self.gateway)
        self._answers = Answers(self._desk)

    @property
    def world(self) -> World:
        """The world this face shows."""
        return self.hub.world

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self.hub.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self.hub.faults = faults

    def injected(self) -> int:
        """Return how many replies to the bot went wrong on purpose."""
        return self.hub.injected

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.hub.token

    @property
    def application_id(self) -> str:
        """The id of the application and of its bot user."""
        return BOT_ID

    @property
    def rest_url(self) -> str:
        """What ``discord.http.Route.BASE`` is set to."""
        return self.hub.base_url.rstrip("/") + REST

    @property
    def gateway_url(self) -> str:
        """What ``DiscordWebSocket.DEFAULT_GATEWAY`` is set to."""
        return self.gateway.url()

    def routes(self) -> list[web.RouteDef]:
        """Return the REST routes, the gateway and the files."""
        table = [
            *api_users.ROUTES,
            *api_messages.ROUTES,
            *api_channels.ROUTES,
            *api_servers.ROUTES,
            *api_events.ROUTES,
            *api_commands.ROUTES,
            *self._answers.routes(),
        ]
        found = [web.route(entry.method, REST + entry.path, serve(self.hub, entry)) for entry in table]
        return [
            *found,
            web.route("*", REST + "/{tail:.*}", not_found),
            web.get(GATEWAY, self.gateway.serve),
            web.get(GATEWAY.rstrip("/"), self.gateway.serve),
            web.get(FILES + "/{channel}/{file}/{name}", self._file),
        ]

    async def _file(self, request: web.Request) -> web.StreamResponse:
        id_ = request.match_info["file"]
        if id_ not in self.hub.files:
            raise web.HTTPNotFound
        kind = self.hub.file_types[id_]
        # a browser must not run what somebody uploaded
        safe = {"Content-Type": kind, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return web.Response(body=self.hub.files[id_], headers=safe)

    # ---- coming and going

    def new_account(self, space_id: str, person: Person, *, invited_by: str | None = None) -> Account:
        """Let a person join a server; they keep one user id in all of them. ``invited_by`` is a user id."""
        world = self.world
        world.people.setdefault(person.id, person)
        held = world.account_of(space_id, person.id)
        if held is not None and held.left_at is None:
            raise WorldError(f"{person.name} is already in {world.space(space_id).name}")
        accounts = (world.account_of(s.id, person.id) for s in self.hub.servers())
        known = next((a for a in accounts if a is not None), None)
        user_id = known.user_id if known is not None else self.hub.new_id()
        account = Account(space_id, user_id, person.name, person.id, world.now())
        account.language, account.time_zone, account.invited_by = person.language, person.time_zone, invited_by
        if invited_by is not None:
            self._count_invite(space_id, invited_by)
        return world.join(account)

    def _count_invite(self, space_id: str, inviter: str) -> None:
        space = self.world.space(space_id)
        own = (i for i in self.hub.invites.values() if i.space == space_id and i.inviter == inviter)
        invite = next(own, None)
        if invite is None:
            first = next(c for c in space.channels.values() if c.kind is ChannelKind.TEXT)
            invite = api_servers.make_invite(self.hub, space, first, inviter, {})
        invite.uses += 1

    def announce(self, space: Space) -> None:
        """Tell a bot that is logged in already of a server that was opened since, as when it is invited."""
        self.gateway.announce(space)

    def direct(self, account: Account) -> Channel:
        """Return the direct message channel of a member and the bot, opened if need be."""
        return self.hub.direct(self.world.space(account.space), account)

    # ---- talking

    def _here(self, account: Account, channel: str) -> tuple[Space, Channel]:
        if account.left_at is not None:
            raise WorldError(f"{account.name} has left", "has_left", name=account.name)
        try:
            place = self.world.channel(account.space, channel)
        except WorldError:
            held = (s.channels.get(channel) for s in self.hub.servers())
            found = next((c for c in held if c is not None and c.kind is ChannelKind.DM), None)
            if found is None:
                raise
            place = found
        space = self.world.space(place.space)
        if not self.hub.may(space, place, account) & Permission.VIEW_CHANNEL:
            raise WorldError(
                f"{account.name} cannot see {place.name}", "cannot_see", name=account.name, channel=place.name
            )
        return space, place

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
        """Let a member write. ``files``: ``{name, content: str | bytes, content_type}``."""
        space, place = self._here(account, thread or channel)
        if len(text) > _CONTENT:
            raise WorldError(
                f"a message has at most {_CONTENT} characters, this has {len(text)}",
                "too_long",
                most=_CONTENT,
                length=len(text),
            )
        if not text and not files:
            raise WorldError("there is nothing to send", "no_words")
        if place.kind is ChannelKind.FORUM:
            raise WorldError(f"{place.name} is a forum: open a post there", "is_forum", channel=place.name)
        if reply_to is not None:
            self.world.message(space.id, place.id, reply_to)
        id_ = place.id if self._begins_post(space, place) else self.hub.new_id()
        said = Message(id_, space.id, place.id, account.user_id, self.world.now(), text)
        said.reply_to = reply_to
        for one in files:
            content = one["content"]
            data = content.encode() if isinstance(content, str) else content
            kind = one.get("content_type", "application/octet-stream")
            said.files.append(compose.keep_file(self.hub, place.id, one["name"], data, kind))
        if place.kind is ChannelKind.THREAD:
            if place.archived:
                self.world.change_channel(space.id, place.id, archived=False)
            self.world.join_channel(space.id, place.id, account.user_id)
        return self.world.say(said)

    @staticmethod
    def _begins_post(space: Space, place: Channel) -> bool:
        """Say whether the next message is the first of a forum post, which has the post's id."""
        parent = space.channels.get(place.parent or "")
        return parent is not None and parent.kind is ChannelKind.FORUM and not space.messages[place.id]

    def open_thread(
        self,
        account: Account,
        channel: str,
        name: str,
        *,
        text: str | None = None,
        message: Message | None = None,
        tags: tuple[str, ...] = (),
    ) -> Channel:
        """Let a member open a thread, on a message or without one, or a post in a forum (with ``text``)."""
        space, place = self._here(account, channel)
        form: Json = {"name": name, "applied_tags": list(tags)}
        if place.kind is not ChannelKind.FORUM:
            form["type"] = payloads.PUBLIC_THREAD
        starter = message.id if message is not None else None
        made = api_channels.make_thread(self.hub, space, place, account.user_id, form, starter=starter)
        if text is not None:
            self.say(account, made.id, text)
        return made

    def interested(self, account: Account, event_id: str, *, on: bool = True) -> None:
        """Mark a member as interested in a scheduled event, or no longer."""
        space = self.world.space(account.space)
        if event_id not in space.events:
            raise WorldError(f"no event {event_id!r} in {space.name}")
        users = self.hub.interested.setdefault(event_id, set())
        if (account.user_id in users) is not on:
            users.add(account.user_id) if on else users.discard(account.user_id)
            data = {"guild_scheduled_event_id": event_id, "user_id": account.user_id, "guild_id": space.id}
            self.hub.emit(f"GUILD_SCHEDULED_EVENT_USER_{'ADD' if on else 'REMOVE'}", data, EVENTS, space)

    # ---- using the bot

    async def press(self, account: Account, message: Message, element: Json) -> None:
        """Press a button or settle a select (``values``), and wait for the bot's answer."""
        space, place = self._here(account, message.channel)
        part = acts.component(account, message, element)
        if part["type"] == validate.BUTTON and part.get("style") in (validate.LINK, validate.PREMIUM):
            raise WorldError("that button opens a page")
        data = acts.component_data(self.hub, space, part, element)
        await self._desk.finish(self._desk.begin(COMPONENT, account, place, data, source=message))

    async def press_home(self, account: Account, element: Json) -> None:
        """Refuse: Discord has no home tab."""
        raise WorldError(f"Discord has no home tab for {account.name} to press {element.get('custom_id')} on")

    async def open_home(self, account: Account) -> None:
        """Do nothing: Discord has no home tab."""

    async def submit(self, account: Account, values: acts.Values) -> dict[str, str]:
        """Send the open form; what the client itself refuses comes back by field, and the form stays open."""
        form = self.world.space(account.space).forms.get(account.user_id)
        if form is None:
            raise WorldError(f"no form is open for {account.name}", "no_form")
        context: dict[str, Any] = form["sandbox"]
        space, place = self._here(account, context["channel"])
        data, errors = acts.form_data(self.hub, space, form, values)
        if errors:
            return errors
        source = space.by_id.get((place.id, context["source"] or ""))
        metadata = context["metadata"]
        begun = self._desk.begin(MODAL, account, place, data, source=source, parent=metadata)
        await self._desk.finish(begun)
        self.world.close_form(account.space, account.user_id)
        return {}

    async def dismiss(self, account: Account) -> None:
        """Close the open form."""
        self.world.close_form(account.space, account.user_id)

    def _registered(self, space: str, kind: int, name: str) -> Json:
        held = api_commands.in_server(self.hub, space)
        found = next((c for c in held if c["type"] == kind and name in names_of(c)), None)
        if found is None:
            names = ", ".join(c["name"] for c in held if c["type"] == kind) or "none"
            raise WorldError(f"no command {name!r} is registered; there are: {names}", "no_command", command=name)
        return found

    def _allowed(self, account: Account, space: Space, place: Channel, command: Json) -> None:
        bits = command.get("default_member_permissions")
        mine = self.hub.may(space, place, account)
        if bits is not None and not mine & Permission.ADMINISTRATOR and (mine & int(bits) != int(bits) or bits == "0"):
            raise WorldError(
                f"{account.name} may not use {command['name']}",
                "command_denied",
                name=account.name,
                command=command["name"],
            )
        if not mine & Permission.USE_APPLICATION_COMMANDS:
            raise WorldError(
                f"{account.name} may not use commands in {place.name}",
                "commands_denied",
                name=account.name,
                channel=place.name,
            )

    async def command(self, account: Account, channel: str, name: str, text: str, *, thread: str | None = None) -> None:
        """Use a slash command; ``text`` is read into its options."""
        space, place = self._here(account, thread or channel)
        name, _, more = name.lstrip("/").partition(" ")
        found = self._registered(space.id, 1, name)
        self._allowed(account, space, place, found)
        data = Reader(self.hub, space).read(found, f"{more} {text}")
        await self._desk.finish(self._desk.begin(COMMAND, account, place, data))

    async def autocomplete(self, account: Account, channel: str, name: str, text: str, focused: str) -> list[Json]:
        """Return what the bot proposes for the option that is being typed."""
        space, place = self._here(account, channel)
        name, _, more = name.lstrip("/").partition(" ")
        found = self._registered(space.id, 1, name)
        self._allowed(account, space, place, found)
        data = Reader(self.hub, space, focused).read(found, f"{more} {text}")
        begun = self._desk.begin(AUTOCOMPLETE, account, place, data)
        await self._desk.finish(begun)
        return list(begun.result or ())

    async def menu(self, account: Account, message: Message, name: str) -> None:
        """Use an entry of a message's menu."""
        space, place = self._here(account, message.channel)
        found = self._registered(space.id, 3, name)
        self._allowed(account, space, place, found)
        shown = api_messages.shown(space, place, message)
        data: Json = {"id": found["id"], "name": name, "type": 3, "target_id": message.id}
        data["resolved"] = {"messages": {message.id: shown}}
        if found.get("guild_id"):
            data["guild_id"] = found["guild_id"]
        await self._desk.finish(self._desk.begin(COMMAND, account, place, data))

    def commands(self, space: str) -> list[Json]:
        """List the registered commands with their translations."""
        return [
            {
                "name": c["name"],
                "kind": "slash" if c["type"] == 1 else "message",
                "description": c.get("description", ""),
                "name_localizations": c.get("name_localizations") or {},
                "description_localizations": c.get("description_localizations") or {},
                "options": c.get("options", []),
            }
            for c in api_commands.in_server(self.hub, space)
            if c["type"] in (1, 3)
        ]

    # ---- the connection

    async def disconnect(self, *, lose_session: bool = False) -> None:
        """Cut the bot's connection."""
        await self.gateway.cut(lose_session=lose_session)

    async def ask_to_reconnect(self) -> None:
        """Tell the bot to connect anew, as Discord does now and then."""
        await self.gateway.ask_to_reconnect()

    def connected(self) -> bool:
        """Say whether the bot is listening."""
        return self.gateway.connected()

    def connections(self) -> int:
        """Return how many connections the bot has made so far."""
        return self.gateway.made
