"""REST: one table of routes, and around each the authorisation, the faults and the form of the reply."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import BodyPartReader, web

from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import ApiError, Problems, SlowedError
from sandbox.discord.hub import REST, Hub
from sandbox.world import Json, WorldError

_IDS = ("guild", "channel", "message", "user", "role", "event", "command", "interaction", "target")
_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Upload:
    """A file that came with a multipart body; ``number`` is the n of ``files[n]``."""

    number: int
    name: str
    data: bytes
    content_type: str


@dataclass(slots=True)
class Call:
    """One request, read."""

    hub: Hub
    path: dict[str, str]
    query: dict[str, str]
    body: Any = None
    uploads: list[Upload] = field(default_factory=list)

    @property
    def form(self) -> Json:
        """Return the body, which has to be an object."""
        if not isinstance(self.body, dict):
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        return self.body

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """Return a number of the query, within its limits."""
        text = self.query.get(name)
        if text is None:
            return default
        if not text.isdigit() or not least <= int(text) <= most:
            problem = {"code": "NUMBER_TYPE_MAX", "message": f"int value should be between {least} and {most}."}
            raise ApiError(400, 50035, "Invalid Form Body", {name: {"_errors": [problem]}})
        return int(text)


Reply = Json | list[Any] | None
Handler = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of the table. ``open`` routes carry their proof in the path (interaction tokens)."""

    method: str
    path: str
    handler: Handler
    open: bool = False
    status: int = 200


async def _read(request: web.Request) -> tuple[Any, list[Upload]]:
    if request.content_type == "multipart/form-data":
        body: Any = {}
        uploads: list[Upload] = []
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            name = part.name or ""
            data = bytes(await part.read(decode=True))
            if name == "payload_json":
                body = _parse(data)
            elif name.startswith("files["):
                kind = part.headers.get("Content-Type", "application/octet-stream")
                uploads.append(Upload(int(name[6:-1]), part.filename or "file", data, kind))
        return body, uploads
    raw = await request.read()
    return (_parse(raw) if raw else None), []


def _parse(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


def reply(body: Reply, status: int = 200) -> web.Response:
    """Return JSON with the exact content type that clients look for."""
    if body is None:
        return web.Response(status=204)
    return web.Response(body=_encode(body), status=status, content_type="application/json")


def _concerns(hub: Hub, request: web.Request) -> bool:
    only = hub.faults.only
    short = request.path.removeprefix(REST)
    return not only or any(
        one in (request.method, request.path) or short.startswith(one) or request.path.startswith(one) for one in only
    )


def serve(hub: Hub, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Wrap a handler of the table for aiohttp."""

    async def handle(request: web.Request) -> web.StreamResponse:
        faults = hub.faults
        concerned = _concerns(hub, request)
        if concerned and hub.chance(faults.rate_limited):
            hub.injected += 1
            await request.read()
            return rate_limited(faults.retry_after)
        if concerned and hub.chance(faults.server_error):
            hub.injected += 1
            await request.read()
            return reply({"message": "500: Internal Server Error", "code": 0}, 500)
        answer = await _answer(hub, route, request)
        if concerned and hub.chance(faults.slow):
            hub.injected += 1
            await asyncio.sleep(faults.slow_by)
        if concerned and hub.chance(faults.dropped) and request.transport is not None:
            hub.injected += 1
            request.transport.close()
        return answer

    return handle


def _authorise(hub: Hub, route: Route, request: web.Request) -> None:
    if not route.open and request.headers.get("Authorization") != f"Bot {hub.token}":
        raise ApiError(401, 0, "401: Unauthorized")
    if request.match_info.get("application", BOT_ID) != BOT_ID:
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")


def _check_ids(request: web.Request) -> None:
    given = {name: request.match_info[name] for name in _IDS if name in request.match_info}
    given |= {name: request.query[name] for name in ("before", "after", "around") if name in request.query}
    problems = Problems()
    for name, value in given.items():
        stamped = name == "before" and "/threads/archived/" in request.path  # a time, not an id
        if not value.isdecimal() and not value.startswith("@") and not stamped:
            problems.add((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    problems.check()


async def _answer(hub: Hub, route: Route, request: web.Request) -> web.Response:
    try:
        _authorise(hub, route, request)
        _check_ids(request)
        body, uploads = await _read(request)
        call = Call(hub, dict(request.match_info), dict(request.query), body, uploads)
        result = await route.handler(call)
    except ApiError as error:
        return reply(error.body, error.status)
    except SlowedError as error:
        return rate_limited(error.retry_after)
    except WorldError as error:
        return reply({"message": str(error), "code": 0}, 400)
    return reply(result, route.status)


def rate_limited(retry_after: float) -> web.Response:
    """Return a 429; without ``Via`` discord.py takes it for a ban by the proxy in front."""
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
    answer = reply(body, 429)
    answer.headers["Via"] = "1.1 google"
    answer.headers["Retry-After"] = str(max(1, round(retry_after)))
    answer.headers["X-RateLimit-Scope"] = "user"
    return answer


async def not_found(_: web.Request) -> web.StreamResponse:
    """Answer what no route knows."""
    return reply({"message": "404: Not Found", "code": 0}, 404)
