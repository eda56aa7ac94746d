"""The activity log: facts, append-only, each once. All KPIs come from here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Place, Platform
from storage.sql import Row, insert_new
from storage.tables.core import accounts, activity

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened: when, what, who, where, about what. Never message text."""

    kind: str
    at: datetime
    actor: int | None = None
    place: Place | None = None
    subject: str | None = None
    data: dict[str, Value] = field(default_factory=dict)


def fact_row(community: str, fact: Fact, key: str) -> Row:
    """Return a fact as the table holds it."""
    place = fact.place
    return {
        "community": community,
        "key": key,
        "at": fact.at,
        "kind": fact.kind,
        "actor": fact.actor,
        "platform": place.platform.value if place else None,
        "workspace": place.workspace if place else None,
        "place": _spot(place),
        "subject": fact.subject,
        "data": msgspec.json.encode(fact.data).decode() if fact.data else None,
    }


class ActivityStore:
    """The log of one community, inside one unit of work. Facts are written together when the unit ends."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community
        self._pending: list[Row] = []

    def record(self, fact: Fact, *, key: str) -> None:
        """Log a fact. ``key`` names it for good: a fact with a key that is there already is not logged again."""
        self._pending.append(fact_row(self._community, fact, key))

    async def flush(self) -> None:
        """Write what was recorded."""
        if self._pending:
            rows, self._pending = self._pending, []
            await self._conn.execute(insert_new(self._conn, activity), rows)

    async def count(self, kind: str, *, since: datetime | None = None, until: datetime | None = None) -> int:
        """Count facts of a kind in a span, the end not included."""
        await self.flush()
        query = sa.select(sa.func.count()).where(*self._within([kind], since, until))
        return int((await self._conn.execute(query)).scalar_one())

    async def facts(
        self, kinds: Iterable[str], *, since: datetime | None = None, until: datetime | None = None
    ) -> list[Fact]:
        """Return facts of some kinds in a span, oldest first."""
        await self.flush()
        query = sa.select(activity).where(*self._within(kinds, since, until)).order_by(activity.c.at, activity.c.id)
        return [_fact(row) for row in await self._conn.execute(query)]

    async def about(self, subject: str, kinds: Iterable[str]) -> list[Fact]:
        """Return facts of some kinds about one subject, oldest first."""
        await self.flush()
        query = sa.select(activity).where(*self._within(kinds, None, None), activity.c.subject == subject)
        return [_fact(row) for row in await self._conn.execute(query.order_by(activity.c.at, activity.c.id))]

    async def wrote_in(self, place: Place, since: datetime, until: datetime, *, of_last: int) -> set[int]:
        """Return who wrote in a place, bots left out, among the last messages of the community in a span.

        Facts are not found by their place, so ``of_last`` bounds what a busy community pays for a question about one.
        """
        await self.flush()
        said = (*self._within(["message.posted"], since, None), activity.c.at <= until, activity.c.actor.is_not(None))
        newest = (
            sa.select(activity.c.actor, activity.c.platform, activity.c.workspace, activity.c.place)
            .where(*said)
            .order_by(activity.c.at.desc())
            .limit(of_last)
            .subquery()
        )
        query = sa.select(newest.c.actor).where(
            newest.c.platform == place.platform.value,
            newest.c.workspace == place.workspace,
            newest.c.place == _spot(place),
            ~sa.exists().where(accounts.c.member_id == newest.c.actor, accounts.c.is_bot),
        )
        return set((await self._conn.execute(query.distinct())).scalars())

    def _within(
        self, kinds: Iterable[str], since: datetime | None, until: datetime | None
    ) -> list[sa.ColumnElement[bool]]:
        conditions = [activity.c.community == self._community, activity.c.kind.in_(list(kinds))]
        if since is not None:
            conditions.append(activity.c.at >= since)
        if until is not None:
            conditions.append(activity.c.at < until)
        return conditions


def _spot(place: Place | None) -> str | None:
    if place is None:
        return None
    return f"{place.channel}:{place.thread}" if place.thread else place.channel


def _fact(row: sa.Row[tuple[object, ...]]) -> Fact:
    place = None
    if row.platform and row.place:
        channel, _, thread = row.place.partition(":")
        place = Place(Platform(row.platform), row.workspace, channel, thread or None)
    data = msgspec.json.decode(row.data) if row.data else {}
    return Fact(row.kind, row.at, row.actor, place, row.subject, data)
