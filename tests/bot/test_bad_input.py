"""Bad input and bad luck through the whole way: sandbox, real adapters, real process, real store."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.demo import demo_config
from bot.process import Process
from chat.card import part_text
from handlers.fallback import problem_card
from locales import translator
from sandbox.server import Sandbox
from sandbox.world import Account, Message, Person
from storage.tables import core as tables
from tests.waiting import PATIENCE_S, until


class Scene:
    """A sandbox with people on both platforms, and the bot in it."""

    def __init__(self, sandbox: Sandbox, process: Process, store: Path) -> None:
        self.sandbox, self.process, self.store = sandbox, process, store

    def newcomer(self, platform: str, name: str, language: str) -> Account:
        workspace, server = self.sandbox.spaces
        space = workspace if platform == "slack" else server
        make = next(p for kind, p in self.sandbox.platforms.items() if kind.value == platform).new_account
        return make(space.id, Person(f"{platform}-{language}", name, language))

    async def types(self, who: Account, *words: str) -> None:
        if who.space == self.sandbox.workspace.id:
            await self.sandbox.slack.command(who, "general", "/tsudoi", " ".join(words))
        else:
            await self.sandbox.discord.command(who, "general", "tsudoi", *words)

    def private(self, who: Account) -> str:
        channel = self.sandbox.world.channel(who.space, "general")
        shown: list[Message] = [
            m for m in self.sandbox.world.history(who.space, channel.id) if m.only_for == who.user_id
        ]
        return "\n".join(f"{message.text} {message.body}" for message in shown)

    async def sees(self, who: Account, words: str) -> None:
        await until(lambda: words in self.private(who), f"{words!r} in {self.private(who)[-400:]!r}")

    async def inbox(self) -> dict[str, int]:
        async with self.process.db.reading() as conn:
            query = sa.select(tables.inbox.c.state, sa.func.count()).group_by(tables.inbox.c.state)
            return {str(state): int(count) for state, count in await conn.execute(query)}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with Sandbox(empty=True) as sandbox:
        process = Process(demo_config(sandbox, f"sqlite:///{tmp_path / 'store.sqlite'}", 0))
        await process.start()
        try:
            yield Scene(sandbox, process, tmp_path / "store.sqlite")
        finally:
            await process.stop()


@pytest.mark.parametrize("platform", ["slack", "discord"])
@pytest.mark.parametrize("language", ["en", "ja"])
async def test_while_the_store_is_locked_who_types_is_told_and_afterwards_it_works(
    scene: Scene, platform: str, language: str
) -> None:
    who = scene.newcomer(platform, "🦊 \u202eZ̷a̸l̴g̷o", language)
    await until(lambda: scene.process.dispatcher.handled and not scene.process.dispatcher.backlog, "the join")
    holder = sqlite3.connect(scene.store, isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(holder.execute, "BEGIN EXCLUSIVE")  # the bot may be writing just now
    try:
        await scene.types(who, "help")
        await scene.sees(who, part_text(problem_card(translator(language), "not_stored", "0").parts[0]))
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    await scene.types(who, "help")
    await scene.sees(who, "/tsudoi me")
    async with asyncio.timeout(PATIENCE_S):
        while (await scene.inbox()).keys() != {"done"}:  # noqa: ASYNC110 - it is a state of the store
            await asyncio.sleep(0.05)
