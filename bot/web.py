"""The process's HTTP server: health, metrics, in the sandbox what is in the store, and Slack's events in HTTP mode."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot.calendar_feed import ROUTE, CalendarFeed
from bot.config import ServerSection
from bot.panel import sections
from chat.port import Adapter
from chat.slack.adapter import SlackAdapter
from community.config import ConfigError
from storage import inbox, outbox
from storage.engine import StoreError

if TYPE_CHECKING:
    from bot.process import Process  # the process owns the server; only its type is needed here

# A member waits for an answer for seconds; a queue older than this means that nobody is working on it
LAG_LIMIT = timedelta(seconds=60)
PATIENCE_S = 2.0  # whoever watches the bot waits a few seconds for an answer at most


class Pages:
    """What the server answers with."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def process(self) -> Process:
        """The process that is asked."""
        return self._process

    @property
    def in_sandbox(self) -> bool:
        """Whether what is in the store may be shown to whoever asks."""
        return bool(self._process.config.clock.follow)

    async def health(self, _request: web.Request) -> web.Response:
        """Say whether the bot is ready, and how far behind its queues are; 503 when it is not well."""
        process = self._process
        now = process.clock.now()
        try:
            async with process.db.writing(patience=PATIENCE_S) as conn:  # reading goes on where writing is locked out
                waiting, oldest = await inbox.backlog(conn)
                unsent, unsent_since = await outbox.lag(conn, now)
            process.db.check_presence()
        except (SQLAlchemyError, OSError, StoreError) as error:
            return web.json_response({"ok": False, "store": type(error).__name__}, status=503)
        lag = _age(oldest, now)
        heard = {a.platform.value: _age(a.last_heard(), datetime.now(UTC)) for a in process.adapters}
        ok = process.ready.is_set() and not process.inbox.failing and lag < LAG_LIMIT.total_seconds()
        body = {
            "ok": ok,
            "ready": process.ready.is_set(),
            "inbox": {"waiting": waiting, "lag_seconds": lag, "failing": process.inbox.failing},
            "outbox": {"due": unsent, "lag_seconds": _age(unsent_since, now)},
            "seconds_since_last_event": heard,
        }
        return web.json_response(body, status=200 if ok else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        """Give the same figures, and the counters, to Prometheus."""
        process = self._process
        figures: list[tuple[str, str, float]] = []
        try:
            async with process.db.reading() as conn:
                waiting, _ = await inbox.backlog(conn)
                unsent, _ = await outbox.lag(conn, process.clock.now())
        except (SQLAlchemyError, OSError):  # the counters are worth having all the more
            figures.append(("tsudoi_store_up", "Whether the store can be read", 0))
        else:
            figures += [
                ("tsudoi_store_up", "Whether the store can be read", 1),
                ("tsudoi_inbox_waiting", "Events accepted and not handled", waiting),
                ("tsudoi_outbox_due", "Effects due and not sent", unsent),
            ]
        registry = CollectorRegistry()
        for name, text, value in (
            *figures,
            ("tsudoi_events_accepted", "Events accepted since the start", process.inbox.accepted),
            ("tsudoi_events_duplicate", "Events that had been accepted before", process.inbox.duplicates),
            ("tsudoi_events_handled", "Events handled since the start", process.dispatcher.handled),
            ("tsudoi_events_failed", "Events given up since the start", process.dispatcher.failed),
            ("tsudoi_effects_sent", "Effects sent since the start", process.outbox.sent),
            ("tsudoi_effects_dead", "Effects given up since the start", process.outbox.dead),
        ):
            Gauge(name, text, registry=registry).set(value)
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def panel(self, _request: web.Request) -> web.Response:
        """Show what is in the store (only where the clock is a sandbox's)."""
        async with self._process.db.reading() as conn:
            return web.json_response({"sections": await sections(conn)})


async def serve(section: ServerSection, pages: Pages, adapters: Sequence[Adapter]) -> web.AppRunner:
    """Start the server."""
    app = web.Application()
    app.add_routes([web.get("/healthz", pages.health), web.get("/metrics", pages.metrics)])
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


def _age(since: datetime | None, now: datetime) -> float:
    return round(max((now - since).total_seconds(), 0.0), 1) if since else 0.0
