"""Over HTTP the sandbox signs what it sends, asks for the challenge first, and comes again when nobody answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest, AsyncRespond, AsyncSay
from slack_sdk.signature import SignatureVerifier

from sandbox.face import Faults
from sandbox.slack import SlackFace, signing_secret
from sandbox.slack.http import HttpOutlet
from sandbox.world import World, WorldError
from tests.sandbox.slack_raw import call
from tests.sandbox.slack_setup import SPACE, Setup, sandbox
from tests.sandbox.test_slack_bolt import BUTTON, FORM
from tests.waiting import until

Json = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def over_http(world: World) -> SlackFace:
    return SlackFace(world, transport="http", retry_delays=(0.0, 0.1, 0.1))


@asynccontextmanager
async def serving(setup: Setup, handler: Handler) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/slack/events", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    setup.face.workspaces()
    setup.face.request_url = f"{site.name}/slack/events"
    try:
        yield
    finally:
        await runner.cleanup()


def outlet(setup: Setup) -> HttpOutlet:
    found = setup.face.outlet(SPACE)
    assert isinstance(found, HttpOutlet)
    return found


@dataclass
class Endpoint:
    """An app's URL that answers with the statuses it is given, then 200."""

    statuses: list[int] = field(default_factory=list)
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((dict(request.headers), await request.text()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


async def test_bolt_over_http_round_trip() -> None:
    errors = ["once"]

    async with sandbox(over_http) as setup:
        app = AsyncApp(client=setup.client(), signing_secret=signing_secret(SPACE), process_before_response=False)

        @app.message("hello")
        async def hello(say: AsyncSay) -> None:
            await say(text="hi", blocks=[BUTTON])

        @app.action("tell")
        async def tell(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
            await ack()
            await app.client.views_open(trigger_id=body["trigger_id"], view=FORM)
            await respond(text="pressed", response_type="ephemeral", replace_original=False)

        @app.view("intro")
        async def intro(ack: AsyncAck) -> None:
            if errors:
                errors.clear()
                await ack(response_action="errors", errors={"name": "no"})
            else:
                await ack()

        @app.command("/tsudoi")
        async def command(ack: AsyncAck) -> None:
            await ack("at your service")

        async def handler(request: web.Request) -> web.StreamResponse:
            asked = AsyncBoltRequest(
                body=await request.text(), query=request.query_string, headers=dict(request.headers)
            )
            answer = await app.async_dispatch(asked)
            return web.Response(status=answer.status, text=answer.body, headers={"Content-Type": "application/json"})

        async with serving(setup, handler):
            assert await outlet(setup).verify_url()
            mika = setup.join()
            setup.face.say(mika, "general", "hello")
            await until(lambda: setup.said()[-1].text == "hi")
            await setup.face.press(mika, setup.said()[-1], {"action_id": "tell"})
            await until(lambda: setup.said()[-1].text == "pressed")
            assert setup.said()[-1].only_for == mika.user_id
            assert await setup.face.submit(mika, {"name": "Mika"}) == {"name": "no"}
            assert await setup.face.submit(mika, {"name": "Mika"}) == {}
            await setup.face.command(mika, "general", "tsudoi", "")
            assert setup.said()[-1].text == "at your service"
            await until(lambda: setup.face.pending() == 0)


async def test_requests_are_signed_with_the_secret_of_the_workspace() -> None:
    endpoint = Endpoint()
    async with sandbox(over_http) as setup, serving(setup, endpoint.take):
        setup.join()
        await until(lambda: setup.face.pending() == 0)
        headers, body = endpoint.requests[0]
        assert SignatureVerifier(signing_secret(SPACE)).is_valid_request(body, headers)
        assert not SignatureVerifier("secret-T0OTHER").is_valid_request(body, headers)
        assert "X-Slack-Retry-Num" not in headers


async def test_failures_are_repeated_with_number_and_reason() -> None:
    endpoint = Endpoint(statuses=[500, 503])
    async with sandbox(over_http) as setup:
        setup.face.announce_joins = False
        mika = setup.join()
        async with serving(setup, endpoint.take):
            setup.face.say(mika, "general", "hello")
            await until(lambda: setup.face.pending() == 0)
        told = [(h.get("X-Slack-Retry-Num"), h.get("X-Slack-Retry-Reason")) for h, _ in endpoint.requests]
        assert told == [(None, None), ("1", "http_error"), ("2", "http_error")]
        assert len({json.loads(body)["event_id"] for _, body in endpoint.requests}) == 1


async def test_three_repeats_are_all() -> None:
    endpoint = Endpoint(statuses=[500] * 9)
    async with sandbox(over_http) as setup:
        mika = setup.join()
        async with serving(setup, endpoint.take):
            lost = setup.face.lost()
            setup.face.say(mika, "general", "hello")
            await until(lambda: setup.face.pending() == 0)
        assert len(endpoint.requests) == 4
        assert setup.face.lost() == lost + 1


async def test_duplicates_over_http_are_the_same_event() -> None:
    endpoint = Endpoint()
    async with sandbox(over_http) as setup:
        mika = setup.join()
        setup.face.faults = Faults(duplicate=1.0)
        async with serving(setup, endpoint.take):
            setup.face.say(mika, "general", "hello")
            await until(lambda: setup.face.pending() == 0)
        assert len(endpoint.requests) == 2
        assert len({json.loads(body)["event_id"] for _, body in endpoint.requests}) == 1


async def test_an_app_that_is_not_there_is_told_to_the_person() -> None:
    async with sandbox(over_http) as setup:
        mika = setup.join()
        with pytest.raises(WorldError, match="no request URL"):
            await setup.face.command(mika, "general", "tsudoi", "")
        setup.face.request_url = "http://127.0.0.1:9/slack/events"
        with pytest.raises(WorldError, match="connection_failed"):
            await setup.face.command(mika, "general", "tsudoi", "")


async def test_socket_mode_is_refused_where_it_is_not_switched_on() -> None:
    async with sandbox(over_http) as setup:
        answer = await call(setup, "apps.connections.open", token=f"xapp-{SPACE}")
        assert answer == {"ok": False, "error": "socket_mode_not_enabled"}
