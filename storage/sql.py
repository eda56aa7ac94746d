"""The two databases' common tongue for "insert what is not there yet"."""

from __future__ import annotations

from collections.abc import Sequence
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
    also: Row | None = None,
    only_if: sa.ColumnElement[bool] | None = None,
) -> sa.Insert:
    """Return an INSERT that, where ``unique`` is taken, overwrites the columns ``change`` and sets ``also``.

    In ``also`` and ``only_if`` the table's columns are what stands there, ``newer("name")`` what would be inserted.
    """
    changes: Row = {name: newer(name) for name in change} | (also or {})
    if conn.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_update(index_elements=unique, set_=changes, where=only_if)
    return postgresql.insert(table).on_conflict_do_update(index_elements=unique, set_=changes, where=only_if)


def newer(column: str) -> sa.ColumnElement[Any]:
    """Return the value that the refused INSERT had for a column; both databases name it the same."""
    return sa.literal_column(f"excluded.{column}")
