"""The rota of welcomers, the newcomers who wait for a human word, and who was asked about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import MessageRef
from storage.codec import dump
from storage.sql import insert_new, upsert
from storage.tables.onboarding import asks, cases, welcomers


@dataclass(frozen=True, slots=True)
class RotaEntry:
    """A member on the rota, or invited to it."""

    member_id: int
    state: str  # invited, active, declined
    cap: int


@dataclass(frozen=True, slots=True)
class WaitingCase:
    """A newcomer's message that wants a human reply."""

    id: int
    member_id: int
    kind: str  # introduction, first_post
    message: MessageRef
    opened_at: datetime
    state: str  # open, answered, withdrawn
    told_moderators: bool


@dataclass(frozen=True, slots=True)
class AskedWelcomer:
    """A welcomer who was asked about a case."""

    id: int
    case_id: int
    member_id: int
    state: str  # offered, accepted, passed, silent, done
    asked_at: datetime


class WelcomerStore:
    """The welcomers of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community
        self._open: list[WaitingCase] | None = None

    def forget_loaded(self) -> None:
        """Load who waits for a word anew."""
        self._open = None

    # ---- the rota

    async def rota(self) -> list[RotaEntry]:
        """Return everybody on the rota or invited to it, in the order in which they came."""
        query = sa.select(welcomers).where(welcomers.c.community == self._community, welcomers.c.state != "declined")
        rows = await self._conn.execute(query.order_by(welcomers.c.since, welcomers.c.member_id))
        return [RotaEntry(row.member_id, row.state, row.cap) for row in rows]

    async def entry(self, member_id: int) -> RotaEntry | None:
        """Return how a member stands to the rota."""
        query = sa.select(welcomers).where(welcomers.c.community == self._community, welcomers.c.member_id == member_id)
        row = (await self._conn.execute(query)).one_or_none()
        return RotaEntry(row.member_id, row.state, row.cap) if row else None

    async def put(self, entry: RotaEntry, at: datetime) -> None:
        """Set how a member stands to the rota."""
        row = {
            "community": self._community,
            "member_id": entry.member_id,
            "state": entry.state,
            "cap": entry.cap,
            "since": at,
        }
        await self._conn.execute(upsert(self._conn, welcomers, ("member_id",), ("state", "cap")).values(row))

    async def remove(self, member_id: int) -> None:
        """Take a member off the rota."""
        await self._conn.execute(
            sa.delete(welcomers).where(welcomers.c.community == self._community, welcomers.c.member_id == member_id)
        )

    async def asked_since(self, since: datetime) -> dict[int, list[datetime]]:
        """Return when each member was asked, from then on; and each one's newest before it."""
        newest = (
            sa.select(asks.c.member_id, sa.func.max(asks.c.asked_at, type_=asks.c.asked_at.type).label("asked_at"))
            .where(asks.c.community == self._community)
            .group_by(asks.c.member_id)
        )
        recent = sa.select(asks.c.member_id, asks.c.asked_at).where(
            asks.c.community == self._community, asks.c.asked_at >= since
        )
        found: dict[int, list[datetime]] = {}
        for member_id, asked_at in await self._conn.execute(recent):
            found.setdefault(member_id, []).append(asked_at)
        for member_id, asked_at in await self._conn.execute(newest):
            found.setdefault(member_id, [asked_at])
        return found

    # ---- cases

    async def open_case(self, member_id: int, kind: str, message: MessageRef, at: datetime) -> int | None:
        """Open a case; None where this member's message of this kind has had one, unless it had been taken away."""
        row = {
            "community": self._community,
            "member_id": member_id,
            "kind": kind,
            "message": dump(message),
            "opened_at": at,
            "state": "open",
            "told_moderators": False,
        }
        change = ("message", "opened_at", "state", "told_moderators")
        withdrawn = cases.c.state == "withdrawn"
        statement = upsert(self._conn, cases, ("community", "member_id", "kind"), change, where=withdrawn)
        found: int | None = (await self._conn.execute(statement.values(row).returning(cases.c.id))).scalar_one_or_none()
        if found is not None:
            self._open = None
        return found

    async def open_cases(self) -> list[WaitingCase]:
        """Return the cases that wait, oldest first. Few: one per newcomer of the last days."""
        if self._open is None:
            query = sa.select(cases).where(cases.c.community == self._community, cases.c.state == "open")
            self._open = [_case(row) for row in await self._conn.execute(query.order_by(cases.c.id))]
        return self._open

    async def case(self, case_id: int) -> WaitingCase | None:
        """Return a case."""
        query = sa.select(cases).where(cases.c.community == self._community, cases.c.id == case_id)
        row = (await self._conn.execute(query)).one_or_none()
        return _case(row) if row else None

    async def close_case(self, case_id: int, state: str, at: datetime, by: int | None = None) -> None:
        """Close a case: a human answered, or the message is gone."""
        self._open = None
        await self._set_case(case_id, state=state, answered_at=at, answered_by=by)

    async def note_told(self, case_id: int) -> None:
        """Remember that the moderators know of a case."""
        self._open = None
        await self._set_case(case_id, told_moderators=True)

    async def _set_case(self, case_id: int, **values: str | bool | datetime | int | None) -> None:
        await self._conn.execute(
            sa.update(cases).where(cases.c.community == self._community, cases.c.id == case_id).values(**values)
        )

    # ---- asks

    async def add_ask(self, case_id: int, member_id: int, at: datetime) -> int | None:
        """Note that a welcomer is asked; None where they were asked about this case before."""
        row = {
            "community": self._community,
            "case_id": case_id,
            "member_id": member_id,
            "state": "offered",
            "asked_at": at,
        }
        statement = insert_new(self._conn, asks).values(row).returning(asks.c.id)
        found: int | None = (await self._conn.execute(statement)).scalar_one_or_none()
        return found

    async def ask(self, ask_id: int) -> AskedWelcomer | None:
        """Return an ask."""
        query = sa.select(asks).where(asks.c.community == self._community, asks.c.id == ask_id)
        row = (await self._conn.execute(query)).one_or_none()
        return _ask(row) if row else None

    async def asks_about(self, newcomer: int) -> list[AskedWelcomer]:
        """Return whoever was asked about a newcomer, oldest first, whichever message it was about."""
        query = (
            sa.select(asks)
            .join(cases, cases.c.id == asks.c.case_id)
            .where(asks.c.community == self._community, cases.c.member_id == newcomer)
            .order_by(asks.c.id)
        )
        return [_ask(row) for row in await self._conn.execute(query)]

    async def set_ask(self, ask_id: int, state: str, at: datetime) -> None:
        """Set what became of an ask."""
        await self._conn.execute(
            sa.update(asks)
            .where(asks.c.community == self._community, asks.c.id == ask_id)
            .values(state=state, settled_at=at)
        )


def _case(row: sa.Row[tuple[object, ...]]) -> WaitingCase:
    message = msgspec.json.decode(row.message, type=MessageRef)
    return WaitingCase(row.id, row.member_id, row.kind, message, row.opened_at, row.state, row.told_moderators)


def _ask(row: sa.Row[tuple[object, ...]]) -> AskedWelcomer:
    return AskedWelcomer(row.id, row.case_id, row.member_id, row.state, row.asked_at)
