"""The Web API refuses what Slack refuses, in its words, and reads arguments from wherever clients put them."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.slack import build_workspace, ids, new_account
from sandbox.slack.text import as_typed, rich_text
from sandbox.world import Person, WorldError
from tests.sandbox.slack_raw import call, raw_app
from tests.sandbox.slack_setup import SPACE, Setup, sandbox
from tests.sandbox.test_slack_bolt import BUTTON, FORM
from tests.waiting import until

Json = dict[str, Any]


@pytest.fixture
async def setup() -> AsyncIterator[Setup]:
    async with sandbox() as made:
        yield made


async def error(setup: Setup, method: str, **args: object) -> str:
    given: Json = dict(args)
    answer = await call(setup, method, **given)
    assert answer["ok"] is False, answer
    return str(answer["error"])


async def test_tokens(setup: Setup) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{setup.base_url}/slack/api/auth.test"
        for args, expected in (
            ({}, {"ok": False, "error": "not_authed"}),
            ({"token": "xoxb-T0NOBODY"}, {"ok": False, "error": "invalid_auth"}),
            ({"token": f"xapp-{SPACE}"}, {"ok": False, "error": "not_allowed_token_type"}),
        ):
            async with session.get(url, params=args) as reply:
                assert await reply.json() == expected
        token = {"token": f"xoxb-{SPACE}"}
        for params, data in ((token, None), (None, token)):
            async with session.post(url, params=params, data=data) as reply:
                assert (await reply.json())["user_id"] == setup.space.bot
                assert "chat:write" in reply.headers["x-oauth-scopes"].split(",")


async def test_arguments_come_by_query_form_and_json(setup: Setup) -> None:
    blocks = [{"type": "divider"}]
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer xoxb-{SPACE}"}) as session:
        url = f"{setup.base_url}/slack/api/chat.postMessage"
        args: Json = {"channel": setup.channel(), "text": "hello", "blocks": json.dumps(blocks)}
        for params, data, body in ((args, None, None), (None, args, None), (None, None, {**args, "blocks": blocks})):
            async with session.post(url, params=params, data=data, json=body) as reply:
                answer = await reply.json()
                assert answer["message"]["blocks"][0]["type"] == "divider"


async def test_unknown_methods_and_places(setup: Setup) -> None:
    mika = setup.join()
    general = setup.channel()
    setup.world.leave_channel(SPACE, "random", setup.space.bot)
    assert await error(setup, "chat.postMassage") == "unknown_method"
    assert await error(setup, "chat.postMessage", channel="C0NOWHERE", text="x") == "channel_not_found"
    assert await error(setup, "chat.postMessage", channel=setup.channel("random"), text="x") == "not_in_channel"
    assert await error(setup, "chat.postMessage", channel=setup.space.bot, text="x") == "cannot_dm_bot"
    assert await error(setup, "chat.postMessage", channel=general) == "no_text"
    assert await error(setup, "chat.postMessage", channel=general, text="x" * 40_001) == "msg_too_long"
    assert await error(setup, "chat.postMessage", channel=general, text="x", thread_ts="1.000000") == "thread_not_found"
    assert await error(setup, "chat.postMessage", channel=general, text="x", blocks="{") == "invalid_blocks_format"
    assert (
        await error(setup, "chat.postMessage", channel=general, text="x", metadata={"event_type": "a"})
        == "invalid_metadata_schema"
    )
    setup.world.leave_channel(SPACE, "questions", mika.user_id)
    assert (
        await error(setup, "chat.postEphemeral", channel=setup.channel("questions"), user=mika.user_id, text="x")
        == "user_not_in_channel"
    )
    assert await error(setup, "chat.update", channel=general, ts="1.000000", text="x") == "message_not_found"
    said = setup.face.say(mika, "general", "mine")
    assert await error(setup, "chat.update", channel=general, ts=said.id, text="x") == "cant_update_message"
    assert await error(setup, "chat.delete", channel=general, ts=said.id) == "cant_delete_message"
    setup.world.change_channel(SPACE, "general", archived=True)
    assert await error(setup, "chat.postMessage", channel=general, text="x") == "is_archived"
    assert await error(setup, "users.info", user="U0NOBODY") == "user_not_found"
    assert await error(setup, "conversations.open", users=setup.space.bot) == "cannot_dm_bot"


def button(**about: object) -> Json:
    return {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x"}, **about}


@pytest.mark.parametrize(
    ("blocks", "told"),
    [
        ([{"type": "divider"}] * 51, "no more than 50 items"),
        ([{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}], "less than 3001 characters"),
        ([{"type": "section"}], "text or fields"),
        ([{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}], "less than 151 characters"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "unsupported type: mrkdwn"),
        ([{"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]}], "no more than 25 items"),
        ([{"type": "actions", "elements": [button(), button()]}], "already exists"),
        ([{"type": "actions", "elements": [button(text={"type": "plain_text", "text": "x" * 76})]}], "less than 76"),
        ([{"type": "actions", "elements": [button(value="x" * 2001)]}], "less than 2001"),
        ([{"type": "actions", "elements": [button(action_id="x" * 256)]}], "less than 256"),
        ([{"type": "actions", "elements": [{"type": "plain_text_input", "action_id": "a"}]}], "unsupported type"),
        ([{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}], "already exists"),
        ([{"type": "image", "image_url": "https://example.com/a.png"}], "must be a string"),
        ([{"type": "card"}], "unsupported type: card"),
    ],
)
async def test_block_kit_that_slack_refuses(setup: Setup, blocks: list[Json], told: str) -> None:
    answer = await call(setup, "chat.postMessage", channel=setup.channel(), text="x", blocks=blocks)
    assert answer["error"] == "invalid_blocks"
    assert told in answer["response_metadata"]["messages"][0]
    assert setup.said() == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": {"type": "plain_text", "text": "x" * 25}}, "less than 25 characters"),
        ({"private_metadata": "x" * 3001}, "less than 3001 characters"),
        ({"submit": None}, "missing required field: submit"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items"),
        ({"type": "home"}, "must be one of: modal"),
    ],
)
async def test_views_that_slack_refuses(setup: Setup, changes: Json, told: str) -> None:
    mika = setup.join()
    trigger = setup.face.workspace(SPACE).trigger(mika.user_id)
    view = {key: value for key, value in {**FORM, **changes}.items() if value is not None}
    answer = await call(setup, "views.open", trigger_id=trigger, view=view)
    assert answer["error"] == "invalid_arguments"
    assert told in answer["response_metadata"]["messages"][0]
    assert (await call(setup, "views.open", trigger_id=trigger, view=FORM))["ok"], "a refusal uses no trigger up"


async def test_a_trigger_is_good_once_and_for_three_seconds(setup: Setup) -> None:
    mika = setup.join()
    ws = setup.face.workspace(SPACE)
    trigger = ws.trigger(mika.user_id)
    assert (await call(setup, "views.open", trigger_id=trigger, view=FORM))["ok"]
    assert await error(setup, "views.open", trigger_id=trigger, view=FORM) == "exchanged_trigger_id"
    late = ws.trigger(mika.user_id)
    setup.world.move_clock(setup.world.now() + timedelta(days=7))
    ws.triggers[late].deadline -= 3_000
    time.sleep(0.005)  # noqa: ASYNC251 - the deadline is in whole milliseconds
    assert await error(setup, "views.open", trigger_id=late, view=FORM) == "expired_trigger_id"
    assert await error(setup, "views.open", trigger_id="1.2.3", view=FORM) == "invalid_trigger_id"


async def test_views_are_stacked_updated_and_closed(setup: Setup) -> None:
    def answer(frame: Json) -> Json | None:
        if frame["type"] == "interactive" and frame["payload"]["type"] == "view_submission":
            given = frame["payload"]["view"]["state"]["values"]["name"]["v"]["value"]
            return dict(answers[given])
        return None

    second: Json = {**FORM, "callback_id": "second", "external_id": "e2"}
    answers: dict[str, Json] = {
        "push": {"response_action": "push", "view": second},
        "update": {"response_action": "update", "view": {**FORM, "callback_id": "changed"}},
        "clear": {"response_action": "clear"},
        "close": {},
    }
    mika = setup.join()
    ws = setup.face.workspace(SPACE)
    forms = setup.space.forms
    async with raw_app(setup, answer):
        first = (await call(setup, "views.open", trigger_id=ws.trigger(mika.user_id), view=FORM))["view"]
        await setup.face.submit(mika, {"name": "push"})
        assert forms[mika.user_id]["callback_id"] == "second"
        assert forms[mika.user_id]["previous_view_id"] == first["id"]
        await setup.face.submit(mika, {"name": "close"})
        assert forms[mika.user_id]["id"] == first["id"]
        await setup.face.submit(mika, {"name": "update"})
        assert forms[mika.user_id]["callback_id"] == "changed"
        stale = await error(setup, "views.update", view_id=first["id"], view=FORM, hash=first["hash"])
        assert stale == "hash_conflict"
        await call(setup, "views.push", trigger_id=ws.trigger(mika.user_id), view=second)
        changed = await call(setup, "views.update", external_id="e2", view={**second, "callback_id": "third"})
        assert changed["view"]["callback_id"] == "third"
        assert forms[mika.user_id]["callback_id"] == "third"
        trigger = ws.trigger(mika.user_id)
        assert await error(setup, "views.push", trigger_id=trigger, view=second) == "duplicate_external_id"
        await setup.face.submit(mika, {"name": "clear"})
        assert mika.user_id not in forms
        assert await error(setup, "views.push", trigger_id=ws.trigger(mika.user_id), view=FORM) == "not_found"


async def test_history_is_paged_from_the_newest_or_after_a_point_in_time(setup: Setup) -> None:
    mika = setup.join()
    general = setup.channel()
    setup.face.announce_joins = False
    said = [setup.face.say(mika, "general", str(number)) for number in range(10)]
    setup.face.say(mika, "general", "in a thread", thread=said[3].id)
    ephemeral = await call(setup, "chat.postEphemeral", channel=general, user=mika.user_id, text="psst")
    assert ephemeral["ok"]

    async def texts(**args: str | int) -> tuple[list[str], str]:
        given: Json = dict(args)
        answer = await call(setup, "conversations.history", channel=general, **given)
        return [m["text"] for m in answer["messages"]], answer.get("response_metadata", {}).get("next_cursor", "")

    page, cursor = await texts(limit=4)
    assert page == ["9", "8", "7", "6"]
    page, cursor = await texts(limit=4, cursor=cursor)
    assert page == ["5", "4", "3", "2"]
    page, cursor = await texts(limit=4, cursor=cursor)
    assert (page[:2], cursor) == (["1", "0"], "")
    # With oldest alone the page nearest to it comes first.
    page, cursor = await texts(oldest=said[2].id, limit=3)
    assert page == ["5", "4", "3"]
    page, cursor = await texts(oldest=said[2].id, limit=3, cursor=cursor)
    assert page == ["8", "7", "6"]
    assert (await texts(oldest=said[2].id, latest=said[5].id))[0] == ["4", "3"]
    assert (await texts(oldest=said[2].id, latest=said[5].id, inclusive=True))[0] == ["5", "4", "3", "2"]
    assert await error(setup, "conversations.history", channel=general, cursor="???") == "invalid_cursor"
    assert await error(setup, "conversations.history", channel=general, limit=1000) == "invalid_limit"


async def test_threads_are_paged_and_told_on_their_root(setup: Setup) -> None:
    mika, aoi = setup.join(), setup.join("Aoi")
    general = setup.channel()
    root = setup.face.say(mika, "general", "question")
    replies = [setup.face.say((mika, aoi)[n % 2], "general", f"r{n}", thread=root.id) for n in range(5)]
    setup.world.delete(SPACE, general, replies[4].id)
    answer = await call(setup, "conversations.replies", channel=general, ts=root.id, limit=3)
    assert [m["text"] for m in answer["messages"]] == ["question", "r0", "r1", "r2"]
    told = answer["messages"][0]
    assert (told["reply_count"], told["latest_reply"]) == (4, replies[3].id)
    assert told["reply_users"] == [mika.user_id, aoi.user_id]
    following = answer["response_metadata"]["next_cursor"]
    answer = await call(setup, "conversations.replies", channel=general, ts=root.id, limit=3, cursor=following)
    assert [m["text"] for m in answer["messages"]] == ["question", "r3"]
    answer = await call(setup, "conversations.replies", channel=general, ts=root.id, oldest=replies[1].id)
    assert [m["text"] for m in answer["messages"]] == ["question", "r2", "r3"]
    assert answer["messages"][1]["parent_user_id"] == mika.user_id
    assert await error(setup, "conversations.replies", channel=general, ts="1.000000") == "thread_not_found"


async def test_a_deleted_root_leaves_a_tombstone_over_its_replies(setup: Setup) -> None:
    mika = setup.join()
    general = setup.channel()
    async with raw_app(setup) as app:
        root = setup.face.say(mika, "general", "question")
        setup.face.say(mika, "general", "more", thread=root.id)
        setup.world.delete(SPACE, general, root.id)
        await until(lambda: app.events("message", "message_changed"))
        assert app.events("message", "message_deleted") == []
        assert app.events("message", "message_changed")[0]["event"]["message"]["subtype"] == "tombstone"
    answer = await call(setup, "conversations.replies", channel=general, ts=root.id)
    assert [m.get("subtype") for m in answer["messages"]] == ["tombstone", None]
    shown = (await call(setup, "conversations.history", channel=general))["messages"][0]
    assert (shown["subtype"], shown["reply_count"]) == ("tombstone", 1)


async def test_only_who_sees_a_message_can_press_it(setup: Setup) -> None:
    mika, aoi = setup.join(), setup.join("Aoi")
    posted = await call(
        setup, "chat.postEphemeral", channel=setup.channel(), user=mika.user_id, text="x", blocks=[BUTTON]
    )
    hidden = setup.world.message(SPACE, setup.channel(), posted["message_ts"])
    posted = await call(setup, "chat.postMessage", channel=mika.user_id, text="x", blocks=[BUTTON])
    private = setup.world.message(SPACE, posted["channel"], posted["ts"])
    async with raw_app(setup) as app:
        for shown in (hidden, private):
            with pytest.raises(WorldError):
                await setup.face.press(aoi, shown, {"action_id": "tell"})
            await setup.face.press(mika, shown, {"action_id": "tell"})
        assert len(app.interactions("block_actions")) == 2
        with pytest.raises(WorldError, match="nothing to press"):
            await setup.face.press(mika, private, {"action_id": "other"})


async def test_a_body_that_is_no_json_is_refused(setup: Setup) -> None:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer xoxb-{SPACE}"}) as session:
        url = f"{setup.base_url}/slack/api/auth.test"
        for body, expected in (("{", "invalid_json"), ("[1]", "json_not_object")):
            reply = await session.post(url, data=body, headers={"Content-Type": "application/json"})
            assert (await reply.json())["error"] == expected


async def test_metadata_is_shown_only_where_it_is_asked_for(setup: Setup) -> None:
    mark = {"event_type": "post", "event_payload": {"key": "digest:1"}}
    posted = await call(setup, "chat.postMessage", channel=setup.channel(), text="x", metadata=mark)
    plain = await call(setup, "conversations.history", channel=setup.channel())
    assert "metadata" not in plain["messages"][0]
    asked = await call(setup, "conversations.history", channel=setup.channel(), include_all_metadata=True)
    assert asked["messages"][0]["metadata"] == mark
    await call(setup, "chat.update", channel=setup.channel(), ts=posted["ts"], text="y")
    asked = await call(setup, "conversations.history", channel=setup.channel(), include_all_metadata=True)
    assert (asked["messages"][0]["text"], asked["messages"][0]["metadata"]) == ("y", mark)


async def test_reactions_and_pins_once(setup: Setup) -> None:
    said = setup.face.say(setup.join(), "general", "hello")
    at: Json = {"channel": setup.channel(), "timestamp": said.id}
    assert (await call(setup, "reactions.add", **at, name="wave"))["ok"]
    assert await error(setup, "reactions.add", **at, name="wave") == "already_reacted"
    shown = await call(setup, "reactions.get", **at)
    assert shown["message"]["reactions"] == [{"name": "wave", "users": [setup.space.bot], "count": 1}]
    assert (await call(setup, "reactions.remove", **at, name="wave"))["ok"]
    assert await error(setup, "reactions.remove", **at, name="wave") == "no_reaction"
    assert await error(setup, "reactions.add", **at, name="Not An Emoji") == "invalid_name"
    assert (await call(setup, "pins.add", **at))["ok"]
    assert await error(setup, "pins.add", **at) == "already_pinned"


async def test_members_are_paged_with_their_language_and_zone(setup: Setup) -> None:
    mika = setup.join("Mika")
    sam = setup.join("Sam", language="en", time_zone="America/New_York")
    client = setup.client()
    seen = [m["id"] async for page in await client.users_list(limit=2) for m in page["members"]]
    assert seen == [setup.space.bot, mika.user_id, sam.user_id]
    told = (await client.users_info(user=mika.user_id, include_locale=True))["user"]
    assert (told["locale"], told["tz"], told["tz_offset"], told["tz_label"]) == (
        "ja-JP",
        "Asia/Tokyo",
        32400,
        "Japan Standard Time",
    )
    assert (await client.users_info(user=sam.user_id, include_locale=True))["user"]["locale"] == "en-US"
    setup.world.leave(SPACE, sam.user_id)
    assert (await client.users_info(user=sam.user_id))["user"]["deleted"] is True


async def test_direct_messages_are_one_channel_for_each_member(setup: Setup) -> None:
    mika = setup.join()
    opened = await call(setup, "conversations.open", users=mika.user_id)
    posted = await call(setup, "chat.postMessage", channel=mika.user_id, text="hello")
    assert opened["channel"]["id"] == posted["channel"] == setup.face.dm(mika).id
    assert posted["channel"][0] == "D"
    async with raw_app(setup) as app:
        setup.face.say(mika, setup.space.bot, "hi bot")
        await until(lambda: app.events("message"))
        assert app.events("message")[0]["event"]["channel_type"] == "im"


async def test_user_groups_are_set_as_a_whole_with_one_event(setup: Setup) -> None:
    mika, aoi = setup.join(), setup.join("Aoi")
    group = (await call(setup, "usergroups.create", name="Helpers", handle="helpers"))["usergroup"]["id"]
    async with raw_app(setup) as app:
        await call(setup, "usergroups.users.update", usergroup=group, users=f"{mika.user_id},{aoi.user_id}")
        await call(setup, "usergroups.users.update", usergroup=group, users=aoi.user_id)
        await until(lambda: len(app.events("subteam_members_changed")) == 2)
        first, second = (p["event"] for p in app.events("subteam_members_changed"))
    assert (first["added_users_count"], first["removed_users"]) == (2, [])
    assert (second["added_users"], second["removed_users"]) == ([], [mika.user_id])
    assert await error(setup, "usergroups.users.update", usergroup=group, users="") == "no_users_provided"


async def test_scheduled_messages_come_when_the_clock_gets_there(setup: Setup) -> None:
    at = int(setup.world.now().timestamp()) + 3600
    await call(setup, "chat.scheduleMessage", channel=setup.channel(), text="later", post_at=at)
    assert await error(setup, "chat.scheduleMessage", channel=setup.channel(), text="x", post_at=1) == "time_in_past"
    setup.world.move_clock(setup.world.now() + timedelta(minutes=30))
    assert setup.said() == []
    setup.world.move_clock(setup.world.now() + timedelta(minutes=31))
    assert [message.text for message in setup.said()] == ["later"]


async def test_a_response_url_works_five_times_and_half_an_hour(setup: Setup) -> None:
    mika = setup.join()
    async with raw_app(setup) as app, aiohttp.ClientSession() as session:
        await setup.face.command(mika, "general", "tsudoi", "")
        await setup.face.command(mika, "general", "tsudoi", "")
        first, second = (frame["payload"]["response_url"] for frame in app.of("slash_commands"))
        statuses = []
        for number in range(6):
            reply = await session.post(first, json={"text": str(number), "response_type": "in_channel"})
            statuses.append((reply.status, (await reply.text())[:2]))
        assert statuses[:5] == [(200, "ok")] * 5
        assert statuses[5][0] == 404
        setup.world.move_clock(setup.world.now() + timedelta(minutes=31))
        reply = await session.post(second, json={"text": "late"})
        assert (reply.status, (await reply.json())["error"]) == (404, "expired_url")


async def test_pressing_a_message_that_only_one_sees_and_deleting_it(setup: Setup) -> None:
    mika = setup.join()
    posted = await call(
        setup, "chat.postEphemeral", channel=setup.channel(), user=mika.user_id, text="x", blocks=[BUTTON]
    )
    shown = setup.world.message(SPACE, setup.channel(), posted["message_ts"])
    async with raw_app(setup) as app, aiohttp.ClientSession() as session:
        await setup.face.press(mika, shown, {"action_id": "tell"})
        pressed = app.interactions("block_actions")[0]
        assert pressed["container"]["is_ephemeral"] is True
        assert "message" not in pressed
        await session.post(pressed["response_url"], json={"delete_original": True})
    assert shown.deleted


async def test_two_workspaces_know_nothing_of_each_other(setup: Setup) -> None:
    other = build_workspace(setup.world, id="T0OTHER", name="Elsewhere", bot="U0OTHER")
    there = new_account(setup.world, other.id, Person("aoi", "Aoi"))
    client = setup.client(f"xoxb-{other.id}")
    assert (await client.auth_test())["user_id"] == "U0OTHER"
    async with raw_app(setup) as app:
        setup.face.say(there, "general", "over there")
        mika = setup.join()
        setup.face.say(mika, "general", "over here")
        await until(lambda: app.events("message"))
        assert {frame["payload"]["team_id"] for frame in app.of("events_api")} == {SPACE}
    assert await error(setup, "users.info", user=there.user_id) == "user_not_found"


def test_typed_text_becomes_what_clients_send() -> None:
    assert as_typed("a < b && <@U123> see https://example.com/?a=1&b=2") == (
        "a &lt; b &amp;&amp; <@U123> see <https://example.com/?a=1&amp;b=2>"
    )
    elements = rich_text("hi <@U123> &amp; <https://example.com|there>", "b")["elements"][0]["elements"]
    assert [element["type"] for element in elements] == ["text", "user", "text", "link"]
    assert elements[2]["text"] == " & "


def test_ids_of_people_are_stable_and_those_of_events_never_repeat() -> None:
    assert ids.stable("U", "T1", "mika", "0") == ids.stable("U", "T1", "mika", "0")
    assert ids.stable("U", "T1", "mika", "0") != ids.stable("U", "T1", "mika", "1")
    assert len({ids.fresh("Ev") for _ in range(1000)}) == 1000
