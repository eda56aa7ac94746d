"""What the bot does beside a question, as people at the page see it: noticed, without a name, before the moderators."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from locales import Translator, translator
from sandbox.things import Space, SpaceKind
from tests.e2e.visit import BROWSER, OTHER_PAIRS, PAIRS, WAIT_MS, Visitor, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(300),  # the bot is killed and started again and again
]
expect.set_options(timeout=WAIT_MS)

NOTICED = {
    "ja": "Docker で立ち上げた PostgreSQL に接続できません。ポートは開いているのですが、何を確認すればよいでしょうか？",
    "en": "My container cannot reach PostgreSQL even though the port is open. What should I check first?",
}
WRITERS = {
    ("slack", "ja"): "yui",
    ("slack", "en"): "lukas",
    ("discord", "ja"): "takeru",
    ("discord", "en"): "priya",
}
SHY = {
    "ja": (
        "勉強会の発表で緊張しない方法はありますか？",
        "深呼吸と、最初の一文を暗記しておくのがおすすめです。",
        "一文だけなら覚えられそうです。",
    ),
    "en": ("How do I calm down before my talk?", "Learn your first sentence by heart.", "One sentence I can do."),
}


def space_of(visitor: Visitor) -> Space:
    return next(s for s in visitor.sandbox.spaces if s.kind is SpaceKind(visitor.platform))


def said_in_public(space: Space) -> str:
    """Return everything that the bot has said where more than one person can see it, as the platform holds it."""
    private = {channel.id for channel in space.channels.values() if channel.kind == "dm"}
    spoken = [m for held in space.messages.values() for m in held if m.author == space.bot and m.only_for is None]
    return "\n".join(m.text + json.dumps(m.body, ensure_ascii=False) for m in spoken if m.channel not in private)


@pytest.mark.parametrize(("platform", "language"), PAIRS)
async def test_a_question_in_a_channel_is_noticed_in_private_and_nothing_is_public_before_its_writer_wants_it(
    platform: str, language: str, tmp_path: Path
) -> None:
    t, words = translator(language), NOTICED[language]
    async with visit(tmp_path, platform, WRITERS[platform, language], language) as visitor:
        space = space_of(visitor)
        await visitor.open("questions")
        await visitor.write(words)
        if platform == "discord":
            await visitor.open_bot()
        private = t("Only you can see this. I say nothing in public unless you want me to.").plain()
        offer = await visitor.once(private)
        assert said_in_public(space) == ""
        await visitor.picture("offer")
        await visitor.become_member("misaki")
        await visitor.open("questions")
        await visitor.once(words)
        await expect(visitor.said(private)).to_have_count(0)
        await visitor.become_member(WRITERS[platform, language])
        await visitor.restart_bot()
        await (visitor.open("questions") if platform == "slack" else visitor.open_bot())
        await offer.get_by_role("button", name=t.line("Find somebody")).click()
        said = (
            "I am looking for people who may know, and ask them in private. Answers go into the thread of your message."
        )
        await visitor.once(t.line(said))
        await visitor.picture("found-somebody")
        await visitor.open("questions")
        if platform == "slack":
            await visitor.open_thread(words)
        else:
            await visitor.pane.locator(".deep .place").last.click()
        card = visitor.room.locator("article", has=visitor.page.get_by_role("button", name=t.line("👀 I'll answer")))
        await expect(card).to_have_count(1)
        await visitor.picture("stands")


@pytest.mark.parametrize(("platform", "language"), OTHER_PAIRS)
async def test_who_asks_without_a_name_stays_without_one(platform: str, language: str, tmp_path: Path) -> None:
    t, (title, answer, reply) = translator(language), SHY[language]
    asker, name = ("aoi", "中村 あおい") if language == "ja" else ("kenji", "Kenji Mori")
    async with visit(tmp_path, platform, asker, language) as visitor:
        space = space_of(visitor)
        await ask_without_a_name(visitor, title, t)
        await visitor.restart_bot()
        await visitor.become_member("misaki")
        await visitor.open("questions")
        question = await visitor.once(t.line("Somebody asks, without a name:"))
        await expect(question).to_contain_text(title)
        await visitor.open_thread(title)
        await visitor.reply(answer)
        await visitor.picture("anonymous-thread")
        await visitor.become_member(asker)
        await visitor.open_bot()
        relayed = await visitor.once(answer)
        await expect(relayed).to_contain_text("田中 美咲")
        await visitor.picture("relayed")
        await relayed.get_by_role("button", name=t.line("Reply without my name")).click()
        await expect(visitor.modal).to_be_visible()
        await visitor.restart_bot()  # kill -9: the form is open
        await visitor.field("said").fill(reply)
        await visitor.sent()
        await visitor.become_member("misaki")
        await visitor.open("questions")
        await visitor.open_thread(title)
        said = visitor.room.locator("article", has_text=reply)
        await expect(said).to_have_count(1)
        await expect(said).to_contain_text(t.line("Who asked says:"))
        await visitor.picture("whispered")
        await visitor.become_member(asker)
        await visitor.open_bot()
        await visitor.press(t.line("✅ Solved"))
        await visitor.once(t.line("✅ Solved. Others will find it now."))
        await visitor.become_member("misaki")
        await visitor.open("questions")
        await expect(visitor.said(title).first).to_contain_text("✅")
        await visitor.picture("anonymous-solved")
        account = visitor.sandbox.world.account_of(space.id, asker)
        assert account is not None
        told = said_in_public(space)
        assert title in told
        assert name not in told
        assert account.user_id not in told


async def ask_without_a_name(visitor: Visitor, title: str, t: Translator) -> None:
    """Choose so in the form of ``/ask``, and be promised it."""
    await visitor.open("questions")
    await visitor.write("/ask")
    await visitor.field("title").fill(title)
    await visitor.field("name").select_option("anonymous")
    await visitor.picture("anonymous-form")
    await visitor.sent()
    promise = "Nobody sees that it is yours. I bring you every reply in private, and you can answer."
    await expect(visitor.said(t.line(promise))).to_be_visible()


# ---- moderators

ASKED = (
    ("aoi", "型ヒントをどこまで書くか、チームで決めていますか？"),
    ("misaki", "型ヒントはどこまで書くとよいのでしょうか？"),
    ("aoi", "今日のお昼は何がおすすめですか？"),
)
FROM_PRODUCT = "公開している関数にはすべて書く、という方針です。来月の資料にも載せます。"


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_moderators_close_merge_and_hand_over_and_the_product_teams_answer_comes_back(
    platform: str, tmp_path: Path
) -> None:
    t = translator("ja")
    async with visit(tmp_path, platform, "aoi", "ja") as visitor:
        for person, title in ASKED:
            await visitor.become_member(person)
            await visitor.open("questions")
            await visitor.write("/ask")
            await visitor.field("title").fill(title)
            await visitor.sent()
            await expect(visitor.said(title)).to_have_count(1)
        (asker, kept), (other, same), (_, off_topic) = ASKED
        await visitor.become_member("makoto")
        await visitor.open("moderators")
        await visitor.write("/community questions")
        await pick(visitor, "q_pick", off_topic, 3)
        await visitor.picture("detail")
        await visitor.select("q_close").select_option("off_topic")
        await expect(visitor.said(t.line("Closed.")).last).to_contain_text(t.line("It belongs somewhere else."))
        await visitor.restart_bot()
        await visitor.press(t.line("Back to the list"))
        await pick(visitor, "q_pick", same, 2)
        await visitor.select("q_merge").select_option(label=kept)
        await expect(visitor.said(t.line("The same question is being answered elsewhere.")).last).to_be_visible()
        await visitor.picture("merged")
        for person, title in ((asker, off_topic), (other, same)):
            await visitor.become_member(person)
            await visitor.open_bot()
            told = await visitor.once(t.line("Your question was closed by a moderator:"))
            await expect(told).to_contain_text(title)
            await visitor.picture("ended")
        await visitor.page.get_by_test_id("clock-day").click()
        await visitor.page.get_by_test_id("clock-hour").click()
        await visitor.become_member("makoto")
        await visitor.open("moderators")
        waiting = await visitor.once(t.line("A question waits for an answer"))
        await expect(waiting).to_contain_text(kept)
        await visitor.picture("escalated")
        await visitor.restart_bot()
        await waiting.get_by_role("button", name=t.line("Hand to the product team")).click()
        await visitor.page.get_by_role("button", name=t.line("Do it")).last.click()
        done = "Done: the product team can read it now, and its answer comes back into the thread."
        await expect(visitor.said(t.line(done))).to_be_visible()
        await answer_for_product(visitor, kept)
        await visitor.restart_bot()
        await visitor.become_member(asker)
        await visitor.open("questions")
        await visitor.open_thread(kept)
        answered = visitor.room.locator("article", has_text=FROM_PRODUCT)
        await expect(answered).to_have_count(1)
        await expect(answered).to_contain_text("製品チームからの回答です。")
        await visitor.picture("product-answered")


async def pick(visitor: Visitor, action: str, title: str, n: int) -> None:
    """Choose a question of the moderators' list, which has so many."""
    choices: Locator = visitor.select(action)
    await expect(choices.locator("option")).to_have_count(n + 1)  # and "choose"
    await visitor.picture("list")
    await choices.select_option(label=title)
    await expect(visitor.select("q_close")).to_be_visible()


async def answer_for_product(visitor: Visitor, title: str) -> None:
    """Answer in the product team's channel, as somebody who speaks English."""
    t = translator("en")
    await visitor.become_member("kenji")
    await visitor.open("product")
    handed = await visitor.once(title)
    await visitor.picture("handed-over")
    await handed.get_by_role("button", name=translator("ja").line("Answer")).click()
    await expect(visitor.modal.get_by_role("heading", name=t.line("Answer the question"))).to_be_visible()
    await visitor.field("answer").fill(FROM_PRODUCT)
    await visitor.sent()
    await expect(visitor.said(t.line("Thank you! Your answer is on its way into the thread.")).last).to_be_visible()
