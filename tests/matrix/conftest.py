from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from storage.engine import Database
from tests.matrix.hall import Hall, hall
from tests.stores import new_sqlite
from tests.unthreaded import unthreaded_sqlite


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """Let a failing handler cost no second of drawing."""
    before = structlog.get_config()
    structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def unthreaded() -> Iterator[None]:
    """Let the hall, which is alone with its store, not wait for threads."""
    with unthreaded_sqlite():
        yield


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Hall]:
    """Give a community with one person of every role on both platforms, and another community beside it."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    new_sqlite(url)
    db = Database(url)
    async with hall(db) as made:
        yield made
    await db.close()
