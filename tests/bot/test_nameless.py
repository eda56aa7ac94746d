"""Who reports without a name is nowhere: in no row that waits, after no crash, in nothing that failed, in no log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from chat.answers import Answer, OpenForm, Say
from chat.events import ActionPressed, CommandUsed, Event, FormSubmitted, Interaction, MenuUsed, MessagePosted
from chat.form import Values
from chat.ids import MessageRef, Place, UserRef
from community.conduct.cases import Reason, Report
from handlers import FEATURES
from handlers.conduct.nameless import NAMELESS, take_name
from handlers.context import Context
from handlers.routes import Feature, form
from storage.conduct.cases import CaseStore
from storage.engine import Database
from storage.migrate import upgrade
from storage.schema import metadata
from storage.tables.core import accounts, members
from tests.bot.house import HOME, START, House, house, words
from tests.handlers.conduct.reporting import code_in

WHO = UserRef(HOME.platform, HOME.id, "UHIMITSU7")
NAME = "Himitsu-no-Hito"
NUMBER = 770077  # the member's, in the store
BAD = UserRef(HOME.platform, HOME.id, "UBAD")
DM = Place(HOME.platform, HOME.id, "DHIMITSU7")  # where they and the bot talk
REPLY = "way-back-to-UHIMITSU7"
MESSAGE = MessageRef(Place(HOME.platform, HOME.id, "C1"), "m1")
SAID = "They said terrible things"
CODE = "ABCD" * 4
FILLED: Values = {"reason": "insult", "words": SAID, "name": NAMELESS, "urgent": "yes"}


def common(key: str) -> dict[str, object]:
    return {
        "key": key,
        "at": START,
        "workspace": HOME,
        "user": WHO,
        "user_name": NAME,
        "reply": REPLY,
        "place": DM,
        "locale": None,
    }


def menu(author: UserRef = BAD) -> MenuUsed:
    return MenuUsed(**common("menu"), menu="report_message", message=MESSAGE, author=author, text="you!")  # type: ignore[arg-type]


def sent(name: str, values: Values = FILLED, key: str = "sent") -> FormSubmitted:
    return FormSubmitted(**common(key), form=name, values=values)  # type: ignore[arg-type]


def pressed(action: str, key: str = "pressed") -> ActionPressed:
    return ActionPressed(**common(key), action=action)  # type: ignore[arg-type]


def typed(key: str = "typed", **options: str) -> CommandUsed:
    return CommandUsed(**common(key), command="tsudoi", sub="report", options=options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "event",
    [
        menu(),
        sent("conduct_send:x"),
        sent("conduct_said:ABC", {"words": "more"}),
        pressed("conduct_code:ABC"),
        pressed("conduct_more:ABC"),
        typed(),
        typed(member="<@UBAD>"),
        typed(code=CODE),
    ],
)
def test_the_name_is_taken_off_whatever_leads_to_a_report_without_one(event: Interaction) -> None:
    kept = take_name(event)
    assert "HIMITSU" not in repr(kept).upper()
    assert kept.user.id == NAMELESS
    assert kept.key == event.key, "it still happens once"


@pytest.mark.parametrize(
    "event",
    [
        menu(author=WHO),
        sent("conduct_send:x", {**FILLED, "name": "named"}),
        sent("ask:1"),
        pressed("conduct_mine:1"),
        typed(member="<@UHIMITSU7>"),
    ],
)
def test_everything_else_keeps_it(event: Event) -> None:
    assert take_name(event) is event


async def every_row(db: Database) -> set[str]:
    """Return every row of every table, all its columns in words."""
    async with db.reading() as conn:
        return {
            f"{table.name}: {tuple(row)!r}"
            for table in metadata.sorted_tables
            for row in await conn.execute(sa.select(table))
        }


def assert_nowhere(rows: set[str], before: set[str]) -> None:
    for row in rows - before:
        for secret in ("himitsu", str(NUMBER)):
            assert secret not in row.lower(), row


async def member(db: Database) -> None:
    """Let the store know who reports, under a number that stands nowhere else."""
    async with db.writing() as conn:
        await conn.execute(
            sa.insert(members).values(id=NUMBER, community="c1", name=NAME, language="ja", joined_at=START)
        )
        row = {"community": "c1", "member_id": NUMBER, "platform": "slack", "workspace": "T1", "user_id": WHO.id}
        await conn.execute(sa.insert(accounts).values(**row, name=NAME, joined_at=START))


@asynccontextmanager
async def talking(db: Database) -> AsyncIterator[House]:
    async with house(db, *FEATURES) as made:
        yield made


async def answered(made: House, event: Event) -> Answer:
    receipt = await made.inbox.accept(event)
    return await receipt.answer


@pytest.mark.parametrize("known", ["known", ""])
async def test_a_whole_report_leaves_nothing_that_leads_back(
    database: Database,
    known: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if known:
        await member(database)
    async with talking(database) as made:
        await made.inbox.accept(
            MessagePosted(
                key="p", at=START, workspace=HOME, message=MESSAGE, author=BAD, author_name="bad", text="you!"
            )
        )
        await made.settled()
        before = await every_row(database)
        opened = await answered(made, menu())
        assert isinstance(opened, OpenForm)
        told = await answered(made, sent(opened.form.id))
        assert isinstance(told, Say)
        code = code_in(told)
        await answered(made, pressed(f"conduct_code:{code}", "k1"))
        await answered(made, pressed(f"conduct_more:{code}", "k2"))
        await answered(made, sent(f"conduct_said:{code}", {"words": "and then this"}, "k3"))
        shown = await answered(made, typed("k4", code=code))
        assert "and then this" in words(shown)
        if known:
            assert "報告の状況" in words(shown), "in the language they chose, though nobody knows who it is"
        await made.settled()
        rows = await every_row(database)
        assert_nowhere(rows, before)
        assert any(SAID in row for row in rows), "what they wrote is there"
        assert not any(code in row for row in rows), "the code is not"
    output = capsys.readouterr()
    assert "himitsu" not in (output.out + output.err).lower()


async def test_a_crash_between_taking_in_and_handling_leaves_nothing_either(database: Database) -> None:
    await member(database)
    before = await every_row(database)
    async with house(database, *FEATURES, started=False) as made:
        receipt = await made.inbox.accept(sent("conduct_send:-"))
        assert receipt.fresh
        rows = await every_row(database)
        assert any(SAID in row for row in rows), "it waits"
        assert_nowhere(rows, before)
    async with talking(database) as made:
        assert await made.dispatcher.load_waiting() == 1
        await made.settled()
        rows = await every_row(database)
        assert any(row.startswith("conduct_reports") and SAID in row for row in rows)
        assert_nowhere(rows, before)


async def test_what_failed_three_times_is_kept_without_the_name(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    class FaultError(Exception):
        """A handler's own mistake."""

    async def fails(ctx: Context, event: FormSubmitted) -> Answer:
        del ctx, event
        raise FaultError

    await member(database)
    before = await every_row(database)
    async with house(database, Feature("broken", routes=(form("conduct_send", fails),))) as made:
        answer = await answered(made, sent("conduct_send:-"))
        assert isinstance(answer, Say), "an apology"
        await made.settled()
        assert await made.states() == {"sent": "failed"}
        rows = await every_row(database)
        assert any(row.startswith("inbox") and SAID in row for row in rows), "what they wrote is not lost"
        assert_nowhere(rows, before)
    output = capsys.readouterr()
    assert "himitsu" not in (output.out + output.err).lower()


def found_in(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


async def test_not_even_the_files_of_the_store_have_it(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'store.sqlite'}")
    await upgrade(db)
    async with talking(db) as made:
        opened = await answered(made, menu())
        assert isinstance(opened, OpenForm)
        await answered(made, sent(opened.form.id))
        await made.settled()
    await db.close()
    files = found_in(tmp_path)
    assert files
    for name, content in files.items():
        assert b"HIMITSU" not in content.upper(), name


async def test_a_report_with_a_code_takes_no_name_even_if_a_handler_tried(database: Database) -> None:
    async with database.writing() as conn:
        store = CaseStore(conn, "c1")
        with pytest.raises(ValueError, match="has no name"):
            await store.add_report(Report(Reason.SPAM, datetime(2026, 1, 1, tzinfo=UTC), member=1), CODE)
