"""The roll-up: who did what how often in each week and month, folded from the activity log and rebuilt from it.

Rows are read by their id, in portions. Facts of one community are committed in the order of their ids, because whoever
writes them has its turn (``Database.take_turn``); so nothing is passed over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.measures import FOLDED, RULES, measures_of, platform_of
from community.periods import Period, PeriodSpan
from storage.sql import fetch_all, newer, upsert, upsert_all
from storage.tables_figures import folded, rollup

PORTION = 20_000  # facts at a time
HELD = 200_000  # rows that are collected before they are written: a month of a large community

_Key = tuple[str, date, str, str, int]  # span, start, measure, platform, actor
_MINUTE = {"sqlite": "substr(at, 1, 16)", "postgresql": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')"}
# Joined to nothing, so that no other index tempts the database: it would sort the whole log each time
_PORTION = """
    SELECT id, kind, actor, platform, {minute}, data FROM activity
    WHERE id > {{after}} AND community || '' = {{community}} AND kind || '' IN ({kinds}) AND actor IS NOT NULL
    ORDER BY id LIMIT {{most}}
"""


async def fold(conn: AsyncConnection, community: str, zone: ZoneInfo, *, most: int | None = None) -> int:
    """Fold what is new, ``most`` facts if that is given, and return how many were; the transaction writes.

    What was folded in another zone or by other rules is made anew.
    """
    await _take_turn(conn, community)
    after = await _folded_up_to(conn, community, zone)
    if after is None:
        await conn.execute(sa.delete(rollup).where(rollup.c.community == community))
        after = 0
    done, counted, before = 0, Counter[_Key](), after
    while most is None or done < most:
        portion = PORTION if most is None else min(PORTION, most - done)
        rows = await _portion(conn, community, after, portion)
        if rows:
            _count(counted, rows, zone)
            after, done = rows[-1][0], done + len(rows)
        if len(counted) >= HELD or len(rows) < portion:
            await _write(conn, community, counted)
            counted.clear()
        if len(rows) < portion:
            break
    await _write(conn, community, counted)
    if after != before or after == 0:
        row = {"community": community, "fact": after, "time_zone": zone.key, "rules": RULES}
        await conn.execute(upsert(conn, folded, ("community",), ("fact", "time_zone", "rules")).values(row))
    return done


async def forget(conn: AsyncConnection, community: str) -> None:
    """Throw the roll-up away; the next fold makes it anew."""
    await _take_turn(conn, community)
    for table in (rollup, folded):
        await conn.execute(sa.delete(table).where(table.c.community == community))


async def _folded_up_to(conn: AsyncConnection, community: str, zone: ZoneInfo) -> int | None:
    row = (await conn.execute(sa.select(folded).where(folded.c.community == community))).first()
    return row.fact if row and (row.time_zone, row.rules) == (zone.key, RULES) else None


async def _portion(
    conn: AsyncConnection, community: str, after: int, most: int
) -> list[tuple[int, str, int, str | None, str, str | None]]:
    kinds = ", ".join(f"'{kind}'" for kind in FOLDED)
    query = _PORTION.format(minute=_MINUTE[conn.dialect.name], kinds=kinds)
    return await fetch_all(conn, query, {"after": after, "community": community, "most": most}, ())


def _count(
    counted: Counter[_Key], rows: Iterable[tuple[int, str, int, str | None, str, str | None]], zone: ZoneInfo
) -> None:
    minutes: dict[str, tuple[date, date]] = {}  # facts of a portion lie close together
    for _, kind, actor, platform, minute, data in rows:
        measures = measures_of(kind, data)
        if not measures:
            continue
        starts = minutes.get(minute)
        if starts is None:
            starts = minutes[minute] = _starts(minute, zone)
        where = platform or platform_of(kind, platform, data)
        for measure in measures:
            counted["w", starts[0], measure, where, actor] += 1
            counted["m", starts[1], measure, where, actor] += 1


def _starts(minute: str, zone: ZoneInfo) -> tuple[date, date]:
    day = datetime.fromisoformat(minute).replace(tzinfo=UTC).astimezone(zone).date()
    return Period.of(PeriodSpan.WEEK, day).start, Period.of(PeriodSpan.MONTH, day).start


async def _write(conn: AsyncConnection, community: str, counted: Counter[_Key]) -> None:
    rows = [
        {
            "community": community,
            "span": span,
            "start": start,
            "measure": measure,
            "platform": platform,
            "actor": actor,
            "n": n,
        }
        for (span, start, measure, platform, actor), n in sorted(counted.items())
    ]
    await upsert_all(conn, rollup, rows, also={"n": rollup.c.n + newer("n")})


async def _take_turn(conn: AsyncConnection, community: str) -> None:
    """Wait until nobody else writes facts of this community: see ``Database.take_turn``."""
    if conn.dialect.name != "sqlite":
        await conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"tsudoi:{community}"))))
