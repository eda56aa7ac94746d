"""What the sandbox sends, held against Discord's own description of its API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest
from discord import ui

from sandbox.world import Message, Person
from tests.sandbox.discord_stage import Stage, staged, violations
from tests.waiting import until


def card() -> ui.LayoutView:
    """Make one of each component that a message can hold."""
    view = ui.LayoutView(timeout=None)
    box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=0x3366FF)
    box.add_item(ui.TextDisplay("# もくもく会"))
    box.add_item(ui.Separator())
    box.add_item(ui.Section("渋谷", accessory=ui.Button(label="地図", url="https://example.org/")))
    box.add_item(ui.Section("絵", accessory=ui.Thumbnail("https://example.org/a.png")))
    box.add_item(ui.MediaGallery(discord.MediaGalleryItem("https://example.org/b.png")))
    box.add_item(ui.ActionRow(ui.Button(label="参加する", custom_id="rsvp:1", style=discord.ButtonStyle.success)))
    options = [discord.SelectOption(label="a", value="a", description="first", emoji="🎉")]
    box.add_item(ui.ActionRow(ui.Select(custom_id="pick", options=options, placeholder="choose")))
    box.add_item(ui.ActionRow(ui.UserSelect(custom_id="who")))
    return view.add_item(box)


async def furnished(stage: Stage) -> tuple[Message, Message]:
    """Fill the server with one of everything."""
    said = stage.face.say(stage.aya, "general", f"<@{stage.face.application_id}> 質問です")
    stage.world.react(stage.space.id, said.channel, said.id, stage.aya.user_id, "🎉")
    message = await stage.channel("general").fetch_message(int(said.id))
    await message.reply("答えです", embed=discord.Embed(title="t", description="d").add_field(name="n", value="v"))
    thread = await message.create_thread(name="続き")
    await thread.send("ここで")
    await stage.channel("general").send(view=card())
    return said, stage.space.messages[said.channel][-1]


GETS = [
    ("/users/@me", "UserPIIResponse"),
    ("/users/{aya}", "UserResponse"),
    ("/oauth2/applications/@me", "PrivateApplicationResponse"),
    ("/gateway", "GatewayResponse"),
    ("/gateway/bot", "GatewayBotResponse"),
    ("/guilds/{guild}", "GuildWithCountsResponse"),
    ("/guilds/{guild}?with_counts=true", "GuildWithCountsResponse"),
    ("/guilds/{guild}/members/{aya}", "GuildMemberResponse"),
    ("/guilds/{guild}/members?limit=10", "[]GuildMemberResponse"),
    ("/guilds/{guild}/members/search?query=彩", "[]GuildMemberResponse"),
    ("/guilds/{guild}/roles", "[]GuildRoleResponse"),
    ("/guilds/{guild}/channels", "[]GuildChannelResponse"),
    ("/guilds/{guild}/threads/active", "ThreadsResponse"),
    ("/channels/{general}/threads/archived/public", "ThreadsResponse"),
    ("/channels/{general}", "GuildChannelResponse"),
    ("/channels/{ideas}", "GuildChannelResponse"),
    ("/channels/{said}", "ThreadResponse"),
    ("/channels/{said}/thread-members", "[]ThreadMemberResponse"),
    ("/channels/{general}/messages", "[]MessageResponse"),
    ("/channels/{said}/messages", "[]MessageResponse"),
    ("/channels/{general}/messages/{said}", "MessageResponse"),
    ("/channels/{general}/messages/{said}/reactions/🎉", "[]UserResponse"),
    ("/channels/{general}/messages/pins", "PinnedMessagesResponse"),
]


async def test_every_reply_to_a_question_keeps_to_the_description() -> None:
    async with staged() as stage:
        said, shown = await furnished(stage)
        await stage.call("PUT", f"/channels/{said.channel}/messages/pins/{shown.id}")
        names = {
            "aya": stage.aya.user_id,
            "guild": stage.space.id,
            "general": said.channel,
            "ideas": stage.place("ideas"),
            "said": said.id,
        }
        found: dict[str, list[str]] = {}
        for path, schema in GETS:
            status, body = await stage.call("GET", path.format(**names))
            assert status == 200, (path, body)
            items = body if schema.startswith("[]") else [body]
            assert items, path
            problems = [p for item in items for p in violations(schema.removeprefix("[]"), item)]
            if problems:
                found[path] = problems
        assert found == {}


async def test_every_reply_to_a_change_keeps_to_the_description() -> None:
    async with staged(log_in=False) as stage:
        general, guild, app = stage.place("general"), stage.space.id, stage.face.application_id
        start = stage.world.now() + timedelta(days=1)
        event = {
            "name": "もくもく会",
            "privacy_level": 2,
            "entity_type": 3,
            "entity_metadata": {"location": "渋谷"},
            "scheduled_start_time": start.isoformat(),
            "scheduled_end_time": (start + timedelta(hours=2)).isoformat(),
        }
        option = {"type": 3, "name": "query", "description": "what", "required": True}
        command = {"name": "find", "description": "x", "options": [option], "name_localizations": {"ja": "探す"}}
        acts: list[tuple[str, str, Any, str]] = [
            ("POST", f"/channels/{general}/messages", {"content": "x", "nonce": "n"}, "MessageResponse"),
            ("POST", f"/channels/{general}/invites", {"max_age": 0}, "GuildInviteResponse"),
            ("POST", f"/guilds/{guild}/channels", {"name": "new", "type": 0}, "GuildChannelResponse"),
            ("POST", f"/guilds/{guild}/channels", {"name": "forum", "type": 15}, "GuildChannelResponse"),
            ("POST", f"/guilds/{guild}/roles", {"name": "python"}, "GuildRoleResponse"),
            ("PATCH", f"/guilds/{guild}/members/{stage.aya.user_id}", {"nick": "Aya"}, "GuildMemberResponse"),
            ("POST", f"/channels/{general}/threads", {"name": "t", "type": 11}, "ThreadResponse"),
            ("POST", f"/channels/{general}/threads", {"name": "t", "type": 12}, "ThreadResponse"),
            ("POST", "/users/@me/channels", {"recipient_id": stage.aya.user_id}, "PrivateChannelResponse"),
            ("POST", f"/guilds/{guild}/scheduled-events", event, "ExternalScheduledEventResponse"),
            ("POST", f"/applications/{app}/commands", command, "ApplicationCommandResponse"),
            ("POST", f"/applications/{app}/guilds/{guild}/commands", command, "ApplicationCommandResponse"),
        ]
        found: dict[str, list[str]] = {}
        for method, path, body, schema in acts:
            status, answer = await stage.call(method, path, body)
            assert status in (200, 201), (path, answer)
            problems = violations(schema, answer)
            if problems:
                found[path] = problems
        assert found == {}


async def test_gateway_events_keep_to_the_description() -> None:
    async with staged() as stage:
        await furnished(stage)
        stage.face.new_account(stage.space.id, Person("ken", "Ken"))
        await stage.heard("GUILD_MEMBER_ADD")
        schemas = {
            "MESSAGE_CREATE": "MessageResponse",
            "THREAD_CREATE": "ThreadResponse",
            "GUILD_MEMBER_ADD": "GuildMemberResponse",
        }
        found: dict[str, list[str]] = {}
        for name, schema in schemas.items():
            assert stage.bot.events(name), name
            for event in stage.bot.events(name):
                problems = violations(schema, event)
                if problems:
                    found[name] = problems
        guild = stage.bot.events("GUILD_CREATE")[0]
        found |= {c["name"]: p for c in guild["channels"] if (p := violations("GuildChannelResponse", c))}
        found |= {r["name"]: p for r in guild["roles"] if (p := violations("GuildRoleResponse", r))}
        assert violations("GuildResponse", guild) == []
        assert found == {}


@pytest.mark.parametrize("private", [True, False])
async def test_answers_to_interactions_keep_to_the_description(*, private: bool) -> None:
    async with staged() as stage:
        answers: list[Any] = []

        @stage.bot.tree.command(name="ask", description="x")
        async def ask(interaction: discord.Interaction[discord.Client]) -> None:
            path = f"/interactions/{interaction.id}/{interaction.token}/callback?with_response=true"
            data = {"content": "x", "flags": 64 if private else 0}
            answers.append((await stage.call("POST", path, {"type": 4, "data": data}))[1])
            hook = f"/webhooks/{stage.face.application_id}/{interaction.token}"
            answers.append((await stage.call("POST", hook, {"content": "y"}))[1])

        await stage.bot.tree.sync()
        await stage.face.command(stage.aya, "general", "ask", "")
        await until(lambda: len(answers) == 2)
        assert violations("InteractionCallbackResponse", answers[0]) == []
        assert violations("MessageResponse", answers[1]) == []
        interaction = await stage.heard("INTERACTION_CREATE")
        assert violations("UserResponse", interaction["member"]["user"]) == []
