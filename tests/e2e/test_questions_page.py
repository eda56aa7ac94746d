"""A question's way to its answer, as people at the page see it: both platforms, both languages, restarts on the way."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from locales import Translator, translator
from sandbox.things import Message, Space, SpaceKind
from tests.e2e.visit import BROWSER, PAIRS, WAIT_MS, Visitor, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(300),  # the bot is killed and started seven times
]
expect.set_options(timeout=WAIT_MS)


@dataclass(frozen=True)
class Play:
    """Who plays in one language, and what they say; what the bot says comes from its catalogues."""

    language: str
    asker: str
    helper: str
    next_asker: str
    link: str
    title: str
    details: str
    answer: str
    thanks: str
    alike: str
    looked_for: str

    @property
    def t(self) -> Translator:
        return translator(self.language)


JA = Play(
    language="ja",
    asker="sora",
    helper="riku",
    next_asker="aoi",
    link="https://example.com/log",
    title="テストの中で時刻を固定するには、どうすればいいですか？",
    details="深夜0時をまたぐと失敗します。<datetime.now> を呼ぶところが多くて困っています。",
    answer="time-machine を使うと、時刻を固定してテストできますよ。",
    thanks="ありがとうございます！おかげで解決しました。",
    alike="テストで時刻を固定する方法を教えてください",
    looked_for="時刻",
)
EN = Play(
    language="en",
    asker="emma",
    helper="riku",
    next_asker="kenji",
    link="https://example.com/log",
    title="How can I freeze the clock in my tests?",
    details="They fail when midnight passes. There are many calls of <datetime.now> & friends.",
    answer="Try time-machine: it freezes the clock for a test.",
    thanks="Thank you! That solved it.",
    alike="How do I freeze the clock in a test?",
    looked_for="freeze",
)
TALK = {  # what was said on the morning before; no questions
    "misaki": "おはようございます。昨日の勉強会の資料を置いておきますね。",
    "makoto": "今週もよろしくお願いします。困ったことはここに書いてください。",
    "yui": "資料ありがとうございます、あとで読みます。",
    "takeru": "資料ありがとうございます、あとで読みます。",
    "aoi": "昨日はありがとうございました。とても楽しかったです。",
    "kenji": "Good evening from the west coast. Thanks for the slides.",
}


@pytest.mark.parametrize(("platform", "language"), PAIRS)
async def test_a_question_finds_its_answer_and_the_next_one_finds_it_too(
    platform: str, language: str, tmp_path: Path
) -> None:
    play = {"ja": JA, "en": EN}[language]
    async with visit(tmp_path, platform, play.asker, play.language) as visitor:
        space = next(s for s in visitor.sandbox.spaces if s.kind is SpaceKind(platform))
        talk(visitor, space)
        await visitor.join()
        await ask(visitor, play)
        await visitor.restart_bot()
        await find_posted(visitor, play)
        later = await invite(visitor, space, play)
        await visitor.restart_bot()
        await answer(visitor, play)
        await see_nothing_left_to_do(visitor, play, later)
        await visitor.restart_bot()
        await thank_and_solve(visitor, play)
        await visitor.restart_bot()
        await ask_again(visitor, play)
        await see_each_step_once(visitor)


def talk(visitor: Visitor, space: Space) -> None:
    """Let members be about: the bot asks nobody whom it has never seen."""
    face = visitor.sandbox.platforms[space.kind].face
    for person, words in TALK.items():
        account = visitor.sandbox.world.account_of(space.id, person)
        if account is not None:
            face.say(account, "random", words)


# ---- asking


async def ask(visitor: Visitor, play: Play) -> None:
    """Fill in the form of ``/ask``; at first there is only a link in it."""
    t = play.t
    await visitor.open("questions")
    await visitor.write("/ask")
    await expect(visitor.modal.get_by_role("heading", name=t.line("Ask the community"))).to_be_visible()
    await visitor.field("title").fill(play.link)
    await visitor.field("topic").select_option("python")
    await visitor.send()
    said = t.line("There is only a link here. Please add a sentence: what would you like to know about it?")
    await visitor.see_error("title", said, t.line("Open the form again"))
    await expect(visitor.field("title")).to_have_value(play.link)
    await visitor.restart_bot()  # kill -9: the form is open
    await visitor.field("title").fill(play.title)
    await visitor.field("details").fill(play.details)
    await visitor.picture("form")
    await visitor.sent()
    goes = t("Your question goes to {channel}.", channel="#questions").plain()
    await expect(visitor.said(goes).last).to_be_visible()
    await visitor.picture("asked")


async def find_posted(visitor: Visitor, play: Play) -> None:
    """See the question in its channel and the card in its thread, each once, whatever was killed meanwhile."""
    t = play.t
    question = question_of(visitor, play)
    await expect(question).to_have_count(1)
    await expect(question).to_contain_text(play.details)
    await visitor.open_thread(play.title)
    card = visitor.room.locator(
        "article", has_text=t.line("Answers go into this thread. A guess or a pointer helps, too.")
    )
    await expect(card).to_have_count(1)
    await expect(card.locator(".body").get_by_role("button")).to_have_text(
        [t.line("👀 I'll answer"), t.line("✅ Solved")]
    )
    await visitor.picture("thread")


def question_of(visitor: Visitor, play: Play) -> Locator:
    """Return the card that asks, where one looks at the question channel."""
    return visitor.pane.get_by_test_id("messages").locator("article", has_text=play.details)


# ---- peers are invited


async def invite(visitor: Visitor, space: Space, play: Play) -> list[str]:
    """Let one of two invited members pass and the others be silent; returns who was asked in the second round."""
    await visitor.page.get_by_test_id("clock-hour").click()
    first = await invited(space, 2)
    for person in first:
        await see_invitation(visitor, play, person)
    passing = first[0]
    await visitor.become_member(passing)
    t = translator(language_of(visitor, passing))
    await visitor.open_bot()
    await visitor.press(t.line("Pass"))
    t = translator(visitor.sandbox.world.people[passing].language)  # known from now on, on Discord too
    await visitor.once(t.line("No problem. I ask somebody else."))
    await visitor.picture("passed")
    silent = (await invited(space, 3))[1:]
    await visitor.restart_bot()
    for _ in range(5):
        await visitor.page.get_by_test_id("clock-hour").click()
    later = (await invited(space, 5))[3:]
    for person in silent:
        await visitor.become_member(person)
        await visitor.open_bot()
        t = translator(language_of(visitor, person))
        said = t.line("I am asking somebody else as well. If you still want to answer, you are welcome.")
        await visitor.once(said)
        await expect(visitor.said(play.title)).to_have_count(1)
    await visitor.picture("silent")
    return later


async def see_invitation(visitor: Visitor, play: Play, person: str) -> None:
    """See what was asked, why it is this member, and what they can say; once, and nobody else's business."""
    await visitor.become_member(person)
    await visitor.open_bot()
    t = translator(language_of(visitor, person))
    card = await visitor.once(play.title)
    await expect(card).to_contain_text(t.line("Could you help with a question?"))
    await expect(card).to_contain_text(
        re.compile("お声がけします|お声がけしました|I ask you because|I have not asked you before")
    )
    labels = ("I'll answer", "Pass", "Not this week", "Read it there")
    for label in labels:
        await expect(card.locator("button, a", has_text=t.line(label)).first).to_be_visible()
    await visitor.picture("invited")


async def invited(space: Space, n: int) -> list[str]:
    """Wait until a number of members hold an invitation or what became of it; return them in the order of asking."""
    found: dict[str, str] = {}
    async with asyncio.timeout(WAIT_MS / 1000):
        while len(found) < n:
            await asyncio.sleep(0.1)
            found = {person: message.id for person, message in direct_messages(space)}
    assert len(found) == n
    return sorted(found, key=lambda person: found[person])


def direct_messages(space: Space) -> list[tuple[str, Message]]:
    """Return what the bot has sent to members about a question that they could answer."""
    sent: list[tuple[str, Message]] = []
    for channel in space.channels.values():
        others = channel.members - {space.bot}
        if channel.kind != "dm" or len(others) != 1 or space.bot not in channel.members:
            continue
        person = space.accounts[next(iter(others))].person or ""
        written = [m for m in space.messages.get(channel.id, ()) if m.author == space.bot]
        sent += [(person, m) for m in written if "inv_" in json.dumps(m.body)]
    return sent


def language_of(visitor: Visitor, person: str) -> str:
    """Return the language in which a member is written to: Discord tells it with their first click, Slack always."""
    if visitor.platform == "discord":
        return "ja"
    return visitor.sandbox.world.people[person].language


# ---- somebody answers


async def answer(visitor: Visitor, play: Play) -> None:
    """Let somebody answer whom nobody has asked."""
    await visitor.become(play.helper)
    await visitor.join()
    await visitor.open("questions")
    if visitor.platform == "slack":
        joining = visitor.pane.get_by_test_id("join-channel").filter(visible=True)
        if await joining.count():
            await joining.click()
    await visitor.open_thread(play.title)
    await visitor.reply(play.answer)
    card = visitor.room.locator("article", has=visitor.page.get_by_role("button", name=play.t.line("✅ Solved")))
    await expect(card).to_have_count(1)
    await expect(card).to_contain_text(play.t.line("There are answers. Did they help?"))
    await visitor.picture("answered")


async def see_nothing_left_to_do(visitor: Visitor, play: Play, later: list[str]) -> None:
    """See that open invitations are taken back, and that the asker is told once."""
    for person in later:
        await visitor.become_member(person)
        await visitor.open_bot()
        t = translator(language_of(visitor, person))
        await visitor.once(t.line("Somebody has taken this question up. Nothing left to do; thank you!"))
        await expect(visitor.pane.get_by_role("button", name=t.line("I'll answer"))).to_have_count(0)
    await visitor.picture("nothing-left")
    await visitor.become_member(play.asker)
    await visitor.open_bot()
    told = await visitor.once(play.answer)
    await expect(told).to_contain_text(play.title)
    await visitor.picture("told")


# ---- solved


async def thank_and_solve(visitor: Visitor, play: Play) -> None:
    """Say thanks in the thread; the bot asks in private whether it is solved, and marks what there is to be marked."""
    t = play.t
    await visitor.open("questions")
    await visitor.open_thread(play.title)
    await visitor.reply(play.thanks)
    await expect(visitor.room.locator("article", has_text=play.thanks)).to_have_count(1)
    asked = t("Is {question} solved? Then I mark it, and others find the answer.", question=play.title).plain()
    if visitor.platform == "discord":
        await visitor.open_bot()
    await expect(visitor.room.locator("article", has_text=asked)).to_have_count(1)
    await visitor.picture("proposed")
    await visitor.restart_bot()
    await visitor.room.get_by_role("button", name=t.line("Yes, solved")).click()
    await expect(visitor.room.locator("article", has_text=t.line("✅ Solved. Others will find it now."))).to_have_count(
        1
    )
    await visitor.picture("solved")
    await visitor.open("questions")
    question = question_of(visitor, play)
    await expect(question).to_contain_text("✅")
    await expect(
        question.locator('[data-testid="reaction-✅"], [data-testid="reaction-white_check_mark"]')
    ).to_be_visible()
    await visitor.open_thread(play.title)
    helper = visitor.sandbox.world.people[play.helper].name
    thanked = visitor.room.locator("article", has_text=t("✅ Solved, thanks to {who}.", who=f"@{helper}").plain())
    await expect(thanked.last).to_be_visible()
    await visitor.picture("marked")


# ---- the next one


async def ask_again(visitor: Visitor, play: Play) -> None:
    """Find it, and see it before asking the same."""
    await visitor.become_member(play.next_asker)
    t = play.t
    await visitor.open("questions")
    await visitor.write(f"/find {play.looked_for}" if visitor.platform == "slack" else f"/find words:{play.looked_for}")
    found = visitor.said(t("Solved questions about {words}:", words=play.looked_for).plain()).last
    await expect(found).to_contain_text(play.title)
    await expect(found).to_contain_text(visitor.sandbox.world.people[play.helper].name)
    await visitor.picture("found")
    await visitor.write("/ask")
    await visitor.field("title").fill(play.alike)
    await visitor.sent()
    shown = visitor.said(t.line("Something like this was answered before")).last
    await expect(shown).to_contain_text(play.title)
    await visitor.picture("shown-earlier")
    await visitor.restart_bot()
    await visitor.press(t.line("This answered it"))
    await expect(
        visitor.said(t.line("Glad that helped! Whoever answered it then has helped twice now.")).last
    ).to_be_visible()
    await visitor.picture("deflected")
    await visitor.become_member(play.asker)
    await visitor.open("questions")
    await expect(question_of(visitor, play)).to_have_count(1)
    await expect(visitor.said(play.alike)).to_have_count(0)


async def see_each_step_once(visitor: Visitor) -> None:
    """Read in the store that each thing happened as often as it was seen, restarts or not."""
    await visitor.page.get_by_test_id("open-store").click()
    facts = visitor.page.get_by_test_id("section-Facts by kind")
    expected = {
        "question.asked": 1,
        "question.answered": 1,
        "question.thanked": 1,
        "question.solved": 1,
        "question.shown_earlier": 1,
        "question.deflected": 1,
        "invitation.offered": 5,
        "invitation.passed": 1,
        "invitation.silent": 2,
        "invitation.withdrawn": 2,
    }
    for kind, n in expected.items():
        row = facts.get_by_role("row", name=f"{kind} ")
        await expect(row.get_by_role("cell").last).to_have_text(str(n))
    await visitor.picture("store")
