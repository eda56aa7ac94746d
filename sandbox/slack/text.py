"""Slack's text: what a client makes of typed text, and the rich_text block that goes with it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sandbox.world import Account, Json

# What Slack's own clients write for mentions, channels, groups, dates and links.
TOKEN = re.compile(
    r"<(@[UW][A-Z0-9]+|#C[A-Z0-9]+|!subteam\^S[A-Z0-9]+|!date\^[^>|]+|!here|!channel|!everyone|(?:https?|mailto|tel):[^>|\s]+)(?:\|([^<>]*))?>"
)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
_BARE_LINK = re.compile(r"https?://[^\s<>|]+")


def as_typed(text: str) -> str:
    """Return typed text as the client sends it: tokens stay, other ``& < >`` become entities, links get brackets."""
    if not any(mark in text for mark in ("&", "<", ">", "://")):
        return text
    parts, at = [], 0
    for token in TOKEN.finditer(text):
        parts += [_plain(text[at : token.start()]), token.group()]
        at = token.end()
    return "".join([*parts, _plain(text[at:])])


def with_mentions(text: str, accounts: Iterable[Account]) -> str:
    """Return a command's text with ``@name`` as the mention that a client's list of members would have put there.

    Commands get ids where their manifest has ``should_escape``:
    https://docs.slack.dev/interactivity/implementing-slash-commands#escaping-users-warning
    """
    if "@" not in text:
        return text
    for account in sorted(accounts, key=lambda a: len(a.name), reverse=True):  # "@Ann Lee" before "@Ann"
        text = text.replace(f"@{account.name}", f"<@{account.user_id}|{account.name}>")
    return text


def _plain(text: str) -> str:
    escaped = _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")
    return _BARE_LINK.sub(lambda link: f"<{link.group()}>", escaped)


def unescape(text: str) -> str:
    """Return text with its entities read."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") if "&" in text else text


def rich_text(text: str, block_id: str) -> Json:
    """Return the rich_text block that a client sends along with a message that was typed."""
    elements: list[Json] = []
    at = 0
    if "<" in text:
        for token in TOKEN.finditer(text):
            if token.start() > at:
                elements.append({"type": "text", "text": unescape(text[at : token.start()])})
            elements.append(_element(token.group(1), token.group(2)))
            at = token.end()
    if at < len(text):
        elements.append({"type": "text", "text": unescape(text[at:])})
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "block_id": block_id, "elements": [section]}


def _element(target: str, label: str | None) -> Json:
    match target[0]:
        case "@":
            return {"type": "user", "user_id": target[1:]}
        case "#":
            return {"type": "channel", "channel_id": target[1:]}
        case "!":
            kind, _, rest = target[1:].partition("^")
            if kind == "subteam":
                return {"type": "usergroup", "usergroup_id": rest}
            if kind == "date":
                return {"type": "text", "text": label or rest}
            return {"type": "broadcast", "range": kind}
    return {"type": "link", "url": unescape(target), **({"text": unescape(label)} if label else {})}
