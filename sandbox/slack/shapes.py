"""The JSON of people, channels and messages as the Web API and the events show them."""

from __future__ import annotations

import functools
import hashlib
import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from sandbox.slack.text import rich_text
from sandbox.slack.workspace import Workspace
from sandbox.world import Account, Channel, ChannelKind, Json, Message, Role

LOCALES = {"ja": "ja-JP", "en": "en-US", "ko": "ko-KR", "zh": "zh-CN", "pt": "pt-BR"}
TYPED_SUBTYPES = (None, "file_share", "thread_broadcast")  # messages a person wrote, not made by Slack
IN_CHANGED = frozenset(
    {"type", "subtype", "user", "team", "bot_id", "bot_profile", "client_msg_id", "text", "blocks", "attachments"}
    | {"ts", "edited", "hidden", "upload", "display_as_bot", "thread_ts", "parent_user_id"}
    | {"is_locked", "subscribed", "reply_count", "reply_users_count", "latest_reply"}
)


def locale(language: str) -> str:
    """Return Slack's locale for a language tag."""
    return language if "-" in language else LOCALES.get(language, f"{language}-{language.upper()}")


def zone_label(zone: str, at: datetime) -> str:
    """Return the name of a time zone in English, as Slack shows it."""
    return _zone_label(zone, summer=bool(at.astimezone(ZoneInfo(zone)).dst()))


@functools.lru_cache(maxsize=1024)
def _zone_label(zone: str, *, summer: bool) -> str:
    return get_timezone_name(ZoneInfo(zone), zone_variant="daylight" if summer else "standard", locale="en_US")


def zone_offset(zone: str, at: datetime) -> int:
    """Return how many seconds a zone is ahead of UTC."""
    ahead = at.astimezone(ZoneInfo(zone)).utcoffset()
    return int(ahead.total_seconds()) if ahead else 0


def email(account: Account) -> str:
    """Return the address that the sandbox gives a member."""
    return f"{account.user_id.lower()}@example.com"


def profile(ws: Workspace, account: Account) -> Json:
    """Return a member's profile. https://docs.slack.dev/reference/objects/user-object."""
    icon = f"https://secure.gravatar.com/avatar/{account.user_id.lower()}"
    names = account.name.split(" ", 1)
    shown: Json = {
        "title": "",
        "phone": "",
        "skype": "",
        "real_name": account.name,
        "real_name_normalized": account.name,
        "display_name": "" if account.is_bot else account.name,
        "display_name_normalized": "" if account.is_bot else account.name,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": account.user_id.lower()[-12:],
        "first_name": names[0],
        "last_name": names[1] if len(names) > 1 else "",
        **{f"image_{size}": f"{icon}?s={size}" for size in (24, 32, 48, 72, 192, 512)},
        "status_text_canonical": "",
        "team": ws.id,
    }
    if account.is_bot:
        return {**shown, "bot_id": ws.bot_id, "api_app_id": ws.app_id, "always_active": False}
    return {**shown, "email": email(account)}


def user(ws: Workspace, account: Account, *, with_locale: bool = False) -> Json:
    """Return a member as ``users.info`` does."""
    shown: Json = {
        "id": account.user_id,
        "team_id": ws.id,
        "name": handle(account),
        "deleted": account.left_at is not None,
        "profile": profile(ws, account),
        "is_bot": account.is_bot,
        "is_app_user": False,
        "updated": int((account.left_at or account.joined_at).timestamp()),
    }
    if account.left_at is None:
        shown |= {
            "color": "9f69e7",
            "real_name": account.name,
            "tz": account.time_zone,
            "tz_label": zone_label(account.time_zone, ws.now()),
            "tz_offset": zone_offset(account.time_zone, ws.now()),
            "is_admin": account.is_admin or account.is_owner,
            "is_owner": account.is_owner,
            "is_primary_owner": account.is_owner,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_email_confirmed": not account.is_bot,
        }
    if with_locale:
        shown["locale"] = locale(account.language)
    return shown


def handle(account: Account) -> str:
    """Return the old-style user name, which Slack still sends beside the display name."""
    return "".join(c for c in account.name.lower() if c.isalnum()) or account.user_id.lower()


def channel(ws: Workspace, found: Channel, *, member: bool = True) -> Json:
    """Return a conversation. https://docs.slack.dev/reference/objects/conversation-object."""
    created = int(found.extra.get("created", 0))
    if found.kind is ChannelKind.DM:
        other = next(iter(found.members - {ws.bot}), ws.bot)
        return {
            "id": found.id,
            "created": created,
            "is_archived": found.archived,
            "is_im": True,
            "is_org_shared": False,
            "context_team_id": ws.id,
            "updated": created * 1000,
            "user": other,
            "is_user_deleted": ws.account(other).left_at is not None,
            "priority": 0,
        }
    closed = found.private or found.kind is ChannelKind.PRIVATE
    shown: Json = {
        "id": found.id,
        "name": found.name,
        "is_channel": not closed,
        "is_group": closed,
        "is_im": False,
        "is_mpim": bool(found.extra.get("is_mpim")),
        "is_private": closed,
        "created": created,
        "is_archived": found.archived,
        "is_general": bool(found.extra.get("is_general")),
        "unlinked": 0,
        "name_normalized": found.name,
        "is_shared": False,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": ws.id,
        "updated": created * 1000,
        "creator": found.extra.get("creator", ws.bot),
        "is_ext_shared": False,
        "shared_team_ids": [ws.id],
        "pending_connected_team_ids": [],
        "topic": {"value": found.topic, "creator": found.extra.get("topic_by", ""), "last_set": 0},
        "purpose": {"value": found.extra.get("purpose", ""), "creator": "", "last_set": 0},
        "previous_names": list(found.extra.get("previous_names", ())),
    }
    return {**shown, "is_member": ws.bot in found.members} if member else shown


def channel_type(found: Channel) -> str:
    """Return the ``channel_type`` of message events."""
    if found.kind is ChannelKind.DM:
        return "im"
    if found.extra.get("is_mpim"):
        return "mpim"
    return "group" if found.private or found.kind is ChannelKind.PRIVATE else "channel"


def bot_profile(ws: Workspace, account: Account) -> Json:
    """Return the short profile that goes with a bot's messages."""
    icon = "https://a.slack-edge.com/80588/img/plugins/app/bot_"
    return {
        "id": "B" + account.user_id[1:],
        "deleted": False,
        "name": account.name,
        "updated": int(account.joined_at.timestamp()),
        "app_id": ws.app_id,
        "icons": {f"image_{size}": f"{icon}{size}.png" for size in (36, 48, 72)},
        "team_id": ws.id,
    }


def message(ws: Workspace, found: Message, *, metadata: bool = False) -> Json:
    """Return a message as history, events and interaction payloads have it in common."""
    body = found.body
    shown: Json = {"type": "message"}
    if body.get("subtype"):
        shown["subtype"] = body["subtype"]
    shown |= _by_username(ws, found) if body.get("subtype") == "bot_message" else _by_member(ws, found)
    for key in ("blocks", "attachments", "inviter", "topic"):
        if key in body:
            shown[key] = body[key]
    if metadata and "metadata" in body:
        shown["metadata"] = body["metadata"]
    if found.files:
        shown |= {"files": found.files, "upload": False, "display_as_bot": False}
    if found.thread is not None and found.thread != found.id:
        shown["thread_ts"] = found.thread
        root = ws.space.by_id.get((found.channel, found.thread))
        if root is not None:
            shown["parent_user_id"] = root.author
    if found.edited_at is not None:
        shown["edited"] = {"user": found.author, "ts": f"{int(found.edited_at.timestamp())}.000000"}
    return shown


def _by_username(ws: Workspace, found: Message) -> Json:
    icons = {"icons": found.body["icons"]} if "icons" in found.body else {}
    named = {"bot_id": ws.bot_id, "username": found.body.get("username", "")}
    return {"text": found.text, "ts": found.id, **named, **icons}


def _by_member(ws: Workspace, found: Message) -> Json:
    shown: Json = {"user": found.author, "text": found.text, "ts": found.id, "team": ws.id}
    author = ws.space.accounts.get(found.author)
    if author is not None and author.is_bot:
        return shown | {"bot_id": "B" + found.author[1:], "bot_profile": bot_profile(ws, author)}
    if found.body.get("subtype") in TYPED_SUBTYPES:
        shown["client_msg_id"] = message_key(found)
        if found.text:
            shown["blocks"] = [rich_text(found.text, found.id[-6:-1])]
    return shown


def message_key(found: Message) -> str:
    """Return the id that the author's client gave a message, the same each time it is shown."""
    digest = hashlib.blake2b(f"{found.channel}{found.id}".encode(), digest_size=16).digest()
    return str(uuid.UUID(bytes=digest, version=4))


def full_message(ws: Workspace, found: Message, *, metadata: bool = False) -> Json:
    """Return a message as history shows it: with reactions, and on a root with what is known of its thread."""
    shown = message(ws, found, metadata=metadata)
    if "bot_id" in shown:
        shown["app_id"] = ws.app_id
    if found.reactions:
        shown["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in found.reactions.items()
        ]
    if (found.channel, found.id) in ws.pins:
        shown["pinned_to"] = [found.channel]
    return shown | thread_summary(ws, found)


def tombstone(ws: Workspace, root: Message) -> Json:
    """Return what stands in place of a deleted message that has replies."""
    return {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "hidden": True,
        "ts": root.id,
    } | thread_summary(ws, root)


def thread_summary(ws: Workspace, root: Message) -> Json:
    """Return what a root tells of its thread, nothing where there is no reply."""
    if (root.channel, root.id) not in ws.threads:
        return {}
    replies = ws.replies(root.channel, root.id)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.author for reply in replies))
    return {
        "thread_ts": root.id,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "latest_reply": replies[-1].id,
        "reply_users": users[:5],  # Slack names at most five
        "is_locked": False,
        "subscribed": False,
    }


def user_group(ws: Workspace, role: Role, *, users: bool = False, count: bool = False) -> Json:
    """Return a user group. https://docs.slack.dev/reference/objects/usergroup-object."""
    members = [a.user_id for a in ws.space.accounts.values() if role.id in a.roles and a.left_at is None]
    made = int(role.extra.get("created", 0))
    shown: Json = {
        "id": role.id,
        "team_id": ws.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": role.name,
        "description": role.extra.get("description", ""),
        "handle": role.extra.get("handle", role.name),
        "is_external": False,
        "date_create": made,
        "date_update": int(role.extra.get("updated", made)),
        "date_delete": int(role.extra.get("deleted", 0)),
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": ws.bot,
        "updated_by": ws.bot,
        "prefs": {"channels": list(role.extra.get("channels", ())), "groups": []},
        "channel_count": len(role.extra.get("channels", ())),
    }
    if users:
        shown["users"] = members
    if count:
        shown["user_count"] = len(members)
    return shown


def only(shown: Json, keys: frozenset[str]) -> dict[str, Any]:
    """Return what of a payload belongs to a narrower one."""
    return {key: value for key, value in shown.items() if key in keys}
