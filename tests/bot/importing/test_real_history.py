"""Real conversations: each message once, counted a second way; broken off anywhere; while the bot writes."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.importing import runner
from bot.importing.runner import Importer, Plan
from bot.routing import Follower
from chat.ids import UserRef
from community.routing.ranking import Ask
from storage.activity import Fact
from storage.engine import Database
from storage.migrate import upgrade
from storage.tables.core import accounts, activity
from storage.tables.questions import question_messages, questions
from storage.unit import Unit
from tests.bot.importing.exports import NOW, SLACK, Silent, bring, lines

DATA = Path(__file__).parents[3] / "../shared/data"


def record(name: str) -> Path:
    path = DATA / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip("shared/data is not here")
    return path


def told(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def beginning(path: Path, target: Path, number: int) -> Path:
    with gzip.open(path, "rt", encoding="utf-8") as file, target.open("w", encoding="utf-8") as cut:
        cut.writelines(line for _, line in zip(range(number), file, strict=False))
    return target


async def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return all that an import writes, without the numbers that rows get."""
    found: dict[str, list[tuple[object, ...]]] = {}
    async with db.reading() as conn:
        for table, columns in (
            (activity, (activity.c.kind, activity.c.at, activity.c.place, activity.c.data)),
            (questions, (questions.c.root, questions.c.state, questions.c.solved_at, questions.c.text)),
            (question_messages, (question_messages.c.message, question_messages.c.text)),
            (accounts, (accounts.c.user_id, accounts.c.joined_at)),
        ):
            rows = [tuple(row) for row in await conn.execute(sa.select(*columns))]
            if table is activity:  # ids of answers are numbers of rows
                rows = [row for row in rows if row[0] not in ("question.solved", "question.answer_marked")]
            found[table.name] = sorted(rows, key=repr)
    return found


@pytest.mark.parametrize("name", ["elm", "haskell-jp"])
async def test_every_message_of_a_real_community_once(database: Database, name: str) -> None:
    path = record(name)
    for facts in (sum(1 for _ in told(path)), 0):
        plan = Plan("c1", lines(path), questions=False, again=facts == 0)
        report = await Importer(database, plan, Silent(), NOW).run()
        assert report.facts == facts
    expected = Counter(line["user"] for line in told(path))
    async with database.reading() as conn:
        query = (
            sa.select(accounts.c.user_id, sa.func.count())
            .join(activity, activity.c.actor == accounts.c.member_id)
            .where(activity.c.kind == "message.posted")
            .group_by(accounts.c.user_id)
        )
        assert {row[0]: row[1] for row in await conn.execute(query)} == expected
        first, last = (await conn.execute(sa.select(sa.func.min(activity.c.at), sa.func.max(activity.c.at)))).one()
    times = sorted(line["ts"] for line in told(path))
    assert [f"{at:%Y-%m-%dT%H:%M:%S}" for at in (first, last)] == [times[0][:19], times[-1][:19]]


class PulledError(Exception):
    """Somebody pulled the plug."""


class Plug(Silent):
    """Pulls it at a moment."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._left = at

    def begin(self, name: str, total: int) -> None:
        super().begin(name, total)
        self._count()

    def reach(self, done: int) -> None:
        super().reach(done)
        self._count()

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise PulledError


async def test_an_import_that_was_broken_off_anywhere_goes_on_to_the_same_end(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("PORTION", 100), ("STEP", 50), ("ENDINGS", 7), ("PEOPLE", 20)):
        monkeypatch.setattr(runner, name, value)
    path = beginning(record("elm"), tmp_path / "some.jsonl", 600)
    whole = Database(f"sqlite:///{tmp_path / 'whole.sqlite'}")
    await upgrade(whole)
    await bring(whole, lines(path))
    resumed = tries = 0
    while True:
        importer = Importer(database, Plan("c1", lines(path)), Plug(9 * tries), NOW)
        try:
            await importer.run()
        except PulledError:
            tries += 1
            resumed += importer.report.resumed
            continue
        break
    assert tries >= 3, "it was broken off in every pass"
    assert resumed, "and not begun anew"
    assert await everything(database) == await everything(whole)
    await whole.close()


async def test_the_bot_writes_meanwhile(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "PORTION", 50)
    path = beginning(record("elm"), tmp_path / "some.jsonl", 400)
    other = Database(database.url)  # as another process has it
    stop = asyncio.Event()
    waited: list[float] = []

    async def live() -> None:
        loop, n = asyncio.get_running_loop(), 0
        while not stop.is_set():
            began = loop.time()
            async with other.writing() as conn:
                await other.take_turn(conn, "c1")
                unit = Unit(conn, "c1", NOW)
                member = await unit.people.ensure(UserRef(SLACK.platform, SLACK.id, f"LIVE{n % 3}"), "Live", NOW)
                unit.activity.record(Fact("channel.entered", NOW, member.id), key=f"live{n}")
                await unit.flush()
            waited.append(loop.time() - began)
            n += 1
            await asyncio.sleep(0.005)

    task = asyncio.create_task(live())
    report = await bring(database, lines(path))
    stop.set()
    await task
    await other.close()
    assert report.facts == 400
    assert len(waited) > 3
    async with database.writing() as conn:
        assert len(await Unit(conn, "c1", NOW).activity.facts(["channel.entered"])) == len(waited)


async def test_the_ranking_and_the_search_know_the_past_on_the_first_day(database: Database, tmp_path: Path) -> None:
    path = beginning(record("elm"), tmp_path / "some.jsonl", 1_500)
    report = await bring(database, lines(path))
    follower = Follower("c1")
    async with database.reading() as conn:
        await follower.catch_up(conn)
    assert follower.turns == 1_500
    last = report.survey.last
    assert last
    people = {json.loads(line)["user"] for line in path.read_text(encoding="utf-8").splitlines()}
    async with database.writing() as conn:
        unit = Unit(conn, "c1", last + timedelta(hours=1))
        asker = await unit.people.ensure(UserRef(SLACK.platform, SLACK.id, "NEW"), "New", NOW)
        ask = Ask(
            at=last.timestamp() + 3_600, asker=asker.id, channel="slack:T1:general", conversation="new", text="json?"
        )
        ranked = await follower.rank(unit, ask, exclude=(), limit=5)
        assert len(ranked) == 5
        named = await unit.people.by_ids([candidate.member for candidate in ranked])
        assert {member.name for member in named} <= people
        solved = (await conn.execute(sa.select(questions).where(questions.c.state == "solved").limit(1))).one()
        hits = await unit.knowledge.search(solved.text, limit=5)
        assert solved.id in [hit.question_id for hit in hits]
