"""What every chat must do about threads, told as cases like those of ``tests.chat.contract``."""

from __future__ import annotations

from chat.ids import Place, thread_of
from tests.chat.contract import Case, ChatUnderTest, card


async def a_thread_is_marked_where_it_has_a_title(c: ChatUnderTest) -> None:
    aya = await c.driver.join("Aya")
    asked = await c.driver.say(aya, "how?")
    first = await c.chat.open_thread(asked, "How?", card("let us see"), key="contract-1")
    titled = c.chat.capabilities().thread_titles
    assert c.driver.title(first.place) == ("How?" if titled else "")
    for thread in (first.place, first, asked):
        for _ in range(2):
            await c.chat.mark_thread(thread, "✔ How?")
        assert c.driver.title(first.place) == ("✔ How?" if titled else "")


async def marking_a_thread_that_is_gone_is_no_error(c: ChatUnderTest) -> None:
    place = c.driver.place
    await c.chat.mark_thread(Place(place.platform, place.workspace, place.channel, "77"), "✔ How?")
    aya = await c.driver.join("Aya")
    without_a_thread = await c.driver.say(aya, "just so")
    await c.chat.mark_thread(without_a_thread, "✔ How?")
    assert c.driver.title(thread_of(without_a_thread)) == ""


CASES: tuple[Case, ...] = (
    a_thread_is_marked_where_it_has_a_title,
    marking_a_thread_that_is_gone_is_no_error,
)
