"""Makes a report's files in a process of its own: drawing takes seconds and 40 MB, which the bot then has back.

``python -m bot.report_files`` reads a recipe and writes the file.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

from chat.port import RefusedError, UnreachableError
from handlers.reports.csv_file import report_csv
from handlers.reports.recipe import CHART_LINES, FileKind, Recipe, read_recipe
from locales import translator

WITHIN_S = 120.0  # the first drawing on a machine looks through its fonts
_ROOT = Path(__file__).parents[2]  # where ``bot`` can be imported from, installed or not
_LAST_WORDS = 300  # characters of what went wrong


def make(recipe: Recipe) -> bytes:
    """Return the file of a recipe."""
    t = translator(recipe.language)
    if recipe.kind is FileKind.CSV:
        return report_csv(recipe.report, t)
    from bot.reporting.charts import draw_picture  # noqa: PLC0415 - a table needs none of it
    from bot.reporting.page import report_page  # noqa: PLC0415

    if recipe.kind is FileKind.HTML:
        return report_page(recipe.report, recipe.community, t).encode()
    return draw_picture(recipe.report, recipe.report.leads(CHART_LINES), recipe.community, t)


class Workshop:
    """Makes files in a process of their own, one after another: a small machine has memory for one."""

    def __init__(self, within_s: float = WITHIN_S) -> None:
        self._turn = asyncio.Semaphore(1)
        self._within_s = within_s

    async def make(self, written: bytes) -> bytes:
        """Return the file of a recipe, made while this process goes on.

        Raises:
            UnreachableError: it took too long or could not be begun; trying again may help.
            RefusedError: it cannot be made.

        """
        async with self._turn:
            try:
                child = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-m",
                    "bot.reporting.files",
                    cwd=_ROOT,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.PIPE,
                )
            except OSError as error:
                raise UnreachableError(f"no process to draw in: {error.strerror}") from error
            try:
                made, said = await asyncio.wait_for(child.communicate(written), self._within_s)
            except TimeoutError:
                raise UnreachableError(f"a report's file was not made within {self._within_s:g} s") from None
            finally:
                if child.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        child.kill()
                    await child.wait()
        if child.returncode:
            raise RefusedError("not_drawn", said.decode(errors="replace").strip()[-_LAST_WORDS:])
        return made


if __name__ == "__main__":
    sys.stdout.buffer.write(make(read_recipe(sys.stdin.buffer.read())))
