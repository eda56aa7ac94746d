"""The limits that hold on both platforms: the smaller of the two, so a value that passes can be shown everywhere.

Sources: Slack "Block Kit" reference (docs.slack.dev/reference/block-kit) and Discord "Components" reference
(discord.com/developers/docs/components/reference), read 2026-11.
"""

from __future__ import annotations

TITLE = 150  # Slack header block
BODY = 3000  # Slack section text, after escaping
CARD_TEXT = 3900  # Discord: 4,000 characters of text in one Components V2 message
TOKEN = 24  # Discord: a mention, with the longest id
PARTS = 20
COMPONENTS = 40  # Discord, counted with the children
FIELDS = 10  # Slack section fields
FIELD_VALUE = 1000
BUTTONS = 5
BUTTON_LABEL = 75
OPTIONS = 25
OPTION_LABEL = 75
ACTION_BYTES = 100
URL = 512  # Discord link button
FORM_TITLE = 24
FORM_FIELDS = 5
FORM_LABEL = 45
FORM_HINT = 100
PLACEHOLDER = 100
COMMAND_DESCRIPTION = 100
THREAD_TITLE = 100  # Discord


class LimitError(ValueError):
    """A value that one of the platforms would not show. Says what is too long and what the limit is."""


def check_length(what: str, text: str, limit: int, *, least: int = 1) -> None:
    """Refuse a text outside its limits, counted in characters.

    Raises:
        LimitError: with the name of the text, its length and the limit.

    """
    if not least <= len(text) <= limit:
        raise LimitError(f"{what} is {len(text)} characters, allowed are {least} to {limit}: {text[:80]!r}")


def check_count(what: str, n: int, limit: int, *, least: int = 1) -> None:
    """Refuse a number of things outside its limits.

    Raises:
        LimitError: with the name, the number and the limit.

    """
    if not least <= n <= limit:
        raise LimitError(f"{what}: {n}, allowed are {least} to {limit}")


def check_action(action: str) -> None:
    """Refuse an action id that cannot travel on both platforms.

    Raises:
        LimitError: when it is empty, longer than ``ACTION_BYTES`` bytes, or not printable ASCII.

    """
    if not action.isascii() or not action.isprintable() or " " in action:
        raise LimitError(f"an action id is printable ASCII without spaces: {action!r}")
    check_length("action id", action, ACTION_BYTES)
