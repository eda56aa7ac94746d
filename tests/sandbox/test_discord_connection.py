"""The gateway when things go wrong: resumption, lost sessions, refused logins, duplicates."""

from __future__ import annotations

import zlib
from typing import Any

import aiohttp
import discord
import pytest

from sandbox.world import Json, Person, WorldError
from tests.sandbox.discord_stage import Stage, staged
from tests.waiting import PATIENCE_S, until

INTENTS = discord.Intents.all().value


class Raw:
    """A bare gateway connection, to see what a client library hides."""

    def __init__(self, stage: Stage, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.stage = stage
        self.socket = socket
        self._inflate = zlib.decompressobj()

    async def read(self) -> Json:
        message = await self.socket.receive(timeout=PATIENCE_S)
        if message.type is aiohttp.WSMsgType.BINARY:
            return dict(discord.utils._from_json(self._inflate.decompress(message.data).decode()))
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return dict(discord.utils._from_json(message.data))

    async def read_until(self, name: str) -> Json:
        while True:
            frame = await self.read()
            if frame["t"] == name:
                return frame

    async def send(self, op: int, data: Any) -> None:  # noqa: ANN401 - any JSON
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, **more: object) -> None:
        assert (await self.read())["op"] == 10
        await self.send(2, {"token": self.stage.face.token, "intents": INTENTS, "properties": {}, **more})

    async def closed_with(self) -> int | None:
        while not self.socket.closed:
            await self.socket.receive(timeout=PATIENCE_S)
        return self.socket.close_code


async def connect(stage: Stage, query: str = "?v=10&encoding=json") -> Raw:
    return Raw(stage, await stage.http.ws_connect(stage.face.gateway_url + query))


async def test_what_was_missed_is_replayed_when_the_session_is_resumed() -> None:
    async with staged() as stage:
        stage.face.say(stage.aya, "general", "before")
        await stage.heard("MESSAGE_CREATE")
        await stage.face.disconnect()
        stage.face.say(stage.aya, "general", "while away")
        await stage.heard("RESUMED")
        stage.face.say(stage.aya, "general", "after")
        await until(lambda: len(stage.bot.events("MESSAGE_CREATE")) == 3)
        assert [e["content"] for e in stage.bot.events("MESSAGE_CREATE")] == ["before", "while away", "after"]
        assert len(stage.bot.events("READY")) == 1


async def test_what_was_missed_is_gone_when_the_session_is_lost() -> None:
    async with staged() as stage:
        await stage.face.disconnect(lose_session=True)
        stage.face.say(stage.aya, "general", "while away")
        await stage.heard("READY", 2)
        stage.face.say(stage.aya, "general", "after")
        await stage.heard("MESSAGE_CREATE")
        assert [e["content"] for e in stage.bot.events("MESSAGE_CREATE")] == ["after"]
        history = [m.content async for m in stage.channel("general").history(oldest_first=True)]
        assert history == ["while away", "after"]


async def test_a_kind_platform_can_keep_what_was_missed() -> None:
    async with staged() as stage:
        stage.face.faults.lose_while_away = False
        await stage.face.disconnect(lose_session=True)
        stage.face.say(stage.aya, "general", "while away")
        assert (await stage.heard("MESSAGE_CREATE"))["content"] == "while away"


async def test_the_client_follows_a_request_to_reconnect() -> None:
    async with staged() as stage:
        await stage.face.ask_to_reconnect()
        await stage.heard("RESUMED")
        assert stage.face.connected()


async def test_events_can_be_delivered_twice() -> None:
    async with staged() as stage:
        stage.face.faults.duplicate = 1.0
        said = stage.face.say(stage.aya, "general", "echo")
        await stage.heard("MESSAGE_CREATE", 2)
        assert {e["id"] for e in stage.bot.events("MESSAGE_CREATE")} == {said.id}


async def test_nobody_answers_while_the_bot_is_away() -> None:
    async with staged(log_in=False) as stage:
        path = f"/applications/{stage.face.application_id}/commands"
        await stage.call("POST", path, {"name": "help", "description": "x"})
        assert not stage.face.connected()
        with pytest.raises(WorldError, match="did not respond"):
            await stage.face.command(stage.aya, "general", "help", "")


@pytest.mark.parametrize(
    ("identify", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"intents": 1 << 40}, 4013),
        ({"shard": [2, 1]}, 4010),
    ],
)
async def test_a_wrong_login_is_closed_with_its_code(identify: dict[str, object], code: int) -> None:
    async with staged(log_in=False) as stage:
        raw = await connect(stage)
        await raw.identify(**identify)
        assert await raw.closed_with() == code


async def test_an_intent_that_is_not_switched_on_is_refused() -> None:
    async with staged(log_in=False) as stage:
        stage.face.hub.allowed_privileged = 0
        raw = await connect(stage)
        await raw.identify()
        assert await raw.closed_with() == 4014
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await stage.bot.start(stage.face.token)


async def test_the_gateway_minds_its_order() -> None:
    async with staged(log_in=False) as stage:
        raw = await connect(stage)
        await raw.read()
        await raw.send(1, None)
        assert (await raw.read())["op"] == 11
        await raw.send(8, {"guild_id": stage.space.id})
        assert await raw.closed_with() == 4003
        raw = await connect(stage)
        await raw.identify()
        await raw.read_until("READY")
        await raw.send(2, {"token": stage.face.token, "intents": 1})
        assert await raw.closed_with() == 4005
        raw = await connect(stage)
        await raw.read()
        await raw.socket.send_str("{")
        assert await raw.closed_with() == 4002


async def test_a_session_that_never_was_cannot_be_resumed() -> None:
    async with staged(log_in=False) as stage:
        raw = await connect(stage)
        await raw.read()
        await raw.send(6, {"token": stage.face.token, "session_id": "none", "seq": 5})
        frame = await raw.read()
        assert (frame["op"], frame["d"]) == (9, False)


async def test_a_resumption_replays_only_what_comes_after_its_number() -> None:
    async with staged(log_in=False) as stage:
        raw = await connect(stage, "?v=10&encoding=json&compress=zlib-stream")
        await raw.identify()
        ready = await raw.read_until("READY")
        seen = await raw.read_until("GUILD_CREATE")
        await raw.socket.close(code=4000)
        await until(lambda: not stage.face.connected())
        for text in ("one", "two"):
            stage.face.say(stage.aya, "general", text)
        raw = await connect(stage)
        await raw.read()
        session = ready["d"]["session_id"]
        await raw.send(6, {"token": stage.face.token, "session_id": session, "seq": seen["s"]})
        frames = [await raw.read() for _ in range(3)]
        assert [(f["t"], f["s"]) for f in frames] == [
            ("MESSAGE_CREATE", seen["s"] + 1),
            ("MESSAGE_CREATE", seen["s"] + 2),
            ("RESUMED", seen["s"] + 3),
        ]


async def test_a_goodbye_ends_the_session() -> None:
    async with staged(log_in=False) as stage:
        raw = await connect(stage)
        await raw.identify()
        await raw.read_until("GUILD_CREATE")
        await raw.socket.close(code=1000)
        await until(lambda: not stage.face.gateway.sessions)


async def test_members_come_in_chunks_of_a_thousand() -> None:
    async with staged(log_in=False) as stage:
        for number in range(1200):
            stage.face.new_account(stage.space.id, Person(f"p{number}", f"P{number}"))
        raw = await connect(stage)
        await raw.identify()
        guild = (await raw.read_until("GUILD_CREATE"))["d"]
        assert guild["member_count"] == 1202
        await raw.send(8, {"guild_id": stage.space.id, "query": "", "limit": 0, "nonce": "all"})
        chunks = [(await raw.read_until("GUILD_MEMBERS_CHUNK"))["d"] for _ in range(2)]
        assert [len(c["members"]) for c in chunks] == [1000, 202]
        assert {c["nonce"] for c in chunks} == {"all"}
        assert [c["chunk_count"] for c in chunks] == [2, 2]
        await raw.send(8, {"guild_id": stage.space.id, "user_ids": [stage.aya.user_id, "1"], "limit": 0})
        found = (await raw.read_until("GUILD_MEMBERS_CHUNK"))["d"]
        assert ([m["user"]["id"] for m in found["members"]], found["not_found"]) == ([stage.aya.user_id], ["1"])


async def test_a_private_channel_without_the_bot_stays_silent() -> None:
    async with staged() as stage:
        mods = stage.world.channel(stage.space.id, "moderators")
        stage.world.join_channel(stage.space.id, mods.id, stage.aya.user_id)
        stage.world.leave_channel(stage.space.id, mods.id, stage.face.application_id)
        await stage.heard("CHANNEL_DELETE")
        stage.face.say(stage.aya, "moderators", "between us")
        stage.face.say(stage.aya, "general", "for all")
        await stage.heard("MESSAGE_CREATE")
        assert [e["content"] for e in stage.bot.events("MESSAGE_CREATE")] == ["for all"]
        status, body = await stage.call("GET", f"/channels/{mods.id}/messages")
        assert (status, body["code"]) == (403, 50001)
