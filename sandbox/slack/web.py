"""The Web API over HTTP: arguments, tokens, scopes, faults; response URLs and files besides."""

from __future__ import annotations

import asyncio
import inspect
import json
import math
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec
from aiohttp import web

from sandbox.face import Faults
from sandbox.slack import ids, posting, shapes
from sandbox.slack.api import METHODS
from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError
from sandbox.slack.limits import PostLimits
from sandbox.slack.workspace import HOOK_USES, Hook, Workspace
from sandbox.world import Json, WorldError

# What no method here asks for: slash commands, events of group messages, and the narrow scopes for invitations
OTHER_SCOPES = {"channels:write.invites", "commands", "groups:write.invites", "mpim:history", "mpim:read", "mpim:write"}
# Inviting takes the narrow scope, too: https://docs.slack.dev/reference/methods/conversations.invite
NARROWER = {"channels:manage": "channels:write.invites", "groups:write": "groups:write.invites"}
ALL_SCOPES = tuple(sorted({scope for method in METHODS.values() for scope in method.scopes} | OTHER_SCOPES))
NO_SCOPE = frozenset({"api.test"})


class WebApi:
    """What answers under ``/slack/api/``, ``/slack/response/``, ``/slack/upload/`` and ``/slack/files/``."""

    def __init__(
        self,
        workspaces: Callable[[], dict[str, Workspace]],
        faults: Callable[[], Faults],
        base_url: Callable[[], str],
        open_socket: Callable[[Workspace], str],
    ) -> None:
        self._workspaces, self._faults, self._base_url = workspaces, faults, base_url
        self._open_socket = open_socket
        self._random = Random(1)  # noqa: S311 - faults must be repeatable
        self._seed = 1
        self.limits: PostLimits | None = None
        self.injected = 0  # replies that went wrong on purpose

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the Web API and what belongs to it."""
        return [
            web.get("/slack/api/{method}", self.call),
            web.post("/slack/api/{method}", self.call),
            web.post("/slack/response/{space}/{hook}", self.respond),
            web.post("/slack/upload/{space}/{file}", self.upload),
            web.get("/slack/files/{space}/{file}/{name:.+}", self.download),
        ]

    # ---- methods

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        name = request.match_info["method"]
        before, after = self._draw(name)
        self.injected += bool(before or after)
        if before == "rate_limited":
            return _ratelimited(self._faults().retry_after)
        if before == "server_error":
            return web.Response(status=500, text="Internal Server Error")
        headers = {"x-slack-req-id": ids.fresh("").lower()}
        try:
            args = await _arguments(request)
            reply = await self._answer(name, args, _token(request, args), headers)
        except SlackError as error:
            reply = error.reply()
        except WorldError as error:
            reply = SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {error}"]}).reply()
        if reply.get("error") == "ratelimited":
            return _ratelimited(reply.pop("retry_after"))
        await self._afterwards(request, after)
        return _json(reply, headers)

    async def _afterwards(self, request: web.Request, what: str) -> None:
        if what == "slow":
            await asyncio.sleep(self._faults().slow_by)
        if what == "dropped" and request.transport is not None:
            request.transport.abort()

    async def _answer(self, name: str, args: Json, token: str, headers: dict[str, str]) -> Json:
        method = METHODS.get(name)
        if name == "apps.connections.open":
            return {"ok": True, "url": self._open_socket(self._of_token(token, "xapp-"))}
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if name == "api.test":
            return {"ok": True, **_plain(method.handler(Call(Workspace.__new__(Workspace), args, "")))}
        ws = self._of_token(token, "xoxb-")
        provided = granted(ws, self._faults())
        headers["x-oauth-scopes"] = ",".join(provided)
        headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        needed = _scope(ws, method, args)
        narrower = NARROWER.get(needed, "") if name == "conversations.invite" else ""
        if needed and not {needed, narrower} & set(provided):
            raise SlackError("missing_scope", needed=needed, provided=",".join(provided))
        if self.limits is not None and name == "chat.postMessage":
            self.limits.check(ws.id, str(args.get("channel", "")))
        result = method.handler(Call(ws, args, self._base_url()))
        return {"ok": True, **(await result if inspect.isawaitable(result) else result)}

    def _of_token(self, token: str, prefix: str) -> Workspace:
        if not token:
            raise SlackError("not_authed")
        other = "xapp-" if prefix == "xoxb-" else "xoxb-"
        if token.startswith(other):
            raise SlackError("not_allowed_token_type")
        ws = self._workspaces().get(token.removeprefix(prefix)) if token.startswith(prefix) else None
        if ws is None:
            raise SlackError("invalid_auth")
        return ws

    def _draw(self, name: str) -> tuple[str, str]:
        """Draw what goes wrong with one call: before anything is done, and after."""
        faults = self._faults()
        if faults.seed != self._seed:
            self._seed = faults.seed
            self._random = Random(faults.seed)  # noqa: S311 - faults must be repeatable
        if faults.only and not any(name.startswith(only) for only in faults.only):
            return "", ""
        drawn = [self._random.random() for _ in range(4)]
        before = (
            "rate_limited"
            if drawn[0] < faults.rate_limited
            else "server_error"
            if drawn[1] < faults.server_error
            else ""
        )
        return before, "dropped" if drawn[2] < faults.dropped else "slow" if drawn[3] < faults.slow else ""

    # ---- response URLs

    async def respond(self, request: web.Request) -> web.Response:
        """Take what an app sends to a ``response_url``.

        https://docs.slack.dev/interactivity/handling-user-interaction#message_responses.
        """
        before, after = self._draw("response")
        if before == "rate_limited":
            return _ratelimited(self._faults().retry_after)
        if before == "server_error":
            return web.Response(status=500, text="Internal Server Error")
        try:
            ws, hook = self._hook(request)
            respond(ws, hook, await _arguments(request))
        except SlackError as error:
            return _json(error.reply(), status=404 if error.code.endswith("_url") else 400)
        await self._afterwards(request, after)
        return web.Response(text="ok")

    def _hook(self, request: web.Request) -> tuple[Workspace, Hook]:
        space, key = request.match_info["space"], request.match_info["hook"]
        ws = self._workspaces().get(space)
        hook = ws.hooks.get(f"{space}/{key}") if ws is not None else None
        if ws is None or hook is None:
            raise SlackError("invalid_url")
        if ws.now() > hook.until:
            raise SlackError("expired_url")
        if hook.uses >= HOOK_USES:
            raise SlackError("used_url")
        hook.uses += 1
        return ws, hook

    # ---- files

    async def upload(self, request: web.Request) -> web.Response:
        """Take the bytes of a file, raw or as a form."""
        ws = self._workspaces().get(request.match_info["space"])
        held = ws.files.get(request.match_info["file"]) if ws is not None else None
        if held is None or held.complete:
            return web.Response(status=404, text="not found")
        if request.content_type == "multipart/form-data":
            form = await request.post()
            parts = [value for value in form.values() if isinstance(value, web.FileField)]
            if not parts:
                return web.Response(status=400, text="no file in the form")
            held.content = parts[0].file.read()
        else:
            held.content = await request.read()
        return web.Response(text=f"OK - {len(held.content)}")

    async def download(self, request: web.Request) -> web.Response:
        """Give the bytes of a file to who has the token, or to a person who follows the link on the page.

        The browser says where a request comes from: https://www.w3.org/TR/fetch-metadata/.
        """
        ws = self._workspaces().get(request.match_info["space"])
        held = ws.files.get(request.match_info["file"]) if ws is not None else None
        if ws is None or held is None:
            return web.Response(status=404, text="not found")
        at_the_page = request.headers.get("Sec-Fetch-Site") == "same-origin"  # Slack knows a person by a cookie
        if not at_the_page and request.headers.get("Authorization") != f"Bearer {ids.bot_token(ws.id)}":
            return web.Response(status=302, headers={"Location": f"https://{ws.domain}.slack.com/"})
        safe = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}  # nothing in it may run
        return web.Response(body=held.content, content_type=held.mimetype, headers=safe)


def respond(ws: Workspace, hook: Hook, given: Json) -> None:
    """Do what a response asks for: replace or remove the pressed message, or say something."""
    pressed = ws.space.by_id.get((hook.channel, hook.message or ""))
    if pressed is not None and pressed.deleted:
        pressed = None
    if given.get("delete_original") is True and pressed is not None:
        ws.world.delete(ws.id, hook.channel, pressed.id)
        return
    text, body = posting.content(given)
    body.pop("metadata", None)
    if given.get("replace_original") is True and pressed is not None:
        pressed.body = {key: value for key, value in pressed.body.items() if key not in ("blocks", "attachments")}
        ws.world.edit(ws.id, hook.channel, pressed.id, text=text, body=body)
        return
    channel = ws.space.channels.get(hook.channel)
    if channel is None:
        raise SlackError("channel_not_found")
    only_for = None if given.get("response_type") == "in_channel" else hook.user
    posting.post(ws, channel, text, body, thread=str(given.get("thread_ts") or "") or hook.thread, only_for=only_for)


def granted(ws: Workspace, faults: Faults) -> list[str]:
    """Return the scopes the bot token has: those of the manifest, or all, without those taken away on purpose."""
    asked = ALL_SCOPES
    if ws.manifest is not None:
        asked = tuple(ws.manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
    return [scope for scope in asked if scope not in faults.missing_scopes]


def _scope(ws: Workspace, method: Method, args: Json) -> str:
    if len(method.scopes) <= 1:
        return method.scopes[0] if method.scopes else ""
    channel = ws.space.channels.get(str(args.get("channel")))
    kind = shapes.channel_type(channel) if channel is not None else "channel"
    if channel is None and args.get("types"):
        kind = {"private_channel": "group", "im": "im", "mpim": "im"}.get(str(args["types"]).split(",")[0], kind)
    return dict(zip(("channel", "group", "im"), method.scopes, strict=True)).get(kind, method.scopes[2])


def _plain(result: Any) -> Json:  # noqa: ANN401 - what a handler returns
    if not isinstance(result, dict):
        raise TypeError("this method answers at once")
    return result


async def _arguments(request: web.Request) -> Json:
    # Clients differ: slack_sdk sends reads and many writes with a query string, others forms or JSON bodies.
    args: Json = dict(request.query)
    if request.method != "POST" or not request.can_read_body:
        return args
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return args | {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return args | body


def _token(request: web.Request, args: Json) -> str:
    said = str(args.pop("token", "") or "")
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" and value.strip() else said


def _ratelimited(after: float) -> web.Response:
    headers = {"Retry-After": str(max(1, math.ceil(after)))}
    return _json({"ok": False, "error": "ratelimited"}, headers, status=429)


def _json(value: Json, headers: dict[str, str] | None = None, *, status: int = 200) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(value),
        status=status,
        headers={**(headers or {}), "Content-Type": "application/json; charset=utf-8"},
    )
