"""The roll-up: who did what how often in each week and month, folded from the activity log and rebuilt from it.

Facts that make up the life of something, such as a question, are laid down once more in a table of their own, by kind
and time: in the log of a large community each of them lies on another page, between thousands of messages.

Rows are read by their id, in portions. Facts of one community are committed in the order of their ids, because whoever
writes them has its turn (``Database.take_turn``); so nothing is passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.kpi import meetups as kpi_meetups
from community.kpi import others as kpi_others
from community.kpi import questions as kpi_questions
from community.kpi.measures import FOLDED, RULES, measures_of, platform_of
from community.kpi.periods import Period, PeriodSpan
from storage.figures import totals as rollup_totals
from storage.sql import fetch_all, newer, upsert, upsert_all
from storage.tables.figures import folded, rollup, steps, totals

PORTION = 20_000  # facts at a time
_AT_ONCE = 500  # facts that are corrected by one statement
HELD = 100_000  # rows that are collected before they are written: a month of a large community

_Starts = tuple[date, date]  # of the week and the month
_Key = tuple[_Starts, tuple[str, ...], str, int]  # when, what all that counts as, platform, actor
Counted = tuple[int, str, int | None, str | None, str, str | None]  # id, kind, actor, platform, minute, data
Sums = Counter[tuple[str, date, str, str, int]]  # span, start, measure, platform, actor
STEPS = tuple(dict.fromkeys((*kpi_questions.KINDS, *kpi_meetups.KINDS, *kpi_others.ARRIVALS, *kpi_others.IDEAS)))
_MINUTE = {"sqlite": "substr(at, 1, 16)", "postgresql": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')"}
_SECONDS = {  # SQLite rounds to milliseconds where the fraction is not kept from it
    "sqlite": "CAST(strftime('%s', substr(at, 1, 19)) AS INTEGER) + CAST('0' || substr(at, 20) AS REAL)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM at) AS DOUBLE PRECISION)",
}
# Joined to nothing, so that no other index tempts the database: it would sort the whole log each time
_PORTION = """
    SELECT id, kind, actor, platform, {minute}, data FROM activity
    WHERE id > {{after}} AND community || '' = {{community}} AND kind || '' IN ({kinds})
    ORDER BY id LIMIT {{most}}
"""
_STEPS = """
    INSERT INTO activity_steps (community, kind, at, fact, actor, platform, subject, data)
    SELECT community, kind, {seconds}, id, actor, platform, subject, data FROM activity
    WHERE {among} AND community || '' = :community AND kind || '' IN ({kinds})
"""


async def fold(conn: AsyncConnection, community: str, zone: ZoneInfo, *, most: int | None = None) -> int:
    """Fold what is new, ``most`` facts if that is given, and return how many were; the transaction writes.

    What was folded in another zone or by other rules is made anew.
    """
    await _take_turn(conn, community)
    after = await _folded_up_to(conn, community, zone)
    if after is None:
        await forget(conn, community)
        after = 0
    done, counted, before = 0, Counter[_Key](), after
    while most is None or done < most:
        portion = PORTION if most is None else min(PORTION, most - done)
        rows = await _portion(conn, community, after, portion)
        if rows:
            _count(counted, rows, zone)
            await _lay_down(conn, community, after, rows[-1][0])
            after, done = rows[-1][0], done + len(rows)
        if len(counted) >= HELD or len(rows) < portion:
            await _write(conn, community, counted)
            counted.clear()
        if len(rows) < portion:
            await rollup_totals.fill(conn, community)
            # What others have written since is passed over, too, else it would be read through at every fold
            after = max(after, await _newest(conn))
            break
    await _write(conn, community, counted)
    if after != before or after == 0:
        row = {"community": community, "fact": after, "time_zone": zone.key, "rules": RULES}
        await conn.execute(upsert(conn, folded, ("community",), ("fact", "time_zone", "rules")).values(row))
    return done


async def forget(conn: AsyncConnection, community: str) -> None:
    """Throw the roll-up away; the next fold makes it anew."""
    await _take_turn(conn, community)
    for table in (rollup, totals, steps, folded):
        await conn.execute(sa.delete(table).where(table.c.community == community))


async def _folded_up_to(conn: AsyncConnection, community: str, zone: ZoneInfo) -> int | None:
    row = (await conn.execute(sa.select(folded).where(folded.c.community == community))).first()
    return row.fact if row and (row.time_zone, row.rules) == (zone.key, RULES) else None


async def _newest(conn: AsyncConnection) -> int:
    """Return the newest fact of all; in its turn, a community has no older one that is not committed yet."""
    return (await conn.execute(sa.text("SELECT max(id) FROM activity"))).scalar_one() or 0


async def _portion(conn: AsyncConnection, community: str, after: int, most: int) -> list[Counted]:
    query = _PORTION.format(minute=_MINUTE[conn.dialect.name], kinds=listed({*FOLDED, *STEPS}))
    return await fetch_all(conn, query, {"after": after, "community": community, "most": most}, ())


async def _lay_down(conn: AsyncConnection, community: str, after: int, until: int) -> None:
    given = {"after": after, "until": until, "community": community}
    await conn.execute(_laying_down(conn, "id > :after AND id <= :until"), given)


async def lay_down_again(conn: AsyncConnection, community: str, facts: Sequence[int]) -> None:
    """Lay some facts down anew, in which something was corrected."""
    for start in range(0, len(facts), _AT_ONCE):
        some = facts[start : start + _AT_ONCE]
        gone = sa.delete(steps).where(steps.c.community == community, steps.c.fact.in_(some))
        await conn.execute(gone)
        among = f"id IN ({', '.join(str(int(fact)) for fact in some)})"
        await conn.execute(_laying_down(conn, among), {"community": community})


def _laying_down(conn: AsyncConnection, among: str) -> sa.TextClause:
    seconds = _SECONDS[conn.dialect.name].replace(":", "\\:")
    return sa.text(_STEPS.format(seconds=seconds, among=among, kinds=listed(STEPS)))


def listed(kinds: Iterable[str]) -> str:
    """Return kinds of facts as a list in SQL; they are ours."""
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))


def _count(counted: Counter[_Key], rows: Iterable[Counted], zone: ZoneInfo) -> None:
    minutes: dict[str, _Starts] = {}  # facts of a portion lie close together
    for _, kind, actor, platform, minute, data in rows:
        if actor is None or not (measures := measures_of(kind, data)):
            continue
        starts = minutes.get(minute)
        if starts is None:
            starts = minutes[minute] = _starts(minute, zone)
        counted[starts, measures, platform or platform_of(kind, platform, data), actor] += 1


def _starts(minute: str, zone: ZoneInfo) -> _Starts:
    day = datetime.fromisoformat(minute).replace(tzinfo=UTC).astimezone(zone).date()
    return Period.of(PeriodSpan.WEEK, day).start, Period.of(PeriodSpan.MONTH, day).start


def sums_of(facts: Iterable[Counted], zone: ZoneInfo) -> Sums:
    """Return what facts add to the roll-up."""
    counted: Counter[_Key] = Counter()
    _count(counted, facts, zone)
    return _sums(counted)


def _sums(counted: Counter[_Key]) -> Sums:
    sums: Sums = Counter()
    for ((week, month), measures, platform, actor), n in counted.items():
        for measure in measures:
            sums["w", week, measure, platform, actor] += n
            sums["m", month, measure, platform, actor] += n
    return sums


async def add(conn: AsyncConnection, community: str, sums: Sums) -> None:
    """Add to the roll-up, or take from it, and throw away the totals of these periods; nothing is held of nobody."""
    names = ("community", "span", "start", "measure", "platform", "actor", "n")
    rows = [dict(zip(names, (community, *key, n), strict=True)) for key, n in sorted(sums.items())]
    periods = {(span, start) for span, start, *_ in sums}
    await rollup_totals.drop(conn, community, periods)
    await upsert_all(conn, rollup, rows, also={"n": rollup.c.n + newer("n")})
    if any(n < 0 for n in sums.values()):
        starts = {start for _, start in periods}
        where = (rollup.c.community == community, rollup.c.span.in_(("w", "m")), rollup.c.start.in_(starts))
        await conn.execute(sa.delete(rollup).where(*where, rollup.c.n <= 0))


async def _write(conn: AsyncConnection, community: str, counted: Counter[_Key]) -> None:
    await add(conn, community, _sums(counted))


async def _take_turn(conn: AsyncConnection, community: str) -> None:
    """Wait until nobody else writes facts of this community: see ``Database.take_turn``."""
    if conn.dialect.name != "sqlite":
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"tsudoi:{community}"))))
