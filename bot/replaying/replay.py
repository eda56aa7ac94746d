"""Lets a recorded conversation happen again in the sandbox, beside a bot that is killed on the way.

The sandbox lives in this process, the bot in another. Members join when they first speak. The sandbox's clock moves
with the record; a limit on what has been said and is not stored yet keeps the sandbox and the bot from running apart.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bot.demo import sandbox_tables
from bot.replaying.askers import CAP, Askers, RoutingCheck, asks, check, draw
from bot.replaying.child import BotProcess
from bot.replaying.reconcile import Reconciliation, Remainder, count_facts, draw_table, reconcile, remainder
from bot.replaying.record import Line
from bot.replaying.speakers import Speakers
from community.config import ConfigError
from sandbox.server import Sandbox
from storage.engine import Database
from storage.migrate import upgrade

AHEAD = 400  # messages said and not stored; as many are lost on the platform's side while the bot is away
BREATHE = 5  # messages between two chances for the bot's connections to be served
LOOK_S = 0.1  # seconds between two looks at the store
STALLED_S = 60.0  # nothing new was stored for so long: what is missing is lost, and the replay goes on
SETTLE_S = 300.0  # the longest wait for the bot at the end
STEP_S = 0.1  # seconds between two moves of the clock when it runs at a given speed
MOST_SPEED = 1e9  # beyond that, max is what is meant
ENGAGED = 10  # of so many questions, one asker accepts help: each costs some seconds
OFFERED_S = 3.0  # the longest wait for an offer of help
INVITED = timedelta(minutes=11)  # after that peers are invited
TICKED_S = 1.5  # the bot looks at its timers each second
AWAY_S = 1.0  # seconds at most between a kill and the next start


@dataclass(frozen=True, slots=True)
class Plan:
    """What to replay, and how hard to make it."""

    lines: Sequence[Line]
    platforms: tuple[str, ...] = ("slack", "discord")
    speed: float | None = None  # times real time; None: as fast as the bot takes it
    kills: int = 0
    faults: float = 0.0  # share of the platform's replies that are a 429, a 500, or dropped
    threads: bool = False
    routing: bool = False  # questions are watched in all channels, and some askers accept help
    store: str | None = None
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it."""

    platforms: tuple[Reconciliation, ...]
    left: Remainder
    routing: RoutingCheck | None
    kills: int
    seconds: float
    last_words: str

    @property
    def ok(self) -> bool:
        """Whether nothing was lost or doubled, and nothing is left undone."""
        routed = self.routing is None or self.routing.ok
        return self.left.ok and routed and all(result.ok for result in self.platforms)


class Replay:
    """One run."""

    def __init__(self, plan: Plan, sandbox: Sandbox, bot: BotProcess, db: Database) -> None:
        self._plan = plan
        self._sandbox = sandbox
        self._bot = bot
        self._db = db
        spaces = [space for space in sandbox.spaces if space.kind.value in plan.platforms]
        self._speakers = [Speakers(sandbox, space, threads=plan.threads) for space in spaces]
        self._random = random.Random(plan.seed)  # noqa: S311 - a run that failed must be repeatable
        self._askers = [Askers(sandbox, speakers) for speakers in self._speakers]
        self._asked = 0
        self._stored = 0
        self._written_off = 0
        self._moved_on = time.monotonic()
        self._has_room = asyncio.Event()
        self._killing: asyncio.Task[None] | None = None
        self._kills_due = self._choose_kills()

    def prepare(self) -> None:
        """Open the record's channels, and let things go wrong."""
        for name in dict.fromkeys(line.channel for line in self._plan.lines):
            for speakers in self._speakers:
                speakers.open_channel(name)
        self._sandbox.slack.announce_joins = False  # one notice per member and channel would only double the talk
        share = self._plan.faults / 3  # each of the three kinds, drawn one after the other
        for face, seed in ((self._sandbox.slack, 1), (self._sandbox.discord, 2)):
            faults = face.faults
            faults.rate_limited = faults.server_error = faults.dropped = share
            faults.seed = self._plan.seed * 2 + seed

    async def run(self, progress: Progress) -> None:
        """Say everything, kill on the way, and wait until the bot has nothing left to do."""
        task = progress.add_task("said", total=len(self._plan.lines))
        async with self._watching():
            for number, line in enumerate(self._plan.lines):
                await self._reach(line.ts)
                for speakers in self._speakers:
                    speakers.say(line)
                progress.update(task, completed=number + 1)
                if self._plan.routing and asks(line.text) and not (self._killing and not self._killing.done()):
                    await self._accept_help(number)
                if self._kills_due and number >= self._kills_due[0]:
                    await self._kill_soon()
                if number % BREATHE == 0:
                    await asyncio.sleep(0)
                if self._ahead() >= AHEAD:
                    await self._room()
            if self._killing:
                await self._killing
            progress.update(task, description="settling")
            await self._settled()

    async def reconcile(self) -> tuple[tuple[Reconciliation, ...], Remainder]:
        """Compare both platforms with the store."""
        faces = {"slack": self._sandbox.slack.injected, "discord": self._sandbox.discord.injected}
        results = [await reconcile(self._db, speakers, faces[speakers.name]()) for speakers in self._speakers]
        return tuple(results), await remainder(self._db)

    async def check_routing(self) -> RoutingCheck | None:
        """Say whether every question was kept, and nobody asked who should not be."""
        if not self._plan.routing:
            return None
        began = {id_: opener for speakers in self._speakers for id_, opener in speakers.openers.items()}
        openers = {id_: message for id_, (message, words) in began.items() if asks(words)}
        return await check(self._db, openers, sum(askers.pressed for askers in self._askers))

    async def _accept_help(self, number: int) -> None:
        """Let the askers of some questions accept help, and time pass until peers were invited."""
        self._asked += 1
        if self._asked % ENGAGED:
            return
        until = time.monotonic() + OFFERED_S
        while time.monotonic() < until:
            await asyncio.sleep(LOOK_S)
            accepted = [await askers.accept() for askers in self._askers] if self._ahead() <= 0 else []
            if sum(accepted):
                break
        else:
            return
        world, lines = self._sandbox.world, self._plan.lines
        following = lines[number + 1].ts if number + 1 < len(lines) else None
        if following is None or following - world.now() > INVITED:
            world.move_clock(world.now() + INVITED)
            await asyncio.sleep(TICKED_S)

    # ---- time

    async def _reach(self, at: datetime) -> None:
        world, speed = self._sandbox.world, self._plan.speed
        if speed is not None:
            while (left := (at - world.now()).total_seconds()) > 0:
                step = min(left / speed, STEP_S)
                await asyncio.sleep(step)
                world.move_clock(max(world.now() + timedelta(seconds=step * (speed - 1)), world.now()))
        elif at > world.now():
            world.move_clock(at)

    # ---- the bot's progress

    @contextlib.asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _watch(self) -> None:
        while True:
            async with self._db.reading() as conn:
                stored = await count_facts(conn)
            if stored != self._stored:
                self._stored, self._moved_on = stored, time.monotonic()
            elif time.monotonic() - self._moved_on > STALLED_S:
                self._written_off = self._unstored()
            if self._ahead() < AHEAD:
                self._has_room.set()
            await asyncio.sleep(LOOK_S)

    async def _room(self) -> None:
        self._has_room.clear()
        await self._has_room.wait()

    def _unstored(self) -> int:
        return sum(len(speakers.said) for speakers in self._speakers) - self._stored

    def _ahead(self) -> int:
        return self._unstored() - self._written_off

    async def _settled(self) -> None:
        """Wait until everything is stored and sent, or nothing moves any more."""
        until = time.monotonic() + SETTLE_S
        while time.monotonic() < until:
            health = await self._bot.healthz()
            waiting = health.get("inbox", {}).get("waiting", 1) + health.get("outbox", {}).get("due", 1)
            if self._ahead() <= 0 and not waiting:
                return
            await asyncio.sleep(LOOK_S * 5)

    # ---- kills

    def _choose_kills(self) -> list[int]:
        """Return after which messages to kill: one at random in each equal part of the record."""
        total, kills = len(self._plan.lines), self._plan.kills
        return [int((part + self._random.random()) * total / kills) for part in range(kills)]

    async def _kill_soon(self) -> None:
        self._kills_due.pop(0)
        if self._killing:
            await self._killing
        self._killing = asyncio.create_task(self._kill())

    async def _kill(self) -> None:
        await asyncio.sleep(self._random.uniform(0, 0.5))
        await self._bot.kill()
        await asyncio.sleep(self._random.uniform(0, AWAY_S))
        await self._bot.start()


async def replay(plan: Plan, console: Console) -> Outcome:
    """Replay a record and say what came of it.

    Raises:
        ConfigError: there is nothing to replay, or the store is not an empty one.
        BotFailedError: the bot does not start.

    """
    if not plan.lines:
        raise ConfigError("the record holds no messages")
    start = plan.lines[0].ts - timedelta(minutes=1)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tsudoi-replay-") as name:
        folder = Path(name)
        store = plan.store or f"sqlite:///{folder / 'store.sqlite'}"
        db = Database(store)
        try:
            await upgrade(db)
            async with db.reading() as conn:
                if await count_facts(conn):
                    raise ConfigError("--store: it holds facts already; a replay needs an empty store to count in")
            async with Sandbox(start=start, empty=True) as sandbox:
                tables = _asking(sandbox, plan) if plan.routing else None
                bot = BotProcess(sandbox, store, folder, platforms=plan.platforms, overrides=tables)
                run = Replay(plan, sandbox, bot, db)
                run.prepare()
                await bot.start()
                try:
                    await bot.wait_ready()
                    with _progress(console) as progress:
                        await run.run(progress)
                    results, left = await run.reconcile()
                    routing = await run.check_routing()
                finally:
                    await bot.stop()
        finally:
            await db.close()
        return Outcome(results, left, routing, bot.kills, time.monotonic() - began, bot.last_words())


def _asking(sandbox: Sandbox, plan: Plan) -> dict[str, Any]:
    """Return the tables of a configuration in which every channel of the record is a question channel."""
    tables = sandbox_tables(sandbox, "", 0)
    channels = sorted({line.channel for line in plan.lines})
    for name in ("slack", "discord"):
        for table in tables[name]:
            table["channels"] = {**table["channels"], "questions": channels}
    for community in tables["community"]:
        community["questions"] = {"weekly_cap": CAP}
    return {name: tables[name] for name in ("community", "slack", "discord")}


def read_speed(text: str) -> float | None:
    """Read ``--speed``: a number of times real time, or ``max``.

    Raises:
        ConfigError: it is neither.

    """
    if text == "max":
        return None
    with contextlib.suppress(ValueError):
        speed = float(text)
        if 0 < speed < MOST_SPEED:
            return speed
    raise ConfigError(f"--speed: {text!r} is neither a number above 0 nor max")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


def report(outcome: Outcome, console: Console) -> None:
    """Print the reconciliation."""
    console.print(draw_table(outcome.platforms, outcome.left, kills=outcome.kills, seconds=outcome.seconds))
    if outcome.routing:
        console.print(draw(outcome.routing))
    for key, reason in outcome.left.dead_letters[:10]:
        console.print(f"dead: {key}: {reason}", markup=False)
    if not outcome.ok and outcome.last_words:
        console.print(outcome.last_words, markup=False)
