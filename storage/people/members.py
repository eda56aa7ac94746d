"""Members and their accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from chat.ids import Platform, Profile, UserRef
from community.people.members import Account, Member
from storage.people.applications import holds_seat
from storage.tables.core import accounts, members
from storage.tables.membership import merges

# Names are shown on cards; a longer one is no name but a text, and both platforms stop at 80
NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of a join."""

    member: Member
    is_new: bool  # the member was not known before
    is_back: bool  # the account had left and is here again


class PeopleStore:
    """The people of one community, inside one unit of work. Remembers whom it has loaded until the unit ends."""

    def __init__(self, conn: AsyncConnection, community: str) -> None:
        self._conn = conn
        self._community = community
        self._by_user: dict[UserRef, Member | None] = {}

    # ---- loading

    async def preload(self, users: Iterable[UserRef]) -> None:
        """Load several accounts' members with one query."""
        wanted = [user for user in set(users) if user not in self._by_user]
        if not wanted:
            return
        for user in wanted:
            self._by_user[user] = None
        keys = sa.tuple_(accounts.c.platform, accounts.c.workspace, accounts.c.user_id)
        chosen = sa.select(accounts.c.member_id).where(
            accounts.c.community == self._community,
            keys.in_([(user.platform.value, user.workspace, user.id) for user in wanted]),
        )
        await self._load(members.c.id.in_(chosen))

    async def by_user(self, user: UserRef) -> Member | None:
        """Return the member behind an account, or None where the account is unknown."""
        if user not in self._by_user:
            await self.preload([user])
        return self._by_user[user]

    def loaded_ids(self) -> set[int]:
        """Return the members whom this unit has loaded so far."""
        return {member.id for member in self._by_user.values() if member}

    def forget(self, member_id: int) -> None:
        """Remember nothing of a member who is in the store no more."""
        for user, member in list(self._by_user.items()):
            if member is not None and member.id == member_id:
                del self._by_user[user]

    async def by_id(self, member_id: int) -> Member | None:
        """Return a member; of one who became one with another, that one."""
        found = await self._load(members.c.id == member_id)
        if not found:
            became = sa.select(merges.c.member_id).where(merges.c.gone_id == member_id)
            found = await self._load(members.c.id == became.scalar_subquery())
        return found[0] if found else None

    def forget_loaded(self) -> None:
        """Load everybody anew: two of them have become one, or one of them two."""
        self._by_user.clear()

    async def by_ids(self, ids: Iterable[int]) -> list[Member]:
        """Return several members, in no order."""
        wanted = list(ids)
        return await self._load(members.c.id.in_(wanted)) if wanted else []

    async def present(self) -> list[Member]:
        """Return everybody who is here and has a seat, bots included."""
        return await self._load(sa.and_(members.c.left_at.is_(None), holds_seat()))

    async def count_present(self) -> int:
        """Count who is here and has a seat, bots left out."""
        bots = sa.exists().where(accounts.c.member_id == members.c.id, accounts.c.is_bot)
        query = sa.select(sa.func.count()).where(
            members.c.community == self._community, members.c.left_at.is_(None), ~bots, holds_seat()
        )
        return int((await self._conn.execute(query)).scalar_one())

    async def known_users(self, platform: Platform, workspace: str) -> dict[str, bool]:
        """Return the user ids known in a workspace, and whether each is present."""
        query = sa.select(accounts.c.user_id, accounts.c.left_at).where(
            accounts.c.community == self._community,
            accounts.c.platform == platform.value,
            accounts.c.workspace == workspace,
        )
        return {user_id: left_at is None for user_id, left_at in await self._conn.execute(query)}

    async def _load(self, condition: sa.ColumnElement[bool]) -> list[Member]:
        former = sa.select(sa.func.aggregate_strings(sa.cast(merges.c.gone_id, sa.String), ",")).where(
            merges.c.member_id == members.c.id
        )
        query = (
            sa.select(
                members,
                former.scalar_subquery().label("former"),
                *(column.label(f"a_{column.name}") for column in accounts.c),
            )
            .join(accounts, accounts.c.member_id == members.c.id)
            .where(members.c.community == self._community, condition)
            .order_by(members.c.id, accounts.c.id)
        )
        by_member: dict[int, list[sa.Row[tuple[object, ...]]]] = {}
        for row in await self._conn.execute(query):
            by_member.setdefault(row.id, []).append(row)
        found = []
        for rows in by_member.values():
            first = rows[0]
            member = Member(
                id=first.id,
                name=first.name,
                joined_at=first.joined_at,
                language=first.language,
                time_zone=first.time_zone,
                quiet_hours=first.quiet_hours,
                left_at=first.left_at,
                accounts=tuple(_account(row) for row in rows),
                former=tuple(map(int, first.former.split(","))) if first.former else (),
            )
            found.append(member)
            for account in member.accounts:
                self._by_user[account.user] = member
        return found

    # ---- recording

    async def record_join(self, profile: Profile, at: datetime) -> Joined:
        """Let an account be present; makes the member where there is none yet."""
        known = await self.by_user(profile.user)
        if known is None:
            return Joined(await self._insert(profile, at), is_new=True, is_back=False)
        account = next(a for a in known.accounts if a.user == profile.user)
        was_away = account.left_at is not None
        await self.record_profile(profile)
        if was_away:
            await self._conn.execute(sa.update(accounts).where(*_is(profile.user)).values(left_at=None))
            await self._conn.execute(sa.update(members).where(members.c.id == known.id).values(left_at=None))
            await self._reload(known.id)
        member = await self.by_user(profile.user)
        if member is None:  # it was there a moment ago, in this very transaction
            raise LookupError(f"account {profile.user} vanished")
        return Joined(member, is_new=False, is_back=was_away)

    async def ensure(self, user: UserRef, name: str, at: datetime, *, is_bot: bool = False) -> Member:
        """Return the member behind an account; an account never seen before is taken in as it is."""
        known = await self.by_user(user)
        return known or await self._insert(Profile(user=user, name=name or user.id, is_bot=is_bot), at)

    async def record_profile(self, profile: Profile) -> None:
        """Take over what the platform says of an account; nothing where the account is unknown."""
        known = await self.by_user(profile.user)
        if known is None:
            return
        name = profile.name[:NAME_LENGTH]
        values = {
            "name": name,
            "is_bot": profile.is_bot,
            "is_admin": profile.is_admin,
            "is_owner": profile.is_owner,
            "badges": None if profile.badges is None else "\n".join(sorted(profile.badges)),
            "locale": profile.locale,
            "time_zone": profile.time_zone,
        }
        values = {key: value for key, value in values.items() if value is not None}
        if values == _told(next(a for a in known.accounts if a.user == profile.user), values):
            return
        await self._conn.execute(sa.update(accounts).where(*_is(profile.user)).values(**values))
        await self._conn.execute(sa.update(members).where(members.c.id == known.id).values(name=name))
        await self._reload(known.id)

    async def record_locale(self, user: UserRef, locale: str) -> None:
        """Remember the language a client was seen to use (Discord tells it with interactions only)."""
        known = await self.by_user(user)
        if known and all(a.locale != locale for a in known.accounts if a.user == user):
            await self._conn.execute(sa.update(accounts).where(*_is(user)).values(locale=locale))
            await self._reload(known.id)

    async def record_leave(self, user: UserRef, at: datetime) -> Member | None:
        """Let an account be gone; the member is gone when no account is left. Returns the member as it then is."""
        known = await self.by_user(user)
        if known is None:
            return None
        await self._conn.execute(sa.update(accounts).where(*_is(user)).values(left_at=at))
        if all(a.left_at is not None for a in known.accounts if a.user != user):
            await self._conn.execute(sa.update(members).where(members.c.id == known.id).values(left_at=at))
        await self._reload(known.id)
        return await self.by_user(user)

    async def record_preferences(
        self,
        member_id: int,
        *,
        language: str | None = None,
        time_zone: str | None = None,
        quiet_hours: str | None = None,
    ) -> None:
        """Set what a member chose; None leaves a choice as it is, an empty text takes it back."""
        chosen = {"language": language, "time_zone": time_zone, "quiet_hours": quiet_hours}
        values = {key: value or None for key, value in chosen.items() if value is not None}
        if values:
            await self._conn.execute(sa.update(members).where(members.c.id == member_id).values(**values))
            await self._reload(member_id)

    async def _insert(self, profile: Profile, at: datetime) -> Member:
        name = profile.name[:NAME_LENGTH]
        joined_at = profile.joined_at or at
        number = await own_number(self._conn)
        row = {"community": self._community, "name": name, "joined_at": joined_at, **number}
        result = await self._conn.execute(sa.insert(members).values(row).returning(members.c.id))
        member_id = result.scalar_one()
        await self._conn.execute(
            sa.insert(accounts).values(
                community=self._community,
                member_id=member_id,
                platform=profile.user.platform.value,
                workspace=profile.user.workspace,
                user_id=profile.user.id,
                name=name,
                is_bot=profile.is_bot,
                is_admin=profile.is_admin,
                is_owner=profile.is_owner,
                badges="\n".join(sorted(profile.badges or ())),
                locale=profile.locale,
                time_zone=profile.time_zone,
                joined_at=joined_at,
            )
        )
        account = Account(
            profile.user,
            name,
            is_bot=profile.is_bot,
            is_admin=profile.is_admin,
            is_owner=profile.is_owner,
            badges=profile.badges or frozenset(),
            locale=profile.locale,
            time_zone=profile.time_zone,
            joined_at=joined_at,
        )
        member = Member(id=member_id, name=name, joined_at=joined_at, accounts=(account,))
        self._by_user[profile.user] = member
        return member

    async def _reload(self, member_id: int) -> None:
        await self._load(members.c.id == member_id)


async def own_number(conn: AsyncConnection) -> dict[str, int]:
    """Return a number that was never another member's, where the database would give one twice.

    SQLite counts on from the greatest that is there. Who became one with another is not, but buttons and seats still
    know them by theirs.
    """
    if conn.dialect.name != "sqlite":
        return {}
    newest = await conn.execute(
        sa.text("SELECT (SELECT max(id) FROM members), (SELECT max(gone_id) FROM member_merges)")
    )
    return {"id": max(number or 0 for number in newest.one()) + 1}


def _told(account: Account, values: Mapping[str, object]) -> dict[str, object]:
    """Return what is known already of what a platform says."""
    known = {
        "name": account.name,
        "is_bot": account.is_bot,
        "is_admin": account.is_admin,
        "is_owner": account.is_owner,
        "badges": "\n".join(sorted(account.badges)),
        "locale": account.locale,
        "time_zone": account.time_zone,
    }
    return {key: known[key] for key in values}


def _is(user: UserRef) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        accounts.c.platform == user.platform.value,
        accounts.c.workspace == user.workspace,
        accounts.c.user_id == user.id,
    )


def _account(row: sa.Row[tuple[object, ...]]) -> Account:
    return Account(
        user=UserRef(Platform(row.a_platform), row.a_workspace, row.a_user_id),
        name=row.a_name,
        is_bot=row.a_is_bot,
        is_admin=row.a_is_admin,
        is_owner=row.a_is_owner,
        badges=frozenset(filter(None, row.a_badges.split("\n"))),
        locale=row.a_locale,
        time_zone=row.a_time_zone,
        joined_at=row.a_joined_at,
        left_at=row.a_left_at,
    )
