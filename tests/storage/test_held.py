"""What is stored is declared: every table, every column, once, in both languages; see ``storage/held/declaring.py``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa

from community.settings.privacy import PrivacySettings
from storage.held.declaring import Goes, Held, Said, Window
from storage.held.everything import HELD, faults
from storage.tables.core import metadata

SAID = Said("Why.", "理由。")


def test_every_table_and_column_is_declared_and_nothing_that_is_gone() -> None:
    assert faults() == []


def test_all_files_with_tables_are_looked_at() -> None:
    """The metadata knows only what was imported: a table file that no declaration imports would go unseen."""
    files = Path(__file__).parents[2].joinpath("storage").rglob("tables/*.py")
    made = 0
    for file in files:
        calls = (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))
        made += sum(ast.unparse(call.func) == "sa.Table" for call in calls)
    assert made == len(metadata.tables)


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.table.name)
def test_what_members_read_is_said_in_both_languages(held: Held) -> None:
    for said in (held.why, held.kept, held.stays):
        if said is not None:
            assert said.en.isascii() or "“" in said.en
            assert said.ja.endswith(("。", "。）"))
            assert not said.ja.isascii()


@pytest.mark.parametrize("held", HELD, ids=lambda held: held.table.name)
def test_a_window_names_a_setting_that_exists(held: Held) -> None:
    for window in held.windows:
        if window.setting is not None:
            assert window.setting in PrivacySettings.__struct_fields__


def test_every_setting_of_privacy_is_the_window_of_something() -> None:
    used = {window.setting for held in HELD for window in held.windows}
    assert set(PrivacySettings.__struct_fields__) <= used


def _table() -> sa.Table:
    tables = sa.MetaData()
    sa.Table("members", tables, sa.Column("id", sa.Integer, primary_key=True))
    return sa.Table(
        "things",
        tables,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.ForeignKey("members.id"), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )


def _faults(held: Held) -> list[str]:
    only = sa.MetaData()
    held.table.to_metadata(only)
    return faults((held,), only)


def test_a_column_that_is_declared_nowhere_is_found() -> None:
    held = Held(table=_table(), why=SAID, kept=SAID, people={"owner": Goes.ROW}, plain="id")
    assert _faults(held) == ["things.words: declared nowhere"]


def test_a_column_that_is_gone_is_found() -> None:
    held = Held(table=_table(), why=SAID, kept=SAID, people={"owner": Goes.ROW}, plain="id words when")
    assert _faults(held) == ["things.when: declared, and no column"]


def test_a_member_who_is_called_plain_is_found() -> None:
    held = Held(table=_table(), why=SAID, kept=SAID, plain="id words owner")
    assert _faults(held) == ["things.owner: names a member"]


def test_what_an_erasure_could_not_do_is_found() -> None:
    held = Held(table=_table(), why=SAID, kept=SAID, people={"owner": Goes.EMPTY}, plain="id words")
    assert _faults(held) == ["things.owner: cannot be emptied"]


def test_a_table_that_is_declared_nowhere_or_gone_is_found() -> None:
    held = Held(table=_table(), why=SAID, kept=SAID, people={"owner": Goes.ROW}, plain="id words")
    assert faults((held,), sa.MetaData()) == ["things: declared, and no table"]
    assert faults((), held.table.metadata) == ["members: declared nowhere", "things: declared nowhere"]


def test_how_long_has_to_be_said() -> None:
    with pytest.raises(ValueError, match="how long"):
        Held(table=_table(), why=SAID, plain="id words owner")
    with pytest.raises(ValueError, match="number of days, or the setting"):
        Window(since="at")
    with pytest.raises(ValueError, match="who"):
        Held(table=_table(), why=SAID, kept=SAID, words={"words": "who"})
