"""Writes commands and message menus as Discord's application commands.

Rules: discord.com/developers/docs/interactions/application-commands. The two languages of the product go out with each
command; clients in other languages show the English words.
"""

from __future__ import annotations

from typing import Any, Final

from chat.commands import Command, CommandOption, Localised, Menu, OptionKind

Json = dict[str, Any]

MODERATE_MEMBERS: Final = 1 << 40  # "Time out members": what separates moderators from members on most servers
_CHAT_INPUT, _MESSAGE = 1, 3
_SUB_COMMAND = 1
_OPTION_TYPES: Final = {OptionKind.TEXT: 3, OptionKind.NUMBER: 4, OptionKind.MEMBER: 6, OptionKind.CHOICE: 3}
_IN_SERVERS: Final = 0


def render_commands(commands: tuple[Command, ...], menus: tuple[Menu, ...]) -> list[Json]:
    """Write everything that one server is to offer."""
    return [*map(_command, commands), *map(_menu, menus)]


def _described(name: str, description: Localised) -> Json:
    return {"name": name, "description": description.en, "description_localizations": {"ja": description.ja}}


def _command(command: Command) -> Json:
    subs = [
        {"type": _SUB_COMMAND, **_described(sub.name, sub.description), "options": _options(sub.options)}
        for sub in command.subs
    ]
    written: Json = {
        "type": _CHAT_INPUT,
        **_described(command.name, command.description),
        "options": subs or _options(command.options),
        "contexts": [_IN_SERVERS],
    }
    if command.for_moderators:
        written["default_member_permissions"] = MODERATE_MEMBERS
    return written


def _options(options: tuple[CommandOption, ...]) -> list[Json]:
    ordered = sorted(options, key=lambda option: not option.required)  # Discord wants the required ones first
    return [_option(option) for option in ordered]


def _option(option: CommandOption) -> Json:
    written: Json = {
        "type": _OPTION_TYPES[option.kind],
        **_described(option.name, option.description),
        "required": option.required,
    }
    if option.completes:
        written["autocomplete"] = True
    if option.choices:
        written["choices"] = [{"name": choice, "value": choice} for choice in option.choices]
    return written


def _menu(menu: Menu) -> Json:
    label = menu.label
    return {"type": _MESSAGE, "name": label.en, "name_localizations": {"ja": label.ja}, "contexts": [_IN_SERVERS]}
