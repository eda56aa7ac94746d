"""Backs a bot up while members talk, kills it, breaks its store, restores, and counts what is there in the end.

``python -m tests.faults.restore_drill --messages 5000`` runs it at length on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.replaying.child import BotProcess
from bot.replaying.reconcile import Reconciliation, reconcile, remainder
from bot.replaying.record import Line
from bot.replaying.speakers import Speakers
from sandbox.server import Sandbox
from storage.backups.files import Manifest, backups_in
from storage.engine import Database
from storage.migrate import upgrade
from storage.tables.core import activity
from tests.postgres import postgres_cluster, postgres_database
from tests.stores import new_sqlite

ROOT = Path(__file__).parents[2]
CHANNELS = ("general", "workshop")
WORDS = ("tea", "kettle", "harbour", "lantern", "bicycle", "paper", "garden", "お茶", "灯台", "自転車")
PEOPLE = 30
SETTLE_S = 180.0
READY_S = 150.0  # beside whatever else this machine does
BACKUP_AT, KILL_AT, BACK_AT = 0.35, 0.6, 0.75  # shares of the talk


@dataclass(frozen=True, slots=True)
class Drill:
    """What came of it."""

    manifest: Manifest
    killed_with: int  # facts in the store when the bot was killed
    exact: bool  # the restored facts are, row by row, those that had been written when the backup was made
    platforms: tuple[Reconciliation, ...]
    left_undone: bool
    said_during_backup: int
    backup_s: float
    restore_s: float
    settled_s: float

    @property
    def ok(self) -> bool:
        """Whether the backup came back exactly, and afterwards no message was lost or doubled."""
        facts = all(not (one.lost or one.doubled or one.strange or one.unknown) for one in self.platforms)
        return self.exact and facts and not self.left_undone

    def __str__(self) -> str:
        each = "; ".join(
            f"{one.platform}: {one.said} said, {one.facts} facts, {len(one.lost)} lost, {len(one.doubled)} doubled, "
            f"{one.known}/{one.joined} members known, {len(one.posts_doubled)} of {one.posts} posts again"
            for one in self.platforms
        )
        return (
            f"{self.manifest.database}: backup of {self.manifest.facts} facts ({self.manifest.bytes / 1e6:.2f} MB) in "
            f"{self.backup_s:.1f} s while {self.said_during_backup} messages were said; killed with {self.killed_with} "
            f"facts; restored in {self.restore_s:.1f} s, exact: {self.exact}; {each}; settled in {self.settled_s:.0f} s"
        )


class Talk:
    """Members of both platforms who say so many messages, at a steady pace, whether or not a bot listens."""

    def __init__(self, sandbox: Sandbox, messages: int, pace: float) -> None:
        self._sandbox = sandbox
        self._messages, self._pace = messages, pace
        self._chance = random.Random(7)  # noqa: S311 - the same talk every time
        self.speakers = [Speakers(sandbox, space, threads=True) for space in sandbox.spaces]
        self.said = 0
        for one in self.speakers:
            for channel in CHANNELS:
                one.open_channel(channel)

    async def until(self, share: float) -> None:
        """Talk on until a share of it has been said."""
        while self.said < self._messages * share:
            text = " ".join(self._chance.choices(WORDS, k=self._chance.randint(1, 12)))
            world = self._sandbox.world
            world.move_clock(world.now() + timedelta(seconds=2))
            user = f"member{self._chance.randint(1, PEOPLE)}"
            line = Line(self._chance.choice(CHANNELS), world.now(), user, text, str(self.said // 5))
            for one in self.speakers:
                one.say(line)
            self.said += 1
            await asyncio.sleep(self._pace)


async def drill(messages: int, *, store: str | None = None, pace: float = 0.01) -> Drill:
    """Run it once."""
    with tempfile.TemporaryDirectory(prefix="tsudoi-drill-") as name:
        folder = Path(name)
        db = Database(store or f"sqlite:///{folder / 'store.sqlite'}")
        if db.file is not None:
            new_sqlite(f"sqlite:///{db.file}")
        await upgrade(db)
        async with Sandbox(empty=True) as sandbox:
            sandbox.slack.announce_joins = False
            talk = Talk(sandbox, messages, pace)
            table = {"enabled": True, "folder": str(folder / "backups")}
            bot = BotProcess(sandbox, db.url, folder, overrides={"backup": table})
            try:
                return await _run(bot, db, talk, folder)
            finally:
                await bot.stop()
                await db.close()


async def _run(bot: BotProcess, db: Database, talk: Talk, folder: Path) -> Drill:
    await bot.start()
    await bot.wait_ready(READY_S)
    await talk.until(BACKUP_AT)
    talking = asyncio.create_task(talk.until((BACKUP_AT + KILL_AT) / 2))
    said, began = talk.said, time.monotonic()
    await _tsudoi(folder, "backup")
    backup_s, during = time.monotonic() - began, talk.said - said
    await talking
    ((backup, manifest),) = backups_in(folder / "backups")
    await talk.until(KILL_AT)
    await _heard_more(db, manifest.facts)
    await bot.kill()
    written = await _facts(db)
    await db.engine.dispose()
    if db.file is not None:
        await asyncio.to_thread(db.file.write_bytes, b"what a broken disk leaves")
    await talk.until(BACK_AT)  # while nobody listens
    began = time.monotonic()
    await _tsudoi(folder, "restore", str(backup), "--yes")
    restore_s = time.monotonic() - began
    restored = await _facts(db)
    began = time.monotonic()
    await bot.start()
    await bot.wait_ready(READY_S)
    await talk.until(1)
    await _settle(bot, db, talk.speakers)
    return Drill(
        manifest=manifest,
        killed_with=len(written),
        exact=restored == written[: manifest.facts],
        platforms=tuple([await reconcile(db, one, 0) for one in talk.speakers]),
        left_undone=not (await remainder(db)).ok,
        said_during_backup=during,
        backup_s=backup_s,
        restore_s=restore_s,
        settled_s=time.monotonic() - began,
    )


async def _tsudoi(folder: Path, *words: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, "--config", str(folder / "config.toml"),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"tsudoi {words[0]}: {said.decode()}")


async def _facts(db: Database) -> Sequence[tuple[object, ...]]:
    async with db.reading() as conn:
        return [tuple(row) for row in await conn.execute(sa.select(activity).order_by(activity.c.id))]


async def _heard_more(db: Database, facts: int) -> None:
    """Wait until the bot has more than the backup, so that there is something to lose."""
    async with asyncio.timeout(SETTLE_S):
        while len(await _facts(db)) <= facts:  # noqa: ASYNC110 - its own process writes
            await asyncio.sleep(0.05)


async def _settle(bot: BotProcess, db: Database, speakers: Sequence[Speakers]) -> None:
    """Wait until every message is a fact and nothing waits, or for as long as anybody would."""
    until = time.monotonic() + SETTLE_S
    while time.monotonic() < until:
        health = await bot.healthz()
        waiting = health.get("inbox", {}).get("waiting", 1) + health.get("outbox", {}).get("due", 1)
        if not waiting and not any([(await reconcile(db, one, 0)).lost for one in speakers]):
            return
        await asyncio.sleep(0.5)


def main() -> int:
    """Run it at length on both databases, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5_000)
    parser.add_argument("--pace", type=float, default=0.01)
    given = parser.parse_args()
    with postgres_cluster() as cluster, postgres_database(cluster, "drill") as url:
        failed = False
        for store in (None, url):
            outcome = asyncio.run(drill(given.messages, store=store, pace=given.pace))
            print(outcome, flush=True)  # noqa: T201 - what the script is run for
            failed |= not outcome.ok
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
