"""No token in any log: not in a value, not in a traceback, not in what a library says."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.config import LogSection
from bot.logs import fingerprint, frames, set_up

SECRETS = (
    "xoxb-123-456-abcDEF",
    "xapp-1-A0-99-deadbeef",
    "xoxe.xoxp-1-Mi0yLTEx",
    "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs0ab",
)


@pytest.fixture
def logs() -> Iterator[None]:
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    yield
    structlog.configure(**before)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("token", SECRETS)
def test_no_token_is_logged(token: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogSection(format=form))  # type: ignore[arg-type]
    log = structlog.get_logger()
    log.info("said", text=f"token={token}", nested={"headers": ["a", f"Bearer {token}"]}, error=ValueError(token))
    try:
        int(f"bad token {token}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("library").exception("with %s", token)
    written = capsys.readouterr().err
    assert "failed" in written
    assert "library" in written
    assert token not in written
    assert token[-10:] not in written


@pytest.mark.usefixtures("logs")
def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogSection(format="json"))
    structlog.get_logger().info("こんにちは", n=1)
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["n"], line["level"]) == ("こんにちは", 1, "info")


@pytest.mark.usefixtures("logs")
def test_discord_py_is_not_heard_on_voice_but_on_all_else(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogSection())
    logging.getLogger("discord.client").warning("%s is not installed, voice will NOT be supported", "PyNaCl")
    logging.getLogger("discord.client").warning("something else")
    assert capsys.readouterr().err == "discord.client something else\n"


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_exception_is_quoted_but_where_it_came_from_is_said(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogSection(format=form))  # type: ignore[arg-type]
    words = "the lantern behind the harbour"
    try:
        try:
            int(words)
        except ValueError as error:
            raise LookupError(words) from error
    except LookupError as error:
        structlog.get_logger().exception("failed", error=error)
        logging.getLogger("library").exception("failed with %s", error)  # noqa: TRY401 - as libraries do
        logging.getLogger("asyncio").warning("Task exception was never retrieved\nfuture: <Task exception=%r>", error)
    written = capsys.readouterr().err
    assert words not in written
    assert written.count("builtins.ValueError") == 2, "the cause as well, in both"
    assert "test_logs.py" in written
    assert "Task exception was never retrieved" in written


def test_a_group_of_exceptions_says_each_once() -> None:
    one = ValueError("x")
    said = frames(ExceptionGroup("words", [one, TypeError("y")]))
    assert [line for line in said.splitlines() if not line.startswith(" ")] == [
        "builtins.ExceptionGroup", "builtins.ValueError", "builtins.TypeError",
    ]  # fmt: skip


@pytest.mark.usefixtures("logs")
def test_keys_are_hashed_and_still_tell_things_apart(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(LogSection(format="json"))
    log = structlog.get_logger()
    log.info("a", key="greet:slack:T1:U0AKI")
    log.info("b", key="greet:slack:T1:U0AKI", lane="slack:T1:U0AKI")
    log.info("c", key=fingerprint("greet:slack:T1:U0AKI"))
    log.info("d", key="greet:slack:T1:U0BENI")
    written = capsys.readouterr().err
    assert "U0" not in written
    keys = [json.loads(line)["key"] for line in written.splitlines()]
    assert keys[0] == keys[1] == keys[2] != keys[3]
    assert keys[0].startswith("greet~")
