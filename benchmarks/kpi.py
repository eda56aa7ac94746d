"""KPIs of a year of a community of 20,000 members: folding the log, a management report, a week's figures.

``python -m benchmarks kpi`` fills a SQLite file with a million facts (``--facts=10000000`` for the whole year,
``--store=postgresql`` for a throw-away PostgreSQL) and measures each step in a process of its own, with its memory,
beside the raw query for weekly actives. The first read is by a process that has nothing cached of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from benchmarks.kpi_year import BEGAN, COLUMNS, COMMUNITY, DAYS, rows
from community.digest.number import SPAN
from community.kpi.everything import KPIS, Period, PeriodSpan, Stakeholder, kpis_for
from storage.engine import Database
from storage.figures.rollup import fold
from storage.migrate import upgrade
from storage.tables.core import activity
from storage.unit import Unit
from tests.postgres import postgres_cluster, postgres_database

FACTS = 1_000_000
ZONE = ZoneInfo("Asia/Tokyo")
NOW = BEGAN + timedelta(days=DAYS)
MONTHS, WEEKS = 12, 9  # a year; a week and what it is compared with
STEPS = ("raw", "fold", "management", "every", "digest", "week", "tail")
PORTION = 100_000  # facts in one transaction, as ``tsudoi figures rebuild`` does it
SHY = 500  # members who are not to be named: one in forty
HOT = 300  # threads of a week in which several people spoke
NEW_FACTS = 2_000  # since the last fold: an hour of such a community
_RAW = {
    "sqlite": "strftime('%Y-%W', at)",
    "postgresql": "date_trunc('week', at)",
}


async def main() -> None:
    """Fill a store and measure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kpi")
    parser.add_argument("--facts", type=int, default=FACTS)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", type=Path, help="a folder for the SQLite file; what is there is measured again")
    given, _ = parser.parse_known_args(sys.argv[2:])
    with _store(given.store, given.keep) as url:
        await _fill(url, given.facts)
        for step in STEPS:
            command = [sys.executable, "-m", "benchmarks.kpi", step, url]
            done = await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, text=True)
            print(done.stdout, end="", flush=True)


@contextlib.contextmanager
def _store(kind: str, keep: Path | None) -> Iterator[str]:
    if kind == "postgresql":
        with postgres_cluster() as cluster, postgres_database(cluster, "kpi") as url:
            yield url
    elif keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield f"sqlite:///{keep / 'kpi.sqlite'}"
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'kpi.sqlite'}"


# ---- filling


async def _fill(url: str, facts: int) -> None:
    db = Database(url)
    await upgrade(db)
    async with db.reading() as conn:
        known = (await conn.execute(sa.select(sa.func.max(activity.c.id)))).scalar_one()
    await db.close()
    if known:
        print(f"{known:,} facts are there already")
        return
    began = time.perf_counter()
    await asyncio.to_thread(_fill_sqlite if url.startswith("sqlite") else _fill_postgres, url, facts)
    print(f"{facts:,} facts written in {time.perf_counter() - began:.0f} s", flush=True)


def _fill_sqlite(url: str, facts: int) -> None:
    import sqlite3  # noqa: PLC0415 - only here; everything else goes through the store

    conn = sqlite3.connect(make_url(url).database or "", isolation_level=None)
    conn.execute("PRAGMA synchronous = OFF")
    indexes = conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'activity' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:
        conn.execute(f"DROP INDEX {name}")
    insert = f"INSERT INTO activity ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - ours
    conn.execute("BEGIN")
    for day in rows(facts):
        conn.executemany(insert, day)
    conn.execute("COMMIT")
    for _, statement in indexes:
        conn.execute(statement)
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    conn.close()


def _fill_postgres(url: str, facts: int) -> None:
    with psycopg.connect(url, options="-c timezone=UTC") as conn:
        with conn.cursor() as cursor, cursor.copy(f"COPY activity ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for day in rows(facts):
                for row in day:
                    copy.write_row(row)
        conn.commit()
        conn.autocommit = True
        conn.execute("VACUUM ANALYZE activity")


# ---- measuring, each step in its own process


async def _step(step: str, url: str) -> None:
    db = Database(url)
    began, worked = time.perf_counter(), time.process_time()
    said = await _STEPS[step](db)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{said}: {took:.2f} s ({worked:.2f} s of a core), {memory:.0f} MB", flush=True)
    await db.close()


async def _raw(db: Database) -> str:
    week = _RAW["sqlite" if db.is_sqlite else "postgresql"]
    query = (
        f"SELECT {week}, COUNT(DISTINCT actor) FROM activity WHERE community = :community"  # noqa: S608 - ours
        " AND kind IN ('message.posted', 'reaction.added') AND at >= :since GROUP BY 1"
    )
    since = sa.bindparam("since", NOW - timedelta(weeks=26), type_=activity.c.at.type)
    async with db.reading() as conn:
        found = (await conn.execute(sa.text(query).bindparams(since, community=COMMUNITY))).all()
    return f"raw query of weekly actives, {len(found)} weeks"


async def _fold(db: Database) -> str:
    began = time.perf_counter()
    done = 0
    while True:
        async with db.writing() as conn:
            portion = await fold(conn, COMMUNITY, ZONE, most=PORTION)
        done += portion
        if portion < PORTION:
            break
    return f"folded {done:,} facts, {done / (time.perf_counter() - began):,.0f} a second"


async def _figures(db: Database, ids: list[str], periods: tuple[Period, ...]) -> int:
    async with db.writing() as conn:
        found = await Unit(conn, COMMUNITY, NOW).figures.read(ids, periods, zone=ZONE)
    return len(found)


async def _management(db: Database) -> str:
    ids = [kpi.id for kpi in kpis_for(Stakeholder.MANAGEMENT)]
    n = await _figures(db, ids, Period.latest(PeriodSpan.MONTH, NOW, ZONE).past(MONTHS))
    return f"management report, {len(ids)} KPIs, {MONTHS} months ({n} figures)"


async def _every(db: Database) -> str:
    n = await _figures(db, [kpi.id for kpi in KPIS], Period.latest(PeriodSpan.MONTH, NOW, ZONE).past(MONTHS))
    return f"every KPI, {len(KPIS)}, {MONTHS} months ({n} figures)"


async def _digest(db: Database) -> str:
    n = await _figures(db, [kpi.id for kpi in KPIS], Period.latest(PeriodSpan.WEEK, NOW, ZONE).past(WEEKS))
    return f"a week with the {WEEKS - 1} before it, every KPI ({n} figures)"


async def _week(db: Database) -> str:
    """Read all that a weekly digest is chosen from."""
    since, until, shy = NOW - timedelta(days=8), NOW - timedelta(days=1), range(1, SHY + 1)
    async with db.reading() as conn:
        weeks = Unit(conn, COMMUNITY, NOW).weeks
        threads = await weeks.threads(since, until)
        hot = sorted(threads, key=lambda place: -len(threads[place]))[:HOT]
        begun = await weeks.began_by(shy, hot)
        await weeks.newcomers(since, until)
        await weeks.repliers(await weeks.asked_about(since, until), until)
        await weeks.thanks(since, until)
        await weeks.peaks(since, until)
        asked, _ = await weeks.first_answers(until - SPAN, until)
    return f"a weekly digest: {len(threads):,} threads ({len(begun)} by who is not named), {len(asked)} questions"


async def _tail(db: Database) -> str:
    """Add an hour's facts, and read a week: what a moderator's command costs."""
    async with db.writing() as conn:
        newest = int((await conn.execute(sa.select(sa.func.max(activity.c.id)))).scalar_one())
        new = [_one(newest + n, NOW - timedelta(seconds=n)) for n in range(1, NEW_FACTS + 1)]
        await conn.execute(sa.insert(activity), new)
    began = time.perf_counter()
    await _figures(db, [kpi.id for kpi in KPIS], (Period.latest(PeriodSpan.WEEK, NOW, ZONE),))
    return f"one week after {NEW_FACTS:,} new facts ({time.perf_counter() - began:.2f} s of it)"


def _one(id_: int, at: datetime) -> dict[str, object]:
    return {
        "id": id_,
        "community": COMMUNITY,
        "key": f"new{id_}",
        "at": at,
        "kind": "reaction.added",
        "actor": id_ % 999 + 1,
    }


_STEPS = {
    "raw": _raw,
    "fold": _fold,
    "management": _management,
    "every": _every,
    "digest": _digest,
    "week": _week,
    "tail": _tail,
}

if __name__ == "__main__":
    asyncio.run(_step(sys.argv[1], sys.argv[2]))
