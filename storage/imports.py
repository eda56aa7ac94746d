"""What an import writes, many rows at a time: how far it has come, people, facts, questions and what was said to them.

Everything is inserted where it is not there yet, by the same unique keys as what the bot saw itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import MessageRef, Platform, Profile, UserRef, Workspace
from community.people.members import Account
from community.people.onboarding import Stage
from community.questions.life import CloseReason, Question, QuestionMessage, QuestionState, Via
from storage.people.members import NAME_LENGTH
from storage.questions.asked import message_row, question_row
from storage.sql import AT_ONCE, Row, insert_new, upsert_all
from storage.tables.core import accounts, activity, members
from storage.tables.figures import imports
from storage.tables.onboarding import stages
from storage.tables.questions import question_messages, questions

_OURS = (questions.c.via == Via.IMPORT,)
_COUNTED = {"preserve_rowcount": True}
_TIME_LENGTH = len("2026-11-22 10:15:00.000000")
_COLUMNS = itemgetter("community", "key", "kind", "actor", "platform", "workspace", "place", "subject", "data")
_INSERT_FACT = (
    "INSERT INTO activity (at, community, key, kind, actor, platform, workspace, place, subject, data)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
# an imported question whose end has not been looked for: no life of a question closes it in the moment it is asked
_UNSETTLED = (*_OURS, questions.c.closed_at == questions.c.asked_at)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one pass over one source has come."""

    position: int = 0
    facts: int = 0
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An account that is in the store."""

    member: int
    is_bot: bool


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An account that an import brings, with its span of life as far as it is known."""

    profile: Profile
    since: datetime
    left_at: datetime | None


class ImportStore:
    """What imports write for one community, inside one transaction."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    # ---- how far

    async def progress(self, source: str) -> Progress:
        """Return how far a source has been read."""
        query = sa.select(imports).where(imports.c.community == self._community, imports.c.source == source)
        row = (await self._conn.execute(query)).one_or_none()
        return Progress(row.position, row.facts, row.finished_at) if row else Progress()

    async def reach(self, source: str, kind: str, progress: Progress) -> None:
        """Note how far a source has been read, in the transaction that writes what was read."""
        row = {
            "community": self._community,
            "source": source,
            "kind": kind,
            "position": progress.position,
            "facts": progress.facts,
            "finished_at": progress.finished_at,
        }
        await upsert_all(self._conn, imports, [row], change=("position", "facts", "finished_at"))

    async def watched_since(self, workspace: Workspace) -> datetime | None:
        """Return when the bot began to see a workspace itself: the oldest message that no import brought."""
        here = (activity.c.platform == workspace.platform.value, activity.c.workspace == workspace.id)
        own = sa.or_(activity.c.data.is_(None), ~activity.c.data.contains('"imported":true'))
        query = (
            sa.select(activity.c.at)
            .where(activity.c.community == self._community, activity.c.kind == "message.posted", *here, own)
            .order_by(activity.c.at)
            .limit(1)
        )
        return (await self._conn.execute(query)).scalar_one_or_none()

    # ---- people

    async def accounts_of(self, workspace: Workspace) -> dict[str, Known]:
        """Return everybody known in a workspace."""
        query = sa.select(accounts.c.user_id, accounts.c.member_id, accounts.c.is_bot).where(
            accounts.c.community == self._community,
            accounts.c.platform == workspace.platform.value,
            accounts.c.workspace == workspace.id,
        )
        return {row.user_id: Known(row.member_id, row.is_bot) for row in await self._conn.execute(query)}

    async def take_in(self, people: Sequence[Newcomer]) -> dict[str, Known]:
        """Store accounts that nobody knows yet, each as a member of its own; those known meanwhile stay as they are."""
        if not people:
            return {}
        known = await self.accounts_of(people[0].profile.user.home)
        new = [person for person in people if person.profile.user.id not in known]
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            ids = await self._insert_members([self._member_row(person) for person in some])
            rows = [self._account_row(person, id_) for person, id_ in zip(some, ids, strict=True)]
            await self._conn.execute(sa.insert(accounts), rows)
            known |= {row["user_id"]: Known(row["member_id"], row["is_bot"]) for row in rows}
        return {person.profile.user.id: known[person.profile.user.id] for person in people}

    async def _insert_members(self, rows: list[Row]) -> list[int]:
        """Insert members, and return their numbers in the same order.

        SQLite tells numbers in order for one row at a time only, but it has one writer and counts up.
        """
        if self._conn.dialect.name != "sqlite":
            statement = sa.insert(members).returning(members.c.id, sort_by_parameter_order=True)
            return list((await self._conn.execute(statement, rows)).scalars())
        before = (await self._conn.execute(sa.select(sa.func.max(members.c.id)))).scalar_one() or 0
        await self._conn.execute(sa.insert(members), rows)
        query = sa.select(members.c.id).where(members.c.id > before).order_by(members.c.id)
        return list((await self._conn.execute(query)).scalars())

    def _member_row(self, person: Newcomer) -> Row:
        return {
            "community": self._community,
            "name": person.profile.name[:NAME_LENGTH],
            "joined_at": person.since,
            "left_at": person.left_at,
        }

    def _account_row(self, person: Newcomer, member: int) -> Row:
        profile = person.profile
        return {
            "community": self._community,
            "member_id": member,
            "platform": profile.user.platform.value,
            "workspace": profile.user.workspace,
            "user_id": profile.user.id,
            "name": profile.name[:NAME_LENGTH],
            "is_bot": profile.is_bot,
            "is_admin": profile.is_admin,
            "is_owner": profile.is_owner,
            "badges": "\n".join(sorted(profile.badges or ())),
            "locale": profile.locale,
            "time_zone": profile.time_zone,
            "joined_at": person.since,
            "left_at": person.left_at,
        }

    async def everybody(self) -> list[tuple[int, Account]]:
        """Return all accounts of the community with their members, as far as it tells who moderates."""
        query = sa.select(accounts).where(accounts.c.community == self._community)
        return [
            (
                row.member_id,
                Account(
                    user=UserRef(Platform(row.platform), row.workspace, row.user_id),
                    name=row.name,
                    is_admin=row.is_admin,
                    is_owner=row.is_owner,
                    badges=frozenset(filter(None, row.badges.split("\n"))),
                ),
            )
            for row in await self._conn.execute(query)
        ]

    async def stages(self, wanted: Collection[Stage]) -> dict[tuple[int, Stage], datetime]:
        """Return which members reached some stages, and when."""
        query = sa.select(stages).where(stages.c.community == self._community, stages.c.stage.in_(wanted))
        return {(row.member_id, Stage(row.stage)): row.at for row in await self._conn.execute(query)}

    async def reached(self, reached: Mapping[tuple[int, Stage], datetime]) -> None:
        """Note stages that members reached; what is known already stays."""
        rows = [
            {"community": self._community, "member_id": member, "stage": stage, "at": at}
            for (member, stage), at in reached.items()
        ]
        await insert_all(self._conn, stages, rows)

    async def join(self, joins: Mapping[int, datetime]) -> list[int]:
        """Note when members joined, and return those of whom it was not known."""
        query = sa.select(stages.c.member_id).where(
            stages.c.community == self._community, stages.c.stage == Stage.JOINED
        )
        known = set((await self._conn.execute(query)).scalars())
        new = [member for member in joins if member not in known]
        await self.reached({(member, Stage.JOINED): joins[member] for member in new})
        return new

    # ---- facts

    async def add_facts(self, rows: Sequence[Row]) -> int:
        """Log facts (made by ``storage.activity.fact_row``), and return how many were not there yet."""
        if self._conn.dialect.name == "sqlite" and rows:
            return await self._add_facts_by_driver(rows)
        return await insert_all(self._conn, activity, rows)

    async def _add_facts_by_driver(self, rows: Sequence[Row]) -> int:
        """Insert by SQLite's driver itself: a million times, the layers between cost as much as the insert."""
        driver: Any = (await self._conn.get_raw_connection()).driver_connection
        values = [(_sqlite_time(row["at"]), *_COLUMNS(row)) for row in rows]
        try:
            cursor = await driver.executemany(_INSERT_FACT, values)
            new = int(cursor.rowcount)
            await cursor.close()
        except self._conn.dialect.loaded_dbapi.Error as error:
            raise sa.exc.DBAPIError(_INSERT_FACT, None, error, hide_parameters=True) from error
        return new

    # ---- questions

    async def threads(self) -> dict[str, tuple[int, int | None]]:
        """Return the imported questions and their askers, by the thread of each."""
        query = sa.select(questions.c.thread, questions.c.id, questions.c.asker).where(
            questions.c.community == self._community, *_OURS
        )
        return {row.thread: (row.id, row.asker) for row in await self._conn.execute(query)}

    async def add_questions(self, asked: Sequence[Question]) -> dict[str, int]:
        """Store new questions, and return their numbers by their threads; the others were asked already."""
        if not asked:
            return {}
        rows = [question_row(self._community, question) for question in asked]
        statement = insert_new(self._conn, questions).returning(questions.c.thread, questions.c.id)
        return {row.thread: row.id for row in await self._conn.execute(statement, rows)}

    async def add_messages(self, said: Sequence[QuestionMessage]) -> int:
        """Keep what was said to questions, and let those that have ended be looked at again."""
        new = await insert_all(self._conn, question_messages, [message_row(self._community, one) for one in said])
        if new:
            await self._unsettle({one.question for one in said})
        return new

    async def _unsettle(self, ids: Collection[int]) -> None:
        wanted = sorted(ids)
        outdated = sa.and_(questions.c.state == QuestionState.CLOSED, questions.c.close_reason == CloseReason.OUTDATED)
        for start in range(0, len(wanted), AT_ONCE):
            await self._conn.execute(
                sa.update(questions)
                .where(questions.c.community == self._community, questions.c.id.in_(wanted[start : start + AT_ONCE]))
                .where(*_OURS, sa.or_(questions.c.state == QuestionState.ANSWERED, outdated))
                .values(state=QuestionState.CLOSED, close_reason=CloseReason.OUTDATED, closed_at=questions.c.asked_at)
            )

    async def unsettled(self, limit: int) -> list[int]:
        """Return imported questions whose end has not been looked for, by number."""
        query = sa.select(questions.c.id).where(questions.c.community == self._community, *_UNSETTLED)
        return list((await self._conn.execute(query.order_by(questions.c.id).limit(limit))).scalars())

    async def count_unsettled(self) -> int:
        """Count the imported questions whose end has not been looked for."""
        query = sa.select(sa.func.count()).where(questions.c.community == self._community, *_UNSETTLED)
        return int((await self._conn.execute(query)).scalar_one())

    async def settle(self, ended: Sequence[Question]) -> None:
        """Store how questions stand in the end."""
        if not ended:
            return
        here = (questions.c.community == self._community, questions.c.id == sa.bindparam("which"))
        rows = [{**question_row(self._community, question), "which": question.id} for question in ended]
        await self._conn.execute(sa.update(questions).where(*here), rows)

    async def said_to(self, ids: Collection[int]) -> dict[int, list[QuestionMessage]]:
        """Return what was said to some questions, oldest first."""
        query = (
            sa.select(question_messages)
            .where(question_messages.c.community == self._community, question_messages.c.question_id.in_(ids))
            .order_by(question_messages.c.at, question_messages.c.id)
        )
        found: dict[int, list[QuestionMessage]] = {id_: [] for id_ in ids}
        for row in await self._conn.execute(query):
            found[row.question_id].append(
                QuestionMessage(
                    id=row.id,
                    question=row.question_id,
                    member=row.member_id,
                    ref=msgspec.json.decode(row.ref, type=MessageRef),
                    text=row.text,
                    at=row.at,
                    by_asker=row.by_asker,
                )
            )
        return found


def _sqlite_time(at: datetime) -> str:
    """Return a point in time as ``storage.tables.UtcTime`` stores it there."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(" ", "microseconds")[:_TIME_LENGTH]


async def insert_all(conn: AsyncConnection, table: sa.Table, rows: Sequence[Row]) -> int:
    """Insert the rows that no unique constraint holds already, and return how many those were.

    PostgreSQL gets them as one array for each column, as in ``storage.sql.upsert_all``.
    """
    new = 0
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        statement = insert_new(conn, table)
        if conn.dialect.name == "sqlite":
            result: sa.CursorResult[Any] = await conn.execute(statement, some, execution_options=_COUNTED)
        else:
            columns = [table.c[name] for name in some[0]]
            arrays = [
                sa.literal([row[column.name] for row in some], postgresql.ARRAY(column.type)) for column in columns
            ]
            unpacked = sa.select(*(sa.func.unnest(array) for array in arrays))
            result = await conn.execute(statement.from_select(columns, unpacked), execution_options=_COUNTED)
        new += result.rowcount
    return new
