"""A throw-away PostgreSQL on loopback for the tests; it is gone when they are done."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

BINARIES = Path("/usr/lib/postgresql")
OWNER = "postgres"  # PostgreSQL refuses to run as root
START_WITHIN_S = 30.0


class PostgresMissingError(Exception):
    """There is no PostgreSQL to start here; the text says what is missing."""


def _binaries() -> Path:
    versions = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].partition(".")[0]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    if found is None:
        raise PostgresMissingError(f"no initdb in {BINARIES}/*/bin or on the PATH: install the postgresql package")
    return Path(found).resolve().parent


def _as_owner(folder: Path) -> list[str]:
    """Return what stands before a command so that it does not run as root; the folder becomes the owner's."""
    if os.geteuid() != 0:
        return []
    try:
        owner = pwd.getpwnam(OWNER)
    except KeyError:
        raise PostgresMissingError(f"running as root, and there is no user {OWNER} to run PostgreSQL as") from None
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise PostgresMissingError("running as root, and there is no setpriv (util-linux) to become another user")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return [setpriv, f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_WITHIN_S
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-800:]}") from None
            time.sleep(0.05)
        else:
            return


@contextlib.contextmanager
def postgres_cluster() -> Iterator[str]:
    """Start a cluster and give the URL of its maintenance database.

    Raises:
        PostgresMissingError: there is none to start.

    """
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="tsudoi-pg-", dir="/tmp") as name:
        home = Path(name)
        before = _as_owner(home)
        data, log = home / "data", home / "log"
        subprocess.run(  # noqa: S603 - our own arguments
            [*before, str(binaries / "initdb"), "-D", str(data), "-U", OWNER, "-A", "trust", "-E", "UTF8", "-N"],
            check=True,
            capture_output=True,
            cwd="/",
        )
        port = _free_port()
        flags = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": str(home),
            "fsync": "off",
        }
        given = [part for key, value in flags.items() for part in ("-c", f"{key}={value}")]
        with log.open("wb") as output:
            server = subprocess.Popen(  # noqa: S603 - our own arguments
                [*before, str(binaries / "postgres"), "-D", str(data), *given], stdout=output, stderr=output, cwd="/"
            )
        url = f"postgresql://{OWNER}@127.0.0.1:{port}/postgres"
        try:
            _wait_until_up(url, server, log)
            yield url
        finally:
            server.terminate()  # as the very user or as root: no leftover process either way
            try:
                server.wait(timeout=5)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@contextlib.contextmanager
def postgres_database(cluster: str, name: str, template: str = "template1") -> Iterator[str]:
    """Make a database in a cluster, empty or like another one, give its URL, and drop it in the end."""
    with psycopg.connect(cluster, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield cluster.rpartition("/")[0] + f"/{name}"
    finally:
        with psycopg.connect(cluster, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
