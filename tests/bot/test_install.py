"""The manifest as Slack reads it, the invitation, and the language of the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app, main
from bot.install import discord_invitation, slack_manifest, slack_reasons, terminal_language
from chat.discord.invite import PERMISSIONS, invite_url
from chat.slack.manifest import SCOPES, manifest
from community.config import ConfigError
from handlers import FEATURES
from locales import Translator, translator

EN, JA = translator("en"), translator("ja")
COMMANDS = tuple(command for feature in FEATURES for command in feature.commands)
MENUS = tuple(menu for feature in FEATURES for menu in feature.menus)


def read_yaml(text: str) -> Any:  # noqa: ANN401 - a document
    """Read what YAML 1.2 makes of block maps and lists of scalars, quoted as in JSON or plain."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines()]
    value, rest = _block(lines)
    assert not rest
    return value


Lines = list[tuple[int, str]]


def _block(lines: Lines) -> tuple[Any, Lines]:
    indent, first = lines[0]
    made: Any = [] if first.startswith("- ") else {}
    while lines and lines[0][0] == indent:
        line = lines[0][1]
        if isinstance(made, list):
            item = line[2:]
            if re.match(r"[\w]+:( |$)", item):
                one, lines = _block([(indent + 2, item), *lines[1:]])
            else:
                one, lines = _scalar(item.partition("  #")[0]), lines[1:]
            made.append(one)
            continue
        key, _, value = line.partition(":")
        if value:
            made[key], lines = _scalar(value.strip()), lines[1:]
        else:
            made[key], lines = _block(lines[1:])
    return made, lines


def _scalar(text: str) -> Any:  # noqa: ANN401 - as in JSON
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def without_nothing(document: Any) -> Any:  # noqa: ANN401 - a document
    if isinstance(document, dict):
        return {key: without_nothing(value) for key, value in document.items() if value != []}
    return document


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("http", [None, "https://bot.example.com"])
def test_the_yaml_says_what_the_manifest_says(language: str, http: str | None) -> None:
    name = 'Tsudoi: "集い" #1'
    text = slack_manifest(FEATURES, translator(language), http=http, app_name=name)
    wanted = manifest(
        COMMANDS,
        MENUS,
        "http" if http else "socket",
        f"{http}/slack/events" if http else None,
        name=name,
        language="ja" if language == "ja" else "en",
    )
    assert read_yaml(text) == without_nothing(wanted)


def test_every_scope_carries_its_reason() -> None:
    text = slack_manifest(FEATURES, JA, http=None, app_name="Tsudoi")
    for scope, reason in SCOPES.items():
        assert f"      - {scope}  # {JA.line(reason)}" in text.splitlines()
        assert JA.line(reason) != reason
        assert JA.line(reason) in slack_reasons(JA, http=False)
    assert "connections:write" in slack_reasons(JA, http=False)
    assert "connections:write" not in slack_reasons(JA, http=True)


def test_an_address_with_a_path_of_its_own_is_kept() -> None:
    assert "https://h.example/b/events" in slack_manifest(FEATURES, EN, http="https://h.example/b/events", app_name="T")
    with pytest.raises(ConfigError, match="public https"):
        slack_manifest(FEATURES, EN, http="http://h.example", app_name="T")


@pytest.mark.parametrize("t", [EN, JA])
def test_the_invitation_names_every_permission_and_both_switches(t: Translator) -> None:
    text = discord_invitation("42", t)
    assert invite_url("42") in text
    assert "Server Members Intent" in text
    assert "Message Content Intent" in text
    for reason in PERMISSIONS.values():
        assert t.line(reason) in text


@pytest.mark.parametrize(
    ("asked", "variables", "language"),
    [
        ("en", {"LANG": "ja_JP.UTF-8"}, "en"),
        (None, {"LANG": "ja_JP.UTF-8"}, "ja"),
        (None, {"LANG": "ja_JP.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "C.UTF-8"}, "ja"),
        (None, {}, "ja"),
    ],
)
def test_the_terminals_language(
    monkeypatch: pytest.MonkeyPatch, asked: str | None, variables: dict[str, str], language: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal_language(asked, "ja") == language


def test_without_a_file_the_commands_still_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    printed = runner.invoke(app, ["manifest", "slack", "--lang", "en", "--name", "Harbour"])
    assert printed.exit_code == 0
    assert read_yaml(printed.stdout)["display_information"] == {"name": "Harbour"}
    invited = runner.invoke(app, ["invite", "discord", "--application", "42", "--lang", "ja"])
    assert "client_id=42&" in invited.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["invite", "discord"], "--application"),
        (["invite", "discord", "--application", "x"], "all digits"),
        (["manifest", "slack", "--http", "http://x"], "https"),
        (["doctor", "--lang", "fr"], "ja or en"),
    ],
)
def test_a_mistake_is_one_sentence_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["tsudoi", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
