"""Queues posts in the store of a bot that is killed again and again, and counts what arrived on the platform.

``python -m tests.faults.outbox_kills --posts 500 --kills 30`` runs it at length, on each platform in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from bot.replaying.child import BotProcess
from bot.replaying.reconcile import post_keys
from chat.card import Card, Title
from chat.effects import Post
from chat.ids import Place, Platform
from sandbox.server import Sandbox
from sandbox.world import ChannelKind, Space, SpaceKind
from storage.engine import Database
from storage.migrate import upgrade
from storage.tables.core import outbox
from storage.unit import Unit
from tests.stores import new_sqlite

DROPPED = 0.05  # share of the calls that are carried out and never answered
LIFE_S = 0.6  # the longest time a bot lives after it is ready: some die before the first post, some between two
SETTLE_S = 120.0


@dataclass(frozen=True, slots=True)
class Tally:
    """What arrived."""

    platform: str
    posts: int
    arrived: int  # different posts
    twice: int
    states: dict[str, int]
    kills: int
    faults: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.platform}: {self.posts} posts, {self.arrived} arrived, {self.twice} twice, outbox {self.states}, "
            f"{self.kills} kills, {self.faults} replies dropped, {self.seconds:.0f} s"
        )


async def kill_through(platform: Platform, posts: int, kills: int, *, store: str | None = None, seed: int = 1) -> Tally:
    """Queue posts in portions, kill the bot at a random moment of each, and count when all is settled."""
    chance = random.Random(seed)  # noqa: S311 - a run that failed must be repeatable
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tsudoi-kills-") as name:
        db = Database(store or f"sqlite:///{name}/store.sqlite")
        if db.file is not None:
            new_sqlite(f"sqlite:///{db.file}")
        await upgrade(db)
        async with Sandbox(empty=True) as sandbox:
            space = next(s for s in sandbox.spaces if s.kind is SpaceKind(platform.value))
            face = sandbox.platforms[space.kind].face
            face.faults.dropped, face.faults.seed = DROPPED, seed
            face.faults.only = ("chat.postMessage",) if platform is Platform.SLACK else ("POST",)
            bot = BotProcess(sandbox, db.url, Path(name), platforms=(platform.value,))
            try:
                done = 0
                for portion in range(kills + 1):
                    upto = posts * (portion + 1) // (kills + 1)
                    await _queue(db, sandbox, space, range(done, upto))
                    done = upto
                    await bot.start()
                    await bot.wait_ready()
                    if portion < kills:
                        await asyncio.sleep(chance.uniform(0, LIFE_S))
                        await bot.kill()
                states = await _settled(db)
            finally:
                await bot.stop()
                await db.close()
            keys = Counter(post_keys(space))
            injected = sandbox.slack.injected() + sandbox.discord.injected()
    twice = sum(n - 1 for n in keys.values())
    return Tally(platform.value, posts, len(keys), twice, states, bot.kills, injected, time.monotonic() - began)


async def _queue(db: Database, sandbox: Sandbox, space: Space, numbers: range) -> None:
    places = [
        Place(Platform(space.kind.value), space.id, channel.id)
        for channel in space.channels.values()
        if channel.kind is ChannelKind.TEXT
    ]
    async with db.writing() as conn:
        unit = Unit(conn, "main", sandbox.world.now())
        for n in numbers:
            unit.outbox.add(Post(places[n % len(places)], Card(parts=(Title(f"Post number {n}"),))), key=f"kills:{n}")
        await unit.flush()


async def _settled(db: Database) -> dict[str, int]:
    until = time.monotonic() + SETTLE_S
    while True:
        async with db.reading() as conn:
            query = sa.select(outbox.c.state, sa.func.count()).group_by(outbox.c.state)
            states = {state: int(n) for state, n in await conn.execute(query)}
        if not states.keys() - {"sent", "dead"} or time.monotonic() > until:
            return states
        await asyncio.sleep(0.2)


def main() -> int:
    """Run it at length, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=500)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    failed = False
    for platform in Platform:
        tally = asyncio.run(kill_through(platform, given.posts, given.kills, seed=given.seed))
        print(tally, flush=True)  # noqa: T201 - what the script is run for
        failed |= tally.arrived != given.posts or tally.twice > 0
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
