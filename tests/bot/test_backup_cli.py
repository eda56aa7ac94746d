"""``tsudoi backup`` and ``tsudoi restore`` as an operator types them, on both databases."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.backup_plan import plan_of
from bot.config import Config, read_config
from bot.operators.backup import back_up, bring_back
from bot.replaying.child import write_toml
from chat.ids import Platform, UserRef
from community.conduct.cases import Case
from community.config import ConfigError
from storage.backups.files import backups_in
from storage.engine import Database, StoreError
from storage.progress import last_run
from storage.tables.core import accounts, activity, members
from storage.unit import Unit

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 4, 3, 30, tzinfo=UTC)
AKI = UserRef(Platform.SLACK, "T1", "U_AKI")


@pytest.fixture
def config(database: Database, tmp_path: Path) -> Config:
    return read_config({"store": {"url": database.url}, "backup": {"folder": str(tmp_path / "backups")}})


async def join(db: Database, user: UserRef, name: str) -> int:
    async with db.writing() as conn:
        member = (
            await conn.execute(
                sa.insert(members).values(community="main", name=name, joined_at=NOW).returning(members.c.id)
            )
        ).scalar_one()
        await conn.execute(
            sa.insert(accounts).values(community="main", member_id=member, platform=user.platform.value,
                                       workspace=user.workspace, user_id=user.id, name=name, joined_at=NOW)
        )  # fmt: skip
        await conn.execute(
            sa.insert(activity).values(community="main", key=f"joined:{member}", at=NOW, kind="member.joined",
                                       actor=member)
        )  # fmt: skip
    return int(member)


async def test_an_operator_makes_a_backup_and_brings_it_back(
    config: Config, database: Database, tmp_path: Path
) -> None:
    said: list[str] = []
    aki = await join(database, AKI, "Aki")
    await back_up(config, None, NOW, said.append)
    assert "1 facts, 1 members" in said[0]
    async with database.reading() as conn:
        assert await last_run(conn, "", "backup") == NOW
    ((path, _),) = backups_in(tmp_path / "backups")

    async with database.writing() as conn:  # Aki asks to be forgotten, Beni joins
        unit = Unit(conn, "main", NOW)
        await unit.erasure.erase(aki, [AKI], -5)
        await unit.erased.add([AKI], NOW)
    await join(database, UserRef(Platform.SLACK, "T1", "U_BENI"), "Beni")
    await database.engine.dispose()

    asked: list[bool] = []
    assert await bring_back(config, path, NOW, say=said.append, sure=lambda: bool(asked)) is None
    assert said[-1] == "Nothing was changed."
    done = await bring_back(config, path, NOW + timedelta(days=1), say=said.append, sure=lambda: True)
    assert done is not None
    assert done.erased == 1
    async with database.reading() as conn:
        assert list((await conn.execute(sa.select(members.c.name))).scalars()) == []
        facts = (await conn.execute(sa.select(activity.c.kind, activity.c.actor).order_by(activity.c.id))).all()
    assert [fact.kind for fact in facts] == ["member.joined", "member.erased"]
    assert facts[0].actor == facts[1].actor < 0
    assert any("erased again" in line for line in said)
    assert any("is kept in" in line for line in said)


async def test_a_restore_waits_for_nobody_who_runs(config: Config, database: Database, tmp_path: Path) -> None:
    await back_up(config, None, NOW, lambda _line: None)
    ((path, _),) = backups_in(tmp_path / "backups")
    running = Database(database.url)
    await running.occupy(config.instance)
    try:
        with pytest.raises(StoreError, match="a bot runs on this store; stop it"):
            await bring_back(config, path, NOW, say=lambda _line: None, sure=lambda: True)
    finally:
        await running.close()


async def test_one_for_elsewhere_is_not_the_days_own(config: Config, database: Database, tmp_path: Path) -> None:
    await back_up(config, tmp_path / "elsewhere", NOW, lambda _line: None)
    async with database.reading() as conn:
        assert await last_run(conn, "", "backup") is None
    assert len(backups_in(tmp_path / "elsewhere")) == 1


async def test_without_a_store_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    config = read_config({"store": {"url": f"sqlite:///{tmp_path / 'none.sqlite'}"}})
    with pytest.raises(StoreError, match="there is no store yet"):
        await back_up(config, tmp_path / "b", NOW, lambda _line: None)
    assert not await asyncio.to_thread((tmp_path / "none.sqlite").exists)


def tsudoi(*words: str, config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, "-m", "bot", *words, "--config", str(config)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, input="",
    )  # fmt: skip


def test_the_commands_say_what_they_did_or_what_to_mend(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        write_toml({"store": {"url": f"sqlite:///{tmp_path / 's.sqlite'}"}, "backup": {"folder": str(tmp_path / "b")}})
    )
    assert tsudoi("migrate", config=file).returncode == 0
    made = tsudoi("backup", config=file)
    assert (made.returncode, "It was opened and counted" in made.stdout) == (0, True), made.stderr
    ((path, _),) = backups_in(tmp_path / "b")
    done = tsudoi("restore", str(path), "--yes", config=file)
    assert (done.returncode, "Restored: 0 facts" in done.stdout) == (0, True), done.stderr
    wrong = tsudoi("restore", str(tmp_path / "nothing"), "--yes", config=file)
    assert (wrong.returncode, wrong.stderr) == (2, f"tsudoi: {tmp_path / 'nothing'}: no such backup\n")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"at": "25:00"}, "backup.at must be a time like 03:30"),
        ({"keep_days": 0}, "backup.keep_days must be from 1"),
        ({"keep_least": 0}, "backup.keep_least must be 1 or more"),
        ({"folder": ""}, "backup.folder is empty"),
    ],
)
def test_settings_that_would_keep_nothing_are_refused(table: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_config({"backup": table})


def test_the_hour_is_that_of_the_first_community() -> None:
    plan = plan_of(read_config({"community": [{"id": "a", "time_zone": "Europe/Berlin"}, {"id": "b"}]}))
    assert (plan.zone.key, plan.tell, plan.at.hour) == ("Europe/Berlin", "a", 3)


@pytest.mark.parametrize("how", ["by the file", "by what was set", "not at all"])
async def test_a_case_about_one_of_the_team_stays_so_when_they_are_erased_again(
    database: Database, tmp_path: Path, how: str
) -> None:
    named = {"moderators": ["U_AKI"]} if how == "by the file" else {}
    config = read_config({"store": {"url": database.url}, "backup": {"folder": str(tmp_path / "b")}, "slack": [named]})
    aki = await join(database, AKI, "Aki")
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        case = await unit.cases.open(Case(opened_at=NOW, member=aki))
        if how == "by what was set":
            await unit.settings.set("workspaces.slack:T1.moderators", '["U_AKI"]', by=aki, at=NOW)
    await back_up(config, None, NOW, lambda _line: None)
    ((path, _),) = backups_in(tmp_path / "b")
    async with database.writing() as conn:
        unit = Unit(conn, "main", NOW)
        await unit.erasure.erase(aki, [AKI], -5)
        await unit.erased.add([AKI], NOW)
    await database.engine.dispose()
    done = await bring_back(config, path, NOW + timedelta(days=1), say=lambda _line: None, sure=lambda: True)
    assert done is not None
    assert done.erased == 1
    async with database.reading() as conn:
        found = await Unit(conn, "main", NOW).cases.get(case.id)
    assert found is not None
    assert (found.member, found.delicate) == (None, how != "not at all")
