"""Reads what the gateway and the history say. Pure: Discord's JSON in, our events out.

Rules: discord.com/developers/docs/topics/gateway-events, .../resources/message.

Keys. A message, its deletion and each of its edits have ids or times of their own, so the same happening has the same
key whether it came by the gateway or was found in the history. A join has the time of joining. Where Discord gives a
happening nothing of its own (reactions, changes of a member, leaving), the key is the gateway session and the sequence
number in it: the same when a resumed session replays it, never the same for two happenings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import discord

from chat.events import (
    ChannelEntered,
    ChannelLeft,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reacted,
)
from chat.ids import MessageRef, Place, Platform, Profile, UserRef, Workspace

Json = Mapping[str, Any]

THREADS: Final = frozenset({10, 11, 12})  # announcement, public and private threads
FORUMS: Final = frozenset({15, 16})  # forum and media channels
# Plain messages, replies, and what other bots answer to a command or menu; the rest is said by Discord itself.
_SAID: Final = frozenset({0, 19, 20, 23})
_REPLY: Final = 19


_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def proper(id_: str) -> str:
    """Return an id as Discord makes them: it goes into addresses, actions and keys.

    Raises:
        ValueError: it is none.

    """
    if not _ID.fullmatch(id_):
        raise ValueError("no id of Discord")
    return id_


def home_of(server: str) -> Workspace:
    """Return the workspace that a server is."""
    return Workspace(Platform.DISCORD, server)


def user_of(server: str, user: str) -> UserRef:
    """Return an account on a server."""
    return UserRef(Platform.DISCORD, server, proper(user))


def place_in(server: str, channel: str, parent: str | None = None) -> Place:
    """Return a channel, or (with ``parent``) the thread ``channel`` in it."""
    channel = proper(channel)
    if parent:
        return Place(Platform.DISCORD, server, proper(parent), channel)
    return Place(Platform.DISCORD, server, channel)


def place_of(server: str, channel: Json) -> Place:
    """Return the place that a channel object describes."""
    parent = channel.get("parent_id") if channel.get("type") in THREADS else None
    return place_in(server, channel["id"], parent)


def time_of(stamp: str) -> datetime:
    """Read a time stamp of Discord's."""
    return datetime.fromisoformat(stamp).astimezone(UTC)


def time_of_id(id_: str) -> datetime:
    """Return when something was made, by its id."""
    return discord.utils.snowflake_time(int(id_))


def name_of(user: Json, member: Json | None = None) -> str:
    """Return the name that others see."""
    return str((member or {}).get("nick") or user.get("global_name") or user.get("username") or "")


class Post(NamedTuple):
    """What a forum post says of itself: who opened it, and its title at this moment."""

    author: str | None
    title: str


def post_of(thread: Json) -> Post:
    """Read the thread that a forum post is."""
    return Post(thread.get("owner_id"), str(thread.get("name") or ""))


def read_message(
    message: Json, place: Place, *, direct: bool = False, post: Post | None = None
) -> MessagePosted | None:
    """Read a message; none for what Discord says itself (joins, pins, boosts).

    ``post`` is what is known of the forum post that the place is.
    """
    if message.get("type", 0) not in _SAID:
        return None
    server, author, id_ = place.workspace, message["author"], message["id"]
    reply_to, reply_to_author = None, None
    quoted = (message.get("message_reference") or {}).get("message_id")
    if message.get("type") == _REPLY and quoted:
        reply_to = quoted
        quoted_author = ((message.get("referenced_message") or {}).get("author") or {}).get("id")
        reply_to_author = user_of(server, quoted_author) if quoted_author else None
    elif place.thread and place.thread != id_:  # a thread has the id of the message that it was opened on
        reply_to = place.thread
        reply_to_author = user_of(server, post.author) if post and post.author else None
    return MessagePosted(
        key=f"discord:{server}:message:{id_}",
        at=time_of(message["timestamp"]),
        workspace=place.home,
        message=MessageRef(place, proper(id_)),
        author=user_of(server, author["id"]),
        author_name=name_of(author, message.get("member")),
        by_bot=bool(author.get("bot") or message.get("webhook_id")),
        text=message.get("content") or "",
        mentions=tuple(user_of(server, user["id"]) for user in message.get("mentions") or ()),
        reply_to=reply_to,
        reply_to_author=reply_to_author,
        title=post.title if post and place.thread == id_ else "",
        files=len(message.get("attachments") or ()),
        direct=direct,
    )


def read_edit(message: Json, place: Place) -> MessageEdited | None:
    """Read a changed message; none where nobody edited it (a preview was added, a thread was opened on it)."""
    edited, author = message.get("edited_timestamp"), message.get("author")
    if not edited or not author or message.get("type", 0) not in _SAID:
        return None
    server, id_ = place.workspace, message["id"]
    return MessageEdited(
        key=f"discord:{server}:edited:{id_}:{edited}",
        at=time_of(edited),
        workspace=place.home,
        message=MessageRef(place, proper(id_)),
        author=user_of(server, author["id"]),
        text=message.get("content") or "",
    )


def read_deletion(id_: str, place: Place, at: datetime) -> MessageDeleted:
    """Read that a message is gone."""
    return MessageDeleted(
        key=f"discord:{place.workspace}:deleted:{id_}",
        at=at,
        workspace=place.home,
        message=MessageRef(place, proper(id_)),
    )


def read_thread_deletion(thread: Json, at: datetime) -> MessageDeleted | None:
    """Read that a thread or forum post is gone, with all that was said in it."""
    if not (parent := thread.get("parent_id")):
        return None
    server, id_ = thread["guild_id"], thread["id"]
    place = place_in(server, id_, parent)
    key = f"discord:{server}:thread-deleted:{id_}"
    return MessageDeleted(key=key, at=at, workspace=place.home, message=MessageRef(place, proper(id_)))


def read_reaction(reaction: Json, place: Place, at: datetime, serial: str, *, on: bool) -> Reacted:
    """Read a reaction that was put or taken back."""
    server, message, user = place.workspace, reaction["message_id"], reaction["user_id"]
    author = reaction.get("message_author_id")
    emoji = reaction["emoji"].get("name") or reaction["emoji"].get("id") or ""
    return Reacted(
        key=f"discord:{server}:{'reacted' if on else 'unreacted'}:{message}:{user}:{emoji}:{serial}",
        at=at,
        workspace=place.home,
        message=MessageRef(place, proper(message)),
        user=user_of(server, user),
        emoji=emoji,
        on=on,
        author=user_of(server, author) if author else None,
    )


def read_profile(
    server: str, member: Json, roles: Mapping[str, str], *, is_admin: bool = False, is_owner: bool = False
) -> Profile:
    """Read a member object. ``roles`` are the server's role names by id."""
    user = member["user"]
    held = [role for role in member.get("roles") or () if role in roles]
    joined = member.get("joined_at")
    return Profile(
        user=user_of(server, user["id"]),
        name=name_of(user, member),
        is_bot=bool(user.get("bot")),
        is_admin=is_admin,
        is_owner=is_owner,
        joined_at=time_of(joined) if joined else None,
        badges=frozenset(held) | {roles[role] for role in held},
    )


def read_join(profile: Profile, at: datetime, *, referrer: UserRef | None, via: str | None) -> MemberJoined:
    """Read that somebody entered the server."""
    joined = profile.joined_at or at
    user = profile.user
    return MemberJoined(
        key=f"discord:{user.workspace}:join:{user.id}:{joined.astimezone(UTC).isoformat(timespec='seconds')}",
        at=joined,
        workspace=user.home,
        member=profile,
        referrer=referrer,
        via=via,
    )


def read_change(profile: Profile, at: datetime, serial: str) -> MemberChanged:
    """Read that a member is otherwise now."""
    user = profile.user
    key = f"discord:{user.workspace}:member:{user.id}:{serial}"
    return MemberChanged(key=key, at=at, workspace=user.home, member=profile)


def read_leave(user: UserRef, at: datetime, serial: str) -> MemberLeft:
    """Read that somebody left, was kicked or banned."""
    key = f"discord:{user.workspace}:left:{user.id}:{serial}"
    return MemberLeft(key=key, at=at, workspace=user.home, user=user)


def read_thread_entry(user: str, place: Place, at: datetime, serial: str) -> ChannelEntered:
    """Read that somebody entered a thread."""
    server = place.workspace
    return ChannelEntered(
        key=f"discord:{server}:entered:{place.thread}:{user}:{serial}",
        at=at,
        workspace=place.home,
        user=user_of(server, user),
        place=place,
    )


def read_thread_exit(user: str, place: Place, at: datetime, serial: str) -> ChannelLeft:
    """Read that somebody left a thread."""
    server = place.workspace
    return ChannelLeft(
        key=f"discord:{server}:exited:{place.thread}:{user}:{serial}",
        at=at,
        workspace=place.home,
        user=user_of(server, user),
        place=place,
    )
