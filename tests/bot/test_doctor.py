"""The doctor beside a sandbox: content with a good installation, and exact about what is wrong with a bad one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import structlog
from aiohttp import ClientSession, web
from typer.testing import CliRunner

from bot.cli import app
from bot.doctor.looking import report
from bot.doctor.sayings import say_mend, say_what
from chat.port import Finding
from locales import translator
from sandbox.face import Faults
from sandbox.world import Role
from tests.bot.installation import Installation, installed

EN, JA = translator("en"), translator("ja")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Installation]:
    async with installed(tmp_path) as installation:
        yield installation


async def only(here: Installation, code: str) -> Finding:
    wrong = await here.wrong()
    assert [finding.code for finding in wrong] == [code]
    return wrong[0]


async def test_a_good_installation_is_well_and_untouched(here: Installation) -> None:
    parts = await here.parts()
    assert "✗" not in report(parts, EN), report(parts, EN)
    assert report(parts, EN).endswith("All is well.")
    assert report(parts, JA).endswith("すべて問題ありません。")
    assert not (here.folder / "data").exists()  # looking makes no database
    assert not here.sandbox.slack.connected()
    assert not here.sandbox.discord.connected()


async def test_tokens_that_the_platforms_refuse_are_told_apart(here: Installation) -> None:
    here.token("slack_bot", "xoxb-wrong")
    here.token("discord", "MTIz.wrong.token")
    wrong = await here.wrong()
    assert [finding.code for finding in wrong] == ["slack_token", "discord_login"]
    assert [say_what(EN, finding) for finding in wrong] == [
        "Slack does not take the bot token (invalid_auth).",
        "Discord does not take the token (unauthorized).",
    ]
    assert "OAuth & Permissions" in say_mend(EN, wrong[0])
    assert "developer portal" in say_mend(EN, wrong[1])
    assert all(say_mend(JA, finding) != say_mend(EN, finding) for finding in wrong)


async def test_a_wrong_app_token_gets_advice_about_app_tokens(here: Installation) -> None:
    here.token("slack_app", "xapp-wrong")
    assert "connections:write" in say_mend(JA, await only(here, "slack_app_token"))


async def test_a_missing_scope_is_named(here: Installation) -> None:
    here.sandbox.slack.faults = Faults(missing_scopes=frozenset({"usergroups:read", "users:read"}))
    finding = await only(here, "slack_scopes")
    assert say_what(JA, finding) == "足りないスコープがあります：usergroups:read, users:read"
    assert "tsudoi manifest slack" in say_mend(JA, finding)


async def test_channels_that_cannot_be_listed_do_not_end_the_report(here: Installation) -> None:
    here.sandbox.slack.faults = Faults(missing_scopes=frozenset({"channels:read", "groups:read"}))
    assert [finding.code for finding in await here.wrong()] == ["slack_scopes", "survey"]


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_misspelt_channel_is_answered_with_what_there_is(here: Installation, platform: str) -> None:
    here.change(f"[[{platform}]]\n", f'[[{platform}]]\nchannels = {{ welcome = "genral" }}\n')
    finding = await only(here, "channel_misspelt")
    assert say_what(EN, finding).startswith(
        f"{platform}.channels.welcome: no channel “genral”; the bot sees: general, "
    )
    assert say_mend(EN, finding) == "Did you mean “general”?"


async def test_a_channel_that_resembles_nothing_may_be_private(here: Installation) -> None:
    here.change("[[slack]]\n", '[[slack]]\nchannels = { questions = ["zzz"] }\n')
    assert "プライベートチャンネル" in say_mend(JA, await only(here, "channel_missing"))


async def test_a_slack_channel_without_the_bot_asks_for_an_invitation(here: Installation) -> None:
    space = here.sandbox.workspace
    general = next(c for c in space.channels.values() if c.name == "general")
    general.members.discard(space.bot)
    assert say_mend(EN, await only(here, "channel_outside")) == "Write in #general: /invite @tsudoi"


async def test_a_discord_channel_where_the_bot_may_not_post_is_found(here: Installation) -> None:
    space = here.sandbox.server
    general = next(c for c in space.channels.values() if c.name == "general")
    general.extra["permission_overwrites"] = [{"id": space.id, "type": 0, "allow": "0", "deny": str(1 << 11)}]
    assert say_what(EN, await only(here, "channel_silent")) == (
        "#general (discord.channels.welcome): the bot may not post there."
    )


async def test_missing_permissions_and_intents_are_named_as_discord_names_them(here: Installation) -> None:
    managed = next(role for role in here.sandbox.server.roles.values() if role.extra.get("managed"))
    managed.permissions &= ~(1 << 28)
    here.sandbox.discord.hub.allowed_privileged = 0
    wrong = await here.wrong()
    assert [finding.code for finding in wrong] == ["discord_intent", "discord_intent", "discord_permission"]
    assert say_what(EN, wrong[0]).startswith("Server Members Intent is switched off: ")
    assert say_what(JA, wrong[2]).startswith("権限「ロールの管理」がありません。")


async def test_a_server_without_the_bot_brings_the_invitation(here: Installation) -> None:
    here.change(f'server = "{here.sandbox.server.id}"', 'server = "42"')
    finding = await only(here, "discord_server")
    assert "https://discord.com/oauth2/authorize?client_id=" in say_mend(JA, finding)


async def test_roles_of_topics_must_exist_and_stand_below_the_bots(here: Installation) -> None:
    here.change('ja = "Python" }', 'ja = "Python", discord_role = "pythonistas", slack_group = "py" }')
    wrong = await here.wrong()
    assert [(finding.code, finding.values["name"]) for finding in wrong] == [
        ("badge_missing", "py"),
        ("badge_missing", "pythonistas"),
    ]
    for space, name, position in ((here.sandbox.workspace, "py", 1), (here.sandbox.server, "pythonistas", 9)):
        here.sandbox.world.add_role(Role("9" + space.id[1:], space.id, name, position=position))
    wrong = [finding for finding in await here.wrong() if finding.values["name"] == "pythonistas"]
    assert [finding.code for finding in wrong] == ["badge_out_of_reach"]


async def test_a_cap_asks_for_a_place_to_wait_and_for_roles_that_can_be_given(here: Installation) -> None:
    here.change('name = "Harbour"\n', 'name = "Harbour"\nmembership = { cap = 50 }\n')
    wrong = await here.wrong()
    assert [(finding.code, finding.values["key"]) for finding in wrong] == [
        ("lobby_missing", "slack.channels.lobby"),
        ("lobby_missing", "discord.channels.lobby"),
        ("lobby_open", "discord.member_badge"),
    ]
    assert "docs/membership.md" in say_mend(JA, wrong[0])
    for platform in ("slack", "discord"):
        roles = '\nmember_badge = "inside"\nlobby_badge = "outside"'
        here.change(f"[[{platform}]]\n", f'[[{platform}]]\nchannels = {{ lobby = "general" }}{roles}\n')
    assert [finding.code for finding in await here.wrong()] == ["badge_missing"] * 4
    for space, position in ((here.sandbox.workspace, 1), (here.sandbox.server, 9)):
        for n, name in enumerate(("inside", "outside")):
            here.sandbox.world.add_role(Role(f"9{n}{space.id[1:]}", space.id, name, position=position + n))
    wrong = await here.wrong()
    assert [finding.code for finding in wrong] == ["badge_out_of_reach"] * 2
    assert {finding.values["name"] for finding in wrong} == {"inside", "outside"}


# ---- tokens and files


async def test_a_token_that_others_can_read_is_refused_before_it_is_used(here: Installation) -> None:
    token = here.sandbox.discord.token
    here.token("discord", token, mode=0o644)
    finding = await only(here, "token_open")
    assert say_mend(EN, finding) == f"Run: chmod 600 {here.folder}/discord"
    assert token not in report(await here.parts(), EN)


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("env:TSUDOI_NOT_SET", "token_not_set"),
        ("file:/nowhere/token", "token_unreadable"),
        ("xoxb-1-token", "token_inline"),
    ],
)
async def test_a_token_that_is_not_there_is_told_by_its_key(here: Installation, where: str, code: str) -> None:
    here.change(f"file:{here.folder}/slack_bot", where)
    finding = await only(here, code)
    assert say_what(EN, finding).startswith("slack.bot_token: ")
    assert "xoxb-1-token" not in say_what(EN, finding) + say_mend(EN, finding)


async def test_an_empty_token_file_is_told(here: Installation) -> None:
    here.token("discord", "\n")
    await only(here, "token_empty")


async def test_without_a_file_it_says_which_to_copy(tmp_path: Path) -> None:
    here = Installation.__new__(Installation)
    here.folder = tmp_path
    assert "config.example.toml" in say_mend(JA, await only(here, "config_missing"))


async def test_a_file_with_a_misspelt_key_is_told(here: Installation) -> None:
    here.change("[store]", "[stroe]")
    assert "stroe" in say_what(EN, await only(here, "config"))


async def test_a_real_platform_with_a_sandboxs_clock_is_a_mistake(here: Installation) -> None:
    here.change("[store]", f'[clock]\nfollow = "{here.sandbox.url}"\n[store]')
    assert await here.wrong() == []
    here.change(f'gateway_url = "{here.sandbox.discord.gateway_url}"', "")
    here.change(f'api_url = "{here.sandbox.discord.rest_url}"', "")
    here.change(f"file:{here.folder}/discord", "env:TSUDOI_NOT_SET")  # so that nobody asks the real Discord
    assert [finding.code for finding in await here.wrong()] == ["clock_follow", "token_not_set"]


async def test_a_language_that_no_channel_has_is_told(here: Installation) -> None:
    here.change("[[slack]]\n", '[[slack]]\nchannels = { languages = { general = "jp" } }\n')
    assert say_what(EN, await only(here, "channel_language")) == (
        "slack.channels.languages.general: “jp” is no language of a channel."
    )


async def test_without_a_platform_there_is_nothing_to_run(tmp_path: Path) -> None:
    here = Installation.__new__(Installation)
    here.folder = tmp_path
    here.path.write_text(f'store.url = "sqlite:///{tmp_path}/x.sqlite"\n', encoding="utf-8")
    await only(here, "no_platform")


# ---- clocks


@asynccontextmanager
async def ten_minutes_behind(url: str) -> AsyncIterator[str]:
    """Stand before a server and change nothing but the time that its answers tell."""
    late = format_datetime(datetime.now(UTC) - timedelta(minutes=10), usegmt=True)
    async with ClientSession(auto_decompress=False) as session:

        async def forward(request: web.Request) -> web.Response:
            headers = {key: value for key, value in request.headers.items() if key != "Host"}
            body = await request.read()
            async with session.request(request.method, f"{url}{request.path_qs}", headers=headers, data=body) as reply:
                kept = {k: v for k, v in reply.headers.items() if k.lower() in {"content-type", "x-oauth-scopes"}}
                return web.Response(status=reply.status, body=await reply.read(), headers={**kept, "Date": late})

        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", forward)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


async def test_clocks_that_differ_are_noticed_on_both_platforms(here: Installation) -> None:
    async with ten_minutes_behind(here.sandbox.url) as url:
        here.change(f"{here.sandbox.url}/slack/api/", f"{url}/slack/api/")
        here.change(here.sandbox.discord.rest_url, here.sandbox.discord.rest_url.replace(here.sandbox.url, url))
        wrong = await here.wrong()
    assert [finding.code for finding in wrong] == ["slack_clock", "discord_clock"]
    for finding in wrong:
        assert 595 <= int(finding.values["seconds"]) <= 605
        assert "timedatectl" in say_mend(JA, finding)


# ---- the command


@pytest.fixture
def logs() -> Iterator[None]:
    """Put the logs back: a command sends them to a terminal that is gone when it ends."""
    before, handlers, level = structlog.get_config(), logging.root.handlers[:], logging.root.level
    yield
    structlog.configure(**before)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


async def run(here: Installation, *words: str, **env: str) -> tuple[int, str]:
    terminal = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": None} | env
    # a command runs a loop of its own, so it gets a thread of its own: this one serves the sandbox meanwhile
    result = await asyncio.to_thread(CliRunner().invoke, app, [*words, "--config", str(here.path)], env=terminal)
    return result.exit_code, result.output


@pytest.mark.usefixtures("logs")
async def test_the_command_speaks_the_terminals_language_and_tells_by_its_status(here: Installation) -> None:
    status, said = await run(here, "doctor", LANG="en_US.UTF-8")
    assert (status, said.splitlines()[-1]) == (0, "All is well.")
    here.token("slack_app", "xapp-wrong")
    status, said = await run(here, "doctor")  # the terminal says nothing: the community's language
    assert (status, said.splitlines()[-1]) == (1, "直すところが1件あります。")
    status, said = await run(here, "doctor", "--lang", "en", LANG="ja_JP.UTF-8")
    assert (status, said.splitlines()[-1]) == (1, "1 thing to mend.")


@pytest.mark.usefixtures("logs")
async def test_the_invitation_asks_discord_for_the_id(here: Installation) -> None:
    status, said = await run(here, "invite", "discord", LANG="ja_JP.UTF-8")
    assert status == 0, said
    assert f"client_id={here.sandbox.server.bot}&" in said
    assert "ロールの管理" in said
    assert "Message Content Intent" in said
