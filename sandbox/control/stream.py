"""Tells the page what changed, over a websocket: names of things to fetch again, many happenings in one frame."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from aiohttp import WSMsgType, web

from sandbox.control.stage import Stage
from sandbox.control.views import show_clock
from sandbox.world import Happening, Json, Message

GATHER = 0.08  # seconds; a replay says thousands of messages a second, a person sees a dozen changes
LOOK_AROUND = 1.0  # seconds between looks at what the world does not tell: whether the bot is connected

Change = tuple[str, str, str]  # what, space, channel or user


def read_change(happening: Happening) -> Change:
    """Name what a viewer has to fetch again after a happening."""
    subject = happening.subject
    if isinstance(subject, Message):
        return ("messages", happening.space, subject.channel)
    if happening.what in {"form_opened", "form_closed"}:
        return ("form", happening.space, happening.user or "")
    if happening.what == "home_changed":
        return ("home", happening.space, happening.user or "")
    if happening.what == "clock_moved":
        return ("clock", "", "")
    return ("state", happening.space, "")


class Stream:
    """All websockets of the page."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._sockets: dict[web.WebSocketResponse, tuple[set[Change], asyncio.Event]] = {}
        self._stop: Callable[[], None] | None = None

    def _hear(self, happening: Happening) -> None:
        change = read_change(happening)
        for pending, something in self._sockets.values():
            pending.add(change)
            something.set()

    def poke(self, what: str) -> None:
        """Tell every page to fetch something the world does not know of."""
        for pending, something in self._sockets.values():
            pending.add((what, "", ""))
            something.set()

    async def close(self) -> None:
        """Hang up on every page."""
        for socket in tuple(self._sockets):
            await socket.close(message=b"the sandbox stops")

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Keep one page informed until it goes."""
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        if self._stop is None:
            self._stop = self._stage.world.listen(self._hear)
        self._sockets[socket] = (set(), asyncio.Event())
        sender = asyncio.create_task(self._send(socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await sender
            del self._sockets[socket]
            if not self._sockets and self._stop is not None:
                self._stop()
                self._stop = None
        return socket

    def _connected(self) -> list[tuple[bool, int]]:
        faces = [platform.face for platform in self._stage.platforms.values()]
        return [(face.connected(), face.connections()) for face in faces]

    async def _send(self, socket: web.WebSocketResponse) -> None:
        pending, something = self._sockets[socket]
        connected = self._connected()
        while not socket.closed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(something.wait(), LOOK_AROUND)
            if connected != (connected := self._connected()):
                pending.add(("state", "", ""))
            if not pending:
                continue
            await asyncio.sleep(GATHER)
            something.clear()
            changes = sorted(pending)
            pending.clear()
            await socket.send_json(self._frame(changes))

    def _frame(self, changes: list[Change]) -> Json:
        names = ("what", "space", "subject")
        return {**show_clock(self._stage), "changes": [dict(zip(names, c, strict=True)) for c in changes]}
