"""``tsudoi backup`` and ``tsudoi restore``: what an operator does by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.config import Config
from bot.operators.offline import team_rule
from jobs.backup import EVERYBODY, JOB
from storage import progress
from storage.backups.files import Manifest
from storage.backups.making import Restored, alone, look_into, make, restore
from storage.engine import Database, StoreError
from storage.erasing.again import erase_marked
from storage.migrate import current

Say = Callable[[str], None]
AGAIN_S = 1.0  # a bot that makes the day's backup is waited for
TRIES = 600


async def back_up(config: Config, to: Path | None, now: datetime, say: Say) -> Manifest:
    """Make a backup now. The bot may be running.

    Raises:
        StoreError: it could not be made; the text says why.

    """
    folder = to or Path(config.backup.folder)
    db = Database(config.store.url)
    try:
        if (db.file is not None and not db.file.exists()) or await current(db) is None:
            raise StoreError("there is no store yet; it is made when the bot first starts, or by `tsudoi migrate`")
        for _ in range(TRIES):
            async with alone(db, folder) as ours:
                if ours:
                    path, manifest = await make(db, folder, now)
                    if to is None:  # the day's own then; one for elsewhere takes the place of none
                        async with db.writing() as conn:
                            await progress.take_slot(conn, EVERYBODY, JOB, now, now)
                    break
            await asyncio.sleep(AGAIN_S)
        else:
            raise StoreError("another backup is being made, and does not end")
    finally:
        await db.close()
    say(f"{path}: {_described(manifest)}. It was opened and counted.")
    return manifest


async def bring_back(
    config: Config, backup: Path, now: datetime, *, say: Say, sure: Callable[[], bool]
) -> Restored | None:
    """Put a backup in the place of the store, once the operator is sure.

    Raises:
        StoreError: nothing was changed; the text says why.

    """
    manifest = await look_into(backup)
    say(f"{backup}: {_described(manifest)}, made {manifest.made_at:%Y-%m-%d %H:%M} UTC.")
    db = Database(config.store.url)
    try:
        try:
            await db.occupy(config.instance)
        except StoreError:
            raise StoreError("a bot runs on this store; stop it before you restore") from None
        if not sure():
            say("Nothing was changed.")
            return None
        lists = (backup.parent, Path(config.backup.folder))
        erase = partial(erase_marked, of_team=team_rule(config))
        done = await restore(db, backup, lists=lists, erase=erase, now=now)
    finally:
        await db.close()
    say(f"Restored: {manifest.facts:,} facts, with the newest schema.")
    if done.erased:
        say(f"{done.erased} members who had themselves erased since that backup were erased again.")
    if done.aside:
        say(
            f"What was there before is kept in {done.aside}; delete it when all is well "
            f"(with [backup] enabled, that happens after {config.backup.keep_days} days)."
        )
    say("Start the bot now: it reads what was said since from the platforms.")
    return done


def _described(manifest: Manifest) -> str:
    return (
        f"{manifest.database}, schema {manifest.revision}, {manifest.facts:,} facts, "
        f"{manifest.counts.get('members', 0):,} members, {manifest.bytes / 1e6:,.1f} MB"
    )
