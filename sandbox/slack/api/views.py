"""``views.*``: modals and the home tab. https://docs.slack.dev/reference/methods?family=views."""

from __future__ import annotations

from sandbox.slack import blocks, views
from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError, invalid
from sandbox.world import Json


def _trigger_user(call: Call) -> str:
    trigger = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger:
        raise invalid("invalid_arguments", "missing required field: trigger_id")
    return call.ws.exchange(trigger)


def open_view(call: Call) -> Json:
    """Open a modal for whoever caused the trigger."""
    given = views.checked(call.json("view"), blocks.MODAL)
    user = _trigger_user(call)
    return {"view": call.ws.show(user, views.made(call.ws, given))}


def push_view(call: Call) -> Json:
    """Put a modal on top of the one that stands."""
    given = views.checked(call.json("view"), blocks.MODAL)
    return {"view": views.push(call.ws, _trigger_user(call), given)}


def update_view(call: Call) -> Json:
    """Change a modal or home tab that stands."""
    ws = call.ws
    given = views.checked(call.json("view"))
    view_id, external = call.text("view_id"), call.text("external_id")
    found = ws.views.get(view_id) or next(
        (v for v in ws.views.values() if external and v["external_id"] == external), None
    )
    if found is None:
        raise SlackError("not_found")
    if given["type"] != found["type"]:
        raise invalid("invalid_arguments", f"must be of type {found['type']} [json-pointer:/view/type]")
    _check_hash(call, found)
    return {"view": views.replace(ws, found, given)}


def publish(call: Call) -> Json:
    """Show a member a home tab."""
    ws = call.ws
    user = call.needed("user_id")
    if user not in ws.space.accounts or ws.account(user).is_bot:
        raise invalid("invalid_arguments", "user_id must be a member")
    given = views.checked(call.json("view"), blocks.HOME)
    old = ws.space.homes.get(user)
    if old is not None:
        _check_hash(call, old)
    view = views.made(ws, given, view_id=old["id"] if old else None)
    ws.views[view["id"]] = view
    ws.world.set_home(ws.id, user, view)
    return {"view": view}


def _check_hash(call: Call, standing: Json) -> None:
    given = call.text("hash")
    if given and given != standing["hash"]:
        raise SlackError("hash_conflict")


METHODS = {
    "views.open": Method(open_view),
    "views.push": Method(push_view),
    "views.update": Method(update_view),
    "views.publish": Method(publish),
}
