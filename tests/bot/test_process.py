"""The process as a whole, with chats in memory in the place of platforms."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import sqlalchemy as sa
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters import Fittings
from bot.clock import Clock
from bot.config import Config, read_config
from bot.process import Process
from chat.answers import Answer, Say
from chat.card import Card, Text
from chat.commands import Command, Menu
from chat.events import ActionPressed
from chat.fake import FakeChat
from chat.port import Intake, RefusedError, UnreachableError
from chat.text import rich
from community.config import ConfigError, WorkspaceSettings
from handlers.activity import FEATURE as ACTIVITY
from handlers.context import Context
from handlers.routes import Feature, press
from storage.engine import Database
from storage.migrate import upgrade
from storage.queues import inbox
from storage.tables import core as tables
from tests.waiting import until


class Line(FakeChat):
    """A chat with a connection that can be silent, gapped or refused."""

    intake: Intake | None = None
    heard: datetime | None = None
    reconnections = 0
    gaps = 1
    fails: Exception | None = None
    tried = 0

    async def start(self, intake: Intake, commands: tuple[Command, ...], menus: tuple[Menu, ...]) -> None:
        del commands, menus
        self.tried += 1
        if self.fails:
            raise self.fails
        self.intake = intake

    async def stop(self) -> None:
        self.intake = None

    def last_heard(self) -> datetime | None:
        return self.heard

    async def reconnect(self) -> None:
        self.reconnections += 1
        self.heard = datetime.now(UTC)

    def gap(self) -> int:
        return self.gaps


async def _hello(_ctx: Context, _event: ActionPressed) -> Answer:
    return Say(Card(parts=(Text(rich("hello")),)))


FEATURES = (ACTIVITY, Feature("hello", routes=(press("hello", _hello),)))


def process_of(url: str, *lines: Line, port: int = 0) -> Process:
    async def fit(_config: Config, _clock: Clock) -> Fittings:
        made = Fittings(list(lines))
        for line in lines:
            made.belongs("main", WorkspaceSettings(workspace=line.home))
        return made

    config = read_config({"store": {"url": url}, "server": {"port": port}})
    return Process(config, features=FEATURES, make_adapters=fit, others_wait=0.2)


@asynccontextmanager
async def running(url: str, *lines: Line) -> AsyncIterator[tuple[Process, str]]:
    process = process_of(url, *lines)
    try:
        await process.start()
        assert process._runner is not None
        host, port = process._runner.addresses[0][:2]
        yield process, f"http://{host}:{port}"
    finally:
        await process.stop()


async def facts(url: str) -> list[str]:
    db = Database(url)
    try:
        async with db.reading() as conn:
            return list((await conn.execute(sa.select(tables.activity.c.key).order_by(tables.activity.c.id))).scalars())
    finally:
        await db.close()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


async def test_it_starts_takes_and_stops_in_order(url: str) -> None:
    line = Line()
    room, aki = line.let_be("general"), line.let_join("Aki")
    async with running(url, line) as (process, _):
        assert process.ready.is_set()
        assert line.intake is not None
        said = line.let_say(aki, room, "hi")
        assert (await line.intake.accept(said)).fresh
    assert line.intake is None
    assert not process.ready.is_set()
    assert await facts(url) == [said.key], "what was accepted is finished before it stops"


async def test_what_a_crash_left_is_handled_at_the_start_and_answered_the_late_way(url: str) -> None:
    line = Line()
    room, aki = line.let_be("general"), line.let_join("Aki")
    said = line.let_say(aki, room, "hi")
    now = datetime.now(UTC)
    clicked = ActionPressed(
        key="p", at=now, workspace=line.home, user=aki, action="hello", reply=line.let_reply(aki), locale="en"
    )
    db = Database(url)
    await upgrade(db)
    async with db.writing() as conn:
        await inbox.insert_rows(conn, [inbox.row_of("main", event, now) for event in (said, clicked)])
    await db.close()
    async with running(url, line):
        await until(lambda: line.private(aki))
    assert await facts(url) == [said.key]


async def test_a_silent_line_is_replaced_once_and_a_gap_is_caught_up_with(url: str) -> None:
    line = Line()
    room, aki = line.let_be("general"), line.let_join("Aki")
    async with running(url, line) as (process, _):
        await asyncio.sleep(1.5)
        await process.catch_up.idle()
        missed = line.let_say(aki, room, "while you were away")
        line.heard, line.gaps = datetime.now(UTC) - timedelta(minutes=5), 2
        await until(lambda: line.reconnections)
        await until(lambda: process.dispatcher.handled)
        await asyncio.sleep(1.1)
        assert line.reconnections == 1
    assert await facts(url) == [missed.key]


async def test_one_platform_that_is_down_does_not_keep_the_other_waiting(url: str) -> None:
    up, down = Line(), Line(workspace="T2")
    down.fails = UnreachableError("no route")
    async with running(url, up, down) as (process, _):
        assert process.ready.is_set()
        assert up.intake is not None
        down.fails = None
        await until(lambda: down.intake)


async def test_a_wrong_token_is_told_at_once_and_leaves_nothing_behind(url: str) -> None:
    line = Line()
    line.fails = RefusedError("invalid_auth", "check the token")
    process = process_of(url, line)
    with pytest.raises(RefusedError, match="invalid_auth"):
        await asyncio.wait_for(process.start(), 5)
    await process.stop()
    assert line.tried == 1


async def test_a_port_that_is_taken_is_named(url: str, tmp_path: Path) -> None:
    async with running(url, Line()) as (_, address):
        port = int(address.rpartition(":")[2])
        second = process_of(f"sqlite:///{tmp_path / 'other.sqlite'}", Line(), port=port)
        with pytest.raises(ConfigError, match=str(port)):
            await second.start()
        await second.stop()


async def metrics(http: aiohttp.ClientSession, address: str) -> dict[str, Metric]:
    async with http.get(f"{address}/metrics") as reply:
        assert reply.status == 200
        return {family.name: family for family in text_string_to_metric_families(await reply.text())}


async def test_health_and_metrics_while_all_is_well(url: str) -> None:
    line = Line()
    room, aki = line.let_be("general"), line.let_join("Aki")
    async with running(url, line) as (process, address), aiohttp.ClientSession() as http:
        assert line.intake is not None
        await line.intake.accept(line.let_say(aki, room, "hi"))
        await until(lambda: process.dispatcher.handled)
        async with http.get(f"{address}/healthz") as reply:
            body = await reply.json()
            assert (reply.status, body["ok"], body["inbox"]["waiting"]) == (200, True, 0)
            assert body["backup"] == {"enabled": True, "seconds_since_last": None}
            assert set(body["seconds_since_last_event"]) == {line.platform.value}
        for page in ("live", "ready"):
            async with http.get(f"{address}/healthz/{page}") as reply:
                assert (reply.status, (await reply.json())["ok"]) == (200, True)
        families = await metrics(http, address)
        assert families["tsudoi_events_handled"].type == "counter"
        assert families["tsudoi_events_handled"].samples[0].value == 1
        assert families["tsudoi_store_up"].samples[0].value == 1
        assert families["process_resident_memory_bytes"].samples[0].value > 1e7
        handled = {tuple(one.labels.items()): one.value for one in families["tsudoi_handling_seconds"].samples
                   if one.name.endswith("_count")}  # fmt: skip
        assert handled == {(("kind", "MessagePosted"),): 1}
        assert await metrics(http, address), "a second look is no different"
        async with http.get(f"{address}/panel") as reply:
            assert reply.status == 404, "what is in the store is shown in the sandbox only"


async def test_health_says_when_the_store_is_locked_and_when_it_is_gone(url: str, tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / "store.sqlite", isolation_level=None)
    async with running(url, Line()) as (_, address), aiohttp.ClientSession() as http:

        async def health(page: str = "") -> int:
            async with http.get(f"{address}/healthz{page}") as reply:
                return reply.status

        assert await health() == 200
        holder.execute("BEGIN EXCLUSIVE")
        assert await health() == 503
        assert (await health("/live"), await health("/ready")) == (200, 503), "a restart would mend nothing"
        assert (await metrics(http, address))["tsudoi_ready"].samples[0].value == 1
        holder.execute("ROLLBACK")
        holder.close()
        assert await health() == 200
        (tmp_path / "store.sqlite").rename(tmp_path / "elsewhere.sqlite")
        assert await health() == 503
