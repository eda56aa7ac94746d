"""A bot that was forked is as good as one that was started from nothing: both are started here, and do the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.replaying.child import BotProcess, Launch, launch
from sandbox.server import Sandbox
from tests.nursery import Nursery
from tests.stores import new_sqlite

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="forked bots are for Linux")


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(params=["from nothing", "forked"])
def how(request: pytest.FixtureRequest, nursery: Nursery) -> Launch:
    return launch if request.param == "from nothing" else nursery.launch


async def test_it_becomes_ready_dies_when_killed_and_ends_in_order(how: Launch, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'store.sqlite'}"
    new_sqlite(store)
    async with Sandbox(empty=True) as sandbox:
        bot = BotProcess(sandbox, store, tmp_path, launch=how)
        await bot.start()
        await bot.wait_ready()
        first = bot.pid
        assert first not in (None, os.getpid())
        assert (await bot.healthz())["ready"]
        await bot.kill()
        assert bot.pid is None
        assert await bot.healthz() == {}
        await bot.start()
        await bot.wait_ready()
        assert bot.pid not in (None, first)
        await bot.stop()
        assert bot.pid is None
        assert "Traceback" not in bot.last_words()


async def test_it_has_its_own_environment_and_log_and_tells_how_it_ended(
    how: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACE", "a token of the test's own process")
    config, log = tmp_path / "config.toml", tmp_path / "bot.log"
    config.write_text(
        f'store.url = "sqlite:///{tmp_path}/store.sqlite"\n'
        '[[slack]]\nworkspace = "T1"\nbot_token = "env:PLACE"\napp_token = "env:PLACE"\n'
    )
    log.write_text("before\n")
    ended = await how(config, log, {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ})
    assert await ended.wait() == 2
    before, said = log.read_text().split("\n", 1)
    assert before == "before"
    assert said.startswith("tsudoi: ")
    assert "PLACE" in said


async def test_a_signal_is_told_as_the_end(nursery: Nursery, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'store.url = "sqlite:///{tmp_path}/store.sqlite"\n[[slack]]\n')
    started = await nursery.launch(config, tmp_path / "bot.log", os.environ)
    started.send_signal(signal.SIGKILL)
    assert await started.wait() == -signal.SIGKILL
    assert started.returncode == -signal.SIGKILL


async def test_a_forked_bot_ends_with_its_nursery(nursery: Nursery, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'store.sqlite'}"
    new_sqlite(store)
    async with Sandbox(empty=True) as sandbox:
        bot = BotProcess(sandbox, store, tmp_path, launch=nursery.launch)
        await bot.start()
        await bot.wait_ready()
        nursery.close()
        assert await bot.healthz() == {}
