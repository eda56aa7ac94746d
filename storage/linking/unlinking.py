"""Lets accounts of a member be a member of their own again: what they said goes along, what they hold stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import UserRef
from community.people.members import Member
from storage.codec import dump
from storage.conduct.exclusions import Exclusions
from storage.linking.log import CAME_TOO, JOINED, turn_into
from storage.linking.texts import rename_introduction
from storage.people.members import own_number
from storage.sql import Row
from storage.tables.core import UtcTime, accounts, activity, members
from storage.tables.onboarding import greetings, introductions
from storage.tables.questions import ideas, invitations, question_messages, questions
from storage.tables.recognition import thanks

# What stays with who stays although it bears a place: it is the meetup's, not the account's
STAYS = ("seat.", "meetup.")


async def split(
    conn: AsyncConnection,
    community: str,
    member: Member,
    users: Sequence[UserRef],
    now: datetime,
    *,
    copies: Sequence[sa.Table],
) -> int:
    """Make a member of some accounts of another, with copies of what was said of the person; return their number.

    Raises:
        ValueError: these are none of the member's accounts, or all.

    """
    going = [account for account in member.accounts if account.user in set(users)]
    staying = [account for account in member.accounts if account.user not in set(users)]
    if not going or not staying:
        raise ValueError(f"{len(going)} of {len(member.accounts)} accounts cannot be a member of their own")
    here = any(account.left_at is None for account in going)
    row: Row = {
        "community": community,
        "name": going[0].name,
        "language": member.language if copies else None,
        "time_zone": member.time_zone if copies else None,
        "quiet_hours": member.quiet_hours if copies else None,
        "joined_at": min(account.joined_at or member.joined_at for account in going),
        "left_at": None if here else max(account.left_at or now for account in going),
    }
    row |= await own_number(conn)
    fresh: int = (await conn.execute(sa.insert(members).values(row).returning(members.c.id))).scalar_one()
    for table in copies:
        found = await conn.execute(sa.select(table).where(table.c.member_id == member.id))
        rows = [dict(row._mapping) | {"member_id": fresh} for row in found]  # noqa: SLF001 - SQLAlchemy's public name for a row by its columns
        if rows:
            await conn.execute(sa.insert(table), rows)
    await Exclusions(conn, community).part(member.id, fresh)
    for account in going:
        await _goes(conn, community, member.id, fresh, account.user)
    stays = all(account.left_at is not None for account in staying)
    left = max((account.left_at for account in staying if account.left_at), default=now) if stays else None
    joined = min((account.joined_at for account in staying if account.joined_at), default=member.joined_at)
    values = {"left_at": left, "joined_at": joined, "name": staying[0].name}
    await conn.execute(sa.update(members).where(members.c.id == member.id).values(values))
    return fresh


async def _goes(conn: AsyncConnection, community: str, member: int, fresh: int, user: UserRef) -> None:
    mine = (accounts.c.platform == user.platform.value, accounts.c.workspace == user.workspace)
    await conn.execute(sa.update(accounts).where(*mine, accounts.c.user_id == user.id).values(member_id=fresh))
    sent, named = dump(user), str(user.home)
    for table, column in ((greetings, "member_id"), (introductions, "member_id"), (ideas, "member_id")):
        where = (table.c.community == community, table.c[column] == member, table.c.account == sent)
        await conn.execute(sa.update(table).where(*where).values({column: fresh}))
    await _introduction_goes(conn, community, member, fresh)
    where = (invitations.c.community == community, invitations.c.member_id == member, invitations.c.account == sent)
    await conn.execute(sa.update(invitations).where(*where).values(member_id=fresh))
    asked = (questions.c.community == community, questions.c.asker == member, questions.c.account == sent)
    await conn.execute(sa.update(questions).where(*asked).values(asker=fresh))
    said = (
        question_messages.c.community == community,
        question_messages.c.member_id == member,
        question_messages.c.message.startswith(f"{named}:", autoescape=True),
    )
    await conn.execute(sa.update(question_messages).where(*said).values(member_id=fresh))
    # Who asked with one account and answered with the other did not answer themselves
    asked_by = sa.select(questions.c.id).where(
        questions.c.community == community, questions.c.asker.in_((member, fresh)), questions.c.asker.is_not(None)
    )
    talk = sa.select(question_messages, questions.c.asker).where(
        question_messages.c.question_id == questions.c.id,
        questions.c.id.in_(asked_by),
        question_messages.c.member_id.in_((member, fresh)),
    )
    for word in (await conn.execute(talk)).all():
        if word.by_asker != (word.member_id == word.asker):
            told = sa.update(question_messages).where(question_messages.c.id == word.id)
            await conn.execute(told.values(by_asker=not word.by_asker))
    given = sa.select(thanks.c.id, thanks.c.message).where(
        thanks.c.community == community, thanks.c.giver_id == member, thanks.c.message.is_not(None)
    )
    for row in (await conn.execute(given)).all():
        place = msgspec.json.decode(row.message)["place"]
        if (place["platform"], place["workspace"]) == (user.platform.value, user.workspace):
            await conn.execute(sa.update(thanks).where(thanks.c.id == row.id).values(giver_id=fresh))
    await _log(conn, community, member, fresh, user)


async def _introduction_goes(conn: AsyncConnection, community: str, member: int, fresh: int) -> None:
    mine = (introductions.c.community == community, introductions.c.member_id == fresh)
    row = (await conn.execute(sa.select(introductions.c.round).where(*mine))).one_or_none()
    if row is not None:
        await rename_introduction(conn, community, (member, row.round), (fresh, row.round))


async def _log(conn: AsyncConnection, community: str, member: int, fresh: int, user: UserRef) -> None:
    own = (activity.c.community == community, activity.c.actor == member)
    there = (activity.c.platform == user.platform.value, activity.c.workspace == user.workspace)
    rows = (await conn.execute(sa.select(activity).where(*own, *there).order_by(activity.c.id))).all()
    await turn_into(conn, community, [row for row in rows if not row.kind.startswith(STAYS)], actor=fresh)
    came = sa.select(activity).where(*own, activity.c.kind.in_((JOINED, CAME_TOO, "member.left", "member.returned")))
    rows = (await conn.execute(came.order_by(activity.c.at, activity.c.id))).all()
    theirs = [row for row in rows if _of(row.data) == str(user.home)]
    joins = [row for row in theirs if row.kind in (JOINED, CAME_TOO)]
    await turn_into(conn, community, joins[:1], actor=fresh, kind=JOINED)
    await turn_into(conn, community, [row for row in theirs if row not in joins[:1]], actor=fresh)
    left = [row for row in rows if row not in theirs and row.kind in (JOINED, CAME_TOO)]
    if left and all(row.kind == CAME_TOO for row in left):  # who stays had joined, too
        await turn_into(conn, community, left[:1], actor=member, kind=JOINED)


def _of(data: str | None) -> str:
    return str(msgspec.json.decode(data).get("workspace", "")) if data else ""


async def restore(
    conn: AsyncConnection, tables: Sequence[sa.Table], rows: Mapping[str, list[dict[str, Any]]], now_is: dict[int, int]
) -> None:
    """Bring rows back as they were, by table, each under the number that its member bears now."""
    for table in tables:
        kept = [_typed(table, row) for row in rows.get(table.name, [])]
        if table.name == "members":
            for row in kept:
                values = {name: row[name] for name in ("language", "time_zone", "quiet_hours", "joined_at", "name")}
                await conn.execute(sa.update(table).where(table.c.id == now_is[row["id"]]).values(values))
            continue
        await conn.execute(sa.delete(table).where(table.c.member_id.in_(list(now_is.values()))))
        if kept:
            await conn.execute(sa.insert(table), [row | {"member_id": now_is[row["member_id"]]} for row in kept])


def _typed(table: sa.Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Read the times that JSON holds as texts."""
    timed = {column.name for column in table.columns if isinstance(column.type, UtcTime)}
    return {
        name: datetime.fromisoformat(value) if name in timed and value is not None else value
        for name, value in row.items()
    }
