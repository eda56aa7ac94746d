"""Who may talk to the control API: this machine only, and no page of another site.

The server listens on loopback, but a browser on this machine will gladly send it requests for any page it shows.
So a request must name a loopback host (against DNS rebinding) and, where the browser says which page it comes from,
that page must be ours. See https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web
from yarl import URL

from sandbox.control.stage import NotFoundError
from sandbox.world import WorldError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SAME_SITE = frozenset({"same-origin", "none"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_log = logging.getLogger(__name__)


def _is_ours(request: web.Request) -> bool:
    if URL(f"http://{request.host}").host not in LOOPBACK:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{request.host}":
        return False
    return request.headers.get("Sec-Fetch-Site", "none") in SAME_SITE


def _error(status: HTTPStatus, sentence: str, code: str = "", values: dict[str, str] | None = None) -> web.Response:
    body = {"error": sentence} | ({"code": code, "values": values} if code else {})
    return web.json_response(body, status=status, dumps=lambda v: json.dumps(v, ensure_ascii=False))


async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn strangers away from the control API; answer errors as ``{"error": sentence}``, common ones with a code."""
    if not _is_ours(request):
        return _error(HTTPStatus.FORBIDDEN, "this API answers only the sandbox's own page and programs on this machine")
    if request.method == "POST" and request.content_type != "application/json":
        return _error(HTTPStatus.BAD_REQUEST, "send a JSON object with Content-Type: application/json")
    try:
        return await handler(request)
    except NotFoundError as error:
        return _error(HTTPStatus.NOT_FOUND, str(error))
    except WorldError as error:
        return _error(HTTPStatus.BAD_REQUEST, str(error), error.code, error.values)
    except web.HTTPException:
        raise
    except Exception:  # noqa: BLE001 - whatever failed, the caller gets a sentence and the log the trace
        _log.exception("the control API failed at %s", request.path)
        return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "the sandbox failed at this; its log says where")
