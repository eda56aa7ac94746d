"""What the app is told: happenings of the world as Events API payloads.

https://docs.slack.dev/reference/events. An app hears of messages, reactions and joins only where its bot is a member,
and only of what its manifest subscribes to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.slack import ids, shapes
from sandbox.slack.workspace import Workspace
from sandbox.world import Account, Channel, ChannelKind, Happening, Json, Message, Role

Reader = Callable[[Workspace, Happening], Iterator[Json]]


def events_of(ws: Workspace, happening: Happening) -> Iterator[Json]:
    """Yield the events that a happening means to the app, each with its envelope."""
    reader = READERS.get(happening.what)
    if reader is None:
        return
    for event in reader(ws, happening):
        if is_subscribed(ws, event):
            yield envelope(ws, event)


def envelope(ws: Workspace, event: Json) -> Json:
    """Wrap an event as it is delivered."""
    channel = event.get("channel")
    context = channel if isinstance(channel, str) else ws.id
    return {
        "token": "verification-token",
        "team_id": ws.id,
        "api_app_id": ws.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": ids.fresh("Ev"),
        "event_time": int(event["event_ts"].split(".")[0]) if "event_ts" in event else int(ws.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": ws.id,
                "user_id": ws.bot,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event['type']}-{ws.id}-{context}",
    }


def is_subscribed(ws: Workspace, event: Json) -> bool:
    """Say whether the app's manifest asks for an event; without a manifest it hears all."""
    if ws.manifest is None:
        return True
    wanted = ws.manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", ())
    kind = event["type"]
    if kind == "message":
        kinds = {"channel": "channels", "group": "groups"}
        kind = f"message.{kinds.get(event['channel_type'], event['channel_type'])}"
    return kind in wanted


def is_hearing(ws: Workspace, channel: str) -> Channel | None:
    """Return a channel if the bot is a member of it."""
    found = ws.space.channels.get(channel)
    return found if found is not None and ws.bot in found.members else None


def stamp(ws: Workspace) -> str:
    """Return the time stamp of an event that is not itself a message."""
    return ids.ts_of(ws.world.tick())


def _said(ws: Workspace, happening: Happening) -> Iterator[Json]:
    found: Any = happening.subject
    channel = is_hearing(ws, found.channel)
    if channel is None or found.only_for is not None:
        return
    event = shapes.message(ws, found, metadata=True)
    event |= {"channel": channel.id, "event_ts": found.id, "channel_type": shapes.channel_type(channel)}
    match event.get("subtype"):
        case "file_share":
            event.pop("team", None)
        case "thread_broadcast":
            for key in ("team", "parent_user_id"):
                event.pop(key, None)
            root = ws.space.by_id.get((found.channel, found.thread or ""))
            if root is not None:
                event["root"] = shapes.message(ws, root) | _root_summary(ws, root)
                event["root"].pop("blocks", None)
    yield event
    if channel.kind is not ChannelKind.DM and f"<@{ws.bot}>" in found.text and found.author != ws.bot:
        mention = {key: value for key, value in event.items() if key not in _NOT_IN_MENTION}
        yield {**mention, "type": "app_mention"}


_NOT_IN_MENTION = frozenset({"channel_type", "parent_user_id", "metadata", "root", "attachments"})


def _root_summary(ws: Workspace, root: Message) -> Json:
    summary = shapes.thread_summary(ws, root)
    summary.pop("subscribed", None)
    return summary


def _edited(ws: Workspace, happening: Happening) -> Iterator[Json]:
    found: Any = happening.subject
    channel = is_hearing(ws, found.channel)
    if channel is None or found.only_for is not None:
        return
    yield _changed(ws, channel, _in_changed(ws, found), _in_changed(ws, happening.detail))


def _changed(ws: Workspace, channel: Channel, after: Json, before: Json) -> Json:
    now = stamp(ws)
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": after,
        "previous_message": before,
        "channel": channel.id,
        "hidden": True,
        "ts": now,
        "event_ts": now,
        "channel_type": shapes.channel_type(channel),
    }


def _in_changed(ws: Workspace, found: Message) -> Json:
    return shapes.only(shapes.message(ws, found) | shapes.thread_summary(ws, found), shapes.IN_CHANGED)


def _deleted(ws: Workspace, happening: Happening) -> Iterator[Json]:
    found: Any = happening.subject
    channel = is_hearing(ws, found.channel)
    if channel is None or found.only_for is not None:
        return
    now = stamp(ws)
    if ws.replies(channel.id, found.id):
        # Under replies a message is not deleted but turned into a tombstone.
        yield _changed(ws, channel, shapes.only(shapes.tombstone(ws, found), shapes.IN_CHANGED), _in_changed(ws, found))
        return
    yield {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": _in_changed(ws, found),
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": found.id,
        "ts": now,
        "event_ts": now,
        "channel_type": shapes.channel_type(channel),
    }


def _reacted(ws: Workspace, happening: Happening) -> Iterator[Json]:
    found: Any = happening.subject
    if is_hearing(ws, found.channel) is None or found.only_for is not None:
        return
    yield {
        "type": "reaction_added" if happening.what == "reacted" else "reaction_removed",
        "user": happening.user,
        "reaction": happening.detail,
        "item": {"type": "message", "channel": found.channel, "ts": found.id},
        "item_user": found.author,
        "event_ts": stamp(ws),
    }


def _joined(ws: Workspace, happening: Happening) -> Iterator[Json]:
    account = happening.subject
    if isinstance(account, Account):
        yield {"type": "team_join", "user": shapes.user(ws, account, with_locale=True)}


def _account_changed(ws: Workspace, happening: Happening) -> Iterator[Json]:
    # There is no event for leaving a workspace: the user object changes to ``deleted``.
    account = happening.subject
    if isinstance(account, Account):
        yield {
            "type": "user_change",
            "user": shapes.user(ws, account, with_locale=True),
            "cache_ts": int(ws.now().timestamp()),
        }


def _channel_member(ws: Workspace, happening: Happening) -> Iterator[Json]:
    channel: Any = happening.subject
    if channel.kind is ChannelKind.DM or (ws.bot not in channel.members and happening.user != ws.bot):
        return
    joined = happening.what == "channel_joined"
    now = stamp(ws)
    if happening.user == ws.bot and not joined:
        kind = "group_left" if shapes.channel_type(channel) == "group" else "channel_left"
        yield {"type": kind, "channel": channel.id, "actor_id": ws.bot, "event_ts": now}
        return
    event: Json = {
        "type": "member_joined_channel" if joined else "member_left_channel",
        "user": happening.user,
        "channel": channel.id,
        "channel_type": "C" if shapes.channel_type(channel) == "channel" else "G",
        "team": ws.id,
        "event_ts": now,
    }
    if joined and happening.detail:
        event["inviter"] = happening.detail
    yield event


def _channel_created(ws: Workspace, happening: Happening) -> Iterator[Json]:
    channel: Any = happening.subject
    if shapes.channel_type(channel) == "channel":
        yield {
            "type": "channel_created",
            "channel": shapes.channel(ws, channel, member=False),
            "event_ts": stamp(ws),
        }


def _channel_changed(ws: Workspace, happening: Happening) -> Iterator[Json]:
    channel: Any = happening.subject
    kind = shapes.channel_type(channel)
    if kind not in ("channel", "group") or (kind == "group" and ws.bot not in channel.members):
        return
    before: Json = happening.detail or {}
    if before.get("archived", channel.archived) != channel.archived:
        what = "archive" if channel.archived else "unarchive"
        event = {"type": f"{kind}_{what}", "channel": channel.id, "user": happening.user or ws.bot}
        yield {**event, "event_ts": stamp(ws)}
    if before.get("name", channel.name) != channel.name:
        shown = {"id": channel.id, "is_channel": kind == "channel", "is_mpim": False, "name": channel.name}
        shown |= {"name_normalized": channel.name, "created": int(channel.extra.get("created", 0))}
        yield {"type": f"{kind}_rename", "channel": shown, "event_ts": stamp(ws)}


def _channel_deleted(ws: Workspace, happening: Happening) -> Iterator[Json]:
    channel: Any = happening.subject
    if shapes.channel_type(channel) == "channel":
        yield {"type": "channel_deleted", "channel": channel.id, "actor_id": ws.bot, "event_ts": stamp(ws)}


def _role(ws: Workspace, happening: Happening) -> Iterator[Json]:
    if isinstance(happening.subject, Role) and happening.user and not happening.subject.extra.get("bulk"):
        given = happening.what == "role_given"
        yield members_changed(
            ws, happening.subject, [happening.user] if given else [], [] if given else [happening.user]
        )


def members_changed(ws: Workspace, group: Role, added: list[str], removed: list[str]) -> Json:
    """Return the event of a user group whose members changed."""
    now = stamp(ws)
    return {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": ws.id,
        "date_previous_update": int(group.extra.get("updated", 0)),
        "date_update": int(now.split(".")[0]),
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": now,
    }


def home_opened(ws: Workspace, user: str, channel: str, tab: str) -> Json:
    """Return the event of a member who opens the app's home."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": stamp(ws)}
    view = ws.space.homes.get(user)
    return {**event, "view": view} if view is not None and tab == "home" else event


READERS: dict[str, Reader] = {
    "said": _said,
    "edited": _edited,
    "deleted": _deleted,
    "reacted": _reacted,
    "unreacted": _reacted,
    "joined": _joined,
    "left": _account_changed,
    "account_changed": _account_changed,
    "channel_joined": _channel_member,
    "channel_left": _channel_member,
    "channel_created": _channel_created,
    "channel_changed": _channel_changed,
    "channel_deleted": _channel_deleted,
    "role_given": _role,
    "role_taken": _role,
}
