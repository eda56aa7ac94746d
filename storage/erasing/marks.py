"""The list of erasures beside the backups: a restored backup must not bring back whom somebody erased since.

Each line holds one mark: community, HMAC-SHA-256 of an account, the community's key for it, and when; no id, no name.
The key stands there because a restored store may be older than it; whoever can read this file can read the backups.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.backups.files import OURS, sync
from storage.sql import insert_new, upsert
from storage.tables.membership import erased, salts

NAME = "erasures.jsonl"


class Mark(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One account that was erased."""

    at: datetime
    community: str
    mark: str
    salt: str


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """A mark that came, or was taken back because the person wants to be known again."""

    mark: Mark
    back: bool = False


class MarksFile:
    """The list, written to its end only."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._looked: object = None  # how the store's marks stood at the last look, told in three figures
        self._held: set[Mark] = set()
        self.told: list[Mark] = []  # taken back in the store, as the list says by now: ``drop`` lets them go

    async def follow(self, conn: AsyncConnection) -> int:
        """Write down what changed in a store since the last look; returns how many lines. Cheap where nothing did.

        At the first look marks that the store lacks are left in the list: the store may be an older one.
        """
        newest = (sa.func.max(column, type_=column.type) for column in (erased.c.at, erased.c.back_at))
        query = sa.select(sa.func.count(), *newest).select_from(erased)
        looked = tuple((await conn.execute(query)).one())
        if looked == self._looked:
            return 0
        marks = set(await marks_of(conn))
        self.told = await backs_of(conn)
        written = self.add(marks) + self.take_back([*(self._held - marks), *self.told])
        self._held, self._looked = marks, looked
        return written

    def take_back(self, marks: Iterable[Mark]) -> int:
        """Write down that marks of the list say nothing any more; returns how many."""
        known = {_identity(one) for one in self.read()}
        gone = {_identity(one): one for one in marks if _identity(one) in known}
        return self._write(_Line(mark=one, back=True) for one in sorted(gone.values()))

    def add(self, marks: Iterable[Mark]) -> int:
        """Write down marks that are not in the list; returns how many."""
        known = {_identity(one) for one in self.read()}
        return self._write(_Line(mark=one) for one in sorted(marks) if _identity(one) not in known)

    def read(self) -> list[Mark]:
        """Return the list without a line that a crash cut short: its mark is still in the store, and comes again."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        found: dict[tuple[str, str, str], Mark] = {}
        for text in lines:
            try:
                line = msgspec.json.decode(text, type=_Line)
            except msgspec.DecodeError:
                continue
            if line.back:
                found.pop(_identity(line.mark), None)
            else:
                found[_identity(line.mark)] = line.mark
        return list(found.values())

    def _write(self, lines: Iterable[_Line]) -> int:
        wanted = [msgspec.json.encode(line) + b"\n" for line in lines]
        if wanted:
            with open(self.path, "ab", opener=_private) as file:
                if self._cut_short():
                    file.write(b"\n")
                file.write(b"".join(wanted))
            sync(self.path)
        return len(wanted)

    def _cut_short(self) -> bool:
        with self.path.open("rb") as file:
            if not file.seek(0, os.SEEK_END):
                return False
            file.seek(-1, os.SEEK_END)
            return file.read() != b"\n"


async def marks_of(conn: AsyncConnection) -> list[Mark]:
    """Return the marks of a store."""
    return await _marks(conn, erased.c.back_at.is_(None))


async def backs_of(conn: AsyncConnection) -> list[Mark]:
    """Return the marks of a store that were taken back, as long as it knows of them."""
    return await _marks(conn, erased.c.back_at.is_not(None))


async def drop(conn: AsyncConnection, marks: Iterable[Mark]) -> None:
    """Forget marks that were taken back, once the list says so; not who was erased again meanwhile."""
    away = sa.and_(erased.c.mark.in_([one.mark for one in marks]), erased.c.back_at.is_not(None))
    await conn.execute(sa.delete(erased).where(away))


async def _marks(conn: AsyncConnection, which: sa.ColumnElement[bool]) -> list[Mark]:
    query = sa.select(erased.c.community, erased.c.mark, erased.c.at, salts.c.value).join_from(
        erased, salts, salts.c.community == erased.c.community
    )
    rows = await conn.execute(query.where(which).order_by(erased.c.at, erased.c.mark))
    return [Mark(at=at, community=community, mark=mark, salt=salt) for community, mark, at, salt in rows]


async def put_back(conn: AsyncConnection, marks: Iterable[Mark]) -> int:
    """Let a store know marks that it lacks, inside the open transaction; returns how many those were.

    A community of a store that is older than its key gets the key first. Marks made with another key than the store's
    say nothing here: they belong to another store.
    """
    wanted = list(marks)
    keys = {one.community: one.salt for one in sorted(wanted)}  # the newest, should there be several
    if not keys:
        return 0
    await conn.execute(
        insert_new(conn, salts), [{"community": community, "value": salt} for community, salt in keys.items()]
    )
    held = {row.community: row.value for row in await conn.execute(sa.select(salts.c.community, salts.c.value))}
    rows = [
        {"community": one.community, "mark": one.mark, "at": one.at}
        for one in wanted
        if held.get(one.community) == one.salt
    ]
    if not rows:
        return 0
    again = {"back_at": None}  # who was erased once more, after they had begun anew
    later = sa.column("excluded.at", is_literal=True) > erased.c.back_at
    statement = upsert(conn, erased, ("mark",), ("at",), also=again, where=later).returning(erased.c.mark)
    return len((await conn.execute(statement, rows)).all())


def _identity(one: Mark) -> tuple[str, str, str]:
    return one.community, one.mark, one.salt


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, OURS)
