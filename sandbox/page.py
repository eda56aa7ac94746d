"""Serves the sandbox's web page: plain files beside this module, with headers that keep the page to itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from aiohttp import web

WEB: Final = Path(__file__).parent / "web"

# The page loads nothing from elsewhere and nothing of it runs in another site's frame.
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


async def _index(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(WEB / "index.html", headers=HEADERS)


async def _asset(request: web.Request) -> web.FileResponse:
    path = WEB / request.match_info["name"]
    if not path.is_file():
        raise web.HTTPNotFound(text="no such file")
    return web.FileResponse(path, headers=HEADERS)


def page_routes() -> list[web.RouteDef]:
    """Return the routes of the page."""
    return [web.get("/", _index), web.get(r"/web/{name:[a-z0-9_-]+\.(?:js|css|svg)}", _asset)]
