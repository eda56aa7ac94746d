"""Commands, clicks, menus and forms as events: pure. Payloads: docs.slack.dev/reference/interaction-payloads."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from chat.commands import Command, OptionKind, parse_words
from chat.events import ActionPressed, CommandUsed, Event, FormSubmitted, MenuUsed
from chat.form import Values
from chat.ids import Place
from chat.slack.identity import Identity, moment
from chat.slack.inbound import readable
from chat.slack.render import LINK_ACTION
from chat.slack.reply import Reply, Where, from_metadata, pack

Json = dict[str, Any]

_MEMBER = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_NAMED = re.compile(r"<([@#][A-Z0-9]+)\|[^<>]*>")  # a name may hold spaces and quotes, which would part the word


def read_command(payload: Json, me: Identity, commands: tuple[Command, ...], now: datetime) -> CommandUsed:
    """Read a slash command: its words become options as ``chat.commands`` says."""
    name = str(payload["command"]).removeprefix("/")
    typed = _NAMED.sub(r"<\1>", str(payload.get("text") or ""))
    command = next((c for c in commands if c.name == name), None)
    sub, options, rest = parse_words(command, typed) if command else ("", {}, typed)
    kinds = {option.name: option.kind for option in command.options_of(sub)} if command else {}
    user, channel = str(payload["user_id"]), str(payload["channel_id"])
    way_back = Reply(
        user=user,
        where=Where.COMMAND,
        channel=channel,
        response_url=payload.get("response_url"),
        trigger=payload.get("trigger_id"),
    )
    return CommandUsed(
        key=me.key("command", str(payload["trigger_id"])),
        at=now,
        workspace=me.workspace,
        user=me.member(user),
        user_name=str(payload.get("user_name") or ""),
        reply=pack(way_back),
        place=me.place(channel),
        command=name,
        sub=sub,
        options={key: _option(value, kinds.get(key)) for key, value in options.items()},
        text=readable(rest),
    )


def read_interaction(payload: Json, me: Identity, now: datetime) -> Event | None:
    """Read a click, a choice, a message menu or a submitted form."""
    match payload.get("type"):
        case "block_actions":
            return _pressed(payload, me, now)
        case "message_action":
            return _menu(payload, me, now)
        case "view_submission":
            return _submitted(payload, me, now)
        case _:
            return None


def _option(value: str, kind: OptionKind | None) -> str:
    if kind is OptionKind.MEMBER and (found := _MEMBER.search(value)):
        return found[1]
    return readable(value)


def _who(payload: Json, me: Identity) -> Json:
    user = payload["user"]
    return {
        "user": me.member(str(user["id"])),
        "user_name": str(user.get("name") or user.get("username") or ""),
        "locale": user.get("locale") or None,
        "workspace": me.workspace,
    }


def _pressed(payload: Json, me: Identity, now: datetime) -> ActionPressed | None:
    action = payload["actions"][0]  # Slack reports one at a time
    if str(action["action_id"]).startswith(LINK_ACTION):
        return None
    way_back = _way_back(payload)
    place = me.place(way_back.channel, way_back.thread) if way_back.channel else None
    message = None
    if way_back.where is Where.MESSAGE and way_back.channel and way_back.message:
        message = me.message(way_back.channel, way_back.message, way_back.thread)
        place = message.place
    told = action.get("action_ts")
    return ActionPressed(
        **_who(payload, me),
        key=me.key("action", str(payload["trigger_id"])),
        at=moment(str(told)) if told else now,
        reply=pack(way_back),
        place=place,
        action=str(action["action_id"]),
        values=_chosen(action),
        message=message,
    )


def _way_back(payload: Json) -> Reply:
    user, container = str(payload["user"]["id"]), payload.get("container") or {}
    view = payload.get("view")
    trigger = payload.get("trigger_id")
    if view is None:
        message = payload.get("message") or {}
        pressed = container.get("message_ts") or message.get("ts")
        thread = container.get("thread_ts") or message.get("thread_ts")
        return Reply(
            user=user,
            where=Where.MESSAGE,
            channel=(payload.get("channel") or {}).get("id") or container.get("channel_id"),
            thread=None if thread == pressed else thread,  # a thread's first message bears its own ts, and is outside
            message=pressed,
            ephemeral=bool(container.get("is_ephemeral")),
            response_url=payload.get("response_url"),
            trigger=trigger,
        )
    if view.get("type") == "home":
        return Reply(user=user, where=Where.HOME, trigger=trigger)
    origin = from_metadata(str(view.get("private_metadata") or ""), user)
    return _within(origin, Where.MODAL, user, trigger, str(view["id"]))


def _within(origin: Reply, where: Where, user: str, trigger: str | None, view: str) -> Reply:
    # who acts is told by Slack; of the metadata, which came back from a client, only the place is taken
    return Reply(
        user=user,
        where=where,
        channel=origin.channel,
        thread=origin.thread,
        message=origin.message,
        ephemeral=origin.ephemeral,
        response_url=origin.response_url,
        trigger=trigger,
        view=view,
        origin=origin.place,
        locale=origin.locale,
    )


def _menu(payload: Json, me: Identity, now: datetime) -> MenuUsed:
    said, channel = payload["message"], str(payload["channel"]["id"])
    ts = str(payload.get("message_ts") or said["ts"])
    thread = said.get("thread_ts")
    message = me.message(channel, ts, str(thread) if thread else None)
    way_back = Reply(
        user=str(payload["user"]["id"]),
        where=Where.MENU,
        channel=channel,
        thread=message.place.thread,
        response_url=payload.get("response_url"),
        trigger=payload.get("trigger_id"),
    )
    author, told = said.get("user") or said.get("bot_id"), payload.get("action_ts")
    return MenuUsed(
        **_who(payload, me),
        key=me.key("menu", str(payload["trigger_id"])),
        at=moment(str(told)) if told else now,
        reply=pack(way_back),
        place=message.place,
        menu=str(payload["callback_id"]),
        message=message,
        author=me.member(str(author)) if author else None,
        text=readable(str(said.get("text") or "")),
    )


def _submitted(payload: Json, me: Identity, now: datetime) -> FormSubmitted:
    view, user = payload["view"], str(payload["user"]["id"])
    origin = from_metadata(str(view.get("private_metadata") or ""), user)
    trigger = payload.get("trigger_id")
    way_back = _within(origin, Where.FORM, user, trigger, str(view["id"]))
    place: Place | None = me.place(origin.channel, origin.thread) if origin.channel else None
    if place and origin.message and origin.channel:
        place = me.message(origin.channel, origin.message, origin.thread).place
    return FormSubmitted(
        **_who(payload, me),
        # the hash stays the same when a form comes back after errors; the trigger is new each time it is sent
        key=me.key("form", str(view["id"]), str(view.get("hash") or ""), str(trigger or "")),
        at=now,
        reply=pack(way_back),
        place=place,
        form=str(view["callback_id"]),
        values=_values((view.get("state") or {}).get("values") or {}),
    )


def _values(state: Json) -> Values:
    found: Values = {}
    for key, elements in state.items():
        for element in elements.values():
            if element.get("type") in {"multi_static_select", "checkboxes"}:
                found[key] = _chosen(element)
            else:
                one = _chosen(element)
                found[key] = one[0] if one else str(element.get("value") or element.get("selected_date") or "")
    return found


def _chosen(element: Json) -> tuple[str, ...]:
    if option := element.get("selected_option"):
        return (str(option["value"]),)
    return tuple(str(option["value"]) for option in element.get("selected_options") or ())
