"""The control API over real HTTP: what the page, the end-to-end tests and a replay call."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.__main__ import read_arguments
from sandbox.control.machinery import WAIT
from sandbox.life import Life
from sandbox.server import Sandbox
from sandbox.slack import bot_token
from sandbox.world import Json
from tests.sandbox.small_bot import small_bot
from tests.waiting import PATIENCE_S

START = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # a Wednesday noon in Tokyo


@dataclass
class Caller:
    sandbox: Sandbox
    http: ClientSession

    async def ask(self, method: str, path: str, *, status: int = 200, **fields: Any) -> Json:  # noqa: ANN401 - JSON
        given = {"params": fields} if method == "GET" else {"json": fields}
        async with self.http.request(method, f"{self.sandbox.url}/api/{path}", **given) as reply:  # type: ignore[arg-type]
            body: Json = await reply.json()
            assert reply.status == status, body
            return body

    async def get(self, path: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
        return await self.ask("GET", path, **fields)

    async def post(self, path: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
        return await self.ask("POST", path, **fields)

    async def texts(self, space: str, channel: str, viewer: str, **wanted: str) -> list[str]:
        found = await self.get("messages", space=space, channel=channel, viewer=viewer, **wanted)
        return [message["text"] for message in found["messages"]]


@contextlib.asynccontextmanager
async def calling(**options: Any) -> AsyncIterator[Caller]:  # noqa: ANN401 - what Sandbox takes
    async with Sandbox(start=START, **options) as sandbox, ClientSession() as http:
        yield Caller(sandbox, http)


async def test_the_first_world_has_two_spaces_newcomers_outside_and_moderators_in_private() -> None:
    async with calling() as api:
        state = await api.get("state")
        assert [space["kind"] for space in state["spaces"]] == ["slack", "discord"]
        newcomers = {p["id"] for p in state["people"] if p["role"] == "newcomer"}
        assert {p["language"] for p in state["people"] if p["id"] in newcomers} == {"ja", "en"}
        for space in state["spaces"]:
            names = {channel["name"] for channel in space["channels"]}
            assert {"general", "introductions", "questions", "meetups", "random", "moderators"} <= names
            assert not newcomers & {account["person"] for account in space["accounts"]}
            assert not space["connected"]
            moderators = next(c for c in space["channels"] if c["name"] == "moderators")
            makoto = next(a for a in space["accounts"] if a["person"] == "makoto")
            assert makoto["user_id"] in moderators["members"]
            assert makoto["is_admin"] or makoto["roles"]
            hidden = await api.get("messages", space=space["id"], channel="moderators", viewer="misaki")
            assert hidden == {"messages": [], "more": False, "hidden": True}
        assert abs(datetime.fromisoformat(state["now"]) - START) < timedelta(seconds=5)


async def test_past_talk_is_older_than_now_and_threads_stand_apart_on_slack() -> None:
    async with calling() as api:
        found = await api.get("messages", space="slack", channel="questions", viewer="yui")
        (root,) = found["messages"]
        assert root["replies"] == 1
        assert datetime.fromisoformat(root["at"]) < START - timedelta(days=1)
        thread = await api.texts("slack", "questions", "yui", thread=root["id"])
        assert len(thread) == 2
        assert len(await api.texts("slack", "questions", "yui", every="true")) == 2
        discord = await api.get("messages", space="discord", channel="questions", viewer="priya")
        assert discord["messages"][1]["reply_to"] == discord["messages"][0]["id"]


async def test_an_empty_world_has_channels_and_nobody() -> None:
    async with calling(empty=True) as api:
        state = await api.get("state")
        assert state["people"] == []
        assert all(space["channels"] for space in state["spaces"])


async def test_someone_new_joins_both_platforms_in_their_own_language_with_a_referrer() -> None:
    async with calling() as api:
        person = await api.post("person", name="Noor", language="en", time_zone="Europe/Paris")
        for space in ("slack", "discord"):
            account = await api.post("join", space=space, person=person["id"], referrer="makoto")
            assert account["language"] == "en"
            assert account["time_zone"] == "Europe/Paris"
            again = await api.post("join", space=space, person=person["id"], status=400)
            assert again["error"].startswith("Noor is already in")
        await api.post("person", id=person["id"], language="ja")
        accounts = [api.sandbox.world.account_of(s.id, person["id"]) for s in api.sandbox.spaces]
        assert [a.language for a in accounts if a] == ["ja", "ja"]
        await api.post("leave", space="slack", account=person["id"])
        gone = await api.post("say", space="slack", account=person["id"], channel="general", text="hi", status=400)
        assert "has left" in gone["error"]
        back = await api.post("join", space="slack", person=person["id"])
        assert back["left_at"] is None


async def test_saying_reacting_and_direct_messages() -> None:
    async with calling() as api:
        for space, emoji in (("slack", "tada"), ("discord", "🎉")):
            said = await api.post("say", space=space, account="aoi", channel="random", text="散歩日和ですね")
            where = {"space": space, "channel": said["channel"], "message": said["id"]}
            reacted = await api.post("react", account="misaki", emoji=emoji, **where)
            assert [(r["emoji"], r["count"], r["mine"]) for r in reacted["reactions"]] == [(emoji, 1, True)]
            assert (await api.post("react", account="misaki", emoji=emoji, on=False, **where))["reactions"] == []
            dm = await api.post("dm", space=space, account="aoi", to="misaki")
            assert (await api.post("dm", space=space, account="misaki", to="aoi"))["id"] == dm["id"]
            await api.post("say", space=space, account="aoi", channel=dm["id"], text="ひみつの相談")
            assert await api.texts(space, dm["id"], "misaki") == ["ひみつの相談"]
            assert await api.texts(space, dm["id"], "makoto") == []
            bot = await api.post("dm", space=space, account="aoi")
            assert bot["id"] != dm["id"]
            assert (await api.post("dm", space=space, account="aoi"))["id"] == bot["id"]


async def test_members_open_threads_and_forum_posts_on_discord() -> None:
    async with calling() as api:
        said = await api.post("say", space="discord", account="aoi", channel="random", text="登山の話をしましょう")
        where = {"space": "discord", "account": "takeru"}
        thread = await api.post("open_thread", **where, channel="random", name="登山", message=said["id"])
        assert thread["kind"] == "thread"
        assert thread["starter"] == said["id"]
        await api.post("say", **where, channel=thread["id"], text="高尾山はどうですか")
        assert "高尾山はどうですか" in await api.texts("discord", thread["id"], "aoi")
        post = await api.post("open_thread", **where, channel="help", name="起動しない", text="画面が白いです")
        assert await api.texts("discord", post["id"], "aoi") == ["画面が白いです"]
        slack = {"space": "slack", "account": "aoi", "channel": "random", "name": "x"}
        assert "answering" in (await api.post("open_thread", **slack, status=400))["error"]


async def test_a_private_message_is_shown_to_its_reader_only() -> None:
    async with calling() as api:
        web = AsyncWebClient(token=bot_token("T0TSUDOI"), base_url=f"{api.sandbox.url}/slack/api/")
        channel = api.sandbox.world.channel("T0TSUDOI", "general").id
        yui = api.sandbox.world.account_of("T0TSUDOI", "yui")
        assert yui is not None
        await web.chat_postEphemeral(channel=channel, user=yui.user_id, text="あなたへ")
        found = await api.get("messages", space="slack", channel="general", viewer="yui")
        assert found["messages"][-1]["ephemeral"]
        assert "あなたへ" not in await api.texts("slack", "general", "aoi")


async def test_forms_commands_menus_and_homes_reach_the_bot() -> None:
    async with calling() as api, small_bot(api.sandbox):
        assert {c["name"] for c in (await api.get("commands", space="slack"))["commands"]} >= {"/tsudoi", "ask_menu"}
        joined = await api.post("join", space="slack", person="sora")
        me = joined["user_id"]

        async def greeted() -> Json | None:
            found = await api.get("messages", space="slack", channel="general", viewer=me)
            return next((m for m in found["messages"] if m["ephemeral"]), None)

        greeting = await eventually(greeted)
        where = {"space": "slack", "account": "sora"}
        press = {"channel": greeting["channel"], "message": greeting["id"], "element": {"action_id": "introduce"}}
        await api.post("press", **where, **press)

        async def opened() -> Json | None:
            form: Json | None = (await api.get("form", space="slack", viewer=me))["form"]
            return form

        assert (await eventually(opened))["callback_id"] == "introduce"
        assert (await api.post("submit", **where, values={"about": "!"}))["errors"] == {"about": "「!」は使えません。"}
        unknown = await api.post("submit", **where, values={"nothing": "x"}, status=400)
        assert "no field" in unknown["error"]
        await api.post("dismiss", **where)
        assert (await api.get("form", space="slack", viewer=me))["form"] is None
        assert "no form" in (await api.post("submit", **where, values={}, status=400))["error"]
        await api.post("command", **where, channel="general", name="/tsudoi", text="me")
        assert any("help" in text for text in await api.texts("slack", "general", me))
        await api.post("open_home", **where)

        async def at_home() -> Json | None:
            home: Json | None = (await api.get("home", space="slack", viewer=me))["home"]
            return home

        assert (await eventually(at_home))["type"] == "home"
        await api.post("command", space="discord", account="aoi", channel="general", name="tsudoi", text="help topic:x")
        assert "help: x" in await api.texts("discord", "general", "aoi")
        message = api.sandbox.world.space(api.sandbox.server.id).messages
        first = next(held[0] for held in message.values() if held)
        menu = {"channel": first.channel, "message": first.id, "name": "Ask the community"}
        await api.post("menu", space="discord", account="aoi", **menu)
        assert f"asking about {first.id}" in await api.texts("discord", first.channel, "aoi")


async def eventually(find: Any) -> Json:  # noqa: ANN401 - an async look that may find nothing yet
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = await find()
            if found:
                return dict(found)
            await asyncio.sleep(0.02)


async def test_the_clock_moves_forward_only_and_a_long_poll_hears_of_it_at_once() -> None:
    async with calling() as api:
        before = await api.get("clock")
        waiting = asyncio.create_task(api.get("clock/wait", offset=str(before["offset"])))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        moved = await api.post("clock", by_seconds=3600)
        async with asyncio.timeout(WAIT / 2):  # else it heard only because its own time was up
            heard = await waiting
        assert heard["offset"] == moved["offset"]
        assert moved["offset"] - before["offset"] == pytest.approx(3600, abs=1)
        assert (await api.get("clock/wait", offset=str(before["offset"])))["offset"] == moved["offset"]
        to = (START + timedelta(days=5)).isoformat()
        assert (await api.post("clock", to=to))["now"].startswith("2026-11-30T03:00:00")
        back = await api.post("clock", to=START.isoformat(), status=400)
        assert "only moves forward" in back["error"]


@pytest.mark.parametrize(
    ("path", "fields", "status", "words"),
    [
        ("say", {"space": "nowhere", "account": "aoi", "channel": "x", "text": "x"}, 404, "no space"),
        ("say", {"space": "slack", "account": "nobody", "channel": "x", "text": "x"}, 404, "no member"),
        ("say", {"space": "slack", "account": "aoi", "channel": "nowhere", "text": "x"}, 404, "no channel"),
        ("say", {"space": "slack", "account": "aoi", "channel": "general", "text": " "}, 400, "needs words"),
        ("say", {"space": "slack", "account": "aoi", "channel": "general", "text": 5}, 400, "as a string"),
        ("say", {"space": "slack", "account": "U0TSUDOI", "channel": "general", "text": "x"}, 400, "is a bot"),
        ("react", {"space": "slack", "account": "aoi", "channel": "general", "message": "1"}, 404, "no message"),
        ("join", {"space": "slack", "person": "nobody"}, 404, "no person"),
        ("join", {"space": "slack", "person": "sora", "time_zone": "Mars/Base"}, 400, "no time zone"),
        ("join_channel", {"space": "slack", "account": "aoi", "channel": "moderators"}, 400, "is private"),
        ("dm", {"space": "slack", "account": "aoi", "to": "aoi"}, 400, "two people"),
        ("person", {"name": " "}, 400, "needs a name"),
        ("person", {"name": "x", "role": "king"}, 400, "no role"),
        ("clock", {"to": "tomorrow"}, 400, "ISO 8601"),
        ("clock", {"by_seconds": 1e12}, 400, "ten years"),
        ("faults", {"face": "irc"}, 404, "no face"),
        ("faults", {"face": "slack", "rate_limited": 7}, 400, "from 0 to 1"),
        ("faults", {"face": "slack", "rate_limited": "x"}, 400, "must be a number"),
        ("faults", {"face": "slack", "meteor": 1}, 400, "no fault"),
        ("command", {"space": "discord", "account": "aoi", "channel": "general", "name": "x"}, 400, "no command"),
        ("open_home", {"space": "slack"}, 400, "'account'"),
        ("press_form", {"space": "discord", "account": "aoi", "element": {}}, 400, "acts before"),
        ("life", {"on": False}, 404, "no scripted members"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_a_sentence(path: str, fields: Json, status: int, words: str) -> None:
    async with calling() as api:
        assert words in (await api.post(path, **fields, status=status))["error"]


async def test_faults_are_set_field_by_field_and_read_back() -> None:
    async with calling() as api:
        fields = {"rate_limited": 0.5, "only": ["chat."], "missing_scopes": ["users:read"], "lose_while_away": False}
        await api.post("faults", face="slack", **fields)
        await api.post("faults", face="slack", slow_by=3)
        read = await api.get("faults")
        assert {key: read["slack"][key] for key in fields} == fields
        assert read["slack"]["slow_by"] == 3
        assert read["discord"]["rate_limited"] == 0
        assert api.sandbox.slack.faults.only == ("chat.",)


async def test_a_stream_tells_what_to_fetch_again_many_changes_in_one_frame() -> None:
    async with calling() as api, api.http.ws_connect(f"{api.sandbox.url}/api/stream") as socket:
        await asyncio.sleep(0.05)
        channel = api.sandbox.world.channel("T0TSUDOI", "random").id
        lines = [{"space": "slack", "account": "aoi", "channel": "random", "text": f"{n}"} for n in range(200)]
        await api.post("replay", messages=lines)
        await api.post("clock", by_seconds=60)
        frames: list[Json] = []
        async with asyncio.timeout(PATIENCE_S):
            while not any(c["what"] == "clock" for f in frames for c in f["changes"]):
                frames.append(await socket.receive_json())
        changes = [c for frame in frames for c in frame["changes"]]
        assert {"what": "messages", "space": "T0TSUDOI", "subject": channel} in changes
        assert len(frames) < 20


async def test_a_replay_says_hundreds_of_messages_and_tells_where_it_stopped() -> None:
    async with calling(empty=True) as api:
        people = [{"name": f"Member {n}"} for n in range(60)]
        for space in ("slack", "discord"):
            joined = (await api.post("join_many", space=space, people=people))["joined"]
            lines = [
                {"space": space, "account": joined[n % 60]["account"], "channel": "general", "text": f"line {n}"}
                for n in range(400)
            ]
            said = await api.post("replay", messages=lines)
            assert len(set(said["ids"])) == 400
            assert said["failed"] is None
            last = await api.texts(space, "general", joined[0]["account"], limit="3")
            assert last == ["line 397", "line 398", "line 399"]
        root = said["ids"][0]
        at = (START + timedelta(hours=2)).isoformat()
        lines = [{**lines[0], "text": "later", "at": at}, {**lines[1], "channel": "nowhere"}, lines[2]]
        stopped = await api.post("replay", messages=lines)
        assert len(stopped["ids"]) == 1
        assert stopped["failed"]["number"] == 1
        assert "no channel" in stopped["failed"]["error"]
        assert api.sandbox.world.now() >= START + timedelta(hours=2)
        assert root != stopped["ids"][0]


async def test_pages_of_other_sites_and_other_hosts_are_turned_away() -> None:
    async with calling() as api:
        url = f"{api.sandbox.url}/api/state"
        for headers in (
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Host": "evil.example"},
        ):
            async with api.http.get(url, headers=headers) as reply:
                assert reply.status == 403
        async with api.http.get(url, headers={"Origin": api.sandbox.url, "Sec-Fetch-Site": "same-origin"}) as reply:
            assert reply.status == 200
        async with api.http.post(f"{api.sandbox.url}/api/clock", data='{"by_seconds": 5}') as reply:
            assert reply.status == 400  # a plain form of another site could send this
        stream = f"{api.sandbox.url}/api/stream"
        async with api.http.get(stream, headers={"Origin": "http://evil.example"}) as reply:
            assert reply.status == 403


async def test_the_page_is_plain_files_that_name_no_other_host() -> None:
    async with calling(empty=True) as api:
        async with api.http.get(api.sandbox.url) as reply:
            assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
            assert '<div id="app">' in await reply.text()
        async with api.http.get(f"{api.sandbox.url}/web/app.js") as reply:
            assert reply.content_type.endswith("/javascript")  # Python 3.11 knows the older name
        for path in ("/web/none.js", "/web/..%2fserver.py", "/web/server.py"):
            async with api.http.get(api.sandbox.url + path) as reply:
                assert reply.status == 404


async def test_scripted_members_answer_an_introduction_after_a_while_and_the_same_way_each_time() -> None:
    async def introduce() -> list[str]:
        async with calling() as api:
            life = Life(api.sandbox.world, api.sandbox.platforms, seed=7)
            await api.post("join", space="slack", person="sora")
            said = await api.post("say", space="slack", account="sora", channel="introductions", text="はじめまして")
            where = {"space": "slack", "channel": "introductions", "viewer": "sora", "thread": said["id"]}
            assert life.step() == 0
            await api.post("clock", by_seconds=86400)
            assert life.step() > 2
            thread = (await api.get("messages", **where))["messages"]
            assert thread[0]["reactions"][0]["emoji"] == "wave"
            life.on = False
            await api.post("say", space="slack", account="sora", channel="introductions", text="もう一度")
            await api.post("clock", by_seconds=86400)
            assert life.step() == 0
            life.close()
            return [message["text"] for message in thread[1:]]

    first = await introduce()
    assert len(first) == 2
    assert await introduce() == first


async def test_scripted_members_talk_in_waking_hours_and_do_not_flood_after_a_long_jump() -> None:
    async with calling(lively=True) as api:
        life = Life(api.sandbox.world, api.sandbox.platforms, seed=3)
        for day in range(1, 15):
            posts = life.posts_of((START + timedelta(days=day)).date())
            assert all(0 <= (when.hour + 9) % 24 - 9 < 12 for when, *_ in posts)
        before = sum(len(m) for s in api.sandbox.spaces for m in s.messages.values())
        await api.post("clock", by_seconds=30 * 86400)

        async def more() -> Json | None:
            after = sum(len(m) for s in api.sandbox.spaces for m in s.messages.values())
            return {"more": after - before} if after > before else None

        assert 0 < (await eventually(more))["more"] <= 4
        assert (await api.post("life", on=False))["on"] is False
        assert (await api.get("state"))["life"] is False
        life.close()


async def test_the_panel_is_fetched_from_where_it_is_and_its_absence_is_told() -> None:
    async with calling() as api:
        assert await api.get("panel") == {"sections": [], "configured": False}
        api.sandbox.panel_url = f"{api.sandbox.url}/api/state"
        assert "sections" in (await api.get("panel"))["error"]
        api.sandbox.panel_url = "http://127.0.0.1:9/nobody"
        assert "did not answer" in (await api.get("panel"))["error"]


def test_the_command_line_takes_port_panel_start() -> None:
    given = read_arguments(["--port", "0", "--panel", "http://127.0.0.1:1/x", "--start", "2026-12-01T00:00:00"])
    assert given.port == 0
    assert given.start == datetime(2026, 12, 1, tzinfo=UTC)
    assert not given.empty
