"""What tests of linking share: the code as a person reads it, and two accounts that become one member."""

from __future__ import annotations

import re

from chat.answers import Answer
from chat.ids import UserRef
from tests.handlers.stage import Stage, action, card_of, text_of

SHOWN = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")


async def code_of(stage: Stage, user: UserRef) -> str:
    """Let somebody ask for a code, and read it."""
    found = SHOWN.search(text_of(await stage.types(user, "tsudoi", "link")))
    assert found
    return found[0]


async def types_code(stage: Stage, user: UserRef, code: str) -> Answer:
    """Let somebody type a code."""
    return await stage.types(user, "tsudoi", "link", code=code)


async def link(stage: Stage, first: UserRef, second: UserRef) -> str:
    """Let two accounts become one member; returns what was said in the end."""
    preview = card_of(await types_code(stage, second, await code_of(stage, first)))
    return text_of(await stage.acts(second, action(preview, "link_do")))
