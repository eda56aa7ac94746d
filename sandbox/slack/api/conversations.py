"""``conversations.*``: channels, their members and what was said in them.

https://docs.slack.dev/reference/methods?family=conversations.
"""

from __future__ import annotations

import re

from sandbox.slack import ids, shapes
from sandbox.slack.api.call import Call, Method, by_kind, cursor, cursor_text
from sandbox.slack.errors import SlackError
from sandbox.slack.workspace import Workspace
from sandbox.world import Channel, ChannelKind, Json, Message

NAME = re.compile(r"[\w぀-ヿ㐀-鿿-]{1,80}")
KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def _wanted(call: Call, *, default: str = "public_channel") -> list[Channel]:
    kinds = {KINDS.get(kind) for kind in call.names("types") or [default]}
    if None in kinds:
        raise SlackError("invalid_types")
    return [
        found
        for found in call.ws.space.channels.values()
        if shapes.channel_type(found) in kinds and not (call.flag("exclude_archived") and found.archived)
    ]


def list_channels(call: Call) -> Json:
    """List channels: public ones, and closed ones that the bot is in."""
    ws = call.ws
    seen = [c for c in _wanted(call) if shapes.channel_type(c) == "channel" or ws.bot in c.members]
    page, following = call.page(seen, 100)
    shown = []
    for found in page:
        one = shapes.channel(ws, found)
        if found.kind is not ChannelKind.DM:
            one["num_members"] = len(found.members)
        shown.append(one)
    return {"channels": shown, "response_metadata": {"next_cursor": following}}


def of_user(call: Call) -> Json:
    """List the channels of a member, without a user those of the bot."""
    ws = call.ws
    user = call.text("user") or ws.bot
    ws.account(user)
    mine = [
        c for c in _wanted(call) if user in c.members and (shapes.channel_type(c) == "channel" or ws.bot in c.members)
    ]
    page, following = call.page(mine, 100)
    shown = [shapes.channel(ws, found, member=False) for found in page]
    return {"channels": shown, "response_metadata": {"next_cursor": following}}


def info(call: Call) -> Json:
    """Return one channel."""
    found = call.channel()
    shown = shapes.channel(call.ws, found)
    if found.kind is ChannelKind.DM:
        shown.pop("priority", None)
        shown.pop("is_user_deleted", None)
        shown.pop("user", None)
    elif call.flag("include_num_members"):
        shown["num_members"] = len(found.members)
    if call.flag("include_locale"):
        shown["locale"] = shapes.locale(call.ws.account(call.ws.bot).language)
    return {"channel": shown}


def members(call: Call) -> Json:
    """List who is in a channel."""
    page, following = call.page(sorted(call.channel().members), 100)
    return {"members": page, "response_metadata": {"next_cursor": following}}


def _reads(call: Call) -> tuple[Channel, int]:
    channel = call.channel()
    if call.ws.bot not in channel.members and shapes.channel_type(channel) != "channel":
        raise SlackError("channel_not_found")
    if call.ws.bot not in channel.members:
        raise SlackError("not_in_channel")
    limit = call.number("limit", 100)
    if not 1 <= limit <= 999:  # noqa: PLR2004 - the published bounds
        raise SlackError("invalid_limit")
    for edge in ("oldest", "latest"):
        if call.text(edge) and not re.fullmatch(r"\d+(\.\d+)?", call.text(edge)):
            raise SlackError(f"invalid_ts_{edge}")
    return channel, limit


def history(call: Call) -> Json:
    """Return what stands in a channel, without the replies in threads."""
    ws = call.ws
    channel, limit = _reads(call)
    messages = ws.space.messages.get(channel.id, [])
    oldest, latest = call.text("oldest"), call.text("latest")
    low, high = ws.span(messages, oldest, latest, inclusive=call.flag("inclusive"))
    # With ``oldest`` alone the page nearest to it comes first, in any other case the newest does; a page itself is
    # always newest first. (slackhq/slack-api-docs, issue 4)
    forward = bool(oldest) and not latest
    seen = cursor_text(call.text("cursor"))
    if seen and forward:
        low = max(low, ws.span(messages, seen, "", inclusive=False)[0])
    elif seen:
        high = min(high, ws.span(messages, "", seen, inclusive=False)[1])
    found: list[Message] = []
    more = False
    for number in range(low, high) if forward else range(high - 1, low - 1, -1):
        message = messages[number]
        if _in_history(ws, message):
            if len(found) == limit:
                more = True
                break
            found.append(message)
    following = cursor(found[-1].id) if more else ""
    if forward:
        found.reverse()
    reply: Json = {
        "messages": [_shown(call, m) for m in found],
        "has_more": more,
        "pin_count": sum(1 for pinned, _ in ws.pins if pinned == channel.id),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if more:
        reply["response_metadata"] = {"next_cursor": following}
    if latest:
        reply["latest"] = latest
    return reply


def _in_history(ws: Workspace, message: Message) -> bool:
    if message.only_for is not None or (message.deleted and not ws.replies(message.channel, message.id)):
        return False
    return message.thread in (None, message.id) or message.body.get("subtype") == "thread_broadcast"


def _shown(call: Call, message: Message) -> Json:
    if message.deleted:
        return shapes.tombstone(call.ws, message)
    return shapes.full_message(call.ws, message, metadata=call.flag("include_all_metadata"))


def replies(call: Call) -> Json:
    """Return a thread: its root, then its replies from the oldest on."""
    ws = call.ws
    channel, limit = _reads(call)
    ts = call.needed("ts")
    asked = ws.space.by_id.get((channel.id, ts))
    if asked is None or asked.only_for is not None or (asked.deleted and not ws.replies(channel.id, ts)):
        raise SlackError("thread_not_found")
    if asked.thread not in (None, asked.id):
        # A reply instead of a root: Slack answers with that message alone.
        return {"messages": [_shown(call, asked)], "has_more": False}
    standing = ws.replies(channel.id, ts)
    low, high = ws.span(standing, call.text("oldest"), call.text("latest"), inclusive=call.flag("inclusive"))
    after = cursor_text(call.text("cursor"))
    if after:
        low = max(low, ws.span(standing, after, "", inclusive=False)[0])
    page = standing[low : min(high, low + limit)]
    shown = [_shown(call, m) for m in (asked, *page)]
    reply: Json = {"messages": shown, "has_more": high > low + limit}
    if reply["has_more"]:
        reply["response_metadata"] = {"next_cursor": cursor(page[-1].id)}
    return reply


def open_channel(call: Call) -> Json:
    """Open direct messages with a member, or a group of members."""
    ws = call.ws
    if call.text("channel"):
        channel = call.channel()
        return {"no_op": True, "already_open": True, "channel": {"id": channel.id}}
    users = call.names("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    for user in users:
        account = ws.account(user)
        if account.is_bot:
            raise SlackError("cannot_dm_bot")
        if account.left_at is not None:
            raise SlackError("user_disabled")
    if len(users) == 1:
        known = users[0] in ws.dms
        channel = ws.open_dm(users[0])
    else:
        key = ids.stable("C", ws.id, "mpim", *sorted(users))
        known = key in ws.space.channels
        channel = ws.space.channels.get(key) or ws.world.add_channel(
            Channel(
                key,
                ws.id,
                f"mpdm-{key.lower()}",
                ChannelKind.PRIVATE,
                {*users, ws.bot},
                private=True,
                extra={"created": int(ws.now().timestamp()), "is_mpim": True},
            )
        )
    shown = shapes.channel(ws, channel) if call.flag("return_im") else {"id": channel.id}
    if call.flag("return_im"):
        for key in ("is_member", "priority", "is_user_deleted"):
            shown.pop(key, None)
    return {"channel": shown, **({"no_op": True, "already_open": True} if known else {})}


def join(call: Call) -> Json:
    """Let the bot enter a public channel."""
    ws = call.ws
    channel = call.channel()
    if shapes.channel_type(channel) != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    already = ws.bot in channel.members
    ws.world.join_channel(ws.id, channel.id, ws.bot)
    beside: Json = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return {"channel": shapes.channel(ws, channel), **(beside if already else {})}


def leave(call: Call) -> Json:
    """Let the bot leave a channel."""
    channel = call.channel()
    if channel.extra.get("is_general"):
        raise SlackError("cant_leave_general")
    if call.ws.bot not in channel.members:
        return {"not_in_channel": True}
    call.ws.world.leave_channel(call.ws.id, channel.id, call.ws.bot)
    return {}


def invite(call: Call) -> Json:
    """Let members into a channel that the bot is in."""
    ws = call.ws
    channel = call.member_channel()
    if channel.archived:
        raise SlackError("is_archived")
    users = call.names("users")
    if not users:
        raise SlackError("no_user")
    for user in users:
        ws.account(user)
        if user == ws.bot:
            raise SlackError("cant_invite_self")
        if user in channel.members:
            raise SlackError("already_in_channel")
    for user in users:
        ws.world.join_channel(ws.id, channel.id, user, inviter=ws.bot)
    shown = shapes.channel(ws, channel)
    return {"channel": shown}


def kick(call: Call) -> Json:
    """Take a member out of a channel."""
    channel = call.member_channel()
    user = call.needed("user")
    if user not in channel.members:
        raise SlackError("not_in_channel")
    if channel.extra.get("is_general"):
        raise SlackError("cant_kick_from_general")
    call.ws.world.leave_channel(call.ws.id, channel.id, user)
    return {}


def create(call: Call) -> Json:
    """Open a channel with the bot in it."""
    ws = call.ws
    name = _name(call)
    if any(found.name == name for found in ws.space.channels.values()):
        raise SlackError("name_taken")
    closed = call.flag("is_private")
    channel = ws.world.add_channel(
        Channel(
            ids.fresh("C"),
            ws.id,
            name,
            ChannelKind.PRIVATE if closed else ChannelKind.TEXT,
            {ws.bot},
            private=closed,
            extra={"created": int(ws.now().timestamp()), "creator": ws.bot},
        )
    )
    return {"channel": shapes.channel(ws, channel)}


def _name(call: Call) -> str:
    name = call.text("name")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > 80:  # noqa: PLR2004 - the published limit
        raise SlackError("invalid_name_maxlength")
    if name != name.lower() or not NAME.fullmatch(name):
        raise SlackError("invalid_name_specials")
    return name


def rename(call: Call) -> Json:
    """Give a channel another name."""
    channel, name = call.member_channel(), _name(call)
    if any(found.name == name and found is not channel for found in call.ws.space.channels.values()):
        raise SlackError("name_taken")
    channel.extra["previous_names"] = [channel.name, *channel.extra.get("previous_names", ())]
    call.ws.world.change_channel(call.ws.id, channel.id, name=name)
    return {"channel": shapes.channel(call.ws, channel)}


def set_topic(call: Call) -> Json:
    """Set what stands at the head of a channel."""
    channel, topic = call.member_channel(), call.text("topic")
    if len(topic) > 250:  # noqa: PLR2004 - the published limit
        raise SlackError("too_long")
    channel.extra["topic_by"] = call.ws.bot
    call.ws.world.change_channel(call.ws.id, channel.id, topic=topic)
    return {"channel": shapes.channel(call.ws, channel)}


def archive(call: Call) -> Json:
    """Close a channel for new messages."""
    channel = call.member_channel()
    if channel.extra.get("is_general"):
        raise SlackError("cant_archive_general")
    if channel.archived:
        raise SlackError("already_archived")
    call.ws.world.change_channel(call.ws.id, channel.id, archived=True)
    return {}


METHODS = {
    "conversations.list": Method(list_channels, by_kind("read")),
    "users.conversations": Method(of_user, by_kind("read")),
    "conversations.info": Method(info, by_kind("read")),
    "conversations.members": Method(members, by_kind("read")),
    "conversations.history": Method(history, by_kind("history")),
    "conversations.replies": Method(replies, by_kind("history")),
    "conversations.open": Method(open_channel, ("im:write",)),
    "conversations.join": Method(join, ("channels:join",)),
    "conversations.leave": Method(leave, ("channels:manage", "groups:write", "im:write")),
    "conversations.invite": Method(invite, ("channels:manage", "groups:write", "im:write")),
    "conversations.kick": Method(kick, ("channels:manage", "groups:write", "im:write")),
    "conversations.create": Method(create, ("channels:manage",)),
    "conversations.rename": Method(rename, ("channels:manage", "groups:write", "im:write")),
    "conversations.setTopic": Method(set_topic, ("channels:manage", "groups:write", "im:write")),
    "conversations.archive": Method(archive, ("channels:manage", "groups:write", "im:write")),
}
