"""What a member does in a client: says, reacts, presses, fills in forms, uses commands and menus."""

from __future__ import annotations

from typing import Any

from sandbox.control.asking import Asked
from sandbox.control.stage import Stage, may_see
from sandbox.control.views import show_channel, show_message
from sandbox.world import Account, Channel, ChannelKind, Json, Space, SpaceKind, WorldError


def _actor(stage: Stage, asked: Asked) -> tuple[Space, Account]:
    space = stage.space(asked.text("space"))
    return space, stage.actor(space, asked.text("account"))


def _enter_channel(stage: Stage, space: Space, account: Account, name: str) -> Channel:
    """Return the channel somebody is about to act in; on Slack one must be in a channel to write there."""
    channel = stage.channel(space, name)
    if not may_see(space, channel, account):
        raise WorldError(
            f"{account.name} cannot see #{channel.name}", "cannot_see", name=account.name, channel=channel.name
        )
    if channel.archived:
        raise WorldError(f"#{channel.name} is archived", "archived", channel=channel.name)
    if space.kind is SpaceKind.SLACK and channel.kind is ChannelKind.TEXT:
        stage.world.join_channel(space.id, channel.id, account.user_id)
    return channel


def say_as(stage: Stage, asked: Asked) -> Json:
    """Let a member write; used for one message and for each of a replay."""
    space, account = _actor(stage, asked)
    channel = _enter_channel(stage, space, account, asked.text("channel"))
    text, files = asked.text("text", ""), tuple(asked.objects("files"))
    if not text.strip() and not files:
        raise WorldError("a message needs words", "no_words")
    thread, reply_to = asked.maybe("thread"), asked.maybe("reply_to")
    said = stage.face(space).say(account, channel.id, text, thread=thread, reply_to=reply_to, files=files)
    return show_message(said, account.user_id)


async def say(stage: Stage, asked: Asked) -> Json:
    """Write a message."""
    return say_as(stage, asked)


async def open_thread(stage: Stage, asked: Asked) -> Json:
    """Open a Discord thread, on a message or (in a forum) as a post with ``text``."""
    space, account = _actor(stage, asked)
    open_it = stage.platform(space).open_thread
    if open_it is None:
        raise WorldError("a thread of this platform is opened by answering a message")
    channel, on = _enter_channel(stage, space, account, asked.text("channel")), asked.maybe("message")
    message = None if on is None else stage.message(space, channel.id, on)
    made = open_it(account, channel.id, asked.text("name"), text=asked.maybe("text"), message=message)
    return show_channel(made)


async def react(stage: Stage, asked: Asked) -> Json:
    """Put a reaction on a message or (``on`` false) take it back."""
    space, account = _actor(stage, asked)
    message = stage.message(space, asked.text("channel"), asked.text("message"))
    emoji, on = asked.text("emoji"), asked.flag("on", default=True)
    stage.world.react(space.id, message.channel, message.id, account.user_id, emoji, on=on)
    return show_message(message, account.user_id)


async def press(stage: Stage, asked: Asked) -> Json:
    """Press a button or settle a select on a message."""
    space, account = _actor(stage, asked)
    message = stage.message(space, asked.text("channel"), asked.text("message"))
    if message.only_for not in (None, account.user_id):
        raise WorldError("this message is somebody else's", "not_yours")
    await stage.face(space).press(account, message, asked.object("element"))
    return {"done": True}


async def press_home(stage: Stage, asked: Asked) -> Json:
    """Press an element of the home tab."""
    space, account = _actor(stage, asked)
    await stage.face(space).press_home(account, asked.object("element"))
    return {"done": True}


async def press_form(stage: Stage, asked: Asked) -> Json:
    """Press an element of the open form that acts at once."""
    space, account = _actor(stage, asked)
    press_it = stage.platform(space).press_form
    if press_it is None:
        raise WorldError("nothing in a form of this platform acts before it is sent")
    await press_it(account, asked.object("element"))
    return {"done": True}


def _read_value(name: str, value: Any) -> str | list[str] | None:  # noqa: ANN401 - JSON from outside
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return value
    raise WorldError(f"the value of {name!r} must be a string, a list of strings, or null")


async def submit(stage: Stage, asked: Asked) -> Json:
    """Send the open form; field errors come back as ``errors``."""
    space, account = _actor(stage, asked)
    if account.user_id not in space.forms:
        raise WorldError("no form is open", "no_form")
    values = {name: _read_value(name, value) for name, value in asked.object("values").items()}
    return {"errors": await stage.face(space).submit(account, values)}


async def dismiss(stage: Stage, asked: Asked) -> Json:
    """Close the open form without sending it."""
    space, account = _actor(stage, asked)
    if account.user_id in space.forms:
        await stage.face(space).dismiss(account)
    return {"done": True}


async def command(stage: Stage, asked: Asked) -> Json:
    """Use a slash command: ``name``, and in ``text`` all that follows it."""
    space, account = _actor(stage, asked)
    channel = _enter_channel(stage, space, account, asked.text("channel"))
    name, text = asked.text("name").removeprefix("/"), asked.text("text", "").strip()
    await stage.face(space).command(account, channel.id, name, text, thread=asked.maybe("thread"))
    return {"done": True}


async def complete(stage: Stage, asked: Asked) -> Json:
    """Type in an ``option`` of a command: what the bot proposes for it. ``text`` is all that follows the name."""
    space, account = _actor(stage, asked)
    ask = stage.platform(space).complete
    if ask is None:
        return {"choices": []}
    channel = _enter_channel(stage, space, account, asked.text("channel"))
    return {"choices": await ask(account, channel.id, asked.text("name"), asked.text("text", ""), asked.text("option"))}


async def menu(stage: Stage, asked: Asked) -> Json:
    """Use an entry of a message's menu."""
    space, account = _actor(stage, asked)
    message = stage.message(space, asked.text("channel"), asked.text("message"))
    await stage.face(space).menu(account, message, asked.text("name"))
    return {"done": True}


async def open_home(stage: Stage, asked: Asked) -> Json:
    """Open the app's home tab."""
    space, account = _actor(stage, asked)
    await stage.face(space).open_home(account)
    return {"home": space.homes.get(account.user_id)}
