"""Signed HTTP: events, commands and forms on a server of the process, and what is forged or old stays out."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from chat.answers import Answer, Invalid, Nothing, OpenForm, Say
from chat.events import CommandUsed, Event, FormSubmitted, MessagePosted
from chat.form import Form, Line
from chat.slack.adapter import SlackAdapter
from sandbox.slack import SlackFace, signing_secret
from sandbox.slack.http import HttpOutlet, signature
from sandbox.world import World
from tests.chat.slack.stage import COMMANDS, MENUS, Process, apologise, card, settings
from tests.sandbox.slack_setup import SPACE, Setup, sandbox
from tests.waiting import until

FORM = Form(id="f", title="F", fields=(Line(key="name", label="Name"),), submit="Send", cancel="Cancel")
EVENT = {
    "type": "event_callback",
    "team_id": SPACE,
    "event_id": "Ev1",
    "event_time": 1700000000,
    "event": {"type": "message", "channel": "C1", "user": "U1", "text": "hi", "ts": "1700000000.000100"},
}


@dataclass
class Served:
    setup: Setup
    process: Process
    url: str


@asynccontextmanager
async def served() -> AsyncIterator[Served]:
    def make(world: World) -> SlackFace:
        return SlackFace(world, transport="http", retry_delays=(0.0, 0.1, 0.1))

    async with sandbox(make) as setup:
        given = settings(setup, mode="http", app_token=None, signing_secret=signing_secret(SPACE))
        adapter, process = SlackAdapter(given, apologise), Process()
        app = web.Application()
        app.add_routes(adapter.routes())
        runner = web.AppRunner(app, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        setup.face.request_url = f"{site.name}/slack/events"
        await adapter.start(process, COMMANDS, MENUS)
        try:
            yield Served(setup, process, setup.face.request_url)
        finally:
            await adapter.stop()
            await runner.cleanup()


async def send(
    s: Served, body: bytes, *, secret: str = signing_secret(SPACE), age: float = 0, more: dict[str, str] | None = None
) -> int:
    stamp = str(int(time.time() - age))
    headers = {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature(secret, stamp, body),
        **(more or {}),
    }
    async with aiohttp.ClientSession() as session, session.post(s.url, data=body, headers=headers) as response:
        return response.status


async def test_the_address_is_verified() -> None:
    async with served() as s:
        outlet = s.setup.face.outlet(SPACE)
        assert isinstance(outlet, HttpOutlet)
        assert await outlet.verify_url()


async def test_a_conversation_a_command_and_a_form_by_http() -> None:
    def reply(event: Event) -> Answer:
        match event:
            case CommandUsed():
                return OpenForm(FORM)
            case FormSubmitted(values={"name": "bad"}):
                return Invalid({"name": "No."}, FORM)
            case FormSubmitted():
                return Say(card("thanks"))
            case _:
                return Nothing()

    async with served() as s:
        s.process.reply = reply
        mika = s.setup.join()
        s.setup.face.say(mika, "general", "by http")
        await until(lambda: s.process.said() == ["by http"])
        await s.setup.face.command(mika, "general", "/tsudoi", "me")
        await until(lambda: mika.user_id in s.setup.space.forms)
        assert await s.setup.face.submit(mika, {"name": "bad"}) == {"name": "No."}
        assert await s.setup.face.submit(mika, {"name": "Mika"}) == {}
        await until(lambda: any(m.only_for == mika.user_id for m in s.setup.said()))


async def test_what_could_not_be_stored_is_an_error_and_comes_again() -> None:
    async with served() as s:
        mika = s.setup.join()
        await until(lambda: not s.setup.face.pending())
        s.process.refuse = 2
        s.setup.face.say(mika, "general", "third time")
        await until(s.process.said)
        assert s.process.refused == 2


async def test_a_repeat_may_be_the_only_delivery_and_is_taken() -> None:
    async with served() as s:
        retry = {"X-Slack-Retry-Num": "3", "X-Slack-Retry-Reason": "http_timeout"}
        assert await send(s, json.dumps(EVENT).encode(), more=retry) == 200
        assert len(s.process.of(MessagePosted)) == 1


@pytest.mark.parametrize(
    ("secret", "age", "stamp"),
    [("forged", 0, None), (signing_secret(SPACE), 301, None), (signing_secret(SPACE), -301, None),
     (signing_secret(SPACE), 0, "soon"), (signing_secret(SPACE), 0, ""), (signing_secret(SPACE), 0, "٣")],
)  # fmt: skip
async def test_what_is_forged_or_old_stays_out(secret: str, age: float, stamp: str | None) -> None:
    async with served() as s:
        more = {} if stamp is None else {"X-Slack-Request-Timestamp": stamp}
        assert await send(s, json.dumps(EVENT).encode(), secret=secret, age=age, more=more) == 401
        assert not s.process.events


async def test_a_body_that_was_changed_or_is_no_text_stays_out() -> None:
    async with served() as s:
        stamp = str(int(time.time()))
        headers = {"X-Slack-Request-Timestamp": stamp, "Content-Type": "application/json"}
        async with aiohttp.ClientSession() as session:
            good = json.dumps(EVENT).encode()
            signed = {**headers, "X-Slack-Signature": signature(signing_secret(SPACE), stamp, good)}
            async with session.post(s.url, data=good.replace(b"hi", b"ho"), headers=signed) as response:
                assert response.status == 401
            async with session.post(s.url, data=good, headers=headers) as response:
                assert response.status == 401
            raw = b"\xff\xfe"
            signed = {**headers, "X-Slack-Signature": signature(signing_secret(SPACE), stamp, raw)}
            async with session.post(s.url, data=raw, headers=signed) as response:
                assert response.status == 400
        assert not s.process.events


async def test_two_workspaces_of_one_process_have_two_addresses() -> None:
    async with sandbox() as setup:
        app = web.Application()
        for path in ("/slack/events", "/slack/other/events"):
            given = settings(setup, mode="http", app_token=None, signing_secret="s", path=path)
            app.add_routes(SlackAdapter(given, apologise).routes())
        assert len(app.router.resources()) == 2
