"""Looks at what the bot may do on Discord, for ``tsudoi doctor``. Asks REST only, so it works unconnected."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
import discord
from discord.http import Route

from chat.discord.directory import PLACES, is_open
from chat.discord.inbound import FORUMS, place_in
from chat.discord.invite import PERMISSIONS, invite_url
from chat.discord.rest import Rest, connected
from chat.discord.settings import DiscordSettings
from chat.ids import PlaceInfo, Platform, Workspace
from chat.port import ChatError, Finding, Survey

Json = dict[str, Any]

# Application flags: the intent granted after review, or switched on in the portal while the bot is small.
# https://discord.com/developers/docs/resources/application#application-object-application-flags
_INTENT_FLAGS: Final = {"members": 1 << 14 | 1 << 15, "message_content": 1 << 18 | 1 << 19}
_SKEW: Final = 60.0  # seconds; catch-up reads from where our clock says the outage began
_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


async def examine(rest: Rest, servers: tuple[str, ...]) -> tuple[Finding, ...]:
    """Check the token, the privileged intents, and the bot's permissions on each server."""
    try:
        application: Json = await rest.call("GET", "/oauth2/applications/@me")
        me: Json = await rest.call("GET", "/users/@me")
    except ChatError as error:
        return (Finding(ok=False, code="discord_login", values=refusal(error)),)
    found = [Finding(ok=True, code="discord_login", values={"name": me["username"]})]
    flags = application.get("flags") or 0
    found += [
        Finding(ok=bool(flags & bits), code="discord_intent", values={"intent": intent})
        for intent, bits in _INTENT_FLAGS.items()
    ]
    for server in servers:
        found += await _server(rest, server, me["id"], str(application["id"]))
    return (*found, *await _clock())


def refusal(error: ChatError) -> dict[str, str]:
    """Return what a sentence about a failure needs."""
    return {"problem": str(getattr(error, "code", error)), "mend": str(getattr(error, "mend", ""))}


async def survey(settings: DiscordSettings, server: str) -> Survey:
    """Return what the bot sees on a server. Asks REST only: the permissions are reckoned as the gateway's are.

    Raises:
        ChatError: the bot cannot log in, or is not on the server.

    """
    async with _logged_in(settings) as client:
        me = client.user.id if client.user else 0
        try:
            guild: discord.Guild = await connected(client.fetch_guild(int(server)))
            member: discord.Member = await connected(guild.fetch_member(me))
            channels = await connected(guild.fetch_channels())
        except ValueError:
            raise ChatError(f"{server!r} is not a server's id") from None
    places = []
    for channel in sorted(channels, key=lambda c: (c.position, c.id)):
        allowed = channel.permissions_for(member)
        if channel.type.value not in PLACES or not allowed.view_channel:
            continue
        kind = "forum" if channel.type.value in FORUMS else "text" if is_open(channel) else "private"
        place = place_in(server, str(channel.id))
        places.append(
            PlaceInfo(
                place=place,
                name=channel.name,
                kind=kind,
                closed=not is_open(channel),
                may_post=allowed.send_messages,
            )
        )
    roles = [role for role in guild.roles if not role.is_default()]
    too_high = [role for role in roles if role >= member.top_role]
    return Survey(
        workspace=Workspace(Platform.DISCORD, server),
        places=tuple(places),
        badges=frozenset(name for role in roles for name in (role.name, str(role.id))),
        out_of_reach=frozenset(name for role in too_high for name in (role.name, str(role.id))),
    )


async def application_id(settings: DiscordSettings) -> str:
    """Return the id that the invitation needs.

    Raises:
        ChatError: the bot cannot log in.

    """
    async with _logged_in(settings) as client:
        return str(client.application_id)


@asynccontextmanager
async def _logged_in(settings: DiscordSettings) -> AsyncIterator[discord.Client]:
    settings.point_library()
    async with discord.Client(intents=discord.Intents.none()) as client:
        await connected(client.login(settings.token))
        yield client


async def _clock() -> tuple[Finding, ...]:
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT) as session,
            session.get(f"{Route.BASE}/gateway") as response,
        ):
            told = parsedate_to_datetime(response.headers["Date"])
    except (aiohttp.ClientError, OSError, KeyError, ValueError):
        return ()  # whether Discord answers is told by the login
    skew = abs((datetime.now(UTC) - told).total_seconds())
    return (Finding(ok=skew <= _SKEW, code="discord_clock", values={"seconds": f"{skew:.0f}"}),)


async def _server(rest: Rest, server: str, me: str, application: str) -> list[Finding]:
    try:
        guild: Json = await rest.call("GET", "/guilds/{guild_id}", guild_id=server)
        member: Json = await rest.call("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=server, user_id=me)
    except ChatError as error:
        values = {"server": server, "invite": invite_url(application), **refusal(error)}
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
