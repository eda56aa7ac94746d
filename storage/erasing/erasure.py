"""Takes a member out of every table, as the declarations say: see ``storage/held/declaring.py``.

What follows from it for others (a freed seat, a card that is drawn anew) is the handlers' work, before this. Here is
what is the same for all tables: rows go, columns are emptied, and in the log a random number takes the member's place,
the same everywhere, so that whatever is counted stays. The number is negative, as no member's is, and is written down
nowhere else: it leads to nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Platform, UserRef
from chat.redaction import Person, Places
from community.words import display_name, tame
from storage.conduct.cases import CaseStore
from storage.conduct.showing import cases_showing
from storage.erasing.erased import ErasedStore
from storage.erasing.meetups import MeetupErasure
from storage.erasing.outbox import OutboxErasure
from storage.held.declaring import Goes, Held, Ids
from storage.held.everything import HELD
from storage.held.ids import ACTIONS, FACT_DATA, FACT_SUBJECTS, MENUS, TIMER_DATA, TIMER_SUBJECTS
from storage.sql import Row
from storage.tables.core import accounts, activity, drafts, inbox, members, timers
from storage.tables.figures import rollup, steps
from storage.tables.moderation import cases, reports

NUMBER_BITS = 52  # exact in JSON and in a float; two of a million erased ones meet once in four thousand communities
BLURRED = ("message.", "reaction.", "channel.")  # facts whose exact time is counted nowhere


def new_number() -> int:
    """Return a number for somebody who is nobody any more."""
    return -1 - secrets.randbits(NUMBER_BITS)


class ErasureStore:
    """What an erasure does to the tables of one community, inside one unit of work."""

    def __init__(self, conn: AsyncConnection, community: str, *, declared: Sequence[Held] = HELD) -> None:
        self._conn = conn
        self._community = community
        self._declared = declared
        self.outbox = OutboxErasure(conn, community)
        self.meetups = MeetupErasure(conn, community)

    async def erase(self, member: int, users: Collection[UserRef], number: int) -> None:
        """Take a member and their accounts out of all tables."""
        await self._let_open_cases_stand(member)
        await self.number_facts(member, number)
        await self.number_facts(await self.aged_number(member), number)
        await self._blur(number)
        await self._forget_events(member, users)
        await self._drop_timers(member)
        await self.meetups.number_ledgers(member, number)
        await self._delete(drafts, drafts.c.user.in_([str(user) for user in users]))
        for one in self._declared:
            await self._empty(one, member, number)
        for one in reversed(self._declared):  # what hangs on a member before the member
            for column, goes in one.people.items():
                if goes is Goes.ROW and one.table is not members:
                    await self._delete(one.table, one.table.c[column] == member)
        await self._delete(members, members.c.id == member)

    async def erase_here(self, member: int, *, of_team: bool = False) -> int:
        """Take a member out of the store alone, where nobody is to hear of it: of a restored copy, for example.

        ``of_team``: what is about them stays about one of the team.
        """
        if of_team:
            await CaseStore(self._conn, self._community).make_delicate(member)
        person = await self.person(member)
        await self.meetups.leave(member)
        await self.outbox.take_out(person)
        number = new_number()
        await self.erase(member, person.users, number)
        return number

    async def person(self, member: int) -> Person:
        """Return by what a member is known again wherever they are shown, quoted or named."""
        called = sa.select(members.c.name).where(members.c.id == member)
        named = sa.select(accounts.c.name).where(accounts.c.member_id == member)
        names = {name for raw in (await self._conn.execute(called.union(named))).scalars() for name in _shown(raw)}
        words = {text for raw in await self.words_of(member) for text in (raw, tame(raw))}
        places = Places(ACTIONS, frozenset(MENUS))
        return Person(frozenset(await self.users_of(member)), member, names, words, places)

    async def words_of(self, member: int) -> list[str]:
        """Return all that a member wrote, wherever it is kept: it is to be taken out where it is quoted, too."""
        found: list[str] = []
        for one in self._declared:
            for whose in {*one.words.values()} - ({"id"} if one.table is members else set()):
                columns = [one.table.c[name] for name, by in one.words.items() if by == whose]
                query = sa.select(*columns).where(
                    one.table.c.community == self._community, one.table.c[whose] == member
                )
                if one.table is not accounts:
                    found += [text for row in await self._conn.execute(query) for text in row if text and text.strip()]
        return found

    async def users_of(self, member: int) -> list[UserRef]:
        """Return all accounts of a member."""
        query = sa.select(accounts.c.platform, accounts.c.workspace, accounts.c.user_id).where(
            accounts.c.community == self._community, accounts.c.member_id == member
        )
        return [UserRef(Platform(r.platform), r.workspace, r.user_id) for r in await self._conn.execute(query)]

    async def cases_showing(self, member: int) -> list[int]:
        """Return the cases in which a member stands."""
        return await cases_showing(self._conn, self._community, member)

    # ---- the log

    async def number_facts(self, member: int, number: int, *, before: datetime | None = None) -> None:
        """Put a number in a member's place in the log, and take the keys that led to them out of it."""
        for log, old in ((activity, _before(activity, before)), (steps, _before(steps, before))):
            await self._in_data(log, member, number, old)
            keyed: dict[str, Any] = {"key": self._any_key()} if log is activity else {}
            here = sa.and_(log.c.community == self._community, old)
            subjects = sa.or_(*(log.c.kind.startswith(kind, autoescape=True) for kind in FACT_SUBJECTS))
            for written, instead in ((str(member), str(number)), (f"member:{member}", f"member:{number}")):
                about = sa.and_(here, log.c.subject == written, subjects)
                await self._conn.execute(sa.update(log).where(about).values(subject=instead, **keyed))
            theirs = sa.and_(here, log.c.actor == member)
            await self._conn.execute(sa.update(log).where(theirs).values(actor=number, **keyed))
        if before is None:
            rolled: sa.ColumnElement[bool] = sa.true()
        else:  # a week or month is counted anew from the log as a whole, so it changes as a whole
            week = sa.and_(rollup.c.span == "w", rollup.c.start <= before.date() - timedelta(days=7))
            rolled = sa.or_(week, sa.and_(rollup.c.span != "w", rollup.c.start < before.date()))
        await self._number_rolled(member, number, rolled)

    async def _number_rolled(self, member: int, number: int, which: sa.ColumnElement[bool]) -> None:
        """Put a number in a member's place in what is rolled up; where it stands already, the two are one."""
        theirs = sa.and_(rollup.c.community == self._community, rollup.c.actor == member, which)
        there = sa.select(rollup.c.n).where(rollup.c.community == self._community, rollup.c.actor == number)
        if (await self._conn.execute(there.limit(1))).first() is not None:
            other = rollup.alias("other")
            same = [other.c[name] == rollup.c[name] for name in ("community", "span", "start", "measure", "platform")]
            more = sa.select(other.c.n).where(*same, other.c.actor == member).scalar_subquery()
            stands = sa.exists().where(*same, other.c.actor == member)
            held = sa.and_(rollup.c.community == self._community, rollup.c.actor == number, which, stands)
            await self._conn.execute(sa.update(rollup).where(held).values(n=rollup.c.n + more))
            added = sa.exists().where(*same, other.c.actor == number)
            await self._conn.execute(sa.delete(rollup).where(theirs, added))
        await self._conn.execute(sa.update(rollup).where(theirs).values(actor=number))

    async def aged_number(self, member: int) -> int:
        """Return the number that stands in a member's place in old facts: the same each time, as they age day by day.

        It is HMAC-SHA-256 of the member's number with the community's key, so whoever has both can tell whose it is.
        An erasure puts the number by chance in its place, too.
        """
        key = bytes.fromhex(await ErasedStore(self._conn, self._community).key())
        said = hmac.new(key, f"member:{member}".encode(), hashlib.sha256).digest()
        return -1 - (int.from_bytes(said[:8]) >> (64 - NUMBER_BITS))

    async def _blur(self, number: int) -> None:
        """Let what somebody said and where they reacted be known to the hour, and not by the message.

        A message's id or exact time leads to it on its platform, and there its writer's name stands.
        """
        said = sa.or_(*(activity.c.kind.startswith(kind, autoescape=True) for kind in BLURRED))
        theirs = sa.and_(activity.c.community == self._community, activity.c.actor == number, said)
        hour: sa.ColumnElement[Any] = (
            sa.func.strftime("%Y-%m-%d %H:00:00.000000", activity.c.at, type_=sa.String)
            if self._conn.dialect.name == "sqlite"
            else sa.func.date_trunc("hour", activity.c.at, "UTC", type_=activity.c.at.type)
        )
        await self._conn.execute(sa.update(activity).where(theirs).values(subject=None, at=hour))

    def _any_key(self) -> sa.ColumnElement[str]:
        """Return a key by chance: the old one names accounts and messages, and nothing comes again under it."""
        if self._conn.dialect.name == "sqlite":
            return sa.literal("erased:") + sa.func.lower(sa.func.hex(sa.func.randomblob(16)))
        return sa.literal("erased:") + sa.cast(sa.func.gen_random_uuid(), sa.String)

    async def _in_data(self, table: sa.Table, member: int, number: int, old: sa.ColumnElement[bool]) -> None:
        """Put the number in a member's place where facts name them beside their actor."""
        key = table.c.id if table is activity else table.c.fact
        for kind, fields in FACT_DATA.items():
            named = sa.or_(*(table.c.data.contains(f'"{name}":{member}', autoescape=True) for name in fields))
            which = sa.and_(
                old, table.c.community == self._community, table.c.kind.startswith(kind, autoescape=True), named
            )
            rows = (await self._conn.execute(sa.select(key.label("which"), table.c.data).where(which))).all()
            changed: list[Row] = []
            for row in rows:
                data: dict[str, Any] = msgspec.json.decode(row.data)
                told = {name: number for name in fields if data.get(name) == member}
                if told:
                    changed.append({"which_row": row.which, "told": msgspec.json.encode(data | told).decode()})
            if changed:
                values: dict[str, Any] = {"data": sa.bindparam("told")}
                if table is activity:
                    values["key"] = self._any_key()
                statement = sa.update(table).where(key == sa.bindparam("which_row")).values(values)
                await self._conn.execute(statement, changed)

    async def _let_open_cases_stand(self, member: int) -> None:
        """Keep what open cases quote of a member, without saying whose it is: the safety of others needs it.

        It goes when the case is closed: see ``storage/held/keeping.py``. GDPR, article 17(3)(e).
        """
        still = sa.select(cases.c.id).where(cases.c.community == self._community, cases.c.closed_at.is_(None))
        quoted = sa.and_(reports.c.community == self._community, reports.c.quoted_of == member)
        await self._conn.execute(sa.update(reports).where(quoted, reports.c.case_id.in_(still)).values(quoted_of=None))

    # ---- what waits

    async def _forget_events(self, member: int, users: Collection[UserRef]) -> None:
        """Forget what is kept of events of these accounts: those that failed or wait, and keys that name them."""
        rung = [inbox.c.key.contains(f":{kind}:{member}:", autoescape=True) for kind in TIMER_SUBJECTS]
        await self._delete(inbox, sa.or_(*rung))
        named = [
            sa.or_(
                inbox.c.key.contains(user.id, autoescape=True),
                inbox.c.payload.contains(_as_json(user), autoescape=True),
            )
            for user in users
        ]
        if named:
            await self._delete(inbox, sa.and_(sa.or_(*named), inbox.c.state != "new"))
            own = [inbox.c.payload.contains(f'"{who}":{_as_json(u)}', autoescape=True) for u in users for who in _WHO]
            await self._delete(inbox, sa.and_(sa.or_(*own), inbox.c.state == "new"))

    async def _drop_timers(self, member: int) -> None:
        """Drop timers that are about a member."""
        about = sa.and_(timers.c.kind.in_(TIMER_SUBJECTS), timers.c.subject == str(member))
        named = [
            sa.and_(timers.c.kind == kind, timers.c.data.contains(f'"{name}":"{member}"', autoescape=True))
            for kind, names in TIMER_DATA.items()
            for name in names
        ]
        await self._delete(timers, sa.or_(about, *named))

    # ---- all tables alike

    async def _empty(self, one: Held, member: int, number: int) -> None:
        for column, goes in one.people.items():
            theirs = sa.and_(one.table.c.community == self._community, one.table.c[column] == member)
            if goes is Goes.NUMBER:
                await self._conn.execute(sa.update(one.table).where(theirs).values({column: number}))
            elif goes is Goes.EMPTY:
                with_it = [name for name, whose in (*one.words.items(), *one.accounts.items()) if whose == column]
                values: dict[str, Any] = {name: _nothing(one.table.c[name]) for name in with_it}
                values |= self._unnamed(one, member, number)
                await self._conn.execute(sa.update(one.table).where(theirs).values({**values, column: None}))

    def _unnamed(self, one: Held, member: int, number: int) -> dict[str, Any]:
        """Return what the other texts of a row become that a member no longer stands in."""
        values: dict[str, Any] = {}
        for name, ids in one.texts.items():
            column = one.table.c[name]
            if ids is Ids.KEY:
                values[name] = self._any_key()
            elif ids is Ids.SUBJECT:
                instead = {str(member): str(number), f"member:{member}": f"member:{number}"}
                values[name] = sa.case(instead, value=column, else_=column)
            elif ids is Ids.DATA and column.nullable:
                values[name] = None
        return values

    async def _delete(self, table: sa.Table, which: sa.ColumnElement[bool]) -> None:
        await self._conn.execute(sa.delete(table).where(table.c.community == self._community, which))


def _before(log: sa.Table, before: datetime | None) -> sa.ColumnElement[bool]:
    """Return a condition for what is older; the copy of the log has seconds since 1970."""
    if before is None:
        return sa.true()
    return log.c.at < (before if log is activity else before.timestamp())


_WHO = ("user", "author", "member")  # the fields of events by which an account does something


def _shown(name: str) -> tuple[str, ...]:
    """Return a name as it is kept, and as it is shown."""
    return name, display_name(name, name)


def _as_json(user: UserRef) -> str:
    return msgspec.json.encode(user).decode()


def _nothing(column: sa.Column[Any]) -> str | None:
    return None if column.nullable else ""
