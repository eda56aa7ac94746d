"""A process that dies in the middle of an erasure leaves all of it or nothing; and nothing, once it is repeated."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from chat.ids import Platform, UserRef
from storage.engine import Database
from storage.tables.core import accounts
from tests.handlers.privacy.full import CLUES, ID, full, in_files, kept
from tests.handlers.stage import SLACK, Stage

ROOT = Path(__file__).parents[3]
ONE = UserRef(Platform.SLACK, SLACK.id, ID)
MOMENTS = (40, 90, 100_000)  # statements of the transaction; at the last one it is over, and its log not yet cut off


async def erase_and_die(url: str, after: int) -> None:
    """Erase, and die by SIGKILL at a statement: what the child process does."""
    from tests.handlers.privacy.test_erasing import erased  # noqa: PLC0415 - it imports much, and this runs in a child

    stage = await Stage.build(url)
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen >= after:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(stage.db.engine.sync_engine, "before_cursor_execute", count)
    await erased(stage, ONE)
    os.kill(os.getpid(), signal.SIGKILL)


async def dies(url: str, after: int) -> None:
    code = f"import asyncio; from {__name__} import erase_and_die; asyncio.run(erase_and_die({url!r}, {after}))"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=ROOT)
    assert await asyncio.wait_for(child.wait(), 60) == -signal.SIGKILL


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_wholly_there_or_wholly_gone_and_then_gone(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/x.sqlite" if kind == "sqlite" else request.getfixturevalue("postgres_store")
    stage = await Stage.build(url)
    await full(stage)
    whole = await kept(stage.db, *CLUES)
    await stage.db.close()
    for after in MOMENTS:
        await dies(url, after)
        db = Database(url)
        await db.tidy()  # as a process does when it starts
        left = await kept(db, *CLUES)
        assert left in ([], whole)
        async with db.reading() as conn:
            there = (await conn.execute(sa.select(accounts.c.id).where(accounts.c.user_id == ID))).all()
        await db.close()
        assert bool(there) == bool(left)
        assert (left == []) == (after == MOMENTS[-1])
    assert in_files(tmp_path, *CLUES) == []
