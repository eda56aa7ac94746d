"""The bot as a process of its own beside a sandbox, which can be killed and started again: for replays and tests."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol

import aiohttp

from bot.demo import sandbox_tables, sandbox_tokens
from sandbox.server import Sandbox

READY_WITHIN_S = 60.0  # a start with faults waits out a few refused connections
STOP_WITHIN_S = 30.0
LOOK_S = 0.05
PORTS = range(20_000, 30_000)
LAST_WORDS = 2_000  # characters of the log that a report quotes
ROOT = Path(__file__).parents[2]  # where ``bot`` can be imported from, installed or not


class BotFailedError(Exception):
    """The bot's process ended, or never became ready; the text holds the end of its log."""


class Running(Protocol):
    """A process, as ``asyncio`` gives it."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def returncode(self) -> int | None:
        """How it ended; nothing while it runs."""

    def send_signal(self, signal: int, /) -> None:
        """Send a signal."""

    async def wait(self) -> int:
        """Wait until it has ended."""


class Launch(Protocol):
    """Starts the bot with a configuration, a file for what it writes, and an environment."""

    async def __call__(self, config: Path, log: Path, environment: Mapping[str, str]) -> Running:
        """Start it."""


async def launch(config: Path, log: Path, environment: Mapping[str, str]) -> Running:
    """Start ``python -m bot run``."""
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            "--config",
            str(config),
            stdout=output,
            stderr=output,
            stdin=asyncio.subprocess.DEVNULL,
            cwd=ROOT,
            env=environment,
        )


class BotProcess:
    """``python -m bot run`` with a configuration of its own, in a folder that keeps its log from start to start."""

    launch: ClassVar[Launch] = staticmethod(launch)  # a test run has a faster way

    def __init__(
        self,
        sandbox: Sandbox,
        store: str,
        folder: Path,
        *,
        platforms: Collection[str] = ("slack", "discord"),
        overrides: dict[str, Any] | None = None,
        launch: Launch | None = None,
    ) -> None:
        self._launch = launch or self.launch
        self._folder = folder
        self._port = _free_port()
        tables = sandbox_tables(sandbox, store, self._port) | {"log": {"level": "warning"}} | (overrides or {})
        for platform in {"slack", "discord"} - set(platforms):
            del tables[platform]
        self._environment = os.environ | sandbox_tokens(sandbox)
        self._config = folder / "config.toml"
        self._config.write_text(write_toml(tables), encoding="utf-8")
        kept = os.environ.get("TSUDOI_BOT_LOGS")  # where a test run reads the logs of all its bots
        self._log = Path(kept) / f"bot-{self._port}.log" if kept else folder / "bot.log"
        self._process: Running | None = None
        self.kills = 0

    @property
    def url(self) -> str:
        """Where the bot's own pages are."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        """The id of the running process."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Start the process; ``wait_ready`` tells when it works."""
        self._process = await self._launch(self._config, self._log, self._environment)

    async def kill(self) -> None:
        """End it as a power cut would: without a word, whatever it was doing."""
        await self._end(signal.SIGKILL)
        self.kills += 1

    async def stop(self) -> None:
        """End it in order; none running is fine."""
        try:
            await asyncio.wait_for(self._end(signal.SIGTERM), STOP_WITHIN_S)
        except TimeoutError:
            await self._end(signal.SIGKILL)

    async def restart(self) -> None:
        """Kill it and wait until the next one works."""
        await self.kill()
        await self.start()
        await self.wait_ready()

    async def wait_ready(self, within: float = READY_WITHIN_S) -> None:
        """Wait until it is connected everywhere and takes events.

        Raises:
            BotFailedError: it ended, or took too long.

        """
        until = asyncio.get_running_loop().time() + within
        while not (await self.healthz()).get("ready"):
            if self.pid is None:
                raise BotFailedError(f"the bot ended: {self.last_words()}")
            if asyncio.get_running_loop().time() > until:
                raise BotFailedError(f"the bot was not ready within {within:g} s: {self.last_words()}")
            await asyncio.sleep(LOOK_S)

    async def healthz(self) -> dict[str, Any]:
        """Return what it says of its health; nothing while it does not answer."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
                session.get(f"{self.url}/healthz") as reply,
            ):
                said: dict[str, Any] = await reply.json()
                return said
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return {}

    def last_words(self) -> str:
        """Return the end of its log."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-LAST_WORDS:] if self._log.exists() else ""

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
        await process.wait()


def write_toml(tables: dict[str, Any]) -> str:
    """Write a configuration as TOML, its values inline."""
    return "".join(f"{key} = {_value(value)}\n" for key, value in tables.items())


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)  # TOML's basic strings, numbers and booleans are those of JSON


def _free_port() -> int:
    """Find a port below those that outgoing connections take: it must still be free after a restart."""
    for port in random.sample(PORTS, k=len(PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise BotFailedError(f"no free port from {PORTS.start} to {PORTS.stop}")
