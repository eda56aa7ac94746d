"""The Web API, with its ways to fail told apart: refused, not reached, slowed down, or nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from chat.marks import msg
from chat.port import ChatError, RateLimitedError, RefusedError, UncertainError, UnreachableError

Json = dict[str, Any]

API = "https://slack.com/api/"
TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=10)
PAGE = 200  # what Slack recommends as the most per page of a list
PAGE_TRIES = 5  # a page that broke is asked for again, so that a long list need not be read from its beginning
PAGE_PAUSE = 0.25  # seconds, doubled each time
PATIENCE = 60.0  # seconds: a list that was slowed down is read on after so long at most
_UNSURE = frozenset(("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"))
_MENDS = {
    "not_in_channel": msg("invite the bot to the channel with /invite"),
    "channel_not_found": msg("check the channel's id, and invite the bot if the channel is private"),
    "is_archived": msg("the channel is archived: unarchive it or choose another"),
    "invalid_auth": msg("the bot token is wrong: copy it again from the app's page 'OAuth & Permissions'"),
    "not_authed": msg("no token was sent: set the bot token"),
    "account_inactive": msg("the app was removed from the workspace: install it again"),
    "token_revoked": msg("the token was revoked: install the app again and copy the new token"),
    "token_expired": msg("the token has expired: install the app again and copy the new token"),
    "not_allowed_token_type": msg(
        "this is the wrong sort of token: bot tokens begin with xoxb-, app tokens with xapp-"
    ),
    "paid_teams_only": msg("this needs a paid workspace"),
    "plan_upgrade_required": msg("this needs a larger plan of Slack"),
    "restricted_action": msg("the workspace's settings do not allow it to apps: ask an owner"),
    "user_not_in_channel": msg("the reader is not in the channel"),
    "cannot_dm_bot": msg("apps have no direct messages with each other"),
    "messages_tab_disabled": msg("switch the app's messages tab on ('App Home')"),
    "not_enabled": msg("switch the home tab on ('App Home')"),
}

_log = structlog.get_logger(__name__)


class SlackWeb:
    """Calls of one bot. Nothing is sent twice: whether to try again is decided by whoever keeps the outbox."""

    def __init__(self, bot_token: str, api_url: str = API) -> None:
        self._token = bot_token
        self.api_url = api_url if api_url.endswith("/") else f"{api_url}/"
        self._session: aiohttp.ClientSession | None = None
        self._client: AsyncWebClient | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connection pool; made on first use, because it belongs to the running loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
            self._client = None
        return self._session

    @property
    def client(self) -> AsyncWebClient:
        """The SDK's client. Its default would repeat any call, posts too, after a reset connection."""
        session = self.session
        if self._client is None:
            self._client = AsyncWebClient(self._token, base_url=self.api_url, session=session, retry_handlers=[])
        return self._client

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, *, http_verb: str = "POST", **arguments: Any) -> Json:  # noqa: ANN401 - as JSON
        """Call a method; arguments that are None are left out.

        Raises:
            ChatError: of the kind that says whether to try again.

        """
        given = {key: value for key, value in arguments.items() if value is not None}
        body: Json = {"params": given} if http_verb == "GET" else {"json": given}
        try:
            response = await self.client.api_call(method, http_verb=http_verb, **body)
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise told(error) from error
        data = response.data
        return data if isinstance(data, dict) else {}

    async def call_as_app(self, method: str, app_token: str) -> Json:
        """Call a method with the app-level token.

        Raises:
            ChatError: of the kind that says whether to try again.

        """
        try:
            response = await self.client.api_call(
                method, http_verb="POST", headers={"Authorization": f"Bearer {app_token}"}
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise told(error) from error
        data = response.data
        return data if isinstance(data, dict) else {}

    async def pages(self, method: str, field: str, **arguments: Any) -> AsyncIterator[list[Json]]:  # noqa: ANN401 - as JSON
        """Read a list page by page, waiting where Slack asks for it and asking again where it fails: no harm."""
        cursor: str | None = None
        failures = 0
        while True:
            try:
                page = await self.call(method, http_verb="GET", cursor=cursor, **{"limit": PAGE, **arguments})
            except RateLimitedError as slowed:
                if slowed.retry_after > PATIENCE:
                    raise
                _log.info("slack.slowed_down", method=method, seconds=slowed.retry_after)
                await asyncio.sleep(slowed.retry_after)
                continue
            except (UncertainError, UnreachableError) as broken:
                failures += 1
                if failures >= PAGE_TRIES:
                    raise
                _log.info("slack.page_again", method=method, reason=str(broken))
                await asyncio.sleep(PAGE_PAUSE * 2**failures)
                continue
            failures = 0
            yield list(page.get(field) or ())
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if not cursor:
                return

    async def respond(self, response_url: str, body: Json) -> None:
        """Answer by the address that came with an interaction.

        Raises:
            ChatError: ``RefusedError`` where the address is used up or too old.

        """
        try:
            async with self.session.post(response_url, json=body) as response:
                if response.status == 200:  # noqa: PLR2004 - HTTP's OK
                    return
                text = await response.text()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise told(error) from error
        raise from_status(response.status, dict(response.headers)) or RefusedError(
            "expired_url", f"HTTP {response.status} {text[:100]}"
        )

    async def put(self, upload_url: str, content: bytes) -> None:
        """Send a file's bytes to the address that Slack gave for them."""
        try:
            async with self.session.post(upload_url, data=content) as response:
                status = response.status
                headers = dict(response.headers)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise told(error) from error
        if status >= 400:  # noqa: PLR2004 - HTTP's first error
            raise from_status(status, headers) or RefusedError("upload_failed", f"HTTP {status}")


def told(error: BaseException) -> ChatError:
    """Say what an exception of the library means."""
    if isinstance(error, SlackApiError):
        return _api_error(error)
    # nothing has left the machine yet when no connection was made
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | ConnectionRefusedError):
        return UnreachableError(str(error))
    return UncertainError(f"{type(error).__name__}: {error}")


def from_status(status: int, headers: dict[str, str]) -> ChatError | None:
    """Say what an HTTP status means, where it says enough by itself."""
    if status == 429:  # noqa: PLR2004 - HTTP's Too Many Requests
        given = next((value for key, value in headers.items() if key.lower() == "retry-after"), "1")
        return RateLimitedError(float(given) if given.replace(".", "", 1).isdigit() else 1.0)
    if status >= 500:  # noqa: PLR2004 - HTTP's first server error
        return UncertainError(f"HTTP {status}")
    return None


def refusal(data: Json) -> ChatError:
    """Say what ``ok: false`` means: docs.slack.dev/apis/web-api/#errors."""
    code = str(data.get("error") or "unknown_error")
    if code in _UNSURE:
        return UncertainError(code)
    if code in {"ratelimited", "rate_limited"}:
        return RateLimitedError(1.0)
    if code == "missing_scope":
        return RefusedError(code, f"add the scope {data.get('needed', '?')} to the app and install it again")
    said = "; ".join(map(str, (data.get("response_metadata") or {}).get("messages") or ()))
    return RefusedError(code, _MENDS.get(code, said))


def _api_error(error: SlackApiError) -> ChatError:
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    headers = {str(key): str(value) for key, value in dict(getattr(response, "headers", None) or {}).items()}
    if found := from_status(int(status), headers):
        return found
    data = getattr(response, "data", response)
    if not isinstance(data, dict) or "error" not in data:
        return UncertainError(f"a reply that is none: HTTP {status}")
    return refusal(data)
