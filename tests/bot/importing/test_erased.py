"""An import passes over whoever asked to be forgotten: their mark outlives every file."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from chat.ids import UserRef
from storage.engine import Database
from storage.tables.core import accounts, activity
from storage.tables.questions import question_messages, questions
from storage.unit import Unit
from tests.bot.importing.exports import NOW, SLACK, bring, slack, slack_zip, solved_thread


async def test_who_was_erased_does_not_come_back_with_a_file(database: Database, tmp_path: Path) -> None:
    async with database.writing() as conn:
        await Unit(conn, "c1", NOW).erased.add([UserRef(SLACK.platform, SLACK.id, "U1")], NOW)
    await bring(database, slack(slack_zip(tmp_path / "export.zip", {"help/2023-11-14.json": solved_thread()})))
    async with database.reading() as conn:
        known = {row.user_id: row.member_id for row in await conn.execute(sa.select(accounts))}
        actors = set((await conn.execute(sa.select(activity.c.actor))).scalars())
        asked = (await conn.execute(sa.select(questions))).all()
        said = {row.member_id for row in await conn.execute(sa.select(question_messages))}
    assert "U1" not in known
    assert "U2" in known
    assert actors - {None} <= set(known.values())
    assert asked == []
    assert said <= set(known.values())
