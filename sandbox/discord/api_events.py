"""Scheduled events. https://discord.com/developers/docs/resources/guild-scheduled-event."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sandbox.discord import payloads
from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import ApiError, Problems, unknown
from sandbox.discord.permissions import P
from sandbox.discord.rest import Call, Reply, Route
from sandbox.discord.snowflake import stamp
from sandbox.world import Json, Space

SCHEDULED, ACTIVE, COMPLETED, CANCELED = 1, 2, 3, 4
EXTERNAL: Final = 3
_MOST: Final = 100
_NEXT: Final = {SCHEDULED: (ACTIVE, CANCELED), ACTIVE: (COMPLETED,)}
_FIELDS: Final = ("name", "description", "privacy_level", "entity_type", "entity_metadata", "channel_id", "status")


def _check(call: Call, form: Json, *, new: bool) -> None:
    problems = Problems()
    problems.length(("name",), form.get("name"), 1, 100)
    if form.get("description"):
        problems.length(("description",), form["description"], 1, 1000)
    problems.choice(("privacy_level",), form.get("privacy_level"), (2,))
    problems.choice(("entity_type",), form.get("entity_type"), (1, 2, EXTERNAL))
    start = _time(problems, form, "scheduled_start_time")
    end = _time(problems, form, "scheduled_end_time") if form.get("scheduled_end_time") else None
    if new and start is not None and start < call.hub.world.now():
        words = "Cannot schedule event in the past."
        problems.add(("scheduled_start_time",), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", words)
    if start is not None and end is not None and end <= start:
        words = "Cannot schedule event to end before it starts."
        problems.add(("scheduled_end_time",), "GUILD_SCHEDULED_EVENT_SCHEDULE_END_BEFORE_START", words)
    if form.get("entity_type") == EXTERNAL:
        problems.length(("entity_metadata", "location"), (form.get("entity_metadata") or {}).get("location"), 1, 100)
        if end is None:
            problems.add(("scheduled_end_time",), "BASE_TYPE_REQUIRED", "This field is required")
    elif not form.get("channel_id"):
        problems.add(("channel_id",), "BASE_TYPE_REQUIRED", "This field is required")
    problems.check()


def _time(problems: Problems, form: Json, name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(str(form.get(name)))
    except ValueError:
        words = f"Could not parse {form.get(name)}. Should be ISO8601."
        problems.add((name,), "DATE_TIME_TYPE_PARSE", words)
        return None


def shown(call: Call, space: Space, event: Json) -> Json:
    """Return an event as the request wants it."""
    if call.query.get("with_user_count", "").lower() in ("1", "true"):
        return {**event, "user_count": len(call.hub.interested.get(event["id"], ()))}
    return {**event, "creator": payloads.user(space.accounts[BOT_ID])} if event["creator_id"] == BOT_ID else event


async def listed(call: Call) -> Reply:
    """List the events that are not over."""
    space = call.hub.server(call.path["guild"])
    return [shown(call, space, e) for e in space.events.values() if e["status"] in (SCHEDULED, ACTIVE)]


async def create(call: Call) -> Reply:
    """Announce an event."""
    space = call.hub.server(call.path["guild"])
    call.hub.need(space, None, P.CREATE_EVENTS)
    _check(call, call.form, new=True)
    if sum(e["status"] in (SCHEDULED, ACTIVE) for e in space.events.values()) >= _MOST:
        raise ApiError(400, 30038, f"Maximum number of guild scheduled events reached ({_MOST})")
    made: Json = {
        "id": call.hub.new_id(),
        "guild_id": space.id,
        "creator_id": BOT_ID,
        "description": None,
        "channel_id": None,
        "image": None,
        "status": SCHEDULED,
        "entity_id": None,
        "recurrence_rule": None,
        "entity_metadata": None,
        "guild_scheduled_event_exceptions": [],
    }
    _take(made, call.form)
    call.hub.world.put_event(space.id, made["id"], made)
    return made


def _take(event: Json, form: Json) -> None:
    event |= {name: form[name] for name in _FIELDS if name in form}
    for name in ("scheduled_start_time", "scheduled_end_time"):
        if form.get(name):
            event[name] = stamp(datetime.fromisoformat(form[name]))
        event.setdefault(name, None)


def _find(call: Call) -> tuple[Space, Json]:
    space = call.hub.server(call.path["guild"])
    event = space.events.get(call.path["event"])
    if event is None:
        raise unknown("event")
    return space, event


async def fetch(call: Call) -> Reply:
    """Return an event."""
    space, event = _find(call)
    return shown(call, space, event)


async def change(call: Call) -> Reply:
    """Change an event, start it, end it or call it off."""
    space, event = _find(call)
    if event["creator_id"] != BOT_ID:
        call.hub.need(space, None, P.MANAGE_EVENTS)
    status = call.form.get("status", event["status"])
    if status != event["status"] and status not in _NEXT.get(event["status"], ()):
        raise ApiError(400, 180000, "Cannot update a finished event")
    merged = {**event, **call.form}
    _check(call, merged, new=False)
    changed = dict(event)
    _take(changed, call.form)
    call.hub.world.put_event(space.id, event["id"], changed)
    return changed


async def delete(call: Call) -> Reply:
    """Take an event away."""
    space, event = _find(call)
    if event["creator_id"] != BOT_ID:
        call.hub.need(space, None, P.MANAGE_EVENTS)
    call.hub.world.put_event(space.id, event["id"], None)
    return None


async def users(call: Call) -> Reply:
    """List who is interested."""
    space, event = _find(call)
    ids = sorted(call.hub.interested.get(event["id"], ()), key=int)
    after = int(call.query.get("after") or 0)
    found = [u for u in ids if int(u) > after][: call.number("limit", 100, 1, 100)]
    return [
        {"guild_scheduled_event_id": event["id"], "user_id": u, "user": payloads.user(space.accounts[u])}
        for u in found
        if u in space.accounts
    ]


_EVENT = "/guilds/{guild}/scheduled-events/{event}"
ROUTES = (
    Route("GET", "/guilds/{guild}/scheduled-events", listed),
    Route("POST", "/guilds/{guild}/scheduled-events", create),
    Route("GET", _EVENT, fetch),
    Route("PATCH", _EVENT, change),
    Route("DELETE", _EVENT, delete),
    Route("GET", _EVENT + "/users", users),
)
