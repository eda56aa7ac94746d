"""Each kind of data goes when its days are over: not a day before, and a portion at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from community.settings.privacy import PrivacySettings
from community.signals import TimerDue
from handlers.privacy.keeping import KEEP
from storage.activity import Fact
from storage.held import keeping
from storage.held.declaring import Then
from storage.held.everything import HELD
from storage.tables.core import activity, job_runs, members, timers
from storage.tables.figures import rollup
from storage.tables.meetups import answers, meetups
from storage.tables.membership import applications, link_codes
from storage.tables.membership import erased as marks
from storage.tables.moderation import audit, cases, report_starts, reports
from storage.tables.questions import pauses, question_messages, questions
from storage.tables.recognition import digests, thanks
from storage.unit import Unit
from tests.handlers.privacy.test_erasing import erased
from tests.handlers.questions.asked import ask
from tests.handlers.questions.life import replies
from tests.handlers.stage import Stage

DAYS = PrivacySettings(
    facts_days=100, questions_days=50, left_members_days=60, cases_days=70, audit_days=80, applications_days=30,
    thanks_words_days=40,
)  # fmt: skip


async def night(stage: Stage) -> int:
    """Let the nightly round pass; returns in how many portions."""
    stage.settings = msgspec.structs.replace(stage.settings, privacy=DAYS)
    n = 0
    while n < 50:
        await stage.happens(TimerDue(key=stage.key(), at=stage.now, kind=KEEP, subject="-"))
        n += 1
        async with stage.db.writing() as conn:
            left = (await conn.execute(sa.delete(timers).where(timers.c.kind == KEEP))).rowcount
        if not left:
            break
    return n


async def rows(stage: Stage, table: sa.Table, *which: sa.ColumnElement[bool]) -> list[Any]:
    async with stage.db.reading() as conn:
        return list((await conn.execute(sa.select(table).where(table.c.community == "c1", *which))).all())


async def put(stage: Stage, table: sa.Table, **values: object) -> None:
    async with stage.db.writing() as conn:
        await conn.execute(sa.insert(table).values(community="c1", **values))


def ago(stage: Stage, days: float) -> datetime:
    return stage.now - timedelta(days=days)


async def test_rows_with_a_time_of_their_own_go_when_it_is_over(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one = await stage.member(await stage.joins("one"))
    for days in (1000, 1):
        at = ago(stage, days)
        await put(stage, audit, key=f"d{days}", at=at, deed="x", subject="")
        await put(stage, job_runs, job="x", slot=at, ran_at=at)
        await put(stage, link_codes, digest=f"{days}", member_id=one, account="x", expires_at=at + timedelta(hours=12))
        await put(stage, report_starts, id=f"{days}", quoted="words", at=at + timedelta(hours=12))
        await put(stage, cases, state="closed", opened_at=at, closed_at=at, urgent=False)
    await put(stage, cases, state="open", opened_at=ago(stage, 1000), urgent=False)
    await put(stage, pauses, member_id=one, until=ago(stage, 40))
    await night(stage)
    for table in (audit, job_runs, link_codes, report_starts):
        assert len(await rows(stage, table)) == 1, table.name
    assert sorted(row.state for row in await rows(stage, cases)) == ["closed", "open"]
    assert await rows(stage, pauses) == []


async def test_answers_to_organisers_go_after_a_year(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one = await stage.member(await stage.joins("one"))
    at = stage.now
    await put(stage, meetups, state="over", starts_at=at, ends_at=at, meetup="{}", ledger="", home="{}", made_at=at)
    for number, days in enumerate((400, 300)):
        await put(stage, answers, meetup_id=1, member_id=one, number=number, text="x", at=ago(stage, days))
    await night(stage)
    assert [row.number for row in await rows(stage, answers)] == [1]


async def test_words_of_thanks_and_digests_go_and_the_thanks_stay(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one, two = [await stage.member(await stage.joins(name)) for name in ("one", "two")]
    for days in (41, 39):
        told = {"giver_id": one, "receiver_id": two, "via": "command", "state": "given", "openly": True}
        await put(stage, thanks, key=f"t{days}", words="for the help", at=ago(stage, days), **told)
    for days in (366, 364):
        await put(stage, digests, week=f"w{days}", opening="Hello", skipped=False, posted_at=ago(stage, days))
    await night(stage)
    assert {row.key: row.words for row in await rows(stage, thanks)} == {"t41": "", "t39": "for the help"}
    assert {row.week: row.opening for row in await rows(stage, digests)} == {"w366": None, "w364": "Hello"}


async def test_answers_of_an_application_go_and_how_it_stands_stays(stage_on_both: Stage) -> None:
    stage = stage_on_both
    for name, days in (("one", 31), ("two", 29)):
        member = await stage.member(await stage.joins(name))
        values = {"account": name, "state": "declined", "rank": 1.0, "came_at": ago(stage, 50), "lapsed": 0}
        await put(stage, applications, member_id=member, answers="words", decided_at=ago(stage, days), **values)
    await night(stage)
    assert sorted((row.account, row.answers) for row in await rows(stage, applications)) == [
        ("one", None), ("two", "words"),
    ]  # fmt: skip


async def test_who_left_long_ago_is_erased_and_welcome_to_come_back(stage_on_both: Stage) -> None:
    stage = stage_on_both
    left, lately, here = [await stage.joins(name) for name in ("left", "lately", "here")]
    await stage.leaves(left)
    stage.now += timedelta(days=30)
    await stage.leaves(lately)
    stage.now += timedelta(days=31)
    await night(stage)
    assert sorted(row.name for row in await rows(stage, members)) == ["here", "lately"]
    assert await stage.look(lambda db: db.erased.is_erased(left)) is False
    await stage.joins("left")
    assert len(await rows(stage, members)) == 3
    assert await stage.member(here)


async def test_questions_go_some_time_after_their_end_and_the_facts_stay(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one, two = await stage.joins("one"), await stage.joins("two")
    solved, open_one = await ask(stage, one), await ask(stage, one, "Another thing?", "I wonder about it.")
    await replies(stage, two, solved)
    await stage.acts(one, f"q_solve:{solved.id}")
    facts = await stage.facts("question.asked", "question.answered", "question.solved")
    stage.now += timedelta(days=49)
    await night(stage)
    assert len(await rows(stage, questions)) == 2
    stage.now += timedelta(days=2)
    await night(stage)
    assert [row.id for row in await rows(stage, questions)] == [open_one.id]
    assert await rows(stage, question_messages) == []
    assert await stage.facts("question.asked", "question.answered", "question.solved") == facts


async def test_old_facts_lose_the_name_and_are_still_one_persons(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one = await stage.member(await stage.joins("one"))

    async def log(unit: Unit) -> None:
        for n, days in enumerate((400, 380, 200, 10)):
            unit.activity.record(Fact("message.posted", ago(stage, days), one, subject=f"m{n}"), key=f"k{n}")
        unit.activity.record(Fact("idea.noted", ago(stage, 300), 999, data={"by": one}), key="k9")
        await unit.activity.flush()

    await stage.look(log)
    month = {"span": "m", "start": ago(stage, 400).date().replace(day=1), "measure": "said", "platform": ""}
    await put(stage, rollup, actor=one, n=2, **month)
    await night(stage)
    kept = await rows(stage, activity, activity.c.kind == "message.posted")
    numbers = {row.actor for row in kept if row.at < ago(stage, 150)}
    assert len(numbers) == 1
    (number,) = numbers
    assert number < 0
    assert [row.actor for row in kept if row.at >= ago(stage, 50)] == [one]
    assert not [row for row in kept if row.actor < 0 and row.key.startswith("k")]
    assert [row.actor for row in await rows(stage, rollup)] == [number]
    (noted,) = await rows(stage, activity, activity.c.kind == "idea.noted")
    assert msgspec.json.decode(noted.data) == {"by": number}


async def test_who_is_erased_is_nobody_in_old_facts_either(stage_on_both: Stage) -> None:
    stage = stage_on_both
    one = await stage.joins("one")
    member = await stage.member(one)

    async def log(unit: Unit) -> None:
        unit.activity.record(Fact("message.posted", ago(stage, 400), member, subject="m1"), key="k1")
        unit.activity.record(Fact("message.posted", ago(stage, 10), member, subject="m2"), key="k2")
        unit.activity.record(Fact("idea.noted", ago(stage, 300), 999, data={"by": member}), key="k3")
        await unit.activity.flush()

    await stage.look(log)
    month = {"span": "m", "start": ago(stage, 400).date().replace(day=1), "measure": "said", "platform": ""}
    await put(stage, rollup, actor=member, n=2, **month)
    await night(stage)
    await put(stage, rollup, actor=member, n=3, **month)  # of a history that was read in since
    aged = await stage.look(lambda unit: unit.erasure.aged_number(member))
    assert [row.actor for row in await rows(stage, activity, activity.c.actor == aged)] == [aged]
    number = await erased(stage, one)
    assert number != aged
    told = await rows(stage, activity)
    assert {row.actor for row in told if row.kind == "message.posted"} == {number}
    assert [msgspec.json.decode(row.data) for row in told if row.kind == "idea.noted"] == [{"by": number}]
    assert not [row for row in told if str(aged) in str(row)]
    assert [(row.actor, row.n) for row in await rows(stage, rollup)] == [(number, 5)]


async def test_what_an_open_case_quotes_of_who_was_erased_goes_with_its_end(stage_on_both: Stage) -> None:
    stage = stage_on_both
    await put(stage, cases, state="open", opened_at=stage.now, urgent=False)
    await put(stage, reports, case_id=1, reason="other", words="it was rude", quoted="rude words", at=stage.now)
    await night(stage)
    assert [row.quoted for row in await rows(stage, reports)] == ["rude words"]
    async with stage.db.writing() as conn:
        await conn.execute(sa.update(cases).values(state="closed", closed_at=stage.now))
    await night(stage)
    assert [(row.quoted, row.words) for row in await rows(stage, reports)] == [(None, "it was rude")]


async def test_marks_of_who_began_anew_go_where_no_backup_needs_them(stage_on_both: Stage) -> None:
    stage = stage_on_both
    for name, back in (("here", None), ("lately", ago(stage, 29)), ("long", ago(stage, 31))):
        await put(stage, marks, mark=name, at=ago(stage, 400), back_at=back)
    await night(stage)
    assert sorted(row.mark for row in await rows(stage, marks)) == ["here", "lately"]


async def test_a_long_backlog_goes_in_portions(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PORTION", 10)
    for n in range(35):
        await put(stage, audit, key=f"d{n}", at=ago(stage, 100), deed="x", subject="")
    assert await night(stage) == 4
    assert await rows(stage, audit) == []


async def test_nothing_goes_where_nothing_is_to_go(stage: Stage) -> None:
    one = await stage.joins("one")
    await ask(stage, one)
    before = [len(await rows(stage, table)) for table in (members, questions, activity)]
    assert await night(stage) == 1
    assert [len(await rows(stage, table)) for table in (members, questions, activity)] == before


def test_every_window_that_is_nobody_elses_work_is_of_a_kind_that_is_done_here() -> None:
    ours = {window.then for held in HELD for window in held.windows if not window.by}
    assert ours == set(Then)
