"""Events API payloads as events: pure. What is of no use to a community is None (and acknowledged all the same).

Payloads: docs.slack.dev/reference/events.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chat.events import (
    ChannelEntered,
    ChannelLeft,
    Event,
    HomeOpened,
    MemberChanged,
    MemberJoined,
    MemberLeft,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Reacted,
)
from chat.ids import Profile
from chat.slack import emoji, reply
from chat.slack.identity import Identity, moment

Json = dict[str, Any]

# subtypes of messages that are somebody's words; the others tell of joins, topics, pins
_SPOKEN = frozenset((None, "file_share", "thread_broadcast", "me_message", "bot_message"))
_TOKEN = re.compile(r"<([^<>\s][^<>]*)>")
_USER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def read_event(payload: Json, me: Identity) -> Event | None:
    """Read an Events API callback."""
    event = payload.get("event") or {}
    reader = _READERS.get(str(event.get("type")))
    return reader(payload, event, me) if reader else None


def read_message(message: Json, channel: str, me: Identity) -> MessagePosted | None:
    """Read what somebody said, live or from a channel's history: both give the same event with the same key."""
    subtype, bot = message.get("subtype"), message.get("bot_id")
    author = str(message.get("user") or bot or "")
    if subtype not in _SPOKEN or not author or author == me.user or (bot == me.bot and me.bot):
        return None
    ts = str(message["ts"])
    thread = message.get("thread_ts")
    ref = me.message(channel, ts, str(thread) if thread else None)
    raw = str(message.get("text") or "")
    parent = (message.get("parent_user_id") or (message.get("root") or {}).get("user")) if ref.place.thread else None
    return MessagePosted(
        key=me.key("message", channel, ts),
        at=moment(ts),
        workspace=me.workspace,
        message=ref,
        author=me.member(author),
        author_name=str(message.get("username") or ""),
        by_bot=bool(bot) or subtype == "bot_message",
        text=readable(raw),
        mentions=tuple(map(me.member, mentioned(raw))) if "<@" in raw else (),
        reply_to=ref.place.thread,
        reply_to_author=me.member(str(parent)) if parent else None,
        files=len(message.get("files") or ()),
        direct=message.get("channel_type") == "im" or channel.startswith("D"),
    )


def read_profile(user: Json, me: Identity, badges: frozenset[str] | None = None) -> Profile:
    """Read a user object: docs.slack.dev/reference/objects/user-object."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return Profile(
        user=me.member(str(user["id"])),
        name=next((str(name) for name in names if name), str(user["id"])),
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        is_admin=bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
        is_owner=bool(user.get("is_owner") or user.get("is_primary_owner")),
        locale=user.get("locale") or None,
        time_zone=user.get("tz") or None,
        badges=badges,
        gone=bool(user.get("deleted")),
    )


def left_key(user: str, at: datetime, me: Identity) -> str:
    """Return the key of a leave: Slack tells the moment only to who listens, so the day must do."""
    return me.key("left", user, f"{at:%Y-%m-%d}")


def mentioned(text: str) -> tuple[str, ...]:
    """Return the ids of the members that a text mentions, each once, in order."""
    return tuple(dict.fromkeys(_USER.findall(text))) if "<@" in text else ()


def readable(text: str) -> str:
    """Return a message's text as people read it; members stay as ``<@U…>``."""
    if "<" in text:
        text = _TOKEN.sub(_token, text)
    if "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text


def _token(found: re.Match[str]) -> str:
    body, _, label = found[1].partition("|")
    if body.startswith("@"):
        return f"<{body}>"
    if body.startswith("#"):
        return f"#{label}" if label else found[0]
    if body.startswith("!"):
        return label or f"@{body[1:].split('^', 1)[0]}"
    address = body.removeprefix("mailto:").removeprefix("tel:")
    return f"{label} ({address})" if label and label != address else address


def _message(payload: Json, event: Json, me: Identity) -> Event | None:
    channel = str(event["channel"])
    match event.get("subtype"):
        case "message_changed":
            return _edited(event, channel, me)
        case "message_deleted":
            return _deleted(event, event.get("previous_message") or {}, channel, me)
        case _:
            del payload  # the message says all, so that the same key can be made from history
            return read_message(event, channel, me)


def _edited(event: Json, channel: str, me: Identity) -> Event | None:
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("subtype") == "tombstone":  # deleted, but the root of a thread
        return _deleted({**event, "deleted_ts": before.get("ts") or now.get("ts")}, before, channel, me)
    edited = now.get("edited")
    if not edited or _is_own(now, me) or now.get("subtype") not in _SPOKEN:
        return None
    # a link that got its preview and a thread that grew are "changed" too, even long after an edit
    untold = "text" not in before and edited == before.get("edited")
    if untold or now.get("text") == before.get("text"):
        return None
    ts = str(now.get("ts") or before.get("ts"))
    thread = now.get("thread_ts")
    return MessageEdited(
        # by the event: an edit itself tells only the second, and people mend twice in one
        key=me.key("edited", channel, ts, str(event.get("event_ts") or edited["ts"])),
        at=moment(str(event.get("event_ts") or edited["ts"])),
        workspace=me.workspace,
        message=me.message(channel, ts, str(thread) if thread else None),
        author=me.member(str(now.get("user") or now.get("bot_id") or "")),
        text=readable(str(now.get("text") or "")),
    )


def _deleted(event: Json, before: Json, channel: str, me: Identity) -> Event:
    # our own, too: a moderator who takes the bot's post away means it
    ts, thread = str(event["deleted_ts"]), before.get("thread_ts")
    return MessageDeleted(
        key=me.key("deleted", channel, ts),
        at=moment(str(event["event_ts"])),
        workspace=me.workspace,
        message=me.message(channel, ts, str(thread) if thread else None),
    )


def _is_own(message: Json, me: Identity) -> bool:
    return message.get("user") == me.user or (bool(me.bot) and message.get("bot_id") == me.bot)


def _base(payload: Json, event: Json, me: Identity, *, key: str | None = None) -> Json:
    told = event.get("event_ts")
    at = moment(str(told)) if told else datetime.fromtimestamp(int(payload.get("event_time") or 0), UTC)
    return {"key": key or me.key("event", str(payload["event_id"])), "at": at, "workspace": me.workspace}


def _team_join(payload: Json, event: Json, me: Identity) -> Event:
    user = event["user"]
    base = _base(payload, event, me, key=me.key("join", str(user["id"])))
    return MemberJoined(**base, member=read_profile(user, me))


def _user_change(payload: Json, event: Json, me: Identity) -> Event | None:
    user = event["user"]
    if user["id"] == me.user:
        return None
    base = _base(payload, event, me)
    if user.get("deleted"):
        base["key"] = left_key(str(user["id"]), base["at"], me)
        return MemberLeft(**base, user=me.member(str(user["id"])))
    return MemberChanged(**base, member=read_profile(user, me))


def _entered(payload: Json, event: Json, me: Identity) -> Event | None:
    if event["user"] == me.user:
        return None
    user, inviter = me.member(str(event["user"])), event.get("inviter")
    place = me.place(str(event["channel"]))
    return ChannelEntered(
        **_base(payload, event, me), user=user, place=place, inviter=me.member(str(inviter)) if inviter else None
    )


def _left(payload: Json, event: Json, me: Identity) -> Event | None:
    if event["user"] == me.user:
        return None
    place = me.place(str(event["channel"]))
    return ChannelLeft(**_base(payload, event, me), user=me.member(str(event["user"])), place=place)


def _reacted(payload: Json, event: Json, me: Identity) -> Event | None:
    item = event.get("item") or {}
    if item.get("type") != "message" or event["user"] == me.user:
        return None
    author = event.get("item_user")
    return Reacted(
        **_base(payload, event, me),
        # the event does not tell the thread; a message is found by its channel and id alone
        message=me.message(str(item["channel"]), str(item["ts"])),
        user=me.member(str(event["user"])),
        emoji=emoji.to_unicode(str(event["reaction"])),
        on=event["type"] == "reaction_added",
        author=me.member(str(author)) if author else None,
    )


def _home(payload: Json, event: Json, me: Identity) -> Event | None:
    if event.get("tab", "home") != "home":
        return None
    user = str(event["user"])
    way_back = reply.Reply(user=user, where=reply.Where.HOME)
    return HomeOpened(**_base(payload, event, me), user=me.member(user), reply=reply.pack(way_back))


_READERS: dict[str, Callable[[Json, Json, Identity], Event | None]] = {
    "message": _message,
    "team_join": _team_join,
    "user_change": _user_change,
    "member_joined_channel": _entered,
    "member_left_channel": _left,
    "reaction_added": _reacted,
    "reaction_removed": _reacted,
    "app_home_opened": _home,
}
