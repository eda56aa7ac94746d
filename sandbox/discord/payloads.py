"""The world's things as Discord's JSON: users, members, roles, channels, servers, events."""

from __future__ import annotations

from typing import Final

from sandbox.discord.build import BOT_ID, account_name, owner_of
from sandbox.discord.permissions import overwrites
from sandbox.discord.snowflake import stamp, time_of
from sandbox.world import Account, Channel, ChannelKind, Json, Message, Role, Space, World

KIND: Final = {ChannelKind.TEXT: 0, ChannelKind.PRIVATE: 0, ChannelKind.FORUM: 15, ChannelKind.DM: 1}
PUBLIC_THREAD: Final = 11
PRIVATE_THREAD: Final = 12
LOCALES: Final = {"en": "en-US", "es": "es-ES", "pt": "pt-BR", "sv": "sv-SE", "zh": "zh-CN"}


def locale(language: str) -> str:
    """Return Discord's code of a language. https://discord.com/developers/docs/reference#locales."""
    return LOCALES.get(language, language)


def user(account: Account) -> Json:
    """Return a user."""
    found: Json = {
        "id": account.user_id,
        "username": account_name(account),
        "discriminator": "0",
        "global_name": None if account.is_bot else account.name,
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    if account.is_bot:
        found["bot"] = True
    return found


def member_facts(account: Account) -> Json:
    """Return a member without the user, as it stands beside an author."""
    return {
        "roles": sorted(account.roles),
        "joined_at": stamp(account.joined_at),
        "nick": None,
        "avatar": None,
        "banner": None,
        "premium_since": None,
        "communication_disabled_until": None,
        "pending": account.pending_rules,
        "flags": 0,
        "mute": False,
        "deaf": False,
    }


def member(account: Account) -> Json:
    """Return a member of a server."""
    return {**member_facts(account), "user": user(account)}


def role(held: Role) -> Json:
    """Return a role."""
    colour = held.extra.get("color", 0)
    found: Json = {
        "id": held.id,
        "name": held.name,
        "permissions": str(held.permissions),
        "position": held.position,
        "color": colour,
        "colors": {"primary_color": colour, "secondary_color": None, "tertiary_color": None},
        "hoist": bool(held.extra.get("hoist")),
        "managed": bool(held.extra.get("managed")),
        "mentionable": bool(held.extra.get("mentionable")),
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if "tags" in held.extra:
        found["tags"] = held.extra["tags"]
    return found


def channel_type(place: Channel) -> int:
    """Return the number of a channel's type."""
    if place.kind is ChannelKind.THREAD:
        return int(place.extra.get("type", PRIVATE_THREAD if place.private else PUBLIC_THREAD))
    return int(place.extra.get("type", KIND[place.kind]))


def _last_message(space: Space, place: Channel) -> str | None:
    said: list[Message] = space.messages.get(place.id, [])
    if said:
        return said[-1].id
    last: str | None = place.extra.get("last_message_id")
    return last


def channel(space: Space, place: Channel) -> Json:
    """Return a channel of a server, a thread, or a direct message channel."""
    found: Json = {
        "id": place.id,
        "type": channel_type(place),
        "flags": int(place.extra.get("flags", 0)),
        "last_message_id": _last_message(space, place),
    }
    if place.kind is ChannelKind.DM:
        others = [space.accounts[m] for m in sorted(place.members) if m != BOT_ID and m in space.accounts]
        return {**found, "recipients": [user(a) for a in others]}
    found |= {
        "guild_id": space.id,
        "name": place.name,
        "parent_id": place.parent,
        "rate_limit_per_user": int(place.extra.get("rate_limit_per_user", 0)),
    }
    if place.kind is ChannelKind.THREAD:
        return found | _thread_facts(space, place)
    found |= {
        "topic": place.topic or None,
        "position": place.position,
        "permission_overwrites": overwrites(space, place),
        "nsfw": False,
        "last_pin_timestamp": None,
    }
    if found["type"] == KIND[ChannelKind.FORUM]:
        found |= {
            "available_tags": place.extra.get("available_tags", []),
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
        }
    return found


def _thread_facts(space: Space, place: Channel) -> Json:
    extra = place.extra
    made = stamp(time_of(place.id))
    count = len(space.messages.get(place.id, ()))
    facts: Json = {
        "owner_id": extra.get("owner_id", BOT_ID),
        "message_count": count,
        "total_message_sent": count,
        "member_count": min(len(place.members), 50),  # Discord stops counting there
        "thread_metadata": {
            "archived": place.archived,
            "archive_timestamp": extra.get("archive_timestamp", made),
            "auto_archive_duration": extra.get("auto_archive_duration", 4320),
            "locked": bool(extra.get("locked")),
            "create_timestamp": extra.get("create_timestamp", made),
        },
    }
    if channel_type(place) == PRIVATE_THREAD:
        facts["thread_metadata"]["invitable"] = bool(extra.get("invitable", True))
    if "applied_tags" in extra:
        facts["applied_tags"] = extra["applied_tags"]
    if BOT_ID in place.members:
        facts["member"] = thread_member(place, BOT_ID)
    return facts


def thread_member(place: Channel, user_id: str) -> Json:
    """Return who is in a thread since when."""
    joined: dict[str, str] = place.extra.get("joined", {})
    since = joined.get(user_id) or stamp(time_of(place.id))
    return {"id": place.id, "user_id": user_id, "join_timestamp": since, "flags": 0}


def guild(space: Space) -> Json:
    """Return a server."""
    return {
        "id": space.id,
        "name": space.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": ["COMMUNITY", "NEWS"],
        "banner": None,
        "owner_id": owner_of(space),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 1,
        "roles": [role(r) for r in space.roles.values()],
        "default_message_notifications": 1,
        "mfa_level": 0,
        "explicit_content_filter": 2,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "ja",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def present(space: Space) -> list[Account]:
    """Return who is in the server, in order of id."""
    return sorted((a for a in space.accounts.values() if a.left_at is None), key=lambda a: int(a.user_id))


def guild_create(space: Space, *, with_members: bool, visible: set[str]) -> Json:
    """Return GUILD_CREATE: the server with its channels and threads, and members as the intents allow."""
    here = present(space)
    places = [c for c in space.channels.values() if c.id in visible and c.kind is not ChannelKind.DM]
    return {
        **guild(space),
        "joined_at": stamp(space.accounts[BOT_ID].joined_at),
        "large": len(here) > 250,  # noqa: PLR2004 - the largest large_threshold a client may ask for
        "unavailable": False,
        "member_count": len(here),
        "voice_states": [],
        "members": [member(a) for a in here if with_members or a.user_id == BOT_ID],
        "channels": [channel(space, c) for c in places if c.kind is not ChannelKind.THREAD],
        "threads": [channel(space, c) for c in places if c.kind is ChannelKind.THREAD and not c.archived],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": list(space.events.values()),
        "soundboard_sounds": [],
    }


def application(world: World, privileged: int) -> Json:
    """Return the application behind the bot, with the flags of the privileged intents that are switched on."""
    bot = next((s.accounts[BOT_ID] for s in world.spaces.values() if BOT_ID in s.accounts), None)
    owner = {
        "id": str(int(BOT_ID) - 1),
        "username": "founder",
        "discriminator": "0",
        "global_name": "Founder",
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    flags = (1 << 13 if privileged & 1 << 8 else 0) | (1 << 15 if privileged & 1 << 1 else 0)
    flags |= 1 << 19 if privileged & 1 << 15 else 0
    return {
        "id": BOT_ID,
        "name": "Tsudoi",
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(bot) if bot is not None else owner,
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": owner,
        "approximate_guild_count": len(world.spaces),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }
