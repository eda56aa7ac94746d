"""Commands, menus, components and forms between a member of the sandbox and an unmodified discord.py client."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import discord
import pytest
from discord import app_commands, ui

from sandbox.discord.interactions import ANSWER_MS
from sandbox.world import Json, Message, Person, WorldError
from tests.sandbox.discord_stage import Stage, staged
from tests.waiting import until

Press = discord.Interaction[discord.Client]


class Introduction(ui.Modal, title="自己紹介"):
    """Every field that a form can hold."""

    about: ui.Label[Any] = ui.Label(text="About you", component=ui.TextInput(custom_id="about", max_length=20))
    topics: ui.Label[Any] = ui.Label(
        text="Topics",
        description="up to two",
        component=ui.Select(
            custom_id="topics",
            max_values=2,
            required=False,
            options=[discord.SelectOption(label=x, value=x) for x in ("python", "rust", "go")],
        ),
    )
    buddy: ui.Label[Any] = ui.Label(text="Buddy", component=ui.UserSelect(custom_id="buddy", required=False))
    level: ui.Label[Any] = ui.Label(
        text="Level",
        component=ui.RadioGroup(
            custom_id="level", options=[discord.RadioGroupOption(label=x, value=x) for x in ("new", "old")]
        ),
    )
    rules: ui.Label[Any] = ui.Label(text="Rules", component=ui.Checkbox(custom_id="rules"))
    got: Json

    async def on_submit(self, interaction: Press) -> None:
        """Keep what was sent."""
        fields: dict[str, Any] = {name: getattr(self, name).component for name in ("about", "topics", "buddy")}
        more: dict[str, Any] = {name: getattr(self, name).component for name in ("level", "rules")}
        type(self).got = {
            "about": fields["about"].value,
            "topics": fields["topics"].values,
            "buddy": [user.id for user in fields["buddy"].values],
            **{name: field.value for name, field in more.items()},
        }
        await interaction.response.send_message("ありがとう", ephemeral=True)


def furnish(stage: Stage) -> list[Json]:
    """Give the bot its commands; what they were called with is kept in the returned list."""
    calls: list[Json] = []
    tree = stage.bot.tree
    group = app_commands.Group(name="meetup", description="Meetups")

    @group.command(name="create", description="Announce a meetup")
    @app_commands.describe(title="What it is called", seats="How many can come", host="Who hosts it")
    @app_commands.choices(
        kind=[app_commands.Choice(name="Online", value="o"), app_commands.Choice(name="Room", value="r")]
    )
    async def create(
        interaction: Press,
        title: str,
        seats: app_commands.Range[int, 1, 500] = 10,
        host: discord.Member | None = None,
        kind: str = "o",
    ) -> None:
        calls.append({"title": title, "seats": seats, "host": host and host.id, "kind": kind})
        await interaction.response.send_message(f"{title}: {seats}")

    @tree.command(name="intro", description="Introduce yourself")
    async def intro(interaction: Press) -> None:
        await interaction.response.send_modal(Introduction())

    @tree.command(name="slow", description="Think first")
    async def slow(interaction: Press) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.followup.send("done thinking")
        await interaction.followup.send("and one more", ephemeral=True)
        calls.append({"original": (await interaction.original_response()).content})

    @tree.command(name="silent", description="Never answer")
    async def silent(_: Press) -> None:
        calls.append({})

    @tree.command(name="find", description="Find something")
    async def find(interaction: Press, query: str) -> None:
        await interaction.response.send_message(query)

    @find.autocomplete("query")
    async def propose(_: Press, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=current + x, value=current + x) for x in "ab"]

    @tree.context_menu(name="Thank")
    async def thank(interaction: Press, message: discord.Message) -> None:
        calls.append({"thanked": message.content, "by": interaction.user.id})
        await interaction.response.send_message("thanked", ephemeral=True)

    tree.add_command(group)
    return calls


async def synced(stage: Stage) -> list[Json]:
    calls = furnish(stage)
    await stage.bot.tree.sync()
    return calls


def last(stage: Stage, channel: str = "general") -> Message:
    return stage.space.messages[stage.place(channel)][-1]


async def test_typed_options_arrive_as_the_client_would_send_them() -> None:
    async with staged() as stage:
        calls = await synced(stage)
        await stage.face.command(
            stage.aya,
            "general",
            "meetup",
            f"create もくもく会 in Shibuya seats:12 host:<@{stage.aya.user_id}> kind:Room",
        )
        expected = {"title": "もくもく会 in Shibuya", "seats": 12, "host": int(stage.aya.user_id), "kind": "r"}
        assert calls == [expected]
        said = last(stage)
        assert (said.text, said.body["type"]) == ("もくもく会 in Shibuya: 12", 20)
        assert said.body["interaction_metadata"]["user"]["id"] == stage.aya.user_id


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is used with one of: create"),
        ("destroy x", "is used with one of: create"),
        ("create seats:3", "needs title"),
        ("create title:x seats:many", "is a number"),
        ("create title:x seats:501", "lies between"),
        ("create title:x host:nobody", "nobody and nothing here"),
        ("create title:x kind:Moon", "is one of: Online, Room"),
    ],
)
async def test_the_client_refuses_what_it_could_not_send(text: str, complaint: str) -> None:
    async with staged() as stage:
        calls = await synced(stage)
        with pytest.raises(WorldError, match=complaint):
            await stage.face.command(stage.aya, "general", "meetup", text)
        assert calls == []


async def test_an_unregistered_command_cannot_be_used() -> None:
    async with staged() as stage:
        with pytest.raises(WorldError, match="no command 'meetup' is registered"):
            await stage.face.command(stage.aya, "general", "meetup", "create x")


async def test_commands_are_listed_with_their_translations() -> None:
    async with staged(log_in=False) as stage:
        body = {
            "name": "help",
            "description": "What I can do",
            "name_localizations": {"ja": "ヘルプ"},
            "description_localizations": {"ja": "できること"},
        }
        path = f"/applications/{stage.face.application_id}/commands"
        status, first = await stage.call("POST", path, body)
        assert status == 200
        again = (await stage.call("PUT", path, [body, {"name": "Thank", "type": 3}]))[1]
        assert again[0]["id"] == first["id"]
        listed = stage.face.commands(stage.space.id)
        assert [(c["name"], c["kind"], c["name_localizations"].get("ja")) for c in listed] == [
            ("help", "slash", "ヘルプ"),
            ("Thank", "message", None),
        ]
        assert (await stage.call("DELETE", f"{path}/{first['id']}"))[0] == 204
        assert [c["name"] for c in stage.face.commands(stage.space.id)] == ["Thank"]


async def test_thinking_becomes_the_first_follow_up() -> None:
    async with staged() as stage:
        calls = await synced(stage)
        await stage.face.command(stage.aya, "general", "slow", "")
        await until(lambda: calls)
        texts = [(m.text, m.only_for) for m in stage.space.messages[stage.place("general")]]
        assert texts == [("done thinking", stage.aya.user_id), ("and one more", stage.aya.user_id)]
        assert calls == [{"original": "done thinking"}]
        assert stage.bot.events("MESSAGE_CREATE") == []


async def test_a_follow_up_stands_for_itself_when_the_thinking_was_taken_away() -> None:
    async with staged() as stage:
        texts: list[str] = []

        @stage.bot.tree.command(name="hush", description="Say nothing, then something")
        async def hush(interaction: Press) -> None:
            await interaction.response.defer(thinking=True, ephemeral=True)
            await interaction.delete_original_response()
            texts.append((await interaction.followup.send("after all", ephemeral=True, wait=True)).content)

        await stage.bot.tree.sync()
        await stage.face.command(stage.aya, "general", "hush", "")
        await until(lambda: texts)
        assert last(stage).text == "after all"
        assert last(stage).only_for == stage.aya.user_id


async def test_no_answer_in_three_seconds_is_said_to_the_member(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.discord.interactions.ANSWER_MS", 150)
    async with staged() as stage:
        calls = await synced(stage)
        with pytest.raises(WorldError, match="did not respond"):
            await stage.face.command(stage.aya, "general", "silent", "")
        event = await stage.heard("INTERACTION_CREATE")
        path = f"/interactions/{event['id']}/{event['token']}/callback"
        status, body = await stage.call("POST", path, {"type": 4, "data": {"content": "too late"}})
        assert (status, body["code"], len(calls)) == (404, 10062, 1)
    assert ANSWER_MS == 3000


async def test_an_interaction_is_answered_once_and_its_token_dies() -> None:
    async with staged() as stage:
        await synced(stage)
        await stage.face.command(stage.aya, "general", "find", "x")
        event = await stage.heard("INTERACTION_CREATE")
        path = f"/interactions/{event['id']}/{event['token']}/callback"
        status, body = await stage.call("POST", path, {"type": 4, "data": {"content": "again"}})
        assert (status, body["code"]) == (400, 40060)
        hook = f"/webhooks/{stage.face.application_id}/{event['token']}"
        assert (await stage.call("PATCH", f"{hook}/messages/@original", {"content": "edited"}))[0] == 200
        stage.world.move_clock(stage.world.now() + timedelta(minutes=16))
        status, body = await stage.call("POST", hook, {"content": "later"})
        assert (status, body["code"]) == (404, 10015)


async def test_autocomplete_proposes() -> None:
    async with staged() as stage:
        await synced(stage)
        found = await stage.face.autocomplete(stage.aya, "general", "find", "query:py", "query")
        assert [choice["value"] for choice in found] == ["pya", "pyb"]


async def test_the_message_menu_brings_the_message() -> None:
    async with staged() as stage:
        calls = await synced(stage)
        said = stage.face.say(stage.aya, "general", "助かりました")
        ken = stage.face.new_account(stage.space.id, Person("ken", "Ken"))
        await stage.face.menu(ken, said, "Thank")
        assert calls == [{"thanked": "助かりました", "by": int(ken.user_id)}]
        assert last(stage).only_for == ken.user_id


async def test_a_button_is_pressed_and_the_message_changes() -> None:
    async with staged() as stage:
        view = ui.LayoutView(timeout=None)
        button: ui.Button[ui.LayoutView] = ui.Button(label="参加する", custom_id="rsvp:1")
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(button)
        box: ui.Container[ui.LayoutView] = ui.Container(ui.TextDisplay("もくもく会"), row)
        view.add_item(box)

        async def pressed(interaction: Press) -> None:
            button.label = "参加中"
            await interaction.response.edit_message(view=view)

        button.callback = pressed  # type: ignore[method-assign]
        await stage.channel("general").send(view=view)
        message = last(stage)
        assert message.body["flags"] & 1 << 15
        await stage.face.press(stage.aya, message, {"custom_id": "rsvp:1"})
        labels = [p["components"][1]["components"][0]["label"] for p in message.body["components"]]
        assert labels == ["参加中"]
        await stage.heard("MESSAGE_UPDATE")
        with pytest.raises(WorldError, match="no component 'rsvp:2'"):
            await stage.face.press(stage.aya, message, {"custom_id": "rsvp:2"})


async def test_a_select_brings_its_values_and_refuses_others() -> None:
    async with staged() as stage:
        got: list[list[str]] = []
        view = ui.View(timeout=None)
        options = [discord.SelectOption(label=x, value=x) for x in "abc"]
        select: ui.Select[ui.View] = ui.Select(custom_id="topics", max_values=2, options=options)

        async def settled(interaction: Press) -> None:
            got.append(select.values)
            await interaction.response.defer()

        select.callback = settled  # type: ignore[method-assign]
        await stage.channel("general").send("topics", view=view.add_item(select))
        await stage.face.press(stage.aya, last(stage), {"custom_id": "topics", "values": ["a", "c"]})
        assert got == [["a", "c"]]
        for wrong in ([], ["a", "b", "c"], ["z"]):
            with pytest.raises(WorldError, match=r"field is required|choose 1 to 2|no such choice"):
                await stage.face.press(stage.aya, last(stage), {"custom_id": "topics", "values": wrong})


async def test_a_form_is_filled_in_and_sent() -> None:
    async with staged() as stage:
        await synced(stage)
        await stage.face.command(stage.aya, "general", "intro", "")
        form = stage.space.forms[stage.aya.user_id]
        assert (form["title"], len(form["components"])) == ("自己紹介", 5)
        errors = await stage.face.submit(stage.aya, {"about": "長" * 21, "topics": ["python", "java"]})
        assert sorted(errors) == ["about", "level", "topics"]
        assert stage.aya.user_id in stage.space.forms
        values: dict[str, str | list[str] | None] = {
            "about": "彩です",
            "topics": ["python", "go"],
            "buddy": [stage.aya.user_id],
            "level": "new",
            "rules": "true",
        }
        assert await stage.face.submit(stage.aya, values) == {}
        assert Introduction.got == {**values, "buddy": [int(stage.aya.user_id)], "rules": True}
        assert stage.space.forms == {}
        assert (last(stage).text, last(stage).only_for) == ("ありがとう", stage.aya.user_id)
        with pytest.raises(WorldError, match="no form is open"):
            await stage.face.submit(stage.aya, values)


async def test_a_private_answer_can_only_be_used_by_its_reader() -> None:
    async with staged() as stage:
        tree = stage.bot.tree

        @tree.command(name="menu", description="A private menu")
        async def menu(interaction: Press) -> None:
            view = ui.View(timeout=None)
            view.add_item(ui.Button(label="x", custom_id="x"))
            await interaction.response.send_message("for you", view=view, ephemeral=True)

        await tree.sync()
        await stage.face.command(stage.aya, "general", "menu", "")
        ken = stage.face.new_account(stage.space.id, Person("ken", "Ken"))
        with pytest.raises(WorldError, match="only its reader"):
            await stage.face.press(ken, last(stage), {"custom_id": "x"})
        status, body = await stage.call("GET", f"/channels/{stage.place('general')}/messages/{last(stage).id}")
        assert (status, body["code"]) == (404, 10008)


async def test_a_command_for_moderators_is_refused_to_others() -> None:
    async with staged() as stage:
        path = f"/applications/{stage.face.application_id}/guilds/{stage.space.id}/commands"
        body = {"name": "community", "description": "x", "default_member_permissions": str(1 << 5)}
        assert (await stage.call("POST", path, body))[0] == 200
        with pytest.raises(WorldError, match="may not use community"):
            await stage.face.command(stage.aya, "general", "community", "")


async def test_two_members_press_at_once_and_both_are_answered() -> None:
    async with staged() as stage:
        calls = await synced(stage)
        people = [stage.face.new_account(stage.space.id, Person(f"p{n}", f"P{n}")) for n in range(10)]
        await asyncio.gather(*(stage.face.command(p, "general", "meetup", f"create {p.name}") for p in people))
        assert sorted(call["title"] for call in calls) == sorted(p.name for p in people)
