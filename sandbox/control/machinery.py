"""What the control API offers beside people's acts: clock, faults, connections, replay, scripted members, panel."""

from __future__ import annotations

import asyncio
import dataclasses
import math
from datetime import timedelta
from typing import Any

from aiohttp import ClientError, ClientTimeout

from sandbox.control.acts import say_as
from sandbox.control.asking import Asked, read_moment
from sandbox.control.stage import NotFoundError, Stage
from sandbox.control.views import show_clock
from sandbox.face import Face, Faults
from sandbox.world import Happening, Json, SpaceKind, WorldError

SAME_OFFSET = 0.0005  # seconds; a float in a query loses less than that
WAIT = 20.0  # seconds until a waiting bot is told that the clock has not moved
BREATHE = 25  # messages of a replay between two chances for the bot's connections to be served
FURTHEST = timedelta(days=3660)  # a clock moved by mistake to the year 9999 cannot come back


async def move_clock(stage: Stage, asked: Asked) -> Json:
    """Move the clock forward, to a time or by seconds."""
    now = stage.world.now()
    if "to" in asked.fields:
        to = asked.moment("to")
    else:
        seconds = asked.number("by_seconds")
        if not math.isfinite(seconds) or abs(seconds) > FURTHEST.total_seconds():
            raise WorldError("'by_seconds' must be a number of seconds, ten years at most")
        to = now + timedelta(seconds=seconds)
    if to - now > FURTHEST:
        raise WorldError("the clock moves ten years forward at most")
    stage.world.move_clock(to)
    return show_clock(stage)


async def read_clock(stage: Stage, _asked: Asked) -> Json:
    """Return the time."""
    return show_clock(stage)


async def wait_clock(stage: Stage, asked: Asked) -> Json:
    """Answer as soon as the clock's offset differs from the one given, else after a while."""
    offset, moved = asked.number("offset"), asyncio.Event()

    def hear(happening: Happening) -> None:
        if happening.what == "clock_moved":
            moved.set()

    stop = stage.world.listen(hear)
    stage.patient.add(moved)
    try:
        async with asyncio.timeout(WAIT):
            while abs(stage.world.offset.total_seconds() - offset) <= SAME_OFFSET and not stage.closing:
                moved.clear()
                await moved.wait()
    except TimeoutError:
        pass
    finally:
        stop()
        stage.patient.discard(moved)
    return show_clock(stage)


# ---- faults


def _face(stage: Stage, asked: Asked) -> Face:
    name = asked.text("face")
    try:
        return stage.platforms[SpaceKind(name)].face
    except (KeyError, ValueError):
        raise NotFoundError(f"no face {name!r}; there are: {', '.join(k.value for k in stage.platforms)}") from None


def _show_faults(faults: Faults) -> Json:
    shown = dataclasses.asdict(faults)
    return {**shown, "only": list(faults.only), "missing_scopes": sorted(faults.missing_scopes)}


def _read_fault(asked: Asked, name: str, now: Any) -> Any:  # noqa: ANN401 - the field's own type
    if isinstance(now, bool):
        return asked.flag(name)
    if isinstance(now, tuple):
        return tuple(asked.texts(name))
    if isinstance(now, frozenset):
        return frozenset(asked.texts(name))
    value = asked.number(name)
    if not math.isfinite(value) or value < 0:
        raise WorldError(f"{name!r} must be 0 or more")
    if name not in {"retry_after", "slow_by", "seed"} and value > 1:
        raise WorldError(f"{name!r} is a share, from 0 to 1")
    return int(value) if isinstance(now, int) else value


async def read_faults(stage: Stage, _asked: Asked) -> Json:
    """Return what goes wrong on purpose, per face."""
    return {kind.value: _show_faults(platform.face.faults) for kind, platform in stage.platforms.items()}


async def set_faults(stage: Stage, asked: Asked) -> Json:
    """Let things go wrong on a face: the fields of ``Faults`` that are given."""
    face = _face(stage, asked)
    known = {f.name for f in dataclasses.fields(Faults)}
    given = [name for name in asked.fields if name != "face"]
    for name in given:
        if name not in known:
            raise WorldError(f"no fault {name!r}; there are: {', '.join(sorted(known))}")
    changes = {name: _read_fault(asked, name, getattr(face.faults, name)) for name in given}
    for name, value in changes.items():
        setattr(face.faults, name, value)
    return _show_faults(face.faults)


async def disconnect(stage: Stage, asked: Asked) -> Json:
    """Cut the bot's connection to a face."""
    await _face(stage, asked).disconnect(lose_session=asked.flag("lose_session"))
    return {"done": True}


# ---- replay


async def replay(stage: Stage, asked: Asked) -> Json:
    """Say many messages quickly. One that cannot be said ends it, with the ids of those that were."""
    ids: list[str] = []
    for number, fields in enumerate(asked.objects("messages")):
        one = Asked(fields)
        try:
            if fields.get("at") is not None:
                at = read_moment(one.text("at"), "at")
                if at > stage.world.now():
                    stage.world.move_clock(at)
            ids.append(say_as(stage, one)["id"])
        except WorldError as error:
            return {"ids": ids, "failed": {"number": number, "error": str(error)}}
        if number % BREATHE == BREATHE - 1:
            await asyncio.sleep(0)
    return {"ids": ids, "failed": None}


# ---- scripted members, the store's panel


async def set_life(stage: Stage, asked: Asked) -> Json:
    """Switch the scripted members on or off."""
    if stage.life is None:
        raise NotFoundError("this world has no scripted members")
    stage.life.on = asked.flag("on")
    return {"on": stage.life.on}


async def read_panel(stage: Stage, _asked: Asked) -> Json:
    """Return what the program beside the sandbox shows of its store."""
    if stage.panel_url is None or stage.http is None:
        return {"sections": [], "configured": False}
    try:
        async with stage.http.get(stage.panel_url, timeout=ClientTimeout(total=5)) as reply:
            panel: Any = await reply.json(content_type=None) if reply.ok else None
    except (ClientError, TimeoutError, ValueError) as error:
        return {"sections": [], "configured": True, "error": f"the panel did not answer: {type(error).__name__}"}
    if not isinstance(panel, dict) or not isinstance(panel.get("sections"), list):
        return {"sections": [], "configured": True, "error": "the panel did not answer with sections"}
    return {"sections": panel["sections"], "configured": True}
