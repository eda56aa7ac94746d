"""The floor on Slack: slack-bolt doing nothing but one committed insert per message, in the first middleware."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.floor_store import open_store


async def main(api: str, store: str) -> None:
    """Serve until killed."""
    db = await open_store(store)
    client = AsyncWebClient(token=os.environ["FLOOR_SLACK_BOT"], base_url=api)
    app = AsyncApp(client=client)

    @app.middleware
    async def insert(body: dict[str, Any], next: Callable[[], Awaitable[Any]]) -> None:  # noqa: A002 - bolt's name
        await db.execute("INSERT OR IGNORE INTO activity (key) VALUES (?)", (body.get("event_id"),))
        await db.commit()
        await next()

    @app.event("message")
    async def message() -> None:
        pass

    handler = AsyncSocketModeHandler(app, os.environ["FLOOR_SLACK_APP"], web_client=client)
    await handler.connect_async()
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], sys.argv[2]))
