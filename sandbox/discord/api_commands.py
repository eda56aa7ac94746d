"""Application commands, global and of one server. https://discord.com/developers/docs/interactions/application-commands."""

from __future__ import annotations

import re
from typing import Any, Final

from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import ApiError, Problems, unknown
from sandbox.discord.hub import Hub
from sandbox.discord.rest import Call, Reply, Route
from sandbox.world import Json

CHAT, USER, MESSAGE = 1, 2, 3
_NAME: Final = re.compile(r"^[-_'\w]{1,32}$")
_MOST: Final = {CHAT: 100, USER: 15, MESSAGE: 15}


def in_server(hub: Hub, guild: str) -> list[Json]:
    """Return what can be used in a server; its own commands stand before global ones of the same name."""
    found = {(c["type"], c["name"]): c for c in hub.commands[None].values()}
    found |= {(c["type"], c["name"]): c for c in hub.commands.get(guild, {}).values()}
    return list(found.values())


def _texts(problems: Problems, path: tuple[str | int, ...], thing: Json, *, chat: bool) -> int:
    problems.length((*path, "name"), thing.get("name"), 1, 32)
    name = str(thing.get("name", ""))
    if chat and (not _NAME.match(name) or name != name.lower()):
        problems.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    for one, words in (thing.get("name_localizations") or {}).items():
        problems.length((*path, "name_localizations", one), words, 1, 32)
    for one, words in (thing.get("description_localizations") or {}).items():
        problems.length((*path, "description_localizations", one), words, 1, 100)
    if chat:
        problems.length((*path, "description"), thing.get("description"), 1, 100)
    return len(name) + len(thing.get("description") or "")


def _options(problems: Problems, path: tuple[str | int, ...], options: list[Json]) -> int:
    size = 0
    if len(options) > 25:  # noqa: PLR2004 - Discord's limit
        problems.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    names: set[str] = set()
    optional = False
    for index, option in enumerate(options):
        place = (*path, index)
        problems.choice((*place, "type"), option.get("type"), tuple(range(1, 12)))
        size += _texts(problems, place, option, chat=True)
        if option.get("name") in names:
            words = "Option names must be unique"
            problems.add(place, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", words)
        names.add(str(option.get("name")))
        if option.get("required") and optional:
            words = "Required options must be placed before non-required options"
            problems.add(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words)
        optional = optional or not option.get("required")
        choices = option.get("choices") or []
        if len(choices) > 25:  # noqa: PLR2004 - Discord's limit
            problems.add((*place, "choices"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        for number, choice in enumerate(choices):
            problems.length((*place, "choices", number, "name"), choice.get("name"), 1, 100)
            size += len(str(choice.get("name"))) + len(str(choice.get("value")))
        size += _options(problems, (*place, "options"), option.get("options") or [])
    return size


def check(form: Any, problems: Problems, path: tuple[str | int, ...] = ()) -> None:  # noqa: ANN401 - checks it
    """Note what is wrong with a command."""
    if not isinstance(form, dict):
        raise ApiError(400, 50109, "The request body contains invalid JSON.")
    kind = form.get("type") or CHAT
    if not problems.choice((*path, "type"), kind, (CHAT, USER, MESSAGE, 4)):
        return
    size = _texts(problems, path, form, chat=kind == CHAT)
    size += _options(problems, (*path, "options"), form.get("options") or [])
    if kind != CHAT and form.get("description"):
        words = "Context menu commands cannot have description"
        problems.add((*path, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", words)
    if size > 8000:  # noqa: PLR2004 - Discord's limit
        words = "Command exceeds maximum size (8000)"
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", words)


def _kept(hub: Hub, form: Json, guild: str | None, id_: str) -> Json:
    kept: Json = {
        "id": id_,
        "application_id": BOT_ID,
        "version": hub.new_id(),
        "default_member_permissions": form.get("default_member_permissions"),
        "type": form.get("type") or CHAT,
        "name": form["name"],
        "name_localizations": form.get("name_localizations"),
        "description": form.get("description") or "",
        "description_localizations": form.get("description_localizations"),
        "nsfw": bool(form.get("nsfw")),
        "integration_types": form.get("integration_types") or [0],
    }
    if kept["default_member_permissions"] is not None:
        kept["default_member_permissions"] = str(kept["default_member_permissions"])
    if form.get("options"):
        kept["options"] = form["options"]
    if guild is not None:
        kept["guild_id"] = guild
    else:
        kept["contexts"] = form.get("contexts")
        kept["dm_permission"] = form.get("dm_permission", True)
    return kept


def _held(call: Call) -> tuple[str | None, dict[str, Json]]:
    guild = call.path.get("guild")
    if guild is not None:
        call.hub.server(guild)
    return guild, call.hub.commands.setdefault(guild, {})


def _one(call: Call) -> tuple[dict[str, Json], Json]:
    _, held = _held(call)
    if call.path["command"] not in held:
        raise unknown("command")
    return held, held[call.path["command"]]


async def listed(call: Call) -> Reply:
    """List the commands."""
    return list(_held(call)[1].values())


async def fetch(call: Call) -> Reply:
    """Return one command."""
    return _one(call)[1]


async def create(call: Call) -> Reply:
    """Register a command; one of the same name is replaced."""
    guild, held = _held(call)
    problems = Problems()
    check(call.body, problems)
    problems.check()
    key = (call.form.get("type") or CHAT, call.form["name"])
    old = next((c for c in held.values() if (c["type"], c["name"]) == key), None)
    if old is None and sum(c["type"] == key[0] for c in held.values()) >= _MOST.get(key[0], 1):
        raise ApiError(400, 30032, f"Maximum number of application commands reached ({_MOST.get(key[0], 1)}).")
    made = _kept(call.hub, call.form, guild, old["id"] if old else call.hub.new_id())
    held[made["id"]] = made
    return made


async def replace(call: Call) -> Reply:
    """Register all commands at once; what is not named is gone, what keeps its name keeps its id."""
    guild, held = _held(call)
    if not isinstance(call.body, list):
        raise ApiError(400, 50109, "The request body contains invalid JSON.")
    problems = Problems()
    seen: set[tuple[int, str]] = set()
    for index, form in enumerate(call.body):
        check(form, problems, (index,))
        key = (form.get("type") or CHAT, str(form.get("name")))
        if key in seen:
            words = "Application command names must be unique"
            problems.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", words)
        seen.add(key)
    problems.check()
    for kind, most in _MOST.items():
        if sum(one == kind for one, _ in seen) > most:
            raise ApiError(400, 30032, f"Maximum number of application commands reached ({most}).")
    ids = {(c["type"], c["name"]): c["id"] for c in held.values()}
    made = [
        _kept(call.hub, form, guild, ids.get((form.get("type") or CHAT, form["name"]), "") or call.hub.new_id())
        for form in call.body
    ]
    call.hub.commands[guild] = {c["id"]: c for c in made}
    return made


async def change(call: Call) -> Reply:
    """Change a command."""
    held, old = _one(call)
    merged = {**old, **call.form}
    problems = Problems()
    check(merged, problems)
    problems.check()
    held[old["id"]] = _kept(call.hub, merged, call.path.get("guild"), old["id"])
    return held[old["id"]]


async def delete(call: Call) -> Reply:
    """Take a command away."""
    held, old = _one(call)
    del held[old["id"]]
    return None


ROUTES = tuple(
    Route(method, base + path, handler)
    for base in ("/applications/{application}/commands", "/applications/{application}/guilds/{guild}/commands")
    for method, path, handler in (
        ("GET", "", listed),
        ("POST", "", create),
        ("PUT", "", replace),
        ("GET", "/{command}", fetch),
        ("PATCH", "/{command}", change),
        ("DELETE", "/{command}", delete),
    )
)
