"""The acts on Discord that take more than one call: threads, scheduled events, roles, files."""

from __future__ import annotations

import json
import mimetypes
from datetime import UTC
from typing import Any, Final

from chat.discord.directory import Directory
from chat.discord.history import active_threads
from chat.discord.rest import DiscordRefusedError, Rest
from chat.effects import NativeEvent
from chat.port import RefusedError

Json = dict[str, Any]

_PUBLIC_THREAD, _PRIVATE_THREAD = 11, 12
_DAY: Final = 1440  # minutes without a word until Discord folds a thread away; it opens again when somebody writes
_VIEW_CHANNEL: Final = 1 << 10
_MEMBER_OVERWRITE: Final = 1
_EXTERNAL, _SERVER_ONLY, _CANCELLED = 3, 2, 4
_THREAD_EXISTS, _TAG_REQUIRED, _EVENT_OVER, _UNKNOWN_EVENT = 160004, 40067, 180000, 10070


async def start_thread_on(rest: Rest, channel: str, message: str, title: str) -> str:
    """Open a thread on a message, or return the one that is there: it has the message's id."""
    try:
        await rest.call(
            "POST",
            "/channels/{channel_id}/messages/{message_id}/threads",
            json={"name": title, "auto_archive_duration": _DAY},
            channel_id=channel,
            message_id=message,
        )
    except DiscordRefusedError as error:
        if error.number != _THREAD_EXISTS:
            raise
    return message


async def start_thread_in(
    rest: Rest, server: str, channel: str, title: str, *, me: str | None, members: tuple[str, ...] = ()
) -> str:
    """Open a thread in a channel, private where it is for some members, and let them in.

    Creating a thread has no nonce. An empty thread of ours with the same title is what an attempt left that broke off
    between its two steps, so it is taken up again.
    """
    kind = _PRIVATE_THREAD if members else _PUBLIC_THREAD
    thread = None
    for open_ in await active_threads(rest, server, channel):
        empty = not open_.get("total_message_sent", open_.get("message_count", 0))
        if open_["name"] == title and open_["type"] == kind and open_.get("owner_id") == me and empty:
            thread = str(open_["id"])
    if thread is None:
        wanted: Json = {"name": title, "type": kind, "auto_archive_duration": _DAY}
        if members:
            wanted["invitable"] = False
        made = await rest.call("POST", "/channels/{channel_id}/threads", json=wanted, channel_id=channel)
        thread = str(made["id"])
    for member in members:
        await add_to_thread(rest, thread, member)
    return thread


async def start_post(rest: Rest, channel: str, title: str, message: Json) -> tuple[str, str]:
    """Open a post in a forum with its first message; returns the ids of thread and message."""
    wanted = {"name": title, "auto_archive_duration": _DAY, "message": message}
    try:
        made = await rest.call("POST", "/channels/{channel_id}/threads", json=wanted, channel_id=channel)
    except DiscordRefusedError as error:
        if error.number != _TAG_REQUIRED:
            raise
        forum = await rest.call("GET", "/channels/{channel_id}", channel_id=channel)
        tags = [tag["id"] for tag in forum.get("available_tags") or () if not tag.get("moderated")]
        made = await rest.call(
            "POST", "/channels/{channel_id}/threads", json={**wanted, "applied_tags": tags[:1]}, channel_id=channel
        )
    return str(made["id"]), str((made.get("message") or made)["id"])


async def rename_thread(rest: Rest, thread: str, title: str) -> None:
    """Rename a thread, unless it is called so already: two renames in ten minutes are all that Discord allows.

    Who opened a thread may rename it; others need "manage threads" (discord.com/developers/docs/topics/threads). One
    that is folded away takes no change before it is opened again.
    """
    found: Json = await rest.call("GET", "/channels/{channel_id}", channel_id=thread)
    if found.get("name") == title:
        return
    wanted: Json = {"name": title}
    if (found.get("thread_metadata") or {}).get("archived"):
        wanted["archived"] = False
    await rest.call("PATCH", "/channels/{channel_id}", json=wanted, channel_id=thread)


async def add_to_thread(rest: Rest, thread: str, user: str) -> None:
    """Let a member into a thread."""
    await rest.call("PUT", "/channels/{channel_id}/thread-members/{user_id}", channel_id=thread, user_id=user)


async def let_into_channel(rest: Rest, channel: str, user: str) -> None:
    """Let a member see a channel, leaving what else was decided about them there."""
    found: Json = await rest.call("GET", "/channels/{channel_id}", channel_id=channel)
    written: list[Json] = found.get("permission_overwrites") or []
    everyone = next((o for o in written if o["id"] == found.get("guild_id")), None)
    own = next((o for o in written if o["id"] == user), None)
    allow, deny = (int(own["allow"]), int(own["deny"])) if own else (0, 0)
    hidden = everyone is not None and int(everyone["deny"]) & _VIEW_CHANNEL
    if allow & _VIEW_CHANNEL or not (hidden or deny & _VIEW_CHANNEL):
        return
    wanted = {
        "type": _MEMBER_OVERWRITE,
        "allow": str(allow | _VIEW_CHANNEL),
        "deny": str(deny & ~_VIEW_CHANNEL),
    }
    await rest.call(
        "PUT", "/channels/{channel_id}/permissions/{user_id}", json=wanted, channel_id=channel, user_id=user
    )


async def set_role(rest: Rest, directory: Directory, server: str, user: str, badge: str, *, on: bool) -> None:
    """Give or take a role by name or id.

    Raises:
        RefusedError: also where there is no such role, naming those there are.

    """
    role = directory.role(server, badge)
    role_id = str(role.id) if role else await _find_role(rest, server, badge)
    try:
        await rest.call(
            "PUT" if on else "DELETE",
            "/guilds/{guild_id}/members/{user_id}/roles/{role_id}",
            guild_id=server,
            user_id=user,
            role_id=role_id,
        )
    except DiscordRefusedError as error:
        if role and (mend := directory.missing_for_role(role)):
            raise DiscordRefusedError(error.number, error.code, mend) from error
        raise


async def _find_role(rest: Rest, server: str, badge: str) -> str:
    """Ask for a role that the cache does not know: it may have been made a moment ago."""
    roles: list[Json] = await rest.call("GET", "/guilds/{guild_id}/roles", guild_id=server)
    for role in roles:
        if badge == role["id"] or badge.casefold() == role["name"].casefold():
            return str(role["id"])
    names = ", ".join(role["name"] for role in roles if role["id"] != server)
    raise RefusedError("unknown_role", f"no role {badge!r} on the server; the bot sees: {names}")


async def put_event(rest: Rest, server: str, event: NativeEvent, event_id: str | None, me: str | None) -> str:
    """Make, change or cancel a scheduled event; returns its id.

    Making one has no nonce, so one of ours with the same title and time is taken for the one that was to be made.
    """
    if event.cancelled:
        if event_id:
            await _cancel_event(rest, server, event_id)
        return event_id or ""
    wanted: Json = {
        "name": event.title,
        "description": event.description,
        "scheduled_start_time": event.starts_at.isoformat(),
        "scheduled_end_time": event.ends_at.isoformat(),
        "entity_type": _EXTERNAL,
        "entity_metadata": {"location": event.where or "-"},
        "privacy_level": _SERVER_ONLY,
    }
    path = "/guilds/{guild_id}/scheduled-events"
    if event_id is None:
        for known in await rest.call("GET", path, guild_id=server):
            same_time = known["scheduled_start_time"][:16] == _utc_minute(event)
            if known["name"] == event.title and same_time and known.get("creator_id") == me:
                event_id = str(known["id"])
    if event_id is None:
        return str((await rest.call("POST", path, json=wanted, guild_id=server))["id"])
    await rest.call("PATCH", path + "/{event_id}", json=wanted, guild_id=server, event_id=event_id)
    return event_id


def _utc_minute(event: NativeEvent) -> str:
    return event.starts_at.astimezone(UTC).isoformat()[:16]


async def _cancel_event(rest: Rest, server: str, event_id: str) -> None:
    try:
        await rest.call(
            "PATCH",
            "/guilds/{guild_id}/scheduled-events/{event_id}",
            json={"status": _CANCELLED},
            guild_id=server,
            event_id=event_id,
        )
    except DiscordRefusedError as error:
        if error.number not in {_EVENT_OVER, _UNKNOWN_EVENT}:
            raise


async def upload(rest: Rest, channel: str, body: Json, *, name: str, content: bytes, alt: str) -> str:
    """Send a message with a file; returns its id."""
    attachment: Json = {"id": 0, "filename": name}
    if alt:
        attachment["description"] = alt
    payload = {**body, "attachments": [attachment]}
    form: list[Json] = [
        {"name": "payload_json", "value": json.dumps(payload), "content_type": "application/json"},
        {
            "name": "files[0]",
            "value": content,
            "filename": name,
            "content_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        },
    ]
    made = await rest.call("POST", "/channels/{channel_id}/messages", form=form, channel_id=channel)
    return str(made["id"])
