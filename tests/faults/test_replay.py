"""What people say in a sandbox reaches the store once, whatever happens to the bot and to the platform's replies."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.config import Config, load_config
from bot.replaying.child import write_toml
from bot.replaying.record import Line, read_record
from bot.replaying.replay import Outcome, Plan, read_speed, replay, report
from community.config import ConfigError
from sandbox.world import SpaceKind
from tests.e2e.running import RunningBot, running_sandbox
from tests.waiting import PATIENCE_S

BEGAN = datetime(2024, 3, 1, 9, tzinfo=UTC)
CHANNELS = ("general", "workshop")
WORDS = ("tea", "kettle", "harbour", "lantern", "bicycle", "paper", "garden", "お茶", "灯台", "自転車")


def gathering(messages: int, seed: int = 7) -> list[Line]:
    """Make a conversation of our own: a few dozen people, two channels, minutes to hours between messages."""
    chance = random.Random(seed)  # noqa: S311 - the same gathering every time
    at, lines = BEGAN, []
    for n in range(messages):
        at += timedelta(minutes=chance.choice((0, 1, 3, 20, 600)))
        text = " ".join(chance.choices(WORDS, k=chance.randint(1, 12)))
        if n % 25 == 24:
            text = "" if n % 50 == 24 else text * 200  # a file without words, and more than Discord takes at once
        lines.append(
            Line(chance.choice(CHANNELS), at, f"member{chance.randint(1, 30)}", text, str(n // chance.randint(1, 9)))
        )
    return lines


async def run(plan: Plan) -> Outcome:
    console = Console(quiet=True)
    outcome = await replay(plan, console)
    report(outcome, console)
    assert outcome.ok, (outcome.platforms, outcome.left, outcome.last_words)
    assert all(result.facts == result.said for result in outcome.platforms)
    assert all(result.joined == result.known > 10 for result in outcome.platforms)
    return outcome


async def test_nothing_is_lost_or_doubled_through_two_kills_and_broken_replies() -> None:
    outcome = await run(Plan(gathering(150), kills=2, faults=0.05, threads=True))
    assert outcome.kills == 2
    assert [result.platform for result in outcome.platforms] == ["slack", "discord"]
    assert all(result.said > 150 - 6 for result in outcome.platforms)


async def test_so_it_is_with_postgresql(postgres_url: str) -> None:
    outcome = await run(Plan(gathering(75), platforms=("slack",), kills=2, store=postgres_url))
    assert (outcome.kills, outcome.platforms[0].said) == (2, 75)


async def test_a_store_with_facts_in_it_is_refused(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'store.sqlite'}"
    await run(Plan(gathering(40), platforms=("discord",), store=store))
    with pytest.raises(ConfigError, match="needs an empty store"):
        await replay(Plan(gathering(5), store=store), Console(quiet=True))


async def test_a_record_at_a_given_speed_takes_its_time() -> None:
    lines = [Line("general", BEGAN + timedelta(minutes=n), f"member{n}", f"word {n}", str(n)) for n in range(20)]
    outcome = await replay(Plan(lines, platforms=("slack",), speed=300), Console(quiet=True))
    assert outcome.ok
    assert outcome.seconds > 20 * 60 / 300


def test_a_record_is_read_packed_or_not_in_order_and_a_broken_line_is_named(tmp_path: Path) -> None:
    first, second = (
        {"community": "c", "channel": "x", "ts": ts, "user": "a", "text": "あ", "conversation": "1"}
        for ts in ("2024-03-01T09:00:00.000Z", "2024-03-01T08:00:00.000Z")
    )
    raw = "\n".join(map(json.dumps, (first, second)))
    plain, packed, broken = tmp_path / "r.jsonl", tmp_path / "r.jsonl.gz", tmp_path / "b.jsonl"
    plain.write_text(raw)
    packed.write_bytes(gzip.compress(raw.encode()))
    broken.write_text(raw + "\n{}")
    assert read_record(plain) == read_record(packed)
    assert [line.ts.hour for line in read_record(plain)] == [8, 9]
    assert read_record(plain)[0].is_japanese
    assert len(read_record(plain, limit=1)) == 1
    with pytest.raises(ConfigError, match=r"b\.jsonl:3"):
        read_record(broken)


@pytest.mark.parametrize("text", ["0", "-1", "fast", "nan"])
def test_a_speed_is_a_number_or_max(text: str) -> None:
    with pytest.raises(ConfigError, match="--speed"):
        read_speed(text)
    assert (read_speed("max"), read_speed("60")) == (None, 60.0)


def test_a_configuration_is_written_so_that_it_reads_the_same(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(write_toml({"log": {"level": "error"}, "discord": [{"server": '1"2', "moderators": ["あ"]}]}))
    read: Config = load_config(file)
    assert (read.log.level, read.discord[0].server, read.discord[0].moderators) == ("error", '1"2', ("あ",))


async def test_a_running_bot_can_be_killed_and_finds_what_was_said_meanwhile() -> None:
    async with running_sandbox(empty=False) as sandbox, RunningBot(sandbox) as bot:
        space = sandbox.server
        member = next(a for a in space.accounts.values() if not a.is_bot and a.left_at is None)
        await bot.kill()
        said = sandbox.platforms[SpaceKind.DISCORD].face.say(member, "general", "is anybody there")
        await bot.start()
        await bot.wait_ready()
        async with asyncio.timeout(PATIENCE_S):
            while said.id not in {f.subject for f in await bot.facts("message.posted")}:  # noqa: ASYNC110 - its own process
                await asyncio.sleep(0.2)
        assert (await bot.healthz())["ready"]
