"""What the adapter needs to know to connect, and where to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

# What discord.py had before anybody pointed it elsewhere.
_REAL_API: Final = Route.BASE
_REAL_GATEWAY: Final = DiscordWebSocket.DEFAULT_GATEWAY


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """One bot and the servers it serves. ``api_url`` and ``gateway_url`` are for a server other than Discord's own."""

    token: str = field(repr=False)  # never in a log or a traceback
    servers: tuple[str, ...]
    api_url: str | None = None
    gateway_url: str | None = None

    def point_library(self) -> None:
        """Point discord.py at these addresses.

        The library keeps both in class attributes, so this holds for the whole process: two adapters in one process
        must talk to the same place. Without addresses the library's own come back.
        """
        Route.BASE = self.api_url.rstrip("/") if self.api_url else _REAL_API
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self.gateway_url) if self.gateway_url else _REAL_GATEWAY
