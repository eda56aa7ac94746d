"""The doctor's look at the database and at itself: every code has its sentences, and every sentence is said."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.config import StoreSection, load_config
from bot.doctor.checks import check_settings, check_store
from bot.doctor.looking import fold
from bot.doctor.sayings import NAMES, SAYINGS, say_mend, say_what
from chat.discord.invite import INTENTS, PERMISSIONS
from chat.port import Finding
from locales import translator
from storage.engine import Database

ROOT = Path(__file__).parents[2]
EN, JA = translator("en"), translator("ja")


def codes_given() -> set[str]:
    """Collect the codes that stand in the code: ``Finding(code="…")``, ``found("…")``, ``_failed("…")``."""
    codes = set()
    for path in (*(ROOT / "chat").rglob("*.py"), *(ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            given = [node.args[0]] if node.func.id in {"found", "_failed"} and node.args else []
            if node.func.id == "Finding":
                given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            codes |= {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return codes


def test_every_code_has_its_sentences_and_every_sentence_is_said() -> None:
    tokens = {"token_not_set", "token_unreadable", "token_open", "token_empty", "token_inline"}
    config = (ROOT / "bot" / "config.py").read_text(encoding="utf-8")
    assert all(f'"{code}"' in config for code in tokens)
    assert codes_given() | tokens == set(SAYINGS)
    assert len(codes_given()) > 30


def test_what_can_be_wrong_says_what_to_do() -> None:
    assert [code for code, saying in SAYINGS.items() if saying.bad and not saying.mend] == []
    assert [code for code, saying in SAYINGS.items() if not saying.bad and not saying.good] == []


def test_every_permission_and_switch_has_its_name() -> None:
    assert set(PERMISSIONS) | {"members", "message_content"} <= set(NAMES)
    assert {"members", "message_content"} <= set(INTENTS)


def test_words_of_others_stay_as_they_are() -> None:
    finding = Finding(ok=False, code="slack_token", values={"problem": "odd", "mend": "send {name} or **x**"})
    assert say_mend(JA, finding) == "send {name} or **x**"
    config = Finding(ok=False, code="config", values={"path": "c", "reason": "no `key` {here}"})
    assert say_what(EN, config) == "c cannot be used: no `key` {here}"


def test_permissions_are_said_in_one_line_only_where_all_are_given() -> None:
    def permission(name: str, *, ok: bool = True) -> Finding:
        return Finding(ok=ok, code="discord_permission", values={"server": "s", "permission": name, "reason": "r"})

    every = [permission(name) for name in PERMISSIONS]
    assert [finding.code for finding in fold(every)] == ["discord_permissions"]
    less = [permission(name, ok=name != "manage_roles") for name in PERMISSIONS]
    assert [(f.code, f.values["permission"]) for f in fold(less)] == [("discord_permission", "manage_roles")]


# ---- the database


async def wrong_with(url: str) -> Finding:
    (finding,) = [one for one in await check_store(StoreSection(url=url)) if not one.ok]
    assert say_mend(JA, finding) != say_mend(EN, finding)
    return finding


async def test_a_database_in_use_is_well_and_nothing_is_left_in_it(database: Database) -> None:
    found = await check_store(StoreSection(url=database.url))
    assert [finding.code for finding in found if finding.code != "disk"] == ["store", "schema"]
    assert all(finding.ok for finding in found)
    async with database.reading() as conn:
        assert "tsudoi_doctor" not in await conn.run_sync(lambda sync: sa.inspect(sync).get_table_names())


async def test_a_schema_that_is_behind_or_unknown_is_told(database: Database) -> None:
    for revision, code in (("0000", "schema_unknown"), (None, "schema_empty")):
        async with database.writing() as conn:
            await conn.execute(sa.text("DELETE FROM alembic_version"))
            if revision:
                await conn.execute(sa.text("INSERT INTO alembic_version VALUES (:at)"), {"at": revision})
        found = await check_store(StoreSection(url=database.url))
        assert [finding.code for finding in found if finding.code != "disk"] == ["store", code]


async def test_an_unreachable_postgresql_is_told_without_its_password() -> None:
    finding = await wrong_with("postgresql://tsudoi:geheim@127.0.0.1:9/tsudoi")
    assert finding.code == "store"
    assert "geheim" not in say_what(EN, finding)
    assert "127.0.0.1" in say_what(EN, finding)


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "notes.sqlite"
    file.write_text("Not a database, though it is long enough to be taken for one. " * 99, encoding="utf-8")
    assert "not a database" in say_what(EN, await wrong_with(f"sqlite:///{file}"))


async def test_a_place_where_no_file_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert (await wrong_with(f"sqlite:///{tmp_path}/file/tsudoi.sqlite")).code == "store_new"


async def test_another_kind_of_database_is_told() -> None:
    assert "not supported" in say_what(EN, await wrong_with("mysql://u:p@127.0.0.1/x"))


async def test_a_locked_database_is_told_within_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.doctor.checks.REACH_WITHIN", 0.3)
    db = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    async with db.writing():
        assert "no answer" in say_what(EN, await wrong_with(db.url))
    await db.close()


@pytest.mark.parametrize(("mode", "codes"), [(0o644, ["config_open"]), (0o600, [])])
def test_a_password_in_the_file_asks_for_its_mode(tmp_path: Path, mode: int, codes: list[str]) -> None:
    path = tmp_path / "config.toml"
    path.write_text('store.url = "postgresql://u:geheim@db/x"\n[[discord]]\nserver = "1"\n', encoding="utf-8")
    path.chmod(mode)
    assert [finding.code for finding in check_settings(load_config(path), path) if not finding.ok] == codes
