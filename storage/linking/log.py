"""The log of two members who are one, or are two again: who did what, and the roll-up that figures are read from.

The roll-up is not made anew, which takes minutes in a large community: what moves is taken from one and given to the
other, so that it says afterwards what ``tsudoi figures rebuild`` would. A test compares the two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.figures.rollup import Counted, Sums, add, lay_down_again, sums_of
from storage.held.ids import FACT_DATA, FACT_SUBJECTS
from storage.linking.texts import changed_data
from storage.tables.core import activity
from storage.tables.figures import folded, rollup, steps

Fact: TypeAlias = sa.Row[Any]

KEYS = ("member.agreed", "member.introduced", "member.nudged", "member.replied_to")  # once for each member
JOINED = "member.joined"
CAME_TOO = "member.came_too"  # a member's further account joined: the member had joined before


async def merge_log(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    """Let one member have done what both did. They joined once: the first time."""
    await _name(conn, community, kept, gone)
    mine = (activity.c.community == community, activity.c.actor == gone)
    await conn.execute(sa.update(activity).where(*mine).values(actor=kept))
    await conn.execute(sa.update(steps).where(steps.c.community == community, steps.c.actor == gone).values(actor=kept))
    await _move_sums(conn, community, kept, gone)
    joins = sa.select(activity).where(
        activity.c.community == community, activity.c.actor == kept, activity.c.kind == JOINED
    )
    found = (await conn.execute(joins.order_by(activity.c.at, activity.c.id))).all()
    await turn_into(conn, community, found[1:], kind=CAME_TOO, actor=kept)


async def turn_into(
    conn: AsyncConnection, community: str, facts: Sequence[Fact], *, actor: int, kind: str | None = None
) -> None:
    """Let facts be of another kind or another member, in the log and in all that was made from it."""
    if not facts:
        return
    state = (await conn.execute(sa.select(folded).where(folded.c.community == community))).one_or_none()
    held = [fact for fact in facts if state is not None and fact.id <= state.fact]
    if state is not None and held:
        zone = ZoneInfo(state.time_zone)
        sums = sums_of((_counted(fact, kind or fact.kind, actor) for fact in held), zone)
        sums.subtract(sums_of((_counted(fact, fact.kind, fact.actor) for fact in held), zone))
        await add(conn, community, _changed(sums))
    values: dict[str, Any] = {"actor": actor, **({"kind": kind} if kind else {})}
    for ids in _portions([fact.id for fact in facts]):
        await conn.execute(sa.update(activity).where(activity.c.id.in_(ids)).values(values))
    await lay_down_again(conn, community, [fact.id for fact in held])


async def _name(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    """Put the number of who is kept where facts name the other."""
    ours = activity.c.community == community
    touched: list[int] = []
    for kind, names in FACT_DATA.items():
        query = sa.select(activity.c.id, activity.c.data).where(
            ours, *_begins(kind), activity.c.data.contains(f":{gone}")
        )
        for row in (await conn.execute(query)).all():
            if changed := changed_data(row.data, names, kept, gone):
                await conn.execute(sa.update(activity).where(activity.c.id == row.id).values(data=changed))
                touched.append(row.id)
    for kind in FACT_SUBJECTS:
        for before, now in ((str(gone), str(kept)), (f"member:{gone}", f"member:{kept}")):
            where = (ours, *_begins(kind), activity.c.subject == before)
            touched += (await conn.execute(sa.select(activity.c.id).where(*where))).scalars()
            await conn.execute(sa.update(activity).where(*where).values(subject=now))
    for kind in KEYS:
        there = sa.select(activity.c.id).where(ours, activity.c.key == f"{kind}:{kept}")
        if (await conn.execute(there)).first() is None:
            old = (ours, activity.c.key == f"{kind}:{gone}")
            await conn.execute(sa.update(activity).where(*old).values(key=f"{kind}:{kept}"))
    state = (await conn.execute(sa.select(folded.c.fact).where(folded.c.community == community))).scalar_one_or_none()
    await lay_down_again(conn, community, [fact for fact in touched if state is not None and fact <= state])


async def _move_sums(conn: AsyncConnection, community: str, kept: int, gone: int) -> None:
    query = sa.select(rollup).where(rollup.c.community == community, rollup.c.actor == gone)
    rows = (await conn.execute(query)).all()
    sums: Sums = Counter()
    for row in rows:
        sums[row.span, row.start, row.measure, row.platform, gone] -= row.n
        sums[row.span, row.start, row.measure, row.platform, kept] += row.n
    await add(conn, community, sums)


def _changed(sums: Sums) -> Sums:
    return Counter({key: n for key, n in sums.items() if n})


def _counted(fact: Fact, kind: str, actor: int | None) -> Counted:
    return fact.id, kind, actor, fact.platform, f"{fact.at.astimezone(UTC):%Y-%m-%d %H:%M}", fact.data


def _begins(kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the condition that a kind begins so, as a span that an index can be searched for."""
    return activity.c.kind >= kind, activity.c.kind < kind[:-1] + chr(ord(kind[-1]) + 1)


def _portions(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))
