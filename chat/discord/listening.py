"""Makes events of what the gateway says: knows where a channel id points, and whose direct message it is."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol

import structlog

from chat.discord import inbound
from chat.discord.directory import Directory
from chat.discord.inbound import place_in, user_of
from chat.discord.interactions import actor_of
from chat.discord.marks import server_of
from chat.discord.referrals import Referrals
from chat.discord.rest import DiscordRefusedError, Rest
from chat.events import Event
from chat.ids import Place

Json = dict[str, Any]
log = structlog.get_logger()

_REMEMBERED: Final = 4096


class House(Protocol):
    """What listening needs of the adapter."""

    def take(self, event: Event | Coroutine[Any, Any, Event | None]) -> None:
        """Hand an event to the intake."""
        ...

    def converse(self, interaction: Json, server: str | None) -> None:
        """Take an interaction."""
        ...

    def missed(self) -> None:
        """Note that something was lost."""
        ...

    def refresh_referrals(self) -> None:
        """Count invitations anew."""
        ...

    def server_came(self, server: str) -> None:
        """Note that a server is there, new or again."""
        ...

    def rest(self) -> Rest:
        """Return the REST side."""
        ...


class Listening:
    """The receiver of one adapter's gateway."""

    def __init__(
        self, house: House, servers: tuple[str, ...], referrals: Referrals, clock: Callable[[], datetime]
    ) -> None:
        self._house = house
        self._servers = servers
        self._referrals = referrals
        self._clock = clock
        self._awaited: set[str] = set()
        self._owners: dict[str, str] = {}  # by server
        self._homes: OrderedDict[str, str] = OrderedDict()  # servers by user, for direct messages
        self._elsewhere: OrderedDict[str, Place] = OrderedDict()  # of channels and threads that the cache does not know
        self._looking = asyncio.Lock()
        self._reactions: OrderedDict[tuple[str, str, str], bool] = OrderedDict()
        self.arrived = asyncio.Event()
        self.directory = Directory()
        self.menus: dict[str, str] = {}
        self._readers: dict[str, Callable[[Json, str], None]] = {
            "READY": self._ready,
            "GUILD_CREATE": self._guild,
            "GUILD_UPDATE": self._server_changed,
            "MESSAGE_CREATE": self._message,
            "MESSAGE_UPDATE": self._edit,
            "MESSAGE_DELETE": self._deletion,
            "MESSAGE_DELETE_BULK": self._deletions,
            "MESSAGE_REACTION_ADD": self._reaction_put,
            "MESSAGE_REACTION_REMOVE": self._reaction_taken,
            "INTERACTION_CREATE": self._interaction,
            "GUILD_MEMBER_ADD": self._join,
            "GUILD_MEMBER_UPDATE": self._change,
            "GUILD_MEMBER_REMOVE": self._leave,
            "THREAD_DELETE": self._thread_deletion,
            "THREAD_MEMBERS_UPDATE": self._thread_members,
            "INVITE_CREATE": self._invite_made,
            "INVITE_DELETE": self._invite_gone,
        }

    def receive(self, event: str, data: Json, serial: str) -> None:
        """Take one payload of the gateway."""
        server = data.get("guild_id")
        if server is None or server in self._servers:
            self._readers[event](data, serial)

    def missed(self, event: str) -> None:
        """Hear that a payload could not be read: only the history has it now."""
        log.warning("discord.missed", event_type=event)
        self._house.missed()

    # ---- the session

    def _ready(self, data: Json, _serial: str) -> None:
        self._house.missed()  # a new session replays nothing of what was said before it
        self._awaited = {guild["id"] for guild in data["guilds"]} & set(self._servers)
        self._house.refresh_referrals()
        if not self._awaited:
            self.arrived.set()

    def _guild(self, data: Json, _serial: str) -> None:
        if data["id"] not in self._servers:
            return
        self._owners[data["id"]] = str(data.get("owner_id"))
        if data["id"] in self._awaited:
            self._awaited.discard(data["id"])
        else:  # the bot was invited just now, or the server is back after an outage
            self._house.missed()
            self._house.server_came(data["id"])
        if not self._awaited:
            self.arrived.set()

    def _server_changed(self, data: Json, _serial: str) -> None:
        owner = str(data.get("owner_id"))
        if data["id"] in self._servers and self._owners.get(data["id"], owner) != owner:
            self._owners[data["id"]] = owner
            self._house.missed()  # no member's own payload tells it: the list of members is read again

    # ---- messages

    def _is_me(self, user: str | None) -> bool:
        return user is not None and user == self.directory.me()

    def _message(self, data: Json, _serial: str) -> None:
        author = data["author"]["id"]
        if self._is_me(author):
            return
        server, channel = data.get("guild_id"), data["channel_id"]
        if server is None:
            self._house.take(self._direct_message(data, author))
        elif place := self.directory.place(server, channel):
            self._take(inbound.read_message(data, place, post=self.directory.post(place)))
        else:
            self._house.take(self._message_somewhere(data, server))

    def _take(self, event: Event | None) -> None:
        if event is not None:
            self._house.take(event)

    async def _direct_message(self, data: Json, author: str) -> Event | None:
        if (server := await self._home(author)) is None:
            return None
        return inbound.read_message(data, place_in(server, data["channel_id"]), direct=True)

    async def _message_somewhere(self, data: Json, server: str) -> Event | None:
        """Read a message in a thread that the cache does not know (it was folded away until now)."""
        found = await self._look_up(data["channel_id"])
        place = inbound.place_of(server, found)
        forum = place.thread is not None and self.directory.is_forum(server, place.channel)
        return inbound.read_message(data, place, post=inbound.post_of(found) if forum else None)

    async def _look_up(self, channel: str) -> Json:
        found: Json = await self._house.rest().call("GET", "/channels/{channel_id}", channel_id=channel)
        return found

    def _edit(self, data: Json, _serial: str) -> None:
        author = (data.get("author") or {}).get("id")
        if self._is_me(author) or author is None:
            return
        server = data.get("guild_id")
        if server is None:
            self._house.take(self._direct_edit(data, author))
        else:
            self._take_at(server, data["channel_id"], lambda place: inbound.read_edit(data, place))

    async def _direct_edit(self, data: Json, author: str) -> Event | None:
        server = await self._home(author)
        return inbound.read_edit(data, place_in(server, data["channel_id"])) if server else None

    def _take_at(self, server: str, channel: str, read: Callable[[Place], Event | None]) -> None:
        """Read an event of a channel or thread; one that was folded away and is not known is looked up."""
        if place := self.directory.place(server, channel):
            self._take(read(place))
        else:
            self._house.take(self._read_somewhere(server, channel, read))

    async def _read_somewhere(self, server: str, channel: str, read: Callable[[Place], Event | None]) -> Event | None:
        async with self._looking:  # a hundred messages deleted together ask once
            place = self._elsewhere.get(channel)
            if place is None:
                try:
                    place = inbound.place_of(server, await self._look_up(channel))
                except DiscordRefusedError:  # gone meanwhile, with all that could be said of it
                    place = place_in(server, channel)
                _remember(self._elsewhere, channel, place)
        return read(place)

    def _deletion(self, data: Json, _serial: str) -> None:
        self._delete((data["id"],), data)

    def _deletions(self, data: Json, _serial: str) -> None:
        self._delete(tuple(data["ids"]), data)

    def _delete(self, ids: tuple[str, ...], data: Json) -> None:
        if server := data.get("guild_id"):  # a direct message's deletion does not say between whom
            now = self._clock()
            for id_ in ids:
                self._take_at(server, data["channel_id"], partial(inbound.read_deletion, id_, at=now))

    def _thread_deletion(self, data: Json, _serial: str) -> None:
        self._take(inbound.read_thread_deletion(data, self._clock()))

    # ---- reactions

    def _reaction_put(self, data: Json, serial: str) -> None:
        self._reaction(data, serial, on=True)

    def _reaction_taken(self, data: Json, serial: str) -> None:
        self._reaction(data, serial, on=False)

    def _reaction(self, data: Json, serial: str, *, on: bool) -> None:
        if self._is_me(data["user_id"]):
            return
        emoji = data["emoji"].get("id") or data["emoji"].get("name") or ""
        toggle = data["message_id"], data["user_id"], emoji
        if self._reactions.get(toggle) is on:
            return  # a second delivery: the same reaction cannot be put twice without being taken back
        _remember(self._reactions, toggle, on)
        server = data.get("guild_id")
        if server is None:
            self._house.take(self._direct_reaction(data, serial, on=on))
            return
        now = self._clock()
        self._take_at(server, data["channel_id"], lambda p: inbound.read_reaction(data, p, now, serial, on=on))

    async def _direct_reaction(self, data: Json, serial: str, *, on: bool) -> Event | None:
        server = await self._home(data["user_id"])
        place = place_in(server, data["channel_id"]) if server else None
        return inbound.read_reaction(data, place, self._clock(), serial, on=on) if place else None

    # ---- members

    def _join(self, data: Json, _serial: str) -> None:
        server = data["guild_id"]
        if self._referrals.watches(server) and not data["user"].get("bot"):
            self._house.take(self._referred_join(data, server, self._clock()))
        else:
            profile = self.directory.profile(server, data)
            self._house.take(inbound.read_join(profile, self._clock(), referrer=None, via=None))

    async def _referred_join(self, data: Json, server: str, at: datetime) -> Event:
        inviter, code = await self._referrals.who_invited(server, at)
        referrer = user_of(server, inviter) if inviter else None
        return inbound.read_join(self.directory.profile(server, data), at, referrer=referrer, via=code)

    def _change(self, data: Json, serial: str) -> None:
        if not self._is_me(data["user"]["id"]):
            profile = self.directory.profile(data["guild_id"], data)
            self._house.take(inbound.read_change(profile, self._clock(), serial))

    def _leave(self, data: Json, serial: str) -> None:
        user = user_of(data["guild_id"], data["user"]["id"])
        self._homes.pop(user.id, None)
        if not self._is_me(user.id):
            self._house.take(inbound.read_leave(user, self._clock(), serial))

    def _thread_members(self, data: Json, serial: str) -> None:
        server, thread, now = data["guild_id"], data["id"], self._clock()
        for member in data.get("added_members") or ():
            if not self._is_me(user := member["user_id"]):
                self._take_at(server, thread, partial(inbound.read_thread_entry, user, at=now, serial=serial))
        for user in data.get("removed_member_ids") or ():
            if not self._is_me(user):
                self._take_at(server, thread, partial(inbound.read_thread_exit, user, at=now, serial=serial))

    def _invite_made(self, data: Json, _serial: str) -> None:
        if server := data.get("guild_id"):
            self._referrals.created(server, data)

    def _invite_gone(self, data: Json, _serial: str) -> None:
        if server := data.get("guild_id"):
            self._referrals.deleted(server, data["code"], self._clock())

    # ---- interactions, and whose they are

    def _interaction(self, data: Json, _serial: str) -> None:
        self._house.converse(data, data.get("guild_id"))

    async def home_of_dm(self, interaction: Json) -> str | None:
        """Return the server for which somebody acts in a direct message: the one whose card it is."""
        marked = server_of(interaction.get("message") or {}, self._servers)
        return marked or await self._home(actor_of(interaction)["id"])

    async def _home(self, user: str) -> str | None:
        """Return the first server of ours that a user is on; none for strangers."""
        if (known := self._homes.get(inbound.proper(user))) is not None:
            return known
        for server in self._servers:
            try:
                await self._house.rest().call(
                    "GET", "/guilds/{guild_id}/members/{user_id}", guild_id=server, user_id=user
                )
            except DiscordRefusedError:
                continue
            _remember(self._homes, user, server)
            return server
        return None


def _remember(known: OrderedDict[Any, Any], key: object, value: object) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > _REMEMBERED:
        known.popitem(last=False)
