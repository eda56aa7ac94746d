"""The Discord adapter: one bot, any number of servers, one gateway connection.

What comes in is handed to the intake in the order it came, up to 512 at a time, so the inbox can commit in groups. An
event that cannot be stored is tried again for a while; if it must be given up, or a payload cannot be read, ``gap``
grows and the process reads the history instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from chat.commands import Command, Menu
from chat.discord.answers import Apologise
from chat.discord.chat import DiscordChat
from chat.discord.commands import render_commands
from chat.discord.conversation import Conversations
from chat.discord.directory import Directory
from chat.discord.doctor import examine, refusal
from chat.discord.gateway import Gateway
from chat.discord.listening import Listening
from chat.discord.pump import Pump
from chat.discord.referrals import Referrals
from chat.discord.rest import Rest, connected
from chat.discord.settings import DiscordSettings
from chat.events import Event
from chat.port import ChatError, Finding, Intake, NotStoredError, UnreachableError

Json = dict[str, Any]
log = structlog.get_logger()

_READY_WITHIN: Final = 30.0  # seconds from the login to the last server's arrival
_RETRIES: Final = (0.2, 1.0, 5.0, 15.0)  # seconds between attempts to store an event: a locked database, a full disk
_DEAD: Final = datetime.fromtimestamp(0, UTC)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DiscordAdapter(DiscordChat):
    """The port and the connection. ``apologise`` words what the adapter itself must say to a member.

    Its codes: ``too_late`` (no answer in time), ``not_stored`` (the click could not be kept), ``platform_refused``
    (Discord would not show the answer).
    """

    def __init__(
        self, settings: DiscordSettings, *, apologise: Apologise, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        super().__init__(settings.servers, apologise)
        self._settings = settings
        self._client: Gateway | None = None
        self._connection: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()
        self._intake: Intake | None = None
        self._stopping = asyncio.Event()
        self._gap = 0
        self._pump = Pump()
        self._referrals = Referrals(self.rest)
        self._conversations = Conversations(self._answers)
        self._listening = Listening(self, settings.servers, self._referrals, clock)
        self._commands: tuple[Command, ...] = ()
        self._menus: tuple[Menu, ...] = ()

    # ---- connecting

    async def start(self, intake: Intake, commands: tuple[Command, ...], menus: tuple[Menu, ...]) -> None:
        """Connect and feed what comes in to ``intake``. Returns when the servers have arrived."""
        self._intake, self._commands, self._menus = intake, commands, menus
        self._stopping.clear()
        self._listening.menus = {menu.label.en: menu.name for menu in menus}
        self._settings.point_library()
        async with self._changing:
            await self._connect()
        present = [server for server in self._settings.servers if self._directory.guild(server)]
        for server in set(self._settings.servers) - set(present):
            log.error("discord.not_on_server", server=server, mend="invite the bot: tsudoi invite discord")
        await asyncio.gather(*map(self._register, present))

    async def _connect(self) -> None:
        client = Gateway(self._listening)
        try:
            await connected(client.login(self._settings.token))
        except ChatError:
            await client.close()
            raise
        self._listening.arrived.clear()
        connection = asyncio.create_task(client.connect())
        old = self._client, self._connection, self._connected
        self._client, self._connection, self._connected = client, connection, Rest(client.http)
        self._directory = self._listening.directory = Directory(client)
        connection.add_done_callback(_note_end)
        self._retire(*old)
        arrival = asyncio.create_task(self._listening.arrived.wait())
        try:
            await asyncio.wait({arrival, connection}, timeout=_READY_WITHIN, return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
        if not self._listening.arrived.is_set():
            ended = connection.done() and not connection.cancelled() and connection.exception()
            raise UnreachableError(f"Discord's gateway did not become ready: {ended or 'no answer'}")

    async def _register(self, server: str) -> None:
        if self._client is None:
            return
        body = render_commands(self._commands, self._menus)
        path = "/applications/{application_id}/guilds/{guild_id}/commands"
        application = str(self._client.application_id)
        try:
            await self.rest().call("PUT", path, json=body, application_id=application, guild_id=server)
        except ChatError as error:
            log.error("discord.commands_refused", server=server, reason=str(error))  # noqa: TRY400 - it says all

    def _retire(self, client: Gateway | None, connection: asyncio.Task[None] | None, rest: Rest | None) -> None:
        """Read nothing more from a connection, and close it when the calls under way have ended."""
        if client is None or connection is None or rest is None:
            return
        connection.cancel()
        self._keep(self._close(client, rest))

    async def _close(self, client: Gateway, rest: Rest) -> None:
        await rest.idle()
        await client.close()

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def stop(self) -> None:
        """Take no more, finish what has been accepted, disconnect."""
        async with self._changing:
            if self._connection is not None:
                self._connection.cancel()
            self._stopping.set()
            await self._pump.drained()
            await self._conversations.ended()
            self._retire(self._client, self._connection, self._connected)
            self._client = self._connection = self._connected = None
            while self._background:
                await asyncio.wait(tuple(self._background))

    def last_heard(self) -> datetime | None:
        """Return when the gateway last sent anything; the beginning of time once discord.py has given up."""
        if self._client is None:
            return None
        return _DEAD if self._connection is None or self._connection.done() else self._client.heard

    async def reconnect(self) -> None:
        """Throw the connection away and make a new one, with a new session. Calls under way are not cut off."""
        async with self._changing:
            if not self._stopping.is_set():
                await self._connect()

    def gap(self) -> int:
        """Return a number that grows with each new session, unreadable payload and event that was given up."""
        return self._gap

    async def examine(self) -> tuple[Finding, ...]:
        """Check token, intents, servers and permissions; connects for that moment if it must."""
        if self._connected is not None:
            return await examine(self._connected, self._settings.servers)
        self._settings.point_library()
        client = Gateway(self._listening)
        try:
            await connected(client.login(self._settings.token))
            return await examine(Rest(client.http), self._settings.servers)
        except ChatError as error:
            return (Finding(ok=False, code="discord_login", values=refusal(error)),)
        finally:
            await client.close()

    # ---- taking in

    def missed(self) -> None:
        """Note that something was lost which only the history can give back."""
        self._gap += 1

    def take(self, event: Event | Coroutine[Any, Any, Event | None]) -> None:
        """Hand an event to the intake when its turn comes; it may have to be looked up first."""
        self._pump.put(lambda: self._accept(event))

    async def _accept(self, coming: Event | Coroutine[Any, Any, Event | None]) -> None:
        try:
            event = await coming if asyncio.iscoroutine(coming) else coming
        except ChatError as error:
            log.warning("discord.event_not_placed", reason=str(error))
            self.missed()
            return
        except Exception as error:  # noqa: BLE001 - a payload of any shape; the history may tell it better
            log.error("discord.unreadable", error=type(error).__name__)  # noqa: TRY400 - its text may quote what somebody wrote
            self.missed()
            return
        if event is not None and self._intake is not None:
            await self._store(event, self._intake)

    async def _store(self, event: Event, intake: Intake) -> None:
        for delay in (*_RETRIES, None):
            try:
                await intake.accept(event)
            except NotStoredError as error:
                log.warning("discord.not_stored", event_type=type(event).__name__, reason=str(error))
            else:
                return
            if delay is None or self._stopping.is_set():
                break
            await asyncio.sleep(delay)
        self.missed()

    def converse(self, interaction: Json, server: str | None) -> None:
        """Take an interaction and see to its answer."""
        received = asyncio.get_running_loop().time()
        self._pump.put(lambda: self._begin(interaction, server, received))

    async def _begin(self, interaction: Json, server: str | None, received: float) -> None:
        if self._intake is None:
            return
        try:
            if server := server or await self._listening.home_of_dm(interaction):
                await self._conversations.begin(interaction, server, self._listening.menus, self._intake, received)
        except ChatError as error:
            log.warning("discord.interaction_not_placed", reason=str(error))
        except Exception as error:  # noqa: BLE001 - a client can send anything; nobody waits for an answer to that
            log.error("discord.unreadable", error=type(error).__name__)  # noqa: TRY400 - as above

    def server_came(self, server: str) -> None:
        """Offer the commands on a server that the bot was invited to while it ran."""
        self._keep(self._register(server))
        self._keep(self._referrals.refresh(server))

    def refresh_referrals(self) -> None:
        """Count invitations anew."""
        for server in self._settings.servers:
            self._keep(self._referrals.refresh(server))


def _note_end(connection: asyncio.Task[None]) -> None:
    if not connection.cancelled() and (error := connection.exception()) is not None:
        log.error("discord.connection_ended", error=repr(error))
