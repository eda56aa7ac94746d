"""Figures from the log: each KPI of a small history as counted by hand, and a roll-up that is always the log's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from chat.ids import Place, Platform
from community.kpi.everything import KPIS, NOTHING, Figure, Period, PeriodSpan
from storage.activity import Fact, Value
from storage.engine import Database
from storage.unit import Unit

TOKYO = ZoneInfo("Asia/Tokyo")
WEEK = Period(PeriodSpan.WEEK, date(2026, 11, 16))
NOW = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
SLACK, DISCORD = Place(Platform.SLACK, "T1", "C1"), Place(Platform.DISCORD, "900", "C2")
EVERY = [kpi.id for kpi in KPIS]
_keys = count(1)


@asynccontextmanager
async def unit(db: Database, now: datetime = NOW, community: str = "c1") -> AsyncIterator[Unit]:
    async with db.writing() as conn:
        opened = Unit(conn, community, now)
        yield opened
        await opened.flush()


def at(day: int, hour: float = 12) -> datetime:
    """Return an hour of November 2026 in Tokyo."""
    return datetime(2026, 11, 1, tzinfo=TOKYO).astimezone(UTC) + timedelta(days=day - 1, hours=hour)


def log(
    db: Unit, kind: str, when: datetime, actor: int | None, subject: object = None, *, place: Place | None = SLACK,
    **data: Value,
) -> None:  # fmt: skip
    fact = Fact(kind, when, actor, place, None if subject is None else str(subject), data)
    db.activity.record(fact, key=f"k{next(_keys)}")


async def read(db: Database, *ids: str, period: Period = WEEK, platform: str | None = None) -> list[Figure]:
    async with unit(db) as opened:
        found = await opened.figures.read(ids, [period], zone=TOKYO, platform=platform)
    return [found[name, period] for name in ids]


async def test_an_empty_log_has_a_figure_for_every_kpi_and_none_says_anything(database: Database) -> None:
    figures = await read(database, *EVERY)
    assert [figure.value for figure in figures if figure.value] == []
    assert all(figure.n == 0 for figure in figures)


async def test_people_are_counted_once_together_and_on_each_platform(database: Database) -> None:
    async with unit(database) as db:
        log(db, "message.posted", at(16), 1, bot=False)
        log(db, "message.posted", at(17), 1, place=DISCORD, bot=False)
        log(db, "message.posted", at(17), 2, place=DISCORD, bot=False, staff=True)
        log(db, "message.posted", at(17), 9, bot=True)
        log(db, "reaction.added", at(22, 23.9), 3)
        log(db, "reaction.added", at(23, 0.1), 4)  # Monday
    names = ("active", "speakers", "speaker_share", "member_posts", "member_share")
    active, speakers, spoke, posts, share = await read(database, *names)
    assert (active.value, speakers.value, posts.value) == (3, 2, 2)
    assert (spoke.value, spoke.n) == (2 / 3, 3)
    assert (share.value, share.n) == (2 / 3, 3)
    (on_slack,) = await read(database, "active", platform="slack")
    assert on_slack.value == 2


async def test_an_answer_counts_within_a_day_and_a_question_not_yet_a_day_old_does_not(database: Database) -> None:
    week = Period(PeriodSpan.WEEK, date(2026, 12, 7))
    async with unit(database) as db:
        for question, when in enumerate((at(37), at(38), at(39)), start=1):  # 7, 8, 9 December
            log(db, "question.asked", when, 1, question)
        log(db, "question.answered", at(37, 18), 2, 1)
        log(db, "question.asked", at(37), 1, 4)
        log(db, "question.closed", at(37, 13), 1, 4, reason="withdrawn")
    in_a_day, asked, median = await read(database, "answered_24h", "questions", "first_answer_median", period=week)
    assert (in_a_day.value, in_a_day.n, in_a_day.coverage) == (0.5, 2, 0.5)
    assert asked.value == 4
    assert (median.value, median.n) == (None, 4)  # of four one was answered: half of them never were


async def test_solved_by_peers_is_by_who_wrote_the_answer(database: Database) -> None:
    async with unit(database) as db:
        for question in range(1, 6):
            log(db, "question.asked", at(10), 1, question)  # the week before
        log(db, "question.solved", at(17), 1, 1, helper=2, staff=False)
        log(db, "question.solved", at(17), 1, 2, helper=3, staff=True)
        log(db, "question.solved", at(17), 1, 3, helper=1, staff=False)  # the asker's own
        log(db, "question.answered", at(11), 4, 4, first=True)
        log(db, "question.solved", at(17), 1, 4)
        log(db, "question.solved", at(17), 1, 5)  # nobody knows who
    (peers,) = await read(database, "solved_by_peers")
    assert (peers.value, peers.n, peers.coverage) == (0.5, 4, 0.8)


async def test_who_was_active_and_then_silent_is_at_risk_unless_they_left(database: Database) -> None:
    async with unit(database) as db:
        for member in (1, 2, 3):
            log(db, "message.posted", at(10), member)
        log(db, "message.posted", at(18), 1)
        log(db, "member.left", at(18), 3, place=None, workspace="slack:T1")
    risk, part = await read(database, "at_risk", "at_risk_share")
    assert (risk.value, risk.n) == (1, 2)
    assert part.value == 0.5
    unfinished = Period.at(PeriodSpan.WEEK, NOW, TOKYO)
    assert await read(database, "at_risk", period=unfinished) == [NOTHING]
