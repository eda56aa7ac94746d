"""Forms as they come over the wire, and the bot's components in direct messages."""

from __future__ import annotations

import asyncio

import discord
import pytest
from discord import ui

from sandbox.discord import build_server
from sandbox.world import Json, WorldError
from tests.sandbox.discord_stage import Stage, staged
from tests.waiting import until

Values = dict[str, str | list[str] | None]


def labelled(part: Json) -> Json:
    return {"type": 18, "label": "l", "component": part}


def options(*values: str, default: str = "") -> list[Json]:
    return [{"label": v, "value": v, "default": v == default} for v in values]


FORM: Json = {
    "title": "Settings",
    "custom_id": "settings",
    "components": [
        {"type": 10, "content": "Choose."},
        labelled({"type": 22, "custom_id": "days", "options": options("sat", "sun", default="sun"), "max_values": 2}),
        labelled({"type": 4, "custom_id": "bio", "style": 2, "value": "old", "required": False}),
        labelled({"type": 23, "custom_id": "news", "default": True}),
        {"type": 1, "components": [{"type": 4, "custom_id": "nick", "style": 1, "label": "Nick", "min_length": 2}]},
    ],
}


async def opened(stage: Stage) -> None:
    """Let the bot open the form in answer to a command, by hand."""
    path = f"/applications/{stage.face.application_id}/commands"
    await stage.call("POST", path, {"name": "settings", "description": "x"})
    asked = asyncio.create_task(stage.face.command(stage.aya, "general", "settings", ""))
    event = await stage.heard("INTERACTION_CREATE")
    answer = f"/interactions/{event['id']}/{event['token']}/callback"
    assert (await stage.call("POST", answer, {"type": 9, "data": FORM}))[0] == 204
    await asked


async def test_what_stands_in_a_form_is_sent_as_it_stands() -> None:
    async with staged() as stage:
        await opened(stage)
        sent = asyncio.create_task(stage.face.submit(stage.aya, {"nick": "彩さん"}))
        event = await stage.heard("INTERACTION_CREATE", 2)
        given = [c.get("component") or (c.get("components") or [c])[0] for c in event["data"]["components"]]
        assert [g.get("values", g.get("value")) for g in given] == [None, ["sun"], "old", True, "彩さん"]
        assert event["data"]["custom_id"] == "settings"
        answer = f"/interactions/{event['id']}/{event['token']}/callback"
        status, refused = await stage.call("POST", answer, {"type": 9, "data": FORM})
        assert (status, refused["code"]) == (400, 50035)
        assert (await stage.call("POST", answer, {"type": 5, "data": {"flags": 64}}))[0] == 204
        assert await sent == {}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"nick": ""}, "nick"),
        ({"nick": "x"}, "nick"),
        ({"nick": "xx", "days": ["mon"]}, "days"),
        ({"nick": "xx", "days": []}, "days"),
    ],
)
async def test_the_client_keeps_a_form_that_is_not_right(values: Values, field: str) -> None:
    async with staged() as stage:
        await opened(stage)
        assert list(await stage.face.submit(stage.aya, values)) == [field]
        assert len(stage.bot.events("INTERACTION_CREATE")) == 1
        with pytest.raises(WorldError, match="no field colour"):
            await stage.face.submit(stage.aya, {"colour": "red"})


async def test_a_form_that_nobody_takes_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged() as stage:
        await opened(stage)
        monkeypatch.setattr("sandbox.discord.interactions.ANSWER_MS", 100)
        with pytest.raises(WorldError, match="did not respond"):
            await stage.face.submit(stage.aya, {"nick": "彩さん"})
        assert stage.aya.user_id in stage.space.forms
        await stage.face.dismiss(stage.aya)
        assert stage.space.forms == {}


async def test_a_button_in_a_direct_message_knows_no_server() -> None:
    async with staged() as stage:
        pressed: list[discord.Interaction[discord.Client]] = []

        async def welcome(interaction: discord.Interaction[discord.Client]) -> None:
            pressed.append(interaction)
            await interaction.response.send_modal(form)

        async def taken(interaction: discord.Interaction[discord.Client]) -> None:
            await interaction.response.defer()

        form = ui.Modal(title="t", custom_id="intro")
        form.on_submit = taken  # type: ignore[method-assign]
        form.add_item(ui.Label(text="l", component=ui.TextInput(custom_id="about")))
        view = ui.View(timeout=None)
        button: ui.Button[ui.View] = ui.Button(label="はじめる", custom_id="start")
        button.callback = welcome  # type: ignore[method-assign]
        member = stage.guild.get_member(int(stage.aya.user_id))
        assert member is not None
        await member.send("ようこそ", view=view.add_item(button))
        place = stage.face.direct(stage.aya)
        second = build_server(stage.world, name="second")
        stage.face.announce(second)
        there = stage.face.new_account(second.id, stage.world.people["aya"])
        await stage.face.press(there, stage.space.messages[place.id][0], {"custom_id": "start"})
        assert (pressed[0].guild, pressed[0].user.id) == (None, int(stage.aya.user_id))
        assert list(second.forms) == [there.user_id]
        await stage.face.submit(there, {"about": "彩です"})
        assert second.forms == {}
        await until(lambda: stage.bot.get_guild(int(second.id)))


async def test_a_command_in_a_direct_message_is_answered_there() -> None:
    async with staged() as stage:

        @stage.bot.tree.command(name="me", description="x")
        async def me(interaction: discord.Interaction[discord.Client]) -> None:
            await interaction.response.send_message("こちらです")

        await stage.bot.tree.sync()
        place = stage.face.direct(stage.aya)
        await stage.face.command(stage.aya, place.id, "me", "")
        assert [m.text for m in stage.space.messages[place.id]] == ["こちらです"]
