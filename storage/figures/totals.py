"""How many did what in each week and month: the roll-up summed up, kept beside it, made anew where it changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.kpi.periods import Period, PeriodSpan
from storage.tables.figures import rollup, totals

TOGETHER = "*"  # in the place of a platform
_ENDS = sa.func.min(rollup.c.start), sa.func.max(rollup.c.start)
_COLUMNS = ("community", "span", "measure", "start", "platform", "people", "n")


async def drop(conn: AsyncConnection, community: str, changed: Collection[tuple[str, date]]) -> None:
    """Throw away the sums of periods, by span and start, whose rows change."""
    for span in PeriodSpan:
        starts = [start for name, start in changed if name == span.value]
        if starts:
            await conn.execute(sa.delete(totals).where(*_of(totals, community, span), totals.c.start.in_(starts)))


async def fill(conn: AsyncConnection, community: str) -> None:
    """Sum up the periods that are not summed up: in most cases the running week and month."""
    for span in PeriodSpan:
        # Asked for apart, each is one step in the index; SQLite reads everything for both at once
        ends = [sa.select(end).where(*_of(rollup, community, span)).scalar_subquery() for end in _ENDS]
        first, last = (await conn.execute(sa.select(*ends))).one()
        if first is None:
            continue
        there = sa.select(totals.c.start).distinct().where(*_of(totals, community, span))
        known = set((await conn.execute(there)).scalars())
        missing = [start for start in _starts(span, first, last) if start not in known]
        if missing:
            await _sum_up(conn, community, span, missing)


async def _sum_up(conn: AsyncConnection, community: str, span: PeriodSpan, starts: list[date]) -> None:
    kinds, times = (rollup.c.community, rollup.c.span, rollup.c.measure, rollup.c.start), sa.func.sum(rollup.c.n)
    where = (*_of(rollup, community, span), rollup.c.start.in_(starts))
    people = sa.func.count(rollup.c.actor.distinct())
    together = sa.select(*kinds, sa.literal(TOGETHER), people, times).where(*where).group_by(*kinds)
    each = sa.select(*kinds, rollup.c.platform, sa.func.count(), times).where(*where)
    for query in (together, each.group_by(*kinds, rollup.c.platform)):
        await conn.execute(sa.insert(totals).from_select(_COLUMNS, query))


def _starts(span: PeriodSpan, first: date, last: date) -> Iterator[date]:
    period = Period(span, first)
    while period.start <= last:
        yield period.start
        period = period.next


def _of(table: sa.Table, community: str, span: PeriodSpan) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.community == community, table.c.span == span.value
