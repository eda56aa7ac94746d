"""The floor on Discord: discord.py doing nothing but one committed insert per message."""

from __future__ import annotations

import asyncio
import os
import sys

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from benchmarks.floor_store import open_store


async def main(api: str, gateway: str, store: str) -> None:
    """Serve until killed."""
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api, yarl.URL(gateway)
    db = await open_store(store)
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
    client = discord.Client(intents=intents, max_messages=None, chunk_guilds_at_startup=False)

    @client.event
    async def on_message(message: discord.Message) -> None:
        await db.execute("INSERT OR IGNORE INTO activity (key) VALUES (?)", (str(message.id),))
        await db.commit()

    @client.event
    async def on_ready() -> None:
        print("ready", flush=True)

    await client.start(os.environ["FLOOR_DISCORD"])


asyncio.run(main(*sys.argv[1:4]))
