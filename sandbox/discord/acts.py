"""What a member's client does with the bot's components and forms: checks first, as the client does, then sends."""

from __future__ import annotations

from typing import Any

from sandbox.discord import validate as v
from sandbox.discord.hub import Hub
from sandbox.discord.interactions import resolved
from sandbox.world import Account, Json, Message, Space, WorldError

Values = dict[str, str | list[str] | None]
_ENTITIES = {5: "users", 6: "roles", 7: "users", 8: "channels"}


def component(account: Account, message: Message, element: Json) -> Json:
    """Return the component that a member wants to use, if they can."""
    if message.only_for is not None and message.only_for != account.user_id:
        raise WorldError("only its reader can use a private message", "not_yours")
    if message.deleted:
        raise WorldError("that message is gone", "gone")
    wanted = element.get("custom_id") or element.get("action_id")
    for part in v.parts_of(message.body.get("components") or []):
        if wanted is not None and part.get("custom_id") == wanted:
            if part.get("disabled"):
                raise WorldError(f"{wanted!r} is switched off", "switched_off")
            return part
    raise WorldError(f"no component {wanted!r} on that message", "gone")


def component_data(hub: Hub, space: Space, part: Json, element: Json) -> Json:
    """Return ``data`` of a component interaction."""
    data: Json = {"component_type": part["type"], "custom_id": part["custom_id"], "id": part["id"]}
    if part["type"] in v.SELECTS:
        values = [str(one) for one in element.get("values") or ()]
        problem = _amount(part, values)
        if problem:
            raise WorldError(problem)
        data["values"] = values
        if part["type"] in _ENTITIES:
            data["resolved"] = resolved(hub, space, _sorted(space, part["type"], values))
    return data


def _sorted(space: Space, kind: int, values: list[str]) -> dict[str, set[str]]:
    if kind == 7:  # noqa: PLR2004 - mentionable: a role or a user
        roles = {one for one in values if one in space.roles}
        return {"roles": roles, "users": set(values) - roles}
    return {_ENTITIES[kind]: set(values)}


def _amount(part: Json, values: list[str]) -> str | None:
    least = part.get("min_values", 1)
    most = part.get("max_values", len(part.get("options") or ()) if part["type"] == v.CHECKBOXES else 1)
    if part.get("required", True) and not values and least:
        return "this field is required"
    if (values or part.get("required", True)) and not least <= len(values) <= most:
        return f"choose {least} to {most}"
    known = {option["value"] for option in part["options"]} if "options" in part else set(values)
    strange = [one for one in values if one not in known]
    return f"no such choice: {', '.join(strange)}" if strange else None


def _listed(given: str | list[str] | None) -> list[str]:
    if given is None:
        return []
    return [given] if isinstance(given, str) else list(given)


def _prefilled(part: Json) -> list[str]:
    if "options" in part:
        return [o["value"] for o in part["options"] if o.get("default")]
    return [d["id"] for d in part.get("default_values") or ()]


def _field(part: Json, values: Values, errors: dict[str, str]) -> Json:
    key, kind = part["custom_id"], part["type"]
    filled: Json = {"type": kind, "id": part["id"], "custom_id": key}
    if kind == v.TEXT_INPUT:
        given = values[key] if key in values else part.get("value")
        text = given if isinstance(given, str) else ""
        least, most = part.get("min_length") or 0, part.get("max_length") or 4000
        if not text and part.get("required", True):
            errors[key] = "this field is required"
        elif text and not least <= len(text) <= most:
            errors[key] = f"{least} to {most} characters"
        return {**filled, "value": text}
    if kind == v.CHECKBOX:
        given = values[key] if key in values else ("true" if part.get("default") else None)
        return {**filled, "value": given not in (None, "", "false", [], False)}
    chosen = _listed(values[key]) if key in values else _prefilled(part)
    problem = _amount(part, chosen)
    if problem:
        errors[key] = problem
    if kind == v.RADIO:
        return {**filled, "value": chosen[0] if chosen else None}
    return {**filled, "values": chosen}


def form_data(hub: Hub, space: Space, form: Json, values: Values) -> tuple[Json, dict[str, str]]:
    """Return ``data`` of a modal submission, and what the client would complain about by field."""
    errors: dict[str, str] = {}
    chosen: dict[str, set[str]] = {}
    parts: list[Json] = []
    known: set[str] = set()

    def fill(part: Json) -> Json:
        known.add(part["custom_id"])
        filled = _field(part, values, errors)
        if part["type"] in _ENTITIES:
            for name, ids in _sorted(space, part["type"], filled["values"]).items():
                chosen.setdefault(name, set()).update(ids)
        return filled

    for part in form["components"]:
        if part["type"] == v.LABEL:
            parts.append({"type": v.LABEL, "id": part["id"], "component": fill(part["component"])})
        elif part["type"] == v.ROW:
            parts.append({"type": v.ROW, "id": part["id"], "components": [fill(p) for p in part["components"]]})
        else:
            parts.append({"type": part["type"], "id": part["id"]})
    strange = set(values) - known
    if strange:
        raise WorldError(f"the form has no field {', '.join(sorted(strange))}; it has: {', '.join(sorted(known))}")
    data: dict[str, Any] = {"custom_id": form["custom_id"], "components": parts}
    if any(chosen.values()):
        data["resolved"] = resolved(hub, space, chosen)
    return data, errors
