"""Writes what stands in the world as JSON, as one viewer may see it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sandbox.control.stage import Stage, may_see
from sandbox.world import Account, Channel, Json, Message, Person, Role, Space, SpaceKind


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def show_clock(stage: Stage) -> Json:
    """Return the world's time."""
    return {"now": stage.world.now().isoformat(), "offset": stage.world.offset.total_seconds()}


def show_person(person: Person) -> Json:
    """Return a persona."""
    return {
        "id": person.id,
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
        "role": person.role,
        "accepts_dms": person.accepts_dms,
    }


def show_account(account: Account) -> Json:
    """Return a membership."""
    return {
        "space": account.space,
        "user_id": account.user_id,
        "name": account.name,
        "person": account.person,
        "is_bot": account.is_bot,
        "is_admin": account.is_admin,
        "is_owner": account.is_owner,
        "roles": sorted(account.roles),
        "joined_at": _iso(account.joined_at),
        "left_at": _iso(account.left_at),
        "language": account.language,
        "time_zone": account.time_zone,
        "pending_rules": account.pending_rules,
    }


def show_channel(channel: Channel) -> Json:
    """Return a channel; of a large public one, the members are only counted."""
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind.value,
        "members": sorted(channel.members),
        "parent": channel.parent,
        "topic": channel.topic,
        "starter": channel.starter,
        "private": channel.private,
        "position": channel.position,
        "archived": channel.archived,
        "extra": channel.extra,
    }


def show_role(role: Role) -> Json:
    """Return a role or user group."""
    return {"id": role.id, "name": role.name, "position": role.position, "extra": role.extra}


def show_space(stage: Stage, space: Space) -> Json:
    """Return a workspace or server with all that is in it but its messages."""
    return {
        "id": space.id,
        "kind": space.kind.value,
        "name": space.name,
        "bot": space.bot,
        "connected": stage.face(space).connected(),
        "channels": [show_channel(c) for c in space.channels.values()],
        "accounts": [show_account(a) for a in space.accounts.values()],
        "roles": [show_role(r) for r in space.roles.values()],
        "events": list(space.events.values()),
    }


def show_state(stage: Stage) -> Json:
    """Return everything but messages, forms and homes."""
    return {
        **show_clock(stage),
        "people": [show_person(p) for p in stage.world.people.values()],
        "spaces": [show_space(stage, s) for s in stage.world.spaces.values()],
        "life": None if stage.life is None else stage.life.on,
        "panel": stage.panel_url is not None,
    }


def show_message(message: Message, viewer: str | None = None) -> Json:
    """Return a message with its native body."""
    return {
        "id": message.id,
        "channel": message.channel,
        "author": message.author,
        "at": message.at.isoformat(),
        "text": message.text,
        "body": message.body,
        "thread": message.thread,
        "reply_to": message.reply_to,
        "ephemeral": message.only_for is not None,
        "edited_at": _iso(message.edited_at),
        "reactions": [
            {"emoji": emoji, "count": len(users), "users": users[:20], "mine": viewer in users}
            for emoji, users in message.reactions.items()
        ],
        "files": message.files,
    }


def _is_broadcast(message: Message) -> bool:
    return message.body.get("subtype") == "thread_broadcast" or bool(message.body.get("reply_broadcast"))


def _is_reply(message: Message) -> bool:
    return message.thread is not None and message.thread != message.id


def show_messages(stage: Stage, space: Space, channel: Channel, viewer: Account, **wanted: Any) -> Json:  # noqa: ANN401 - see below
    """Return the last messages of a channel that ``viewer`` may read, oldest first.

    ``thread`` asks for one Slack thread, ``every`` for replies too, ``before`` for what is older than a message,
    ``limit`` for how many. A root carries the count of its replies, who replied, and when last.
    """
    if not may_see(space, channel, viewer):
        return {"messages": [], "more": False, "hidden": True}
    thread, every = wanted.get("thread"), wanted.get("every", False)
    replies: dict[str, list[Message]] = {}
    shown: list[Message] = []
    for message in stage.world.history(space.id, channel.id, thread):
        if message.only_for not in (None, viewer.user_id):
            continue
        reply = space.kind is SpaceKind.SLACK and _is_reply(message)
        if reply and message.thread is not None:
            replies.setdefault(message.thread, []).append(message)
        if every or thread is not None or not reply or _is_broadcast(message):
            shown.append(message)
    before, limit = wanted.get("before"), int(wanted.get("limit", 60))
    if before is not None:
        shown = [m for m in shown if (len(m.id), m.id) < (len(before), before)]
    out = []
    for message in shown[-limit:]:
        held = replies.get(message.id, [])
        tail = {"replies": len(held), "repliers": sorted({m.author for m in held})[:5]}
        out.append(
            {**show_message(message, viewer.user_id), **tail, "last_reply_at": _iso(held[-1].at) if held else None}
        )
    return {"messages": out, "more": len(shown) > limit, "hidden": False}
