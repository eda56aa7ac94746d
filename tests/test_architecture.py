"""The rooms and their layers, and what must stand nowhere. docs/architecture.md is the page about it."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VOCABULARY = {"chat"}
OURS = {"bot", "chat", "community", "handlers", "jobs", "locales", "sandbox", "storage", "tests", "benchmarks"}
LIBRARIES = {"slack": {"slack_bolt", "slack_sdk"}, "discord": {"discord"}}
MAY_IMPORT = {
    "chat": VOCABULARY,
    "chat/slack": VOCABULARY | {"chat/slack"},
    "chat/discord": VOCABULARY | {"chat/discord"},
    "community": VOCABULARY | {"community"},
    "locales": VOCABULARY | {"locales"},
    "storage": VOCABULARY | {"community", "storage"},
    "handlers": VOCABULARY | {"community", "storage", "locales", "handlers"},
    "jobs": VOCABULARY | {"community", "storage", "locales", "jobs"},
    "sandbox": {"sandbox"},
    "bot": OURS | {"chat/slack", "chat/discord"},
}
# Words of one platform; outside the adapters a thing has its neutral name
PLATFORM_WORDS = re.compile(
    r"trigger_id|view_id|views_open|guild|custom_id|callback_id|block_id|action_id|response_url|team_id|channel_id"
    r"|snowflake|ephemeral|block_kit|thread_ts|embeds?\b|modal",
    re.IGNORECASE,
)
LONGEST = 400


def sources(*rooms: str) -> list[Path]:
    return sorted(path for room in rooms for path in (ROOT / room).rglob("*.py"))


def room_of(name: str) -> str:
    """Return the room of a file or a dotted module."""
    parts = name.replace("/", ".").split(".")
    if parts[0] == "chat" and len(parts) > 1 and parts[1] in LIBRARIES:
        return f"chat/{parts[1]}"
    return parts[0]


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path}: name modules in full"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def home(path: Path) -> str:
    return room_of(path.relative_to(ROOT).with_suffix("").as_posix())


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_from_the_layers_below(room: str) -> None:
    wrong = []
    files = [path for path in sources(room.split("/", maxsplit=1)[0]) if home(path) == room]
    assert files
    for path in files:
        rooms = {room_of(name) for name in imported(path) if name.split(".")[0] in OURS}
        wrong += [f"{path.relative_to(ROOT)}: {other}" for other in rooms - MAY_IMPORT[room]]
    assert wrong == []


def test_only_an_adapter_imports_its_platforms_library() -> None:
    wrong = []
    for path in sources(*(OURS - {"tests", "benchmarks"})):
        tops = {name.split(".")[0] for name in imported(path)}
        for platform, libraries in LIBRARIES.items():
            if tops & libraries and home(path) != f"chat/{platform}":
                wrong.append(f"{path.relative_to(ROOT)}: {tops & libraries}")
    assert wrong == []


def test_the_vocabulary_says_no_platform_word() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in sources("chat")
        if home(path) == "chat"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := PLATFORM_WORDS.search(line))
    ]
    assert wrong == []


def test_rules_do_no_work_and_ask_no_clock() -> None:
    tools = {"asyncio", "sqlalchemy", "aiohttp", "random", "secrets", "time", "os", "pathlib", "structlog"}
    wrong = []
    for path in sources("community"):
        wrong += [f"{path.name}: {name}" for name in imported(path) if name.split(".")[0] in tools]
        text = path.read_text(encoding="utf-8")
        wrong += [f"{path.name}: {call}" for call in ("datetime.now(", ".utcnow(", "async def") if call in text]
    assert wrong == []


def test_handlers_do_not_ask_for_the_time_and_do_not_commit() -> None:
    wrong = [
        f"{path.name}: {call}"
        for path in sources("handlers")
        for call in ("datetime.now(", ".commit(", ".begin(", "asyncio.sleep(")
        if call in path.read_text(encoding="utf-8")
    ]
    assert wrong == []


def test_tests_use_fakes_with_the_real_signature() -> None:
    forbidden = ("mock" + ".patch", "Magic" + "Mock", "unittest" + ".mock")
    wrong = [f"{path.relative_to(ROOT)}: {word}" for path in sources("tests") for word in forbidden
             if word in path.read_text(encoding="utf-8")]  # fmt: skip
    assert wrong == []


def test_no_file_of_the_product_is_too_long_to_read() -> None:
    """Migrations are written once by a tool and never read for pleasure; all else fits in one reading."""
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources(*(OURS - {"tests", "benchmarks"}))
        if "migrations/versions" not in path.as_posix()
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def kept_files() -> list[Path]:
    """Return the text files under version control (or, outside a checkout, those that would be)."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "-z"],  # noqa: S607 - as everywhere
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return sources(*(OURS - {"benchmarks"}))
    binary = {".png", ".gz", ".sqlite", ".ico", ".woff2"}
    paths = [ROOT / name for name in listed.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in binary]


def test_nothing_names_a_machine_or_a_registry() -> None:
    """A path of somebody's machine works for them alone; a registry's host belongs into the machine's settings."""
    machine = re.compile(r"(?<![\w.{])/(?:home|Users|root|work)/\w+")
    registry = re.compile(
        r"(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|proxy\.golang\.org|--index-url|--extra-index-url"
        r"|--find-links)\b"
    )
    wrong = []
    for path in kept_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        found = {match[0] for match in (machine.search(text), registry.search(text)) if match}
        if found and path != Path(__file__):
            wrong.append(f"{path.relative_to(ROOT)}: {found}")
    assert wrong == []
