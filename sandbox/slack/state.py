"""What a person's client makes of filled-in elements: actions when they are settled, state when a view is sent."""

from __future__ import annotations

from typing import Any

from sandbox.slack.blocks import Element, interactive, options_of
from sandbox.world import Json, WorldError

SINGLE = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
MANY = {
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
MANY_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
Given = str | list[str] | None


def find(blocks: list[Json], wanted: Json) -> Element:
    """Return the element that ``wanted`` names by ``action_id``, and where that is not enough block and value."""
    for found in interactive(blocks):
        if found.element.get("action_id") != wanted.get("action_id"):
            continue
        if "block_id" in wanted and found.block.get("block_id") != wanted["block_id"]:
            continue
        if "value" in wanted and found.element["type"] == "button" and found.element.get("value") != wanted["value"]:
            continue
        return found
    raise WorldError(f"there is nothing to press with action_id {wanted.get('action_id')!r}")


def settled(element: Json, given: Given) -> Json:
    """Return what an element's state says after a person gave it a value."""
    kind = element["type"]
    one = given[0] if isinstance(given, list) and given else given if isinstance(given, str) else None
    many = given if isinstance(given, list) else [given] if given else []
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": _option(element, one) if one else None}
    if kind in MANY_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, value) for value in many]}
    if kind in SINGLE:
        value: Any = int(one) if one and kind == "datetimepicker" else one or None
        return {"type": kind, SINGLE[kind]: value}
    if kind in MANY:
        return {"type": kind, MANY[kind]: many}
    if kind == "rich_text_input":
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": one or ""}]}
        return {"type": kind, "rich_text_value": {"type": "rich_text", "elements": [section]} if one else None}
    return {"type": kind, "value": one or None}


def _option(element: Json, value: str) -> Json:
    for option in options_of(element):
        if option.get("value") == value:
            return dict(option)
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
    offered = ", ".join(str(option.get("value")) for option in options_of(element))
    raise WorldError(f"{value!r} is not offered; there are: {offered}")


def initial(element: Json) -> Given:
    """Return what an element says before anybody touched it."""
    for key in ("initial_value", "initial_date", "initial_time", "initial_user", "initial_conversation",
                "initial_channel", "initial_date_time"):  # fmt: skip
        if element.get(key) is not None:
            return str(element[key])
    for key in ("initial_users", "initial_conversations", "initial_channels"):
        if element.get(key):
            return list(element[key])
    if element.get("initial_option"):
        return str(element["initial_option"]["value"])
    return [str(option["value"]) for option in element.get("initial_options") or ()] or None


def is_filled(state: Json) -> bool:
    """Say whether a state holds anything."""
    return any(value not in (None, "", []) for key, value in state.items() if key != "type")


def values_of(blocks: list[Json], given: dict[str, Given], kept: Json) -> tuple[Json, dict[str, str]]:
    """Return ``state.values`` of a view, and what the client itself refuses, by block.

    ``kept`` holds what was settled in the view before (selects that dispatch at once).
    """
    known = {found.block.get("block_id") for found in interactive(blocks)}
    for block_id in given:
        if block_id not in known:
            raise WorldError(f"the form has no field {block_id!r}; there are: {', '.join(sorted(map(str, known)))}")
    values: Json = {}
    refused: dict[str, str] = {}
    for found in interactive(blocks):
        element, block_id = found.element, found.block["block_id"]
        if element["type"] in ("button", "overflow"):
            continue
        if block_id in given:
            state = settled(element, given[block_id])
        else:
            state = kept.get(block_id, {}).get(element["action_id"]) or settled(element, initial(element))
        values.setdefault(block_id, {})[element["action_id"]] = state
        if found.block["type"] == "input":
            problem = _refusal(found, state)
            if problem:
                refused[block_id] = problem
    return values, refused


def _refusal(found: Element, state: Json) -> str | None:
    if not is_filled(state):
        return None if found.block.get("optional") else "Please complete this required field."
    value = state.get("value")
    if found.element["type"] == "plain_text_input" and isinstance(value, str):
        if len(value) > int(found.element.get("max_length", 3000)):
            return f"Please enter no more than {found.element.get('max_length', 3000)} characters."
        if len(value) < int(found.element.get("min_length", 0)):
            return f"Please enter at least {found.element['min_length']} characters."
    return None
