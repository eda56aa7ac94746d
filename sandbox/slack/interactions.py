"""The payloads of what people do with an app: commands, buttons, menus, forms.

https://docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

from typing import Any

from sandbox.slack import shapes
from sandbox.slack.events import stamp
from sandbox.slack.workspace import Workspace
from sandbox.world import Account, Channel, ChannelKind, Json, Message


def _who(ws: Workspace, account: Account) -> Json:
    name = shapes.handle(account)
    return {"id": account.user_id, "username": name, "name": name, "team_id": ws.id}


def _head(ws: Workspace, kind: str, account: Account) -> Json:
    return {
        "type": kind,
        "team": {"id": ws.id, "domain": ws.domain},
        "user": _who(ws, account),
        "api_app_id": ws.app_id,
        "token": "verification-token",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_name(channel: Channel) -> str:
    """Return what payloads call a channel."""
    if channel.kind is ChannelKind.DM:
        return "directmessage"
    return "privategroup" if channel.private or channel.kind is ChannelKind.PRIVATE else channel.name


def message_pressed(
    ws: Workspace, account: Account, message: Message, *, action: Json, values: Json, base_url: str
) -> Json:
    """Return ``block_actions`` for an element of a message."""
    channel = ws.space.channels[message.channel]
    container: Json = {
        "type": "message",
        "message_ts": message.id,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread:
        container["thread_ts"] = message.thread
    hook = ws.hook(account.user_id, channel.id, message.id, message.thread)
    payload = {
        **_head(ws, "block_actions", account),
        "container": container,
        "trigger_id": ws.trigger(account.user_id),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": values},
        "response_url": f"{base_url}/slack/response/{hook}",
        "actions": [{**action, "action_ts": stamp(ws)}],
    }
    if message.only_for is None:  # Slack does not repeat what only one reader saw
        payload["message"] = shapes.full_message(ws, message)
    return payload


def view_pressed(ws: Workspace, account: Account, view: Json, action: Json) -> Json:
    """Return ``block_actions`` for an element of a modal or home tab."""
    return {
        **_head(ws, "block_actions", account),
        "container": {"type": "view", "view_id": view["id"]},
        "trigger_id": ws.trigger(account.user_id),
        "view": view,
        "actions": [{**action, "action_ts": stamp(ws)}],
    }


def view_submitted(ws: Workspace, account: Account, view: Json, values: Json) -> Json:
    """Return ``view_submission``."""
    return {
        **_head(ws, "view_submission", account),
        "trigger_id": ws.trigger(account.user_id),
        "view": {**view, "state": {"values": values}},
        "response_urls": [],
    }


def view_closed(ws: Workspace, account: Account, view: Json, *, cleared: bool) -> Json:
    """Return ``view_closed``."""
    return {**_head(ws, "view_closed", account), "view": view, "is_cleared": cleared, "response_urls": []}


def command(ws: Workspace, account: Account, channel: Channel, *, name: str, text: str, base_url: str) -> Json:
    """Return what a slash command sends. https://docs.slack.dev/interactivity/implementing-slash-commands."""
    hook = ws.hook(account.user_id, channel.id)
    return {
        "token": "verification-token",
        "team_id": ws.id,
        "team_domain": ws.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": account.user_id,
        "user_name": shapes.handle(account),
        "command": name,
        "text": text,
        "api_app_id": ws.app_id,
        "is_enterprise_install": "false",
        "response_url": f"{base_url}/slack/response/{hook}",
        "trigger_id": ws.trigger(account.user_id),
    }


def message_shortcut(ws: Workspace, account: Account, message: Message, callback_id: str, base_url: str) -> Json:
    """Return ``message_action``, the choice of an entry in a message's menu."""
    channel = ws.space.channels[message.channel]
    hook = ws.hook(account.user_id, channel.id, None, message.thread)
    payload = _head(ws, "message_action", account)
    del payload["api_app_id"], payload["user"]["username"]
    return {
        **payload,
        "action_ts": stamp(ws),
        "callback_id": callback_id,
        "trigger_id": ws.trigger(account.user_id),
        "response_url": f"{base_url}/slack/response/{hook}",
        "message_ts": message.id,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": shapes.full_message(ws, message),
    }


def global_shortcut(ws: Workspace, account: Account, callback_id: str) -> Json:
    """Return ``shortcut``, the choice of an entry in the composer's menu."""
    payload = _head(ws, "shortcut", account)
    del payload["api_app_id"], payload["user"]["name"]
    return {
        **payload,
        "action_ts": stamp(ws),
        "callback_id": callback_id,
        "trigger_id": ws.trigger(account.user_id),
    }


def action_of(block: Json, element: Json, settled: Json) -> Json:
    """Return an action as it stands in ``actions``: the element, and what it was settled to."""
    told: dict[str, Any] = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
    }
    for key in ("text", "value", "style", "placeholder", "confirm", "url"):
        if key in element and element["type"] in ("button", "overflow", *_WITH_PLACEHOLDER):
            told[key] = element[key]
    return told | {key: value for key, value in settled.items() if key != "type" and element["type"] != "button"}


_WITH_PLACEHOLDER = (
    "static_select", "external_select", "users_select", "conversations_select", "channels_select",
    "multi_static_select", "multi_users_select", "multi_conversations_select", "multi_channels_select",
    "datepicker", "timepicker",
)  # fmt: skip
