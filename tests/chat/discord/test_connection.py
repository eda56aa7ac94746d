from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from chat.answers import Redraw
from chat.card import Button, Buttons, Card, Text
from chat.discord import DiscordAdapter, DiscordSettings
from chat.discord.pump import Pump
from chat.events import ActionPressed, MemberJoined, MessagePosted
from chat.port import RefusedError, UnreachableError
from chat.text import rich
from sandbox.discord import build_server
from sandbox.face import Faults
from sandbox.world import Person
from tests.chat.discord.stage import Stage, apologise, card, staged
from tests.waiting import until


async def test_after_a_short_break_the_session_resumes_and_nothing_is_missed(stage: Stage) -> None:
    gap = stage.adapter.gap()
    await stage.face.disconnect()
    stage.face.say(stage.aya, "general", "途切れた間に")
    event = await stage.inbox.got(MessagePosted)
    assert event.text == "途切れた間に"
    assert stage.adapter.gap() == gap


async def test_when_the_session_is_lost_a_gap_is_told(stage: Stage) -> None:
    gap = stage.adapter.gap()
    since = stage.world.now()
    await stage.face.disconnect(lose_session=True)
    stage.face.say(stage.aya, "general", "聞こえない")
    await until(lambda: stage.adapter.gap() > gap)
    told = [event.text async for event in stage.adapter.history(stage.place("general"), since)]
    assert told == ["聞こえない"]


async def test_an_unreadable_payload_costs_no_connection(stage: Stage) -> None:
    gap = stage.adapter.gap()
    session = next(iter(stage.face.gateway.sessions.values()))
    session.push("MESSAGE_CREATE", b'{"id": "1", "guild_id": "%s", "content": 5}' % stage.space.id.encode())
    session.push("CHANNEL_UPDATE", b'{"guild_id": "%s"}' % stage.space.id.encode())
    stage.face.say(stage.aya, "general", "まだ聞こえる")
    assert (await stage.inbox.got(MessagePosted)).text == "まだ聞こえる"
    assert stage.adapter.gap() == gap + 2


async def test_a_dead_connection_is_seen_and_replaced(stage: Stage) -> None:
    session = next(iter(stage.face.gateway.sessions.values()))
    session.push("READY", b"{}")  # what ends discord.py's task for good
    await until(lambda: stage.adapter.last_heard() == datetime.fromtimestamp(0, UTC))
    gap = stage.adapter.gap()
    await stage.adapter.reconnect()
    assert stage.adapter.gap() > gap
    heard = stage.adapter.last_heard()
    assert heard is not None
    assert datetime.now(UTC) - heard < timedelta(seconds=5)
    stage.face.say(stage.aya, "general", "ただいま")
    assert (await stage.inbox.got(MessagePosted)).text == "ただいま"
    await stage.adapter.post(stage.place("general"), card("書ける"), key="k")


async def test_calls_under_way_survive_a_reconnection(stage: Stage) -> None:
    stage.face.faults = Faults(slow=1.0, slow_by=0.5, only=("POST",))
    posting = asyncio.create_task(stage.adapter.post(stage.place("general"), card("途中"), key="k"))
    await asyncio.sleep(0.1)
    await stage.adapter.reconnect()
    await posting
    assert len(stage.said("general")) == 1


async def test_stopping_finishes_what_was_taken(stage: Stage) -> None:
    for number in range(200):
        stage.face.say(stage.aya, "general", str(number))
    await stage.inbox.got(MessagePosted)
    await stage.adapter.stop()
    texts = [event.text for event in stage.inbox.of(MessagePosted)]
    assert texts == [str(number) for number in range(len(texts))]
    with pytest.raises(UnreachableError):
        await stage.adapter.post(stage.place("general"), card("?"), key="k")
    assert not stage.face.connected()


async def test_a_wrong_token_is_refused_with_what_to_do() -> None:
    async with staged(start=False) as stage:
        settings = DiscordSettings(
            "MTIz.wrong.token", (stage.space.id,), api_url=stage.face.rest_url, gateway_url=stage.face.gateway_url
        )
        adapter = DiscordAdapter(settings, apologise=apologise)
        with pytest.raises(RefusedError, match="developer portal"):
            await stage.start(adapter)
        assert [finding.code for finding in await adapter.examine() if not finding.ok] == ["discord_login"]
        assert "wrong" not in repr(settings)


async def test_nobody_there_is_unreachable_and_can_be_tried_again() -> None:
    async with staged(start=False) as stage:
        settings = DiscordSettings("t", (), api_url="http://127.0.0.1:9/api", gateway_url="ws://127.0.0.1:9/")
        with pytest.raises(UnreachableError):
            await stage.start(DiscordAdapter(settings, apologise=apologise))
        await stage.start()
        assert stage.adapter.gap() == 1


async def test_the_doctor_finds_what_is_missing(stage: Stage) -> None:
    assert all(finding.ok for finding in await stage.adapter.examine())
    bot_role = next(role for role in stage.space.roles.values() if role.extra.get("managed"))
    bot_role.permissions &= ~(1 << 28)
    stage.face.hub.allowed_privileged = 0
    unconnected = stage.new_adapter((stage.space.id, "42"))
    wrong = [finding for finding in await unconnected.examine() if not finding.ok]
    told = {(f.code, f.values.get("permission") or f.values.get("intent") or f.values["server"]) for f in wrong}
    assert told == {
        ("discord_intent", "members"),
        ("discord_intent", "message_content"),
        ("discord_permission", "manage_roles"),
        ("discord_server", "42"),
    }


async def test_servers_that_are_not_ours_are_not_listened_to(stage: Stage) -> None:
    other = build_server(stage.world, name="よそ")
    await stage.adapter.reconnect()
    ken = stage.face.new_account(other.id, Person("ken", "健"))
    stage.face.say(ken, next(iter(other.channels)), "よその話")
    stage.face.say(ken, stage.face.direct(ken).id, "よその人より")
    stage.face.say(stage.aya, "general", "うちの話")
    await stage.inbox.got(MessagePosted)
    assert [event.text for event in stage.inbox.of(MessagePosted)] == ["うちの話"]
    assert stage.inbox.of(MemberJoined) == []


async def test_a_card_in_a_direct_message_acts_for_the_server_that_sent_it(stage: Stage) -> None:
    other = build_server(stage.world, name="二つ目")
    there = stage.face.new_account(other.id, stage.world.people["aya"])
    await stage.adapter.stop()
    stage.adapter = stage.new_adapter((stage.space.id, other.id))
    await stage.start()
    shown = Card(parts=(Text(rich("押して")), Buttons((Button("go", "行く"),))))
    ref = await stage.adapter.dm(stage.user(there), shown, key="dm")
    message = stage.direct(stage.aya)[-1]
    stage.inbox.answers = lambda _: Redraw(shown)
    for number in (1, 2):  # the redrawn card still knows whose it is
        await stage.face.press(stage.aya, message, {"custom_id": "go"})
        pressed = await stage.inbox.got(ActionPressed, number)
        assert pressed.user == stage.user(there)
        assert pressed.message == ref


async def test_a_server_that_invites_the_bot_later_gets_its_commands(stage: Stage) -> None:
    await stage.adapter.stop()
    stage.adapter = stage.new_adapter((stage.space.id, "4242"))
    await stage.start()
    gap = stage.adapter.gap()
    late = build_server(stage.world, id="4242", name="あとから")
    session = next(iter(stage.face.gateway.sessions.values()))
    session.push("GUILD_CREATE", json.dumps(stage.face.gateway.guild_create(late, session.intents)).encode())
    await until(lambda: stage.face.commands("4242"))
    assert stage.adapter.gap() == gap + 1
    ken = stage.face.new_account("4242", Person("ken", "健"))
    stage.face.say(ken, "general", "はじめまして")
    assert (await stage.inbox.got(MessagePosted)).workspace.id == "4242"


async def test_the_pump_starts_jobs_in_order_and_holds_the_rest_back() -> None:
    pump, started, gate = Pump(width=2), [], asyncio.Event()

    async def job(number: int) -> None:
        started.append(number)
        await gate.wait()

    def put(number: int) -> None:
        pump.put(lambda: job(number))

    for number in range(5):
        put(number)
    await asyncio.sleep(0)
    assert started == [0, 1]
    assert len(pump) == 5
    gate.set()
    await pump.drained()
    assert started == [0, 1, 2, 3, 4]
    assert len(pump) == 0
