"""Arriving, as a person at the page sees it: the real bot, both platforms, both languages, restarts on the way."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.visit import BROWSER, WAIT_MS, Visitor, visit

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at")
expect.set_options(timeout=WAIT_MS)


@dataclass(frozen=True)
class Words:
    """What the bot says to a newcomer, and what the newcomer answers, in one language."""

    person: str
    welcome: str
    only_you: str
    start: str
    form: str
    purpose: str
    nothing_to_post: str
    again: str
    introduction: str
    after_rules: str
    agree: str
    stands: str
    levels: str
    levels_saved: str
    hours: str
    nowhere: str
    zone_unknown: str
    city: str
    hours_saved: str
    join: str
    joined: str
    me: str
    beginner: str
    help: str
    agreed: str
    refused: str


JA = Words(
    person="sora",
    welcome="来てくださってうれしいです",
    only_you="あなただけに表示されています",
    start="はじめる",
    form="あなたについて",
    purpose="テストの書き方を学びたくて",
    nothing_to_post="投稿する内容がまだありません。ひとこと書くか、「投稿しない」を選んでください。",
    again="フォームをもう一度開く",
    introduction="港町で庭師をしています。週末は <Python> を少し。",
    after_rules="ルールに同意いただくと、自己紹介を",
    agree="ルールに同意します",
    stands="自己紹介は #introductions にあります。",
    levels="あなたのレベル",
    levels_saved="質問やミートアップのご案内に、レベルを役立てます。",
    hours="言語と時間帯",
    nowhere="海の底",
    zone_unknown="「海の底」がわかりませんでした。",
    city="大阪",
    hours_saved="いまの登録内容です。",
    join="おすすめに参加",
    joined="ご案内しています：",
    me="あなたの登録内容",
    beginner="Python: 入門",
    help="お手伝いできること",
    agreed="同意済み",
    refused="これは運営メンバー用です。",
)
EN = Words(
    person="emma",
    welcome="we are glad you are here",
    only_you="Only visible to you",
    start="Start",
    form="About you",
    purpose="To learn how to write tests",
    nothing_to_post="There is nothing to post yet. Write a line about yourself, or choose not to post.",
    again="Open the form again",
    introduction="I keep gardens by the sea & write a little <Python>.",
    after_rules="as soon as you have agreed to the rules",
    agree="I agree to the rules",
    stands="Your introduction is in #introductions.",
    levels="Your levels",
    levels_saved="Questions and meetups can now fit your level.",
    hours="Language and hours",
    nowhere="Atlantis",
    zone_unknown="I don't know “Atlantis”.",
    city="Osaka",
    hours_saved="This is what I know now:",
    join="Join these",
    joined="Letting you in:",
    me="What I know about you",
    beginner="Python: Beginner",
    help="What I can do for you",
    agreed="agreed",
    refused="This is for moderators.",
)


@pytest.mark.parametrize("platform", ["slack", "discord"])
@pytest.mark.parametrize("words", [JA, EN], ids=["ja", "en"])
async def test_a_newcomer_arrives_and_nothing_is_lost_or_said_twice(
    platform: str, words: Words, tmp_path: Path
) -> None:
    async with visit(tmp_path, platform, words.person, "ja" if words is JA else "en") as newcomer:
        await newcomer.picture("door")
        await newcomer.join()
        await newcomer.open_welcome()
        welcome = await newcomer.once(words.welcome)
        if platform == "slack":
            await expect(welcome).to_contain_text(words.only_you)
        await newcomer.picture("welcome")
        await tell_about_oneself(newcomer, words)
        await newcomer.bot.restart()
        await newcomer.press(words.agree)
        await expect(newcomer.said(words.stands).last).to_be_visible()
        await newcomer.picture("agreed")
        await add_details(newcomer, words)
        await newcomer.open("introductions")
        introduction = await newcomer.once(words.introduction)
        await expect(introduction).to_have_attribute("data-author", "Tsudoi")
        await newcomer.picture("introduction")
        await newcomer.bot.restart()
        await look_around(newcomer, words)
        await newcomer.open("introductions")
        await newcomer.once(words.introduction)
        await newcomer.open_bot()
        await expect(newcomer.pane.locator("article")).to_have_count(0)  # not one direct message was needed


async def tell_about_oneself(newcomer: Visitor, words: Words) -> None:
    """Fill in the first form: the bot dies while it is open, and then there is a mistake in it."""
    await newcomer.press(words.start)
    await expect(newcomer.modal.get_by_role("heading", name=words.form)).to_be_visible()
    await newcomer.bot.restart()  # kill -9: the form is open, and nothing of it is known to the next process
    await newcomer.field("purpose").fill(words.purpose)
    await newcomer.pick("give", "python")
    await newcomer.pick("learn", "database", "design")
    await newcomer.field("consent").select_option("yes")
    await newcomer.picture("form")
    await newcomer.send()
    await newcomer.see_error("introduction", words.nothing_to_post, words.again)
    await expect(newcomer.field("purpose")).to_have_value(words.purpose)
    await expect(newcomer.field("learn").locator("input:checked")).to_have_count(2)
    await expect(newcomer.field("consent")).to_have_value("yes")
    await newcomer.field("introduction").fill(words.introduction)
    await newcomer.sent()
    await expect(newcomer.said(words.after_rules).last).to_be_visible()
    await newcomer.picture("told")


async def add_details(newcomer: Visitor, words: Words) -> None:
    """Add levels, then language and hours with a place that is none, and join what fits one's topics."""
    await newcomer.press(words.levels)
    await newcomer.field("python").select_option("beginner")
    await newcomer.picture("levels")
    await newcomer.sent()
    await expect(newcomer.said(words.levels_saved).last).to_be_visible()
    await newcomer.press(words.hours)
    await newcomer.field("zone").fill(words.nowhere)
    await newcomer.field("quiet").fill("22:00-8:00")
    await newcomer.send()
    await newcomer.see_error("zone", words.zone_unknown, words.again)
    await expect(newcomer.field("quiet")).to_have_value("22:00-8:00")
    await newcomer.field("zone").fill(words.city)
    await newcomer.sent()
    saved = newcomer.said(words.hours_saved).last
    await expect(saved).to_contain_text("Asia/Tokyo")
    await expect(saved).to_contain_text(words.beginner)
    await newcomer.picture("hours")
    await newcomer.press(words.join)
    await expect(newcomer.said(words.joined)).to_contain_text("design")
    await see_topics(newcomer, "python", "database", "design")


async def look_around(newcomer: Visitor, words: Words) -> None:
    """Use the commands, the moderators' too, and look at the home tab where there is one."""
    await newcomer.write("/tsudoi me")
    await expect(newcomer.said(words.me)).to_contain_text(words.beginner)
    await expect(newcomer.said(words.me)).to_contain_text(words.agreed)
    await newcomer.write("/tsudoi help")
    await expect(newcomer.said(words.help)).to_contain_text("/tsudoi me")
    await expect(newcomer.said(words.help)).not_to_contain_text("/community")
    await newcomer.write("/community status")
    if newcomer.platform == "slack":
        await expect(newcomer.said(words.refused)).to_be_visible()
    else:  # Discord does not even offer it
        await expect(newcomer.pane.get_by_test_id("toast")).not_to_be_empty()
        await newcomer.pane.get_by_test_id("composer").fill("")
    await newcomer.picture("commands")
    if newcomer.platform == "slack":
        await newcomer.pane.get_by_test_id("bot-dm").click()
        home = newcomer.pane.get_by_test_id("home")
        await expect(home).to_contain_text(words.beginner)
        await expect(home.get_by_role("button", name=words.levels)).to_be_visible()
        await newcomer.picture("home")


async def see_topics(newcomer: Visitor, *topics: str) -> None:
    """See what one has joined: channels that can be written in on Slack, badges beside the own name on Discord."""
    if newcomer.platform == "discord":
        for topic in topics:
            await expect(newcomer.pane.locator(".self .role", has_text=topic)).to_be_visible()
        return
    for topic in topics:
        await newcomer.open(topic)
        await expect(newcomer.pane.get_by_test_id("composer")).to_be_visible()


async def test_a_quiet_newcomer_is_nudged_once_and_never_again(tmp_path: Path) -> None:
    """One joins on Slack, another on Discord, and both say nothing."""
    nudge = "お知らせはこの一度だけです。"
    async with visit(tmp_path, "slack", "riku", "ja") as quiet:
        await quiet.join()
        await quiet.once(JA.welcome)
        other = replace(quiet, platform="discord")
        await other.become("sora")
        await other.join()
        await other.open_welcome()
        await other.once(JA.welcome)
        for _ in range(2):
            await quiet.page.get_by_test_id("clock-day").click()
        await quiet.bot.restart()
        for visitor, person in ((quiet, "riku"), (other, "sora")):
            await visitor.become(person)
            await visitor.open_bot()
            await expect(visitor.pane.locator("article")).to_have_count(0)  # three days are not over
        await quiet.page.get_by_test_id("clock-day").click()
        for visitor, person in ((quiet, "riku"), (other, "sora")):
            await visitor.become(person)
            await visitor.open_bot()
            await visitor.once(nudge)
            await visitor.picture("nudge")
        await quiet.bot.restart()
        await quiet.page.get_by_test_id("clock-monday").click()
        await quiet.page.get_by_test_id("clock-monday").click()
        await see_clock_followed(quiet)
        for visitor, person in ((quiet, "riku"), (other, "sora")):
            await visitor.become(person)
            await visitor.open_bot()
            await visitor.once(nudge)
            await expect(visitor.pane.locator("article")).to_have_count(1)
        await other.press("今はやめておく")
        await expect(other.said("読むだけの参加も大歓迎です")).to_be_visible()
        await other.once("読むだけの参加も大歓迎です")
        await expect(other.said(nudge)).to_have_count(0)  # the answer stands in its place


async def see_members_read(visitor: Visitor) -> None:
    """Wait until the bot has read who is there: before that it does not know who moderates."""
    await visitor.page.get_by_test_id("open-store").click()
    members = visitor.page.get_by_test_id("section-Members")
    for platform in ("slack", "discord"):
        await expect(members.get_by_role("row", name=f"鈴木 まこと {platform}")).to_be_visible()


async def see_clock_followed(visitor: Visitor) -> None:
    """Wait until the bot has done what the moved clock brings: a command answers, and it comes after all that."""
    await visitor.become("riku")
    await visitor.open("general")
    await visitor.write("/tsudoi help")
    await expect(visitor.said(JA.help)).to_be_visible()
    await asyncio.sleep(2)  # the bot looks at its timers each second


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_nobody_is_left_alone(platform: str, tmp_path: Path) -> None:
    async with visit(tmp_path, platform, "makoto", "ja") as visitor:
        await see_members_read(visitor)
        await visitor.write("/community welcomers add:@田中 美咲")
        await visitor.press("実行する")
        await expect(visitor.said("田中 美咲：お返事待ち、この7日間 0/3 回")).to_be_visible()
        await visitor.picture("asked")
        await visitor.become("misaki")
        await visitor.open_bot()
        await visitor.press("引き受けます")
        await visitor.once("声かけを待っている人がいたら、ご連絡します。")

        await visitor.become("sora")
        await introduce_oneself(visitor)
        await visitor.bot.restart()
        await visitor.page.get_by_test_id("clock-day").click()
        await visitor.page.get_by_test_id("clock-hour").click()
        await visitor.become("misaki")
        await visitor.open_bot()
        asked = await visitor.once("佐藤 そら さんの自己紹介に、まだ返信がありません")
        await visitor.picture("asked-to-greet")
        await visitor.press("声をかけます")
        await expect(asked).to_contain_text("短いあいさつや、ちょっとした質問で十分です。")

        await visitor.become("makoto")
        await visitor.open("moderators")
        await visitor.write("/community status")
        status = visitor.said("コミュニティの様子")
        await expect(status).to_contain_text("返信待ち")
        await visitor.picture("status")

        await visitor.bot.restart()
        await visitor.become("misaki")
        await visitor.open("introductions")
        introduction = await visitor.once(JA.introduction)
        await introduction.hover()
        await introduction.get_by_test_id("reply").click()
        composer = visitor.pane.get_by_test_id("thread-composer" if platform == "slack" else "composer")
        await composer.fill("ようこそ！庭のお話、聞きたいです。")
        await composer.press("Enter")
        await visitor.open_bot()
        await visitor.once("返信がつきました。もう大丈夫です。")
        await visitor.picture("closed")

        await visitor.page.get_by_test_id("clock-day").click()
        facts = visitor.page.get_by_test_id("section-Facts by kind")
        for kind in ("member.joined", "member.introduced", "welcome.offered", "welcome.accepted", "welcome.replied"):
            row = facts.get_by_role("row", name=kind)
            await expect(row.get_by_role("cell").last).to_have_text("1")
        await visitor.picture("store")


async def introduce_oneself(visitor: Visitor) -> None:
    """Join and be introduced, with no more than is asked for."""
    await visitor.join()
    await visitor.open_welcome()
    await visitor.press(JA.start)
    await visitor.field("purpose").fill(JA.purpose)
    await visitor.field("introduction").fill(JA.introduction)
    await visitor.field("consent").select_option("yes")
    await visitor.sent()
    await visitor.press(JA.agree)
    await expect(visitor.said(JA.stands).last).to_be_visible()
