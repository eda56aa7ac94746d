"""Arriving, as a person at the page sees it: the real bot, both platforms, both languages, restarts on the way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.visit import BROWSER, WAIT_MS, visit

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
    joined="参加しました：",
    me="あなたの登録内容",
    beginner="Python: 入門",
    help="お手伝いできること",
    agreed="同意済み",
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
    joined="You are in:",
    me="What I know about you",
    beginner="Python: Beginner",
    help="What I can do for you",
    agreed="agreed",
)


@pytest.mark.parametrize("platform", ["slack", "discord"])
@pytest.mark.parametrize("words", [JA, EN], ids=["ja", "en"])
async def test_a_newcomer_arrives_and_nothing_is_lost_or_said_twice(
    platform: str, words: Words, tmp_path: Path
) -> None:
    language = "ja" if words is JA else "en"
    async with visit(tmp_path, platform, words.person, language) as newcomer:
        await newcomer.picture("door")
        await newcomer.join()
        await newcomer.open_welcome()
        welcome = await newcomer.once(words.welcome)
        if platform == "slack":
            await expect(welcome).to_contain_text(words.only_you)
        await newcomer.picture("welcome")

        await newcomer.press(words.start)
        await expect(newcomer.modal.get_by_role("heading", name=words.form)).to_be_visible()
        await newcomer.bot.restart()  # kill -9: the form is open, and nothing of it is known to the next process
        await newcomer.field("purpose").fill(words.purpose)
        await newcomer.pick("give", "python")
        await newcomer.pick("learn", "database", "design")
        await newcomer.field("consent").select_option("yes")
        await newcomer.send()
        await newcomer.see_error("introduction", words.nothing_to_post, words.again)
        await expect(newcomer.field("purpose")).to_have_value(words.purpose)
        await expect(newcomer.field("learn").locator("input:checked")).to_have_count(2)
        await expect(newcomer.field("consent")).to_have_value("yes")
        await newcomer.field("introduction").fill(words.introduction)
        await newcomer.sent()
        await expect(newcomer.said(words.after_rules).last).to_be_visible()
        await newcomer.picture("told")

        await newcomer.bot.restart()
        await newcomer.press(words.agree)
        await expect(newcomer.said(words.stands).last).to_be_visible()
        await newcomer.picture("agreed")

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
        await newcomer.picture("hours")
