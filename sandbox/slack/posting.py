"""Putting messages of the app into the world: the checks and the common way of all methods that post."""

from __future__ import annotations

import json
from typing import Any

from sandbox.slack import blocks, ids
from sandbox.slack.errors import SlackError, invalid
from sandbox.slack.workspace import Workspace
from sandbox.world import Channel, Json, Message

LONGEST = 40_000  # https://docs.slack.dev/reference/methods/chat.postMessage
METADATA_LARGEST = 16_000


def checked_blocks(given: Any, surface: str = blocks.MESSAGE) -> list[Json]:  # noqa: ANN401 - JSON
    """Return blocks that Slack would take, with their ids, or raise ``invalid_blocks``."""
    found = blocks.problems(given, surface)
    if found:
        raise invalid("invalid_blocks", *found)
    return blocks.completed(given)


def checked_metadata(given: Any) -> Json:  # noqa: ANN401 - JSON
    """Return metadata that Slack would take. https://docs.slack.dev/messaging/message-metadata."""
    if not isinstance(given, dict) or not isinstance(given.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(given)) > METADATA_LARGEST:
        raise SlackError("metadata_too_large")
    return {"event_type": given["event_type"], "event_payload": given["event_payload"]}


def content(given: Json) -> tuple[str, Json]:
    """Return text and body of a message from what was asked for, checked; raise what Slack would answer."""
    text = given.get("text") or ""
    body: Json = {}
    if not isinstance(text, str):
        raise invalid("invalid_arguments", "must be a string [json-pointer:/text]")
    if len(text) > LONGEST:
        raise SlackError("msg_too_long")
    if given.get("blocks"):
        body["blocks"] = checked_blocks(given["blocks"])
    if given.get("attachments"):
        if not isinstance(given["attachments"], list):
            raise SlackError("invalid_attachments")
        body["attachments"] = [{"id": number, **a} for number, a in enumerate(given["attachments"], 1)]
    if given.get("metadata"):
        body["metadata"] = checked_metadata(given["metadata"])
    if not text.strip() and not body.get("blocks") and not body.get("attachments"):
        raise SlackError("no_text")
    return text, body


def thread_root(ws: Workspace, channel: Channel, thread_ts: str) -> str | None:
    """Return the root that a ``thread_ts`` names, None without one."""
    if not thread_ts:
        return None
    root = ws.space.by_id.get((channel.id, thread_ts))
    if root is None or root.only_for is not None or (root.deleted and not ws.replies(channel.id, thread_ts)):
        raise SlackError("thread_not_found")
    if root.thread not in (None, root.id):
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def post(
    ws: Workspace,
    channel: Channel,
    text: str,
    body: Json,
    *,
    thread: str | None = None,
    only_for: str | None = None,
    files: list[Json] | None = None,
) -> Message:
    """Let the app's bot say something."""
    stamp = ws.world.tick()
    return ws.world.say(
        Message(
            ids.ts_of(stamp),
            ws.id,
            channel.id,
            ws.bot,
            ids.when(ids.ts_of(stamp)),
            text,
            body,
            thread=thread,
            only_for=only_for,
            files=files or [],
        )
    )
