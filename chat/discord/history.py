"""Reads back what was said: messages of a channel, and its threads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import discord

from chat.discord.inbound import THREADS, time_of, time_of_id
from chat.discord.rest import DiscordRefusedError, Rest

Json = dict[str, Any]

_PAGE: Final = 100


async def read_channel(rest: Rest, channel: str, after: datetime) -> AsyncIterator[Json]:
    """Yield the messages of a channel or thread since then, oldest first."""
    last = discord.utils.time_snowflake(after) - 1
    while True:
        page: list[Json] = await rest.call(
            "GET",
            "/channels/{channel_id}/messages",
            params={"after": last, "limit": _PAGE},
            channel_id=channel,
        )
        for message in sorted(page, key=lambda m: int(m["id"])):
            yield message
        if len(page) < _PAGE:
            return
        last = max(int(message["id"]) for message in page)


async def active_threads(rest: Rest, server: str, channel: str) -> list[Json]:
    """Return the open threads of a channel that the bot can see."""
    listed: Json = await rest.call("GET", "/guilds/{guild_id}/threads/active", guild_id=server)
    return [t for t in listed["threads"] if t.get("parent_id") == channel and t.get("type") in THREADS]


async def threads_since(rest: Rest, server: str, channel: str, after: datetime) -> list[Json]:
    """Return the threads of a channel in which something may have been said since then, archived ones included."""
    found = {thread["id"]: thread for thread in await active_threads(rest, server, channel)}
    for path in ("/threads/archived/public", "/users/@me/threads/archived/private"):
        try:
            async for thread in _archived(rest, channel, path, after):
                found.setdefault(thread["id"], thread)
        except DiscordRefusedError:
            continue  # forums have no private threads; elsewhere the bot may lack the right to see them
    return [thread for thread in found.values() if spoken_since(thread, after)]


async def _archived(rest: Rest, channel: str, path: str, after: datetime) -> AsyncIterator[Json]:
    before: str | None = None
    by_id = path.startswith("/users")  # that list goes by thread id, the other by the time of archiving
    while True:
        params: dict[str, str | int] = {"limit": _PAGE}
        if before is not None:
            params["before"] = before
        page: Json = await rest.call("GET", "/channels/{channel_id}" + path, params=params, channel_id=channel)
        threads: list[Json] = page.get("threads") or []
        for thread in threads:
            archived = thread["thread_metadata"]["archive_timestamp"]
            if time_of(archived) >= after:
                yield thread
            elif not by_id:
                return
            before = thread["id"] if by_id else archived
        if not threads or not page.get("has_more"):
            return


def spoken_since(thread: Json, after: datetime) -> bool:
    """Say whether something may have been said in a thread since then."""
    last = thread.get("last_message_id") or thread["id"]
    return time_of_id(last) >= after
