"""The bot itself, users, direct message channels, and where the gateway is."""

from __future__ import annotations

from sandbox.discord import payloads
from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import ApiError, unknown
from sandbox.discord.hub import GATEWAY
from sandbox.discord.rest import Call, Reply, Route


async def me(call: Call) -> Reply:
    """Return the bot's own user."""
    bot = call.hub.find_user(BOT_ID)
    return {**payloads.user(bot), "mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


async def application(call: Call) -> Reply:
    """Return the bot's application."""
    return payloads.application(call.hub.world, call.hub.allowed_privileged)


async def my_guilds(call: Call) -> Reply:
    """List the servers of the bot."""
    return [
        {
            "id": s.id,
            "name": s.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(call.hub.may(s)),
            "features": payloads.guild(s)["features"],
        }
        for s in call.hub.servers()
    ]


async def user(call: Call) -> Reply:
    """Return any user."""
    return payloads.user(call.hub.find_user(call.path["user"]))


async def open_direct(call: Call) -> Reply:
    """Open the direct message channel with a user, or return the one that stands."""
    id_ = str(call.form.get("recipient_id"))
    account = call.hub.shared(id_) or call.hub.find_user(id_)
    if id_ == BOT_ID:
        raise ApiError(400, 50033, "Invalid Recipient(s)")
    space = call.hub.world.spaces.get(account.space)
    if space is None:
        raise unknown("user")
    channel = call.hub.direct(space, account)
    home, _ = call.hub.find_channel(channel.id)
    return payloads.channel(home, channel)


def _url(call: Call) -> str:
    return call.hub.base_url.replace("http", "ws", 1).rstrip("/") + GATEWAY.rstrip("/")


async def gateway(call: Call) -> Reply:
    """Return where the gateway is."""
    return {"url": _url(call)}


async def gateway_bot(call: Call) -> Reply:
    """Return where the gateway is and how often the bot may identify."""
    limit = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": _url(call), "shards": 1, "session_start_limit": limit}


ROUTES = (
    Route("GET", "/users/@me", me),
    Route("GET", "/users/@me/guilds", my_guilds),
    Route("POST", "/users/@me/channels", open_direct),
    Route("GET", "/users/{user}", user),
    Route("GET", "/oauth2/applications/@me", application),
    Route("GET", "/applications/@me", application),
    Route("GET", "/gateway", gateway, open=True),
    Route("GET", "/gateway/bot", gateway_bot),
)
