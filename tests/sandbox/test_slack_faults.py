"""What goes wrong on purpose goes wrong as it does on Slack."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError

from sandbox.face import Faults
from sandbox.slack import SlackFace, app_token
from sandbox.world import World, WorldError
from tests.sandbox.slack_raw import WITHHELD, call, raw_app
from tests.sandbox.slack_setup import SPACE, Setup, bolt, sandbox
from tests.waiting import until

Json = dict[str, Any]


def eager(world: World) -> SlackFace:
    return SlackFace(world, redeliver_after=0.2)


async def test_a_rate_limit_says_when_to_come_back_and_does_nothing() -> None:
    async with sandbox() as setup:
        setup.face.faults = Faults(rate_limited=1.0, retry_after=7)
        with pytest.raises(SlackApiError) as refused:
            await setup.client().chat_postMessage(channel=setup.channel(), text="hello")
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "7"
        assert refused.value.response["error"] == "ratelimited"
        assert setup.said() == []


async def test_a_server_error_does_nothing() -> None:
    async with sandbox() as setup:
        setup.face.faults = Faults(server_error=1.0)
        with pytest.raises(SlackApiError) as refused:
            await setup.client().chat_postMessage(channel=setup.channel(), text="hello")
        assert refused.value.response.status_code == 500
        assert setup.said() == []


async def test_a_dropped_reply_comes_after_the_deed() -> None:
    async with sandbox() as setup:
        setup.face.faults = Faults(dropped=1.0, only=("chat.",))
        with pytest.raises(aiohttp.ClientError):
            await setup.client().chat_postMessage(channel=setup.channel(), text="hello")
        assert [message.text for message in setup.said()] == ["hello"]
        assert (await setup.client().auth_test())["ok"]


async def test_response_urls_have_faults_of_their_own() -> None:
    async with sandbox() as setup, raw_app(setup) as app, aiohttp.ClientSession() as session:
        await setup.face.command(setup.join(), "general", "tsudoi", "")
        url = app.of("slash_commands")[0]["payload"]["response_url"]
        for faults, status in ((Faults(rate_limited=1.0), 429), (Faults(server_error=1.0), 500), (Faults(), 200)):
            setup.face.faults = faults
            reply = await session.post(url, json={"text": "hello"})
            assert reply.status == status
        assert [m.text for m in setup.said()][1:] == ["hello"]


async def test_a_slow_reply_comes_after_the_deed() -> None:
    async with sandbox() as setup:
        setup.face.faults = Faults(slow=1.0, slow_by=0.3)
        sending = asyncio.create_task(setup.client().chat_postMessage(channel=setup.channel(), text="slow"))
        await until(setup.said)
        assert not sending.done()
        assert (await sending)["ts"] == setup.said()[0].id


async def test_shares_of_faults_are_kept_and_repeat_with_the_seed() -> None:
    async def outcome(seed: int) -> list[bool]:
        async with sandbox() as setup:
            setup.face.faults = Faults(server_error=0.3, seed=seed)
            async with aiohttp.ClientSession() as session:
                statuses = []
                for _ in range(60):
                    async with session.post(f"{setup.base_url}/slack/api/api.test") as reply:
                        statuses.append(reply.status == 500)
            return statuses

    first = await outcome(7)
    assert 5 < sum(first) < 35
    assert await outcome(7) == first
    assert await outcome(8) != first


async def test_a_withheld_scope_names_what_is_needed() -> None:
    async with sandbox() as setup:
        setup.face.faults = Faults(missing_scopes=frozenset({"groups:history"}))
        private, general = setup.channel("moderators"), setup.channel()
        assert (await call(setup, "conversations.history", channel=general))["ok"]
        refused = await call(setup, "conversations.history", channel=private)
        assert (refused["error"], refused["needed"]) == ("missing_scope", "groups:history")
        assert "groups:history" not in refused["provided"].split(",")


async def test_a_manifest_limits_scopes_events_and_commands() -> None:
    manifest: Json = {
        "features": {
            "slash_commands": [{"command": "/tsudoi", "description": "Ask", "usage_hint": "help"}],
            "shortcuts": [{"name": "Thank", "type": "message", "callback_id": "thank", "description": "Say thanks"}],
        },
        "oauth_config": {"scopes": {"bot": ["channels:read", "chat:write"]}},
        "settings": {"event_subscriptions": {"bot_events": ["message.channels"]}},
    }
    async with sandbox() as setup, raw_app(setup) as app:
        setup.face.install(SPACE, manifest)
        mika = setup.join()
        setup.face.say(mika, "general", f"<@{setup.space.bot}> hello")
        await until(lambda: app.events("message"))
        assert {frame["payload"]["event"]["type"] for frame in app.of("events_api")} == {"message"}
        assert (await call(setup, "users.list"))["error"] == "missing_scope"
        assert [(c["name"], c["kind"]) for c in setup.face.commands(SPACE)] == [
            ("/tsudoi", "slash"),
            ("thank", "message"),
        ]
        with pytest.raises(WorldError, match="not a valid command"):
            await setup.face.command(mika, "general", "nothing", "")


async def test_a_duplicate_has_the_same_event_id() -> None:
    async with sandbox() as setup, raw_app(setup) as app:
        mika = setup.join()
        setup.face.faults = Faults(duplicate=1.0)
        setup.face.say(mika, "general", "hello")
        await until(lambda: len(app.events("message")) == 2)
        one, other = app.events("message")
        assert one["event_id"] == other["event_id"]
        assert len({frame["envelope_id"] for frame in app.of("events_api")}) == len(app.of("events_api"))


async def test_what_is_not_acknowledged_comes_again() -> None:
    withhold = [True]

    def answer(_: Json) -> Json | None:
        return WITHHELD if withhold[0] else None

    async with sandbox(eager) as setup, raw_app(setup, answer) as app:
        mika = setup.join()
        setup.face.announce_joins = False
        setup.face.say(mika, "general", "hello")
        await until(lambda: len(app.events("message")) == 2)
        withhold[0] = False
        await until(lambda: setup.face.pending() == 0)
        frames = [f for f in app.of("events_api") if f["payload"]["event"]["type"] == "message"]
        frames = [f for f in frames if f["payload"]["event"].get("text") == "hello"]
        assert [frame["retry_attempt"] for frame in frames] == list(range(len(frames)))
        assert frames[1]["retry_reason"] == "timeout"
        assert len({frame["payload"]["event_id"] for frame in frames}) == 1


async def test_an_event_is_given_up_after_three_repeats() -> None:
    async with sandbox(eager) as setup, raw_app(setup, lambda _: WITHHELD) as app:
        before = setup.face.lost()  # what happened before anybody listened
        setup.face.announce_joins = False
        setup.join()
        await until(lambda: setup.face.pending() == 0 and setup.face.lost() > before)
        attempts = [f["retry_attempt"] for f in app.of("events_api") if f["payload"]["event"]["type"] == "team_join"]
        assert attempts == [0, 1, 2, 3]
        assert setup.face.lost() - before == 5  # the joining itself and of four channels


async def test_events_are_lost_while_nobody_listens_or_wait_if_told_to() -> None:
    async with sandbox() as setup:
        mika = setup.join()
        lost = setup.face.lost()
        setup.face.say(mika, "general", "nobody hears this")
        assert setup.face.lost() == lost + 1
        setup.face.faults.lose_while_away = False
        setup.face.say(mika, "general", "this waits")
        async with raw_app(setup) as app:
            await until(lambda: app.events("message"))
            assert [p["event"]["text"] for p in app.events("message")] == ["this waits"]


async def test_an_unacknowledged_event_survives_the_loss_of_its_connection() -> None:
    async with sandbox(eager) as setup:
        mika = setup.join()
        async with raw_app(setup, lambda _: WITHHELD) as app:
            setup.face.say(mika, "general", "hello")
            await until(lambda: app.events("message"))
        async with raw_app(setup) as other:
            await until(lambda: other.events("message"))
            assert other.of("events_api")[0]["retry_attempt"] == 1


async def test_bolt_comes_back_after_both_kinds_of_disconnect() -> None:
    heard: list[str] = []

    def prepare(app: AsyncApp) -> None:
        @app.event("message")
        async def message(event: Json) -> None:
            heard.append(event["text"])

    async with sandbox() as setup, bolt(setup, prepare, ping_interval=0.5):
        setup.face.announce_joins = False
        mika = setup.join()
        for number, lose_session in enumerate((False, True)):
            await setup.face.disconnect(lose_session=lose_session)
            assert not setup.face.connected()
            await until(setup.face.connected)
            setup.face.say(mika, "general", f"after {number}")
            # A busy machine may lose the young connection too; then Slack says it again over the next.
            await until(lambda: f"after {number}" in heard)  # noqa: B023 - awaited within the turn


async def test_connections_take_turns_and_ten_is_the_most() -> None:
    async with sandbox() as setup, raw_app(setup) as one, raw_app(setup) as other:
        mika = setup.join()
        setup.face.announce_joins = False
        for number in range(20):
            setup.face.say(mika, "general", str(number))
        await until(lambda: len(one.events("message")) + len(other.events("message")) == 20)
        assert abs(len(one.events("message")) - len(other.events("message"))) <= 4
        await fill(setup)


async def fill(setup: Setup) -> None:
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(9):
            url = (await call(setup, "apps.connections.open", token=app_token(SPACE)))["url"]
            sockets.append(await session.ws_connect(url))
        hellos = [await socket.receive_json() for socket in sockets]
        assert [hello["type"] for hello in hellos] == ["hello"] * 8 + ["disconnect"]
        assert hellos[-1]["reason"] == "too_many_websockets"
        again = await session.get(url)
        assert again.status == 401
        await asyncio.gather(*(socket.close() for socket in sockets))


async def test_the_text_ping_of_slack_sdk_is_echoed() -> None:
    async with sandbox() as setup, aiohttp.ClientSession() as session:
        url = (await call(setup, "apps.connections.open", token=app_token(SPACE)))["url"]
        async with session.ws_connect(url, autoping=False) as socket:
            assert (await socket.receive_json())["type"] == "hello"
            await socket.ping(b"sdk-ping-pong:1700000000.5")
            pong = await socket.receive()
            assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1700000000.5")


async def test_an_app_that_does_not_acknowledge_a_press_is_told_to_the_person() -> None:
    async with sandbox() as setup, raw_app(setup, lambda _: WITHHELD):
        mika = setup.join()
        with pytest.raises(WorldError, match="did not acknowledge within 3 seconds"):
            await setup.face.command(mika, "general", "tsudoi", "")


async def test_the_limit_on_posts_is_there_for_who_wants_it() -> None:
    async with sandbox(lambda world: SlackFace(world, real_rate_limits=True)) as setup:
        general = setup.channel()
        answers = [await call(setup, "chat.postMessage", channel=general, text=str(n)) for n in range(7)]
        assert [answer["ok"] for answer in answers[:5]] == [True] * 5
        assert answers[-1]["error"] == "ratelimited"
        assert (await call(setup, "chat.postMessage", channel=setup.channel("random"), text="elsewhere"))["ok"]
