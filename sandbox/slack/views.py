"""Modals and home tabs: checked, given their ids, and sent with what was filled in."""

from __future__ import annotations

import json
import secrets
from typing import Any

from sandbox.slack import blocks, ids
from sandbox.slack.errors import SlackError, invalid
from sandbox.slack.workspace import Workspace
from sandbox.world import Json

LARGEST = 250_000  # https://docs.slack.dev/reference/methods/views.open: view_too_large
TITLE = 24
METADATA = 3000
PUSHED = 3


def checked(given: Any, kind: str | None = None) -> Json:  # noqa: ANN401 - whatever JSON a caller sent
    """Return a view that Slack would take, or raise what it would answer."""
    if not isinstance(given, dict):
        raise invalid("invalid_arguments", "must be an object [json-pointer:/view]")
    if len(json.dumps(given, ensure_ascii=False).encode()) > LARGEST:
        raise SlackError("view_too_large")
    found = []
    surface = given.get("type")
    if surface not in (blocks.MODAL, blocks.HOME) or (kind is not None and surface != kind):
        found.append(f"must be one of: {kind or 'modal, home'} [json-pointer:/view/type]")
    if surface == blocks.MODAL:
        for key, needed in (("title", True), ("submit", False), ("close", False)):
            found += _label(given.get(key), key, needed=needed)
        has_input = any(b.get("type") == "input" for b in _listed(given.get("blocks")) if isinstance(b, dict))
        if has_input and not given.get("submit"):
            found.append("missing required field: submit [json-pointer:/view/submit]")
    for key, most in (("private_metadata", METADATA), ("callback_id", 255), ("external_id", 255)):
        value = given.get(key) or ""
        if not isinstance(value, str) or len(value) > most:
            found.append(f"must be less than {most + 1} characters [json-pointer:/view/{key}]")
    found += [
        problem.replace("[json-pointer:", "[json-pointer:/view")
        for problem in blocks.problems(given.get("blocks"), str(surface) if surface in ("modal", "home") else "modal")
    ]
    if found:
        raise invalid("invalid_arguments", *found)
    return given


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else []


def _label(text: Any, key: str, *, needed: bool) -> list[str]:  # noqa: ANN401 - JSON
    if text is None:
        return [f"missing required field: {key} [json-pointer:/view]"] if needed else []
    if not isinstance(text, dict) or text.get("type") != "plain_text" or not isinstance(text.get("text"), str):
        return [f"must be a plain_text object [json-pointer:/view/{key}]"]
    if not 1 <= len(text["text"]) <= TITLE:
        return [f"must be less than {TITLE + 1} characters [json-pointer:/view/{key}/text]"]
    return []


def made(ws: Workspace, given: Json, *, view_id: str | None = None) -> Json:
    """Return a view with everything Slack adds to it. https://docs.slack.dev/reference/views."""
    view_id = view_id or ids.fresh("V")
    external = given.get("external_id") or ""
    if external and any(v["external_id"] == external and v["id"] != view_id for v in ws.views.values()):
        raise SlackError("duplicate_external_id")
    return {
        "id": view_id,
        "team_id": ws.id,
        "type": given["type"],
        "blocks": blocks.completed(given["blocks"]),
        "private_metadata": given.get("private_metadata") or "",
        "callback_id": given.get("callback_id") or "",
        "state": {"values": {}},
        "hash": new_hash(ws),
        "title": _text(given.get("title")) or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(given.get("clear_on_close")),
        "notify_on_close": bool(given.get("notify_on_close")),
        "close": _text(given.get("close")),
        "submit": _text(given.get("submit")),
        "previous_view_id": None,
        "root_view_id": view_id,
        "app_id": ws.app_id,
        "external_id": external,
        "app_installed_team_id": ws.id,
        "bot_id": ws.bot_id,
    }


def _text(text: Json | None) -> Json | None:
    return None if text is None else {"emoji": True, **text}


def new_hash(ws: Workspace) -> str:
    """Return the mark of a view's present content."""
    return f"{int(ws.now().timestamp())}.{secrets.token_hex(4)}"


def push(ws: Workspace, user: str, given: Json) -> Json:
    """Put a modal on top of those that stand."""
    if not ws.stacks.get(user):
        raise SlackError("not_found")
    if len(ws.stacks[user]) >= PUSHED:
        raise SlackError("push_limit_reached")
    return ws.show(user, made(ws, given), push=True)


def replace(ws: Workspace, old: Json, given: Json) -> Json:
    """Change what a standing view shows; what was filled in stays where block and action are the same."""
    view = made(ws, given, view_id=old["id"])
    for key in ("previous_view_id", "root_view_id"):
        view[key] = old[key]
    standing = {(b.get("block_id")) for b in view["blocks"]}
    kept = {block: state for block, state in old["state"]["values"].items() if block in standing}
    view["state"] = {"values": kept}
    old.clear()
    old.update(view)
    ws.redraw(old)
    return old
