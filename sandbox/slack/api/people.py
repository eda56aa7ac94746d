"""The workspace, its members and user groups: ``auth``, ``team``, ``bots``, ``users``, ``usergroups``."""

from __future__ import annotations

from sandbox.slack import ids, shapes
from sandbox.slack.api.call import Call, Method
from sandbox.slack.errors import SlackError, invalid
from sandbox.slack.events import members_changed
from sandbox.world import Json, Role


def api_test(call: Call) -> Json:
    """Answer with what was asked."""
    if call.text("error"):
        raise SlackError(call.text("error"), args=call.args)
    return {"args": call.args}


def auth_test(call: Call) -> Json:
    """Say who the token belongs to."""
    ws = call.ws
    return {
        "url": f"https://{ws.domain}.slack.com/",
        "team": ws.space.name,
        "user": shapes.handle(ws.account(ws.bot)),
        "team_id": ws.id,
        "user_id": ws.bot,
        "bot_id": ws.bot_id,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Json:
    """Describe the workspace."""
    ws = call.ws
    icon = "https://a.slack-edge.com/80588/img/avatars-teams/ava_0001-"
    return {
        "team": {
            "id": ws.id,
            "name": ws.space.name,
            "url": f"https://{ws.domain}.slack.com/",
            "domain": ws.domain,
            "email_domain": "",
            "icon": {"image_default": True, **{f"image_{n}": f"{icon}{n}.png" for n in (34, 44, 68, 88, 102, 132)}},
            "avatar_base_url": "https://ca.slack-edge.com/",
            "is_verified": False,
            "lob_sales_home_enabled": False,
            "is_sfdc_auto_slack": False,
        }
    }


def bots_info(call: Call) -> Json:
    """Describe the app's bot."""
    ws = call.ws
    if call.text("bot", ws.bot_id) != ws.bot_id:
        raise SlackError("bot_not_found")
    shown = shapes.bot_profile(ws, ws.account(ws.bot))
    del shown["team_id"]
    return {"bot": {**shown, "user_id": ws.bot}}


def users_info(call: Call) -> Json:
    """Describe a member."""
    account = call.ws.account(call.text("user"))
    return {"user": shapes.user(call.ws, account, with_locale=call.flag("include_locale"))}


def users_list(call: Call) -> Json:
    """List everybody who is or was here."""
    page, following = call.page(list(call.ws.space.accounts.values()), 1000)
    return {
        "members": [shapes.user(call.ws, a, with_locale=call.flag("include_locale")) for a in page],
        "cache_ts": int(call.ws.now().timestamp()),
        "response_metadata": {"next_cursor": following},
    }


def lookup_by_email(call: Call) -> Json:
    """Find a member by address."""
    wanted = call.needed("email").lower()
    for account in call.ws.space.accounts.values():
        if shapes.email(account) == wanted and not account.is_bot and account.left_at is None:
            return {"user": shapes.user(call.ws, account)}
    raise SlackError("users_not_found")


def profile_get(call: Call) -> Json:
    """Return a member's profile."""
    shown = shapes.profile(call.ws, call.ws.account(call.text("user") or call.ws.bot))
    return {"profile": {key: value for key, value in shown.items() if key not in ("team", "bot_id", "api_app_id")}}


def _group(call: Call) -> Role:
    found = call.ws.space.roles.get(call.needed("usergroup"))
    if found is None:
        raise SlackError("no_such_subteam")
    return found


def groups_list(call: Call) -> Json:
    """List the user groups."""
    shown = [
        shapes.user_group(call.ws, role, users=call.flag("include_users"), count=call.flag("include_count"))
        for role in call.ws.space.roles.values()
        if call.flag("include_disabled") or not role.extra.get("deleted")
    ]
    return {"usergroups": shown}


def groups_create(call: Call) -> Json:
    """Make a user group."""
    ws = call.ws
    name = call.needed("name")
    handle = call.text("handle") or "".join(c for c in name.lower() if c.isalnum() or c in "-_")
    for role in ws.space.roles.values():
        if role.name == name:
            raise SlackError("name_already_exists")
        if role.extra.get("handle") == handle:
            raise SlackError("handle_already_exists")
    made = {"created": int(ws.now().timestamp()), "handle": handle, "description": call.text("description")}
    role = ws.world.add_role(
        Role(
            ids.fresh("S"), ws.id, name, extra={**made, "updated": made["created"], "channels": call.names("channels")}
        )
    )
    return {"usergroup": shapes.user_group(ws, role)}


def groups_update(call: Call) -> Json:
    """Change what a user group is called."""
    role = _group(call)
    role.name = call.text("name") or role.name
    for key in ("handle", "description"):
        if call.text(key):
            role.extra[key] = call.text(key)
    return {"usergroup": shapes.user_group(call.ws, role)}


def group_members(call: Call) -> Json:
    """List who is in a user group."""
    return {"users": shapes.user_group(call.ws, _group(call), users=True)["users"]}


def set_group_members(call: Call) -> Json:
    """Set who is in a user group: the whole list at once, which is all Slack offers."""
    ws, role = call.ws, _group(call)
    wanted = call.names("users")
    if not wanted:
        raise invalid("no_users_provided", "a user group must have at least one member")
    for user in wanted:
        if user not in ws.space.accounts or ws.account(user).left_at is not None:
            raise SlackError("invalid_users")
    present = [a.user_id for a in ws.space.accounts.values() if role.id in a.roles]
    added, removed = [u for u in wanted if u not in present], [u for u in present if u not in wanted]
    role.extra["bulk"] = True  # one event tells of all, as on Slack
    try:
        for user in (*added, *removed):
            ws.world.give_role(ws.id, user, role.id, on=user in added)
    finally:
        del role.extra["bulk"]
    if added or removed:
        ws.emit(members_changed(ws, role, added, removed))
    role.extra["updated"] = int(ws.now().timestamp())
    return {"usergroup": shapes.user_group(ws, role, users=True)}


METHODS = {
    "api.test": Method(api_test),
    "auth.test": Method(auth_test),
    "team.info": Method(team_info, ("team:read",)),
    "bots.info": Method(bots_info, ("users:read",)),
    "users.info": Method(users_info, ("users:read",)),
    "users.list": Method(users_list, ("users:read",)),
    "users.lookupByEmail": Method(lookup_by_email, ("users:read.email",)),
    "users.profile.get": Method(profile_get, ("users.profile:read",)),
    "usergroups.list": Method(groups_list, ("usergroups:read",)),
    "usergroups.create": Method(groups_create, ("usergroups:write",)),
    "usergroups.update": Method(groups_update, ("usergroups:write",)),
    "usergroups.users.list": Method(group_members, ("usergroups:read",)),
    "usergroups.users.update": Method(set_group_members, ("usergroups:write",)),
}
