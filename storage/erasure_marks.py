"""The list of erasures beside the backups: a restored backup must not bring back whom somebody erased since.

Each line is one mark: community, HMAC-SHA-256 of an account, the community's key for it, and when. No id, no name. The
key stands in the line because a restored store may be older than it; whoever can read this file can read the backups.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.backup_files import OURS, sync
from storage.sql import insert_new
from storage.tables_membership import erased, salts

NAME = "erasures.jsonl"


class Mark(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """One account that was erased."""

    at: datetime
    community: str
    mark: str
    salt: str


@dataclass(slots=True)
class MarksFile:
    """The list, written to its end only."""

    folder: Path
    _seen: int = -1  # how many marks the store held when it was looked at last

    @property
    def path(self) -> Path:
        """Where the list is."""
        return self.folder / NAME

    async def follow(self, conn: AsyncConnection) -> int:
        """Write down what was erased since; returns how many marks came. Cheap where none did."""
        count = int(await conn.scalar(sa.select(sa.func.count()).select_from(erased)) or 0)
        if count == self._seen:
            return 0
        came = self.add(await marks_of(conn))
        self._seen = count
        return came

    def add(self, marks: Iterable[Mark]) -> int:
        """Write down marks that are not in the list; returns how many."""
        known = {(one.community, one.mark, one.salt) for one in self.read()}
        new = [one for one in marks if (one.community, one.mark, one.salt) not in known]
        if new:
            with open(self.path, "ab", opener=_private) as file:
                if self._cut_short():
                    file.write(b"\n")
                file.write(b"".join(msgspec.json.encode(one) + b"\n" for one in new))
            sync(self.path)
        return len(new)

    def _cut_short(self) -> bool:
        with self.path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            if not file.tell():
                return False
            file.seek(-1, os.SEEK_END)
            return file.read() != b"\n"

    def read(self) -> list[Mark]:
        """Return the list without a line that a crash cut short: its mark is still in the store, and comes again."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            try:
                found.append(msgspec.json.decode(line, type=Mark))
            except msgspec.DecodeError:
                continue
        return found


async def marks_of(conn: AsyncConnection) -> list[Mark]:
    """Return the marks of a store."""
    query = sa.select(erased.c.community, erased.c.mark, erased.c.at, salts.c.value).join_from(
        erased, salts, salts.c.community == erased.c.community
    )
    rows = await conn.execute(query.order_by(erased.c.at, erased.c.mark))
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
    statement = insert_new(conn, erased).returning(erased.c.mark)
    return len((await conn.execute(statement, rows)).all())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, OURS)
