"""A meetup from its plan to its figures, as people of both platforms see it at the page."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from locales import Translator, translator
from tests.e2e.counted import balance, share
from tests.e2e.crowd import Crowd
from tests.e2e.visit import BROWSER, MONDAY, WAIT_MS, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(300),  # of which most is the machine being busy with other tests
]
expect.set_options(timeout=WAIT_MS)

JA = translator("ja")
TITLE = "港町 Python もくもく会"
ROLES = {
    "misaki": "slack",  # who organises
    "yui": "slack",
    "takeru": "discord",
    "aoi": "slack",
    "makoto": "discord",
    "lukas": "slack",
    "priya": "discord",
}


async def test_a_meetup_from_the_first_words_to_the_last_digit(tmp_path: Path) -> None:
    async with visit(tmp_path, "slack", "misaki", "ja") as visitor:
        crowd = Crowd(visitor, "meetups", ROLES)
        await plan(crowd)
        await fill(crowd)
        await pass_on(crowd)
        await offer(crowd)
        await come(crowd)
        await look_back(crowd)
        await introduce(crowd)
        await count(crowd, since=MONDAY)


async def plan(crowd: Crowd) -> None:
    """Say in words when it is; read what was understood, which nobody else sees; announce it on both platforms."""
    visitor = crowd.visitor
    t = await crowd.in_channel("misaki")
    await visitor.write("/meetup new")
    await visitor.field("title").fill(TITLE)
    await visitor.field("when").fill("来週の金曜19時")
    await visitor.field("spot").fill("港町会議室 3階 https://example.com/minato")
    await visitor.field("description").fill("各自の作業を持ち寄って、静かに進める会です。<初参加>も歓迎です。")
    await visitor.picture("form")
    await visitor.sent()
    await crowd.see(
        TITLE, "9月25日(金) 19:00〜", "（日本時間）", t.line("Nothing has been posted yet. Is everything right?")
    )
    await visitor.picture("understood")
    await crowd.push("plan_part:1:seats")
    await visitor.field("venue").fill("3")
    await visitor.picture("seats")
    await visitor.sent()
    await crowd.see(TITLE, t.line("{kind}: {cap}", kind=t.line("On site"), cap=3))
    await visitor.picture("ready")
    await crowd.in_channel("takeru")
    await expect(visitor.said(TITLE)).to_have_count(0)
    await crowd.in_channel("misaki")
    await crowd.push("plan_go")
    await visitor.picture("announced")
    for person in ("misaki", "takeru"):
        await crowd.in_channel(person)
        await expect(crowd.card).to_contain_text(t.line("{taken} of {cap} seats", taken=0, cap=3))
        await visitor.picture("card")


async def fill(crowd: Crowd) -> None:
    """Take the three seats by button and by menu, and fill the line."""
    visitor = crowd.visitor
    t = await crowd.in_channel("yui")
    await crowd.push("rsvp:1:going")
    await crowd.see(t.line("Good! Which seat would you like?"))
    await visitor.picture("which")
    await crowd.choose("seat_take", t.line("On site"))
    await crowd.see(t.line("You have a seat: {kind}.", kind=t.line("On site")))
    await visitor.picture("seat")
    for taken, person in enumerate(("takeru", "aoi"), start=1):
        t = await crowd.in_channel(person)
        await see_seats(crowd, taken)
        await crowd.choose("seat:1", JA.line("On site"))
        await crowd.see(t.line("You have a seat: {kind}.", kind=t.line("On site")))
        await visitor.picture("seat")
    for place, person in enumerate(("makoto", "lukas", "priya"), start=1):
        t = await crowd.in_channel(person)
        await see_seats(crowd, 3, place - 1)
        await crowd.choose("seat:1", JA.line("On site"))
        said = t("You are number {position} on the waiting list: {kind}.", position=place, kind=t.line("On site"))
        await crowd.see(said.plain())
        await visitor.picture("waits")
    await crowd.push("seat_meanwhile:1:online")
    await crowd.see(t.line("You have a seat: {kind}.", kind=t.line("Online")))
    await visitor.picture("meanwhile")


async def see_seats(crowd: Crowd, taken: int, waiting: int = 0) -> None:
    """See how many seats on site are taken and how many wait, as the card says it to everybody."""
    details = [JA.n("{n} left", "{n} left", 3 - taken).plain() if taken < 3 else JA.line("full")]
    if waiting:
        details.append(JA.n("{n} waiting", "{n} waiting", waiting).plain())
    said = JA.line("{seats} ({details})", seats=JA.line("{taken} of {cap} seats", taken=taken, cap=3),
                   details=JA.line(", ").join(details))  # fmt: skip
    await expect(crowd.card).to_contain_text(re.compile(f"{re.escape(said)}\\s"))


async def pass_on(crowd: Crowd) -> None:
    """Leave a full meetup, which asks first; the bot dies over the question; the next in line has the seat."""
    visitor = crowd.visitor
    t = await crowd.in_channel("yui")
    await see_seats(crowd, 3, 3)
    await expect(crowd.card).to_contain_text(t.n("{n} going, no limit", "{n} going, no limit", 1).plain())
    await crowd.push("rsvp:1:cannot")
    asked = t("All seats are taken ({kind}). Yours would go to somebody else. Give it up?", kind=t.line("On site"))
    await crowd.see(asked.plain())
    await visitor.picture("asks-first")
    await visitor.restart_bot()  # kill -9: the question is open
    await crowd.push("seat_answer:1:cannot:yes")
    await crowd.see(t.line("You said that you cannot come."))
    await visitor.picture("left")
    await see_seats(crowd, 3, 2)
    t = await crowd.in_private("makoto")
    await crowd.told(t("A seat has become free, and it is yours ({kind}).", kind=t.line("On site")).plain())
    await visitor.picture("promoted")
    await crowd.in_private("lukas")
    await crowd.not_told(TITLE)


async def offer(crowd: Crowd) -> None:
    """On the eve: reminders; a seat is offered, nobody takes it in time, and the next in line does."""
    visitor = crowd.visitor
    await crowd.be("misaki")
    await crowd.clock("2026-09-24T19:30")
    for person in ("aoi", "makoto", "priya", "takeru"):
        t = await crowd.in_private(person)
        await crowd.told(t.line("It is tomorrow."), TITLE)
        await visitor.picture("day-before")
    await crowd.push("seat_answer:1:cannot")
    await crowd.see(re.compile("手放しますか|手放してよろしい|よろしいですか"))
    await crowd.push("seat_answer:1:cannot:yes")
    await crowd.see(t.line("You said that you cannot come."))
    t = await crowd.in_private("lukas")
    await crowd.not_told(t.line("It is tomorrow."))
    await crowd.told("Would you like it?", "3:30 PM")  # three hours of Berlin's day
    await visitor.picture("offered")
    await crowd.be("misaki")
    await crowd.clock("2026-09-24T23:30")
    t = await crowd.in_private("lukas")
    await crowd.told(
        t.line("The seat that was kept for you has gone to the next in line."), t.line("You keep your place in line.")
    )
    await visitor.picture("lapsed")
    t = await crowd.in_private("priya")
    await crowd.not_told("Would you like it?")  # at night nobody is asked, and no window runs
    await crowd.be("misaki")
    await crowd.clock("2026-09-25T09:10")
    t = await crowd.in_private("priya")
    await crowd.told("Would you like it?")
    await visitor.picture("offered")
    await crowd.push("claim:1:")
    await crowd.see(t.line("You have a seat: {kind}.", kind=t.line("On site")))
    await visitor.picture("claimed")


async def come(crowd: Crowd) -> None:
    """On the day: reminders; people check in by button and by the word; the organiser adds one."""
    visitor = crowd.visitor
    await crowd.be("misaki")
    await crowd.clock("2026-09-25T18:05")
    t = await crowd.in_private("misaki")
    said = await crowd.told(
        t.line("Check-in is open. Please say this word aloud; whoever writes it in the thread is checked in:")
    )
    word = await said.locator("strong, b").last.inner_text()
    await visitor.picture("word")
    for person in ("makoto", "priya"):
        t = await crowd.in_private(person)
        await crowd.told(t.line("It begins soon."), TITLE)
    await visitor.picture("hour-before")
    t = await crowd.in_private("aoi")
    await crowd.told(t.line("It begins soon."), TITLE)
    await visitor.picture("hour-before")
    t = await crowd.in_thread("aoi", TITLE)
    await crowd.push("here:1")
    await crowd.see(t.line("Welcome! You are checked in."))
    await visitor.picture("here")
    await crowd.in_thread("makoto", TITLE)
    await visitor.reply(word)
    await expect(visitor.room.locator("article", has_text=word).get_by_test_id("reaction-✅")).to_be_visible()
    await visitor.picture("word-said")
    for person in ("lukas", "yui"):
        t = await crowd.in_thread(person, TITLE)
        await crowd.push("here:1")
        await crowd.see(t.line("Welcome! It is noted that you came without a seat."))
    t = await crowd.in_channel("misaki")
    await visitor.write("/meetup attendance 1")
    await crowd.see(t("{came} came; {seats} held a seat.", came=4, seats=3).plain())
    await visitor.picture("desk")
    await crowd.choose("att_set:1:0:walk_in", crowd.name("takeru"))
    await crowd.see(t("{came} came; {seats} held a seat.", came=5, seats=3).plain())
    await visitor.picture("noted")


VOICES = {  # recommendation, satisfaction, words
    "aoi": ("10", "4", "静かで集中できました。"),
    "makoto": ("9", "4", "会場の電源が足りませんでした。"),
    "lukas": ("7", "3", "Good company."),
    "yui": ("10", "3", "またやりましょう。"),
    "takeru": ("4", "2", "駅から少し遠かったです。"),
}


async def look_back(crowd: Crowd) -> None:
    """Say without a name how it was; nothing is shown before five have."""
    visitor = crowd.visitor
    await crowd.be("misaki")
    await crowd.clock("2026-09-26T17:00")
    for person, (recommends, satisfied, words) in VOICES.items():
        if person == list(VOICES)[-1]:
            t = await crowd.in_channel("misaki")
            await visitor.write("/meetup figures 1")
            await crowd.see(t("shown from {n} answers on", n=5).plain())
            await visitor.picture("four-answers")
        t = await crowd.in_private(person)
        await visitor.picture("asked")
        await crowd.push("survey:1")
        await visitor.field("recommends").select_option(recommends)
        await visitor.field("satisfied").select_option(satisfied)
        await visitor.field("words").fill(words)
        await visitor.picture("survey")
        await visitor.sent()
        await crowd.told(t.line("Thank you! It is kept without your name."))


async def introduce(crowd: Crowd) -> None:
    """Two who choose each other are brought together, over both platforms; of a choice alone nobody hears."""
    visitor = crowd.visitor
    for person, wished in (("aoi", "makoto"), ("lukas", "aoi"), ("makoto", "aoi")):
        t = await crowd.in_private(person)
        await crowd.push("wish:1")
        await crowd.see(t.line("With whom would you like to talk more?"))
        await crowd.choose("wish_set:1:0", crowd.name(wished))
        await visitor.picture("wish")
    for person, other in (("aoi", "makoto"), ("makoto", "aoi")):
        t = await crowd.in_private(person)
        said = t(
            "{other} would like to talk more with you, too, after {title}.",
            title=TITLE,
            other=crowd.name(other),
        )
        await crowd.told(said.plain())
        await visitor.picture("introduced")


# ---- the figures

# Three of six held a seat in the end: aoi, makoto and priya; priya stayed away. lukas, yui and takeru came without one.
# makoto, lukas and priya had waited for a seat on site; all but lukas got one.
SCORES = [int(recommends) for recommends, _, _ in VOICES.values()]
GRADES = [int(satisfied) for _, satisfied, _ in VOICES.values()]


def figures(t: Translator) -> list[str]:
    """Return the lines that ought to stand among the figures of the meetup."""
    return [
        t("{attended} came with a seat, {walk_in} without; {no_show} did not come, {excused} excused.",
          attended=2, walk_in=3, no_show=1, excused=0).plain(),
        share("Attendance", 2, 3, t),
        share("No-shows", 1, 3, t),
        share("First-timers", 5, 5, t),
        share("From the waiting list to a seat", 2, 3, t),
        balance("Recommendation (NPS)", [(n >= 9) - (n <= 6) for n in SCORES], t),
        balance("Satisfaction (NSAT)", [1 if grade >= 3 else -1 for grade in GRADES], t),
    ]  # fmt: skip


async def count(crowd: Crowd, since: datetime) -> None:
    """See that every figure is right, and each line of the list of participants."""
    visitor = crowd.visitor
    t = await crowd.in_channel("misaki")
    await crowd.clock("2026-09-26T21:30")
    await crowd.settled(share("Attendance", 2, 3, t), "/meetup figures 1")
    card = await crowd.see(*figures(t))
    for _, _, words in VOICES.values():
        await expect(card).to_contain_text(words)
    await visitor.picture("figures")
    await visitor.write("/meetup figures")
    await crowd.see(
        t.n("Of {n} meetup in the last year whose attendance was taken.",
            "Of {n} meetups in the last year whose attendance was taken.", 1).plain(),
        *figures(t)[1:],
        share("Came again", 0, 5, t),
    )  # fmt: skip
    await visitor.picture("all-figures")
    await visitor.write("/meetup csv 1")
    await expect(crowd.newest).to_contain_text(t.line("The file is on its way: look into your direct messages."))
    await crowd.in_private("misaki")
    file = visitor.room.locator("a.file").last
    await expect(file).to_be_visible()
    await visitor.picture("file")
    decode = "new TextDecoder('utf-8', {ignoreBOM: true}).decode(b)"
    read = f"href => fetch(href).then(r => r.arrayBuffer()).then(b => {decode})"
    text = await visitor.page.evaluate(read, await file.get_attribute("href"))
    check_list(crowd, text, since)


def check_list(crowd: Crowd, text: str, since: datetime) -> None:
    """Compare the list of participants, line by line, with what everybody did."""
    assert text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head == ["名前", "アカウント", "回答", "席", "補欠の席", "補欠の順番", "補欠登録日時", "当日"]
    waited = datetime.strptime(rows[3][6], "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    assert since <= waited <= since + timedelta(minutes=10)
    going, site, walk_in = "参加する", "会場", "当日参加"
    seated = [("aoi", "参加"), ("makoto", "参加"), ("priya", "連絡なしの欠席")]
    assert sorted(rows[:3]) == sorted([*crowd.called(who), going, site, "", "", "", mark] for who, mark in seated)
    assert rows[3] == [*crowd.called("lukas"), going, "", site, "1", rows[3][6], walk_in]
    assert sorted(rows[4:]) == sorted(
        [*crowd.called(who), "欠席", "", "", "", "", walk_in] for who in ("yui", "takeru")
    )
