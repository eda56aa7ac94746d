"""An unmodified slack-bolt app talks with the sandbox over Socket Mode."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.face import Face
from sandbox.slack import SlackFace
from sandbox.world import World, WorldError
from tests.sandbox.slack_setup import SPACE, bolt, sandbox
from tests.waiting import until

BUTTON = {
    "type": "actions",
    "block_id": "row",
    "elements": [
        {"type": "button", "action_id": "tell", "text": {"type": "plain_text", "text": "Tell"}, "value": "1"},
    ],
}
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "intro",
    "title": {"type": "plain_text", "text": "About you"},
    "submit": {"type": "plain_text", "text": "Send"},
    "notify_on_close": True,
    "private_metadata": "p1",
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "v", "max_length": 10},
        },
        {
            "type": "input",
            "block_id": "topics",
            "optional": True,
            "label": {"type": "plain_text", "text": "Topics"},
            "element": {
                "type": "multi_static_select",
                "action_id": "v",
                "options": [
                    {"text": {"type": "plain_text", "text": "Python"}, "value": "py"},
                    {"text": {"type": "plain_text", "text": "Elm"}, "value": "elm"},
                ],
            },
        },
    ],
}


async def test_a_message_is_answered() -> None:
    def prepare(app: AsyncApp) -> None:
        @app.message("hello")
        async def hello(message: dict[str, Any], say: AsyncSay) -> None:
            await say(text=f"hi <@{message['user']}>", thread_ts=message["ts"])

    async with sandbox() as setup, bolt(setup, prepare):
        mika = setup.join()
        asked = setup.face.say(mika, "general", "hello & <all>")
        await until(lambda: len(setup.said()) == 3)  # the joining, the question, the answer
        answer = setup.said()[-1]
        assert answer.author == setup.space.bot
        assert answer.text == f"hi <@{mika.user_id}>"
        assert answer.thread == asked.id
        assert asked.text == "hello &amp; &lt;all&gt;"


async def test_a_button_opens_a_form_that_is_refused_then_taken() -> None:
    seen: list[dict[str, Any]] = []

    def prepare(app: AsyncApp) -> None:
        @app.action("tell")
        async def tell(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=FORM)
            await respond(text="opened", replace_original=True)

        @app.view("intro")
        async def intro(ack: AsyncAck, view: dict[str, Any]) -> None:
            name = view["state"]["values"]["name"]["v"]["value"]
            if name == "bad":
                await ack(response_action="errors", errors={"name": "Not that one"})
                return
            seen.append(view)
            await ack()

    async with sandbox() as setup, bolt(setup, prepare):
        mika = setup.join()
        reply = await setup.client().chat_postEphemeral(
            channel=setup.channel(), user=mika.user_id, text="press", blocks=[BUTTON]
        )
        shown = setup.world.message(SPACE, setup.channel(), reply["message_ts"])
        await setup.face.press(mika, shown, {"action_id": "tell"})
        await until(lambda: mika.user_id in setup.space.forms)
        await until(lambda: shown.text == "opened")
        assert "blocks" not in shown.body
        assert await setup.face.submit(mika, {}) == {"name": "Please complete this required field."}
        assert await setup.face.submit(mika, {"name": "longer than ten"}) == {
            "name": "Please enter no more than 10 characters."
        }
        assert await setup.face.submit(mika, {"name": "bad"}) == {"name": "Not that one"}
        assert mika.user_id in setup.space.forms
        assert await setup.face.submit(mika, {"name": "Mika", "topics": ["elm"]}) == {}
        assert mika.user_id not in setup.space.forms
        values = seen[0]["state"]["values"]
        assert values["name"]["v"] == {"type": "plain_text_input", "value": "Mika"}
        assert [option["value"] for option in values["topics"]["v"]["selected_options"]] == ["elm"]
        assert seen[0]["private_metadata"] == "p1"


async def test_commands_menus_home_and_a_cancelled_form() -> None:
    seen: list[str] = []

    def prepare(app: AsyncApp) -> None:
        @app.command("/tsudoi")
        async def command(ack: AsyncAck, command: dict[str, Any]) -> None:
            await ack(text=f"you said {command['text']}")

        @app.shortcut("thank")
        async def thank(ack: AsyncAck, shortcut: dict[str, Any], respond: AsyncRespond) -> None:
            await ack()
            await respond(text=f"thanked for {shortcut['message']['text']}", response_type="in_channel")

        @app.shortcut("ask")
        async def ask(ack: AsyncAck, shortcut: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=shortcut["trigger_id"], view=FORM)

        @app.event("app_home_opened")
        async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
            section = {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "home"},
                "accessory": BUTTON["elements"][0],
            }
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section]})

        @app.action("tell")
        async def tell(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            seen.append(body["view"]["type"])

        @app.view_closed("intro")
        async def closed(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            seen.append(body["type"])

    async with sandbox() as setup, bolt(setup, prepare):
        mika = setup.join()
        await setup.face.command(mika, "random", "tsudoi", "help me")
        shown = setup.said("random")[-1]
        assert (shown.text, shown.only_for) == ("you said help me", mika.user_id)
        with pytest.raises(WorldError, match="not supported in threads"):
            await setup.face.command(mika, "random", "tsudoi", "x", thread=shown.id)

        said = setup.face.say(mika, "random", "a good answer")
        await setup.face.menu(mika, said, "thank")
        await until(lambda: setup.said("random")[-1].text == "thanked for a good answer")

        await setup.face.open_home(mika)
        await until(lambda: mika.user_id in setup.space.homes)
        await setup.face.press_home(mika, {"action_id": "tell"})
        await setup.face.shortcut(mika, "ask")
        await until(lambda: mika.user_id in setup.space.forms)
        await setup.face.dismiss(mika)
        await until(lambda: seen == ["home", "view_closed"])


async def test_an_app_that_does_not_listen_is_told_to_the_person() -> None:
    async with sandbox() as setup:
        mika = setup.join()
        with pytest.raises(WorldError, match="not connected"):
            await setup.face.command(mika, "general", "tsudoi", "help")


async def test_a_fresh_face_serves_everything_the_sandbox_asks_of_it() -> None:
    face: Face = SlackFace(World())
    assert not face.connected()
    assert all(route.path.startswith("/slack/") for route in face.routes())
    with pytest.raises(WorldError, match="no Slack workspace 'T0NOWHERE'"):
        face.commands("T0NOWHERE")
