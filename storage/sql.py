"""The two databases' common tongue for "insert what is not there yet"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Row = dict[str, Any]
AT_ONCE = 5_000  # rows of one statement


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


async def fetch_all(
    conn: AsyncConnection, query: str, values: Mapping[str, Any], among: Sequence[int] | Sequence[str]
) -> list[Any]:
    """Run a SELECT on the driver itself, for what is read so often that the layers between would cost most.

    The driver of SQLite runs a whole SELECT in one turn of its thread (SQLAlchemy takes four), that of PostgreSQL is
    asked for the binary form (in the text form, bytes take twice the room). In ``query``, ``{name}`` stands for one of
    ``values``, and ``{among}`` for the condition that what stands before it is one of these numbers or texts.

    Raises:
        sqlalchemy.exc.DBAPIError: as if SQLAlchemy had run it.

    """
    driver: Any = (await conn.get_raw_connection()).driver_connection
    try:
        if conn.dialect.name == "sqlite":
            names = {name: f":{name}" for name in values}
            text = query.format(**names, among="IN (SELECT value FROM json_each(:among))")
            return list(await driver.execute_fetchall(text, {**values, "among": json.dumps(among)}))
        names = {name: f"%({name})s" for name in values}
        async with driver.cursor(binary=True) as cursor:
            await cursor.execute(query.format(**names, among="= ANY(%(among)s)"), {**values, "among": among})
            return list(await cursor.fetchall())
    except conn.dialect.loaded_dbapi.Error as error:
        raise sa.exc.DBAPIError(query, None, error, hide_parameters=True) from error


async def upsert_all(
    conn: AsyncConnection,
    table: sa.Table,
    rows: Sequence[Row],
    *,
    change: Sequence[str] = (),
    also: Mapping[str, Any] | None = None,
) -> None:
    """Insert rows with different keys, or overwrite as ``upsert`` does where the primary key is taken.

    PostgreSQL gets them as one array for each column: a statement for each row takes many times as long there.
    """
    key = [column.name for column in table.primary_key]
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        statement = upsert(conn, table, key, change, also=also)
        if conn.dialect.name == "sqlite":
            await conn.execute(statement, some)
            continue
        columns = [table.c[name] for name in some[0]]
        arrays = [sa.literal([row[column.name] for row in some], postgresql.ARRAY(column.type)) for column in columns]
        await conn.execute(statement.from_select(columns, sa.select(*(sa.func.unnest(array) for array in arrays))))


def newer(column: str) -> sa.ColumnElement[Any]:
    """Return the value that the refused INSERT had for a column, for ``also`` and ``where``."""
    return sa.literal_column(f"excluded.{column}")
