"""What both faces of the sandbox offer: the acts of a person on a platform, and the routes they serve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from sandbox.world import Account, Json, Message


@dataclass(slots=True)
class Faults:
    """What goes wrong on purpose. Shares are of the REST replies to the bot, 0 to 1, each drawn by itself."""

    rate_limited: float = 0.0  # 429 with Retry-After, nothing done
    retry_after: float = 1.0  # seconds
    server_error: float = 0.0  # 500, nothing done
    dropped: float = 0.0  # done, but the connection closes before the reply
    slow: float = 0.0  # done, replied late
    slow_by: float = 2.0  # seconds
    duplicate: float = 0.0  # share of events delivered twice
    only: tuple[str, ...] = ()  # methods or paths (prefix) the REST faults are limited to; empty: all
    lose_while_away: bool = True  # events for which no connection stands are gone, as on the real platforms
    seed: int = 1
    missing_scopes: frozenset[str] = field(default_factory=frozenset)  # Slack scopes, Discord permission names


class Face(Protocol):
    """One platform's wire, spoken by the sandbox. The methods are what a person's client can do there."""

    faults: Faults

    def routes(self) -> list[web.RouteDef]:
        """Return the HTTP and websocket routes of this face."""
        ...

    def say(
        self,
        account: Account,
        channel: str,
        text: str,
        *,
        thread: str | None = None,
        reply_to: str | None = None,
        files: tuple[Json, ...] = (),
    ) -> Message:
        """Let a member write in a channel (id or name). A mention is written as the platform writes it."""
        ...

    async def press(self, account: Account, message: Message, element: Json) -> None:
        """Press a button or settle a select. ``element``: ``action_id`` / ``custom_id``; for selects ``values``."""
        ...

    async def press_home(self, account: Account, element: Json) -> None:
        """Press an element of the home tab (Slack only; elsewhere ``WorldError``)."""
        ...

    async def submit(self, account: Account, values: dict[str, str | list[str] | None]) -> dict[str, str]:
        """Send the open form, values by field (Slack block_id, Discord custom_id). Field errors come back."""
        ...

    async def dismiss(self, account: Account) -> None:
        """Close the open form without sending it."""
        ...

    async def command(self, account: Account, channel: str, name: str, text: str, *, thread: str | None = None) -> None:
        """Use a slash command; ``text`` is all that follows its name (the Discord face parses it into options)."""
        ...

    async def menu(self, account: Account, message: Message, name: str) -> None:
        """Use an entry of the message menu (Slack callback_id, Discord command name)."""
        ...

    async def open_home(self, account: Account) -> None:
        """Open the app's home tab (nothing on Discord)."""
        ...

    def commands(self, space: str) -> list[Json]:
        """List what a member can use there: ``{name, kind: "slash"|"message", description, options}``."""
        ...

    async def disconnect(self, *, lose_session: bool = False) -> None:
        """Cut the bot's connection; with ``lose_session`` it cannot resume."""
        ...

    def connected(self) -> bool:
        """Say whether the bot is listening."""
        ...

    def connections(self) -> int:
        """Return how many connections the bot has made so far: one that ended and came again is seen by it."""
        ...
