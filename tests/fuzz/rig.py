"""One whole bot whose platforms are the sandbox's until the payloads have been recorded; then its calls go nowhere."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import sys
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import sqlalchemy as sa
import structlog
from aiohttp import web
from structlog.typing import EventDict

from bot.config import Config, read_config
from bot.demo import install_app, sandbox_tables, sandbox_tokens
from bot.process import Process
from chat.discord.adapter import DiscordAdapter
from chat.slack.adapter import SlackAdapter
from chat.slack.http import Http
from chat.slack.intake import Reception
from sandbox.server import Sandbox
from storage.tables.core import inbox
from tests.fuzz.hostile import Json
from tests.fuzz.seeds import Seeds, play
from tests.fuzz.watch import OfflineRest, OfflineWeb, Watch

SECRET = "a-signing-secret-of-the-fuzz"
HTTP_PATH = "/slack/fuzz"
# What is logged where a payload cannot be read: that it is refused in order, and told to the operator
REFUSED = frozenset({"slack.unreadable", "discord.unreadable", "slack.frame_unreadable"})


@dataclass
class Rig:
    """A running bot, and what happened to it."""

    process: Process
    slack: SlackAdapter
    discord: DiscordAdapter
    seeds: Seeds
    watch: Watch
    logged: Counter[str]
    errors: list[str]
    loop_errors: list[str] = field(default_factory=list)
    http: aiohttp.ClientSession | None = None

    # ---- the ways in

    async def by_socket(self, payload: Json) -> None:
        """Bring a payload to Slack's socket as a frame."""
        socket = self.slack._socket
        assert socket is not None
        envelope = {"envelope_id": "e", "type": "events_api", "payload": payload}
        await socket.message_queue.put((_frame(envelope), _NoSession()))
        await socket.process_message()

    async def by_http(self, payload: Json, *, signed: bool = True) -> int:
        """Bring a payload to Slack's request URL; returns the status."""
        assert self.http is not None
        if "command" in payload:
            body = urlencode({_plain(key): _plain(str(value)) for key, value in payload.items()})
            kind = "application/x-www-form-urlencoded"
        elif "event" in payload or payload.get("type") == "event_callback":
            body, kind = _frame(payload), "application/json"
        else:
            body = urlencode({"payload": _frame(payload)})
            kind = "application/x-www-form-urlencoded"
        stamp = str(int(time.time()))
        mark = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}
        if not signed:
            headers["X-Slack-Signature"] = "v0=" + "0" * 64
        async with self.http.post(HTTP_PATH, data=body.encode(), headers=headers) as reply:
            return reply.status

    async def by_gateway(self, event: str, data: Json) -> None:
        """Bring a payload to Discord's gateway connection."""
        client = self.discord._client
        assert client is not None
        client._connection.parsers[event](data)
        await asyncio.sleep(0)

    def known_events(self) -> frozenset[str]:
        """Return the names of what the gateway may say, without what makes or ends the session."""
        client = self.discord._client
        assert client is not None
        return frozenset(client._connection.parsers) - {"READY", "RESUMED", "GUILD_CREATE", "GUILD_DELETE"}

    # ---- between

    async def settle(self) -> None:
        """Wait until everything that came in has been handled and answered."""
        pump, reception = self.discord._pump, self.slack._reception
        while len(pump) or reception._tasks or self.process.dispatcher.backlog:  # noqa: ASYNC110 - these tell nobody when they are empty
            await asyncio.sleep(0.01)
        await self.process.dispatcher.idle()

    async def left_over(self) -> Counter[str]:
        """Count the rows of the inbox by their state."""
        async with self.process.db.reading() as conn:
            query = sa.select(inbox.c.state, sa.func.count()).group_by(inbox.c.state)
            return Counter({row[0]: row[1] for row in await conn.execute(query)})

    def faults(self) -> list[str]:
        """Return everything that went wrong."""
        return [*self.errors, *self.loop_errors, *self.watch.faults]


class _NoSession:
    """A connection that takes every acknowledgement."""

    closed = False

    async def send_str(self, data: str) -> None:
        json.loads(data)


def _told(told: Mapping[str, object]) -> str:
    """Say what an unheeded error of the event loop was, and where."""
    error = told.get("exception")
    where = traceback.extract_tb(error.__traceback__)[-2:] if isinstance(error, BaseException) else None
    return f"{error or told.get('message')!r} at {where}"


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _frame(payload: Json) -> str:
    return json.dumps(payload, default=str).replace("\\ud800", "\\ufffd")


@contextlib.asynccontextmanager
async def rig(folder: Path, *, rounds: int, seed: int) -> AsyncIterator[Rig]:
    """Start a bot in the sandbox, record what people make of it, then cut its outward lines."""
    async with Sandbox(empty=False) as sandbox:
        install_app(sandbox)
        config = _config(sandbox, folder)
        seeds, watch, logged, errors = Seeds(), Watch(), Counter[str](), list[str]()
        process = Process(config)
        with _logs(logged, errors), _environment(sandbox_tokens(sandbox)):
            await process.start()
            slack = next(a for a in process.adapters if isinstance(a, SlackAdapter))
            discord = next(a for a in process.adapters if isinstance(a, DiscordAdapter))
            made = Rig(process, slack, discord, seeds, watch, logged, errors)
            asyncio.get_running_loop().set_exception_handler(lambda _loop, told: made.loop_errors.append(_told(told)))
            with _tapped(slack, discord, seeds):
                await play(sandbox.url, rounds, seed)
            seeds.add_recorded()
            slack.web = OfflineWeb(slack.web, watch)
            discord._connected = OfflineRest(discord.rest(), watch)
            await made.settle()
            errors.clear()  # what the sandbox refused while it was played on is not looked for here
            async with _served(slack._reception) as made.http:
                try:
                    yield made
                finally:
                    await process.stop()


def _config(sandbox: Sandbox, folder: Path) -> Config:
    tables = sandbox_tables(sandbox, f"sqlite:///{folder / 'fuzz.sqlite'}", 0)
    return read_config(tables, "fuzz")


@contextlib.asynccontextmanager
async def _served(reception: Reception) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve the request URL of Slack's HTTP mode beside the socket: the same reception behind both."""
    app = web.Application()  # what is larger than a mebibyte is turned away, as by the bot's own server
    app.add_routes(Http(SECRET, HTTP_PATH, reception, lambda: None).routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        async with aiohttp.ClientSession(site.name, timeout=aiohttp.ClientTimeout(total=60)) as http:
            yield http
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _logs(logged: Counter[str], errors: list[str]) -> Iterator[None]:
    """Count what the bot logs, and keep each error that is none of the refusals."""

    def note(_logger: object, method: str, event: EventDict) -> EventDict:
        name = str(event["event"])
        logged[name] += 1
        if method in {"error", "exception", "critical"} and name not in REFUSED:
            told = event.get("exc_info")
            error = told if isinstance(told, BaseException) else sys.exc_info()[1]
            where = traceback.extract_tb(error.__traceback__)[-1] if error else None
            if name == "inbox.not_stored" and isinstance(error, TimeoutError):
                logged["not stored"] += int(event["events"])
                raise structlog.DropEvent  # the machine is slow: nothing was acknowledged, and whoever clicked was told
            if name == "catch_up.failed" and "TimeoutError" in f"{event.get('error')} {event.get('reason')}":
                raise structlog.DropEvent  # the same; it is tried again
            errors.append(f"{name} {error!r:.300} at {where} {event.get('key', '')} {event.get('reason', '')}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[note])
    try:
        yield
    finally:
        structlog.configure(**before)


@contextlib.contextmanager
def _tapped(slack: SlackAdapter, discord: DiscordAdapter, seeds: Seeds) -> Iterator[None]:
    """Record what comes in."""
    reception, listening = slack._reception, discord._listening
    take, receive = reception.take, listening.receive

    async def noted_take(payload: Json) -> Json:
        seeds.note_slack(payload)
        return await take(payload)

    def noted_receive(event: str, data: Json, serial: str) -> None:
        if event not in {"READY", "GUILD_CREATE"}:
            seeds.note_discord(event, data)
        receive(event, data, serial)

    for holder, name, tap in ((reception, "take", noted_take), (listening, "receive", noted_receive)):
        setattr(holder, name, tap)
    try:
        yield
    finally:
        for holder, name in ((reception, "take"), (listening, "receive")):
            delattr(holder, name)
