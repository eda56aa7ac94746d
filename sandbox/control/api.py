"""The table of the control API: which path does what."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.control import acts, machinery, people
from sandbox.control.asking import Asked
from sandbox.control.guard import Handler, guarded
from sandbox.control.stage import Stage
from sandbox.control.stream import Stream
from sandbox.control.views import show_messages, show_state
from sandbox.world import Json

Answer = Callable[[Stage, Asked], Awaitable[Json]]

MOST_MESSAGES = 500


async def state(stage: Stage, _asked: Asked) -> Json:
    """Return people, spaces, channels, accounts, roles."""
    return show_state(stage)


async def messages(stage: Stage, asked: Asked) -> Json:
    """Return what stands in a channel, for a viewer."""
    space = stage.space(asked.text("space"))
    return show_messages(
        stage,
        space,
        stage.channel(space, asked.text("channel")),
        stage.account(space, asked.text("viewer")),
        thread=asked.maybe("thread"),
        every=asked.flag("every"),
        before=asked.maybe("before"),
        limit=min(max(int(asked.number("limit", 60)), 1), MOST_MESSAGES),
    )


async def form(stage: Stage, asked: Asked) -> Json:
    """Return a viewer's open form."""
    space = stage.space(asked.text("space"))
    return {"form": space.forms.get(stage.account(space, asked.text("viewer")).user_id)}


async def home(stage: Stage, asked: Asked) -> Json:
    """Return a viewer's home tab as it was last drawn."""
    space = stage.space(asked.text("space"))
    return {"home": space.homes.get(stage.account(space, asked.text("viewer")).user_id)}


async def commands(stage: Stage, asked: Asked) -> Json:
    """Return the commands and message menus of a space."""
    space = stage.space(asked.text("space"))
    return {"commands": stage.face(space).commands(space.id)}


READS: dict[str, Answer] = {
    "state": state,
    "messages": messages,
    "form": form,
    "home": home,
    "commands": commands,
    "clock": machinery.read_clock,
    "clock/wait": machinery.wait_clock,
    "faults": machinery.read_faults,
    "panel": machinery.read_panel,
}

WRITES: dict[str, Answer] = {
    "say": acts.say,
    "open_thread": acts.open_thread,
    "react": acts.react,
    "press": acts.press,
    "press_home": acts.press_home,
    "press_form": acts.press_form,
    "submit": acts.submit,
    "dismiss": acts.dismiss,
    "command": acts.command,
    "complete": acts.complete,
    "menu": acts.menu,
    "open_home": acts.open_home,
    "person": people.put_person,
    "join": people.join,
    "join_many": people.join_many,
    "leave": people.leave,
    "join_channel": people.join_channel,
    "leave_channel": people.leave_channel,
    "dm": people.dm,
    "clock": machinery.move_clock,
    "faults": machinery.set_faults,
    "disconnect": machinery.disconnect,
    "replay": machinery.replay,
    "life": machinery.set_life,
}

TELLS_ALL = {"person", "life", "join_many"}  # change what the world has no happening for


def _handle(stage: Stage, stream: Stream, path: str, answer: Answer) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        said = await answer(stage, await Asked.read(request))
        if path in TELLS_ALL:
            stream.poke("state")
        return web.json_response(
            said, dumps=lambda v: json.dumps(v, ensure_ascii=False), headers={"Cache-Control": "no-store"}
        )

    return _guard(handle)


def _guard(handle: Handler) -> Handler:
    async def handle_guarded(request: web.Request) -> web.StreamResponse:
        return await guarded(request, handle)

    return handle_guarded


def control_routes(stage: Stage, stream: Stream) -> list[web.RouteDef]:
    """Return the routes of the control API, each behind the guard."""
    made = [web.get(f"/api/{path}", _handle(stage, stream, path, answer)) for path, answer in READS.items()]
    made += [web.post(f"/api/{path}", _handle(stage, stream, path, answer)) for path, answer in WRITES.items()]
    return [*made, web.get("/api/stream", _guard(stream.serve))]
