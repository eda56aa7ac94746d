"""Messages as Discord's JSON, and looking them up without walking through a channel."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Final

from sandbox.discord import payloads
from sandbox.discord.build import BOT_ID
from sandbox.discord.permissions import Permission, base
from sandbox.discord.snowflake import stamp
from sandbox.world import Account, Json, Message, Space

EPHEMERAL: Final = 1 << 6
LOADING: Final = 1 << 7
COMPONENTS_V2: Final = 1 << 15
_USER: Final = re.compile(r"<@!?(\d+)>")
_ROLE: Final = re.compile(r"<@&(\d+)>")
_KEPT: Final = (
    "application_id",
    "interaction_metadata",
    "message_reference",
    "poll",
    "sticker_items",
    "webhook_id",
    "position",
)


def emoji(key: str) -> Json:
    """Return a reaction's emoji; a custom one is kept as ``name:id``."""
    name, _, id_ = key.rpartition(":")
    return {"id": id_, "name": name} if name and id_.isdigit() else {"id": None, "name": key}


def text_of(message: Message) -> str:
    """Return what may hold mentions: the content and the texts of its components."""
    return "\n".join([message.text, *_texts(message.body.get("components") or [])])


def _texts(components: list[Json]) -> list[str]:
    found: list[str] = []
    for part in components:
        if isinstance(part.get("content"), str):
            found.append(part["content"])
        found += _texts(part.get("components") or [])
    return found


def mentioned(space: Space, message: Message) -> tuple[list[Account], list[str], bool]:
    """Return the accounts, roles and whether everyone is pinged by a message."""
    text = text_of(message) if message.body.get("components") else message.text
    rule = message.body.get("allowed_mentions")
    parse = {"users", "roles", "everyone"} if rule is None else set(rule.get("parse") or ())
    users: list[Account] = []
    roles: list[str] = []
    if "<@" in text:
        only = set((rule or {}).get("users") or ())
        ids = dict.fromkeys(_USER.findall(text))
        users = [space.accounts[i] for i in ids if i in space.accounts and ("users" in parse or i in only)]
        only = set((rule or {}).get("roles") or ())
        ids = dict.fromkeys(_ROLE.findall(text))
        allowed = [i for i in ids if i in space.roles and i != space.id and ("roles" in parse or i in only)]
        roles = [i for i in allowed if space.roles[i].extra.get("mentionable") or _may_ping_all(space, message)]
    everyone = "everyone" in parse and ("@everyone" in text or "@here" in text) and _may_ping_all(space, message)
    if message.reply_to is not None and (rule is None or rule.get("replied_user")):
        answered = space.by_id.get((message.channel, message.reply_to))
        earlier = space.accounts.get(answered.author) if answered is not None else None
        if earlier is not None and earlier not in users:
            users.append(earlier)
    return users, roles, everyone


def _may_ping_all(space: Space, message: Message) -> bool:
    """Say whether the author may ping everyone, and roles that are not set to be mentioned by anyone."""
    author = space.accounts.get(message.author)
    return author is not None and bool(base(space, author) & Permission.MENTION_EVERYONE)


def message(space: Space, said: Message, *, dm: bool = False, nested: bool = False) -> Json:
    """Return a message."""
    body = said.body
    users, roles, everyone = mentioned(space, said)
    author = space.accounts.get(said.author)
    found: Json = {
        "id": said.id,
        "channel_id": said.channel,
        "type": body.get("type", 19 if said.reply_to else 0),
        "content": said.text,
        "author": payloads.user(author) if author is not None else deleted_user(said.author),
        "mentions": [payloads.user(a) for a in users],
        "mention_roles": roles,
        "mention_everyone": everyone,
        "attachments": said.files,
        "embeds": body.get("embeds", []),
        "components": body.get("components", []),
        "timestamp": stamp(said.at),
        "edited_timestamp": stamp(said.edited_at) if said.edited_at else None,
        "flags": body.get("flags", 0),
        "pinned": bool(body.get("pinned")),
        "tts": False,
    }
    for key in _KEPT:
        if key in body:
            found[key] = body[key]
    if said.reactions:
        found["reactions"] = [reaction(key, users_) for key, users_ in said.reactions.items()]
    if said.id in space.channels:
        found["thread"] = payloads.channel(space, space.channels[said.id])
    if said.reply_to is not None:
        reference: Json = {"type": 0, "channel_id": said.channel, "message_id": said.reply_to}
        found["message_reference"] = reference if dm else {**reference, "guild_id": space.id}
        if not nested:
            answered = space.by_id.get((said.channel, said.reply_to))
            gone = answered is None or answered.deleted
            found["referenced_message"] = None if gone or answered is None else message(space, answered, nested=True)
    return found


def reaction(key: str, users: list[str]) -> Json:
    """Return how often an emoji was put on a message."""
    return {
        "emoji": emoji(key),
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me": BOT_ID in users,
        "me_burst": False,
    }


def deleted_user(user_id: str) -> Json:
    """Return the stand-in for an author whom the world does not know."""
    return {
        "id": user_id,
        "username": f"deleted_user_{user_id[-6:]}",
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def _key(said: Message) -> int:
    return int(said.id)


def page(
    space: Space,
    channel: str,
    *,
    limit: int,
    before: str | None = None,
    after: str | None = None,
    around: str | None = None,
) -> list[Message]:
    """Return messages of a channel newest first, as ``GET /channels/{id}/messages`` does."""
    held = space.messages.get(channel, [])
    if around is not None:
        middle = bisect_left(held, int(around), key=_key)
        older = _walk(held, middle - 1, -1, limit // 2)
        newer = _walk(held, middle, 1, limit - len(older))
        return [*reversed(newer), *older]
    if after is not None:
        return list(reversed(_walk(held, bisect_right(held, int(after), key=_key), 1, limit)))
    end = len(held) if before is None else bisect_left(held, int(before), key=_key)
    return _walk(held, end - 1, -1, limit)


def _walk(held: list[Message], index: int, step: int, limit: int) -> list[Message]:
    found: list[Message] = []
    while 0 <= index < len(held) and len(found) < limit:
        if not held[index].deleted and held[index].only_for is None:
            found.append(held[index])
        index += step
    return found
