"""What hangs on messages and channels: reactions, pins, bookmarks, custom emoji."""

from __future__ import annotations

import re

from sandbox.slack import ids, shapes
from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError, invalid
from sandbox.world import Json, Message

EMOJI = re.compile(r"[a-z0-9_+'\-぀-ヿ㐀-鿿]{1,100}(::skin-tone-[2-6])?")


def _name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not name:
        raise SlackError("no_reaction")
    if not EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def _message(call: Call) -> Message:
    channel = call.text("channel")
    if not channel or not call.text("timestamp"):
        raise SlackError("no_item_specified")
    found = call.ws.message(call.channel().id, call.text("timestamp"))
    if call.ws.bot not in call.channel().members:
        raise SlackError("not_in_channel")
    return found


def add_reaction(call: Call) -> Json:
    """Put a reaction on a message."""
    name, found = _name(call), _message(call)
    if not call.ws.world.react(call.ws.id, found.channel, found.id, call.ws.bot, name):
        raise SlackError("already_reacted")
    return {}


def remove_reaction(call: Call) -> Json:
    """Take the bot's reaction back."""
    name, found = _name(call), _message(call)
    if not call.ws.world.react(call.ws.id, found.channel, found.id, call.ws.bot, name, on=False):
        raise SlackError("no_reaction")
    return {}


def get_reactions(call: Call) -> Json:
    """Return a message with its reactions."""
    found = _message(call)
    return {"type": "message", "channel": found.channel, "message": shapes.full_message(call.ws, found)}


def add_pin(call: Call) -> Json:
    """Pin a message."""
    found = _message(call)
    if (found.channel, found.id) in call.ws.pins:
        raise SlackError("already_pinned")
    call.ws.pins.add((found.channel, found.id))
    return {}


def remove_pin(call: Call) -> Json:
    """Take a pin away."""
    found = _message(call)
    if (found.channel, found.id) not in call.ws.pins:
        raise SlackError("no_pin")
    call.ws.pins.remove((found.channel, found.id))
    return {}


def list_pins(call: Call) -> Json:
    """List what is pinned."""
    channel = call.channel()
    standing = [ws_id for place, ws_id in sorted(call.ws.pins) if place == channel.id]
    shown = [
        {
            "type": "message",
            "channel": channel.id,
            "message": shapes.full_message(call.ws, call.ws.message(channel.id, ts)),
        }
        for ts in standing
    ]
    return {"items": shown}


def add_bookmark(call: Call) -> Json:
    """Put a link at the head of a channel."""
    channel = call.channel("channel_id")
    if call.needed("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not call.text("link").startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    if call.ws.bot not in channel.members:
        raise SlackError("not_in_channel")
    bookmark: Json = {
        "id": ids.fresh("Bk"),
        "channel_id": channel.id,
        "title": call.needed("title"),
        "link": call.text("link"),
        "emoji": call.text("emoji"),
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": int(call.ws.now().timestamp()),
        "date_updated": 0,
        "rank": "i",
        "last_updated_by_user_id": call.ws.bot,
        "last_updated_by_team_id": call.ws.id,
        "shortcut_id": None,
        "app_id": None,
        "app_action_id": None,
    }
    channel.extra.setdefault("bookmarks", []).append(bookmark)
    return {"bookmark": bookmark}


def list_bookmarks(call: Call) -> Json:
    """List the links of a channel."""
    return {"bookmarks": list(call.channel("channel_id").extra.get("bookmarks", ()))}


def list_emoji(call: Call) -> Json:
    """List the workspace's own emoji."""
    if call.text("include_categories") not in ("", "true", "false", "0", "1"):
        raise invalid("invalid_arguments", "must be a boolean [json-pointer:/include_categories]")
    return {
        "emoji": {"tsudoi": "https://emoji.slack-edge.com/tsudoi.png", "party": "alias:tada"},
        "cache_ts": ids.ts_of(int(call.ws.now().timestamp()) * 1_000_000),
    }


METHODS = {
    "reactions.add": Method(add_reaction, ("reactions:write",)),
    "reactions.remove": Method(remove_reaction, ("reactions:write",)),
    "reactions.get": Method(get_reactions, ("reactions:read",)),
    "pins.add": Method(add_pin, ("pins:write",)),
    "pins.remove": Method(remove_pin, ("pins:write",)),
    "pins.list": Method(list_pins, ("pins:read",)),
    "bookmarks.add": Method(add_bookmark, ("bookmarks:write",)),
    "bookmarks.list": Method(list_bookmarks, ("bookmarks:read",)),
    "emoji.list": Method(list_emoji, ("emoji:read",)),
}
