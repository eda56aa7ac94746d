"""Messages a second that an import takes in, beside the floor: the same rows by the driver alone.

A million messages of a Slack export are generated: 2,000 members, 20 channels, a file for each day, one message in
three in a thread, one in twenty with a reaction. The floor inserts the same facts with ``executemany`` on a connection
of its own (WAL, synchronous FULL, the same table and indexes, as many rows in a transaction), without reading any file.
Questions are found in a second pass with its own figure, over a tenth of the channels.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sqlite3
import tempfile
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from bot.importing.facts import FactMaker
from bot.importing.runner import PORTION, Importer, Plan
from chat.slack.export import SlackExport
from storage.engine import Database
from storage.imports import Known
from storage.migrate import upgrade

MESSAGES = int(os.environ.get("IMPORT_MESSAGES", "1000000"))
MEMBERS, CHANNELS, A_DAY = 2_000, 20, 250  # messages of a channel and day
BEGIN = 1_600_000_000
SAYINGS = (
    "Does anybody know how I can retry a failed webhook? I get an error 500 each time.",
    "You can set retries in the settings of the webhook, then it is sent again.",
    "Thank you, that solved it!",
    "Good morning everybody, the new version is out and the notes are in the usual place.",
    "Webhookが二回届くのですが、原因がわかる方いますか？",
    "設定の再送を切ると一回だけになりますよ。",
    "ok",
    "I looked at this yesterday: the queue was full, the worker was killed, and all came again from the start.",
)


class Stopwatch:
    """Notes how long each pass took."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}
        self._name, self._since = "", 0.0

    def begin(self, name: str, _total: int) -> None:
        """Begin a pass."""
        self.stop()
        self._name, self._since = name, time.perf_counter()

    def stop(self) -> None:
        """End the last one."""
        if self._name:
            self.took[self._name] = time.perf_counter() - self._since

    def reach(self, _done: int) -> None:
        """Nobody looks."""


def generate(path: Path) -> None:
    """Write the export."""
    chance = random.Random(5)  # noqa: S311 - a measurement
    users = [{"id": f"U{n}", "team_id": "T1", "name": f"member{n}", "profile": {"display_name": f"Member {n}"}}
             for n in range(MEMBERS)]  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("users.json", json.dumps(users))
        channels = [{"id": f"C{n}", "name": f"channel{n}"} for n in range(CHANNELS)]
        packed.writestr("channels.json", json.dumps(channels))
        for channel in range(CHANNELS):
            for day in range(MESSAGES // CHANNELS // A_DAY):
                packed.writestr(f"channel{channel}/{day:05}.json", json.dumps(_day(chance, channel, day)))


def _day(chance: random.Random, channel: int, day: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    root = ""
    for n in range(A_DAY):
        ts = f"{BEGIN + day * 86_400 + n * 300}.{channel:06}"
        user = f"U{int(chance.paretovariate(1.2) * 7) % MEMBERS}"
        message: dict[str, object] = {
            "client_msg_id": f"{chance.getrandbits(64):x}", "type": "message", "user": user, "ts": ts, "team": "T1",
            "text": chance.choice(SAYINGS),
            "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
        }  # fmt: skip
        if root and chance.random() < 1 / 3:
            message |= {"thread_ts": root, "parent_user_id": user}
        else:
            root = ts
        if chance.random() < 1 / 20:
            message["reactions"] = [{"name": "+1", "users": [f"U{chance.randrange(MEMBERS)}"], "count": 1}]
        found.append(message)
    return found


async def floor(export: Path, folder: Path) -> tuple[int, float]:
    """Return how many facts there are, and the seconds that the driver alone takes for them."""
    db = Database(f"sqlite:///{folder / 'floor.sqlite'}")
    await upgrade(db)
    await db.close()
    conn = sqlite3.connect(folder / "floor.sqlite", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        conn.execute(f"PRAGMA {pragma}")
    maker = FactMaker("main", {f"U{n}": Known(n + 1, is_bot=False) for n in range(MEMBERS)}, None)
    names = ("community", "key", "at", "kind", "actor", "platform", "workspace", "place", "subject", "data")
    insert = f"INSERT INTO activity ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - our own names
    total, took = 0, 0.0
    rows: list[tuple[object, ...]] = []

    def write() -> float:
        began = time.perf_counter()
        conn.execute("BEGIN IMMEDIATE")
        conn.executemany(insert, rows)
        conn.execute("COMMIT")
        return time.perf_counter() - began

    for event in SlackExport(export).events():
        row = maker.row(event)
        if row is not None:
            row["at"] = f"{row['at'].replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"
            rows.append(tuple(row[name] for name in names))
            if len(rows) == PORTION:
                total, took, rows = total + len(rows), took + write(), []
    total, took = total + len(rows), took + write()
    conn.close()
    return total, took


async def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "export.zip"
        generate(path)
        size = path.stat().st_size / 1e6
        facts, base = await floor(path, folder)
        print(f"imports: {MESSAGES:,} messages, {facts:,} facts, {size:.0f} MB packed", flush=True)
        print(f"imports floor: {MESSAGES / base:8,.0f} messages/s ({base:.1f} s), writing alone", flush=True)
        db = Database(f"sqlite:///{folder / 'tsudoi.sqlite'}")
        await upgrade(db)
        watch = Stopwatch()
        began, cpu = time.perf_counter(), time.process_time()
        export = SlackExport(path)
        report = await Importer(db, Plan("main", export, questions=False), watch, datetime.now(UTC)).run()
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        watch.stop()
        passes = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in watch.took.items())
        print(f"imports tsudoi: {report.survey.messages / took:7,.0f} messages/s ({took:.1f} s: {passes})", flush=True)
        print(f"imports ratio to the floor {base / took:.2f}; {cpu / MESSAGES * 1e6:.0f} µs of processor a message")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"imports peak memory {peak:.0f} MiB")
        watch = Stopwatch()
        watched = {f"C{n}" for n in range(CHANNELS // 10)}
        plan = Plan("main", SlackExport(path), question_channels=watched, again=True)
        report = await Importer(db, plan, watch, datetime.now(UTC)).run()
        watch.stop()
        looked = MESSAGES * len(watched) // CHANNELS
        seconds = watch.took["questions"] - watch.took["look"]  # reading it is not finding them
        ended = sum(report.endings.values())
        print(
            f"imports questions: {looked / seconds:6,.0f} messages/s of their channels ({report.questions:,} found), "
            f"{ended / watch.took['endings']:,.0f} endings/s"
        )
        await db.close()
