"""The pages hold together: links lead somewhere, commands are explained, generated pages are up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.docs import kpi as docs_kpi
from bot.docs import permissions as docs_permissions
from bot.docs import privacy as docs_privacy
from bot.docs.__main__ import PAGE, commands_page
from bot.docs.permissions import permissions_page
from handlers import COMMANDS, FEATURES

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.ja.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings get: lower case, no punctuation, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    reached, waiting = {index}, [index]
    while waiting:
        page = waiting.pop()
        for link in LINK.findall(prose(page)):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file() and target not in reached:
                reached.add(target)
                waiting.append(target)
    assert sorted(page.name for page in set((ROOT / "docs").rglob("*.md")) - reached) == []


def commands_of(group: typer.Typer, words: str = "") -> list[str]:
    """Return what can be typed after ``tsudoi``."""
    found = []
    for command in group.registered_commands:
        function = command.callback
        found.append(f"{words} {command.name or (function.__name__ if function else '')}".strip())
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            found += commands_of(inner.typer_instance, f"{words} {inner.name}".strip())
    return found


def test_every_command_of_the_command_line_is_explained() -> None:
    said = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    every = commands_of(app)
    assert {"run", "demo", "migrate", "doctor", "manifest slack", "invite discord"} <= set(every)
    assert [command for command in every if f"tsudoi {command}" not in said] == []


def test_the_list_of_commands_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == commands_page(FEATURES), "run `make docs`"
    assert all(f"`/{command.name}" in PAGE.read_text(encoding="utf-8") for command in COMMANDS)


def test_the_table_of_permissions_is_up_to_date() -> None:
    assert docs_permissions.PAGE.read_text(encoding="utf-8") == permissions_page(FEATURES), "run `make docs`"


def test_both_readmes_have_the_same_sections_and_commands() -> None:
    english, japanese = (ROOT / "README.md").read_text("utf-8"), (ROOT / "README.ja.md").read_text("utf-8")
    titles = [re.findall(r"^## (.+)$", text, re.MULTILINE) for text in (english, japanese)]
    assert len(titles[0]) == len(titles[1])
    assert all(JAPANESE.search(title) or title == "PostgreSQL" for title in titles[1])
    for text in (english, japanese):
        assert text.index("make run") < text.index("make test") < text.index("\n## ")
    sections = [re.split(r"^## .+$", text, flags=re.MULTILINE)[1:] for text in (english, japanese)]
    for ours, theirs in zip(*sections, strict=True):
        assert _tools(ours) == _tools(theirs)
        assert len(re.findall(r"^\d\. ", ours, re.MULTILINE)) == len(re.findall(r"^\d\. ", theirs, re.MULTILINE))


def _tools(text: str) -> set[str]:
    """Return what is to be typed, and where links lead."""
    typed = set(re.findall(r"tsudoi (?:run|doctor|migrate|manifest slack|invite discord)|make run|git pull", text))
    return typed | set(LINK.findall(text))


def test_the_systemd_unit_and_the_image_start_what_there_is() -> None:
    unit = (ROOT / "deploy" / "tsudoi.service").read_text("utf-8")
    assert re.search(r"^ExecStart=/opt/tsudoi/\.venv/bin/tsudoi run --config \S+$", unit, re.MULTILINE)
    image = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
    for copied in re.findall(r"^COPY (\S+) ", image, re.MULTILINE):
        assert (ROOT / copied).exists()


def test_the_page_on_kpis_is_made_from_the_kpis() -> None:
    assert docs_kpi.PAGE.read_text(encoding="utf-8") == docs_kpi.kpi_page(), "run `make docs`"


def test_the_page_on_privacy_is_made_from_what_the_tables_declare() -> None:
    assert docs_privacy.PAGE.read_text(encoding="utf-8") == docs_privacy.privacy_page(), "run `make docs`"
