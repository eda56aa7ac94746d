"""The gateway connection: discord.py's client with our own readers in place of its objects.

discord.py turns each payload into objects and starts a task per event for listeners; one payload it cannot read ends
its connection task while the process lives on. We want the JSON, in order, and to outlive a bad payload. Its state
class has a table from event names to readers (``parsers``), made to be subclassed (``AutoShardedClient`` does): we put
ours there for what we read ourselves, keep its own for the cache of servers, channels, threads and roles, and guard
all of them. What the library does well stays with it: identify, resume, heartbeat, rate limits.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import discord
import structlog
from discord.state import ConnectionState

from chat.discord.invite import intents

Json = dict[str, Any]
log = structlog.get_logger()

# Read by us alone; discord.py never sees them.
OURS: Final = frozenset(
    {
        "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK",
        "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "INTERACTION_CREATE",
        "GUILD_MEMBER_ADD", "GUILD_MEMBER_REMOVE", "INVITE_CREATE", "INVITE_DELETE",
    }
)  # fmt: skip
# Read by discord.py for its cache, then by us.
SHARED: Final = frozenset(
    {
        "READY", "GUILD_CREATE", "GUILD_UPDATE", "GUILD_MEMBER_UPDATE", "THREAD_DELETE", "THREAD_MEMBERS_UPDATE",
    }
)  # fmt: skip
# A failure here leaves no connection worth keeping: let discord.py's task end, the watchdog makes a new one.
_VITAL: Final = frozenset({"READY", "RESUMED"})
_SILENT: Final = frozenset({"socket_raw_receive", "socket_raw_send", "socket_event_type"})


class Receiver(Protocol):
    """Who wants to know what the gateway says."""

    def receive(self, event: str, data: Json, serial: str) -> None:
        """Take one payload. ``serial`` is the same when a resumed session replays it."""
        ...

    def missed(self, event: str) -> None:
        """Hear that a payload could not be read."""
        ...


class _State(ConnectionState["Gateway"]):
    """discord.py's cache, fed past our readers."""

    def __init__(self, gateway: Gateway, **options: Any) -> None:  # noqa: ANN401 - discord.py's own options
        super().__init__(**options)
        for event, parse in self.parsers.items():
            self.parsers[event] = _reader(gateway, event, parse)


def _reader(gateway: Gateway, event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    ours, shared, vital = event in OURS, event in SHARED, event in _VITAL

    def read(data: Json) -> None:
        try:
            if not ours:
                parse(data)
            if ours or shared:
                gateway.receiver.receive(event, data, gateway.serial())
        except Exception:
            if vital:
                raise
            log.exception("discord.unreadable", event_type=event)
            gateway.receiver.missed(event)

    return read


class Gateway(discord.Client):
    """One connection to the gateway. Caches servers, channels, threads and roles; no members, no messages."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver  # before the base class, which asks for the state
        self.heard: datetime | None = None
        super().__init__(
            intents=intents(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            guild_ready_timeout=0.1,  # our own readiness does not wait for it
            allowed_mentions=discord.AllowedMentions.none(),
            enable_debug_events=True,  # the one public way to hear heartbeats being acknowledged
        )

    def _get_state(self, **options: Any) -> _State:  # noqa: ANN401 - discord.py's own options
        return _State(
            self, dispatch=self.dispatch, handlers=self._handlers, hooks=self._hooks, http=self.http, **options
        )

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Note signs of life; hand on what the library itself waits for."""
        if event == "socket_raw_receive":
            self.heard = datetime.now(UTC)
        if event not in _SILENT:
            super().dispatch(event, *args, **kwargs)

    def serial(self) -> str:
        """Return what names the payload being read: the session, and the number in it."""
        return f"{self.ws.session_id}:{self.ws.sequence}"
