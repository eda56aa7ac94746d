"""Socket Mode with no step between the frame and the inbox: docs.slack.dev/apis/events-api/using-socket-mode.

The library's client keeps the connection (refresh, ping, a new address); what it does per message (a task and two
lists of listeners, bolt's chain of middleware after that) is replaced by one direct way with a limit on work at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient

from chat.port import NotStoredError
from chat.slack.intake import Reception
from chat.slack.web import SlackWeb

Json = dict[str, Any]

AT_ONCE = 256  # payloads on their way to the inbox; it commits in groups, so they wait together
PING = 5.0  # seconds; four without an answer make the connection a dead one

_log = structlog.get_logger(__name__)


class Socket(SocketModeClient):
    """One connection after the other, each with a hello of its own."""

    def __init__(self, web: SlackWeb, app_token: str, reception: Reception, on_hello: Callable[[], None]) -> None:
        self.ready = asyncio.Event()
        self.heard: datetime | None = None
        self._reception = reception
        self._on_hello = on_hello
        self._gate = asyncio.Semaphore(AT_ONCE)
        super().__init__(
            app_token=app_token,
            web_client=web.client,
            logger=logging.getLogger("slack_sdk.socket_mode"),
            ping_interval=PING,
        )

    def last_heard(self) -> datetime | None:
        """Return when the platform last said anything, a pong included."""
        pong = datetime.fromtimestamp(self.last_ping_pong_time, UTC) if self.last_ping_pong_time else None
        return max(filter(None, (self.heard, pong)), default=None)

    async def connect_to(self, url: str) -> None:
        """Connect to an address that Slack gave, and to new ones from then on."""
        self.wss_uri = url
        await self.connect()  # type: ignore[no-untyped-call]

    async def shut(self) -> None:
        """Close for good, and wait until its tasks have ended."""
        self.closed = True
        held = (self.message_processor, self.current_session_monitor, self.message_receiver)
        tasks = [task for task in held if task is not None]
        try:
            await asyncio.wait_for(self.close(), 5)  # type: ignore[no-untyped-call]
        except Exception as error:  # noqa: BLE001 - a broken connection may break in closing; it is gone either way
            _log.info("slack.closed_badly", error=str(error))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if not self.aiohttp_client_session.closed:
            await self.aiohttp_client_session.close()

    async def enqueue_message(self, message: str) -> None:
        """Keep a frame with the connection it came over."""
        self.message_queue.put_nowait((message, self.current_session))

    async def process_message(self) -> None:
        """Handle the next frame, in the order of arrival."""
        raw, session = await self.message_queue.get()
        self.heard = datetime.now(UTC)
        try:
            frame = msgspec.json.decode(raw, type=Json)
        except msgspec.DecodeError:
            _log.warning("slack.frame_unreadable", size=len(raw))
            return
        match frame.get("type"):
            case "hello":
                self.ready.set()
                self._on_hello()
            case "disconnect":
                _log.info("slack.refreshing", reason=frame.get("reason"))
                self._reception.keep(self._refresh(session))
            case _ if frame.get("envelope_id"):
                await self._gate.acquire()
                self._reception.keep(self._handle(str(frame["envelope_id"]), frame.get("payload") or {}))

    async def _handle(self, envelope: str, payload: Json) -> None:
        try:
            acknowledgement: Json = {"envelope_id": envelope}
            if said := await self._reception.take(payload):
                acknowledgement["payload"] = said
        except NotStoredError as error:
            _log.warning("slack.not_stored", envelope=envelope, reason=str(error))
            return
        except Exception:  # noqa: BLE001 - whatever it was, it is not stored: no acknowledgement, so it comes again
            _log.warning("slack.not_accepted", envelope=envelope, exc_info=not self._reception.closed)
            return
        finally:
            self._gate.release()
        try:
            await self.send_socket_mode_response(acknowledgement)
        except Exception as error:  # noqa: BLE001 - the connection has gone; the inbox knows it when it comes again
            _log.info("slack.not_acknowledged", envelope=envelope, error=str(error))

    async def _refresh(self, session: object) -> None:
        # Slack closes the connection right after its farewell, and the library answers each of the two with a new
        # connection, the second of which throws the first away: of those, only one may happen
        if session is self.current_session:
            self.stale = True
        try:
            await self.connect_to_new_endpoint()
        except Exception as error:  # noqa: BLE001 - the monitor of the connection tries again
            _log.warning("slack.refresh_failed", error=str(error))
