"""The process: every part made once and tied together; started in order, stopped in order."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters import CONNECT_RETRY_S, MakeAdapters, make_adapters, patiently
from bot.backup_plan import plan_of
from bot.clock import Clock, FollowingClock, SystemClock
from bot.config import Config, community_settings
from bot.directory import KnownPlaces
from bot.dispatch import RETRY_S, Dispatcher
from bot.files import Files
from bot.inbox import Inbox
from bot.metrics import Metrics
from bot.routing import Routing
from bot.suggesting import Suggesting
from bot.tracing import new_incident
from bot.web import Pages, serve
from chat.answers import Answer
from chat.ids import Workspace
from chat.port import Adapter, ChatError
from community.config import CommunitySettings
from community.hours.schedule import ONE
from handlers import FEATURES
from handlers.figures.folding import FOLD
from handlers.membership.standing import SETTLE
from handlers.routes import Feature, Routes
from jobs.backup import BackupKeeper
from jobs.catch_up import CatchUp
from jobs.outbox import OutboxWorker
from jobs.retention import RETENTION
from jobs.ticker import Ticker
from storage.engine import Database
from storage.migrate import upgrade
from storage.queues.inbox import Item
from storage.queues.timers import TimerStore

log = structlog.get_logger()

# Both platforms send something at least every half minute (heartbeats, pings); three misses mean the line is dead
LOOK_AROUND = 60  # ticks, which are seconds
SILENCE = timedelta(seconds=100)
OTHERS_WAIT_S = 10.0  # how long the members of one platform wait at the start for the other that does not answer


class Process:
    """One running bot: any number of workspaces and servers, one store."""

    def __init__(
        self,
        config: Config,
        *,
        features: Sequence[Feature] = FEATURES,
        make_adapters: MakeAdapters = make_adapters,
        clock: Clock | None = None,
        others_wait: float = OTHERS_WAIT_S,
    ) -> None:
        self.config = config
        self._make_adapters = make_adapters
        self._others_wait = others_wait
        self.features = tuple(features)
        self.db = Database(config.store.url)
        self.clock: Clock = clock or (FollowingClock(config.clock.follow) if config.clock.follow else SystemClock())
        self.directory = KnownPlaces()
        self.communities: dict[str, CommunitySettings] = {}
        self.adapters: list[Adapter] = []
        self._connected: list[Adapter] = []
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
        self.routing: Routing
        self.backups: BackupKeeper | None = None
        self.metrics = Metrics()
        self.ready = asyncio.Event()
        self._loading: asyncio.Task[None] | None = None
        self._load_again = False  # a signal came while what waits was being loaded
        self._ticks = 0
        self.made = False  # whether there are parts to stop

    async def start(self) -> None:
        """Open the store, connect, replay what a crash left, begin to work."""
        await self.db.occupy(self.config.instance)
        await upgrade(self.db)
        await self.db.tidy()
        if isinstance(self.clock, FollowingClock):
            await self.clock.start()
        await self._fit()
        routes = Routes.of(self.features)
        self.routing = Routing(self.db, self.communities)
        self.dispatcher = Dispatcher(
            self.db,
            routes,
            self.directory,
            self.communities,
            after_commit=self._wake,
            on_signal=self._signal,
            late_answer=self._answer_late,
            peers=self.routing,
            observe=self.metrics.handled,
        )
        suggesting = Suggesting(
            self.db,
            self.clock,
            routes,
            directory=self.directory,
            peers=self.routing,
            communities=self.communities,
            community_of=self._owners.get,
        )
        self.inbox = Inbox(self.db, self.clock, self.dispatcher, self._owners.get, suggesting)
        self.outbox = OutboxWorker(
            self.db,
            self.clock,
            self.directory.adapters,
            owner=self.config.instance,
            on_signal=self._signal,
            make_file=Files(self.db, self.clock).make,
            observe=self.metrics.called,
        )
        self.ticker = Ticker(
            self.db,
            self.clock,
            communities=self.communities,
            jobs=(RETENTION,),
            standing=[one for feature in self.features for one in feature.standing],
            on_signal=self._signal,
            each_tick=self._look_after,
        )
        if self.config.backup.enabled:
            self.backups = BackupKeeper(self.db, self.clock, plan_of(self.config), on_signal=self._signal)
        self.catch_up = CatchUp(self.db, self.clock, self.inbox, self._owners.get, self.inbox.progress)
        self.made = True
        self.routing.start()
        self.inbox.start()
        self._runner = await serve(self.config.server, Pages(self), self.adapters)
        await self.dispatcher.load_waiting()  # before anything new comes in: the order is that of acceptance
        await self._connect_all()
        self.dispatcher.start()
        self.outbox.start()
        await self.ticker.keep_standing()
        await self._fold_what_is_new()
        self.ticker.start()
        self.ready.set()
        log.info("ready", seconds=round((datetime.now(UTC) - self._started).total_seconds(), 2))

    async def _fold_what_is_new(self) -> None:
        """Let figures be counted and seats be offered now: the file may name another time zone, or another cap."""
        async with self.db.writing() as conn:
            for community in self.communities:
                await TimerStore(conn, community).set(FOLD, ONE, self.clock.now())
                await TimerStore(conn, community).set(SETTLE, ONE, self.clock.now())

    async def stop(self) -> None:
        """Take nothing more, finish what was accepted, let go."""
        self.ready.clear()
        if self.made:
            await self._stop_parts()
        if isinstance(self.clock, FollowingClock):
            await self.clock.stop()
        await self.db.close()

    async def _stop_parts(self) -> None:
        await self.ticker.stop()
        if self.backups:
            await self.backups.stop()
        await self._drop_background()
        await self.catch_up.stop()
        await asyncio.gather(*(adapter.stop() for adapter in self.adapters), return_exceptions=True)
        await self.inbox.stop()
        await self.catch_up.finish(self.adapters)
        await self.dispatcher.stop()
        await self.outbox.stop()
        await self.routing.stop()
        await self._drop_background()
        if self._runner:
            await self._runner.cleanup()

    async def _drop_background(self) -> None:
        tasks = tuple(self._background)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ---- making the adapters

    async def _fit(self) -> None:
        made = await self._make_adapters(self.config, self.clock)
        for adapter in made.adapters:
            self.adapters.append(adapter)
            self.directory.add(adapter)
        for section in self.config.community:
            workspaces = tuple(made.workspaces.get(section.id, ()))
            settings = community_settings(section, workspaces, public_url=self.config.server.public_url)
            self.communities[section.id] = settings
            for workspace in settings.workspaces:
                self._owners[workspace.workspace] = section.id

    async def _connect_all(self) -> None:
        """Connect; a platform that is down is tried on while the others' members are served.

        Raises:
            RefusedError: a platform does not let the bot in.

        """
        waiting = {self._keep(self._connect(adapter)) for adapter in self.adapters}
        deadline = asyncio.get_running_loop().time() + self._others_wait
        while waiting:
            left = deadline - asyncio.get_running_loop().time() if self._connected else None
            if left is not None and left <= 0:
                return
            done, waiting = await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                await task  # raises what refused it

    async def _connect(self, adapter: Adapter) -> None:
        commands = tuple(command for feature in self.features for command in feature.commands)
        menus = tuple(menu for feature in self.features for menu in feature.menus)
        await patiently(adapter.platform.value, functools.partial(adapter.start, self.inbox, commands, menus))
        await self.directory.refresh(adapter)
        await patiently(adapter.platform.value, functools.partial(self.catch_up.begin, adapter))
        self._connected.append(adapter)

    # ---- between the parts

    def _wake(self) -> None:
        self.outbox.wake()
        self.routing.wake()

    def _signal(self) -> None:
        self._load_again = True
        if self._loading is None or self._loading.done():
            self._loading = self._keep(self._load())

    async def _load(self) -> None:
        while self._load_again:
            self._load_again = False
            try:
                await self.dispatcher.load_waiting(now=self.clock.now())
            except (SQLAlchemyError, OSError) as error:  # a signal must not be lost because the store is busy
                log.error("signals.not_loaded", error=type(error).__name__)  # noqa: TRY400 - tried again
                self._load_again = True
                await asyncio.sleep(RETRY_S)

    def _keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("background.failed", incident=new_incident(), exc_info=error)

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
        """Each second: catch up after gaps, and bring a dead connection back. Each minute: look around."""
        self._ticks += 1
        self.routing.wake()
        if self.backups:
            await self.backups.tick()
        if self._ticks % LOOK_AROUND == 0:
            self._signal()  # what a dead replica left is nobody's until somebody looks
            await self.ticker.keep_standing()
            for adapter in self._connected:
                self._keep(self.directory.refresh(adapter))  # channels come, and the bot is invited
        for adapter in self._connected:
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
            await self.directory.refresh(adapter)
        except ChatError as error:
            log.warning("watchdog.failed", platform=adapter.platform.value, error=str(error))
            await asyncio.sleep(CONNECT_RETRY_S[-1])
        finally:
            self._reconnecting.discard(id(adapter))
