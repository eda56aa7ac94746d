"""Reads every log that a test run writes, and fails the test whose log holds a token or what a member said.

What members say is noted where it comes by: at the gate before the handlers, and in the sandbox. What is logged is read
as an operator would: structlog's lines as ``bot.logs`` makes them, the libraries' through its formatter, standard
error, and the logs of bots in processes of their own. A plugin of pytest; each worker reads its own tests' logs.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from bot.logs import PROCESSORS, SECRETS, Redacting
from chat.events import FormSubmitted, MessagePosted
from handlers import gate
from sandbox.things import Message

FOLDER = "TSUDOI_BOT_LOGS"  # where bots in processes of their own write their logs
LEAST = 12  # characters: what is shorter may stand in a log by chance
MOST = 60  # so many are looked for; a line may be cut
SHOWN = 200


class Words:
    """What members said during one test."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def note(self, *texts: object) -> None:
        """Note texts that must stand in no log."""
        for text in texts:
            if isinstance(text, str):
                self._said.update(line.strip()[:MOST] for line in text.splitlines() if len(line.strip()) >= LEAST)

    def found_in(self, log: str) -> str | None:
        """Return the line that holds something it must not, if there is one."""
        for word in self._said:
            if word in log or (not word.isascii() and ascii(word)[1:-1] in log):
                return f"a member's words, {word!r}, in {_line(log, word)!r}"
        if secret := SECRETS.search(log):
            return f"a token, in {SECRETS.sub('[secret]', _line(log, secret[0]))!r}"
        return None

    def forget(self) -> None:
        """Begin anew."""
        self._said.clear()


WORDS = Words()


def _line(log: str, word: str) -> str:
    return next((line for line in log.splitlines() if word in line), word)[:SHOWN]


def _texts(values: Iterable[object]) -> list[object]:
    return [text for value in values for text in (value if isinstance(value, tuple | list) else [value])]


class _Lines(logging.Handler):
    """Keeps the libraries' lines as the product would write them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.setFormatter(Redacting("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class _Tee:
    """Where structlog writes: what is written is read here, and shown with a test that fails."""

    def __init__(self) -> None:
        self.text: list[str] = []

    def write(self, text: str) -> None:
        self.text.append(text)
        sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


WRITTEN = _Tee()


class Watch:
    """Reads the logs of each test at its end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines = _Lines()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        WORDS.forget()
        WRITTEN.text.clear()
        self._lines.lines.clear()
        if self._lines not in logging.root.handlers:  # a test may have set up logs of its own
            logging.root.addHandler(self._lines)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if call.when == "teardown" and report.passed and (leak := self._leak(report)):
            report.outcome = "failed"
            report.longrepr = f"{report.nodeid}: the log holds {leak}"
        return report

    def _leak(self, report: pytest.TestReport) -> str | None:
        logs = [text for name, text in report.sections if "stderr" in name]  # what a command prints is no log
        logs += ["".join(WRITTEN.text), *self._lines.lines]
        for file in sorted(self._folder.glob("*.log")):
            logs.append(file.read_text(encoding="utf-8", errors="replace"))
            file.unlink()
        return WORDS.found_in("\n".join(logs))


def pytest_configure(config: pytest.Config) -> None:
    """Begin to watch."""
    folder = Path(tempfile.mkdtemp(prefix="tsudoi-logs-"))
    os.environ[FOLDER] = str(folder)
    config.add_cleanup(lambda: _tidy(folder))
    plain = structlog.processors.KeyValueRenderer()
    structlog.configure(
        processors=[*PROCESSORS, plain],
        logger_factory=structlog.PrintLoggerFactory(WRITTEN),  # type: ignore[arg-type]
    )
    _listen()
    config.pluginmanager.register(Watch(folder), "tsudoi-leaks")


def _tidy(folder: Path) -> None:
    os.environ.pop(FOLDER, None)
    for file in folder.glob("*"):
        file.unlink()
    folder.rmdir()


def _listen() -> None:
    """Note what comes by at the gate and in the sandbox."""
    handle, make = gate.handle, Message.__init__

    async def handle_noted(ctx: Any, arrival: Any, *more: Any, **named: Any) -> Any:  # noqa: ANN401 - as the gate's own
        match arrival:
            case MessagePosted():
                WORDS.note(arrival.text)
            case FormSubmitted():
                WORDS.note(*_texts(msgspec.to_builtins(arrival.values).values()))
        return await handle(ctx, arrival, *more, **named)

    def make_noted(self: Message, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as the message's own
        make(self, *given, **named)
        if not self.body:  # a bot's own message has buttons and blocks
            WORDS.note(self.text)

    gate.handle = handle_noted
    Message.__init__ = make_noted  # type: ignore[method-assign]
