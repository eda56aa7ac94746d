from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.handlers.stage import Stage
from tests.unthreaded import unthreaded_sqlite


@pytest.fixture(autouse=True)
def unthreaded() -> Iterator[None]:
    """Let a stage, which does one thing after the other, not wait for threads."""
    with unthreaded_sqlite():
        yield


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


@pytest.fixture(params=["sqlite", "postgresql"])
async def stage_on_both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """Build a community, once on each database."""
    url = f"sqlite:///{tmp_path}/both.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_store")
    stage = await Stage.build(url)
    yield stage
    await stage.db.close()


@pytest.fixture
async def stage(build: Callable[..., Awaitable[Stage]]) -> Stage:
    return await build()
