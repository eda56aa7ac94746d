"""What Discord refuses, refused in its words."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.world import Json
from tests.sandbox.discord_stage import Stage, staged

V2 = 1 << 15


def row(*parts: Json) -> Json:
    return {"type": 1, "components": list(parts)}


def button(custom_id: str = "x", label: str = "x") -> Json:
    return {"type": 2, "style": 1, "custom_id": custom_id, "label": label}


def select(options: int, label: str = "x") -> Json:
    return {"type": 3, "custom_id": "s", "options": [{"label": label, "value": str(n)} for n in range(options)]}


def words(length: int) -> Json:
    return {"type": 10, "content": "あ" * length}


async def post(stage: Stage, body: Json) -> tuple[int, Any]:
    return await stage.call("POST", f"/channels/{stage.place('general')}/messages", body)


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"content": "x", "nonce": "n" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
        ({"components": [row(button("c" * 101))]}, "components.0.components.0.custom_id", "BASE_TYPE_BAD_LENGTH"),
        ({"components": [row(button(label="l" * 81))]}, "components.0.components.0.label", "BASE_TYPE_MAX_LENGTH"),
        ({"components": [row(*(button(str(n)) for n in range(6)))]}, "components.0.components", "BASE_TYPE_BAD_LENGTH"),
        ({"components": [row(select(26))]}, "components.0.components.0.options", "BASE_TYPE_BAD_LENGTH"),
        (
            {"components": [row(select(1, "l" * 101))]},
            "components.0.components.0.options.0.label",
            "BASE_TYPE_BAD_LENGTH",
        ),
        (
            {"components": [row(button(), button())]},
            "components.0.components.1.custom_id",
            "COMPONENT_CUSTOM_ID_DUPLICATED",
        ),
        ({"components": [words(3)]}, "components.0.type", "BASE_TYPE_CHOICES"),
        (
            {"flags": V2, "content": "x", "components": [words(3)]},
            "content",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
        ),
        (
            {"flags": V2, "components": [{"type": 17, "components": [words(1)] * 40}]},
            "components",
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        ),
        (
            {"flags": V2, "components": [words(2500), words(1501)]},
            "components",
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        ),
        ({"embeds": [{"title": "t" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    ],
)
async def test_a_message_outside_the_limits_is_refused(body: Json, place: str, code: str) -> None:
    async with staged(log_in=False) as stage:
        status, answer = await post(stage, body)
        assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
        node = answer["errors"]
        for step in place.split("."):
            node = node[step]
        assert [error["code"] for error in node["_errors"]] == [code]
        assert stage.space.messages[stage.place("general")] == []


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        {"components": [row(*(button(str(n)) for n in range(5)))]},
        {"components": [row(select(25, "l" * 100))]},
        {"components": [row(button("c" * 100, "l" * 80))]},
        {"flags": V2, "components": [{"type": 17, "components": [words(100)] * 39}]},
        {"flags": V2, "components": [words(2000), words(2000)]},
    ],
)
async def test_a_message_at_the_limits_is_taken(body: Json) -> None:
    async with staged(log_in=False) as stage:
        status, answer = await post(stage, body)
        assert status == 200, answer


async def test_an_empty_message_is_refused() -> None:
    async with staged(log_in=False) as stage:
        status, answer = await post(stage, {"content": ""})
        assert (status, answer["code"]) == (400, 50006)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/channels/1", 10003),
        ("GET", "/guilds/1", 10004),
        ("GET", "/guilds/{guild}/members/1", 10007),
        ("GET", "/channels/{general}/messages/1", 10008),
        ("PUT", "/guilds/{guild}/members/{aya}/roles/1", 10011),
        ("GET", "/users/1", 10013),
        ("PUT", "/channels/{general}/messages/{said}/reactions/nothing/@me", 10014),
        ("GET", "/guilds/{guild}/scheduled-events/1", 10070),
        ("GET", "/applications/{app}/commands/1", 10063),
        ("POST", "/webhooks/{app}/none", 10015),
        ("POST", "/interactions/1/none/callback", 10062),
        ("GET", "/nowhere", 0),
    ],
)
async def test_what_does_not_exist_is_named(method: str, path: str, code: int) -> None:
    async with staged(log_in=False) as stage:
        said = stage.face.say(stage.aya, "general", "x")
        names = {
            "guild": stage.space.id,
            "general": said.channel,
            "aya": stage.aya.user_id,
            "said": said.id,
            "app": stage.face.application_id,
        }
        status, answer = await stage.call(method, path.format(**names), {} if method == "POST" else None)
        assert (status, answer["code"]) == (404, code)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title": "t" * 46}, "title"),
        ({"custom_id": ""}, "custom_id"),
        ({"components": []}, "components"),
        ({"components": [words(1)] * 6}, "components"),
        ({"components": [row(button())]}, "components.0.components.0.type"),
    ],
)
async def test_a_form_outside_the_limits_is_refused(change: Json, place: str) -> None:
    async with staged() as stage:
        good: Json = {"title": "t", "custom_id": "f", "components": [words(1)]}
        held = stage.face._desk.begin(2, stage.aya, stage.world.channel(stage.space.id, "general"), {"name": "x"})
        path = f"/interactions/{held.id}/{held.token}/callback"
        status, answer = await stage.call("POST", path, {"type": 9, "data": {**good, **change}})
        assert (status, answer["code"]) == (400, 50035)
        node = answer["errors"]["data"]
        for step in place.split("."):
            node = node[step]
        assert node["_errors"]
        assert (await stage.call("POST", path, {"type": 9, "data": good}))[0] == 204


async def test_others_messages_cannot_be_edited() -> None:
    async with staged(log_in=False) as stage:
        said = stage.face.say(stage.aya, "general", "x")
        status, answer = await stage.call("PATCH", f"/channels/{said.channel}/messages/{said.id}", {"content": "y"})
        assert (status, answer["code"]) == (403, 50005)


async def test_a_body_that_is_not_json_is_refused() -> None:
    async with staged(log_in=False) as stage:
        url = f"{stage.face.rest_url}/channels/{stage.place('general')}/messages"
        headers = {"Authorization": f"Bot {stage.face.token}", "Content-Type": "application/json"}
        async with stage.http.post(url, data=b"{", headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (400, 50109)
            assert answer.headers["Content-Type"] == "application/json"


async def test_more_commands_than_allowed_are_refused() -> None:
    async with staged(log_in=False) as stage:
        path = f"/applications/{stage.face.application_id}/commands"
        many = [{"name": f"c{n}", "description": "x"} for n in range(101)]
        status, answer = await stage.call("PUT", path, many)
        assert (status, answer["code"]) == (400, 30032)
        status, answer = await stage.call("PUT", path, [{"name": "Bad Name", "description": "x"}])
        assert (status, answer["code"]) == (400, 50035)


async def test_an_id_that_is_none_is_refused() -> None:
    async with staged(log_in=False) as stage:
        for path in ("/channels/general", f"/channels/{stage.place('general')}/messages?before=now"):
            status, answer = await stage.call("GET", path)
            assert (status, answer["code"]) == (400, 50035)
