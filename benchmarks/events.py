"""From the socket to the committed fact: events per second beside the bare library, acknowledgement, start, memory.

The sandbox runs in this process, what is measured in a child of its own. Every figure is of whole processes on this
machine as it is: trust the ratios.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from sandbox.server import Sandbox
from sandbox.slack import app_token, bot_token
from sandbox.world import Account, Person

MESSAGES = 4_000
ROUNDS = 3
RATE = 100  # events a second while acknowledgements are timed
SECONDS = 20
PORT = 8719


@dataclass(frozen=True)
class Subject:
    """A process under measurement, and how many rows its store had before."""

    process: asyncio.subprocess.Process
    store: Path
    query: str
    started_in: float

    def rows(self) -> int:
        """Count the facts that are committed."""
        with contextlib.closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as db:
            return int(db.execute(self.query).fetchone()[0])

    def memory(self) -> float:
        """Return the resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def environment(sandbox: Sandbox) -> dict[str, str]:
    """Return the tokens as variables."""
    workspace = sandbox.workspace.id
    return os.environ | {
        "FLOOR_SLACK_BOT": bot_token(workspace),
        "FLOOR_SLACK_APP": app_token(workspace),
        "FLOOR_DISCORD": sandbox.discord.token,
    }


def config(sandbox: Sandbox, store: Path, platform: str) -> str:
    """Return a configuration of the bot for the sandbox."""
    slack = f"""
[[slack]]
bot_token = "env:FLOOR_SLACK_BOT"
app_token = "env:FLOOR_SLACK_APP"
api_url = "{sandbox.url}/slack/api/"
"""
    discord = f"""
[[discord]]
server = "{sandbox.server.id}"
token = "env:FLOOR_DISCORD"
api_url = "{sandbox.discord.rest_url}"
gateway_url = "{sandbox.discord.gateway_url}"
"""
    chosen = {"slack": slack, "discord": discord, "both": slack + discord}[platform]
    return f"""
[store]
url = "sqlite:///{store}"
[server]
port = {PORT}
[log]
level = "warning"
[clock]
follow = "{sandbox.url}"
{chosen}"""


@contextlib.asynccontextmanager
async def floor(sandbox: Sandbox, platform: str, folder: Path) -> AsyncIterator[Subject]:
    """Run the bare library."""
    store = folder / "floor.sqlite"
    addresses = (
        [f"{sandbox.url}/slack/api/"]
        if platform == "slack"
        else [sandbox.discord.rest_url, sandbox.discord.gateway_url]
    )
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"benchmarks.floor_{platform}",
        *addresses,
        str(store),
        env=environment(sandbox),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout
    await process.stdout.readline()
    try:
        yield Subject(process, store, "SELECT count(*) FROM activity", time.perf_counter() - begun)
    finally:
        process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def tsudoi(sandbox: Sandbox, platform: str, folder: Path) -> AsyncIterator[Subject]:
    """Run the bot as an operator would."""
    store, file = folder / "tsudoi.sqlite", folder / "config.toml"
    file.write_text(config(sandbox, store, platform))
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "--config", str(file), env=environment(sandbox)
    )
    async with aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{PORT}/healthz") as reply:
                    if (await reply.json())["ready"]:
                        break
            await asyncio.sleep(0.01)
    query = "SELECT count(*) FROM activity WHERE kind = 'message.posted'"
    try:
        yield Subject(process, store, query, time.perf_counter() - begun)
    finally:
        process.kill()
        await process.wait()


def crowd(sandbox: Sandbox, platform: str, size: int = 50) -> list[Account]:
    """Let people join one platform."""
    face, space = (sandbox.slack, sandbox.workspace) if platform == "slack" else (sandbox.discord, sandbox.server)
    people = [sandbox.world.add_person(Person(f"p{n}", f"Person {n}")) for n in range(size)]
    return [face.new_account(space.id, person) for person in people]


async def throughput(subject: Subject, sandbox: Sandbox, platform: str, people: Sequence[Account]) -> float:
    """Return committed facts per second while messages come as fast as the sandbox sends them."""
    face = sandbox.slack if platform == "slack" else sandbox.discord
    await asyncio.sleep(2)
    before = subject.rows()
    begun = time.perf_counter()
    for n in range(MESSAGES):
        face.say(people[n % len(people)], "general", f"message {n} of a measurement")
        if n % 50 == 0:
            await asyncio.sleep(0)
    while subject.rows() < before + MESSAGES:
        await asyncio.sleep(0.02)
        if time.perf_counter() - begun > 120:  # noqa: PLR2004 - far beyond any result worth printing
            raise SystemExit(f"{platform}: only {subject.rows() - before} of {MESSAGES} facts after 120 s")
    return MESSAGES / (time.perf_counter() - begun)


async def acknowledgements(sandbox: Sandbox, people: Sequence[Account]) -> list[float]:
    """Return for each Slack event, at a steady rate, the milliseconds until it was acknowledged."""
    face = sandbox.slack
    said: list[float] = []
    acknowledged: list[float] = []

    async def watch() -> None:
        while len(acknowledged) < RATE * SECONDS:
            done = len(said) - face.pending()
            now = time.perf_counter()
            acknowledged.extend([now] * (done - len(acknowledged)))
            await asyncio.sleep(0.0005)

    watching = asyncio.create_task(watch())
    begun = time.perf_counter()
    for n in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, begun + n / RATE - time.perf_counter()))
        face.say(people[n % len(people)], "general", f"steady {n}")
        said.append(time.perf_counter())
    await watching
    return [(a - s) * 1000 for s, a in zip(said, acknowledged, strict=True)]


async def first_answers(sandbox: Sandbox, people: Sequence[Account], platform: str) -> list[float]:
    """Return for commands, between steady messages, the milliseconds until the platform had its first answer."""
    face = sandbox.slack if platform == "slack" else sandbox.discord
    times: list[float] = []

    async def ask(who: Account) -> None:
        begun = time.perf_counter()
        await face.command(who, "general", "tsudoi", "help")
        times.append((time.perf_counter() - begun) * 1000)

    tasks = []
    begun = time.perf_counter()
    for n in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, begun + n / RATE - time.perf_counter()))
        if n % 10:
            face.say(people[n % len(people)], "general", f"steady {n}")
        else:
            tasks.append(asyncio.create_task(ask(people[n % len(people)])))
    await asyncio.gather(*tasks)
    return times


def quantiles(times: Sequence[float]) -> str:
    """Return median and 99th percentile."""
    cuts = statistics.quantiles(times, n=100)
    return f"p50 {cuts[49]:6.1f} ms   p99 {cuts[98]:6.1f} ms   (n = {len(times)})"


async def main() -> None:
    """Measure and print."""
    for platform in ("slack", "discord"):
        ratios = []
        for number in range(ROUNDS):
            found = []
            for kind in (floor, tsudoi):
                with tempfile.TemporaryDirectory() as folder:
                    async with Sandbox(empty=True) as sandbox:
                        people = crowd(sandbox, platform)
                        async with kind(sandbox, platform, Path(folder)) as subject:
                            found.append(await throughput(subject, sandbox, platform, people))
            ratios.append(found[1] / found[0])
            print(
                f"{platform:8} events/s, round {number + 1}: floor {found[0]:7.0f}   tsudoi {found[1]:7.0f}   "
                f"ratio {ratios[-1]:.2f}",
                flush=True,
            )
        print(f"{platform:8} median ratio {statistics.median(ratios):.2f}   (goal 0.50)")
    with tempfile.TemporaryDirectory() as folder:
        async with Sandbox(empty=True) as sandbox:
            people = crowd(sandbox, "slack")
            more = [sandbox.discord.new_account(sandbox.server.id, p) for p in list(sandbox.world.people.values())]
            async with tsudoi(sandbox, "both", Path(folder)) as subject:
                print(f"start to ready           {subject.started_in:6.2f} s   (goal 2)")
                await asyncio.sleep(5)
                print(f"memory at rest           {subject.memory():6.0f} MB  (goal 150)")
                print(f"slack, {RATE}/s, event ack     {quantiles(await acknowledgements(sandbox, people))}")
                print(f"slack, {RATE}/s, command       {quantiles(await first_answers(sandbox, people, 'slack'))}")
                print(f"discord, {RATE}/s, command     {quantiles(await first_answers(sandbox, more, 'discord'))}")
                print(f"memory after             {subject.memory():6.0f} MB")
