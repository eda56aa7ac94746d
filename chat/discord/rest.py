"""Calls Discord's REST API through discord.py's client and says honestly what came of it.

discord.py keeps to the rate limits, waits out a 429 and repeats 500, 502, 504 and 524 up to five times. What is left
becomes a ``ChatError`` that says whether trying again helps.
Codes: discord.com/developers/docs/topics/opcodes-and-status-codes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import discord
from discord.http import HTTPClient, Route

from chat.marks import msg
from chat.port import ChatError, RateLimitedError, RefusedError, UncertainError, UnreachableError

Json = dict[str, Any]

# Seconds that discord.py may sleep in a rate limit. Its constructor wants 30 at least, but what is to be written has a
# lease in the outbox, which had better decide when to try again; what is read is waited for here.
LONGEST_WAIT: Final = 2.0
_READING_WAIT: Final = 60.0
_READING_TRIES: Final = 8
_READING_PAUSE: Final = 0.5
_TIMEOUT: Final = aiohttp.ClientTimeout(total=30, connect=10)
_CODES: Final[dict[int, tuple[str, str]]] = {
    10003: ("unknown_channel", msg("the channel is gone; name another one in the settings")),
    10004: ("unknown_server", msg("the bot is not on this server; invite it (tsudoi invite discord)")),
    10007: ("unknown_member", ""),
    10008: ("unknown_message", ""),
    10011: ("unknown_role", msg("the role is gone; name another one in the settings")),
    10013: ("unknown_member", ""),
    10014: ("unknown_emoji", ""),
    10062: ("too_late", ""),
    10070: ("unknown_event", ""),
    30003: ("too_many_pins", ""),
    30010: ("too_many_reactions", ""),
    40001: ("unauthorized", msg("renew the token in the developer portal and in the settings")),
    40060: ("already_answered", ""),
    50001: ("missing_access", msg("let the bot see the channel")),
    50007: ("cannot_dm", ""),
    50013: ("missing_permission", ""),
    50035: ("invalid_form_body", ""),
    50083: ("thread_archived", ""),
    160004: ("thread_exists", ""),
    160005: ("thread_locked", ""),
    180000: ("event_over", ""),
}
_SLOW_MODE: Final = 20016


class DiscordRefusedError(RefusedError):
    """Refused, with Discord's own number."""

    def __init__(self, number: int, code: str, mend: str = "") -> None:
        super().__init__(code, mend)
        self.number = number


class Rest:
    """One client's REST side. Counts what is under way, so that a replaced client can end it in peace."""

    def __init__(self, http: HTTPClient) -> None:
        self._http = http
        http.max_ratelimit_timeout = LONGEST_WAIT
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, str | int] | None = None,
        form: list[Json] | None = None,
        **ids: str,
    ) -> Any:  # noqa: ANN401 - whatever the endpoint returns
        """Call an endpoint.

        Raises:
            ChatError: of the kind that says whether trying again helps.

        """
        route = Route(method, path, **ids)
        more: Json = {"timeout": _TIMEOUT}
        if json is not None:
            more["json"] = json
        if params:
            more["params"] = dict(params)
        self._under_way += 1
        self._idle.clear()
        try:
            return await self._request(route, form, more)
        except Exception as error:
            if (meaning := _meaning(error)) is None:
                raise
            raise meaning from error
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def _request(self, route: Route, form: list[Json] | None, more: Json) -> Any:  # noqa: ANN401 - as in call
        for _ in range(_READING_TRIES if route.method == "GET" else 0):
            try:
                return await self._http.request(route, form=form, **more)
            except discord.RateLimited as limited:
                if limited.retry_after > _READING_WAIT:
                    raise
                await asyncio.sleep(limited.retry_after)
            except (aiohttp.ClientError, OSError):  # discord.py gives up on a dropped reply at once
                await asyncio.sleep(_READING_PAUSE)
        return await self._http.request(route, form=form, **more)

    async def idle(self) -> None:
        """Return when no call is under way."""
        await self._idle.wait()


def _meaning(error: Exception) -> ChatError | None:  # noqa: PLR0911 - one line per kind of failure
    """Say what a failure of discord.py or aiohttp means, where it means something."""
    match error:
        case discord.RateLimited():
            return RateLimitedError(error.retry_after)
        case discord.LoginFailure():
            return DiscordRefusedError(401, *_CODES[40001])
        case discord.HTTPException():
            return _http_meaning(error)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return UnreachableError(str(error))
        case aiohttp.ClientError() | OSError():  # a time-out is an OSError, too
            return UncertainError(repr(error))
        case RuntimeError() | AttributeError() if "closed" in str(error) or "request" in str(error):
            return UnreachableError("not connected")  # before the login, or after the end
        case _:
            return None


def _http_meaning(error: discord.HTTPException) -> ChatError:
    if error.status == 429 or error.code == _SLOW_MODE:  # noqa: PLR2004 - Too Many Requests
        return RateLimitedError(_retry_after(error))
    if error.status >= 500:  # noqa: PLR2004 - server errors
        return UncertainError(str(error))
    if error.status == 401:  # noqa: PLR2004 - Unauthorized
        return DiscordRefusedError(error.code, *_CODES[40001])
    code, mend = _CODES.get(error.code, (str(error.code or error.status), ""))
    return DiscordRefusedError(error.code, code, mend or error.text)


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers.get("Retry-After", 5))
    except ValueError:
        return 5.0


async def connected(attempt: Any) -> Any:  # noqa: ANN401 - any awaitable of discord.py
    """Await something of discord.py's and translate its failure.

    Raises:
        ChatError: of the kind that says whether trying again helps.

    """
    try:
        return await attempt
    except Exception as error:
        if (meaning := _meaning(error)) is None:
            raise
        raise meaning from error
