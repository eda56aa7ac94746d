"""Nothing that a running bot, a backup or the demonstration leaves in a checkout can be committed by accident."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import DEFAULT
from bot.config import BackupSection, StoreSection
from bot.demo import STORE
from storage.backups.files import ENDINGS, PART, manifest_path, new_name
from storage.erasing.marks import NAME

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 4, tzinfo=UTC)


def left_behind() -> list[str]:
    """Return what is written by default, and the same where somebody chose the root of the checkout instead."""
    store = Path(StoreSection().url.partition(":///")[2])
    stores = [store, Path(store.name), STORE]
    found = [path.with_name(path.name + side) for path in stores for side in ("", "-wal", "-shm", "-journal")]
    found += [path.with_name(f"{path.name}.{more}") for path in stores for more in ("bot.lock", "replaced-20261204")]
    for folder in (Path(BackupSection().folder), Path(), Path("backups")):
        made = [folder / new_name(database, NOW) for database in ENDINGS]
        found += [*made, *(manifest_path(one) for one in made), *(one.with_name(one.name + PART) for one in made)]
        found.append(folder / NAME)
    return sorted({str(path) for path in (*found, DEFAULT, Path("tokens.env"), Path("tsudoi-2026-12-04.json"))})


def test_what_is_written_in_a_checkout_is_ignored(tmp_path: Path) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not installed")
    shutil.copy(ROOT / ".gitignore", tmp_path)
    subprocess.run([git, "init", "-q", tmp_path], check=True)  # noqa: S603 - our own arguments
    left = left_behind()
    said = subprocess.run([git, "-C", tmp_path, "check-ignore", *left], check=True, capture_output=True, text=True)  # noqa: S603 - the same
    assert set(left) - set(said.stdout.splitlines()) == set(), "could be committed"


def test_nothing_of_the_source_is_ignored() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    command = [git, "-C", str(ROOT), "ls-files", "-ci", "--exclude-standard"]
    assert subprocess.run(command, check=True, capture_output=True).stdout == b""  # noqa: S603 - our own arguments
