"""Stores with the newest schema, copied from one: making a hundred tables takes longer than a test."""

from __future__ import annotations

import asyncio
import functools
import tempfile
import threading
from pathlib import Path

import psycopg

from storage.engine import Database
from storage.migrate import upgrade

TEMPLATE = "tsudoi_template"


def migrate(url: str) -> None:
    """Bring a store to the newest schema, whether or not an event loop runs here."""

    async def bring() -> None:
        db = Database(url)
        try:
            await upgrade(db)
        finally:
            await db.close()

    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(bring())
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


@functools.cache
def _sqlite_template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.sqlite"
        migrate(f"sqlite:///{path}")
        assert not path.with_name(f"{path.name}-wal").exists(), "the last connection did not fold its log away"
        return path.read_bytes()


def new_sqlite(url: str) -> None:
    """Put an empty store with the newest schema where a URL points, unless something is there."""
    path = Path(url.removeprefix("sqlite:///"))
    if not path.exists():
        path.write_bytes(_sqlite_template())


def postgres_template(cluster: str) -> None:
    """Make the database from which those of the tests are copied."""
    with psycopg.connect(cluster, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{TEMPLATE}"')
    migrate(cluster.rpartition("/")[0] + f"/{TEMPLATE}")
