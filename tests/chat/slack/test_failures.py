"""What goes wrong is told by whether it was done, and what cannot be read harms nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web

from chat.answers import Invalid, Nothing, OpenForm, Redraw, Say
from chat.events import CommandUsed, MessagePosted
from chat.form import Form, Line
from chat.port import RateLimitedError, RefusedError, UncertainError, UnreachableError
from chat.slack.intake import Reception
from chat.slack.reply import Reply, Where
from chat.slack.web import SlackWeb, refusal, told
from tests.chat.slack.stage import Process, card, stage
from tests.sandbox.slack_setup import SPACE
from tests.waiting import until

FORM = Form(id="f", title="F", fields=(Line(key="name", label="Name"),), submit="Send", cancel="Cancel")


@pytest.mark.parametrize(
    ("data", "kind", "says"),
    [
        ({"error": "internal_error"}, UncertainError, "internal_error"),
        ({"error": "fatal_error"}, UncertainError, "fatal_error"),
        ({"error": "service_unavailable"}, UncertainError, "service_unavailable"),
        ({"error": "request_timeout"}, UncertainError, "request_timeout"),
        ({"error": "ratelimited"}, RateLimitedError, "retry"),
        ({"error": "missing_scope", "needed": "chat:write"}, RefusedError, "chat:write"),
        ({"error": "not_in_channel"}, RefusedError, "/invite"),
        ({"error": "invalid_blocks", "response_metadata": {"messages": ["too long"]}}, RefusedError, "too long"),
        ({}, RefusedError, "unknown_error"),
    ],
)
def test_a_refusal_by_its_word(data: dict[str, object], kind: type[Exception], says: str) -> None:
    error = refusal(data)
    assert isinstance(error, kind)
    assert says in str(error)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionRefusedError(), UnreachableError),
        (aiohttp.ConnectionTimeoutError(), UnreachableError),
        (ConnectionResetError(), UncertainError),
        (aiohttp.ServerDisconnectedError(), UncertainError),
        (aiohttp.SocketTimeoutError(), UncertainError),
        (TimeoutError(), UncertainError),
    ],
)
def test_a_broken_connection_by_how_far_it_had_come(error: Exception, kind: type[Exception]) -> None:
    assert isinstance(told(error), kind)


async def test_a_page_instead_of_json_leaves_the_outcome_open() -> None:
    statuses = [502, 200]

    async def gateway(_: web.Request) -> web.Response:
        return web.Response(text="<html>Bad gateway</html>", content_type="text/html", status=statuses.pop())

    app = web.Application()
    app.add_routes([web.post("/api/{method}", gateway)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack = SlackWeb("xoxb-1", f"{site.name}/api")
    while statuses:
        with pytest.raises(UncertainError):
            await slack.call("chat.postMessage", channel="C1")
    await slack.close()
    await runner.cleanup()


async def test_a_list_is_read_on_after_it_was_slowed_down() -> None:
    async with stage() as s:
        s.face.faults.rate_limited, s.face.faults.retry_after = 1.0, 0.05
        s.face.faults.only = ("conversations.list",)
        reading = asyncio.create_task(s.adapter.places(s.adapter.workspaces()[0]))
        await asyncio.sleep(0.12)
        assert not reading.done()
        s.face.faults.rate_limited = 0
        assert await asyncio.wait_for(reading, 5)


async def test_a_list_slowed_down_for_long_is_given_up() -> None:
    async with stage() as s:
        s.face.faults.rate_limited, s.face.faults.retry_after = 1.0, 61
        with pytest.raises(RateLimitedError):
            await s.adapter.places(s.adapter.workspaces()[0])


async def test_what_cannot_be_read_is_acknowledged_and_stops_nothing() -> None:
    async with stage() as s:
        process, reception = Process(), Reception(s.adapter, lambda: datetime.now(UTC))
        with pytest.raises(RuntimeError):
            await reception.take({"type": "event_callback"})
        reception.open(process, ())
        message = {"type": "message", "channel": "C1", "user": "U1", "ts": "1700000000.000100", "text": "x"}
        broken = {"type": "message", "channel": "C1", "user": "U1"}
        for event in (broken, {"type": "nobody_knows"}, message):
            assert await reception.take({"type": "event_callback", "team_id": SPACE, "event": event}) == {}
        assert await reception.take({"type": "event_callback", "team_id": "T2", "event": message}) == {}
        assert len(process.of(MessagePosted)) == 1
        await reception.drain()


async def test_a_command_that_comes_again_is_not_answered_again() -> None:
    async with stage() as s:
        process = Process(lambda _: Say(card("once")))
        reception = Reception(s.adapter, lambda: datetime.now(UTC))
        reception.open(process, ())
        mika = s.setup.join()
        payload = {"command": "/ask", "trigger_id": "t", "user_id": mika.user_id, "channel_id": s.place().channel}
        for _ in range(3):
            assert await reception.take(payload) == {}
        await reception.drain()
        assert len(process.of(CommandUsed)) == 1
        assert len([m for m in s.setup.said() if m.only_for == mika.user_id]) == 1


async def test_an_answer_with_no_way_left_is_told_in_private() -> None:
    async with stage() as s:
        mika = s.setup.join()
        lost = Reply(user=mika.user_id, where=Where.FORM)
        for answer in (Say(card("one")), Redraw(card("two")), OpenForm(FORM), Invalid({"name": "No."}, FORM)):
            await s.adapter.carry_out(lost, answer)
        await s.adapter.carry_out(lost, Nothing())
        texts = [m.text for m in s.setup.world.history(SPACE, s.face.dm(mika).id)]
        assert texts == ["Card", "Card", "ja-JP expired_trigger", "ja-JP too_late"]


async def test_a_form_the_platform_refuses_is_apologised_for() -> None:
    async with stage() as s:
        mika = s.setup.join()
        s.face.faults.missing_scopes = frozenset({"chat:write"})
        await s.face.command(mika, "general", "/tsudoi", "me")
        await until(lambda: s.process.of(CommandUsed))
        bad = Form(
            id="f", title="F", fields=(Line(key="name", label="N", max_length=9999),), submit="Send", cancel="Cancel"
        )
        await s.adapter.answer(s.process.of(CommandUsed)[0].reply, OpenForm(bad))
        texts = [m.text for m in s.setup.said() if m.only_for == mika.user_id]
        assert texts == ["ja-JP platform_refused"]
