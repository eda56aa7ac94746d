"""Sets things as moderators do: type or choose, look at the preview, say yes."""

from __future__ import annotations

from chat.answers import Answer
from chat.card import Card, Select
from chat.ids import UserRef
from tests.handlers.stage import Stage, card_of


async def boss(stage: Stage, name: str = "boss", *, locale: str | None = None) -> UserRef:
    """Let a moderator join."""
    return await stage.joins(name, is_admin=True, locale=locale)


async def owner(stage: Stage, name: str = "owner") -> UserRef:
    """Let an owner join."""
    return await stage.joins(name, is_admin=True, is_owner=True)


async def types(stage: Stage, user: UserRef, name: str, value: str) -> Answer:
    """Type a setting and a value."""
    return await stage.types(user, "community", "settings", set=name, value=value)


async def sets(stage: Stage, user: UserRef, name: str, value: str) -> Answer:
    """Type a setting and a value, and press the button of the preview."""
    preview = card_of(await types(stage, user, name, value))
    return await stage.presses(user, preview, "set_default" if value == "default" else "set_go")


async def shows(stage: Stage, user: UserRef, section: str) -> Card:
    """Show one section."""
    return card_of(await stage.acts(user, "set_section", values=(section,)))


def menu_of(card: Card, name: str) -> list[str]:
    """Return the values of a card's menu."""
    menus = [part for part in card.parts if isinstance(part, Select) and part.action == name]
    return [option.value for menu in menus for option in menu.options]
