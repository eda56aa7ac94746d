"""Looks at what the bot may do on Discord, for ``tsudoi doctor``. Asks REST only, so it works unconnected."""

from __future__ import annotations

from typing import Any, Final

import discord

from chat.discord.invite import PERMISSIONS, invite_url
from chat.discord.rest import Rest
from chat.port import ChatError, Finding

Json = dict[str, Any]

# Application flags: the intent granted after review, or switched on in the portal while the bot is small.
# https://discord.com/developers/docs/resources/application#application-object-application-flags
_INTENT_FLAGS: Final = {"members": 1 << 14 | 1 << 15, "message_content": 1 << 18 | 1 << 19}


async def examine(rest: Rest, servers: tuple[str, ...]) -> tuple[Finding, ...]:
    """Check the token, the privileged intents, and the bot's permissions on each server."""
    try:
        application: Json = await rest.call("GET", "/oauth2/applications/@me")
        me: Json = await rest.call("GET", "/users/@me")
    except ChatError as error:
        return (Finding(ok=False, code="discord_login", values={"reason": str(error)}),)
    found = [Finding(ok=True, code="discord_login", values={"name": me["username"]})]
    flags = application.get("flags") or 0
    found += [
        Finding(ok=bool(flags & bits), code="discord_intent", values={"intent": intent})
        for intent, bits in _INTENT_FLAGS.items()
    ]
    for server in servers:
        found += await _server(rest, server, me["id"], str(application["id"]))
    return tuple(found)


async def _server(rest: Rest, server: str, me: str, application: str) -> list[Finding]:
    try:
        guild: Json = await rest.call("GET", "/guilds/{guild_id}", guild_id=server)
        member: Json = await rest.call("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=server, user_id=me)
    except ChatError as error:
        values = {"server": server, "reason": str(error), "invite": invite_url(application)}
        return [Finding(ok=False, code="discord_server", values=values)]
    held = {server, *member["roles"]}
    bits = 0
    for role in guild["roles"]:
        bits |= int(role["permissions"]) if role["id"] in held else 0
    allowed = discord.Permissions(bits)
    found = [Finding(ok=True, code="discord_server", values={"server": guild["name"]})]
    for name, reason in PERMISSIONS.items():
        ok = allowed.administrator or getattr(allowed, name)
        values = {"server": guild["name"], "permission": name, "reason": reason}
        found.append(Finding(ok=ok, code="discord_permission", values=values))
    return found
