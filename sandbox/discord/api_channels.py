"""Channels, threads and forum posts. https://discord.com/developers/docs/resources/channel."""

from __future__ import annotations

from datetime import timedelta

from sandbox.discord import compose, payloads
from sandbox.discord.api_messages import shown
from sandbox.discord.api_servers import own_words
from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import ApiError, Problems, SlowedError, missing_permissions, unknown
from sandbox.discord.hub import Hub
from sandbox.discord.payloads import PRIVATE_THREAD, PUBLIC_THREAD
from sandbox.discord.permissions import P, overwrites
from sandbox.discord.rest import Call, Reply, Route
from sandbox.discord.snowflake import stamp
from sandbox.discord.validate import check_message
from sandbox.world import Channel, ChannelKind, Json, Message, Space

_DURATIONS = (60, 1440, 4320, 10080)
_TAGS_APPLIED = 5
_RENAMES, _RENAMES_WITHIN = 2, timedelta(minutes=10)


async def fetch(call: Call) -> Reply:
    """Return a channel or thread."""
    return payloads.channel(*call.hub.seen_channel(call.path["channel"]))


async def change(call: Call) -> Reply:
    """Change a channel or thread."""
    space, channel = call.hub.seen_channel(call.path["channel"])
    form, problems = call.form, Problems()
    if "name" in form:
        problems.length(("name",), form["name"], 1, 100)
    problems.check()
    if channel.kind is ChannelKind.THREAD:
        return _change_thread(call, space, channel)
    call.hub.need(space, channel, P.MANAGE_CHANNELS)
    channel.extra |= own_words(form, call.hub)
    changes = {name: form[name] for name in ("name", "position") if form.get(name) is not None}
    if "topic" in form:
        changes["topic"] = form["topic"] or ""
    if "parent_id" in form:
        changes["parent"] = str(form["parent_id"]) if form["parent_id"] else None
    call.hub.world.change_channel(space.id, channel.id, **changes)
    return payloads.channel(space, channel)


def _change_thread(call: Call, space: Space, channel: Channel) -> Json:
    form = call.form
    own = channel.extra.get("owner_id") == BOT_ID
    opening = set(form) == {"archived"} and not form["archived"] and not channel.extra.get("locked")
    if not (own and "locked" not in form) and not opening:
        call.hub.need(space, channel, P.MANAGE_THREADS)
    if channel.archived and form.get("archived") is not False:
        raise ApiError(400, 50083, "Thread is archived")
    if form.get("name") not in {None, channel.name}:
        _take_rename(call, channel)
    for name in ("locked", "invitable", "auto_archive_duration", "rate_limit_per_user", "flags"):
        if form.get(name) is not None:
            channel.extra[name] = form[name]
    if "applied_tags" in form:
        channel.extra["applied_tags"] = _tags(space, channel, form)
    changes = {name: form[name] for name in ("name", "archived") if form.get(name) is not None}
    if "archived" in changes and changes["archived"] != channel.archived:
        channel.extra["archive_timestamp"] = stamp(call.hub.world.now())
    call.hub.world.change_channel(space.id, channel.id, **changes)
    return payloads.channel(space, channel)


def _take_rename(call: Call, channel: Channel) -> None:
    """Let a channel be renamed twice in ten minutes: github.com/discord/discord-api-docs/issues/1900."""
    now, renamed = call.hub.world.now(), call.hub.renamed.setdefault(channel.id, [])
    renamed[:] = [at for at in renamed if at > now - _RENAMES_WITHIN]
    if len(renamed) >= _RENAMES:
        raise SlowedError((renamed[0] + _RENAMES_WITHIN - now).total_seconds())
    renamed.append(now)


async def delete(call: Call) -> Reply:
    """Close a channel; a direct message channel is only put out of sight."""
    space, channel = call.hub.seen_channel(call.path["channel"])
    found = payloads.channel(space, channel)
    if channel.kind is not ChannelKind.DM:
        call.hub.need(space, channel, P.MANAGE_THREADS if channel.kind is ChannelKind.THREAD else P.MANAGE_CHANNELS)
        call.hub.world.delete_channel(space.id, channel.id)
    return found


async def set_overwrite(call: Call) -> Reply:
    """Set what a role or member may do in a channel."""
    space, channel = call.hub.seen_channel(call.path["channel"], P.MANAGE_ROLES)
    target = call.path["target"]
    written = [e for e in overwrites(space, channel) if e["id"] != target]
    form = call.form
    if form.get("type") is not None:
        made = {"id": target, "type": int(form["type"])}
        written.append({**made, "allow": str(form.get("allow") or 0), "deny": str(form.get("deny") or 0)})
    channel.extra["permission_overwrites"] = written
    call.hub.world.change_channel(space.id, channel.id)
    return None


async def delete_overwrite(call: Call) -> Reply:
    """Take an overwrite away."""
    call.body = {}
    return await set_overwrite(call)


# ---- threads


def _tags(space: Space, channel: Channel, form: Json) -> list[str]:
    forum = space.channels.get(channel.parent or "") if channel.kind is ChannelKind.THREAD else channel
    known = {tag["id"] for tag in (forum.extra.get("available_tags", ()) if forum is not None else ())}
    wanted = [str(tag) for tag in form.get("applied_tags") or ()]
    problems = Problems()
    if len(wanted) > _TAGS_APPLIED:
        problems.add(("applied_tags",), "BASE_TYPE_MAX_LENGTH", f"Must be {_TAGS_APPLIED} or fewer in length.")
    for index, tag in enumerate(wanted):
        if tag not in known:
            problems.add(("applied_tags", index), "UNKNOWN_TAG", "Unknown tag")
    problems.check()
    return wanted


def make_thread(
    hub: Hub, space: Space, parent: Channel, owner: str, form: Json, *, starter: str | None = None
) -> Channel:
    """Open a thread; on a message it gets the message's id."""
    problems = Problems()
    problems.length(("name",), form.get("name"), 1, 100)
    duration = form.get("auto_archive_duration") or 4320
    problems.choice(("auto_archive_duration",), duration, _DURATIONS)
    problems.check()
    if starter is not None and starter in space.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    if parent.kind in (ChannelKind.THREAD, ChannelKind.DM):
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    kind = int(form.get("type") or PUBLIC_THREAD)
    now = stamp(hub.world.now())
    made = Channel(starter or hub.new_id(), space.id, str(form["name"]), ChannelKind.THREAD, {owner})
    made.parent, made.starter, made.private = parent.id, starter, kind == PRIVATE_THREAD
    made.extra = {
        "type": kind,
        "owner_id": owner,
        "auto_archive_duration": duration,
        "archive_timestamp": now,
        "create_timestamp": now,
        "joined": {owner: now},
    }
    if kind == PRIVATE_THREAD:
        made.extra["invitable"] = bool(form.get("invitable", True))
    if parent.kind is ChannelKind.FORUM:
        made.extra["applied_tags"] = _tags(space, parent, form)
    hub.world.add_channel(made)
    if starter is None and kind == PUBLIC_THREAD and parent.kind is not ChannelKind.FORUM:
        said = Message(hub.new_id(), space.id, parent.id, owner, hub.world.now(), made.name)
        said.body = {"type": 18, "message_reference": {"type": 0, "channel_id": made.id, "guild_id": space.id}}
        hub.world.say(said)
    elif starter is not None and (parent.id, starter) in space.by_id:
        root = space.by_id[parent.id, starter]
        root.body["flags"] = root.body.get("flags", 0) | 1 << 5  # HAS_THREAD
    return made


async def start_on_message(call: Call) -> Reply:
    """Open a thread on a message."""
    space, channel = call.hub.seen_channel(call.path["channel"], P.CREATE_PUBLIC_THREADS)
    said = call.hub.message(space, channel, call.path["message"])
    made = make_thread(call.hub, space, channel, BOT_ID, {**call.form, "type": PUBLIC_THREAD}, starter=said.id)
    return payloads.channel(space, made)


async def start(call: Call) -> Reply:
    """Open a thread without a message, or a post in a forum with its first message."""
    space, channel = call.hub.seen_channel(call.path["channel"])
    form = call.form
    if channel.kind is ChannelKind.FORUM:
        call.hub.need(space, channel, P.SEND_MESSAGES)
        first = form.get("message")
        if not isinstance(first, dict):
            problems = Problems()
            problems.add(("message",), "BASE_TYPE_REQUIRED", "This field is required")
            problems.refuse()
        check_message(first, has_files=bool(call.uploads))
        made = make_thread(call.hub, space, channel, BOT_ID, {**form, "type": PUBLIC_THREAD})
        said = _first(call, space, made, first)
        return {**payloads.channel(space, made), "message": shown(space, made, said)}
    private = int(form.get("type") or PRIVATE_THREAD) == PRIVATE_THREAD
    call.hub.need(space, channel, P.CREATE_PRIVATE_THREADS if private else P.CREATE_PUBLIC_THREADS)
    form["type"] = PRIVATE_THREAD if private else PUBLIC_THREAD
    return payloads.channel(space, make_thread(call.hub, space, channel, BOT_ID, form))


def _first(call: Call, space: Space, made: Channel, first: Json) -> Message:
    """Say the first message of a post, which has the post's id."""
    said = compose.build(call.hub, space, made, first, call.uploads)
    said.id = made.id
    return call.hub.world.say(said)


def _thread(call: Call) -> tuple[Space, Channel]:
    space, channel = call.hub.find_channel(call.path["channel"])
    if channel.kind is not ChannelKind.THREAD:
        raise ApiError(400, 50024, "Cannot execute action on this channel type")
    return space, channel


async def add_thread_member(call: Call) -> Reply:
    """Take somebody (or the bot itself) into a thread."""
    space, channel = _thread(call)
    user = BOT_ID if call.path["user"] == "@me" else call.path["user"]
    call.hub.need(space, channel)
    call.hub.member(space, user)
    if channel.archived:
        raise ApiError(400, 50083, "Thread is archived")
    call.hub.need(space, channel, P.SEND_MESSAGES_IN_THREADS)
    call.hub.world.join_channel(space.id, channel.id, user)
    return None


async def remove_thread_member(call: Call) -> Reply:
    """Take somebody (or the bot itself) out of a thread."""
    space, channel = _thread(call)
    user = BOT_ID if call.path["user"] == "@me" else call.path["user"]
    owns = channel.extra.get("owner_id") == BOT_ID and channel.extra.get("type") == PRIVATE_THREAD
    if user != BOT_ID and not owns and not call.hub.may(space, channel) & P.MANAGE_THREADS:
        raise missing_permissions()
    call.hub.world.leave_channel(space.id, channel.id, user)
    return None


async def thread_members(call: Call) -> Reply:
    """List who is in a thread."""
    _, channel = _thread(call)
    return [payloads.thread_member(channel, user) for user in sorted(channel.members)]


async def thread_member(call: Call) -> Reply:
    """Return one member of a thread."""
    _, channel = _thread(call)
    user = BOT_ID if call.path["user"] == "@me" else call.path["user"]
    if user not in channel.members:
        raise unknown("member")
    return payloads.thread_member(channel, user)


def _listing(call: Call, space: Space, threads: list[Channel], limit: int) -> Json:
    seen = [t for t in threads if call.hub.may(space, t) & P.VIEW_CHANNEL]
    page = seen[:limit]
    members = [payloads.thread_member(t, BOT_ID) for t in page if BOT_ID in t.members]
    found = {"threads": [payloads.channel(space, t) for t in page], "members": members}
    return {**found, "has_more": len(seen) > limit}


async def active(call: Call) -> Reply:
    """List the threads of a server that are not archived, newest first."""
    space = call.hub.server(call.path["guild"])
    found = [c for c in space.channels.values() if c.kind is ChannelKind.THREAD and not c.archived]
    return _listing(call, space, sorted(found, key=lambda c: -int(c.id)), len(found))


async def archived(call: Call) -> Reply:
    """List a channel's archived threads: public, private, or the private ones the bot is in."""
    space, channel = call.hub.seen_channel(call.path["channel"], P.READ_MESSAGE_HISTORY)
    private, joined = call.path["kind"] == "private", "joined" in call.path
    if private and not joined:
        call.hub.need(space, channel, P.MANAGE_THREADS)
    before = call.query.get("before")
    found = [
        c
        for c in space.channels.values()
        if c.kind is ChannelKind.THREAD
        and c.parent == channel.id
        and c.archived
        and (c.extra.get("type") == PRIVATE_THREAD) is private
        and (not joined or BOT_ID in c.members)
    ]
    key = "id" if joined else "archive_timestamp"
    marked = [(c.id if joined else str(c.extra.get(key, "")), c) for c in found]
    marked = [(mark, c) for mark, c in marked if before is None or mark < before]
    marked.sort(key=lambda pair: pair[0], reverse=True)
    return _listing(call, space, [c for _, c in marked], call.number("limit", 50, 1, 100))


async def archived_joined(call: Call) -> Reply:
    """List the archived private threads that the bot is in."""
    call.path |= {"kind": "private", "joined": "yes"}
    return await archived(call)


_CHANNEL = "/channels/{channel}"
ROUTES = (
    Route("GET", _CHANNEL, fetch),
    Route("PATCH", _CHANNEL, change),
    Route("DELETE", _CHANNEL, delete),
    Route("PUT", _CHANNEL + "/permissions/{target}", set_overwrite),
    Route("DELETE", _CHANNEL + "/permissions/{target}", delete_overwrite),
    Route("POST", _CHANNEL + "/messages/{message}/threads", start_on_message, status=201),
    Route("POST", _CHANNEL + "/threads", start, status=201),
    Route("GET", _CHANNEL + "/thread-members", thread_members),
    Route("GET", _CHANNEL + "/thread-members/{user}", thread_member),
    Route("PUT", _CHANNEL + "/thread-members/{user}", add_thread_member),
    Route("DELETE", _CHANNEL + "/thread-members/{user}", remove_thread_member),
    Route("GET", _CHANNEL + "/threads/archived/{kind:public|private}", archived),
    Route("GET", _CHANNEL + "/users/@me/threads/archived/private", archived_joined),
    Route("GET", "/guilds/{guild}/threads/active", active),
)
