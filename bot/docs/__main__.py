"""Writes the pages that are made from the code (commands, KPIs, permissions, privacy): ``make docs``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.docs import kpi as docs_kpi
from bot.docs import moderation as docs_moderation
from bot.docs import permissions as docs_permissions
from bot.docs import privacy as docs_privacy
from chat.commands import Command, CommandOption, Localised, Menu
from handlers import FEATURES
from handlers.routes import Feature

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
HEAD = """# Commands / コマンド

Made by `make docs` from the code; a test holds them together. The names are the same on Slack and Discord.
/ コードから作られるページです（`make docs`）。名前は Slack と Discord で同じです。
"""


def commands_page(features: Iterable[Feature]) -> str:
    """Return the page."""
    known = tuple(features)
    commands = [command for feature in known for command in feature.commands]
    menus = [menu for feature in known for menu in feature.menus]
    parts = [HEAD]
    for title, kept in (
        ("For members / メンバー用", [c for c in commands if not c.for_moderators]),
        ("For moderators / 運営メンバー用", [c for c in commands if c.for_moderators]),
    ):
        if kept:
            parts.append(f"## {title}\n\n{_table(kept)}")
    if menus:
        rows = "\n".join(f"| {menu.label.en} | {menu.label.ja} |" for menu in sorted(menus, key=_label))
        parts.append(f"## Message menu / メッセージのメニュー\n\n| English | 日本語 |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


def _table(commands: Iterable[Command]) -> str:
    rows = ["| Command | English | 日本語 |", "|---|---|---|"]
    for command in commands:
        rows.append(_row(command.name, command.options, command.description))
        rows += [_row(f"{command.name} {sub.name}", sub.options, sub.description) for sub in command.subs]
    return "\n".join(rows) + "\n"


def _row(name: str, options: Iterable[CommandOption], description: Localised) -> str:
    taken = "".join(f" {o.name}" if o.required else f" [{o.name}]" for o in options)
    return f"| `/{name}{taken}` | {description.en} | {description.ja} |"


def _label(menu: Menu) -> str:
    return menu.label.en


if __name__ == "__main__":
    PAGE.write_text(commands_page(FEATURES), encoding="utf-8")
    docs_kpi.PAGE.write_text(docs_kpi.kpi_page(), encoding="utf-8")
    docs_permissions.PAGE.write_text(docs_permissions.permissions_page(FEATURES), encoding="utf-8")
    docs_privacy.PAGE.write_text(docs_privacy.privacy_page(), encoding="utf-8")
    docs_moderation.write(FEATURES)
