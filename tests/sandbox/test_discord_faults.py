"""What goes wrong on purpose, and how an unmodified discord.py client takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import aiohttp
import discord
import pytest

from sandbox.face import Faults
from tests.sandbox.discord_stage import staged
from tests.waiting import until


async def test_a_rate_limit_is_waited_out() -> None:
    async with staged() as stage:
        stage.face.faults = Faults(rate_limited=0.3, retry_after=0.05, only=("/channels",), seed=4)
        for number in range(6):
            await stage.channel("general").send(str(number))
        texts = [m.text for m in stage.space.messages[stage.place("general")]]
        assert texts == list("012345")
        assert stage.face.injected() > 0


async def test_a_rate_limit_is_worded_as_discord_words_it() -> None:
    async with staged(log_in=False) as stage:
        stage.face.faults = Faults(rate_limited=1.0, retry_after=0.25)
        url = stage.face.rest_url + "/users/@me"
        async with stage.http.get(url) as answer:
            assert (answer.status, answer.headers["Via"]) == (429, "1.1 google")
            assert await answer.json() == {
                "message": "You are being rate limited.",
                "retry_after": 0.25,
                "global": False,
            }


async def test_a_server_error_changes_nothing() -> None:
    async with staged(log_in=False) as stage:
        stage.face.faults = Faults(server_error=1.0, only=("POST",))
        path = f"/channels/{stage.place('general')}/messages"
        status, _ = await stage.call("POST", path, {"content": "x"})
        assert status == 500
        assert stage.space.messages[stage.place("general")] == []
        assert (await stage.call("GET", path))[0] == 200


async def test_a_dropped_reply_leaves_its_effect_and_the_nonce_finds_it() -> None:
    async with staged() as stage:
        stage.face.faults = Faults(dropped=1.0, only=("POST",))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await stage.channel("general").send("once", nonce="effect-1")
        stage.face.faults = Faults()
        again = await stage.channel("general").send("once", nonce="effect-1")
        said = stage.space.messages[stage.place("general")]
        assert [m.id for m in said] == [str(again.id)]


async def test_a_slow_reply_comes_after_its_effect() -> None:
    async with staged() as stage:
        stage.face.faults = Faults(slow=1.0, slow_by=0.2, only=("POST",))
        sending = asyncio.create_task(stage.channel("general").send("slow"))
        said = stage.space.messages[stage.place("general")]
        await until(lambda: said)
        assert not sending.done()
        assert str((await sending).id) == said[0].id


@pytest.mark.parametrize(
    ("withheld", "act", "code"),
    [
        ("send_messages", "send", 50013),
        ("VIEW_CHANNEL", "send", 50001),
        ("manage_roles", "role", 50013),
        ("create_public_threads", "thread", 50013),
        ("create_events", "event", 50013),
    ],
)
async def test_a_missing_permission_is_refused(withheld: str, act: str, code: int) -> None:
    async with staged() as stage:
        said = stage.face.say(stage.aya, "general", "x")
        message = await stage.channel("general").fetch_message(int(said.id))
        start = discord.utils.utcnow() + timedelta(days=1)
        acts: dict[str, Callable[[], Awaitable[object]]] = {
            "send": lambda: stage.channel("general").send("x"),
            "role": lambda: stage.guild.create_role(name="x"),
            "thread": lambda: message.create_thread(name="x"),
            "event": lambda: stage.guild.create_scheduled_event(
                name="x",
                start_time=start,
                entity_type=discord.EntityType.external,
                end_time=start + timedelta(hours=1),
                location="x",
                privacy_level=discord.PrivacyLevel.guild_only,
            ),
        }
        stage.face.faults.missing_scopes = frozenset({withheld})
        with pytest.raises(discord.Forbidden) as caught:
            await acts[act]()
        assert caught.value.code == code


async def test_a_wrong_token_is_refused() -> None:
    async with staged(log_in=False) as stage:
        with pytest.raises(discord.LoginFailure):
            await stage.bot.login("wrong")
