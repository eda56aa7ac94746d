"""The process's HTTP server: health, metrics, in the sandbox what is in the store, and Slack's events in HTTP mode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from bot.calendar_feed import ROUTE, CalendarFeed
from bot.config import ServerSection
from bot.health import Look
from bot.panel import sections
from chat.port import Adapter
from chat.slack.adapter import SlackAdapter
from community.config import ConfigError
from storage.engine import StoreError

if TYPE_CHECKING:
    from bot.process import Process  # the process owns the server; only its type is needed here


class Pages:
    """What the server answers with."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._look = Look(process)

    @property
    def process(self) -> Process:
        """The process that is asked."""
        return self._process

    @property
    def in_sandbox(self) -> bool:
        """Whether what is in the store may be shown to whoever asks."""
        return bool(self._process.config.clock.follow)

    async def live(self, _request: web.Request) -> web.Response:
        """Say whether the process works at all; 503: only a restart helps. The store is not asked."""
        parts = self._look.parts()
        return web.json_response({"ok": all(parts.values()), "parts": parts}, status=_status(all(parts.values())))

    async def ready(self, _request: web.Request) -> web.Response:
        """Say whether it is connected and can write things down; 503: send no requests here yet."""
        told = await self._told()
        ready = bool(told.get("ready")) and not told.get("inbox", {}).get("failing", True)
        return web.json_response({"ok": ready, "store": told.get("store", "up")}, status=_status(ready))

    async def health(self, _request: web.Request) -> web.Response:
        """Say whether the bot is ready, and how far behind its queues are; 503 when it is not well."""
        told = await self._told()
        return web.json_response(told, status=_status(told["ok"]))

    async def metrics(self, _request: web.Request) -> web.Response:
        """Give the same figures, and the counters, to Prometheus."""
        try:
            figures = await self._look.into_store(writing=False)
        except (SQLAlchemyError, OSError, StoreError):
            figures = None
        text = self._process.metrics.written(self._look, figures)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _told(self) -> dict[str, Any]:
        try:
            figures = await self._look.into_store(writing=True)
        except (SQLAlchemyError, OSError, StoreError) as error:
            return {"ok": False, "ready": False, "store": type(error).__name__}
        return self._look.told(figures)

    async def panel(self, _request: web.Request) -> web.Response:
        """Show what is in the store (only where the clock is a sandbox's)."""
        async with self._process.db.reading() as conn:
            return web.json_response({"sections": await sections(conn)})


async def serve(section: ServerSection, pages: Pages, adapters: Sequence[Adapter]) -> web.AppRunner:
    """Start the server."""
    app = web.Application()
    app.add_routes([web.get("/healthz", pages.health), web.get("/metrics", pages.metrics)])
    app.add_routes([web.get("/healthz/live", pages.live), web.get("/healthz/ready", pages.ready)])
    app.add_routes([web.get(ROUTE, CalendarFeed(pages.process).answer)])
    if pages.in_sandbox:
        app.add_routes([web.get("/panel", pages.panel)])
    for adapter in adapters:
        if isinstance(adapter, SlackAdapter):
            app.add_routes(adapter.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, section.host, section.port).start()
    except OSError as error:
        await runner.cleanup()
        raise ConfigError(f"server: cannot listen on {section.host}:{section.port}: {error.strerror}") from None
    return runner


def _status(ok: object) -> int:
    return 200 if ok else 503
