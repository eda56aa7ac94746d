"""The HTTP transport: signed requests to the app's own URL, repeated when it does not answer.

https://docs.slack.dev/authentication/verifying-requests-from-slack and https://docs.slack.dev/apis/events-api#retries.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable
from random import Random
from urllib.parse import urlencode

import aiohttp
import msgspec

from sandbox.face import Faults
from sandbox.world import Json, WorldError

ACK_WITHIN = 3.0
AT_ONCE = 10  # deliveries at a time; Slack promises no order over HTTP either


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the ``X-Slack-Signature`` of a request."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


class HttpOutlet:
    """How one workspace reaches its app over HTTP."""

    def __init__(
        self,
        secret: str,
        faults: Callable[[], Faults],
        *,
        url: str | None = None,
        retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0),
    ) -> None:
        self.secret = secret
        self.faults = faults
        self.url = url
        self.retry_delays = retry_delays
        self.made = 0  # it keeps no connection
        self.lost = 0
        self._session: aiohttp.ClientSession | None = None
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._random = Random(1)  # noqa: S311 - faults must be repeatable

    def connected(self) -> bool:
        """Say whether there is a URL to send to."""
        return self.url is not None

    def pending(self) -> int:
        """Return how many deliveries are under way."""
        return len(self._tasks)

    def event(self, payload: Json) -> None:
        """Deliver an event, in the background."""
        if self.url is None:
            self.lost += 1
            return
        repeat = self.faults().duplicate and self._random.random() < self.faults().duplicate
        for _ in range(2 if repeat else 1):
            task = asyncio.get_running_loop().create_task(self._deliver(payload))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver(self, payload: Json) -> None:
        body = msgspec.json.encode(payload)
        beside: dict[str, str] = {}
        for attempt, delay in enumerate((*self.retry_delays, None), 1):
            async with self._gate:
                status, reason, headers, _ = await self._post(body, "application/json", beside)
            if 200 <= status < 300 or headers.get("X-Slack-No-Retry") == "1":  # noqa: PLR2004 - a success of HTTP
                return
            if delay is None:
                self.lost += 1
                return
            await asyncio.sleep(delay)
            beside = {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}

    async def interact(self, kind: str, payload: Json, *, answers: bool) -> Json:
        """Deliver an interaction and return what the app answered."""
        if kind == "slash_commands":
            form = {key: str(value) for key, value in payload.items() if value is not None}
        else:
            form = {"payload": json.dumps(payload, ensure_ascii=False)}
        body = urlencode(form).encode()
        status, reason, _, answer = await self._post(body, "application/x-www-form-urlencoded", {})
        if not 200 <= status < 300:  # noqa: PLR2004 - a success of HTTP
            raise WorldError(f"the app did not acknowledge: {reason} {status or ''}".rstrip(), "no_answer")
        if not answers or not answer.strip():
            return {}
        try:
            told = msgspec.json.decode(answer)
        except msgspec.DecodeError:
            return {"text": answer.decode(errors="replace")}
        return told if isinstance(told, dict) else {"text": str(told)}

    async def verify_url(self) -> bool:
        """Ask the app's URL for the challenge, as Slack does before it accepts it."""
        challenge = secrets.token_urlsafe(32)
        body = msgspec.json.encode({"token": "verification-token", "challenge": challenge, "type": "url_verification"})
        status, _, _, answer = await self._post(body, "application/json", {})
        return status == 200 and challenge in answer.decode(errors="replace")  # noqa: PLR2004 - HTTP's OK

    async def _post(
        self, body: bytes, content_type: str, beside: dict[str, str]
    ) -> tuple[int, str, dict[str, str], bytes]:
        """Send one signed request; status 0 with Slack's word for the reason when nothing came back."""
        if self.url is None:
            raise WorldError("the app has no request URL, so nothing came of it", "not_connected")
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ACK_WITHIN))
        now = str(int(time.time()))  # the machine's: the app checks it against its own
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": now,
            "X-Slack-Signature": signature(self.secret, now, body),
            **beside,
        }
        try:
            async with self._session.post(self.url, data=body, headers=headers, allow_redirects=False) as reply:
                return reply.status, "http_error", dict(reply.headers), await reply.read()
        except TimeoutError:
            return 0, "http_timeout", {}, b""
        except aiohttp.ClientError:
            return 0, "connection_failed", {}, b""

    async def disconnect(self, *, abruptly: bool = False) -> None:
        """Drop the connections that are kept open."""
        del abruptly
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def close(self) -> None:
        """Stop for good; what waits for a retry is gone."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.disconnect()
