"""A meetup that changes after it was announced: more seats, another time, called off. In English, from Discord."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from locales import translator
from tests.e2e.crowd import Crowd
from tests.e2e.visit import BROWSER, WAIT_MS, visit

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: the page cannot be looked at"),
    pytest.mark.timeout(300),
]
expect.set_options(timeout=WAIT_MS)

TITLE = "Rust & coffee <beginners>"
ROLES = {"priya": "discord", "kenji": "discord", "lukas": "slack", "aoi": "slack"}
JA = translator("ja")  # the channel's language: what everybody sees is in Japanese


async def test_whoever_holds_or_waits_for_a_seat_hears_of_every_change(tmp_path: Path) -> None:
    async with visit(tmp_path, "discord", "priya", "en") as visitor:
        crowd = Crowd(visitor, "meetups", ROLES)
        await crowd.be("priya")
        await crowd.clock("2026-09-14T13:30")  # by day in Berlin, too
        await plan(crowd)
        await fill(crowd)
        await raise_cap(crowd)
        await put_off(crowd)
        await call_off(crowd)


async def plan(crowd: Crowd) -> None:
    """Plan it on Discord; a time that is over is refused kindly, and the form keeps what was typed."""
    visitor = crowd.visitor
    t = await crowd.in_channel("priya")
    await visitor.write("/meetup new")
    await visitor.field("title").fill(TITLE)
    await visitor.field("when").fill("2026-09-01 19:00")
    await visitor.field("spot").fill("Harbour Hall, room 2")
    await visitor.send()
    await visitor.see_error(
        "when",
        t.line("{day} is over. Which day did you mean?", day="Tue, 1 Sep 19:00"),
        t.line("Open the form again"),
    )
    await expect(visitor.field("title")).to_have_value(TITLE)
    await visitor.field("when").fill("next Friday 7pm")
    await visitor.picture("form")
    await visitor.sent()
    await crowd.see(
        TITLE, "Fri, 25 Sep, 19:00", "Japan Time", t.line("Nothing has been posted yet. Is everything right?")
    )
    await crowd.push("plan_part:1:seats")
    await visitor.field("venue").fill("1")
    await visitor.sent()
    await crowd.see(t.line("{kind}: {cap}", kind=t.line("On site"), cap=1))
    await visitor.picture("understood")
    await crowd.push("plan_go")
    await expect(crowd.card).to_contain_text(TITLE)
    await expect(crowd.card).to_contain_text(JA.line("{taken} of {cap} seats", taken=0, cap=1))
    await visitor.picture("card")


async def fill(crowd: Crowd) -> None:
    """One seat of one kind: going is enough, and the next two wait."""
    visitor = crowd.visitor
    t = await crowd.in_channel("kenji")
    await crowd.push("rsvp:1:going")
    await crowd.see(t.line("You have a seat: {kind}.", kind=t.line("On site")))
    for place, person in enumerate(("lukas", "aoi"), start=1):
        t = await crowd.in_channel(person)
        await expect(crowd.card).to_contain_text(JA.line("{taken} of {cap} seats", taken=1, cap=1))
        if place > 1:
            await expect(crowd.card).to_contain_text(JA.n("{n} waiting", "{n} waiting", place - 1).plain())
        await crowd.push("rsvp:1:going")
        said = t("You are number {position} on the waiting list: {kind}.", position=place, kind=t.line("On site"))
        await crowd.see(said.plain())
        await visitor.picture("waits")


async def raise_cap(crowd: Crowd) -> None:
    """One seat more, and the first who waited has it; the bot dies in between."""
    visitor = crowd.visitor
    await crowd.in_channel("priya")
    await crowd.push("plan_part:1:seats")
    await visitor.field("venue").fill("2")
    await visitor.restart_bot()  # kill -9: the form is open
    await visitor.sent()
    t = await crowd.in_private("lukas")
    await crowd.told(t("A seat has become free, and it is yours ({kind}).", kind=t.line("On site")).plain())
    await visitor.picture("promoted")
    await crowd.in_private("aoi")
    await crowd.not_told(TITLE)


async def put_off(crowd: Crowd) -> None:
    """Another hour reaches who sits and who waits, each in their language and on their platform."""
    visitor = crowd.visitor
    await crowd.in_channel("priya")
    await crowd.push("plan_change:1")
    await visitor.field("when").fill("2026-09-25 20:00-22:00")
    await visitor.sent()
    for person, hour in (("kenji", "4:00 AM"), ("lukas", "1:00 PM")):
        t = await crowd.in_private(person)
        await crowd.told(t.line("The time has changed. Your seat is kept; the new time is:"), hour)
        await visitor.picture("put-off")
    t = await crowd.in_private("aoi")  # who has no seat is not told that it is kept
    await crowd.told(t.line("The time has changed. You keep your place on the waiting list; the new time is:"), "20:00")
    await visitor.picture("put-off")


async def call_off(crowd: Crowd) -> None:
    """A cancellation reaches everybody once, with its reason; the card says it on both platforms."""
    visitor = crowd.visitor
    t = await crowd.in_channel("priya")
    await crowd.push("plan_cancel:1")
    await visitor.field("reason").fill("The hall has no power that day.")
    await visitor.picture("cancel")
    await visitor.sent()
    await crowd.see(t.line("It is cancelled. Everybody who had a seat or was waiting is told."))
    for person in ("kenji", "lukas", "aoi"):
        t = await crowd.in_private(person)
        await crowd.told(
            t.line("This meetup is cancelled: {when}", when="").strip(), TITLE, "The hall has no power that day."
        )
        await visitor.picture("called-off")
    for person in ("kenji", "lukas"):
        await crowd.in_channel(person)
        await expect(visitor.said(JA.line("Cancelled: {title}", title=TITLE)).first).to_be_visible()
        await visitor.picture("cancelled-card")
