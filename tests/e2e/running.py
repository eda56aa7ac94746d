"""A sandbox, and the bot as a real process beside it: started, killed, asked, and looked at through its store."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.replaying.child import BotProcess
from sandbox.server import Sandbox
from storage.activity import Fact
from storage.engine import Database
from storage.migrate import upgrade
from storage.unit import Unit
from tests.stores import new_sqlite

COMMUNITY = "main"


@contextlib.asynccontextmanager
async def running_sandbox(*, empty: bool = True, start: datetime | None = None) -> AsyncIterator[Sandbox]:
    """Give a sandbox on a free port; ``empty`` leaves out its people and their talk."""
    async with Sandbox(empty=empty, start=start) as sandbox:
        yield sandbox


class RunningBot:
    """The bot in a process of its own. Use it as ``async with RunningBot(sandbox) as bot:``; it is ready then.

    Without ``store_url`` it keeps things in an SQLite file that is thrown away in the end.
    """

    def __init__(self, sandbox: Sandbox, store_url: str | None = None, **overrides: Any) -> None:  # noqa: ANN401 - tables of the configuration
        self._folder = tempfile.TemporaryDirectory(prefix="tsudoi-bot-")
        folder = Path(self._folder.name)
        self.store_url = store_url or f"sqlite:///{folder / 'store.sqlite'}"
        self.db = Database(self.store_url)
        self._bot = BotProcess(sandbox, self.store_url, folder, overrides=overrides)

    async def __aenter__(self) -> Self:
        if self.db.file is not None:
            new_sqlite(self.store_url)
        await upgrade(self.db)
        try:
            await self._bot.start()
            await self._bot.wait_ready()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._bot.stop()
        await self.db.close()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """Where its own pages are."""
        return self._bot.url

    async def start(self) -> None:
        """Start it again after ``kill``; ``wait_ready`` tells when it works."""
        await self._bot.start()

    async def kill(self) -> None:
        """End it without a word."""
        await self._bot.kill()

    async def restart(self) -> None:
        """Kill it and wait until the next one works."""
        await self._bot.restart()

    async def wait_ready(self) -> None:
        """Wait until it is connected everywhere."""
        await self._bot.wait_ready()

    async def healthz(self) -> dict[str, Any]:
        """Return what it says of its health; nothing while it does not answer."""
        return await self._bot.healthz()

    def last_words(self) -> str:
        """Return the end of its log."""
        return self._bot.last_words()

    async def facts(self, *kinds: str) -> list[Fact]:
        """Return the facts of some kinds that stand in its store, oldest first."""
        async with self.db.reading() as conn:
            return await Unit(conn, COMMUNITY, datetime.now(UTC)).activity.facts(kinds)
