"""A small bot on both platforms, made with the unmodified libraries, for the tests of the page.

It greets with a button, opens a form, refuses an empty-looking name, answers a command, and draws a home tab.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from sandbox.slack import app_token, bot_token
from tests.sandbox.discord_stage import Bot
from tests.waiting import until

Press = discord.Interaction[discord.Client]

MANIFEST = {
    "features": {
        "slash_commands": [
            {"command": "/tsudoi", "description": "Help and about me", "usage_hint": "[help | me]"},
            {"command": "/ask", "description": "Ask the community"},
        ],
        "shortcuts": [{"type": "message", "name": "Ask the community", "callback_id": "ask_menu", "description": "x"}],
    },
    "oauth_config": {"scopes": {"bot": ["chat:write", "commands", "users:read", "channels:history", "channels:read"]}},
    "settings": {"event_subscriptions": {"bot_events": ["team_join", "app_home_opened", "message.channels"]}},
}


def _plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def _options(*values: str) -> list[dict[str, Any]]:
    return [{"text": _plain(value), "value": value} for value in values]


FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "introduce",
    "title": _plain("自己紹介"),
    "submit": _plain("紹介する"),
    "close": _plain("あとで"),
    "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": "*ひとこと*だけでも大丈夫です。"}},
        {
            "type": "input",
            "block_id": "about",
            "label": _plain("何をしている人ですか"),
            "hint": _plain("一文でも"),
            "element": {"type": "plain_text_input", "action_id": "v", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "topics",
            "optional": True,
            "label": _plain("話したいこと"),
            "element": {"type": "multi_static_select", "action_id": "v", "options": _options("python", "rust")},
        },
        {
            "type": "input",
            "block_id": "level",
            "optional": True,
            "label": _plain("レベル"),
            "element": {"type": "radio_buttons", "action_id": "v", "options": _options("入門", "中級", "上級")},
        },
        {
            "type": "input",
            "block_id": "agree",
            "optional": True,
            "label": _plain("約束"),
            "element": {"type": "checkboxes", "action_id": "v", "options": _options("行動規範を読みました")},
        },
    ],
}


def slack_app(sandbox: Sandbox) -> AsyncApp:
    token = bot_token(sandbox.workspace.id)
    app = AsyncApp(client=AsyncWebClient(token=token, base_url=f"{sandbox.url}/slack/api/"))

    @app.action(re.compile("^any_"))
    async def settled(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:  # noqa: ANN401 - bolt's own
        await ack()
        action = body["actions"][0]
        values = {key: value for key, value in action.items() if key.startswith("selected_") or key == "value"}
        await client.chat_postMessage(channel=body["channel"]["id"], text=f"{action['action_id']} {json.dumps(values)}")

    @app.event("team_join")
    async def greet(event: dict[str, Any], client: AsyncWebClient) -> None:
        channel = sandbox.world.channel(sandbox.workspace.id, "general").id
        button = {"type": "button", "action_id": "introduce", "style": "primary", "text": _plain("自己紹介する")}
        blocks: list[dict[str, Any]] = [
            {"type": "section", "text": {"type": "mrkdwn", "text": f"ようこそ、<@{event['user']['id']}> さん！"}},
            {"type": "actions", "elements": [button]},
        ]
        await client.chat_postEphemeral(channel=channel, user=event["user"]["id"], text="ようこそ", blocks=blocks)

    @app.action("introduce")
    async def open_form(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:  # noqa: ANN401 - bolt's own
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("introduce")
    async def introduce(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:  # noqa: ANN401 - bolt's own
        values = body["view"]["state"]["values"]
        about = values["about"]["v"]["value"]
        if "!" in about:
            await ack(response_action="errors", errors={"about": "「!」は使えません。"})
            return
        await ack()
        topics = ", ".join(o["value"] for o in values["topics"]["v"]["selected_options"])
        said = f"<@{body['user']['id']}>: {about} ({topics})"
        await client.chat_postMessage(channel="introductions", text=said)

    @app.command("/tsudoi")
    async def command(ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - bolt's own
        await ack(text=f"*help* for `{body['text']}`")

    @app.shortcut("ask_menu")
    async def ask(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:  # noqa: ANN401 - bolt's own
        await ack()
        await client.chat_postEphemeral(channel=body["channel"]["id"], user=body["user"]["id"], text="みんなに聞きます")

    @app.event("app_home_opened")
    async def home(event: dict[str, Any], client: AsyncWebClient) -> None:
        blocks = [{"type": "header", "text": _plain("あなたのホーム")}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("message")
    async def ignore() -> None:
        """Let talk pass."""

    return app


class Introduction(ui.Modal, title="自己紹介"):
    """The form on Discord."""

    about: ui.Label[Any] = ui.Label(
        text="何をしている人ですか",
        component=ui.TextInput(custom_id="about", style=discord.TextStyle.long, max_length=40),
    )
    level: ui.Label[Any] = ui.Label(
        text="レベル",
        description="だいたいで大丈夫です",
        component=ui.RadioGroup(
            custom_id="level",
            required=False,
            options=[discord.RadioGroupOption(label=x, value=x) for x in ("入門", "中級")],
        ),
    )
    topics: ui.Label[Any] = ui.Label(
        text="話したいこと",
        component=ui.Select(
            custom_id="topics",
            max_values=2,
            required=False,
            options=[discord.SelectOption(label=x) for x in ("python", "rust")],
        ),
    )

    async def on_submit(self, interaction: Press) -> None:
        """Say it in public."""
        await interaction.response.send_message(f"**{self.about.component.value}**")  # type: ignore[attr-defined]


class Welcome(ui.LayoutView):
    """The greeting on Discord."""

    def __init__(self, name: str) -> None:
        super().__init__(timeout=None)
        button: ui.Button[Any] = ui.Button(
            label="自己紹介する", custom_id="introduce", style=discord.ButtonStyle.primary
        )
        button.callback = self.open_form  # type: ignore[method-assign]
        text: ui.TextDisplay[Any] = ui.TextDisplay(f"## ようこそ、{name} さん\n-# いつでもどうぞ")
        self.add_item(ui.Container(text, ui.ActionRow(button), accent_colour=0xE67E22))

    async def open_form(self, interaction: Press) -> None:
        """Open the form."""
        await interaction.response.send_modal(Introduction())


def furnish(sandbox: Sandbox, bot: Bot) -> None:
    """Give the Discord client its commands and its greeting."""
    group = app_commands.Group(name="tsudoi", description="Help and about me")

    @group.command(name="help", description="What I can do")
    async def show_help(interaction: Press, topic: str = "all") -> None:
        await interaction.response.send_message(f"help: {topic}", ephemeral=True)

    @show_help.autocomplete("topic")
    async def propose(_: Press, current: str) -> list[app_commands.Choice[str]]:
        known = {"meetups": "How meetups work", "members": "Who is here"}
        return [app_commands.Choice(name=v, value=k) for k, v in known.items() if k.startswith(current)]

    @bot.tree.context_menu(name="Ask the community")
    async def ask(interaction: Press, message: discord.Message) -> None:
        await interaction.response.send_message(f"asking about {message.id}", ephemeral=True)

    bot.tree.add_command(group)

    async def on_member_join(member: discord.Member) -> None:
        channel = member.guild.get_channel(int(sandbox.world.channel(sandbox.server.id, "general").id))
        if isinstance(channel, discord.TextChannel):
            await channel.send(view=Welcome(member.display_name))

    bot.event(on_member_join)


@contextlib.asynccontextmanager
async def small_bot(sandbox: Sandbox) -> AsyncIterator[None]:
    """Run the bot on both platforms."""
    sandbox.slack.install(sandbox.workspace.id, MANIFEST)
    base = f"{sandbox.url}/slack/api/"
    client = AsyncWebClient(token=app_token(sandbox.workspace.id), base_url=base)
    handler = AsyncSocketModeHandler(slack_app(sandbox), app_token(sandbox.workspace.id), web_client=client)
    old = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = sandbox.discord.rest_url, yarl.URL(sandbox.discord.gateway_url)
    bot = Bot()
    furnish(sandbox, bot)
    task = asyncio.create_task(bot.start(sandbox.discord.token))
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call] # bolt's own
        await asyncio.wait_for(bot.up.wait(), 10)
        await bot.tree.sync()
        await until(lambda: sandbox.slack.connected() and sandbox.discord.connected())
        yield
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call] # bolt's own
        await bot.close()
        await task
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = old
