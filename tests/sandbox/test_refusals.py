"""What the sandbox refuses is said in the page's language: each code that is raised has its words there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import sandbox
from sandbox.world import WorldError
from tests.sandbox.test_control import calling

ROOT = Path(sandbox.__file__).parent


def raised() -> dict[str, set[str]]:
    """Return the codes of all refusals in the sources, and the values that come with each everywhere."""
    found: dict[str, set[str]] = {}
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "WorldError":
                code = node.args[1] if len(node.args) > 1 else None
                if isinstance(code, ast.Constant):
                    given = {str(keyword.arg) for keyword in node.keywords}
                    found[str(code.value)] = found.get(str(code.value), given) & given
    return found


def test_each_code_has_japanese_words_that_use_only_what_comes_with_it() -> None:
    page = (ROOT / "web" / "refusals.js").read_text(encoding="utf-8")
    words = dict(re.findall(r'^    (\w+): "(.+)",$', page, re.MULTILINE))
    codes = raised()
    assert len(codes) > 20
    assert words.keys() == codes.keys()
    for code, sentence in words.items():
        assert set(re.findall(r"\{(\w+)\}", sentence)) <= codes[code], code


def test_values_are_written_as_text() -> None:
    error = WorldError("at most 5", "too_long", most=5, text="x")
    assert (str(error), error.code, error.values) == ("at most 5", "too_long", {"most": "5", "text": "x"})


async def test_the_api_gives_code_and_values_beside_the_sentence() -> None:
    async with calling() as api:
        member = next(a for a in api.sandbox.server.accounts.values() if not a.is_bot and a.left_at is None)
        body = {"space": "discord", "account": member.user_id, "channel": "general", "name": "no-such", "text": ""}
        async with api.http.post(f"{api.sandbox.url}/api/command", json=body) as reply:
            said = await reply.json()
    assert (reply.status, said["code"], said["values"]) == (400, "no_command", {"command": "no-such"})
    assert said["error"].startswith("no command 'no-such' is registered")
