"""What follows a meetup: the survey without names, reports, who would like to talk more, and what figures need."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from community.meetups.survey import Voice, batch_of
from community.seats.values import Ledger
from storage.sql import insert_new, upsert
from storage.tables.meetups import answers, meetups, reports, seats, survey, surveyed, wishes

_by_chance = secrets.SystemRandom()
_ID, _BATCH = 32, 8  # hexadecimal digits of an answer's id; the first are of its batch


@dataclass(frozen=True, slots=True)
class Report:
    """What a member wrote about a study group."""

    meetup: int
    member: int
    learned: str
    next: str


class MeetupAfterStore:
    """What follows the meetups of one community, inside one unit of work.

    Marks and seats are read as the database has them: whoever changed a ledger in this unit flushes first.
    """

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community

    def draw(self, lots: int) -> int:
        """Draw a lot."""
        return _by_chance.randrange(lots)

    # ---- the survey

    async def has_answered(self, meetup: int, member: int) -> bool:
        """Say whether somebody has answered the survey."""
        query = sa.select(surveyed.c.member_id).where(surveyed.c.meetup_id == meetup, surveyed.c.member_id == member)
        return (await self._conn.execute(query)).first() is not None

    async def add_voice(self, meetup: int, member: int, voice: Voice) -> bool:
        """Store an answer apart from who gave it; says whether it was the first of this member.

        Rows lie in a table in the order in which they came, which beside the log would tell who gave which. So all of
        the meetup's are laid down anew in an order by chance, under new ids. All that an id tells is with which others
        the answer came, because these are shown together.
        """
        row = {"community": self._community, "meetup_id": meetup, "member_id": member}
        statement = insert_new(self._conn, surveyed).values(row).returning(surveyed.c.member_id)
        if (await self._conn.execute(statement)).first() is None:
            return False
        voices = [*(await self.voices([meetup])).get(meetup, ()), voice]
        rows = [
            {
                "id": f"{batch_of(n):0{_BATCH}x}{secrets.token_hex((_ID - _BATCH) // 2)}",
                "community": self._community,
                "meetup_id": meetup,
                "recommends": one.recommends,
                "satisfied": one.satisfied,
                "words": one.words,
            }
            for n, one in enumerate(voices)
        ]
        _by_chance.shuffle(rows)
        await self._conn.execute(sa.delete(survey).where(survey.c.meetup_id == meetup))
        await self._conn.execute(sa.insert(survey), rows)
        return True

    async def voices(self, of: Collection[int]) -> dict[int, tuple[Voice, ...]]:
        """Return the answers by meetup: batch after batch of those shown together, each in an order by chance."""
        query = sa.select(survey).where(survey.c.community == self._community, survey.c.meetup_id.in_(of))
        found: dict[int, tuple[Voice, ...]] = {}
        for row in await self._conn.execute(query.order_by(survey.c.id)):
            voice = Voice(row.recommends, row.satisfied, row.words)
            found[row.meetup_id] = (*found.get(row.meetup_id, ()), voice)
        return found

    # ---- reports

    async def put_report(self, report: Report, at: datetime) -> None:
        """Store a report, or what it says now."""
        row = {
            "community": self._community,
            "meetup_id": report.meetup,
            "member_id": report.member,
            "learned": report.learned,
            "next": report.next,
            "at": at,
        }
        change = ("learned", "next", "at")
        await self._conn.execute(upsert(self._conn, reports, ("meetup_id", "member_id"), change).values(row))

    async def reports_of(self, member: int) -> list[Report]:
        """Return all reports of a member."""
        query = sa.select(reports).where(reports.c.community == self._community, reports.c.member_id == member)
        rows = await self._conn.execute(query.order_by(reports.c.meetup_id))
        return [Report(row.meetup_id, row.member_id, row.learned, row.next) for row in rows]

    async def report(self, meetup: int, member: int) -> Report | None:
        """Return a member's report."""
        return next((report for report in await self.reports_of(member) if report.meetup == meetup), None)

    # ---- wishes

    async def wishes_of(self, meetup: int, member: int) -> dict[int, bool]:
        """Return with whom a member would like to talk more, and whether they were introduced."""
        query = sa.select(wishes.c.other_id, wishes.c.introduced).where(
            wishes.c.community == self._community, wishes.c.meetup_id == meetup, wishes.c.member_id == member
        )
        return {row.other_id: row.introduced for row in await self._conn.execute(query)}

    async def wish(self, meetup: int, member: int, ticked: Collection[int], chosen: Collection[int]) -> list[int]:
        """Store whom a member chose, ``ticked`` before; returns who wishes the same and is not introduced yet.

        Call it while the ledger of the meetup is held: of two who tick at the same moment one comes second.
        """
        mine = sa.and_(wishes.c.community == self._community, wishes.c.meetup_id == meetup)
        unticked = set(ticked) - set(chosen)
        await self._conn.execute(
            sa.delete(wishes).where(mine, wishes.c.member_id == member, wishes.c.other_id.in_(unticked),
                                    wishes.c.introduced.is_(False))
        )  # fmt: skip
        rows = [
            {
                "community": self._community,
                "meetup_id": meetup,
                "member_id": member,
                "other_id": other,
                "introduced": False,
            }
            for other in sorted(set(chosen) - {member})
        ]
        if not rows:
            return []
        await self._conn.execute(insert_new(self._conn, wishes), rows)
        query = sa.select(wishes.c.member_id).where(
            mine, wishes.c.other_id == member, wishes.c.member_id.in_(chosen), wishes.c.introduced.is_(False)
        )
        return list((await self._conn.execute(query.order_by(wishes.c.member_id))).scalars())

    async def note_introduced(self, meetup: int, one: int, other: int) -> None:
        """Note that two were introduced."""
        pair = sa.or_(
            sa.and_(wishes.c.member_id == one, wishes.c.other_id == other),
            sa.and_(wishes.c.member_id == other, wishes.c.other_id == one),
        )
        await self._conn.execute(
            sa.update(wishes)
            .where(wishes.c.community == self._community, wishes.c.meetup_id == meetup, pair)
            .values(introduced=True)
        )

    async def drop_wishes(self, member: int) -> None:
        """Forget what somebody wished and was wished, as far as nobody was told of it."""
        await self._conn.execute(
            sa.delete(wishes).where(
                wishes.c.community == self._community,
                wishes.c.introduced.is_(False),
                sa.or_(wishes.c.member_id == member, wishes.c.other_id == member),
            )
        )

    async def forget(self, member: int) -> None:
        """Forget all that names a member. What they said in a survey names nobody, and stays."""
        for table in (reports, surveyed):
            await self._conn.execute(
                sa.delete(table).where(table.c.community == self._community, table.c.member_id == member)
            )
        theirs = sa.or_(wishes.c.member_id == member, wishes.c.other_id == member)
        await self._conn.execute(sa.delete(wishes).where(wishes.c.community == self._community, theirs))

    # ---- what figures need

    async def settled(self, of: Collection[int]) -> set[int]:
        """Return of which meetups attendance is settled."""
        query = sa.select(meetups.c.id, meetups.c.ledger).where(
            meetups.c.community == self._community, meetups.c.id.in_(of), meetups.c.ledger != ""
        )
        rows = await self._conn.execute(query)
        return {row.id for row in rows if msgspec.json.decode(row.ledger, type=Ledger).closed}

    async def seats_taken(self, meetup: int) -> int:
        """Count who holds a seat."""
        query = sa.select(sa.func.count()).where(
            seats.c.community == self._community, seats.c.meetup_id == meetup, seats.c.seat.is_not(None)
        )
        return int((await self._conn.execute(query)).scalar_one())

    async def answered(self, of: Collection[int]) -> dict[int, set[int]]:
        """Return by meetup who answered a question before it."""
        query = (
            sa.select(answers.c.meetup_id, answers.c.member_id)
            .where(answers.c.community == self._community, answers.c.meetup_id.in_(of))
            .distinct()
        )
        found: dict[int, set[int]] = {}
        for row in await self._conn.execute(query):
            found.setdefault(row.meetup_id, set()).add(row.member_id)
        return found
