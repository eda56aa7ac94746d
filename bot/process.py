"""The process: every part made once and tied together; started in order, stopped in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from bot.clock import Clock, FollowingClock, SystemClock
from bot.config import (
    Config,
    DiscordSection,
    SlackSection,
    community_settings,
    secret,
    workspace_settings,
)
from bot.directory import KnownPlaces
from bot.dispatch import Dispatcher
from bot.inbox import Inbox
from bot.web import Pages, serve
from chat.answers import Answer
from chat.card import Card
from chat.discord import DiscordAdapter, DiscordSettings
from chat.ids import Workspace
from chat.port import Adapter, ChatError
from chat.slack.adapter import SlackAdapter
from chat.slack.settings import SlackSettings
from community.config import CommunitySettings, WorkspaceSettings
from community.languages import choose_language
from handlers import FEATURES
from handlers.fallback import problem_card
from handlers.routes import Feature, Routes
from jobs.catch_up import CatchUp
from jobs.outbox import OutboxWorker
from jobs.retention import RETENTION
from jobs.ticker import Ticker
from locales import translator
from storage.engine import Database
from storage.inbox import Item
from storage.migrate import upgrade

log = structlog.get_logger()

# Both platforms send something at least every half minute (heartbeats, pings); three misses mean the line is dead
SILENCE = timedelta(seconds=100)
CONNECT_RETRY_S = (1.0, 2.0, 5.0, 10.0, 30.0)


class Process:
    """One running bot: any number of workspaces and servers, one store."""

    def __init__(self, config: Config, *, features: Sequence[Feature] = FEATURES) -> None:
        self.config = config
        self.features = tuple(features)
        self.db = Database(config.store.url)
        self.clock: Clock = FollowingClock(config.clock.follow) if config.clock.follow else SystemClock()
        self.directory = KnownPlaces()
        self.communities: dict[str, CommunitySettings] = {}
        self.adapters: list[Adapter] = []
        self._owners: dict[Workspace, str] = {}
        self._started = datetime.now(UTC)
        self._runner: web.AppRunner | None = None
        self._background: set[asyncio.Task[None]] = set()
        self._reconnecting: set[int] = set()
        self.dispatcher: Dispatcher
        self.inbox: Inbox
        self.outbox: OutboxWorker
        self.ticker: Ticker
        self.catch_up: CatchUp
        self.ready = asyncio.Event()

    async def start(self) -> None:
        """Open the store, connect, replay what a crash left, begin to work."""
        await upgrade(self.db)
        if isinstance(self.clock, FollowingClock):
            await self.clock.start()
        await self._make_adapters()
        routes = Routes.of(self.features)
        self.dispatcher = Dispatcher(
            self.db, routes, self.directory, self.communities, after_commit=self._wake, late_answer=self._answer_late
        )
        self.inbox = Inbox(self.db, self.clock, self.dispatcher, self._owners.get)
        self.outbox = OutboxWorker(
            self.db, self.clock, self.directory.adapters, owner=self.config.instance, on_signal=self._signal
        )
        zones = {c.id: ZoneInfo(c.time_zone) for c in self.communities.values()}
        self.ticker = Ticker(
            self.db, self.clock, zones=zones, jobs=(RETENTION,), on_signal=self._signal, each_tick=self._look_after
        )
        self.catch_up = CatchUp(self.db, self.clock, self.inbox, self._owners.get, self.inbox.progress)
        self.inbox.start()
        self._runner = await serve(self.config.server, Pages(self), self.adapters)
        await asyncio.gather(*(self._connect(adapter) for adapter in self.adapters))
        for adapter in self.adapters:
            self.directory.add(adapter)
        await self.directory.refresh()
        await asyncio.gather(*(self.catch_up.begin(adapter) for adapter in self.adapters))
        await self.dispatcher.load_waiting()
        self.dispatcher.start()
        self.outbox.start()
        self.ticker.start()
        self.ready.set()
        log.info("ready", seconds=round((datetime.now(UTC) - self._started).total_seconds(), 2))

    async def stop(self) -> None:
        """Take nothing more, finish what was accepted, let go."""
        self.ready.clear()
        await self.ticker.stop()
        await self.catch_up.stop()
        await asyncio.gather(*(adapter.stop() for adapter in self.adapters), return_exceptions=True)
        await self.inbox.stop()
        await self.catch_up.finish(self.adapters)
        await self.dispatcher.stop()
        await self.outbox.stop()
        if self._runner:
            await self._runner.cleanup()
        if isinstance(self.clock, FollowingClock):
            await self.clock.stop()
        await self.db.close()

    # ---- making the adapters

    async def _make_adapters(self) -> None:
        of: dict[str, list[WorkspaceSettings]] = {section.id: [] for section in self.config.community}
        for slack in self.config.slack:
            adapter = slack_adapter(slack)
            workspace_id = slack.workspace or (await self._learn(adapter))
            of[slack.community].append(workspace_settings(slack, workspace_id))
            self.adapters.append(adapter)
        for discord in self.config.discord:
            of[discord.community].append(workspace_settings(discord, discord.server))
        self.adapters.extend(discord_adapters(self.config.discord, self.clock.now))
        for section in self.config.community:
            settings = community_settings(section, tuple(of[section.id]))
            self.communities[section.id] = settings
            for workspace in settings.workspaces:
                self._owners[workspace.workspace] = section.id

    async def _learn(self, adapter: SlackAdapter) -> str:
        for pause in (*CONNECT_RETRY_S, None):
            try:
                return (await adapter.learn()).team
            except ChatError as error:
                if pause is None:
                    raise
                log.warning("slack.not_reached", error=str(error), retry=pause)
                await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _connect(self, adapter: Adapter) -> None:
        commands = tuple(command for feature in self.features for command in feature.commands)
        menus = tuple(menu for feature in self.features for menu in feature.menus)
        for pause in (*CONNECT_RETRY_S, None):
            try:
                await adapter.start(self.inbox, commands, menus)
            except ChatError as error:
                if pause is None:
                    raise
                log.warning("not_connected", platform=adapter.platform.value, error=str(error), retry=pause)
                await asyncio.sleep(pause)
            else:
                return

    # ---- between the parts

    def _wake(self) -> None:
        self.outbox.wake()

    def _signal(self) -> None:
        self._keep(self._load())

    async def _load(self) -> None:
        await self.dispatcher.load_waiting()

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _answer_late(self, item: Item, answer: Answer) -> None:
        reply = getattr(item.arrival, "reply", "")
        workspace = getattr(item.arrival, "workspace", None)
        adapter = self.directory.adapters.get(workspace) if workspace else None
        if adapter and reply:
            try:
                await adapter.answer(reply, answer)
            except ChatError as error:
                log.info("answer.lost", reason=str(error)[:100])

    async def _look_after(self) -> None:
        """Each second: catch up after gaps, and bring a dead connection back."""
        for adapter in self.adapters:
            await self.catch_up.check(adapter)
            heard = adapter.last_heard()
            silent = heard is not None and datetime.now(UTC) - heard > SILENCE
            if silent and id(adapter) not in self._reconnecting:
                self._reconnecting.add(id(adapter))
                self._keep(self._reconnect(adapter))

    async def _reconnect(self, adapter: Adapter) -> None:
        log.warning("watchdog.reconnect", platform=adapter.platform.value)
        try:
            await adapter.reconnect()
            await self.directory.refresh()
        except ChatError as error:
            log.warning("watchdog.failed", platform=adapter.platform.value, error=str(error))
            await asyncio.sleep(CONNECT_RETRY_S[-1])
        finally:
            self._reconnecting.discard(id(adapter))


def apologise(locale: str | None, code: str) -> Card:
    """Word what an adapter itself has to say to a member."""
    return problem_card(translator(choose_language(None, locale, None)), code)


def slack_adapter(section: SlackSection) -> SlackAdapter:
    """Make the adapter of one Slack workspace.

    Raises:
        ConfigError: a token is missing.

    """
    http = section.mode == "http"
    return SlackAdapter(
        SlackSettings(
            bot_token=secret(section.bot_token, key="slack.bot_token"),
            workspace_id=section.workspace or None,
            app_token=None if http else secret(section.app_token, key="slack.app_token"),
            signing_secret=secret(section.signing_secret, key="slack.signing_secret") if http else None,
            mode=section.mode,
            api_url=section.api_url,
        ),
        apologise,
    )


def discord_adapters(sections: Sequence[DiscordSection], now: Callable[[], datetime]) -> list[DiscordAdapter]:
    """Make one adapter for each bot: servers with the same token share it.

    Raises:
        ConfigError: a token is missing.

    """
    servers: dict[str, list[DiscordSection]] = {}
    for section in sections:
        servers.setdefault(secret(section.token, key="discord.token"), []).append(section)
    return [
        DiscordAdapter(
            DiscordSettings(
                token=token,
                servers=tuple(section.server for section in group),
                api_url=group[0].api_url or None,
                gateway_url=group[0].gateway_url or None,
            ),
            apologise=apologise,
            clock=now,
        )
        for token, group in servers.items()
    ]
