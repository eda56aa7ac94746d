"""Starts bots for the tests by forking a process that has imported all of it: a start costs a tenth of what it takes.

Each bot is still a process of its own, with its own environment, log, connections and end: ``kill -9`` ends it as it
ends any other. What is not done again is importing the same thousand modules. ``tests/test_nursery.py`` starts
``python -m bot run`` itself as well, and sees no difference.

One nursery serves one worker of a test run. It ends with it, and its bots with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from bot.replaying.child import ROOT, Running

PRELOADED = [
    "bot.cli",
    "bot.process",
    "bot.reporting.charts",
    "aiosqlite",
    "psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
]


class Nursery:
    """Forks bots. ``launch`` has the form of ``bot.child.launch`` and can stand in its place."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._asking = threading.Lock()

    async def launch(self, config: Path, log: Path, environment: Mapping[str, str]) -> Running:
        """Start a bot."""
        given = {"config": str(config), "log": str(log), "environment": dict(environment)}
        return _Forked(self, await asyncio.to_thread(self.ask, given))

    def ask(self, given: dict[str, Any]) -> int:
        """Let the nursery do something: fork a bot and say its process id, or say how one ended."""
        with self._asking:
            if self._process is None:
                self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                    [sys.executable, "-m", __name__],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=ROOT,
                    env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # a process with threads is not to be forked
                )
            asking, answering = _pipes(self._process)
            asking.write(json.dumps(given) + "\n")
            asking.flush()
            return int(answering.readline())

    def close(self) -> None:
        """End it, and what is left of its bots."""
        if self._process is not None:
            asking, answering = _pipes(self._process)
            asking.close()
            self._process.wait()
            answering.close()
            self._process = None


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


class _Forked:
    """A bot that a nursery forked; it keeps its process id until somebody has asked how it ended."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._ending = os.pidfd_open(pid)
        self._returncode: int | None = None

    @property
    def returncode(self) -> int | None:
        if self._returncode is None and select.select([self._ending], [], [], 0)[0]:
            self._returncode = self._nursery.ask({"ended": self.pid})
            os.close(self._ending)
        return self._returncode

    def send_signal(self, signal: int, /) -> None:
        if self.returncode is None:
            os.kill(self.pid, signal)

    async def wait(self) -> int:
        loop = asyncio.get_running_loop()
        while (ended := self.returncode) is None:
            ends = asyncio.Event()
            loop.add_reader(self._ending, ends.set)
            try:
                await ends.wait()
            finally:
                loop.remove_reader(self._ending)
        return ended


# ---- in the nursery's own process


def main() -> None:
    """Import all of the bot, then fork as asked until nobody can ask any more."""
    for module in PRELOADED:
        __import__(module)
    gc.collect()
    gc.freeze()  # the forks share these pages as long as no collection touches them
    living: set[int] = set()
    for line in sys.stdin:
        given = json.loads(line)
        if "ended" in given:
            _, status = os.waitpid(given["ended"], 0)
            living.discard(given["ended"])
            _say(os.waitstatus_to_exitcode(status))
        elif pid := os.fork():
            living.add(pid)
            _say(pid)
        else:
            _be_a_bot(**given)
    for pid in living:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _be_a_bot(config: str, log: str, environment: dict[str, str]) -> None:
    """Do what ``python -m bot run`` does, with the files and the environment of a process started for it."""
    from bot.cli import main as tsudoi  # noqa: PLC0415 - the tests that use a nursery need none of it

    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(nothing, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.close(nothing)
    os.close(written)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["tsudoi", "run", "--config", config]
    code: object = 1
    try:
        tsudoi()
    except SystemExit as ending:
        code = ending.code
    except BaseException:  # noqa: BLE001 - as the interpreter does
        sys.excepthook(*sys.exc_info())
    finally:
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()  # as the interpreter does: one that hangs must be seen
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    main()
