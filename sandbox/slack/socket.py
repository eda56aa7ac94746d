"""Socket Mode: envelopes over websockets, each to be acknowledged by its id.

https://docs.slack.dev/apis/events-api/using-socket-mode. Up to ten connections stand at a time and take turns.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import msgspec
from aiohttp import WSMsgType, web

from sandbox.face import Faults
from sandbox.world import Json, WorldError

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 10
ACK_WITHIN = 3.0  # seconds the app has for an interaction
PING_EVERY = 10.0  # Slack's Node client takes a connection without a server ping in 30 s for dead
IN_FLIGHT = 200  # events sent and not yet acknowledged; the rest waits, so a busy bot is not sent everything twice


@dataclass(slots=True)
class Sent:
    """An event that went out and is not acknowledged yet."""

    payload: Json
    at: float
    attempt: int
    over: web.WebSocketResponse


class SocketOutlet:
    """How one workspace reaches its app over Socket Mode."""

    def __init__(self, app_id: str, faults: Callable[[], Faults], *, redeliver_after: float = 5.0) -> None:
        self.app_id = app_id
        self.faults = faults
        self.redeliver_after = redeliver_after
        self.retries = 3
        self.made = 0  # connections so far
        self.lost = 0  # events that nobody was there to take
        self._tickets: set[str] = set()
        self._connections: list[web.WebSocketResponse] = []
        self._turn = 0
        self._waiting: deque[tuple[Json, int]] = deque()
        self._sent: dict[str, Sent] = {}
        self._asked: dict[str, asyncio.Future[Json]] = {}
        self._wake: dict[web.WebSocketResponse, asyncio.Event] = {}
        self._sweeping: asyncio.TimerHandle | None = None
        self._random = Random(1)  # noqa: S311 - faults must be repeatable

    # ---- what the workspace calls

    def connected(self) -> bool:
        """Say whether a connection stands."""
        return bool(self._connections)

    def pending(self) -> int:
        """Return how many events are under way: waiting, or sent and not acknowledged."""
        return len(self._waiting) + len(self._sent)

    def event(self, payload: Json) -> None:
        """Deliver an event."""
        faults = self.faults()
        self._put(payload, 0)
        if faults.duplicate and self._random.random() < faults.duplicate:
            self._put(payload, 0)

    async def interact(self, kind: str, payload: Json, *, answers: bool) -> Json:
        """Deliver an interaction and return what came with its acknowledgement."""
        if not self._connections:
            raise WorldError("the app is not connected, so nothing came of it", "not_connected")
        envelope_id = str(uuid.uuid4())
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._asked[envelope_id] = answer
        envelope = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": kind,
            "accepts_response_payload": answers,
        }
        try:
            await self._next().send_str(_encode(envelope))
            async with asyncio.timeout(ACK_WITHIN):
                return await answer
        except (TimeoutError, ConnectionError):
            raise WorldError(f"the app did not acknowledge within {ACK_WITHIN:g} seconds", "no_answer") from None
        finally:
            del self._asked[envelope_id]

    async def disconnect(self, *, abruptly: bool = False) -> None:
        """Cut all connections: announced, as when Slack refreshes them, or without a word."""
        for ws in tuple(self._connections):
            with contextlib.suppress(ConnectionError):
                if abruptly:
                    self._drop(ws)
                    if ws._req is not None and ws._req.transport is not None:  # noqa: SLF001 - no public way to cut off
                        ws._req.transport.abort()  # noqa: SLF001
                else:
                    await ws.send_str(_encode(self._farewell("refresh_requested")))
                    self._drop(ws)
                    await ws.close()

    async def close(self) -> None:
        """Stop for good."""
        await self.disconnect()
        if self._sweeping is not None:
            self._sweeping.cancel()

    # ---- connections

    def ticket(self) -> str:
        """Return the single-use key of a new connection."""
        key = secrets.token_urlsafe(24)
        self._tickets.add(key)
        return key

    def admits(self, ticket: str) -> bool:
        """Say whether a connection may be opened with this key, and use it up."""
        if ticket in self._tickets:
            self._tickets.remove(ticket)
            return True
        return False

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one connection until it ends."""
        ws = web.WebSocketResponse(timeout=2.0, compress=False, max_msg_size=0)
        await ws.prepare(request)
        if len(self._connections) >= MOST_CONNECTIONS:
            await ws.send_str(_encode(self._farewell("too_many_websockets")))
            await ws.close()
            return ws
        self._connections.append(ws)
        self.made += 1
        wake = self._wake[ws] = asyncio.Event()
        hello = {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.app_id},
        }
        tasks: list[asyncio.Task[None]] = []
        try:
            await ws.send_str(_encode(hello))
            wake.set()
            tasks = [asyncio.create_task(self._send(ws, wake)), asyncio.create_task(_keep_alive(ws))]
            async for frame in ws:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledge(frame.data)
        except ConnectionError:
            log.debug("a Socket Mode connection broke")
        finally:
            self._drop(ws)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return ws

    def _drop(self, ws: web.WebSocketResponse) -> None:
        if ws in self._connections:
            self._connections.remove(ws)
            del self._wake[ws]
            # What it never acknowledged stays due, but must not stand in the way of the next connection.
            now = time.monotonic()
            for envelope_id in [key for key, sent in self._sent.items() if sent.over is ws]:
                sent = self._sent.pop(envelope_id)
                delay = max(0.0, sent.at + self.redeliver_after - now)
                asyncio.get_running_loop().call_later(delay, self._again, sent)
        if not self._connections and self.faults().lose_while_away:
            self.lost += len(self._waiting)
            self._waiting.clear()

    def _farewell(self, reason: str) -> Json:
        return {
            "type": "disconnect",
            "reason": reason,
            "debug_info": {"host": "applink-sandbox"},
            "connection_info": {"app_id": self.app_id},
        }

    def _next(self) -> web.WebSocketResponse:
        self._turn += 1
        return self._connections[self._turn % len(self._connections)]

    # ---- events, in order

    def _put(self, payload: Json, attempt: int) -> None:
        if not self._connections and self.faults().lose_while_away:
            self.lost += 1
            return
        self._waiting.append((payload, attempt))
        self._rouse()

    def _rouse(self) -> None:
        if self._connections and self._waiting and len(self._sent) < IN_FLIGHT:
            self._wake[self._next()].set()

    async def _send(self, ws: web.WebSocketResponse, wake: asyncio.Event) -> None:
        while not ws.closed:
            await wake.wait()
            wake.clear()
            while self._waiting and len(self._sent) < IN_FLIGHT and ws in self._connections:
                payload, attempt = self._waiting.popleft()
                envelope_id = str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
                envelope = {
                    "envelope_id": envelope_id,
                    "payload": payload,
                    "type": "events_api",
                    "accepts_response_payload": False,
                    "retry_attempt": attempt,
                    "retry_reason": "timeout" if attempt else "",
                }
                self._sent[envelope_id] = Sent(payload, time.monotonic(), attempt, ws)
                if self._sweeping is None:
                    self._sweep_in(self.redeliver_after)
                try:
                    await ws.send_str(_encode(envelope))
                except ConnectionError:
                    return  # the sweep finds it unacknowledged and sends it again
                if len(self._connections) > 1:
                    self._rouse()
                    break  # the next one takes its turn

    def _acknowledge(self, frame: str) -> None:
        try:
            answer = msgspec.json.decode(frame)
            envelope_id = answer["envelope_id"]
        except (msgspec.DecodeError, KeyError, TypeError):
            log.warning("the app sent what is no acknowledgement: %.200s", frame)
            return
        self._sent.pop(envelope_id, None)
        asked = self._asked.get(envelope_id)
        if asked is not None and not asked.done():
            payload = answer.get("payload")
            asked.set_result(payload if isinstance(payload, dict) else {"text": payload} if payload else {})
        self._rouse()

    def _sweep_in(self, seconds: float) -> None:
        self._sweeping = asyncio.get_running_loop().call_later(seconds, self._sweep)

    def _sweep(self) -> None:
        """Send again what was not acknowledged in time; the oldest stand first."""
        self._sweeping = None
        now = time.monotonic()
        while self._sent:
            envelope_id, sent = next(iter(self._sent.items()))
            left = sent.at + self.redeliver_after - now
            if left > 0:
                self._sweep_in(left)
                return
            del self._sent[envelope_id]
            self._again(sent)

    def _again(self, sent: Sent) -> None:
        if sent.attempt < self.retries:
            self._put(sent.payload, sent.attempt + 1)
        else:
            self.lost += 1


def _encode(value: Json) -> str:
    return msgspec.json.encode(value).decode()


async def _keep_alive(ws: web.WebSocketResponse) -> None:
    while not ws.closed:
        await asyncio.sleep(PING_EVERY)
        await ws.ping(b"Ping from applink-sandbox")
