"""Events, commands and clicks by signed HTTP, on a server that the process owns; slack-bolt checks the signatures.

docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from chat.slack.intake import Reception

Json = dict[str, Any]

TAKEN = "tsudoi_taken"

_log = structlog.get_logger(__name__)


class Http:
    """The request handlers. One catch-all in bolt's chain does the work: fifty listeners cost four times as much."""

    def __init__(self, signing_secret: str, path: str, reception: Reception, on_heard: Callable[[], None]) -> None:
        self._path = path  # one address for events, commands and interactivity
        self._reception = reception
        self._on_heard = on_heard
        self._app = AsyncApp(
            signing_secret=signing_secret,
            authorize=_authorize,
            logger=logging.getLogger("slack_bolt"),
            ignoring_self_events_enabled=False,  # the converters do it, and history must be read alike
        )
        self._app.use(self._take)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes for the process's server."""
        return [web.post(self._path, self._handle)]

    async def _handle(self, request: web.Request) -> web.Response:
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        if not (stamp.isascii() and stamp.isdigit()):  # the library would stumble over it
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            body = await request.text()
        except UnicodeDecodeError:
            return web.json_response({"error": "invalid request"}, status=400)
        headers: Any = dict(request.headers)
        try:  # the library looks into the body before it looks at the signature
            asked = AsyncBoltRequest(body=body, query=request.query_string, headers=headers)
        except (TypeError, ValueError, AttributeError, KeyError, IndexError):
            return web.json_response({"error": "invalid request"}, status=400)
        given = await self._app.async_dispatch(asked)
        if given.status == 500 and not asked.context.get(TAKEN):  # noqa: PLR2004 - the library stumbled over the body
            return web.json_response({"error": "invalid request"}, status=400)
        return await to_aiohttp_response(given)

    async def _take(
        self,
        body: Json,
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002 - bolt wants it by this name
    ) -> BoltResponse:
        self._on_heard()
        context[TAKEN] = True
        try:
            said = await self._reception.take(body)
        except Exception:  # noqa: BLE001 - whatever it was, it is not stored: an error, so Slack sends it again
            _log.warning("slack.not_accepted", exc_info=not self._reception.closed)
            return BoltResponse(status=500, body="")
        if not said:
            return BoltResponse(status=200, body="")
        return BoltResponse(
            status=200, body=msgspec.json.encode(said).decode(), headers={"content-type": "application/json"}
        )


async def _authorize() -> AuthorizeResult:
    # who the bot is was learnt at the start; bolt only wants to see that somebody was asked
    return AuthorizeResult(enterprise_id=None, team_id=None)
