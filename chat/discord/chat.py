"""What goes out to Discord, and what can be looked up there: the port, without the connection."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec
import structlog

from chat.answers import Answer
from chat.card import Card
from chat.discord import history, posting
from chat.discord.answers import Answers, Apologise
from chat.discord.directory import Directory
from chat.discord.inbound import (
    Post,
    home_of,
    place_in,
    place_of,
    post_of,
    read_join,
    read_leave,
    read_message,
)
from chat.discord.interactions import read_reply
from chat.discord.markdown import escape
from chat.discord.marks import has_key, nonce
from chat.discord.render import render_card
from chat.discord.rest import DiscordRefusedError, Rest
from chat.effects import NativeEvent
from chat.events import MemberJoined, MemberLeft, MessagePosted
from chat.ids import MessageRef, Place, PlaceInfo, Platform, Profile, UserRef, Workspace, thread_of
from chat.limits import LimitError
from chat.port import Capabilities, RefusedError, UnreachableError

Json = dict[str, Any]
T = TypeVar("T")
log = structlog.get_logger()

_MESSAGES: Final = "/channels/{channel_id}/messages"
_MESSAGE: Final = _MESSAGES + "/{message_id}"
_UNKNOWN_CHANNEL, _UNKNOWN_MEMBER, _UNKNOWN_MESSAGE = 10003, 10007, 10008
_WITHHELD: Final = frozenset({50001, 50013})
_REMEMBERED: Final = 4096  # direct message channels and homes; each costs one call to find again


class Memory(OrderedDict[str, str]):
    """Remembers a few thousand things and forgets the oldest."""

    def __setitem__(self, key: str, value: str) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        while len(self) > _REMEMBERED:
            self.popitem(last=False)


def _channel(place: Place) -> str:
    return place.thread or place.channel


class DiscordChat:
    """Everything of the port that needs no gateway, for the servers of one bot."""

    platform = Platform.DISCORD

    def __init__(self, servers: tuple[str, ...], apologise: Apologise) -> None:
        self._servers = servers
        self._connected: Rest | None = None
        self._directory = Directory()
        self._answers = Answers(self.rest, apologise, self._roles_of)
        self._private = Memory()  # direct message channels by user

    def rest(self) -> Rest:
        """Return the REST side of the present connection.

        Raises:
            UnreachableError: where there is none.

        """
        if self._connected is None:
            raise UnreachableError("not connected")
        return self._connected

    def workspaces(self) -> tuple[Workspace, ...]:
        """Return the servers this adapter serves."""
        return tuple(map(home_of, self._servers))

    def capabilities(self) -> Capabilities:
        """Return how Discord differs."""
        return Capabilities(
            inline_form_errors=False,
            private_posts=False,
            private_threads=True,
            thread_titles=True,
            home_tab=False,
            scheduled_events=True,
            tells_time_zone=False,
            tells_language=False,
            post_lookup=True,
        )

    # ---- posts

    async def post(self, place: Place, card: Card, *, key: str, only_for: UserRef | None = None) -> MessageRef:
        """Post a card. Discord has no posts for one reader, so ``only_for`` gets it as a direct message."""
        if only_for is not None:
            return await self.dm(only_for, card, key=key)
        needs = "send_messages_in_threads" if place.thread else "send_messages"
        body = self._drawn(card, place.home, key=key)
        return MessageRef(place, await self._needing(place, self._send(_channel(place), body, key), needs))

    async def _send(self, channel: str, body: Json, key: str) -> str:
        body |= {"nonce": nonce(key), "enforce_nonce": True}
        try:
            made = await self.rest().call("POST", _MESSAGES, json=body, channel_id=channel)
        except DiscordRefusedError as error:
            if error.number == _UNKNOWN_MESSAGE:  # it was posted under this nonce, and taken away since
                raise DiscordRefusedError(error.number, "gone") from error
            raise
        return str(made["id"])

    async def find(self, place: Place | UserRef, key: str, since: datetime) -> MessageRef | None:
        """Look for a post by its marks: in a channel and the threads we opened there, or in direct messages."""
        if isinstance(place, UserRef):
            place = place_in(place.workspace, await self._private_channel(place))
            return await self._find_in(place, key, since)
        forum = place.thread is None and await self._is_forum(place)
        if not forum and (found := await self._find_in(place, key, since)):
            return found
        if place.thread is None and self._directory.channel(place.workspace, place.channel) is not None:
            for thread in await history.active_threads(self.rest(), place.workspace, place.channel):
                if not history.spoken_since(thread, since):
                    continue
                inside = place_of(place.workspace, thread)
                if found := await self._find_in(inside, key, since):
                    return found
        return None

    async def _find_in(self, place: Place, key: str, since: datetime) -> MessageRef | None:
        async for message in history.read_channel(self.rest(), _channel(place), since):
            if message["author"]["id"] == self._directory.me() and has_key(message, key):
                return MessageRef(place, message["id"])
        return None

    async def redraw(self, message: MessageRef, card: Card) -> None:
        """Replace a message of the bot."""
        body = self._drawn(card, message.place.home)
        channel = _channel(message.place)
        try:
            await self.rest().call("PATCH", _MESSAGE, json=body, channel_id=channel, message_id=message.id)
        except DiscordRefusedError as error:
            if error.number == _UNKNOWN_MESSAGE:
                raise DiscordRefusedError(error.number, "gone") from error
            raise

    async def remove(self, message: MessageRef) -> None:
        """Take a message of the bot away; one that is gone already is no error."""
        try:
            await self.rest().call("DELETE", _MESSAGE, channel_id=_channel(message.place), message_id=message.id)
        except DiscordRefusedError as error:
            if error.number != _UNKNOWN_MESSAGE:
                raise

    async def dm(self, user: UserRef, card: Card, *, key: str) -> MessageRef:
        """Post a card to one member in private."""
        body = self._drawn(card, user.home, key=key)
        channel = await self._private_channel(user)
        return MessageRef(place_in(user.workspace, channel), await self._send(channel, body, key))

    async def _private_channel(self, user: UserRef) -> str:
        if (known := self._private.get(user.id)) is not None:
            return known
        made = await self.rest().call("POST", "/users/@me/channels", json={"recipient_id": user.id})
        self._private[user.id] = str(made["id"])
        return str(made["id"])

    async def open_thread(
        self, start: MessageRef | Place, title: str, card: Card, *, key: str, private_for: tuple[UserRef, ...] = ()
    ) -> MessageRef:
        """Open a thread with a first card: on a message, as a forum post, or in a channel."""
        place = start.place if isinstance(start, MessageRef) else start
        if place.thread is not None:  # Discord has no threads in threads; the card goes where the talk is
            return await self.post(place, card, key=key)
        rest, server, channel = self.rest(), place.workspace, place.channel
        if isinstance(start, MessageRef):
            opening = posting.start_thread_on(rest, channel, start.id, title)
            thread = await self._needing(place, opening, "create_public_threads")
        elif await self._is_forum(place):
            body = self._drawn(card, place.home, key=key)
            thread, message = await self._needing(
                place, posting.start_post(rest, channel, title, body), "send_messages"
            )
            return MessageRef(place_in(server, thread, channel), message)
        else:
            members = tuple(user.id for user in private_for)
            me = self._directory.me()
            opening = posting.start_thread_in(rest, server, channel, title, me=me, members=members)
            needs = "create_private_threads" if members else "create_public_threads"
            thread = await self._needing(place, opening, needs)
        return await self.post(place_in(server, thread, channel), card, key=key)

    async def mark_thread(self, thread: Place | MessageRef, title: str) -> None:
        """Rename a thread; one that is gone, or that only moderators may rename, is left as it is."""
        place = thread_of(thread) if isinstance(thread, MessageRef) else thread
        try:
            await posting.rename_thread(self.rest(), _channel(place), title)
        except DiscordRefusedError as error:
            if error.number not in {_UNKNOWN_CHANNEL, *_WITHHELD}:
                raise
            log.info("discord.thread_not_renamed", thread=place.thread, code=error.code)

    async def _is_forum(self, place: Place) -> bool:
        return bool(self._directory.is_forum(place.workspace, place.channel))

    async def react(self, message: MessageRef, emoji: str, *, on: bool = True) -> None:
        """Put a reaction on a message, or take the bot's own back."""
        call = self.rest().call(
            "PUT" if on else "DELETE",
            _MESSAGE + "/reactions/{emoji}/@me",
            channel_id=_channel(message.place),
            message_id=message.id,
            emoji=emoji,
        )
        try:
            await self._needing(message.place, call, "add_reactions", "read_message_history")
        except DiscordRefusedError as error:
            if on or error.number != _UNKNOWN_MESSAGE:
                raise

    async def upload(self, place: Place, name: str, content: bytes, *, comment: str, alt: str = "") -> MessageRef:
        """Put a file at a place."""
        body: Json = {"content": escape(comment), "allowed_mentions": {"parse": []}}
        sending = posting.upload(self.rest(), _channel(place), body, name=name, content=content, alt=alt)
        return MessageRef(place, await self._needing(place, sending, "send_messages", "attach_files"))

    async def show_home(self, user: UserRef, card: Card) -> None:
        """Do nothing: Discord has no home tab."""

    # ---- members, roles, events

    async def member(self, user: UserRef) -> Profile:
        """Look an account up; who has left the server is still known by name."""
        server = user.workspace
        try:
            found = await self.rest().call(
                "GET", "/guilds/{guild_id}/members/{user_id}", guild_id=server, user_id=user.id
            )
        except DiscordRefusedError as error:
            if error.number != _UNKNOWN_MEMBER:
                raise
            left = await self.rest().call("GET", "/users/{user_id}", user_id=user.id)
            name = str(left.get("global_name") or left["username"])
            return Profile(user=user, name=name, is_bot=bool(left.get("bot")), gone=True)
        return self._directory.profile(server, found)

    async def members(self, workspace: Workspace) -> AsyncIterator[Profile]:
        """List the accounts of a server, bots included."""
        page_size, last = 1000, "0"
        while True:
            page: list[Json] = await self.rest().call(
                "GET",
                "/guilds/{guild_id}/members",
                params={"limit": page_size, "after": last},
                guild_id=workspace.id,
            )
            for member in page:
                yield self._directory.profile(workspace.id, member)
            if len(page) < page_size:
                return
            last = max((member["user"]["id"] for member in page), key=int)

    def joined(self, profile: Profile, at: datetime) -> MemberJoined:
        """Return the join of an account that ``members`` shows."""
        return read_join(profile, at, referrer=None, via=None)

    def left(self, user: UserRef, at: datetime) -> MemberLeft:
        """Return the leave of an account that ``members`` no longer shows; Discord does not tell when it was."""
        return read_leave(user, at, f"{at:%Y-%m-%d}")

    def workspace_name(self, workspace: Workspace) -> str:
        """Return the server's name."""
        guild = self._directory.guild(workspace.id)
        return guild.name if guild else workspace.id

    def own_user(self, workspace: Workspace) -> str:
        """Return the bot's user id, the same on every server."""
        return self._directory.me() or "" if workspace in self.workspaces() else ""

    async def places(self, workspace: Workspace) -> tuple[PlaceInfo, ...]:
        """List the channels the bot can see."""
        if self._directory.guild(workspace.id) is None:
            raise RefusedError("unknown_server", "the bot is not on this server; invite it (tsudoi invite discord)")
        return self._directory.places(workspace.id)

    async def set_badge(self, user: UserRef, badge: str, *, on: bool = True) -> None:
        """Give or take a role, by name or id."""
        await posting.set_role(self.rest(), self._directory, user.workspace, user.id, badge, on=on)

    async def invite(self, user: UserRef, place: Place) -> None:
        """Let a member into a channel or thread."""
        if place.thread:
            await posting.add_to_thread(self.rest(), place.thread, user.id)
        else:
            opening = posting.let_into_channel(self.rest(), place.channel, user.id)
            await self._needing(place, opening, "manage_roles")

    async def put_event(self, workspace: Workspace, event: NativeEvent, *, event_id: str | None = None) -> str:
        """Make, change or cancel a scheduled event; returns its id."""
        return await posting.put_event(self.rest(), workspace.id, event, event_id, self._directory.me())

    # ---- looking back

    async def history(self, place: Place, after: datetime) -> AsyncIterator[MessagePosted]:
        """Yield what others said at a place and in its threads since then, oldest first within each."""
        server = place.workspace
        if not (place.thread is None and await self._is_forum(place)):
            post = self._directory.post(place)
            async for message in history.read_channel(self.rest(), _channel(place), after):
                posted = self._said_by_others(message, place, post)
                if posted and posted.at > after:
                    yield posted
        if place.thread is not None or self._directory.channel(server, place.channel) is None:
            return
        forum = await self._is_forum(place)
        for thread in await history.threads_since(self.rest(), server, place.channel, after):
            inside = place_in(server, thread["id"], place.channel)
            post = post_of(thread) if forum else None
            async for message in history.read_channel(self.rest(), thread["id"], after):
                posted = self._said_by_others(message, inside, post)
                if posted and posted.at > after:
                    yield posted

    def _said_by_others(self, message: Json, place: Place, post: Post | None) -> MessagePosted | None:
        if message["author"]["id"] == self._directory.me():
            return None
        direct = self._directory.channel(place.workspace, place.channel) is None
        return read_message(message, place, direct=direct, post=post)

    def link(self, message: MessageRef) -> str:
        """Return the web address of a message."""
        place = message.place
        private = place.thread is None and place.channel in self._private.values()
        server = "@me" if private else place.workspace
        return f"https://discord.com/channels/{server}/{_channel(place)}/{message.id}"

    async def answer(self, reply: str, answer: Answer) -> None:
        """Give a late answer."""
        try:
            unpacked = read_reply(reply)
        except msgspec.DecodeError as error:
            raise RefusedError("unreadable_reply") from error
        await self._answers.late(unpacked, answer)

    def _roles_of(self, server: str, card: Card) -> dict[str, str]:
        return self._directory.roles_of(server, card)  # of the present connection

    def _drawn(self, card: Card, home: Workspace, *, key: str | None = None) -> Json:
        try:
            return render_card(card, home, key=key, roles=self._roles_of(home.id, card))
        except LimitError as error:
            raise RefusedError("too_long", str(error)) from error

    async def _needing(self, place: Place, act: Awaitable[T], *needs: str) -> T:
        """Await an act; where Discord withholds it, say which permission is missing.

        Raises:
            ChatError: as the act does, with a sentence for the operator.

        """
        try:
            return await act
        except DiscordRefusedError as error:
            mend = self._directory.missing(place, needs) if error.number in _WITHHELD else ""
            if not mend:
                raise
            raise DiscordRefusedError(error.number, error.code, mend) from error
