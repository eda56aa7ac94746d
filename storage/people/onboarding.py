"""Newcomers: the stages they have reached, who brought them, and how they were greeted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import UserRef
from community.people.onboarding import Greeting, Rung, Stage
from storage.codec import dump
from storage.people.members import PeopleStore
from storage.sql import Row, insert_new
from storage.tables.core import accounts
from storage.tables.onboarding import greetings, newcomers, stages


@dataclass(frozen=True, slots=True)
class Newcomer:
    """How somebody came, and how the one nudge stands."""

    referrer: int | None = None
    via: str | None = None
    nudged_at: datetime | None = None
    nudges_off: bool = False


@dataclass(frozen=True, slots=True)
class OpenGreeting:
    """A greeting on its way up the ladder."""

    id: int
    member_id: int
    account: UserRef
    kind: Greeting
    rung: Rung
    state: str  # open, reached, failed


class OnboardingStore:
    """The newcomers of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str, people: PeopleStore) -> None:
        self._conn = conn
        self._community = community
        self._people = people
        self._stages: dict[int, dict[Stage, datetime]] = {}
        self._pending: list[Row] = []

    # ---- stages

    async def stages(self, member_id: int) -> dict[Stage, datetime]:
        """Return the stages a member has reached. Loads those of everybody whom the unit knows in one go."""
        if member_id not in self._stages:
            wanted = {member_id, *self._people.loaded_ids()} - self._stages.keys()
            self._stages |= {wanted_id: {} for wanted_id in wanted}
            query = sa.select(stages).where(stages.c.community == self._community, stages.c.member_id.in_(wanted))
            for row in await self._conn.execute(query):
                self._stages[row.member_id][Stage(row.stage)] = row.at
        return self._stages[member_id]

    async def reach(self, member_id: int, stage: Stage, at: datetime) -> bool:
        """Note that a member reached a stage; says whether it was the first time, and only that one counts."""
        known = await self.stages(member_id)
        if stage in known:
            return False
        known[stage] = at
        self._pending.append({"community": self._community, "member_id": member_id, "stage": stage.value, "at": at})
        return True

    async def stages_since(self, joined_since: datetime) -> dict[int, dict[Stage, datetime]]:
        """Return the stages of everybody who joined since then, bots left out."""
        await self.flush()
        bots = sa.select(accounts.c.member_id).where(accounts.c.community == self._community, accounts.c.is_bot)
        joined = sa.select(stages.c.member_id).where(
            stages.c.community == self._community, stages.c.stage == Stage.JOINED.value, stages.c.at >= joined_since
        )
        query = sa.select(stages).where(
            stages.c.community == self._community, stages.c.member_id.in_(joined), stages.c.member_id.not_in(bots)
        )
        found: dict[int, dict[Stage, datetime]] = {}
        for row in await self._conn.execute(query):
            found.setdefault(row.member_id, {})[Stage(row.stage)] = row.at
        return found

    async def flush(self) -> None:
        """Write what was noted."""
        if self._pending:
            rows, self._pending = self._pending, []
            await self._conn.execute(insert_new(self._conn, stages), rows)

    def forget_loaded(self) -> None:
        """Load stages anew; what was noted has to be written before."""
        self._stages.clear()

    # ---- how they came

    async def record_newcomer(self, member_id: int, *, referrer: int | None, via: str | None) -> None:
        """Remember who brought a member; the first time is what counts."""
        row = {
            "community": self._community,
            "member_id": member_id,
            "referrer": referrer,
            "via": via and via[:128],
            "nudges_off": False,
        }
        await self._conn.execute(insert_new(self._conn, newcomers), [row])

    async def newcomer(self, member_id: int) -> Newcomer:
        """Return how a member came."""
        query = sa.select(newcomers).where(newcomers.c.community == self._community, newcomers.c.member_id == member_id)
        row = (await self._conn.execute(query)).one_or_none()
        return Newcomer(row.referrer, row.via, row.nudged_at, row.nudges_off) if row else Newcomer()

    async def note_nudge(self, member_id: int, at: datetime) -> None:
        """Remember that the one nudge went out."""
        await self._set_newcomer(member_id, nudged_at=at)

    async def switch_nudges_off(self, member_id: int) -> None:
        """Remember that a member wants no nudge."""
        await self._set_newcomer(member_id, nudges_off=True)

    async def _set_newcomer(self, member_id: int, **values: datetime | bool) -> None:
        await self.record_newcomer(member_id, referrer=None, via=None)
        await self._conn.execute(
            sa.update(newcomers)
            .where(newcomers.c.community == self._community, newcomers.c.member_id == member_id)
            .values(**values)
        )

    # ---- greetings

    async def open_greeting(
        self, member_id: int, account: UserRef, kind: Greeting, *, join_key: str, rung: Rung, due_at: datetime
    ) -> int | None:
        """Begin to greet for one join; None where that was begun before."""
        row = {
            "community": self._community,
            "member_id": member_id,
            "join_key": join_key,
            "account": dump(account),
            "kind": kind.value,
            "rung": rung.value,
            "state": "open",
            "due_at": due_at,
        }
        statement = insert_new(self._conn, greetings).values(row).returning(greetings.c.id)
        found: int | None = (await self._conn.execute(statement)).scalar_one_or_none()
        return found

    async def greeting(self, greeting_id: int) -> OpenGreeting | None:
        """Return a greeting."""
        query = sa.select(greetings).where(*self._is_greeting(greeting_id))
        row = (await self._conn.execute(query)).one_or_none()
        if row is None:
            return None
        account = msgspec.json.decode(row.account, type=UserRef)
        return OpenGreeting(row.id, row.member_id, account, Greeting(row.kind), Rung(row.rung), row.state)

    async def is_greeted(self, member_id: int) -> bool:
        """Say whether a member has been greeted, or is about to be."""
        if Stage.GREETED in await self.stages(member_id):
            return True
        query = sa.select(greetings.c.id).where(
            greetings.c.community == self._community, greetings.c.member_id == member_id, greetings.c.state == "open"
        )
        return (await self._conn.execute(query.limit(1))).first() is not None

    async def set_greeting(self, greeting_id: int, *, rung: Rung, state: str, due_at: datetime) -> None:
        """Move a greeting up the ladder, or settle it."""
        await self._conn.execute(
            sa.update(greetings)
            .where(*self._is_greeting(greeting_id))
            .values(rung=rung.value, state=state, due_at=due_at)
        )

    async def direct_greetings(self, since: datetime) -> list[datetime]:
        """Return when direct greetings went out, or will, from then on."""
        query = sa.select(greetings.c.due_at).where(
            greetings.c.community == self._community,
            greetings.c.rung == Rung.DIRECT.value,
            greetings.c.due_at > since,
        )
        return list((await self._conn.execute(query)).scalars())

    def _is_greeting(self, greeting_id: int) -> tuple[sa.ColumnElement[bool], ...]:
        return greetings.c.community == self._community, greetings.c.id == greeting_id
