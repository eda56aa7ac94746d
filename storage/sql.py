"""The two databases' common tongue for "insert what is not there yet"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = dict[str, Any]


def insert_new(conn: AsyncConnection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that leaves rows alone that some unique constraint holds already."""
    if conn.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def upsert(
    conn: AsyncConnection,
    table: sa.Table,
    unique: Sequence[str],
    change: Sequence[str],
    *,
    also: Mapping[str, Any] | None = None,
    where: sa.ColumnElement[bool] | None = None,
) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that overwrites the columns ``change`` where ``unique`` is taken.

    ``also`` sets further columns to values of their own, and only rows that are ``where`` are touched. Both stand here
    because a statement takes one such clause: SQLite obeys the first of several, PostgreSQL refuses them.
    """
    statement = sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)
    values = {**{name: statement.excluded[name] for name in change}, **(also or {})}
    return statement.on_conflict_do_update(index_elements=unique, set_=values, where=where)


def newer(column: str) -> sa.ColumnElement[Any]:
    """Return the value that the refused INSERT had for a column, for ``also`` and ``where``."""
    return sa.literal_column(f"excluded.{column}")
