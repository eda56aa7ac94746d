"""Servers: channels, members, roles, invites. https://discord.com/developers/docs/resources/guild."""

from __future__ import annotations

import secrets
from bisect import bisect_right
from typing import Any

from sandbox.discord import payloads
from sandbox.discord.build import BOT_ID
from sandbox.discord.errors import Problems, missing_permissions, unknown
from sandbox.discord.gateway import INVITES
from sandbox.discord.hub import Hub, Invite
from sandbox.discord.permissions import P
from sandbox.discord.rest import Call, Reply, Route
from sandbox.discord.snowflake import stamp
from sandbox.world import Channel, ChannelKind, Json, Role, Space

_KINDS = {0: ChannelKind.TEXT, 2: ChannelKind.TEXT, 4: ChannelKind.TEXT, 5: ChannelKind.TEXT, 15: ChannelKind.FORUM}
_EXTRA = ("permission_overwrites", "available_tags", "rate_limit_per_user", "default_auto_archive_duration")


async def server(call: Call) -> Reply:
    """Return a server."""
    space = call.hub.server(call.path["guild"])
    found = payloads.guild(space)
    if call.query.get("with_counts", "").lower() in ("1", "true"):
        here = len(payloads.present(space))
        found |= {"approximate_member_count": here, "approximate_presence_count": here}
    return found


# ---- channels


async def channels(call: Call) -> Reply:
    """List the channels of a server; threads are listed elsewhere."""
    space = call.hub.server(call.path["guild"])
    hidden = (ChannelKind.THREAD, ChannelKind.DM)
    return [payloads.channel(space, c) for c in space.channels.values() if c.kind not in hidden]


def own_words(form: Json, hub: Hub) -> Json:
    """Return the fields of a channel that the world keeps in Discord's own words."""
    extra = {key: form[key] for key in _EXTRA if form.get(key) is not None}
    for entry in extra.get("permission_overwrites", ()):
        entry |= {"id": str(entry["id"]), "allow": str(entry.get("allow") or 0), "deny": str(entry.get("deny") or 0)}
    if "available_tags" in extra:
        blank = {"moderated": False, "emoji_id": None, "emoji_name": None}
        extra["available_tags"] = [
            {**blank, **tag, "id": str(tag.get("id") or hub.new_id())} for tag in extra["available_tags"]
        ]
    return extra


async def create_channel(call: Call) -> Reply:
    """Open a channel."""
    space = call.hub.server(call.path["guild"])
    call.hub.need(space, None, P.MANAGE_CHANNELS)
    form, problems = call.form, Problems()
    problems.length(("name",), form.get("name"), 1, 100)
    kind = int(form.get("type") or 0)
    problems.choice(("type",), kind, tuple(_KINDS))
    problems.check()
    made = Channel(call.hub.new_id(), space.id, str(form["name"]), _KINDS[kind], topic=form.get("topic") or "")
    made.extra = own_words(form, call.hub)
    if kind not in (0, 15):
        made.extra["type"] = kind
    if form.get("parent_id") is not None:
        made.parent = str(form["parent_id"])
    made.position = int(form.get("position") or 0)
    deny = [e for e in made.extra.get("permission_overwrites", ()) if e["id"] == space.id]
    made.private = any(int(e["deny"]) & P.VIEW_CHANNEL for e in deny)
    if made.private:
        allow = [e for e in made.extra["permission_overwrites"] if int(e["allow"]) & P.VIEW_CHANNEL and e["type"] == 1]
        made.members = {e["id"] for e in allow}
    call.hub.world.add_channel(made)
    return payloads.channel(space, made)


# ---- members


async def member(call: Call) -> Reply:
    """Return a member."""
    return payloads.member(call.hub.member(call.hub.server(call.path["guild"]), call.path["user"]))


async def members(call: Call) -> Reply:
    """List members by id."""
    here = payloads.present(call.hub.server(call.path["guild"]))
    start = bisect_right(here, int(call.query.get("after") or 0), key=lambda a: int(a.user_id))
    return [payloads.member(a) for a in here[start : start + call.number("limit", 1, 1, 1000)]]


async def search(call: Call) -> Reply:
    """List members whose name starts with a text."""
    query = call.query.get("query", "").lower()
    here = payloads.present(call.hub.server(call.path["guild"]))
    found = [a for a in here if a.name.lower().startswith(query)]
    return [payloads.member(a) for a in found[: call.number("limit", 1, 1, 1000)]]


async def change_member(call: Call) -> Reply:
    """Set a member's name or roles."""
    space = call.hub.server(call.path["guild"])
    user = call.path["user"]
    account = call.hub.member(space, BOT_ID if user == "@me" else user)
    form = call.form
    if "nick" in form:
        call.hub.need(space, None, P.CHANGE_NICKNAME if account.user_id == BOT_ID else P.MANAGE_NICKNAMES)
        problems = Problems()
        problems.length(("nick",), form["nick"] or "", 0, 32)
        problems.check()
        if form["nick"]:
            call.hub.world.change_account(space.id, account.user_id, name=form["nick"])
    if "roles" in form:
        wanted = {str(r) for r in form["roles"] or ()}
        for role in wanted ^ account.roles:
            grantable(call.hub, space, role)
        for role in wanted ^ account.roles:
            call.hub.world.give_role(space.id, account.user_id, role, on=role in wanted)
    return payloads.member(account)


async def kick(call: Call) -> Reply:
    """Put a member out of the server."""
    space = call.hub.server(call.path["guild"])
    call.hub.need(space, None, P.KICK_MEMBERS)
    call.hub.world.leave(space.id, call.hub.member(space, call.path["user"]).user_id)
    return None


# ---- roles


def grantable(hub: Hub, space: Space, role_id: str) -> Role:
    """Return a role that the bot may give: it manages roles, and its own highest stands above."""
    hub.need(space, None, P.MANAGE_ROLES)
    role = space.roles.get(role_id)
    if role is None or role.id == space.id:
        raise unknown("role")
    highest = max((space.roles[r].position for r in space.accounts[BOT_ID].roles if r in space.roles), default=0)
    if role.position >= highest or role.extra.get("managed"):
        raise missing_permissions()
    return role


async def roles(call: Call) -> Reply:
    """List the roles."""
    return [payloads.role(r) for r in call.hub.server(call.path["guild"]).roles.values()]


def _role_extra(form: Json) -> Json:
    names = ("hoist", "mentionable", "color")
    found = {name: form[name] for name in names if form.get(name) is not None}
    if isinstance(form.get("colors"), dict):
        found["color"] = form["colors"].get("primary_color") or 0
    return found


async def create_role(call: Call) -> Reply:
    """Make a role, at the bottom of the list as Discord does."""
    space = call.hub.server(call.path["guild"])
    call.hub.need(space, None, P.MANAGE_ROLES)
    form, problems = call.form, Problems()
    name = form.get("name") or "new role"
    problems.length(("name",), name, 1, 100)
    problems.check()
    if len(space.roles) >= 250:  # noqa: PLR2004 - Discord's limit
        problems.add(("name",), "MAX_GUILD_ROLES", "Maximum number of guild roles reached (250)")
        problems.refuse()
    default = space.roles[space.id].permissions if space.id in space.roles else 0
    bits = int(form["permissions"]) if form.get("permissions") is not None else default
    if bits & ~call.hub.may(space) and not call.hub.may(space) & P.ADMINISTRATOR:
        raise missing_permissions()
    made = Role(call.hub.new_id(), space.id, name, 1, bits, _role_extra(form))
    for role in space.roles.values():
        role.position += 1 if role.position >= 1 else 0
    call.hub.world.add_role(made)
    return payloads.role(made)


async def change_role(call: Call) -> Reply:
    """Change a role."""
    space = call.hub.server(call.path["guild"])
    role = grantable(call.hub, space, call.path["role"])
    role.name = call.form.get("name") or role.name
    if call.form.get("permissions") is not None:
        role.permissions = int(call.form["permissions"])
    role.extra |= _role_extra(call.form)
    call.hub.world.add_role(role)
    return payloads.role(role)


async def delete_role(call: Call) -> Reply:
    """Take a role away."""
    space = call.hub.server(call.path["guild"])
    call.hub.world.delete_role(space.id, grantable(call.hub, space, call.path["role"]).id)
    return None


async def _give(call: Call, *, on: bool) -> Reply:
    space = call.hub.server(call.path["guild"])
    account = call.hub.member(space, call.path["user"])
    role = grantable(call.hub, space, call.path["role"])
    call.hub.world.give_role(space.id, account.user_id, role.id, on=on)
    return None


async def give_role(call: Call) -> Reply:
    """Give a member a role."""
    return await _give(call, on=True)


async def take_role(call: Call) -> Reply:
    """Take a role from a member."""
    return await _give(call, on=False)


# ---- invites


def invite_json(hub: Hub, invite: Invite) -> Json:
    """Return an invite with its count of uses."""
    space = hub.world.space(invite.space)
    place = space.channels.get(invite.channel)
    shown = payloads.guild(space)
    names = ("id", "name", "splash", "banner", "description", "icon", "features", "verification_level")
    more = ("vanity_url_code", "nsfw_level", "nsfw", "premium_subscription_count")
    inviter = space.accounts.get(invite.inviter)
    found: dict[str, Any] = {
        "type": 0,
        "code": invite.code,
        "expires_at": None,
        "guild": {name: shown[name] for name in (*names, *more)},
        "guild_id": space.id,
        "channel": {"id": invite.channel, "type": 0, "name": place.name if place else None},
        "uses": invite.uses,
        "max_uses": invite.max_uses,
        "max_age": invite.max_age,
        "temporary": False,
        "created_at": stamp(invite.made),
    }
    if inviter is not None:
        found["inviter"] = payloads.user(inviter)
    return found


def make_invite(hub: Hub, space: Space, channel: Channel, inviter: str, form: Json) -> Invite:
    """Make an invitation link and tell the bot."""
    made = Invite(secrets.token_urlsafe(6), space.id, channel.id, inviter, hub.world.now())
    made.max_age, made.max_uses = int(form.get("max_age") or 0), int(form.get("max_uses") or 0)
    hub.invites[made.code] = made
    told = {**invite_json(hub, made), "channel_id": channel.id}
    del told["guild"], told["channel"]
    hub.emit("INVITE_CREATE", told, INVITES, space)
    return made


async def create_invite(call: Call) -> Reply:
    """Make an invitation link as the bot."""
    space, channel = call.hub.seen_channel(call.path["channel"], P.CREATE_INSTANT_INVITE)
    return invite_json(call.hub, make_invite(call.hub, space, channel, BOT_ID, call.form))


async def invites(call: Call) -> Reply:
    """List a server's invites with how often each was used."""
    space = call.hub.server(call.path["guild"])
    call.hub.need(space, None, P.MANAGE_GUILD)
    return [invite_json(call.hub, i) for i in call.hub.invites.values() if i.space == space.id]


async def invite(call: Call) -> Reply:
    """Return one invite."""
    found = call.hub.invites.get(call.path["code"])
    if found is None:
        raise unknown("invite")
    return invite_json(call.hub, found)


_MEMBER = "/guilds/{guild}/members/{user}"
ROUTES = (
    Route("GET", "/guilds/{guild}", server),
    Route("GET", "/guilds/{guild}/channels", channels),
    Route("POST", "/guilds/{guild}/channels", create_channel, status=201),
    Route("GET", "/guilds/{guild}/members", members),
    Route("GET", "/guilds/{guild}/members/search", search),
    Route("GET", _MEMBER, member),
    Route("PATCH", _MEMBER, change_member),
    Route("DELETE", _MEMBER, kick),
    Route("PUT", _MEMBER + "/roles/{role}", give_role),
    Route("DELETE", _MEMBER + "/roles/{role}", take_role),
    Route("GET", "/guilds/{guild}/roles", roles),
    Route("POST", "/guilds/{guild}/roles", create_role),
    Route("PATCH", "/guilds/{guild}/roles/{role}", change_role),
    Route("DELETE", "/guilds/{guild}/roles/{role}", delete_role),
    Route("GET", "/guilds/{guild}/invites", invites),
    Route("POST", "/channels/{channel}/invites", create_invite),
    Route("GET", "/invites/{code}", invite),
)
