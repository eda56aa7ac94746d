"""What all tests share: discord.py loaded before warnings become errors, and a throw-away PostgreSQL."""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.replaying.child import BotProcess
from storage.engine import Database
from tests import browser as chromium
from tests.nursery import Nursery
from tests.postgres import PostgresMissingError, postgres_cluster, postgres_database
from tests.stores import TEMPLATE, new_sqlite
from tests.stores import postgres_template as make_postgres_template

with warnings.catch_warnings():
    # discord.py imports audioop for voice; Python 3.13 drops it, and discord.py then brings its own
    warnings.filterwarnings("ignore", message="'audioop' is deprecated", category=DeprecationWarning)
    import discord  # noqa: F401 - imported for its effect

_names = itertools.count(1)
# What takes longest comes first: at the end of a run on several workers, none of them waits for one long file
LONG_FIRST = (
    "e2e/test_onboarding_page.py",
    "e2e/test_questions_page.py",
    "e2e/test_questions_care_page.py",
    "matrix/",
    "faults/",
    "e2e/",
    "fuzz/",
    "handlers/privacy/test_killed.py",
    "bot/importing/test_killed.py",
    "sandbox/test_page.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Let the logs of all tests be read for tokens and members' words."""
    config.pluginmanager.import_plugin("tests.leaks")
    if hasattr(os, "pidfd_open"):  # Linux; elsewhere each bot is started from nothing
        nursery = Nursery()
        BotProcess.launch = nursery.launch
        config.add_cleanup(nursery.close)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; all others keep their order."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        path = item.path.relative_to(here).as_posix() if item.path.is_relative_to(here) else ""
        return next((rank for rank, long in enumerate(LONG_FIRST) if path.startswith(long)), len(LONG_FIRST))

    items.sort(key=rank)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything has been installed (``.ci/run``), a skipped test is a failed one.

    Only the recorded payloads are beyond our reach: they are not part of the project.
    """
    report = yield
    if report.skipped and "TSUDOI_NOTHING_SKIPPED" in os.environ and "shared/reference" not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the URL of a cluster's maintenance database; one cluster serves the whole session."""
    try:
        with postgres_cluster() as url:
            yield url
    except PostgresMissingError as missing:
        pytest.skip(f"PostgreSQL is not installed here: {missing}")


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """Give the URL of an empty database of this test's own."""
    with postgres_database(postgres, f"tsudoi_{next(_names)}") as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """Make a database with the newest schema, once; give its name."""
    make_postgres_template(postgres)
    return TEMPLATE


@pytest.fixture
def postgres_store(postgres: str, postgres_template: str) -> Iterator[str]:
    """Give the URL of a database of this test's own, with the newest schema and nothing in it."""
    with postgres_database(postgres, f"tsudoi_{next(_names)}", postgres_template) as url:
        yield url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[None]:
    """See that Chromium, which starts when a page is first looked at, ends with the session."""
    yield
    await chromium.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Give an empty store with the newest schema, once on each database."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_store")
    else:
        new_sqlite(url)
    db = Database(url)
    yield db
    await db.close()
