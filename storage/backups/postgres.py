"""Copies PostgreSQL with ``pg_dump``, reads the copy through with ``pg_restore``, and writes it back.

The password travels in the environment (PGPASSWORD), never on a command line, which every user of a machine can read.
See postgresql.org/docs/current/app-pgdump.html and libpq-envars.html.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.backups.files import Contents, make_private
from storage.engine import StoreError

ASIDE = "tsudoi_replaced_"  # schemas to which a restore moves what it replaces
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\.\d+)?")
_COPY = re.compile(rb'^COPY (?:"?[\w$]+"?\.)?"?([\w$]+)"? \(.*\) FROM stdin;\n$')
_SECRET = ("password", "sslpassword")
_DEBIAN = Path("/usr/lib/postgresql")  # where each version's programs are, besides the PATH
SAID = 300  # characters of what a program said


async def dump(conn: AsyncConnection, url: str, target: Path) -> tuple[Contents, str]:
    """Copy the database as one open transaction sees it; returns what it holds, and with what it was copied.

    Raises:
        StoreError: there is no ``pg_dump`` that can; the text says what to install.

    """
    server = int(await conn.scalar(sa.text("SHOW server_version_num"))) // 10_000
    program = await find_program("pg_dump", server)
    snapshot = await conn.scalar(sa.text("SELECT pg_export_snapshot()"))
    contents = await contents_of(conn)
    make_private(target)
    conninfo, environment = connection_of(url)
    said = await _run(
        [
            program,
            "--format=custom",
            "--no-password",
            "--no-owner",
            "--no-privileges",
            f"--exclude-schema={ASIDE}*",
            f"--snapshot={snapshot}",
            f"--file={target}",
            f"--dbname={conninfo}",
        ],
        environment,
    )
    if said is not None:
        raise StoreError(f"pg_dump could not copy the database: {said}")
    return contents, f"pg_dump {await _version(program)}"


async def contents_of(conn: AsyncConnection) -> Contents:
    """Count what the tables hold."""
    names = (
        await conn.execute(
            sa.text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
        )
    ).scalars()
    counts = {}
    for name in list(names):
        counts[name] = int(await conn.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0)
    if "alembic_version" not in counts:
        raise StoreError("there is no store of Tsudoi in this database")
    return Contents(str(await conn.scalar(sa.text("SELECT version_num FROM alembic_version"))), counts)


async def check(path: Path, made_with: str) -> Contents:
    """Read a copy through to its end, and return what it holds.

    Raises:
        StoreError: it is damaged.

    """
    counts: dict[str, int] = {}
    revision = ""
    async with _script(path, made_with) as lines:
        async for table, line in lines:
            if not table or line == b"\\.\n":
                continue
            if _COPY.match(line):
                counts[table] = 0
            else:
                counts[table] += 1
                if table == "alembic_version":
                    revision = line.decode().strip()
    return Contents(revision, counts)


async def write_back(conn: AsyncConnection, path: Path, made_with: str) -> None:
    """Write a copy into the database, inside the open transaction: all of it or nothing.

    Raises:
        StoreError: the copy is damaged.

    """
    driver: Any = (await conn.get_raw_connection()).driver_connection
    statements = bytearray()
    async with driver.cursor() as cursor, _script(path, made_with) as lines:
        async for table, line in lines:
            if not table:
                statements += _tamed(line)
            elif _COPY.match(line):
                if statements.strip():
                    await cursor.execute(bytes(statements))
                statements.clear()
                await _copy_rows(cursor, line, lines)
        if statements.strip():
            await cursor.execute(bytes(statements))


async def _copy_rows(cursor: Any, line: bytes, lines: AsyncIterator[tuple[str, bytes]]) -> None:  # noqa: ANN401 - the driver's
    async with cursor.copy(line.rstrip(b";\n")) as copying:
        async for _, row in lines:
            if row == b"\\.\n":
                return
            await copying.write(row)


def _tamed(line: bytes) -> bytes:
    """Leave out what is meant for psql, or for a session of its own; names in the script are complete without it."""
    if line.startswith((b"\\", b"SET ", b"SELECT pg_catalog.set_config(", b"--")):
        return b""
    return (
        line.replace(b"CREATE SCHEMA ", b"CREATE SCHEMA IF NOT EXISTS ", 1)
        if line.startswith(b"CREATE SCHEMA")
        else line
    )


async def move_aside(conn: AsyncConnection, name: str) -> bool:
    """Move all tables of the present store into a schema of their own; returns whether there were any.

    Raises:
        sqlalchemy.exc.DBAPIError: the user may not make a schema.

    """
    quote = conn.dialect.identifier_preparer.quote
    found = await conn.execute(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
    tables = list(found.scalars())
    if not tables:
        return False
    await conn.execute(sa.text(f"CREATE SCHEMA {quote(name)}"))
    for table in tables:
        await conn.execute(sa.text(f"ALTER TABLE {quote(table)} SET SCHEMA {quote(name)}"))
    return True


async def drop_aside(conn: AsyncConnection, before: datetime) -> list[str]:
    """Delete schemas of stores that were replaced before a moment, inside the open transaction; returns their names."""
    found = await conn.execute(sa.text("SELECT nspname FROM pg_namespace"))
    old = [name for name in found.scalars() if name.startswith(ASIDE) and name < f"{ASIDE}{before:%Y%m%d_%H%M%S}"]
    for name in sorted(old):
        await conn.execute(sa.text(f"DROP SCHEMA {conn.dialect.identifier_preparer.quote(name)} CASCADE"))
    return sorted(old)


async def find_program(name: str, least: int) -> str:
    """Return a program of PostgreSQL that is new enough for a server.

    Raises:
        StoreError: there is none; the text says what to install.

    """
    newest = ""
    for program in _installed(name):
        newest = newest or await _version(program)
        if int((await _version(program)).partition(".")[0] or 0) >= least:
            return program
    if newest:
        raise StoreError(
            f"{name} is of PostgreSQL {newest}, and {least} is needed: a program works with servers and backups up to "
            f"its own version; install postgresql-client-{least}"
        )
    raise StoreError(
        f"{name} is not installed, and backups of PostgreSQL need it: install postgresql-client-{least} "
        "(Debian, Ubuntu), postgresql (Fedora) or libpq (Homebrew), so that it is on the PATH"
    )


def _installed(name: str) -> list[str]:
    on_path = shutil.which(name)
    others = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]), reverse=True)
    return ([on_path] if on_path else []) + [str(path) for path in others]


def connection_of(url: str) -> tuple[str, dict[str, str]]:
    """Return what may stand on a command line, and the environment with what may not."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo  # noqa: PLC0415 - a bot on SQLite starts without it

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    known = conninfo_to_dict(plain)
    environment = dict(os.environ)
    if password := known.get("password"):
        environment["PGPASSWORD"] = str(password)
    return make_conninfo("", **{key: value for key, value in known.items() if key not in _SECRET}), environment


async def _version(program: str) -> str:
    process = await asyncio.create_subprocess_exec(
        program, "--version", stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    found = _VERSION.search(said.decode(errors="replace"))
    return f"{found[1]}{found[2] or ''}" if found else ""


async def _run(command: list[str], environment: Mapping[str, str]) -> str | None:
    """Run a program; returns None, or what it complained of."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return said.decode(errors="replace").strip()[-SAID:] or "?" if process.returncode else None


@asynccontextmanager
async def _script(path: Path, made_with: str) -> AsyncIterator[AsyncIterator[tuple[str, bytes]]]:
    """Give the lines of a copy as SQL, each with the table whose rows it belongs to.

    Raises:
        StoreError: it is damaged.

    """
    program = await find_program("pg_restore", int(made_with.removeprefix("pg_dump ").partition(".")[0] or 0))
    process = await asyncio.create_subprocess_exec(
        program,
        "--no-owner",
        "--no-privileges",
        "--file=-",
        str(path),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=1 << 30,  # a row is one line, however long
    )
    assert process.stdout  # noqa: S101 - asked for above
    assert process.stderr  # noqa: S101 - the same
    complaint = asyncio.create_task(process.stderr.read())
    try:
        yield _lines(process.stdout)
        if await process.wait():
            # what it says may quote a row
            unlike = b"unsupported version" in await complaint
            why = "it was made by a newer pg_dump; install a newer postgresql-client" if unlike else "it does not open"
            raise StoreError(f"{path}: {why}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await complaint


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[tuple[str, bytes]]:
    table = ""
    while line := await stream.readline():
        if not table and (begins := _COPY.match(line)):
            table = begins[1].decode()
        yield table, line
        if table and line == b"\\.\n":
            table = ""
