"""The outbox: effects that must reach a platform, written with the change that caused them.

A row goes ``queued -> claimed -> sent | dead``. A claim is a lease: a row whose worker died is claimed again, and
``tried_at`` says since when an attempt with unknown outcome may have left something on the platform.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat import effects
from chat.effects import Effect, PostedAs
from chat.ids import MessageRef, Place, UserRef, Workspace
from storage.codec import UNREADABLE, dump, load_effect, load_ref
from storage.queues.lanes import title_of, where_of
from storage.sql import Row, insert_new, upsert
from storage.tables.core import outbox

# Longer than any single call to a platform with its time-out, so that a lease only runs out when its worker died
LEASE = timedelta(seconds=90)
PUT_OFF = "put off over quiet days"  # why a row waits; nothing went wrong


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed row."""

    id: int
    community: str
    key: str
    lane: str
    effect: Effect
    report: bool
    version: int
    attempt: int
    tried_at: datetime | None  # an earlier attempt of unknown outcome began then
    owner: str  # who claimed it; whoever lost the claim settles nothing


class OutboxStore:
    """The outbox of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str, now: datetime) -> None:
        self._conn = conn
        self._community = community
        self.now = now
        self.put_off: Callable[[str, datetime], datetime] | None = None  # in quiet days: key, due -> when instead
        self._new: list[Row] = []
        self._newer: dict[str, Row] = {}

    def add(self, effect: Effect, *, key: str, due: datetime | None = None, report: bool = False) -> None:
        """Queue an effect once: with a key that is there already, nothing happens.

        With ``report`` the outcome comes back as ``EffectSettled``, routed by what stands before the key's first colon.
        """
        self._new.append(self._row(effect, key, due, report=report))

    def put(
        self,
        effect: effects.RedrawPost | effects.ShowHome | effects.MarkThread,
        *,
        due: datetime | None = None,
        report: bool = False,
    ) -> None:
        """Queue the newest state of a message, home tab or title; an older one that has not been sent is replaced."""
        match effect:
            case effects.RedrawPost(target=PostedAs(key)):
                name = f"redraw:as:{key}"
            case effects.RedrawPost(target=target):
                name = f"redraw:{target}"
            case effects.ShowHome(user=user):
                name = f"home:{user}"
            case effects.MarkThread(target=target):
                name = title_of(target)
        self._newer[name] = self._row(effect, name, due, report=report)

    async def ref(self, key: str) -> MessageRef | None:
        """Return the message that an effect became, once it has been sent."""
        await self.flush()
        query = sa.select(outbox.c.ref).where(outbox.c.community == self._community, outbox.c.key == key)
        found = (await self._conn.execute(query)).scalar_one_or_none()
        return load_ref(found) if found else None

    async def holds(self, key: str) -> bool:
        """Say whether an effect was ever queued under a key."""
        await self.flush()
        query = sa.select(outbox.c.id).where(outbox.c.community == self._community, outbox.c.key == key)
        return (await self._conn.execute(query)).scalar_one_or_none() is not None

    async def forget(self, key: str) -> None:
        """Forget a message that is gone from its platform, and what was still to be changed about it."""
        await self.flush()
        gone = sa.or_(
            sa.and_(outbox.c.key == key, outbox.c.state == "sent"),
            sa.and_(outbox.c.key == f"redraw:as:{key}", outbox.c.state.in_(("queued", "dead"))),
        )
        await self._conn.execute(sa.delete(outbox).where(outbox.c.community == self._community, gone))

    async def wipe(self, key: str) -> None:
        """Forget that an effect was ever queued, once it is sent or given up."""
        settled = sa.and_(outbox.c.key == key, outbox.c.state.in_(("sent", "dead")))
        await self._conn.execute(sa.delete(outbox).where(outbox.c.community == self._community, settled))

    async def waiting(self, *beginnings: str) -> list[str]:
        """Return the keys that begin so of effects that wait for a later hour."""
        await self.flush()
        query = sa.select(outbox.c.key).where(
            outbox.c.community == self._community,
            outbox.c.state == "queued",
            outbox.c.due_at > self.now,
            sa.or_(*(outbox.c.key.startswith(beginning, autoescape=True) for beginning in beginnings)),
        )
        return list((await self._conn.execute(query)).scalars())

    async def keyed(self, beginning: str) -> list[str]:
        """Return the keys that begin so of all effects, sent or not."""
        await self.flush()
        query = sa.select(outbox.c.key).where(
            outbox.c.community == self._community, outbox.c.key.startswith(beginning, autoescape=True)
        )
        return list((await self._conn.execute(query)).scalars())

    async def cancel(self, *keys: str) -> bool:
        """Take effects back that were surely not sent yet; says whether that was still possible of any.

        One that waits because its outcome is unknown may stand on the platform already: only removing it helps.
        """
        await self.flush()
        result = await self._conn.execute(
            sa.delete(outbox).where(
                outbox.c.community == self._community,
                outbox.c.key.in_(keys),
                outbox.c.state == "queued",
                outbox.c.tried_at.is_(None),
            )
        )
        return result.rowcount > 0

    async def counts(self) -> dict[str, int]:
        """Count rows by state."""
        await self.flush()
        query = (
            sa.select(outbox.c.state, sa.func.count())
            .where(outbox.c.community == self._community)
            .group_by(outbox.c.state)
        )
        return {state: int(n) for state, n in await self._conn.execute(query)}

    async def flush(self) -> None:
        """Write what was queued."""
        if self._new:
            rows, self._new = self._new, []
            await self._conn.execute(insert_new(self._conn, outbox), rows)
        if self._newer:
            rows, self._newer = list(self._newer.values()), {}
            statement = upsert(
                self._conn,
                outbox,
                ("community", "key"),
                ("effect", "due_at", "lane", "report"),
                also={
                    "state": sa.case((outbox.c.state == "claimed", "claimed"), else_="queued"),
                    "version": outbox.c.version + 1,
                    "attempt": 0,
                    "error": None,
                },
            )
            await self._conn.execute(statement, rows)

    def _row(self, effect: Effect, key: str, due: datetime | None, *, report: bool) -> Row:
        workspace, lane = where_of(effect)
        wanted = due or self.now
        due_at = self.put_off(key, wanted) if self.put_off else wanted
        return {
            "community": self._community,
            "key": key,
            "workspace": str(workspace) if workspace else "",
            "lane": lane,
            "effect": dump(effect),
            "report": report,
            "state": "queued",
            "version": 0,
            "attempt": 0,
            "due_at": due_at,
            "error": PUT_OFF if due_at != wanted else None,
            "created_at": self.now,
        }


# ---- the worker's side: not bound to one community


async def claim(conn: AsyncConnection, *, owner: str, now: datetime, limit: int, held: Sequence[str]) -> list[Parcel]:
    """Claim due rows, oldest first: queued ones, and those whose lease ran out or is this owner's from before a crash.

    ``held`` are lanes that this very process works on, or that have to wait.
    """
    query = (
        sa.select(outbox)
        .where(_due(owner, now, held))
        .order_by(outbox.c.id)  # not by due_at: what was put back for a while still comes before what was queued later
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    readable: list[tuple[sa.Row[Any], Effect]] = []
    for row in (await conn.execute(query)).all():
        try:
            readable.append((row, load_effect(row.effect)))
        except UNREADABLE:  # of another version: it must not keep the rest from being sent
            dead = {"state": "dead", "error": "this version cannot read it", "settled_at": now, "claimed_by": None}
            await conn.execute(sa.update(outbox).where(outbox.c.id == row.id).values(dead))
    if not readable:
        return []
    await conn.execute(
        sa.update(outbox)
        .where(outbox.c.id.in_([row.id for row, _ in readable]))
        .values(
            state="claimed",
            claimed_by=owner,
            lease_until=now + LEASE,
            attempt=outbox.c.attempt + 1,
        )
    )
    return [
        Parcel(
            id=row.id,
            community=row.community,
            key=row.key,
            lane=row.lane,
            effect=effect,
            report=row.report,
            version=row.version,
            attempt=row.attempt + 1,
            tried_at=row.tried_at,
            owner=owner,
        )
        for row, effect in readable
    ]


async def begin(conn: AsyncConnection, parcel: Parcel, *, now: datetime) -> bool:
    """Note that the platform is about to be called: from here on a crash leaves the outcome unknown.

    Not part of the claim, because a crash must not put in doubt what was claimed and never begun. False when the lease
    ran out meanwhile and another process has the row.
    """
    result = await conn.execute(
        sa.update(outbox)
        .where(_held(parcel))
        .values(
            tried_at=sa.func.coalesce(outbox.c.tried_at, now, type_=outbox.c.tried_at.type), lease_until=now + LEASE
        )
    )
    return result.rowcount > 0


def _held(parcel: Parcel) -> sa.ColumnElement[bool]:
    return sa.and_(outbox.c.id == parcel.id, outbox.c.state == "claimed", outbox.c.claimed_by == parcel.owner)


async def has_due(conn: AsyncConnection, *, owner: str, now: datetime, held: Sequence[str]) -> bool:
    """Say whether ``claim`` would find something."""
    query = sa.select(outbox.c.id).where(_due(owner, now, held)).limit(1)
    return (await conn.execute(query)).first() is not None


def _due(owner: str, now: datetime, held: Sequence[str]) -> sa.ColumnElement[bool]:
    abandoned = sa.and_(outbox.c.state == "claimed", sa.or_(outbox.c.lease_until < now, outbox.c.claimed_by == owner))
    return sa.and_(
        outbox.c.state.in_(("queued", "claimed")),
        outbox.c.due_at <= now,
        sa.or_(outbox.c.state == "queued", abandoned),
        outbox.c.lane.not_in(list(held)),
    )


async def settle_sent(conn: AsyncConnection, parcel: Parcel, ref: MessageRef | None, now: datetime) -> None:
    """Note that an effect is done; a newer version that came meanwhile stays queued."""
    same = outbox.c.version == parcel.version
    await conn.execute(
        sa.update(outbox)
        .where(_held(parcel))
        .values(
            state=sa.case((same, "sent"), else_="queued"),
            ref=dump(ref) if ref else outbox.c.ref,
            settled_at=now,
            tried_at=None,
            claimed_by=None,
            error=None,
        )
    )


async def settle_later(
    conn: AsyncConnection, parcel: Parcel, due: datetime, error: str, *, uncertain: bool, count: bool = True
) -> None:
    """Put an effect back until ``due``; ``uncertain`` keeps the time since which it must be looked for."""
    await conn.execute(
        sa.update(outbox)
        .where(_held(parcel))
        .values(
            state="queued",
            due_at=due,
            error=error[:500],
            claimed_by=None,
            attempt=parcel.attempt if count else parcel.attempt - 1,
            **({} if uncertain else {"tried_at": parcel.tried_at}),
        )
    )


async def settle_dead(conn: AsyncConnection, parcel: Parcel, error: str, now: datetime) -> None:
    """Give an effect up."""
    same = outbox.c.version == parcel.version  # a newer redraw may be taken where an older one was refused
    await conn.execute(
        sa.update(outbox)
        .where(_held(parcel))
        .values(state=sa.case((same, "dead"), else_="queued"), error=error[:500], settled_at=now, claimed_by=None)
    )


async def sent_ref(conn: AsyncConnection, community: str, key: str) -> tuple[str, MessageRef | None]:
    """Return the state and message of another row ("missing" where there is none)."""
    query = sa.select(outbox.c.state, outbox.c.ref).where(outbox.c.community == community, outbox.c.key == key)
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return "missing", None
    return row.state, load_ref(row.ref) if row.ref else None


async def next_due(conn: AsyncConnection) -> datetime | None:
    """Return when the next queued row is due."""
    query = sa.select(sa.func.min(outbox.c.due_at, type_=outbox.c.due_at.type)).where(outbox.c.state == "queued")
    found: datetime | None = (await conn.execute(query)).scalar_one()
    return found


async def lag(conn: AsyncConnection, now: datetime) -> tuple[int, datetime | None]:
    """Return how many due effects wait, and since when the oldest does."""
    query = sa.select(sa.func.count(), sa.func.min(outbox.c.due_at, type_=outbox.c.due_at.type)).where(
        outbox.c.state.in_(("queued", "claimed")), outbox.c.due_at <= now
    )
    count, oldest = (await conn.execute(query)).one()
    return int(count), oldest


async def given_up(conn: AsyncConnection) -> int:
    """Return how many effects were given up."""
    return int(await conn.scalar(sa.select(sa.func.count()).where(outbox.c.state == "dead")) or 0)


def workspace_of(effect: Effect) -> Workspace | None:
    """Return the workspace that an effect goes to, where the effect itself says it."""
    return where_of(effect)[0]


def reader_of(effect: Effect) -> Place | UserRef | None:
    """Return where an uncertain effect can be looked for; None where it cannot be found again."""
    match effect:
        case effects.Post(place=place, only_for=None) | effects.Upload(place=place) | effects.MakeFile(place=place):
            return place
        case effects.DirectMessage(user=user):
            return user
        case _:
            return None
