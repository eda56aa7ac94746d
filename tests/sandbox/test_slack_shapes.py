"""Every payload and response of the Slack face has only keys and types that were recorded from Slack."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sandbox.world import Account, Json, Role
from tests.sandbox.slack_raw import RawApp, call, raw_app
from tests.sandbox.slack_setup import SPACE, Setup, sandbox
from tests.sandbox.test_slack_bolt import BUTTON, FORM
from tests.waiting import until

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"


@pytest.fixture(scope="module")
def recorded() -> ModuleType:
    if not (REFERENCE / "shape_check.py").is_file():
        pytest.skip("no recorded platform payloads here (../shared/reference)")
    spec = importlib.util.spec_from_file_location("shape_check", REFERENCE / "shape_check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def union(one: Any, other: Any) -> Any:  # noqa: ANN401 - JSON
    """Join two recordings of the same thing: each leaves out what the other happened to show."""
    if isinstance(one, dict) and isinstance(other, dict):
        both = {key: union(one[key], other[key]) for key in one.keys() & other.keys()}
        return {**one, **other, **both}
    if isinstance(one, list) and isinstance(other, list):
        return one + other
    return other if one is None else one


def check(recorded: ModuleType, ours: Json, *samples: str) -> None:
    known: Any = None
    for sample in samples:
        path, _, part = sample.partition("#")
        held = recorded.sample(f"slack/{path}")
        held = held[part] if part else held
        known = held if known is None else union(known, held)
    assert recorded.slack(known, ours) == []


@pytest.fixture
async def setup() -> AsyncIterator[Setup]:
    async with sandbox() as made:
        yield made


async def one(app: RawApp, kind: str, subtype: str | None = None) -> Json:
    await until(lambda: app.events(kind, subtype))
    return app.events(kind, subtype)[-1]


MENTION = (
    "events/AppMentionPayload.json",
    "wire/events.app_mention_body.json",
    "wire/socketmode.socket_mode_envelopes.1.events_api.event_callback.app_mention.json#payload",
)
MESSAGE = (
    "events/MessagePayload.json",
    "wire/message.message_body.json",
    "wire/message_bot.user_message_event_payload.json",
)
RICH = "wire/socketmode.socket_mode_envelopes.1.events_api.event_callback.app_mention.json#payload"


async def test_messages(recorded: ModuleType, setup: Setup) -> None:
    async with raw_app(setup) as app:
        mika = setup.join()
        general = setup.channel()
        root = setup.face.say(mika, "general", f"<@{mika.user_id}>")
        check(recorded, await one(app, "message"), *MESSAGE, RICH)
        reply = setup.face.say(mika, "general", "more", thread=root.id)
        await until(lambda: app.events("message")[-1]["event"].get("thread_ts") == root.id)
        check(recorded, app.events("message")[-1], *MESSAGE)

        setup.face.say(mika, "general", f"<@{setup.space.bot}>")
        check(recorded, await one(app, "app_mention"), *MENTION)

        root = setup.face.say(mika, "general", "hello")
        setup.world.edit(SPACE, general, root.id, text="hello all")
        check(
            recorded,
            await one(app, "message", "message_changed"),
            "events/MessageChangedPayload.json",
            "wire/message_changed.event_payload.json",
        )
        setup.world.delete(SPACE, general, reply.id)
        check(
            recorded,
            await one(app, "message", "message_deleted"),
            "events/MessageDeletedPayload.json",
            "wire/message_changed.event_payload.json",
            "wire/message_deleted.event_payload.json",
        )
        setup.face.say(mika, "general", "see", files=({"name": "a.png", "content": b"png"},))
        check(
            recorded,
            await one(app, "message", "file_share"),
            "events/MessageFileSharePayload.json",
            "wire/message_file_share.event_payload.json",
        )
        check(recorded, await one(app, "message", "channel_join"), "events/MessageChannelJoinPayload.json")


async def test_messages_of_the_bot(recorded: ModuleType, setup: Setup) -> None:
    async with raw_app(setup) as app:
        mika = setup.join()
        general = setup.channel()
        posted = await call(setup, "chat.postMessage", channel=general, text="a", blocks=[BUTTON])
        check(recorded, posted, "api/chat.postMessage.json")
        check(recorded, await one(app, "message"), *MESSAGE, "wire/message_bot.bot_message_event_payload.json")
        posted = await call(
            setup, "chat.postMessage", channel=general, text="b", username="Someone", icon_emoji=":wave:"
        )
        check(recorded, posted, "api/chat.postMessage.json")
        check(recorded, await one(app, "message", "bot_message"), "events/MessageBotPayload.json")
        root = setup.face.say(mika, "general", "root")
        posted = await call(
            setup,
            "chat.postMessage",
            channel=general,
            text="c",
            thread_ts=root.id,
            reply_broadcast=True,
            metadata={"event_type": "post", "event_payload": {"id": "1"}},
        )
        assert posted["message"]["metadata"].pop("event_payload") == {"id": "1"}
        check(recorded, posted, "api/chat.postMessage.json")
        broadcast = await one(app, "message", "thread_broadcast")
        broadcast["event"].pop("metadata")
        check(
            recorded,
            broadcast,
            "events/MessageThreadBroadcastPayload.json",
            "wire/message_thread_broadcast.event_payload.json",
            "wire/message_bot.bot_message_event_payload.json",
        )


async def test_members_and_channels(recorded: ModuleType, setup: Setup) -> None:
    async with raw_app(setup) as app:
        mika = setup.join()
        check(recorded, await one(app, "team_join"), "events/TeamJoinPayload.json")
        check(recorded, await one(app, "member_joined_channel"), "events/MemberJoinedChannelPayload.json")
        setup.world.change_account(SPACE, mika.user_id, language="en")
        check(recorded, await one(app, "user_change"), "events/UserChangePayload.json")
        setup.world.leave_channel(SPACE, "random", mika.user_id)
        check(recorded, await one(app, "member_left_channel"), "events/MemberLeftChannelPayload.json")
        made = await call(setup, "conversations.create", name="new-place")
        check(recorded, made, "api/conversations.create.json")
        check(recorded, await one(app, "channel_created"), "events/ChannelCreatedPayload.json")
        setup.world.change_channel(SPACE, "new-place", name="old-place")
        check(recorded, await one(app, "channel_rename"), "events/ChannelRenamePayload.json")
        setup.world.change_channel(SPACE, "old-place", archived=True)
        check(recorded, await one(app, "channel_archive"), "events/ChannelArchivePayload.json")
        setup.world.change_channel(SPACE, "old-place", archived=False)
        check(recorded, await one(app, "channel_unarchive"), "events/ChannelUnarchivePayload.json")
        setup.world.leave_channel(SPACE, "old-place", setup.space.bot)
        check(recorded, await one(app, "channel_left"), "events/ChannelLeftPayload.json")
        setup.world.leave_channel(SPACE, "moderators", setup.space.bot)
        check(recorded, await one(app, "group_left"), "events/GroupLeftPayload.json")
        setup.world.delete_channel(SPACE, "old-place")
        check(recorded, await one(app, "channel_deleted"), "events/ChannelDeletedPayload.json")
        setup.world.leave(SPACE, mika.user_id)
        await until(lambda: app.events("user_change")[-1]["event"]["user"]["deleted"])
        check(recorded, app.events("user_change")[-1], "events/UserChangePayload.json")


async def test_reactions_and_groups(recorded: ModuleType, setup: Setup) -> None:
    async with raw_app(setup) as app:
        mika = setup.join()
        said = setup.face.say(mika, "general", "hello")
        for on, kind in ((True, "Added"), (False, "Removed")):
            setup.world.react(SPACE, setup.channel(), said.id, mika.user_id, "tada", on=on)
            check(recorded, await one(app, f"reaction_{kind.lower()}"), f"events/Reaction{kind}Payload.json")
        setup.world.add_role(Role("S0HELP", SPACE, "Helpers"))
        setup.world.give_role(SPACE, mika.user_id, "S0HELP")
        check(recorded, await one(app, "subteam_members_changed"), "events/SubteamMembersChangedPayload.json")


async def test_interactions(recorded: ModuleType, setup: Setup) -> None:
    async with raw_app(setup) as app:
        mika = setup.join()
        posted = await call(setup, "chat.postMessage", channel=setup.channel(), text="a", blocks=[BUTTON])
        shown = setup.world.message(SPACE, setup.channel(), posted["ts"])
        await setup.face.press(mika, shown, {"action_id": "tell"})
        pressed = app.interactions("block_actions")[-1]
        state = pressed.pop("state")
        assert state == {"values": {}}
        check(recorded, pressed, "app-backend/BlockActionPayload.json", "wire/block_actions.body.json")

        opened = await call(setup, "views.open", trigger_id=pressed["trigger_id"], view=FORM)
        views = ("api/views.open.json", "wire/view_submission.body.json")
        known = union(recorded.sample(f"slack/{views[0]}")["view"], recorded.sample(f"slack/{views[1]}")["view"])
        assert recorded.slack({"ok": True, "view": without_state(known)}, without_blocks(opened)) == []
        await setup.face.submit(mika, {"name": "Mika", "topics": ["py"]})
        submitted = without_blocks(app.interactions("view_submission")[-1])
        check(recorded, submitted, "app-backend/ViewSubmissionPayload.json", "wire/view_submission.body.json")

        await setup.face.menu(mika, shown, "thank")
        chosen = app.interactions("message_action")[-1]
        check(recorded, chosen, "app-backend/MessageShortcutPayload.json", "wire/shortcut.message_shortcut_body.json")
        await setup.face.shortcut(mika, "ask")
        shortcut = app.interactions("shortcut")[-1]
        envelope = {"payload": shortcut}
        check(recorded, envelope, "wire/socketmode.socket_mode_envelopes.2.interactive.shortcut.json")
        await call(setup, "views.open", trigger_id=shortcut["trigger_id"], view=FORM)
        await setup.face.dismiss(mika)
        closed = without_blocks(app.interactions("view_closed")[-1])
        check(recorded, closed, "app-backend/ViewClosedPayload.json", "wire/view_closed.body.json")


def without_state(view: Json) -> Json:
    return {key: value for key, value in view.items() if key not in ("state", "blocks")} | {"state": {}}


def without_blocks(payload: Json) -> Json:
    # Blocks and values are the app's own, by its own ids: no recording can know them.
    view = {key: value for key, value in payload["view"].items() if key != "blocks"}
    return {**payload, "view": {**view, "state": {}}}


async def test_commands_and_home(recorded: ModuleType, setup: Setup) -> None:
    async with raw_app(setup) as app:
        mika = setup.join()
        await setup.face.command(mika, "general", "tsudoi", "help")
        frame = app.of("slash_commands")[-1]
        frame["payload"].pop("is_enterprise_install")
        check(recorded, frame, "wire/socketmode.socket_mode_envelopes.0.slash_commands.hello-socket-mode.json")
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        published = await call(setup, "views.publish", user_id=mika.user_id, view=home)
        check(recorded, without_blocks(published), "api/views.publish.json")
        await setup.face.open_home(mika)
        opened = await one(app, "app_home_opened")
        view = {key: value for key, value in opened["event"]["view"].items() if key != "blocks"}
        opened["event"]["view"] = {**view, "state": {}}
        check(recorded, opened, "events/AppHomeOpenedPayload.json")


async def test_frames_of_socket_mode(recorded: ModuleType, setup: Setup) -> None:
    async with raw_app(setup) as app:
        check(recorded, app.of("hello")[0], "wire/socketmode.socket_mode_hello_message.0.hello..json")
        mika = setup.join()
        setup.face.say(mika, "general", "hi")
        await one(app, "message")
        event = {**app.of("events_api")[-1], "payload": {}}
        check(recorded, event, "wire/socketmode.socket_mode_envelopes.3.events_api.event_callback.message.json")
        await setup.face.disconnect()
        await until(lambda: app.of("disconnect"))
        check(
            recorded,
            app.of("disconnect")[0],
            "wire/socketmode.socket_mode_disconnect_message.0.disconnect.too_many_websockets.json",
        )


async def calls(setup: Setup, mika: Account) -> list[tuple[str, Json]]:
    general, said = setup.channel(), setup.face.say(mika, "general", "hello")
    at = {"channel": general, "timestamp": said.id}
    dm = setup.face.dm(mika).id
    link = {"channel_id": general, "title": "Rules", "type": "link", "link": "https://example.com"}
    return [
        ("auth.test", {}),
        ("bots.info", {}),
        ("team.info", {}),
        ("users.info", {"user": mika.user_id, "include_locale": True}),
        ("users.info", {"user": setup.space.bot}),
        ("users.list", {"limit": 1}),
        ("users.lookupByEmail", {"email": f"{mika.user_id.lower()}@example.com"}),
        ("users.profile.get", {"user": mika.user_id}),
        ("users.conversations", {"types": "public_channel,private_channel,im"}),
        ("conversations.list", {"types": "public_channel,private_channel,im"}),
        ("conversations.info", {"channel": general, "include_num_members": True, "include_locale": True}),
        ("conversations.info", {"channel": dm}),
        ("conversations.members", {"channel": general}),
        ("conversations.open", {"users": mika.user_id}),
        ("conversations.open", {"users": mika.user_id, "return_im": True}),
        ("conversations.join", {"channel": general}),
        ("conversations.invite", {"channel": setup.channel("moderators"), "users": mika.user_id}),
        ("conversations.setTopic", {"channel": general, "topic": "Welcome"}),
        ("chat.getPermalink", {"channel": general, "message_ts": said.id}),
        ("chat.postEphemeral", {"channel": general, "user": mika.user_id, "text": "psst"}),
        (
            "chat.scheduleMessage",
            {"channel": general, "text": "later", "post_at": int(setup.world.now().timestamp()) + 60},
        ),
        ("reactions.add", {**at, "name": "wave"}),
        ("reactions.remove", {**at, "name": "wave"}),
        ("pins.add", at),
        ("bookmarks.add", link),
        ("emoji.list", {}),
        ("usergroups.create", {"name": "Helpers", "handle": "helpers"}),
        ("usergroups.list", {"include_users": True, "include_count": True}),
        ("files.getUploadURLExternal", {"filename": "a.txt", "length": 3}),
    ]


async def test_responses(recorded: ModuleType, setup: Setup) -> None:
    mika = setup.join()
    for method, args in await calls(setup, mika):
        answer = await call(setup, method, **args)
        assert answer["ok"] is True, (method, answer)
        if method == "emoji.list":
            answer["emoji"] = {}  # names are the workspace's own
        check(recorded, answer, f"api/{method}.json")
    group = (await call(setup, "usergroups.list"))["usergroups"][0]["id"]
    for method, more in (("usergroups.users.update", {"users": mika.user_id}), ("usergroups.users.list", {})):
        answer = await call(setup, method, usergroup=group, **more)
        check(recorded, answer, f"api/{method}.json")
    posted = await call(setup, "chat.postMessage", channel=mika.user_id, text="hello")
    deleted = await call(setup, "chat.delete", channel=posted["channel"], ts=posted["ts"])
    check(recorded, deleted, "api/chat.delete.json")
    connected = await call(setup, "apps.connections.open", token=f"xapp-{SPACE}")
    check(recorded, connected, "api/apps.connections.open.json")


async def test_files(recorded: ModuleType, setup: Setup) -> None:
    client = setup.client()
    async with raw_app(setup) as app:
        given = await client.files_upload_v2(
            channel=setup.channel(), filename="kpi.csv", content="a,b\n1,2\n", initial_comment="figures"
        )
        shared = await one(app, "message", "file_share")
    assert shared["event"]["text"] == "figures"
    answer = await call(setup, "files.info", file=given["file"]["id"])
    check(recorded, answer, "api/files.info.json")
    completed = {"ok": True, "files": given["files"]}
    check(recorded, completed, "api/files.completeUploadExternal.json")
    assert answer["file"]["size"] == len("a,b\n1,2\n")
