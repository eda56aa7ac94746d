"""The manifest asks for what the code uses and no more, and the sandbox installs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import chat.slack
from chat.slack.adapter import SlackAdapter
from chat.slack.manifest import EVENTS, SCOPES, USES, manifest
from chat.slack.settings import SlackSettings
from tests.chat.slack.stage import COMMANDS, MENUS, apologise, settings, stage
from tests.sandbox.slack_setup import SPACE

SOURCES = "".join(p.read_text(encoding="utf-8") for p in Path(chat.slack.__file__).parent.glob("*.py")
                  if p.name != "manifest.py")  # fmt: skip


def test_every_scope_has_a_reason_and_serves_something() -> None:
    assert set(SCOPES) == set(USES)
    assert all(SCOPES.values())
    served = {use for uses in USES.values() for use in uses}
    assert set(EVENTS) - {"app_home_opened"} <= served  # the home tab needs no scope


def test_every_method_that_is_called_is_named_with_its_scope() -> None:
    called = set(re.findall(r'"((?:chat|conversations|files|reactions|usergroups|users)\.[A-Za-z.]+)"', SOURCES))
    named = {use for uses in USES.values() for use in uses}
    assert called - named == set()
    assert {use for use in named if re.match(r"(chat|conversations|files|reactions|usergroups|users)\.", use)} <= called


def test_socket_mode_needs_no_address_and_http_does() -> None:
    made = manifest(COMMANDS, MENUS)
    assert made["settings"]["socket_mode_enabled"]
    assert "request_url" not in str(made)
    by_http = manifest(COMMANDS, MENUS, "http", "https://bot.example/slack/events", language="ja")
    assert not by_http["settings"]["socket_mode_enabled"]
    assert by_http["features"]["slash_commands"][0] == {
        "command": "/tsudoi",
        "description": "ヘルプと自分",
        "should_escape": True,
        "usage_hint": "me | thank",
        "url": "https://bot.example/slack/events",
    }
    assert by_http["features"]["shortcuts"][0]["callback_id"] == "report"
    with pytest.raises(ValueError, match="address"):
        manifest(COMMANDS, MENUS, "http")


async def test_with_the_scopes_of_the_manifest_the_doctor_is_content() -> None:
    async with stage() as s:
        s.face.install(SPACE, manifest(COMMANDS, MENUS))
        found = await s.adapter.examine()
        assert [f.code for f in found if not f.ok] == []
        assert {"slack_token", "slack_scopes", "slack_app_token"} <= {f.code for f in found}


async def test_the_doctor_names_what_is_wrong() -> None:
    async with stage() as s:
        less = manifest(COMMANDS, MENUS)
        less["oauth_config"]["scopes"]["bot"].remove("users:read")
        s.face.install(SPACE, less)
        scopes = next(f for f in await s.adapter.examine() if f.code == "slack_scopes")
        assert (scopes.ok, scopes.values["missing"]) == (False, "users:read")
        for changes, code in (
            ({"bot_token": "xoxb-wrong"}, "slack_token"),
            ({"app_token": "xapp-wrong"}, "slack_app_token"),
            ({"workspace_id": "T0OTHER"}, "slack_workspace"),
        ):
            adapter = SlackAdapter(settings(s.setup, **changes), apologise)
            assert [f.code for f in await adapter.examine() if not f.ok and f.code != "slack_scopes"] == [code]
            await adapter.stop()


def test_settings_say_which_secret_is_missing_and_never_print_one() -> None:
    with pytest.raises(ValueError, match="app token"):
        SlackSettings(bot_token="xoxb-1")
    with pytest.raises(ValueError, match="signing secret"):
        SlackSettings(bot_token="xoxb-1", mode="http")
    assert "xoxb" not in repr(SlackSettings(bot_token="xoxb-1", app_token="xapp-1"))
