"""Who is erased is nowhere: in no table, no column, no file; and what is counted stays as it was."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from chat.effects import DirectMessage, RedrawPost, Remove
from chat.ids import UserRef
from community.kpi.everything import KPIS, Figure, Period, PeriodSpan
from community.seats.values import SeatKind
from handlers.context import Context
from handlers.privacy.erasing import erase
from storage.figures import rollup
from storage.tables.figures import rollup as rolled
from storage.tables.figures import totals
from storage.tables.membership import erased as marks
from storage.tables.membership import salts
from storage.unit import Unit
from tests.handlers.meetups.day import goes
from tests.handlers.meetups.planned import ledger_of, planned, within
from tests.handlers.privacy.full import CLUES, NUMBER, WORD, full, in_files, kept
from tests.handlers.stage import Stage, text_of

TOKYO = ZoneInfo("Asia/Tokyo")
# Tables that a member who does everything stands in; a feature that stores more adds to ``full``
AT_LEAST = {
    "accounts", "activity", "audit", "drafts", "greetings", "ideas", "inbox", "introductions", "meetup_seats",
    "meetup_surveyed", "meetup_wishes", "meetups", "member_topics", "members", "newcomers", "outbox", "profiles",
    "question_invitations", "question_messages", "questions", "stages", "thanks", "timers", "welcome_cases",
    "welcomers", "applications", "link_codes", "member_merges", "conduct_cases", "conduct_reports", "conduct_notes",
    "conduct_votes", "kind_words", "pulse_answered", "peaks", "first_pins", "digests", "settings",
}  # fmt: skip


async def erased(stage: Stage, user: UserRef) -> int:
    """Erase a member, as their confirmation does."""

    async def do(ctx: Context) -> int:
        member = await ctx.db.people.by_user(user)
        assert member
        return await erase(ctx, member, key=stage.key())

    return await within(stage, do)


async def test_nothing_is_left_in_any_table(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one = await full(stage)
    stood = await kept(stage.db, *CLUES)
    assert {row.partition(":")[0] for row in stood} >= AT_LEAST
    stage.sent.clear()
    await erased(stage, one)
    assert await kept(stage.db, *CLUES) == []
    await stage.passes(timedelta(days=3))  # whatever was still to happen happens without them
    assert await kept(stage.db, *CLUES) == []
    assert [e for e in stage.sent if isinstance(e, DirectMessage) and e.user == one] == []
    shown = [text_of(e) for e in stage.sent if isinstance(e, RedrawPost | DirectMessage)]
    assert shown
    assert not [text for text in shown if any(clue in text for clue in CLUES)]
    assert [e for e in stage.sent if isinstance(e, Remove)]  # the introduction, thanks, a report in a thread


async def test_nothing_is_left_in_the_files_of_the_store(stage: Stage, tmp_path: Path) -> None:
    one = await full(stage)
    assert in_files(tmp_path, *CLUES)
    await erased(stage, one)
    assert in_files(tmp_path, *CLUES) == []


async def figures(stage: Stage) -> dict[tuple[str, Period], Figure]:
    """Return every figure of the weeks and months that there were."""
    spans = []
    async with stage.db.writing() as conn:
        unit = Unit(conn, stage.settings.id, stage.now)
        while await unit.figures.fold(TOKYO):
            pass
        for span in PeriodSpan:
            begun = await unit.figures.begun(span)
            assert begun
            period = Period(span, begun)
            while period.start <= stage.now.date():
                spans.append(period)
                period = period.next
        return dict(await unit.figures.read([kpi.id for kpi in KPIS], spans, zone=TOKYO))


async def counted(stage: Stage) -> tuple[list[str], list[str]]:
    """Return what is rolled up, with somebody and everybody for the numbers of members."""
    async with stage.db.reading() as conn:
        columns = [column for column in rolled.c if column.name != "actor"]
        people = (await conn.execute(sa.select(*columns, (rolled.c.actor == NUMBER).label("x")))).all()
        whole = (await conn.execute(sa.select(totals))).all()
    return sorted(str(row[:-1]) for row in people), sorted(map(str, whole))


async def test_what_is_counted_stays_as_it_was(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one = await full(stage)
    before, rows = await figures(stage), await counted(stage)
    assert sum(figure.n for figure in before.values()) > 100
    number = await erased(stage, one)
    assert number < 0
    after = await figures(stage)
    assert {key: figure for key, figure in after.items() if figure != before[key]} == {}
    assert await counted(stage) == rows
    async with stage.db.writing() as conn:
        await rollup.forget(conn, stage.settings.id)
    again = await figures(stage)
    assert {key: figure for key, figure in again.items() if figure != before[key]} == {}
    assert await counted(stage) == rows


async def test_a_freed_seat_goes_to_who_waits_and_the_meetup_goes_on(stage: Stage) -> None:
    one, ben = await stage.joins("one"), await stage.joins("ben")
    meetup = await planned(stage, {SeatKind.VENUE: 1}, organiser=one)
    await goes(stage, meetup, one, ben)
    await erased(stage, one)
    ledger = await ledger_of(stage, meetup)
    assert {member: entry.seat for member, entry in ledger.entries.items()} == {await stage.member(ben): SeatKind.VENUE}


async def test_the_mark_says_nothing_of_whom_and_keeps_its_key_to_the_community(stage: Stage) -> None:
    one, two = await stage.joins("one"), await stage.joins("two")
    await erased(stage, one)
    await erased(stage, two)
    async with stage.db.reading() as conn:
        stored = [row.mark for row in await conn.execute(sa.select(marks))]
        keys = [row.value for row in await conn.execute(sa.select(salts))]
    assert len(set(stored)) == 2
    assert len(keys) == 1
    assert len(keys[0]) == 64
    assert not any("one" in mark for mark in stored)


async def test_an_empty_word_of_somebody_takes_nobody_elses_words_along(stage: Stage) -> None:
    one, ben = await stage.joins("one"), await stage.joins("ben")
    await stage.says(one, "ok")
    await stage.uses_menu(ben, "idea", await stage.says(ben, f"A {WORD} button"), author=ben, text=f"A {WORD} button")
    await erased(stage, one)
    assert [row for row in await kept(stage.db, WORD) if row.startswith("ideas")]
