"""Codes that link accounts, and the one transaction in which two members become one."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import UserRef
from community.people.linking import LASTS, LETTERS, TAKEN_BACK_FOR, Common, chosen_privacy, code_of
from community.people.members import Member
from storage.codec import dump
from storage.conduct.exclusions import Exclusions
from storage.linking.log import merge_log
from storage.linking.rows import move_rows
from storage.linking.texts import move_texts
from storage.linking.unlinking import restore, split
from storage.tables.core import activity, members
from storage.tables.meetups import seats, wishes
from storage.tables.membership import link_codes, merges
from storage.tables.onboarding import (
    asks,
    cases,
    introductions,
    member_topics,
    newcomers,
    profiles,
    stages,
)
from storage.tables.questions import invitations, opt_outs, pauses, question_messages, questions
from storage.tables.recognition import choices, thanks

MISTYPED = "link.mistyped"  # the fact of a code that was none
TOLD = (profiles, member_topics, choices, opt_outs, pauses, newcomers, stages)  # what members said of themselves


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was found."""

    member: int
    account: str
    here: bool  # of this community


class LinkStore:
    """The linking of one community's accounts, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    # ---- codes

    async def new_code(self, member_id: int, account: UserRef, now: datetime) -> str:
        """Make a code; the one before is worth nothing any more. It is returned here only."""
        over = sa.or_(
            sa.and_(link_codes.c.community == self._community, link_codes.c.member_id == member_id),
            link_codes.c.expires_at <= now,
        )
        await self._conn.execute(sa.delete(link_codes).where(over))
        code = code_of([secrets.randbelow(2**32) for _ in range(LETTERS)])
        row = {
            "digest": _digest(code),
            "community": self._community,
            "member_id": member_id,
            "account": str(account),
            "expires_at": now + LASTS,
        }
        await self._conn.execute(sa.insert(link_codes).values(row))
        return code

    async def find(self, code: str, now: datetime) -> Code | None:
        """Return whose code this is; None where it is none, was used, or its time is over."""
        query = sa.select(link_codes).where(link_codes.c.digest == _digest(code), link_codes.c.expires_at > now)
        row = (await self._conn.execute(query)).one_or_none()
        if row is None:
            return None
        here = row.community == self._community
        return Code(row.member_id if here else 0, row.account if here else "", here)

    async def use(self, code: str) -> bool:
        """Let a code be worth nothing any more; says whether it was worth something."""
        gone = sa.delete(link_codes).where(
            link_codes.c.digest == _digest(code), link_codes.c.community == self._community
        )
        return (await self._conn.execute(gone)).rowcount > 0

    async def mistyped(self, member_id: int, since: datetime) -> int:
        """Count the wrong codes that a member has typed; facts that wait are written first."""
        query = sa.select(sa.func.count()).where(
            activity.c.community == self._community,
            activity.c.actor == member_id,
            activity.c.kind == MISTYPED,
            activity.c.at > since,
        )
        return int((await self._conn.execute(query)).scalar_one())

    # ---- two who are one

    async def seats_of(self, member_id: int) -> list[int]:
        """Return the meetups in whose ledgers a member stands."""
        query = sa.select(seats.c.meetup_id).where(seats.c.community == self._community, seats.c.member_id == member_id)
        return list((await self._conn.execute(query.order_by(seats.c.meetup_id))).scalars())

    async def thanks_between(self, one: int, other: int) -> list[int]:
        """Return the thanks that two members gave each other and that stand."""
        pair = (one, other)
        query = sa.select(thanks.c.id).where(
            thanks.c.community == self._community,
            thanks.c.giver_id.in_(pair),
            thanks.c.receiver_id.in_(pair),
            thanks.c.state != "withdrawn",
        )
        return list((await self._conn.execute(query.order_by(thanks.c.id))).scalars())

    async def common(self, one: int, other: int) -> Common:
        """Return what two members have both: what they are told before they become one."""
        pair = (one, other)
        mine = (seats.c.community == self._community, seats.c.answer.in_(("going",)), seats.c.member_id.in_(pair))
        both = sa.select(seats.c.meetup_id).where(*mine).group_by(seats.c.meetup_id).having(sa.func.count() > 1)
        out = sa.select(opt_outs.c.what).where(opt_outs.c.community == self._community, opt_outs.c.member_id.in_(pair))
        off = sa.select(choices.c.choice).where(
            choices.c.community == self._community, choices.c.member_id.in_(pair), choices.c.value == "off"
        )
        posted = (introductions.c.community == self._community, introductions.c.state == "standing")
        return Common(
            meetups=len((await self._conn.execute(both)).all()),
            profiles=await self._count(profiles, pair, profiles.c.community == self._community) > 1,
            introductions=await self._count(introductions, pair, *posted) > 1,
            thanks=len(await self.thanks_between(one, other)),
            opt_outs=len({*(await self._conn.scalars(out)), *(await self._conn.scalars(off))}),
        )

    async def _count(self, table: sa.Table, pair: tuple[int, int], *where: sa.ColumnElement[bool]) -> int:
        query = sa.select(sa.func.count()).where(table.c.member_id.in_(pair), *where)
        return int((await self._conn.execute(query)).scalar_one())

    async def merge(self, kept: Member, gone: Member, now: datetime) -> None:
        """Let two members be one. Their seats are one already: that is the ledgers' to decide.

        Everything that a unit collects has to be written before, and what it has loaded to be forgotten after.

        Raises:
            ValueError: they are one member already, or the one who goes has a seat of their own.

        """
        if kept.id == gone.id or await self.seats_of(gone.id):
            raise ValueError(f"member {gone.id} cannot go into {kept.id}")
        before = await self._told(kept.id, gone.id)
        private = await self._choices(kept.id), await self._choices(gone.id)
        codes = sa.delete(link_codes).where(link_codes.c.member_id.in_((kept.id, gone.id)))
        await self._conn.execute(codes)
        await Exclusions(self._conn, self._community).join(kept.id, gone.id)
        await move_texts(self._conn, self._community, kept.id, gone.id)
        await move_rows(self._conn, self._community, kept.id, gone.id)
        await merge_log(self._conn, self._community, kept.id, gone.id)
        await self._keep_private(kept.id, *private, now)
        await self._nobody_with_themselves(kept.id)
        here = [member for member in (kept, gone) if member.left_at is None]
        values = {
            "joined_at": min(kept.joined_at, gone.joined_at),
            "left_at": None if here else max(m.left_at for m in (kept, gone) if m.left_at is not None),
            "language": kept.language or gone.language,
            "time_zone": kept.time_zone or gone.time_zone,
            "quiet_hours": kept.quiet_hours or gone.quiet_hours,
        }
        await self._conn.execute(sa.update(members).where(members.c.id == kept.id).values(values))
        await self._conn.execute(sa.delete(members).where(members.c.id == gone.id))
        row = {
            "community": self._community,
            "gone_id": gone.id,
            "member_id": kept.id,
            "accounts": "\n".join(str(account.user) for account in gone.accounts),
            "before": before,
            "at": now,
        }
        await self._conn.execute(sa.insert(merges).values(row))

    async def _told(self, kept: int, gone: int) -> str:
        """Return what both have said of themselves, to be brought back if it was not them."""
        rows: dict[str, list[dict[str, Any]]] = {}
        for table in (members, *TOLD):
            column = table.c.id if table is members else table.c.member_id
            found = await self._conn.execute(sa.select(table).where(column.in_((kept, gone))))
            rows[table.name] = [dict(row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's public name for a row by its columns
        return dump(rows)

    async def _choices(self, member_id: int) -> dict[str, str]:
        query = sa.select(choices.c.choice, choices.c.value).where(
            choices.c.community == self._community, choices.c.member_id == member_id
        )
        return {row.choice: row.value for row in await self._conn.execute(query)}

    async def _keep_private(self, kept: int, one: dict[str, str], other: dict[str, str], now: datetime) -> None:
        joined = await self._choices(kept)
        for choice, value in chosen_privacy(one, other, joined).items():
            if joined.get(choice) == value:
                continue
            mine = sa.and_(choices.c.member_id == kept, choices.c.choice == choice)
            row = {"community": self._community, "member_id": kept, "choice": choice, "value": value, "at": now}
            await self._conn.execute(sa.delete(choices).where(mine))
            await self._conn.execute(sa.insert(choices).values(row))

    async def _nobody_with_themselves(self, kept: int) -> None:
        """Take away what nobody has to do with themselves: a wish, an invitation, an answer from somebody else."""
        ours = self._community
        await self._conn.execute(
            sa.update(newcomers)
            .where(newcomers.c.community == ours, newcomers.c.member_id == kept, newcomers.c.referrer == kept)
            .values(referrer=None)
        )
        own_wish = (wishes.c.community == ours, wishes.c.member_id == kept, wishes.c.other_id == kept)
        await self._conn.execute(sa.delete(wishes).where(*own_wish))
        own_case = sa.select(cases.c.id).where(cases.c.community == ours, cases.c.member_id == kept)
        await self._conn.execute(sa.delete(asks).where(asks.c.member_id == kept, asks.c.case_id.in_(own_case)))
        asked = sa.select(questions.c.id).where(questions.c.community == ours, questions.c.asker == kept)
        open_one = (invitations.c.member_id == kept, invitations.c.state.in_(("offered", "accepted")))
        await self._conn.execute(
            sa.update(invitations).where(*open_one, invitations.c.question_id.in_(asked)).values(state="withdrawn")
        )
        said = (question_messages.c.member_id == kept, question_messages.c.question_id.in_(asked))
        await self._conn.execute(sa.update(question_messages).where(*said).values(by_asker=True))
        by_self = sa.select(questions.c.id).where(questions.c.id.in_(asked), questions.c.first_reply_by == kept)
        for question in list(await self._conn.scalars(by_self)):
            first = (
                sa.select(question_messages.c.member_id, question_messages.c.at)
                .where(question_messages.c.question_id == question, ~question_messages.c.by_asker)
                .order_by(question_messages.c.at, question_messages.c.id)
                .limit(1)
            )
            row = (await self._conn.execute(first)).first()
            values = {"first_reply_by": row.member_id if row else None, "first_reply_at": row.at if row else None}
            await self._conn.execute(sa.update(questions).where(questions.c.id == question).values(values))

    # ---- one who is two again

    async def went_along(self, gone_id: int) -> tuple[int, tuple[str, ...], datetime] | None:
        """Return with whom a member became one, which accounts went along, and when."""
        query = sa.select(merges).where(merges.c.community == self._community, merges.c.gone_id == gone_id)
        row = (await self._conn.execute(query)).one_or_none()
        return (row.member_id, tuple(row.accounts.split("\n")), row.at) if row else None

    async def unlink(self, member: Member, account: UserRef, now: datetime) -> int:
        """Let an account be a member of its own again, with a copy of what the person said; return that member."""
        forgotten = sa.update(merges).where(merges.c.member_id == member.id)
        await self._conn.execute(forgotten.values(before=None))
        return await split(self._conn, self._community, member, [account], now, copies=TOLD)

    async def take_back(self, member: Member, gone_id: int, now: datetime, *, gone_stays: bool) -> int | None:
        """Let the accounts of one side be a member of their own that were never this person's; None where none is left.

        ``gone_stays``: the side that stays is the one whose number went. Whatever the two hold stays, and what both had
        said of themselves before is brought back, where that is known still.
        """
        found = await self.went_along(gone_id)
        if found is None or found[0] != member.id:
            return None
        along = [account.user for account in member.accounts if str(account.user) in found[1]]
        theirs = [account.user for account in member.accounts if account.user not in along] if gone_stays else along
        if not theirs or len(theirs) == len(member.accounts):
            return None
        fresh = await split(self._conn, self._community, member, theirs, now, copies=())
        query = sa.select(merges.c.before).where(merges.c.gone_id == gone_id)
        before = (await self._conn.execute(query)).scalar_one_or_none()
        if before is not None and now - found[2] <= TAKEN_BACK_FOR:
            rows = msgspec.json.decode(before)
            other = next(row["id"] for row in rows[members.name] if row["id"] != gone_id)
            now_is = {gone_id: fresh, other: member.id} if not gone_stays else {gone_id: member.id, other: fresh}
            await restore(self._conn, (members, *TOLD), rows, now_is)
        await self._conn.execute(sa.update(merges).where(merges.c.gone_id == gone_id).values(before=None))
        return fresh


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
