"""The invitation of the bot into a server: the least it needs, and why.

Rules: discord.com/developers/docs/topics/oauth2#bot-authorization-flow, .../topics/permissions, .../topics/gateway.
"""

from __future__ import annotations

from typing import Final

import discord
import yarl

from chat.marks import msg

# By discord.py's names, which are Discord's in lower case. The reasons are for operators who audit the bot.
PERMISSIONS: Final[dict[str, str]] = {
    "view_channel": msg("see the channels it serves"),
    "send_messages": msg("post welcomes, questions and digests"),
    "send_messages_in_threads": msg("answer in threads and forum posts"),
    "create_public_threads": msg("open a thread for a question or meetup"),
    "create_private_threads": msg("welcome a member privately who takes no direct messages"),
    "embed_links": msg("show pictures and links in its cards"),
    "attach_files": msg("attach charts and calendar files"),
    "read_message_history": msg("catch up with what was said while it was away"),
    "add_reactions": msg("acknowledge a message without a reply"),
    "manage_roles": msg("give topic roles and badges, and let members into channels"),
    "manage_events": msg("mirror meetups as scheduled events"),
    "create_events": msg("create those scheduled events"),
    "manage_guild": msg("read how often each invitation was used, so that whoever invited a member can be thanked"),
}

INTENTS: Final[dict[str, str]] = {
    "guilds": msg("know channels, threads and roles"),
    "members": msg("notice who joins, leaves and changes (privileged: switch on in the developer portal)"),
    "invites": msg("know new invitations, to tell who invited a member"),
    "guild_messages": msg("follow conversations in channels and threads"),
    "dm_messages": msg("hear what members tell the bot in private"),
    "guild_reactions": msg("count thanks and answers marked by reactions"),
    "dm_reactions": msg("notice reactions to its direct messages"),
    "message_content": msg("recognise questions and introductions (privileged: switch on in the developer portal)"),
}


def permission_bits() -> int:
    """Return the permissions as the number that goes into the invitation."""
    return discord.Permissions(**dict.fromkeys(PERMISSIONS, True)).value


def intents() -> discord.Intents:
    """Return the intents that the connection asks for."""
    asked = discord.Intents.none()
    for name in INTENTS:
        setattr(asked, name, True)
    return asked


def invite_url(application_id: str) -> str:
    """Return the address where a server's owner lets the bot in."""
    query = {
        "client_id": application_id,
        "scope": "bot applications.commands",
        "permissions": str(permission_bits()),
    }
    return str(yarl.URL("https://discord.com/oauth2/authorize").with_query(query))
