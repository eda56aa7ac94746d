"""A configuration that cannot be used says which key, and what to do; a token is never in what is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.config import load_config, read_config, secret
from community.config import ConfigError

TOKEN = "xoxb-1234-very-secret"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"slak": []}, "slak"),
        ({"server": {"prot": 1}}, "prot"),
        ({"server": {"port": "eighty"}}, "server.port"),
        ({"community": [{"time_zone": "Asia/Tokio"}]}, "Asia/Tokio"),
        ({"community": [{"time_zone": "../etc/passwd"}]}, "no time zone"),
        ({"community": [{"id": "a"}, {"id": "a"}]}, "an id of its own"),
        ({"slack": [{"community": "nobody"}]}, "there are: main"),
        ({"discord": [{"server": "1"}, {"server": "1"}]}, "one community only"),
        ({"discord": [{}]}, "server"),
        ({"community": [{"language": "fr"}]}, "fr"),
    ],
)
def test_what_does_not_fit_is_named(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_config(raw)
    assert says in str(refused.value)


def test_an_empty_file_is_a_configuration() -> None:
    assert read_config({}).community[0].time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("content", [b"a = ", b"\xff\xfe"], ids=["not TOML", "not UTF-8"])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="not TOML"):
        load_config(path)


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.example\.toml"):
        load_config(tmp_path / "none.toml")


def test_a_token_comes_from_the_environment_or_from_a_file_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_TOKEN", f" {TOKEN}\n")
    assert secret("env:SOME_TOKEN", key="k") == TOKEN
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    path.chmod(0o600)
    assert secret(f"file:{path}", key="k") == TOKEN


def test_a_token_that_cannot_be_taken_is_not_in_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_TOKEN", raising=False)
    opened, empty = tmp_path / "open", tmp_path / "empty"
    opened.write_text(TOKEN)
    opened.chmod(0o644)
    empty.touch(mode=0o600)
    for where, says in (
        ("env:SOME_TOKEN", "SOME_TOKEN is not set"),
        (f"file:{opened}", f"chmod 600 {opened}"),
        (f"file:{empty}", "is empty"),
        (f"file:{tmp_path / 'none'}", "No such file"),
        (TOKEN, "env:NAME or file:PATH"),
        (f"http:{TOKEN}", "env:NAME or file:PATH"),
    ):
        with pytest.raises(ConfigError) as refused:
            secret(where, key="slack.bot_token")
        assert says in str(refused.value)
        assert "slack.bot_token" in str(refused.value)
        assert TOKEN not in str(refused.value)
