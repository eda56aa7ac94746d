"""The page in a real browser, against a small bot made with the unmodified libraries."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web
from playwright.async_api import Locator, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from sandbox.slack import bot_token
from tests.browser import BROWSER, sound_page
from tests.sandbox import showcase
from tests.sandbox.small_bot import small_bot
from tests.waiting import until

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.usefixtures("browser"),
    pytest.mark.asyncio(loop_scope="session"),
]


@contextlib.asynccontextmanager
async def shown(sandbox: Sandbox, query: str = "as=sora&lang=ja", locale: str = "ja-JP") -> AsyncIterator[Page]:
    """Open the page; whatever it logs as an error fails the test."""
    async with sound_page(locale, 8000) as page:
        await page.goto(f"{sandbox.url}/?{query}")
        await page.wait_for_selector("html[data-ready][data-stream=open]")
        yield page


def slack(page: Page) -> Locator:
    return page.get_by_test_id("slack-pane")


def discord(page: Page) -> Locator:
    return page.get_by_test_id("discord-pane")


async def write(pane: Locator, text: str) -> None:
    composer = pane.get_by_test_id("composer")
    await composer.fill(text)
    await composer.press("Enter")


async def test_a_newcomer_joins_slack_is_greeted_and_fills_in_the_form_after_a_mistake() -> None:
    async with Sandbox() as sandbox, small_bot(sandbox), shown(sandbox) as page:
        pane = slack(page)
        await pane.get_by_test_id("slack-referrer").select_option(label="鈴木 まこと")
        await pane.get_by_test_id("slack-join").click()
        await expect(pane.get_by_text("あなただけに表示されています")).to_be_visible()
        await pane.get_by_test_id("btn-introduce").click()
        modal = pane.get_by_test_id("modal")
        await expect(modal.get_by_role("heading", name="自己紹介")).to_be_visible()
        await expect(modal.get_by_test_id("field-about")).to_be_focused()
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal.get_by_test_id("error-about")).to_have_text("入力してください。")
        await modal.get_by_test_id("field-about").fill("庭師です!")
        await modal.get_by_test_id("field-topics").locator("summary").click()
        await modal.get_by_test_id("field-topics-option-rust").click()
        await modal.get_by_test_id("field-level-option-中級").check()
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal.get_by_test_id("error-about")).to_have_text("「!」は使えません。")
        await modal.get_by_test_id("field-about").fill("庭師です")
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal).to_have_count(0)
        await pane.get_by_test_id("channel-introductions").click()
        await expect(pane.get_by_text("庭師です (rust)")).to_be_visible()
        sora = sandbox.world.account_of(sandbox.workspace.id, "sora")
        makoto = sandbox.world.account_of(sandbox.workspace.id, "makoto")
        assert sora is not None
        assert makoto is not None
        assert sora.invited_by == makoto.user_id


async def test_a_newcomer_joins_discord_is_greeted_and_fills_in_the_form() -> None:
    async with Sandbox() as sandbox, small_bot(sandbox), shown(sandbox, "as=emma&lang=en") as page:
        pane = discord(page)
        await expect(pane.get_by_test_id("discord-connected")).to_have_attribute("data-connected", "true")
        await pane.get_by_test_id("discord-join").click()
        await expect(pane.get_by_role("heading", name="ようこそ、Emma Clarke さん")).to_be_visible()
        await pane.get_by_test_id("btn-introduce").click()
        modal = pane.get_by_test_id("modal")
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal.get_by_test_id("error-about")).to_have_text("Please fill this in.")
        await modal.get_by_test_id("field-about").fill("I draw maps")
        await modal.get_by_test_id("field-level-option-中級").check()
        await modal.get_by_test_id("field-topics").locator("summary").click()
        await modal.get_by_test_id("field-topics-option-python").click()
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal).to_have_count(0)
        await expect(pane.locator("strong", has_text="I draw maps")).to_be_visible()


async def test_commands_are_proposed_while_typing_and_their_answer_is_private() -> None:
    async with Sandbox() as sandbox, small_bot(sandbox), shown(sandbox, "as=aoi&lang=en") as page:
        for pane, label in ((slack(page), "/tsudoi"), (discord(page), "/tsudoi help")):
            await pane.get_by_test_id("composer").press_sequentially("/ts")
            await expect(pane.get_by_test_id(f"suggestion-{label}")).to_be_visible()
            await pane.get_by_test_id("composer").press("Enter")
            await expect(pane.get_by_test_id("composer")).to_have_value(f"{label} ")
        await expect(discord(page).get_by_test_id("suggestion-topic:")).to_be_visible()
        await discord(page).get_by_test_id("composer").press("Tab")
        await discord(page).get_by_test_id("composer").press_sequentially("meetups")
        await discord(page).get_by_test_id("composer").press("Enter")
        await slack(page).get_by_test_id("composer").press_sequentially("me")
        await slack(page).get_by_test_id("composer").press("Enter")
        for pane, words in ((slack(page), "help for me"), (discord(page), "help: meetups")):
            answer = pane.locator("article.ephemeral", has_text=words)
            await expect(answer.get_by_text("Only visible to you")).to_be_visible()
        await page.get_by_test_id("persona-select").select_option("makoto")
        await expect(page.get_by_text("help: meetups")).to_have_count(0)
        await write(slack(page), "/nonsense")
        await expect(slack(page).get_by_test_id("toast")).to_have_text("/nonsense is not a command here.")


async def test_what_the_bot_proposes_for_an_option_is_shown_while_it_is_typed() -> None:
    async with Sandbox() as sandbox, small_bot(sandbox), shown(sandbox, "as=aoi&lang=en") as page:
        composer = discord(page).get_by_test_id("composer")
        await composer.press_sequentially("/tsudoi help topic:")
        for label in ("How meetups work", "Who is here"):
            await expect(discord(page).get_by_test_id(f"suggestion-{label}")).to_be_visible()
        await composer.press_sequentially("mem")
        await expect(discord(page).get_by_test_id("suggestion-How meetups work")).to_have_count(0)
        await expect(discord(page).get_by_test_id("suggestion-Who is here")).to_be_visible()
        await composer.press("Tab")
        await expect(composer).to_have_value("/tsudoi help topic:members ")
        await expect(discord(page).get_by_test_id("suggestions")).to_be_hidden()
        await composer.press("Enter")
        await expect(discord(page).locator("article.ephemeral", has_text="help: members")).to_be_visible()
        await composer.press_sequentially("/tsudoi help topic:nothing like it")
        await expect(discord(page).get_by_test_id("suggestions")).to_be_hidden()


async def test_threads_reactions_menus_direct_messages_and_the_home_tab() -> None:
    async with Sandbox() as sandbox, small_bot(sandbox), shown(sandbox, "as=yui&lang=ja") as page:
        pane = slack(page)
        await write(pane, "お茶にしませんか *本日* :tea:")
        said = pane.locator("article", has_text="お茶にしませんか")
        await expect(said.locator("strong")).to_have_text("本日")
        await said.hover()
        await said.get_by_test_id("react").locator("summary").click()
        await said.get_by_test_id("react-tada").click()
        await expect(said.get_by_test_id("reaction-tada")).to_have_attribute("aria-pressed", "true")
        await said.get_by_test_id("message-menu").locator("summary").click()
        await said.get_by_test_id("menu-ask_menu").click()
        await expect(pane.get_by_text("みんなに聞きます")).to_be_visible()
        await said.hover()
        await said.get_by_test_id("reply").click()
        await pane.get_by_test_id("thread-composer").fill("行きます")
        await pane.get_by_test_id("thread-composer").press("Enter")
        await expect(pane.get_by_test_id("thread").get_by_text("行きます")).to_be_visible()
        await expect(said.get_by_test_id("thread-link")).to_contain_text("1 件の返信")
        await pane.get_by_test_id("bot-dm").click()
        await expect(pane.get_by_test_id("home").get_by_role("heading", name="あなたのホーム")).to_be_visible()
        await pane.get_by_test_id("new-dm").select_option(label="中村 あおい")
        await expect(pane.get_by_test_id("channel-title")).to_have_text("中村 あおい")
        await write(pane, "こんにちは")
        await page.get_by_test_id("persona-select").select_option("aoi")
        await pane.get_by_test_id("channel-山本 ゆい").click()
        await expect(pane.get_by_text("こんにちは")).to_be_visible()


async def test_the_home_tab_of_one_person_is_closed_when_the_next_one_comes() -> None:
    async with Sandbox() as sandbox, small_bot(sandbox), shown(sandbox, "as=yui&lang=ja") as page:
        pane = slack(page)
        await pane.get_by_test_id("bot-dm").click()
        await expect(pane.get_by_test_id("home").get_by_role("heading", name="あなたのホーム")).to_be_visible()
        await page.get_by_test_id("persona-select").select_option("aoi")
        await expect(pane.get_by_test_id("home")).to_be_hidden()
        await expect(pane.get_by_test_id("home")).to_be_empty()
        await write(pane, "ただいま")
        await expect(pane.locator("article", has_text="ただいま")).to_be_visible()


async def test_a_reply_and_a_message_menu_on_discord() -> None:
    async with Sandbox() as sandbox, small_bot(sandbox), shown(sandbox, "as=takeru&lang=en") as page:
        pane = discord(page)
        await pane.get_by_test_id("channel-questions").click()
        asked = pane.locator("article", has_text="SQLite のまま").first
        await asked.hover()
        await asked.get_by_test_id("reply").click()
        await write(pane, "ありがとう **とても** 助かりました")
        answer = pane.locator("article", has_text="助かりました")
        await expect(answer.locator(".above")).to_contain_text("SQLite のまま")
        await expect(answer.locator("strong")).to_have_text("とても")
        await asked.hover()
        await asked.get_by_test_id("message-menu").locator("summary").click()
        await asked.get_by_test_id("menu-Ask the community").click()
        await expect(pane.get_by_text("asking about")).to_be_visible()


async def test_every_block_is_drawn_and_settling_it_reaches_the_bot() -> None:
    async with Sandbox() as sandbox, small_bot(sandbox), shown(sandbox, "as=yui&lang=en") as page:
        yui = sandbox.world.account_of(sandbox.workspace.id, "yui")
        assert yui is not None
        channel = sandbox.world.channel(sandbox.workspace.id, "general").id
        client = AsyncWebClient(token=bot_token(sandbox.workspace.id), base_url=f"{sandbox.url}/slack/api/")
        await client.chat_postMessage(channel=channel, text="all", blocks=showcase.blocks(yui.user_id, channel))
        pane = slack(page)
        card = pane.locator("article", has_text="All of it")
        await expect(card.locator(".unsupported")).to_have_count(0)
        await expect(card.locator(".bk-section strong").first).to_have_text("bold")
        await expect(card).to_contain_text("<b> 日本*語*")  # Slack wants a space or sign before a star
        await expect(card.locator("time").nth(1)).to_contain_text("2026")
        await card.get_by_test_id("overflow-any_overflow").locator("summary").click()
        await card.get_by_test_id("overflow-option-drop").click()
        await card.get_by_test_id("btn-any_button").click()
        await card.get_by_test_id("btn-any_sure").click()
        await page.get_by_test_id("confirm-yes").click()
        await card.get_by_test_id("select-any_select").select_option("high")
        await card.get_by_test_id("select-any_user").select_option(label="中村 あおい")
        await card.get_by_test_id("select-any_channel").select_option(label="#random")
        await card.get_by_test_id("select-any_date").fill("2026-12-24")
        await card.get_by_test_id("select-any_time").fill("18:30")
        await card.get_by_test_id("select-any_radio-option-two").check()
        await card.get_by_test_id("select-any_checks-option-blue").check()
        await card.get_by_test_id("select-any_multi").locator("summary").click()
        await card.get_by_test_id("select-any_multi-option-a").click()
        await card.get_by_test_id("select-any_multi-option-c").click()
        await card.get_by_role("button", name="Done").click()
        aoi = sandbox.world.account_of(sandbox.workspace.id, "aoi")
        assert aoi is not None
        for heard in (
            "drop", 'any_button {"value": "v"}', "any_sure", '"value": "high"', aoi.user_id, "any_channel",
            "2026-12-24", "18:30", '"value": "two"', '"value": "blue"', '"value": "c"',
        ):  # fmt: skip
            await expect(pane.locator("article", has_text=heard).last).to_be_visible()


async def test_every_component_is_drawn() -> None:
    async with Sandbox() as sandbox, shown(sandbox, "as=takeru&lang=en") as page, ClientSession() as http:
        takeru = sandbox.world.account_of(sandbox.server.id, "takeru")
        assert takeru is not None
        channel = sandbox.world.channel(sandbox.server.id, "general").id
        url, headers = (
            f"{sandbox.discord.rest_url}/channels/{channel}/messages",
            {"Authorization": f"Bot {sandbox.discord.token}"},
        )
        body = {"flags": 1 << 15, "components": showcase.components(takeru.user_id, channel)}
        async with http.post(url, json=body, headers=headers) as reply:
            assert reply.status == 200, await reply.text()
        embed = {"title": "Embedded", "description": "*slanted*", "fields": [{"name": "A", "value": "1"}], "color": 255}
        async with http.post(url, json={"content": "plain **words**", "embeds": [embed]}, headers=headers) as reply:
            assert reply.status == 200
        pane = discord(page)
        card = pane.locator("article", has_text="Heading")
        await expect(card.get_by_role("heading", name="Heading")).to_be_visible()
        await expect(card.locator(".unsupported")).to_have_count(0)
        await expect(card.locator(".mention.me")).to_have_text("@伊藤 たける")
        await expect(card.locator("strong").first).to_have_text("bold")
        await expect(card.locator(".subtext")).to_have_text("small print")
        await expect(card.locator("time.stamp")).to_have_count(2)
        await expect(card.get_by_test_id("btn-any_full")).to_be_disabled()
        await expect(card.get_by_role("link", name="Open")).to_have_attribute("href", "https://example.com")
        await expect(card.locator("select")).to_have_count(4)
        await expect(card.locator(".dc-gallery [role=img]")).to_have_count(2)
        await expect(pane.locator(".dc-embed em")).to_have_text("slanted")
        await card.get_by_test_id("select-any_string").select_option("high")
        await expect(pane.get_by_test_id("toast")).not_to_be_empty()  # no bot is there, and the page says so


async def test_threads_and_forum_posts_on_discord() -> None:
    async with Sandbox() as sandbox, shown(sandbox, "as=takeru&lang=en") as page:
        pane = discord(page)
        await pane.get_by_test_id("channel-random").click()
        said = pane.locator("article", has_text="もくもく会").first
        await said.hover()
        await said.get_by_test_id("new-thread").click()
        await expect(pane.get_by_test_id("channel-title")).to_contain_text("もくもく会")
        await write(pane, "in the thread")
        await expect(pane.locator("article", has_text="in the thread")).to_be_visible()
        await pane.get_by_test_id("channel-help").click()
        await pane.get_by_test_id("post-name").fill("It does not start")
        await pane.get_by_test_id("post-text").fill("White screen.")
        await pane.get_by_test_id("post-send").click()
        await expect(pane.locator("article", has_text="White screen.")).to_be_visible()
        await pane.get_by_test_id("channel-help").click()
        await expect(pane.get_by_test_id("post-It does not start")).to_be_visible()


async def test_words_of_members_stay_words() -> None:
    evil = '<img src=x onerror="document.title=1"><script>document.title=2</script> javascript:alert(1)'
    async with Sandbox() as sandbox, shown(sandbox, "as=yui&lang=en") as page:
        await page.get_by_test_id("open-people").click()
        await page.get_by_test_id("new-person-name").fill("<b>Mallory</b>")
        await page.get_by_test_id("new-person-create").click()
        await slack(page).get_by_test_id("slack-join").click()
        await discord(page).get_by_test_id("discord-join").click()
        for pane in (slack(page), discord(page)):
            await write(pane, evil)
            said = pane.locator("article", has_text="onerror").last
            await expect(said).to_contain_text(evil)
            await expect(said.locator("img, script, a")).to_have_count(0)
            await expect(said.locator(".author")).to_have_text("<b>Mallory</b>")
        assert await page.title() == "Tsudoi sandbox"


async def test_the_clock_moves_by_buttons_and_shows_the_persona_s_time() -> None:
    async with Sandbox() as sandbox, shown(sandbox, "as=misaki&lang=en") as page:
        before = sandbox.world.now()
        await page.get_by_test_id("clock-hour").click()
        await page.get_by_test_id("clock-day").click()
        await page.get_by_test_id("clock-monday").click()
        await expect(page.get_by_test_id("clock-now")).to_have_text(re.compile(r"^Mon, .*09:00 AM$"))
        assert (sandbox.world.now() - before).total_seconds() > 25 * 3600
        assert sandbox.world.now().hour == 0  # 9:00 in Tokyo
        await page.get_by_test_id("clock-more").click()
        await page.get_by_test_id("clock-free").fill("2030-01-02T10:30")
        await page.get_by_test_id("clock-set").click()
        await expect(page.get_by_test_id("clock-now")).to_contain_text("Jan 2, 2030")
        assert sandbox.world.now().isoformat().startswith("2030-01-02T01:30")
        await page.get_by_test_id("clock-free").fill("2029-01-02T10:30")
        await page.get_by_test_id("clock-set").click()
        await expect(page.get_by_test_id("problem")).to_contain_text("only moves forward")


async def test_tools_change_languages_faults_and_show_the_store() -> None:
    async def panel(_request: web.Request) -> web.Response:
        rows = [["佐藤 <i>そら</i>", "2026-09-14 23:30:00.5+00:00", None]]
        return web.json_response({"sections": [{"title": "members", "columns": ["name", "at", "x"], "rows": rows}]})

    app = web.Application()
    app.router.add_get("/panel", panel)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/panel"
    async with Sandbox(panel_url=url) as sandbox, shown(sandbox, "as=sora&lang=ja") as page:
        await page.get_by_test_id("open-store").click()
        await expect(page.get_by_test_id("section-members").get_by_role("cell").first).to_have_text("佐藤 <i>そら</i>")
        at = page.get_by_test_id("section-members").get_by_role("cell").nth(1)
        await expect(at).to_have_text("2026/09/15 8:30:00")  # Sora lives in Tokyo
        await page.get_by_test_id("open-faults").click()
        await page.get_by_test_id("fault-slack-rate_limited").fill("0.25")
        await page.get_by_test_id("fault-slack-apply").click()
        await expect(page.get_by_text("反映しました")).to_be_visible()
        assert sandbox.slack.faults.rate_limited == 0.25
        await page.get_by_test_id("persona-language").select_option("en")
        await expect(page.get_by_test_id("persona-language")).to_have_value("en")
        await until(lambda: sandbox.world.people["sora"].language == "en", "the page shows it before the sandbox knows")
        await page.get_by_test_id("ui-language").select_option("en")
        await expect(page.get_by_test_id("open-help")).to_have_text("Start here")
        await page.get_by_test_id("open-help").click()
        await expect(page.get_by_role("heading", name="What to try first")).to_be_visible()
    await runner.cleanup()


@pytest.mark.parametrize(("locale", "words"), [("ja-JP", "まず試してみること"), ("en-GB", "What to try first")])
async def test_the_page_speaks_the_browser_s_language_and_names_every_control(locale: str, words: str) -> None:
    async with Sandbox() as sandbox, shown(sandbox, "as=makoto", locale=locale) as page:
        await expect(page.get_by_role("heading", name=words)).to_be_visible()
        nameless = await page.evaluate(
            """() => [...document.querySelectorAll('button, select, textarea, input, summary')].filter((e) => {
                const label = e.getAttribute('aria-label') || e.textContent.trim() || e.placeholder;
                return !label && !e.labels?.length;
            }).map((e) => e.outerHTML)"""
        )
        assert json.dumps(nameless) == "[]"


async def test_keys_alone_send_a_message_and_leave_a_form() -> None:
    async with Sandbox() as sandbox, small_bot(sandbox), shown(sandbox, "as=riku&lang=ja") as page:
        await slack(page).get_by_test_id("slack-join").focus()
        await page.keyboard.press("Enter")
        await slack(page).get_by_test_id("btn-introduce").focus()
        await page.keyboard.press("Enter")
        modal = slack(page).get_by_test_id("modal")
        await expect(modal).to_be_visible()
        await page.keyboard.press("Shift+Tab")
        assert await modal.evaluate("(form) => form.contains(document.activeElement)")
        await page.keyboard.press("Escape")
        await expect(modal).to_have_count(0)
        await slack(page).get_by_test_id("composer").focus()
        await page.keyboard.type("二行\n")
        await expect(slack(page).locator("article", has_text="二行")).to_be_visible()
