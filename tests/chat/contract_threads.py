"""What every chat must do about threads, told as cases like those of ``tests.chat.contract``."""

from __future__ import annotations

from chat.ids import MessageRef, Place, in_thread_of, thread_of
from tests.chat.contract import Case, ChatUnderTest, card, soon


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


async def talk_in_the_thread_of_our_own_post_is_known(c: ChatUnderTest) -> None:
    root = await c.chat.post(c.driver.place, card("a question"), key="contract-1")
    first = await c.chat.open_thread(root, "Question", card("answers here"), key="contract-2")
    await it_is_talked_in_the_thread_of(c, root, first)


async def talk_in_the_thread_of_a_members_message_is_known(c: ChatUnderTest) -> None:
    root = await c.driver.say(await c.driver.join("Mei"), "how?")
    first = await c.chat.open_thread(root, "How?", card("answers here"), key="contract-1")
    await it_is_talked_in_the_thread_of(c, root, first)
    second = await c.chat.open_thread(first, "How?", card("no thread in a thread"), key="contract-2")
    assert second.place == first.place


async def talk_in_a_thread_of_its_own_is_known(c: ChatUnderTest) -> None:
    first = await c.chat.open_thread(c.driver.place, "Meetup", card("about it"), key="contract-1")
    await it_is_talked_in_the_thread_of(c, first, first)


async def talk_in_a_forum_post_of_ours_is_known(c: ChatUnderTest) -> None:
    if c.driver.forum is None:
        return
    first = await c.chat.open_thread(c.driver.forum, "Idea", card("about it"), key="contract-1")
    await it_is_talked_in_the_thread_of(c, first, first)


async def talk_under_our_own_post_is_known_where_threads_need_no_opening(c: ChatUnderTest) -> None:
    if c.chat.capabilities().thread_titles:
        return
    root = await c.chat.post(c.driver.place, card("a question"), key="contract-1")
    await it_is_talked_in_the_thread_of(c, root, root)


async def it_is_talked_in_the_thread_of(c: ChatUnderTest, root: MessageRef, first: MessageRef) -> None:
    """Check that a member's words come in, live and later, where the outbox said that the thread is."""
    begun = soon()
    elsewhere = await c.chat.post(c.driver.place, card("something else"), key="contract-9")
    event = await c.driver.say_in(await c.driver.join("Aya"), thread_of(first), "like this")
    where = event.message.place
    assert where.thread
    for known in (root, first, event.message):
        assert in_thread_of(where, known)
    assert not in_thread_of(where, elsewhere)
    assert not in_thread_of(where.top, root)
    assert event.reply_to == where.thread
    posted = await c.chat.post(where, card("thanks"), key="contract-8")
    assert posted.place == where
    await c.chat.react(event.message, "👀")
    assert c.driver.reactions(event.message) == {"👀"}
    for place in (where, where.top):
        assert [e async for e in c.chat.history(place, begun) if e.text == "like this"] == [event]
    await c.chat.redraw(posted, card("many thanks"))
    assert "many thanks" in (c.driver.shown(posted) or "")


CASES: tuple[Case, ...] = (
    a_thread_is_marked_where_it_has_a_title,
    marking_a_thread_that_is_gone_is_no_error,
    talk_in_the_thread_of_our_own_post_is_known,
    talk_in_the_thread_of_a_members_message_is_known,
    talk_in_a_thread_of_its_own_is_known,
    talk_in_a_forum_post_of_ours_is_known,
    talk_under_our_own_post_is_known_where_threads_need_no_opening,
)
