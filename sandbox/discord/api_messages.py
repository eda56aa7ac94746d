"""Messages, reactions and pins. https://discord.com/developers/docs/resources/message."""

from __future__ import annotations

from bisect import bisect_right
from urllib.parse import unquote

from sandbox.discord import compose, messages, payloads
from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import ApiError, missing_permissions, unknown
from sandbox.discord.gateway import MESSAGES
from sandbox.discord.messages import EPHEMERAL
from sandbox.discord.permissions import P
from sandbox.discord.rest import Call, Reply, Route
from sandbox.discord.snowflake import stamp
from sandbox.world import Channel, ChannelKind, Json, Message, Space


def shown(space: Space, channel: Channel, said: Message) -> Json:
    """Return a message as REST does."""
    return messages.message(space, said, dm=channel.kind is ChannelKind.DM)


def may_send(call: Call, space: Space, channel: Channel) -> None:
    """Refuse if the bot may not write there."""
    if channel.kind is ChannelKind.DM:
        other = next((m for m in channel.members if m != BOT_ID), "")
        account = call.hub.shared(other)
        person = call.hub.world.people.get(account.person or "") if account is not None else None
        if account is None or (person is not None and not person.accepts_dms):
            raise ApiError(403, 50007, "Cannot send messages to this user")
        return
    if channel.kind is ChannelKind.FORUM:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    thread = channel.kind is ChannelKind.THREAD
    if thread and channel.extra.get("locked") and not call.hub.may(space, channel) & P.MANAGE_THREADS:
        raise ApiError(400, 160005, "Thread is locked")
    wanted = P.SEND_MESSAGES_IN_THREADS if thread else P.SEND_MESSAGES
    more = (P.ATTACH_FILES,) if call.uploads else ()
    call.hub.need(space, channel, wanted, *more)


async def create(call: Call) -> Reply:
    """Say something."""
    space, channel = call.hub.find_channel(call.path["channel"])
    may_send(call, space, channel)
    if int(call.form.get("flags") or 0) & EPHEMERAL:
        call.form["flags"] = int(call.form["flags"]) & ~EPHEMERAL  # only interactions can whisper
    if channel.kind is ChannelKind.THREAD and channel.archived:
        call.hub.world.change_channel(space.id, channel.id, archived=False)
    said = compose.post(call.hub, space, channel, call.form, call.uploads)
    if channel.kind is ChannelKind.THREAD:
        call.hub.world.join_channel(space.id, channel.id, BOT_ID)
    found = shown(space, channel, said)
    if "nonce" in said.body:
        found["nonce"] = said.body["nonce"]
    return found


async def history(call: Call) -> Reply:
    """List messages, newest first."""
    space, channel = call.hub.seen_channel(call.path["channel"])
    if channel.kind is not ChannelKind.DM and not call.hub.may(space, channel) & P.READ_MESSAGE_HISTORY:
        return []
    found = messages.page(
        space,
        channel.id,
        limit=call.number("limit", 50, 1, 100),
        before=call.query.get("before"),
        after=call.query.get("after"),
        around=call.query.get("around"),
    )
    return [shown(space, channel, said) for said in found]


def _target(call: Call, *wanted: P) -> tuple[Space, Channel, Message]:
    space, channel = call.hub.seen_channel(call.path["channel"], *wanted)
    return space, channel, call.hub.message(space, channel, call.path["message"])


async def fetch(call: Call) -> Reply:
    """Return one message."""
    return shown(*_target(call, P.READ_MESSAGE_HISTORY))


async def edit(call: Call) -> Reply:
    """Change a message of the bot."""
    space, channel, said = _target(call)
    if said.author != BOT_ID:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user")
    return shown(space, channel, compose.change(call.hub, space, said, call.form, call.uploads))


async def delete(call: Call) -> Reply:
    """Take a message away."""
    space, channel, said = _target(call)
    if said.author != BOT_ID:
        if channel.kind is ChannelKind.DM:
            raise ApiError(403, 50003, "Cannot execute action on a DM channel")
        call.hub.need(space, channel, P.MANAGE_MESSAGES)
    call.hub.world.delete(space.id, channel.id, said.id)
    return None


async def bulk_delete(call: Call) -> Reply:
    """Take 2 to 100 messages away."""
    space, channel = call.hub.seen_channel(call.path["channel"], P.MANAGE_MESSAGES)
    ids: list[str] = [str(i) for i in call.form.get("messages") or ()]
    if not 2 <= len(ids) <= 100:  # noqa: PLR2004 - Discord's limits
        raise ApiError(400, 50016, "Provided too few or too many messages to delete. Must provide at least 2")
    standing = [i for i in ids if (channel.id, i) in space.by_id and not space.by_id[channel.id, i].deleted]
    call.hub.in_bulk.update(standing)
    for id_ in standing:
        call.hub.world.delete(space.id, channel.id, id_)
    call.hub.in_bulk.clear()
    told = {"ids": standing, "channel_id": channel.id, "guild_id": space.id}
    call.hub.emit("MESSAGE_DELETE_BULK", told, MESSAGES, space)
    return None


async def typing(call: Call) -> Reply:
    """Show that the bot is writing; nothing comes of it."""
    call.hub.seen_channel(call.path["channel"], P.SEND_MESSAGES)
    return None


# ---- reactions


def _emoji(call: Call) -> str:
    name = unquote(call.path["emoji"])
    if not name or (name.isascii() and not name.rpartition(":")[2].isdigit()):
        raise unknown("emoji")
    return name


async def add_reaction(call: Call) -> Reply:
    """Put the bot's reaction on a message."""
    space, channel, said = _target(call, P.READ_MESSAGE_HISTORY)
    key = _emoji(call)
    if key not in said.reactions and channel.kind is not ChannelKind.DM:
        call.hub.need(space, channel, P.ADD_REACTIONS)
    if key not in said.reactions and len(said.reactions) >= 20:  # noqa: PLR2004 - Discord's limit
        raise ApiError(400, 30010, "Maximum number of reactions reached (20)")
    call.hub.world.react(space.id, channel.id, said.id, BOT_ID, key)
    return None


async def remove_reaction(call: Call) -> Reply:
    """Take a reaction back: the bot's, or with the permission somebody else's."""
    user = call.path["user"]
    space, channel, said = _target(call)
    if user not in ("@me", BOT_ID):
        call.hub.need(space, channel, P.MANAGE_MESSAGES)
    call.hub.world.react(space.id, channel.id, said.id, BOT_ID if user == "@me" else user, _emoji(call), on=False)
    return None


async def clear_reactions(call: Call) -> Reply:
    """Take all reactions of a message away, or all of one emoji."""
    space, channel, said = _target(call, P.MANAGE_MESSAGES)
    keys = [_emoji(call)] if "emoji" in call.path else list(said.reactions)
    for key in keys:
        for user in list(said.reactions.get(key, ())):
            call.hub.world.react(space.id, channel.id, said.id, user, key, on=False)
    return None


async def reactors(call: Call) -> Reply:
    """List who reacted with an emoji."""
    space, _, said = _target(call, P.READ_MESSAGE_HISTORY)
    users = sorted(said.reactions.get(_emoji(call), ()), key=int)
    start = bisect_right(users, int(call.query.get("after") or 0), key=int)
    found = users[start : start + call.number("limit", 25, 1, 100)]
    return [payloads.user(space.accounts[u]) for u in found if u in space.accounts]


# ---- pins


async def pin(call: Call) -> Reply:
    """Pin a message."""
    space, channel, said = _target(call, P.PIN_MESSAGES)
    pins: dict[str, str] = channel.extra.setdefault("pins", {})
    if len(pins) >= 250 and said.id not in pins:  # noqa: PLR2004 - Discord's limit
        raise ApiError(400, 30003, "Maximum number of pins reached (250)")
    pins.setdefault(said.id, stamp(call.hub.world.now()))
    call.hub.world.edit(space.id, channel.id, said.id, body={"pinned": True}, marked=False)
    return None


async def unpin(call: Call) -> Reply:
    """Unpin a message."""
    space, channel, said = _target(call, P.PIN_MESSAGES)
    channel.extra.setdefault("pins", {}).pop(said.id, None)
    call.hub.world.edit(space.id, channel.id, said.id, body={"pinned": False}, marked=False)
    return None


async def pins(call: Call) -> Reply:
    """List the pins, newest first."""
    space, channel = call.hub.seen_channel(call.path["channel"])
    held: dict[str, str] = channel.extra.get("pins", {})
    newest = sorted(held.items(), key=lambda item: item[1], reverse=True)
    items = [
        {"pinned_at": at, "message": shown(space, channel, space.by_id[channel.id, id_])}
        for id_, at in newest
        if (channel.id, id_) in space.by_id and not space.by_id[channel.id, id_].deleted
    ]
    return {"items": items[: call.number("limit", 50, 1, 50)], "has_more": len(items) > 50}  # noqa: PLR2004 - a page


async def pins_before_2025(call: Call) -> Reply:
    """List the pins as the older route does."""
    found = await pins(call)
    if not isinstance(found, dict):
        raise missing_permissions()
    return [item["message"] for item in found["items"]]


_MESSAGE = "/channels/{channel}/messages/{message}"
ROUTES = (
    Route("POST", "/channels/{channel}/messages", create),
    Route("GET", "/channels/{channel}/messages", history),
    Route("POST", "/channels/{channel}/messages/bulk-delete", bulk_delete),
    Route("GET", "/channels/{channel}/messages/pins", pins),
    Route("PUT", "/channels/{channel}/messages/pins/{message}", pin),
    Route("DELETE", "/channels/{channel}/messages/pins/{message}", unpin),
    Route("GET", "/channels/{channel}/pins", pins_before_2025),
    Route("PUT", "/channels/{channel}/pins/{message}", pin),
    Route("DELETE", "/channels/{channel}/pins/{message}", unpin),
    Route("GET", _MESSAGE, fetch),
    Route("PATCH", _MESSAGE, edit),
    Route("DELETE", _MESSAGE, delete),
    Route("POST", "/channels/{channel}/typing", typing),
    Route("DELETE", _MESSAGE + "/reactions", clear_reactions),
    Route("GET", _MESSAGE + "/reactions/{emoji}", reactors),
    Route("DELETE", _MESSAGE + "/reactions/{emoji}", clear_reactions),
    Route("PUT", _MESSAGE + "/reactions/{emoji}/@me", add_reaction),
    Route("DELETE", _MESSAGE + "/reactions/{emoji}/{user}", remove_reaction),
)
