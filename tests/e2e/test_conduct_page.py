"""A report without a name, as people at the page see it: sent, looked after, asked about, answered, closed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.async_api import expect

from handlers.conduct.report import REPORT_MESSAGE
from locales import translator
from sandbox.things import SpaceKind
from storage.engine import Database
from storage.tables.moderation import case_notes, cases, report_starts, reports
from tests.e2e.visit import BROWSER, WAIT_MS, Visitor, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(300),
]
expect.set_options(timeout=WAIT_MS)

RUDE = "そんなことも知らないの？ もう書かないで"
HURT = "この言い方はつらいです。間に入ってもらえませんか。"
QUESTION = "いつごろからですか？"
ANSWER = "先週からです。"
CLOSING = "本人と話しました。知らせてくれてありがとう。"
MODERATOR = "makoto"


async def hours_kept(store: str) -> list[object]:
    """Return all times that stand beside reports without a name."""
    db = Database(store)
    try:
        async with db.reading() as conn:
            found = list(
                (await conn.execute(sa.select(reports.c.at).union_all(sa.select(cases.c.opened_at)))).scalars()
            )
            found += (await conn.execute(sa.select(case_notes.c.at).where(case_notes.c.author.is_(None)))).scalars()
            return [*found, *(await conn.execute(sa.select(report_starts.c.at))).scalars()]
    finally:
        await db.close()


@pytest.mark.parametrize(("platform", "rude"), [("slack", "misaki"), ("discord", "misaki")])
async def test_who_reports_without_a_name_gets_an_answer_and_stays_without_one(
    platform: str, rude: str, tmp_path: Path
) -> None:
    t = translator("ja")
    async with visit(tmp_path, platform, rude, "ja") as visitor:
        await visitor.open("general")
        await visitor.write(RUDE)
        await visitor.once(RUDE)
        await visitor.become_member("aoi")
        await visitor.open("general")
        entry = REPORT_MESSAGE.name if platform == "slack" else REPORT_MESSAGE.label.en  # as each platform calls it
        await visitor.use_menu(visitor.said(RUDE), entry)
        await expect(visitor.modal).to_be_visible()
        await visitor.picture("form")
        await visitor.field("reason").select_option("insult")
        await visitor.field("words").fill(HURT)
        await visitor.field("name").select_option("nameless")
        await visitor.sent()
        received = await visitor.once(t.line("The moderators have your report"))
        await visitor.picture("received")
        found = re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", await received.inner_text())
        assert found
        await asks(visitor)
        await visitor.become_member("aoi")
        await visitor.open("general")
        await visitor.write(f"/tsudoi report code:{found[0]}")
        await visitor.once(QUESTION)
        await visitor.picture("asked")
        await visitor.press(t.line("Answer"))
        await visitor.field("words").fill(ANSWER)
        await visitor.sent()
        await visitor.once(t.line("The moderators have it. Thank you."))
        await closes(visitor)
        await visitor.become_member("aoi")
        await visitor.open("general")
        await visitor.write(f"/tsudoi report code:{found[0]}")
        await visitor.once(CLOSING)
        await visitor.picture("told")
        assert_named_nowhere(visitor)
    for at in await hours_kept(f"sqlite:///{tmp_path / 'store.sqlite'}"):
        assert str(at)[14:19] == "00:00", at


async def asks(visitor: Visitor) -> None:
    """Let a moderator find the report in the channel, take it on and ask."""
    t = translator("ja")
    await visitor.become_member(MODERATOR)
    await visitor.open("moderators")
    card = await visitor.once(HURT)
    await expect(card).to_contain_text(RUDE)
    await expect(card).not_to_contain_text("中村")
    await visitor.picture("card")
    await card.get_by_role("button", name=t.line("I'll look after it")).click()
    await expect(card).to_contain_text("担当中")
    await card.get_by_role("button", name=t.line("Ask the reporter")).click()
    await visitor.field("words").fill(QUESTION)
    await visitor.sent()


async def closes(visitor: Visitor) -> None:
    """Let the moderator read the answer, look at the end, and do it."""
    t = translator("ja")
    await visitor.become_member(MODERATOR)
    await visitor.open_bot()
    await visitor.once(ANSWER)
    await visitor.picture("answered")
    await visitor.open("moderators")
    card = await visitor.once(HURT)
    await card.get_by_role("button", name=t.line("Resolve…")).click()
    await visitor.field("outcome").select_option("spoke")
    await visitor.field("words").fill(CLOSING)
    await visitor.sent()
    await visitor.picture("preview")
    await visitor.press(t.line("Do it"))
    await expect(card).to_contain_text(t.line("Reopen"))
    await visitor.picture("closed")
    await visitor.write("/community cases")
    await visitor.once(t.line("Nothing waits. How good."))


def assert_named_nowhere(visitor: Visitor) -> None:
    """See that the bot has named nobody who reports in anything that others can read."""
    space = next(s for s in visitor.sandbox.spaces if s.kind is SpaceKind(visitor.platform))
    account = visitor.sandbox.world.account_of(space.id, "aoi")
    assert account is not None
    spoken = [m for held in space.messages.values() for m in held if m.author == space.bot and m.only_for is None]
    told = "\n".join(m.text + json.dumps(m.body, ensure_ascii=False) for m in spoken)
    assert HURT in told
    assert account.user_id not in told
