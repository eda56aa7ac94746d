"""Who was invited to answer what, what they said, and who does not want to be asked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import UserRef
from storage.codec import dump
from storage.sql import insert_new, upsert
from storage.tables.questions import invitations, opt_outs, pauses

ROUTING = "routing"  # what somebody opts out of
UNASKED = 0  # the round of who takes a question up by themself


class InvitationState(StrEnum):
    """What became of an invitation."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    PASSED = "passed"
    PAUSED = "paused"  # not this week
    SILENT = "silent"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"  # somebody else was faster, or the question ended
    UNREACHED = "unreached"  # no message gets through to them: as if they had not been asked


UNSETTLED = (InvitationState.OFFERED, InvitationState.ACCEPTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A member who was asked, in private, to answer a question."""

    id: int = 0
    question: int
    member: int
    account: UserRef
    round: int
    state: InvitationState = InvitationState.OFFERED
    reason: dict[str, str | int] | None = None
    explored: bool = False
    asked_at: datetime


class InvitationStore:
    """The invitations of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    async def add(self, invitation: Invitation) -> int | None:
        """Store an invitation; None where this member was asked about this question before."""
        row = {
            "community": self._community,
            "question_id": invitation.question,
            "member_id": invitation.member,
            "account": dump(invitation.account),
            "round": invitation.round,
            "state": invitation.state.value,
            "reason": dump(invitation.reason) if invitation.reason else None,
            "explored": invitation.explored,
            "asked_at": invitation.asked_at,
        }
        statement = insert_new(self._conn, invitations).values(row).returning(invitations.c.id)
        new_id: int | None = (await self._conn.execute(statement)).scalar_one_or_none()
        return new_id

    async def get(self, invitation_id: int) -> Invitation | None:
        """Return an invitation."""
        return next(iter(await self._load(invitations.c.id == invitation_id)), None)

    async def about(self, question_id: int) -> list[Invitation]:
        """Return everybody who was asked about a question, in the order in which they were."""
        return await self._load(invitations.c.question_id == question_id)

    async def unsettled_of(self, member_id: int) -> list[Invitation]:
        """Return what a member is being asked now, or has accepted."""
        return await self._load(invitations.c.member_id == member_id, invitations.c.state.in_(UNSETTLED))

    async def settle(self, invitation_id: int, state: InvitationState, at: datetime) -> None:
        """Store what became of an invitation."""
        await self._conn.execute(
            sa.update(invitations)
            .where(invitations.c.community == self._community, invitations.c.id == invitation_id)
            .values(state=state.value, settled_at=at)
        )

    async def asked_since(self, since: datetime) -> dict[int, list[datetime]]:
        """Return when each member was asked, from then on, oldest first."""
        query = sa.select(invitations.c.member_id, invitations.c.asked_at).where(
            invitations.c.community == self._community,
            invitations.c.asked_at >= since,
            invitations.c.round > UNASKED,
            invitations.c.state != InvitationState.UNREACHED,
        )
        found: dict[int, list[datetime]] = {}
        for member_id, asked_at in await self._conn.execute(query.order_by(invitations.c.asked_at)):
            found.setdefault(member_id, []).append(asked_at)
        return found

    async def busy(self) -> set[int]:
        """Return who has an invitation that they have not settled: nobody is asked two things at a time."""
        query = (
            sa.select(invitations.c.member_id)
            .distinct()
            .where(invitations.c.community == self._community, invitations.c.state == InvitationState.OFFERED)
        )
        return set((await self._conn.execute(query)).scalars())

    async def _load(self, *conditions: sa.ColumnElement[bool]) -> list[Invitation]:
        query = sa.select(invitations).where(invitations.c.community == self._community, *conditions)
        rows = await self._conn.execute(query.order_by(invitations.c.asked_at, invitations.c.id))
        return [_invitation(row) for row in rows]

    # ---- who does not want to be asked

    async def pause(self, member_id: int, until: datetime) -> None:
        """Ask a member nothing until then."""
        row = {"community": self._community, "member_id": member_id, "until": until}
        await self._conn.execute(upsert(self._conn, pauses, ("member_id",), ("until",)).values(row))

    async def paused(self, now: datetime) -> dict[int, datetime]:
        """Return who is not to be asked for now, and until when."""
        query = sa.select(pauses).where(pauses.c.community == self._community, pauses.c.until > now)
        return {row.member_id: row.until for row in await self._conn.execute(query)}

    async def opt_out(self, member_id: int, what: str, since: datetime) -> None:
        """Note that a member does not want something."""
        row = {"community": self._community, "member_id": member_id, "what": what, "since": since}
        await self._conn.execute(insert_new(self._conn, opt_outs).values(row))

    async def opt_in(self, member_id: int, what: str) -> None:
        """Note that a member wants something again."""
        await self._conn.execute(
            sa.delete(opt_outs).where(
                opt_outs.c.community == self._community, opt_outs.c.member_id == member_id, opt_outs.c.what == what
            )
        )

    async def opted_out(self, what: str, among: Collection[int] | None = None) -> set[int]:
        """Return who does not want something."""
        query = sa.select(opt_outs.c.member_id).where(opt_outs.c.community == self._community, opt_outs.c.what == what)
        if among is not None:
            query = query.where(opt_outs.c.member_id.in_(among))
        return set((await self._conn.execute(query)).scalars())


def _invitation(row: sa.Row[Any]) -> Invitation:
    return Invitation(
        id=row.id,
        question=row.question_id,
        member=row.member_id,
        account=msgspec.json.decode(row.account, type=UserRef),
        round=row.round,
        state=InvitationState(row.state),
        reason=msgspec.json.decode(row.reason) if row.reason else None,
        explored=row.explored,
        asked_at=row.asked_at,
    )
