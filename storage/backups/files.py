"""Backups as files: a packed copy of the store, and beside it a manifest that says what is in it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from storage.engine import StoreError

FORMAT = 1
ENDINGS = {"sqlite": ".sqlite.gz", "postgresql": ".pgdump"}
PART = ".part"  # of a name: not finished; nobody takes it for a backup
OURS = 0o600  # the file holds all that members wrote
BLOCK = 1 << 20


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds; its file has the backup's name and ``.json``."""

    format: int = FORMAT
    made_at: datetime
    database: Literal["sqlite", "postgresql"]
    made_with: str  # like "pg_dump 15.18"
    revision: str  # of the schema
    counts: dict[str, int]  # rows of each table
    file: str
    bytes: int
    sha256: str

    @property
    def facts(self) -> int:
        """How many facts the activity log holds."""
        return self.counts.get("activity", 0)


@dataclass(frozen=True, slots=True)
class Contents:
    """What was found in a store or in a copy of it."""

    revision: str
    counts: dict[str, int]


def prepare(folder: Path) -> None:
    """Make the folder where it is not there; only its owner may look into it then.

    Raises:
        StoreError: it cannot be made or written to.

    """
    try:
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"backup.folder: {folder} cannot be made: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"backup.folder: {folder} cannot be written to by this user")


def new_name(database: str, now: datetime) -> str:
    """Return a name with the time; two of one second differ, too."""
    return f"tsudoi-{now:%Y%m%d-%H%M%S}Z-{secrets.token_hex(2)}{ENDINGS[database]}"


def make_private(path: Path) -> None:
    """Make an empty file that only its owner can read, before anything is written into it."""
    os.close(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, OURS))
    path.chmod(OURS)


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def finish(part: Path, manifest: Manifest) -> Path:
    """Let a finished copy be the backup: first its content on the disk, then the manifest, then the name."""
    target = part.with_name(manifest.file)
    beside = manifest_path(target)
    make_private(beside)
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    for path in (part, beside):
        sync(path)
    part.replace(target)
    sync(target.parent)
    return target


def sync(path: Path) -> None:
    """See that what was written is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def manifest_path(backup: Path) -> Path:
    """Return where a backup's manifest is."""
    return backup.with_name(f"{backup.name}.json")


def read_manifest(backup: Path) -> Manifest:
    """Read what a backup is said to hold.

    Raises:
        StoreError: there is no manifest, or it is of another kind.

    """
    path = manifest_path(backup)
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise StoreError(f"{backup}: its manifest {path.name} is missing; a backup needs it beside itself") from None
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}") from None
    except msgspec.DecodeError:
        raise StoreError(f"{path} is no manifest of a backup") from None
    if manifest.format > FORMAT:
        raise StoreError(f"{backup} was made by a newer Tsudoi; update this one first")
    return manifest


def verify(backup: Path) -> Manifest:
    """Read a backup through, and see that not a byte of it has changed.

    Raises:
        StoreError: it is missing, or damaged.

    """
    if not backup.is_file():
        raise StoreError(f"{backup}: no such backup")
    manifest = read_manifest(backup)
    size = backup.stat().st_size
    if size != manifest.bytes or sha256_of(backup) != manifest.sha256:
        raise StoreError(f"{backup} is damaged: it is not what was written (checksum); take another backup")
    return manifest


def backups_in(folder: Path) -> list[tuple[Path, Manifest]]:
    """Return the backups of a folder, the newest first; what is unfinished or strange is left out."""
    found = []
    for ending in ENDINGS.values():
        for path in folder.glob(f"tsudoi-*{ending}"):
            with contextlib.suppress(StoreError):
                found.append((path, read_manifest(path)))
    return sorted(found, key=lambda pair: pair[1].made_at, reverse=True)


def prune(folder: Path, *, keep_days: int, keep_least: int, now: datetime) -> int:
    """Delete backups that are too old, the newest few excepted, and what was left unfinished; returns how many."""
    old = [
        path
        for n, (path, manifest) in enumerate(backups_in(folder))
        if n >= keep_least and manifest.made_at < now - timedelta(days=keep_days)
    ]
    for path in old:
        path.unlink(missing_ok=True)
        manifest_path(path).unlink(missing_ok=True)
    delete(folder.glob(f"tsudoi-*{PART}*"))  # whoever makes one holds the lock, and so do we
    return len(old)


def delete(paths: Iterable[Path]) -> None:
    """Delete files that may be gone already."""
    for path in paths:
        path.unlink(missing_ok=True)


def see_alike(found: Contents, expected: Contents, what: str) -> None:
    """See that a copy holds what it should.

    Raises:
        StoreError: it does not.

    """
    if found.revision != expected.revision:
        raise StoreError(f"{what} holds schema {found.revision}, not {expected.revision}")
    wrong = [
        name for name in expected.counts.keys() | found.counts if found.counts.get(name) != expected.counts.get(name)
    ]
    if wrong:
        raise StoreError(f"{what} does not hold the rows that it should: {', '.join(sorted(wrong)[:5])}")
