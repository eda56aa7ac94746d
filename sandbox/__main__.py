"""Runs the sandbox alone: ``python -m sandbox --port 8700``."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from datetime import UTC, datetime

from sandbox.server import Sandbox
from sandbox.slack import app_token, bot_token


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_arguments(given: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8700, help="port on 127.0.0.1 (0: any free one)")
    parser.add_argument("--panel", metavar="URL", help="JSON document with tables to show on the page")
    parser.add_argument("--empty", action="store_true", help="spaces and channels, but nobody in them")
    parser.add_argument("--quiet", action="store_true", help="scripted members keep silent")
    parser.add_argument("--start", type=_moment, metavar="ISO", help="time at which the world's clock starts")
    return parser.parse_args(given)


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until interrupted."""
    async with Sandbox(
        arguments.port,
        panel_url=arguments.panel,
        start=arguments.start,
        empty=arguments.empty,
        lively=not (arguments.empty or arguments.quiet),
    ) as sandbox:
        workspace = sandbox.workspace.id
        sys.stdout.write(
            f"The sandbox's page: {sandbox.url}/\n"
            f"Slack:   base URL {sandbox.url}/slack/api/ , {bot_token(workspace)} , {app_token(workspace)}\n"
            f"Discord: {sandbox.discord.rest_url} , {sandbox.discord.gateway_url} , token {sandbox.discord.token}\n"
        )
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(read_arguments()))
