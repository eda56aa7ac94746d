"""Nothing of a member is forgotten when two become one: every column that holds a number, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from chat.ids import Platform, UserRef
from community.people.linking import kept_of
from storage.engine import Database
from storage.held.everything import HELD
from storage.linking.rows import ELSEWHERE, MOVES
from storage.tables.core import UtcTime, members, metadata
from storage.tables.figures import rollup, steps
from storage.unit import Unit

NOW = datetime(2026, 12, 4, 1, 0, tzinfo=UTC)
KNOWN = {f"{rule.table.name}.{rule.column}" for rule in MOVES} | ELSEWHERE.keys()


def names_a_member(column: sa.Column[Any]) -> bool:
    """Say whether a column is a key of ``members``, or the tables' declarations say that it holds a number of one."""
    return any(key.column is members.c.id for key in column.foreign_keys)


def test_every_column_with_a_members_number_is_moved() -> None:
    keys = {
        f"{c.table.name}.{c.name}" for table in metadata.tables.values() for c in table.columns if names_a_member(c)
    }
    declared = {f"{one.table.name}.{name}" for one in HELD for name in one.people}
    assert keys - KNOWN == set(), "a key of members that no link moves"
    assert declared - KNOWN == set(), "a declared number of a member that no link moves"
    assert KNOWN - keys - declared - {f"{rollup.name}.actor", f"{steps.name}.actor"} == set(), "moved, but not there"


def test_what_may_stand_once_is_joined() -> None:
    """A unique row for each member collides as soon as both have one."""
    for rule in MOVES:
        unique = [set(rule.table.primary_key.columns.keys())]
        unique += [
            {column.name for column in one.columns}
            for one in rule.table.constraints
            if isinstance(one, sa.UniqueConstraint)
        ]
        clashes = [names for names in unique if rule.column in names]
        if clashes:
            assert rule.join is not None, rule
            assert any(names - {rule.column, "community"} <= {*rule.key} for names in clashes), rule


async def pair(db: Unit) -> tuple[int, int]:
    one = await db.people.ensure(UserRef(Platform.SLACK, "T1", "U1"), "aki", NOW)
    other = await db.people.ensure(UserRef(Platform.DISCORD, "900", "U2"), "ben", NOW + timedelta(days=1))
    return one.id, other.id


def value_for(column: sa.Column[Any], n: int) -> Any:  # noqa: ANN401 - of any column
    """Return a value that fits a column."""
    kind: type = datetime if isinstance(column.type, UtcTime) else column.type.python_type
    if column.name == "choices":
        return '["a"]'
    if column.name in ("data", "meetup", "reason"):
        return "{}"
    if kind is str:
        return f"x{n}"[: getattr(column.type, "length", None) or 9]
    if kind is bool:
        return False
    if kind in (int, float):
        return n
    return NOW + timedelta(minutes=n)


PLAIN = sorted({rule.table.name for rule in MOVES if rule.table.name not in ("accounts", "member_merges")})


async def test_a_row_of_each_in_every_table_becomes_rows_of_one(database: Database) -> None:
    for name in PLAIN:  # one store for all: each transaction is rolled back
        await rows_become_one(database, metadata.tables[name])


async def rows_become_one(database: Database, table: sa.Table) -> None:
    columns = [rule for rule in MOVES if rule.table is table]
    async with database.writing() as conn:
        db = Unit(conn, "c1", NOW)
        kept, gone = await pair(db)
        if not database.is_sqlite:
            await conn.execute(sa.text("SET session_replication_role = replica"))  # rows without what they belong to
        else:
            await conn.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        for n, member in enumerate((kept, gone), start=1):
            row = {
                column.name: value_for(column, 1 if rule_key(columns, column.name) else n)
                for column in table.columns
                if not column.nullable or any(rule.column == column.name for rule in columns)
            }
            row |= {"community": "c1"} if "community" in row else {}
            row |= {rule.column: member for rule in columns}
            if "other_id" in row:
                row["other_id"] = 999
            await conn.execute(sa.insert(table).values(row))
        first, second = await db.people.by_id(kept), await db.people.by_id(gone)
        assert first
        assert second
        assert kept_of(first, second) == (first, second)
        await db.links.merge(first, second, NOW)
        rows = (await conn.execute(sa.select(table))).all()
        assert rows
        for rule in columns:
            assert gone not in {getattr(row, rule.column) for row in rows}, rule
        if all(rule.join is not None for rule in columns):
            assert len(rows) == 1
        await conn.rollback()


def rule_key(columns: list[Any], name: str) -> bool:
    """Say whether two rows clash by this column."""
    return any(name in rule.key for rule in columns)
