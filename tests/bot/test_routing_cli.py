"""``tsudoi routing``: what an operator reads in the terminal."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bot.cli import app
from bot.config import CommunitySection, Config, StoreSection
from bot.operators.routing import evaluate_history, explain
from chat.effects import DirectMessage
from community.config import ConfigError, QuestionSettings
from locales import translator
from tests.handlers.conftest import build
from tests.handlers.questions.asked import ask
from tests.handlers.stage import GOOD, TOPICS, Stage

__all__ = ["build"]
Build = Callable[..., Awaitable[Stage]]
T = translator("en")


class At:
    """A clock that stands."""

    def __init__(self, time: datetime) -> None:
        self._time = time

    def now(self) -> datetime:
        return self._time


def terminal() -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, width=160), file


def explained(stage: Stage, question: int | None, at: datetime) -> str:
    console, file = terminal()
    section = CommunitySection(id="c1", language="en", topics=TOPICS, questions=QuestionSettings(exploration=0))
    config = Config(community=(section,), store=StoreSection(url=stage.db.url.replace("+aiosqlite", "")))
    explain(config, question, T, console, At(at))
    return file.getvalue()


@pytest.fixture
async def asked(build: Build) -> tuple[Stage, int]:
    """Give a community that knows three helpers, one of whom sleeps, and a question."""
    stage = await build(questions=QuestionSettings(exploration=0))
    for name, quiet in (("ben", ""), ("cho", ""), ("dai", "9-20")):
        user = await stage.joins(name)
        member = await stage.member(user)
        await stage.sends(user, f"about:{member}", {**GOOD, "consent": "no"})
        await stage.sends(user, f"rhythm:{member}", {"language": "en", "zone": "Tokyo", "quiet": quiet})
    question = await ask(stage, await stage.joins("asker"), topic="ops")
    return stage, question.id


async def _in_thread(work: Callable[[], str]) -> str:
    return await asyncio.to_thread(work)  # the command has a loop of its own


async def test_explain_says_who_would_be_asked_and_who_not_with_the_reasons(asked: tuple[Stage, int]) -> None:
    stage, question = asked
    shown = await _in_thread(lambda: explained(stage, question, stage.now + timedelta(minutes=11)))
    lines = {name: line for line in shown.splitlines() for name in ("ben", "cho", "dai") if f" {name} " in line}
    assert "At most 3 invitations a week." in shown
    assert sum("yes, now" in line for line in lines.values()) == 2
    assert "you said that you can help with Operations" in lines["ben"]
    assert "later: quiet hours" in lines["dai"]
    assert re.search(r"\d\.\d", shown) is None, "no score is shown"
    await stage.passes(timedelta(minutes=11))
    assert len([dm for dm in stage.took(DirectMessage) if "Could you help" in repr(dm)]) == 2
    again = await _in_thread(lambda: explained(stage, question, stage.now))
    assert again.count("no: was asked about it already") == 2


async def test_explain_without_a_number_lists_what_waits(asked: tuple[Stage, int]) -> None:
    stage, question = asked
    shown = await _in_thread(lambda: explained(stage, None, stage.now))
    assert f"{question}  Why do webhooks come twice?" in shown
    with pytest.raises(ConfigError, match="there is no question 99"):
        await _in_thread(lambda: explained(stage, 99, stage.now))


def history(path: Path, questions: int) -> Path:
    """Write a history in which one member answers everything."""
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for n in range(questions):
            asker = f"a{n % 7}"
            for who, text, after in (
                (asker, "How do I turn on the dark mode in the settings?", 0),
                ("helper", "Under View.", 9),
            ):
                at = start + timedelta(hours=n, minutes=after)
                row = {"channel": "general", "ts": at.isoformat(), "user": who, "text": text, "conversation": f"c{n}"}
                file.write(json.dumps(row) + "\n")
    return path


def test_evaluate_prints_the_ranking_beside_two_simple_ones(tmp_path: Path) -> None:
    console, file = terminal()
    evaluate_history(history(tmp_path / "h.jsonl.gz", 30), T, console)
    shown = file.getvalue()
    assert "60 messages, 8 members, 15 questions scored" in shown
    for name in ("Most answers lately", "Most answers at this hour", "Tsudoi"):
        (line,) = [line for line in shown.splitlines() if name in line]
        assert "1.000 (0.80–1.00)" in line
    assert "These are few questions" in shown


def test_evaluate_says_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    with pytest.raises(ConfigError, match="no question in it"):
        evaluate_history(empty, T, terminal()[0])


def test_the_commands_are_there() -> None:
    runner = CliRunner()
    found = runner.invoke(app, ["routing", "--help"])
    assert found.exit_code == 0
    assert "explain" in found.output
    assert "evaluate" in found.output
