"""What was posted long ago loses who is erased as well: digests, calls for help, applications, cases."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from chat.card import Card, Text
from chat.effects import Post, PostedAs, RedrawPost, Remove
from chat.text import Mention, rich
from handlers.context import Context
from jobs.retention import clean_up
from storage.tables.core import outbox
from tests.handlers.conduct.reporting import people, reports
from tests.handlers.meetups.planned import within
from tests.handlers.membership.house import Make, applies, full
from tests.handlers.privacy.test_erasing import erased
from tests.handlers.privacy.test_quoted import posts, shows
from tests.handlers.stage import Stage, text_of


async def ages(stage: Stage, days: int) -> None:
    """Let days pass, and the nightly clearing come after them."""
    stage.now += timedelta(days=days)
    async with stage.db.writing() as conn:
        await clean_up(conn, stage.settings.id, stage.now)


async def contents(stage: Stage) -> dict[str, str]:
    async with stage.db.reading() as conn:
        return {row.key: row.effect for row in await conn.execute(sa.select(outbox.c.key, outbox.c.effect))}


async def test_an_old_digest_and_an_old_call_for_help_are_drawn_without_them(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one, ben = await stage.joins("one", shown="Zanzibaba"), await stage.joins("ben", shown="Benedikta")
    both = rich("Thanks to ", Mention(one, "Zanzibaba"), " and ", Mention(ben, "Benedikta"))
    for key in ("digest:2026-W48", "escalated:1", "welcome_card:1"):
        await posts(stage, key, Text(both))
    await ages(stage, 200)
    stage.sent.clear()
    await erased(stage, one)
    shown = await shows(stage)
    assert len(shown) == 3
    assert all("Benedikta" in text and "Zanzibaba" not in text and "(deleted)" in text for text in shown.values())
    await ages(stage, 200)
    stage.sent.clear()
    await erased(stage, ben)  # who is erased later is taken out of what is left
    (last,) = (await shows(stage)).values()
    assert "Benedikta" not in last
    assert last.count("(deleted)") == 2
    kept = "".join((await contents(stage)).values())
    assert "Benedikta" not in kept
    assert "Zanzibaba" not in kept


async def test_an_old_card_that_was_drawn_again_is_drawn_from_its_newest_state(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one = await stage.joins("one", shown="Zanzibaba")
    await posts(stage, "peak_review:9", Text(rich("A moment of ", Mention(one, "Zanzibaba"))))

    async def again(ctx: Context) -> None:
        card = Card(parts=(Text(rich("Settled: ", Mention(one, "Zanzibaba"))),))
        ctx.db.outbox.put(RedrawPost(PostedAs("peak_review:9"), card))

    await within(stage, again)
    await ages(stage, 100)
    stage.sent.clear()
    await erased(stage, one)
    (shown,) = (await shows(stage)).values()
    assert shown.startswith("Settled: (deleted)")


async def test_an_old_application_is_taken_away(build: Make) -> None:
    stage, _ = await full(build)
    ben = await applies(stage, "Ben")
    assert any(isinstance(effect, Post) and "Ben" in text_of(effect) for effect in stage.sent)
    await ages(stage, 60)
    stage.sent.clear()
    await erased(stage, ben)
    (gone,) = stage.took(Remove)
    assert gone.target is not None
    assert not any("Ben" in effect for effect in (await contents(stage)).values())


async def test_the_card_of_an_old_case_is_drawn_without_whom_it_is_about(stage_on_both: Stage) -> None:
    stage = stage_on_both
    _, _, emi, _ = await people(stage)
    bad = await stage.joins("bad", shown="Zanzibaba")
    await reports(stage, emi, bad)
    before = [text_of(effect) for effect in stage.sent if isinstance(effect, Post)]
    assert any("Zanzibaba" in text for text in before)
    await ages(stage, 60)
    stage.sent.clear()
    await erased(stage, bad)
    shown = await shows(stage)
    assert shown
    assert all("Report #1" in text and "Zanzibaba" not in text for text in shown.values())
    stage.sent.clear()
    await erased(stage, emi)
    assert all("emi" not in text for text in (await shows(stage)).values())


async def test_what_was_taken_away_is_not_drawn_again(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one = await stage.joins("one", shown="Zanzibaba")
    await posts(stage, "welcome_card:1", Text(rich("Hello ", Mention(one, "Zanzibaba"))))

    async def remove(ctx: Context) -> None:
        ctx.db.outbox.add(Remove(PostedAs("welcome_card:1")), key="gone")

    await within(stage, remove)
    await ages(stage, 1)
    await ages(stage, 40)
    stage.sent.clear()
    await erased(stage, one)
    assert await shows(stage) == {}
