from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.handlers.stage import Stage


@pytest.fixture
async def build(tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Stage]]]:
    """Build communities that are put away at the end."""
    built: list[Stage] = []

    async def make(**changes: object) -> Stage:
        stage = await Stage.build(f"sqlite:///{tmp_path}/{len(built)}.sqlite", **changes)
        built.append(stage)
        return stage

    yield make
    for stage in built:
        await stage.db.close()


@pytest.fixture
async def stage(build: Callable[..., Awaitable[Stage]]) -> Stage:
    return await build()
