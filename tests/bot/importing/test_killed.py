"""An import whose process is killed where it stands goes on to the same end."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import sqlalchemy as sa

from bot.importing.runner import Importer, Plan
from storage.engine import Database
from storage.migrate import upgrade
from storage.tables.figures import imports
from tests.bot.importing.exports import NOW, Silent, bring, lines
from tests.bot.importing.test_real_history import beginning, everything, record

ROOT = Path(__file__).parents[3]
IMPORT = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from bot.importing import runner
    from storage.engine import Database
    from tests.bot.importing.exports import bring, lines

    runner.PORTION, runner.STEP, runner.ENDINGS, runner.PEOPLE = 40, 20, 4, 10

    class Loud:
        def begin(self, name, total):
            print(name, flush=True)

        def reach(self, done):
            print("reach", flush=True)

    async def main():
        database = Database(sys.argv[1])
        await bring(database, lines(Path(sys.argv[2])), Loud())
        await database.close()

    asyncio.run(main())
""")


def killed_after(database: Database, path: Path, begun: str, looks: int) -> None:
    """Kill an import in the middle of a pass."""
    command = [sys.executable, "-c", IMPORT, database.url, str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own interpreter
        assert process.stdout
        for said in process.stdout:
            if said.strip() == begun:
                break
        for _ in range(looks):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.stdout.read()
    assert process.returncode == -signal.SIGKILL, "it was not through yet"


async def steps(database: Database) -> dict[str, int]:
    async with database.reading() as conn:
        rows = await conn.execute(sa.select(imports.c.source, imports.c.position))
        return {row.source.rpartition(":")[2]: row.position for row in rows}


async def test_killed_in_every_pass_it_ends_as_if_nothing_had_happened(database: Database, tmp_path: Path) -> None:
    path = beginning(record("elm"), tmp_path / "some.jsonl", 500)
    whole = Database(f"sqlite:///{tmp_path / 'whole.sqlite'}")
    await upgrade(whole)
    await bring(whole, lines(path))
    reached = []
    for begun, looks in (("look", 3), ("questions", 18), ("facts", 9), ("facts", 17), ("endings", 2)):
        killed_after(database, path, begun, looks)
        reached.append(await steps(database))
    assert [sorted(at) for at in reached] == [[], ["questions"], *[["facts", "questions"]] * 3], "it was not through"
    assert 0 < reached[1]["questions"] < 500, "it stood in the middle"
    assert 0 < reached[2]["facts"] < reached[3]["facts"] < 500, "and went on where it was"
    importer = Importer(database, Plan("c1", lines(path)), Silent(), NOW)
    report = await importer.run()
    assert report.facts == 0, "nothing of it had to be written again"
    assert await everything(database) == await everything(whole)
    await whole.close()
