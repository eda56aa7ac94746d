"""One call of a Web API method: its arguments from query string, form or JSON, read as Slack reads them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sandbox.slack.errors import SlackError, invalid
from sandbox.slack.workspace import Workspace
from sandbox.world import Channel, ChannelKind, Json

T = TypeVar("T")


@dataclass(slots=True)
class Call:
    """A call with its arguments. Forms carry everything as text, JSON bodies carry types; both are taken."""

    ws: Workspace
    args: Json
    base_url: str

    def text(self, name: str, default: str = "") -> str:
        """Return an argument as text."""
        value = self.args.get(name)
        if value is None:
            return default
        return str(value).lower() if isinstance(value, bool) else str(value)

    def needed(self, name: str) -> str:
        """Return an argument that must be there."""
        value = self.text(name)
        if not value:
            raise invalid("invalid_arguments", f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return an argument as a truth value."""
        value = self.args.get(name)
        return default if value is None else str(value).lower() in ("1", "true", "t")

    def number(self, name: str, default: int) -> int:
        """Return an argument as a whole number."""
        value = self.args.get(name)
        if value in (None, ""):
            return default
        try:
            return int(str(value))
        except ValueError:
            raise invalid("invalid_arguments", f"must be a number [json-pointer:/{name}]") from None

    def json(self, name: str, error: str = "invalid_arguments") -> Any:  # noqa: ANN401 - whatever was sent
        """Return an argument that is JSON, sent as such or as text."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def names(self, name: str) -> list[str]:
        """Return a list, sent as such or with commas."""
        value = self.args.get(name)
        parts = value if isinstance(value, list) else str(value or "").split(",")
        return [str(part).strip() for part in parts if str(part).strip()]

    def channel(self, name: str = "channel") -> Channel:
        """Return the channel that an argument names by id."""
        wanted = self.text(name)
        if not wanted:
            raise invalid("invalid_arguments", f"missing required field: {name}")
        return self.ws.channel(wanted)

    def member_channel(self, name: str = "channel") -> Channel:
        """Return a channel that the bot is a member of."""
        found = self.channel(name)
        if self.ws.bot not in found.members:
            raise SlackError("not_in_channel")
        return found

    def target(self) -> Channel:
        """Return where to post: a channel by id or #name, or a member's direct messages by user id."""
        wanted = self.text("channel")
        if not wanted:
            raise SlackError("channel_not_found")
        if wanted in self.ws.space.accounts:
            account = self.ws.space.accounts[wanted]
            if account.is_bot:
                raise SlackError("cannot_dm_bot")
            if account.left_at is not None:
                raise SlackError("channel_not_found")
            return self.ws.open_dm(wanted)
        name = wanted.removeprefix("#")
        for found in self.ws.space.channels.values():
            if found.name == name and found.kind is not ChannelKind.DM:
                return self.ws.channel(found.id)
        return self.ws.channel(wanted)

    def page(self, items: Sequence[T], default: int, most: int = 1000) -> tuple[list[T], str]:
        """Return the page that ``cursor`` and ``limit`` ask for, and the cursor of the next."""
        limit = self.number("limit", default)
        if limit < 1 or limit > most:
            raise SlackError("invalid_limit")
        start = cursor_at(self.text("cursor"))
        end = start + limit
        return list(items[start:end]), cursor(end) if end < len(items) else ""


def cursor(at: int | str) -> str:
    """Return the cursor that leads to a place."""
    return base64.b64encode(f"next:{at}".encode()).decode()


def cursor_text(given: str) -> str:
    """Return the place a cursor leads to, as text; empty without a cursor."""
    if not given:
        return ""
    try:
        kind, _, at = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if kind != "next" or not at:
        raise SlackError("invalid_cursor")
    return at


def cursor_at(given: str) -> int:
    """Return the place a cursor leads to, as a number."""
    at = cursor_text(given)
    if at and not at.isdigit():
        raise SlackError("invalid_cursor")
    return int(at or 0)


Handler = Callable[[Call], Json | Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method and the scope it needs; three scopes mean: for public, private and direct channels."""

    handler: Handler
    scopes: tuple[str, ...] = ()


def by_kind(what: str) -> tuple[str, str, str]:
    """Return the three scopes of a method that works on any kind of channel."""
    return f"channels:{what}", f"groups:{what}", f"im:{what}"
