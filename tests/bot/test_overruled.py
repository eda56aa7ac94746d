"""A lock that is not known stops the start and is named; what a lock overrules is named, too."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from bot.config import CommunitySection, Config, StoreSection
from bot.doctor.overruled import check_locked
from community.config import ConfigError
from storage.engine import Database
from storage.migrate import upgrade
from storage.settings import SettingStore

NOW = datetime(2026, 12, 4, tzinfo=UTC)


async def test_what_was_set_here_and_is_locked_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    db = Database(url)
    await upgrade(db)
    async with db.writing() as conn:
        for key in ("digest.time", "digest.weekday", "workspaces.slack:T1.channels.digest"):
            await SettingStore(conn, "main").set(key, "x", by=None, at=NOW)
    await db.close()
    locked = CommunitySection(locked=("digest.time", "channels"))
    config = Config(store=StoreSection(url=url), community=(locked,))
    (found,) = await check_locked(config)
    assert found.ok
    assert found.values["names"] == "digest, digest_time"
    free = msgspec.structs.replace(config, community=(CommunitySection(),))
    assert await check_locked(free) == []


async def test_without_a_store_nothing_is_said(tmp_path: Path) -> None:
    config = Config(
        store=StoreSection(url=f"sqlite:///{tmp_path}/none.sqlite"), community=(CommunitySection(locked=("digest",)),)
    )
    assert await check_locked(config) == []


def test_an_unknown_lock_stops_the_start() -> None:
    with pytest.raises(ConfigError, match=r"locked: there is no setting 'digest\.tiem'"):
        CommunitySection(locked=("digest.tiem",))
