"""Reads from the source which buttons and menus carry a member's number, and at which place of their action."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from chat.events import ActionPressed, FormSubmitted
from handlers import FEATURES

ROOT = Path(__file__).parents[3]
NAMES = frozenset(
    route.name for feature in FEATURES for route in feature.routes if route.kind in {ActionPressed, FormSubmitted}
)
# How the source calls the number of a member: by what it is, or by what they are to something
MEMBER = re.compile(
    r"(?:^|[._])(?:member|member_id|asker|giver|receiver|helper|organiser|owner|candidate|welcomer|person|people|mine)"
    r"(?:\.id)?(?:$|\b(?!\.\w))"
)
GAP = "\0"  # stands in a template where a value is put in


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Return all files of the features with their names as modules."""
    for file in sorted((ROOT / "handlers").rglob("*.py")):
        yield ".".join(file.relative_to(ROOT).with_suffix("").parts), ast.parse(file.read_text(encoding="utf-8"))


def templates(module: str, tree: ast.AST) -> Iterator[tuple[str, list[str]]]:
    """Return each text with values in it, gaps in their places, and the expressions of the values."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    keys = {inner for call in calls for told in call.keywords if told.arg == "key" for inner in ast.walk(told)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr) or node in keys:  # keys of effects and facts are declared elsewhere
            continue
        text, values = "", list[str]()
        for part in node.values:
            if isinstance(part, ast.Constant):
                text += str(part.value)
                continue
            said = ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else ""
            known = _constant(module, said)
            text += known if known is not None else GAP
            values += [] if known is not None else [said]
        yield text, values


def _constant(module: str, name: str) -> str | None:
    found = getattr(importlib.import_module(module), name, None) if name.isidentifier() and name.isupper() else None
    return found if isinstance(found, str) else None


def leads(expression: str) -> bool:
    """Say whether an expression is the number of a member, as far as its name tells."""
    return bool(MEMBER.search(expression))


def menus() -> set[str]:
    """Return the names of all menus on cards whose action is written where the menu is made."""
    found = set[str]()
    for module, tree in sources():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if ast.unparse(call.func) != "Select":
                continue
            action = next(told.value for told in call.keywords if told.arg == "action")
            begin = action.values[0] if isinstance(action, ast.JoinedStr) else action
            said = ast.unparse(begin)
            name = (
                str(begin.value) if isinstance(begin, ast.Constant) else _constant(module, said) or f"{module}.{said}"
            )
            found.add(name.partition(":")[0])
    return found


def carried(files: Iterable[tuple[str, ast.Module]] | None = None) -> dict[str, dict[int, set[str]]]:
    """Return for each button or form in which parts of its action a member's number stands, and where that is read."""
    found: dict[str, dict[int, set[str]]] = {}
    for module, tree in sources() if files is None else files:
        for text, values in templates(module, tree):
            words, left = text.split(":"), list(values)
            if words[0] not in NAMES or len(words) < 2:
                continue
            for place, word in enumerate(words):
                for _ in range(word.count(GAP)):
                    if leads(said := left.pop(0)):
                        found.setdefault(words[0], {}).setdefault(place, set()).add(f"{module}: {said}")
    return found
