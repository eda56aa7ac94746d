"""``tsudoi forget`` and ``tsudoi export``: on the store itself, whether a bot runs or not."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.config import CommunitySection, Config, StoreSection
from bot.operators import privacy as privacy_cli
from community.config import ConfigError
from community.signals import TimerDue
from handlers.privacy.asking import FORGET
from storage.tables.core import accounts, timers
from tests.handlers.conftest import build, stage, stage_on_both
from tests.handlers.questions.asked import ask
from tests.handlers.stage import Stage

__all__ = ["build", "stage", "stage_on_both"]


def config_of(stage: Stage, *more: str) -> Config:
    url = stage.db.engine.url.render_as_string(hide_password=False)
    sections = [CommunitySection(id=name, name=name, language="en") for name in ("c1", *more)]
    return Config(community=tuple(sections), store=StoreSection(url=url))


async def there(stage: Stage) -> list[str]:
    async with stage.db.reading() as conn:
        return sorted((await conn.execute(sa.select(accounts.c.user_id))).scalars())


async def test_without_a_bot_it_is_done_here(stage_on_both: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy_cli, "ANSWER_S", 0.1)
    stage = stage_on_both
    one, _two = await stage.joins("one"), await stage.joins("two")
    await ask(stage, one)
    said: list[str] = []
    await privacy_cli.forget(config_of(stage), str(one), None, said.append)
    assert await there(stage) == ["Utwo"]
    assert "when the bot runs" in said[-1]
    assert await stage.look(lambda db: db.erased.is_erased(one)) is True
    async with stage.db.reading() as conn:
        assert not (await conn.execute(sa.select(timers).where(timers.c.kind == FORGET))).all()
    with pytest.raises(ConfigError, match="forgotten already"):
        await privacy_cli.forget(config_of(stage), str(one), None, said.append)


async def test_a_bot_that_runs_does_it(stage: Stage) -> None:
    one = await stage.joins("one")
    said: list[str] = []

    async def bot() -> None:
        while True:
            async with stage.db.writing() as conn:
                due = (await conn.execute(sa.select(timers).where(timers.c.kind == FORGET))).all()
                await conn.execute(sa.delete(timers).where(timers.c.kind == FORGET))
            for row in due:
                await stage.happens(TimerDue(key="t", at=stage.now, kind=row.kind, subject=row.subject))
                return
            await asyncio.sleep(0.05)

    await asyncio.gather(privacy_cli.forget(config_of(stage), str(one), "c1", said.append), bot())
    assert said == ["Forgotten, by the bot that is running."]
    assert await there(stage) == []


async def test_the_export_is_all_of_one_and_nothing_of_others(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one, two = await stage.joins("one"), await stage.joins("two")
    await ask(stage, one, "Where is my hat?", "It is green and very old, I think.")
    await ask(stage, two, "Where is my shoe?", "It is blue and very new, I think.")
    stage.now += timedelta(days=1)
    for who in (str(one), str(await stage.member(one))):
        told = await privacy_cli.export(config_of(stage), who, None)
        assert json.loads(told)["tables"]["questions"]["rows"][0]["title"] == "Where is my hat?"
        assert b"shoe" not in told


@pytest.mark.parametrize(
    ("who", "community", "said"),
    [
        ("slack:T1:Unobody", None, "no member"),
        ("987654", None, "no member"),
        ("nonsense", None, "slack:T012:U034"),
        ("slack:T1:Uone", "c9", "--community is one of c1, c2"),
    ],
)
async def test_a_mistake_is_told_with_what_there_is(stage: Stage, who: str, community: str | None, said: str) -> None:
    await stage.joins("one")
    config = config_of(stage, "c2") if community else config_of(stage)
    with pytest.raises(ConfigError, match=said):
        await privacy_cli.export(config, who, community)
