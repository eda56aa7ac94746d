"""An app without a library: takes envelopes from the sandbox's socket and acknowledges as a test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.slack import app_token, bot_token
from tests.sandbox.slack_setup import SPACE, Setup
from tests.waiting import until

Json = dict[str, Any]
Answer = Callable[[Json], Json | None]
WITHHELD: Json = {"withheld": True}


@dataclass
class RawApp:
    """What came over one connection."""

    session: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse
    answer: Answer
    frames: list[Json] = field(default_factory=list)

    def of(self, kind: str) -> list[Json]:
        return [frame for frame in self.frames if frame["type"] == kind]

    def events(self, kind: str, subtype: str | None = None) -> list[Json]:
        """Return event payloads, envelope of the Events API included."""
        payloads = [frame["payload"] for frame in self.of("events_api")]
        return [p for p in payloads if p["event"]["type"] == kind and p["event"].get("subtype") == subtype]

    def interactions(self, kind: str) -> list[Json]:
        return [f["payload"] for f in self.of("interactive") if f["payload"]["type"] == kind]

    async def listen(self) -> None:
        async for frame in self.socket:
            told = json.loads(frame.data)
            self.frames.append(told)
            if "envelope_id" in told:
                payload = self.answer(told)
                if payload is not WITHHELD:
                    beside = {"payload": payload} if payload else {}
                    await self.socket.send_json({"envelope_id": told["envelope_id"], **beside})


def nothing(_: Json) -> Json | None:
    return None


@asynccontextmanager
async def raw_app(setup: Setup, answer: Answer = nothing) -> AsyncIterator[RawApp]:
    async with aiohttp.ClientSession() as session:
        opened = await call(setup, "apps.connections.open", token=app_token(SPACE))
        async with session.ws_connect(opened["url"]) as socket:
            app = RawApp(session, socket, answer)
            task = asyncio.create_task(app.listen())
            await until(lambda: app.frames, "hello")
            try:
                yield app
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def call(setup: Setup, method: str, *, token: str = bot_token(SPACE), **args: object) -> Json:
    """Call a Web API method with a JSON body and return what it answers."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{setup.base_url}/slack/api/{method}", json=args, headers={"Authorization": f"Bearer {token}"}
        ) as reply,
    ):
        answer: Json = await reply.json()
        return answer
