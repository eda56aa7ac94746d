"""Reads interactions: commands, message menus, buttons, selects and modals. Pure: Discord's JSON in, our events out.

Rules: discord.com/developers/docs/interactions/receiving-and-responding. ``reply`` is everything that is needed to
answer, so an answer can be given after a restart as long as the token lives (15 minutes).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from chat.answers import Suggest
from chat.discord.inbound import name_of, place_of, proper, time_of_id, user_of
from chat.discord.render import read_field_id
from chat.events import ActionPressed, CommandUsed, FormSubmitted, Interaction, MenuUsed, OptionTyped
from chat.form import Values
from chat.ids import MessageRef

Json = Mapping[str, Any]

_COMMAND, _COMPONENT, _AUTOCOMPLETE, _MODAL = 2, 3, 4, 5  # interaction types
_CHAT_INPUT, _MESSAGE_MENU = 1, 3  # application command types
_SUB_COMMAND: Final = 1
_INTEGER: Final = 4


class Kind(StrEnum):
    """What an interaction came from; it decides how it may be answered."""

    COMMAND = "command"
    PRESS = "press"
    FORM = "form"
    FORM_ON_MESSAGE = "form-on-message"  # the form was opened by a button of a message

    @property
    def on_message(self) -> bool:
        """Say whether there is a message that an answer can change."""
        return self in {Kind.PRESS, Kind.FORM_ON_MESSAGE}


class Reply(msgspec.Struct, frozen=True):
    """What it takes to answer an interaction."""

    id: str
    token: str
    application: str
    kind: Kind
    server: str
    locale: str | None = None

    def packed(self) -> str:
        """Return it as the opaque text that events carry."""
        return msgspec.json.encode(self).decode()


def read_reply(packed: str) -> Reply:
    """Unpack what ``Reply.packed`` made."""
    return msgspec.json.decode(packed, type=Reply)


def actor_of(interaction: Json) -> Json:
    """Return the user object of who acted, on a server or in a direct message."""
    user: Json = (interaction.get("member") or {}).get("user") or interaction["user"]
    return user


def read_interaction(interaction: Json, server: str, menus: Mapping[str, str]) -> Interaction | None:
    """Read an interaction as an event of ``server``; none for what we never asked for (pings, completions).

    ``menus`` are the ids of message menus by the names they are registered under.
    """
    data = interaction.get("data") or {}
    match interaction["type"], data.get("type"):
        case (_TYPE.COMMAND, _TYPE.CHAT_INPUT):
            return _read_command(interaction, data, server)
        case (_TYPE.COMMAND, _TYPE.MESSAGE_MENU):
            return _read_menu(interaction, data, server, menus)
        case (_TYPE.COMPONENT, _):
            return _read_press(interaction, data, server)
        case (_TYPE.MODAL, _):
            return _read_form(interaction, data, server)
        case _:
            return None


def read_typed(interaction: Json, server: str) -> OptionTyped | None:
    """Read an option that is being typed; none for every other interaction."""
    if interaction["type"] != _AUTOCOMPLETE:
        return None
    data, common = interaction["data"], _common(interaction, server)
    sub, given = _sub_of(data)
    focused = next(option for option in given if option.get("focused"))
    return OptionTyped(
        **{name: common[name] for name in ("workspace", "user", "locale", "place")},
        command=data["name"],
        sub=sub,
        option=focused["name"],
        typed=str(focused.get("value", "")),
        options={o["name"]: str(o["value"]) for o in given if "value" in o and o is not focused},
    )


def suggested(interaction: Json, suggest: Suggest) -> list[dict[str, Any]]:
    """Write the choices for what is being typed; where a number is wanted, those that are numbers."""
    _, given = _sub_of(interaction["data"])
    number = any(option.get("focused") and option["type"] == _INTEGER for option in given)
    pairs = ((choice.label, choice.value) for choice in suggest.choices)
    if not number:
        return [{"name": label, "value": value} for label, value in pairs]
    return [{"name": label, "value": int(value)} for label, value in pairs if value.removeprefix("-").isdecimal()]


class _TYPE:
    """Names for match patterns, which want a dot."""

    COMMAND, COMPONENT, MODAL = _COMMAND, _COMPONENT, _MODAL
    CHAT_INPUT, MESSAGE_MENU = _CHAT_INPUT, _MESSAGE_MENU


def _kind(interaction: Json) -> Kind:
    if interaction["type"] == _COMPONENT:
        return Kind.PRESS
    if interaction["type"] == _MODAL:
        return Kind.FORM_ON_MESSAGE if interaction.get("message") else Kind.FORM
    return Kind.COMMAND


def reply_of(interaction: Json, server: str) -> Reply:
    """Return what it takes to answer."""
    return Reply(
        id=interaction["id"],
        token=interaction["token"],
        application=interaction["application_id"],
        kind=_kind(interaction),
        server=server,
        locale=_locale(interaction),
    )


def _locale(interaction: Json) -> str | None:
    said = interaction.get("locale")
    return said if isinstance(said, str) else None


def _common(interaction: Json, server: str) -> dict[str, Any]:
    user = actor_of(interaction)
    owner = user_of(server, user["id"])
    channel = interaction.get("channel")
    if not channel and (channel_id := interaction.get("channel_id")):
        channel = {"id": channel_id}
    return {
        "key": f"discord:{server}:interaction:{interaction['id']}",
        "at": time_of_id(interaction["id"]),
        "workspace": owner.home,
        "user": owner,
        "user_name": name_of(user, interaction.get("member")),
        "reply": reply_of(interaction, server).packed(),
        "locale": _locale(interaction),
        "place": place_of(server, channel) if channel else None,
    }


def _read_command(interaction: Json, data: Json, server: str) -> CommandUsed:
    sub, given = _sub_of(data)
    options = {option["name"]: str(option["value"]) for option in given if "value" in option}
    return CommandUsed(**_common(interaction, server), command=data["name"], sub=sub, options=options)


def _sub_of(data: Json) -> tuple[str, list[Json]]:
    given: list[Json] = data.get("options") or []
    if given and given[0].get("type") == _SUB_COMMAND:
        return given[0]["name"], given[0].get("options") or []
    return "", given


def _read_menu(interaction: Json, data: Json, server: str, menus: Mapping[str, str]) -> MenuUsed | None:
    common = _common(interaction, server)
    target = data["target_id"]
    message = ((data.get("resolved") or {}).get("messages") or {}).get(target) or {}
    author = (message.get("author") or {}).get("id")
    if common["place"] is None:
        return None
    return MenuUsed(
        **common,
        menu=menus.get(data["name"], data["name"]),
        message=MessageRef(common["place"], proper(target)),
        author=user_of(server, author) if author else None,
        text=message.get("content") or "",
    )


def _read_press(interaction: Json, data: Json, server: str) -> ActionPressed:
    common = _common(interaction, server)
    message, place = interaction.get("message"), common["place"]
    return ActionPressed(
        **common,
        action=data["custom_id"],
        values=tuple(data.get("values") or ()),
        message=MessageRef(place, proper(message["id"])) if message and place else None,
    )


def _read_form(interaction: Json, data: Json, server: str) -> FormSubmitted:
    return FormSubmitted(
        **_common(interaction, server), form=data["custom_id"], values=_read_values(data.get("components") or ())
    )


def _read_values(components: Any) -> Values:  # noqa: ANN401 - a list of whatever a modal may hold
    """Read a modal's fields: labels with one component each, or rows of several as modals had them before."""
    values: Values = {}
    for holder in components:
        for field in [holder["component"]] if "component" in holder else holder.get("components") or []:
            if "custom_id" not in field:
                continue
            key, many = read_field_id(field["custom_id"])
            chosen = field.get("values")
            if many:
                values[key] = tuple(chosen or ())
            elif chosen is not None:
                values[key] = chosen[0] if chosen else ""
            else:
                values[key] = field.get("value") or ""
    return values
