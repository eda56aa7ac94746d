"""config.example.toml shows every key that there is, with its default, and no other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.config import Config, load_config

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"
RAW = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
# A key without a default, or a table that is shown as an example
EXAMPLES = {"discord.server", "community.topics.id", "community.topics.en", "community.topics.ja"}


def struct_in(kind: object) -> type[msgspec.Struct] | None:
    """Return the table that a field holds, alone or in a list."""
    match msgspec.inspect.type_info(kind):
        case msgspec.inspect.StructType(cls=found):
            return found
        case msgspec.inspect.VarTupleType(item_type=msgspec.inspect.StructType(cls=found)):
            return found
    return None


def compare(table: type[msgspec.Struct], shown: dict[str, Any], at: str = "") -> list[str]:
    """Say where the file and the code differ."""
    wrong = []
    fields = msgspec.structs.fields(table)
    wrong += [f"{at}{key}: no such key" for key in shown.keys() - {field.name for field in fields}]
    for field in fields:
        where = f"{at}{field.name}"
        if field.name not in shown:
            wrong.append(f"{where}: not shown")
        elif inner := struct_in(field.type):
            value = shown[field.name]
            for one in value if isinstance(value, list) else [value]:
                wrong += compare(inner, one, f"{where}.")
        elif where not in EXAMPLES:
            default = msgspec.to_builtins(field.default if field.default_factory is msgspec.NODEFAULT
                                          else field.default_factory())  # fmt: skip
            plain = list(default) if isinstance(default, tuple) else default
            if plain != shown[field.name] or type(plain) is not type(shown[field.name]):
                wrong.append(f"{where}: shown as {shown[field.name]!r}, the default is {plain!r}")
    return wrong


def test_every_key_is_shown_with_its_default_and_nothing_else() -> None:
    assert compare(Config, RAW) == []


@pytest.mark.parametrize("change", ['level = "debug"', "nonsense = 1", ""])
def test_the_comparison_would_notice(change: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace('level = "info"', change)
    assert compare(Config, tomllib.loads(text))


def test_the_file_loads_as_it_stands() -> None:
    config = load_config(EXAMPLE)
    assert config.slack[0].mode == "socket"
    assert config.community[0].topics[0].id == "python"


def test_every_key_has_a_sentence_in_both_languages() -> None:
    """Above each key stands a comment; keys of one kind (``purpose_en``, ``purpose_ja``) may share it."""
    said = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            said += line
        elif line.startswith("["):
            said = ""
        elif line and "[discord.channels]" not in line:
            assert said, line
            assert re.search(r"[A-Za-z]{3,}", said), line
            assert re.search(r"[ぁ-んァ-ヶ一-龠]", said), line
        elif not line:
            said = ""
